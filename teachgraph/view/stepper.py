"""A function, node by node: forwards, backwards, and into the loops of a node.

    s = step(f, 1.0)     s.next()  s.back()  s.into()  s.out()  s.until("exp")  s.run()

The stepper pulls the events of the one evaluator, on the optimized graph before fusion,
and keeps them, so going back computes nothing. It is a dry run: what a call would put
into shared variables is shown in `updates` and not put there.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np

from teachgraph.compile.failure import explained
from teachgraph.compile.function import Function
from teachgraph.core.entrance import error_of, public
from teachgraph.core.events import DidRun, Event, Failed
from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.core.op import Op
from teachgraph.core.record import record
from teachgraph.core.report import Report
from teachgraph.program import execute
from teachgraph.program.blame import blame
from teachgraph.program.program import Step
from teachgraph.view import protocol
from teachgraph.view.document import NOTEBOOK, Caps, Ran, document
from teachgraph.view.gradients import gradients
from teachgraph.view.loops import Closed, Happened, loops_of
from teachgraph.view.mimebundle import static_html
from teachgraph.view.model import wrong_kind
from teachgraph.view.stepping import COMMANDS, as_text
from teachgraph.view.tracing import slots_of, traced

Array = np.ndarray[Any, Any]
Condition = Callable[[Any], Any]
Target = Condition | Variable | Apply | Op | str


@record(eq=False)
class Here:
    """Where a stepper stands: a node with the values of its inputs and outputs.

    `outputs` is empty for the node that failed. `seconds` is how long it took.
    """

    number: int
    node: Apply
    inputs: tuple[Array, ...]
    outputs: tuple[Array, ...]
    seconds: float

    @property
    def value(self) -> Array:
        """The value of the node's first output."""
        return self.outputs[0]

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shapes of the outputs."""
        return tuple(a.shape for a in self.outputs)


class Stepper:
    """A cursor over the evaluation of a function; `print` it to see where it stands.

    Attributes:
        function: what is evaluated, and `graph`, its graph as it is evaluated.
        position: how many nodes lie behind the cursor.
        failure: the report, when a node failed.
        note: a word about the last command, where there is one.
    """

    def __init__(self, function: Function, values: list[Array]):
        self.function = function
        self.program = function.watched
        self.position = 0
        self.note = ""
        self.failure: Report | None = None
        self._values = [np.array(value) for value in values]
        self._events = execute.steps(self.program, self._values)
        self._frames: list[Here] = []
        self._known: dict[Variable, Array] = {}
        self._results: list[Array] | None = None
        self._inside: list[Happened] = []
        self._loops: Iterator[Happened] | None = None
        self._turn = 0
        self._ran: tuple[Ran, ...] | None = None
        self._first: dict[Apply, int] = {}
        pairs = zip(self.program.inputs, self._values, strict=True)
        self._known.update({b.variable: a for b, a in pairs if b.variable is not None})

    # What there is to see

    @property
    def graph(self) -> Graph:
        """The optimized graph, whose nodes are evaluated."""
        return self.function.optimized

    @property
    def nodes(self) -> tuple[Apply, ...]:
        """The nodes, in the order in which they are evaluated."""
        return tuple(s.nodes[-1] for s in self.program.steps)

    @property
    def here(self) -> Here | None:
        """The node evaluated last; None before the first."""
        return self._frames[self.position - 1] if self.position else None

    @property
    def inside(self) -> Happened | None:
        """What happened last inside the node's loops; None outside of them."""
        return self._inside[self._turn - 1] if self._loops and self._turn else None

    @property
    def is_inside(self) -> bool:
        """Whether the cursor is among the loops of a node."""
        return self._loops is not None

    @property
    def finished(self) -> bool:
        """Whether every node is evaluated, or one has failed."""
        at_end = self.position == len(self._frames)
        return at_end and (self._results is not None or self.failure is not None)

    @property
    def results(self) -> list[Array] | None:
        """The outputs, once all is evaluated."""
        return None if self._results is None else self._results[: self._count]

    @property
    def given(self) -> list[Array]:
        """The values of all inputs, shared variables among them."""
        return list(self._values)

    @property
    def updates(self) -> dict[Variable, Array]:
        """What a call would put into shared variables, once all is evaluated."""
        new = [] if self._results is None else self._results[self._count :]
        return dict(zip(self.function.updated, new, strict=False))

    @property
    def values(self) -> dict[Variable, Array]:
        """Every value known at the cursor, inputs first."""
        known = {v: a for v, a in self._known.items() if v.owner is None}
        for frame in self._frames[: self.position]:
            known.update(zip(frame.node.outputs, frame.outputs, strict=False))
        return known

    # Moving

    def next(self) -> Stepper:
        """Evaluate one node; inside loops, one statement."""
        self.note = ""
        if self._loops is not None:
            self._next_inside()
        elif self.position < len(self._frames) or self._pull():
            self.position += 1
        elif self.failure is None:
            self.note = "this is the end"
        return self

    def back(self) -> Stepper:
        """Go back by one node, or by one statement; nothing is computed."""
        self.note = ""
        if self._loops is not None:
            self._turn = max(self._turn - 1, 0)
        elif self.position:
            self.position -= 1
        else:
            self.note = "this is the start"
        return self

    def into(self) -> Stepper:
        """Enter the loops of the node evaluated last."""
        self.note = ""
        here = self.here
        if here is None or not here.outputs:
            self.note = "there is no evaluated node here: next() first"
            return self
        if self._loops is None:
            found = loops_of(here.node, here.inputs)
            if isinstance(found, Closed):
                self.note = found.reason
            else:
                self._loops, self._inside, self._turn = found, [], 0
        return self

    def out(self) -> Stepper:
        """Leave the loops."""
        self.note = "" if self._loops is not None else "the cursor is not inside a node"
        self._loops, self._inside, self._turn = None, [], 0
        return self

    def until(self, target: Target) -> Stepper:
        """Go on to a node, to a name, or to a value of which a condition is true.

        Args:
            target: a variable, a node, an op, the name of a variable or of an op, or a
                function of a value such as `lambda a: np.isnan(a).any()`.
        """
        self.out()
        while not self.finished:
            self.next()
            here = self.here
            if here is not None and here.outputs and _matches(target, here):
                self.note = ""
                return self
        self.note = "the end was reached without meeting it"
        return self

    def run(self) -> Any:
        """Evaluate the rest; gives the outputs, as a call would.

        Raises:
            Exception: what a call with these values raises.
        """
        self.out()
        self._pull_all()
        self.position = len(self._frames)
        self.note = ""
        if self.failure is not None:
            self._raise(self.failure)
        found = self.results or []
        return found[0] if len(found) == 1 else found

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
        ran = self.ran()
        return document(
            self.function,
            title=title or f"{self.function.name or 'a function'}, step by step",
            trace=ran,
            failure=self.failure,
            fused=False,
            caps=caps,
            at=self._place(ran),
        )

    def ran(self) -> tuple[Ran, ...]:
        """Every value of the run, in order, as documents number them."""
        self._pull_all()
        if self._ran is None:
            told = traced(
                self._known,
                self.graph,
                self._frames,
                self._gradients(),
                first=self._first,
                slots=slots_of(self.function.program),
            )
            self._ran = tuple(told)
        return self._ran

    def turn_to(self, event: int, first: int) -> None:
        """Tell other turns of a loop: those from `first` on.

        Args:
            event: the number of the loop in the run.
            first: the first turn to be told.
        """
        node = self.ran()[event - 1].variables[0].owner
        if node is not None:
            self._first[node] = max(first, 0)
            self._ran = None

    def _place(self, ran: tuple[Ran, ...]) -> protocol.Place | None:
        """Where the viewer opens: after the node evaluated last."""
        here = self.here
        if here is None:
            return None
        outputs = here.node.outputs
        found = (n for n, r in enumerate(ran, 1) if r.variables == outputs)
        position = next(found, None)
        return None if position is None else {"eval": position}

    def _gradients(self) -> dict[Variable, Array]:
        """The gradients of the first output, where it is one number."""
        if self._results is None:
            return {}
        return gradients(self.program.graph, self._values)

    def bundle(self) -> dict[str, Any]:
        """Plain text, a static picture and the document."""
        return {
            "text/plain": str(self),
            "text/html": static_html(self.function, str(self)),
            protocol.MIME: self.document(),
        }

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        del include, exclude
        return self.bundle()

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
                while not self.finished:
                    self.out().next()
            case "s" | "start":
                self.restart()
            case _:
                return COMMANDS
        return str(self)

    # Pulling events

    @property
    def _count(self) -> int:
        return len(self.program.outputs) - len(self.function.updated)

    def _pull_all(self) -> None:
        while self._results is None and self.failure is None:
            self._pull()

    def _pull(self) -> bool:
        """Evaluate one more node; False when there is none, or it cannot begin."""
        if self._results is not None or self.failure is not None:
            return False
        if not self.program.steps:
            self._results = self._last()
            return False
        before = len(self._frames)
        while len(self._frames) == before and self.failure is None:
            self._hear(next(self._events))
        return len(self._frames) > before

    def _last(self) -> list[Array]:
        """The outputs, once every step has run."""
        try:
            next(self._events)
        except StopIteration as stop:
            return stop.value
        raise AssertionError("a program went on after its last step")

    def _raise(self, report: Report) -> NoReturn:
        """Raise what a call with these values raises."""
        try:
            next(self._events)
        except StopIteration:
            raise error_of(report) from None
        except Exception as error:
            graph, values = self.function.graph, self._values
            better = explained(error, graph, self.program, values)
            if better is not None:
                raise better from None
            raise
        raise error_of(report)

    def _hear(self, event: Event) -> None:
        match event:
            case DidRun(step=step, outputs=outputs, seconds=seconds):
                if step not in self.program.steps:
                    return  # in a turn of a loop, which is one node here
                self._frame(step, outputs, seconds)
            case Failed(report=report):
                blamed = blame(self.function.graph, self._values)
                self.failure = report if blamed is None else blamed.report
            case _:
                pass

    def _frame(self, step: Step, outputs: tuple[Array, ...], seconds: float) -> None:
        node = step.nodes[-1]
        inputs = tuple(
            v.data if v.data is not None else self._known[v] for v in node.inputs
        )
        self._known.update(zip(node.outputs, outputs, strict=True))
        number = len(self._frames) + 1
        self._frames.append(Here(number, node, inputs, outputs, seconds))
        if number == len(self.program.steps):
            self._results = self._last()

    def _next_inside(self) -> None:
        if self._turn == len(self._inside) and self._loops is not None:
            happened = next(self._loops, None)
            if happened is None:
                self.note = "the loops are done: out() leads back to the nodes"
                return
            self._inside.append(happened)
        self._turn += 1


def _matches(target: Target, here: Here) -> bool:
    match target:
        case Variable():
            return target in here.node.outputs
        case Apply():
            return target is here.node
        case Op():
            return target == here.node.op
        case str():
            names = [here.node.op.title, *(v.name for v in here.node.outputs)]
            return target in names or target.lower() == here.node.op.title.lower()
        case _:
            return any(bool(target(value)) for value in here.outputs)


@public
def step(f: Function, *args: Any, **kwargs: Any) -> Stepper:
    """A stepper over the evaluation of a function on these arguments.

    Raises:
        wrong-argument-kind: what is given first is not a compiled function.
        wrong-argument-count and others: what a call with them raises.
    """
    given: Any = f
    if not isinstance(given, Function):
        title = f"step goes through a compiled function, not a {type(given).__name__}"
        raise wrong_kind(title, "compile it first: step(function([x], y), value)")
    return Stepper(f, f.values(*args, **kwargs))
