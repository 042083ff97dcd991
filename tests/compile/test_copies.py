"""Functions copied and pickled: compiled again, with shared variables of their own."""

import copy
import pickle

import numpy as np
import pytest

import teachgraph.tensor as T
from teachgraph.compile.function import Function, function
from teachgraph.compile.io import In
from teachgraph.compile.shared import shared


def pickled(f: Function) -> Function:
    return pickle.loads(pickle.dumps(f))


MODE = pytest.mark.parametrize("mode", ["FAST_COMPILE", "FAST_RUN"])
HOW = pytest.mark.parametrize(
    "copied", [copy.deepcopy, pickled], ids=["copy", "pickle"]
)


@MODE
@HOW
def test_a_copy_gives_what_the_function_gives(mode, copied):
    x, y = T.dmatrix("x"), T.dvector("y")
    outputs = {"p": T.nnet.softmax(T.dot(x, y) - 1), "first": x[0]}
    f = function([x, In(y, value=np.ones(3))], outputs, mode=mode, name="f")
    g = copied(f)
    value = np.arange(6.0).reshape(2, 3)
    assert g.name == "f"
    for key, found in g(value).items():
        np.testing.assert_array_equal(found, f(value)[key])


@MODE
@HOW
def test_a_copy_has_shared_variables_of_its_own(mode, copied):
    total, n = shared(10.0, name="total"), T.dscalar("n")
    f = function([n], total, updates=[(total, total + n)], mode=mode)
    f(1)
    g = copied(f)
    g(100)
    assert (g(0), f(0)) == (111.0, 11.0)
    assert g.get_shared()[0].get_value() == 111.0
    assert total.get_value() == 11.0


@HOW
def test_an_input_that_keeps_its_value_goes_on_from_there(copied):
    state, n = T.dscalar("state"), T.dscalar("n")
    f = function([n, In(state, value=0.0, update=state + n)], state)
    f(5)
    g = copied(f)
    g(1)
    assert (float(g["state"]), float(f["state"])) == (6.0, 5.0)


def test_a_pickled_function_still_knows_the_users_line():
    x, y = T.dvectors("x", "y")
    g = pickled(function([x, y], x + y))
    with pytest.raises(ValueError, match="cannot add `x`") as caught:
        g(np.ones(2), np.ones(3))
    assert "g = pickled(function([x, y], x + y))" in str(caught.value)
