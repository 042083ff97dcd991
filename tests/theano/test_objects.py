"""Shared variables of objects that are no arrays."""

import pickle

import numpy as np
import pytest

import teachgraph.tensor as T
from teachgraph import theano
from teachgraph.random import distributions
from teachgraph.random.state import State


def generator(seed: int):
    return vars(np.random)["RandomState"](seed)


class Length(theano.Op):
    """The number of things in a list."""

    __props__ = ()

    def make_node(self, listed):
        return theano.Apply(self, [listed], [T.dscalar()])

    def perform(self, node, inputs, output_storage):
        output_storage[0][0] = np.float64(len(inputs[0]))


def test_any_object_can_be_shared():
    kept = theano.shared({"a": 1}, name="kept")
    assert kept.get_value() == {"a": 1}
    kept.set_value([1, 2])
    assert (kept.get_value(), kept.name) == ([1, 2], "kept")


def test_the_object_is_copied_unless_it_is_borrowed():
    given = [1]
    kept = theano.shared(given)
    assert kept.get_value() is not given
    assert theano.shared(given, borrow=True).get_value(borrow=True) is given


def test_an_op_of_a_program_reads_the_object():
    listed = theano.shared(["a", "b"])
    f = theano.function([], Length()(listed))
    assert f() == 2.0
    listed.set_value(["a"])
    assert f() == 1.0


def test_arithmetic_with_an_object_is_refused():
    with pytest.raises(TypeError, match="a list is kept as it is"):
        _ = theano.shared([1, 2]) * 2


def test_an_array_is_shared_as_ever():
    assert theano.shared(np.ones(3)).type == T.dvector().type


def test_an_expression_cannot_be_shared():
    with pytest.raises(TypeError, match="symbolic variable"):
        theano.shared(T.dscalar("x"))


def test_an_object_survives_pickling():
    kept = pickle.loads(pickle.dumps(theano.shared({"a": 1})))
    assert kept.get_value() == {"a": 1}


def test_a_generator_of_numbers_is_what_distributions_draw_from():
    state = theano.shared(generator(3))
    after, numbers = distributions.uniform(state, (3,))
    draw = theano.function([], numbers, updates=[(state, after)])
    first, second = draw(), draw()
    state.set_value(generator(3))
    assert draw().tolist() == first.tolist() != second.tolist()


def test_the_generator_is_handed_back_until_something_was_drawn():
    state = theano.shared(generator(3))
    assert state.get_value().uniform() == generator(3).uniform()
    after, _ = distributions.uniform(state, (3,))
    theano.function([], updates=[(state, after)])()
    assert isinstance(state.get_value(), State)
