"""How outputs are asked for and handed over."""

import numpy as np
import pytest

import teachgraph.tensor as T
from teachgraph.compile.function import function
from teachgraph.compile.io import Out
from teachgraph.compile.shared import shared
from teachgraph.core.report import UsageError
from teachgraph.errors.silent import LostUpdateWarning

BOTH = pytest.mark.parametrize("mode", ["FAST_COMPILE", "FAST_RUN"])


@BOTH
def test_one_output_is_an_array(mode: str):
    x = T.dvector("x")
    result = function([x], x + 1, mode=mode)(np.ones(2))
    assert isinstance(result, np.ndarray)


@BOTH
def test_a_list_of_outputs_is_a_list(mode: str):
    x = T.dvector("x")
    f = function([x], [x + 1, x * 2], mode=mode)
    assert [a.tolist() for a in f(np.ones(1))] == [[2.0], [2.0]]
    assert isinstance(f(np.ones(1)), list)
    assert len(function([x], [x + 1], mode=mode)(np.ones(1))) == 1


@BOTH
def test_a_dict_of_outputs_is_a_dict_in_the_same_order(mode: str):
    x = T.dscalar("x")
    f = function([x], {"twice": x * 2, "half": x / 2}, mode=mode)
    assert list(f(np.array(3.0)).items()) == [("twice", 6.0), ("half", 1.5)]
    assert f.graph.names == ("twice", "half")


def test_no_output_is_none_and_an_empty_list_an_empty_list():
    x, w = T.dscalar("x"), shared(0.0, name="w")
    assert function([x], None, updates=[(w, x)])(1.0) is None
    assert function([x], updates=[(w, x)])(1.0) is None
    assert function([x], [], updates=[(w, x)])(1.0) == []


def test_out_wraps_an_output():
    x = T.dvector("x")
    f = function([x], [Out(x + 1, borrow=True), Out(x)])
    assert [a.tolist() for a in f([1])] == [[2.0], [1.0]]


def test_a_constant_can_be_an_output():
    assert function([], T.constant(3.0))() == 3.0


@BOTH
def test_outputs_share_no_memory_with_inputs_or_one_another(mode: str):
    x = T.dmatrix("x")
    f = function([x], [x, x, x.T, x.dimshuffle("x", 0, 1), x * 1], mode=mode)
    given = np.arange(6.0).reshape(2, 3)
    arrays = [given, *f(given)]
    for i, a in enumerate(arrays):
        for b in arrays[:i]:
            assert not np.shares_memory(a, b)


@BOTH
def test_outputs_share_no_memory_with_shared_variables_or_constants(mode: str):
    w = shared(np.ones(3), name="w")
    c = T.constant(np.ones(3))
    with pytest.warns(LostUpdateWarning):
        f = function([], [w, c], updates=[(w, w)], mode=mode)
    first, fixed = f()
    first[:] = 7
    fixed[:] = 7
    assert w.get_value().tolist() == [1.0, 1.0, 1.0]
    assert [a.tolist() for a in f()] == [[1.0] * 3] * 2


@BOTH
def test_outputs_are_row_major_and_writable(mode: str):
    x = T.dmatrix("x")
    f = function([x], [x.T, x + 1], mode=mode)
    for array in f(np.asfortranarray(np.ones((3, 2)))):
        assert array.flags.c_contiguous
        assert array.flags.writeable


@pytest.mark.parametrize("output", [np.ones(3), 1.0, "x", [[1.0]]])
def test_an_output_that_is_not_symbolic_is_refused(output: object):
    with pytest.raises(UsageError) as caught:
        function([], output)
    assert caught.value.report.code == "output-not-symbolic"


def test_keys_of_a_dict_of_outputs_are_strings():
    x = T.dscalar("x")
    with pytest.raises(UsageError, match="strings"):
        function([x], {1: x})


def test_a_later_call_does_not_change_an_earlier_result():
    x = T.dvector("x")
    f = function([x], x + 1)
    first = f(np.zeros(2))
    f(np.ones(2))
    assert first.tolist() == [1.0, 1.0]
