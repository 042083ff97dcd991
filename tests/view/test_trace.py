"""What a recorded run tells besides values: turns, statements, gradients, memory."""

import numpy as np
import pytest

import teachgraph as tg
from teachgraph import tensor as T
from teachgraph.compile.function import function
from teachgraph.compile.shared import shared
from teachgraph.core.graph import Graph
from teachgraph.ops.fused import Fused
from teachgraph.view import protocol
from teachgraph.view.cut import drop_details, size
from teachgraph.view.document import Caps, document
from teachgraph.view.heat import SIGNS, heat_of, pooled, signs
from teachgraph.view.inside import back, feeds
from teachgraph.view.live import Live, Refused
from teachgraph.view.stepper import step


def evals(found):
    return [e for e in found["timeline"] if e["t"] == "eval"]


@pytest.fixture
def loop():
    seq, start = T.dvector("seq"), T.dscalar("start")
    out, _ = tg.scan(lambda a, s: a * s + 1, sequences=[seq], outputs_info=[start])
    return function([seq, start], out[-1], name="loop")


def test_turns_of_a_loop_come_before_its_node(loop):
    found = step(loop, np.array([2.0, 3.0]), 1.0).document()
    protocol.validate(found)
    inside = [e for e in evals(found) if e.get("path")]
    assert {tuple(e["path"][0])[1] for e in inside} == {0, 1}
    outer = inside[0]["path"][0][0]
    nodes = [e["node"] for e in evals(found) if not e.get("path")]
    assert outer in nodes
    assert all(e["graph"] in found["graphs"] for e in inside)
    last = [e["outputs"][0].get("data") for e in inside if e["path"][0][1] == 1]
    assert [10.0] in last


def test_a_loop_says_what_feeds_it_and_what_turns(loop):
    node = next(n for n in loop.graph.applies() if type(n.op).__name__ == "Scan")
    inner = node.op.graph
    assert len(feeds(node.op, inner)) == len(inner.inputs)
    assert feeds(node.op, inner)[:2] == [1, 2]
    assert back(node.op) == [(0, 1)]


def test_a_kernel_is_fed_by_its_own_inputs():
    a, b = T.dvectors("a", "b")
    inner = Graph((a, b), (T.exp(a) * b,))
    assert feeds(Fused(inner), inner) == [0, 1]


def test_the_stepper_opens_where_it_stands():
    x = T.dvector("x")
    s = step(function([x], T.sum(T.exp(x) * 2)), np.zeros(2))
    assert "at" not in s.document()
    position = s.next().document()["at"]["eval"]
    event = evals(s.document())[position - 1]
    assert event["outputs"][0]["data"] == s.here.value.tolist()


def test_gradients_of_the_first_output_are_told_beside_the_values():
    x, w = T.dvector("x"), shared(np.array([2.0, 3.0]), "w")
    s = step(function([x], T.sum(T.sqr(x * w))), np.array([1.0, 1.0]))
    found = {e["node"]: e for e in evals(s.document())}
    assert found["v1"]["grad"][0]["data"] == [8.0, 18.0]


def test_without_one_number_there_are_no_gradients():
    x = T.dvector("x")
    s = step(function([x], T.exp(x)), np.zeros(2))
    assert not any("grad" in e for e in evals(s.document()))


def test_statements_inside_a_small_node_are_told():
    x = T.dvector("x")
    s = step(function([x], T.sum(x * 2)), np.arange(3.0))
    lines = [line for e in evals(s.document()) for line in e.get("loops", ())]
    assert any("acc +=" in line["line"] for line in lines)


def test_memory_lives_from_its_making_to_its_last_reading():
    x = T.dvector("x")
    s = step(
        function([x], T.sum(T.exp(x)) + T.exp(x)[0], mode="FAST_COMPILE"), np.ones(4)
    )
    found = s.document()
    count = len(evals(found))
    for block in found["memory"]:
        assert 1 <= block["start"] <= block["end"] <= count
    assert max(block["end"] for block in found["memory"]) == count


def test_the_compiled_source_knows_the_nodes_of_its_lines():
    x = T.dvector("x")
    found = document(function([x], T.exp(x) * 2 + 1, mode="FAST_RUN"))
    for listing in found.get("listings", ()):
        lines = [line for line in listing["lines"] if "exp(" in line["text"]]
        assert any(line.get("nodes") for line in lines)


