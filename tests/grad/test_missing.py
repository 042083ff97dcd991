"""Gradients that do not exist, inside of loops and of graphs used as ops."""

from typing import Any

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.core.graph import Variable
from teachgraph.core.op import OPS, Op
from teachgraph.core.report import GradientError
from teachgraph.core.types import TensorType
from teachgraph.gradient import NullTypeGradError, grad, grad_not_implemented
from teachgraph.ops.inner import OpFromGraph


class Half(Op):
    """A product, with a derivative for the first factor only."""

    def infer(self, x: TensorType, y: TensorType) -> TensorType:
        return x

    def numpy(self, x: Any, y: Any) -> Any:
        return x * y

    def grad(self, inputs: Any, output: Any, g: Any) -> Any:
        return g * inputs[1], grad_not_implemented(self, 1, inputs[1], "nobody did")


OPS.pop("Half")
half = Half()
x, y, w = T.dvector("x"), T.dscalar("y"), T.dscalar("w")


def loop(step: Any) -> Variable:
    """The last of turns over `x` that read `y` and `w`."""
    turns, _ = tg.scan(step, x, T.constant(1.0, dtype="float64"), [y, w])
    return turns[-1]


def value(expression: Variable) -> Any:
    """The value at x = (1, 2), y = 3, w = 5."""
    f = tg.function(
        [x, y, w], expression, mode="FAST_COMPILE", on_unused_input="ignore"
    )
    return f([1, 2], 3, 5).tolist()


def through(e: Variable, s: Variable, y: Variable, w: Variable) -> Variable:
    return half(s, y) + w * e


def test_in_a_loop_it_is_an_error_only_for_what_it_belongs_to():
    cost = loop(through)
    assert value(grad(cost, w)) == 1 * 3 + 2
    with pytest.raises(NullTypeGradError, match="nobody did") as caught:
        grad(cost, y)
    place = caught.value.report.origin.span()
    assert place is not None
    assert place.text() == "half(s, y)"


def test_in_a_loop_it_is_zero_if_that_is_asked_for():
    cost = loop(through) + 4 * y
    assert value(grad(cost, y, null_gradients="return")) == 4
    assert value(grad(cost, w, null_gradients="return")) == 5


def test_what_a_state_misses_all_that_its_turns_read_misses():
    cost = loop(lambda e, s, y, w: half(e, s) + w)
    with pytest.raises(NullTypeGradError, match="nobody did"):
        grad(cost, w)
    assert value(grad(cost, w, null_gradients="return")) == 1


def test_in_loops_inside_of_loops_too():
    def outer(e: Variable, s: Variable, y: Variable, w: Variable) -> Variable:
        turns, _ = tg.scan(through, x, s, [y, w])
        return turns[-1] + e * w

    cost = loop(outer)
    with pytest.raises(NullTypeGradError):
        grad(cost, y)
    assert value(grad(cost, y, null_gradients="return")) == 0
    assert value(grad(cost, w)) == value(grad(cost, w, null_gradients="return"))


def test_in_a_graph_used_as_an_op():
    cost = OpFromGraph([x, y], [half(x, y * y) + y])(x, y).sum()
    assert value(grad(cost, x)) == [9, 9]
    with pytest.raises(NullTypeGradError, match="nobody did"):
        grad(cost, y)
    assert value(grad(cost, y, null_gradients="return")) == 2


def test_an_op_without_any_gradient_is_no_gradient_in_a_loop_either():
    matrix = T.dmatrix("matrix")

    def step(s: Variable, a: Variable) -> Variable:
        return T.nlinalg.lstsq(a, s, -1.0)[0]

    turns, _ = tg.scan(step, outputs_info=T.ones(2), non_sequences=matrix, n_steps=2)
    with pytest.raises(GradientError, match="least squares has no gradient"):
        grad(turns[-1].sum(), matrix)
    zero = grad(turns[-1].sum(), matrix, null_gradients="return")
    assert np.array_equal(zero.eval({matrix: np.eye(2)}), np.zeros((2, 2)))


def test_the_second_derivative_of_ctc_is_said_not_to_be_there():
    scores = T.dtensor3("scores")
    cost = T.nnet.ctc.ctc(scores, np.array([[1]]), np.array([3])).sum()
    with pytest.raises(NullTypeGradError, match="ctc"):
        grad((grad(cost, scores) ** 2).sum(), scores)
