"""Ops that do more than give outputs: Print, Assert; and Python functions as ops."""

import pickle

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph import Assert, Print, as_op
from teachgraph.core.report import TeachgraphError

MODES = pytest.mark.parametrize("mode", ["FAST_COMPILE", "FAST_RUN"])


@MODES
def test_print_tells_of_the_value_at_each_call(mode, capsys):
    x = T.dvector("x")
    f = tg.function([x], Print("x is", attrs=["shape", "__str__"])(x) * 2, mode=mode)
    assert capsys.readouterr().out == ""
    f([1.0, 2.0])
    assert capsys.readouterr().out == "x is shape = (2,)\nx is __str__ = [1. 2.]\n"


@MODES
def test_print_is_not_worked_out_beforehand(mode, capsys):
    f = tg.function([], Print("one")(T.constant(1.0)) + 1, mode=mode)
    assert capsys.readouterr().out == ""
    assert f() == 2.0
    assert capsys.readouterr().out == "one __str__ = 1.0\n"


@MODES
def test_print_inside_a_loop_prints_at_each_turn(mode, capsys):
    x = T.dvector("x")
    rows, _ = tg.scan(lambda a: Print("a")(a) + 1, sequences=[x])
    tg.function([x], rows, mode=mode)([1.0, 2.0])
    assert capsys.readouterr().out == "a __str__ = 1.0\na __str__ = 2.0\n"


def test_print_hands_on_the_gradient():
    x = T.dvector("x")
    g = tg.grad((Print("x")(x) ** 2).sum(), x)
    assert tg.function([x], g)([3.0]).tolist() == [6.0]


def test_print_may_be_told_how():
    seen = []
    x = T.dvector("x")
    y = Print("x", global_fn=lambda op, value: seen.append((op.message, value.sum())))
    tg.function([x], y(x))([1.0, 2.0])
    assert seen == [("x", 3.0)]


def test_explaining_a_failure_prints_nothing_again(capsys):
    x, y = T.dvectors("x", "y")
    f = tg.function([x, y], Print("x")(x) + y, mode="FAST_COMPILE")
    with pytest.raises(TeachgraphError):
        f([1.0, 2.0], [1.0, 2.0, 3.0])
    assert capsys.readouterr().out.count("x __str__") <= 1


def test_print_is_where_theano_has_it():
    assert tg.printing.Print is Print


@MODES
def test_assert_hands_on_the_value_or_stops(mode):
    x = T.dvector("x")
    f = tg.function([x], Assert("x is empty")(x, x.size > 0, x.size < 3), mode=mode)
    assert f([1.0]).tolist() == [1.0]
    with pytest.raises(AssertionError, match="x is empty"):
        f(np.zeros(0))


def test_an_assert_that_never_holds_stops_calls_not_compiling():
    f = tg.function([], Assert("never")(T.constant(1.0), T.constant(0)))
    with pytest.raises(AssertionError, match="never"):
        f()


def test_the_gradient_of_an_assert_is_that_of_its_value():
    x = T.dvector("x")
    g = tg.grad((Assert()(x, x.size > 0) ** 2).sum(), x)
    assert tg.function([x], g)([3.0]).tolist() == [6.0]


def test_a_condition_of_an_assert_is_one_number():
    x = T.dvector("x")
    with pytest.raises(TeachgraphError, match="wrong-rank"):
        Assert()(x, x > 0)


@as_op(itypes=[T.dvector, T.lscalar], otypes=[T.dvector])
def rolled(x, n):
    """The elements, n places further."""
    return np.roll(x, n)


@as_op([T.dmatrix().type], [T.dvector, T.dscalar], lambda node, s: [(s[0][0],), ()])
def rows_and_all(x):
    return x.sum(axis=1), x.sum()


@MODES
def test_a_function_of_arrays_is_an_op(mode):
    x, n = T.dvector("x"), T.lscalar("n")
    f = tg.function([x, n], rolled(x * 2, n) + 1, mode=mode)
    assert f([1.0, 2.0, 3.0], 1).tolist() == [7.0, 3.0, 5.0]


@MODES
def test_a_function_may_give_several_arrays(mode):
    x = T.dmatrix("x")
    rows, everything = tg.function([x], rows_and_all(x), mode=mode)([[1.0, 2.0]])
    assert (rows.tolist(), float(everything)) == ([3.0], 3.0)


def test_lengths_of_a_function_are_known_where_it_says_so():
    rows, _ = rows_and_all(T.tensor("float64", (4, 5)))
    assert rows.type.shape == (4,)


def test_a_function_has_no_gradient_and_says_so():
    x = T.dvector("x")
    with pytest.raises(TeachgraphError, match="no-gradient"):
        tg.grad(rolled(x, 1).sum(), x)


def test_a_function_of_another_type_is_refused_at_the_line():
    with pytest.raises(TeachgraphError, match="wrong-dtype"):
        rolled(T.fvector("x"), 1)
    with pytest.raises(TeachgraphError, match="wrong-argument-count"):
        rolled(T.dvector("x"))
    with pytest.raises(TeachgraphError, match="wrong-argument-kind"):
        as_op(itypes=[3], otypes=[T.dscalar])


def test_a_function_is_saved_by_its_name():
    assert pickle.loads(pickle.dumps(rolled)) is rolled
    x = T.dvector("x")
    f = pickle.loads(pickle.dumps(tg.function([x], rolled(x, 1))))
    assert f([1.0, 2.0]).tolist() == [2.0, 1.0]
