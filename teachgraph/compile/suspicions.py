"""What looks like a mistake in a function that can be compiled: said as a warning.

Each check reads the graph as the user wrote it, and is silent unless the graph itself
shows that something cannot be as it was meant.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any, cast

from teachgraph.compile.draws import drawn_twice, equal_streams, one_draw_as_two
from teachgraph.compile.faults import not_a_name
from teachgraph.compile.lost import forgotten_updates, idle_updates
from teachgraph.compile.plan import Plan
from teachgraph.compile.widening import widened
from teachgraph.core.config import config
from teachgraph.core.graph import Apply
from teachgraph.core.origin import Origin, here
from teachgraph.core.report import Hint, Note, Report
from teachgraph.errors import silent
from teachgraph.errors.silent import warn_of
from teachgraph.ops.random import Uniform
from teachgraph.ops.scan import Scan

TESTING = re.compile(
    r"(^|_)(test|valid|validate|validation|predict|eval|evaluate)(_|$)"
)
ON_PURPOSE = re.compile(r"(^|_)(mc|train|sample|samples|sampled|stochastic|noisy)(_|$)")
NORMALISED = "batch_normalization_train"


def look_at(plan: Plan, name: str | None) -> None:
    """Warn of what is suspicious in the plan of a function called `name`.

    Raises:
        wrong-argument-kind: the name is not a text.
    """
    if not isinstance(cast(Any, name), str | None):
        raise not_a_name(name)
    graph = plan.graph
    nodes = graph.applies()
    loops = [node for node in nodes if isinstance(node.op, Scan)]
    idle_updates(plan)
    if loops:
        forgotten_updates(plan, loops)
    states = [v for v in plan.shared if getattr(v.tag, "is_rng", False)]
    if states:
        equal_streams(states)
        drawn_twice(nodes)
        one_draw_as_two(nodes)
    if len(nodes) > sys.getrecursionlimit():
        _written_out(nodes)
    if config.floatX == "float32":
        widened(nodes)
    _training(plan, nodes, name)


# Loops of Python's that were written out


def _written_out(nodes: Sequence[Apply]) -> None:
    deepest, depth = _depths(nodes)
    counted: Counter[Origin] = Counter()
    node: Apply | None = deepest
    while node is not None:
        if len(node.origins) == 1:  # a gradient has that of its request too
            counted.update(node.origins)
        owners = [v.owner for v in node.inputs if v.owner is not None]
        node = max(owners, key=lambda owner: depth[owner], default=None)
    limit = sys.getrecursionlimit()
    origin, times = max(counted.items(), key=lambda pair: pair[1], default=(None, 0))
    if times < limit:
        return
    title = f"a Python loop made {times} nodes of this line, one on top of the other"
    notes = (
        Note(
            f"the graph is {depth[deepest]} nodes deep; code that walks it by "
            f"recursion fails at Python's recursion limit, {limit}"
        ),
        Note("every turn is optimized and compiled by itself, which takes long"),
    )
    hints = (
        Hint(
            "use scan: one turn in the graph, whatever the number of turns",
            f"scan(step, outputs_info=[x], n_steps={times})",
        ),
        Hint("if it must be so deep", f"sys.setrecursionlimit({10 * limit})"),
    )
    report = Report("deep-graph", title, origin, notes=notes, hints=hints)
    warn_of(report, silent.DeepGraphWarning)


def _depths(nodes: Sequence[Apply]) -> tuple[Apply, dict[Apply, int]]:
    depth: dict[Apply, int] = {}
    for node in nodes:
        below = (depth.get(v.owner, 0) for v in node.inputs if v.owner is not None)
        depth[node] = 1 + max(below, default=0)
    return max(nodes, key=lambda node: depth[node]), depth


# What belongs to training


def _training(plan: Plan, nodes: Sequence[Apply], name: str | None) -> None:
    said = name or _assigned(here())
    if not said or not TESTING.search(said.lower()) or ON_PURPOSE.search(said.lower()):
        return
    if any(not getattr(v.tag, "is_rng", False) for v in plan.updated):
        return
    for node in nodes:
        origin = node.outputs[0].origin
        text = origin.span().text() if origin is not None else ""
        what = _of_training(node, text)
        if what is not None:
            _tell_training(said, what, origin)
            return


def _of_training(node: Apply, text: str) -> tuple[str, str] | None:
    if NORMALISED in text:
        instead = "T.nnet.bn.batch_normalization_test(x, gamma, beta, mean, var)"
        return "normalises with the statistics of the batch itself", instead
    if isinstance(node.op, Uniform) and re.search(r"\.binomial\(", text):
        return (
            "draws a dropout mask",
            "x * keep_probability, or x if scaled in training",
        )
    return None


def _tell_training(name: str, what: tuple[str, str], origin: Origin | None) -> None:
    title = f"`{name}` {what[0]}, as training does"
    notes = (Note("its results depend on what else is in the batch, or on chance"),)
    hints = (
        Hint("build the graph a second time for testing", what[1]),
        Hint("if it is meant so, call the function sample or mc_..."),
    )
    report = Report("training-in-test", title, origin, notes=notes, hints=hints)
    warn_of(report, silent.TrainingWarning)


def _assigned(origin: Origin | None) -> str:
    """The name that the user's statement gives to the function."""
    if origin is None:
        return ""
    span = origin.span()
    before = "".join(span.lines()[:1])[: span.column]
    found = re.search(r"(\w+)\s*=\s*$", before)
    return found.group(1) if found else ""
