"""Gradients of loops: against finite differences, Python loops, and one another."""

from collections.abc import Callable

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.compile import verify_grad
from teachgraph.core.config import config
from teachgraph.core.graph import Variable, applies
from teachgraph.core.report import DisconnectedInputError
from teachgraph.ops.scan import Scan

Array = np.ndarray
NUMPY = "FAST_COMPILE"


def rnn(x: Variable, w: Variable, h: Variable, **options: object) -> Variable:
    return tg.scan(
        lambda e, h, w: T.tanh(T.dot(h, w) + e), x, h, non_sequences=w, **options
    )[0]


def delayed(x: Variable, first: Variable) -> Variable:
    info = {"initial": first, "taps": [-3, -1]}
    return tg.scan(lambda e, a, b: T.sin(a) * e + b, x, info)[0]


def far(x: Variable, first: Variable) -> Variable:
    return tg.scan(lambda e, a: T.sin(a) * e, x, {"initial": first, "taps": [-2]})[0]


def several(x: Variable, h: Variable, g: Variable) -> Variable:
    (a, b, c), _ = tg.scan(
        lambda e, h, g: [T.tanh(h * g + e), g + h, h * e], x, [h, g, None]
    )
    return a + b * c


def stopped(x: Variable, h: Variable) -> Variable:
    out, _ = tg.scan(
        lambda e, h: (T.tanh(h) + e, tg.until(T.gt(h.sum(), 2.0))), abs(x), h
    )
    return out.sum(axis=0)


def nested(x: Variable, w: Variable) -> Variable:
    def row(r: Variable) -> Variable:
        return tg.scan(lambda e, s: T.tanh(e + s) * w.sum(), r, T.zeros(()))[0]

    return tg.map(row, x)[0]


def shifted(x: Variable, a: Variable, b: Variable) -> Variable:
    (p, q), _ = tg.scan(lambda e, a, b: [b, a * e], x, [a, b])
    return p + q


def twice(x: Variable) -> Variable:
    def step(e: Variable) -> list[Variable]:
        y = e * e
        return [y, y, y * 3]

    a, b, c = tg.scan(step, x)[0]
    return a * b + c


def counted(x: Variable) -> Variable:
    (_, out), _ = tg.scan(lambda e, k: [k + 1, e * k], x, [T.constant(1), None])
    return out


def slope(f: Callable[..., Variable], position: int) -> Callable[..., Variable]:
    def of(*given: Variable) -> Variable:
        return T.grad((f(*given) ** 2).sum(), given[position])

    return of


X, W = (5, 3), (3, 3)
CASES: dict[str, tuple[Callable[..., Variable], list[tuple[int, ...]]]] = {
    "a recurrence": (rnn, [X, W, (3,)]),
    "its last turn": (lambda x, w, h: rnn(x, w, h)[-1], [X, W, (3,)]),
    "backwards": (lambda x, w, h: rnn(x, w, h, go_backwards=True), [X, W, (3,)]),
    "the first turns": (lambda x, w, h: rnn(x, w, h, n_steps=2), [X, W, (3,)]),
    "taps of a sequence": (
        lambda x: tg.map(lambda a, b: a * b, {"input": x, "taps": [-1, 1]})[0],
        [X],
    ),
    "taps of a state": (delayed, [X, (3, 3)]),
    "a tap far back": (far, [X, (2, 3)]),
    "several states": (several, [X, (3,), (3,)]),
    "until": (stopped, [X, (3,)]),
    "no sequences": (
        lambda h: tg.scan(lambda h: h * 1.1, outputs_info=h, n_steps=4)[0],
        [(3,)],
    ),
    "a loop in a loop": (nested, [X, W]),
    "states handed on as they are": (shifted, [X, (3,), (3,)]),
    "one output in several places": (twice, [X]),
    "a state without derivatives": (counted, [X]),
    "second derivatives for a sequence": (slope(rnn, 0), [X, W, (3,)]),
    "second derivatives for a constant": (slope(rnn, 1), [X, W, (3,)]),
    "second derivatives for a first value": (slope(delayed, 1), [X, (3, 3)]),
    "second derivatives with until": (slope(stopped, 0), [X, (3,)]),
    "second derivatives of nested loops": (slope(nested, 1), [(3, 2), (2, 2)]),
}


@pytest.mark.parametrize("name", CASES)
def test_gradients_are_what_finite_differences_say(name: str, rng: np.random.Generator):
    f, shapes = CASES[name]
    verify_grad(f, [rng.normal(size=s) for s in shapes], n_tests=1, mode=NUMPY)


def test_gradients_are_the_same_in_c(rng: np.random.Generator):
    x, w, h = T.dmatrix("x"), T.dmatrix("w"), T.dvector("h")
    slopes = T.grad((rnn(x, w, h) ** 2).sum(), [x, w, h])
    given = [rng.normal(size=s) for s in (X, W, (3,))]
    in_numpy = tg.function([x, w, h], slopes, mode=NUMPY)(*given)
    in_c = tg.function([x, w, h], slopes, mode="FAST_RUN")(*given)
    assert all(np.allclose(a, b) for a, b in zip(in_numpy, in_c))


@pytest.mark.parametrize("turns", [1, 2, 3, 5, 9])
def test_a_truncated_gradient_goes_so_many_turns_back(
    turns: int, rng: np.random.Generator
):
    x, first = T.dmatrix("x"), T.dmatrix("first")
    info = {"initial": first, "taps": [-2, -1]}
    out, _ = tg.scan(
        lambda e, a, b: T.tanh(a * e) + b, x, info, truncate_gradient=turns
    )
    slopes = T.grad((out**2).sum(), [x, first])
    a, b = rng.normal(size=X), rng.normal(size=(2, 3))
    found = tg.function([x, first], slopes, mode=NUMPY)(a, b)
    for g, expected in zip(found, truncated(a, b, turns)):
        assert np.allclose(g, expected)


