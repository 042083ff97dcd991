"""Lesson 5: right answers are accepted, wrong ones turned down with words."""

import numpy as np
import pytest
from lessons import rejected

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.course import Right, check

# The polynomial


def test_a_polynomial_by_scan_and_its_last_turn_is_accepted():
    c, x = T.dvector("c"), T.dscalar("x")
    sums, _ = tg.scan(lambda e, s: e + x * s, sequences=c, outputs_info=0.0)
    assert isinstance(check("L05.E1", sums[-1]), Right)


def test_a_polynomial_from_the_wrong_end_differs():
    c, x = T.dvector("c"), T.dscalar("x")
    polynomial, _ = tg.reduce(lambda e, s: e + x * s, c, 0.0, go_backwards=True)
    assert "highest coefficient first" in rejected("L05.E1", polynomial)


def test_a_polynomial_without_a_loop_is_turned_down():
    c, x = T.dvector("c"), T.dscalar("x")
    powers = x ** T.arange(c.shape[0])[::-1]
    assert "there is no loop in the graph" in rejected("L05.E1", (c * powers).sum())


def test_all_turns_are_not_one_number():
    c, x = T.dvector("c"), T.dscalar("x")
    sums, _ = tg.scan(lambda e, s: e + x * s, sequences=c, outputs_info=0.0)
    assert "expected: float64[]" in rejected("L05.E1", sums)


# E2: the highest so far


def test_a_maximum_that_begins_with_the_first_element_is_accepted():
    v = T.dvector("v")
    highest, _ = tg.scan(
        lambda e, h: T.switch(e > h, e, h), sequences=v, outputs_info=v[0]
    )
    assert isinstance(check("L05.E2", highest), Right)


def test_a_maximum_that_begins_with_zero_differs_below_zero():
    v = T.dvector("v")
    highest, _ = tg.scan(T.maximum, sequences=v, outputs_info=0.0)
    assert "before the first turn" in rejected("L05.E2", highest)


def test_a_running_sum_is_no_maximum():
    v = T.dvector("v")
    sums, _ = tg.scan(T.add, sequences=v, outputs_info=0.0)
    assert "the values differ" in rejected("L05.E2", sums)


# E3: half forgotten


def test_a_rate_from_numpy_is_accepted():
    assert isinstance(check("L05.E3", np.exp(np.log(0.5) / 10)), Right)


def test_a_rate_of_one_half_forgets_too_much():
    said = rejected("L05.E3", 0.5)
    assert "falls to 0.0009766" in said


def test_a_rate_above_one_does_not_forget():
    assert "not to one half" in rejected("L05.E3", 2)


def test_a_symbolic_rate_is_no_number():
    assert "the answer is not a number" in rejected("L05.E3", T.dscalar("a"))


# E4: until it is one


def collatz(ends):
    n = T.lscalar("n")

    def turn(k):
        after = T.switch(T.eq(k % 2, 0), k // 2, 3 * k + 1)
        return after, tg.until(ends(after))

    numbers, _ = tg.scan(turn, outputs_info=n, n_steps=1000)
    return numbers


def test_a_count_of_turns_is_accepted():
    count = collatz(lambda k: k <= 1).shape[0]
    assert isinstance(check("L05.E4", count), Right)


def test_a_loop_that_ends_at_two_is_too_short():
    count = collatz(lambda k: T.eq(k, 2)).shape[0]
    assert "the values differ" in rejected("L05.E4", count)


def test_the_numbers_themselves_are_no_count():
    said = rejected("L05.E4", collatz(lambda k: T.eq(k, 1)))
    assert "expected: int64[]" in said


def test_a_formula_is_no_loop():
    n = T.lscalar("n")
    assert "there is no loop" in rejected("L05.E4", n // 2)


# All of them


@pytest.mark.parametrize("name", ["L05.E1", "L05.E2", "L05.E3", "L05.E4"])
def test_an_exercise_begins_red(name: str):
    assert "there is no answer yet" in rejected(name, ...)
