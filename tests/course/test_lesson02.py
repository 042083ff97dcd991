"""Lesson 2: right answers are accepted, wrong ones turned down with words."""

import pytest
from lessons import rejected

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.course import Right, check

NAMES = ["L02.E1", "L02.E2", "L02.E3", "L02.E4"]

# E1: one exp


def test_a_slope_with_one_exp_is_accepted():
    x = T.dvector("x")
    assert isinstance(check("L02.E1", T.exp(-(x**2)) * (1 - 2 * x * x)), Right)


def test_a_slope_with_an_exp_in_each_term_is_counted():
    x = T.dvector("x")
    slope = T.exp(-(x**2)) - 2 * x**2 * T.exp(-(x**2))
    assert "came: 2 exp" in rejected("L02.E1", slope)


def test_a_slope_without_the_inner_derivative_differs():
    x = T.dvector("x")
    said = rejected("L02.E1", T.exp(-(x**2)) * (1 + x))
    assert "inner derivative" in said


def test_a_slope_that_grad_wrote_is_not_own_work():
    x = T.dvector("x")
    said = rejected("L02.E1", tg.grad((x * T.exp(-(x**2))).sum(), x))
    assert "differentiate yourself" in said


# E2: the rule of an op


def test_a_rule_that_multiplies_with_what_arrives_is_accepted():
    def rule(x, g):
        s = 1 / (1 + T.exp(-x))
        return g * s * (1 + x * (1 - s))

    assert isinstance(check("L02.E2", rule), Right)


def test_a_rule_without_what_arrives_has_other_unknowns():
    said = rejected("L02.E2", lambda x, g: T.nnet.sigmoid(x))
    assert "expected: g, x" in said


def test_a_rule_that_adds_what_arrives_differs():
    def rule(x, g):
        s = T.nnet.sigmoid(x)
        return g + s * (1 + x * (1 - s))

    assert "the values differ" in rejected("L02.E2", rule)


def test_a_rule_of_other_arguments_is_told_how_many_there_are():
    assert "a function of 2 arguments" in rejected("L02.E2", lambda x: x)


# E3: summed back


def test_a_sum_over_the_rows_is_accepted():
    rows, scale = T.dmatrix("rows"), T.dvector("scale")
    assert isinstance(check("L02.E3", (rows * rows).sum(axis=0) * scale), Right)


def test_a_gradient_for_each_row_has_another_shape():
    rows, scale = T.dmatrix("rows"), T.dvector("scale")
    said = rejected("L02.E3", rows**2 * scale)
    assert "expected: float64[?]" in said
    assert "what was copied is summed" in said


def test_a_sum_over_the_columns_differs():
    rows, scale = T.dmatrix("rows"), T.dvector("scale")
    said = rejected("L02.E3", (rows**2 * scale).mean(axis=0))
    assert "the values differ" in said


# E4: straight through


def test_a_sign_on_a_way_of_its_own_is_accepted():
    x = T.dvector("x")
    bit = T.disconnected_grad(T.sgn(x)) + x - T.disconnected_grad(x)
    assert isinstance(check("L02.E4", bit), Right)


def test_the_sign_itself_has_a_gradient_of_zero():
    said = rejected("L02.E4", T.sgn(T.dvector("x")))
    assert "the gradient for x differs" in said
    assert "came: [0" in said


def test_the_input_itself_has_other_values():
    assert "the values differ" in rejected("L02.E4", T.dvector("x") * 1.0)


# All of them


@pytest.mark.parametrize("name", NAMES)
def test_an_exercise_begins_red(name: str):
    begun = (lambda x, g: ...) if name == "L02.E2" else ...
    assert "there is no answer yet" in rejected(name, begun)
