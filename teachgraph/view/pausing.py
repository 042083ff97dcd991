"""`Pause`: a running call stops, and the viewer of a notebook shows it and leads it on.

    stop = tg.Pause("turn = 17", "nan > 0")
    train = tg.function([x], cost, mode=tg.Mode() + stop)
    tg.view(train)            in a cell of its own: this viewer will show the call
    train(data)               this cell waits while the call is paused

`step(f, *args, live=True)` evaluates a function in the same way, from its first node.

Where a front end cannot be reached while a cell runs, nothing waits: the call runs to
its end, is recorded, and this is said.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from teachgraph.compile.function import Function
from teachgraph.core.events import Called, DidRun, Event, Failed, Returned
from teachgraph.core.graph import Apply, Variable
from teachgraph.core.record import record
from teachgraph.view.conditions import condition
from teachgraph.view.document import ids_of
from teachgraph.view.gate import FRONT, Gate
from teachgraph.view.inside import place_in_words
from teachgraph.view.recording import Recording
from teachgraph.view.running import PAUSED, Running
from teachgraph.view.stepper import LEADERS, Stepper
from teachgraph.view.targets import Met, Target, matches
from teachgraph.view.widget import shown_now
from teachgraph.view.words import label

WAYS = ("next", "into", "out", "go", "leave", "stop")

NO_FRONT = (
    "The call cannot be paused: this front end does not answer while a cell runs. "
    "JupyterLab from 4.4 on does with ipykernel from 7 on, once a viewer has been "
    "shown in an earlier cell. The call is recorded instead."
)


@record(eq=False)
class Break:
    """A breakpoint that the reader set: at a node, on a condition, or both."""

    node: Apply | None
    text: str

    def holds(self, met: Met) -> bool:
        """Whether the call is to stop here."""
        if self.node is not None and self.node is not met.node:
            return False
        stated = condition(self.text) if self.text else None
        return stated is None or stated(met.subject)


class Leader:
    """One call and the reader who leads it.

    `gate` is the viewer; None where the call cannot be paused. `targets` are those of
    the program, besides the breakpoints of the reader.
    """

    def __init__(
        self, recording: Recording, gate: Gate | None, targets: Sequence[Target]
    ):
        self.recording, self.gate = recording, gate
        self.running = Running(recording)
        self.targets = tuple(targets)
        self.way = "go" if targets else "into"
        self.depth = 0
        self.breaks: tuple[Break, ...] = ()
        self.met = False
        self._ids: Mapping[str, Variable] | None = None

    def after(self, event: Event) -> None:
        """Stop after a node, if this is the place."""
        match event:
            case DidRun(step=step, outputs=outputs) if step.nodes:
                turning = self.recording.turning
                path = turning[-1].path if turning else ()
                turns = turning[-1].turns if turning else ()
                node = step.nodes[-1]
                met = Met(node.outputs, node, outputs, turns)
                if self._stops(met, len(path)):
                    where = [label(node.outputs[0])]
                    where += [place_in_words(*part) for part in reversed(path)]
                    self._pause(", ".join(where), len(path))
            case _:
                pass

    def _stops(self, met: Met, depth: int) -> bool:
        if self.gate is None or self.way == "leave":
            return False
        if self.way == "into" or (self.way == "next" and depth <= self.depth):
            return True
        if self.way == "out" and depth < self.depth:
            return True
        if any(matches(target, met) for target in self.targets):
            return True
        return any(one.holds(met) for one in self.breaks)

    def _pause(self, where: str, depth: int) -> None:
        """Show the state and wait for the reader."""
        gate = self.gate
        assert gate is not None
        if not self.met:
            self.met = gate.shake()
            if not self.met:
                self._give_up(NO_FRONT)
                return
        found = self.running.document()
        last = found.get("at", {}).get("eval", 0)
        state = {"state": "paused", "where": where, "at": last, "depth": depth}
        gate.tell(document=found, paused=state, position=last)
        command = gate.wait()
        if command is None:
            self._give_up("No viewer answered any more: the call goes on by itself.")
            return
        self._obey(command, depth)

    def _obey(self, command: Mapping[str, Any], depth: int) -> None:
        assert self.gate is not None
        how = command.get("how")
        if how == "stop":
            self.gate.tell(paused={"state": "stopped"})
            raise KeyboardInterrupt("the call was stopped in the viewer")
        self.way = str(how) if how in WAYS else "next"
        self.depth = depth
        self.breaks = tuple(self._breaks(command.get("breaks", ())))
        self.gate.tell(paused={"state": "running"})

    def _breaks(self, told: Any) -> list[Break]:
        found: list[Break] = []
        for one in told:
            node, text = one.get("node"), str(one.get("text", ""))
            if self._ids is None:
                self._ids = ids_of(self.recording.function)
            v = None if node is None else self._ids.get(str(node))
            if node is None or (v is not None and v.owner is not None):
                found.append(Break(None if v is None else v.owner, text))
        return found

    def _give_up(self, words: str) -> None:
        """Let the call go on, and say why."""
        assert self.gate is not None
        self.gate.tell(paused={"state": "away", "words": words})
        sys.stdout.write(words + "\n")
        self.gate = None
        self.way = "leave"

    def end(self, viewer: Any) -> None:
        """Show the whole run, which from now on is stepped through as recorded."""
        stepper = Stepper(self.recording).to_the_end()
        viewer.shows(stepper)
        state = "failed" if self.recording.failure is not None else "over"
        found = stepper.document(caps=PAUSED)
        last = found.get("at", {}).get("eval", 0)
        viewer.gate.tell(document=found, paused={"state": state}, position=last)


class Pause:
    """A listener that stops a call where something is true.

    Args:
        on: where to stop: variables, names of variables or ops, conditions such as
            `"nan > 0"` or `"turn = 17"`, functions of a value. Without any, a call
            stops at its first node.

    `now`, given to a `Breakpoint` as its action, stops at the next node.
    """

    needs_steps = True

    def __init__(self, *on: Target):
        self.on = on
        self.leader: Leader | None = None
        self._viewer: Any = None

    def shown_by(self, viewer: Any) -> None:
        """Let this viewer show the calls that stop."""
        self._viewer = viewer

    def now(self, *about: Any) -> None:
        """Stop at the next node."""
        del about
        if self.leader is not None and self.leader.way != "leave":
            self.leader.way = "into"

    def __call__(self, event: Event) -> None:
        """Hear an event."""
        match event:
            case Called(function=function, values=values):
                self.leader = self._leader(function, values)
            case Returned(outputs=outputs) if self.leader is not None:
                self.leader.recording.finish(outputs)
                self._end(self.leader)
            case _ if self.leader is not None:
                self.leader.recording.hear(event)
                self.leader.after(event)
                if isinstance(event, Failed):
                    self._end(self.leader)
            case _:
                pass

    def _leader(self, function: Function, values: Sequence[Any]) -> Leader:
        if self._viewer is None:
            return Leader(Recording(function, values), None, self.on)
        leader = Leader(Recording(function, values), self._viewer.gate, self.on)
        self._viewer.shows(leader.running)
        return leader

    def _end(self, leader: Leader) -> None:
        self.leader = None
        if leader.met and self._viewer is not None:
            leader.end(self._viewer)


def lead(stepper: Stepper) -> None:
    """Evaluate what a stepper steps through, led by the reader of a viewer.

    The stepper stands at the end after that; where nobody answers it stays as it was.
    """
    running = Running(stepper.recording)
    viewer = shown_now(running) if FRONT.answers else None
    if viewer is None:
        stepper.note = NO_FRONT
        sys.stdout.write(NO_FRONT + "\n")
        return
    leader = Leader(stepper.recording, viewer.gate, ())
    while (event := stepper.recording.pull()) is not None:
        leader.after(event)
        if leader.gate is None and not leader.met:
            stepper.note = NO_FRONT
            break
    else:
        stepper.to_the_end()
        stepper.led = True
    leader.end(viewer)
    viewer.keep()


LEADERS[:] = [lead]
