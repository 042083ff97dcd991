"""`Breakpoint`: stop when a node has run, if its values are worth it.

    stop = Breakpoint("cost", lambda cost: cost > 100)
    f = function([x], cost, mode=Mode() + stop)

Where nothing else is given, stopping opens the debugger, as `breakpoint()` does; there
`node`, `inputs`, `outputs` and `value` are at hand. With `action="keep"` the call goes
on and the stops are kept, to be looked at in a notebook: `stop.stops[0]`.
"""

from __future__ import annotations

import html
import sys
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np

from teachgraph.core.events import Array
from teachgraph.core.graph import Apply
from teachgraph.core.record import record
from teachgraph.debug.replay import Turn
from teachgraph.debug.targets import Aimed, Condition, Target
from teachgraph.debug.watcher import Arrays, Ran
from teachgraph.debug.words import described, expression, first, turn_words
from teachgraph.errors.naming import called
from teachgraph.errors.source import place

MOST_KEPT = 100


@record(eq=False)
class Stop:
    """Where a breakpoint stopped: a node that ran, what it read and what it gave.

    `turns` says in which turn of which loops around it.
    """

    node: Apply
    inputs: Arrays
    outputs: Arrays
    turns: tuple[Turn, ...] = ()

    @property
    def value(self) -> Array:
        """What the node gave first."""
        return self.outputs[0]

    def __str__(self) -> str:
        origin = first(self.node.origins)
        where = f" ({place(origin)})" if origin is not None else ""
        turns = "".join(f", {turn_words(turn)}" for turn in self.turns)
        lines = [f"stopped after {expression(self.node)}{where}{turns}"]
        lines += [f"  {name} = {value}" for name, value in self._rows()]
        return "\n".join(lines)

    def _rows(self) -> list[tuple[str, str]]:
        pairs = zip(self.node.inputs, self.inputs, strict=True)
        rows = [(called(v), described(a)) for v, a in pairs if v.data is None]
        return [*rows, *(("value", described(a)) for a in self.outputs)]

    def _repr_html_(self) -> str:
        """A small table, where a notebook shows it."""
        cells = "".join(
            f"<tr><th style='text-align:left'><code>{html.escape(name)}</code></th>"
            f"<td style='text-align:left'>{html.escape(value)}</td></tr>"
            for name, value in self._rows()
        )
        title = html.escape(str(self).splitlines()[0])
        return f"<table><caption>{title}</caption>{cells}</table>"


class Breakpoint(Aimed):
    """Stops after a node.

    Args:
        on: a variable, a node, an op, the name of a variable or of an op, a place such
            as "lesson.py:12", the number of a line of source, or a list of these; every
            node if it is None. A variable that rewriting changed is found by the place
            where it was written.
        condition: called with the outputs of the node; stop if it is true.
        action: pdb, keep, or what to call with a `Stop`.

    Attributes:
        hits: how often it stopped.
        stops: the first stops that were kept.
    """

    def __init__(
        self,
        on: Target | Sequence[Target] | None = None,
        condition: Condition | None = None,
        action: Callable[[Stop], Any] | Literal["pdb", "keep"] | None = None,
    ):
        super().__init__(on, condition)
        self.hits = 0
        self.stops: list[Stop] = []
        self._action = action

    def seen(self, ran: Ran, target: int) -> None:
        """Stop."""
        self.hits += 1
        turns = ran.loop_turns
        if self._action == "keep":
            if len(self.stops) < MOST_KEPT:
                self.stops.append(
                    Stop(ran.node, _copies(ran.inputs), _copies(ran.outputs), turns)
                )
            return
        stop = Stop(ran.node, ran.inputs, ran.outputs, turns)
        if callable(self._action):
            self._action(stop)
        else:
            open_debugger(stop)


def _copies(arrays: Arrays) -> Arrays:
    return tuple(np.array(a) for a in arrays)


def open_debugger(stop: Stop) -> None:
    """Open the debugger, with the values at hand."""
    _debug(stop.node, stop.inputs, stop.outputs, stop.outputs[0])


def _debug(node: Apply, inputs: Arrays, outputs: Arrays, value: Array) -> None:
    sys.stderr.write(f"stopped after {expression(node)}, which gave\n{value}\n")
    sys.breakpointhook()
