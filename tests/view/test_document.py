"""The protocol document: valid, replayable, capped, with values and errors."""

import json

import numpy as np
import pytest

from teachgraph import tensor as T
from teachgraph.compile.function import function
from teachgraph.core.report import TeachgraphError
from teachgraph.view import protocol, protocol_replay
from teachgraph.view.document import NOTEBOOK, Caps, Ran, document, size
from teachgraph.view.values import value_of


def rewrites(found: protocol.Document):
    return [event for event in found["timeline"] if event["t"] == "rewrite"]


def test_a_variable_is_a_snapshot_without_a_timeline(logistic):
    found = document(logistic.y)
    protocol.validate(found)
    assert found["title"] == "1 / (1 + exp(-x))"
    assert found["timeline"] == []
    assert found["graphs"]["g0"]["nodes"][0]["label"] == "x"


def test_a_function_tells_every_rewrite_of_every_phase(classifier):
    found = document(classifier.train)
    protocol.validate(found)
    begun = [e["name"] for e in found["timeline"] if e["t"] == "pass-begin"]
    assert begun[:2] == ["merge", "canonicalize"]
    assert len(rewrites(found)) > 5


def test_replaying_the_document_gives_the_graph_that_runs(classifier):
    found = document(classifier.train)
    last = protocol_replay.states(found)["g0"]
    labels = sorted(node["label"] for node in last.nodes.values())
    graph = classifier.train.program.graph
    assert len(labels) == len(graph.applies()) + sum(
        v.owner is None for v in graph.variables()
    )


def test_outputs_and_updates_are_told_apart(classifier):
    snapshot = document(classifier.train)["graphs"]["g0"]
    assert len(snapshot["outputs"]) == 1
    shared = {n["label"]: n["id"] for n in snapshot["nodes"] if n["kind"] == "shared"}
    assert [id for id, _ in snapshot["updates"]] == [shared["weights"], shared["bias"]]


def test_a_rewrite_says_rule_reason_equation_and_bindings():
    x = T.dvector("x")
    f = function([x], 1 / (1 + T.exp(-x)), mode="FAST_RUN")
    found = document(f)
    (event,) = [e for e in rewrites(found) if e["rule"] == "logistic"]
    rule = found["rules"]["logistic"]
    assert event["before"] == "1 / (1 + exp(-x))"
    assert event["after"] == "sigmoid(x)"
    assert event["bindings"] == [{"name": "x", "text": "x", "node": "v1"}]
    assert rule["why"]
    assert "sigmoid" in rule["equation"]
    assert r"\sigma" in rule["latex"]


def test_a_long_part_is_written_by_the_name_the_rule_has_for_it(classifier):
    texts = [e["before"] for e in rewrites(document(classifier.train))]
    assert all(len(text) <= 160 for text in texts)


def test_ops_sources_and_values_are_told_once(classifier):
    found = document(classifier.train)
    nodes = {n["label"]: n for n in found["graphs"]["g0"]["nodes"]}
    assert found["ops"]["log"]["latex"] == r"\ln x"
    assert "-inf at 0" in found["ops"]["log"]["domain"]
    source = found["sources"][nodes["log"]["sources"][0]]
    assert source["file"] == "conftest.py"
    assert "T.log(p)" in source["text"]
    assert nodes["weights"]["value"] == "[0., 0., 0.]"


def test_no_folder_of_the_users_machine_gets_into_a_document(classifier):
    text = json.dumps(document(classifier.train))
    assert "/tests/" not in text
    assert "site-packages" not in text


def test_a_kernel_carries_its_graph(fused):
    found = document(fused)
    protocol.validate(found)
    (node,) = [n for n in found["graphs"]["g0"]["nodes"] if "inner" in n]
    inner = found["graphs"][node["inner"]]
    assert {n["label"] for n in inner["nodes"]} == {"a", "b", "exp", "mul", "neg"}


