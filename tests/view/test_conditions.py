"""Conditions of breakpoints mean in Python what they mean in the viewer."""

import json

import numpy as np
import pytest
from sources import ROOT

from teachgraph.view.conditions import Subject, condition

FILE = ROOT / "extension" / "test" / "conditions.json"
SHARED = json.loads(FILE.read_text("utf-8"))


@pytest.fixture
def subject():
    told = SHARED["subject"]
    array = np.array(told["array"], dtype="float64").astype("float32")
    return Subject(told["label"], told["op"], (array,), tuple(told["turns"]))


@pytest.mark.parametrize(("text", "holds"), SHARED["conditions"])
def test_condition_holds_as_it_does_in_the_viewer(subject, text, holds):
    stated = condition(text)
    assert stated is not None
    assert stated(subject) is holds


@pytest.mark.parametrize("text", SHARED["none"])
def test_what_cannot_be_read_is_no_condition(text):
    assert condition(text) is None


def test_shared_subject_is_told_as_python_tells_it(subject):
    told = subject.values()[0]
    assert {**told, "text": ""} == SHARED["subject"]["value"]


def test_what_a_turn_is_given_has_no_op(subject):
    given = Subject("s", "", subject.outputs, (0,))
    assert not condition("op = exp")(given)
    assert condition("turn = 0")(given)
