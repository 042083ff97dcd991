"""Updates of shared variables, inputs that keep their value, and givens."""

from collections import OrderedDict

import numpy as np
import pytest

import teachgraph.tensor as T
from teachgraph.compile.function import function
from teachgraph.compile.io import In
from teachgraph.compile.shared import shared
from teachgraph.core.report import (
    DtypeError,
    GraphError,
    RankError,
    ShapeError,
    UnusedInputError,
    UsageError,
)

BOTH = pytest.mark.parametrize("mode", ["FAST_COMPILE", "FAST_RUN"])


@BOTH
def test_the_output_is_computed_before_the_update(mode: str):
    state, inc = shared(0, name="state"), T.lscalar("inc")
    accumulate = function([inc], state, updates=[(state, state + inc)], mode=mode)
    assert [int(accumulate(1)), int(accumulate(300))] == [0, 1]
    assert state.get_value() == 301


@pytest.mark.parametrize("form", [list, dict, OrderedDict, tuple])
def test_updates_are_pairs_in_any_form(form: type):
    w = shared(1.0, name="w")
    function([], [], updates=form([(w, w * 2)]))()
    assert w.get_value() == 2.0


@BOTH
def test_all_updates_are_computed_from_the_old_values(mode: str):
    a, b = shared(np.array([1.0]), name="a"), shared(np.array([2.0]), name="b")
    function([], [], updates=[(a, b), (b, a)], mode=mode)()
    assert (a.get_value(), b.get_value()) == ([2.0], [1.0])


@BOTH
def test_an_update_may_change_the_length(mode: str):
    w, x = shared(np.ones(2), name="w"), T.dvector("x")
    f = function([x], [], updates=[(w, x)], mode=mode)
    f(np.arange(5.0))
    assert w.get_value().tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]


@BOTH
def test_an_update_shares_no_memory_with_the_argument(mode: str):
    w, x = shared(np.ones(2), name="w"), T.dvector("x")
    given = np.zeros(2)
    function([x], [], updates=[(w, x)], mode=mode)(given)
    given[:] = 5
    assert w.get_value().tolist() == [0.0, 0.0]


@BOTH
def test_a_value_handed_out_does_not_change_with_later_updates(mode: str):
    w = shared(np.zeros(2), name="w")
    held = w.get_value(borrow=True)
    function([], [], updates=[(w, w + 1)], mode=mode)()
    assert held.tolist() == [0.0, 0.0]
    assert w.get_value().tolist() == [1.0, 1.0]


@BOTH
def test_a_failed_call_leaves_every_shared_variable_as_it_was(mode: str):
    w, v, x = shared(np.ones(2), name="w"), shared(0.0, name="v"), T.dvector("x")
    f = function([x], [], updates=[(v, v + 1), (w, w + x)], mode=mode)
    with pytest.raises(ShapeError):
        f(np.ones(3))
    assert w.get_value().tolist() == [1.0, 1.0]
    assert v.get_value() == 0.0
    f(np.ones(2))
    assert v.get_value() == 1.0


def test_a_number_can_be_an_update():
    w, v = shared(np.float32(1.5), name="w"), shared(np.ones(2), name="v")
    function([], [], updates=[(w, 0), (v, np.array([3, 4]))])()
    assert w.get_value() == np.float32(0)
    assert v.get_value().tolist() == [3.0, 4.0]


def test_a_lossless_cast_is_made_for_an_update():
    w, n = shared(1.0, name="w"), T.iscalar("n")
    function([n], [], updates=[(w, n)])(3)
    assert w.get_value().dtype == "float64"


def test_an_update_that_would_lose_digits_is_refused_with_the_cast_to_write():
    w, x = shared(np.float32(1), name="w"), T.dscalar("x")
    with pytest.raises(DtypeError, match=r"float64.*float32") as caught:
        function([x], [], updates=[(w, w * x)])
    assert "T.cast(w * x, 'float32')" in [h.code for h in caught.value.report.hints]


def test_an_update_with_other_axes_is_refused():
    w, x = shared(np.ones(2), name="w"), T.dmatrix("x")
    with pytest.raises(RankError, match="`w`"):
        function([x], [], updates=[(w, x)])


def test_a_fixed_length_is_not_given_up_by_an_update():
    w, x = shared(np.ones(2), name="w", shape=(2,)), T.dvector("x")
    with pytest.raises(ShapeError):
        function([x], [], updates=[(w, x)])


def test_updates_that_are_not_pairs_are_refused_with_what_to_write():
    w = shared(1.0, name="w")
    new = w - 1
    new.name = "new"
    with pytest.raises(UsageError) as caught:
        function([], w, updates=[w, new])
    assert caught.value.report.code == "not-pairs"
    assert caught.value.report.hints[0].code == "updates=[(w, new)]"


def test_an_update_of_a_part_is_refused_with_set_subtensor():
    w = shared(np.ones((3, 2)), name="w")
    with pytest.raises(UsageError) as caught:
        function([], [], updates=[(w[:, 0], w[:, 0] - 1)])
    codes = [h.code for h in caught.value.report.hints]
    assert "(w, T.set_subtensor(w[:, 0], new))" in codes


def test_an_update_of_an_expression_is_refused_with_the_shared_variable_to_write():
    w = shared(np.zeros(3), name="w")
    with pytest.raises(UsageError) as caught:
        function([], w, updates=[(w + 1, w)])
    assert [h.code for h in caught.value.report.hints] == ["(w, new)"]


