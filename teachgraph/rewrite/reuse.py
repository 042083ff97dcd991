"""Products that the gradient of a loop computes again are handed on by the loop.

A backward turn needs values from inside of the forward turn, and computes them again
from its states. Where these are products of matrices, the loop collects them as it
goes: each turn writes its product where the backward turn will read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.ops.dot import Dot
from teachgraph.ops.index import Cut, Part, Subtensor
from teachgraph.ops.join import Join
from teachgraph.ops.scan import Scan
from teachgraph.rewrite.drafts import Draft, Output, Row

Moved = dict[Variable, Variable]
Source = tuple[Apply, Variable]
"""A loop, and the variable of its turn that a backward turn reads."""

BACKWARDS = Cut(None, None, -1)


@dataclass
class Reuse:
    """What is to be handed on, found before any loop is changed.

    Fields:
        wanted: for each forward loop the products to collect; where they are then.
        given: for each backward loop what becomes of its products.
    """

    wanted: dict[Apply, dict[Variable, Variable | None]] = field(
        default_factory=dict[Apply, dict[Variable, Variable | None]]
    )
    given: dict[Apply, dict[Variable, Source]] = field(
        default_factory=dict[Apply, dict[Variable, Source]]
    )

    @classmethod
    def of(cls, graph: Graph) -> Reuse:
        """What can be handed on in a graph."""
        found = cls()
        for node in graph.applies():
            if isinstance(node.op, Scan):
                found._look(node)
        return found

    def _look(self, node: Apply) -> None:
        draft = Draft.of(node)
        read = [(r.inside, source_of(r.outside)) for r in draft.rows]
        loops = dict.fromkeys(place[0] for _, place in read if place is not None)
        for loop in loops:
            forward = Draft.of(loop)
            if forward.stop is not None or forward.op.truncate >= 0:
                continue
            same = {v: p[1] for v, p in read if p is not None and p[0] is loop}
            if not same.keys() & _states_read(same, forward):
                continue
            same.update(_same_rows(draft, forward))
            for mine, theirs in _equal_products(draft, forward, same):
                self.wanted.setdefault(loop, {})[theirs] = None
                self.given.setdefault(node, {})[mine] = (loop, theirs)

    def change(self, draft: Draft, node: Apply) -> Moved | None:
        """What becomes of the outputs of a loop that hands on, or is handed."""
        collected = list(self.wanted.get(node, ()))
        given = self.given.get(node, {})
        if not collected and not given:
            return None
        new: Moved = {}
        for v, (loop, theirs) in given.items():
            rows = self.wanted[loop][theirs]
            assert rows is not None
            new[v] = Variable(v.type, v.name, origins=v.origins)
            draft.rows.append(Row(new[v], _reversed(rows)))
        if new:
            draft.replace(new)
        draft.collected += [Output(v, None) for v in collected]
        made = draft.apply()
        if collected:
            outputs = made.outputs[-len(collected) :]
            self.wanted[node].update(zip(collected, outputs))
        return draft.moved(made)


def source_of(outside: Variable) -> Source | None:
    """The loop, and the variable of its turn, whose values a sequence has, reversed."""
    turned = _turned(outside)
    if turned is None:
        return None
    if turned.owner is not None and isinstance(turned.owner.op, Scan):
        output = Draft.of(turned.owner).outputs[turned.index]
        return (turned.owner, output.new) if output.kept is None else None
    return _tap(turned)


def _tap(v: Variable) -> Source | None:
    """What a state was some turns before: its start and its turns, but for the last."""
    node = v.owner
    if node is None or not isinstance(node.op, Subtensor) or node.inputs[1:]:
        return None
    joined = node.inputs[0].owner
    if joined is None or joined.op != Join(0) or len(joined.inputs) != 2:
        return None
    initial, rows = joined.inputs
    if rows.owner is None or not isinstance(rows.owner.op, Scan):
        return None
    draft = Draft.of(rows.owner)
    for state in draft.states:
        if state.old is not rows or state.kept is not None:
            continue
        if state.initial is not initial:
            continue
        for tap, inside in zip(state.taps, state.inside):
            starts = (None, 0) if state.depth + tap == 0 else (state.depth + tap,)
            if _first(node.op) in [Cut(start, tap) for start in starts]:
                return rows.owner, inside
    return None


def _reversed(rows: Variable) -> Variable:
    whole = (Cut(),) * (rows.ndim - 1)
    turned: Variable = Subtensor((BACKWARDS, *whole))(rows)
    return turned


def _turned(v: Variable) -> Variable | None:
    """What a sequence is the reverse of."""
    node = v.owner
    if node is None or not isinstance(node.op, Subtensor):
        return None
    return node.inputs[0] if _first(node.op) == BACKWARDS else None


def _first(op: Subtensor) -> Part | None:
    """What is taken along the first axis, if all is taken of the others."""
    index: Sequence[Part] = op.index
    first, *others = index
    return first if all(p == Cut() for p in others) else None


def _states_read(same: Mapping[Variable, Variable], forward: Draft) -> set[Variable]:
    states = {v for s in forward.states for v in s.inside}
    return {v for v, theirs in same.items() if theirs in states}


def _same_rows(draft: Draft, forward: Draft) -> Iterator[tuple[Variable, Variable]]:
    """Inputs of a backward turn that are inputs of the forward turn as well."""
    rows = {r.outside: r.inside for r in forward.rows}
    constants = {c.outside: c.inside for c in forward.constants}
    for r in draft.rows:
        turned = _turned(r.outside)
        if turned is not None and turned in rows:
            yield r.inside, rows[turned]
    for c in draft.constants:
        if c.outside in constants:
            yield c.inside, constants[c.outside]


def _equal_products(
    draft: Draft, forward: Draft, same: Mapping[Variable, Variable]
) -> Iterator[tuple[Variable, Variable]]:
    """Products in both turns that depend on states, as far as their inputs are inputs.

    What does not depend on a state is computed for all turns at once anyway.
    """
    changing = forward.depends(v for s in forward.states for v in s.inside)
    theirs = {
        tuple(node.inputs): node.outputs[0]
        for node in forward.graph.applies()
        if isinstance(node.op, Dot) and node.outputs[0] in changing
    }
    for node in draft.graph.applies():
        if isinstance(node.op, Dot):
            key = tuple(same.get(v, v) for v in node.inputs)
            if key in theirs:
                yield node.outputs[0], theirs[key]
