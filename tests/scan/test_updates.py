"""Shared variables that the turns of a loop update, and random chains made of them."""

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.compile import SharedVariable
from teachgraph.core.report import GraphError, UsageError
from teachgraph.random import RandomStreams

BOTH = pytest.mark.parametrize("mode", ["FAST_COMPILE", "FAST_RUN"])


@BOTH
def test_an_update_is_made_in_every_turn(mode: str):
    k, n = tg.shared(0, "k"), T.iscalar("n")
    outputs, updates = tg.scan(lambda: {k: k + 1}, n_steps=n)
    count = tg.function([n], [], updates=updates, mode=mode)
    count(5)
    assert outputs is None
    assert k.get_value() == 5
    count(0)
    assert k.get_value() == 5


def test_outputs_read_the_value_of_their_turn():
    k = tg.shared(1.0, "k")
    doubled, updates = tg.scan(lambda: (k * 10, {k: k * 2}), n_steps=4)
    f = tg.function([], doubled, updates=updates, mode="FAST_COMPILE")
    assert f().tolist() == [10, 20, 40, 80]
    assert k.get_value() == 16


def test_updates_may_read_one_another():
    a, b = tg.shared(0.0, "a"), tg.shared(1.0, "b")
    _, updates = tg.scan(lambda: [(a, b), (b, a + b)], n_steps=6)
    tg.function([], [], updates=updates, mode="FAST_COMPILE")()
    assert [a.get_value(), b.get_value()] == [8, 13]


def test_a_shared_variable_without_updates_is_a_constant():
    x, w = T.dvector("x"), tg.shared(2.0, "w")
    out, updates = tg.scan(lambda e: e * w, x)
    f = tg.function([x], out, mode="FAST_COMPILE")
    assert f([1.0, 2]).tolist() == [2, 4]
    w.set_value(3.0)
    assert f([1.0, 2]).tolist() == [3, 6]
    assert not updates


def test_a_whole_number_update_of_a_float_is_converted():
    s = tg.shared(0.5, "s")
    _, updates = tg.scan(lambda i: {s: i}, T.arange(3))
    tg.function([], [], updates=updates, mode="FAST_COMPILE")()
    assert s.get_value() == 2.0


def coin(state: SharedVariable):
    """A toy stream: a whole number that runs through a fixed order, and its parity."""
    state.default_update = (state * 5 + 3) % 16
    return T.cast(state % 2, "float64") * (state > 4)


def throws(start: int, count: int) -> list[float]:
    found, state = [], start
    for _ in range(count):
        found.append(float(state % 2) * (state > 4))
        state = (state * 5 + 3) % 16
    return found


@BOTH
def test_default_updates_of_what_the_turns_use_are_made_in_every_turn(mode: str):
    state, x = tg.shared(7, "state"), T.dvector("x")
    noise = coin(state)
    noisy, updates = tg.scan(lambda e: e + noise, x)
    f = tg.function([x], noisy, updates=updates, mode=mode)
    assert list(updates) == [state]
    assert f(np.zeros(5)).tolist() == throws(7, 5)
    assert f(np.zeros(3)).tolist() == throws(7, 8)[5:]


def test_a_random_value_that_is_listed_is_one_value_for_all_turns():
    state, x = tg.shared(7, "state"), T.dvector("x")
    out, updates = tg.scan(lambda e, r: e + r, x, non_sequences=coin(state))
    f = tg.function([x], out, updates=updates, mode="FAST_COMPILE")
    assert not updates
    assert f(np.zeros(3)).tolist() == throws(7, 1) * 3
    assert state.get_value() == (7 * 5 + 3) % 16


def test_default_updates_follow_from_one_another():
    seed, state = tg.shared(1, "seed"), tg.shared(2, "state")
    seed.default_update = seed + 1
    state.default_update = state * seed
    out, updates = tg.scan(lambda: state, n_steps=3)
    f = tg.function([], out, updates=updates, mode="FAST_COMPILE")
    assert f().tolist() == [2, 2, 4]
    assert [seed.get_value(), state.get_value()] == [4, 12]


def test_an_update_that_a_turn_returns_wins_over_the_default():
    state = tg.shared(7, "state")
    coin(state)
    out, updates = tg.scan(lambda: (state, {state: state + 1}), n_steps=3)
    f = tg.function([], out, updates=updates, mode="FAST_COMPILE")
    assert f().tolist() == [7, 8, 9]


