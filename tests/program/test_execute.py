"""The evaluator as a generator of events."""

from collections.abc import Sequence

import numpy as np
import pytest

import teachgraph.tensor as T
from teachgraph.core.events import DidRun, Event, Failed, WillRun
from teachgraph.core.graph import Graph
from teachgraph.core.types import LengthMismatch
from teachgraph.program.execute import run, steps
from teachgraph.program.lower import lower
from teachgraph.program.plain import numpy_program
from teachgraph.program.program import GuardFailed, IndexFailed, Program


def plain(inputs: Sequence[T.Variable], *outputs: T.Variable) -> Program:
    return numpy_program(Graph(tuple(inputs), outputs))


def lowered(inputs: Sequence[T.Variable], *outputs: T.Variable) -> Program:
    work = lower(Graph(tuple(inputs), outputs))
    while True:
        try:
            next(work)
        except StopIteration as stop:
            return stop.value


def test_every_node_is_told_before_and_after_it_runs():
    x = T.dvector("x")
    events = list(steps(plain([x], (x + 1) * x), [np.array([2.0])]))
    assert [type(e) for e in events] == [WillRun, DidRun, WillRun, DidRun]
    assert events[0].step.nodes[0].op.title == "add"
    assert [a.tolist() for a in events[2].inputs] == [[3.0], [2.0]]
    assert events[3].outputs[0].tolist() == [6.0]
    assert events[3].seconds >= 0


def test_running_gives_the_outputs_in_order():
    x, y = T.dscalars("x", "y")
    program = plain([x, y], x - y, y, x)
    results = run(program, [np.array(3.0), np.array(1.0)])
    assert [float(a) for a in results] == [2.0, 1.0, 3.0]


def test_listeners_hear_every_event():
    x, heard = T.dvector("x"), list[Event]()
    run(plain([x], x + 1), [np.ones(1)], [heard.append])
    assert [type(e) for e in heard] == [WillRun, DidRun]


def test_a_step_that_fails_is_told_and_then_raised():
    x, y = T.dvectors("x", "y")
    stream = steps(plain([x, y], x + y), [np.ones(2), np.ones(3)])
    events = list[Event]()
    with pytest.raises(LengthMismatch):
        events.extend(stream)
    assert isinstance(events[-1], Failed)
    assert events[-1].report.code == "shape-mismatch"
    assert events[-1].report.origin is not None


def test_a_listener_that_raises_stops_the_run():
    def stop(event: Event) -> None:
        raise KeyError(type(event).__name__)

    x = T.dvector("x")
    with pytest.raises(KeyError, match="WillRun"):
        run(plain([x], x + 1), [np.ones(1)], [stop])


def test_a_stepper_may_pull_by_hand_and_leave():
    x = T.dvector("x")
    stream = steps(plain([x], (x + 1) * 2), [np.ones(1)])
    assert isinstance(next(stream), WillRun)
    assert isinstance(next(stream), DidRun)
    stream.close()


def test_numpy_settings_do_not_leak_between_steps():
    x = T.dvector("x")
    stream = steps(plain([x], T.log(x) + 1), [np.zeros(1)])
    before = np.geterr()
    for _ in stream:
        assert np.geterr() == before


def test_kernels_run_in_the_interpreter():
    x, y = T.dmatrix("x"), T.dvector("y")
    program = lowered([x, y], (x * y).sum(axis=1))
    a, b = np.arange(6.0).reshape(2, 3), np.array([1.0, 2.0, 3.0])
    (result,) = run(program, [a, b])
    assert np.allclose(result, (a * b).sum(axis=1))


def test_products_of_matrices_run_as_library_calls():
    x, y = T.dmatrices("x", "y")
    program = lowered([x, y], T.dot(x.T, y))
    a, b = np.arange(6.0).reshape(3, 2), np.arange(9.0).reshape(3, 3)
    (result,) = run(program, [a, b])
    assert np.allclose(result, a.T @ b)


def test_guards_come_before_any_step():
    x, y = T.dvectors("x", "y")
    events = list[Event]()
    with pytest.raises(GuardFailed):
        run(lowered([x, y], T.exp(x) + y), [np.ones(2), np.ones(3)], [events.append])
    assert [type(e) for e in events] == [Failed]


def test_an_index_outside_its_axis_is_an_index_failure():
    x, i = T.dvector("x"), T.lscalar("i")
    program = lowered([x, i], x[i] * 2)
    with pytest.raises(IndexFailed, match="5"):
        run(program, [np.ones(3), np.array(5)])
