"""Layers: what is made in a name scope belongs to it, before and after rewriting."""

import pickle
import re

import numpy as np
import pytest

import teachgraph as tg
from teachgraph import tensor as T
from teachgraph.compile.function import function
from teachgraph.compile.shared import shared
from teachgraph.core.origin import here, name_scope
from teachgraph.view import protocol
from teachgraph.view.document import document
from teachgraph.view.dot import dot
from teachgraph.view.model import Ids, shown_model
from teachgraph.view.scene import Scene, scene_of
from teachgraph.view.svg import svg


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


def frames_around(picture: str) -> dict[str, tuple[float, float, float, float]]:
    """The frame of each layer in a picture: left, top, right, bottom."""
    number = r"([-\d.]+)"
    place = " ".join(f'{name}="{number}"' for name in ("x", "y", "width", "height"))
    rects = re.findall(rf'stroke-dasharray="2 4" {place}', picture)
    names = re.findall(r'font-size="12"[^>]*>(\w+)<', picture)
    found = {}
    for name, rect in zip(names, rects, strict=True):
        x, y, w, h = map(float, rect)
        found[name] = (x, y, x + w, y + h)
    return found


def drawn(shown) -> Scene:
    """The static picture of something, before it is SVG."""
    ids = Ids()
    return scene_of(shown_model(shown, ids), ids)


def test_layers_are_frames_within_frames_in_the_static_picture(network):
    _, cost = network
    frames = frames_around(svg(cost))
    assert set(frames) == {"net", "encoder", "decoder"}
    around = frames["net"]
    for name in ("encoder", "decoder"):
        left, top, right, bottom = frames[name]
        assert around[0] < left < right < around[2]
        assert around[1] < top < bottom < around[3]
    assert frames["encoder"][3] < frames["decoder"][1]


def test_what_is_in_a_layer_is_drawn_in_its_frame_and_nothing_else(network):
    _, cost = network
    scene = drawn(cost)
    frames = {frame.label: frame for frame in scene.frames}
    for box in scene.boxes:
        within = {
            name
            for name, f in frames.items()
            if f.x < box.x < f.x + f.w and f.y < box.y < f.y + f.h
        }
        layer = {"w_encoder": "encoder", "w_decoder": "decoder"}.get(box.label)
        if layer:
            assert within == {"net", layer}
        if box.label in ("x", "Sum", "output"):
            assert within == set()


def test_layers_are_clusters_within_clusters_in_dot(network):
    _, cost = network
    text = dot(cost)
    outer = text.index('subgraph "cluster_layer net"')
    inner = text.index('subgraph "cluster_layer net/encoder"')
    assert outer < inner < text.index('label="w_encoder')
    assert text.count("subgraph") == 3


def test_layers_that_read_each_other_in_a_circle_are_drawn_anyway():
    x = T.dvector("x")
    with name_scope("a"):
        y = T.exp(x)
    with name_scope("b"):
        z = T.tanh(y)
    with name_scope("a"):
        back = z * y
    scene = drawn(back)
    assert {frame.label for frame in scene.frames} == {"a", "b"}
    assert len(scene.lines) == 5


def test_a_fused_kernel_stands_in_the_frame_of_its_layer():
    x = T.dmatrix("x")
    with name_scope("squash"):
        y = T.tanh(T.dot(x, x) + 1) * 2
    f = function([x], y)
    text = dot(f)
    assert text.index("cluster_layer squash") < text.index("fused into one kernel")
    labels = [frame.label for frame in drawn(f).frames]
    assert labels == ["squash"]
