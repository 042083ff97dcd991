"""What happens to a graph, told once: every event, who listens, and what is kept.

Events are frozen and numbered in the order in which they happened. `Recorder` keeps
them; `History` answers what the graph was after the k-th rewrite by replaying
substitutions. Printers, viewer, stepper and JSON export read a History; none of them
hooks the compiler.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.core.record import having, record
from teachgraph.core.report import Report

Array = np.ndarray[Any, Any]
_numbers = itertools.count()


@record(eq=False, kw_only=True)
class Event:
    """Something that happened; `number` grows with time."""

    number: int = field(default_factory=lambda: next(_numbers))


@record(eq=False)
class Made(Event):
    """A node was built."""

    node: Apply


@record(eq=False)
class PassStarted(Event):
    """A phase of rewriting begins with `graph`."""

    name: str
    graph: Graph


@record(eq=False)
class PassEnded(Event):
    """A phase of rewriting ended with `graph`, after `seconds`."""

    name: str
    graph: Graph
    seconds: float


@record(eq=False)
class Rewrote(Event):
    """A rule or a pass put `after` in the place of `replaces`.

    `replaces` is the variable as it stood in the graph; `before` is the same node with
    its inputs already rewritten, which is what the rule saw. `bindings` are the values
    of the rule's free variables. `rule` has a `name` and a `why`. `seconds` is how long
    the rule took to match there and to make `after`; for a pass over the whole graph,
    how long it worked since its event before, or since it began.
    """

    rule: Any
    replaces: Variable
    before: Variable
    after: Variable
    bindings: dict[str, Variable] = field(default_factory=dict[str, Variable])
    seconds: float | None = None


@record(eq=False)
class Declined(Event):
    """A rule matched `at` but did not apply, for a `reason` in a student's words."""

    rule: Any
    at: Variable
    reason: str


@record(eq=False)
class Lowered(Event):
    """Nodes became a step of a program: a kernel, a library call, or a NumPy call."""

    nodes: tuple[Apply, ...]
    step: Any


@record(eq=False)
class Rendered(Event):
    """A backend printed its source; `source` is a Doc whose marks are nodes."""

    backend: str
    source: Any


@record(eq=False)
class Built(Event):
    """A backend made the program callable; `cached` if it had been built before."""

    backend: str
    command: str
    seconds: float
    cached: bool


@record(eq=False)
class WillRun(Event):
    """A step is about to run on these input values."""

    step: Any
    inputs: tuple[Array, ...]


@record(eq=False)
class DidRun(Event):
    """A step gave `outputs` in `seconds`."""

    step: Any
    outputs: tuple[Array, ...]
    seconds: float


@record(eq=False)
class Turned(Event):
    """A loop begins turn `index`."""

    step: Any
    index: int


@record(eq=False)
class Called(Event):
    """A call of a compiled function begins; `values` are those of its graph's inputs.

    `function` has the graphs and the program of what is called.
    """

    function: Any
    values: tuple[Array, ...]


@record(eq=False)
class Returned(Event):
    """A call gave `outputs` of its graph in `seconds`; updates are not stored yet.

    `more` are values of the optimized graph that listeners had asked for.
    """

    function: Any
    values: tuple[Array, ...]
    outputs: tuple[Array, ...]
    seconds: float
    more: Mapping[Variable, Array] = field(default_factory=dict[Variable, Array])


@record(eq=False)
class Updated(Event):
    """A shared variable took a new value."""

    variable: Variable
    old: Array
    new: Array


@record(eq=False)
class Failed(Event):
    """Something went wrong; the report says what."""

    report: Report


Listener = Callable[[Event], None]
E = TypeVar("E", bound=Event)
R = TypeVar("R")


@dataclass(frozen=True)
class Summary:
    """What is kept of an array when the array itself is not."""

    shape: tuple[int, ...]
    dtype: str
    minimum: float | None
    maximum: float | None
    mean: float | None
    nans: int
    infs: int
    corner: str


def summarize(value: Any) -> Summary:
    """Shape, dtype, range, mean, count of nan and inf, and a corner as text."""
    array = np.asarray(value)
    if array.dtype.kind == "O" and hasattr(value, "nnz"):  # a sparse matrix
        held = summarize(value.data)
        return having(
            held, shape=value.shape, corner=f"{value.nnz} held: {held.corner}"
        )
    corner = np.array2string(array, threshold=12, edgeitems=2, precision=4)
    if array.size == 0 or array.dtype.kind not in "biufc":
        return Summary(array.shape, str(array.dtype), None, None, None, 0, 0, corner)
    measured = np.abs(array) if array.dtype.kind == "c" else array
    if array.dtype.kind in "biu":
        low, high, mean = (
            float(measured.min()),
            float(measured.max()),
            float(measured.mean()),
        )
        return Summary(array.shape, str(array.dtype), low, high, mean, 0, 0, corner)
    nans, infs = int(np.isnan(measured).sum()), int(np.isinf(measured).sum())
    finite = measured[np.isfinite(measured)].astype("float64")
    if finite.size == 0:
        return Summary(
            array.shape, str(array.dtype), None, None, None, nans, infs, corner
        )
    low, high, mean = float(finite.min()), float(finite.max()), float(finite.mean())
    return Summary(array.shape, str(array.dtype), low, high, mean, nans, infs, corner)


