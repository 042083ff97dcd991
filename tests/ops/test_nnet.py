"""Functions of neural networks: values, stability, errors."""

import numpy as np
import pytest
from evaluation import evaluated

from teachgraph import tensor as T
from teachgraph.core.report import TeachgraphError
from teachgraph.grad import grad
from teachgraph.tensor import nnet

X = np.array([[1.0, 2.0, 3.0], [1000.0, -1000.0, 0.0]])


def test_softmax_sums_to_one_and_does_not_overflow():
    x = T.dmatrix("x")
    p = evaluated(nnet.softmax(x), {x: X})
    np.testing.assert_allclose(p[0], np.exp(X[0]) / np.exp(X[0]).sum())
    np.testing.assert_array_equal(p[1], [1, 0, 0])


def test_softmax_goes_along_the_axis_it_is_given():
    x = T.dmatrix("x")
    p = evaluated(nnet.softmax(x, axis=0), {x: X})
    np.testing.assert_allclose(p.sum(axis=0), 1)


def test_logsoftmax_is_exact_where_the_softmax_is_zero():
    x = T.dmatrix("x")
    found = evaluated(nnet.logsoftmax(x), {x: X})
    np.testing.assert_allclose(found[1], [0, -2000, -1000])
    np.testing.assert_allclose(found[0], np.log(np.exp(X[0]) / np.exp(X[0]).sum()))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_sigmoid_and_softplus_hold_at_both_ends(dtype: str):
    x = T.tensor(dtype, (None,))
    ends = {x: np.array([-1000, -1, 0, 1, 1000], dtype)}
    np.testing.assert_allclose(
        evaluated(nnet.sigmoid(x), ends), [0, 0.26894142, 0.5, 0.73105858, 1], rtol=1e-6
    )
    np.testing.assert_allclose(
        evaluated(nnet.softplus(x), ends),
        [0, 0.31326169, 0.69314718, 1.31326169, 1000],
        rtol=1e-6,
    )


def test_logistic_function_has_the_values_of_the_tutorial():
    x = T.dmatrix("x")
    s = evaluated(1 / (1 + T.exp(-x)), {x: np.array([[0.0, 1], [-1, -2]])})
    np.testing.assert_allclose(
        s, [[0.5, 0.73105858], [0.26894142, 0.11920292]], atol=5e-9
    )


def test_rectifiers_bend_at_zero():
    x = T.dvector("x")
    at = {x: np.array([-2.0, 0.0, 3.0])}
    np.testing.assert_array_equal(evaluated(nnet.relu(x), at), [0, 0, 3])
    np.testing.assert_array_equal(evaluated(nnet.relu(x, 0.5), at), [-1, 0, 3])
    np.testing.assert_allclose(evaluated(nnet.elu(x), at), [np.expm1(-2), 0, 3])
    np.testing.assert_allclose(evaluated(nnet.softsign(x), at), [-2 / 3, 0, 3 / 4])


def test_slope_of_the_rectifier_at_zero_is_the_one_below():
    x = T.dvector("x")
    at = {x: np.array([-1.0, 0.0, 1.0])}
    for alpha in (0, 0.25):
        slopes = evaluated(grad(T.sum(nnet.relu(x, alpha)), x), at)
        np.testing.assert_array_equal(slopes, [alpha, alpha, 1])


def test_elu_of_a_large_number_does_not_overflow():
    x = T.dvector("x")
    assert evaluated(nnet.elu(x), {x: np.array([1e4])}) == 1e4


def test_approximate_sigmoids_stay_near():
    x = T.dvector("x")
    at = {x: np.linspace(-8, 8, 101)}
    exact = evaluated(nnet.sigmoid(x), at)
    for name, error in (("hard_sigmoid", 0.09), ("ultra_fast_sigmoid", 0.03)):
        found = evaluated(getattr(nnet, name)(x), at)
        assert np.abs(found - exact).max() < error


def test_crossentropy_takes_class_numbers_and_probabilities():
    p, y, t = T.dmatrix("p"), T.lvector("y"), T.dmatrix("t")
    values = np.array([[0.2, 0.3, 0.5], [0.1, 0.8, 0.1]])
    classes = np.array([2, 1])
    by_number = evaluated(nnet.categorical_crossentropy(p, y), {p: values, y: classes})
    by_probability = evaluated(
        nnet.categorical_crossentropy(p, t), {p: values, t: np.eye(3)[classes]}
    )
    np.testing.assert_allclose(by_number, -np.log([0.5, 0.8]))
    np.testing.assert_allclose(by_probability, by_number)


def test_binary_crossentropy_of_logits_holds_at_both_ends():
    x, t = T.dvector("x"), T.dvector("t")
    loss = nnet.sigmoid_binary_crossentropy(x, t)
    ends = {x: np.array([1000.0, -1000.0, 2.0]), t: np.array([1.0, 1.0, 0.25])}
    p = 1 / (1 + np.exp(-2.0))
    expected = -(0.25 * np.log(p) + 0.75 * np.log(1 - p))
    np.testing.assert_allclose(evaluated(loss, ends), [0, 1000, expected])


@pytest.mark.parametrize(
    ("target", "code"),
    [(T.dtensor3("t"), "wrong-rank"), (T.dvector("t"), "wrong-dtype")],
    ids=["rank", "dtype"],
)
def test_targets_that_do_not_go_with_predictions_are_refused(target, code: str):
    with pytest.raises(TeachgraphError) as caught:
        nnet.categorical_crossentropy(T.dmatrix("p"), target)
    assert caught.value.report.code == code


def test_softmax_of_whole_numbers_is_a_float():
    assert nnet.softmax(T.lmatrix()).dtype == "float64"
    assert nnet.softmax(T.fmatrix()).dtype == "float32"
