"""What is known before a call, and arguments that do not fit: each said by its code."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import teachgraph as tg
from teachgraph import tensor as T
from teachgraph.core.report import TeachgraphError

X = np.arange(12.0).reshape(3, 4)


@pytest.mark.parametrize(
    ("build", "number"),
    [
        (lambda: T.constant(3), 3),
        (lambda: 2.5, 2.5),
        (lambda: T.constant(np.full((2, 3), 7)), 7),
        (lambda: T.zeros((2, 3)) + 4, 4),
        (lambda: T.cast(T.constant(2), "float64").dimshuffle("x"), 2),
        (lambda: T.dmatrix(shape=(5, None)).shape[0], 5),
        (lambda: -T.ones_like(T.dvector()), -1),
        (lambda: T.alloc(6.0, T.lscalar(), 2)[0], 6),
    ],
)
def test_number_is_known(build: Callable[[], Any], number: float):
    found = T.get_scalar_constant_value(build())
    assert found.shape == ()
    assert found == number
    assert T.extract_constant(build()) == number


@pytest.mark.parametrize(
    "build",
    [
        T.dscalar,
        lambda: T.constant([1, 2]),
        lambda: T.dvector().shape[0],
        lambda: T.dscalar() + 1,
        lambda: None,
    ],
)
def test_what_may_be_any_number_is_not_known(build: Callable[[], Any]):
    with pytest.raises(T.NotScalarConstantError):
        T.get_scalar_constant_value(build())


def test_what_is_not_known_is_given_back_as_it_is():
    x = T.dscalar("x")
    assert T.extract_constant(x) is x


def test_constant_of_nothing_is_no_number():
    with pytest.raises(T.EmptyConstantError):
        T.get_scalar_constant_value(T.constant(np.zeros(0)))


def test_functions_of_numbers_are_looked_through_only_if_wanted():
    x = T.constant(2.0) + 1
    assert T.get_scalar_constant_value(x) == 3
    with pytest.raises(T.NotScalarConstantError):
        T.get_scalar_constant_value(x, elemwise=False)
    with pytest.raises(T.NotScalarConstantError):
        T.get_scalar_constant_value(x, only_process_constants=True)


def test_length_of_a_vector_is_a_number_where_it_is_known():
    assert T.get_vector_length(T.dmatrix().shape) == 2
    assert T.get_vector_length(np.zeros(5)) == 5
    assert T.shape_i(T.dmatrix(shape=(3, None)), 0).data == 3


def test_shapes_of_parts_add_up_to_what_was_split():
    x, n = T.dmatrix("x"), T.lscalar("n")
    f = tg.function([x, n], T.split(x, [1, n, 1], axis=1))
    for part, wanted in zip(f(X, 2), np.split(X, [1, 3], axis=1), strict=True):
        np.testing.assert_array_equal(part, wanted)
    with pytest.raises(TeachgraphError) as caught:
        f(X, 1)
    assert caught.value.report.code == "shape-mismatch"


M, V, K = T.dmatrix("M"), T.dvector("V"), T.lvector("K")

REFUSED: list[tuple[str, Callable[[], Any]]] = [
    ("wrong-rank", lambda: T.sort(M, 2)),
    ("wrong-value", lambda: T.sort(M, kind="fast")),
    ("wrong-value", lambda: T.argsort(M, order="name")),
    ("wrong-value", lambda: T.topk(M, 0)),
    ("wrong-rank", lambda: T.bincount(T.lmatrix())),
    ("wrong-dtype", lambda: T.bincount(V)),
    ("wrong-value", lambda: T.searchsorted(V, V, "middle")),
    ("wrong-dtype", lambda: T.searchsorted(T.zvector(), V)),
    ("wrong-rank", lambda: T.searchsorted(M, V)),
    ("symbolic-length", lambda: T.unravel_index(K, T.lvector())),
    ("wrong-value", lambda: T.take(V, K, mode="nearest")),
    ("wrong-rank", lambda: T.take_along_axis(M, K, 0)),
    ("wrong-rank", lambda: T.nonzero(T.dscalar())),
    ("wrong-rank", lambda: T.fill_diagonal(V, 1)),
    ("wrong-rank", lambda: T.fill_diagonal(M, V)),
    ("wrong-rank", lambda: T.fill_diagonal_offset(T.dtensor3(), 1, 0)),
    ("wrong-rank", lambda: T.diagonal(M, 0, 1, 1)),
    ("wrong-rank", lambda: T.alloc_diag(T.dscalar())),
    ("wrong-rank", lambda: T.repeat(V, T.lmatrix())),
    ("wrong-value", lambda: T.diff(V, -1)),
    ("wrong-dtype", lambda: T.roll(V, 1.5)),
    ("wrong-index", lambda: T.mgrid[0:1:5j]),
    ("wrong-value", lambda: T.meshgrid(V, V, indexing="yx")),
    ("wrong-rank", lambda: T.tensordot(M, V, 2)),
    ("wrong-rank", lambda: V @ T.dscalar()),
    ("wrong-dtype", lambda: T.mod_check(T.zscalar(), 2)),
    ("wrong-dtype", lambda: T.to_one_hot(V, 3)),
    ("wrong-argument-kind", lambda: T.cov(M, fweights=K)),
    ("wrong-rank", lambda: T.percentile(V, V)),
]


@pytest.mark.parametrize(("code", "build"), REFUSED)
def test_argument_that_does_not_fit_is_refused(code: str, build: Callable[[], Any]):
    with pytest.raises(TeachgraphError) as caught:
        build()
    assert caught.value.report.code == code


FAULTS: list[tuple[str, Callable[[], Any], np.ndarray]] = [
    ("index-out-of-range", lambda: T.to_one_hot(K, 3), np.array([0, 3])),
    ("index-out-of-range", lambda: T.choose(K, [V[0], V[1]]), np.array([0, 2])),
    ("shape-mismatch", lambda: T.topk(K, 3), np.array([0, 2])),
    ("shape-mismatch", lambda: V.repeat(K), np.array([0, 2])),
]

FAILED: list[tuple[str, Callable[[], Any], np.ndarray]] = [
    ("out of bounds", lambda: T.unravel_index(K, (2, 3))[0], np.array([6])),
    ("invalid entry", lambda: T.ravel_multi_index([K, K], (2, 3)), np.array([2])),
    ("negative", lambda: T.bincount(K), np.array([-1])),
    ("negative", lambda: V[:3].repeat(K), np.array([1, -1, 1])),
]


@pytest.mark.parametrize("mode", ["FAST_RUN", "FAST_COMPILE"])
@pytest.mark.parametrize(("code", "build", "numbers"), FAULTS)
def test_value_that_does_not_fit_is_an_error_in_a_call(
    code: str, build: Callable[[], Any], numbers: np.ndarray, mode: str
):
    f = tg.function([K, V], build(), on_unused_input="ignore", mode=mode)
    with pytest.raises(TeachgraphError) as caught:
        f(numbers, np.zeros(4))
    assert caught.value.report.code == code


@pytest.mark.parametrize("mode", ["FAST_RUN", "FAST_COMPILE"])
@pytest.mark.parametrize(("words", "build", "numbers"), FAILED)
def test_what_numpy_refuses_in_a_call_is_said_with_its_place(
    words: str, build: Callable[[], Any], numbers: np.ndarray, mode: str
):
    f = tg.function([K, V], build(), on_unused_input="ignore", mode=mode)
    with pytest.raises(ValueError, match=words) as caught:
        f(numbers, np.zeros(4))
    notes = getattr(caught.value, "__notes__", [])
    assert "[computation-failed]" in "".join([str(caught.value), *notes])


def test_whole_numbers_and_complex_ones_keep_their_dtype():
    z, b = T.zvector("z"), T.bvector("b")
    assert T.cumsum(b).dtype == "int8"
    assert T.cumsum(b > 0).dtype == "int64"
    assert T.cumprod(z).dtype == "complex128"
    assert T.argsort(b).dtype == "int64"
    assert T.bincount(b).dtype == "int64"
    assert T.bincount(b, T.fvector()).dtype == "float32"
    assert T.einsum("i,i", b, z).dtype == "complex128"
    assert T.diff(b).dtype == "int8"
    assert T.argtopk(b, 1, idx_dtype="int32").dtype == "int32"
