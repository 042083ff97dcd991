"""A call computed once more in NumPy, of which every value can be asked for, and why.

    frame = Frame(graph, values)
    element = frame.element(v, index)      one number
    element.parts()                        the numbers that it was made of

A frame is a graph with the values of all its variables: the graph of a function in a
call, or the inner graph of a loop in one of its turns. The parts of an element may lie
in another frame: those of an output of a loop lie in a turn, and those of what a turn
reads from the turn before lie there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from math import prod
from typing import Any, cast

import numpy as np

from teachgraph.core.events import Array
from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.core.record import record
from teachgraph.debug.elements import reads_of
from teachgraph.ops.fused import straight
from teachgraph.ops.ifelse import Branches, IfElse
from teachgraph.ops.inner import OpFromGraph
from teachgraph.ops.printed import silent
from teachgraph.ops.scan import Scan
from teachgraph.program.execute import call_numpy
from teachgraph.program.stretch import length_check
from teachgraph.program.turns import Turns

Turn = tuple[Apply, int]
MOST_TRIED = 512
"""So many elements are changed one by one, to see whether a number depends on them."""


@record(eq=False)
class Elements:
    """Some elements of a variable's value: flat positions in row-major order."""

    frame: Frame
    variable: Variable
    flat: Array

    @cached_property
    def array(self) -> Array:
        """The whole value that they are elements of."""
        return self.frame.values[self.variable]

    @cached_property
    def values(self) -> Array:
        """The numbers."""
        return np.ravel(self.array)[self.flat]

    def one(self, position: int) -> Elements:
        """One of them."""
        return Elements(self.frame, self.variable, self.flat[position : position + 1])

    @property
    def index(self) -> tuple[int, ...]:
        """The index of the first."""
        where = np.unravel_index(int(self.flat[0]), self.array.shape)
        return tuple(int(i) for i in where)

    def parts(self) -> list[Elements]:
        """The elements that these were made of; none for what was given or is fixed."""
        return self.frame.parts(self)


class Frame:
    """A graph with the values of all its variables.

    Attributes:
        turns: in which turn of which loops it lies, the outermost first.
        values: by variable.
    """

    def __init__(
        self,
        graph: Graph,
        given: Sequence[Array],
        turns: tuple[Turn, ...] = (),
        enter: Callable[[int, Array], list[Elements]] | None = None,
    ):
        self.turns = turns
        self.values: dict[Variable, Array] = {}
        self._position = {v: k for k, v in enumerate(graph.inputs)}
        self._enter = enter
        self._loops: dict[Apply, _Loop] = {}
        self.values.update(zip(graph.inputs, given, strict=True))
        with silent(), np.errstate(all="ignore"):
            for v in graph.variables():
                if v.data is not None:
                    self.values[v] = v.data
            for node in graph.applies():
                results = self._computed(node, [self.values[v] for v in node.inputs])
                self.values.update(zip(node.outputs, results, strict=True))

    def elements(self, v: Variable, flat: Array) -> Elements:
        """Elements of a variable by their flat positions."""
        return Elements(self, v, np.asarray(flat, np.int64))

    def element(self, v: Variable, index: Sequence[int]) -> Elements:
        """One element of a variable."""
        shape = self.values[v].shape
        flat = np.ravel_multi_index(tuple(index), shape) if shape else 0
        return self.elements(v, np.array([flat]))

    def parts(self, of: Elements) -> list[Elements]:
        """What elements were made of."""
        node = of.variable.owner
        if node is None or of.variable in self._position:
            position = self._position.get(of.variable)
            enter = self._enter if position is not None else None
            return [] if enter is None or position is None else enter(position, of.flat)
        match node.op:
            case Scan():
                return self._loops[node].outputs(of)
            case OpFromGraph() | Branches():
                return self._inside(node, of)
            case IfElse():
                return self._chosen(node, node.op, of)
            case _:
                return self._of_node(node, of)

    def _computed(self, node: Apply, inputs: list[Array]) -> Sequence[Array]:
        if isinstance(node.op, Scan):
            loop = self._loops[node] = _Loop(self, node, inputs)
            return loop.results
        return call_numpy(node, inputs, length_check(node))

    def _of_node(self, node: Apply, of: Elements) -> list[Elements]:
        inputs = [self.values[v] for v in node.inputs]
        reads = reads_of(node, inputs, of.array, of.flat)
        if reads is None:
            return self._tried(node, inputs, of)
        return [self.elements(node.inputs[r.position], r.flat) for r in reads]

    def _chosen(self, node: Apply, op: IfElse, of: Elements) -> list[Elements]:
        condition, *branches = node.inputs
        first = 0 if self.values[condition] else op.count
        taken = branches[first + of.variable.index]
        return [self.elements(taken, of.flat), self.elements(condition, np.array([0]))]

    def _inside(self, node: Apply, of: Elements) -> list[Elements]:
        """The same elements, of the inner graph's output."""
        given, graph = list(node.inputs), getattr(node.op, "graph", None)
        if isinstance(node.op, Branches):
            op, count = node.op, len(node.op.then.inputs)
            taken = bool(self.values[given[0]])
            graph = op.then if taken else op.otherwise
            given = given[1 : 1 + count] if taken else given[1 + count :]
        assert isinstance(graph, Graph)

        def enter(position: int, flat: Array) -> list[Elements]:
            return [self.elements(given[position], flat)]

        frame = Frame(graph, [self.values[v] for v in given], self.turns, enter)
        return [frame.elements(graph.outputs[of.variable.index], of.flat)]

    def _tried(self, node: Apply, inputs: list[Array], of: Elements) -> list[Elements]:
        """What elements depend on, found by changing the inputs; or else everything."""
        everything = [
            self.elements(v, np.arange(prod(np.shape(a))))
            for v, a in zip(node.inputs, inputs, strict=True)
            if v.type.is_array
        ]
        if sum(len(e.flat) for e in everything) > MOST_TRIED:
            return everything
        found: list[Elements] = []
        for position, e in enumerate(everything):
            moved = [k for k in e.flat if _matters(node, inputs, position, k, of)]
            if moved:
                found.append(self.elements(e.variable, np.array(moved)))
        return found or everything


