"""Merging and folding: work on the whole graph, told like rules."""

import numpy as np
from evaluate import evaluate
from rewriting import exhausted, fired, graph_of, operations, reasons, rewrites

from teachgraph.core.graph import Graph
from teachgraph.core.op import constant
from teachgraph.ops.alloc import alloc
from teachgraph.ops.creation import arange
from teachgraph.ops.dot import dot
from teachgraph.ops.exponential import exp
from teachgraph.ops.join import stack
from teachgraph.ops.scalars import maximum
from teachgraph.ops.subscript import getitem
from teachgraph.ops.variables import tensor
from teachgraph.rewrite.passes import constant_folding, merge, merge_nodes

x = tensor("float64", (None,), "x")
y = tensor("float64", (None,), "y")


def test_merge_joins_equal_nodes_and_keeps_both_origins():
    first = exp(x)
    second = exp(x)
    result, events = exhausted(merge(graph_of(first + second)))
    assert operations(result) == ["exp", "add"]
    assert fired(events) == ["merge"]
    (survivor,) = (n.outputs[0] for n in result.applies() if n.op == exp)
    assert survivor.origins == (*first.origins, *second.origins)


def test_merge_keeps_a_name_that_one_of_them_has():
    first, second = exp(x), exp(x)
    second.name = "e"
    result, _ = exhausted(merge(graph_of(first + second)))
    assert result.applies()[0].outputs[0].name == "e"


def test_merge_leaves_the_first_graph_alone():
    first, second = exp(x), exp(x)
    graph = graph_of(first + second)
    exhausted(merge(graph))
    assert operations(graph) == ["exp", "exp", "add"]
    assert first.origins != (*first.origins, *second.origins)


def test_merge_sees_that_the_order_of_a_sum_does_not_matter():
    result, _ = exhausted(merge(graph_of((x + y) * (y + x))))
    assert operations(result) == ["add", "mul"]


def test_merge_does_not_exchange_the_sides_of_a_difference():
    result, _ = exhausted(merge(graph_of((x - y) * (y - x))))
    assert operations(result) == ["sub", "sub", "mul"]


def test_merge_joins_equal_constants_of_one_dtype():
    a, b = constant([1.0, 2.0]), constant([1.0, 2.0])
    c = constant(np.array([1, 2], "float32"))
    result, _ = exhausted(merge(graph_of(x * a + y * b + c)))
    constants = [v for v in result.variables() if v.data is not None]
    assert len(constants) == 2


def test_numbers_of_two_dtypes_count_as_equal_where_the_work_is_the_same():
    result, _ = exhausted(merge(graph_of((x * 2) / (x * 2.0))))
    assert operations(result) == ["mul", "true_div"]


def test_between_rules_nodes_are_merged_and_numbers_stay_where_they_are():
    graph = graph_of((x + 2) * (x + 2) * 2)
    result, events = exhausted(merge_nodes(graph))
    assert operations(result) == ["add", "mul", "mul"]
    assert len(rewrites(events)) == 1


def test_numbers_of_two_dtypes_differ_where_the_work_is_done_in_two():
    n = tensor("int64", (None,), "n")
    result, _ = exhausted(merge(graph_of((n * 2) / (n * 2.0))))
    assert operations(result) == ["mul", "mul", "true_div"]


def test_merge_works_upwards_until_whole_expressions_are_joined():
    left, right = exp(-x) * 2, exp(-x) * 2
    result, events = exhausted(merge(graph_of(left - right)))
    assert operations(result) == ["neg", "exp", "mul", "sub"]
    assert len(rewrites(events)) == 4


def test_merge_keeps_inputs_apart():
    given = exp(x)
    graph = Graph((x, given), (given + exp(x),))
    result, events = exhausted(merge(graph))
    assert operations(result) == ["exp", "add"]
    assert not events


def test_merge_keeps_the_lengths_that_any_of_them_knows():
    loose = tensor("float64", (None,), "z")
    first, second = getitem(loose, slice(0, 2)), getitem(loose, slice(0, 2))
    result, _ = exhausted(merge(graph_of(first + second)))
    assert result.outputs[0].type == (first + second).type


def test_outputs_that_are_the_same_become_one_variable():
    result, _ = exhausted(merge(graph_of(exp(x), exp(x))))
    assert result.outputs[0] is result.outputs[1]


def test_folding_works_out_what_depends_on_no_input():
    value = exp(constant(0.0)) + 2
    result, events = exhausted(constant_folding(graph_of(x * value)))
    assert operations(result) == ["mul"]
    assert fired(events) == ["constant_folding"] * 2
    assert evaluate(result, {x: np.ones(2)})[0].tolist() == [3, 3]


def test_folding_keeps_the_origins_of_what_was_worked_out():
    value = exp(constant(0.0))
    result, _ = exhausted(constant_folding(graph_of(x * value)))
    (folded,) = (v for v in result.variables() if v.data is not None)
    assert folded.origins[0] == value.origins[0]


def test_folding_leaves_a_stretched_number_stretched():
    result, _ = exhausted(constant_folding(graph_of(x + alloc(1.5, 1000))))
    assert "Alloc" in operations(result)


def test_folding_leaves_results_that_are_too_large():
    column = constant(np.ones((2000, 1)))
    row = constant(np.ones((1, 2000)))
    graph = graph_of(exp(column * row) + tensor("float64", (), "s"))
    result, events = exhausted(constant_folding(graph, watch=True))
    assert operations(result) == ["mul", "exp", "add"]
    assert "too large" in reasons(events)[0]


def test_folding_may_make_something_as_large_as_it_was():
    large = constant(np.ones(200_000))
    result, _ = exhausted(constant_folding(graph_of(exp(large) + 0)))
    assert operations(result) == []


def test_an_error_while_folding_leaves_the_node_for_the_call():
    index = stack([constant(7), constant(1)])
    broken = getitem(constant([1.0, 2.0]), index)
    result, events = exhausted(constant_folding(graph_of(broken), watch=True))
    assert operations(result) == ["AdvancedSubtensor"]
    assert "computing it failed" in reasons(events)[0]


def test_folding_goes_through_ops_that_read_values():
    result, _ = exhausted(constant_folding(graph_of(arange(5) + x)))
    assert operations(result) == ["add"]


def test_what_no_output_needs_is_gone_by_itself():
    unused = maximum(x, y)
    graph = graph_of(dot(x, y))
    result, _ = exhausted(merge(graph))
    assert unused not in result.variables()
