"""From a number of a result back to the numbers it was made of."""

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.debug import Blame

x, w = T.dmatrix("x"), T.dmatrix("w")
X = np.array([[1.0, 2.0], [3.0, -4.0], [5.0, 6.0]])
W = np.array([[1.0, 0.5], [2.0, 0.25]])


def names(blame: Blame) -> list[tuple[str, tuple[int, ...]]]:
    return [
        (link.variable.owner.op.title if link.variable.owner else "leaf", link.index)
        for link in blame.chain
    ]


def test_a_chain_leads_through_products_and_sums_to_the_largest_input():
    f = tg.function([x, w], T.tanh(T.dot(x, w)).sum(axis=1))
    blame = Blame(f, X, W, at=1)
    titles = ["Sum", "tanh", "Dot", "leaf"]
    assert [title for title, _ in names(blame)] == titles
    assert (blame.start.variable, blame.start.index, blame.start.value) == (
        x,
        (1, 1),
        -4,
    )


def test_without_an_index_the_first_number_that_is_not_finite_is_followed():
    f = tg.function([x], T.log(x) + 1)
    blame = Blame(f, X)
    assert blame.chain[0].index == (1, 1)
    assert blame.start.value == -4


def test_a_negative_index_counts_from_the_end():
    f = tg.function([x], x * 2)
    assert Blame(f, X, at=(-1, -1)).start.index == (2, 1)


def test_what_has_to_do_with_a_number_is_told_element_by_element():
    f = tg.function([x, w], T.dot(x, w))
    blame = Blame(f, X, W, at=(2, 1))
    np.testing.assert_array_equal(blame.reaches(x), [[0, 0], [0, 0], [1, 1]])
    np.testing.assert_array_equal(blame.reaches(w), [[0, 1], [0, 1]])


def test_a_loop_is_followed_from_turn_to_turn():
    rows, _ = tg.scan(lambda e, h: h * 2 + e, sequences=x, outputs_info=T.zeros((2,)))
    f = tg.function([x], rows)
    blame = Blame(f, X, at=(1, 0))
    np.testing.assert_array_equal(blame.reaches(x), [[1, 0], [1, 0], [0, 0]])
    assert "in turn 1 of the loop" in str(blame)


def test_the_words_name_expressions_places_and_what_they_are_made_of():
    f = tg.function([x, w], T.dot(x, w) * 3)
    first, second, third = str(Blame(f, X, W, at=(0, 0))).splitlines()
    assert first.startswith("(T.dot(x, w) * 3)[0, 0] is 15, made of T.dot(x, w)[0, 0]")
    assert second.startswith(
        "because T.dot(x, w)[0, 0] is 5, made of x[0, :] and w[:, 0]  (test_blame.py:"
    )
    assert third.startswith("because x[0, 1] is 2, an input")
    assert Blame(f, X, W)._repr_html_().startswith("<ol><li><code>")


def test_another_output_is_chosen_by_position_or_variable():
    total = x.sum()
    f = tg.function([x], [x + 1, total])
    assert Blame(f, X, output=1).chain[0].variable is total
    assert Blame(f, X, output=total).chain[0].index == ()


def test_a_shared_variable_may_be_the_end():
    b = tg.shared(np.array([100.0, 1.0]), name="b")
    f = tg.function([x], x + b)
    blame = Blame(f, X, at=(0, 0))
    assert blame.start.variable is b
    assert "a shared variable" in str(blame.start)


def test_constants_are_passed_by():
    f = tg.function([x], x * 1000.0)
    assert Blame(f, X, at=(0, 0)).start.variable is x


def test_the_call_is_bound_as_any_call():
    with pytest.raises(TypeError):
        Blame(tg.function([x], x + 1))
