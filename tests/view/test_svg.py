"""The static picture: well-formed, tooltips, themes, marks, hostile names."""

import re
import xml.etree.ElementTree as ET

import pytest
from sources import Golden

from teachgraph import tensor as T
from teachgraph.core.graph import Graph
from teachgraph.view.model import Ids, shown_model
from teachgraph.view.palette import DARK, LIGHT
from teachgraph.view.scene import scene_of
from teachgraph.view.svg import svg

SVG = "{http://www.w3.org/2000/svg}"


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text)


def texts(text: str) -> list[str]:
    return [e.text or "" for e in parsed(text).iter(f"{SVG}text")]


def in_lines(text: str) -> str:
    """One element a line, without the places of tests, which move."""
    return re.sub(r"\n[\w.]+:\d+ [^<]*", "", text).replace("><", ">\n<")


def test_the_picture_shows_labels_types_and_the_output(logistic, golden: Golden):
    text = svg(logistic.y, title="the logistic function")
    assert {"x", "neg", "exp", "add", "true_div", "output"} <= set(texts(text))
    assert "float64[?, ?]" in texts(text)
    golden("view/logistic.svg", in_lines(text))


def test_a_tooltip_says_what_a_node_is_does_and_where_it_was_written(logistic):
    titles = [e.text or "" for e in parsed(svg(T.exp(logistic.x))).iter(f"{SVG}title")]
    (told,) = [t for t in titles if t.startswith("exp")]
    assert told.splitlines()[0] == "exp: float64[?, ?]"
    assert told.splitlines()[1] == "e raised to each element."
    assert "test_svg.py:" in told.splitlines()[2]


def test_kinds_differ_in_shape_as_well_as_in_colour(classifier):
    boxes: dict[str, set[str]] = {}
    for e in parsed(svg(classifier.train.graph)).iter(f"{SVG}rect"):
        kind = (e.get("class") or "").split()[1:2]
        if kind:
            boxes.setdefault(kind[0], set()).add(e.get("rx") or "")
    assert len({tuple(rx) for rx in boxes.values()}) == len(boxes) - 1
    inner = svg(classifier.train.graph).count('rx="4"')
    assert inner == len(classifier.train.shared)


def test_colours_follow_the_theme_and_are_there_without_any(logistic):
    text = svg(logistic.y)
    assert f'fill="{LIGHT["input"]}"' in text
    assert "prefers-color-scheme:dark" in text
    assert f"--tgs-input:{DARK['input']}" in text
    assert "[data-jp-theme-light=false] .tgs" in text


def test_light_and_dark_name_the_same_colours():
    assert LIGHT.keys() == DARK.keys()


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_stands_out_from_every_fill(colours):
    fills = ["input", "shared", "constant", "apply", "added-fill", "gone-fill"]
    for fill in fills:
        assert contrast(colours["text"], colours[fill]) >= 7
        assert contrast(colours["quiet"], colours[fill]) >= 4.5


def contrast(a: str, b: str) -> float:
    """The ratio of WCAG 2: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""
    low, high = sorted(luminance(c) for c in (a, b))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts
    ]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_a_kernel_is_a_frame_with_its_graph_inside(fused, golden: Golden):
    text = svg(fused)
    assert texts(text).count("one kernel") == 1
    assert texts(text).count("exp") == 2
    golden("view/fused.svg", in_lines(text))


def test_marks_have_a_sign_and_a_line_style(logistic):
    ids = Ids()
    model = shown_model(logistic.y, ids)
    marks = {model.nodes[0].id: "added", model.nodes[-1].id: "gone"}
    text = svg(model, marks=marks, ids=ids)
    assert {"+", "–"} <= set(texts(text))
    assert 'stroke-dasharray="5 4"' in text


def test_a_hostile_name_is_only_text(hostile):
    text = svg(T.exp(hostile), title=str(hostile))
    root = parsed(text)
    assert not list(root.iter(f"{SVG}img"))
    assert not list(root.iter(f"{SVG}script"))


def test_boxes_and_lines_stay_inside_the_picture(classifier, fused):
    for graph in (classifier.train.graph, fused):
        ids = Ids()
        scene = scene_of(shown_model(graph, ids), ids)
        for box in scene.boxes:
            assert box.x - box.w / 2 >= -0.01
            assert box.x + box.w / 2 <= scene.width + 0.01
            assert box.bottom <= scene.height + 0.01
        for line in scene.lines:
            assert all(-0.01 <= x <= scene.width + 0.01 for x, _ in line.points)


def test_an_arrow_ends_on_the_upper_edge_of_its_reader(classifier):
    ids = Ids()
    scene = scene_of(shown_model(classifier.loss, ids), ids)
    tops = {round(box.top, 3) for box in scene.boxes}
    assert all(round(line.points[-1][1], 3) in tops for line in scene.lines)


def test_an_empty_graph_is_drawn():
    parsed(svg(Graph((), ())))


def test_a_graph_of_some_hundred_nodes_is_drawn():
    x = T.dvector("x")
    y = x
    for i in range(100):
        y = T.exp(y) * x + i
    assert len(texts(svg(y))) > 500
