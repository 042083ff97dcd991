"""An evaluation that is kept as it goes: every node with what it read and gave.

It is pulled, node by node, out of the one evaluator, or told the events of a call that
somebody else runs. What is kept is turned into what viewers are told (`told`), once.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np

from teachgraph.compile.failure import explained
from teachgraph.compile.function import Function
from teachgraph.core.entrance import error_of
from teachgraph.core.events import DidRun, Event, Failed, Turned, WillRun
from teachgraph.core.graph import Apply, Variable
from teachgraph.core.record import record
from teachgraph.core.report import Report
from teachgraph.ops.scan import Scan
from teachgraph.program import execute
from teachgraph.program.blame import blame
from teachgraph.program.program import Loop, Step
from teachgraph.view.document import Ran
from teachgraph.view.gradients import gradients
from teachgraph.view.inside import Moment, Path
from teachgraph.view.tracing import (
    MOST_INSIDE,
    Broken,
    Chain,
    ran_of,
    slots_of,
    traced,
)

Array = np.ndarray[Any, Any]

MOST_GRADED = 256_000_000
"""Bytes of values up to which gradients, which take as much again, are worked out."""


@record(eq=False)
class Here:
    """Where a stepper stands: a node with the values of its inputs and outputs.

    `seconds` is how long it took; `turned`, how many turns, if it is a loop.
    """

    number: int
    node: Apply
    inputs: tuple[Array, ...]
    outputs: tuple[Array, ...]
    seconds: float
    turned: int | None = None

    @property
    def value(self) -> Array:
        """The value of the node's first output."""
        return self.outputs[0]

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shapes of the outputs."""
        return tuple(a.shape for a in self.outputs)


class Recording:
    """The nodes of an evaluation so far, in the order in which they ran.

    Attributes:
        values: of all inputs, shared variables among them.
        frames: the nodes that ran.
        known: the value of each variable that has one.
        results: what a call gives and then what it updates, once all has run.
        failure: the report, when a node failed, and `broken`, that node.
    """

    def __init__(self, function: Function, values: Sequence[Any]):
        self.function = function
        self.program = function.watched
        self.values = [_own(value) for value in values]
        self.frames: list[Here] = []
        self.known: dict[Variable, Array] = {}
        self.results: list[Array] | None = None
        self.failure: Report | None = None
        self.broken: Broken | None = None
        self._events = execute.steps(self.program, self.values)
        self._outer = frozenset(self.program.steps)
        self._running: dict[Step, tuple[Array, ...]] = {}
        self._turned: dict[Step, int] = {}
        self._now: dict[Step, list[Moment]] = {}
        self._told: tuple[Ran, ...] | None = None
        self._first: dict[Chain, int] = {}
        self._most = MOST_INSIDE
        pairs = zip(self.program.inputs, self.values, strict=True)
        self.known.update({b.variable: a for b, a in pairs if b.variable is not None})

    @property
    def over(self) -> bool:
        """Whether every node has run, or one has failed."""
        return self.results is not None or self.failure is not None

    def pull(self) -> Event | None:
        """Evaluate up to the next event; None when there is none."""
        if self.over:
            return None
        if len(self.frames) == len(self.program.steps):
            self.results = self._last()
            return None
        event = next(self._events)
        self.hear(event)
        return event

    def one_more(self) -> bool:
        """Evaluate one more node; False when there is none, or it cannot begin."""
        before = len(self.frames)
        while len(self.frames) == before and self.pull() is not None:
            pass
        if len(self.frames) == len(self.program.steps):
            self.pull()
        return len(self.frames) > before

    def pull_all(self) -> None:
        """Evaluate the rest."""
        while not self.over:
            self.pull()

    def _last(self) -> list[Array]:
        """The outputs, once every step has run."""
        try:
            next(self._events)
        except StopIteration as stop:
            return stop.value
        raise AssertionError("a program went on after its last step")

    def complain(self) -> NoReturn:
        """Raise what a call with these values raises, after it failed."""
        assert self.failure is not None
        try:
            next(self._events)
        except StopIteration:
            raise error_of(self.failure) from None
        except Exception as error:
            graph = self.function.graph
            better = explained(error, graph, self.program, self.values)
            if better is not None:
                raise better from None
            raise
        raise error_of(self.failure)

    # Hearing

    def hear(self, event: Event) -> None:
        """Keep what an event tells of a node."""
        match event:
            case WillRun(step=step, inputs=inputs):
                self._given(step, inputs)
                self._running[step] = inputs
            case Turned(step=step, index=index):
                self._turned[step], self._now[step] = index, []
            case DidRun(step=step, outputs=outputs, seconds=seconds):
                self._ran(step, outputs, seconds)
            case Failed(report=report):
                blamed = blame(self.function.graph, self.values)
                self.failure = report if blamed is None else blamed.report
                self.broken = self._where_it_broke()
            case _:
                pass

    def _ran(self, step: Step, outputs: tuple[Array, ...], seconds: float) -> None:
        inputs, node = self._running.pop(step), step.nodes[-1]
        self._now.pop(step, None)
        turned = self._turned.pop(step, -1) + 1 if isinstance(step, Loop) else None
        if step in self._outer:
            self.known.update(zip(node.outputs, outputs, strict=True))
            number = len(self.frames) + 1
            self.frames.append(Here(number, node, inputs, outputs, seconds, turned))
            return
        loop, path = self._around()
        graph = loop.body.graph
        moment = Moment(path, graph, node.outputs, outputs, inputs, seconds, turned)
        self._now[loop].append(moment)

    def _given(self, step: Step, inputs: tuple[Array, ...]) -> None:
        """Keep what a turn is given, when it is read for the first time."""
        if step in self._outer:
            return
        loop, path = self._around()
        graph, now = loop.body.graph, self._now[loop]
        seen = {moment.variables[0] for moment in now}
        for block, value in zip(step.reads, inputs, strict=True):
            v = block.variable
            if v is not None and v in graph.inputs and v not in seen:
                now.append(Moment(path, graph, (v,), (value,)))

    def _around(self) -> tuple[Loop, Path]:
        """The innermost loop that turns now, and the way into its turn."""
        loops = [step for step in self._running if step in self._turned]
        path = tuple((step.nodes[-1], self._turned[step]) for step in loops)
        assert isinstance(loops[-1], Loop)
        return loops[-1], path

    def _where_it_broke(self) -> Broken | None:
        """The node of the graph that did not end, and the turns it was in."""
        if not self._running:
            return None
        first = next(iter(self._running))
        path = self._around()[1] if self._turned else ()
        return Broken(first.nodes[-1], self._running[first], path)

    @property
    def turning(self) -> tuple[Moment, ...]:
        """What happened in the turns that are under way, the outermost first."""
        return tuple(moment for now in self._now.values() for moment in now)

    def finish(self, results: Sequence[Array]) -> None:
        """Keep the results of a call that somebody else ran."""
        self.results = list(results)

    # Telling

    def told(self, most: int | None = None) -> tuple[Ran, ...]:
        """Every value of the run, in order, as documents number them.

        Args:
            most: how many values inside of nodes are told; as before by default.
        """
        self.pull_all()
        if most is not None and most != self._most:
            self._most, self._told = most, None
        if self._told is None:
            grads = {}
            if self.results is not None and self._bytes() <= MOST_GRADED:
                grads = gradients(self.program.graph, self.values)
            told = traced(
                self.known,
                self.function.optimized,
                self.frames,
                grads,
                first=self._first,
                slots=slots_of(self.function.program),
                broken=self.broken,
                most=self._most,
            )
            self._told = tuple(told)
        return self._told

    def _bytes(self) -> int:
        """The memory of all values."""
        outputs = (a for frame in self.frames for a in frame.outputs)
        return sum(getattr(a, "nbytes", 0) for a in outputs)

    def so_far(self, most: int) -> tuple[Ran, ...]:
        """The inputs, the last nodes that ran, and the turns under way."""
        graph, frames = self.function.optimized, self.frames[-most:]
        told = traced(self.known, graph, frames, {}, most=0)
        return (*told, *map(ran_of, self.turning))

    def turn_to(self, event: int, first: int, level: int | None = None) -> None:
        """Tell other turns of a loop: those from `first` on.

        Args:
            event: the number in the run of the loop, or of something inside of it.
            first: the first turn to be told.
            level: how many nodes are around the loop that is meant, where `event` is
                something inside of it; None for the loop itself.
        """
        ran = self.told()[event - 1]
        chain = [*(v.owner for v, _ in ran.path), ran.variables[0].owner]
        meant = chain if level is None else chain[: level + 1]
        found = tuple(node for node in meant if node is not None)
        if len(found) == len(meant) and isinstance(found[-1].op, Scan):
            self._first[found] = first
            self._told = None


def _own(value: Any) -> Any:
    """A copy that nobody else can change."""
    return copy.deepcopy(value)
