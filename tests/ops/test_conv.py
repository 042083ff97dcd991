"""Convolution against its definition, written out in loops; its faults; its names."""

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from evaluation import evaluated

import teachgraph as tg
from teachgraph import tensor as T
from teachgraph.core.report import TeachgraphError

Array = np.ndarray[Any, Any]
conv = T.nnet.abstract_conv
RNG = np.random.default_rng(8)


def by_definition(
    x: Array,
    w: Array,
    border: Sequence[tuple[int, int]],
    stride: Sequence[int],
    dilation: Sequence[int],
    groups: int,
    flip: bool,
) -> Array:
    """Every product of the sum, one at a time."""
    window = w.shape[2:]
    spans = [(k - 1) * d + 1 for k, d in zip(window, dilation)]
    padded = np.pad(x, [(0, 0), (0, 0), *border])
    places = [
        (n - span) // s + 1 for n, span, s in zip(padded.shape[2:], spans, stride)
    ]
    found = np.zeros((len(x), len(w), *places))
    channels, filters = w.shape[1], len(w) // groups
    for at in np.ndindex(found.shape):
        n, o, *place = at
        for c, *tap in np.ndindex(channels, *window):
            q = [p * s + t * d for p, s, t, d in zip(place, stride, tap, dilation)]
            held = [k - 1 - t for k, t in zip(window, tap)] if flip else tap
            channel = (o // filters) * channels + c
            found[at] += padded[(n, channel, *q)] * w[(o, c, *held)]
    return found


def ends(border: Any, window: Sequence[int], dilation: Sequence[int]) -> list[Any]:
    """The zeros that a border mode means."""
    spans = [(k - 1) * d + 1 for k, d in zip(window, dilation)]
    if isinstance(border, str):
        width = {
            "valid": lambda n: 0,
            "half": lambda n: n // 2,
            "full": lambda n: n - 1,
        }
        return [(width[border](span),) * 2 for span in spans]
    parts = border if isinstance(border, tuple) else (border,) * len(window)
    return [p if isinstance(p, tuple) else (p, p) for p in parts]


BORDERS = ["valid", "half", "full", 1, (0, 2), ((1, 0), (0, 2))]
WAYS = list(
    itertools.product(
        BORDERS, [(1, 1), (2, 3)], [(1, 1), (2, 1)], [1, 2], [True, False]
    )
)


@pytest.mark.parametrize(("border", "stride", "dilation", "groups", "flip"), WAYS)
def test_conv2d_is_the_sum_of_products_that_defines_it(
    border: Any, stride: Any, dilation: Any, groups: int, flip: bool
):
    x, w = RNG.normal(size=(2, 4, 6, 7)), RNG.normal(size=(2, 4 // groups, 3, 2))
    images, filters = T.dtensor4("images"), T.dtensor4("filters")
    y = T.nnet.conv2d(
        images,
        filters,
        border_mode=border,
        subsample=stride,
        filter_dilation=dilation,
        num_groups=groups,
        filter_flip=flip,
    )
    zeros = ends(border, w.shape[2:], dilation)
    expected = by_definition(x, w, zeros, stride, dilation, groups, flip)
    np.testing.assert_allclose(evaluated(y, {images: x, filters: w}), expected)


@pytest.mark.parametrize("border", ["valid", "half", "full", (1, 0, 2)])
def test_conv3d_is_the_sum_of_products_that_defines_it(border: Any):
    x, w = RNG.normal(size=(1, 2, 4, 5, 3)), RNG.normal(size=(2, 2, 2, 3, 2))
    volumes, filters = T.dtensor5("volumes"), T.dtensor5("filters")
    y = T.nnet.conv3d(volumes, filters, border_mode=border, subsample=(1, 2, 1))
    zeros = ends(border, w.shape[2:], (1, 1, 1))
    expected = by_definition(x, w, zeros, (1, 2, 1), (1, 1, 1), 1, True)
    np.testing.assert_allclose(evaluated(y, {volumes: x, filters: w}), expected)


@pytest.mark.parametrize("border", ["valid", "half"])
@pytest.mark.parametrize("stride", [(1, 1), (2, 1)])
def test_compiled_convolution_and_its_gradients_are_those_of_numpy(
    border: str, stride: tuple[int, int]
):
    x, w = RNG.normal(size=(2, 3, 6, 5)), RNG.normal(size=(4, 3, 3, 2))
    images, filters = T.dtensor4("images"), T.dtensor4("filters")
    y = T.nnet.conv2d(images, filters, border_mode=border, subsample=stride)
    results = [y, *tg.grad((y**3).sum(), [images, filters])]
    f = tg.function([images, filters], results)
    for found, v in zip(f(x, w), results):
        expected = evaluated(v, {images: x, filters: w})
        np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_a_length_that_does_not_fit_is_an_error_of_the_call():
    images, filters = T.dtensor4("images"), T.dtensor4("filters")
    f = tg.function([images, filters], T.nnet.conv2d(images, filters))
    with pytest.raises(TeachgraphError, match="channels"):
        f(np.zeros((1, 3, 5, 5)), np.zeros((1, 2, 2, 2)))
    with pytest.raises(TeachgraphError, match="does not fit"):
        f(np.zeros((1, 2, 3, 3)), np.zeros((1, 2, 5, 5)))


def test_second_derivative_is_that_of_differences():
    x, w = RNG.normal(size=(1, 2, 4, 4)), RNG.normal(size=(2, 2, 2, 2))
    images, filters = T.dtensor4("images"), T.dtensor4("filters")
    y = T.nnet.conv2d(images, filters, border_mode="half", subsample=(2, 1))
    slope = tg.grad((y**2).sum(), filters)
    curve = tg.grad((slope**2).sum(), images)

    def energy(value: Array) -> float:
        return float((evaluated(slope, {images: value, filters: w}) ** 2).sum())

    found = evaluated(curve, {images: x, filters: w})
    for at in [(0, 0, 1, 2), (0, 1, 3, 3)]:
        step = np.zeros_like(x)
        step[at] = 1e-5
        change = (energy(x + step) - energy(x - step)) / 2e-5
        np.testing.assert_allclose(found[at], change, rtol=1e-6)


def test_shape_is_known_as_far_as_lengths_are():
    images = T.tensor("float32", (None, 3, 28, None))
    filters = T.tensor("float32", (8, 3, 5, 5))
    y = T.nnet.conv2d(images, filters, border_mode="half", subsample=(2, 2))
    assert y.type.shape == (None, 8, 14, None)


def test_filter_shape_tells_lengths_that_the_type_leaves_open():
    y = T.nnet.conv2d(T.tensor4(), T.tensor4(), filter_shape=(8, 3, 5, 5))
    assert y.type.shape == (None, 8, None, None)


@pytest.mark.parametrize(
    ("images", "filters", "options", "words"),
    [
        ((2, 3, 8, 8), (4, 2, 3, 3), {}, "the images have 3 channels"),
        ((2, 3, 8), (4, 3, 3, 3), {}, "images have 4 axes"),
        ((2, 3, 8, 8), (4, 3, 3), {}, "filters have 4 axes"),
        ((2, 3, 4, 8), (4, 3, 5, 3), {}, "a window of 5 does not fit on an axis of 4"),
        ((2, 4, 8, 8), (3, 2, 3, 3), {"num_groups": 2}, "3 filters do not fall into 2"),
        ((2, 3, 8, 8), (4, 3, 3, 3), {"border_mode": "same"}, "not 'same'"),
        ((2, 3, 8, 8), (4, 3, 3, 3), {"border_mode": (1, 2, 3)}, "3 parts, not 2"),
        ((2, 3, 8, 8), (4, 3, 3, 3), {"subsample": (0, 1)}, "each at least 1"),
        ((2, 3, 8, 8), (4, 3, 3, 3), {"filter_shape": (4, 3)}, "has 2 lengths"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(
    images: Any, filters: Any, options: Any, words: str
):
    x, w = T.tensor("float64", images), T.tensor("float64", filters)
    with pytest.raises(TeachgraphError, match=words):
        T.nnet.conv2d(x, w, **options)


def test_abstract_classes_are_called_as_old_programs_call_them():
    w, g = RNG.normal(size=(3, 2, 3, 3)), RNG.normal(size=(2, 3, 4, 5))
    filters, results = T.dtensor4(), T.dtensor4()
    settings = {"subsample": (2, 2), "border_mode": (1, 1), "filter_flip": False}
    op = conv.AbstractConv2d_gradInputs(imshp=None, kshp=(3, 2, 3, 3), **settings)
    back = op(filters, results, (7, 9))
    size = T.ivector()
    same = op(filters, results, size)
    at = {filters: w, results: g, size: np.array([7, 9], "int32")}
    found = evaluated(back, at)
    np.testing.assert_allclose(evaluated(same, at), found)
    x = RNG.normal(size=found.shape)
    forward = by_definition(x, w, [(1, 1)] * 2, (2, 2), (1, 1), 1, False)
    np.testing.assert_allclose((forward * g).sum(), (x * found).sum())  # the adjoint
    images = T.dtensor4()
    weights = conv.AbstractConv2d_gradWeights(**settings)(images, results, (3, 3))
    found = evaluated(weights, {images: x, results: g})
    np.testing.assert_allclose((found * w).sum(), (forward * g).sum())


def test_transposed_convolution_is_the_adjoint():
    x, y = RNG.normal(size=(2, 3, 4, 4)), RNG.normal(size=(2, 5, 9, 9))
    w = RNG.normal(size=(3, 5, 3, 3))
    images, filters = T.dtensor4(), T.dtensor4()
    up = T.nnet.conv2d_transpose(
        images, filters, (None, None, 9, 9), input_dilation=(2, 2)
    )
    found = evaluated(up, {images: x, filters: w})
    down = by_definition(y, w, [(0, 0)] * 2, (2, 2), (1, 1), 1, True)
    np.testing.assert_allclose((found * y).sum(), (down * x).sum())


def test_separable_convolution_filters_each_channel_and_then_mixes():
    x, deep = RNG.normal(size=(1, 2, 5, 5)), RNG.normal(size=(4, 1, 3, 3))
    point = RNG.normal(size=(3, 4, 1, 1))
    v = [T.dtensor4() for _ in range(3)]
    y = T.nnet.separable_conv2d(*v, num_channels=2)
    inner = by_definition(x, deep, [(0, 0)] * 2, (1, 1), (1, 1), 2, True)
    expected = np.einsum("ncij,oc->noij", inner, point[:, :, 0, 0])
    np.testing.assert_allclose(evaluated(y, dict(zip(v, (x, deep, point)))), expected)


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(("step", "apart"), [(1, 1), (2, 1), (1, 2), (2, 3)])
def test_causal_convolution_does_not_look_ahead(known: bool, step: int, apart: int):
    x, w = RNG.normal(size=(1, 2, 9)), RNG.normal(size=(3, 2, 3))
    sequences, filters = T.dtensor3(), T.dtensor3()
    y = T.nnet.causal_conv1d(
        sequences,
        filters,
        filter_shape=(3, 2, 3) if known else (None, None, None),
        subsample=step,
        filter_dilation=apart,
    )
    before = [(2 * apart, 0)]
    expected = by_definition(x, w, before, (step,), (apart,), 1, True)
    np.testing.assert_allclose(evaluated(y, {sequences: x, filters: w}), expected)


def test_unshared_filters_differ_from_place_to_place():
    x, w = RNG.normal(size=(2, 3, 4, 5)), RNG.normal(size=(2, 3, 4, 3, 2, 2))
    images, filters = T.dtensor4(), T.tensor("float64", (None,) * 6)
    y = T.nnet.conv2d(images, filters, unshared=True, filter_flip=False)
    expected = np.zeros((2, 2, 3, 4))
    for n, o, i, j in np.ndindex(expected.shape):
        expected[n, o, i, j] = (x[n, :, i : i + 2, j : j + 2] * w[o, i, j]).sum()
    at = {images: x, filters: w}
    np.testing.assert_allclose(evaluated(y, at), expected)
    slope = tg.grad((y**2).sum(), filters)
    found = evaluated(slope, at)[1, 2, 3]
    part = x[:, :, 2:4, 3:5]
    np.testing.assert_allclose(
        found, np.einsum("n,ncij->cij", 2 * expected[:, 1, 2, 3], part)
    )


def test_signal_convolution_is_that_of_scipy():
    scipy = pytest.importorskip("scipy.signal")
    x, w = RNG.normal(size=(6, 7)), RNG.normal(size=(3, 2))
    for mode in ("valid", "full"):
        picture, kernel = T.dmatrix(), T.dmatrix()
        y = T.signal.conv.conv2d(picture, kernel, border_mode=mode)
        found = evaluated(y, {picture: x, kernel: w})
        np.testing.assert_allclose(found, scipy.convolve2d(x, w, mode))


@pytest.mark.parametrize(("x", "w"), [(2, 3), (3, 2), (3, 3)])
def test_signal_convolution_keeps_the_axes_that_it_was_given(x: int, w: int):
    a, b = (T.tensor("float64", (None,) * n) for n in (x, w))
    y = T.signal.conv.conv2d(a, b)
    assert y.ndim == 2 + (x == 3) + (w == 3)


@pytest.mark.parametrize("border", ["valid", "half", "full", 2, ((1, 0), 3)])
@pytest.mark.parametrize("stride", [(1, 1), (2, 3)])
def test_lengths_worked_out_beforehand_are_those_of_the_result(
    border: Any, stride: Any
):
    x, w = T.tensor("float64", (2, 3, 9, 8)), T.tensor("float64", (4, 3, 3, 2))
    found = conv.get_conv_output_shape(
        x.type.shape, w.type.shape, border, stride, (2, 1)
    )
    y = T.nnet.conv2d(
        x, w, border_mode=border, subsample=stride, filter_dilation=(2, 1)
    )
    assert found == y.type.shape
    if stride == (1, 1):
        back = conv.get_conv_gradinputs_shape(
            w.type.shape, found, border, stride, (2, 1)
        )
        assert back == x.type.shape


def test_a_length_that_is_not_known_stays_so():
    assert conv.get_conv_shape_1axis(None, 3, "valid", 1) is None
    assert conv.get_conv_gradinputs_shape_1axis(3, 5, "valid", 2, 1) is None


@pytest.mark.parametrize("one_d", [True, False])
@pytest.mark.parametrize("ratio", [2, 3, 4])
def test_upsampling_keeps_what_is_constant_and_what_is_straight(
    ratio: int, one_d: bool
):
    images = T.dtensor4()
    up = conv.bilinear_upsampling(images, ratio, use_1D_kernel=one_d)
    flat = np.full((1, 2, 3, 4), 2.5)
    np.testing.assert_allclose(evaluated(up, {images: flat}), 2.5)
    slope = np.arange(5.0) * np.ones((1, 1, 3, 1))
    rows = evaluated(up, {images: slope})[0, 0]
    steps = np.diff(rows[0])[ratio:-ratio]
    np.testing.assert_allclose(steps, 1 / ratio)
    assert rows.shape == (3 * ratio, 5 * ratio)


def test_upsampling_by_a_whole_fraction_is_upsampling():
    images, x = T.dtensor4(), RNG.normal(size=(2, 2, 3, 4))
    whole = conv.bilinear_upsampling(images, 2, use_1D_kernel=False)
    part = conv.bilinear_upsampling(images, frac_ratio=(4, 2), use_1D_kernel=False)
    found = [evaluated(v, {images: x}) for v in (whole, part)]
    np.testing.assert_allclose(found[1], found[0])


def test_upsampling_by_a_fraction_has_the_length_it_says():
    images = T.dtensor4()
    up = conv.frac_bilinear_upsampling(images, ((3, 2), (5, 4)))
    found = evaluated(up, {images: np.ones((1, 1, 4, 4))})
    assert found.shape == (1, 1, 6, 5)
    np.testing.assert_allclose(found, 1)
