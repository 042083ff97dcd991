"""Sparse matrices: types, arithmetic, products, gradients, and how they are passed."""

import numpy as np
import pytest
import scipy.sparse as sp
from evaluation import evaluated

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph import sparse
from teachgraph.core.graph import Variable, variable_class
from teachgraph.core.op import OPS
from teachgraph.core.report import TeachgraphError
from teachgraph.core.types import TensorType
from teachgraph.ops.sparse.types import SparseType, type_of

CLASSES = [c for c in OPS.values() if c.__module__.startswith("teachgraph.ops.sparse")]
EXAMPLES = [example for cls in CLASSES for example in cls.examples()]
MODES = ["FAST_COMPILE", "FAST_RUN"]
RNG = np.random.default_rng(5)


def random_matrix(rows, columns, format="csr", seed=0):
    rng = np.random.default_rng(seed)
    dense = rng.normal(size=(rows, columns)) * (rng.random((rows, columns)) < 0.5)
    return getattr(sp, f"{format}_matrix")(dense)


def dense(value):
    return value.toarray() if sp.issparse(value) else value


def kind(value):
    if sp.issparse(value):
        return type_of(value)
    return TensorType(str(value.dtype), value.shape)


def leaf(value):
    t = kind(value)
    whole = not sp.issparse(value) and value.dtype.kind in "iu"
    return variable_class(t)(t, data=value if whole else None)


def listed(value):
    return value if isinstance(value, tuple) else (value,)


@pytest.mark.parametrize(("op", "values"), EXAMPLES, ids=str)
def test_inferred_type_is_that_of_the_value(op, values):
    for v, value in zip(op.make(*map(leaf, values)).outputs, listed(op.numpy(*values))):
        assert v.type.is_super(kind(value))


