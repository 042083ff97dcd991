"""Shared variables: their types, and who holds which array."""

import numpy as np
import pytest

import teachgraph.tensor as T
from teachgraph.compile.function import function
from teachgraph.compile.shared import SharedVariable, shared
from teachgraph.core.config import config
from teachgraph.core.report import (
    DtypeError,
    MissingInputError,
    RankError,
    ShapeError,
    UsageError,
)


@pytest.mark.parametrize(
    ("value", "dtype"),
    [(1, "int64"), (1.0, "float64"), (True, "bool"), (1j, "complex128")],
)
def test_numbers_become_tensors_without_axes(value: complex, dtype: str):
    w = shared(value)
    assert (w.dtype, w.ndim) == (dtype, 0)


def test_an_array_keeps_its_dtype_and_its_lengths_are_free():
    w = shared(np.ones((1, 3), "float32"), name="w")
    assert str(w.type) == "float32[?, ?]"
    assert w.broadcastable == (False, False)
    assert isinstance(w, SharedVariable)
    assert w.kind == "shared"


def test_broadcastable_axes_and_shapes_can_be_fixed():
    row = np.ones((1, 3))
    assert shared(row, broadcastable=(True, False)).type.shape == (1, None)
    assert shared(row, shape=(1, 3)).type.shape == (1, 3)


def test_a_shape_that_the_value_does_not_have_is_refused():
    with pytest.raises(ShapeError, match=r"\(2, 3\).*\(1, free\)"):
        shared(np.ones((2, 3)), broadcastable=(True, False))
    with pytest.raises(RankError):
        shared(np.ones(2), shape=(2, 1))


def test_the_variable_has_its_own_copy():
    start = np.zeros(2)
    w = shared(start)
    start += 1
    assert w.get_value().tolist() == [0.0, 0.0]


def test_a_borrowed_array_is_the_array_itself():
    start = np.zeros(2)
    w = shared(start, borrow=True)
    assert w.get_value(borrow=True) is start


def test_get_value_is_a_copy():
    w = shared(np.zeros(2))
    value = w.get_value()
    value[0] = 5
    assert w.get_value().tolist() == [0.0, 0.0]


def test_set_value_copies_unless_it_may_borrow():
    w, new = shared(np.zeros(2)), np.ones(2)
    w.set_value(new)
    new += 1
    assert w.get_value().tolist() == [1.0, 1.0]
    w.set_value(new, borrow=True)
    assert w.get_value(borrow=True) is new


def test_set_value_may_change_free_lengths():
    w = shared(np.zeros(2), name="w")
    f = function([], w.sum())
    w.set_value(np.ones(5))
    assert f() == 5.0


def test_the_value_is_kept_row_major_and_native():
    w = shared(np.asfortranarray(np.ones((2, 3))).astype(">f4"))
    kept = w.get_value(borrow=True)
    assert kept.flags.c_contiguous
    assert kept.dtype == np.dtype("float32")


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (np.ones(2), DtypeError),
        (np.ones((1, 1), "float32"), RankError),
        ("a", DtypeError),
    ],
)
def test_set_value_refuses_what_does_not_fit(value: object, error: type):
    w = shared(np.zeros(2, "float32"), name="w")
    with pytest.raises(error, match="the value of `w`"):
        w.set_value(value)
    assert w.get_value().tolist() == [0.0, 0.0]


def test_set_value_converts_as_arguments_are_converted():
    w = shared(np.zeros(2, "float32"), name="w")
    w.set_value([1, 2])
    assert w.get_value().dtype == "float32"
    loose = shared(np.zeros(2, "float32"), allow_downcast=True)
    loose.set_value(np.array([0.1, 0.2]))
    assert loose.get_value().dtype == "float32"
    with pytest.raises(DtypeError, match="strict"):
        shared(np.zeros(2), strict=True).set_value([1.0, 2.0])


def test_a_fixed_length_stays():
    w = shared(np.zeros(2), shape=(2,))
    with pytest.raises(ShapeError, match="length 2"):
        w.set_value(np.zeros(3))


def test_a_symbolic_value_is_refused():
    x = T.zeros((3, 2))
    x.name = "w_init"
    with pytest.raises(DtypeError, match="`w_init`") as caught:
        shared(x, name="w")
    assert "shared(w_init.eval())" in [h.code for h in caught.value.report.hints]


@pytest.mark.parametrize("value", [[1, 2], (1.0,), "text", None, {"a": 1}])
def test_what_is_not_an_array_or_a_number_is_refused(value: object):
    with pytest.raises(DtypeError, match="an array or a number"):
        shared(value)


def test_a_list_is_refused_with_what_to_write():
    with pytest.raises(DtypeError) as caught:
        shared([1, 2])
    assert "np.asarray" in (caught.value.report.hints[0].code or "")


def test_a_shared_variable_knows_where_it_was_made():
    w = shared(1.0)
    assert w.origin is not None
    assert w.origin.span().text() == "shared(1.0)"


def test_python_floats_are_rounded_to_floatx():
    w = shared(np.float32(0))
    with config.change_flags(floatX="float32"):
        w.set_value(0.1)
    assert w.get_value() == np.float32(0.1)


def test_eval_gives_the_value_of_an_expression():
    w, x = shared(np.ones(3)), T.dscalar("x")
    assert w.eval().tolist() == [1.0, 1.0, 1.0]
    assert (w.sum() * x).eval({x: 2.0}) == 6.0


def test_eval_refuses_what_is_not_a_dict_of_variables():
    x = T.dscalar("x")
    with pytest.raises(UsageError):
        (x * 2).eval({"x": 2.0})


def test_eval_says_which_value_is_missing_and_how_to_give_it():
    x, y = T.dscalars("x", "y")
    with pytest.raises(MissingInputError, match="`y` has no value") as caught:
        (x + y).eval({x: 1.0})
    assert caught.value.report.hints[0].code == ".eval({x: value, y: value})"
