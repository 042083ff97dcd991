"""Functions that rearrange, count, sort and search: each against NumPy's own."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from evaluation import evaluated

import teachgraph as tg
from teachgraph import tensor as T
from teachgraph.core.graph import Variable
from teachgraph.core.report import TeachgraphError

A = np.array([[1.5, -2.0, 0.25, 0.0], [3.0, 0.5, -1.0, 1.5], [0.0, 2.0, 2.0, -4.0]])
V = np.array([0.5, 2.0, -4.0, 2.0])
N = np.array([[2, 0, 1, 2], [1, 1, 0, 3], [0, 3, 2, 2]])
K = np.array([3, 0, 1, 3])
CUBE = np.arange(24.0).reshape(2, 3, 4) * 7 % 5
ARRAYS: dict[str, np.ndarray] = {"a": A, "v": V, "n": N, "k": K, "c": CUBE}

Build = Callable[..., Any]

# The same words mean the same to NumPy (m is np) and here (m is T).
SAME: list[tuple[str, Build]] = [
    ("a", lambda m, a: m.cumsum(a)),
    ("a", lambda m, a: m.cumsum(a, 1)),
    ("c", lambda m, c: c.cumprod(axis=-2)),
    ("k", lambda m, k: m.cumsum(k > 0)),
    ("a", lambda m, a: m.sort(a)),
    ("a", lambda m, a: m.sort(a, axis=0)),
    ("a", lambda m, a: m.sort(a, None)),
    ("a", lambda m, a: m.argsort(a, kind="stable")),
    ("k", lambda m, k: m.bincount(k)),
    ("kv", lambda m, k, v: m.bincount(k, v)),
    ("k", lambda m, k: m.bincount(k, minlength=9)),
    ("v", lambda m, v: m.unique(v)),
    ("n", lambda m, n: m.unique(n, axis=0)),
    ("v", lambda m, v: m.unique(v, return_index=True)[1]),
    ("v", lambda m, v: m.unique(v, return_inverse=True)[1]),
    ("v", lambda m, v: m.unique(v, return_counts=True)[1]),
    ("va", lambda m, v, a: m.sort(v).searchsorted(a)),
    ("va", lambda m, v, a: m.searchsorted(v, a, "right", v.argsort())),
    ("n", lambda m, n: m.unravel_index(n, (2, 3))[0]),
    ("nk", lambda m, n, k: m.ravel_multi_index((n, k + 0 * n), (4, 4))),
    ("ak", lambda m, a, k: a.take(k, axis=1)),
    ("an", lambda m, a, n: m.take(a, n)),
    ("ak", lambda m, a, k: a.take(k - 5, 0, mode="wrap")),
    ("ak", lambda m, a, k: a.take(k * 2 - 1, 0, mode="clip")),
    ("an", lambda m, a, n: m.take_along_axis(a, n, 1)),
    ("kav", lambda m, k, a, v: m.choose(k % 2, [a, v[None]])),
    ("kc", lambda m, k, c: k.choose(c, mode="wrap")),
    ("a", lambda m, a: m.nonzero(a)[1]),
    ("a", lambda m, a: m.flatnonzero(a)),
    ("va", lambda m, v, a: m.compress(v > 0, a, 1)),
    ("va", lambda m, v, a: m.compress(v > 0, a)),
    ("c", lambda m, c: m.diagonal(c, 1, 0, 2)),
    ("c", lambda m, c: m.trace(c, -1, 1, 2)),
    ("v", lambda m, v: m.diag(v, 2)),
    ("v", lambda m, v: m.diag(v, -1)),
    ("a", lambda m, a: m.roll(a, 2)),
    ("a", lambda m, a: m.roll(a, -5, axis=1)),
    ("ak", lambda m, a, k: m.roll(a, k[0], 0)),
    ("a", lambda m, a: m.roll(a, [1, 2], [0, 1])),
    ("c", lambda m, c: m.rollaxis(c, 2)),
    ("c", lambda m, c: m.rollaxis(c, 0, 3)),
    ("c", lambda m, c: m.flip(c, (0, 2))),
    ("a", lambda m, a: m.flipud(a) + m.fliplr(a)),
    ("c", lambda m, c: m.rot90(c, 1, (1, 2))),
    ("c", lambda m, c: m.rot90(c, 2, (2, 0))),
    ("c", lambda m, c: m.rot90(c, -1)),
    ("a", lambda m, a: m.diff(a)),
    ("a", lambda m, a: m.diff(a, 2, axis=0)),
    ("v", lambda m, v: m.diff(v > 0)),
    ("ak", lambda m, a, k: a.repeat(k, axis=1)),
    ("a", lambda m, a: m.repeat(a, 3, 0)),
    ("a", lambda m, a: a.repeat([2])),
    ("ak", lambda m, a, k: m.tile(a, (k[0], 2, 1))),
    ("k", lambda m, k: m.mgrid[0:3, 1:7:2][1] * k[0]),
    ("k", lambda m, k: m.ogrid[0 : k[0], 0:2][0]),
    ("k", lambda m, k: m.mgrid[1 : k[0]]),
    ("vk", lambda m, v, k: m.meshgrid(v, k)[1]),
    ("vk", lambda m, v, k: m.meshgrid(v, k, indexing="ij", sparse=True)[0]),
    ("v", lambda m, v: m.linspace(v[0], v[1], 5)),
    ("v", lambda m, v: m.logspace(v[0], 2, 4)),
    ("k", lambda m, k: m.linspace(0, 3, k[0], False)),
    ("k", lambda m, k: m.bartlett(k[0] + 2)),
    ("k", lambda m, k: m.bartlett(k[2])),
    ("a", lambda m, a: m.median(a)),
    ("a", lambda m, a: m.median(a, 1, keepdims=True)),
    ("a", lambda m, a: m.percentile(a, 30, axis=1)),
    ("a", lambda m, a: m.cov(a)),
    ("av", lambda m, a, v: m.cov(a, v, ddof=0)),
    ("a", lambda m, a: a.std(ddof=1) + a.var(0)),
    ("av", lambda m, a, v: m.square(a) + m.power(a, 2)),
    ("av", lambda m, a, v: m.kron(a, v)),
    ("av", lambda m, a, v: m.broadcast_arrays(a, v)[1]),
]


def filled(a: np.ndarray, value: float) -> np.ndarray:
    out = a.copy()
    np.fill_diagonal(out, value)
    return out


def corner(v: np.ndarray) -> np.ndarray:
    return np.array([[v[0], v[1]], [v[2], 1]])


# What NumPy says in other words, or not at all.
OTHER: list[tuple[str, Build, Build]] = [
    ("a", lambda a: T.topk(a, 2), lambda a: np.sort(a)[:, :-3:-1]),
    ("a", lambda a: T.topk(a, -2, axis=0), lambda a: np.sort(a, 0)[:2]),
    ("ak", lambda a, k: T.topk(a, k[2], 0), lambda a, k: a.max(0, keepdims=True)),
    ("ak", lambda a, k: T.topk(a, -k[0], 0), lambda a, k: np.sort(a, 0)),
    ("v", lambda v: T.argtopk(v, 2, idx_dtype="int32"), lambda v: np.array([3, 1])),
    ("k", T.inverse_permutation, lambda k: np.argsort(k, kind="stable")),
    ("ak", T.permute_row_elements, lambda a, k: a[:, k]),
    ("a", lambda a: a.nonzero(return_matrix=True), lambda a: np.array(np.nonzero(a))),
    ("a", lambda a: a.nonzero_values(), lambda a: a[a != 0]),
    ("va", lambda v, a: a.compress(v > 0, 1), lambda v, a: a[:, v > 0]),
    ("kc", lambda k, c: T.choose(k % 2, c), lambda k, c: np.choose(k % 2, c)),
    ("k", lambda k: T.to_one_hot(k, 5), lambda k: np.eye(5)[k]),
    ("v", T.AllocDiag(-1), lambda v: np.diag(v, -1)),
    ("a", lambda a: T.AllocDiag()(a)[:, :, 1], lambda a: np.diag(a[1])),
    ("a", T.ExtractDiag(1), lambda a: np.diagonal(a, 1)),
    ("a", lambda a: T.fill_diagonal(a, 9), lambda a: filled(a, 9)),
    ("c", lambda c: T.fill_diagonal(c[:, :2, :2], 9)[0, 0, 0], lambda c: np.array(9)),
    (
        "a",
        lambda a: T.fill_diagonal_offset(a, 9, 1)[:, 1:],
        lambda a: filled(a[:, 1:], 9),
    ),
    ("ak", lambda a, k: T.tile(a, k[2:], ndim=2), lambda a, k: np.tile(a, k[2:])),
    ("a", lambda a: a.var(0, corrected=True), lambda a: a.var(0)),
    ("a", lambda a: a.trace(offset=1), lambda a: a.trace(offset=1)),
    ("av", T.largest, np.maximum),
    (
        "av",
        lambda a, v: T.smallest(a, v + a, -a),
        lambda a, v: np.minimum(a, np.minimum(v + a, -a)),
    ),
    ("nk", lambda n, k: T.ceil_intdiv(n, k + 1), lambda n, k: -(-n // (k + 1))),
    ("v", lambda v: T.stacklists([[v[0], v[1]], [v[2], 1.0]]), corner),
    ("v", lambda v: T.makeKeepDims(v, v.sum(), 0), lambda v: v.sum(keepdims=True)),
    (
        "av",
        lambda a, v: T.broadcast_like(v, a),
        lambda a, v: np.broadcast_to(v, a.shape),
    ),
]


def in_words_of(m: ModuleType, build: Build) -> Build:
    return lambda *arrays: build(m, *arrays)


CASES = [(n, in_words_of(T, f), in_words_of(np, f)) for n, f in SAME] + OTHER
NUMPY_ALONE = ("percentile", "mgrid", "ogrid", "linspace", "logspace", "bartlett")


def variables(names: str) -> list[Variable]:
    arrays = [ARRAYS[n] for n in names]
    return [
        T.tensor(str(a.dtype), (None,) * a.ndim, name=n) for n, a in zip(names, arrays)
    ]


def assert_same(found: Any, expected: Any) -> None:
    assert np.shape(found) == np.shape(expected)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("names", "build", "reference"), CASES)
def test_function_means_what_numpys_does(names: str, build: Build, reference: Build):
    inputs = variables(names)
    values = {v: ARRAYS[v.name or ""] for v in inputs}
    assert_same(evaluated(build(*inputs), values), reference(*values.values()))


@pytest.mark.slow
def test_all_of_them_compiled_give_the_same():
    inputs = {n: variables(n)[0] for n in ARRAYS}
    outputs = [build(*(inputs[n] for n in names)) for names, build, _ in CASES]
    f = tg.function(list(inputs.values()), outputs)
    for found, (names, _, reference) in zip(f(*ARRAYS.values()), CASES, strict=True):
        assert_same(found, reference(*(ARRAYS[n] for n in names)))


@pytest.mark.parametrize(("names", "build"), SAME)
def test_numpys_function_of_variables_builds_the_graph(names: str, build: Build):
    inputs = variables(names)
    words = set(build.__code__.co_names)
    if words & set(NUMPY_ALONE):
        return  # of plain numbers these are worked out by NumPy at once
    values = {v: ARRAYS[v.name or ""] for v in inputs}
    found = evaluated(build(np, *inputs), values)
    assert_same(found, build(np, *values.values()))


def test_a_list_of_variables_is_their_stack_wherever_a_tensor_is_taken():
    x, y = T.dvectors("x", "y")
    found = evaluated(T.sum([x, y], axis=0), {x: np.ones(3), y: np.arange(3.0)})
    np.testing.assert_array_equal(found, [1, 2, 3])


def test_a_copy_has_a_name_of_its_own():
    x = T.dvector("x")
    assert x.copy(name="y").name == "y"
    assert x.copy().name is None


@pytest.mark.parametrize("dtype", ["int8", "int32", "int64"])
def test_a_permutation_undone_keeps_its_dtype(dtype: str):
    undone = T.inverse_permutation(T.tensor(dtype, (None,)))
    assert undone.dtype == dtype


def test_a_range_of_complex_numbers_is_refused_at_once():
    with pytest.raises(TeachgraphError, match="real numbers"):
        T.arange(0, 3, 1 + 0j)
