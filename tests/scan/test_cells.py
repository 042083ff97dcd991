"""Cells as programs write them: LSTM with masks, GRU, attention; values and slopes."""

from collections.abc import Callable

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T

TIME, BATCH, WIDTH = 4, 3, 2
Array = np.ndarray


def sigmoid(v: Array) -> Array:
    return 1 / (1 + np.exp(-v))


def lstm_in_numpy(x: Array, mask: Array, u: Array) -> Array:
    h, c, found = np.zeros((BATCH, WIDTH)), np.zeros((BATCH, WIDTH)), []
    for e, m in zip(x, mask):
        i, f, o, g = np.split(h @ u + e, 4, axis=1)
        new = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        c = m[:, None] * new + (1 - m)[:, None] * c
        out = sigmoid(o) * np.tanh(c)
        h = m[:, None] * out + (1 - m)[:, None] * h
        found.append(h)
    return np.array(found)


def lstm(x, mask, u):
    def part(v, k):
        return v[:, k * WIDTH : (k + 1) * WIDTH]

    def step(m, e, h, c, u):
        v = T.dot(h, u) + e
        i, f, o = (T.nnet.sigmoid(part(v, k)) for k in range(3))
        new = f * c + i * T.tanh(part(v, 3))
        c = m[:, None] * new + (1.0 - m)[:, None] * c
        out = o * T.tanh(c)
        return m[:, None] * out + (1.0 - m)[:, None] * h, c

    zeros = T.alloc(np.asarray(0.0), x.shape[1], WIDTH)
    (h, _), _ = tg.scan(
        step,
        sequences=[mask, x],
        outputs_info=[zeros, zeros],
        non_sequences=[u],
        name="lstm",
        n_steps=x.shape[0],
        strict=True,
    )
    return h


def gru_in_numpy(x: Array, u: Array) -> Array:
    h, found = np.zeros((BATCH, WIDTH)), []
    for e in x:
        z, r = np.split(sigmoid(h @ u[:, : 2 * WIDTH] + e[:, : 2 * WIDTH]), 2, axis=1)
        new = np.tanh((r * h) @ u[:, 2 * WIDTH :] + e[:, 2 * WIDTH :])
        h = z * h + (1 - z) * new
        found.append(h)
    return np.array(found)


def gru(x, u):
    def step(e, h):
        gates = T.nnet.sigmoid(T.dot(h, u[:, : 2 * WIDTH]) + e[:, : 2 * WIDTH])
        z, r = gates[:, :WIDTH], gates[:, WIDTH:]
        new = T.tanh(T.dot(r * h, u[:, 2 * WIDTH :]) + e[:, 2 * WIDTH :])
        return z * h + (1 - z) * new

    return tg.scan(step, x, T.zeros((x.shape[1], WIDTH)))[0]


def slopes_by_differences(f: Callable[..., float], at: Array) -> Array:
    found = np.zeros_like(at)
    for i in np.ndindex(at.shape):
        up, down = at.copy(), at.copy()
        up[i] += 1e-6
        down[i] -= 1e-6
        found[i] = (f(up) - f(down)) / 2e-6
    return found


@pytest.mark.parametrize("mode", ["FAST_COMPILE", "FAST_RUN"])
def test_an_lstm_with_masks(mode: str, rng: np.random.Generator):
    x, mask, u = T.dtensor3("x"), T.dmatrix("mask"), T.dmatrix("u")
    h = lstm(x, mask, u)
    f = tg.function([x, mask, u], [h, T.grad((h[-1] ** 2).sum(), u)], mode=mode)
    a = rng.normal(size=(TIME, BATCH, 4 * WIDTH))
    b = (rng.uniform(size=(TIME, BATCH)) > 0.3).astype(float)
    c = rng.normal(size=(WIDTH, 4 * WIDTH))
    found, slope = f(a, b, c)
    assert np.allclose(found, lstm_in_numpy(a, b, c))
    cost = slopes_by_differences(lambda w: (lstm_in_numpy(a, b, w)[-1] ** 2).sum(), c)
    assert np.allclose(slope, cost, atol=1e-6)


@pytest.mark.parametrize("mode", ["FAST_COMPILE", "FAST_RUN"])
def test_a_gru(mode: str, rng: np.random.Generator):
    x, u = T.dtensor3("x"), T.dmatrix("u")
    h = gru(x, u)
    f = tg.function([x, u], [h, T.grad((h**2).sum(), u)], mode=mode)
    a = rng.normal(size=(TIME, BATCH, 3 * WIDTH))
    b = rng.normal(size=(WIDTH, 3 * WIDTH))
    found, slope = f(a, b)
    assert np.allclose(found, gru_in_numpy(a, b))
    cost = slopes_by_differences(lambda w: (gru_in_numpy(a, w) ** 2).sum(), b)
    assert np.allclose(slope, cost, atol=1e-6)


def test_a_decoder_that_attends_to_all_states_of_an_encoder(rng: np.random.Generator):
    context, y, w = T.dmatrix("context"), T.dmatrix("y"), T.dmatrix("w")
    keys = T.dot(context, w)

    def step(e, s, context, keys):
        weights = T.nnet.softmax(T.dot(keys, s))
        weights = weights.flatten()
        seen = (context * weights[:, None]).sum(0)
        return T.tanh(s + e + seen), weights

    (states, weights), _ = tg.scan(
        step, y, [T.zeros_like(context[0]), None], [context, keys]
    )
    slope = T.grad(states.sum(), w)
    f = tg.function([context, y, w], [states, weights, slope], mode="FAST_COMPILE")
    a, b, c = (rng.normal(size=s) for s in ((5, 2), (3, 2), (2, 2)))

    def by_hand(w: Array) -> tuple[Array, Array]:
        s, states, all_weights = np.zeros(2), [], []
        for e in b:
            scores = np.exp(a @ w @ s)
            all_weights.append(scores / scores.sum())
            s = np.tanh(s + e + all_weights[-1] @ a)
            states.append(s)
        return np.array(states), np.array(all_weights)

    found = f(a, b, c)
    assert np.allclose(found[0], by_hand(c)[0])
    assert np.allclose(found[1], by_hand(c)[1])
    expected = slopes_by_differences(lambda w: by_hand(w)[0].sum(), c)
    assert np.allclose(found[2], expected, atol=1e-6)