def test_an_update_of_a_plain_variable_is_refused():
    x = T.dscalar("x")
    with pytest.raises(UsageError, match="not a shared variable"):
        function([x], [], updates=[(x, x + 1)])


def test_two_updates_of_one_variable_are_refused():
    w = shared(1.0, name="w")
    with pytest.raises(GraphError, match="two updates"):
        function([], [], updates=[(w, w + 1), (w, w + 2)])


def test_a_default_update_is_applied_wherever_the_variable_is_read():
    n = shared(0, name="n")
    n.default_update = n + 1
    f = function([], n * 10)
    assert [int(f()), int(f()), int(n.get_value())] == [0, 10, 2]


def test_a_default_update_may_bring_in_another_one():
    a, b = shared(1, name="a"), shared(1, name="b")
    a.default_update, b.default_update = a + b, b * 2
    f = function([], a)
    f()
    f()
    assert (int(a.get_value()), int(b.get_value())) == (4, 4)


def test_default_updates_can_be_left_out():
    a, b = shared(0, name="a"), shared(0, name="b")
    a.default_update, b.default_update = a + 1, b + 1
    function([], a + b, no_default_updates=True)()
    assert (int(a.get_value()), int(b.get_value())) == (0, 0)
    function([], a + b, no_default_updates=[a])()
    assert (int(a.get_value()), int(b.get_value())) == (0, 1)


def test_an_explicit_update_replaces_the_default_one():
    a = shared(0, name="a")
    a.default_update = a + 1
    function([], a, updates={a: a + 100})()
    assert a.get_value() == 100


def test_an_input_with_an_update_keeps_its_value_between_calls():
    x, s = T.dscalars("x", "s")
    f = function([x, In(s, value=10.0, update=s + x)], s)
    assert [f(1), f(2)] == [10.0, 11.0]
    assert f[s] == 13.0
    f[s] = 0.0
    assert f(5) == 0.0
    assert f["s"] == 5.0


def test_a_kept_value_may_be_passed_for_one_call():
    x, s = T.dscalars("x", "s")
    f = function([In(s, value=0.0, update=s + x), x], s)
    assert f(100.0, 1.0) == 100.0
    assert f(x=1.0) == 101.0


def test_two_functions_may_share_a_kept_value():
    x, s = T.dscalars("x", "s")
    inc = function([x, In(s, value=10.0, update=s + x)], [])
    dec = function([x, In(s, value=inc.container[s], update=s - x)], [])
    inc(5)
    dec(3)
    assert inc[s] == dec[s] == 12.0


def test_an_input_with_an_update_needs_a_value_to_begin_with():
    s = T.dscalar("s")
    with pytest.raises(UsageError, match="value to begin with"):
        function([In(s, update=s + 1)], s)


def test_a_failed_call_leaves_a_kept_value_as_it_was():
    x, s = T.dvectors("x", "s")
    f = function([x, In(s, value=np.zeros(2), update=s + x)], [])
    with pytest.raises(ShapeError):
        f(np.ones(2), np.ones(3))
    assert f[s].tolist() == [0.0, 0.0]


def test_givens_replace_a_variable():
    x, y = T.dscalars("x", "y")
    assert function([y], x * 2, givens={x: y + 1})(3) == 8.0
    assert function([y], x * 2, givens=[(x, y + 1)])(3) == 8.0


def test_givens_may_be_numbers_and_arrays():
    x, v = T.dscalar("x"), T.dvector("v")
    assert function([], x * v, givens={x: 2, v: [1.0, 2.0]})().tolist() == [2.0, 4.0]


def test_givens_may_replace_an_expression_and_a_shared_variable():
    x, y, w = T.dscalar("x"), T.dscalar("y"), shared(3.0, name="w")
    z = x * 2
    assert function([y], z + w, givens={z: y, w: y * y})(4) == 20.0


def test_givens_are_put_in_at_once_and_not_into_one_another():
    x, y = T.dscalars("x", "y")
    f = function([x, y], x - y, givens={x: y, y: x}, on_unused_input="ignore")
    assert f(1, 5) == 4.0


def test_givens_reach_updates_too():
    x, w = T.dscalar("x"), shared(1.0, name="w")
    function([], [], updates=[(w, w + x)], givens={x: 10.0})()
    assert w.get_value() == 11.0


def test_an_input_that_givens_replace_is_told_to_be_unused():
    x, data = T.dmatrix("x"), shared(np.ones((4, 2)), name="data")
    with pytest.raises(UnusedInputError, match="`givens` replaces it"):
        function([x], x.sum(), givens={x: data[:2]})


def test_givens_of_another_dtype_are_refused_with_the_cast_to_write():
    labels = shared(np.array([0, 1]), name="labels")
    y, i = T.ivector("y"), T.lscalar("i")
    with pytest.raises(DtypeError, match=r"int64.*int32") as caught:
        function([i], y.sum(), givens={y: labels[i : i + 1]})
    report = caught.value.report
    assert "T.cast(labels[i : i + 1], 'int32')" in [h.code for h in report.hints]


def test_keys_of_givens_are_variables():
    x = T.dscalar("x")
    with pytest.raises(UsageError, match="replaces variables"):
        function([x], x, givens={"x": 1.0})
