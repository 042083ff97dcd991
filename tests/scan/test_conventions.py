"""What `scan` gives its function, what it takes back, and how many turns it takes."""

import math

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.core.config import config
from teachgraph.core.graph import Variable, applies
from teachgraph.ops.scan import Scan

BOTH = pytest.mark.parametrize("mode", ["FAST_COMPILE", "FAST_RUN"])


def value(outputs, **given):
    """The values of expressions whose inputs are called as in `given`."""
    listed = outputs if isinstance(outputs, list) else [outputs]
    names = {}
    for node in applies(listed):
        names.update({v.name: v for v in node.inputs if v.owner is None})
    f = tg.function([names[n] for n in given], outputs, mode="FAST_COMPILE")
    return f(*given.values())


def loop_of(v: Variable) -> Scan:
    """The op of the loop that an output comes from."""
    (found,) = [n.op for n in applies([v]) if isinstance(n.op, Scan)]
    return found


@BOTH
def test_a_recurrence_is_what_a_python_loop_gives(mode: str, rng: np.random.Generator):
    x, w, h = T.dmatrix("x"), T.dmatrix("w"), T.dvector("h")
    states, updates = tg.scan(lambda e, h: T.tanh(T.dot(h, w) + e), x, h)
    f = tg.function([x, w, h], states, mode=mode)
    a, b, state = rng.normal(size=(5, 3)), rng.normal(size=(3, 3)), np.ones(3)
    expected = [state := np.tanh(state @ b + row) for row in a]
    assert np.allclose(f(a, b, np.ones(3)), expected)
    assert not updates


def test_arguments_come_as_sequences_then_past_values_then_the_others():
    one, two, three = T.dvector("one"), T.dvector("two"), T.dvector("three")
    first, last, w, b = T.dvector("first"), T.dscalar("last"), T.dscalar("w"), 2.0
    names: list[str | None] = []

    def step(*given: Variable):
        names.extend(v.name for v in given)
        return [given[6], given[0], given[8]]

    tg.scan(
        step,
        [{"input": one, "taps": [-3, 2, -1]}, two, {"input": three, "taps": 3}],
        [{"initial": first, "taps": [-3, -5]}, None, last],
        [w, b],
        n_steps=2,
    )
    assert names[:5] == ["one[t-3]", "one[t+2]", "one[t-1]", "two[t]", "three[t+3]"]
    assert names[5:] == ["first[t-3]", "first[t-5]", "last[t-1]", "w", None]


def test_taps_of_a_sequence_read_ahead_and_behind():
    x = T.dvector("x")
    sums, _ = tg.scan(lambda a, b: b - a, {"input": x, "taps": [-1, 2]})
    assert value(sums, x=np.array([1.0, 2, 4, 8, 16])).tolist() == [7, 14]


def test_a_tap_that_skips_the_present_leaves_its_place():
    x, y = T.dvector("x"), T.dvector("y")
    late, _ = tg.scan(lambda a, b: 10 * a + b, [{"input": x, "taps": [-2]}, y])
    given = {"x": np.arange(5.0), "y": np.arange(9.0)}
    assert value(late, **given).tolist() == [0, 11, 22]


def test_taps_of_an_output_read_further_back():
    first = T.dvector("first")
    fibonacci, _ = tg.scan(
        lambda a, b: a + b, outputs_info={"initial": first, "taps": [-2, -1]}, n_steps=6
    )
    assert value(fibonacci, first=np.array([0.0, 1])).tolist() == [1, 2, 3, 5, 8, 13]


def test_rows_of_an_initial_value_beyond_the_furthest_tap_are_left_out():
    first = T.dvector("first")
    same, _ = tg.scan(
        lambda a: a, outputs_info={"initial": first, "taps": [-2]}, n_steps=3
    )
    assert value(same, first=np.array([5.0, 6, 7, 8])).tolist() == [5, 6, 5]


def test_going_backwards_starts_at_the_end():
    x = T.dvector("x")
    walked, _ = tg.scan(
        lambda a, b: [a, b], {"input": x, "taps": [0, 1]}, go_backwards=True
    )
    a, b = value(walked, x=np.arange(4.0))
    assert a.tolist() == [2, 1, 0]
    assert b.tolist() == [3, 2, 1]


def test_n_steps_cuts_sequences_from_where_the_loop_begins():
    x = T.dvector("x")
    for backwards, expected in ((False, [0, 1]), (True, [4, 3])):
        some, _ = tg.scan(lambda e: e, x, n_steps=2, go_backwards=backwards)
        assert value(some, x=np.arange(5.0)).tolist() == expected


