"""Which lengths are the same: every axis is traced to where its length comes from.

    source = a number | an axis of a variable | a whole-number variable

Two axes of one source have the same length in every call. Tracing stops where an op is
the only one to check that two lengths agree: that check must not get lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from weakref import WeakKeyDictionary

import numpy as np

from teachgraph.core.graph import Apply, Variable
from teachgraph.core.op import Op
from teachgraph.core.origin import Origin
from teachgraph.core.record import record
from teachgraph.ops.alloc import Alloc, MakeVector, ShapeOf
from teachgraph.ops.assign import AdvancedIncSubtensor, IncSubtensor, PlaceInRows
from teachgraph.ops.casting import cast
from teachgraph.ops.creation import ARange
from teachgraph.ops.dot import Dot
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.index import AdvancedSubtensor, At, Cut, NewAxis, Pick, Subtensor
from teachgraph.ops.reduce import AllTrue, AnyTrue, Argmax, Argmin, Max, Min, Prod, Sum
from teachgraph.ops.reshape import Reshape
from teachgraph.ops.shape import DimShuffle
from teachgraph.rewrite.constants import as_constant, constant_value

MOST_SOURCES = 64
"""How many axes are followed that must all have one length."""


@record()
class AxisOf:
    """The length of one axis of a variable."""

    variable: Variable
    axis: int


Source = int | AxisOf | Variable
Step = Source | None
Trace = Callable[[Apply, int], Step]

_FOUND: WeakKeyDictionary[Variable, dict[int, Step]] = WeakKeyDictionary()
"""Sources by axis, for variables that are in use; None for an axis that is its own.