def test_a_rewrite_tells_what_it_saves():
    x = T.dmatrix("x")
    found = document(function([x], 1 / (1 + T.exp(-x)), mode="FAST_COMPILE"))
    saves = [e["saves"] for e in found["timeline"] if e["t"] == "rewrite"]
    assert sum(one["nodes"] for one in saves) > 0
    assert sum(one.get("passes", 0) for one in saves) > 0


def test_a_map_leads_only_from_nodes_that_are_gone(classifier):
    for event in document(classifier.train)["timeline"]:
        if event["t"] == "rewrite":
            gone = {*event["remove"], event.get("at")}
            assert set(event["map"]) <= gone


def test_a_heat_map_has_a_sign_for_each_cell():
    array = np.array([[0.0, 1.0], [np.nan, np.inf]])
    assert signs(array, 0.0, 1.0) == f"{SIGNS[0]}{SIGNS[-1]}!>"
    assert signs(np.full((1, 2), -np.inf), 0.0, 1.0) == "<<"


def test_one_nan_among_many_elements_is_still_seen():
    array = np.zeros((300, 300))
    array[123, 45] = np.nan
    heat = heat_of(array, 0.0, 0.0)
    assert heat is not None
    assert heat["cells"].count("!") == 1
    assert heat["rows"] * heat["columns"] == len(heat["cells"])


def test_pooling_takes_the_mean():
    assert pooled(np.arange(8.0).reshape(2, 4), 1, 2).tolist() == [[2.5, 4.5]]


@pytest.mark.parametrize(
    ("shape", "image"),
    [((5, 784), True), ((32, 32), True), ((2, 3, 32, 32), True), ((64, 10), False)],
)
def test_images_are_told_from_other_arrays(shape, image):
    heat = heat_of(np.random.default_rng(0).uniform(size=shape), 0.0, 1.0)
    assert heat is not None
    assert ("image" in heat) == image


def test_details_go_before_events_when_a_document_is_too_large():
    x = T.dmatrix("x")
    s = step(
        function([x], T.exp(x) * 2), np.random.default_rng(0).normal(size=(40, 40))
    )
    whole = s.document()
    bare = s.document(caps=Caps(bytes=size(whole) - 500))
    protocol.validate(bare)
    assert len(bare["timeline"]) == len(whole["timeline"])
    assert not any("heat" in e["outputs"][0] for e in evals(bare))
    drop_details(whole)
    assert "listings" not in whole


def test_other_turns_of_a_long_loop_are_told_on_demand():
    start = T.dscalar("start")
    out, _ = tg.scan(lambda s: s + 1, outputs_info=[start], n_steps=40)
    live = Live(step(function([start], out), 0.0))
    found = live.document()
    event = [e["node"] for e in evals(found)].index(_loop(found)["node"]) + 1
    assert _loop(found)["turns"] == (0, 40)
    later = live.answer({"do": "turns", "event": event, "first": 30})
    protocol.validate(later)
    assert _loop(later)["turns"] == (30, 40)
    inside = [e["path"][0][1] for e in evals(later) if e.get("path")]
    assert (min(inside), max(inside)) == (30, 39)


def _loop(found):
    return next(e for e in evals(found) if e.get("turns"))


@pytest.mark.parametrize("first", [-1, "x"])
def test_turns_that_there_are_not_are_refused(first):
    x = T.dscalar("x")
    live = Live(step(function([x], x + 1), 0.0))
    with pytest.raises(Refused):
        live.answer({"do": "turns", "event": 1, "first": first})


def test_memory_tells_which_values_share_a_slot_of_the_compiled_program():
    x, w = T.dmatrix("x"), shared(np.eye(3), "w")
    chain = T.tanh(T.dot(T.tanh(T.dot(T.tanh(T.dot(x, w)), w)), w))
    found = step(function([x], chain.sum()), np.ones((2, 3))).document()
    slots = [block["slot"] for block in found["memory"] if "slot" in block]
    assert len(slots) > len(set(slots)) > 1


def test_the_node_that_failed_comes_before_its_operands():
    a, b = T.dvectors("a", "b")
    s = step(function([a, b], T.exp(a + b) * 2), np.ones(2), np.ones(3))
    found = s.document()
    nodes = {n["id"]: n["label"] for n in found["graphs"]["g0"]["nodes"]}
    failed = found["timeline"][-1]
    assert [nodes[id] for id in failed["nodes"]] == ["add", "a", "b"]
