"""Tensors put together along an axis, and taken apart again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.report import Fault, Hint, Label
from teachgraph.core.surface import define
from teachgraph.core.types import Length, TensorType, same_length, upcast
from teachgraph.kernel import build as k
from teachgraph.kernel.ir import Expr
from teachgraph.ops.alloc import MakeVector, ShapeOf, as_length
from teachgraph.ops.base import (
    FIT,
    STACK,
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
from teachgraph.ops.lengths import specify_shape
from teachgraph.ops.shape import dimshuffle, normal_axis, shape_padaxis
from teachgraph.ops.whole import within


class Join(Op):
    """The tensors one after the other along `axis`; their other lengths agree."""

    axis: int
    latex = r"({0}, {1}, \ldots)"

    def infer(self, *tensors: TensorType) -> TensorType:
        first = tensors[0]
        for position, t in enumerate(tensors):
            if t.ndim != first.ndim or not t.ndim:
                raise Fault(
                    "wrong-rank",
                    f"tensors 0 and {position} to join are {first} and {t}",
                )
        shape = [self._length(axis, tensors) for axis in range(first.ndim)]
        return TensorType(upcast(*(t.dtype for t in tensors)), tuple(shape))

    def _length(self, axis: int, tensors: Sequence[TensorType]) -> Length:
        lengths = [t.shape[axis] for t in tensors]
        if axis == self.axis:
            return None if None in lengths else cast(Length, _total(lengths))
        common = lengths[0]
        for n in lengths[1:]:
            common = same_length(common, n, axis)
        return common

    def numpy(self, *tensors: Array) -> Array:
        dtype = upcast(*(str(t.dtype) for t in tensors))
        return np.concatenate(tensors, axis=self.axis, dtype=dtype)

    def grad(
        self, inputs: Sequence[Variable], output: Variable, g: Variable
    ) -> Gradients:
        parts: list[Variable] = []
        start: Any = 0
        for x in inputs:
            stop = _after(start, x, self.axis)
            before = [slice(None)] * self.axis
            parts.append(FIT[0](g[(*before, slice(start, stop))], x))
            start = stop
        return parts

    def lower(self, out: Target, index: Index, *tensors: Source) -> Expr:
        i = index[self.axis]
        *front, last = _offsets(tensors, self.axis)
        found = self._element(last, i, index, out)
        for t, start in reversed(front):
            end = start + t.shape[self.axis]
            found = k.select(i < end, self._element((t, start), i, index, out), found)
        return found

    def _element(
        self, part: tuple[Source, Expr], i: Expr, index: Index, out: Target
    ) -> Expr:
        t, start = part
        own = within(i - start, t.shape[self.axis])
        at = (*index[: self.axis], own, *index[self.axis + 1 :])
        return k.cast(t[at], out.dtype)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        x = ramp(2, 3)
        return [
            (cls(0), (x, ramp(1, 3))),
            (cls(1), (x, ramp(2, 1, dtype="float32"), x)),
            (
                cls(0),
                (ramp(3, dtype="int8"), ramp(0, dtype="int32"), ramp(2, dtype="int8")),
            ),
            (cls(2), (ramp(1, 2, 2), ramp(1, 2, 3))),
        ]


def _total(lengths: Sequence[Any]) -> Any:
    total: Any = 0
    for n in lengths:
        total = total + n
    return total


def _after(start: Any, x: Variable, axis: int) -> Any:
    """Where the next tensor begins: a number as long as all lengths are known."""
    n = x.type.shape[axis]
    if isinstance(n, int) and isinstance(start, int):
        return start + n
    return as_length(start) + (as_length(n) if isinstance(n, int) else ShapeOf(axis)(x))


def _offsets(tensors: Sequence[Source], axis: int) -> list[tuple[Source, Expr]]:
    start = k.integer(0)
    found: list[tuple[Source, Expr]] = []
    for t in tensors:
        found.append((t, start))
        start = start + t.shape[axis]
    return found


def join(axis: int, *tensors: TensorLike) -> Variable:
    """The tensors one after the other along an axis.

    Raises:
        wrong-rank: they have different numbers of axes, or none.
        shape-mismatch: they differ in length along another axis.

    >>> T.join(1, [[1], [2]], [[3], [4]]).eval()
    array([[1, 3],
           [2, 4]])
    """
    parts = [as_tensor_variable(t) for t in tensors]
    if len(parts) == 1:
        return parts[0]
    return cast(Variable, Join(normal_axis(axis, parts[0].ndim))(*parts))


@define("np.concatenate")
def concatenate(tensor_list: Sequence[TensorLike], axis: int = 0) -> Variable:
    """The tensors in a list one after the other along an axis; see `join`.

    Raises:
        shape-mismatch: they differ in length along another axis.
        wrong-rank: they have different numbers of axes.

    >>> T.concatenate([[1, 2], [3]]).eval()
    array([1, 2, 3])
    """
    return join(axis, *tensor_list)


@define("np.stack")
def stack(tensors: Any, *more: TensorLike, axis: int = 0) -> Variable:
    """The tensors in a list side by side along a new axis.

    The tensors may also be given one by one, as in old programs.

    Raises:
        wrong-rank: they have different numbers of axes.
        shape-mismatch: they differ in length along an axis.

    >>> T.stack([[1, 2], [3, 4]], axis=1).eval()
    array([[1, 3],
           [2, 4]])
    """
    listed = (
        [tensors, *more] if more or isinstance(tensors, Variable) else list(tensors)
    )
    parts = [as_tensor_variable(t) for t in listed]
    if all(not p.ndim for p in parts):
        return cast(Variable, MakeVector(upcast(*(p.dtype for p in parts)))(*parts))
    ranks = [p.ndim for p in parts]
    if len(set(ranks)) > 1:
        raise Fault(
            "wrong-rank",
            f"tensors to stack have equal numbers of axes, and these have {ranks}",
            hints=(
                Hint("add axes where they lack", "x.dimshuffle('x', 0)"),
                Hint("or put one after the other", "T.concatenate([x, y], axis=0)"),
            ),
            labels=tuple(Label(p, str(p.type)) for p in parts),
        )
    return join(axis, *(shape_padaxis(p, axis) for p in parts))


def horizontal_stack(*tensors: TensorLike) -> Variable:
    """Matrices side by side."""
    return join(1, *tensors)


def vertical_stack(*tensors: TensorLike) -> Variable:
    """Matrices one below the other."""
    return join(0, *tensors)


def _at_least_2d(tensors: Sequence[TensorLike]) -> list[Variable]:
    parts = [as_tensor_variable(t) for t in tensors]
    return [dimshuffle(p, *["x"] * (2 - p.ndim), *range(p.ndim)) for p in parts]


@define("np.vstack")
def vstack(tensors: Sequence[TensorLike]) -> Variable:
    """Vectors or matrices one below the other.

    >>> T.vstack([[1, 2], [3, 4]]).eval()
    array([[1, 2],
           [3, 4]])
    """
    return join(0, *_at_least_2d(tensors))


@define("np.hstack")
def hstack(tensors: Sequence[TensorLike]) -> Variable:
    """Tensors one after the other along axis 1; vectors along their only axis.

    >>> T.hstack([[1, 2], [3]]).eval()
    array([1, 2, 3])
    """
    parts = [as_tensor_variable(t) for t in tensors]
    return join(0 if parts[0].ndim == 1 else 1, *parts)


def split(
    x: TensorLike,
    splits_size: Sequence[int | Variable] | Variable,
    n_splits: int | None = None,
    axis: int = 0,
) -> list[Variable]:
    """The parts of `x` along an axis, of given lengths.

    Args:
        splits_size: the length of each part; numbers, int[] variables, or a vector.
        n_splits: how many parts; needed only when `splits_size` is a vector of unknown
            length.

    Raises:
        shape-mismatch: the lengths do not add up to that of the axis.

    >>> first, rest = T.split(np.arange(5), [2, 3])
    >>> rest.eval()
    array([2, 3, 4])
    """
    v = as_tensor(x)
    at = normal_axis(axis, v.ndim)
    sizes = _sizes(splits_size, n_splits)
    before = [slice(None)] * at
    parts: list[Variable] = []
    start: Any = 0
    for n in sizes[:-1]:
        parts.append(v[(*before, slice(start, start + n))])
        start = start + n
    rest = v[(*before, slice(start, None))]
    said = [as_length(sizes[-1]) if a == at else None for a in range(v.ndim)]
    return [*parts, specify_shape(rest, said)]


def _sizes(splits_size: Any, n_splits: int | None) -> list[Any]:
    """The lengths of parts, one by one; whole numbers as such where they are known."""
    if isinstance(splits_size, Variable) and splits_size.data is None:
        count = n_splits if n_splits is not None else splits_size.type.shape[0]
        if not isinstance(count, int):
            raise Fault("wrong-rank", "the number of parts is not known; give n_splits")
        return [splits_size[i] for i in range(count)]
    given: Any = splits_size.data if isinstance(splits_size, Variable) else splits_size
    sizes = [n if isinstance(n, Variable) else int(n) for n in given]
    if not sizes or n_splits not in (None, len(sizes)):
        raise Fault("wrong-argument-count", f"{len(sizes)} lengths, {n_splits} parts")
    return sizes


def as_tensor_variable(
    x: Any, name: str | None = None, ndim: int | None = None, dtype: str | None = None
) -> Variable:
    """`x` as a variable: itself, a constant, or a stack of what is in a list.

    Args:
        x: a variable, a number, an array, or a list of these.
        name: of the new constant.
        ndim: axes that it shall have; axes of length 1 are added in front, or dropped.
        dtype: of the new constant.

    Raises:
        wrong-rank: it has more axes than `ndim`.

    >>> x = T.dscalar("x")
    >>> T.as_tensor_variable([x, 2 * x]).eval({x: 3.0})
    array([3., 6.])
    """
    v = as_tensor(x, name, dtype)
    if ndim is None or v.ndim == ndim:
        return v
    surplus = v.ndim - ndim
    if surplus > 0 and any(n != 1 for n in v.type.shape[:surplus]):
        raise Fault("wrong-rank", f"{v.type} has more than {ndim} axes")
    if surplus > 0:
        return dimshuffle(v, *range(surplus, v.ndim))
    return dimshuffle(v, *["x"] * -surplus, *range(v.ndim))


STACK.append(stack)
