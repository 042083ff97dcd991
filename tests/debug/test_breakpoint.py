"""Stopping after a node."""

import inspect
import sys

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.compile.mode import Mode
from teachgraph.debug import Breakpoint, Stop

x = T.dvector("x")
inner = T.log(1 + T.exp(x))
inner.name = "inner"
cost = (inner**2).sum()
LINE = inspect.currentframe().f_lineno - 1


def stops(on=None, condition=None, outputs=cost, value=(1.0, 2.0)) -> list[Stop]:
    """Where a call stops."""
    found: list[Stop] = []
    stop = Breakpoint(on, condition, found.append)
    tg.function([x], outputs, mode=Mode() + stop)(list(value))
    assert stop.hits == len(found)
    return found


def titles(found: list[Stop]) -> list[str]:
    return [stop.node.op.title for stop in found]


def test_without_a_target_every_node_is_one():
    assert titles(stops()) == ["softplus", "sqr", "Sum"]


def test_a_stop_has_the_values_of_its_node():
    (stop,) = stops("sqr")
    np.testing.assert_allclose(stop.inputs[0], np.log1p(np.exp([1.0, 2.0])))
    np.testing.assert_allclose(stop.outputs[0], stop.inputs[0] ** 2)


@pytest.mark.parametrize(
    "on", ["inner", inner, inner.owner], ids=["name", "var", "node"]
)
def test_a_variable_that_rewriting_changed_is_found(on):
    assert titles(stops(on)) == ["softplus"]


def test_an_op_and_a_line_are_targets():
    (node,) = (s.node for s in stops("Sum"))
    assert titles(stops(node.op)) == ["Sum"]
    assert titles(stops(LINE)) == ["sqr", "Sum"]


def test_a_forward_expression_is_not_taken_for_its_gradient():
    a = T.sqr(x)
    found = stops(a, outputs=[tg.grad((a * T.exp(a)).sum(), x), a])
    assert titles(found) == ["sqr"]


def test_what_is_not_there_stops_nothing():
    assert stops("tanh") == []
    assert stops(T.tanh(x)) == []


def test_a_condition_on_the_outputs_decides():
    assert stops("Sum", lambda total: total > 100) == []
    assert len(stops("Sum", lambda total: total > 100, value=(50.0, 50.0))) == 1


def test_one_breakpoint_serves_several_functions():
    found: list[Stop] = []
    mode = Mode() + Breakpoint("inner", action=found.append)
    f = tg.function([x], cost, mode=mode)
    g = tg.function([x], inner + 1, mode=mode)
    f([1.0]), g([1.0])
    assert len(found) == 2


def test_the_debugger_opens_with_the_values_at_hand(monkeypatch, capsys):
    seen = {}
    monkeypatch.setattr(
        sys, "breakpointhook", lambda: seen.update(sys._getframe(1).f_locals)
    )
    tg.function([x], cost, mode=Mode() + Breakpoint("Sum"))([0.0])
    assert seen["value"] == np.log(2) ** 2
    assert set(seen) == {"node", "inputs", "outputs", "value"}
    assert "stopped after `(inner**2).sum()`" in capsys.readouterr().err


def test_a_place_in_a_file_and_a_list_are_targets():
    place = f"test_breakpoint.py:{LINE}"
    assert titles(stops(place)) == ["sqr", "Sum"]
    assert titles(stops(["softplus", "Sum"])) == ["softplus", "Sum"]


def test_stops_are_kept_where_the_call_shall_go_on():
    stop = Breakpoint("sqr", action="keep")
    f = tg.function([x], cost, mode=Mode() + stop)
    f([1.0]), f([2.0])
    first, second = stop.stops
    assert first.value < second.value
    assert str(first).startswith("stopped after `inner**2` (test_breakpoint.py:")
    assert "<table>" in first._repr_html_()


def test_a_node_in_a_loop_is_stopped_at_in_every_turn():
    stop = Breakpoint("tanh", action="keep")
    rows, _ = tg.scan(lambda e, h: T.tanh(h + e), sequences=x, outputs_info=0.0)
    tg.function([x], rows, mode=Mode() + stop)([1.0, 2.0])
    assert [turn for s in stop.stops for _, turn in s.turns] == [0, 1]
    assert "in turn 1 of the loop" in str(stop.stops[1])