@pytest.mark.parametrize("n", [3, 3.0, np.int64(3), np.array(3), T.constant(3)])
def test_n_steps_may_be_any_whole_number(n: object):
    powers, _ = tg.scan(lambda p: p * 2, outputs_info=1.0, n_steps=n)
    assert value(powers).tolist() == [2, 4, 8]


@BOTH
def test_n_steps_may_be_a_variable_and_zero(mode: str):
    n = T.iscalar("n")
    powers, _ = tg.scan(lambda p: p * 2, outputs_info=1.0, n_steps=n)
    f = tg.function([n], powers, mode=mode)
    assert f(3).tolist() == [2, 4, 8]
    assert f(0).shape == (0,)


def test_n_steps_that_is_not_a_number_means_all():
    x = T.dvector("x")
    for n in (math.nan, math.inf):
        assert value(tg.scan(lambda e: e, x, n_steps=n)[0], x=np.ones(3)).shape == (3,)


def test_one_turn_gives_an_axis_that_does_not_stretch():
    x = T.dmatrix("x")
    out, _ = tg.scan(lambda e: e * 2, x, n_steps=1)
    assert out.broadcastable == (False, False)
    assert value(out, x=np.ones((3, 2))).shape == (1, 2)


def test_the_shortest_sequence_ends_the_loop():
    x, y = T.dvector("x"), T.dvector("y")
    sums, _ = tg.scan(lambda a, b: a + b, [x, y])
    assert value(sums, x=np.arange(3.0), y=np.arange(9.0)).tolist() == [0, 2, 4]
    assert value(sums, x=np.arange(9.0), y=np.arange(2.0)).tolist() == [0, 2]


def test_sequences_made_of_one_another_are_not_cut():
    x, w = T.dmatrix("x"), T.dmatrix("w")
    twice, turned = T.dot(x * 2, w), x[::-1]
    places = T.arange(x.shape[0])
    out, _ = tg.scan(
        lambda a, b, c, d: a.sum() + b.sum() + c + d.sum(), [x, twice, places, turned]
    )
    n, *sequences = out.owner.inputs
    assert n.owner.inputs == (x,)
    assert sequences[:4] == [x, twice, places, turned]


def test_the_turn_in_which_until_holds_is_the_last():
    powers, _ = tg.scan(
        lambda p: (p * 2, tg.until(p * 2 > 45)), outputs_info=1.0, n_steps=1024
    )
    assert value(powers).tolist() == [2, 4, 8, 16, 32, 64]


@BOTH
def test_until_need_not_hold_ever(mode: str):
    x = T.dvector("x")
    sums, _ = tg.scan(lambda e, s: (s + e, tg.until(s > 100)), x, 0.0)
    assert tg.function([x], sums, mode=mode)(np.ones(3)).tolist() == [1, 2, 3]


def test_outputs_are_alone_in_a_list_or_none_as_many_as_they_are():
    x, s = T.dvector("x"), tg.shared(0.0, "s")
    assert isinstance(tg.scan(lambda e: e, x)[0], Variable)
    assert isinstance(tg.scan(lambda e: e, x, return_list=True)[0], list)
    assert len(tg.scan(lambda e: [e, e], x)[0]) == 2
    assert tg.scan(lambda e: {s: s + e}, x)[0] is None


def test_what_a_function_returns_comes_in_any_sensible_form():
    x, s, stop = T.dvector("x"), tg.shared(0.0, "s"), T.dscalar("stop")
    forms = (
        lambda e: ([e], {s: s + e}),
        lambda e: ({s: s + e}, [e]),
        lambda e: (e, [(s, s + e)]),
        lambda e: ([e], {s: s + e}, tg.until(e > stop)),
        lambda e: (e, {s: s + e}, tg.until(e > stop)),
    )
    for step in forms:
        out, updates = tg.scan(step, x)
        assert isinstance(out, Variable)
        assert list(updates) == [s]
    assert tg.scan(lambda e: ((e, e), []), x)[1] == {}


def test_other_variables_become_constants_of_the_loop():
    x, w, b = T.dvector("x"), T.dmatrix("w"), T.dvector("b")
    out, _ = tg.scan(lambda e: T.dot(e * b, T.dot(w, w).T), x)
    op = loop_of(out)
    assert [v.type.ndim for v in op.inner_inputs().constants] == [1, 2]
    assert [str(n.op) for n in op.graph.applies()][-1] == "Dot"
    a, c, d = np.arange(2.0), np.arange(4.0).reshape(2, 2), np.ones(2)
    expected = [(e * d) @ (c @ c).T for e in a]
    assert np.allclose(value(out, x=a, w=c, b=d), expected)


