"""The phases in order, what may be left out of them, and the record they leave."""

import numpy as np
import pytest
from evaluate import evaluate, sample
from rewriting import exhausted, fired, graph_of, operations, optimized, reasons

from teachgraph.core.events import (
    Declined,
    History,
    PassEnded,
    PassStarted,
    Rewrote,
)
from teachgraph.core.graph import Graph
from teachgraph.core.report import UsageError
from teachgraph.grad.reverse import grad
from teachgraph.ops.alloc import Alloc
from teachgraph.ops.dot import dot
from teachgraph.ops.exponential import exp, log
from teachgraph.ops.nnet import categorical_crossentropy, softmax
from teachgraph.ops.scalars import neg, sqrt
from teachgraph.ops.shape import DimShuffle
from teachgraph.ops.statistics import mean, sum
from teachgraph.ops.trigonometry import tanh
from teachgraph.ops.variables import tensor
from teachgraph.rewrite.passes import merge
from teachgraph.rewrite.pipeline import PHASES, optimize
from teachgraph.rewrite.places import Places

x = tensor("float64", (None,), "x")
BEFORE_FUSION = PHASES[:-1]


def test_y_less_x_squared_is_zero_without_a_number_in_sight():
    y = x**2
    result, events = exhausted(optimize(graph_of(y - x**2)))
    zero = result.outputs[0]
    assert zero.type == y.type
    assert operations(result) == ["ShapeOf", "Alloc"]
    assert fired(events) == ["merge", "merge", "second_power", "difference_of_same"]
    assert evaluate(result, {x: np.arange(4.0)})[0].tolist() == [0, 0, 0, 0]


def test_a_zero_of_a_known_shape_asks_for_nothing():
    matrix = tensor("float32", (2, 3), "m")
    result, _ = exhausted(optimize(graph_of(matrix**2 - matrix**2)))
    (node,) = result.applies()
    assert node.op == Alloc()
    assert result.outputs[0].type == matrix.type


def test_a_zero_without_axes_is_a_constant():
    scalar = tensor("float64", (), "s")
    result = optimized(scalar**2 - scalar**2)
    assert result.outputs[0].data == 0
    assert result.outputs[0].type == scalar.type


def test_phases_run_in_their_order_and_say_so():
    _, events = exhausted(optimize(graph_of(1 / (1 + exp(-x)))))
    started = [e.name for e in events if isinstance(e, PassStarted)]
    ended = [e.name for e in events if isinstance(e, PassEnded)]
    assert started == ended == [name for name in PHASES if name != "loops"]


def test_every_rewrite_says_how_long_it_took_and_all_take_less_than_their_phases():
    cost = mean((1 / (1 + exp(-x)) - log(1 + exp(x))) ** 2)
    _, events = exhausted(optimize(graph_of(grad(cost, x))))
    rewrites = [e for e in events if isinstance(e, Rewrote)]
    taken = [e.seconds for e in rewrites if e.seconds is not None]
    assert len(taken) == len(rewrites)
    assert min(taken) > 0
    assert np.sum(taken) < np.sum(
        [e.seconds for e in events if isinstance(e, PassEnded)]
    )


def test_only_the_phases_asked_for_run():
    graph = graph_of(log(1 + exp(neg(neg(x)))))
    result, _ = exhausted(optimize(graph, phases=("canonicalize",)))
    assert operations(result) == ["exp", "add", "log"]


def test_a_phase_may_be_added():
    graph = graph_of(log(1 + exp(x)))
    result, _ = exhausted(optimize(graph, phases=("merge",), including=("stabilize",)))
    assert operations(result) == ["softplus"]


def test_a_single_rule_may_be_added():
    graph = graph_of(log(1 + exp(neg(neg(x)))))
    added = ("log_of_one_plus_exp",)
    result, _ = exhausted(optimize(graph, phases=("merge",), including=added))
    assert operations(result) == ["neg", "neg", "softplus"]


def test_a_phase_may_be_left_out():
    graph = graph_of(log(1 + exp(x)))
    result, _ = exhausted(optimize(graph, excluding=("stabilize", "fuse")))
    assert operations(result) == ["exp", "add", "log"]


def test_a_single_rule_may_be_left_out():
    graph = graph_of(neg(neg(x)) * 1)
    excluded = ("double_negation", "fuse")
    result, _ = exhausted(optimize(graph, excluding=excluded))
    assert operations(result) == ["neg", "neg"]


def test_merging_may_be_left_out_everywhere():
    graph = graph_of(exp(x) / log(exp(x) + x))
    result, _ = exhausted(optimize(graph, excluding=("merge", "fuse")))
    assert operations(result).count("exp") == 2


def test_an_unknown_phase_is_named():
    with pytest.raises(UsageError, match="speedup") as caught:
        exhausted(optimize(graph_of(x + 0), phases=("speedup",)))
    assert caught.value.report.code == "unknown-name"


def test_what_two_rules_leave_equal_is_merged_and_cancels():
    result = optimized((x * 2) * 3 - 6 * x)
    assert "mul" not in operations(result)