def test_streams_run_on_through_loops_inside_of_loops():
    state = tg.shared(7, "state")
    noise = coin(state)

    def outer():
        inner, updates = tg.scan(lambda: noise + 0, n_steps=3)
        return inner, updates

    out, updates = tg.scan(outer, n_steps=2)
    f = tg.function([], out, updates=updates, mode="FAST_COMPILE")
    assert f().reshape(-1).tolist() == throws(7, 6)
    assert f()[0].tolist() == throws(7, 9)[6:]


def test_gradients_go_through_a_loop_that_draws():
    state, w = tg.shared(7, "state"), T.dscalar("w")
    noise = coin(state)
    out, updates = tg.scan(lambda h: h * w + noise, outputs_info=1.0, n_steps=4)
    slope = tg.grad(out[-1], w)
    f = tg.function([w], [out[-1], slope], updates=updates, mode="FAST_COMPILE")
    noises, h, dh = throws(7, 4), 1.0, 0.0
    for e in noises:
        h, dh = h * 0.5 + e, dh * 0.5 + h
    assert np.allclose(f(0.5), [h, dh])


def test_random_streams_draw_anew_in_every_turn_and_every_call():
    stream, x = RandomStreams(1234), T.dvector("x")
    noise = stream.uniform(size=(2,))
    noisy, updates = tg.scan(lambda e: e + noise, x)
    f = tg.function([x], noisy, updates=updates, mode="FAST_COMPILE")
    drawn = np.concatenate([f(np.zeros(3)), f(np.zeros(2))])
    assert len(np.unique(drawn)) == drawn.size
    assert len(updates) == 1


def gibbs(w: np.ndarray, v: np.ndarray, noise: np.ndarray) -> np.ndarray:
    for e in noise:
        h = (1 / (1 + np.exp(-v @ w)) > e).astype(float)
        v = (1 / (1 + np.exp(-h @ w.T)) > e).astype(float)
    return v


def test_a_chain_as_in_a_boltzmann_machine_and_a_cost_that_takes_it_for_constant(
    rng: np.random.Generator,
):
    state, w = tg.shared(7, "state"), tg.shared(rng.normal(size=(4, 3)), "w")
    x, k = T.dmatrix("x"), T.iscalar("k")
    state.default_update = (state * 5 + 3) % 16

    def turn(v):
        limit = state / 16.0
        h = T.cast(T.nnet.sigmoid(T.dot(v, w)) > limit, "float64")
        back = T.nnet.sigmoid(T.dot(h, w.T))
        return [T.cast(back > limit, "float64"), back]

    (chain, _), updates = tg.scan(turn, outputs_info=[x, None], n_steps=k)
    end = chain[-1]
    energy = T.nnet.softplus(T.dot(x, w)).sum() - T.nnet.softplus(T.dot(end, w)).sum()
    slope = T.grad(energy, w, consider_constant=[end])
    f = tg.function([x, k], [end, slope], updates=updates, mode="FAST_COMPILE")
    a = (rng.uniform(size=(5, 4)) > 0.5).astype(float)
    states = [7]
    for _ in range(2):
        states.append((states[-1] * 5 + 3) % 16)
    expected = gibbs(w.get_value(), a, np.array(states) / 16)
    found, g = f(a, 3)
    assert np.array_equal(found, expected)
    active = [1 / (1 + np.exp(-v @ w.get_value())) for v in (a, expected)]
    assert np.allclose(g, a.T @ active[0] - expected.T @ active[1])


# The updates themselves


def test_updates_add_up():
    a, b = tg.shared(0, "a"), tg.shared(0, "b")
    both = tg.OrderedUpdates({a: a + 1}) + {b: b + 1}
    assert list(both) == [a, b]
    assert list([(b, b + 1)] + tg.OrderedUpdates([(a, a + 1)])) == [b, a]
    assert tg.OrderedUpdates(both) == both
    assert len([*both.items()]) == 2


def test_two_values_for_one_variable_are_refused():
    a = tg.shared(0, "a")
    with pytest.raises(GraphError, match="two new values"):
        tg.OrderedUpdates({a: a + 1}) + {a: a + 2}


def test_only_shared_variables_are_updated():
    x = T.dscalar("x")
    for key in (x, 3):
        with pytest.raises(UsageError, match="only a shared variable"):
            tg.OrderedUpdates({key: x})
