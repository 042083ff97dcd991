"""A function means the same in every mode with listeners, and loses nothing."""

import copy
import pickle

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.compile.mode import MODES, Mode
from teachgraph.core.events import Returned, Updated
from teachgraph.core.report import IndexRangeError, ShapeError
from teachgraph.debug import Breakpoint, DebugMode, Monitor, NanGuard, Profile

EVERY = {
    "NanGuardMode": MODES["NanGuardMode"],
    "ProfileMode": MODES["ProfileMode"],
    "MonitorMode": MODES["MonitorMode"],
    "DebugMode": DebugMode(check_c_code=False),
    "composed": Mode() + NanGuard() + Profile() + Monitor() + Breakpoint("nothing"),
}
IN_EVERY_MODE = pytest.mark.parametrize("mode", EVERY.values(), ids=EVERY)


@IN_EVERY_MODE
def test_updates_come_after_all_outputs_are_computed(mode: Mode):
    x, state = T.dscalar("x"), tg.shared(1.0, name="state")
    f = tg.function([x], state * x, updates=[(state, state + x)], mode=mode)
    assert (f(3), state.get_value()) == (3.0, 4.0)
    assert (f(1), state.get_value()) == (4.0, 5.0)


@IN_EVERY_MODE
def test_two_shared_variables_swap_their_values(mode: Mode):
    a, b = tg.shared(np.zeros(2), name="a"), tg.shared(np.ones(2), name="b")
    f = tg.function([], [], updates=[(a, b), (b, a)], mode=mode)
    f()
    np.testing.assert_array_equal(a.get_value(), np.ones(2))
    np.testing.assert_array_equal(b.get_value(), np.zeros(2))


@IN_EVERY_MODE
def test_givens_and_defaults_and_names_are_kept(mode: Mode):
    x, y, s = T.dscalar("x"), T.dscalar("y"), tg.shared(2.0, name="s")
    f = tg.function([x, tg.In(y, value=10.0)], s + x, givens={s: y * y}, mode=mode)
    assert f(1) == 101.0
    assert f(1, y=2.0) == 5.0


@IN_EVERY_MODE
def test_several_outputs_come_back_in_order_or_by_key(mode: Mode):
    x = T.dvector("x")
    pair = tg.function([x], [T.exp(x).sum(), x * 2], mode=mode)
    total, doubled = pair([0.0, 0.0])
    assert total == 2.0
    np.testing.assert_array_equal(doubled, [0.0, 0.0])
    by_key = tg.function([x], {"twice": x * 2}, mode=mode)
    np.testing.assert_array_equal(by_key([1.0])["twice"], [2.0])


@IN_EVERY_MODE
def test_a_program_without_steps_gives_its_input(mode: Mode):
    x = T.dvector("x")
    given = np.ones(2)
    result = tg.function([x], x, mode=mode)(given)
    np.testing.assert_array_equal(result, given)
    assert result is not given


@IN_EVERY_MODE
def test_a_failed_call_leaves_shared_variables_as_they_were(mode: Mode):
    x, state = T.dvector("x"), tg.shared(np.zeros(2), name="state")
    f = tg.function([x], state + x, updates=[(state, state + 1)], mode=mode)
    with pytest.raises(ShapeError) as caught:
        f([1.0, 2.0, 3.0])
    assert caught.value.report.origin.span().text() == "state + x"
    np.testing.assert_array_equal(state.get_value(), [0.0, 0.0])
    np.testing.assert_array_equal(f([1.0, 2.0]), [1.0, 2.0])
    np.testing.assert_array_equal(state.get_value(), [1.0, 1.0])


@IN_EVERY_MODE
def test_an_index_out_of_range_is_told_at_the_users_line(mode: Mode):
    x, i = T.dvector("x"), T.lscalar("i")
    f = tg.function([x, i], x[i] * 2, mode=mode)
    with pytest.raises(IndexRangeError) as caught:
        f([1.0], 3)
    assert caught.value.report.origin.span().text() == "x[i]"


@IN_EVERY_MODE
def test_a_function_is_copied_with_its_listeners(mode: Mode):
    x = T.dvector("x")
    f = tg.function([x], T.tanh(x).sum(), mode=mode)
    for g in (copy.deepcopy(f), pickle.loads(pickle.dumps(f))):
        assert len(g.mode.listeners) == len(mode.listeners)
        assert g([0.0, 0.0]) == 0.0


def test_what_a_callback_raises_is_raised_and_nothing_is_lost():
    def refuse(node, inputs):
        raise KeyError("not today")

    x, state = T.dscalar("x"), tg.shared(0.0, name="state")
    mode = Mode() + Monitor(before=refuse)
    f = tg.function([x], x * 2, updates=[(state, state + x)], mode=mode)
    with pytest.raises(KeyError, match="not today"):
        f(1)
    assert state.get_value() == 0.0


def test_every_listener_of_a_mode_hears_the_call():
    numbers: list[int] = []
    profile, stop = Profile(), Breakpoint("exp", action=lambda _: None)
    mode = Mode() + NanGuard() + profile + stop
    mode += Monitor(after=lambda node, inputs, outputs: numbers.append(1))
    x = T.dvector("x")
    f = tg.function([x], T.exp(x) + x.sum(), mode=mode)
    f([1.0])
    assert len(numbers) == len(profile.costs) == len(f.watched.steps)
    assert stop.hits == 1


def test_a_plain_function_is_a_listener_too():
    heard = []
    s = tg.shared(1.0, name="s")
    f = tg.function([], [], updates=[(s, s * 2)], mode=Mode() + heard.append)
    heard.clear()
    f()
    updates = [e for e in heard if isinstance(e, Updated)]
    assert [(u.variable, u.old, u.new) for u in updates] == [(s, 1.0, 2.0)]


def test_the_program_that_listeners_hear_is_the_one_that_was_built():
    x = T.dvector("x")
    f = tg.function([x], T.exp(x), mode="ProfileMode")
    assert f.watched is f.program


def test_listeners_that_need_no_steps_leave_the_compiled_program_in_place():
    x = T.dvector("x")
    f = tg.function([x], T.exp(x) + 1, mode="NanGuardMode")
    assert f.backend == tg.function([x], T.exp(x) + 1).backend
    assert len(f.watched.steps) == 2
    both = tg.function([x], T.exp(x) + 1, mode=MODES["NanGuardMode"] + Profile())
    assert both.backend == "python"


def test_listeners_hear_of_calls_and_their_results_before_these_are_stored():
    heard, seen = [], []

    def listen(event):
        heard.append(type(event).__name__)
        if isinstance(event, Returned):
            seen.append((s.get_value(), *event.outputs))

    listen.needs_steps = False
    s = tg.shared(1.0, name="s")
    f = tg.function([], s + 1, updates=[(s, s * 2)], mode=Mode() + listen)
    heard.clear()
    f()
    assert heard == ["Called", "Returned", "Updated"]
    assert seen == [(1.0, 2.0, 2.0)]


@pytest.mark.parametrize("name", ["NanGuard", "Profile", "Monitor", "Debug"])
def test_every_mode_has_its_name_and_is_exported(name: str):
    assert MODES[f"{name}Mode"].listeners
    assert isinstance(getattr(tg, f"{name}Mode")(), Mode)


def test_the_optimizer_of_theanos_modes_chooses_phases():
    assert tg.NanGuardMode(optimizer=None).phases == ()
    fast = MODES["FAST_COMPILE"].phases
    assert tg.MonitorMode(optimizer="fast_compile").phases == fast
    with pytest.raises(TypeError, match="no optimizer called 'fastest'"):
        tg.ProfileMode(optimizer="fastest")
