"""The gradient of one turn: what it hands back to what it read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

from teachgraph.core.graph import Graph, Variable
from teachgraph.core.record import record
from teachgraph.core.types import is_continuous
from teachgraph.ops.alloc import ShapeOf, zeros_like
from teachgraph.ops.base import SWEEP
from teachgraph.ops.casting import disconnected_grad, tensor_copy
from teachgraph.ops.missing import NoGradient, rest_of
from teachgraph.ops.scan import Scan

Key = TypeVar("Key")
Tap = tuple[int, int]
"""A state and one of its taps."""


class Flat:
    """Tells a gradient of zero, where a way leads through jumps, from none at all."""

    def __init__(self, op: Scan, arriving: Collection[int]):
        inner = op.inner_inputs()
        past = [s for s, taps in enumerate(op.taps) for _ in taps]
        reached = set(arriving)
        while True:
            ends = tuple(op.graph.outputs[i] for i in sorted(reached))
            self.read = _smooth_or_flat(Graph(op.graph.inputs, ends))
            pairs = zip(past, inner.initials)
            more = {s for s, v in pairs if v in self.read} - reached
            if not more:
                break
            reached |= more
        self.inner: list[set[Variable]] = [set()]
        self.inner += [{v} for v in inner.sequences]
        pairs = list(zip(past, inner.initials))
        self.inner += [{v for s, v in pairs if s == i} for i in range(op.states)]
        self.inner += [{v} for v in inner.constants]

    def gradient(self, position: int, x: Variable) -> Variable | None:
        """Zeros, if any output reads the input at all."""
        is_read = not self.inner[position].isdisjoint(self.read)
        return zeros_like(x) if is_read and is_continuous(x.dtype) else None


def _smooth_or_flat(graph: Graph) -> set[Variable]:
    """What the outputs are made of, other than by its shape."""
    read = set(graph.outputs)
    for node in reversed(graph.applies()):
        cuts = isinstance(node.op, ShapeOf) or node.op == disconnected_grad
        if not cuts and not read.isdisjoint(node.outputs):
            read.update(node.inputs)
    return read


@record(eq=False)
class Turn:
    """What one turn hands back, in terms of the inner graph and of `into`.

    `into` has for each output a leaf, the gradient that arrives at it in this turn.
    Where a gradient is not all there, `missing` says so of the inner input.
    """

    into: dict[int, Variable]
    to_rows: dict[int, Variable]
    to_past: dict[Tap, Variable]
    to_constants: dict[int, Variable]
    missing: dict[Variable, NoGradient]


def swept(op: Scan, arriving: dict[int, Variable]) -> Turn:
    """Sweep back through one turn; a state that later turns read is reached as well."""
    parts = op.inner_inputs()
    taps = [(s, tap) for s, taps in enumerate(op.taps) for tap in taps]
    # Copies, as one output may be an input, or part of another output.
    ends = [tensor_copy(v) for v in op.graph.outputs]
    into = {i: leaf(ends[i], "g") for i in arriving}
    while True:
        seeds = {ends[i]: v for i, v in into.items()}
        inner = [v for v in op.graph.inputs if is_continuous(v.dtype)]
        reached = dict(zip(inner, SWEEP[0](seeds, inner)))
        found = {v: rest_of(g) for v, g in reached.items()}
        past = _present(taps, parts.initials, found)
        more = {s for s, _ in past} - into.keys()
        if not more:
            rows = _present(range(op.sequences), parts.sequences, found)
            every = range(len(parts.constants))
            constants = _present(every, parts.constants, found)
            missing = {v: g for v, g in reached.items() if isinstance(g, NoGradient)}
            return Turn(into, rows, past, constants, missing)
        into.update((s, leaf(ends[s], "g")) for s in more)


def with_missing(
    op: Scan,
    turn: Turn,
    inputs: Sequence[Variable],
    terms: Sequence[Variable | None],
) -> list[Variable | None]:
    """The gradients of a loop's inputs, marked where a turn has none.

    What is missing of a state's gradient is missing of all that turns before it read.
    """
    parts, missing = op.inner_inputs(), turn.missing
    lost = next((missing[v] for v in parts.initials if v in missing), None)
    of_states = [lost] * op.states
    of_inputs = [None, *(missing.get(v, lost) for v in parts.sequences), *of_states]
    of_inputs += [missing.get(v, lost) for v in parts.constants]
    return [
        g if none is None or not is_continuous(x.dtype) else none.of(x, g)
        for g, none, x in zip(terms, of_inputs, inputs, strict=True)
    ]


def _present(
    keys: Sequence[Key],
    inputs: Sequence[Variable],
    found: Mapping[Variable, Variable | None],
) -> dict[Key, Variable]:
    """The gradients that there are, by the keys of the inputs."""
    pairs = zip(keys, (found.get(v) for v in inputs))
    return {key: g for key, g in pairs if g is not None}


def leaf(v: Variable, name: str | None = None) -> Variable:
    """A variable of the same type that nothing makes."""
    return Variable(v.type, name, origins=v.origins)
