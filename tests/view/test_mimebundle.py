"""What a notebook and a prompt show for a bare `x`: helpful words, a picture, data."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from teachgraph import tensor as T
from teachgraph.compile.shared import shared
from teachgraph.view import protocol
from teachgraph.view.mimebundle import function_in_words, mimebundle, one_line

x, y = T.dmatrix("x"), T.dmatrix("y")


def test_a_variable_shows_words_a_picture_and_the_document():
    bundle = (x + y)._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", protocol.MIME}
    protocol.validate(bundle[protocol.MIME])
    assert "<svg" in bundle["text/html"]


@pytest.mark.parametrize(
    ("variable", "words"),
    [
        (
            x + y,
            "x + y  (float64 matrix, symbolic: "
            "give x and y with .eval({...}) or function(...))",
        ),
        (
            x,
            "x  (float64 matrix, symbolic: "
            "a name for a value to come, it has none yet)",
        ),
        (T.constant(2.5), "2.5  (float32 scalar, constant)"),
        (
            T.exp(T.constant(2.5)),
            "exp(2.5)  (float32 scalar, symbolic: see its value with .eval())",
        ),
        (
            shared(np.zeros(2), "w"),
            "w  (float64 vector, shared, now [0., 0.]: read it with .get_value())",
        ),
    ],
    ids=str,
)
def test_one_line_says_what_it_is_and_how_to_see_a_number(variable, words):
    assert one_line(variable) == words


def test_a_named_expression_is_shown_with_its_name():
    z = x + y
    z.name = "z"
    assert one_line(z).startswith("z = x + y  (")


def test_one_line_is_one_line_whatever_the_graph(hostile):
    w = hostile
    for _ in range(100):
        w = T.exp(w) + w
    line = one_line(w)
    assert "\n" not in line
    assert len(line) < 240


def test_many_inputs_are_counted():
    total = sum(T.dscalar(name) for name in "abcdef")
    assert "give a, b, c and 3 more" in one_line(total)


def test_a_function_says_what_it_takes_gives_and_updates(classifier):
    words = function_in_words(classifier.train)
    assert words.startswith("train(images, target) -> sum(")
    assert "updates weights, bias" in words


def test_a_functions_bundle_holds_its_rewriting(classifier):
    bundle = mimebundle(classifier.train)
    protocol.validate(bundle[protocol.MIME])
    assert any(e["t"] == "rewrite" for e in bundle[protocol.MIME]["timeline"])


def test_the_static_html_needs_no_script_and_is_well_formed(classifier):
    text = mimebundle(classifier.train)["text/html"]
    assert "<script" not in text
    ET.fromstring(text)


def test_the_static_html_is_small():
    assert len(mimebundle(1 / (1 + T.exp(-x)))["text/html"]) < 12_000


def test_a_hostile_name_is_only_text_in_the_html(hostile):
    root = ET.fromstring(mimebundle(T.exp(hostile))["text/html"])
    assert not [e for e in root.iter() if e.tag.endswith(("img", "script"))]


def test_a_graph_too_large_for_a_picture_says_so():
    w = T.dvector("w")
    for _ in range(400):
        w = T.exp(w)
    assert "too many for a static picture" in mimebundle(w)["text/html"]
