"""Pooling against its definition, element by element."""

from typing import Any

import numpy as np
import pytest
from evaluation import evaluated

import teachgraph as tg
from teachgraph import tensor as T
from teachgraph.core.report import TeachgraphError

Array = np.ndarray[Any, Any]
pool = T.signal.pool
RNG = np.random.default_rng(5)
MODES = ["max", "sum", "average_inc_pad", "average_exc_pad"]


def spans(n: int, w: int, s: int, p: int, *, cut: bool) -> list[tuple[int, int]]:
    """Where windows begin and end, counted from the first zero of the border."""
    found: list[tuple[int, int]] = []
    start, reached = 0, 0
    while start + w <= n + 2 * p or (cut and reached < n + 2 * p and start < n + 2 * p):
        reached = min(start + w, n + 2 * p)
        found.append((start, reached))
        start += s
    return found


def by_definition(x: Array, w: Any, s: Any, p: Any, mode: str, *, cut: bool) -> Array:
    rows, columns = (spans(n, *a, cut=cut) for n, *a in zip(x.shape[-2:], w, s, p))
    found = np.zeros((*x.shape[:-2], len(rows), len(columns)))
    empty = -np.inf if mode == "max" else 0
    around = [(0, 0)] * (x.ndim - 2) + [(p[0], p[0]), (p[1], p[1])]
    padded = np.pad(x, around, constant_values=empty)
    real = np.pad(np.ones(x.shape), around)
    for i, (a, b) in enumerate(rows):
        for j, (c, d) in enumerate(columns):
            part = padded[..., a:b, c:d]
            size = real[..., a:b, c:d].sum(axis=(-2, -1))
            if mode == "max":
                found[..., i, j] = part.max(axis=(-2, -1))
                continue
            total = part.sum(axis=(-2, -1))
            divisor = {"sum": 1, "average_inc_pad": (b - a) * (d - c)}.get(mode, size)
            found[..., i, j] = total / divisor
    return found


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("ws", "stride", "pad", "ignore_border"),
    [
        ((2, 2), None, (0, 0), True),
        ((2, 3), (1, 2), (0, 0), True),
        ((3, 2), (2, 1), (1, 1), True),
        ((2, 2), None, (0, 0), False),
        ((3, 2), (2, 3), (0, 0), False),
        ((2, 3), (3, 1), (0, 0), False),
        ((9, 9), None, (0, 0), False),
    ],
)
def test_pool_2d_is_what_it_says_of_each_window(
    mode: Any, ws: Any, stride: Any, pad: Any, ignore_border: bool
):
    x, images = RNG.normal(size=(2, 3, 7, 8)), T.dtensor4("images")
    y = pool.pool_2d(images, ws, ignore_border, stride, pad, mode)
    expected = by_definition(x, ws, stride or ws, pad, mode, cut=not ignore_border)
    np.testing.assert_allclose(evaluated(y, {images: x}), expected)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("cut", [True, False])
def test_compiled_pooling_and_its_gradient_are_those_of_numpy(mode: Any, cut: bool):
    x, images = RNG.normal(size=(2, 7, 8)), T.dtensor3("images")
    y = pool.pool_2d(images, (3, 2), not cut, (2, 2), None, mode)
    results = [y, tg.grad((y**2).sum(), images)]
    f = tg.function([images], results)
    for found, v in zip(f(x), results):
        np.testing.assert_allclose(found, evaluated(v, {images: x}))


def test_every_largest_element_gets_the_gradient():
    images = T.dmatrix()
    slope = tg.grad(pool.pool_2d(images, (2, 2), True).sum(), images)
    found = evaluated(slope, {images: np.array([[1.0, 1, 0], [0, 1, 5]])})
    np.testing.assert_array_equal(found, [[1, 1, 0], [0, 1, 0]])


def test_gradient_of_the_gradient_of_the_largest_goes_to_the_largest():
    images, x = T.dmatrix(), RNG.normal(size=(4, 4))
    y = pool.pool_2d(images, (2, 2), True)
    slope = tg.grad((y**3).sum(), images)
    curve = tg.grad((slope**2).sum(), images)
    largest = by_definition(x, (2, 2), (2, 2), (0, 0), "max", cut=False)
    found = evaluated(curve, {images: x})
    hit = np.kron(largest, np.ones((2, 2))) == x
    np.testing.assert_allclose(found, np.where(hit, 36 * x**3, 0))


