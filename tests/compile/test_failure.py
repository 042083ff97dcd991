"""What a call that fails while it runs is told to have failed of."""

import traceback
from collections.abc import Callable

import numpy as np
import pytest

import teachgraph.tensor as T
from teachgraph.compile.function import function
from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.report import InternalError, ShapeError, TeachgraphError
from teachgraph.core.types import TensorType

BOTH = pytest.mark.parametrize("mode", ["FAST_COMPILE", "FAST_RUN"])


class Picky(Op):
    """The input, unless it is negative."""

    def infer(self, x: TensorType) -> TensorType:
        return x

    def numpy(self, x):
        if np.any(x < 0):
            raise ArithmeticError("no negative numbers, please")
        return x.copy()

    def grad(self, inputs, output, g):
        return (g,)


class Liar(Op):
    """Says one dtype and gives another."""

    def infer(self, x: TensorType) -> TensorType:
        return TensorType("float32", x.shape)

    def numpy(self, x):
        return x + 1.0

    def grad(self, inputs, output, g):
        return (g,)


@BOTH
def test_lengths_that_do_not_fit_are_told_at_the_line_that_joins_them(mode: str):
    x, y = T.dvectors("x", "y")
    total = x + y
    f = function([x, y], T.exp(total * 2), mode=mode)
    with pytest.raises(ShapeError) as caught:
        f(np.ones(2), np.ones(3))
    report = caught.value.report
    assert report.code == "shape-mismatch"
    assert report.origin is not None
    assert report.origin.span().text() == "x + y"


@BOTH
def test_a_length_of_one_is_not_stretched_unless_it_was_declared(mode: str):
    x, y = T.dvectors("x", "y")
    f = function([x, y], x + y, mode=mode)
    with pytest.raises(ShapeError):
        f(np.ones(1), np.ones(3))
    assert f(np.ones(1), np.ones(1)).tolist() == [2.0]


@BOTH
def test_a_declared_length_of_one_is_stretched(mode: str):
    x, y = T.drow("x"), T.dmatrix("y")
    f = function([x, y], x + y, mode=mode)
    assert f(np.ones((1, 2)), np.ones((3, 2))).shape == (3, 2)


@BOTH
def test_what_an_op_raises_keeps_its_class_and_gains_the_place(mode: str):
    x = T.dvector("x")
    f = function([x], Picky()(x) + 1, mode=mode)
    with pytest.raises(ArithmeticError, match="please") as caught:
        f(-np.ones(2))
    assert any("Picky" in note for note in caught.value.__notes__)
    assert f(np.ones(2)).tolist() == [2.0, 2.0]


@BOTH
def test_an_op_that_contradicts_itself_is_reported_as_such(mode: str):
    x = T.dvector("x")
    f = function([x], Liar()(x), mode=mode)
    with pytest.raises(InternalError, match="Liar contradicts itself") as caught:
        f(np.ones(2))
    assert caught.value.report.code == "broken-op"


@BOTH
def test_a_failed_call_shows_no_frame_of_the_package(mode: str):
    x, y = T.dvectors("x", "y")
    f = function([x, y], x + y, mode=mode)
    for bad in (np.ones(3), "text"):
        with pytest.raises(TeachgraphError) as caught:
            f(np.ones(2), bad)
        names = [t.name for t in traceback.extract_tb(caught.value.__traceback__)]
        assert names == ["test_a_failed_call_shows_no_frame_of_the_package"]


def test_numpy_does_not_warn_of_infinities():
    x = T.dvector("x")
    f = function([x], [T.log(x), 1 / x])
    assert np.isinf(f(np.zeros(1))[0]).all()


def test_settings_of_numpy_are_left_alone():
    x = T.dvector("x")
    f = function([x], 1 / x)
    with np.errstate(divide="raise"):
        f(np.zeros(1))
        assert np.geterr()["divide"] == "raise"


def reshaped(v: Variable) -> Variable:
    return v.reshape((2, 2))


def without_axis(v: Variable) -> Variable:
    return T.concatenate([v, v]).squeeze(0)


def of_length_four(v: Variable) -> Variable:
    return T.specify_shape(v, (4,)) + 1


@BOTH
@pytest.mark.parametrize("change", [reshaped, without_axis, of_length_four])
def test_a_length_that_the_graph_fixes_is_told_at_the_line_that_fixes_it(
    mode: str, change: Callable[[Variable], Variable]
):
    x = T.dvector("x")
    f = function([x], change(x), mode=mode)
    with pytest.raises(ShapeError) as caught:
        f(np.ones(3))
    origin = caught.value.report.origin
    assert origin is not None
    assert origin.function == change.__name__
