"""Whose place a variable keeps, so that the record of a rewriting can be replayed.

Rewriting builds a node again when its inputs change. The copy is another object, yet
for a reader it is the same node. `Places` remembers which variable each copy stands
for, and writes events in terms of the first graph and of what rules put into it: then
`History.graph_at(k)` needs nothing but `replaces` and `after`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import Any

from teachgraph.core.events import Declined, Rewrote
from teachgraph.core.graph import Apply, Graph, Variable, rebuild


class Places:
    """Copies made while rewriting, and the variables whose places they keep."""

    def __init__(self) -> None:
        self._recorded: dict[Variable, Variable] = {}

    def keep(self, copy: Variable, original: Variable) -> None:
        """`copy` stands where `original` stood."""
        self._recorded[copy] = self.recorded(original)

    def with_inputs(self, node: Apply, inputs: Sequence[Variable]) -> Apply:
        """The node on other inputs, in the same place."""
        fresh = node.with_inputs(inputs)
        for copy, original in zip(fresh.outputs, node.outputs, strict=True):
            self.keep(copy, original)
        return fresh

    def follow(self, old: Graph, new: Graph, rewrites: Sequence[Rewrote]) -> None:
        """Learn from two graphs and what was rewritten between them who is a copy."""
        moved = {e.replaces: e.after for e in rewrites}
        waiting = list(zip(old.outputs, new.outputs, strict=True))
        seen: set[Variable] = set()
        while waiting:
            original, copy = waiting.pop()
            while original in moved and original is not copy:
                original = moved[original]
            if original is copy or copy in seen:
                continue
            seen.add(copy)
            self.keep(copy, original)
            if original.owner is not None and copy.owner is not None:
                waiting += zip(original.owner.inputs, copy.owner.inputs, strict=True)

    def recorded(self, v: Variable) -> Variable:
        """The variable as the record knows it."""
        if v not in self._recorded:
            rebuild([v], self._recorded, lambda same: same)
        return self._recorded[v]

    def rewrote(
        self,
        rule: Any,
        replaces: Variable,
        before: Variable,
        after: Variable,
        bindings: Mapping[str, Variable],
        *,
        began: float,
    ) -> Rewrote:
        """The event that `after` was put in the place of `replaces`.

        `began` is when its rule began to match, by `perf_counter`.
        """
        named = {name: self.recorded(v) for name, v in bindings.items()}
        old, new = self.recorded(replaces), self.recorded(after)
        return Rewrote(rule, old, before, new, named, perf_counter() - began)

    def declined(self, rule: Any, at: Variable, reason: str) -> Declined:
        """The event that `rule` matched `at` and did not apply."""
        return Declined(rule, self.recorded(at), reason)
