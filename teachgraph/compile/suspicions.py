"""What looks like a mistake in a function that can be compiled: said as a warning.

Each check reads the graph as the user wrote it, and is silent unless the graph itself
shows that something cannot be as it was meant.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from teachgraph.compile.plan import Plan
from teachgraph.compile.shared import SharedVariable
from teachgraph.core.config import config
from teachgraph.core.graph import Apply, Graph, Variable, toposort
from teachgraph.core.origin import Origin, here
from teachgraph.core.report import Hint, Note, Report
from teachgraph.errors import silent
from teachgraph.errors.naming import called
from teachgraph.errors.silent import warn_of
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.random import Uniform
from teachgraph.ops.scan import Scan

TESTING = re.compile(
    r"(^|_)(test|valid|validate|validation|predict|eval|evaluate)(_|$)"
)
ON_PURPOSE = re.compile(r"(^|_)(mc|train|sample|samples|sampled|stochastic|noisy)(_|$)")
NORMALISED = "batch_normalization_train"


def look_at(plan: Plan, name: str | None) -> None:
    """Warn of what is suspicious in the plan of a function called `name`."""
    graph = plan.graph
    nodes = graph.applies()
    loops = [node for node in nodes if isinstance(node.op, Scan)]
    if loops:
        _forgotten_updates(plan, loops)
    states = [v for v in plan.shared if getattr(v.tag, "is_rng", False)]
    if states:
        _equal_streams(states)
        _drawn_twice(nodes)
    if len(nodes) > sys.getrecursionlimit():
        _written_out(nodes)
    if config.floatX == "float32":
        _widened(graph, nodes)
    _training(plan, nodes, name)


# Updates that a loop gives and the function does not take


def _forgotten_updates(plan: Plan, loops: Sequence[Apply]) -> None:
    count = len(plan.graph.outputs) - len(plan.updated)
    news = dict(zip(plan.updated, plan.graph.outputs[count:], strict=True))
    for node in loops:
        for v, position in _updated_inside(node):
            new = news.get(v)
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


# Random numbers that are the same without being meant to be


def _equal_streams(states: Sequence[SharedVariable]) -> None:
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


def _drawn_twice(nodes: Sequence[Apply]) -> None:
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


# float64 in a program of float32


def _widened(graph: Graph, nodes: Sequence[Apply]) -> None:
    leaves = [v for v in graph.variables() if v.owner is None and v.data is None]
    if any(v.dtype in ("float64", "complex128") for v in leaves):
        return
    for node in nodes:
        made = node.outputs[0]
        if not isinstance(node.op, Elementwise) or made.dtype != "float64":
            continue
        narrow = [v for v in node.inputs if v.dtype == "float32" and v.ndim]
        wide = [v for v in node.inputs if v.dtype != "float32" and v.data is None]
        if narrow and wide and made.ndim:
            _tell_widened(made, wide[0], narrow[0])
            return


def _tell_widened(made: Variable, wide: Variable, narrow: Variable) -> None:
    title = (
        f"this is float64 although floatX is float32: `{called(wide)}` is {wide.dtype}"
    )
    notes = (
        Note(f"`{called(narrow)}` is float32", narrow.origin),
        Note(f"float32 with {wide.dtype} gives float64, and so does all that follows"),
    )
    code = f"T.cast({called(wide)}, 'float32')"
    report = Report(
        "float64-variable",
        title,
        made.origin,
        notes=notes,
        hints=(Hint("cast it", code),),
        nodes=(wide,),
    )
    warn_of(report, silent.UpcastWarning)


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
