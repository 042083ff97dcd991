"""Theano's functions for a GPU, which programs ask for by name: the same numbers."""

from importlib import import_module

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T

dnn = import_module("teachgraph.theano.sandbox.cuda.dnn")
basic = import_module("teachgraph.theano.sandbox.cuda.basic_ops")
MOVES = {"border_mode": (2, 1), "subsample": (2, 2)}


def values(*shapes: tuple[int, ...]) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.normal(size=shape).astype("float32") for shape in shapes]


@pytest.mark.parametrize(("conv_mode", "flip"), [("conv", True), ("cross", False)])
def test_a_convolution_of_cudnn_is_the_one_of_any_device(conv_mode: str, flip: bool):
    x, w = T.ftensor4("x"), T.ftensor4("w")
    here = dnn.dnn_conv(x, w, conv_mode=conv_mode, **MOVES)
    there = T.nnet.conv2d(x, w, filter_flip=flip, **MOVES)
    a, b = tg.function([x, w], [here, there])(*values((2, 3, 8, 7), (4, 3, 5, 3)))
    np.testing.assert_array_equal(a, b)


def test_a_convolution_run_backwards_makes_images_of_the_shape_it_is_given():
    x, w = T.ftensor4("x"), T.ftensor4("w")
    shape = x.shape[0], w.shape[1], x.shape[2] * 2, x.shape[3] * 2
    out = basic.gpu_alloc_empty(*shape)
    desc = dnn.GpuDnnConvDesc(border_mode=(2, 2), subsample=(2, 2), conv_mode="conv")
    images = dnn.GpuDnnConvGradI()(w, x, out, desc(out.shape, w.shape))
    given = values((2, 4, 7, 7), (4, 3, 5, 5))
    big = T.ftensor4("big")
    forth = T.nnet.conv2d(big, w, border_mode=(2, 2), subsample=(2, 2))
    back = T.grad(T.sum(forth * x), big)
    expected = tg.function([x, w, big], back)(*given, *values((2, 3, 14, 14)))
    found = tg.function([x, w], images)(*given)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_alpha_and_beta_weigh_the_result_and_what_was_there():
    x, w, out = T.ftensor4("x"), T.ftensor4("w"), T.ftensor4("out")
    desc = dnn.GpuDnnConvDesc("valid")(w.shape)
    mixed = dnn.GpuDnnConv()(x, w, out, desc, 0.5, 2.0)
    given = values((2, 3, 6, 6), (4, 3, 3, 3), (2, 4, 4, 4))
    plain = tg.function([x, w], T.nnet.conv2d(x, w))(*given[:2])
    found = tg.function([x, w, out], mixed)(*given)
    np.testing.assert_allclose(found, 0.5 * plain + 2 * given[2], rtol=1e-5, atol=1e-5)


def test_windows_of_cudnn_move_by_one_and_lie_inside():
    (x,) = values((1, 1, 4, 4))
    pooled = dnn.dnn_pool(x, (2, 2), mode="average").eval()
    rows = x[..., :-1, :] + x[..., 1:, :]
    expected = (rows[..., :-1] + rows[..., 1:]) / 4
    np.testing.assert_allclose(pooled, expected, rtol=1e-5)


def test_moving_an_array_to_the_device_leaves_it_as_it_is():
    x = T.fmatrix("x")
    assert basic.gpu_contiguous(x) is x
    assert basic.host_from_gpu(basic.gpu_from_host(x)) is x


def test_programs_that_ask_first_hear_that_there_is_no_device():
    assert not dnn.dnn_available()
    assert not import_module("teachgraph.theano.sandbox.cuda").cuda_available
