"""Graphs of thousands of nodes: no recursion, and no step that takes square time."""

import sys
from collections.abc import Callable
from functools import partial
from types import FrameType

import numpy as np
import pytest
from running import assert_same, by_c, by_numpy, fused, program_of, result

import teachgraph.tensor as T
from teachgraph.backend.c import CBackend
from teachgraph.core.events import Rendered
from teachgraph.core.graph import Graph, Variable
from teachgraph.grad import grad
from teachgraph.program.program import Linkage, RunKernel
from teachgraph.rewrite.pipeline import optimize

Step = Callable[[Variable, int], Variable]
VECTOR, MATRIX = np.arange(6.0), np.arange(6.0).reshape(2, 3)


def chain(x: Variable, count: int, step: Step) -> Variable:
    for n in range(count):
        x = step(x, n)
    return x


def mixed(x: Variable) -> Step:
    steps: list[Step] = [
        lambda t, n: t * (1 + 1 / (n + 2)),
        lambda t, n: T.tanh(t),
        lambda t, n: t + 0.1 * (n % 7),
        lambda t, n: t - x,
    ]
    return lambda t, n: steps[n % 4](t, n)


def tree(leaves: list[Variable]) -> Variable:
    """A tree of sums and products, as flat as can be."""
    while len(leaves) > 1:
        pairs = zip(leaves[::2], leaves[1::2])
        found = [a + b if n % 2 else a * b for n, (a, b) in enumerate(pairs)]
        leaves = found + leaves[2 * len(found) :]
    return leaves[0]


DEEP: dict[str, tuple[int, Step]] = {
    "reversals": (300, lambda x, n: x[::-1]),
    "reversals and sums": (60, lambda x, n: x[::-1] + 1),
    "reshapes": (30, lambda x, n: x.reshape((1, x.shape[0])).flatten()),
    "pieces": (40, lambda x, n: T.concatenate([x[1:], x[:1]])),
    "folds": (25, lambda x, n: x - x.sum() / 10),
    "choices": (40, lambda x, n: T.switch(x > 0, x, 1 - x)),
    "squares": (60, lambda x, n: x * x * 0.5),
    "positions": (60, lambda x, n: x[T.arange(6)]),
    "increments": (60, lambda x, n: T.inc_subtensor(x[n % 6], 1.0)),
}


@pytest.mark.parametrize("name", DEEP)
def test_deep_graphs_need_no_recursion(name: str):
    count, step = DEEP[name]
    x = T.dvector("x")
    graph = Graph((x,), (chain(x, count, step),))
    wanted = by_numpy(graph, [VECTOR])
    assert_same(by_c(graph)(VECTOR)[0], wanted[0])
    assert_same(by_c(fused(graph))(VECTOR)[0], wanted[0])


def test_lengths_worked_out_again_and_again_stay_small():
    n = T.lscalar("n")
    length = chain(n, 200, lambda v, k: v * 2 + n - v)
    assert by_c(Graph((n,), (T.zeros((length,)),)))(np.array(1))[0].shape == (201,)


def test_numbers_that_are_repeated_in_kernels_are_so_only_for_a_while():
    s = T.dscalar("s")
    graph = Graph((s,), (chain(s, 100, lambda v, n: v + s),))
    steps = program_of(graph).steps
    assert 1 < len([step for step in steps if isinstance(step, RunKernel)]) < 20
    assert by_c(graph)(np.array(2.0))[0] == 202


def gradient(x: Variable, y: Variable) -> Variable:
    return grad(y.sum(), x)


def layers(x: Variable, count: int) -> Variable:
    """A deep network, whose matrices are all made of one."""
    w = T.outer(x, x)
    return chain(x, count, lambda t, k: T.tanh(T.dot(t, w * (k + 1)) + x))


def differences_of_twins(x: Variable, count: int) -> Variable:
    """Only when one difference is known to be 0, the next two are seen to be equal."""

    def twin(v: Variable) -> Variable:
        return chain(v, 5, lambda t, k: T.exp(T.sin(t)))

    return chain(x, count, lambda d, k: twin(x * k + (d - x)) - twin(x * k) + x)


LONG: dict[str, tuple[int, Callable[[Variable, int], Variable]]] = {
    "chain": (1, lambda x, n: chain(x, n, mixed(x))),
    "tree": (2, lambda x, n: tree([x * (1 + 1 / (k + 1)) for k in range(n)])),
    "reversals": (3, lambda x, n: chain(x, n, lambda t, k: t[::-1] + 1)),
    "gradient": (8, lambda x, n: gradient(x, chain(x, n, mixed(x)))),
    "gradient of layers": (20, lambda x, n: gradient(x, layers(x, n))),
    "sum": (3, lambda x, n: chain(x, n, lambda t, k: t + T.exp(x * k) * k)),
    "sums": (6, lambda x, n: chain(x, n, lambda t, k: t / t.sum() + k)),
    "twins": (20, differences_of_twins),
}
"""Graphs as long as one likes, and how many nodes there are to each step of them."""


def calls(work: Callable[[], object]) -> int:
    """How many functions are called: work, as it is on any machine at any time."""
    counted = {"call": 0, "c_call": 0, "return": 0, "c_return": 0, "c_exception": 0}

    def count(frame: FrameType, event: str, arg: object) -> None:
        counted[event] += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return counted["call"] + counted["c_call"]


def rendered(graph: Graph) -> Rendered:
    """The source of a graph; everything is done but for the compiler's work."""
    backend = CBackend()
    program = result(backend.lower(result(optimize(graph))))
    linkage = Linkage((None,), (None,), single=False)
    return next(e for e in backend.build(program, linkage) if isinstance(e, Rendered))


@pytest.mark.slow
@pytest.mark.parametrize("name", LONG)
def test_four_times_as_many_nodes_take_about_four_times_the_work(name: str):
    nodes, make = LONG[name]
    x = T.dvector("x")
    graphs = [Graph((x,), (make(x, n // nodes),)) for n in (100, 300, 1200)]
    _, few, many = (calls(partial(rendered, graph)) for graph in graphs)
    assert many < 5 * few


@pytest.mark.slow
def test_a_thousand_inputs_and_five_thousand_nodes_compile():
    x = T.dvector("x")
    long = Graph((x,), (chain(x, 5000, mixed(x)),))
    assert_same(by_c(fused(long))(VECTOR)[0], by_numpy(long, [VECTOR])[0])
    inputs = tuple(T.dvector() for _ in range(1001))
    wide = Graph(inputs, (tree(list(inputs)),))
    arrays = [np.full(3, 1 + n / 5000) for n in range(1001)]
    assert_same(by_c(fused(wide))(*arrays)[0], by_numpy(wide, arrays)[0])
