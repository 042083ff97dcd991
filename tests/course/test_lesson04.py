"""Lesson 4: right answers are accepted, wrong ones turned down with words."""

from collections.abc import Iterator

import pytest
from lessons import rejected

import teachgraph.tensor as T
from teachgraph.course import Right, check
from teachgraph.rewrite.rule import RULES, Decline, forget, rewrites, rule


@pytest.fixture(autouse=True)
def _rules_are_taken_back() -> Iterator[None]:
    known = {r.name for r in RULES}
    yield
    forget(*({r.name for r in RULES} - known))


# What is rescued


def test_the_logarithm_of_a_sum_of_exponentials_is_rescued():
    assert isinstance(check("L04.E1", T.log(T.exp(T.dvector("x")).sum())), Right)


def test_the_logarithm_of_an_exponential_is_rescued():
    assert isinstance(check("L04.E1", T.log(T.exp(T.dvector("x")))), Right)


def test_what_goes_well_needs_no_rescue():
    said = rejected("L04.E1", T.exp(-T.dvector("x")))
    assert "it goes well as it is written" in said


def test_what_overflows_after_compiling_is_not_rescued():
    said = rejected("L04.E1", T.exp(T.dvector("x")) + 1)
    assert "compiling does not help" in said
    assert "came: [inf]" in said


def test_an_overflow_without_an_exponential_is_another_exercise():
    assert "no exponential" in rejected("L04.E1", T.dvector("x") ** 200)


# E2: an equation


def test_sign_times_magnitude_in_any_order_is_accepted():
    @rule("canonicalize")
    def number_from_parts(x):
        """Nothing is to be computed."""
        return abs(x) * T.sgn(x), x

    assert isinstance(check("L04.E2", number_from_parts), Right)


def test_the_magnitude_alone_is_another_value():
    @rule("canonicalize")
    def lost_its_sign(x):
        """It loses the sign."""
        return T.sgn(x) * abs(x), abs(x)

    assert "the values differ" in rejected("L04.E2", lost_its_sign)


def test_a_right_side_that_computes_is_not_what_is_meant():
    @rule("canonicalize")
    def turned_twice(x):
        """Two operations for two."""
        return T.sgn(x) * abs(x), 1 / (1 / x)

    assert "the right side computes something" in rejected("L04.E2", turned_twice)


def test_a_rule_for_something_else_does_not_apply():
    @rule("canonicalize")
    def something_else(x):
        """It is about sums."""
        return T.sgn(x) + abs(x), x

    assert "its left side does not fit" in rejected("L04.E2", something_else)


def test_an_expression_is_no_rule():
    x = T.dvector("x")
    assert "the answer is not a rule" in rejected("L04.E2", T.sgn(x) * abs(x))


# E3: the border


def test_two_negative_numbers_are_a_counterexample():
    assert "nan on the left" in str(check("L04.E3", (-2, -0.5)))


def test_positive_numbers_are_no_counterexample():
    assert "both sides are equal" in rejected("L04.E3", (4.0, 9.0))


def test_one_negative_number_is_no_counterexample():
    assert "nan on both sides" in rejected("L04.E3", (-4.0, 9.0))


def test_words_are_no_pair_of_numbers():
    assert "the answer is not 2 numbers" in rejected("L04.E3", ("x", "y"))


# E4: ask first


def of_roots(make):
    return rewrites(
        lambda x, y: T.sqrt(x) * T.sqrt(y), phase="canonicalize", gives="one root"
    )(make)


def made_by_exp(x):
    return x.owner is not None and x.owner.op.title == "exp"


def test_a_rule_that_asks_is_accepted():
    def roots_of_exps(x, y):
        """One root is enough."""
        both = made_by_exp(x) and made_by_exp(y)
        return T.sqrt(x * y) if both else Decline("not both are exponentials")

    assert isinstance(check("L04.E4", of_roots(roots_of_exps)), Right)


def test_a_rule_that_does_not_ask_is_turned_down():
    def roots_of_anything(x, y):
        """One root is enough."""
        return T.sqrt(x * y)

    said = rejected("L04.E4", of_roots(roots_of_anything))
    assert "the rule does not ask" in said
    assert "sqrt(x) * sqrt(x + 1)" in said


def test_a_rule_that_asks_for_one_of_them_is_turned_down():
    def roots_of_one_exp(x, y):
        """One root is enough."""
        return T.sqrt(x * y) if made_by_exp(x) else Decline("x is no exponential")

    assert "the rule does not ask" in rejected("L04.E4", of_roots(roots_of_one_exp))


def test_a_rule_without_a_reason_to_decline_is_turned_down():
    def roots_in_silence(x, y):
        """One root is enough."""
        both = made_by_exp(x) and made_by_exp(y)
        return T.sqrt(x * y) if both else Decline("")

    assert "without a reason" in rejected("L04.E4", of_roots(roots_in_silence))


# All of them


@pytest.mark.parametrize("name", ["L04.E1", "L04.E2", "L04.E3", "L04.E4"])
def test_an_exercise_begins_red(name: str):
    assert "there is no answer yet" in rejected(name, ...)
