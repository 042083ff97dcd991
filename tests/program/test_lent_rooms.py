"""A costly value may lie in the place of a result, until that result is stored."""

import numpy as np

import teachgraph as tg
import teachgraph.tensor as T

RNG = np.random.default_rng(3)


def test_two_results_read_a_value_that_lies_in_the_place_of_one():
    x, y = T.dmatrices("x", "y")
    t = T.tanh(x)
    s = (t * y).sum(axis=1, keepdims=True)
    outputs = [y * s * (1 - t**2), s * t * y, T.exp(t) * s]
    values = RNG.normal(size=(4, 5)), RNG.normal(size=(4, 5))
    plain = tg.function([x, y], outputs, mode="FAST_COMPILE")(*values)
    for found, expected in zip(tg.function([x, y], outputs)(*values), plain):
        np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_a_result_of_a_later_fold_leaves_alone_what_lies_in_its_place():
    x, y = T.dmatrices("x", "y")
    t = T.tanh(x)
    s = (t * y).sum(axis=1, keepdims=True)
    first = y * s * (1 - t**2)
    again = (first * x).sum(axis=1, keepdims=True)
    outputs = [first, again * t, again * s * T.sqr(t)]
    values = RNG.normal(size=(4, 5)), RNG.normal(size=(4, 5))
    plain = tg.function([x, y], outputs, mode="FAST_COMPILE")(*values)
    for found, expected in zip(tg.function([x, y], outputs)(*values), plain):
        np.testing.assert_allclose(found, expected, rtol=1e-12)
