"""The gradient of a loop: another loop, which walks through the turns from the last.

With x[t] what a state is after turn t, and g(v) the gradient of a value v,

    g(x[t]) = what arrives from outside + what the turns that read x[t] hand back

A turn hands back one term for each tap; the backward loop carries them as states, with
the same taps: the term for tap -2 is read two backward turns after it was made. What it
hands to constants it adds up in states; what it hands to sequences it collects. Values
from inside the forward turns are computed again, from the outputs of the loop.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from teachgraph.core.config import config
from teachgraph.core.graph import Variable, substitute
from teachgraph.core.op import constant
from teachgraph.core.record import having
from teachgraph.core.types import TensorType, is_continuous
from teachgraph.ops.alloc import alloc, lengths_of
from teachgraph.ops.base import SCAN_GRADIENT, Gradients
from teachgraph.ops.join import join
from teachgraph.ops.lengths import specify_shape
from teachgraph.ops.scalars import add, minimum
from teachgraph.ops.scan import Scan
from teachgraph.scan.body import cut_out
from teachgraph.scan.lengths import length
from teachgraph.scan.turn import Flat, Tap, Turn, leaf, swept, with_missing


def scan_gradient(
    op: Scan,
    inputs: Sequence[Variable],
    outputs: Sequence[Variable],
    gs: Sequence[Variable | None],
) -> Gradients:
    """A gradient for each input of a loop, from those of its outputs."""
    arriving = {
        position: g
        for position, (out, g) in enumerate(zip(outputs, gs))
        if g is not None and is_continuous(out.dtype)
    }
    if not arriving:
        return (None,) * len(inputs)
    # What a backward turn computes has no test value; the loop itself gets one later.
    with config.change_flags(compute_test_value="off"):
        turn = swept(op, arriving)
        terms = _Backward(op, inputs, outputs, arriving, turn).gradients()
    if any(g is None for g in terms[1:]):
        flat = Flat(op, arriving)
        terms = [
            flat.gradient(i, inputs[i]) if g is None else g for i, g in enumerate(terms)
        ]
    return with_missing(op, turn, inputs, terms) if turn.missing else terms


SCAN_GRADIENT.append(scan_gradient)


@dataclass
class _Input:
    """Something that the backward loop walks along: in a turn, and made on demand."""

    inside: Variable
    outside: Any


@dataclass
class _Carried:
    """A state of the backward loop."""

    tap: int
    initial: Variable
    inside: Variable
    new: Variable


@dataclass
class _Backward:
    """The backward loop of one node."""

    op: Scan
    inputs: Sequence[Variable]
    outputs: Sequence[Variable]
    arriving: dict[int, Variable]
    turn: Turn

    walked: list[_Input] = field(init=False, default_factory=list[_Input])
    states: list[_Carried] = field(init=False, default_factory=list[_Carried])
    full: list[Variable] = field(init=False, default_factory=list[Variable])

    def __post_init__(self) -> None:
        self.outer = self.op.split(self.inputs)
        self.turns = length(self._output(0)) if self.op.until else self.outer.n
        limit = self.op.truncate
        self.is_cut = limit >= 0
        self.back = minimum(self.turns, limit) if self.is_cut else self.turns
        self.early: dict[int, Variable] = {}

    def gradients(self) -> Gradients:
        """Build the loop, and put what comes out in the form of the inputs."""
        inner = self._values()
        past = list(self.turn.to_past)
        pending = {key: self._pending(key) for key in past}
        sums = {c: self._sum(c) for c in self.turn.to_constants}
        self._arrive(inner, pending)
        for key, term in self.turn.to_past.items():
            pending[key].new = term
        for c, term in self.turn.to_constants.items():
            sums[c].new = add(sums[c].inside, term)
        self.states = [*pending.values(), *sums.values()]
        written = [s.new for s in self.states] + list(self.turn.to_rows.values())
        found = iter(self._run(substitute(written, inner)) if written else ())
        handed = dict(zip(pending, found))
        added = dict(zip(sums, found))
        rows = dict(zip(self.turn.to_rows, found))
        return (
            None,
            *(self._of_sequence(i, rows) for i in range(self.op.sequences)),
            *(self._of_initial(s, handed) for s in range(self.op.states)),
            *(
                added[c][0] if c in added else None
                for c in range(len(self.outer.constants))
            ),
        )

    # What the backward turns read

    def _values(self) -> dict[Variable, Variable]:
        """Inner values of the forward turn as the backward turn has them."""
        op, parts = self.op, self.op.inner_inputs()
        inner: dict[Variable, Variable] = {}
        for v, x in zip(parts.sequences, self.outer.sequences):
            inner[v] = self._walk(v, lambda x=x: x[: self.turns] if op.until else x)
        past = iter(parts.initials)
        for s, taps in enumerate(op.taps):
            for tap in taps:
                inner[v] = self._walk(
                    (v := next(past)), lambda s=s, t=tap: self._past(s, t)
                )
        inner.update(zip(parts.constants, self.outer.constants))
        for position, v in enumerate(op.graph.outputs[: len(op.kept)]):
            if v not in inner and v.data is None and op.kept[position] is None:
                inner[v] = self._walk(v, lambda p=position: self._output(p))
        return inner

    def _walk(self, v: Variable, outside: Any) -> Variable:
        inside = leaf(v, v.name)
        self.walked.append(_Input(inside, outside))
        return inside

    def _output(self, position: int) -> Variable:
        """All turns of an output; where only the last were kept, by a second loop."""
        if self.op.kept[position] is None:
            return self.outputs[position]
        if not self.full:
            self.full = list(self.op.keeping(()).make(*self.inputs).outputs)
        return self.full[position]

    def _past(self, state: int, tap: int) -> Variable:
        """What a tap read in each turn."""
        initial, depth = self.outer.initials[state], -min(self.op.taps[state])
        return join(0, initial, self._output(state))[depth + tap : tap]

    # What arrives

    def _arrive(
        self, inner: dict[Variable, Variable], pending: dict[Tap, _Carried]
    ) -> None:
        """The gradient at each output: from outside and from turns that read it."""
        for position, into in self.turn.into.items():
            terms: list[Variable] = []
            g = self.arriving.get(position)
            if g is not None and not self._arrives_at_once(position, g, pending):
                rows = self._in_all_turns(position, g)
                row = TensorType(rows.dtype, rows.type.shape[1:])
                terms.append(self._walk(Variable(row, "g"), lambda r=rows: r))
            terms += [c.inside for (s, _), c in pending.items() if s == position]
            total = terms[0]
            for term in terms[1:]:
                total = add(total, term)
            inner[into] = total

    def _arrives_at_once(
        self, state: int, g: Variable, pending: dict[Tap, _Carried]
    ) -> bool:
        """Where only the last turns were kept, `g` is there before the loop."""
        kept = self.op.kept[state]
        if kept is None:
            return False
        for (s, tap), carried in pending.items():
            if s == state and kept <= -tap:
                more = self._zeros(-tap - kept, carried.inside)
                carried.initial = join(0, g[::-1], more) if kept < -tap else g[::-1]
                return True
        return False

    def _in_all_turns(self, position: int, g: Variable) -> Variable:
        """A gradient for each turn, from one for those that were kept."""
        kept = self.op.kept[position]
        if kept is None:
            return g
        is_state = position < self.op.states
        depth = -min(self.op.taps[position]) if is_state else 0
        row = Variable(TensorType(g.dtype, g.type.shape[1:]))
        lengths = lengths_of(g)[1:]
        before = alloc(
            constant(0, dtype=row.dtype), self.turns + (depth - kept), *lengths
        )
        rows = join(0, before, g)
        if depth:
            self.early[position] = rows[:depth]
        return rows[depth:]

    # What the backward loop carries

    def _pending(self, key: Tap) -> _Carried:
        state, tap = key
        parts = self.op.inner_inputs()
        places = [(s, t) for s, taps in enumerate(self.op.taps) for t in taps]
        inside = leaf(parts.initials[places.index(key)])
        lengths = lengths_of(self.outer.initials[state])[1:]
        zeros = alloc(constant(0, dtype=inside.dtype), -tap, *lengths)
        return _Carried(tap, zeros, inside, inside)

    def _sum(self, position: int) -> _Carried:
        c = self.outer.constants[position]
        zeros = alloc(constant(0, dtype=c.dtype), 1, *lengths_of(c))
        inside = Variable(c.type, origins=c.origins)
        return _Carried(-1, zeros, inside, inside)

    def _run(self, written: Sequence[Variable]) -> Sequence[Variable]:
        """The node of the backward loop."""
        bound = [*(w.inside for w in self.walked), *(s.inside for s in self.states)]
        body = cut_out(written, bound, self.outer.constants)
        used = {v for node in body.graph.applies() for v in node.inputs}
        used.update(body.graph.outputs)
        walked = [w for w in self.walked if w.inside in used]
        unread = {w.inside for w in self.walked} - used
        inputs = tuple(v for v in body.graph.inputs if v not in unread)
        collected = len(written) - len(self.states)
        op = Scan(
            having(body.graph, inputs=inputs),
            len(walked),
            tuple((s.tap,) for s in self.states),
            keep=(*(-s.tap for s in self.states), *(None,) * collected),
            name=f"gradient of {self.op.name or 'scan'}",
        )
        sequences = [self._reversed(w.outside()) for w in walked]
        initials = [s.initial for s in self.states]
        return op.make(self.back, *sequences, *initials, *body.constants).outputs

    def _reversed(self, x: Variable) -> Variable:
        return x[::-1][: self.back] if self.is_cut else x[::-1]

    # What comes out

    def _of_sequence(self, position: int, rows: dict[int, Variable]) -> Variable | None:
        """Zeros for the elements of turns that were not taken, or are cut off."""
        if position not in rows:
            return None
        x, g = self.outer.sequences[position], rows[position][::-1]
        parts = [g]
        if self.is_cut:
            parts.insert(0, self._zeros(self.turns - self.back, x, 1))
        if self.op.until:
            parts.append(self._zeros(length(x) - self.turns, x, 1))
        return join(0, *parts) if len(parts) > 1 else g

    def _of_initial(self, state: int, handed: dict[Tap, Variable]) -> Variable | None:
        """The terms of all taps, each for the last of the rows that it reaches."""
        x, depth = self.outer.initials[state], -min(self.op.taps[state])
        total = self.early.get(state)
        for (s, tap), g in handed.items():
            if s != state:
                continue
            rows = self._shifted(g[::-1], -tap, x) if tap != -1 or self.is_cut else g
            if -tap < depth:
                rows = join(0, self._zeros(depth + tap, x, 1), rows)
            total = rows if total is None else add(total, rows)
        return total

    def _shifted(self, rows: Variable, count: int, x: Variable) -> Variable:
        """Later by the turns that are cut off; what is shifted out belongs to those."""
        if not self.is_cut:
            return rows
        missing = minimum(self.turns - self.back, count)
        shifted = join(0, self._zeros(missing, x, 1), rows)[:count]
        return specify_shape(shifted, [count, *[None] * (x.ndim - 1)])

    def _zeros(self, count: Any, model: Variable, skip: int = 0) -> Variable:
        zero = constant(0, dtype=model.dtype)
        return alloc(zero, count, *lengths_of(model)[skip:])