def test_a_listed_expression_stays_outside_with_all_it_is_made_of():
    x, w = T.dvector("x"), T.dscalar("w")
    square = w**2
    out, _ = tg.scan(lambda e, s: e * s, x, non_sequences=square)
    assert out.owner.inputs[2] is square


def test_gradients_inside_see_what_the_function_gets():
    x, w = T.dvector("x"), T.dmatrix("w")
    y = T.tanh(T.dot(x, w))
    rows, _ = tg.scan(
        lambda i, y, x: T.grad(y[i], x), T.arange(y.shape[0]), non_sequences=[y, x]
    )
    a, b = np.array([0.3, -0.2]), np.arange(6.0).reshape(2, 3) / 7
    assert np.allclose(value(rows, x=a, w=b), ((1 - np.tanh(a @ b) ** 2) * b).T)


def test_loops_stand_inside_of_loops():
    x, w = T.dmatrix("x"), T.dscalar("w")

    def row(r: Variable, total: Variable):
        sums, _ = tg.scan(lambda e, s: s * w + e, r, total)
        return sums[-1]

    out, _ = tg.scan(row, x, 0.0)
    a, total, expected = np.arange(6.0).reshape(3, 2), 0.0, []
    for r in a:
        for e in r:
            total = total * 0.5 + e
        expected.append(total)
    assert np.allclose(value(out, x=a, w=0.5), expected)


def test_arrays_and_numbers_are_taken_as_they_are():
    out, _ = tg.scan(
        lambda e, s, w: s + e * w, np.arange(3.0), np.float64(1), [np.array(2.0)]
    )
    assert value(out).tolist() == [1, 3, 7]


def test_a_whole_number_before_the_first_turn_takes_the_dtype_of_a_turn():
    x = T.fvector("x")
    for first in (0, T.constant(0), np.zeros((), "int8")):
        sums, _ = tg.scan(lambda e, s: s + e, x, first)
        assert sums.dtype == "float32"


def test_a_number_before_the_first_turn_is_of_the_usual_float():
    x = T.dvector("x")
    for first in (0.0, T.constant(0.0)):
        assert tg.scan(lambda e, s: s + e, x, first)[0].dtype == "float64"
    with config.change_flags(floatX="float32"):
        assert tg.scan(lambda e, s: s + e, T.fvector(), 0.0)[0].dtype == "float32"


def test_what_a_turn_gives_takes_the_wider_dtype_of_the_state():
    x = T.fvector("x")
    sums, _ = tg.scan(lambda e, s: e, x, np.zeros(()))
    assert sums.dtype == "float64"


def test_an_axis_of_length_one_before_the_first_turn_is_let_free():
    x = T.dtensor3("x")
    sums, _ = tg.scan(lambda e, s: s + e, x, T.zeros((1, 2)))
    assert sums.broadcastable == (False, False, False)
    assert value(sums, x=np.ones((3, 1, 2)))[-1].tolist() == [[3, 3]]


def test_the_settings_of_theano_that_mean_nothing_here_are_taken():
    x = T.dvector("x")
    out, _ = tg.scan(lambda e: e, x, mode="FAST_RUN", profile=True, allow_gc=False)
    assert value(out, x=np.ones(2)).tolist() == [1, 1]


def test_the_name_of_a_loop_is_printed():
    out, _ = tg.scan(lambda e: e, T.dvector("x"), name="walk")
    assert str(loop_of(out)) == "scan walk"


def test_a_turn_has_a_test_value_from_turn_zero():
    x, h = T.dmatrix("x"), T.dvector("h")
    x.tag.test_value, h.tag.test_value = np.ones((3, 2)), np.ones(2)
    seen = []

    def step(e: Variable, s: Variable):
        out = e + s
        seen.append(out.tag.test_value)
        return out

    with config.change_flags(compute_test_value="raise"):
        out, _ = tg.scan(step, x, h)
    assert seen[0].tolist() == [2, 2]
    assert out.tag.test_value.shape == (3, 2)


def test_keys_of_a_state_that_say_where_to_compute_change_nothing():
    x = T.dvector("x")
    state = {"initial": T.constant(0.0), "taps": [-1], "inplace": 1}
    total, _ = tg.scan(lambda v, before: v + before, x, {**state, "return_steps": None})
    assert total.eval({x: [1.0, 2.0, 3.0]}).tolist() == [1, 3, 6]
