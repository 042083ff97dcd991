"""Lesson 3: right answers are accepted, wrong ones turned down with words."""

import pytest
from lessons import rejected

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.course import Right, check

# E1: every pair


def test_a_row_and_a_column_in_either_order_are_accepted():
    x = T.dvector("x")
    assert isinstance(check("L03.E1", abs(x[None, :] - x[:, None])), Right)


def test_a_difference_of_a_vector_with_itself_is_no_table():
    x = T.dvector("x")
    said = rejected("L03.E1", abs(x - x[::-1]))
    assert "expected: float64[?, ?]" in said


def test_a_table_of_differences_has_signs():
    x = T.dvector("x")
    assert "|x_i - x_j|" in rejected("L03.E1", x[:, None] - x)


def test_a_loop_is_not_needed_for_a_table():
    x = T.dvector("x")
    table, _ = tg.map(lambda e: abs(e - x), x)
    assert "the graph has scan in it" in rejected("L03.E1", table)


# E2: row by row


def test_rows_by_dimshuffle_are_accepted():
    m = T.dmatrix("m")
    mean, std = (f(axis=1).dimshuffle(0, "x") for f in (m.mean, m.std))
    assert isinstance(check("L03.E2", (m - mean) / std), Right)


def test_columns_instead_of_rows_differ():
    m = T.dmatrix("m")
    equal = (m - m.mean(axis=0)) / m.std(axis=0)
    assert "one mean for each row" in rejected("L03.E2", equal)


def test_one_mean_for_all_differs():
    m = T.dmatrix("m")
    assert "the values differ" in rejected("L03.E2", (m - m.mean()) / m.std())


# E3: a column meets a vector


def test_a_loss_of_flattened_predictions_is_accepted():
    def loss(prediction, target):
        return T.sqr(prediction.flatten() - target).mean()

    assert isinstance(check("L03.E3", loss), Right)


def test_a_loss_over_a_table_differs():
    said = rejected("L03.E3", lambda p, t: ((p - t) ** 2).mean())
    assert "n x n" in said


def test_a_loss_for_each_sample_is_not_one_number():
    said = rejected("L03.E3", lambda p, t: (p[:, 0] - t) ** 2)
    assert "expected: float64[]" in said


def test_a_loss_of_the_predictions_alone_misses_the_targets():
    assert "expected: prediction, target" in rejected("L03.E3", lambda p, t: p.sum())


# E4: while you write


def test_lengths_that_are_declared_are_accepted():
    def network():
        images = T.dmatrix("images", shape=(None, 784))
        first = T.dmatrix("first", shape=(784, 100))
        second = T.dmatrix("second", shape=(110, 10))
        return T.dot(T.tanh(T.dot(images, first)), second)  # here

    assert isinstance(check("L03.E4", network), Right)


def test_a_program_that_declares_nothing_ends_without_an_error():
    def network():
        images, first, second = T.dmatrices("images", "first", "second")
        return T.dot(T.tanh(T.dot(images, first)), second)  # here

    said = rejected("L03.E4", network)
    assert "the program ends without an error" in said
    assert "declare what the comments say" in said


def test_the_line_of_a_declaration_is_not_to_blame():
    def network():
        hidden = T.dmatrix("hidden", shape=(None, 100))
        second = T.dmatrix("second", shape=(110, 10))  # here
        return T.dot(hidden, second)

    assert "does not blame line" in rejected("L03.E4", network)


def test_a_program_that_calls_is_too_late():
    def network():
        hidden, second = T.dmatrices("hidden", "second")
        f = tg.function([hidden, second], T.dot(hidden, second))  # here
        return f([[1.0]], [[1.0], [2.0]])

    assert "while the graph is written" in rejected("L03.E4", network)


# All of them


@pytest.mark.parametrize("name", ["L03.E1", "L03.E2", "L03.E3", "L03.E4"])
def test_an_exercise_begins_red(name: str):
    begun = (lambda prediction, target: ...) if name == "L03.E3" else ...
    assert "there is no answer yet" in rejected(name, begun)
