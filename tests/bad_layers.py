"""Random calls of layers, loops and sparse matrices whose sizes may not fit."""

from __future__ import annotations

from typing import Any

import numpy as np
from bad_cases import (
    Case,
    Rng,
    c,
    case,
    cube,
    i,
    indices,
    j,
    length,
    near,
    numbers,
    p,
    pp,
    q,
    u,
    v,
    x,
    y,
)

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.tensor.nnet import conv2d
from teachgraph.tensor.nnet.neighbours import images2neibs
from teachgraph.tensor.signal.pool import pool_2d


@case
def cross_entropy(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    values = [np.abs(numbers(rng, n, m)) + 0.1, indices(rng, m, near(rng, n))]
    loss = T.nnet.categorical_crossentropy(x, p)
    return [x, p], [loss, tg.grad(loss.sum(), x)], values


@case
def softmax_cross_entropy(rng: Rng) -> Case:
    n, m = length(rng) + 1, length(rng) + 1
    loss = T.nnet.categorical_crossentropy(T.nnet.softmax(x), p).mean()
    values = [numbers(rng, n, m), indices(rng, m, near(rng, n))]
    return [x, p], [loss, tg.grad(loss, x)], values


@case
def convolved(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    w = T.dtensor4("w")
    channels = 2
    images = numbers(rng, 2, channels, n, m)
    filters = numbers(rng, 3, near(rng, channels), length(rng), length(rng))
    border: Any = ["valid", "half", "full", (1, 2)][rng.integers(4)]
    out = conv2d(c, w, border_mode=border)
    return [c, w], [out, *tg.grad(out.sum(), [c, w])], [images, filters]


@case
def pooled(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    mode = str(rng.choice(["max", "sum", "average_inc_pad", "average_exc_pad"]))
    cut = bool(rng.random() < 0.5)
    out = pool_2d(c, p, ignore_border=not cut, mode=mode)
    window = np.array([near(rng, 2), near(rng, 2)])
    return [c, p], [out, tg.grad(out.sum(), c)], [numbers(rng, 1, 2, n, m), window]


@case
def neighbours(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    mode = str(rng.choice(["valid", "ignore_borders", "wrap_centered", "half", "full"]))
    out = images2neibs(c, p, mode=mode)
    values = [numbers(rng, 1, 2, n, m), np.array([near(rng, 2), near(rng, 2)])]
    return [c, p], out * 2, values


@case
def upsampled(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    out = T.nnet.abstract_conv.bilinear_upsampling(c, int(rng.integers(1, 4)))
    return [c], out, [numbers(rng, 1, 1, n, m)]


@case
def labelled(rng: Rng) -> Case:
    steps, batch, symbols = length(rng), length(rng), 3
    cost = T.nnet.ctc.ctc(cube, pp, p)
    values = [
        numbers(rng, steps, batch, symbols),
        indices(rng, symbols, near(rng, batch), 2),
        rng.integers(-1, steps + 2, max(0, near(rng, batch))),
    ]
    return [cube, pp, p], [cost, tg.grad(cost.sum(), cube)], values


@case
def loop(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    out, _ = tg.scan(lambda e, s: e * 2 + s, x, v, n_steps=i)
    values = [numbers(rng, n, m), numbers(rng, near(rng, m)), near(rng, n)]
    return [x, v, i], out, values


@case
def end_of_loop(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    out, _ = tg.scan(lambda e, s: e * 2 + s, x, v, n_steps=i)
    values = [numbers(rng, n, m), numbers(rng, m), near(rng, n)]
    return [x, v, i], [out[-1], *tg.grad(out[-1].sum(), [x, v])], values


@case
def loop_with_taps(rng: Rng) -> Case:
    n = length(rng)
    taps = {"initial": u, "taps": [-3, -1]}
    window = {"input": v, "taps": [-1, 1]}
    out, _ = tg.scan(lambda a, b, s, t: a * b + s - t, window, taps)
    return [v, u], out, [numbers(rng, n), numbers(rng, near(rng, 3))]


@case
def loop_that_indexes(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    out, _ = tg.scan(lambda r, x: x[r] * 2, p, None, x)
    return [p, x], out, [indices(rng, n, length(rng)), numbers(rng, n, m)]


@case
def loop_that_writes(rng: Rng) -> Case:
    n, r = length(rng), length(rng)
    out, _ = tg.scan(lambda a, b, s: T.inc_subtensor(s[a], b), [p, u], v)
    values = [indices(rng, n, r), numbers(rng, near(rng, r)), numbers(rng, n)]
    return [p, u, v], out, values


@case
def transposed_convolution(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    w = T.dtensor4("w")
    filters = numbers(rng, 2, 1, int(rng.integers(1, 4)), int(rng.integers(1, 4)))
    shape = (None, 1, i, j)
    out = T.nnet.abstract_conv.conv2d_grad_wrt_inputs(c, w, shape)
    rows, columns = (k + f - 1 for k, f in zip((n, m), filters.shape[2:]))
    values = [numbers(rng, 1, 2, n, m), filters, near(rng, rows), near(rng, columns)]
    return [c, w, i, j], out * 2, values


@case
def convolution_in_groups(rng: Rng) -> Case:
    w = T.dtensor4("w")
    groups = int(rng.integers(1, 3))
    images = numbers(rng, 2, near(rng, 2 * groups), 3, 3)
    filters = numbers(rng, near(rng, 2 * groups), 2, 2, 2)
    out = conv2d(c, w, num_groups=groups)
    return [c, w], [out, *tg.grad(out.sum(), [c, w])], [images, filters]


@case
def back_to_images(rng: Rng) -> Case:
    n, m = 2 * length(rng), 2 * length(rng)
    patches = numbers(rng, near(rng, n * m // 4), near(rng, 4))
    out = T.nnet.neighbours.neibs2images(x, (2, 2), p)
    return [x, p], out * 2, [patches, np.array([1, 1, near(rng, n), near(rng, m)])]


@case
def normalized_in_batches(rng: Rng) -> Case:
    n, m = length(rng) + 1, length(rng) + 1
    gain, bias = numbers(rng, near(rng, m)), numbers(rng, near(rng, m))
    out, *_ = T.nnet.bn.batch_normalization_train(x, v, u)
    return [x, v, u], out, [numbers(rng, n, m), gain, bias]


@case
def window_of_signal(rng: Rng) -> Case:
    values = [numbers(rng, length(rng)), numbers(rng, length(rng))]
    return (
        [v, u],
        T.signal.conv.conv2d(v.dimshuffle("x", 0), u.dimshuffle("x", 0)),
        values,
    )


@case
def sparse_of_parts(rng: Rng) -> Case:
    n, m = length(rng), length(rng)
    count = length(rng)
    ends = np.sort(rng.integers(0, count + 1, max(1, near(rng, n) + 1)))
    ends[0], ends[-1] = 0, near(rng, count, 1)
    parts = [numbers(rng, count), indices(rng, m, near(rng, count)), ends]
    matrix = tg.sparse.CSR(v, p, q, T.stack([i, j]))
    out = tg.sparse.dot(matrix, y)
    values = [*parts, n, m, numbers(rng, near(rng, m), 2)]
    return [v, p, q, i, j, y], out, values