def test_formulas_are_left_out_where_a_rewrite_makes_them_stale():
    x = T.dvector("x")
    f = function([x], T.exp(x * 1) + T.log(x), mode="FAST_COMPILE")
    nodes = {n["label"]: n for n in document(f)["graphs"]["g0"]["nodes"]}
    assert nodes["log"]["latex"] == r"\ln\left(x\right)"
    assert "latex" not in nodes["exp"]
    assert "latex" not in nodes["add"]


def test_a_run_is_told_with_the_values_of_every_node(logistic):
    x = logistic.x
    exp = T.exp(x)
    found = document(exp, trace=[Ran((exp,), (np.array([[1.0, np.inf]]),), 2e-6)])
    protocol.validate(found)
    (event,) = found["timeline"]
    assert event["node"] == "a2"
    assert event["us"] == 2.0
    assert event["outputs"][0]["inf"] == 1


def test_an_error_is_told_at_every_verbosity_with_its_nodes(logistic):
    y = T.dmatrix("y")
    f = function([logistic.x, y], logistic.x * y)
    with pytest.raises(TeachgraphError) as caught:
        f(np.ones((2, 3)), np.ones((3, 3)))
    found = document(f, failure=caught.value.report)
    protocol.validate(found)
    error = found["timeline"][-1]
    assert error["t"] == "error"
    assert error["code"] == "shape-mismatch"
    assert len(error["levels"]["low"]) <= len(error["levels"]["high"])
    assert error["nodes"]


def test_the_number_of_nodes_is_capped_and_that_is_said():
    v = T.dvector("v")
    for _ in range(50):
        v = T.exp(v)
    found = document(v, caps=Caps(nodes=20))
    protocol.validate(found)
    assert len(found["graphs"]["g0"]["nodes"]) == 20
    assert found["truncated"]["nodes"] == 31
    assert "20 nodes" in found["truncated"]["reason"]


def test_the_number_of_events_is_capped(classifier):
    found = document(classifier.train, caps=Caps(events=4))
    protocol.validate(found)
    assert len(found["timeline"]) == 4
    assert found["truncated"]["events"] > 0


def test_the_number_of_bytes_is_capped(classifier):
    whole = size(document(classifier.train))
    found = document(classifier.train, caps=Caps(bytes=whole * 2 // 3))
    protocol.validate(found)
    assert size(found) <= whole * 2 // 3
    assert found["truncated"]["events"] > 0


def test_a_graph_too_large_for_the_bytes_loses_nodes_too():
    v = T.dvector("v")
    for _ in range(400):
        v = T.exp(v)
    found = document(v, caps=Caps(bytes=20_000))
    protocol.validate(found)
    assert size(found) <= 20_000
    assert found["truncated"]["nodes"] > 200


def test_a_large_function_fits_into_a_notebook():
    x = T.dvector("x")
    y = x
    for _ in range(300):
        y = (y * 1 + 0) + np.float64(1.5)
    found = document(function([x], y, mode="FAST_COMPILE"))
    protocol.validate(found)
    assert size(found) <= NOTEBOOK.bytes


def test_a_hostile_name_is_only_a_string(hostile):
    found = document(T.exp(hostile))
    protocol.validate(found)
    assert json.loads(json.dumps(found)) == json.loads(protocol.to_json(found))


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((0, 3)),
        np.array(3),
        np.array([True, False]),
        np.array([np.nan, np.inf, -np.inf]),
        np.arange(1000.0).reshape(10, 100),
        np.array([1 + 2j]),
        np.array([1e308, -1e308] * 100),
        np.full(200, np.nan),
    ],
    ids=["empty", "scalar", "bool", "nan", "large", "complex", "huge", "all-nan"],
)
def test_every_value_can_be_told(array, logistic):
    protocol.validate(document(logistic.x, trace=[Ran((logistic.x,), (array,))]))
    assert value_of(array)["shape"] == list(array.shape)


def test_many_elements_are_told_as_a_histogram():
    value = value_of(np.arange(1000.0))
    assert sum(value["hist"]) == 1000
    assert "data" not in value


def test_the_domain_of_an_op_is_told_once(logistic):
    exp = document(T.exp(logistic.x))["ops"]["exp"]
    assert exp["doc"] == "e raised to each element."
    assert exp["domain"].startswith("any number")
