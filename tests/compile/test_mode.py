"""Modes as values, and listeners, which hear everything."""

import warnings

import numpy as np
import pytest

import teachgraph.tensor as T
from teachgraph.backend import BACKENDS
from teachgraph.backend.availability import BackendUnavailable, NoCompilerWarning
from teachgraph.compile import build
from teachgraph.compile.function import function
from teachgraph.compile.mode import MODES, Mode, mode_of
from teachgraph.compile.shared import shared
from teachgraph.core.config import config
from teachgraph.core.events import (
    Built,
    Called,
    DidRun,
    Event,
    Lowered,
    PassStarted,
    Recorder,
    Returned,
    Updated,
    WillRun,
)
from teachgraph.core.report import ShapeError, UsageError


def test_a_mode_is_found_by_its_name():
    assert mode_of("FAST_RUN") == MODES["FAST_RUN"]
    assert mode_of(None) == MODES["FAST_COMPILE"]
    assert mode_of(MODES["FAST_RUN"]) is MODES["FAST_RUN"]


def test_an_unknown_mode_is_refused_with_the_nearest_name():
    with pytest.raises(UsageError, match="'FAST_RUM'") as caught:
        mode_of("FAST_RUM")
    assert caught.value.report.hints[0].code == "'FAST_RUN'"


def test_an_unknown_backend_is_refused():
    x = T.dscalar("x")
    with pytest.raises(UsageError, match="backend called 'cpp'"):
        function([x], x, mode=Mode("cpp"))


def test_including_and_excluding_give_new_modes():
    mode = Mode("python", ("merge",))
    assert mode.including("specialize").has_phase("specialize")
    assert not mode.excluding("merge").has_phase("merge")
    assert mode.excluding("merge").including("merge").has_phase("merge")
    assert mode.has_phase("merge")


def test_the_settings_add_to_every_mode():
    flags = {"optimizer_excluding": "fuse:merge", "optimizer_including": "specialize"}
    with config.change_flags(**flags):
        mode = mode_of("FAST_COMPILE")
    assert mode.excluded == {"fuse", "merge"}
    assert mode.included == {"specialize"}


def test_a_listener_hears_of_rewriting_lowering_and_each_node():
    x, heard = T.dvector("x"), list[Event]()
    f = function([x], (x + 1) * 2, mode=Mode() + heard.append)
    kinds = {type(e) for e in heard}
    assert {PassStarted, Lowered, Built} <= kinds
    heard.clear()
    assert f(np.ones(2)).tolist() == [4.0, 4.0]
    steps = [WillRun, DidRun] * 2
    assert [type(e) for e in heard] == [Called, *steps, Returned]
    assert f.backend == "python"


def test_listeners_hear_of_updates_with_old_and_new_values():
    heard, w = list[Event](), shared(1.0, name="w")
    f = function([], w * 3, updates=[(w, w + 1)], mode=Mode() + heard.append)
    assert f() == 3.0
    (event,) = (e for e in heard if isinstance(e, Updated))
    assert (event.variable, float(event.old), float(event.new)) == (w, 1.0, 2.0)
    assert w.get_value() == 2.0


def test_a_watched_function_converts_names_and_fails_like_any_other():
    x, y = T.dvectors("x", "y")
    recorder = Recorder()
    f = function([x, y], {"sum": x + y}, mode=Mode() + recorder)
    assert f([1], y=[2])["sum"].tolist() == [3.0]
    with pytest.raises(ShapeError):
        f(np.ones(2), np.ones(3))


def test_several_listeners_hear_the_same_events():
    x = T.dscalar("x")
    first, second = list[Event](), list[Event]()
    function([x], x + 1, mode=Mode("python") + first.append + second.append)(1)
    assert first == second


def test_a_function_keeps_the_history_of_its_making():
    x = T.dscalar("x")
    f = function([x], x - x)
    rules = [e.rule.name for e in f.history.rewrites()]
    assert rules
    assert f.history.graph_at(0).outputs == f.graph.outputs
    assert f.history.graph_at(len(rules)).outputs == f.optimized.outputs


def test_a_function_tells_its_inputs_outputs_and_shared_variables():
    x, w = T.dscalar("x"), shared(1.0, name="w")
    y = x * w
    f = function([x], y, updates=[(w, w + 1)], name="times")
    assert f.inputs == (x,)
    assert f.outputs == (y,)
    assert f.shared == (w,)
    assert f.updated == (w,)
    assert f.graph.inputs == (x, w)
    assert len(f.graph.outputs) == 2
    assert repr(f).startswith("times(x) -> x * w, updates w  (compiled: ")


def test_the_program_for_a_stepper_takes_the_values_of_a_call():
    x, w = T.dscalar("x"), shared(3.0, name="w")
    f = function([x], x * w)
    assert [float(v) for v in f.values(2)] == [2.0, 3.0]
    assert len(f.watched.inputs) == 2


def test_c_has_a_source_and_numpy_has_none():
    x = T.dvector("x")
    assert function([x], x + 1, mode="FAST_RUN").source is not None
    assert function([x], x + 1, mode="FAST_COMPILE").source is None


def test_without_a_compiler_numpy_serves_and_says_so_once(
    monkeypatch: pytest.MonkeyPatch,
):
    def missing():
        raise BackendUnavailable("no C compiler was found")

    monkeypatch.setitem(BACKENDS, "c", missing)
    monkeypatch.setattr(build, "_WARNED", set[str]())
    x = T.dvector("x")
    with pytest.warns(
        NoCompilerWarning, match="no C compiler was found; functions run"
    ):
        f = function([x], x + 1, mode="FAST_RUN")
    assert f.backend == "python"
    assert f(np.ones(1)).tolist() == [2.0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        function([x], x + 1, mode="FAST_RUN")
