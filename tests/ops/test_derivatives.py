"""Gradients of functions made of several ops, and their R-operators."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import teachgraph as tg
from teachgraph import tensor as T

A = np.array([[1.5, -2.0, 0.25, 0.1], [3.0, 0.5, -1.0, 1.75], [-0.2, 2.0, 2.5, -4.0]])
V = np.array([0.5, 2.0, -4.0, 2.5])
CUBE = np.random.default_rng(0).normal(size=(2, 3, 4))
K = np.array([3, 0, 1, 3])

FUNCTIONS: list[tuple[str, Callable[..., Any], list[np.ndarray]]] = [
    ("sort", lambda a: T.sort(a, 0), [A]),
    ("topk", lambda a: T.topk(a, 2), [A]),
    ("cumsum", lambda a: T.cumsum(a, 1), [A]),
    ("cumprod", T.cumprod, [A]),
    ("cumprod of zeros", lambda v: T.cumprod(v * np.array([1, 0, 1, 0.0])), [V]),
    ("repeat", lambda a: T.repeat(a, K, 1), [A]),
    ("tile", lambda a: T.tile(a, (2, 3)), [A]),
    ("take", lambda a: a.take(K, 1), [A]),
    ("take wrapped", lambda a: a.take(K + 4, 0, mode="wrap"), [A]),
    ("take along", lambda a: T.take_along_axis(a, T.argsort(a), 1), [A]),
    ("choose", lambda a, v: T.choose(K % 2, [a, v.dimshuffle("x", 0)]), [A, V]),
    ("compress", lambda a: T.compress(K > 0, a, 1), [A]),
    ("mask", lambda a: a[a > 0], [A]),
    ("rows and columns", lambda c: c[:, [0, 2, 2], 1:][..., [1, 1]], [CUBE]),
    ("set by mask", lambda a, v: T.set_subtensor(a[:, K > 0], v[1:]), [A, V]),
    ("set twice", lambda a, v: T.set_subtensor(a[:, [1, 1]], v[:2]), [A, V]),
    ("inc twice", lambda a, v: T.inc_subtensor(a[:, [1, 1, 0, 3]], v), [A, V]),
    ("step", lambda a: a[:, :: T.constant(-2)], [A]),
    ("roll", lambda a: T.roll(a, 3), [A]),
    ("rot90", T.rot90, [A]),
    ("diff", lambda a: T.diff(a, 2), [A]),
    ("diag", lambda v: T.diag(v, -2), [V]),
    ("diagonal", lambda c: T.diagonal(c, 1, 1, 2), [CUBE]),
    ("trace", lambda a: T.trace(a, 1), [A]),
    ("fill_diagonal", lambda a: T.fill_diagonal(a, a[0, 1]), [A]),
    ("fill_diagonal_offset", lambda a: T.fill_diagonal_offset(a, a[0, 0], -1), [A]),
    ("split", lambda a: T.split(a, [1, 3], axis=1)[1], [A]),
    ("unique", T.unique, [V]),
    ("bincount", lambda v: T.bincount(K, v), [V]),
    ("percentile", lambda a: T.percentile(a, 40, 1), [A]),
    ("median", T.median, [A]),
    ("cov", T.cov, [A]),
    ("linspace", lambda v: T.linspace(v[0], v[1], 4), [V]),
    ("einsum", lambda a, c: T.einsum("ij,kij,ij->ik", a, c, a), [A, CUBE]),
    ("kron", T.kron, [A, V]),
    ("matmul", lambda a, c: c @ a.T, [A, CUBE]),
    ("largest", lambda a, v: T.largest(a, v, a * 2), [A, V]),
    ("corrected variance", lambda a: a.var(1, corrected=True), [A]),
    ("jv", lambda v: T.jv(1.5, T.abs_(v)), [V]),
    ("iv", lambda v: T.iv(2, v), [V]),
    ("gammau", lambda v: T.gammau(1.5, T.abs_(v)), [V]),
    ("chi2sf", lambda v: T.chi2sf(T.abs_(v), 3), [V]),
]


@pytest.mark.parametrize(("name", "build", "point"), FUNCTIONS)
def test_gradient_is_that_of_differences(name: str, build: Any, point: Any):
    T.verify_grad(build, point, rng=np.random.default_rng(1), mode="FAST_COMPILE")


@pytest.mark.parametrize("name", ["sort", "cumprod", "mask", "roll", "einsum"])
def test_r_operator_is_the_derivative_along_a_direction(name: str):
    build, point = next((f, p) for n, f, p in FUNCTIONS if n == name)
    inputs = [T.tensor("float64", (None,) * p.ndim) for p in point]
    rng = np.random.default_rng(2)
    directions = [rng.normal(size=p.shape) for p in point]
    out = build(*inputs)
    along = tg.Rop(out, inputs, [T.constant(d) for d in directions])
    f = tg.function(inputs, [out, along], mode="FAST_COMPILE")
    step = 1e-6
    ahead = f(*(p + step * d for p, d in zip(point, directions)))[0]
    behind = f(*(p - step * d for p, d in zip(point, directions)))[0]
    np.testing.assert_allclose(
        f(*point)[1], (ahead - behind) / (2 * step), rtol=1e-5, atol=1e-7
    )
