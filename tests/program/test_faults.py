"""What cannot be computed is an error in C and in loops, as it is in NumPy."""

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from running import Array, assert_same, by_c, by_interpreter, by_numpy, fused

import teachgraph.tensor as T
from teachgraph.core import report
from teachgraph.core.graph import Graph, Variable
from teachgraph.core.types import LengthMismatch
from teachgraph.program.program import GuardFailed, IndexFailed

WAYS: dict[str, Callable[[Graph], Callable[..., list[Array]]]] = {
    "c": by_c,
    "fused": lambda graph: by_c(fused(graph)),
    "loops": lambda graph: lambda *arrays: by_interpreter(graph, arrays),
}
REFUSED = (LengthMismatch, report.Fault, ValueError, IndexError)
every_way = pytest.mark.parametrize("way", WAYS)
Build = Callable[..., Variable | Sequence[Variable]]


@dataclass(frozen=True)
class Fault:
    """A program, arrays it cannot take, the node that says so, and two numbers."""

    name: str
    inputs: Callable[[], Sequence[Variable]]
    build: Build
    arrays: tuple[Any, ...]
    node: str
    numbers: tuple[int, int]

    def graph(self) -> Graph:
        inputs = self.inputs()
        built = self.build(*inputs)
        outputs = (built,) if isinstance(built, Variable) else tuple(built)
        return Graph(tuple(inputs), outputs)

    def values(self) -> list[Array]:
        return [np.asarray(a) for a in self.arrays]


def vectors() -> Sequence[Variable]:
    return T.dvectors("x", "y")


def matrix() -> Sequence[Variable]:
    return [T.dmatrix("m")]


def matrix_and_vector() -> Sequence[Variable]:
    return [T.dmatrix("m"), T.dvector("x")]


def number() -> Sequence[Variable]:
    return [T.lscalar("n")]


def vector_and_number() -> Sequence[Variable]:
    return [T.dvector("x"), T.lscalar("n")]


def vector_and_indices() -> Sequence[Variable]:
    return [T.dvector("x"), T.lvector("i")]


def matrix_and_indices() -> Sequence[Variable]:
    return [T.dmatrix("m"), T.lvector("i")]


def vector_and_fraction() -> Sequence[Variable]:
    return [T.dvector("x"), T.dscalar("s")]


def conflict(x: Variable, y: Variable) -> list[Variable]:
    return [x + np.ones(3), y * x + np.ones(4)]


ONES, MATRIX = np.ones(3), np.ones((2, 3))
LENGTHS = [
    Fault(
        "unequal", vectors, lambda x, y: T.exp(x) + y, (ONES, np.ones(4)), "add", (3, 4)
    ),
    Fault(
        "an axis of one is not stretched",
        vectors,
        lambda x, y: x * y,
        (np.ones(1), ONES),
        "mul",
        (1, 3),
    ),
    Fault(
        "the second of two",
        vectors,
        lambda x, y: T.dot(x, y) + T.sum(T.outer(x, y) - y[:-1]),
        (ONES, ONES),
        "sub",
        (3, 2),
    ),
    Fault("product", matrix_and_vector, T.dot, (MATRIX, np.ones(4)), "Dot", (3, 4)),
    Fault(
        "joined",
        matrix,
        lambda m: T.concatenate([m, m.T], axis=1),
        (MATRIX,),
        "Join",
        (2, 3),
    ),
    Fault(
        "reshaped",
        vector_and_number,
        lambda x, n: x.reshape((n, 3)),
        (np.ones(7), 2),
        "Reshape",
        (7, 6),
    ),
    Fault(
        "negative length",
        number,
        lambda n: T.zeros((n,)).sum(),
        (-3,),
        "Alloc",
        (-3, 0),
    ),
    Fault("known to differ", vectors, conflict, (ONES, ONES), "add", (3, 4)),
    Fault(
        "found in NumPy",
        vector_and_fraction,
        lambda x, s: T.exp(T.arange(s)) + x,
        (ONES, 30.0),
        "add",
        (30, 3),
    ),
]
INDICES = [
    Fault(
        "position",
        vector_and_number,
        lambda x, n: x[n] * 2,
        (ONES, 5),
        "Subtensor",
        (5, 3),
    ),
    Fault(
        "from the end",
        vector_and_number,
        lambda x, n: x[n],
        (ONES, -4),
        "Subtensor",
        (-4, 3),
    ),
    Fault(
        "the first of several",
        vector_and_indices,
        lambda x, i: x[i],
        (ONES, [0, 7, -9]),
        "AdvancedSubtensor",
        (7, 3),
    ),
    Fault(
        "of no columns",
        matrix_and_indices,
        lambda m, i: m[i] + 1,
        (np.ones((3, 0)), [1, 3]),
        "AdvancedSubtensor",
        (3, 3),
    ),
    Fault(
        "of nothing",
        vector_and_number,
        lambda x, n: x[0] + n,
        ([], 1),
        "Subtensor",
        (0, 0),
    ),
    Fault(
        "largest of nothing",
        matrix,
        lambda m: T.max(m, axis=1),
        (np.ones((3, 0)),),
        "Max",
        (0, 0),
    ),
    Fault(
        "and of no rows",
        matrix,
        lambda m: T.max(m, axis=1),
        (np.ones((0, 0)),),
        "Max",
        (0, 0),
    ),
    Fault(
        "in columns",
        matrix,
        lambda m: T.min(m, axis=0),
        (np.ones((0, 3)),),
        "Min",
        (0, 0),
    ),
    Fault("of all", matrix, T.argmax, (np.ones((0, 3)),), "Argmax", (0, 0)),
]
ALL = [pytest.param(f, id=f.name) for f in (*LENGTHS, *INDICES)]


