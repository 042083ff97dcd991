"""Updates that no call makes: of loops whose updates are dropped, or of no effect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from teachgraph.compile.plan import Plan
from teachgraph.compile.shared import SharedVariable
from teachgraph.core.graph import Apply, Variable, toposort
from teachgraph.core.origin import here
from teachgraph.core.report import Hint, Note, Report
from teachgraph.errors import silent
from teachgraph.errors.naming import called
from teachgraph.errors.silent import warn_of
from teachgraph.ops.random import Uniform
from teachgraph.ops.scan import Scan


def news(plan: Plan) -> dict[Variable, Variable]:
    """The new value of each shared variable that a function updates."""
    count = len(plan.graph.outputs) - len(plan.updated)
    return dict(zip(plan.updated, plan.graph.outputs[count:], strict=True))


# Updates without effect


def idle_updates(plan: Plan) -> None:
    """Warn of a shared variable whose new value is itself.

    `w * decay` may be meant with a decay of 1: what is worked out is not looked at.
    """
    for v, new in news(plan).items():
        if new is v and not getattr(v.tag, "is_rng", False):
            _tell_idle(v)


def _tell_idle(v: Variable) -> None:
    name = called(v)
    title = f"the update of `{name}` has no effect: its new value is itself"
    notes = (Note(f"`{name}` was made here", v.origin),)
    hints = (
        Hint("give the new value", f"updates=[({name}, {name} - rate * gradient)]"),
        Hint(f"or leave `{name}` out of the updates"),
    )
    report = Report("lost-update", title, here(), notes=notes, hints=hints, nodes=(v,))
    warn_of(report, silent.LostUpdateWarning)


# Updates that a loop gives and the function does not take


def forgotten_updates(plan: Plan, loops: Sequence[Apply]) -> None:
    """Warn of what loops update and the function does not."""
    given = news(plan)
    for node in loops:
        for v, position in _updated_inside(node):
            new = given.get(v)
            below = toposort([] if new is None else [new])
            if not any(u.owner and isinstance(u.owner.op, Scan) for u in below):
                _tell_forgotten(v, node, position)


def _updated_inside(node: Apply) -> Iterator[tuple[SharedVariable, int]]:
    """The shared variables that a loop updates, and which state each is.

    Of those only the last turn is kept, in a loop as it was written.
    """
    op = node.op
    assert isinstance(op, Scan)
    for position, initial in enumerate(op.split(node.inputs).initials):
        v = _only_source(initial)
        if op.keep and op.keep[position] == 1 and isinstance(v, SharedVariable):
            yield v, position


def _only_source(v: Variable) -> Variable:
    """What a variable is made of alone: an axis more does not count."""
    while v.owner is not None and len(v.owner.inputs) == 1:
        (v,) = v.owner.inputs
    return v


def _tell_forgotten(v: SharedVariable, node: Apply, position: int) -> None:
    op = node.op
    assert isinstance(op, Scan)
    update = Hint(
        "hand on what scan gives as its second result",
        "out, updates = scan(...); function(..., updates=updates)",
    )
    if not getattr(v.tag, "is_rng", False):
        title = f"the loop updates `{called(v)}`, and this function drops the update"
        notes = (Note("the updates that scan returns are not given to `function`"),)
        report = Report("lost-update", title, here(), notes=notes, hints=(update,))
        warn_of(report, silent.LostUpdateWarning)
        return
    draw = next((u for u in op.graph.applies() if isinstance(u.op, Uniform)), None)
    origin = draw.outputs[0].origin if draw is not None else None
    notes = (
        Note(
            "scan advances the random stream once a turn; this function was not given "
            "its updates, and advances it by one turn alone"
        ),
        Note("this function is compiled here", here()),
    )
    hints = (
        update,
        Hint(
            "or draw everything before scan, and pass it as another sequence",
            "noise = srng.normal(size=rows.shape)",
        ),
    )
    title = "calls will repeat the random numbers drawn in this scan step"
    report = Report("repeated-numbers", title, origin, notes=notes, hints=hints)
    warn_of(report, silent.RandomStreamWarning)
