"""Streams in functions: what advances, what is shared, what is independent."""

import numpy as np
import pytest
from scipy import stats

import teachgraph.tensor as T
from teachgraph.compile.function import function
from teachgraph.compile.shared import shared
from teachgraph.grad import grad
from teachgraph.random import MRG_RandomStreams, RandomStreams
from teachgraph.scan import scan


def test_every_call_of_a_function_draws_anew():
    f = function([], RandomStreams(234).uniform((2, 2)))
    assert not np.intersect1d(f(), f()).size


def test_no_default_updates_draws_the_same_again():
    normal = RandomStreams(234).normal((2, 2))
    f = function([], normal, no_default_updates=True)
    np.testing.assert_array_equal(f(), f())


def test_a_variable_is_drawn_once_in_a_call():
    u = RandomStreams(234).uniform((2, 2))
    assert np.abs(function([], u + u - 2 * u)()).max() < 1e-15


def test_functions_that_share_a_stream_take_turns():
    def numbers(calls: str) -> list[float]:
        u = RandomStreams(3).uniform(())
        functions = {"f": function([], u), "g": function([], u * 1)}
        return [float(functions[c]()) for c in calls]

    assert numbers("fffff") == numbers("fgfgg")


def test_seed_sets_all_streams_back():
    srng = RandomStreams(5)
    f = function([], [srng.uniform((3,)), srng.normal((3,))])
    first = f()
    srng.seed(902340)
    other = f()
    srng.seed()
    again = f()
    for a, b, c in zip(first, other, again, strict=True):
        assert not np.intersect1d(a, b).size
        np.testing.assert_array_equal(a, c)


def test_seeding_is_as_making_the_streams_with_that_seed():
    srng = RandomStreams(5)
    early = srng.uniform((3,))
    srng.seed(6)
    late = srng.uniform((3,))
    new = RandomStreams(6)
    f = function([], [early, late])
    g = function([], [new.uniform((3,)), new.uniform((3,))])
    np.testing.assert_array_equal(f(), g())


def test_the_rng_of_a_draw_is_its_shared_state():
    srng = RandomStreams(5)
    u = srng.uniform((3,), low=-1)
    state, after = u.update
    assert u.rng is state is srng.state_updates[0][0]
    assert srng.updates() == [(state, after)]
    assert state.default_update is after
    assert state.tag.is_rng
    np.testing.assert_array_equal(srng[state], state.get_value())
    srng[state] = [1, 2]
    assert state.get_value().tolist() == [1, 2]


def test_what_was_not_drawn_has_no_rng():
    assert not hasattr(T.dscalar("x"), "rng")


def test_streams_and_draws_are_independent():
    srng = RandomStreams(11)
    one, two = srng.uniform((2000,)), srng.uniform((2000,))
    f = function([], [one, two])
    columns = np.stack([*f(), *f()])
    correlations = np.corrcoef(columns)[np.triu_indices(4, 1)]
    assert np.abs(correlations).max() < 4 / np.sqrt(2000)
    seeds = [function([], RandomStreams(s).uniform((2000,)))() for s in (11, 12, 13)]
    assert np.abs(np.corrcoef(seeds)[np.triu_indices(3, 1)]).max() < 4 / np.sqrt(2000)


def test_all_random_numbers_of_a_program_are_different():
    srng, mrg = RandomStreams(1), MRG_RandomStreams(1)
    drawn = [s.uniform((500,), dtype="float64") for s in (srng, srng, mrg, mrg)]
    f = function([], drawn)
    numbers = np.concatenate([a for _ in range(3) for a in f()])
    assert np.unique(numbers).size == numbers.size


def test_dropout_masks_change_from_call_to_call_and_keep_the_mean():
    x = T.matrix("x")
    mask = RandomStreams(2).binomial(x.shape, p=0.8, dtype=x.dtype)
    f = function([x], x * mask / 0.8)
    ones = np.ones((200, 50))
    first, second = f(ones), f(ones)
    assert set(np.unique(first)) == {0, 1.25}
    assert (first != second).any()
    assert abs(first.mean() - 1) < 0.02


