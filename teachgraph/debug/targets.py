"""Which node is meant: by a variable, an op, a name, or a line of source.

A function runs the optimized graph, in which the node that was written may not exist
any more. What stands for it is found by following the rewrites. Where nothing does, the
value is computed from the graph as it was written, after the call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from teachgraph.core.events import DidRun, Event, Returned, WillRun
from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.core.op import Op
from teachgraph.debug.counterparts import as_written, counterpart
from teachgraph.debug.watcher import Arrays, Making, Memo, Ran, Watcher
from teachgraph.debug.words import in_gradient
from teachgraph.errors.source import file_name
from teachgraph.ops.printed import silent
from teachgraph.program import execute
from teachgraph.program.plain import numpy_program
from teachgraph.program.program import Program, Step

Target = Variable | Apply | Op | str | int
"""A variable, a node, an op, the name of a variable or of an op, `lesson.py:12`, or the
number of a line of whatever file."""

Condition = Callable[..., Any]


class Aimed(Watcher):
    """A listener to some nodes, those inside of loops too.

    Args:
        on: a target, or a list of them; every node if it is None.
        condition: called with the outputs of a node; only if it is true, the node is
            `seen`.
    """

    def __init__(
        self,
        on: Target | Sequence[Target] | None = None,
        condition: Condition | None = None,
    ):
        super().__init__()
        self.targets: tuple[Target | None, ...] = targets_of(on)
        self._condition = condition
        self._found: Memo[Making, dict[int, int]] = Memo()
        self._gone: Memo[Making, dict[int, Program]] = Memo()

    def after(self, ran: Ran) -> None:
        """See a node, if it is meant."""
        target = self.aim(ran.step)
        if target is not None:
            self._hit(ran, target)

    def returned(self, call: Returned) -> None:
        """See the values that rewriting has left nothing of."""
        if not self.needs_steps or not call.function.watched.steps:
            return
        place = self.places.of(call.function.watched.steps[0])
        if place is None:
            return
        self.aim(call.function.watched.steps[0])
        for target, program in self._gone.get(place.making, {}).items():
            last = _Last(program.steps[-1])
            with silent():
                execute.run(program, call.values, (last,))
            self._hit(last.ran, target)

    def _hit(self, ran: Ran, target: int) -> None:
        if self._condition is None or self._condition(*ran.outputs):
            self.seen(ran, target)

    def seen(self, ran: Ran, target: int) -> None:
        """A node ran that is meant by the target of this number."""

    def aim(self, step: Step) -> int | None:
        """The number of the target that means the step; None if none does."""
        place = self.places.of(step)
        if place is None:
            return None
        if place.making not in self._found:
            self._look(place.making)
        return self._found[place.making].get(id(step.nodes[-1]))

    def _look(self, making: Making) -> None:
        """Find the nodes that are meant, and what has none."""
        found = self._found[making] = dict[int, int]()
        gone = self._gone[making] = dict[int, Program]()
        for number, target in reversed(list(enumerate(self.targets))):
            nodes = meant(target, making)
            found.update({id(node): number for node in nodes})
            if not nodes and (program := _written_program(target, making)) is not None:
                gone[number] = program


class _Last:
    """Hears the run of one step."""

    def __init__(self, step: Step):
        self._step = step
        self._inputs: Arrays = ()
        self.ran = Ran(step, (), (), 0.0)

    def __call__(self, event: Event) -> None:
        """Keep what the step read and gave."""
        match event:
            case WillRun(step=step, inputs=inputs) if step is self._step:
                self._inputs = inputs
            case DidRun(step=step, outputs=outputs, seconds=s) if step is self._step:
                self.ran = Ran(step, self._inputs, outputs, s)
            case _:
                pass


def _written_program(target: Target | None, making: Making) -> Program | None:
    """What computes a variable as it was written, if it is part of that graph."""
    v = target.outputs[0] if isinstance(target, Apply) else target
    if not isinstance(v, Variable) or v.owner is None or making.written is None:
        return None
    written = as_written(making, v)
    if written is None:
        return None
    return numpy_program(Graph(making.written.inputs, (written,)))


def targets_of(on: Target | Sequence[Target] | None) -> tuple[Target | None, ...]:
    """The targets of a listener, one or several."""
    if on is None or isinstance(on, Variable | Apply | Op | str | int):
        return (on,)
    return tuple(on)


def meant(target: Target | None, making: Making) -> list[Apply]:
    """The nodes of a program that a target means."""
    nodes = [*making.nodes, *making.inner]
    match target:
        case None:
            return nodes
        case Apply():
            return _standing_for(target.outputs[0], making, nodes)
        case Variable():
            return _standing_for(target, making, nodes)
        case Op():
            return [n for n in nodes if n.op == target]
        case int():
            return [n for n in nodes if any(o.span().line == target for o in n.origins)]
        case str():
            return [n for n in nodes if target in _names(n) or _is_at(n, target)]


def _is_at(node: Apply, place: str) -> bool:
    """Whether a node was written at `lesson.py:12`."""
    if ":" not in place:
        return False
    spans = [o.span() for o in node.origins]
    return any(f"{file_name(s)}:{s.line}" == place for s in spans)


def _names(node: Apply) -> tuple[str | None, ...]:
    return (node.op.title, type(node.op).__name__, *(v.name for v in node.outputs))


def _standing_for(v: Variable, making: Making, nodes: Sequence[Apply]) -> list[Apply]:
    """The node that gives `v`, or the one that rewriting has put in its place.

    Inside of loops rewrites are not followed; there the place of writing decides.
    """
    own = [n for n in nodes if v in n.outputs]
    if own or v.origin is None:
        return own
    written = as_written(making, v)
    if written is not None:
        return counterpart(making, written, making.nodes)
    there = [n for n in nodes if n.origins[:1] == v.origins[:1]]
    named = [n for n in there if v.name is not None and v.name in _names(n)]
    gradient = in_gradient(v.origins)
    alike = [n for n in there if in_gradient(n.origins) == gradient]
    return (named or alike or there)[-1:]
