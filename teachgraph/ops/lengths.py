"""Saying more, or less, about lengths than is known: for types that must fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.report import Fault
from teachgraph.core.surface import define
from teachgraph.core.types import (
    Operand,
    TensorType,
    broadcast_shapes,
    is_integer,
    same_length,
)
from teachgraph.kernel.ir import Expr
from teachgraph.ops.alloc import Lengths, alloc, as_length, as_lengths, lengths_of
from teachgraph.ops.base import (
    Array,
    Example,
    Gradients,
    Index,
    Source,
    Target,
    TensorLike,
    as_tensor,
    ramp,
)
from teachgraph.ops.casting import cast as cast_to
from teachgraph.ops.shape import normal_axis


class SpecifyShape(Op):
    """`x` as it is, with a fault when it runs if the lengths are not those given.

    The inputs after `x` are the lengths of the axes in `axis`, int[] each.
    """

    axis: tuple[int, ...]
    reads_values = True
    virtual = True
    latex = "{0}"

    def infer(self, x: Operand, *lengths: Operand) -> TensorType:
        shape = list(x.type.shape)
        for axis, n in zip(self.axis, lengths, strict=True):
            if n.type.ndim or not is_integer(n.type.dtype):
                raise Fault("wrong-dtype", f"a length is a whole number, not {n.type}")
            said = None if isinstance(n.value, tuple) else n.value
            known = isinstance(shape[axis], int)
            # Only NumPy can compare with a number that is computed on the way.
            unknown = said is None and not known
            shape[axis] = None if unknown else same_length(shape[axis], said, axis)
        return TensorType(x.type.dtype, tuple(shape))

    def numpy(self, x: Array, *lengths: Array) -> Array:
        for axis, n in zip(self.axis, lengths, strict=True):
            if x.shape[axis] != n:
                raise ValueError(f"axis {axis} is {x.shape[axis]} long, not {int(n)}")
        return x

    def grad(
        self, inputs: Sequence[Variable], output: Variable, g: Variable
    ) -> Gradients:
        return (g, *(None for _ in inputs[1:]))

    def lower(self, out: Target, index: Index, x: Source, *lengths: Source) -> Expr:
        return x[index]

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        two, three = np.array(2), np.array(3)
        return [
            (cls((0, 1)), (ramp(2, 3), two, three)),
            (cls((1,)), (ramp(2, 3, dtype="float32"), three)),
        ]


class Unbroadcast(Op):
    """`x` as it is, but an axis of length 1 among `axis` no longer stretches."""

    axis: tuple[int, ...]
    latex = "{0}"

    def infer(self, x: TensorType) -> TensorType:
        shape = (None if a in self.axis else n for a, n in enumerate(x.shape))
        return TensorType(x.dtype, tuple(shape))

    def numpy(self, x: Array) -> Array:
        return x

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        (x,) = inputs
        ones = [a for a in self.axis if x.type.shape[a] == 1]
        return (addbroadcast(g, *ones),)

    def lower(self, out: Target, index: Index, x: Source) -> Expr:
        return x[index]

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [(cls((0,)), (ramp(1, 3),)), (cls((1,)), (ramp(2, 3),))]


def specify_shape(x: TensorLike, shape: Lengths | Sequence[Any]) -> Variable:
    """`x` with its lengths known; checked when it runs.

    Args:
        shape: a whole number or int[] variable an axis, None where nothing is said.

    Raises:
        shape-mismatch: a length is known to differ.
        wrong-rank: there are not as many lengths as axes.

    >>> T.specify_shape(T.dmatrix("x"), (None, 3)).type
    TensorType(dtype='float64', shape=(None, 3))
    """
    v = as_tensor(x)
    given: list[Any] = (
        list(shape)
        if isinstance(shape, list | tuple)
        else list(as_lengths(cast(Any, shape)))
    )
    if len(given) != v.ndim:
        raise Fault("wrong-rank", f"{len(given)} lengths are given for {v.type}")
    said = {axis: as_length(n) for axis, n in enumerate(given) if n is not None}
    return cast(Variable, SpecifyShape(tuple(said))(v, *said.values())) if said else v


def addbroadcast(x: TensorLike, *axes: int) -> Variable:
    """`x` with axes known to be 1 long, so that they stretch; checked when it runs.

    >>> T.addbroadcast(T.dmatrix("x"), 1).type
    TensorType(dtype='float64', shape=(None, 1))
    """
    v = as_tensor(x)
    chosen = {normal_axis(a, v.ndim) for a in axes}
    news = [a for a in sorted(chosen) if v.type.shape[a] != 1]
    return specify_shape(v, [1 if a in news else None for a in range(v.ndim)])


def unbroadcast(x: TensorLike, *axes: int) -> Variable:
    """`x` with nothing known of the length of axes, so that they do not stretch.

    >>> T.unbroadcast(T.dcol("x"), 1).type
    TensorType(dtype='float64', shape=(None, None))
    """
    v = as_tensor(x)
    chosen = {normal_axis(a, v.ndim) for a in axes}
    known = tuple(a for a in sorted(chosen) if v.type.shape[a] is not None)
    return cast(Variable, Unbroadcast(known)(v)) if known else v


def patternbroadcast(x: TensorLike, broadcastable: Sequence[bool]) -> Variable:
    """`x` with just those axes known to be 1 long where `broadcastable` is True."""
    v = as_tensor(x)
    ones = [a for a, b in enumerate(broadcastable) if b]
    others = [a for a, b in enumerate(broadcastable) if not b and v.type.shape[a] == 1]
    return unbroadcast(addbroadcast(v, *ones), *others)


@define("np.broadcast_to")
def broadcast_to(x: TensorLike, shape: Lengths) -> Variable:
    """`x` stretched to a shape; only axes known to be 1 long stretch.

    Raises:
        shape-mismatch: another axis has another length.

    >>> T.broadcast_to([[1], [2]], (2, 3)).eval()
    array([[1, 1, 1],
           [2, 2, 2]])
    """
    return alloc(x, *as_lengths(shape))


def stretched(tensors: Sequence[TensorLike]) -> list[Variable]:
    """The tensors stretched to their common shape.

    Raises:
        shape-mismatch: an axis that is not known to be 1 long has another length.
    """
    parts = [as_tensor(t) for t in tensors]
    common = broadcast_shapes(*(v.type.shape for v in parts))
    rank = len(common)
    lengths: list[TensorLike] = []
    for axis, n in enumerate(common):
        long = (v for v in parts if _is_long(v, axis - rank))
        lengths.append(n if isinstance(n, int) else lengths_of(next(long))[axis - rank])
    return [
        v if v.type.shape == common else alloc(v, *lengths) if rank else v
        for v in parts
    ]


def _is_long(v: Variable, axis: int) -> bool:
    """True where a tensor has an axis, counted from the end, that does not stretch."""
    return -axis <= v.ndim and v.type.shape[axis] != 1


@define("np.broadcast_arrays")
def broadcast_arrays(*tensors: TensorLike) -> list[Variable]:
    """The tensors stretched to their common shape, see `broadcast_to`.

    Raises:
        shape-mismatch: they do not fit.
    """
    return stretched(tensors)


def broadcast_like(
    value: TensorLike,
    template: Variable,
    fgraph: object = None,
    dtype: str | None = None,
) -> Variable:
    """`value` stretched to the shape of a template, and in its dtype.

    Args:
        fgraph: taken for Theano's sake.
        dtype: another one.
    """
    del fgraph
    return alloc(cast_to(value, dtype or template.dtype), *lengths_of(template))
