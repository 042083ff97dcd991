"""Which expression of the user's does not fit the values of a call.

The graph as it was written is followed from its inputs with the types of the values:
`infer` says of each node whether it fits, as it did while the graph was built. Nothing
is computed but whole numbers that decide about shapes, and indices. So a fault in fused
machine code is told in terms of the user's line, with the lengths of the call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from teachgraph.core.entrance import error_of
from teachgraph.core.events import summarize
from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.core.record import having
from teachgraph.core.report import Fault, Hint, Note, Report, TeachgraphError
from teachgraph.core.types import (
    LengthMismatch,
    Operand,
    TensorType,
    ValueOfLength,
    is_integer,
)
from teachgraph.errors.naming import called, shape_words
from teachgraph.errors.suggest import REFUSALS
from teachgraph.ops.complain import misfit
from teachgraph.ops.fused import straight
from teachgraph.ops.positions import OutOfRange, check_positions
from teachgraph.ops.reduce import Extreme, Position
from teachgraph.ops.scan import Scan
from teachgraph.program.stretch import RIGID, Rigid, actual_type, whole_numbers

Array = np.ndarray[Any, Any]
MOST_SUMMARIES = 6


class _One(Rigid):
    """A length that is 1 in this call, written as a number."""

    def __str__(self) -> str:
        return "1"


ONE = _One()


def blame(
    graph: Graph, values: Sequence[Any], *, ran: Apply | None = None
) -> TeachgraphError | None:
    """The error of the first node, as the user wrote it, that does not fit the values.

    Args:
        values: of the graph's inputs, in order; arrays, or numbers that would make one.
        ran: the node of the optimized graph that failed, if it is known.

    Returns:
        None when every node fits: the fault is of another kind.
    """
    return _first_misfit(_Replay(graph, values), ran)


def _in_a_turn(replay: _Replay, node: Apply) -> TeachgraphError | None:
    """The error of the first node inside a loop that does not fit, with the turn."""
    op = node.op
    assert isinstance(op, Scan)
    parts = op.split([replay.known[v] for v in node.inputs])
    rows = [Operand(_row(x.type)) for x in parts.sequences]
    for taps, x in zip(op.taps, parts.initials, strict=True):
        rows.extend(Operand(_row(x.type)) for _ in taps)
    of_types = _Replay(op.graph, [None] * len(op.graph.inputs))
    of_types.known.update(zip(op.graph.inputs, (*rows, *parts.constants), strict=True))
    found = _first_misfit(of_types)
    found = found or _other_state(op, of_types)
    if found is not None:
        return _in_turn(found, node, None)
    arrays = [replay.array(v) for v in node.inputs]
    if any(a is None for a in arrays):
        return None
    values: Sequence[Any] = ()
    turn = -1
    try:
        for values in op.turns([a for a in arrays if a is not None]):
            turn += 1
            straight(op.graph)(values)
    except (ValueError, IndexError, ArithmeticError, LengthMismatch):
        begun = len(values) == len(op.graph.inputs)
        found = _first_misfit(_Replay(op.graph, values)) if begun else None
    return None if found is None else _in_turn(found, node, turn)


def _other_state(op: Scan, known: _Replay) -> TeachgraphError | None:
    """A state that has other lengths after a turn than before it."""
    inner = op.inner_inputs().initials
    first = 0
    for position, taps in enumerate(op.taps):
        before, new = inner[first], op.graph.outputs[position]
        first += len(taps)
        old, now = known.type_of(before).shape, known.type_of(new).shape
        for axis, (n, m) in enumerate(zip(old, now, strict=True)):
            if n is None or m is None or str(n) == str(m):
                continue
            title = (
                f"`{called(new)}` {shape_words(now)} is the next `{called(before)}` "
            )
            title += f"{shape_words(old)}: axis {axis} has {m} and {n} elements"
            hint = Hint("let the initial value have the shape of what a turn gives")
            why = "What one turn gives, the next turn reads: its shape stays the same."
            report = Report("shape-mismatch", title, new.origin, why=why, hints=(hint,))
            return error_of(report)
    return None


def _row(t: TensorType) -> TensorType:
    return t.with_shape(t.shape[1:]) if t.ndim else t


def _first_misfit(replay: _Replay, ran: Apply | None = None) -> TeachgraphError | None:
    """The error of the first node that does not fit, in a turn of a loop if need be."""
    for node in replay.graph.applies():
        if isinstance(node.op, Scan) and (found := _in_a_turn(replay, node)):
            return found
        error = replay.follow(node)
        if error is not None:
            return replay.told(node, error, ran)
    return None


def _in_turn(error: TeachgraphError, node: Apply, turn: int | None) -> TeachgraphError:
    """The error with the turn in which it shows; every one if shapes alone tell."""
    which = "in every turn" if turn is None else f"in turn {turn}, counted from 0,"
    origin = node.origins[0] if node.origins else None
    note = Note(f"this is {which} of {node.op.title}", origin)
    report = having(error.report, notes=(note, *error.report.notes)[:3])
    return error_of(report)


def types_in(
    graph: Graph, values: Sequence[Any]
) -> tuple[TeachgraphError | None, Mapping[Variable, TensorType]]:
    """The type of every variable for values of the inputs, or the first misfit.

    None among the values is one of which only the type is known.
    """
    replay = _Replay(graph, values)
    error = _first_misfit(replay)
    return error, {v: known.type for v, known in replay.known.items()}


class _Replay:
    """The types of all variables during a call, and the few values they need."""

    def __init__(self, graph: Graph, values: Sequence[Any]):
        self.graph = graph
        self.arrays: dict[Variable, Array] = {
            v: np.asarray(value) if v.type.is_array else value
            for v, value in zip(graph.inputs, values, strict=True)
            if value is not None
        }
        self.given = tuple(graph.inputs)
        self.known: dict[Variable, Operand] = {}
        for v in graph.variables():
            array = self.arrays.get(v, v.data)
            if array is not None:
                self.known[v] = Operand(
                    _spelled(actual_type(v, array)), whole_numbers(array)
                )
            elif v in self.given:
                self.known[v] = Operand(v.type)

    def follow(self, node: Apply) -> Exception | None:
        """What the node's op has against its inputs; None when it takes them."""
        inputs = self._operands(node)
        try:
            if inputs:
                check_positions(
                    node.op, inputs[0].type, node.inputs, self._reader(node)
                )
                _refuse_nothing(node, inputs[0].type)
            found = node.op.infer(
                *(inputs if node.op.reads_values else [o.type for o in inputs])
            )
        except (OutOfRange, *REFUSALS) as error:
            return error
        several = [found] if isinstance(found, TensorType) else [*found]
        for v, t in zip(node.outputs, several, strict=True):
            self.known[v] = Operand(self._settled(v, t), self._value(node, v, inputs))
        return None

    def told(
        self, node: Apply, error: Exception, ran: Apply | None
    ) -> TeachgraphError | None:
        """The error in words."""
        told = misfit(
            node.op,
            node.inputs,
            self._operands(node),
            error,
            node.origins[0] if node.origins else None,
            type_of=self.type_of,
            more=(*_where_it_ran(node, ran), *self._summaries()),
        )
        return told if isinstance(told, TeachgraphError) else None

    def _operands(self, node: Apply) -> list[Operand]:
        """What is known of each input; whole numbers only where the op asks."""
        if node.op.reads_values:
            return [self._with_value(v) for v in node.inputs]
        return [self.known[v] for v in node.inputs]

    def type_of(self, v: Variable) -> TensorType:
        """The type of a variable in this call."""
        return self.known[v].type if v in self.known else v.type

    def _settled(self, v: Variable, t: TensorType) -> TensorType:
        """The type, where only what the graph promises to be 1 may be stretched."""
        shape = t.shape
        if None in shape and (array := self.array(v)) is not None:
            shape = array.shape
        lengths = (
            ONE if n == 1 and promised != 1 else n
            for n, promised in zip(shape, v.type.shape, strict=True)
        )
        return _spelled(v.type.with_shape(tuple(lengths)))

    def _value(self, node: Apply, v: Variable, inputs: list[Operand]) -> ValueOfLength:
        if v.type.ndim > 1 or len(node.outputs) > 1 or not is_integer(v.type.dtype):
            return None
        return node.op.known_value(*inputs)

    def _with_value(self, v: Variable) -> Operand:
        """What is known of a variable; a whole number is worked out if need be."""
        known = self.known[v]
        if known.value is not None or v.type.ndim > 1 or not is_integer(v.type.dtype):
            return known
        array = self.array(v)
        return known if array is None else Operand(known.type, whole_numbers(array))

    def _reader(self, node: Apply) -> Callable[[int], Array | None]:
        def read(position: int) -> Array | None:
            return self.array(node.inputs[position])

        return read

    def array(self, v: Variable) -> Array | None:
        """The value of a variable, computed in NumPy if it is not given.

        None when that fails; the node at fault is then found on its own account.
        """
        if v.data is not None:
            return v.data
        for node in Graph(self.given, (v,)).applies():
            arguments = [self.arrays.get(i, i.data) for i in node.inputs]
            if any(a is None for a in arguments):
                return None
            if node.outputs[0] not in self.arrays:
                try:
                    result: Any = node.op.numpy(*arguments)
                except (ValueError, IndexError, ArithmeticError):
                    return None
                one = isinstance(result, np.ndarray)
                results: list[Array] = [result] if one else [*result]
                self.arrays.update(zip(node.outputs, results, strict=True))
        return self.arrays.get(v)

    def _summaries(self) -> tuple[tuple[str, str], ...]:
        """The values that were given to the call, in a few numbers each."""
        named = [v for v in self.given if v.name is not None and v in self.arrays]
        named = named[:MOST_SUMMARIES]
        lines = [_summary(v, self.arrays) for v in named]
        return (("Values", "\n".join(lines)),) if lines else ()


