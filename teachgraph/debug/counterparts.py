"""What the optimizer has put in the place of a variable: by following its rewrites.

A value may be gone after rewriting: of `w - 0.1 * (2 * x)` there is no `2 * x` left
once it became `w - 0.2 * x`. Then there is no counterpart, and whoever wants to see the
value has to compute it on its own.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from teachgraph.core.events import History, PassStarted, Rewrote
from teachgraph.core.graph import Apply, Graph, Variable, toposort
from teachgraph.debug.watcher import Making
from teachgraph.rewrite.same import op_key


def as_written(making: Making, v: Variable) -> Variable | None:
    """The variable in the graph as it was written: itself, or one made in the same way.

    So an expression that is written a second time is known again.
    """
    written = making.written
    if written is None:
        return None
    variables = written.variables()
    if v in set(variables):
        return v
    numbers = _Numbers()
    wanted = numbers.of(v)
    return next((u for u in variables if numbers.of(u) == wanted), None)


def counterpart(making: Making, v: Variable, nodes: Sequence[Apply]) -> list[Apply]:
    """The node of a program that gives what was written as `v`; [] if none does."""
    written = making.written
    if written is None:
        return []
    rewrites = [e for e in making.events if isinstance(e, Rewrote)]
    start = PassStarted("written", Graph(written.inputs, (v,)))
    (now,) = History((start, *rewrites)).graph_at(len(rewrites)).outputs
    numbers = _Numbers()
    wanted = numbers.of(now)
    return [n for n in nodes if any(numbers.of(o) == wanted for o in n.outputs)]


class _Numbers:
    """Numbers for variables; those that are made in the same way have the same."""

    def __init__(self) -> None:
        self._of: dict[Variable, int] = {}
        self._known: dict[Hashable, int] = {}

    def of(self, v: Variable) -> int:
        """The number of a variable."""
        if v not in self._of:
            for u in toposort([v]):
                if u not in self._of:
                    key = self._key(u)
                    self._of[u] = self._known.setdefault(key, len(self._known))
        return self._of[v]

    def _key(self, v: Variable) -> Hashable:
        if v.owner is not None:
            inputs = tuple(self._of[i] for i in v.owner.inputs)
            return op_key(v.owner.op), inputs, v.index
        if v.data is not None and v.type.is_array:
            return str(v.type.dtype), v.data.shape, v.data.tobytes()
        return v
