"""Seconds and bytes, by op and by node."""

import io

import numpy as np

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.debug import Profile


def profiled():
    x = T.dvector("x")
    f = tg.function(
        [x], [T.exp(x) * x, T.exp(x).sum(), x.reshape((1, -1))], profile=True
    )
    f(np.ones(1000))
    f(np.ones(1000))
    return f


def test_a_function_without_a_profile_has_none():
    x = T.dvector("x")
    assert tg.function([x], x + 1).profile is None
    assert tg.function([x], x + 1, profile=False).profile is None


def test_every_node_is_counted_in_every_call():
    f = profiled()
    profile = f.profile
    assert isinstance(profile, Profile)
    assert len(profile.costs) == len(f.watched.steps)
    assert {c.runs for c in profile.costs} == {2}
    assert profile.calls == 2


def test_bytes_are_those_of_new_arrays_and_views_are_free():
    by_op = profiled().profile.by_op()
    assert by_op["exp"].bytes == 2 * 8000
    assert by_op["Sum"].bytes == 2 * 8
    assert by_op["Reshape"].bytes == 0


def test_the_dearest_comes_first_and_the_parts_are_the_whole():
    profile = profiled().profile
    seconds = [c.seconds for c in profile.by_op().values()]
    assert seconds == sorted(seconds, reverse=True)
    assert abs(sum(seconds) - profile.seconds) < 1e-12


def test_the_summary_names_ops_and_the_users_lines():
    text = profiled().profile.summary()
    assert text.startswith("2 calls: ")
    assert "one at a time in NumPy" in text
    assert "rewriting took merge " in text
    assert "exp for T.exp(x)  (test_profile.py:" in text
    assert repr(text) == text


def test_a_summary_can_be_short_and_be_written_to_a_file():
    file = io.StringIO()
    text = profiled().profile.summary(file, n_ops=1, n_nodes=1)
    assert file.getvalue() == f"{text}\n"
    assert "and 3 more" in text


def test_print_summary_writes_to_standard_output(capsys):
    profile = profiled().profile
    profile.print_summary()
    assert capsys.readouterr().out.startswith("2 calls: ")


def test_a_profile_can_be_given_and_shared_and_reset():
    profile, x = Profile(), T.dvector("x")
    f = tg.function([x], x + 1, profile=profile)
    g = tg.function([x], T.exp(x), profile=profile)
    f([1.0]), g([1.0])
    assert f.profile is profile
    assert list(profile.by_op()) != []
    assert len(profile.costs) == 2
    profile.reset()
    assert (profile.costs, profile.calls) == ([], 0)
    f([1.0])
    assert len(profile.costs) == 1


def test_an_empty_profile_says_so():
    assert str(Profile()).startswith("0 calls: 0 us in 0 nodes")


def test_whole_calls_are_measured_too():
    profile = profiled().profile
    assert profile.calling >= profile.seconds > 0
    assert "whole calls took" in profile.summary()


def test_calls_alone_are_measured_in_the_compiled_program():
    profile, x = Profile(steps=False), T.dvector("x")
    f = tg.function([x], T.exp(x) + 1, profile=profile)
    f([1.0]), f([1.0])
    assert f.backend == tg.function([x], T.exp(x) + 1).backend
    assert (profile.calls, profile.costs) == (2, [])
    assert "each, as compiled" in profile.summary()


def test_arrays_are_counted_until_their_last_use():
    x, profile = T.dvector("x"), Profile()
    y = x
    for _ in range(5):
        y = T.sort(y)
    tg.function([x], y, profile=profile)(np.ones(1000))
    assert profile.peak == 2 * 8000


def test_loops_are_told_by_their_turns_and_without_what_is_in_them():
    x, profile = T.dvector("x"), Profile()
    rows, _ = tg.scan(lambda e, h: T.tanh(h + e), sequences=x, outputs_info=0.0)
    tg.function([x], rows, profile=profile)(np.ones(7))
    by_op = profile.by_op()
    assert (by_op["scan"].turns, by_op["scan"].runs, by_op["tanh"].runs) == (7, 1, 7)
    assert profile.calling > profile.seconds
    assert "loops turned 7 times" in profile.summary()
