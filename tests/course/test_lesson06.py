"""Lesson 6: right answers are accepted, wrong ones turned down with words."""

import pytest
from lessons import rejected

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.course import Right, check

# The lost program


def test_a_root_of_the_sum_of_distances_is_accepted():
    m, v = T.dmatrix("m"), T.dvector("v")
    assert isinstance(check("L06.E1", T.sqrt(T.sum(abs(v - m), axis=-1))), Right)


def test_a_sum_over_the_rows_differs():
    m, v = T.dmatrix("m"), T.dvector("v")
    said = rejected("L06.E1", T.sqrt(abs(m - v).sum(axis=0)))
    assert "a sum over r, the columns" in said


def test_a_root_in_the_loop_differs():
    m, v = T.dmatrix("m"), T.dvector("v")
    said = rejected("L06.E1", T.sqrt(abs(m - v)).sum(axis=1))
    assert "what is done to it after that loop?" in said


def test_a_matrix_has_an_index_too_many():
    m, v = T.dmatrix("m"), T.dvector("v")
    assert "one number for each row" in rejected("L06.E1", T.sqrt(abs(m - v)))


# What goes through memory


def test_counts_in_a_list_are_accepted():
    assert isinstance(check("L06.E2", [5, 4, 2, 1]), Right)


def test_a_product_with_itself_reads_once():
    assert "came: 7 reads apart" in rejected("L06.E2", (7, 4, 2, 1))


def test_a_fused_loop_reads_each_input_once():
    assert "came: 4 reads fused" in rejected("L06.E2", (5, 4, 4, 1))


def test_two_numbers_are_too_few():
    assert "the answer is not 4 numbers" in rejected("L06.E2", (9, 3))


# Nothing in between


def test_the_variance_by_its_own_name_is_accepted():
    m = T.dmatrix("m")
    assert isinstance(check("L06.E3", tg.function([m], m.var(axis=1))), Right)


def test_a_product_of_matrices_stands_alone():
    m = T.dmatrix("m")
    width = m.shape[1]
    mean = T.dot(m, T.ones(width)) / width
    f = tg.function([m], (m**2).mean(axis=1) - mean**2)
    said = rejected("L06.E3", f)
    assert "more than one kernel" in said


def test_loops_that_were_kept_apart_are_counted():
    m = T.dmatrix("m")
    mode = tg.Mode().excluding("fuse")
    f = tg.function([m], (m**2).mean(axis=1) - m.mean(axis=1) ** 2, mode=mode)
    assert ", then " in rejected("L06.E3", f)


def test_a_deviation_is_no_variance():
    m = T.dmatrix("m")
    said = rejected("L06.E3", tg.function([m], m.std(axis=1)))
    assert "the values differ" in said


# The same text


def test_the_sigmoid_of_t_is_accepted():
    x = T.dvector("x")
    assert isinstance(check("L06.E4", tg.function([x], T.sigmoid(x))), Right)


def test_the_formula_itself_has_too_many_operations():
    x = T.dvector("x")
    f = tg.function([x], T.exp(x) / (T.exp(x) + 1))
    assert "a single operation" in rejected("L06.E4", f)


def test_another_operation_has_other_values():
    x = T.dvector("x")
    assert "the values differ" in rejected("L06.E4", tg.function([x], T.tanh(x)))


def test_another_mode_gives_another_text():
    x = T.dvector("x")
    f = tg.function([x], T.sigmoid(x), mode="FAST_COMPILE")
    assert "the source is another" in rejected("L06.E4", f)


# All of them


@pytest.mark.parametrize("name", ["L06.E1", "L06.E2", "L06.E3", "L06.E4"])
def test_an_exercise_begins_red(name: str):
    assert "there is no answer yet" in rejected(name, ...)
