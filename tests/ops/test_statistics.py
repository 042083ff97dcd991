"""Reductions: NumPy's meaning over all sorts of axes, dtypes, empty ones, gradients."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from evaluation import evaluated

from teachgraph import tensor as T
from teachgraph.compile import function
from teachgraph.core.report import TeachgraphError
from teachgraph.grad import grad

X = np.array(
    [[[1.0, -2.0], [0.5, 4.0], [3.0, 3.0]], [[0.0, 7.0], [-1.0, 2.5], [6.0, 1.5]]]
)
AXES = [None, 0, -1, (0, 2), (1,), (2, 0), ()]


@pytest.mark.parametrize("axis", AXES, ids=str)
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize(
    "name", ["sum", "prod", "mean", "var", "std", "max", "min", "any", "all"]
)
def test_reduction_is_numpys(name: str, axis: Any, keepdims: bool):
    x = T.dtensor3("x")
    found = evaluated(getattr(T, name)(x, axis=axis, keepdims=keepdims), {x: X})
    expected = np.asarray(getattr(np, name)(X, axis=axis, keepdims=keepdims))
    assert found.dtype == expected.dtype
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize("axis", [None, 0, -1])
@pytest.mark.parametrize("name", ["argmax", "argmin"])
def test_position_is_numpys(name: str, axis: int | None):
    x = T.dtensor3("x")
    found = evaluated(getattr(T, name)(x, axis=axis), {x: X})
    np.testing.assert_array_equal(found, getattr(np, name)(X, axis=axis))


def test_position_over_several_axes_counts_through_them():
    x = T.dtensor3("x")
    found = evaluated(T.argmax(x, axis=(0, 2)), {x: X})
    np.testing.assert_array_equal(found, X.transpose(1, 0, 2).reshape(3, 4).argmax(1))


@pytest.mark.parametrize(
    ("dtype", "sum_dtype", "mean_dtype"),
    [
        ("bool", "int64", "float64"),
        ("int8", "int64", "float64"),
        ("uint8", "uint64", "float64"),
        ("int64", "int64", "float64"),
        ("float16", "float16", "float16"),
        ("float32", "float32", "float32"),
        ("complex64", "complex64", "complex64"),
    ],
)
def test_dtypes_of_sums_and_means(dtype: str, sum_dtype: str, mean_dtype: str):
    x = T.tensor(dtype, (None,))
    assert (T.sum(x).dtype, T.prod(x).dtype) == (sum_dtype, sum_dtype)
    assert T.mean(x).dtype == mean_dtype


def test_sum_of_float16_is_kept_in_float32():
    x = T.tensor("float16", (None,))
    ones = np.ones(5000, "float16")
    assert evaluated(T.sum(x), {x: ones}) == 5000
    assert evaluated(T.mean(x), {x: ones}) == 1


@pytest.mark.parametrize("mode", ["FAST_RUN", "FAST_COMPILE"])
def test_sum_of_float32_is_kept_in_float64(mode: str):
    x = T.fvector("x")
    f = function([x], [x.sum(), x.mean(), x.prod()], mode=mode)
    total, mean, product = f(np.array([1e8, 1, 1, -1e8], "float32"))
    assert (total, mean) == (2, 0.5)
    assert product == np.float32(-1e16)
    assert {a.dtype.name for a in (total, mean, product)} == {"float32"}


def test_sum_of_many_rows_of_float32_does_not_drift():
    x = T.fmatrix("x")
    rows = np.full((200_000, 3), 0.1, "float32")
    total = function([x], x.sum(axis=0))(rows)
    assert np.allclose(total, 20_000, rtol=1e-6)


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint16", "int64"])
def test_mean_of_a_sum_of_whole_numbers_is_float64(dtype: str):
    x = T.tensor(dtype, (None,))
    whole = T.mean(x, dtype="int64")
    assert whole.dtype == "float64"
    assert evaluated(whole, {x: np.array([1, 0], dtype)}) == 0.5


@pytest.mark.parametrize(
    "axis", [np.array(1), np.int8(1), T.constant(1), [np.array(1)]]
)
def test_axis_may_be_a_number_in_an_array_or_a_constant(axis: Any):
    x = T.dmatrix("x")
    value = np.arange(6.0).reshape(2, 3)
    assert evaluated(x.sum(axis=axis), {x: value}).tolist() == [3, 12]


def test_axes_may_be_an_array():
    x = T.dtensor3("x")
    assert x.sum(axis=np.array([0, 2])).type == T.dvector().type


def test_dtype_of_the_result_and_of_the_accumulator_may_be_given():
    total = T.sum(T.fvector(), dtype="float64", acc_dtype="float32")
    op = total.owner.op
    assert (op.dtype, op.acc, total.dtype) == ("float64", "float32", "float64")


def test_small_whole_numbers_do_not_wrap_around():
    x = T.bvector("x")
    assert evaluated(T.sum(x), {x: np.full(10, 100, "int8")}) == 1000


@pytest.mark.parametrize("name", ["sum", "prod", "any", "all"])
def test_reduction_of_nothing_is_the_neutral_element(name: str):
    x = T.dvector("x")
    nothing = np.zeros(0)
    assert evaluated(getattr(T, name)(x), {x: nothing}) == getattr(np, name)(nothing)


@pytest.mark.parametrize("name", ["max", "min", "argmax", "argmin"])
def test_extreme_of_nothing_is_an_error_when_it_runs(name: str):
    x = T.dvector("x")
    with pytest.raises(ValueError, match=r"zero-size|empty"):
        evaluated(getattr(T, name)(x), {x: np.zeros(0)})


def test_nan_wins_in_extremes():
    x = T.dvector("x")
    values = {x: np.array([1.0, np.nan, 3.0])}
    assert np.isnan(evaluated(T.max(x), values))
    assert np.isnan(evaluated(T.min(x), values))


def test_logsumexp_does_not_overflow():
    x = T.dvector("x")
    y = T.logsumexp(x)
    assert evaluated(y, {x: np.array([1000.0, 1000.0])}) == 1000 + np.log(2)
    assert evaluated(y, {x: np.array([-np.inf, -np.inf])}) == -np.inf
    assert evaluated(y, {x: np.array([np.inf, 0.0])}) == np.inf


def test_norm_is_numpys():
    x = T.dmatrix("x")
    for degree in (0, 1, 2, 3, np.inf):
        found = evaluated(x.norm(degree, axis=1), {x: X[0]})
        np.testing.assert_allclose(found, np.linalg.norm(X[0], degree, axis=1))


def derivative(build: Callable[[Any], Any], at: np.ndarray) -> np.ndarray:
    x = T.tensor("float64", (None,) * at.ndim, "x")
    return evaluated(grad(build(x), x), {x: at})


def differences(build: Callable[[Any], Any], at: np.ndarray) -> np.ndarray:
    x = T.tensor("float64", (None,) * at.ndim, "x")
    cost, found = build(x), np.zeros(at.shape)
    for i in np.ndindex(at.shape):
        ends: list[float] = []
        for step in (1e-6, -1e-6):
            moved = at.copy()
            moved[i] += step
            ends.append(float(evaluated(cost, {x: moved})))
        found[i] = (ends[0] - ends[1]) / 2e-6
    return found


WEIGHTS = np.array([[0.3, -1.2], [2.0, 0.7], [-0.4, 1.1]])


@pytest.mark.parametrize(
    "build",
    [
        lambda x: T.mean(T.sqr(x)),
        lambda x: T.sum(T.var(x, axis=0)),
        lambda x: T.sum(T.var(x, axis=1, ddof=1)),
        lambda x: T.sum(T.std(x, axis=0)),
        T.logsumexp,
        lambda x: T.sum(WEIGHTS[0] * T.logsumexp(x, axis=0)),
        lambda x: T.sum(T.prod(x, axis=1) ** 2),
        lambda x: x.norm(2) + x.norm(3) + x.norm(1),
        lambda x: T.sum(WEIGHTS * T.nnet.softmax(x)),
        lambda x: T.sum(WEIGHTS * T.nnet.logsoftmax(x, axis=0)),
        lambda x: T.sum(WEIGHTS * T.nnet.elu(x)),
        lambda x: T.sum(WEIGHTS * T.nnet.relu(x, 0.1)),
        lambda x: T.sum(WEIGHTS * T.nnet.softsign(x)),
        lambda x: T.sum(T.nnet.sigmoid_binary_crossentropy(x, WEIGHTS)),
        lambda x: T.sum(T.nnet.binary_crossentropy(T.nnet.sigmoid(x), 0.3)),
        lambda x: T.sum(x[[0, 2, 0], [1, 0, 1]] ** 2),
        lambda x: T.sum(T.set_subtensor(x[1:, 0], 2 * x[0]) ** 2),
        lambda x: T.sum(T.concatenate([x, x[:1] ** 2]) ** 3),
        lambda x: T.sum(T.dot(x.T, x) ** 2),
        lambda x: T.sum(T.tril(x) * T.tile(x[0], (3, 1))),
        lambda x: T.sum(T.diag(x) ** 2) + T.sum(T.diag(x[0]) * 3),
        lambda x: T.max(x) * T.min(x) + T.ptp(x),
    ],
)
def test_gradient_of_a_composition_is_the_derivative(build: Any):
    at = np.array([[0.5, -0.3], [1.5, 0.8], [-0.7, 2.2]])
    np.testing.assert_allclose(derivative(build, at), differences(build, at), atol=1e-6)


def test_gradient_of_a_product_with_zeros_is_the_product_of_the_others():
    found = derivative(T.prod, np.array([2.0, 0.0, 3.0]))
    np.testing.assert_array_equal(found, [0, 6, 0])
    found = derivative(T.prod, np.array([0.0, 0.0, 3.0]))
    np.testing.assert_array_equal(found, [0, 0, 0])


def test_every_element_equal_to_the_largest_gets_the_whole_gradient():
    found = derivative(T.max, np.array([3.0, 1.0, 3.0]))
    np.testing.assert_array_equal(found, [1, 0, 1])


def test_complex_numbers_have_no_largest():
    with pytest.raises(TeachgraphError) as caught:
        T.max(T.zvector())
    assert caught.value.report.code == "wrong-dtype"
