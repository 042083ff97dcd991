"""A call that is paused while it runs: led by a viewer, or run on and recorded."""

import time

import numpy as np
import pytest

import teachgraph as tg
from teachgraph import tensor as T
from teachgraph.compile.function import function
from teachgraph.view import gate as gate_module
from teachgraph.view import pausing, protocol
from teachgraph.view import widget as widget_module
from teachgraph.view.gate import Front, Gate
from teachgraph.view.recording import Recording
from teachgraph.view.running import Running
from teachgraph.view.stepper import step

X = np.arange(1.0, 6.0)


class Viewer:
    """A viewer whose reader has made up his mind before: it answers from a list."""

    comm = None

    def __init__(self, *ways, breaks=()):
        self.ways, self.breaks = list(ways), list(breaks)
        self.states, self.documents = [], []
        self.gate = Reader(self)

    def shows(self, shown):
        self.shown = shown

    def keep(self):
        self.kept = self.shown


class Reader(Gate):
    """A gate at which the next wish of the viewer lies ready."""

    def __init__(self, viewer):
        super().__init__(viewer)
        self.viewer = viewer

    def tell(self, **traits):
        self.viewer.states.append(traits["paused"])
        self.viewer.documents.append(traits.get("document"))

    def shake(self, seconds=0.0):
        return True

    def wait(self):
        if not self.viewer.ways:
            return None
        return {"how": self.viewer.ways.pop(0), "breaks": self.viewer.breaks}


@pytest.fixture
def loss():
    x = T.dvector("x")
    sums, _ = tg.scan(lambda a, s: a * s + 1, x, outputs_info=T.constant(0.5))
    return x, T.tanh(sums).sum()


def called(loss, viewer, *on):
    stop = tg.Pause(*on)
    x, y = loss
    f = function([x], y, mode=tg.Mode(backend="python") + stop, name="call")
    stop.shown_by(viewer)
    return f


def places(viewer):
    return [s["where"] for s in viewer.states if s["state"] == "paused"]


def test_without_targets_a_call_stops_at_its_first_node_and_is_stepped(loss):
    viewer = Viewer("next", "next", "leave")
    f = called(loss, viewer)
    assert f(X) == function([loss[0]], loss[1])(X)
    first, second, third = places(viewer)
    assert first != second != third
    assert viewer.states[-1]["state"] == "over"


def test_into_stops_inside_of_a_loop_and_out_after_it(loss):
    viewer = Viewer("into", "into", "into", "out", "leave")
    called(loss, viewer)(X)
    found = places(viewer)
    assert "turn 0 of scan" in found[2]
    assert "scan" in found[-1]
    assert "turn" not in found[-1]


def test_next_passes_over_a_loop(loss):
    viewer = Viewer(*["next"] * 20)
    called(loss, viewer)(X)
    assert not any("turn" in place for place in places(viewer))


def test_call_stops_where_a_condition_on_turns_is_true(loss):
    viewer = Viewer("go", "leave")
    called(loss, viewer, "turn = 3 and op = mul")(X)
    assert places(viewer) == ["mul, turn 3 of scan"]


def test_what_is_shown_while_it_is_paused_is_what_was_computed(loss):
    viewer = Viewer("leave")
    called(loss, viewer, "turn = 2 and op = add")(X)
    found = viewer.documents[0] or viewer.documents[1]
    protocol.validate(found)
    told = [e for e in found["timeline"] if e["t"] == "eval"]
    s = 0.5
    for a in X[:3]:
        s = a * s + 1
    assert told[-1]["outputs"][0]["data"] == [s]
    assert told[-1]["path"][0][1] == 2
    assert found["at"]["eval"] == len(told)
    labels = {n["id"]: n["label"] for n in found["graphs"]["g0"]["nodes"]}
    assert "tanh" not in {labels.get(e["node"]) for e in told}


def test_breakpoints_of_the_reader_stop_the_call(loss):
    viewer = Viewer("go", "leave", breaks=[{"node": None, "text": "op = tanh"}])
    called(loss, viewer)(X)
    assert places(viewer)[-1] == "tanh"