@every_way
@pytest.mark.parametrize("fault", [pytest.param(f, id=f.name) for f in LENGTHS])
def test_lengths_that_do_not_fit_are_told_with_the_node(fault: Fault, way: str):
    call = WAYS[way](fault.graph())
    with pytest.raises(GuardFailed) as caught:
        call(*fault.values())
    assert caught.value.guard.node.op.title == fault.node
    assert {caught.value.left, caught.value.right} == set(fault.numbers)


@every_way
@pytest.mark.parametrize("fault", [pytest.param(f, id=f.name) for f in INDICES])
def test_an_index_outside_is_told_with_its_numbers(fault: Fault, way: str):
    call = WAYS[way](fault.graph())
    with pytest.raises(IndexFailed) as caught:
        call(*fault.values())
    assert caught.value.node.op.title == fault.node
    assert (caught.value.index, caught.value.extent) == fault.numbers


@pytest.mark.parametrize("fault", ALL)
def test_numpy_refuses_it_too(fault: Fault):
    with pytest.raises(REFUSED):
        by_numpy(fault.graph(), fault.values())


@every_way
@pytest.mark.parametrize("shape", [(0, 3), (3, 1)])
def test_folds_over_something_are_fine(shape: tuple[int, int], way: str):
    m = T.dmatrix("m")
    graph = Graph((m,), (T.max(m, axis=1), T.argmin(m, axis=1)))
    (array,) = arrays = [np.ones(shape)]
    for found, wanted in zip(WAYS[way](graph)(array), by_numpy(graph, arrays)):
        assert_same(found, wanted)


@pytest.mark.parametrize("length", [2**32, 2**45, 2**62])
def test_sizes_that_no_memory_holds_are_refused(length: int):
    n = T.lscalar("n")
    call = by_c(Graph((n,), (T.ones((n, n, 8)),)))
    with pytest.raises(MemoryError):
        call(np.array(length))


def test_a_result_that_no_memory_holds_is_refused():
    x, y = T.bvectors("x", "y")
    column = np.zeros(2**23 + 1, "int8")
    outer = x.dimshuffle(0, "x") * y.dimshuffle("x", 0)
    with pytest.raises(MemoryError):
        by_c(Graph((x, y), (outer,)))(column, column)


def test_a_fault_does_not_stay():
    x, n = T.dvector("x"), T.lscalar("n")
    call = by_c(Graph((x, n), (x[n] * 2,)))
    with pytest.raises(IndexFailed):
        call(ONES, np.array(3))
    assert call(ONES, np.array(2))[0] == 2


def test_the_first_fault_is_told_when_several_cores_find_one():
    x, i = T.dvector("x"), T.lvector("i")
    call = by_c(Graph((x, i), (x[i],)))
    for _ in range(20):
        with pytest.raises(IndexFailed) as caught:
            call(ONES, np.arange(400_000) + 3)
        assert caught.value.extent == 3
        assert 3 <= caught.value.index < 400_003


def test_threads_may_call_one_function_together():
    m = T.dmatrix("m")
    call = by_c(fused(Graph((m,), (T.tanh(m).sum(axis=1), m[T.arange(4)].sum()))))
    wrong: list[int] = []

    def work(seed: int) -> None:
        array = np.random.default_rng(seed).standard_normal((60, 300 + seed))
        for _ in range(50):
            rows, total = call(array)
            if not np.allclose(rows, np.tanh(array).sum(axis=1)):
                wrong.append(seed)
            if not np.allclose(total, array[:4].sum()):
                wrong.append(seed)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_child_may_call_a_function_of_its_parent():
    x = T.dvector("x")
    call = by_c(Graph((x,), (T.exp(x).sum(),)))
    array = np.zeros(300_000)
    assert call(array)[0] == 300_000
    child = os.fork()
    if child == 0:
        os._exit(0 if call(array)[0] == 300_000 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
