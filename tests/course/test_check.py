"""`check` and the questions that exercises are made of."""

import re

import numpy as np
import pytest
from sources import ROOT

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.core.report import Fault, TeachgraphError
from teachgraph.course import EXERCISES, Wrong, check, expect, facts


def test_an_unknown_exercise_is_met_with_the_known_ones():
    with pytest.raises(TeachgraphError, match="there is no exercise") as caught:
        check("L01.E9", None)
    assert "there are L01.E1, L01.E2" in str(caught.value)


def test_a_wrong_answer_is_an_assertion_error_with_the_name_of_the_exercise():
    with pytest.raises(AssertionError) as caught:
        check("L01.E1", ...)
    assert isinstance(caught.value, Wrong)
    assert caught.value.report.code == "L01.E1"


def test_a_right_answer_says_its_name_and_what_it_shows():
    x = T.dvector("x")
    e = T.exp(x)
    right = check("L01.E3", (e - 1 / e) / (e + 1 / e))
    assert repr(right).startswith("L01.E3 is right. Six operations")


def test_every_exercise_says_in_one_line_what_is_to_be_done():
    assert all(re.fullmatch(r"[A-Z][^\n]+\.", e.task) for e in EXERCISES.values())


def test_every_exercise_is_set_and_solved():
    for name in EXERCISES:
        lesson = f"lesson{name[1:3]}"
        for file in (f"{lesson}/exercises.py", f"solutions/{lesson}.py"):
            text = (ROOT / "course" / file).read_text(encoding="utf-8")
            assert f'check("{name}"' in text


def test_ops_are_counted_by_title_and_node():
    x = T.dvector("x")
    graph = facts.as_written(T.exp(x) + T.exp(x))
    assert facts.ops(graph) == {"exp": 2, "add": 1}
    assert facts.has_op(graph, "exp")
    assert not facts.has_op(graph, "log")


def test_a_compiled_expression_is_the_rewritten_one():
    x = T.dvector("x")
    assert facts.count_ops(facts.as_compiled(T.exp(x) + T.exp(x)), "exp") == 1


def test_the_place_of_a_fault_is_the_expression_that_was_written():
    x = T.dvector("x")
    y = T.tanh(x + 1)
    with pytest.raises(Fault) as caught:
        expect.no_op(facts.as_written(y), ["tanh"])
    origin = caught.value.parts["origin"]
    assert origin.span().text() == "T.tanh(x + 1)"


def test_values_are_compared_with_nan_equal_to_itself():
    x = T.dvector("x")
    sample = {"x": np.array([np.nan, 1.0])}
    expect.values_agree(x + 1, lambda x: x + 1, [sample])
    with pytest.raises(Fault, match="the values differ for x = "):
        expect.values_agree(x + 1, lambda x: x + 2, [sample])


def test_a_value_of_another_shape_is_another_value():
    x = T.dvector("x")
    with pytest.raises(Fault, match="differ"):
        expect.values_agree(x.sum(), lambda x: x, [{"x": np.array([1.0])}])


def test_an_error_is_told_by_code_and_line():
    def program():
        x = T.dvector("x")
        tg.function([x], x + T.dvector("y"))

    error = facts.raised(program)
    assert isinstance(error, TeachgraphError)
    blamed = facts.blame(error)
    assert blamed.code == "missing-input"
    assert blamed.line is not None
