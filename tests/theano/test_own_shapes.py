"""Lengths by `infer_shape`, gradients that do not exist, variables of own types."""

import importlib

import numpy as np
import pytest

import teachgraph.tensor as T
from teachgraph import theano
from teachgraph.theano.own_types import NullType


class Doubled(theano.Op):
    """Twice as many rows, of three columns; cannot be run."""

    __props__ = ()

    def make_node(self, x):
        return theano.Apply(self, [x], [T.dmatrix()])

    def infer_shape(self, node, shapes):
        return [(shapes[0][0] * 2, 3)]

    def perform(self, node, inputs, output_storage):
        raise AssertionError("the op was run")


def test_a_shape_is_told_without_running_the_op():
    x = T.dmatrix("x")
    f = theano.function([x], Doubled()(x).shape)
    assert f(np.ones((2, 5))).tolist() == [4, 3]


def test_the_gradient_of_a_sum_needs_only_the_shape():
    class Linear(Doubled):
        def infer_shape(self, node, shapes):
            return shapes

        def grad(self, inputs, output_gradients):
            return [output_gradients[0] * 2]

    x = T.dmatrix("x")
    g = theano.grad(Linear()(x).sum(), x)
    assert g.eval({x: np.ones((1, 2))}).tolist() == [[2.0, 2.0]]


class Rough(Doubled):
    """Has no derivative."""

    def grad(self, inputs, output_gradients):
        return [theano.gradient.grad_undefined(self, 0, inputs[0], "it is rough")]


def test_a_gradient_that_does_not_exist_is_an_error_where_it_is_asked_for():
    x = T.dmatrix("x")
    with pytest.raises(ValueError, match="it is rough"):
        theano.grad(Rough()(x).sum(), x)


def test_it_can_be_returned_as_a_variable_that_says_so():
    x, y = T.dmatrix("x"), T.dscalar("y")
    cost = Rough()(x).sum() + y
    gx, gy = theano.grad(cost, [x, y], null_gradients="return")
    assert isinstance(gx.type, NullType)
    assert "it is rough" in gx.type.why_null
    with pytest.raises(TypeError, match="it is rough"):
        theano.function([x, y], gx)
    assert gy.eval() == 1.0


# Variables of a program's own


class Thing(theano.Type):
    """A type with a name and a number of axes of its own."""

    def __init__(self, name):
        self.name, self.ndim = name, 7


def test_a_variable_is_made_as_in_theano():
    v = theano.Variable(Thing("t"), None, None, name="v")
    assert (v.name, v.owner, v.type.name, v.type.ndim) == ("v", None, "t", 7)
    assert isinstance(T.dscalar(), theano.Variable)
    assert v.clone().type is v.type


def test_a_shared_variable_is_made_as_in_theano():
    made = theano.compile.SharedVariable("u", T.dvector().type, [1, 2], strict=False)
    assert made.get_value().tolist() == [1.0, 2.0]
    assert theano.compile.SharedVariable("o", theano.generic, {}).get_value() == {}
    with pytest.raises(TypeError):
        theano.compile.SharedVariable("u", T.dvector().type, {}, strict=False)


# Functions


def test_inputs_may_be_called_params():
    pfunc = importlib.import_module("teachgraph.theano.compile").pfunc
    x = T.dscalar("x")
    assert pfunc(params=[x], outputs=x + 1)(1.0) == 2.0


def test_outputs_in_a_dict_are_in_the_order_of_their_keys():
    x = T.dscalar("x")
    f = theano.function([x], {"b": x + 1, "a": x})
    assert list(f(1.0)) == ["a", "b"]


def test_an_op_of_branches_is_made_for_a_number_of_outputs():
    names = importlib.import_module("teachgraph.theano.ifelse")
    x = T.dscalar("x")
    one = names.IfElse(1)(x > 0, x, -x)
    first, second = names.IfElse(2, as_view=True)(x > 0, x, x + 1, -x, x - 1)
    assert isinstance(one.owner.op, names.IfElse)
    assert [v.eval({x: -2.0}) for v in (one, first, second)] == [2.0, 2.0, -3.0]
