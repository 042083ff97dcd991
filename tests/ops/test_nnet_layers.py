"""Batch normalization, neighbourhoods, sequences without alignment, rows of classes."""

import itertools
from typing import Any

import numpy as np
import pytest
from evaluation import evaluated

import teachgraph as tg
from teachgraph import tensor as T
from teachgraph.core.report import TeachgraphError

Array = np.ndarray[Any, Any]
RNG = np.random.default_rng(11)
AXES = {"per-activation": (0,), "spatial": (0, 2, 3), (1, 2): (1, 2)}


def softmaxed(x: Array) -> Array:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# Batch normalization


@pytest.mark.parametrize("axes", AXES, ids=str)
@pytest.mark.parametrize("short", [True, False])
def test_training_normalizes_by_the_batch(axes: Any, short: bool):
    x, over = RNG.normal(2, 3, size=(4, 3, 5, 2)), AXES[axes]
    kept = tuple(n for a, n in enumerate(x.shape) if a not in over)
    wide = tuple(1 if a in over else n for a, n in enumerate(x.shape))
    form = kept if short else wide
    values = [RNG.normal(size=form) for _ in range(4)]
    inputs = T.dtensor4()
    v = [T.tensor("float64", (None,) * len(form)) for _ in range(4)]
    found = T.nnet.batch_normalization_train(
        inputs, v[0], v[1], axes, 1e-3, 0.2, v[2], v[3]
    )
    at = {inputs: x, **dict(zip(v, values))}
    out, mean, inverse, new_mean, new_var = (evaluated(f, at) for f in found)
    gamma, beta, old_mean, old_var = (a.reshape(wide) for a in values)
    m, s = x.mean(over, keepdims=True), x.var(over, keepdims=True)
    np.testing.assert_allclose(out, (x - m) / np.sqrt(s + 1e-3) * gamma + beta)
    np.testing.assert_allclose(mean, m.reshape(form))
    np.testing.assert_allclose(inverse, 1 / np.sqrt(s + 1e-3).reshape(form))
    np.testing.assert_allclose(new_mean, (0.8 * old_mean + 0.2 * m).reshape(form))
    count = x.size / s.size
    unbiased = s * count / (count - 1)
    np.testing.assert_allclose(new_var, (0.8 * old_var + 0.2 * unbiased).reshape(form))


def test_gradient_of_training_sums_to_zero_over_the_batch():
    inputs, gamma, beta = T.dmatrix(), T.dvector(), T.dvector()
    out, *_ = T.nnet.batch_normalization_train(inputs, gamma, beta)
    slope = tg.grad((out**3).sum(), inputs)
    at = {inputs: RNG.normal(size=(5, 3)), gamma: np.ones(3), beta: np.zeros(3)}
    np.testing.assert_allclose(evaluated(slope, at).sum(axis=0), 0, atol=1e-12)


def test_testing_normalizes_by_what_it_is_given():
    x, values = RNG.normal(size=(4, 3)), [RNG.uniform(1, 2, size=3) for _ in range(4)]
    inputs, v = T.dmatrix(), [T.dvector() for _ in range(4)]
    out = T.nnet.batch_normalization_test(inputs, *v, epsilon=1e-2)
    gamma, beta, mean, var = values
    expected = (x - mean) / np.sqrt(var + 1e-2) * gamma + beta
    found = evaluated(out, {inputs: x, **dict(zip(v, values))})
    np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize("mode", ["low_mem", "high_mem"])
def test_the_old_function_takes_a_standard_deviation(mode: str):
    x, (gamma, beta, mean, std) = (
        RNG.normal(size=(4, 3)),
        RNG.uniform(1, 2, size=(4, 3)),
    )
    v = [T.dmatrix(), *(T.dvector() for _ in range(4))]
    out = T.nnet.bn.batch_normalization(*v, mode=mode)
    found = evaluated(out, dict(zip(v, (x, gamma, beta, mean, std))))
    np.testing.assert_allclose(found, (x - mean) * gamma / std + beta)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"axes": "channels"}, "not 'channels'"),
        ({"axes": (5,)}, "some of 0 to 3"),
        ({"epsilon": 1e-7}, "at least 1e-5"),
        ({"running_mean": T.dvector()}, "both, or neither"),
    ],
)
def test_what_normalization_cannot_do_is_refused_in_words(options: Any, words: str):
    parameter = T.dtensor3() if "axes" not in options else T.dvector()
    with pytest.raises(TeachgraphError, match=words):
        T.nnet.batch_normalization_train(T.dtensor4(), parameter, parameter, **options)


# Neighbourhoods


