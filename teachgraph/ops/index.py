"""Reading parts of a tensor: numbers, slices, new axes, and arrays of positions.

    part = At(index) | Cut(start, stop, step) | Pick() | NewAxis()

An op holds one part for each axis of the tensor, in order, and for each new axis; a
bound that is a variable is written "?" and comes from the inputs, in order. Rules are
NumPy's: https://numpy.org/doc/stable/user/basics.indexing.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal, cast

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.record import record
from teachgraph.core.report import Fault
from teachgraph.core.types import (
    Length,
    Operand,
    TensorType,
    ValueOfLength,
    broadcast_shapes,
    is_integer,
)
from teachgraph.kernel import build as k
from teachgraph.kernel.ir import Expr
from teachgraph.ops.base import (
    Array,
    Example,
    Gradients,
    Index,
    Source,
    Target,
    ramp,
)
from teachgraph.ops.elementwise import broadcast_index
from teachgraph.ops.whole import stretch

Bound = int | Literal["?"]


@record()
class At:
    """One position; its axis goes."""

    index: Bound

    def __repr__(self) -> str:
        return str(self.index)


@record()
class Cut:
    """A slice."""

    start: Bound | None = None
    stop: Bound | None = None
    step: Bound = 1

    def __repr__(self) -> str:
        ends = ("" if b is None else str(b) for b in (self.start, self.stop))
        return ":".join([*ends, *([str(self.step)] if self.step != 1 else [])])

    @property
    def is_whole(self) -> bool:
        """True when every element is taken, in order."""
        return self.start is None and self.stop is None and self.step == 1


@record()
class Pick:
    """The positions in an array, which is an input."""

    def __repr__(self) -> str:
        return "[?]"


@record()
class NewAxis:
    """An axis of length 1 that was not there."""

    def __repr__(self) -> str:
        return "None"


Part = At | Cut | Pick | NewAxis


@record()
class Placed:
    """A part with its axis of the tensor (-1 for a new one) and its bounds filled in.

    `index` is the position of an At or the array of a Pick.
    """

    part: Part
    axis: int
    index: Any = None
    start: Any = None
    stop: Any = None
    step: Any = 1


def placed(parts: Sequence[Part], inputs: Sequence[Any]) -> list[Placed]:
    """The parts with "?" replaced by the inputs, in order."""
    given = iter(inputs)
    found: list[Placed] = []
    axis = 0

    def filled(bound: Bound | None) -> Any:
        return next(given) if bound == "?" else bound

    for part in parts:
        match part:
            case NewAxis():
                found.append(Placed(part, -1))
                continue
            case At(index=index):
                found.append(Placed(part, axis, filled(index)))
            case Cut(start=start, stop=stop, step=step):
                bounds = (filled(start), filled(stop), filled(step))
                found.append(Placed(part, axis, None, *bounds))
            case Pick():
                found.append(Placed(part, axis, next(given)))
        axis += 1
    return found


def result_axes(parts: Sequence[Part], picked: int) -> list[int]:
    """What makes each axis of the result.

    It is the number of a part, or -1-j for axis j of the arrays of positions, which are
    stretched together to `picked` axes.

    Arrays (and numbers among them) that stand side by side put their axes where they
    stand; else their axes come first.
    """
    kept = [i for i, p in enumerate(parts) if isinstance(p, Cut | NewAxis)]
    if not any(isinstance(p, Pick) for p in parts):
        return kept
    arrays = [i for i in range(len(parts)) if i not in kept]
    together = arrays[-1] - arrays[0] == len(arrays) - 1
    before = [i for i in kept if together and i < arrays[0]]
    return [*before, *(-1 - j for j in range(picked)), *kept[len(before) :]]


class Indexing(Op, abstract=True):
    """What `Subtensor` and `AdvancedSubtensor` share."""

    index: tuple[Part, ...]
    reads_values = True

    def infer(self, x: Operand, *inputs: Operand) -> TensorType:
        check_inputs(self.index, inputs)
        return TensorType(x.type.dtype, taken_lengths(self.index, x.type, inputs))

    def numpy(self, x: Array, *inputs: Array) -> Array:
        return np.asarray(x[numpy_index(self.index, inputs)])

    def lower(self, out: Target, index: Index, x: Source, *inputs: Source) -> Expr:
        parts = placed(self.index, inputs)
        picks = [p.index for p in parts if isinstance(p.part, Pick)]
        axes = result_axes(self.index, max((s.ndim for s in picks), default=0))
        where = dict(zip(axes, index, strict=True))
        shared = tuple(i for axis, i in zip(axes, index, strict=True) if axis < 0)
        at: list[Expr] = []
        for number, p in enumerate(parts):
            if isinstance(p.part, NewAxis):
                continue
            n = x.shape[p.axis]
            match p.part:
                case At():
                    at.append(k.checked(k.integer(bound_of(p.index)), n, out.node))
                case Pick():
                    position = p.index[broadcast_index(p.index, shared)]
                    at.append(k.checked(position, n, out.node))
                case Cut():
                    walk = walk_of(p, n, out)
                    at.append(k.integer(walk.start) + where[number] * walk.step)
        return x[tuple(at)]

    def __str__(self) -> str:
        return f"{self.title}{{{', '.join(map(repr, shown_parts(self.index)))}}}"


class Subtensor(Indexing):
    """Part of `x`: on each axis a position or a slice; axes of length 1 may be added.

    The inputs after `x` are the bounds written "?", int[] each.
    """

    virtual = True
    latex = r"{0}_{{\ldots}}"

    def grad(
        self, inputs: tuple[Variable, ...], output: Variable, g: Variable
    ) -> Gradients:
        x, *bounds = inputs
        return (INCREMENT[0](self.index, x, g, bounds), *(None for _ in bounds))

    def known_value(self, x: Operand, *inputs: Operand) -> ValueOfLength:
        if not isinstance(x.value, tuple) or len(self.index) != 1:
            return None
        (p,) = placed(self.index, [i.value for i in inputs])
        bounds = [p.index, p.start, p.stop, p.step]
        if not all(b is None or isinstance(b, int) for b in bounds):
            return None
        if isinstance(p.part, Cut):
            return x.value[p.start : p.stop : p.step] if p.step else None
        inside = -len(x.value) <= p.index < len(x.value)
        return cast(Length, x.value[p.index]) if inside else None

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        x, one = ramp(3, 4), np.array(1)
        return [
            (cls((At(1), Cut())), (x,)),
            (cls((At(-1), At(0))), (ramp(3, 4, dtype="float32"),)),
            (cls((Cut(1, None), Cut(None, -1, 2))), (x,)),
            (cls((Cut(None, None, -1), NewAxis(), Cut(-2, None))), (x,)),
            (cls((At("?"), Cut("?", "?"))), (x, np.array(-2), one, np.array(9))),
            (cls((Cut("?", None, -2), Cut())), (x, np.array(-1, "int8"))),
            (cls((Cut(None, None, "?"), Cut(1, "?", "?"))), (x, one, np.array(9), one)),
            (cls((Cut(), Cut("?", None, "?"))), (x, np.array(-2), np.array(-2))),
            (cls((Cut(5, 2),)), (ramp(4, dtype="int32"),)),
            (cls((Cut(1, None),)), (ramp(0),)),
        ]


class AdvancedSubtensor(Indexing):
    """The elements of `x` at the positions in arrays of whole numbers.

    The arrays are stretched together. Inputs after `x` are they, and the bounds written
    "?", in order.
    """

    latex = r"{0}_{{\ldots}}"

    def grad(
        self, inputs: tuple[Variable, ...], output: Variable, g: Variable
    ) -> Gradients:
        x, *bounds = inputs
        return (INCREMENT[0](self.index, x, g, bounds), *(None for _ in bounds))

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        x, cube = ramp(3, 4), ramp(2, 3, 4)
        rows, columns = np.array([0, 2, 2]), np.array([3, -1, 3], "int32")
        return [
            (cls((Pick(), Cut())), (x, rows)),
            (cls((Pick(), Pick())), (x, rows, columns)),
            (cls((Cut(), Pick())), (ramp(3, 4, dtype="float32"), rows.reshape(1, 3))),
            (cls((At(1), Cut(), Pick())), (cube, rows)),
            (cls((Cut(), At("?"), Pick())), (cube, np.array(-1), columns)),
            (
                cls((Pick(), Cut(1, None), NewAxis(), Pick())),
                (cube, np.array([1]), rows),
            ),
            (cls((Pick(),)), (ramp(3), np.zeros((0, 2), "int64"))),
        ]


Increment = Callable[
    [tuple[Part, ...], Variable, Variable, Sequence[Variable]], Variable
]
INCREMENT: list[Increment] = []
"""`INCREMENT[0](index, x, g, bounds)`: zeros like `x` with `g` added at an index, which
is the gradient of reading there; `ops.assign` says how."""


def check_inputs(parts: Sequence[Part], inputs: Sequence[Operand]) -> None:
    """Indices are whole numbers, one for each "?" and each array.

    Raises:
        wrong-dtype: one is not.
    """
    for operand in inputs:
        if not is_integer(operand.type.dtype):
            raise Fault(
                "wrong-dtype", f"an index is a whole number, not {operand.type}"
            )
    for p in placed(parts, inputs):
        bounds = (p.start, p.stop, p.step, p.index if isinstance(p.part, At) else None)
        for bound in bounds:
            if isinstance(bound, Operand) and bound.type.ndim:
                raise Fault(
                    "wrong-rank", f"a position or bound has no axes, here {bound.type}"
                )


def taken_lengths(
    parts: Sequence[Part], x: TensorType, inputs: Sequence[Operand]
) -> tuple[Length, ...]:
    """The shape of what an index takes.

    Raises:
        wrong-rank: there are not as many parts as axes.
        index-out-of-range: a position is known to lie outside its axis.
    """
    known = placed(parts, inputs)
    count = sum(not isinstance(p, NewAxis) for p in parts)
    if count != x.ndim:
        raise Fault("wrong-rank", f"{count} axes are indexed, but {x} has {x.ndim}")
    shapes = [p.index.type.shape for p in known if isinstance(p.part, Pick)]
    picked = broadcast_shapes(*shapes)
    return tuple(
        picked[-1 - axis] if axis < 0 else _taken_length(known[axis], x)
        for axis in _checked_axes(known, parts, x, len(picked))
    )


def _checked_axes(
    known: Sequence[Placed], parts: Sequence[Part], x: TensorType, picked: int
) -> Iterator[int]:
    for p in known:
        i = _value(p.index) if isinstance(p.part, At) else None
        n = x.shape[p.axis] if isinstance(i, int) else None
        if isinstance(i, int) and isinstance(n, int) and not -n <= i < n:
            raise Fault(
                "index-out-of-range",
                f"position {i} lies outside axis {p.axis}, which is {n} long",
            )
    yield from result_axes(parts, picked)


def _taken_length(p: Placed, x: TensorType) -> Length:
    match p.part:
        case Cut() as cut:
            n, bounds = x.shape[p.axis], (p.start, p.stop, p.step)
            start, stop, step = (_value(b) for b in bounds)
            if cut.is_whole:
                return n
            if n is None or not isinstance(step, int):
                return None
            if step == 0:
                raise Fault("wrong-value", "the step of a slice is 0")
            if any(b is not None and _value(b) is None for b in bounds):
                return None
            return stretch(start, stop, step, n).count
        case _:
            return 1


def _value(bound: Any) -> Any:
    """The number that a bound is known to be, if it is."""
    if isinstance(bound, Operand):
        return None if isinstance(bound.value, tuple) else bound.value
    return bound


def bound_of(bound: Any) -> Any:
    """A bound as a number or a loop expression."""
    return k.cast(bound[()], "int64") if isinstance(bound, Source) else bound


@record()
class Walk:
    """Where a slice begins, how far apart its elements are, and how many there are."""

    start: Any
    step: Any
    count: Any


def walk_of(p: Placed, n: Expr, out: Target) -> Walk:
    """What a slice takes of an axis of length `n`, in loop expressions.

    A step that only the call knows may go either way; one of 0 is a fault.
    """
    start, stop, step = bound_of(p.start), bound_of(p.stop), bound_of(p.step)
    if isinstance(step, int):
        taken = stretch(start, stop, step, n)
        return Walk(taken.start, step, taken.count)
    up, down = stretch(start, stop, 1, n), stretch(start, stop, -1, n)
    forward = step > 0
    apart = k.select(forward, step, -step)
    zero = k.checked(k.integer(0), apart, out.node)
    apart = k.maximum(apart, 1)
    first = k.select(forward, k.integer(up.start), k.integer(down.start)) + zero
    room = k.select(forward, k.integer(up.count), k.integer(down.count))
    return Walk(first, step, k.floor_div(room + (apart - 1), apart))


def numpy_index(parts: Sequence[Part], inputs: Sequence[Array]) -> tuple[Any, ...]:
    """The index as NumPy takes it."""
    found: list[Any] = []
    for p in placed(parts, inputs):
        match p.part:
            case NewAxis():
                found.append(None)
            case At():
                found.append(int(p.index))
            case Pick():
                found.append(p.index)
            case Cut():
                bounds = (p.start, p.stop, p.step)
                found.append(slice(*(None if b is None else int(b) for b in bounds)))
    return tuple(found)


def shown_parts(parts: Sequence[Part]) -> Sequence[Part]:
    """The parts without whole slices at the end."""
    count = len(parts)
    while count > 1 and parts[count - 1] == Cut():
        count -= 1
    return parts[:count]