A variable and what is below it never change, so a source is found once.
"""


def source(v: Variable, axis: int) -> Source:
    """Where the length of an axis comes from, as far as the graph tells."""
    stack = [AxisOf(v, axis)]
    while stack:
        at = stack[-1]
        found = _FOUND.setdefault(at.variable, {})
        if at.axis in found:
            stack.pop()
            continue
        steps = _steps(at)
        waiting = [s for s in steps if isinstance(s, AxisOf) and not _is_found(s)]
        if waiting:
            stack.extend(waiting)
            continue
        ends = {_end(s) for s in steps}
        found[at.axis] = ends.pop() if len(ends) == 1 else None
    return _end(AxisOf(v, axis))


def _is_found(at: AxisOf) -> bool:
    return at.axis in _FOUND.get(at.variable, ())


def _end(step: Source) -> Source:
    """The source that was found for an axis; other sources are their own."""
    if not isinstance(step, AxisOf):
        return step
    found = _FOUND[step.variable][step.axis]
    return step if found is None else found


def _steps(at: AxisOf) -> Sequence[Source]:
    """One step of the trace: what an axis is as long as, each of them."""
    length = at.variable.type.shape[at.axis]
    return [length] if isinstance(length, int) else _steps_through(at)


def _steps_through(at: AxisOf) -> Sequence[Source]:
    """The axes, or the number, that decide a length by the op that makes it."""
    node = at.variable.owner
    if node is None or len(node.outputs) > 1:
        return []
    axes = operands_along(node, at.variable.ndim, at.axis)
    if axes:
        return axes
    trace = TRACES.get(type(node.op))
    step = None if trace is None else trace(node, at.axis)
    return [] if step is None else [step]


def operands_along(node: Apply, ndim: int, axis: int) -> list[AxisOf]:
    """The operands that are not 1 long on an axis: their lengths must agree."""
    operands = node.inputs
    if isinstance(node.op, AdvancedSubtensor):
        operands = _picks(node.op, node.inputs)
    elif not isinstance(node.op, Elementwise):
        return []
    from_right = axis - ndim
    return [
        AxisOf(i, i.ndim + from_right)
        for i in dict.fromkeys(operands)
        if i.ndim >= -from_right and i.type.shape[from_right] != 1
    ]


def _picks(op: AdvancedSubtensor, inputs: Sequence[Variable]) -> Sequence[Variable]:
    """The arrays of positions, where they alone make the axes of the result."""
    if not all(isinstance(p, Pick) or p == At(0) for p in op.index):
        return ()
    return inputs[1:]


def _of_dimshuffle(node: Apply, axis: int) -> Step:
    assert isinstance(node.op, DimShuffle)
    origin = node.op.order[axis]
    return 1 if origin == "x" else AxisOf(node.inputs[0], origin)


def _of_alloc(node: Apply, axis: int) -> Step:
    value, *lengths = node.inputs
    own = axis - len(lengths) + value.ndim
    if own >= 0 and value.type.shape[own] != 1:
        return None
    return _number(lengths[axis])


def _number(n: Variable) -> Source:
    """The source of a length that is given as a number."""
    if n.data is not None:
        return int(n.data)
    if n.owner is not None and isinstance(n.owner.op, ShapeOf):
        return AxisOf(n.owner.inputs[0], n.owner.op.axis)
    return n


def _of_reduction(node: Apply, axis: int) -> Step:
    taken: tuple[int, ...] = node.op.attributes()["axis"]
    (x,) = node.inputs
    kept = [a for a in range(x.ndim) if a not in taken]
    return AxisOf(x, kept[axis])


def _of_first(node: Apply, axis: int) -> Step:
    return AxisOf(node.inputs[0], axis)


def _of_arange(node: Apply, axis: int) -> Step:
    start, stop, step = node.inputs
    del axis
    counted = (constant_value(start), constant_value(step)) == (0, 1)
    return _number(stop) if counted and stop.dtype == "int64" else None


def _of_subtensor(node: Apply, axis: int) -> Step:
    assert isinstance(node.op, Subtensor)
    kept = [a for a, p in enumerate(node.op.index) if not isinstance(p, At)]
    part = node.op.index[kept[axis]]
    simple = not any(isinstance(p, NewAxis) for p in node.op.index)
    whole = isinstance(part, Cut) and part.is_whole
    return AxisOf(node.inputs[0], kept[axis]) if simple and whole else None


def _of_reshape(node: Apply, axis: int) -> Step:
    shape = node.inputs[1]
    if shape.owner is None or not isinstance(shape.owner.op, MakeVector):
        return None
    length = shape.owner.inputs[axis]
    return None if length.data is not None and length.data < 0 else _number(length)


def _of_dot(node: Apply, axis: int) -> Step:
    x, y = node.inputs
    rows = x.ndim - 1
    return AxisOf(x, axis) if axis < rows else AxisOf(y, axis - rows + 1)


TRACES: dict[type[Op], Trace] = {
    DimShuffle: _of_dimshuffle,
    Alloc: _of_alloc,
    ARange: _of_arange,
    Dot: _of_dot,
    IncSubtensor: _of_first,
    AdvancedIncSubtensor: _of_first,
    PlaceInRows: _of_first,
    Reshape: _of_reshape,
    Subtensor: _of_subtensor,
    Sum: _of_reduction,
    Prod: _of_reduction,
    Max: _of_reduction,
    Min: _of_reduction,
    Argmax: _of_reduction,
    Argmin: _of_reduction,
    AllTrue: _of_reduction,
    AnyTrue: _of_reduction,
}
"""One step of the trace through each op; what is not here is not looked through."""


def same_length(a: Variable, axis: int, b: Variable, other: int) -> bool:
    """True when two axes have the same length in every call that does not fail."""
    if source(a, axis) == source(b, other):
        return True
    return not sources(a, axis).isdisjoint(sources(b, other))


def sources(v: Variable, axis: int) -> set[Source]:
    """Every axis and number that the length of an axis must be equal to.

    Where an op checks that its operands agree, all of them are followed.
    """
    found: set[Source] = set()
    waiting: list[Source] = [AxisOf(v, axis)]
    while waiting and len(found) < MOST_SOURCES:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting.extend(_origins_of(here) if isinstance(here, AxisOf) else ())
    return found


def _origins_of(at: AxisOf) -> Sequence[Source]:
    length = at.variable.type.shape[at.axis]
    known: list[Source] = [length] if isinstance(length, int) else []
    return [*known, *_steps_through(at)]


def same_shape(a: Variable, b: Variable) -> bool:
    """True when two variables have the same shape in every call."""
    return a is b or (
        a.ndim == b.ndim and all(same_length(a, i, b, i) for i in range(a.ndim))
    )


def length_of(v: Variable, axis: int, origins: tuple[Origin, ...] = ()) -> Variable:
    """The length of an axis, int64[], asked where it comes from."""
    found = source(v, axis)
    if isinstance(found, int):
        return as_constant(np.array(found, "int64"), origins)
    if isinstance(found, AxisOf):
        node = ShapeOf(found.axis).make(found.variable, origins=origins)
        return node.outputs[0]
    return found if found.dtype == "int64" else cast(found, "int64")


def lengths_of(v: Variable, origins: tuple[Origin, ...] = ()) -> list[Variable]:
    """The length of each axis, int64[]."""
    return [length_of(v, axis, origins) for axis in range(v.ndim)]
