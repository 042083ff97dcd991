"""A History as changes: each state is the graph that the History replays."""

import numpy as np
import pytest

from teachgraph import tensor as T
from teachgraph.compile.function import function
from teachgraph.core.events import (
    Declined,
    History,
    PassEnded,
    PassStarted,
    Recorder,
    Rewrote,
)
from teachgraph.core.graph import Graph
from teachgraph.core.op import constant
from teachgraph.rewrite.passes import MERGE
from teachgraph.rewrite.pipeline import optimize
from teachgraph.view.model import model_of
from teachgraph.view.replay import Refusal, Replay


def recorded(graph: Graph, **options) -> History:
    recorder = Recorder()
    for event in optimize(graph, **options):
        recorder(event)
    return recorder.history()


def shape_of(model):
    """The outputs as nested tuples of labels: the same for graphs that do the same."""
    told = {}
    for node in model.nodes:
        told[node.id] = (node.label, tuple(told[s] + (n,) for s, n in node.inputs))
    return [told[source] + (n,) for source, n in model.outputs]


def test_every_state_is_the_graph_that_the_history_replays(classifier):
    history = classifier.train.history
    replay = Replay(history)
    assert len(replay.changes) == len(history.rewrites()) > 5
    for k in range(len(replay.changes) + 1):
        replayed = model_of(history.graph_at(k))
        assert shape_of(replay.model_at(k)) == shape_of(replayed)


def test_the_last_state_is_the_graph_that_runs(classifier):
    graph = classifier.train.program.graph
    assert shape_of(Replay(classifier.train.history).last()) == shape_of(
        model_of(graph)
    )


def test_fusion_is_replayed_too():
    x, y = T.dmatrix("x"), T.dmatrix("y")
    graph = Graph((x, y), (T.exp(x) * y + 1, T.sum(T.exp(x) * y, axis=1)))
    history = recorded(graph)
    last = Replay(history).last()
    assert any(node.inner is not None for node in last.nodes)
    ended = list(history.of(PassEnded))[-1].graph
    assert shape_of(last) == shape_of(model_of(ended))


def test_a_node_that_was_only_rebuilt_keeps_its_id_and_is_rewired():
    x = T.dvector("x")
    times_one = x * 1
    y = T.exp(times_one)
    history = recorded(Graph((x,), (y,)), phases=("canonicalize",))
    replay = Replay(history)
    (change,) = replay.changes
    exp = replay.first.outputs[0]
    assert change.rewire == ((exp[0], 0, (replay.first.nodes[0].id, 0)),)
    assert change.add == ()
    assert replay.last().outputs == (exp,)


def test_what_nobody_reads_any_more_is_removed_and_inputs_stay():
    x, y = T.dvector("x"), T.dvector("y")
    history = recorded(Graph((x, y), (x + (y - y),)), phases=("canonicalize",))
    last = Replay(history).last()
    assert {node.label for node in last.nodes} >= {"x", "y"}
    assert "sub" not in {node.label for node in last.nodes}


def test_the_map_leads_from_all_that_a_rule_matched_to_what_came():
    x = T.dvector("x")
    y = 1 / (1 + T.exp(-x))
    replay = Replay(recorded(Graph((x,), (y,))))
    (change,) = [c for c in replay.changes if c.event.rule.name == "logistic"]
    new = change.add[0]
    matched = {replay.first.by_id[old].label for old, _ in change.map}
    assert matched == {"true_div", "1", "add", "exp", "neg"}
    assert new.label == "sigmoid"
    assert {to for _, to in change.map} == {new.id}


def test_a_rewrite_of_what_is_gone_changes_nothing():
    x = T.dvector("x")
    lost, found = T.exp(x), T.log(x)
    graph = Graph((x,), (found,))
    rewrote = Rewrote(MERGE, lost, lost, x)
    replay = Replay(History([PassStarted("merge", graph), rewrote]))
    (change,) = replay.changes
    assert (change.at, change.add, change.remove, change.rewire) == (None, (), (), ())


def test_a_node_that_comes_back_gets_a_new_id():
    x, y = T.dvector("x"), T.dvector("y")
    first, second = T.exp(x), T.log(y)
    graph = Graph((x, y), (first,))
    events = [
        PassStarted("canonicalize", graph),
        Rewrote(MERGE, first, first, second),
        Rewrote(MERGE, second, second, T.neg(first.owner.with_inputs([x]).outputs[0])),
    ]
    replay = Replay(History(events))
    ids = [node.id for node in replay.first.nodes]
    ids += [node.id for change in replay.changes for node in change.add]
    assert len(ids) == len(set(ids))


def test_equal_constants_stay_apart_until_they_are_merged():
    x = T.dvector("x")
    graph = Graph((x,), ((x + constant(2.0)) * constant(2.0),))
    replay = Replay(recorded(graph, phases=("merge",)))
    twos = [node for node in replay.first.nodes if node.label == "2.0"]
    assert len(twos) == 2
    assert sum(node.label == "2.0" for node in replay.last().nodes) == 1


def test_a_rule_that_declined_is_told_with_the_node_it_looked_at():
    x = T.dvector("x")
    y = T.exp(x)
    events = [PassStarted("stabilize", Graph((x,), (y,))), Declined(MERGE, y, "no")]
    replay = Replay(History(events))
    (refusal,) = [m for m in replay.moments if isinstance(m, Refusal)]
    assert refusal.at == replay.first.outputs[0][0]


def test_variables_of_every_moment_are_found_at_the_end(classifier):
    f = classifier.train
    replay = Replay(f.history)
    last = replay.last()
    for v in f.program.graph.variables():
        ref = replay.ref(v)
        assert ref is not None
        assert ref[0] in last.by_id


def test_a_history_without_rewriting_cannot_be_replayed():
    with pytest.raises(ValueError, match="holds no rewriting"):
        Replay(History([]))


def test_many_rewrites_of_a_large_graph_take_time_in_proportion():
    x = T.dvector("x")
    y = x
    for _ in range(400):
        y = (y * 1 + 0) + np.float64(1.5)
    f = function([x], y, mode="FAST_COMPILE")
    replay = Replay(f.history)
    assert len(replay.changes) >= 800
    assert shape_of(replay.last())[0][0] == "add"
