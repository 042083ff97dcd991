"""Lesson 6, from a graph to C: read a loop, count memory, leave nothing between."""

from __future__ import annotations

from typing import Any

import numpy as np

import teachgraph
import teachgraph.tensor as T
from teachgraph.compile.function import Function
from teachgraph.course import expect, facts
from teachgraph.course.exercise import exercise
from teachgraph.program.program import RunKernel, Step

Array = np.ndarray[Any, Any]

LINES = (
    {
        "m": np.array([[1.0, 2.0, 3.0], [-1.0, 0.5, 4.0]]),
        "v": np.array([1.0, 2.0, 2.0]),
    },
    {"m": np.array([[0.0, 1.0]]), "v": np.array([0.0, -3.0])},
)
ROWS = (
    {"m": np.array([[1.0, 2.0, 3.0], [10.0, 0.0, 5.0]])},
    {"m": np.array([[1.0, -1.0], [4.0, 5.0], [0.5, 0.0]])},
)
POINTS = ({"x": np.array([-3.0, 0.0, 0.5, 4.0])},)
TRAFFIC = {"reads apart": 5, "writes apart": 4, "reads fused": 2, "writes fused": 1}


@exercise("L06.E1")
def read_a_loop(answer: Any) -> str:
    """Write the expression that a loop in C was made from."""
    lost = expect.is_expression(answer)
    graph = facts.as_written(lost)
    expect.inputs_are(
        graph, ("m", "v"), hint="m = T.dmatrix('m') and v = T.dvector('v')"
    )
    expect.type_is(
        lost, "float64[?]", hint="out0 has one index: one number for each row i"
    )
    expect.values_agree(
        lost,
        _lost,
        LINES,
        hint="acc is a sum over r, the columns; what is done to it after that loop?",
    )
    return "Indices say which axis is summed and which is stretched."


@exercise("L06.E2")
def through_memory(answer: Any) -> str:
    """Count reads and writes for each element, apart and fused."""
    counts = expect.are_numbers(answer, len(TRAFFIC))
    for (what, wanted), came in zip(TRAFFIC.items(), counts):
        if came != wanted:
            expect.miss(
                f"the number of {what} is another",
                expected="each array that a loop reads, and the one that it writes",
                came=f"{came:g} {what}",
                hint="apart: x * x, y * y, their sum, the root; fused: one loop",
            )
    return "Three in the place of nine, and the arithmetic is the same."


@exercise("L06.E3")
def nothing_in_between(answer: Any) -> str:
    """Compile the variance of each row to a single kernel."""
    f = expect.is_function(answer)
    expect.inputs_are(f.graph, ("m",), hint="one input: m = T.dmatrix('m')")
    expect.values_agree(
        f, _variances, ROWS, hint="mean of squares less square of mean, along axis=1"
    )
    steps = f.program.steps
    if len(steps) != 1 or not isinstance(steps[0], RunKernel):
        expect.miss(
            "the program has more than one kernel",
            expected="a single step, which runs a kernel",
            came=", then ".join(map(_step_in_words, steps)),
            hint="sums fuse with what is summed; products of matrices stand alone",
        )
    return f"One kernel: {steps[0].kernel.comment}."


@exercise("L06.E4")
def same_text(answer: Any) -> str:
    """Compile a single operation to the C of exp(x) / (exp(x) + 1)."""
    f = expect.is_function(answer)
    expect.inputs_are(f.graph, ("x",), hint="one input: x = T.dvector('x')")
    written = facts.ops(f.graph)
    if written.total() != 1:
        expect.miss(
            "the function was written with more than one operation",
            expected="a single operation",
            came=expect.in_words(written),
            at=f.graph.outputs[0],
            hint="what is left of it? tg.pp(reference.optimized.outputs[0])",
        )
    expect.values_agree(f, _logistic, POINTS, hint="divide both parts by exp(x)")
    if str(f.source) != str(_reference().source):
        expect.miss(
            "the source is another",
            expected="the same text, letter by letter",
            came=", then ".join(map(_step_in_words, f.program.steps)),
            hint="compile it as the reference is compiled, in the same mode",
        )
    return "Two programs, one meaning, one text."


def _step_in_words(step: Step) -> str:
    if isinstance(step, RunKernel):
        return step.kernel.comment
    return " and ".join(node.op.title for node in step.nodes)


def _reference() -> Function:
    x = T.dvector("x")
    return teachgraph.function([x], T.exp(x) / (T.exp(x) + 1))


def _lost(m: Array, v: Array) -> Array:
    return np.sqrt(np.abs(m - v).sum(axis=1))


def _variances(m: Array) -> Array:
    return np.asarray(m.var(axis=1))


def _logistic(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))
