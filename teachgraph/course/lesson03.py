"""Lesson 3, what fits what: shapes, stretching, and errors found early."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

import teachgraph.tensor as T
from teachgraph.course import expect, facts
from teachgraph.course.exercise import exercise

Array = np.ndarray[Any, Any]

ROADS = ({"x": np.array([0.0, 1.0, 5.0])}, {"x": np.array([3.0])})
RECORDINGS = (
    {"m": np.array([[1.0, 2.0, 3.0], [10.0, 0.0, 50.0]])},
    {"m": np.array([[1.0, -1.0], [4.0, 5.0], [0.5, 0.0]])},
)
COLUMNS = (
    {
        "prediction": np.array([[1.0], [2.0], [4.0]]),
        "target": np.array([1.0, 2.0, 3.0]),
    },
    {"prediction": np.array([[2.0]]), "target": np.array([-1.0])},
)


@exercise("L03.E1")
def every_pair(answer: Any) -> str:
    """Write the table of distances of the places in x, without a loop."""
    table = expect.is_expression(answer)
    graph = facts.as_written(table)
    expect.inputs_are(graph, ("x",), hint="an expression of x = T.dvector('x')")
    expect.type_is(
        table,
        "float64[?, ?]",
        hint="a column and a row make a table: x.dimshuffle(0, 'x') is a column",
    )
    expect.no_op(graph, ("scan",), hint="no loop is needed: a column and a row stretch")
    expect.values_agree(
        table, _distances, ROADS, hint="the distance of i and j is |x_i - x_j|"
    )
    return "Every place has met every other, by stretching alone."


@exercise("L03.E2")
def row_by_row(answer: Any) -> str:
    """Write the matrix with rows of mean 0 and standard deviation 1."""
    equal = expect.is_expression(answer)
    expect.inputs_are(
        facts.as_written(equal), ("m",), hint="an expression of m = T.dmatrix('m')"
    )
    expect.type_is(equal, "float64[?, ?]", hint="a matrix again, of the shape of m")
    expect.values_agree(
        equal,
        _standardized,
        RECORDINGS,
        hint="one mean for each row: axis=1, and keepdims=True so that it stretches",
    )
    return "An axis of length 1 remembers where an axis was."


@exercise("L03.E3")
def column_meets_vector(answer: Any) -> str:
    """Write the mean squared error of a column and a vector."""
    loss = expect.is_program(answer)
    prediction = T.dmatrix("prediction", shape=(None, 1))
    error = expect.is_expression(facts.called(loss, prediction, T.dvector("target")))
    expect.inputs_are(
        facts.as_written(error),
        ("prediction", "target"),
        hint="an expression of both arguments",
    )
    expect.type_is(error, "float64[]", hint="one number: take the mean")
    expect.values_agree(
        error,
        _mean_squared,
        COLUMNS,
        hint="what is the type of prediction - target? a table has n x n numbers in it",
    )
    return "Each prediction has met its own target, and no other."


@exercise("L03.E4")
def while_you_write(answer: Any) -> str:
    """Declare what is known, so that the error comes while the graph is written."""
    program = expect.is_program(answer)
    lines = facts.marked_lines(program)
    if len(lines) != 1:
        expect.miss(
            "one line is to be marked",
            expected=f"one line that ends with the comment {facts.MARK}",
            came=f"{len(lines)} such lines",
        )
    if "function(" in inspect.getsource(program):
        expect.miss(
            "the program compiles a function",
            expected="an error while the graph is written",
            came="a call of function",
            hint="declare the lengths: T.dmatrix('images', shape=(None, 784))",
        )
    expect.raises_code_at_line(
        program,
        "shape-mismatch",
        lines[0],
        hint="which expression pairs the two lengths that differ?",
        repair="declare what the comments say, for all: shape=(784, 100)",
    )
    return "The error is found before there is any picture."


def _distances(x: Array) -> Array:
    return np.abs(x[:, None] - x)


def _standardized(m: Array) -> Array:
    centred = m - m.mean(axis=1, keepdims=True)
    return np.asarray(centred / m.std(axis=1, keepdims=True))


def _mean_squared(prediction: Array, target: Array) -> Array:
    return np.asarray(((prediction[:, 0] - target) ** 2).mean())
