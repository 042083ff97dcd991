"""Gradients against differences, and test values for a few lines."""

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.core.config import config
from teachgraph.core.graph import Variable
from teachgraph.core.op import OPS, Op
from teachgraph.core.report import ShapeError
from teachgraph.core.types import TensorType
from teachgraph.debug import TestValues, check_gradients


@pytest.fixture
def ops():
    """Ops of a test end with it."""
    known = dict(OPS)
    yield
    OPS.clear()
    OPS.update(known)


def test_right_gradients_agree_layer_by_layer():
    x, w = T.dmatrix("x"), tg.shared(np.ones((3, 2)) / 4, name="w")
    b = tg.shared(np.zeros(2), name="b")
    cost = T.tanh(T.dot(x, w) + b).sum()
    found = check_gradients(cost, [w, b, x], {x: np.ones((4, 3))})
    assert found.passed
    assert [one.name for one in found] == ["w", "b", "x"]
    np.testing.assert_array_equal(w.get_value(), np.full((3, 2), 0.25))
    assert "agrees" in str(found)
    assert found._repr_html_().startswith("<table>")


@pytest.mark.usefixtures("ops")
def test_a_wrong_gradient_is_found_with_its_layer_and_element():
    class Cube(Op):
        """The third power, with a wrong derivative."""

        def infer(self, x: TensorType) -> TensorType:
            return x

        def numpy(self, x):
            return x**3

        def grad(self, inputs, output, g):
            return (g * inputs[0] ** 2,)

    a, b = tg.shared(np.ones(2), name="a"), tg.shared(np.ones(2), name="b")
    cost: Variable = (Cube()(a) + b).sum()
    good, bad = check_gradients(cost, [b, a])
    assert good.passed
    assert not bad.passed
    assert bad.error == pytest.approx(2 / 3, rel=1e-6)


def test_narrow_floats_are_moved_further():
    w = tg.shared(np.ones(3, "float32"), name="w")
    assert check_gradients(T.exp(w).sum(), [w]).passed


def test_test_values_hold_within_and_no_longer():
    x, y = T.dmatrix("x"), T.dvector("y")
    with TestValues({x: np.ones((2, 3)), y: np.ones(3)}):
        assert (x * 2).tag.test_value.shape == (2, 3)
        with pytest.raises(ShapeError):
            T.dot(y, x)
    assert config.compute_test_value == "off"
    assert not hasattr(x.tag, "test_value")
    T.dot(y, x)


def test_test_values_that_were_there_come_back():
    x = T.dvector("x")
    x.tag.test_value = np.zeros(1)
    with TestValues({x: np.ones(2)}):
        assert (x + 1).tag.test_value.tolist() == [2.0, 2.0]
    assert x.tag.test_value.tolist() == [0.0]
