"""Lesson 1: right answers are accepted, wrong ones turned down with words."""

from collections.abc import Callable

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.course import Right, Wrong, check


def rejected(name: str, answer: object) -> str:
    """What is said to a wrong answer."""
    with pytest.raises(Wrong) as caught:
        check(name, answer)
    return str(caught.value)


# E1: the energy of a ball


def test_energy_is_accepted_however_it_is_written():
    m, v, g, h = T.dscalars("m", "v", "g", "h")
    assert isinstance(check("L01.E1", m * (0.5 * v * v + g * h)), Right)


def test_energy_on_earth_only_is_not_accepted():
    m, v, g, h = T.dscalars("m", "v", "g", "h")
    said = rejected("L01.E1", m * v**2 / 2 + m * 9.81 * h + 0 * g)
    assert "there is a number in the answer" in said
    assert "came: 9.81" in said
    assert "moon" in said


def test_energy_without_its_half_is_not_accepted():
    m, v, g, h = T.dscalars("m", "v", "g", "h")
    said = rejected("L01.E1", m * v**2 + m * g * h)
    assert "m = 1.0, v = 2.0" in said
    assert "expected: 2.0" in said
    assert "came: 4.0" in said


def test_energy_with_a_missing_unknown_names_the_ones_there_are():
    m, v = T.dscalars("m", "v")
    said = rejected("L01.E1", m * v**2 / 2)
    assert "expected: g, h, m, v" in said
    assert "came: m, v" in said


def test_energy_of_many_balls_has_another_type():
    m, v, g, h = T.dvectors("m", "v", "g", "h")
    said = rejected("L01.E1", m * v**2 / 2 + m * g * h)
    assert "expected: float64[]" in said
    assert "came: float64[?]" in said


# E2: zero without a number


def compiled(expression: Callable[[tg.tensor.Variable], tg.tensor.Variable]):
    x = T.dvector("x")
    return tg.function([x], expression(x))


def test_a_zero_that_the_rules_find_is_accepted():
    f = compiled(lambda x: (x**2 - x**2) * T.exp(x))
    assert "none of it is left" in str(check("L01.E2", f))


def test_zeros_that_nobody_has_to_find_are_not_accepted():
    said = rejected("L01.E2", compiled(T.zeros_like))
    assert "4 operations or more" in said


def test_a_function_that_is_not_zero_is_not_accepted():
    said = rejected("L01.E2", compiled(lambda x: (x**2 - x**3) * T.exp(x)))
    assert "the values differ" in said
    assert "on paper" in said


def test_a_zero_that_no_rule_finds_is_not_accepted():
    said = rejected("L01.E2", compiled(lambda x: (x - 3) + (3 - x) + (x - x)))
    assert "no rule says so" in said


def test_an_expression_is_no_function():
    x = T.dvector("x")
    said = rejected("L01.E2", x**2 - x**2)
    assert "tg.function([x], expression)" in said


# E3: one exp


def test_one_exp_that_is_used_often_is_accepted():
    x = T.dvector("x")
    e = T.exp(2 * x)
    assert isinstance(check("L01.E3", (e - 1) / (e + 1)), Right)


def test_four_exps_are_counted_and_the_line_is_shown():
    x = T.dvector("x")
    said = rejected("L01.E3", (T.exp(x) - T.exp(-x)) / (T.exp(x) + T.exp(-x)))
    assert "expected: 1 exp" in said
    assert "came: 4 exp" in said
    assert "T.exp(-x)" in said


def test_tanh_itself_is_not_accepted():
    said = rejected("L01.E3", T.tanh(T.dvector("x")))
    assert "the graph has tanh in it" in said


def test_another_function_with_one_exp_is_not_accepted():
    x = T.dvector("x")
    e = T.exp(x)
    said = rejected("L01.E3", (e - 1) / (e + 1))
    assert "the values differ for x = " in said


# E4: the line that is blamed


def test_the_line_of_the_operation_is_the_one_to_mark():
    def launch():
        start, speed, time = T.dvectors("start", "speed", "time")
        travelled = speed * time  # here
        position = start + travelled
        where = tg.function([start, speed, time], position)
        return where([0, 0, 0], [1, 2, 3], [10, 20])

    assert isinstance(check("L01.E4", launch), Right)


def test_the_line_of_the_call_is_not_to_blame():
    def launch():
        start, speed, time = T.dvectors("start", "speed", "time")
        travelled = speed * time
        position = start + travelled
        where = tg.function([start, speed, time], position)
        return where([0, 0, 0], [1, 2, 3], [10, 20])  # here

    said = rejected("L01.E4", launch)
    assert "teachgraph does not blame line" in said
    assert "where was it written?" in said


def test_a_program_that_was_repaired_ends_without_an_error():
    def launch():
        start, speed, time = T.dvectors("start", "speed", "time")
        travelled = speed * time  # here
        where = tg.function([start, speed, time], start + travelled)
        return where([0, 0, 0], [1, 2, 3], [10, 20, 30])

    assert "the program ends without an error" in rejected("L01.E4", launch)


def test_a_program_without_a_mark_is_not_run():
    def launch():
        raise RuntimeError("it was run")

    assert "came: 0 such lines" in rejected("L01.E4", launch)


def test_a_program_with_another_error_says_which():
    def launch():
        x, y = T.dvectors("x", "y")
        return tg.function([x], x + y)  # here

    said = rejected("L01.E4", launch)
    assert "missing-input" in said


# All of them


@pytest.mark.parametrize("name", ["L01.E1", "L01.E2", "L01.E3", "L01.E4"])
def test_an_exercise_begins_red(name: str):
    assert "there is no answer yet" in rejected(name, ...)


@pytest.mark.parametrize("name", ["L01.E1", "L01.E2", "L01.E3", "L01.E4"])
def test_a_value_is_never_the_answer(name: str):
    assert "came: a value, [1" in rejected(name, np.array([1.0, 2.0]))
