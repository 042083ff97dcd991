"""Lesson 2, back through the graph: multiply along paths, add up, reuse."""

from __future__ import annotations

from typing import Any

import numpy as np

import teachgraph.tensor as T
from teachgraph.course import expect, facts, slopes
from teachgraph.course.exercise import exercise

Array = np.ndarray[Any, Any]

LINE = np.array([-2.0, -0.5, 0.0, 0.5, 2.0])
ARRIVING = np.array([1.0, -3.0, 0.5, 2.0, 0.0])
BATCHES = (
    {"rows": np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), "scale": np.ones(3)},
    {"rows": np.array([[1.0, -1.0, 0.5]]), "scale": np.array([2.0, 3.0, 4.0])},
)
OWN_WORK = "differentiate yourself; the answer is shorter than what tg.grad writes"


@exercise("L02.E1")
def used_again(answer: Any) -> str:
    """Write the derivative of x e^(-x^2) with a single exp."""
    slope = expect.is_expression(answer)
    graph = facts.as_written(slope)
    expect.inputs_are(graph, ("x",), hint="an expression of x = T.dvector('x')")
    expect.type_is(slope, "float64[?]", hint="one slope for each element of x")
    expect.no_op(graph, slopes.MARKS_OF_GRAD, hint=OWN_WORK)
    expect.op_count(
        graph,
        "exp",
        1,
        hint="both terms of the product rule have the same exp",
    )
    expect.values_agree(
        slope,
        _bump_slope,
        [{"x": LINE}],
        hint="the product rule has two terms, and the second an inner derivative, -2x",
    )
    return "Both terms have an arrow from the same exponential."


@exercise("L02.E2")
def rule_of_an_op(answer: Any) -> str:
    """Write what the op y = x sigmoid(x) tells its input, given g."""
    rule = expect.is_program(answer)
    x, g = T.dvectors("x", "g")
    told = expect.is_expression(facts.called(rule, x, g))
    graph = facts.as_written(told)
    expect.inputs_are(
        graph, ("g", "x"), hint="the rule is a derivative times the g that arrives"
    )
    expect.no_op(graph, slopes.MARKS_OF_GRAD, hint=OWN_WORK)
    expect.values_agree(
        told,
        _swish_rule,
        [{"x": LINE, "g": np.ones(5)}, {"x": LINE, "g": ARRIVING}],
        hint="with s = sigmoid(x) the derivative of s is s (1 - s)",
    )
    return "An op needs to know no more than this, wherever it stands in a graph."


@exercise("L02.E3")
def summed_back(answer: Any) -> str:
    """Write the gradient for a scale that every row uses."""
    gradient = expect.is_expression(answer)
    graph = facts.as_written(gradient)
    expect.inputs_are(graph, ("rows", "scale"), hint="an expression of rows and scale")
    expect.no_op(graph, slopes.MARKS_OF_GRAD, hint=OWN_WORK)
    expect.type_is(
        gradient,
        "float64[?]",
        hint="a gradient has the shape of what it is for; what was copied is summed",
    )
    expect.values_agree(
        gradient,
        _scale_gradient,
        BATCHES,
        hint="by one product it is r s, so by s it is r s times r; then sum the rows",
    )
    return "Every row has a path to the scale, and paths are added up."


@exercise("L02.E4")
def straight_through(answer: Any) -> str:
    """Write an expression with the value of sgn(x) and a gradient of one."""
    bit = expect.is_expression(answer)
    expect.inputs_are(
        facts.as_written(bit), ("x",), hint="an expression of x = T.dvector('x')"
    )
    expect.values_agree(
        bit, np.sign, [{"x": LINE}], hint="the value is that of T.sgn(x)"
    )
    slopes.agree(
        bit,
        "x",
        np.ones_like,
        [{"x": LINE}],
        hint="the value may take a way that gradients do not: T.disconnected_grad",
    )
    return "The value goes one way, and the gradient another."


def _bump_slope(x: Array) -> Array:
    return np.exp(-(x**2)) * (1 - 2 * x**2)


def _swish_rule(x: Array, g: Array) -> Array:
    s = 1 / (1 + np.exp(-x))
    return g * (s + x * s * (1 - s))


def _scale_gradient(rows: Array, scale: Array) -> Array:
    return (rows**2 * scale).sum(axis=0)
