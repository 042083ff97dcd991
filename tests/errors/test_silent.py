"""Warnings of silent mistakes: what they hold, and the right programs they pass over.

Warnings are errors in tests, so a program that runs here was given none.
"""

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.core.config import config
from teachgraph.errors.pages import explain
from teachgraph.errors.silent import IdentityWarning, SilentMistake


def test_a_warning_holds_its_report():
    x = T.lscalar("x")
    with pytest.warns(IdentityWarning) as caught:
        weight = 2.0 if x == 3 else 1.0
    assert weight == 1.0
    warning = caught[0].message
    assert isinstance(warning, SilentMistake)
    assert warning.report is not None
    assert "T.eq(x, 3)" in str(explain(warning, verbosity="low"))


def test_a_warning_says_what_to_do_at_low_verbosity_too():
    x = T.lscalar("x")
    with (
        config.change_flags(exception_verbosity="low"),
        pytest.warns(IdentityWarning, match="note: == asks for identity"),
    ):
        weight = 2.0 if x == 3 else 1.0
    assert weight == 1.0


def test_variables_are_looked_for_in_lists_and_dicts():
    x, y, z = T.dscalars("x", "y", "z")
    assert y in [x, y]
    assert z not in [x, y]
    assert [x, y, z].index(z) == 2
    assert {x: 1, y: 2}[y] == 2
    assert [x, y] == [x, y]
    assert [x, y] != [y, x]


def test_a_loop_may_ask_for_one_of_many():
    x, y, z = T.dscalars("x", "y", "z")
    assert [v for v in (x, y, z) if v != y] == [x, z]
    found = 0
    for v in (x, y, z):
        if v == y:
            found += 1
    assert found == 1


def test_none_and_texts_are_compared_in_peace():
    x, nothing = T.dscalar("x"), None
    assert x != nothing
    assert x != "valid"


def test_a_parameter_that_may_be_a_number_is_compared_with_zero():
    p = tg.shared(0.5, name="p")
    assert p != 0


def test_a_copy_that_is_kept_may_be_changed():
    w = tg.shared(np.zeros(3), name="w")
    value = w.get_value()
    value[0] = 1.0
    found = {"w": w.get_value()[0]}
    found["v"] = w.get_value()
    assert w.get_value().sum() == 0.0


def test_a_borrowed_array_that_nobody_changes_is_fine():
    start = np.zeros(3)
    w = tg.shared(start, name="w", borrow=True)
    step = tg.function([], updates=[(w, w + 1)])
    step()
    start += 5
    assert w.get_value().tolist() == [1.0, 1.0, 1.0]


def test_a_column_that_is_declared_may_meet_a_vector():
    column, vector = T.dcol("column"), T.dvector("vector")
    distances = abs(column - vector).mean()
    assert distances.ndim == 0


def test_a_deep_network_is_no_loop_written_out():
    h = x = T.dvector("x")
    for _ in range(150):
        h = T.tanh(h) + x
    f = tg.function([x], h, mode="FAST_COMPILE")
    assert f(np.zeros(2)).tolist() == [0.0, 0.0]


def test_sampling_may_be_random():
    srng = T.shared_randomstreams.RandomStreams(seed=1)
    x = T.dmatrix("x")
    noisy = x * srng.binomial(size=x.shape, p=0.5)
    mc_predict = tg.function([x], noisy)
    assert mc_predict(np.ones((2, 2))).shape == (2, 2)


def test_a_new_value_that_is_made_of_the_old_one_is_an_update():
    w = tg.shared(np.ones(3), name="w")
    rate = tg.shared(0.0, name="rate")
    f = tg.function([], updates=[(w, w - rate), (rate, rate + 1)])
    f()
    f()
    assert w.get_value().tolist() == [0.0, 0.0, 0.0]


def test_a_shared_variable_may_be_float64_in_a_float32_program_that_says_so():
    with config.change_flags(floatX="float32"):
        total = tg.shared(np.zeros(2, "float64"), name="total")
        x = T.vector("x")
        f = tg.function([x], updates=[(total, total + x)])
    f(np.ones(2, "float32"))
    assert total.get_value().tolist() == [1.0, 1.0]


def test_a_declared_float64_input_is_meant_to_be_so():
    with config.change_flags(floatX="float32"):
        x, y = T.fvector("x"), T.dvector("y")
        f = tg.function([x, y], x * y)
    assert f(np.ones(2, "float32"), np.ones(2)).dtype == "float64"


def test_a_draw_may_be_used_twice():
    srng = T.shared_randomstreams.RandomStreams(seed=1)
    u = srng.uniform((3,))
    f = tg.function([], [u + u, u * u, u - u.mean(), T.ge(u, 0.5)])
    assert len(f()) == 4


def test_a_variable_less_itself_is_no_draw():
    x = T.dvector("x")
    srng = T.shared_randomstreams.RandomStreams(seed=1)
    f = tg.function([x], [x - x, srng.uniform((2,))])
    assert f(np.ones(2))[0].tolist() == [0.0, 0.0]
