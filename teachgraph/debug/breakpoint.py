"""`Breakpoint`: stop when a node has run, if its values are worth it.

    stop = Breakpoint("cost", lambda cost: cost > 100)
    f = function([x], cost, mode=Mode() + stop)

Where nothing else is given, stopping opens the debugger, as `breakpoint()` does; there
`node`, `inputs`, `outputs` and `value` are at hand.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from teachgraph.core.events import Array
from teachgraph.core.graph import Apply, Variable
from teachgraph.core.op import Op
from teachgraph.debug.watcher import Arrays, Making, Memo, Ran, Watcher
from teachgraph.debug.words import expression, in_gradient

Target = Variable | Apply | Op | str | int


@dataclass(frozen=True)
class Stop:
    """Where a breakpoint stopped: a node that ran, what it read and what it gave."""

    node: Apply
    inputs: Arrays
    outputs: Arrays


class Breakpoint(Watcher):
    """Stops after a node.

    Args:
        on: a variable, a node, an op, the name of a variable or of an op, or the number
            of a line of source; every node if it is None. A variable that rewriting
            changed is found by the place where it was written.
        condition: called with the outputs of the node; stop if it is true.
        action: called with a `Stop`; by default the debugger is opened.

    Attributes:
        hits: how often it stopped.
    """

    def __init__(
        self,
        on: Target | None = None,
        condition: Callable[..., Any] | None = None,
        action: Callable[[Stop], Any] | None = None,
    ):
        super().__init__()
        self.hits = 0
        self._on, self._condition = on, condition
        self._found: Memo[Making, frozenset[int]] = Memo()
        self._action = open_debugger if action is None else action

    def after(self, ran: Ran) -> None:
        """Stop, if this is the place."""
        if not self._is_meant(ran):
            return
        if self._condition is None or self._condition(*ran.outputs):
            self.hits += 1
            self._action(Stop(ran.node, ran.inputs, ran.outputs))

    def _is_meant(self, ran: Ran) -> bool:
        place = self.places.of(ran.step)
        if place is None:
            return False
        if place.making not in self._found:
            meant = _meant(self._on, place.making.nodes)
            self._found[place.making] = frozenset(map(id, meant))
        return id(ran.node) in self._found[place.making]


def open_debugger(stop: Stop) -> None:
    """Open the debugger, with the values at hand."""
    _debug(stop.node, stop.inputs, stop.outputs, stop.outputs[0])


def _debug(node: Apply, inputs: Arrays, outputs: Arrays, value: Array) -> None:
    sys.stderr.write(f"stopped after {expression(node)}, which gave\n{value}\n")
    sys.breakpointhook()


def _meant(target: Target | None, nodes: Sequence[Apply]) -> list[Apply]:
    """The nodes of a program that a target means."""
    match target:
        case None:
            return list(nodes)
        case Apply():
            return _standing_for(target.outputs[0], nodes)
        case Variable():
            return _standing_for(target, nodes)
        case Op():
            return [n for n in nodes if n.op == target]
        case int():
            return [n for n in nodes if any(o.span().line == target for o in n.origins)]
        case str():
            return [n for n in nodes if target in _names(n)]


def _names(node: Apply) -> tuple[str | None, ...]:
    return (node.op.title, type(node.op).__name__, *(v.name for v in node.outputs))


def _standing_for(v: Variable, nodes: Sequence[Apply]) -> list[Apply]:
    """The node that gives `v`, or the one that rewriting has put in its place."""
    own = [n for n in nodes if v in n.outputs]
    if own or v.origin is None:
        return own
    there = [n for n in nodes if n.origins[:1] == v.origins[:1]]
    named = [n for n in there if v.name is not None and v.name in _names(n)]
    gradient = in_gradient(v.origins)
    alike = [n for n in there if in_gradient(n.origins) == gradient]
    return (named or alike or there)[-1:]
