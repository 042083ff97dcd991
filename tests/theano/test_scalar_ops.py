"""Scalar functions that programs define."""

import importlib

import numpy as np
import pytest

import teachgraph.tensor as T
from teachgraph import theano
from teachgraph.compile.verify import verify_grad

scalar = importlib.import_module("teachgraph.theano.scalar")
elemwise = importlib.import_module("teachgraph.theano.tensor.elemwise")


class Cube(scalar.UnaryScalarOp):
    """x ** 3."""

    def impl(self, x):
        return x**3

    def grad(self, inputs, output_gradients):
        (x,), (g,) = inputs, output_gradients
        return [3 * x**2 * g]


class Mixed(scalar.BinaryScalarOp):
    """x + 2 y."""

    def impl(self, x, y):
        return x + 2 * y

    def grad(self, inputs, output_gradients):
        (g,) = output_gradients
        return [g, 2 * g]


cube = elemwise.Elemwise(Cube(scalar.upgrade_to_float, name="cube"))
mixed = elemwise.Elemwise(Mixed(scalar.upcast_out))


def test_a_scalar_function_is_applied_to_each_element():
    x = T.dmatrix("x")
    assert cube(x).eval({x: [[1, 2], [3, 4]]}).tolist() == [[1, 8], [27, 64]]


def test_it_is_an_elementwise_op_with_its_name():
    y = cube(T.dvector("x"))
    assert isinstance(y.owner.op, elemwise.Elemwise)
    assert str(y.owner.op) == "cube"


def test_whole_numbers_become_floats_where_the_class_prefers_it():
    assert cube(T.lvector()).dtype == "float64"
    assert cube(T.bvector()).dtype == "float32"


def test_its_gradient_agrees_with_differences():
    verify_grad(cube, [np.array([0.5, -1.5])])


def test_gradients_of_stretched_inputs_are_summed():
    x, v = T.dmatrix("x"), T.dvector("v")
    gx, gv = theano.grad(mixed(x, v).sum(), [x, v])
    values = {x: np.ones((2, 3)), v: np.ones(3)}
    assert gx.eval(values).tolist() == [[1.0] * 3] * 2
    assert gv.eval(values).tolist() == [4.0] * 3


def test_a_wrong_number_of_inputs_is_refused():
    with pytest.raises(TypeError, match="takes 2 inputs"):
        mixed(T.dscalar())


def test_two_are_equal_if_their_class_and_preference_are():
    assert Cube(scalar.upgrade_to_float) == Cube(scalar.upgrade_to_float)
    assert Cube(scalar.upgrade_to_float) != Cube(scalar.same_out)


def test_a_preference_for_types_that_are_named():
    fixed = Mixed(scalar.specific_out(scalar.float32))
    first = Mixed(scalar.transfer_type(0))
    assert fixed(T.dscalar(), T.dscalar()).dtype == "float32"
    assert first(T.fscalar(), T.dscalar()).dtype == "float32"


def test_a_composite_is_written_out_for_tensors():
    a, b = scalar.float64("a"), scalar.float64("b")
    both = elemwise.Elemwise(scalar.Composite([a, b], [a * b + 1]))
    x = T.dmatrix("x")
    assert both(x, x).eval({x: [[2.0, 3.0]]}).tolist() == [[5.0, 10.0]]
