"""A function, node by node: forwards, backwards, and into a node, at any depth.

    s = step(f, 1.0)     s.next()  s.back()  s.into()  s.out()  s.until("exp")  s.run()

Into a loop leads to the nodes of its turns, from there into the loop inside of it, and
from an elementwise node to the statements of its kernel.

The stepper pulls the events of the one evaluator, on the optimized graph before fusion,
and keeps them, so going back computes nothing. It is a dry run: what a call would put
into shared variables is shown in `updates` and not put there.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from teachgraph.compile.function import Function
from teachgraph.core.entrance import public
from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.core.report import Report
from teachgraph.view import protocol
from teachgraph.view.conditions import speaks_of_turns
from teachgraph.view.document import NOTEBOOK, Caps, Ran, document
from teachgraph.view.inside import Moment, Path, has_inside
from teachgraph.view.levels import Level, opened
from teachgraph.view.loops import Closed, Happened
from teachgraph.view.mimebundle import static_html
from teachgraph.view.model import wrong_kind
from teachgraph.view.recording import Here, Recording
from teachgraph.view.stepping import COMMANDS, as_text
from teachgraph.view.targets import Met, Target, matches

Array = np.ndarray[Any, Any]


class Stepper:
    """A cursor over the evaluation of a function; `print` it to see where it stands.

    Attributes:
        function: what is evaluated, and `graph`, its graph as it is evaluated.
        position: how many nodes lie behind the cursor.
        recording: what was evaluated so far.
        led: whether a viewer of its own shows it already.
        note: a word about the last command, where there is one.
    """

    led = False

    def __init__(self, recording: Recording):
        self.function = recording.function
        self.recording = recording
        self.position = 0
        self.note = ""
        self._levels: list[Level] = []

    # What there is to see

    @property
    def graph(self) -> Graph:
        """The optimized graph, whose nodes are evaluated."""
        return self.function.optimized

    @property
    def nodes(self) -> tuple[Apply, ...]:
        """The nodes, in the order in which they are evaluated."""
        return tuple(s.nodes[-1] for s in self.recording.program.steps)

    @property
    def here(self) -> Here | None:
        """The node evaluated last; None before the first."""
        return self._frames[self.position - 1] if self.position else None

    @property
    def _frames(self) -> list[Here]:
        return self.recording.frames

    @property
    def inside(self) -> Moment | Happened | None:
        """What happened last inside the node; None outside of it."""
        return self._levels[-1].here if self._levels else None

    @property
    def is_inside(self) -> bool:
        """Whether the cursor is inside of a node."""
        return bool(self._levels)

    @property
    def around(self) -> tuple[Level, ...]:
        """The levels that the cursor is inside of, the outermost first."""
        return tuple(self._levels)

    @property
    def finished(self) -> bool:
        """Whether every node is evaluated, or one has failed."""
        return self.position == len(self._frames) and self.recording.over

    @property
    def failure(self) -> Report | None:
        """The report, when a node failed."""
        return self.recording.failure

    @property
    def results(self) -> list[Array] | None:
        """The outputs, once all is evaluated."""
        found = self.recording.results
        return None if found is None else found[: self._count]

    @property
    def given(self) -> list[Any]:
        """The values of all inputs, shared variables among them."""
        return list(self.recording.values)

    @property
    def updates(self) -> dict[Variable, Array]:
        """What a call would put into shared variables, once all is evaluated."""
        new = (self.recording.results or [])[self._count :]
        return dict(zip(self.function.updated, new, strict=False))

    @property
    def _count(self) -> int:
        return len(self.recording.program.outputs) - len(self.function.updated)

    @property
    def values(self) -> dict[Variable, Array]:
        """Every value known at the cursor, inputs first."""
        known = {v: a for v, a in self.recording.known.items() if v.owner is None}
        for frame in self._frames[: self.position]:
            known.update(zip(frame.node.outputs, frame.outputs, strict=False))
        return known

    # Moving

    def next(self) -> Stepper:
        """Evaluate one node; inside loops of a kernel, one statement."""
        self.note = ""
        if self._levels:
            if not self._levels[-1].next():
                self.note = self._ended(self._levels[-1])
        elif not self._next() and self.failure is None:
            self.note = "this is the end"
        return self

    def _next(self) -> bool:
        """Go on by one node of the graph itself; False at the end."""
        if self.position < len(self._frames) or self.recording.one_more():
            self.position += 1
            return True
        return False

    def _ended(self, level: Level) -> str:
        if level.failed and self.failure is not None:
            return f"the next node fails: {self.failure.title}"
        loops = isinstance(level.here, Happened)
        what = "the loops are done" if loops else f"{level.node.op.title} is done"
        return f"{what}: out() leads back to the nodes"

    def back(self) -> Stepper:
        """Go back by one node, or by one statement; nothing is computed."""
        self.note = ""
        if self._levels:
            level = self._levels[-1]
            if not level.back():
                kept = "no earlier turns are kept"
                self.note = kept if level.forgot else "this is the start of it"
        elif self.position:
            self.position -= 1
        else:
            self.note = "this is the start"
        return self

    def into(self) -> Stepper:
        """Enter the node evaluated last: the turns of a loop, the loops of a kernel.

        Where the next node fails in a turn, enter that one.
        """
        self.note = ""
        place = self._place_here()
        if place is None:
            self.note = "there is no evaluated node here: next() first"
            return self
        found = opened(*place)
        if isinstance(found, Closed):
            self.note = found.reason
        else:
            self._levels.append(found)
        return self

    def _place_here(self) -> tuple[Apply, tuple[Array, ...], Path] | None:
        """The node at the cursor, with its inputs and the way to it."""
        if self._levels:
            met = self._levels[-1].here
            if not isinstance(met, Moment) or met.node is None:
                return None
            return met.node, met.inputs, met.path
        broken = self.recording.broken
        if self.finished and broken is not None and has_inside(broken.node.op):
            return broken.node, broken.inputs, ()
        here = self.here
        return None if here is None else (here.node, here.inputs, ())

    def out(self) -> Stepper:
        """Leave the node, to the one around it."""
        self.note = "" if self._levels else "the cursor is not inside a node"
        if self._levels:
            self._levels.pop()
        return self

    def until(self, target: Target) -> Stepper:
        """Go on to a node, to a name, or to a value of which a condition is true.

        A loop is passed over, unless the cursor is in it or the condition is on turns:
        `until("turn = 17 and nan > 0")` goes into all loops.

        Args:
            target: a variable, a node, an op, the name of a variable or of an op, a
                condition as in `view.conditions`, or a function of a value such as
                `lambda a: np.isnan(a).any()`.
        """
        self.note = ""
        deep = isinstance(target, str) and speaks_of_turns(target)
        while self._onward(deep=deep):
            if matches(target, self._met()):
                return self
        self.note = "the end was reached without meeting it"
        return self

    def _onward(self, *, deep: bool) -> bool:
        """To whatever comes next: inside, after, or after what is around."""
        if deep and (place := self._place_here()) and has_inside(place[0].op):
            level = opened(*place)
            if isinstance(level, Level) and level.next():
                self._levels.append(level)
                return True
        left: Apply | None = None
        while self._levels:
            if self._levels[-1].next():
                return True
            left = self._levels.pop().node
        if self._next():
            return True
        if (
            not deep
            or self.recording.broken is None
            or left is self.recording.broken.node
        ):
            return False
        return bool(self.into()._levels) and self._levels[-1].next()

    def _met(self) -> Met:
        """What the cursor met last, at whatever depth."""
        match self.inside:
            case Moment(variables=variables, outputs=outputs) as moment:
                return Met(variables, moment.node, outputs, moment.turns)
            case Happened():
                return Met((), None, ())
            case None:
                here = self.here
                assert here is not None
                return Met(here.node.outputs, here.node, here.outputs)

    def run(self) -> Any:
        """Evaluate the rest; gives the outputs, as a call would.

        Raises:
            Exception: what a call with these values raises.
        """
        self._levels.clear()
        self.recording.pull_all()
        self.position = len(self._frames)
        self.note = ""
        if self.failure is not None:
            self.recording.complain()
        found = self.results or []
        return found[0] if len(found) == 1 else found

    def to_the_end(self) -> Stepper:
        """Behind the last node that was evaluated, where it is over."""
        self._levels.clear()
        self.position, self.note = len(self._frames), ""
        return self

    def restart(self) -> Stepper:
        """Back to before the first node."""
        self.out()
        self.position, self.note = 0, ""
        return self

    # Showing

    def __str__(self) -> str:
        return as_text(self)

    __repr__ = __str__

    def document(
        self, *, title: str | None = None, caps: Caps = NOTEBOOK
    ) -> protocol.Document:
        """The run as a protocol document: it is evaluated to its end, once.

        The viewer opens where the stepper stands.
        """
        others = len(self.graph.variables()) + len(self.function.history.events)
        most = max(0, caps.events - others)
        while True:
            found = self._document(title, caps, most)
            if not most or not found.get("truncated", {}).get("events"):
                return found
            most = most // 4 if most > 16 else 0  # what is inside of nodes goes first

    def _document(self, title: str | None, caps: Caps, most: int) -> protocol.Document:
        """The run with at most so many values inside of nodes."""
        ran = self.recording.told(most)
        return document(
            self.function,
            title=title or f"{self.function.name or 'a function'}, step by step",
            trace=ran,
            failure=self.failure,
            fused=False,
            caps=caps,
            at=self._place(ran),
        )

    def _place(self, ran: tuple[Ran, ...]) -> protocol.Place | None:
        """Where the viewer opens: after the node evaluated last."""
        here = self.here
        if self.finished and self.recording.broken is not None and ran[-1].path:
            return {"eval": len(ran)}
        if here is None:
            return None
        outputs = here.node.outputs
        found = (n for n, r in enumerate(ran, 1) if r.variables == outputs)
        position = next(found, None)
        return None if position is None else {"eval": position}

    def bundle(self) -> dict[str, Any]:
        """Plain text, a static picture and the document."""
        return {
            "text/plain": str(self),
            "text/html": static_html(self.function, str(self)),
            protocol.MIME: self.document(),
        }

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        del include, exclude
        return {"text/plain": str(self)} if self.led else self.bundle()

    def interact(
        self,
        read: Callable[[str], str] = input,
        write: Callable[[str], Any] = sys.stdout.write,
    ) -> None:
        """Step by typing letters: n, b, i, o, u NAME, r, s, q; ? tells them."""
        write(f"{self}\n")
        while True:
            word, _, rest = read("step> ").strip().partition(" ")
            if word in ("q", "quit"):
                return
            write(f"{self._obey(word or 'n', rest.strip())}\n")

    def _obey(self, word: str, rest: str) -> str:
        """Do what a letter says; gives what is to be shown."""
        match word:
            case "n" | "next":
                self.next()
            case "b" | "back":
                self.back()
            case "i" | "into":
                self.into()
            case "o" | "out":
                self.out()
            case "u" | "until" if rest:
                self.until(rest)
            case "r" | "run":
                self._levels.clear()
                while not self.finished:
                    self.next()
            case "s" | "start":
                self.restart()
            case _:
                return COMMANDS
        return str(self)


LEADERS: list[Callable[[Stepper], None]] = []
"""What lets the reader of a viewer lead an evaluation; `view.pausing` fills it."""


@public
def step(f: Function, *args: Any, live: bool = False, **kwargs: Any) -> Stepper:
    """A stepper over the evaluation of a function on these arguments.

    Args:
        live: evaluate now, led from a viewer in the notebook: the cell is busy while
            the evaluation is paused. Where that cannot be, it says so and the stepper
            is an ordinary one.

    Raises:
        wrong-argument-kind: what is given first is not a compiled function.
        wrong-argument-count and others: what a call with them raises.
    """
    given: Any = f
    if not isinstance(given, Function):
        title = f"step goes through a compiled function, not a {type(given).__name__}"
        raise wrong_kind(title, "compile it first: step(function([x], y), value)")
    stepper = Stepper(Recording(f, f.values(*args, **kwargs)))
    for leader in LEADERS if live else ():
        leader(stepper)
    return stepper
