"""The loops that Theano's tutorial builds, each beside what NumPy gives."""

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T

Array = np.ndarray


@pytest.fixture(params=["FAST_COMPILE", "FAST_RUN"])
def mode(request: pytest.FixtureRequest) -> str:
    return request.param


def test_tanh_of_an_affine_map_of_each_row(mode: str):
    x, w, b = T.dmatrix("x"), T.dmatrix("w"), T.dvector("b")
    out, _ = tg.scan(lambda v: T.tanh(T.dot(v, w) + b), sequences=x)
    a, c, d = np.eye(2), np.ones((2, 2)), np.array([1.0, 2])
    f = tg.function([x, w, b], out, mode=mode)
    assert np.allclose(f(a, c, d), np.tanh(a @ c + d))


def test_a_recurrence_with_two_sequences_one_of_them_reversed(mode: str):
    first, w, u, v = T.dvector("first"), T.dmatrix("w"), T.dmatrix("u"), T.dmatrix("v")
    y, p = T.dmatrix("y"), T.dmatrix("p")
    out, _ = tg.scan(
        lambda y, p, x: T.tanh(T.dot(x, w) + T.dot(y, u) + T.dot(p, v)),
        sequences=[y, p[::-1]],
        outputs_info=[first],
    )
    start, d, e = np.array([1.0, 0]), np.ones((2, 2)), np.ones((5, 2))
    a, b = np.ones((5, 2)), np.ones((5, 2))
    a[0], b[0], c = -3, 3, np.ones((2, 2))
    found = tg.function([first, w, y, u, p, v], out, mode=mode)(start, d, a, c, b, d)
    state, expected = start, []
    for t in range(len(e)):
        state = np.tanh(state @ d + a[t] @ c + b[4 - t] @ d)
        expected.append(state)
    assert np.allclose(found, expected)


def test_norms_of_rows_and_columns(mode: str):
    x = T.dmatrix("x")
    rows, _ = tg.scan(lambda r: T.sqrt((r**2).sum()), sequences=[x])
    columns, _ = tg.scan(lambda c: T.sqrt((c**2).sum()), sequences=[x.T])
    found = tg.function([x], [rows, columns], mode=mode)(np.diag(np.arange(1.0, 6), 1))
    assert found[0].tolist() == [1, 2, 3, 4, 5, 0]
    assert found[1].tolist() == [0, 1, 2, 3, 4, 5]


def test_the_trace_of_a_matrix(mode: str):
    x = T.fmatrix("x")
    sums, _ = tg.scan(
        lambda i, j, t: T.cast(x[i, j] + t, "float32"),
        sequences=[T.arange(x.shape[0]), T.arange(x.shape[1])],
        outputs_info=np.asarray(0.0, dtype="float32"),
    )
    a = np.eye(5, dtype="float32")
    a[0] = np.arange(5)
    assert tg.function([x], sums[-1], mode=mode)(a) == np.diagonal(a).sum()


def test_a_recurrence_that_reads_two_turns_back(mode: str):
    x, w, b = T.dmatrix("x"), T.dmatrix("w"), T.dvector("b")
    u, v, n = T.dmatrix("u"), T.dmatrix("v"), T.iscalar("n")
    out, _ = tg.scan(
        lambda older, old: T.dot(older, u) + T.dot(old, v) + T.tanh(T.dot(old, w) + b),
        n_steps=n,
        outputs_info=[{"initial": x, "taps": [-2, -1]}],
    )
    start, half, ones = np.zeros((2, 2)), 0.5 * np.ones((2, 2)), np.ones(2)
    start[1, 1] = 1
    apart = 0.5 * (np.ones((2, 2)) - np.eye(2))
    f = tg.function([x, u, v, w, b, n], out, mode=mode)
    states = list(start)
    for _ in range(10):
        new = states[-2] @ apart + states[-1] @ half
        states.append(new + np.tanh(states[-1] @ half + ones))
    assert np.allclose(f(start, apart, half, half, ones, 10), states[2:])


def test_a_jacobian(mode: str):
    v, a = T.dvector("v"), T.dmatrix("a")
    y = T.tanh(T.dot(v, a))
    rows, _ = tg.scan(lambda i: T.grad(y[i], v), sequences=[T.arange(y.shape[0])])
    x, w = np.eye(5)[0], np.eye(5, 3)
    w[2] = 1
    found = tg.function([a, v], rows, mode=mode)(w, x)
    assert np.allclose(found, ((1 - np.tanh(x @ w) ** 2) * w).T)


def test_counting_the_turns_of_a_loop(mode: str):
    k, n = tg.shared(0), T.iscalar("n")
    _, updates = tg.scan(lambda: {k: (k + 1)}, n_steps=n)
    count = tg.function([n], [], updates=updates, mode=mode)
    count(5)
    assert k.get_value() == 5


def test_a_power_element_by_element(mode: str):
    k, a = T.iscalar("k"), T.dvector("a")
    powers, updates = tg.scan(
        fn=lambda prior, b: prior * b,
        outputs_info=T.ones_like(a),
        non_sequences=a,
        n_steps=k,
    )
    f = tg.function(inputs=[a, k], outputs=powers[-1], updates=updates, mode=mode)
    assert f(np.arange(10.0), 2).tolist() == [i**2 for i in range(10)]


def test_a_polynomial_with_more_powers_than_coefficients(mode: str):
    coefficients, x = T.dvector("coefficients"), T.dscalar("x")
    parts, _ = tg.scan(
        fn=lambda coefficient, power, free: coefficient * (free**power),
        outputs_info=None,
        sequences=[coefficients, T.arange(10000)],
        non_sequences=x,
    )
    f = tg.function(inputs=[coefficients, x], outputs=parts.sum(), mode=mode)
    assert f([1.0, 0, 2], 3.0) == 19


def test_powers_of_two_up_to_a_limit(mode: str):
    limit = T.dscalar("limit")

    def double(last, most):
        return last * 2, tg.until(last * 2 > most)

    powers, _ = tg.scan(
        double,
        outputs_info=T.constant(1.0, dtype="float64"),
        non_sequences=limit,
        n_steps=1024,
    )
    f = tg.function([limit], powers, mode=mode)
    assert f(45.0).tolist() == [2, 4, 8, 16, 32, 64]