def test_breakpoint_at_a_node_is_known_by_its_id(loss):
    found = function([loss[0]], loss[1], name="call")
    nodes = step(found, X).document()["graphs"]["g0"]["nodes"]
    tanh = next(n["id"] for n in nodes if n["label"] == "tanh")
    viewer = Viewer("go", "leave", breaks=[{"node": tanh, "text": ""}])
    called(loss, viewer)(X)
    assert places(viewer)[-1] == "tanh"


def test_call_is_stopped_by_the_reader(loss):
    viewer = Viewer("stop")
    with pytest.raises(KeyboardInterrupt, match="stopped in the viewer"):
        called(loss, viewer)(X)
    assert viewer.states[-1]["state"] == "stopped"


def test_when_nobody_answers_any_more_the_call_goes_on_and_says_so(loss, capsys):
    viewer = Viewer("next")
    assert np.isfinite(called(loss, viewer)(X))
    assert "goes on by itself" in capsys.readouterr().out
    assert viewer.states[-1]["state"] == "over"


def test_updates_are_made_as_in_any_call(loss):
    x, y = loss
    total = tg.shared(0.0, "total")
    stop, viewer = tg.Pause(), Viewer("next", "leave")
    mode = tg.Mode(backend="python") + stop
    f = function([x], y, updates=[(total, total + y)], mode=mode)
    stop.shown_by(viewer)
    assert f(X) == total.get_value()


def test_error_of_a_paused_call_is_shown_and_raised():
    n, v = T.ivector("n"), T.dvector("v")
    out, _ = tg.scan(lambda i: v[i] * 2, sequences=n)
    viewer = Viewer("leave")
    stop = tg.Pause("turn = 1")
    f = function([n, v], out, mode=tg.Mode(backend="python") + stop)
    stop.shown_by(viewer)
    with pytest.raises(IndexError):
        f(np.arange(9, dtype="int32"), np.ones(5))
    assert viewer.states[-1]["state"] == "failed"
    assert viewer.documents[-1]["timeline"][-1]["t"] == "error"


def test_breakpoint_of_debug_can_ask_for_a_pause(loss):
    x, y = loss
    stop, viewer = tg.Pause("turn = 999"), Viewer("leave")
    at = tg.Breakpoint("tanh", action=stop.now)
    f = function([x], y, mode=tg.Mode(backend="python") + at + stop)
    stop.shown_by(viewer)
    f(X)
    assert places(viewer) == ["tanh"]


def test_live_step_outside_of_a_notebook_says_so_and_is_recorded(loss, capsys):
    s = step(function([loss[0]], loss[1]), X, live=True)
    assert "cannot be paused" in capsys.readouterr().out
    assert "cannot be paused" in str(s)
    assert np.isfinite(s.run())


def test_live_step_is_led_and_ends_at_the_end(loss, monkeypatch):
    viewer = Viewer("into", "next", "leave")
    front = Front()
    monkeypatch.setattr(Front, "answers", True)
    monkeypatch.setattr(pausing, "FRONT", front)
    monkeypatch.setattr(pausing, "shown_now", lambda shown: viewer)
    s = step(function([loss[0]], loss[1]), X, live=True)
    assert s.finished
    assert len(places(viewer)) == 3
    assert list(s._repr_mimebundle_()) == ["text/plain"]
    assert viewer.kept.recording is s.recording


def test_call_under_way_is_a_valid_document_at_every_event(loss):
    f = function([loss[0]], loss[1])
    recording = Recording(f, [X])
    while recording.pull() is not None:
        protocol.validate(Running(recording).document())


def test_gate_gives_up_when_no_sign_of_life_comes(monkeypatch):
    monkeypatch.setattr(gate_module, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(gate_module, "TICK_SECONDS", 0.01)
    began = time.monotonic()
    assert Gate(Viewer()).wait() is None
    assert time.monotonic() - began < 5


def test_gate_does_not_even_try_where_no_front_end_said_hello():
    assert Gate(Viewer()).shake() is False


def test_widget_tells_pause_from_what_it_answers_itself(loss, monkeypatch):
    monkeypatch.setattr(widget_module, "script", lambda: "export default {}")
    widget_module._viewer.cache_clear()
    shown, sent = tg.view(function([loss[0]], loss[1])), []
    shown.send = sent.append
    shown._asked(shown, {"do": "hello"}, [])
    shown._asked(shown, {"do": "here"}, [])
    assert sent == [{"hello": False}]
