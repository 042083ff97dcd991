"""Moving, adding and dropping axes without touching the elements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, cast

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.report import Fault, Hint
from teachgraph.core.surface import MEANINGS, define
from teachgraph.core.types import Length, TensorType, same_length
from teachgraph.kernel import build as k
from teachgraph.kernel.ir import Expr
from teachgraph.ops.alloc import is_whole_number
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

Axis = int | Literal["x"]


def _drop(n: Length, axis: int) -> None:
    """An axis that is left out must be 1 long; a call may still have to tell."""
    if isinstance(n, int) and n != 1:
        words = f"axis {axis} is left out of the order, and it is {n} long, not 1"
        why = "Leaving an axis out loses its elements, unless there is only one."
        raise Fault("shape-mismatch", words, why=why)
    same_length(n, 1, axis)


class DimShuffle(Op):
    """The axes in a new `order`; "x" is a new axis of length 1.

    An axis that is not in the order is dropped; it must be 1 long.
    """

    order: tuple[Axis, ...]
    virtual = True

    def infer(self, x: TensorType) -> TensorType:
        kept = [a for a in self.order if a != "x"]
        twice = [a for a in kept if kept.count(a) > 1]
        if twice:
            raise Fault("wrong-rank", f"axis {twice[0]} is named twice in {self.order}")
        for axis, n in enumerate(x.shape):
            if axis not in kept:
                _drop(n, axis)
        return TensorType(x.dtype, tuple(self._length(x, a) for a in self.order))

    def _length(self, x: TensorType, axis: Axis) -> Length:
        if axis == "x":
            return 1
        if not 0 <= axis < x.ndim:
            raise Fault("wrong-rank", f"{x} has no axis {axis}")
        return x.shape[axis]

    def numpy(self, x: Array) -> Array:
        kept = [a for a in self.order if a != "x"]
        dropped = [a for a in range(x.ndim) if a not in kept]
        moved = x.transpose([*kept, *dropped]).reshape([x.shape[a] for a in kept])
        shape = iter(moved.shape)
        return moved.reshape([1 if a == "x" else next(shape) for a in self.order])

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        kept = [a for a in self.order if a != "x"]
        back = [
            self.order.index(a) if a in kept else "x" for a in range(inputs[0].ndim)
        ]
        return (dimshuffle(g, back),)

    def lower(self, out: Target, index: Index, x: Source) -> Expr:
        zero = k.integer(0)
        at = {a: index[i] for i, a in enumerate(self.order) if a != "x"}
        return x[tuple(at.get(a, zero) for a in range(x.ndim))]

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [
            (cls((1, 0)), (ramp(2, 3),)),
            (cls((1, "x", 0)), (ramp(2, 3, dtype="float32"),)),
            (cls((2, 0)), (ramp(2, 1, 3),)),
            (cls(("x", "x")), (ramp(),)),
            (cls((1, 0)), (ramp(0, 3, dtype="int32"),)),
        ]


@define(".dimshuffle")
def dimshuffle(x: TensorLike, *order: Axis | Sequence[Axis]) -> Variable:
    """The axes of `x` in a new order; "x" adds an axis of length 1.

    An axis that is left out is dropped; it must be 1 long.

    Raises:
        wrong-rank: `x` has no such axis.
        shape-mismatch: an axis that is left out is not 1 long.

    >>> T.dmatrix().dimshuffle(1, "x", 0).ndim
    3
    """
    v = as_tensor(x)
    if len(order) == 1 and isinstance(order[0], list | tuple | np.ndarray):
        given = tuple(cast(Sequence[Any], order[0]))
    else:
        given = cast(tuple[Any, ...], order)
    axes = tuple[Axis, ...](
        "x" if isinstance(a, str) and a == "x" else normal_axis(a, v.ndim)
        for a in given
    )
    if axes == tuple(range(v.ndim)):
        return v
    kept = [a for a in axes if a != "x"]
    twice = next((a for a in kept if kept.count(a) > 1), None)
    if twice is not None:
        raise Fault(
            "wrong-rank",
            f"axis {twice} is named twice in the order {given}",
            why="Each axis of a tensor becomes one axis of the result.",
            hints=(
                Hint("name each axis once", f"x.dimshuffle{(*range(v.ndim),)[::-1]}"),
                Hint("for a new axis, which stretches, write 'x'"),
            ),
        )
    for axis, n in enumerate(v.type.shape):
        if n is None and axis not in axes:
            raise _perhaps_long(axis)
    return DimShuffle(axes)(v)


def _perhaps_long(axis: int) -> Fault:
    """An axis is left out of which nothing says that it is 1 long."""
    return Fault(
        "shape-mismatch",
        f"axis {axis} is left out of the order, and it is not known to be 1 long",
        why="Leaving an axis out loses its elements, unless there is only one.",
        hints=(
            Hint("take one position of it", "x[:, 0]"),
            Hint("or say that it is 1 long", f"T.addbroadcast(x, {axis})"),
            Hint("or sum over it", f"x.sum(axis={axis})"),
        ),
    )


def _held_number(axis: Any) -> Any:
    """The number in an array or constant without axes; anything else as it is."""
    held: Any = axis.data if isinstance(axis, Variable) else axis
    return held.item() if np.ndim(held) == 0 and hasattr(held, "item") else axis


def normal_axis(axis: Any, ndim: int) -> int:
    """An axis counted from the front; an array or constant may hold it.

    Raises:
        wrong-rank: there is no such axis.
    """
    axis = _held_number(axis)
    if not is_whole_number(axis):
        shown = f"`{axis}`" if isinstance(axis, Variable) else repr(axis)
        raise Fault(
            "wrong-argument-kind",
            f"an axis is a whole number, not {shown}",
            hints=(Hint("axes count from 0; the last is -1", "x.sum(axis=0)"),),
        )
    number = int(axis)
    if not -ndim <= number < ndim:
        axes = "no axes" if not ndim else f"axes 0 to {ndim - 1}"
        axes = "one axis, 0" if ndim == 1 else axes
        first = f"of its {ndim} axes, counted from 0, the last is {ndim - 1}, or -1"
        more = Hint("or put a new axis in first", "x.dimshuffle(0, 'x')")
        raise Fault(
            "wrong-rank",
            f"there is no axis {number}: the tensor has {axes}",
            hints=(Hint(first), more) if ndim else (more,),
        )
    return number % ndim


def as_list(axes: Any) -> list[Any]:
    """One axis or several, as a list."""
    if isinstance(axes, np.ndarray) and axes.ndim:
        return [*axes]
    several = isinstance(axes, Sequence) and not isinstance(axes, str)
    return list(cast(Sequence[Any], axes)) if several else [axes]


def normal_axes(axis: Any, ndim: int) -> tuple[int, ...]:
    """Axes from None (all), a number or several, counted from the front and in order.

    Raises:
        wrong-rank: there is no such axis, or one is given twice.
    """
    if axis is None:
        return tuple(range(ndim))
    axes = sorted(normal_axis(a, ndim) for a in as_list(axis))
    if len(set(axes)) < len(axes):
        raise Fault("wrong-rank", f"an axis is given twice in {axis}")
    return tuple(axes)


@define(".transpose", "np.transpose")
def transpose(x: TensorLike, *axes: Any) -> Variable:
    """The axes of `x` in another order, the reverse order unless one is given.

    Raises:
        wrong-rank: the axes are not those of `x`, each once.

    >>> T.transpose(T.dtensor3("x", shape=(2, 3, 4)), (1, 0, 2)).type
    TensorType(dtype='float64', shape=(3, 2, 4))
    """
    v = as_tensor(x)
    given: Any = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
    if not given:
        return dimshuffle(v, *range(v.ndim)[::-1])
    return dimshuffle(v, *given)


MEANINGS[".T"] = cast(Any, property(transpose))


@define(".swapaxes", "np.swapaxes")
def swapaxes(y: TensorLike, axis1: int, axis2: int) -> Variable:
    """`y` with two axes exchanged.

    >>> T.swapaxes(T.dtensor3("x", shape=(2, 3, 4)), 0, 2).type
    TensorType(dtype='float64', shape=(4, 3, 2))
    """
    v = as_tensor(y)
    order = list(range(v.ndim))
    a, b = normal_axis(axis1, v.ndim), normal_axis(axis2, v.ndim)
    order[a], order[b] = b, a
    return dimshuffle(v, *order)


@define("np.moveaxis")
def moveaxis(x: TensorLike, source: Any, destination: Any) -> Variable:
    """`x` with some axes moved to new positions; the others keep their order.

    >>> T.moveaxis(T.dtensor3("x", shape=(2, 3, 4)), 0, -1).type
    TensorType(dtype='float64', shape=(3, 4, 2))
    """
    v = as_tensor(x)
    sources = [source] if isinstance(source, int) else list(source)
    targets = [destination] if isinstance(destination, int) else list(destination)
    moved = {
        normal_axis(t, v.ndim): normal_axis(s, v.ndim) for s, t in zip(sources, targets)
    }
    rest = iter([a for a in range(v.ndim) if a not in moved.values()])
    return dimshuffle(
        v, *(moved[a] if a in moved else next(rest) for a in range(v.ndim))
    )


@define(".squeeze", "np.squeeze")
def squeeze(x: TensorLike, axis: int | Sequence[int] | None = None) -> Variable:
    """`x` without the axes known to be 1 long, or without the given ones.

    >>> T.squeeze(T.dcol("x")).type
    TensorType(dtype='float64', shape=(None,))
    """
    v = as_tensor(x)
    known = [a for a, n in enumerate(v.type.shape) if n == 1]
    dropped = known if axis is None else normal_axes(axis, v.ndim)
    kept = tuple(a for a in range(v.ndim) if a not in dropped)
    return DimShuffle(kept)(v) if dropped else v


def shape_padleft(t: TensorLike, n_ones: int = 1) -> Variable:
    """`t` with axes of length 1 added at the front.

    >>> T.shape_padleft(T.dvector("x"), 2).type
    TensorType(dtype='float64', shape=(1, 1, None))
    """
    v = as_tensor(t)
    return dimshuffle(v, *["x"] * n_ones, *range(v.ndim))


def shape_padright(t: TensorLike, n_ones: int = 1) -> Variable:
    """`t` with axes of length 1 added at the end.

    >>> T.shape_padright(T.dvector("x")).type
    TensorType(dtype='float64', shape=(None, 1))
    """
    v = as_tensor(t)
    return dimshuffle(v, *range(v.ndim), *["x"] * n_ones)


def shape_padaxis(t: TensorLike, axis: int) -> Variable:
    """`t` with an axis of length 1 added, which is axis `axis` of the result.

    >>> T.shape_padaxis(T.dmatrix("x"), 1).type
    TensorType(dtype='float64', shape=(None, 1, None))
    """
    v = as_tensor(t)
    order: list[Axis] = list(range(v.ndim))
    order.insert(normal_axis(axis, v.ndim + 1), "x")
    return dimshuffle(v, order)


@define("np.expand_dims")
def expand_dims(x: TensorLike, axis: int) -> Variable:
    """Same as `shape_padaxis`, by NumPy's name.

    >>> T.expand_dims(T.dvector("x"), 0).type
    TensorType(dtype='float64', shape=(1, None))
    """
    return shape_padaxis(x, axis)