def truncated(x: Array, first: Array, turns: int) -> tuple[Array, Array]:
    """The sweep of the loop above by hand, which stops after so many turns."""
    states = list(first)
    for e in x:
        states.append(np.tanh(states[-2] * e) + states[-1])
    arrived = [np.zeros(3), np.zeros(3), *(2 * s for s in states[2:])]
    g = np.zeros_like(x)
    for t in range(len(x) - 1, max(len(x) - 1 - turns, -1), -1):
        inside = arrived[t + 2] * (1 - np.tanh(states[t] * x[t]) ** 2)
        g[t] = inside * states[t]
        arrived[t] = arrived[t] + inside * x[t]
        arrived[t + 1] = arrived[t + 1] + arrived[t + 2]
    # What lies before the turns that were taken is not reached.
    first_turn = max(len(x) - turns, 0)
    handed = [arrived[i] if i >= first_turn else np.zeros(3) for i in range(2)]
    return g, np.array(handed)


def test_no_turns_hand_back_nothing():
    x, w, h = T.dmatrix("x"), T.dmatrix("w"), T.dvector("h")
    slopes = T.grad(rnn(x, w, h).sum() + 3 * h.sum(), [w, h])
    f = tg.function([x, w, h], slopes, mode=NUMPY)
    gw, gh = f(np.zeros((0, 3)), np.ones(W), np.ones(3))
    assert gw.tolist() == np.zeros(W).tolist()
    assert gh.tolist() == [3, 3, 3]


def test_elements_after_the_last_turn_have_no_gradient():
    x = T.dvector("x")
    out, _ = tg.scan(lambda e: (e**2, tg.until(e > 2)), x)
    f = tg.function([x], T.grad(out.sum(), x), mode=NUMPY)
    assert f([1.0, 3, 5, 7]).tolist() == [2, 6, 0, 0]


def test_what_a_loop_does_not_depend_on_is_disconnected():
    x, y = T.dvector("x"), T.dvector("y")
    out, _ = tg.scan(lambda a, b: [a * 2, b * 2], [x, y])
    with pytest.raises(DisconnectedInputError):
        T.grad(out[0].sum(), y)


def test_what_a_loop_only_compares_has_a_gradient_of_zero():
    x, h = T.dvector("x"), T.dscalar("h")
    out, _ = tg.scan(lambda e, s: T.switch(T.gt(e, s), 1.0, s), x, h)
    f = tg.function([x, h], T.grad(out.sum(), [x, h]), mode=NUMPY)
    gx, gh = f([0.0, 2, 0], 0.5)
    assert gx.tolist() == [0, 0, 0]
    assert gh == 1


def test_the_number_of_turns_has_no_gradient():
    n, x = T.lscalar("n"), T.dscalar("x")
    out, _ = tg.scan(lambda h: h * x, outputs_info=1.0, n_steps=n)
    f = tg.function([n, x], T.grad(out[-1], x), mode=NUMPY)
    assert f(3, 2.0) == 12


def test_what_is_the_same_in_all_turns_is_computed_before_the_backward_loop():
    x, w, h = T.dtensor3("x"), T.dmatrix("w"), T.dmatrix("h")
    g = T.grad(rnn(x, w, h).sum(), h)
    (back,) = [n for n in applies([g]) if isinstance(n.op, Scan) and n.op.name]
    turned = [str(v.owner.op) for v in back.inputs if v.owner is not None]
    assert "DimShuffle{order=(1, 0)}" in turned


def test_a_gradient_has_a_test_value_where_all_it_needs_has_one():
    x, h = T.dvector("x"), T.dscalar("h")
    x.tag.test_value, h.tag.test_value = np.array([2.0, 3.0]), 1.0
    with config.change_flags(compute_test_value="raise"):
        out, _ = tg.scan(lambda e, s: e * s, x, h)
        g = T.grad(out[-1], x) * 1
    assert g.tag.test_value.tolist() == [3, 2]


def test_rop_of_a_loop_is_what_moving_the_point_gives(rng: np.random.Generator):
    x, w, h, v = T.dmatrix("x"), T.dmatrix("w"), T.dvector("h"), T.dmatrix("v")
    out = rnn(x, w, h)
    a, b, c, d = (rng.normal(size=s) for s in (X, W, (3,), W))
    found = tg.function([x, w, h, v], tg.Rop(out, w, v), mode=NUMPY)(a, b, c, d)
    f, eps = tg.function([x, w, h], out, mode=NUMPY), 1e-6
    moved = f(a, b + eps * d, c) - f(a, b - eps * d, c)
    assert np.allclose(found, moved / (2 * eps))


def test_the_gradient_of_a_constant_is_added_up_without_a_history():
    x, w, h = T.dmatrix("x"), T.dmatrix("w"), T.dvector("h")
    g = T.grad(rnn(x, w, h)[-1].sum(), w)
    (back,) = [n for n in applies([g]) if isinstance(n.op, Scan) and n.op.name]
    assert set(back.op.keep[: back.op.states]) == {1}


@pytest.mark.parametrize(("turns", "slope"), [(2, 4.0), (3, 8.0), (5, 0.0)])
def test_a_truncated_gradient_reaches_the_first_state_of_few_turns_alone(
    turns: int, slope: float
):
    x, first, a = T.dvector("x"), T.dscalar("first"), T.dscalar("a")
    out, _ = tg.scan(lambda e, s, a: a * s + e, x, first, a, truncate_gradient=3)
    f = tg.function([x, first, a], T.grad(out[-1], first), mode=NUMPY)
    assert f(np.ones(turns), 1.0, 2.0) == slope
