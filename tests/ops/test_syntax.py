"""Operators, methods and NumPy's functions on variables; and what is refused."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from evaluation import evaluated

from teachgraph import tensor as T
from teachgraph.core.report import SymbolicTruthError, TeachgraphError, UsageError

A = np.array([[1.5, -2.0, 0.25], [3.0, 0.5, -1.0]])
B = np.array([0.5, 2.0, -4.0])
N = np.array([[7, -3, 2], [0, 5, -8]])


def value(build: Callable[..., Any], *arrays: np.ndarray) -> Any:
    """What an expression of variables is for arrays."""
    variables = [T.tensor(str(a.dtype), (None,) * a.ndim) for a in arrays]
    result = build(*variables)
    return evaluated(result, dict(zip(variables, arrays)))


@pytest.mark.parametrize(
    "expression",
    [
        lambda x, y: 1 / (1 + np.exp(-x)),
        lambda x, y: x**2 - y,
        lambda x, y: x // y + x % y,
        lambda x, y: 2 - x * 3,
        lambda x, y: 2.5 // x,
        lambda x, y: 7 % y,
        lambda x, y: abs(-x) ** 0.5,
        lambda x, y: +x,
        lambda x, y: (x < y) | (x >= 1) & ~(x > y) ^ (x <= 0),
        lambda x, y: divmod(x, y)[1],
        lambda x, y: x @ y,
        lambda x, y: x[1, ::-1] + y[-2:][0],
        lambda x, y: np.add(x, 1),
        np.maximum,
        lambda x, y: np.sum(x, axis=0),
        lambda x, y: np.mean(x),
        np.dot,
        lambda x, y: np.concatenate([y, y]),
        lambda x, y: np.stack([y, y], axis=1),
        lambda x, y: np.where(x > 0, x, y),
        lambda x, y: np.clip(x, -1, 1),
        lambda x, y: np.clip(x, None, 1),
        lambda x, y: np.transpose(x),
        lambda x, y: np.reshape(x, (3, 2)),
        lambda x, y: np.outer(y, y),
        lambda x, y: np.add.reduce(x),
        lambda x, y: np.maximum.reduce(x, axis=1),
        lambda x, y: np.std(x, axis=1),
        lambda x, y: np.argmax(x, axis=1),
        lambda x, y: np.zeros_like(x),
        lambda x, y: np.logical_and(x > 0, y),
        np.arctan2,
        lambda x, y: np.vstack([y, y]),
        lambda x, y: np.tile(y, 2),
        lambda x, y: np.repeat(y, 2),
        lambda x, y: np.diag(y),
        lambda x, y: np.squeeze(x[:, :1], axis=1),
        lambda x, y: np.float64(2) * x,
        lambda x, y: B + x,
        lambda x, y: B @ y,
        lambda x, y: x.T,
        lambda x, y: x.sum(axis=1),
        lambda x, y: x.mean(axis=-1, keepdims=True),
        lambda x, y: x.max(axis=0),
        lambda x, y: x.std() + x.var(axis=0),
        lambda x, y: x.argmin(axis=1),
        lambda x, y: x.reshape((3, 2)),
        lambda x, y: x.reshape(-1),
        lambda x, y: x.flatten(),
        lambda x, y: x.astype("float32"),
        lambda x, y: x.dot(y),
        lambda x, y: x.clip(-1, 1),
        lambda x, y: x.swapaxes(0, 1),
        lambda x, y: x.transpose(1, 0),
        lambda x, y: x.ravel(),
        lambda x, y: x.take([1], axis=1),
        lambda x, y: x.diagonal(),
        lambda x, y: x.round(),
        lambda x, y: x.real + x.imag,
        lambda x, y: x.conj(),
    ],
)
def test_expression_means_what_it_means_to_numpy(expression: Callable[..., Any]):
    found = value(expression, A, B)
    expected = np.asarray(expression(A, B))
    assert found.dtype == expected.dtype
    np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize("name", ["sqrt", "exp", "tanh", "ceil", "log1p", "arctan"])
def test_method_is_the_function(name: str):
    x = np.abs(A)
    assert (value(lambda v: getattr(v, name)(), x) == getattr(np, name)(x)).all()


def test_shape_and_size_are_variables():
    assert (value(lambda x: x.shape, A) == [2, 3]).all()
    assert value(lambda x: x.shape[0] * 10 + x.shape[-1], A) == 23
    assert value(lambda x: x.size, A) == 6


def test_whole_numbers_divide_to_a_fraction():
    assert value(lambda n: n / n.shape[1], N).dtype == "float64"
    assert (value(lambda n: n // 2, N) == N // 2).all()


def test_equality_of_variables_is_identity():
    x, y = T.dvectors("x", "y")
    assert x == x
    assert x != y
    assert {x: 1, y: 2}[x] == 1


REFUSED: list[tuple[Callable[[Any], Any], str]] = [
    (lambda x: bool(x > 0), "symbolic-truth"),
    (lambda x: 0 < x < 1, "symbolic-truth"),
    (lambda x: x > 0 and x < 1, "symbolic-truth"),
    (len, "symbolic-length"),
    (list, "symbolic-iteration"),
    (float, "symbolic-number"),
    (int, "symbolic-number"),
    (range, "symbolic-number"),
    (np.asarray, "symbolic-array"),
    (lambda x: x.__setitem__(0, 1), "symbolic-assignment"),
    (lambda x: np.cross(x, x), "unsupported-numpy-function"),
    (np.add.accumulate, "unsupported-numpy-function"),
    (lambda x: np.exp(x, out=np.zeros(3)), "unsupported-numpy-function"),
    (lambda x: np.sum(x, where=True), "unsupported-numpy-function"),
    (np.linalg.norm, "unsupported-numpy-function"),
]


@pytest.mark.parametrize(("use", "code"), REFUSED)
def test_what_needs_a_value_is_refused_by_its_code(
    use: Callable[[Any], Any], code: str
):
    with pytest.raises(TeachgraphError) as caught:
        use(T.dvector("x"))
    assert caught.value.report.code == code
    assert caught.value.report.origin is not None
    assert caught.value.report.origin.span().file == __file__


def test_decision_says_what_to_write_instead():
    x = T.dscalar("x")
    with pytest.raises(SymbolicTruthError) as caught:
        sorted([x > 0], key=bool)
    codes = [hint.code for hint in caught.value.report.hints]
    assert "T.switch(test, a, b)" in codes


def test_vector_of_known_length_is_a_sequence():
    x = T.dvector("x", shape=(3,))
    assert len(x) == 3
    a, b, c = x
    assert evaluated(a + b * c, {x: B}) == B[0] + B[1] * B[2]


def test_shape_of_a_matrix_is_unpacked_without_indexing():
    n, m = T.dmatrix("x").shape
    assert [v.owner.op.title for v in (n, m)] == ["ShapeOf", "ShapeOf"]


def test_unknown_attribute_is_an_attribute_error():
    with pytest.raises(AttributeError, match="meen"):
        _ = T.dvector().meen


def test_wrong_axis_names_the_axes_there_are():
    with pytest.raises(TeachgraphError, match="axes 0 to 1") as caught:
        T.sum(T.dmatrix(), axis=2)
    assert caught.value.report.code == "wrong-rank"


def test_wrong_arguments_of_a_method_are_a_usage_error():
    with pytest.raises((UsageError, TypeError)):
        T.dmatrix().sum(axes=0)
