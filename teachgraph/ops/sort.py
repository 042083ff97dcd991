"""Putting elements in order, and the first few of that order."""

from __future__ import annotations

from typing import Any

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.report import Fault
from teachgraph.core.surface import define
from teachgraph.core.types import TensorType
from teachgraph.ops.alloc import as_length, is_whole_number, lengths_of
from teachgraph.ops.base import Array, Example, Gradients, TensorLike, as_tensor, ramp
from teachgraph.ops.casting import cast
from teachgraph.ops.lengths import specify_shape
from teachgraph.ops.moves import along, flip
from teachgraph.ops.reshape import flatten
from teachgraph.ops.scalars import gt, switch
from teachgraph.ops.shape import normal_axis
from teachgraph.ops.take import take_along_axis

KINDS = ("quicksort", "mergesort", "heapsort", "stable")


class Sort(Op):
    """The elements along `axis`, the smallest first and nan last."""

    axis: int
    latex = r"\operatorname{{sort}}({0})"

    def infer(self, x: TensorType) -> TensorType:
        return x

    def numpy(self, x: Array) -> Array:
        return np.sort(x, self.axis)

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        # Each element gets the gradient of the place that it went to.
        place = ArgSort(self.axis)(ArgSort(self.axis)(inputs[0]))
        return (take_along_axis(g, place, self.axis),)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [
            (cls(0), (ramp(5),)),
            (cls(1), (ramp(2, 3, dtype="float32"),)),
            (cls(0), (ramp(3, 2),)),
            (cls(0), (np.array([2, 1, 2], "int8"),)),
            (cls(0), (ramp(0),)),
        ]


class ArgSort(Op):
    """The positions of the elements along `axis` in the order of `Sort`, int64.

    Equal elements stay in the order in which they are.
    """

    axis: int
    latex = r"\operatorname{{argsort}}({0})"

    def infer(self, x: TensorType) -> TensorType:
        return TensorType("int64", x.shape)

    def numpy(self, x: Array) -> Array:
        return np.argsort(x, self.axis, kind="stable").astype("int64", copy=False)

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        return (None,)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [
            (cls(0), (ramp(5),)),
            (cls(1), (ramp(2, 3, dtype="float32"),)),
            (cls(0), (np.array([2, 1, 2], "int8"),)),
        ]


def _line(a: TensorLike, axis: Any) -> tuple[Variable, int]:
    """A tensor and the axis along which it is put in order."""
    v = as_tensor(a)
    if axis is None:
        return (flatten(v), 0)
    if isinstance(axis, Variable) and axis.data is not None:
        axis = int(axis.data)
    return v, normal_axis(axis, v.ndim)


def _check(kind: str | None, order: object) -> None:
    if kind is not None and kind not in KINDS:
        raise Fault("wrong-value", f"kind is one of {', '.join(KINDS)}, not {kind!r}")
    if order is not None:
        raise Fault(
            "wrong-value", "order names the fields of records; a tensor has none"
        )


@define(".sort", "np.sort")
def sort(
    a: TensorLike,
    axis: int | None = -1,
    kind: str | None = "quicksort",
    order: None = None,
) -> Variable:
    """The elements along an axis in order, the smallest first and nan last.

    Args:
        axis: None sorts the flattened `a`.
        kind: taken for NumPy's sake; equal elements always keep their order.
        order: None; it is for records.

    Raises:
        wrong-rank: there is no such axis.

    >>> T.sort([3, 1, 2]).eval()
    array([1, 2, 3])
    """
    _check(kind, order)
    v, at = _line(a, axis)
    return Sort(at)(v)


@define(".argsort", "np.argsort")
def argsort(
    a: TensorLike,
    axis: int | None = -1,
    kind: str | None = "quicksort",
    order: None = None,
) -> Variable:
    """The positions along an axis of the elements in order, int64; see `sort`.

    >>> T.argsort([30, 10, 20]).eval()
    array([1, 2, 0])
    """
    _check(kind, order)
    v, at = _line(a, axis)
    return ArgSort(at)(v)


def topk_and_argtopk(
    x: TensorLike,
    kth: int | Variable,
    axis: int | None = -1,
    sorted: bool = True,
    idx_dtype: str = "int64",
) -> tuple[Variable, Variable]:
    """The largest elements along an axis, the largest first, and their positions.

    Args:
        kth: how many; negative for as many of the smallest, the smallest first.
        axis: None for the flattened `x`.
        sorted: taken for Theano's sake; the result is always in order.
        idx_dtype: of the positions.

    Raises:
        wrong-value: `kth` is 0.
        shape-mismatch: there are not as many elements.
    """
    del sorted
    v, at = _line(x, axis)
    order = ArgSort(at)(v)
    chosen = _few(order, kth, at)
    return take_along_axis(v, chosen, at), cast(chosen, idx_dtype)


def topk(
    x: TensorLike,
    kth: int | Variable,
    axis: int | None = -1,
    sorted: bool = True,
    idx_dtype: str = "int64",
) -> Variable:
    """The largest elements along an axis; see `topk_and_argtopk`.

    >>> T.topk([3, 9, 5], 2).eval()
    array([9, 5])
    """
    return topk_and_argtopk(x, kth, axis, sorted, idx_dtype)[0]


def argtopk(
    x: TensorLike,
    kth: int | Variable,
    axis: int | None = -1,
    sorted: bool = True,
    idx_dtype: str = "int64",
) -> Variable:
    """The positions of the largest elements along an axis; see `topk_and_argtopk`."""
    return topk_and_argtopk(x, kth, axis, sorted, idx_dtype)[1]


def _few(order: Variable, kth: int | Variable, axis: int) -> Variable:
    """The last `kth` positions backwards, or the first if `kth` is negative."""
    if is_whole_number(kth):
        if kth == 0:
            raise Fault("wrong-value", "the 0 largest elements are asked for")
        ordered = flip(order, axis) if kth > 0 else order
        return _exactly(ordered[along(axis, slice(abs(kth)))], abs(kth), axis)
    count = as_length(kth)
    positive = gt(count, 0)
    many = switch(positive, count, -count)
    n = lengths_of(order)[axis]
    # Backwards from the end, or forwards from the beginning.
    start, step = switch(positive, n - 1, 0), switch(positive, -1, 1)
    ordered = order[along(axis, slice(start, None, step))]
    return _exactly(ordered[along(axis, slice(many))], many, axis)


def _exactly(x: Variable, n: TensorLike, axis: int) -> Variable:
    """`x` with a fault where an axis is not `n` long."""
    return specify_shape(x, [n if a == axis else None for a in range(x.ndim)])


def inverse_permutation(perm: TensorLike) -> Variable:
    """The permutation that undoes one, in its dtype; of a matrix, that of each row.

    >>> T.inverse_permutation([2, 0, 1]).eval()
    array([1, 2, 0])
    """
    v = as_tensor(perm)
    return cast(ArgSort(v.ndim - 1)(v), v.dtype)


def permute_row_elements(
    x: TensorLike, y: TensorLike, inverse: int | bool = 0
) -> Variable:
    """The elements along the last axis in the order that `y` says.

    Args:
        y: positions, for all lines of `x` at once, or for each its own.
        inverse: go the other way.
    """
    v, order = as_tensor(x), as_tensor(y)
    order = inverse_permutation(order) if inverse else order
    if order.ndim == 1:
        return v[(..., order)]
    return take_along_axis(v, order, -1)
