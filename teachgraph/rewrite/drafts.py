"""A loop taken apart, so that passes can change it and put it together again.

    draft = Draft.of(node)
    draft.states[0].kept = 1
    made = draft.apply()        the new node, and its outputs by the old positions

A row, a state, an output or a constant is one object, with what it is inside of a turn
and what it is outside; so nothing has to be counted while parts come and go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from teachgraph.core.graph import Apply, Graph, Variable, substitute
from teachgraph.core.types import Length, TensorType
from teachgraph.ops.scan import Scan


@dataclass(eq=False)
class Row:
    """A sequence: an element of it, and the whole."""

    inside: Variable
    outside: Variable


@dataclass(eq=False)
class Constant:
    """What is the same in all turns."""

    inside: Variable
    outside: Variable


@dataclass(eq=False)
class Output:
    """What is collected; `old` is the output of the node that it was, if it was one."""

    new: Variable
    kept: int | None
    old: Variable | None = None


@dataclass(eq=False)
class State(Output):
    """A value that goes from turn to turn: `inside` has one variable for each tap."""

    taps: tuple[int, ...] = ()
    inside: tuple[Variable, ...] = ()
    initial: Variable | None = None

    @property
    def depth(self) -> int:
        """How many turns back it is read."""
        return -min(self.taps)


@dataclass(eq=False)
class Draft:
    """A loop in parts."""

    node: Apply
    op: Scan
    n: Variable
    rows: list[Row]
    states: list[State]
    collected: list[Output]
    constants: list[Constant]
    stop: Variable | None

    @classmethod
    def of(cls, node: Apply) -> Draft:
        """The parts of a node that applies a `Scan`."""
        op = node.op
        assert isinstance(op, Scan)
        outer, inner = op.split(node.inputs), op.inner_inputs()
        past = iter(inner.initials)
        new = iter(zip(op.graph.outputs, op.kept, node.outputs))
        states = [
            State(*next(new), taps, tuple(next(past) for _ in taps), initial)
            for taps, initial in zip(op.taps, outer.initials)
        ]
        collected = [Output(*parts) for parts in new]
        return cls(
            node,
            op,
            outer.n,
            [Row(*pair) for pair in zip(inner.sequences, outer.sequences)],
            states,
            collected,
            [Constant(*pair) for pair in zip(inner.constants, outer.constants)],
            op.graph.outputs[-1] if op.until else None,
        )

    @property
    def outputs(self) -> list[Output]:
        """States, then what is collected."""
        return [*self.states, *self.collected]

    @property
    def ends(self) -> tuple[Variable, ...]:
        """The outputs of the inner graph."""
        stop = () if self.stop is None else (self.stop,)
        return (*(o.new for o in self.outputs), *stop)

    @property
    def inputs(self) -> tuple[Variable, ...]:
        """The inputs of the inner graph."""
        past = (v for s in self.states for v in s.inside)
        constants = (c.inside for c in self.constants)
        return (*(r.inside for r in self.rows), *past, *constants)

    @property
    def graph(self) -> Graph:
        """The inner graph."""
        return Graph(self.inputs, self.ends)

    @property
    def turns(self) -> Length:
        """The number of turns, where types tell it."""
        if self.n.data is not None:
            return int(self.n.data)
        known = (r.outside.type.shape[0] for r in self.rows)
        return next((n for n in known if n is not None), None)

    def replace(self, new: Mapping[Variable, Variable]) -> None:
        """Put other variables into the turn."""
        ends = iter(substitute(self.ends, new))
        for o in self.outputs:
            o.new = next(ends)
        self.stop = next(ends, None)

    def apply(self) -> Apply:
        """The node; its outputs have the types that they had."""
        kept = tuple(o.kept for o in self.outputs)
        op = Scan(
            self.graph,
            len(self.rows),
            tuple(s.taps for s in self.states),
            self.stop is not None,
            () if all(k is None for k in kept) else kept,
            self.op.truncate,
            self.op.name,
        )
        inputs = (
            self.n,
            *(r.outside for r in self.rows),
            *(s.initial for s in self.states if s.initial is not None),
            *(c.outside for c in self.constants),
        )
        types = [self._type(o) for o in self.outputs]
        made = Apply(op, inputs, types, self.node.origins)
        for v, o in zip(made.outputs, self.outputs, strict=True):
            if o.old is not None:
                v.take_labels(o.old)
        return made

    def _type(self, o: Output) -> TensorType:
        if o.old is not None and self.op.kept[o.old.index] == o.kept:
            return o.old.type
        row = o.new.type.shape if o.old is None else o.old.type.shape[1:]
        turns = None if self.stop is not None else self.turns
        return TensorType(o.new.dtype, (turns if o.kept is None else o.kept, *row))

    def moved(self, made: Apply) -> dict[Variable, Variable]:
        """Which output of the new node each old one is."""
        pairs = zip(self.outputs, made.outputs, strict=True)
        return {o.old: v for o, v in pairs if o.old is not None}

    def depends(self, on: Iterable[Variable]) -> set[Variable]:
        """The variables of a turn that depend on some of its inputs."""
        found = set(on)
        for node in self.graph.applies():
            if not found.isdisjoint(node.inputs):
                found.update(node.outputs)
        return found