def _refuse_nothing(node: Apply, t: TensorType) -> None:
    """The largest or the first of no elements is nothing."""
    op = node.op
    if not isinstance(op, Extreme | Position):
        return
    empty = [a for a in op.axis if t.shape[a] == 0]
    if empty:
        name = called(node.inputs[0], node.outputs[0].origin)
        raise Fault(
            "empty-reduction",
            f"there is no {op.title.lower()} of `{name}` {shape_words(t.shape)}: "
            f"axis {empty[0]} is empty",
            why="A sum of nothing is 0, but nothing is the largest of no elements.",
            hints=(
                Hint("pass at least one element, or check the length before the call"),
            ),
        )


def _spelled(t: TensorType) -> TensorType:
    """The type, with a length that writes itself as 1."""
    return t.with_shape(tuple(ONE if n is RIGID else n for n in t.shape))


def _summary(v: Variable, arrays: Mapping[Variable, Array]) -> str:
    s = summarize(arrays[v])
    words = f"{v.name}: {s.dtype} {s.shape}"
    if s.minimum is not None:
        words += f", from {s.minimum:g} to {s.maximum:g}, mean {s.mean:.4g}"
    odd = [f"{n} {kind}" for n, kind in ((s.nans, "nan"), (s.infs, "inf")) if n]
    return words + "".join(f", {part}" for part in odd)


def _where_it_ran(node: Apply, ran: Apply | None) -> tuple[tuple[str, str], ...]:
    """What the optimizer had made of the node, when that is known and differs."""
    if ran is None or ran.op == node.op:
        return ()
    lines = sorted({o.span().line for o in ran.origins})
    made = f"which stands for line{'s' if len(lines) > 1 else ''} "
    made += ", ".join(map(str, lines))
    words = f"the optimizer changed this: it ran as {ran.op.title}, {made}"
    return (("Where it ran", words),)
