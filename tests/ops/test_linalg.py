"""Linear algebra and Fourier transforms: what the registry's examples do not say."""

import numpy as np
import pytest
import scipy.linalg

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.core.report import TeachgraphError

RNG = np.random.default_rng(11)
SQUARE = RNG.normal(size=(4, 4)) + 4 * np.eye(4)


def computed(expression, *values):
    """The value of an expression of variables named as the values come."""
    inputs = [T.tensor("float64", (None,) * v.ndim) for v in values]
    return tg.function(inputs, expression(*inputs))(*values)


@pytest.mark.parametrize("ord", [None, "fro", np.inf, -np.inf, 1, -1, 2, -2, "nuc"])
def test_norm_of_a_matrix(ord):
    found = computed(lambda a: T.nlinalg.norm(a, ord), SQUARE)
    np.testing.assert_allclose(found, np.linalg.norm(SQUARE, ord))


@pytest.mark.parametrize("ord", [None, np.inf, -np.inf, 0, 1, 2, 3, 0.5])
def test_norm_of_a_vector(ord):
    v = np.array([0.0, -3.0, 2.0, 0.0, 1.5])
    found = computed(lambda a: T.nlinalg.norm(a, ord), v)
    np.testing.assert_allclose(found, np.linalg.norm(v, ord))


@pytest.mark.parametrize("value", [SQUARE, SQUARE[0]])
@pytest.mark.parametrize("ord", ["inf", "-inf"])
def test_infinities_of_norms_may_be_spelled_out(ord, value):
    found = computed(lambda a: T.nlinalg.norm(a, ord), value)
    np.testing.assert_allclose(found, np.linalg.norm(value, float(ord)))


def test_a_vector_has_no_frobenius_norm():
    with pytest.raises(TeachgraphError, match="no norm 'fro' of a vector"):
        T.nlinalg.norm(T.dvector(), "fro")


def test_norm_along_an_axis():
    found = computed(lambda a: T.nlinalg.norm(a, 2, axis=1), SQUARE)
    np.testing.assert_allclose(found, np.linalg.norm(SQUARE, 2, axis=1))


@pytest.mark.parametrize("n", [-2, -1, 0, 1, 2, 5])
def test_power_of_a_matrix(n):
    found = computed(lambda a: T.nlinalg.matrix_power(a, n), SQUARE)
    np.testing.assert_allclose(found, np.linalg.matrix_power(SQUARE, n))


def test_power_that_is_not_whole_is_refused():
    with pytest.raises(TeachgraphError, match="whole number"):
        T.nlinalg.matrix_power(T.dmatrix("a"), 0.5)


def test_product_of_many_matrices():
    a, b, c = (RNG.normal(size=s) for s in ((2, 3), (3, 4), (4, 2)))
    found = computed(T.nlinalg.matrix_dot, a, b, c)
    np.testing.assert_allclose(found, a @ b @ c)


def test_tensors_are_inverted_and_solved_for():
    a = RNG.normal(size=(4, 6, 8, 3))
    b = RNG.normal(size=(4, 6))
    inverse = computed(lambda a: T.nlinalg.tensorinv(a, ind=2), a)
    np.testing.assert_allclose(inverse, np.linalg.tensorinv(a, ind=2))
    found = computed(T.nlinalg.tensorsolve, a, b)
    np.testing.assert_allclose(found, np.linalg.tensorsolve(a, b))


def test_eigenvalues_for_two_matrices():
    a, b = SQUARE + SQUARE.T, SQUARE @ SQUARE.T
    found = computed(T.slinalg.eigvalsh, a, b)
    np.testing.assert_allclose(found, scipy.linalg.eigvalsh(a, b))


@pytest.mark.parametrize("position", [0, 1])
def test_gradient_of_eigenvalues_for_two_matrices(position):
    weights = np.arange(1.0, 5.0)
    a, b = T.dmatrices("a", "b")
    cost = T.dot(T.slinalg.eigvalsh(a, b), weights)
    f = tg.function([a, b], cost)
    slope = tg.function([a, b], tg.grad(cost, [a, b]))
    values = [SQUARE + SQUARE.T, SQUARE @ SQUARE.T]
    found = slope(*values)[position][2, 1]
    sides = []
    for step in (1e-6, -1e-6):
        moved = [v.copy() for v in values]
        moved[position][2, 1] += step
        sides.append(f(*moved))
    np.testing.assert_allclose(found, (sides[0] - sides[1]) / 2e-6, rtol=1e-5)


