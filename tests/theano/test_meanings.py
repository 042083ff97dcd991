"""What variables mean another way where `import theano` means the door."""

import copy
import importlib
import pickle

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph import theano as door
from teachgraph.core.graph import Variable
from teachgraph.core.report import IndexRangeError, SymbolicTruthError
from teachgraph.theano.kinds import TensorVariable


@pytest.fixture
def theano():
    door.install()
    yield importlib.import_module("theano")
    door.uninstall()


def test_a_variable_is_true_because_it_is_there(theano):
    assert T.dmatrix("W")
    assert T.dvector("x") + 1


def test_a_comparison_is_neither_true_nor_false(theano):
    with pytest.raises(SymbolicTruthError):
        bool(T.dvector("x") > 1)


def test_nothing_is_true_without_the_door():
    with pytest.raises(SymbolicTruthError):
        bool(T.dmatrix("W"))


def test_an_axis_that_is_not_there_is_refused_when_its_length_is_computed(theano):
    x = T.dvector("x")
    length = x.shape[1]
    with pytest.raises(IndexRangeError, match="index 1 is out of range"):
        tg.function([x], length)([1.0])


def test_without_the_door_it_is_refused_where_it_is_written():
    with pytest.raises(IndexRangeError):
        _ = T.dvector("x").shape[1]


def test_none_in_brackets_drops_axes_of_length_1_that_are_not_named(theano):
    n = T.iscalar("n")
    mask = T.alloc(1.0, n, 1)
    assert mask[:, None].broadcastable == (False, True)
    assert mask[:, None, :].broadcastable == (False, True, True)
    assert T.dmatrix("x")[:, None].broadcastable == (False, True, False)


def test_a_copy_of_a_function_gives_a_list(theano):
    state, other = theano.shared(0), theano.shared(5)
    step = T.iscalar("step")
    count = theano.function([step], state, updates=[(state, state + step)])
    assert int(count(1)) == 0
    assert count.copy(swap={state: other})(1) == [5]
    assert count.copy(delete_updates=True)(1) == [1]


def test_a_copy_gives_what_the_function_gives_without_the_door():
    x = T.dscalar("x")
    assert tg.function([x], x + 1).copy()(1.0) == 2.0


def test_a_kept_value_is_the_value_itself(theano):
    a, c = T.dscalar("a"), T.dscalar("c")
    f = theano.function([a, ((c, c + a), 10.0)], [])
    assert f["c"] is f.value[c]
    assert f["c"] is f.container[c].value


# Classes


def test_the_class_of_a_variable_is_named_as_theano_s(theano):
    x = T.dmatrix("x")
    assert str(type(x)) == "<class 'theano.tensor.var.TensorVariable'>"
    assert type(x + 1) is type(T.matrix()) is type(x)
    assert str(type((x + 1).owner)) == "<class 'theano.gof.graph.Apply'>"


def test_variables_are_of_no_such_class_without_the_door():
    assert type(T.dmatrix("x")) is Variable


def test_copies_of_a_variable_keep_its_class(theano):
    x = T.dmatrix("x")
    assert type(pickle.loads(pickle.dumps(x))) is type(x)
    assert type(copy.deepcopy(x)) is type(x.clone()) is type(x)
    assert x.clone().name == "x"


def test_a_variable_saved_through_the_door_is_found_without_it():
    door.install()
    importlib.import_module("theano")
    saved = pickle.dumps(T.dmatrix("x"))
    door.uninstall()
    assert pickle.loads(saved).name == "x"


class Observed(TensorVariable):
    """As programs derive from Theano's class, with its four arguments."""

    def __init__(self, type, owner=None, index=None, name=None, data=None):
        super().__init__(type, owner, index, name)
        self.observed = data


def test_a_class_of_variables_can_be_derived_from():
    v = Observed(T.dvector().type, None, None, "v", data=3)
    assert (v.name, v.observed) == ("v", 3)
    assert (v * 2).eval({v: [1.0, 2.0]}).tolist() == [2.0, 4.0]


# Types


def test_programs_print_types_in_theano_s_words_and_messages_tell_lengths(theano):
    x = T.dmatrix("x")
    assert str(x.type) == f"{x.type}" == "TensorType(float64, matrix)"
    with pytest.raises(TypeError, match="matrix") as caught:
        theano.function([x], x)(np.ones(3))
    assert "TensorType(" not in str(caught.value)
