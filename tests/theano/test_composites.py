"""`T.nnet.Softmax`: an op of Theano's that is a graph of smaller ones here."""

import importlib

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph import theano as door

nnet = importlib.import_module("teachgraph.theano.tensor.nnet")
SCORES = np.array([[1.0, 2.0, 3.0], [1000.0, 0.0, -1000.0]])


@pytest.fixture
def x():
    return T.dmatrix("x")


def test_the_argument_of_a_softmax_can_be_taken_back(x):
    y = nnet.softmax(x)
    assert isinstance(y.owner.op, nnet.Softmax)
    assert y.owner.inputs[0] is x


def test_other_ops_are_no_softmax(x):
    assert not isinstance(nnet.logsoftmax(x).owner.op, nnet.Softmax)
    assert isinstance(nnet.logsoftmax(x).owner.op, nnet.LogSoftmax)
    assert not isinstance(T.exp(x).owner.op, nnet.Softmax)


@pytest.mark.parametrize("name", ["softmax", "logsoftmax"])
def test_the_values_are_those_of_the_package(name, x):
    here, there = getattr(nnet, name)(x), getattr(T.nnet, name)(x)
    np.testing.assert_array_equal(here.eval({x: SCORES}), there.eval({x: SCORES}))


def test_two_softmaxes_of_one_variable_are_merged(x):
    f = tg.function([x], nnet.softmax(x) + nnet.softmax(x))
    assert [node.op.title for node in f.optimized.applies()].count("exp") == 1


def test_the_gradient_is_that_of_the_package(x):
    weights = T.constant(np.arange(6.0).reshape(2, 3))
    found = [
        tg.grad(T.sum(softmax(x) * weights), x).eval({x: SCORES})
        for softmax in (nnet.softmax, T.nnet.softmax)
    ]
    np.testing.assert_allclose(*found)


def test_the_softmax_of_a_vector_is_a_row():
    v = T.dvector("v")
    assert nnet.softmax(v).broadcastable == (True, False)
    assert nnet.softmax(v).eval({v: SCORES[0]}).shape == (1, 3)


@pytest.mark.parametrize("name", ["Softmax", "LogSoftmax"])
def test_the_class_is_called_and_then_applied(name, x):
    op = getattr(nnet, name)()
    assert isinstance(op(x).owner.op, getattr(nnet, name))


def test_softmax_with_bias_adds_first(x):
    b = T.dvector("b")
    found = nnet.softmax_with_bias(x, b).eval({x: SCORES, b: [1.0, 0.0, 0.0]})
    moved = T.nnet.softmax(x).eval({x: SCORES + [1.0, 0.0, 0.0]})
    np.testing.assert_allclose(found, moved)


def contains_softmax(f):
    return any(isinstance(n.op, nnet.Softmax) for n in f.maker.fgraph.apply_nodes)


def test_a_compiled_function_shows_its_softmax(x):
    e = T.exp(x)
    written_out = e / e.sum(axis=1, keepdims=True)
    assert contains_softmax(door.function([x], nnet.softmax(x)))
    assert contains_softmax(door.function([x], written_out))
    assert not contains_softmax(door.function([x], e / e.sum(axis=0, keepdims=True)))
    assert not contains_softmax(door.function([x], T.nnet.sigmoid(x)))


def test_a_softmax_that_is_written_out_does_not_overflow(x):
    e = T.exp(x)
    f = door.function([x], e / e.sum(axis=1, keepdims=True))
    np.testing.assert_allclose(f(SCORES), T.nnet.softmax(x).eval({x: SCORES}))