def test_a_network_trains_with_dropout():
    rng = np.random.default_rng(0)
    data = rng.normal(size=(64, 5))
    wanted = data @ np.array([1.0, -2.0, 0.5, 0.0, 3.0])
    x, y = T.dmatrix("x"), T.dvector("y")
    w = shared(np.zeros(5), name="w")
    mask = RandomStreams(4).binomial(x.shape, p=0.9, dtype="float64")
    cost = T.mean((T.dot(x * mask / 0.9, w) - y) ** 2)
    train = function([x, y], cost, updates=[(w, w - 0.05 * grad(cost, w))])
    costs = [float(train(data, wanted)) for _ in range(200)]
    assert np.mean(costs[-20:]) < costs[0] / 5
    np.testing.assert_allclose(w.get_value(), [1, -2, 0.5, 0, 3], atol=0.5)


def test_the_mask_of_a_gradient_is_that_of_the_output():
    x = T.dvector("x")
    dropped = x * RandomStreams(4).binomial(x.shape, dtype="float64")
    f = function([x], [dropped, grad(dropped.sum(), x)])
    out, mask = f(np.arange(1.0, 51))
    np.testing.assert_array_equal(out, mask * np.arange(1.0, 51))


def test_gradients_go_through_the_parameters_of_a_normal():
    avg, std = T.dscalar("avg"), T.dscalar("std")
    z = RandomStreams(4).normal((1000,), avg=avg, std=std)
    f = function([avg, std], [z, *grad(z.mean(), [avg, std])])
    drawn, by_avg, by_std = f(2.0, 3.0)
    assert by_avg == pytest.approx(1)
    assert by_std == pytest.approx((drawn.mean() - 2) / 3)


def test_gen_draws_by_a_function_of_a_state():
    srng = RandomStreams(9)
    made = srng.gen(T.raw_random.uniform, (4,), low=2.0, high=3.0)
    same = RandomStreams(9).uniform((4,), 2.0, 3.0)
    np.testing.assert_array_equal(function([], made)(), function([], same)())
    assert T.shared_randomstreams.RandomStreams is RandomStreams


def test_substreams_of_the_second_kind_are_those_of_later_calls():
    mrg = MRG_RandomStreams(5)
    rows = mrg.get_substream_rstates(3, "float32")
    again = MRG_RandomStreams(5)
    for row in rows:
        np.testing.assert_array_equal(row, again.rstate)
        again.inc_rstate()
    np.testing.assert_array_equal(mrg.rstate, again.rstate)
    mrg.set_rstate([1, 2, 3, 4, 5, 6])
    assert (mrg.rstate != again.rstate).any()


def test_the_second_kind_tells_size_and_streams_of_a_draw():
    mrg = MRG_RandomStreams(5, use_cuda=False)
    u = mrg.uniform((2, 3), nstreams=6)
    assert mrg.state_updates == [(*u.update, (2, 3), 6)]
    assert u.rstate is u.rng


def test_numbers_in_c_are_those_of_numpy():
    draws = [
        function([], RandomStreams(8).uniform((50,), -1, 4, dtype="float32"), mode=mode)
        for mode in ("FAST_RUN", "FAST_COMPILE")
    ]
    np.testing.assert_array_equal(draws[0](), draws[1]())
    assert stats.kstest(draws[0](), "uniform", (-1, 5)).pvalue > 1e-3


def test_a_stream_in_a_loop_draws_at_each_step_and_goes_on_in_the_next_call():
    srng = RandomStreams(3)
    steps, updates = scan(lambda: srng.normal(()), n_steps=5)
    f = function([], steps, updates=updates)
    in_loops = [*f(), *f()]
    ((state, _),) = updates.items()
    state.set_value([int(state.get_value()[0]), 0])
    drawn = RandomStreams(3).normal(())
    drawn.rng.set_value(state.get_value())
    g = function([], drawn)
    np.testing.assert_allclose(in_loops, [g() for _ in range(10)], rtol=1e-12)