def test_nan_is_the_largest():
    images = T.dmatrix()
    x = np.array([[1.0, np.nan], [0, 2]])
    y = pool.pool_2d(images, (2, 2), True)
    assert np.isnan(evaluated(y, {images: x})).all()
    assert np.isnan(tg.function([images], y)(x)).all()


def test_pool_3d_goes_over_three_axes():
    x, volumes = RNG.normal(size=(2, 4, 4, 6)), T.dtensor4()
    y = pool.pool_3d(volumes, (2, 2, 3), True, mode="sum")
    blocks = x.reshape(2, 2, 2, 2, 2, 2, 3).sum(axis=(2, 4, 6))
    np.testing.assert_allclose(evaluated(y, {volumes: x}), blocks)


def test_pooling_at_full_size_leaves_zeros_but_for_the_largest():
    images = T.dmatrix()
    x = np.array([[1.0, 2, 7], [4, 3, 8]])
    y = pool.max_pool_2d_same_size(images, (2, 2))
    np.testing.assert_array_equal(evaluated(y, {images: x}), [[0, 0, 0], [4, 0, 0]])


def test_old_names_of_arguments_are_understood():
    images, x = T.dtensor4(), RNG.normal(size=(1, 1, 5, 5))
    new = pool.pool_2d(images, ws=(2, 2), stride=(1, 1), pad=(1, 1), ignore_border=True)
    old = pool.pool_2d(images, ds=(2, 2), st=(1, 1), padding=(1, 1), ignore_border=True)
    older = T.signal.downsample.max_pool_2d(images, (2, 2), True, (1, 1), (1, 1))
    found = [evaluated(v, {images: x}) for v in (new, old, older)]
    np.testing.assert_array_equal(found[1], found[0])
    np.testing.assert_array_equal(found[2], found[0])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "the window has no size"),
        ({"ws": (2, 2), "ds": (2, 2)}, "both are given"),
        ({"ws": (2, 2), "pad": (1, 1)}, "do not go with a pad"),
        ({"ws": (2, 2), "pad": (2, 2), "ignore_border": True}, "not smaller"),
        ({"ws": (2, 2), "mode": "mean"}, "not 'mean'"),
        ({"ws": (0, 2)}, "at least 1"),
    ],
)
def test_what_pooling_cannot_do_is_refused_in_words(options: Any, words: str):
    with pytest.raises(TeachgraphError, match=words):
        pool.pool_2d(T.dtensor4(), **options)


def test_a_vector_is_not_pooled_over_two_axes():
    with pytest.raises(TeachgraphError, match="the last 2 axes"):
        pool.pool_2d(T.dvector(), (2, 2))


@pytest.mark.parametrize("ignore_border", [True, False])
def test_shape_is_known_as_far_as_lengths_are(ignore_border: bool):
    images = T.tensor("float32", (None, 3, 7, None))
    y = pool.pool_2d(images, (2, 2), ignore_border)
    assert y.type.shape == (None, 3, 3 if ignore_border else 4, None)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("cut", [True, False])
def test_a_window_may_come_with_the_call(mode: Any, cut: bool):
    x = T.dtensor3("x")
    window, stride = T.ivector("window"), T.ivector("stride")
    weights = T.constant(RNG.normal(size=(2, 9, 9)))
    results: list[Any] = []
    for ws, st in ((window, stride), ((3, 2), (2, 1))):
        y = pool.pool_2d(x, ws, not cut, st, mode=mode)
        cost = T.sum(y**2 * weights[:, : y.shape[1], : y.shape[2]])
        results.append([y, tg.grad(cost, x)])
    f = tg.function([x, window, stride], [*results[0], *results[1]])
    given, g, known, g_known = f(RNG.normal(size=(2, 7, 8)), [3, 2], [2, 1])
    np.testing.assert_allclose(given, known)
    np.testing.assert_allclose(g, g_known)


def test_a_window_of_one_variable_is_a_square():
    x, n = T.dmatrix("x"), T.lscalar("n")
    found = evaluated(
        pool.pool_2d(x, n, True), {x: np.arange(16.0).reshape(4, 4), n: 2}
    )
    np.testing.assert_array_equal(found, [[5, 7], [13, 15]])


def test_a_window_that_comes_with_the_call_may_be_refused_then():
    x, window = T.dmatrix("x"), T.ivector("window")
    y = pool.pool_2d(x, window, True)
    with pytest.raises(TeachgraphError, match="at least 1"):
        y.eval({x: np.ones((4, 4)), window: [2, 0]})