class Recorder:
    """A listener that keeps what it hears.

    Array values are kept as summaries unless `keep` is "values": then they are copied,
    so that a buffer reused later does not change the past.
    """

    def __init__(self, keep: str = "summaries"):
        if keep not in ("summaries", "values"):
            raise ValueError(f"keep is 'summaries' or 'values', not {keep!r}")
        self.keep = keep
        self.events: list[Event] = []

    def __call__(self, event: Event) -> None:
        """Keep one event."""
        self.events.append(self._kept(event))

    def history(self) -> History:
        """What was heard so far."""
        return History(tuple(self.events))

    def _kept(self, event: Event) -> Event:
        match event:
            case WillRun(step=step, inputs=values):
                return WillRun(step, self._values(values), number=event.number)
            case DidRun(step=step, outputs=values, seconds=seconds):
                return DidRun(step, self._values(values), seconds, number=event.number)
            case Called(function=f, values=values):
                return Called(f, self._values(values), number=event.number)
            case Returned(function=f, values=given, outputs=values, seconds=seconds):
                kept = self._values(given), self._values(values)
                return Returned(f, *kept, seconds, number=event.number)
            case _:
                return event

    def _values(self, values: Sequence[Any]) -> tuple[Any, ...]:
        if self.keep == "values":
            return tuple(copy.copy(v) for v in values)
        return tuple(summarize(v) for v in values)


class History:
    """A record of events, and the graph at any moment of it."""

    def __init__(self, events: Sequence[Event]):
        self.events = tuple(events)
        self._clones: dict[tuple[Apply, tuple[Variable, ...]], Apply] = {}
        self._source: dict[Variable, Variable] = {}

    def of(self, kind: type[E]) -> Iterator[E]:
        """The events of one class, in order."""
        return (e for e in self.events if isinstance(e, kind))

    def rewrites(self) -> tuple[Rewrote, ...]:
        """Every rewrite, in order; `graph_at` counts them."""
        return tuple(self.of(Rewrote))

    def graph_at(self, k: int) -> Graph:
        """The graph after the first k rewrites; `graph_at(0)` is the graph as written.

        Nodes that no rewrite touched between two moments are the same objects in both.
        """
        first = next(self.of(PassStarted), None)
        if first is None:
            raise ValueError("this history holds no rewriting")
        replaced = {
            e.replaces: e.after for e in self.rewrites()[:k] if e.replaces != e.after
        }
        outputs = self._resolve(first.graph.outputs, replaced)
        return Graph(first.graph.inputs, outputs, first.graph.names)

    def identity(self, v: Variable) -> Variable:
        """The variable whose place `v` keeps: itself, or the one it was cloned from."""
        while v in self._source:
            v = self._source[v]
        return v

    def _resolve(
        self, outputs: Sequence[Variable], replaced: dict[Variable, Variable]
    ) -> tuple[Variable, ...]:
        done: dict[Variable, Variable] = {}
        stack = list(outputs)[::-1]
        while stack:
            v = stack[-1]
            if v in done:
                stack.pop()
                continue
            below = (
                [replaced[v]] if v in replaced else (v.owner.inputs if v.owner else ())
            )
            waiting = [i for i in reversed(below) if i not in done]
            if waiting:
                stack.extend(waiting)
                continue
            stack.pop()
            done[v] = done[replaced[v]] if v in replaced else self._clone(v, done)
        return tuple(done[v] for v in outputs)

    def _clone(self, v: Variable, done: dict[Variable, Variable]) -> Variable:
        if v.owner is None:
            return v
        inputs = tuple(done[i] for i in v.owner.inputs)
        if inputs == v.owner.inputs:
            return v
        key = (v.owner, inputs)
        if key not in self._clones:
            self._clones[key] = v.owner.with_inputs(inputs)
        clone = self._clones[key].outputs[v.index]
        self._source[clone] = v
        return clone


def result_of(work: Generator[Event, None, R]) -> R:
    """What a generator of events returns, where nobody wants the events."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value