def test_an_input_in_the_middle_of_a_graph_cuts_it_there():
    middle = exp(x)
    graph = Graph((middle,), (log(middle),))
    result, _ = exhausted(optimize(graph, phases=BEFORE_FUSION))
    assert result.inputs == (middle,)
    assert operations(result) == ["log"]


def test_refusals_are_told_once_to_those_who_watch():
    graph = graph_of(exp(log(sqrt(x) - 1)))
    _, events = exhausted(optimize(graph, watch=True))
    refusals = [e for e in events if isinstance(e, Declined)]
    told = [(e.rule.name, e.at) for e in refusals]
    assert len(told) == len(set(told))
    assert "x is not known to be 0 or more" in reasons(events)


def test_names_of_outputs_stay_with_the_graph():
    graph = Graph((x,), (x + 0,), ("total",))
    result, _ = exhausted(optimize(graph))
    assert result.names == ("total",)


def network() -> Graph:
    data, labels = tensor("float64", (None, None), "X"), tensor("int64", (None,), "y")
    v, w = tensor("float64", (None, None), "V"), tensor("float64", (None, None), "W")
    bias = tensor("float64", (None,), "b")
    scores = dot(tanh(dot(data, v)), w) + bias
    cost = mean(categorical_crossentropy(softmax(scores), labels))
    return Graph((data, labels, v, w, bias), (cost, *grad(cost, [v, w, bias])))


def test_every_moment_of_the_history_computes_the_same(rng: np.random.Generator):
    graph = network()
    _, events = exhausted(optimize(graph))
    values = {v: sample(v, rng) for v in graph.inputs}
    expected = evaluate(graph, values)
    history = History(events)
    for k in range(len(history.rewrites()) + 1):
        for value, right in zip(evaluate(history.graph_at(k), values), expected):
            np.testing.assert_allclose(value, right, rtol=1e-9, atol=1e-12)


def test_the_end_of_the_history_is_the_graph_that_came_out():
    graph = network()
    result, events = exhausted(optimize(graph))
    history = History(events)
    last = history.graph_at(len(history.rewrites()))
    assert operations(last) == operations(result)
    assert merge_finds_nothing(last)


def merge_finds_nothing(graph: Graph) -> bool:
    return not exhausted(merge(graph))[1]


def test_two_calls_with_one_record_make_one_history(rng: np.random.Generator):
    graph, places = network(), Places()
    first, events = exhausted(optimize(graph, phases=BEFORE_FUSION, places=places))
    second, more = exhausted(optimize(first, phases=("fuse",), places=places))
    history = History([*events, *more])
    last = history.graph_at(len(history.rewrites()))
    assert operations(last) == operations(second)


def test_log_of_softmax_stays_finite_where_softmax_is_zero():
    scores = tensor("float64", (None, None), "z")
    result = optimized(log(softmax(scores)))
    value = evaluate(result, {scores: np.array([[0.0, 5000.0]])})[0]
    assert value.tolist() == [[-5000, 0]]


def test_the_gradient_of_a_loss_stays_finite_where_the_softmax_is_zero():
    scores = tensor("float64", (None, None), "z")
    labels = tensor("int64", (None,), "y")
    cost = sum(categorical_crossentropy(softmax(scores), labels))
    result = optimized(grad(cost, scores))
    values = {scores: np.array([[0.0, 5000.0]]), labels: np.array([0])}
    assert evaluate(result, values)[0].tolist() == [[-1, 1]]


def test_logistic_regression_takes_no_quotient_of_probabilities():
    data, weights = (
        tensor("float64", (None, None), "X"),
        tensor("float64", (None,), "w"),
    )
    target = tensor("float64", (None,), "t")
    p = 1 / (1 + exp(-dot(data, weights)))
    cost = sum(-target * log(p) - (1 - target) * log(1 - p))
    result = optimized(cost, grad(cost, weights))
    names = operations(result)
    assert not {"exp", "log", "true_div"} & set(names)
    assert names.count("softplus") == names.count("sigmoid") == 2


def test_lengths_of_a_gradient_are_asked_of_inputs():
    result = optimized(grad(sum(exp(x) * 3), x))
    assert operations(result) == ["exp", "mul"]


def test_a_transpose_of_a_transpose_is_gone():
    matrix = tensor("float64", (None, None), "m")
    swap = DimShuffle((1, 0))
    assert optimized(exp(swap(swap(matrix)))).applies()[0].inputs == (matrix,)


def test_sums_of_parts_below_a_group_do_not_disturb_its_record(
    rng: np.random.Generator,
):
    theta = tensor("float64", (6,), "theta")
    momentum, rate = tensor("float64", (6,), "momentum"), tensor("float64", (), "rate")
    cost = sum(tanh(dot(theta[2:6].reshape((2, 2)), theta[0:2])))
    step = momentum * rate - rate * grad(cost, theta)
    graph = Graph((theta, momentum, rate), (step, theta + step))
    result, events = exhausted(optimize(graph))
    assert {"sum_of_parts", "fuse"} <= set(fired(events))
    values = {v: sample(v, rng) for v in graph.inputs}
    for value, right in zip(evaluate(result, values), evaluate(graph, values)):
        np.testing.assert_allclose(value, right, rtol=1e-9)
