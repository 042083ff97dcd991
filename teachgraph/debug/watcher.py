"""What every listener here is built on: a node with what it read and what it gave.

The evaluator tells of a step twice, with its inputs before and with its outputs after.
A `Watcher` joins the two into one `Ran`, and knows which step of which program it is,
because it also heard the program being built. Steps inside of a loop come once a turn,
and know which.
"""

from __future__ import annotations

from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from teachgraph.core.events import (
    Array,
    Built,
    Called,
    DidRun,
    Event,
    Failed,
    Lowered,
    PassEnded,
    PassStarted,
    Returned,
    Rewrote,
    Turned,
    WillRun,
)
from teachgraph.core.graph import Apply, Graph
from teachgraph.core.record import record
from teachgraph.program.program import Block, Loop, Step, every_step

Arrays = tuple[Array, ...]
K = TypeVar("K")
V = TypeVar("V")


class Memo(WeakKeyDictionary[K, V]):
    """What is known of things while they live; a copy or a pickle begins empty."""

    def __reduce__(self) -> tuple[Any, ...]:
        return Memo, ()

    def __deepcopy__(self, memo: Any) -> Memo[K, V]:
        return Memo()


@record(eq=False)
class Ran:
    """A step that ran: the arrays it read and wrote, in the order of its node's.

    `turns` says in which turn of which loops around it, the outermost first.
    """

    step: Step
    inputs: Arrays
    outputs: Arrays
    seconds: float
    turns: tuple[Turned, ...] = ()

    @property
    def node(self) -> Apply:
        """The node that the step does; unfused programs have one a step."""
        return self.step.nodes[-1]

    @property
    def loop_turns(self) -> tuple[tuple[Apply, int], ...]:
        """The loops around it, with the number of the turn of each."""
        return tuple((t.step.nodes[-1], t.index) for t in self.turns)


class Making:
    """How a program came to be: its rewriting, and the node of each step in order.

    `inner` are the nodes inside of its loops, and `graphs` the graphs of their turns.
    It holds none of the steps, so that it lives as long as they do and no longer.
    """

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.nodes: list[Apply] = []
        self.inner: list[Apply] = []
        self.graphs: list[Graph] = []

    @property
    def written(self) -> Graph | None:
        """The graph as the user wrote it; None when nothing was rewritten."""
        starts = (e.graph for e in self.events if isinstance(e, PassStarted))
        return next(starts, None)

    @property
    def optimized(self) -> Graph | None:
        """The graph after the last phase of rewriting."""
        ends = (e.graph for e in reversed(self.events) if isinstance(e, PassEnded))
        return next(ends, None)


@record(eq=False)
class Place:
    """Where a step stands: the program, its number there, and inputs it reads first.

    A step inside of a loop has the number of the loop, and is `inside`.
    """

    making: Making
    number: int
    first_reads: tuple[int, ...]
    inside: bool = False

    @property
    def is_last(self) -> bool:
        """Whether the program ends with the step."""
        return not self.inside and self.number == len(self.making.nodes) - 1


class Places:
    """Follows the making of programs and tells where each of their steps stands."""

    def __init__(self) -> None:
        self._known: Memo[Step, Place] = Memo()
        self._making = Making()
        self._read: set[Block] = set()

    def __reduce__(self) -> tuple[Any, ...]:
        return Places, ()

    def of(self, step: Step) -> Place | None:
        """Where a step stands; None if nobody told of its making."""
        return self._known.get(step)

    def hear(self, event: Event) -> None:
        """Take note of rewriting and lowering."""
        match event:
            case PassStarted(graph=graph):
                if graph is not self._making.optimized:
                    self._begin()
                self._making.events.append(event)
            case PassEnded() | Rewrote():
                self._making.events.append(event)
            case Lowered(step=step):
                if step.nodes:  # else it only copies an input
                    self._lowered(step)
            case Built():
                self._begin()
            case _:
                pass

    def _begin(self) -> None:
        self._making, self._read = Making(), set()

    def _lowered(self, step: Step) -> None:
        first = tuple(
            position
            for position, block in enumerate(step.reads)
            if block.role == "input" and block not in self._read
        )
        self._read.update(step.reads)
        number = len(self._making.nodes)
        self._known[step] = Place(self._making, number, first)
        self._making.nodes.append(step.nodes[-1])
        for inner in every_step((step,)):
            if inner is not step and inner.nodes:
                self._known[inner] = Place(self._making, number, (), inside=True)
                self._making.inner.append(inner.nodes[-1])
            if isinstance(inner, Loop):
                self._making.graphs.append(inner.body.graph)


class Watcher:
    """A listener with `before` and `after` to fill in, or `called` and `returned`.

    `needs_steps` is False for one that has enough with whole calls; then the compiled
    program runs.
    """

    needs_steps: bool = True

    def __init__(self) -> None:
        self.places = Places()
        self._running: Memo[Step, Arrays] = Memo()
        self._turns: dict[Step, Turned] = {}

    def __call__(self, event: Event) -> None:
        """Hear an event."""
        match event:
            case WillRun(step=step, inputs=inputs):
                self._running[step] = inputs
                self.before(step, inputs)
            case DidRun(step=step, outputs=outputs, seconds=seconds):
                inputs = self._running.pop(step, ())
                self._turns.pop(step, None)
                turns = tuple(self._turns.values())
                self.after(Ran(step, inputs, outputs, seconds, turns))
            case Turned(step=step):
                self._turns[step] = event
                self.turned(event)
            case Called():
                self._running.clear()
                self._turns.clear()
                self.called(event)
            case Returned():
                self.returned(event)
            case Failed():
                self._running.clear()
                self._turns.clear()
            case _:
                self.places.hear(event)
                self.made(event)

    def before(self, step: Step, inputs: Arrays) -> None:
        """A step is about to run on these arrays."""

    def after(self, ran: Ran) -> None:
        """A step ran."""

    def turned(self, turn: Turned) -> None:
        """A loop begins a turn."""

    def called(self, call: Called) -> None:
        """A call begins."""

    def returned(self, call: Returned) -> None:
        """A call has its results, and has not stored updates yet."""

    def made(self, event: Event) -> None:
        """Something else happened: rewriting, lowering, an update."""