@pytest.mark.parametrize(("op", "values"), EXAMPLES, ids=str)
def test_gradient_is_the_derivative_by_the_numbers_that_are_held(op, values):
    results = listed(op.numpy(*values))
    inputs = [leaf(value) for value in values]
    outputs = op.make(*inputs).outputs
    weights, known = [], dict(zip(inputs, values))
    for result in results:
        weight = result.copy()
        numbers = weight.data if sp.issparse(weight) else weight
        numbers[...] = RNG.normal(size=numbers.shape)
        weights.append(weight)
    gs = [leaf(w) if w.dtype == "float64" else None for w in weights]
    known.update((g, w) for g, w in zip(gs, weights) if g is not None)
    single = len(outputs) == 1
    terms = op.grad(
        tuple(inputs), outputs[0] if single else outputs, gs[0] if single else tuple(gs)
    )

    def cost(*arguments):
        found = zip(listed(op.numpy(*arguments)), weights)
        return sum(
            float((dense(a) * dense(w)).sum()) for a, w in found if w.dtype == "float64"
        )

    for position, term in enumerate(terms):
        value = values[position]
        if term is None or value.dtype != "float64":
            continue
        found = dense(evaluated(term, known))
        held = (
            value.toarray() != 0 if sp.issparse(value) else np.ones(value.shape, bool)
        )
        for at in zip(*np.nonzero(held)):
            sides = []
            for step in (1e-6, -1e-6):
                moved = [v.copy() for v in values]
                moved[position][at] += step
                sides.append(cost(*moved))
            slope = (sides[0] - sides[1]) / 2e-6
            np.testing.assert_allclose(found[at], slope, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("format", ["csr", "csc"])
def test_products_and_sums_in_a_function(mode, format):
    x = sparse.matrix(format, "x", "float64")
    y = T.dmatrix("y")
    f = tg.function(
        [x, y], [sparse.dot(x, y), sparse.sp_sum(x, 0), x.T, x + x], mode=mode
    )
    a, b = random_matrix(3, 4, format), RNG.normal(size=(4, 2))
    product, columns, turned, twice = f(a, b)
    np.testing.assert_allclose(product, a @ b)
    np.testing.assert_allclose(columns, np.asarray(a.sum(0)).ravel())
    assert (turned != a.T).nnz == 0
    assert (twice != 2 * a).nnz == 0


@pytest.mark.parametrize("mode", MODES)
def test_regression_on_a_sparse_matrix_learns(mode):
    x, y = sparse.csr_matrix("x", "float64"), T.dvector("y")
    w = tg.shared(np.zeros(6), "w")
    cost = T.sqr(sparse.structured_dot(x, w.dimshuffle(0, "x")).flatten() - y).mean()
    learn = tg.function(
        [x, y], cost, updates=[(w, w - 0.3 * T.grad(cost, w))], mode=mode
    )
    a, true = random_matrix(40, 6), RNG.normal(size=6)
    costs = [float(learn(a, a @ true)) for _ in range(300)]
    assert costs[-1] < 1e-3 * costs[0]


def test_gradient_for_the_matrix_itself_is_sparse():
    x, y = sparse.csc_matrix("x", "float64"), T.dmatrix("y")
    g = T.grad(sparse.structured_dot(x, y).sum(), x)
    a, b = random_matrix(3, 4, "csc"), RNG.normal(size=(4, 2))
    found = tg.function([x, y], g)(a, b)
    held = a.toarray() != 0
    np.testing.assert_allclose(
        found.toarray(), held * (np.ones((3, 2)) @ b.T), atol=1e-12
    )


@pytest.mark.parametrize(
    "name", ["sin", "sqrt", "tanh", "structured_exp", "abs_", "sgn"]
)
def test_structured_functions_keep_the_zeros(name):
    x = sparse.csr_matrix("x", "float64")
    a = abs(random_matrix(3, 4))
    found = tg.function([x], getattr(sparse, name)(x))(a)
    expected = getattr(
        np, name.removeprefix("structured_").rstrip("_").replace("sgn", "sign")
    )
    np.testing.assert_allclose(found.data, expected(a.data))


def test_operators_and_methods():
    x, y = sparse.csr_matrix("x", "float64"), sparse.csr_matrix("y", "float64")
    d, v = T.dmatrix("d"), T.dvector("v")
    a, b = random_matrix(3, 4), random_matrix(3, 4, seed=1)
    numbers = RNG.normal(size=(3, 4))
    row = RNG.normal(size=4)
    outputs = [x * y, x * d, x * v, 2 * x, x - y, x + d, d - x, -x, x[1, 2], x[1:, :2]]
    f = tg.function([x, y, d, v], outputs)
    expected = [
        a.multiply(b), a.multiply(numbers), a.multiply(row), 2 * a, a - b, a + numbers,
        numbers - a, -a, a[1, 2], a[1:, :2],
    ]  # fmt: skip
    for found, wanted in zip(f(a, b, numbers, row), expected):
        np.testing.assert_allclose(dense(found), dense(wanted))


def test_vectors_of_a_matrix_and_back():
    x = sparse.csc_matrix("x", "float64")
    a = random_matrix(3, 4, "csc")
    data, indices, indptr, shape = sparse.csm_properties(x)
    again = sparse.CSC(data * 2, indices, indptr, shape)
    assert (tg.function([x], again)(a) != 2 * a).nnz == 0


def test_stacks_diagonals_and_scales():
    x, y = sparse.csr_matrix("x", "float64"), sparse.csr_matrix("y", "float64")
    s = T.dvector("s")
    a, b = random_matrix(3, 3), random_matrix(3, 3, seed=1)
    weights = np.array([1.0, 2.0, 3.0])
    f = tg.function(
        [x, y, s],
        [
            sparse.vstack([x, y]), sparse.hstack([x, y], format="csr"), sparse.diag(x),
            sparse.col_scale(x, s), sparse.row_scale(x, s), sparse.square_diagonal(s),
            sparse.sampling_dot(T.eye(3), T.eye(3), x),
        ],
    )  # fmt: skip
    expected = [
        sp.vstack([a, b]), sp.hstack([a, b]), a.diagonal(), a @ sp.diags(weights),
        sp.diags(weights) @ a, sp.diags(weights), a.multiply(np.eye(3)),
    ]  # fmt: skip
    for found, wanted in zip(f(a, b, weights), expected):
        np.testing.assert_allclose(dense(found), dense(wanted))


def test_constant_and_shared_matrices():
    a = random_matrix(3, 4)
    kept = tg.shared(a, "kept")
    assert isinstance(kept, sparse.SparseVariable)
    v = T.dvector("v")
    f = tg.function([v], sparse.dot(kept, v) + sparse.dot(sparse.as_sparse(a), v))
    np.testing.assert_allclose(f(np.ones(4)), 2 * (a @ np.ones(4)))
    kept.set_value(a * 3)
    np.testing.assert_allclose(f(np.ones(4)), 4 * (a @ np.ones(4)))


def test_value_of_another_kind_is_refused_in_words():
    x = sparse.csr_matrix("x", "float64")
    f = tg.function([x], x.T)
    with pytest.raises(TeachgraphError, match="csr:float64"):
        f(np.zeros(3))


def test_lengths_that_do_not_fit_are_an_error():
    x, y = sparse.csr_matrix("x", "float64"), T.dmatrix("y")
    f = tg.function([x, y], sparse.dot(x, y))
    with pytest.raises(Exception, match="4"):
        f(random_matrix(3, 4), np.zeros((5, 2)))


def test_what_a_sparse_matrix_cannot_do_is_refused_in_words():
    x = sparse.csr_matrix("x", "float64")
    with pytest.raises(TeachgraphError, match="sparse matrix has no"):
        x**2
    with pytest.raises(AttributeError, match="sparse matrix has no attribute"):
        x.cumsum()
    with pytest.raises(TeachgraphError, match="csr"):
        T.exp(x)


def test_sparse_variables_say_what_they_are():
    x = sparse.csr_matrix("x", "float64")
    assert isinstance(x.type, SparseType)
    assert isinstance(x, Variable)
    assert str(x.type) == "csr:float64[?, ?]"


def test_a_stack_of_sparse_constants_stays_sparse():
    a = sp.csr_matrix(np.eye(2, 3))
    parts = [sparse.as_sparse_variable(a), sparse.as_sparse_variable(a)]
    f = tg.function([], sparse.dense_from_sparse(sparse.hstack(parts, format="csr")))
    np.testing.assert_array_equal(f(), np.hstack([np.eye(2, 3)] * 2))
