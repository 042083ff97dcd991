"""The numpy backend behind its calling convention."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import teachgraph.tensor as T
from teachgraph.backend import BACKENDS
from teachgraph.backend.python import PythonBackend
from teachgraph.core.events import Built, Event, Lowered
from teachgraph.core.graph import Graph
from teachgraph.program.lower import lower
from teachgraph.program.program import Linkage, Program


def result_of(stream: Any) -> tuple[Any, list[Event]]:
    events = list[Event]()
    while True:
        try:
            events.append(next(stream))
        except StopIteration as stop:
            return stop.value, events


def built(graph: Graph, linkage: Linkage | None = None) -> Callable[..., Any]:
    backend = PythonBackend()
    count = len(graph.inputs), len(graph.outputs)
    default = Linkage((None,) * count[0], (None,) * count[1], count[1] == 1)
    program, _ = result_of(backend.lower(graph))
    call, _ = result_of(backend.build(program, linkage or default))
    return call


def test_it_is_registered_by_its_name():
    assert BACKENDS["python"] is PythonBackend


def test_lowering_and_building_are_told():
    x = T.dvector("x")
    backend = PythonBackend()
    program, told = result_of(backend.lower(Graph((x,), (x + 1,))))
    assert [type(e) for e in told] == [Lowered]
    assert isinstance(program, Program)
    _, told = result_of(backend.build(program, Linkage((None,), (None,), True)))
    assert [type(e) for e in told] == [Built]
    assert backend.supports(program) is None


def test_one_output_is_bare_and_several_are_a_list():
    x = T.dvector("x")
    assert built(Graph((x,), (x + 1,)))(np.ones(1)).tolist() == [2.0]
    assert [a.tolist() for a in built(Graph((x,), (x, x * 2)))(np.ones(1))] == [
        [1],
        [2],
    ]


@pytest.mark.parametrize(
    "argument",
    [1.0, [1.0], np.float64(1), np.ones((1, 1)), np.ones(1, ">f8"), np.ones(1, "f4")],
)
def test_an_argument_that_is_not_exact_is_not_taken(argument: object):
    x = T.dvector("x")
    assert built(Graph((x,), (x + 1,)))(argument) is NotImplemented


def test_a_wrong_number_of_arguments_is_not_taken():
    x = T.dvector("x")
    call = built(Graph((x,), (x + 1,)))
    assert call() is NotImplemented
    assert call(np.ones(1), np.ones(1)) is NotImplemented


def test_an_argument_of_another_length_than_declared_is_not_taken():
    x = T.drow("x")
    call = built(Graph((x,), (x + 1,)))
    assert call(np.ones((2, 3))) is NotImplemented
    assert call(np.ones((1, 3))).shape == (1, 3)


def test_an_input_with_a_cell_is_read_at_each_call():
    x, w = T.dvectors("x", "w")
    cell = [np.ones(2)]
    call = built(Graph((x, w), (x * w,)), Linkage((None, cell), (None,), True))
    assert call(np.ones(2)).tolist() == [1.0, 1.0]
    cell[0] = np.zeros(3)
    assert call(np.ones(3)).tolist() == [0.0, 0.0, 0.0]


def test_an_output_with_a_cell_is_stored_there_in_an_array_of_its_own():
    x, w = T.dvectors("x", "w")
    cell = [np.ones(2)]
    old = cell[0]
    graph = Graph((x, w), (x, w + x))
    call = built(graph, Linkage((None, cell), (None, cell), True))
    call(np.ones(2))
    assert cell[0].tolist() == [2.0, 2.0]
    assert old.tolist() == [1.0, 1.0]


def test_nothing_is_stored_when_a_step_fails():
    x, w = T.dvectors("x", "w")
    first, second = [np.ones(2)], [np.ones(2)]
    graph = Graph((x, w), (w + 1, w * x))
    call = built(graph, Linkage((None, first), (first, second), False))
    with pytest.raises(Exception, match="3"):
        call(np.ones(3))
    assert first[0].tolist() == second[0].tolist() == [1.0, 1.0]


def test_values_that_are_no_longer_needed_are_let_go():
    x = T.dvector("x")
    y = T.exp(x)
    call = built(Graph((x,), (y + y * 2, y)))
    total, same = call(np.zeros(1))
    assert (total.tolist(), same.tolist()) == ([3.0], [1.0])


def test_a_program_with_kernels_runs_in_the_interpreter():
    x = T.dvector("x")
    program, _ = result_of(lower(Graph((x,), (T.exp(x).sum(),))))
    linkage = Linkage((None,), (None,), True)
    call, _ = result_of(PythonBackend().build(program, linkage))
    assert float(call(np.zeros(4))) == 4.0
