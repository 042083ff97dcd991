"""Elements moved along axes: rolled, turned round, flipped; and their differences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.report import Fault
from teachgraph.core.surface import define
from teachgraph.core.types import TensorType, is_integer
from teachgraph.kernel import build as k
from teachgraph.kernel.ir import Expr
from teachgraph.ops.alloc import as_length, lengths_of
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
from teachgraph.ops.casting import cast as to_dtype
from teachgraph.ops.reshape import flatten, reshape
from teachgraph.ops.scalars import neq
from teachgraph.ops.shape import as_list, dimshuffle, normal_axes, normal_axis


class Roll(Op):
    """`x` with its elements moved on by some places along `axis`; the last come first.

    Inputs: `x`; how many places, int[].
    """

    axis: int
    virtual = True
    latex = r"\operatorname{{roll}}({0}, {1})"

    def infer(self, x: TensorType, places: TensorType) -> TensorType:
        if places.ndim or not is_integer(places.dtype):
            raise Fault("wrong-dtype", f"places are a whole number, not {places}")
        return x

    def numpy(self, x: Array, places: Array) -> Array:
        return np.roll(x, int(places), self.axis)

    def grad(
        self, inputs: tuple[Variable, ...], output: Variable, g: Variable
    ) -> Gradients:
        return Roll(self.axis)(g, -to_dtype(inputs[1], "int64")), None

    def lower(self, out: Target, index: Index, x: Source, places: Source) -> Expr:
        n = k.maximum(x.shape[self.axis], 1)
        moved = index[self.axis] - k.modulo(k.cast(places[()], "int64"), n)
        at = k.select(moved < 0, moved + n, moved)
        return x[(*index[: self.axis], at, *index[self.axis + 1 :])]

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [
            (cls(0), (ramp(4), np.array(1))),
            (cls(1), (ramp(2, 3, dtype="float32"), np.array(-2, "int8"))),
            (cls(0), (ramp(3, 2), np.array(7))),
            (cls(0), (ramp(0), np.array(1))),
        ]


def along(axis: int, part: Any) -> tuple[Any, ...]:
    """The index that takes a part along an axis, and all of those before it."""
    return (*[slice(None)] * axis, part)


@define("np.roll")
def roll(x: TensorLike, shift: Any, axis: Any = None) -> Variable:
    """`x` with its elements moved on by `shift` places; those at the end come first.

    Args:
        shift: a whole number or int[] variable; a list of them for several axes.
        axis: None rolls the flattened `x`, which keeps its shape.

    >>> T.roll([1, 2, 3, 4], 1).eval()
    array([4, 1, 2, 3])
    """
    v = as_tensor(x)
    if axis is None:
        return reshape(roll(flatten(v), shift, 0), lengths_of(v))
    axes = as_list(axis)
    shifts = as_list(shift)
    for a, places in zip(axes, shifts * (len(axes) if len(shifts) == 1 else 1)):
        v = cast(Variable, Roll(normal_axis(a, v.ndim))(v, as_length(places)))
    return v


@define("np.flip")
def flip(x: TensorLike, axis: int | Sequence[int] | None = None) -> Variable:
    """`x` backwards along an axis, several, or all.

    >>> T.flip([[1, 2], [3, 4]], axis=1).eval()
    array([[2, 1],
           [4, 3]])
    """
    v = as_tensor(x)
    turned = normal_axes(axis, v.ndim)
    back = slice(None, None, -1)
    return v[tuple(back if a in turned else slice(None) for a in range(v.ndim))]


@define("np.flipud")
def flipud(x: TensorLike) -> Variable:
    """`x` backwards along its first axis."""
    return flip(x, 0)


@define("np.fliplr")
def fliplr(x: TensorLike) -> Variable:
    """`x` backwards along its second axis."""
    return flip(x, 1)


@define("np.rot90")
def rot90(x: TensorLike, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Variable:
    """`x` turned by `k` right angles, from the first of two axes towards the second."""
    v = as_tensor(x)
    first, second = (normal_axis(a, v.ndim) for a in axes)
    order = list(range(v.ndim))
    order[first], order[second] = second, first
    match k % 4:
        case 0:
            return v
        case 1:
            return dimshuffle(flip(v, second), order)
        case 2:
            return flip(v, (first, second))
        case _:
            return flip(dimshuffle(v, order), second)


@define("np.rollaxis")
def rollaxis(x: TensorLike, axis: int, start: int = 0) -> Variable:
    """`x` with an axis moved back until it stands before axis `start`."""
    v = as_tensor(x)
    moved = normal_axis(axis, v.ndim)
    place = v.ndim if start == v.ndim else normal_axis(start, v.ndim)
    rest = [a for a in range(v.ndim) if a != moved]
    place -= moved < place
    return dimshuffle(v, [*rest[:place], moved, *rest[place:]])


@define("np.diff")
def diff(x: TensorLike, n: int = 1, axis: int = -1) -> Variable:
    """The differences of neighbours along an axis, taken `n` times.

    Of booleans: whether they differ.

    Raises:
        wrong-value: `n` is negative.

    >>> T.diff([1, 4, 9]).eval()
    array([3, 5])
    """
    v = as_tensor(x)
    at = normal_axis(axis, v.ndim)
    if n < 0:
        raise Fault("wrong-value", f"differences are taken {n} times")
    for _ in range(n):
        later, earlier = v[along(at, slice(1, None))], v[along(at, slice(None, -1))]
        v = neq(later, earlier) if v.dtype == "bool" else later - earlier
    return v
