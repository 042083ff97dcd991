"""Shapes: reshaping, stretching, joining, splitting, and what is known of lengths."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from evaluation import evaluated

from teachgraph import tensor as T
from teachgraph.core.graph import Graph, Variable
from teachgraph.core.report import TeachgraphError
from teachgraph.core.shapes import infer_shapes
from teachgraph.core.sizes import OPERATIONS, Atom, Size

X = np.arange(6.0).reshape(2, 3)


def x_matrix(*shape: int | None) -> Variable:
    return T.dmatrix("x", shape=shape or None)


CASES: list[tuple[Callable[[Any], Any], np.ndarray]] = [
    (lambda x: x.reshape((3, 2)), X.reshape(3, 2)),
    (lambda x: x.reshape((-1, 1)), X.reshape(-1, 1)),
    (lambda x: x.reshape((x.shape[1], -1)), X.reshape(3, -1)),
    (lambda x: T.reshape(x, x.shape[::-1]), X.reshape(3, 2)),
    (lambda x: x.flatten(), X.ravel()),
    (lambda x: x.flatten(ndim=2), X),
    (lambda x: T.flatten(x[None], 2), X.reshape(1, 6)),
    (lambda x: x.dimshuffle(1, "x", 0), X.T[:, None]),
    (lambda x: T.shape_padleft(x, 2), X[None, None]),
    (T.shape_padright, X[..., None]),
    (lambda x: T.shape_padaxis(x, 1), X[:, None]),
    (lambda x: T.squeeze(x[:, None]), X),
    (lambda x: T.moveaxis(x, 0, 1), X.T),
    (T.zeros_like, np.zeros((2, 3))),
    (lambda x: T.ones_like(x, dtype="int8"), np.ones((2, 3), "int8")),
    (lambda x: T.full_like(x, 7), np.full((2, 3), 7.0)),
    (lambda x: T.fill(x, 1.5), np.full((2, 3), 1.5, "float32")),
    (lambda x: T.zeros((x.shape[0], 2)), np.zeros((2, 2))),
    (lambda x: T.ones(x.shape), np.ones((2, 3))),
    (lambda x: T.alloc(x[0], x.shape[0], 3), np.tile(X[0], (2, 1))),
    (lambda x: T.broadcast_to(x[0], x.shape), np.tile(X[0], (2, 1))),
    (lambda x: T.eye(x.shape[1]), np.eye(3)),
    (lambda x: T.eye(2, 3, 1, dtype="int32"), np.eye(2, 3, 1, dtype="int32")),
    (T.identity_like, np.eye(2, 3)),
    (lambda x: T.arange(x.shape[1]), np.arange(3)),
    (lambda x: T.arange(1, 9, 3), np.arange(1, 9, 3)),
    (lambda x: T.arange(5, 0, -2), np.arange(5, 0, -2)),
    (lambda x: T.arange(0.0, 1.0, 0.1), np.arange(0.0, 1.0, 0.1)),
    (lambda x: T.tri(2, 3), np.tri(2, 3)),
    (T.tril, np.tril(X)),
    (lambda x: T.triu(x, 1), np.triu(X, 1)),
    (lambda x: T.concatenate([x, x, x[:1]]), np.concatenate([X, X, X[:1]])),
    (lambda x: T.join(1, x, x[:, :1]), np.concatenate([X, X[:, :1]], 1)),
    (lambda x: T.stack([x, x], axis=1), np.stack([X, X], 1)),
    (lambda x: T.stack(x[0, 0], x[1, 1]), np.array([0.0, 4.0])),
    (lambda x: T.horizontal_stack(x, x), np.hstack([X, X])),
    (lambda x: T.vertical_stack(x, x), np.vstack([X, X])),
    (lambda x: T.split(x, [1, 2], 2, axis=1)[1], X[:, 1:]),
    (lambda x: T.tile(x, (2, 1, 2)), np.tile(X, (2, 1, 2))),
    (lambda x: T.repeat(x, 2, axis=1), np.repeat(X, 2, axis=1)),
    (lambda x: T.dot(x, x.T), X @ X.T),
    (lambda x: T.dot(x, 2.0), X * 2),
    (lambda x: T.tensordot(x, x, ([0, 1], [0, 1])), np.tensordot(X, X)),
    (
        lambda x: T.tensordot(x[None], x, ([1], [0])),
        np.tensordot(X[None], X, ([1], [0])),
    ),
    (lambda x: T.outer(x[0], x[:, 0]), np.outer(X[0], X[:, 0])),
    (lambda x: T.batched_dot(x, x), np.einsum("bi,bi->b", X, X)),
    (lambda x: T.batched_dot(x[:, None], x), np.einsum("bi,bi->b", X, X)[:, None]),
    (lambda x: T.inner(x, x), np.inner(X, X)),
    (lambda x: x[None] @ x.T, X[None] @ X.T),
    (lambda x: T.specify_shape(x, (2, None)), X),
    (lambda x: T.unbroadcast(x[:1], 0), X[:1]),
    (lambda x: T.addbroadcast(x[:1], 0) + x, X[:1] + X),
    (lambda x: T.patternbroadcast(x[:1], (True, False)) + x, X[:1] + X),
]


@pytest.mark.parametrize(("build", "expected"), CASES)
def test_function_gives_what_numpy_gives(build: Any, expected: np.ndarray):
    x = x_matrix()
    found = evaluated(build(x), {x: X})
    assert found.dtype == expected.dtype
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize(("build", "expected"), CASES)
def test_lengths_are_inferred_from_known_ones(build: Any, expected: np.ndarray):
    shape = build(x_matrix(2, 3)).type.shape
    assert all(n in (m, None) for n, m in zip(shape, expected.shape, strict=True))


@pytest.mark.parametrize(("build", "expected"), CASES)
def test_lengths_are_inferred_from_names(build: Any, expected: np.ndarray):
    x = x_matrix()
    out = build(x)
    lengths = infer_shapes(Graph((x,), (out,)), {x: "x"}).lengths(out)
    for n, m in zip(lengths, expected.shape, strict=True):
        if all(atom.key in KNOWN for atom in leaves(n)):
            assert n.evaluate(lambda atom: KNOWN[atom.key]) == m


KNOWN = {("x", 0): 2, ("x", 1): 3}


def leaves(size: Size) -> set[Atom]:
    """The atoms of a size that are no operations on others."""
    return {a for a in size.atoms() if a.kind not in OPERATIONS}


def test_most_lengths_are_known_by_name_before_a_call():
    x = x_matrix()
    unknown: list[int] = []
    for number, (build, _) in enumerate(CASES):
        out = build(x)
        lengths = infer_shapes(Graph((x,), (out,)), {x: "x"}).lengths(out)
        if any(atom.key not in KNOWN for n in lengths for atom in leaves(n)):
            unknown.append(number)
    # A range of fractions, and lengths that shall not be known.
    titles = {CASES[n][0](x).owner.op.title for n in unknown}
    assert titles <= {"ARange", "Unbroadcast"}


REFUSED: list[tuple[Callable[[Any], Any], str]] = [
    (lambda x: x.reshape((4, 2)), "shape-mismatch"),
    (lambda x: x.reshape((-1, 4)), "shape-mismatch"),
    (lambda x: x.reshape((-1, -1)), "shape-mismatch"),
    (lambda x: x.reshape((1.5, 2)), "wrong-dtype"),
    (lambda x: T.reshape(x, T.lvector()), "wrong-rank"),
    (lambda x: x.dimshuffle(0), "shape-mismatch"),
    (lambda x: x.dimshuffle(0, 1, 2), "wrong-rank"),
    (lambda x: x.flatten(3), "wrong-rank"),
    (lambda x: x + T.dvector(shape=(2,)), "shape-mismatch"),
    (lambda x: T.dot(x, x), "shape-mismatch"),
    (lambda x: T.concatenate([x, x[0]]), "wrong-rank"),
    (lambda x: T.concatenate([x, x.T]), "shape-mismatch"),
    (lambda x: T.specify_shape(x, (3, None)), "shape-mismatch"),
    (lambda x: T.alloc(x, 5, 3), "shape-mismatch"),
    (lambda x: T.zeros(2.5), "wrong-dtype"),
    (lambda x: T.arange(0, 5, 0), "wrong-value"),
    (lambda x: T.cast(x, "float99"), "wrong-dtype"),
    (lambda x: T.cast(T.zvector(), "float64"), "wrong-dtype"),
    (lambda x: T.and_(x, 1), "wrong-dtype"),
    (lambda x: (x > 0) - (x > 1), "wrong-dtype"),
    (lambda x: T.zmatrix() < x, "wrong-dtype"),
    (lambda x: x @ T.dscalar(), "wrong-rank"),
    (lambda x: T.sum(x, axis=(0, 0)), "wrong-rank"),
    (lambda x: T.round(x, "up"), "wrong-value"),
]


@pytest.mark.parametrize(("build", "code"), REFUSED)
def test_what_does_not_fit_is_refused_by_its_code(build: Any, code: str):
    with pytest.raises(TeachgraphError) as caught:
        build(x_matrix(2, 3))
    assert caught.value.report.code == code


def test_axis_stretches_only_where_it_is_known_to_be_one_long():
    row, column, matrix = T.drow(), T.dcol(), T.dmatrix()
    assert (row + column).type.shape == (None, None)
    assert (row + matrix).type.shape == (None, None)
    assert (T.dmatrix(shape=(1, 3)) + T.dmatrix(shape=(2, 1))).type.shape == (2, 3)


def test_split_takes_lengths_that_are_variables():
    x, n = T.dvector("x"), T.lscalar("n")
    first, rest = T.split(x, [n, x.shape[0] - n])
    values = {x: X[0], n: np.array(1)}
    np.testing.assert_array_equal(evaluated(first, values), [0])
    np.testing.assert_array_equal(evaluated(rest, values), [1, 2])


@pytest.mark.parametrize("model", [(), (4,), (1, 4), (3, 1), (3, 4), (2, 3, 4)])
@pytest.mark.parametrize("value", [(), (4,), (1, 4), (3, 1), (3, 4), (2, 3, 4)])
def test_fill_stretches_both_ways(model: tuple[int, ...], value: tuple[int, ...]):
    def declared(name: str, shape: tuple[int, ...]) -> Variable:
        known = tuple(1 if n == 1 else None for n in shape)
        return T.tensor("float64", known, name)

    x, v = declared("x", model), declared("v", value)
    filling = np.arange(np.prod(value, dtype=int)).reshape(value) + 0.5
    at = {x: np.zeros(model), v: filling}
    expected = np.broadcast_to(filling, np.broadcast_shapes(model, value))
    np.testing.assert_array_equal(evaluated(T.fill(x, v), at), expected)