def test_equations_are_solved_by_what_is_known_of_the_matrix():
    b = RNG.normal(size=(4, 2))
    low = np.tril(SQUARE)
    found = computed(T.slinalg.solve_lower_triangular, low, b)
    np.testing.assert_allclose(low @ found, b)
    symmetric = SQUARE + SQUARE.T
    found = computed(T.slinalg.solve_symmetric, symmetric, b)
    np.testing.assert_allclose(symmetric @ found, b)


def test_singular_matrix_is_said_to_be_one():
    a = T.dmatrix("a")
    f = tg.function([a], T.nlinalg.matrix_inverse(a))
    with pytest.raises(np.linalg.LinAlgError, match="Singular") as caught:
        f(np.zeros((2, 2)))
    assert "MatrixInverse could not be computed" in "".join(caught.value.__notes__)


def test_matrix_that_is_not_square_is_refused_when_its_lengths_are_known():
    a = T.tensor("float64", (2, 3), name="a")
    with pytest.raises(TeachgraphError):
        T.nlinalg.det(a)


@pytest.mark.parametrize("n", [7, 8])
@pytest.mark.parametrize("norm", [None, "ortho", "no_norm"])
def test_fourier_transform_and_back(n, norm):
    x = RNG.normal(size=(3, n))
    plain = "backward" if norm == "no_norm" else norm
    expected = np.fft.rfft(x, norm=plain)
    found = computed(lambda x: T.fft.rfft(x, norm), x)
    np.testing.assert_allclose(found, np.stack([expected.real, expected.imag], -1))
    back = computed(lambda x: T.fft.irfft(T.fft.rfft(x, norm), norm, n % 2 == 1), x)
    np.testing.assert_allclose(back, x * (n if norm == "no_norm" else 1))


def test_second_derivative_of_the_matrix_exponential():
    a = T.dmatrix("a")
    first = tg.grad(T.slinalg.expm(a).sum(), a)
    again = tg.function([a], tg.grad((first**2).sum(), a))(SQUARE / 8)
    step = 1e-5
    moved = SQUARE / 8
    f = tg.function([a], (first**2).sum())
    up, down = moved.copy(), moved.copy()
    up[1, 2] += step
    down[1, 2] -= step
    np.testing.assert_allclose(again[1, 2], (f(up) - f(down)) / (2 * step), rtol=1e-6)


def test_factor_of_a_matrix_that_is_not_positive_is_nan_where_that_is_asked_for():
    a = T.dmatrix("a")
    factor = T.slinalg.cholesky(a, on_error="nan")
    f = tg.function([a], [factor, T.grad(T.sum(factor), a)])
    assert all(np.isnan(part).all() for part in f(-np.eye(2)))
    np.testing.assert_allclose(f(4 * np.eye(2))[0], 2 * np.eye(2))
    with pytest.raises(ValueError, match="'raise' or 'nan'"):
        T.slinalg.cholesky(a, on_error="ignore")


@pytest.mark.parametrize("dtype", ["int8", "int16", "int64", "float32"])
def test_eigenvalues_of_whole_numbers_have_the_dtype_that_was_said(dtype: str):
    a = T.TensorType(dtype, (None, None))("a")
    values = T.nlinalg.eig(a)[0]
    assert tg.function([a], values)(np.eye(2, dtype=dtype)).dtype == values.dtype


@pytest.mark.parametrize(
    "ask", [T.nlinalg.inv, T.nlinalg.det, T.nlinalg.svd, T.slinalg.cholesky]
)
def test_what_lapack_does_is_refused_for_float16_at_once(ask):
    with pytest.raises(TeachgraphError, match="no float16"):
        ask(T.TensorType("float16", (None, None))("a"))


def test_least_squares_of_complex_numbers_has_real_residuals():
    rng = np.random.default_rng(0)
    a = rng.normal(size=(5, 2)) + 1j * rng.normal(size=(5, 2))
    b = rng.normal(size=5) + 0j
    found = [part.eval() for part in T.nlinalg.lstsq(a, b, -1)]
    expected = np.linalg.lstsq(a, b, rcond=-1)
    for part, right in zip(found, expected):
        np.testing.assert_allclose(part, right)
    assert found[1].dtype == found[3].dtype == "float64"
