"""`Monitor`: functions of yours that are called before and after every node.

    def tell(node, inputs, outputs): ...

    f = function([x], y, mode=Mode() + Monitor(after=tell))

`MonitorMode` is the same with Theano's way of calling them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

from teachgraph.compile.mode import MODES, Mode
from teachgraph.core.events import Array
from teachgraph.core.graph import Apply
from teachgraph.debug.phases import phases_of
from teachgraph.debug.targets import Aimed, Condition, Target
from teachgraph.debug.watcher import Arrays, Ran, Watcher
from teachgraph.debug.words import described, expression
from teachgraph.errors.naming import called
from teachgraph.program.program import Step

Before = Callable[[Apply, Arrays], Any]
After = Callable[[Apply, Arrays, Arrays], Any]
TheanoCallback = Callable[[int, Apply, "Thunk"], Any]


class Monitor(Aimed):
    """Calls functions around nodes; what they give is not looked at.

    Args:
        before: called as `before(node, inputs)`.
        after: called as `after(node, inputs, outputs)`.
        on: which nodes, as of a `Breakpoint`; every node by default.
        condition: called with the outputs of a node; `after` is called if it is true.
    """

    def __init__(
        self,
        before: Before | None = None,
        after: After | None = None,
        *,
        on: Target | Sequence[Target] | None = None,
        condition: Condition | None = None,
    ):
        super().__init__(on, condition)
        self._before, self._after = before, after

    def before(self, step: Step, inputs: Arrays) -> None:
        """Pass on what the node will read."""
        if self._before is not None and self.aim(step) is not None:
            self._before(step.nodes[-1], inputs)

    def seen(self, ran: Ran, target: int) -> None:
        """Pass on what the node read and gave."""
        if self._after is not None:
            self._after(ran.node, ran.inputs, ran.outputs)


def write_values(node: Apply, inputs: Arrays, outputs: Arrays) -> None:
    """Write a line about a node that ran: its expression, inputs and outputs."""
    given = ", ".join(
        f"{called(v)} = {described(a)}" if v.data is None else described(a)
        for v, a in zip(node.inputs, inputs, strict=True)
    )
    result = ", ".join(map(described, outputs))
    sys.stdout.write(f"{expression(node)} {node.op.title}({given}) -> {result}\n")


class Thunk:
    """What Theano passes as `fn`: lists of one array for each input and output."""

    def __init__(
        self, inputs: list[list[Array | None]], outputs: list[list[Array | None]]
    ):
        self.inputs, self.outputs = inputs, outputs


class TheanoMonitor(Watcher):
    """Calls `pre_func(i, node, fn)` and `post_func(i, node, fn)` around every node.

    `i` is the number of the node in the program, and `fn` a `Thunk`.
    """

    def __init__(
        self,
        pre_func: TheanoCallback | None = None,
        post_func: TheanoCallback | None = None,
    ):
        super().__init__()
        self._pre, self._post = pre_func, post_func

    def before(self, step: Step, inputs: Arrays) -> None:
        """Call `pre_func`; the outputs are not there yet."""
        if self._pre is not None:
            nothing: list[list[Array | None]] = [[None] for _ in step.writes]
            thunk = Thunk([[a] for a in inputs], nothing)
            self._pre(self._number(step), step.nodes[-1], thunk)

    def after(self, ran: Ran) -> None:
        """Call `post_func`."""
        if self._post is not None:
            thunk = Thunk([[a] for a in ran.inputs], [[a] for a in ran.outputs])
            self._post(self._number(ran.step), ran.node, thunk)

    def _number(self, step: Step) -> int:
        place = self.places.of(step)
        return -1 if place is None else place.number


def MonitorMode(
    pre_func: TheanoCallback | None = None,
    post_func: TheanoCallback | None = None,
    optimizer: str | None = "default",
    linker: None = None,
) -> Mode:
    """A mode that calls functions around every node; called as in Theano.

    Args:
        pre_func, post_func: called as `pre_func(i, node, fn)`, where `i` numbers the
            nodes, `fn.inputs` is a list of lists of one array, and `fn.outputs` too.
        optimizer: default, fast_run, fast_compile or None.
        linker: accepted; there is one evaluator.
    """
    del linker
    return Mode(phases=phases_of(optimizer)) + TheanoMonitor(pre_func, post_func)


MODES["MonitorMode"] = Mode() + Monitor(after=write_values)
