"""What a kernel answers a viewer: other inputs, other rules, its names."""

import numpy as np
import pytest

import teachgraph as tg
from teachgraph import tensor as T
from teachgraph.compile.function import function
from teachgraph.compile.shared import shared
from teachgraph.view import names, protocol
from teachgraph.view import widget as widget_module
from teachgraph.view.live import Live, Refused, index_of
from teachgraph.view.stepper import step
from teachgraph.view.widget import view


@pytest.fixture
def softplus():
    x = T.dvector("x")
    return function([x], T.sum(T.log(1 + T.exp(x))), name="softplus")


def rules_of(document):
    return [e["rule"] for e in document["timeline"] if e["t"] == "rewrite"]


def test_a_rule_that_is_off_is_not_used(softplus):
    live = Live(softplus)
    before = rules_of(live.document())
    off = next(rule for rule in before if "log" in rule or "exp" in rule)
    found = live.answer({"do": "optimize", "without": [off], "watch": False})
    protocol.validate(found)
    assert off not in rules_of(found)
    assert rules_of(live.answer({"do": "optimize", "without": [], "watch": False})) == (
        before
    )


def test_near_misses_are_told_when_asked_for():
    x = T.dvector("x")
    live = Live(function([x], T.sqr(T.sqrt(x)) + T.sqrt(x) ** 2))
    assert not any(e["t"] == "declined" for e in live.document()["timeline"])
    found = live.answer({"do": "optimize", "without": [], "watch": True})
    declined = [e for e in found["timeline"] if e["t"] == "declined"]
    assert declined
    assert all(e["reason"] for e in declined)


def test_a_changed_element_is_evaluated_anew(softplus):
    live = Live(step(softplus, np.zeros(3)))
    request = {"do": "set", "node": "v1", "index": 1, "value": 100.0}
    found = live.answer(request)
    protocol.validate(found)
    values = {e["node"]: e["outputs"][0] for e in found["timeline"] if e["t"] == "eval"}
    assert values["v1"]["data"] == [0.0, 100.0, 0.0]
    last = [e for e in found["timeline"] if e["t"] == "eval"][-1]["outputs"][0]
    assert last["data"][0] == pytest.approx(100 + 2 * np.log(2))


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"do": "set", "node": "a9", "index": 0, "value": 1.0}, "not an input"),
        ({"do": "set", "node": "v1", "index": 9, "value": 1.0}, "no element 9"),
        ({"do": "dance"}, "does not know"),
        ({"do": "set"}, "node"),
    ],
)
def test_what_cannot_be_met_is_refused_in_words(softplus, request_, words):
    live = Live(step(softplus, np.zeros(3)))
    with pytest.raises(Refused, match=words):
        live.answer(request_)


def test_a_part_of_a_large_value_is_looked_at(softplus):
    live = Live(step(softplus, np.arange(100.0)))
    live.document()
    found = live.look({"do": "look", "event": 1, "index": "10:13"})
    assert found["data"] == [10.0, 11.0, 12.0]
    assert live.look({"event": 1, "index": "-1"})["data"] == [99.0]
    for index in ("200", "1, 1", "__import__('os')"):
        with pytest.raises(Refused):
            live.look({"event": 1, "index": index})


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("", ()),
        ("0, 2:5, :", (0, slice(2, 5), slice(None, None))),
        ("::-1", (slice(None, None, -1),)),
        ("..., -1", (Ellipsis, -1)),
    ],
)
def test_an_index_is_read_as_numpy_reads_it(text, index):
    assert index_of(text) == index


def test_a_variable_has_no_rules_to_switch_off():
    with pytest.raises(Refused, match="compiled function"):
        Live(T.dvector("x")).answer({"do": "optimize", "without": [], "watch": False})


def test_the_widget_answers_messages(softplus, monkeypatch):
    monkeypatch.setattr(widget_module, "script", lambda: "export default {}")
    widget_module._viewer.cache_clear()
    shown, sent = view(softplus), []
    shown.send = sent.append
    before = rules_of(shown.document)
    shown._asked(shown, {"do": "optimize", "without": before[:1], "watch": False}, [])
    assert before[0] not in rules_of(shown.document)
    shown._asked(shown, {"do": "dance"}, [])
    shown._asked(shown, {"do": "script"}, [])
    assert "does not know" in sent[0]["refused"]
    assert "script" in sent[1]


def test_names_that_can_be_drawn_are_listed(softplus):
    w = shared(np.zeros(2), "w")
    namespace = {"f": softplus, "w": w, "y": w * 2, "_hidden": w, "n": 3, "tg": tg}
    found = names.listing(namespace).data
    kinds = {told["name"]: told["kind"] for told in found}
    assert kinds == {"f": "function", "w": "shared", "y": "variable"}
    told = names.listing(namespace)._repr_mimebundle_()
    assert told["application/json"] == found


def test_a_name_is_drawn_as_its_document(softplus):
    document = names.drawn({"f": softplus}, "f").data
    protocol.validate(document)
    assert document["title"] == "f"
    assert names.drawn({"n": 3}, "n").data is None
    assert names.drawn({}, "f").data is None
