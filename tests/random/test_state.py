"""Seeds, and the state of a stream as a value."""

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from teachgraph.compile.function import function
from teachgraph.core.report import UsageError
from teachgraph.random import MRG_RandomStreams, RandomStreams, State
from teachgraph.random.state import seeded

PROGRAM = """
import teachgraph as tg
from teachgraph.random import RandomStreams
print(tg.function([], RandomStreams(seed=7).normal((3,)))().tolist())
"""


def test_a_seed_is_the_low_half_of_the_key_and_the_call_the_high_half():
    assert seeded(234, 5).tolist() == [5 << 32 | 234, 0]


@pytest.mark.parametrize("seed", [2**32, 2**80, [1, 2, 3], (0, 0), range(6)])
def test_seeds_of_more_than_32_bits_are_mixed(seed: Any):
    state = seeded(seed)
    assert 0 < state[0] < 2**32
    assert state[0] != seeded([2, 1, 3])[0]


def test_without_a_seed_streams_differ():
    assert RandomStreams().rstate[0] != RandomStreams().rstate[0]


def test_a_negative_seed_is_refused():
    with pytest.raises(UsageError, match="negative"):
        RandomStreams(-1)


def test_a_fraction_is_no_seed():
    seed: Any = 0.5
    with pytest.raises(UsageError, match="whole number"):
        RandomStreams(seed)


def test_a_state_is_seeded_saved_and_restored_as_in_the_tutorial():
    u = RandomStreams(seed=234).uniform((2, 2))
    f = function([], u)
    rng = u.rng.get_value(borrow=True)
    rng.seed(89234)
    u.rng.set_value(rng, borrow=True)
    saved = u.rng.get_value().get_state()
    first, second = f(), f()
    rng = u.rng.get_value(borrow=True)
    rng.set_state(saved)
    u.rng.set_value(rng, borrow=True)
    np.testing.assert_array_equal(f(), first)
    np.testing.assert_array_equal(f(), second)


def test_a_copied_state_does_not_follow_the_stream():
    u = RandomStreams(seed=1).uniform((2,))
    copy = u.rng.get_value()
    function([], u)()
    assert isinstance(copy, State)
    assert copy[1] == 0
    assert u.rng.get_value()[1] == 1


def test_a_random_state_of_numpy_is_taken_as_a_seed():
    u = RandomStreams(seed=1).uniform((2,))
    given = np.random.RandomState(5)
    u.rng.set_value(given)
    first = u.rng.get_value()
    u.rng.set_value(np.random.RandomState(5))
    np.testing.assert_array_equal(u.rng.get_value(), first)
    assert given.randint(100) == np.random.RandomState(5).randint(100)


def test_states_travel_between_graphs():
    one, two = RandomStreams(123), RandomStreams(987)
    f, g = function([], one.uniform((1,))), function([], two.uniform((1,)))
    assert f() != g()
    for mine, theirs in zip(two.state_updates, one.state_updates, strict=True):
        mine[0].set_value(theirs[0].get_value())
    assert f() == g()


def test_the_two_kinds_of_streams_do_not_share_numbers():
    f = function([], RandomStreams(3).uniform((4,)))
    g = function([], MRG_RandomStreams(3).uniform((4,)))
    assert not np.intersect1d(f(), g()).size


@pytest.mark.slow
def test_another_process_draws_the_same_numbers():
    here = function([], RandomStreams(seed=7).normal((3,)))().tolist()
    run = [sys.executable, "-c", PROGRAM]
    there = subprocess.run(run, capture_output=True, text=True, check=True)
    assert there.stdout.strip() == str(here)
