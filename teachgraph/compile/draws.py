"""Random numbers that are the same without being meant to be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from teachgraph.compile.shared import SharedVariable
from teachgraph.core.graph import Apply, Variable, toposort
from teachgraph.core.report import Hint, Label, Note, Report
from teachgraph.errors import silent
from teachgraph.errors.naming import called
from teachgraph.errors.silent import warn_of
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.random import Uniform

AGAINST = ("sub", "true_div", "eq", "neq", "lt", "le", "gt", "ge")
"""What gives nothing new of a number and itself."""


def one_draw_as_two(nodes: Sequence[Apply]) -> None:
    """Warn of `u - u`: the same numbers, where two draws were probably meant."""
    for node in nodes:
        if not isinstance(node.op, Elementwise) or len(node.inputs) != 2:
            continue
        u, other = node.inputs
        if u is other and node.op.fn.name in AGAINST and _is_drawn(u):
            _tell_one_draw(node, u)
            return


def _is_drawn(v: Variable) -> bool:
    return any(u.owner and isinstance(u.owner.op, Uniform) for u in toposort([v]))


def _tell_one_draw(node: Apply, u: Variable) -> None:
    made, name = node.outputs[0], called(u, node.outputs[0].origin)
    always = "true" if node.op.title in ("eq", "le", "ge") else "false"
    always = {"sub": "0", "true_div": "1"}.get(node.op.title, always)
    title = f"both sides are the same draw `{name}`: this is {always}, always"
    notes = (
        Note(f"`{name}` is drawn here, once a call", u.origin),
        Note("a variable stands for one draw, however often it is written"),
    )
    hints = (
        Hint(
            "draw twice for two samples",
            "u, v = srng.uniform((3,)), srng.uniform((3,))",
        ),
    )
    report = Report(
        "repeated-numbers",
        title,
        made.origin,
        labels=(Label(u, str(u.type)),) * 2,
        notes=notes,
        hints=hints,
        nodes=(made,),
    )
    warn_of(report, silent.RandomStreamWarning)


def equal_streams(states: Sequence[SharedVariable]) -> None:
    """Warn of two streams that begin alike."""
    seen: dict[bytes, SharedVariable] = {}
    for v in states:
        key = np.asarray(v.cell[0]).tobytes()
        if key in seen and seen[key].cell is not v.cell:
            _tell_equal(seen[key], v)
            return
        seen[key] = v


def _tell_equal(first: SharedVariable, second: SharedVariable) -> None:
    title = "two random streams of this function draw the same numbers"
    notes = (
        Note("one draws here", first.origin),
        Note("they come from two stream objects with the same seed"),
    )
    hints = (
        Hint("draw both from one object", "srng = RandomStreams(seed=1)"),
        Hint("or give each object a seed of its own"),
    )
    report = Report("repeated-numbers", title, second.origin, notes=notes, hints=hints)
    warn_of(report, silent.RandomStreamWarning)


def drawn_twice(nodes: Sequence[Apply]) -> None:
    """Warn of one state of a stream from which two expressions draw."""
    seen: dict[tuple[Variable, int], Apply] = {}
    for node in nodes:
        if not isinstance(node.op, Uniform) or not node.origins:
            continue
        key = node.inputs[0], node.op.number
        earlier = seen.setdefault(key, node)
        if earlier.origins[0] != node.origins[0]:
            title = "the same random numbers are drawn twice"
            notes = (Note("they were drawn here before", earlier.origins[0]),)
            hints = (Hint("draw once and use the result twice, or take a new stream"),)
            report = Report(
                "repeated-numbers", title, node.origins[0], notes=notes, hints=hints
            )
            warn_of(report, silent.RandomStreamWarning)
            return
