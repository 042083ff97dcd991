"""Constructors of variables, and what Python numbers become."""

import numpy as np
import pytest

from teachgraph import tensor as T
from teachgraph.core.config import config
from teachgraph.core.report import TeachgraphError
from teachgraph.core.types import TensorType


@pytest.mark.parametrize(
    ("name", "dtype", "shape"),
    [
        ("dmatrix", "float64", (None, None)),
        ("fvector", "float32", (None,)),
        ("lscalar", "int64", ()),
        ("irow", "int32", (1, None)),
        ("wcol", "int16", (None, 1)),
        ("btensor3", "int8", (None,) * 3),
        ("ctensor4", "complex64", (None,) * 4),
        ("ztensor7", "complex128", (None,) * 7),
    ],
)
def test_name_of_a_constructor_says_dtype_and_axes(name: str, dtype: str, shape: tuple):
    x = getattr(T, name)("x")
    assert x.type == TensorType(dtype, shape)
    assert x.name == "x"


def test_constructor_without_letter_follows_floatx():
    with config.change_flags(floatX="float32"):
        assert T.matrix().dtype == "float32"
    assert T.matrix().dtype == "float64"


def test_plural_makes_several_from_names_or_a_number():
    x, y = T.dmatrices("x", "y")
    assert (x.name, y.name) == ("x", "y")
    assert [v.dtype for v in T.fvectors(3)] == ["float32"] * 3


def test_lengths_that_are_known_may_be_said():
    assert T.dmatrix(shape=(3, None)).type.shape == (3, None)


def test_wrong_number_of_lengths_is_refused():
    with pytest.raises(TeachgraphError, match="2 lengths"):
        T.dmatrix(shape=(3,))


def test_tensor_takes_broadcastable_as_theano_does():
    assert T.tensor("float32", (True, False)).type.shape == (1, None)
    assert T.tensor("int8", broadcastable=[False]).type.shape == (None,)


def test_origin_of_a_variable_is_the_call():
    x = T.dvector("x")
    assert x.origin is not None
    assert x.origin.span().text() == 'T.dvector("x")'


@pytest.mark.parametrize(
    ("number", "dtype"),
    [
        (0, "int8"),
        (127, "int8"),
        (128, "int16"),
        (-128, "int8"),
        (-129, "int16"),
        (600, "int16"),
        (2**31 - 1, "int32"),
        (2**31, "int64"),
        (-(2**63), "int64"),
        (2**63, "uint64"),
        (0.5, "float32"),
        (0.1, "float64"),
        (0.99, "float64"),
        (1e300, "float64"),
        (float("nan"), "float32"),
        (float("inf"), "float32"),
        (True, "bool"),
        (1j, "complex128"),
    ],
)
def test_python_number_takes_the_smallest_dtype_that_holds_it(number, dtype: str):
    assert T.constant(number).dtype == dtype
    assert T.constant(number).data.dtype == dtype


@pytest.mark.parametrize("number", [0.1, 0.99, 2.0, 1e-3])
def test_fractions_are_float32_where_floatx_is(number: float):
    with config.change_flags(floatX="float32"):
        assert T.constant(number).dtype == "float32"
        assert (T.fvector() * number).dtype == "float32"


def test_floatx_may_change_between_two_uses_of_a_number():
    assert (T.fvector() * 0.1).dtype == "float64"
    with config.change_flags(floatX="float32"):
        assert (T.fvector() * 0.1).dtype == "float32"


def test_minus_zero_stays_minus_zero():
    x = T.dscalar()
    for zero in (0.0, -0.0, 0.0):
        data = (x * zero).owner.inputs[1].data
        assert np.signbit(data) == np.signbit(zero)


def test_array_and_numpy_scalar_keep_their_dtype():
    assert T.as_tensor_variable(np.float16(2)).dtype == "float16"
    assert T.as_tensor_variable(np.zeros(2, "uint8")).dtype == "uint8"


def test_list_of_variables_becomes_a_stack():
    x, y = T.dscalars("x", "y")
    assert T.as_tensor_variable([x, y]).type.shape == (2,)
    assert T.as_tensor_variable([[x, 1], [2, y]]).type.shape == (2, 2)


@pytest.mark.parametrize("thing", ["two", None, [[1], [1, 2]], {}, len], ids=repr)
def test_what_is_not_made_of_numbers_is_refused(thing):
    for use in (lambda: T.dvector("x") + thing, lambda: T.sum(thing)):
        with pytest.raises(TeachgraphError) as caught:
            use()
        assert caught.value.report.code == "not-numeric"


def test_unknown_dtype_is_refused():
    with pytest.raises(TeachgraphError, match="there is no dtype float128"):
        T.tensor("float128")
