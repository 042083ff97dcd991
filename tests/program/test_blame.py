"""From the values of a call to the expression, as it was written, that does not fit."""

import time

import numpy as np

import teachgraph.tensor as T
from teachgraph.core.graph import Graph, Variable
from teachgraph.core.report import IndexRangeError, ShapeError
from teachgraph.ops.elementwise import SCALARS
from teachgraph.program.blame import blame


def test_values_that_fit_blame_nobody():
    x, b = T.dmatrix("x"), T.dvector("b")
    values = [np.ones((2, 3)), np.ones(3)]
    assert blame(Graph((x, b), (T.exp(x + b),)), values) is None


def test_the_first_node_that_does_not_fit_is_blamed():
    x, b = T.dmatrix("x"), T.dvector("b")
    shifted = x + b
    error = blame(Graph((x, b), (T.exp(shifted) * 2,)), [np.ones((2, 3)), np.ones(4)])
    assert isinstance(error, ShapeError)
    assert error.report.origin == shifted.origin


def test_a_length_of_1_that_nothing_declares_is_not_stretched():
    x, row = T.dmatrix("x"), T.dmatrix("row")
    error = blame(Graph((x, row), (x + row,)), [np.ones((2, 3)), np.ones((1, 3))])
    assert error is not None
    assert "not declared broadcastable" in error.report.title
    assert error.report.hints[0].code == "x + T.addbroadcast(row, 0)"


def test_a_declared_length_of_1_is_stretched():
    x, row = T.dmatrix("x"), T.row("row")
    assert (
        blame(Graph((x, row), (x + row,)), [np.ones((2, 3)), np.ones((1, 3))]) is None
    )


def test_a_length_of_1_that_comes_out_on_the_way_is_not_stretched():
    x, y = T.dvector("x"), T.dvector("y")
    graph = Graph((x, y), (x[: x.shape[0] // 2] + y,))
    assert blame(graph, [np.ones(2), np.ones(3)]) is not None
    assert blame(graph, [np.ones(2), np.ones(1)]) is None


def test_shapes_that_depend_on_values_are_followed():
    n, y = T.lscalar("n"), T.dvector("y")
    graph = Graph((n, y), (T.zeros((n * 2,)) + y,))
    assert blame(graph, [np.array(3), np.ones(6)]) is None
    assert blame(graph, [np.array(3), np.ones(5)]) is not None


def test_an_index_that_is_computed_is_checked():
    table, position = T.dmatrix("table"), T.lvector("position")
    graph = Graph((table, position), (table[position + 1],))
    values = [np.ones((3, 2)), np.array([0, 2])]
    error = blame(graph, values)
    assert isinstance(error, IndexRangeError)
    assert error.report.title == (
        "index 3 in `position + 1` is out of range: axis 0 of `table` (3, 2) has 3 rows"
    )


def test_an_index_on_a_later_axis_names_that_axis():
    x, column = T.dmatrix("x"), T.lscalar("column")
    error = blame(Graph((x, column), (x[:, column],)), [np.ones((3, 2)), np.array(5)])
    assert error is not None
    assert "axis 1 of `x` (3, 2) has 2 columns" in error.report.title


def test_nothing_is_computed_where_types_are_enough():
    def refuse(*arrays):
        raise AssertionError("computed")

    x, b = T.dmatrix("x"), T.dvector("b")
    graph = Graph((x, b), (T.exp(x) + b,))
    row = SCALARS["exp"].fn
    kept = row.numpy
    object.__setattr__(row, "numpy", refuse)
    try:
        assert blame(graph, [np.ones((2, 3)), np.ones(4)]) is not None
    finally:
        object.__setattr__(row, "numpy", kept)


def test_deep_graphs_are_followed_without_recursion_and_quickly():
    x, y = T.dvector("x"), T.dvector("y")
    total: Variable = x
    for _ in range(3000):
        total = T.exp(total * 0.5) + x
    start = time.perf_counter()
    error = blame(Graph((x, y), (total + y,)), [np.ones(2), np.ones(3)])
    assert error is not None
    assert "`total` (2,) and `y` (3,)" in error.report.title
    assert time.perf_counter() - start < 2


def test_what_the_optimizer_made_of_the_node_is_told_when_it_is_known():
    x, y = T.dvector("x"), T.dvector("y")
    out = x + y
    other = T.maximum(x, y)
    graph = Graph((x, y), (out,))
    error = blame(graph, [np.ones(2), np.ones(3)], ran=other.owner)
    assert error is not None
    details = dict(error.report.details)
    assert details["Where it ran"].startswith(
        "the optimizer changed this: it ran as maximum"
    )
    same = blame(graph, [np.ones(2), np.ones(3)], ran=out.owner)
    assert same is not None
    assert "Where it ran" not in dict(same.report.details)


def test_the_values_of_the_call_are_summarized():
    x, y = T.dvector("x"), T.dvector("y")
    values = [np.array([1.0, np.nan]), np.ones(3)]
    error = blame(Graph((x, y), (x + y,)), values)
    assert error is not None
    summary = dict(error.report.details)["Values"]
    assert summary.splitlines()[0] == "x: float64 (2,), from 1 to 1, mean 1, 1 nan"
