"""A loop as an op: an inner graph run turn after turn.

What `fn` of `teachgraph.scan` wrote becomes one inner graph; everything around it (taps
of sequences, reversed sequences, updates of shared variables) is arranged outside, by
ordinary nodes, so that the op itself stays small.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from teachgraph.core.graph import Graph, Variable
from teachgraph.core.op import Op
from teachgraph.core.record import record
from teachgraph.core.report import Fault, Hint
from teachgraph.core.shapes import infer_through
from teachgraph.core.types import (
    Operand,
    TensorType,
    is_integer,
    same_length,
)
from teachgraph.ops.base import SCAN_GRADIENT, Array, Example, Gradients, ramp
from teachgraph.ops.dot import dot
from teachgraph.ops.fused import straight
from teachgraph.ops.scalars import add, mul
from teachgraph.ops.trigonometry import tanh


class Scan(Op):
    """The outputs of an inner graph, for each turn of a loop, stacked along axis 0.

    Fields:
        graph: one turn. Its inputs: an element of each sequence, then for each state
            one value a tap, then the constants. Its outputs: the next value of each
            state, then what is collected, then the condition to stop, if `until`.
        sequences: how many inputs after `n` are walked along their axis 0.
        taps: for each state, which turns back its inputs read, such as (-2, -1).
        until: the last output of `graph` is a condition; the turn in which it is not 0
            is the last.
        keep: for each output, how many of the last turns are kept; None for all. A
            state with `keep` may go back into its initial values; () is None for each.
        truncate: how many turns back a gradient goes; -1 for all.
        name: for printing.

    Inputs: `n`, the (most) number of turns, int64[]; the sequences, each n long; for
    each state its initial values, oldest first, as many as its furthest tap; the
    constants.
    Outputs: for each state and all that is collected, shape (turns, *shape).
    """

    graph: Graph
    sequences: int
    taps: tuple[tuple[int, ...], ...] = ()
    until: bool = False
    keep: tuple[int | None, ...] = ()
    truncate: int = -1
    name: str | None = None

    reads_values = True
    arrays_only = False

    @property
    def states(self) -> int:
        """How many values go from turn to turn."""
        return len(self.taps)

    @property
    def collected(self) -> int:
        """How many outputs no later turn reads."""
        return len(self.graph.outputs) - self.states - self.until

    @property
    def kept(self) -> tuple[int | None, ...]:
        """For each output, how many of the last turns are kept; None for all."""
        return self.keep or (None,) * (self.states + self.collected)

    def keeping(self, keep: tuple[int | None, ...]) -> Scan:
        """The same loop with other turns kept."""
        fields: dict[str, Any] = {**self.attributes(), "keep": keep}
        return Scan(**fields)

    def split(self, inputs: Sequence[Any]) -> Parts:
        """The inputs of a node by what they are."""
        n, *rest = inputs
        first, second = self.sequences, self.sequences + self.states
        return Parts(n, rest[:first], rest[first:second], rest[second:])

    def inner_inputs(self) -> Parts:
        """The inputs of the inner graph by what they are; `initials` has all taps."""
        return self._inner(self.graph.inputs)

    def _inner(self, values: Sequence[Any]) -> Parts:
        first = self.sequences
        second = first + sum(map(len, self.taps))
        return Parts(None, values[:first], values[first:second], values[second:])

    def infer(self, *operands: Operand) -> tuple[TensorType, ...]:
        parts = self.split(operands)
        n = parts.n
        if n.type.ndim or not is_integer(n.type.dtype):
            raise Fault("wrong-dtype", f"the number of turns is {n.type}, not whole")
        turns = None if isinstance(n.value, tuple) else n.value
        if isinstance(turns, int) and turns < 0:
            raise Fault("wrong-value", f"a loop cannot run {turns} turns")
        for x in parts.sequences:
            turns = same_length(x.type.shape[0], turns)
        rows = [_row(x.type) for x in parts.sequences]
        values = [Operand(t) for t in rows]
        for taps, x in zip(self.taps, parts.initials, strict=True):
            same_length(x.type.shape[0], -min(taps))
            values.extend(Operand(_row(x.type)) for _ in taps)
        found = infer_through(self.graph, (*values, *parts.constants))
        shapes = [t.shape for t in found]
        for state, x in enumerate(parts.initials):
            both = enumerate(zip(x.type.shape[1:], shapes[state]))
            shapes[state] = tuple(same_length(a, b, axis) for axis, (a, b) in both)
        lengths = (
            (None if self.until else turns) if kept is None else kept
            for kept in self.kept
        )
        return tuple(
            TensorType(v.type.dtype, (length, *shape))
            for v, shape, length in zip(self.graph.outputs, shapes, lengths)
        )

    def numpy(self, *arrays: Array) -> tuple[Array, ...] | Array:
        turns = self.run(arrays)
        outputs = self.gathered(arrays, list(turns))
        return tuple(outputs) if len(outputs) > 1 else outputs[0]

    def turns(self, arrays: Sequence[Array]) -> Iterator[Sequence[Array]]:
        """The inner inputs of each turn, as far as the turns before it can be run."""
        parts = self.split(arrays)
        histories = [list(x) for x in parts.initials]
        for turn in range(int(parts.n)):
            past = [
                history[tap]
                for taps, history in zip(self.taps, histories)
                for tap in taps
            ]
            values = (*(x[turn] for x in parts.sequences), *past, *parts.constants)
            yield values
            results = straight(self.graph)(values)
            for history, new in zip(histories, results):
                history.append(new)
            if self.until and results[-1]:
                return

    def run(self, arrays: Sequence[Array]) -> Iterator[Sequence[Array]]:
        """The inner outputs of each turn, without the condition."""
        parts = self.split(arrays)
        histories = [list(x) for x in parts.initials]
        turn_of = straight(self.graph)
        if parts.n < 0:
            raise ValueError(f"a loop of {parts.n} turns")
        for turn in range(int(parts.n)):
            rows = [x[turn] for x in parts.sequences]
            past = [
                history[tap]
                for taps, history in zip(self.taps, histories)
                for tap in taps
            ]
            results = turn_of((*rows, *past, *parts.constants))
            for history, new in zip(histories, results):
                history.append(new)
            yield results[: len(results) - self.until]
            if self.until and results[-1]:
                return

    def gathered(
        self, arrays: Sequence[Array], turns: Sequence[Sequence[Array]]
    ) -> list[Array]:
        """The outputs of the op, from what the turns gave."""
        initials = self.split(arrays).initials
        found: list[Array] = []
        for position, kept in enumerate(self.kept):
            v = self.graph.outputs[position]
            rows = [np.asarray(results[position]) for results in turns]
            if kept is not None:
                before = list(initials[position]) if position < self.states else []
                rows = [*before, *rows][-kept:]
                if len(rows) < kept:
                    raise IndexError(f"{len(rows)} turns, and the last {kept} are read")
            found.append(
                np.array(rows, v.type.dtype) if rows else self._empty(arrays, v)
            )
        return found

    def grad(self, inputs: Any, output: Any, g: Any) -> Gradients:
        if len(self.kept) == 1:
            output, g = (output,), (g,)
        return SCAN_GRADIENT[0](self, inputs, output, g)

    def _empty(self, arrays: Sequence[Array], v: Variable) -> Array:
        operands = [Operand(TensorType(str(a.dtype), a.shape)) for a in arrays]
        shape = self.infer(*operands)[self.graph.outputs.index(v)].shape[1:]
        return np.empty((0, *(n if isinstance(n, int) else 0 for n in shape)), v.dtype)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        n, x, w = np.array(3), ramp(3, 2), ramp(2, 2)
        row, past, older = (Variable(TensorType("float64", (None,))) for _ in range(3))
        by = Variable(TensorType("float64", (None, None)))
        new = tanh(add(dot(past, by), row))
        sums = Graph((row, past), (add(row, past),))
        steps = Graph((row, past, by), (new, mul(new, row)))
        waves = Graph((past, older), (add(mul(past, 0.5), mul(older, -0.25)),))
        return [
            (cls(Graph((row,), (mul(row, row),)), 1), (n, x)),
            (cls(sums, 1, ((-1,),)), (n, x, ramp(1, 2))),
            (cls(sums, 1, ((-1,),), keep=(1,)), (n, x, ramp(1, 2))),
            (cls(waves, 0, ((-1, -3),)), (np.array(4), ramp(3, 2))),
            (cls(steps, 1, ((-1,),)), (n, x, ramp(1, 2), w)),
            (cls(steps, 1, ((-1,),), keep=(1, None)), (n, x, ramp(1, 2), w)),
        ]

    @property
    def title(self) -> str:
        """`scan`, with its name."""
        return f"scan {self.name}" if self.name else "scan"

    def __str__(self) -> str:
        return self.title


@record(eq=False)
class Parts:
    """The inputs of a scan by what they are."""

    n: Any
    sequences: Sequence[Any]
    initials: Sequence[Any]
    constants: Sequence[Any]


def _row(t: TensorType) -> TensorType:
    if not t.ndim:
        raise Fault("wrong-rank", f"a loop walks along axis 0, and {t} has no axis")
    if not t.is_array:
        raise Fault(
            "wrong-dtype",
            f"a loop walks along arrays, and this is {t}",
            hints=(Hint("make it dense", "sparse.dense_from_sparse(x)"),),
        )
    return TensorType(t.dtype, t.shape[1:])