def _matters(
    node: Apply, inputs: list[Array], position: int, k: int, of: Elements
) -> bool:
    """Whether an element of an input has to do with those of the output."""
    changed = list(inputs)
    array = changed[position] = np.array(inputs[position])
    flat = array.reshape(-1)
    flat[k] = _other(flat[k])
    try:
        with silent(), np.errstate(all="ignore"):
            result: Any = node.op.numpy(*changed)
    except (ArithmeticError, ValueError, IndexError, AssertionError):
        return True
    if isinstance(result, tuple):
        result = cast(tuple[Any, ...], result)[of.variable.index]
    if np.shape(result) != of.array.shape:
        return True
    now: Array = np.ravel(result)[of.flat]
    return not np.array_equal(now, of.values, equal_nan=now.dtype.kind in "fc")


def _other(value: Any) -> Any:
    """Another number of the dtype, finite, and not far."""
    if value.dtype.kind == "b":
        return not value
    if value.dtype.kind in "iu":
        return value + 1 if value < 1 else value - 1
    return value * 1.125 + 0.25 if np.isfinite(value) else value.dtype.type(0.5)


class _Loop:
    """A loop that ran, with what each of its turns began with."""

    def __init__(self, around: Frame, node: Apply, inputs: list[Array]):
        assert isinstance(node.op, Scan)
        self._around, self._node, self._op = around, node, node.op
        self._begun: list[list[Array]] = []
        turns = Turns(node, node.op, int(inputs[0]), inputs[1:])
        turn_of = straight(node.op.graph)
        while turns.more:
            begun = turns.inputs()
            self._begun.append(begun)
            turns.take(turn_of(begun))
        self.results = turns.outputs()
        self._frame = lru_cache(maxsize=None)(self._new_frame)

    def _new_frame(self, turn: int) -> Frame:
        def enter(position: int, flat: Array) -> list[Elements]:
            return self._read(turn, position, flat)

        turns = (*self._around.turns, (self._node, turn))
        return Frame(self._op.graph, self._begun[turn], turns, enter)

    def outputs(self, of: Elements) -> list[Elements]:
        """Elements of an output, as elements of the turns that gave them."""
        position = of.variable.index
        kept = self._op.kept[position]
        first = 0 if kept is None else len(self._begun) - kept
        size = max(prod(of.array.shape[1:]), 1)
        return [
            elements
            for row in np.unique(of.flat // size)
            for elements in self._after(
                int(row) + first, position, of.flat[of.flat // size == row] % size
            )
        ]

    def _after(self, turn: int, output: int, flat: Array) -> list[Elements]:
        """Elements of an inner output after a turn, or of first values before all."""
        if turn >= 0:
            frame = self._frame(turn)
            return [frame.elements(self._op.graph.outputs[output], flat)]
        initial = self._op.split(self._node.inputs).initials[output]
        shape = self._around.values[initial].shape
        return [self._row(initial, shape[0] + turn, flat)]

    def _row(self, v: Variable, row: int, flat: Array) -> Elements:
        size = prod(self._around.values[v].shape[1:])
        return self._around.elements(v, row * size + flat)

    def _read(self, turn: int, position: int, flat: Array) -> list[Elements]:
        """Elements of an inner input, where they come from."""
        parts = self._op.split(self._node.inputs)
        if position < self._op.sequences:
            return [self._row(parts.sequences[position], turn, flat)]
        taps = list(_taps(self._op))
        past = position - self._op.sequences
        if past < len(taps):
            state, tap = taps[past]
            return self._after(turn + tap, state, flat)
        return [self._around.elements(parts.constants[past - len(taps)], flat)]


def _taps(op: Scan) -> Iterator[tuple[int, int]]:
    """A state and a tap for each inner input that reads a state."""
    for state, taps in enumerate(op.taps):
        for tap in taps:
            yield state, tap