def neighbours(x: Array, size: Any, step: Any) -> Array:
    rows = []
    for image in x.reshape(-1, *x.shape[2:]):
        for i in range(0, image.shape[0] - size[0] + 1, step[0]):
            for j in range(0, image.shape[1] - size[1] + 1, step[1]):
                rows.append(image[i : i + size[0], j : j + size[1]].ravel())
    return np.array(rows)


@pytest.mark.parametrize(
    ("mode", "size", "step"),
    [
        ("valid", (2, 3), None),
        ("valid", (2, 2), (1, 1)),
        ("ignore_borders", (3, 4), None),
        ("half", (3, 3), (1, 1)),
        ("full", (2, 3), (1, 2)),
    ],
)
def test_neighbourhoods_are_windows_in_reading_order(mode: str, size: Any, step: Any):
    x, images = RNG.normal(size=(2, 2, 4, 6)), T.dtensor4()
    rows = T.nnet.neighbours.images2neibs(images, size, step, mode)
    width = {"half": lambda n: n // 2, "full": lambda n: n - 1}.get(mode, lambda n: 0)
    zeros = [(0, 0), (0, 0), *((width(n),) * 2 for n in size)]
    expected = neighbours(np.pad(x, zeros), size, step or size)
    np.testing.assert_array_equal(evaluated(rows, {images: x}), expected)


def test_wrapped_neighbourhoods_go_on_at_the_other_side():
    x, images = np.arange(16.0).reshape(1, 1, 4, 4), T.dtensor4()
    rows = T.nnet.neighbours.images2neibs(images, (3, 3), (1, 1), "wrap_centered")
    found = evaluated(rows, {images: x})
    assert found.shape == (16, 9)
    np.testing.assert_array_equal(found[0], [15, 12, 13, 3, 0, 1, 7, 4, 5])


def test_images_come_back_from_their_neighbourhoods():
    x, images = RNG.normal(size=(2, 3, 4, 6)), T.dtensor4()
    rows = T.nnet.neighbours.images2neibs(images, (2, 3))
    back = T.nnet.neighbours.neibs2images(rows, (2, 3), images.shape)
    np.testing.assert_array_equal(evaluated(back, {images: x}), x)
    slope = tg.grad((rows**2).sum(), images)
    np.testing.assert_allclose(evaluated(slope, {images: x}), 2 * x)


def test_what_was_left_out_comes_back_as_zeros():
    x, images = RNG.normal(size=(1, 1, 5, 7)), T.dtensor4()
    rows = T.nnet.neighbours.images2neibs(images, (2, 3), mode="ignore_borders")
    back = T.nnet.neighbours.neibs2images(rows, (2, 3), x.shape, "ignore_borders")
    expected = np.zeros_like(x)
    expected[..., :4, :6] = x[..., :4, :6]
    np.testing.assert_array_equal(evaluated(back, {images: x}), expected)


def test_windows_that_do_not_use_up_an_image_are_refused():
    images = T.tensor("float64", (1, 1, 5, 6))
    with pytest.raises(TeachgraphError, match="do not use up 5"):
        T.nnet.neighbours.images2neibs(images, (2, 3))


# Labels without alignment


def surprise(x: Array, labels: list[int]) -> float:
    """By trying every way through the steps."""
    p = softmaxed(x)
    total = 0.0
    for way in itertools.product(range(x.shape[1]), repeat=len(x)):
        merged = [s for s, _ in itertools.groupby(way)]
        if [s for s in merged if s] == labels:
            total += np.prod([p[t, s] for t, s in enumerate(way)])
    return -np.log(total)


def test_ctc_adds_up_every_way_to_write_the_labels():
    x = RNG.normal(size=(5, 4, 3))
    labels = np.array([[1, 2, -1], [1, 1, -1], [2, -1, -1], [-1, -1, -1]], "int32")
    steps = np.array([5, 4, 3, 2], "int32")
    v = T.dtensor3(), T.imatrix(), T.ivector()
    cost = T.nnet.ctc.ctc(*v)
    found = evaluated(cost, dict(zip(v, (x, labels, steps))))
    expected = [
        surprise(x[:n, b], [int(s) for s in labels[b] if s >= 0])
        for b, n in enumerate(steps)
    ]
    np.testing.assert_allclose(found, expected)


def test_ctc_of_labels_that_need_more_steps_is_infinite():
    v = T.dtensor3(), T.imatrix(), T.ivector()
    at = dict(
        zip(
            v,
            (np.zeros((2, 1, 3)), np.array([[1, 1]], "int32"), np.array([2], "int32")),
        )
    )
    cost = T.nnet.ctc.ctc(*v)
    assert np.isinf(evaluated(cost, at)).all()
    np.testing.assert_array_equal(evaluated(tg.grad(cost.sum(), v[0]), at), 0)


def test_ctc_says_which_label_is_too_large():
    v = T.dtensor3(), T.imatrix(), T.ivector()
    f = tg.function(list(v), T.nnet.ctc.ctc(*v))
    with pytest.raises(ValueError, match="label 7 of example 0"):
        f(np.zeros((2, 1, 3)), np.array([[7]], "int32"), np.array([2], "int32"))


# Rows of classes


def test_losses_by_class_number_agree_with_the_long_way():
    x, b, y = RNG.normal(size=(4, 3)), RNG.normal(size=3), np.array([0, 2, 1, 2])
    v = T.dmatrix(), T.dvector(), T.lvector()
    at = dict(zip(v, (x, b, y)))
    p = softmaxed(x + b)
    expected = -np.log(p[np.arange(4), y])
    loss, soft, best = T.nnet.crossentropy_softmax_argmax_1hot_with_bias(*v)
    np.testing.assert_allclose(evaluated(loss, at), expected)
    np.testing.assert_allclose(evaluated(soft, at), p)
    np.testing.assert_array_equal(evaluated(best, at), p.argmax(axis=1))
    assert best.dtype == "int64"
    np.testing.assert_allclose(evaluated(T.nnet.softmax_with_bias(*v[:2]), at), p)
    plain, _, largest, _ = T.nnet.crossentropy_softmax_max_and_argmax_1hot(v[0], v[2])
    own = softmaxed(x)
    np.testing.assert_allclose(evaluated(plain, at), -np.log(own[np.arange(4), y]))
    np.testing.assert_allclose(evaluated(largest, at), own.max(axis=1))
    one = T.nnet.crossentropy_categorical_1hot(T.nnet.softmax(v[0]), v[2])
    np.testing.assert_allclose(evaluated(one, at), evaluated(plain, at))


def test_class_numbers_are_whole_numbers():
    with pytest.raises(TeachgraphError, match="class numbers"):
        T.nnet.crossentropy_softmax_1hot(T.dmatrix(), T.dvector())


def test_a_column_of_one_number_is_put_before_a_matrix():
    m, x = T.dmatrix(), np.array([[1.0, 2], [3, 4]])
    for put, number in (
        (T.nnet.prepend_0_to_each_row, 0),
        (T.nnet.prepend_1_to_each_row, 1),
    ):
        found = evaluated(put(m), {m: x})
        np.testing.assert_array_equal(found[:, 0], number)
        np.testing.assert_array_equal(found[:, 1:], x)


def test_confusion_matrix_counts_what_was_taken_for_what():
    a, p = T.lvector(), T.lvector()
    at = {a: np.array([2, 0, 2, 2, 0, 1]), p: np.array([0, 0, 2, 2, 0, 2])}
    matrix, order = T.nnet.confusion_matrix(a, p)
    np.testing.assert_array_equal(
        evaluated(matrix, at), [[2, 0, 0], [0, 0, 1], [1, 0, 2]]
    )
    np.testing.assert_array_equal(evaluated(order, at), [0, 1, 2])


def test_hierarchical_softmax_of_targets_is_a_part_of_the_whole():
    shapes = [(4, 5), (5, 3), (3,), (3, 5, 2), (3, 2)]
    values = [RNG.normal(size=n) for n in shapes]
    v = [T.tensor("float64", (None,) * len(n)) for n in shapes]
    x, *weights = v
    every = T.nnet.h_softmax(x, 4, 5, 3, 2, *weights)
    y = np.array([0, 4, 2, 3])
    chosen = T.nnet.h_softmax(x, 4, 5, 3, 2, *weights, target=T.constant(y))
    at = dict(zip(v, values))
    whole = evaluated(every, at)
    assert whole.shape == (4, 5)
    np.testing.assert_allclose(evaluated(chosen, at), whole[np.arange(4), y])


def test_products_with_chosen_blocks_are_those_of_a_loop():
    w, h, b = (RNG.normal(size=n) for n in ((3, 4, 2, 5), (2, 2, 2), (4, 5)))
    rows, columns = np.array([[0, 2], [1, 1]]), np.array([[3, 0, 1], [2, 2, 0]])
    v = T.dtensor4(), T.dtensor3(), T.lmatrix(), T.dmatrix(), T.lmatrix()
    y = T.nnet.blocksparse.sparse_block_dot(*v)
    expected = b[columns]
    for n, i, j in np.ndindex(2, 2, 3):
        expected[n, j] += h[n, i] @ w[rows[n, i], columns[n, j]]
    found = evaluated(y, dict(zip(v, (w, h, rows, b, columns))))
    np.testing.assert_allclose(found, expected)
