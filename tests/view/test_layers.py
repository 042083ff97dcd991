"""Layers: what is made in a name scope belongs to it, before and after rewriting."""

import pickle

import numpy as np
import pytest

import teachgraph as tg
from teachgraph import tensor as T
from teachgraph.compile.function import function
from teachgraph.compile.shared import shared
from teachgraph.core.origin import here, name_scope
from teachgraph.view import protocol
from teachgraph.view.document import document


def dense(x, name):
    """One line that is run in several layers."""
    with name_scope(name):
        w = shared(np.eye(3), f"w_{name}")
        return T.tanh(T.dot(x, w))


@pytest.fixture
def network():
    x = T.dmatrix("x")
    with name_scope("net"):
        hidden = dense(dense(x, "encoder"), "decoder")
    return x, hidden.sum()


def layers(found: protocol.Document) -> dict[str, str]:
    """The whole name of each node's layer."""
    groups = found.get("groups", {})

    def path(key: str) -> str:
        group = groups[key]
        around = group.get("parent")
        return f"{path(around)}/{group['label']}" if around else group["label"]

    nodes = found["graphs"]["g0"]["nodes"]
    return {n["id"]: path(n["group"]) if "group" in n else "" for n in nodes}


def test_nodes_belong_to_the_layer_in_which_they_were_made(network):
    _, cost = network
    found = document(cost)
    protocol.validate(found)
    told = layers(found)
    by_label = {n["label"]: told[n["id"]] for n in found["graphs"]["g0"]["nodes"]}
    assert by_label["x"] == ""
    assert by_label["w_encoder"] == "net/encoder"
    assert by_label["w_decoder"] == "net/decoder"
    assert by_label["Sum"] == ""


def test_the_same_line_in_two_layers_is_one_source(network):
    _, cost = network
    found = document(cost)
    dots = [n for n in found["graphs"]["g0"]["nodes"] if n["label"] == "Dot"]
    assert dots[0]["sources"] == dots[1]["sources"]
    assert dots[0]["group"] != dots[1]["group"]


def test_a_layer_survives_rewriting():
    x = T.dmatrix("x")
    with name_scope("squash"):
        y = 1 / (1 + T.exp(-T.dot(x, x)))
    found = document(function([x], y, mode="FAST_COMPILE"))
    added = [n for e in found["timeline"] if e["t"] == "rewrite" for n in e["add"]]
    labels = {found["groups"][n["group"]]["label"] for n in added if "group" in n}
    assert labels <= {"squash"}
    assert function([x], y).optimized.outputs[0].origins[0].scope == "squash"


def test_what_two_layers_share_belongs_to_the_layer_around_both():
    x = T.dmatrix("x")
    with name_scope("net"):
        with name_scope("left"):
            a = T.exp(x)
        with name_scope("right"):
            b = T.exp(x)
    found = document(function([x], [a, T.dot(a, b)], mode="FAST_COMPILE"))
    merged = found["timeline"]
    assert any(e["t"] == "rewrite" and e["rule"] == "merge" for e in merged)
    optimized = function([x], [a, T.dot(a, b)], mode="FAST_COMPILE").optimized
    scopes = {o.scope for o in optimized.outputs[0].origins}
    assert scopes == {"net/left", "net/right"}


def test_a_scope_ends_also_when_an_error_leaves_it():
    with pytest.raises(ZeroDivisionError), name_scope("layer"):
        raise ZeroDivisionError
    place = here()
    assert place is not None
    assert place.scope == ""


def test_a_function_may_be_a_layer():
    @name_scope("block")
    def block(x):
        return x + 1

    assert block(T.dscalar()).origins[0].scope == "block"


def test_a_saved_graph_keeps_its_layers(network):
    _, cost = network
    copied = pickle.loads(pickle.dumps(cost))
    assert layers(document(copied)) == layers(document(cost))


def test_the_scope_is_public():
    assert tg.name_scope is name_scope
