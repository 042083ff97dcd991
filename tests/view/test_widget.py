"""`view`: a live widget where one can be made, a still picture everywhere else."""

import json
import re

import jsonschema
import numpy as np
import pytest

from teachgraph import tensor as T
from teachgraph.compile.function import function
from teachgraph.view import protocol
from teachgraph.view import widget as widget_module
from teachgraph.view.mimebundle import mimebundle
from teachgraph.view.widget import Still, script, view


def without_viewer(monkeypatch):
    monkeypatch.setattr(widget_module, "viewer_is_here", lambda: False)


def with_viewer(monkeypatch):
    monkeypatch.setattr(widget_module, "script", lambda: "export default {}")
    widget_module._viewer.cache_clear()


def test_without_the_widget_a_still_picture_carries_the_document(logistic, monkeypatch):
    without_viewer(monkeypatch)
    still = view(logistic.y)
    assert isinstance(still, Still)
    bundle = still._repr_mimebundle_()
    protocol.validate(bundle[protocol.MIME])
    assert repr(still) == bundle["text/plain"]


def test_a_still_picture_can_be_saved_as_a_page(logistic, monkeypatch, tmp_path):
    without_viewer(monkeypatch)
    path = view(logistic.y).save(tmp_path / "y.html")
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_stepper_can_be_saved_as_a_page(monkeypatch, tmp_path):
    without_viewer(monkeypatch)
    x = T.dvector("x")
    still = view(function([x], T.exp(x) * 2, name="double"), np.ones(2))
    page = still.save(tmp_path / "step.html").read_text(encoding="utf-8")
    assert "<title>double, step by step</title>" in page
    assert '"t":"eval"' in page or "nodes evaluated" in page


def test_the_widget_begins_at_the_last_rewrite(classifier, monkeypatch):
    with_viewer(monkeypatch)
    shown = view(classifier.train)
    events = shown.document["timeline"]
    assert shown.step == sum(e["t"] == "rewrite" for e in events) > 0
    assert shown.verbosity == "medium"


def test_the_widgets_bundle_has_the_static_picture_too(logistic, monkeypatch):
    with_viewer(monkeypatch)
    data, _ = view(logistic.y)._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "<svg" in data["text/html"]
    protocol.validate(data[protocol.MIME])


def test_with_arguments_the_function_is_stepped_through(monkeypatch):
    without_viewer(monkeypatch)
    x = T.dvector("x")
    still = view(function([x], T.exp(x) * 2), np.ones(2))
    found = still._repr_mimebundle_()[protocol.MIME]
    assert [e["t"] for e in found["timeline"]].count("eval") == 4


def test_the_widgets_script_is_what_every_host_of_anywidget_loads():
    """VS Code, Colab and marimo import the text as one module that needs no other."""
    text = script()
    assert not re.search(r"(^|;)import[ {*]", text)
    assert re.search(r"export ?\{ ?\w+ as default ?\};?\s*$", text)


def test_a_bundle_is_what_a_renderer_of_vs_code_is_given(classifier):
    """It chooses by MIME type, and gets JSON for those that end in `+json`."""
    found = mimebundle(classifier.train)
    assert set(found) == {"text/plain", "text/html", protocol.MIME}
    assert protocol.MIME.startswith("application/vnd.teachgraph.v")
    assert protocol.MIME.endswith("+json")
    jsonschema.validate(json.loads(json.dumps(found[protocol.MIME])), protocol.schema())
    assert "<script" not in found["text/html"]


def test_functions_are_shown_by_a_method_too():
    x = T.dvector("x")
    f = function([x], T.exp(x))
    for shown in (f.view(), f.view([1.0, 2.0])):
        assert "exp" in repr(shown)


def test_view_of_a_variable_is_still_taken_for_a_reshape():
    with pytest.raises(AttributeError, match=r"x\.reshape\(shape\)"):
        T.dmatrix("x").view(-1, 10)
