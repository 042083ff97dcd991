"""Nodes that are seen to be the same only once others were found to be."""

import numpy as np
from evaluate import evaluate
from rewriting import exhausted, fired, graph_of, operations

from teachgraph.core.events import History
from teachgraph.core.graph import Graph, Variable
from teachgraph.ops.exponential import exp
from teachgraph.ops.trigonometry import tanh
from teachgraph.ops.variables import tensor
from teachgraph.rewrite.passes import merge
from teachgraph.rewrite.pipeline import PLAIN_ROUNDS, ROUNDS, optimize

RULES = "merge", "canonicalize"
x = tensor("float64", (None,), "x")


def twin(v: Variable) -> Variable:
    """Deep enough that a rule does not see for itself that two are the same."""
    for _ in range(3):
        v = tanh(exp(v))
    return v


def differences(count: int) -> Variable:
    """Each is 0, which is known once the one before is known to be 0."""
    d = twin(x) - twin(x)
    for k in range(2, count + 1):
        d = twin(x * k + d) - twin(x * k)
    return d


def network() -> Graph:
    """What is left of it has two nodes that were merged on the way."""
    d = differences(PLAIN_ROUNDS + 2)
    return graph_of(tanh(twin(x + d) / twin(x)), twin(exp(x) + d) + twin(exp(x)))


def test_more_differences_than_rounds_are_all_found_to_be_zero():
    result, _ = exhausted(optimize(graph_of(exp(x + differences(ROUNDS + 10)))))
    assert operations(result) == ["exp"]


def test_merging_on_the_way_leaves_nothing_to_merge():
    result, events = exhausted(optimize(network(), phases=RULES))
    assert fired(events).count("merge") > PLAIN_ROUNDS
    assert not exhausted(merge(result))[1]


def test_the_history_of_merging_on_the_way_can_be_replayed(rng: np.random.Generator):
    graph = network()
    values = {x: rng.normal(size=3)}
    result, events = exhausted(optimize(graph))
    history = History(events)
    wanted = evaluate(graph, values)
    for k in range(0, len(history.rewrites()) + 1, 7):
        for found, right in zip(evaluate(history.graph_at(k), values), wanted):
            np.testing.assert_allclose(found, right, rtol=1e-9)
    assert operations(history.graph_at(len(history.rewrites()))) == operations(result)


def test_who_is_merged_on_the_way_leaves_its_origins_and_its_name():
    d = differences(PLAIN_ROUNDS + 2)
    first, second = exp(twin(x)), exp(twin(x + d))
    second.name = "second"
    result, _ = exhausted(optimize(graph_of(first * tanh(second)), phases=RULES))
    (merged,) = (v for v in result.variables() if v.name == "second")
    assert {*first.origins, *second.origins} <= {*merged.origins}
