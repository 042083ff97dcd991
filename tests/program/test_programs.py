"""Every way to run a program gives what NumPy gives, node by node."""

from collections.abc import Generator
from typing import Any

import numpy as np
import pytest
from program.cases import CASES, Array, Case

from teachgraph.backend.c import CBackend
from teachgraph.core.events import Event
from teachgraph.core.graph import Graph
from teachgraph.kernel.ir import Kernel
from teachgraph.kernel.verify import verify
from teachgraph.program import execute
from teachgraph.program.lower import lower
from teachgraph.program.plain import numpy_program
from teachgraph.program.program import Linkage, RunKernel
from teachgraph.rewrite.fusion import fuse

ALL = pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
SMALL = 400


def result(work: Generator[Event, None, Any]) -> Any:
    while True:
        try:
            next(work)
        except StopIteration as stop:
            return stop.value


def by_numpy(graph: Graph, arrays: list[Array]) -> list[Array]:
    return list(execute.run(numpy_program(graph), arrays, ()))


def by_c(graph: Graph) -> Any:
    backend = CBackend()
    cells = (None,) * len(graph.inputs), (None,) * len(graph.outputs)
    program = result(backend.lower(graph))
    return result(backend.build(program, Linkage(*cells, single=False)))


def agree(found: list[Array], wanted: list[Array]) -> None:
    assert len(found) == len(wanted)
    for a, b in zip(found, wanted):
        assert (a.dtype, a.shape) == (b.dtype, b.shape)
        tolerance = 2e-5 if a.dtype == "float32" else 1e-12
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)


@ALL
def test_c_agrees_with_numpy(case: Case) -> None:
    call = by_c(case.graph())
    for arrays in case.arrays():
        agree(call(*arrays), by_numpy(case.graph(), arrays))


@ALL
def test_fused_c_agrees_with_numpy(case: Case) -> None:
    call = by_c(result(fuse(case.graph())))
    for arrays in case.arrays():
        agree(call(*arrays), by_numpy(case.graph(), arrays))


@ALL
def test_interpreted_kernels_agree_with_numpy(case: Case) -> None:
    program = result(lower(result(fuse(case.graph())), library=False))
    for arrays in case.arrays():
        if max(a.size for a in arrays) <= SMALL:
            agree(list(execute.run(program, arrays, ())), by_numpy(case.graph(), arrays))


@ALL
def test_kernels_are_well_formed(case: Case) -> None:
    for graph in (case.graph(), result(fuse(case.graph()))):
        for kernel in kernels(graph):
            verify(kernel)


def kernels(graph: Graph) -> list[Kernel]:
    steps = result(lower(graph, library=False)).steps
    return [s.kernel for s in steps if isinstance(s, RunKernel)]


@pytest.mark.parametrize("name", ["softmax", "layernorm", "logistic_matrix", "bias"])
def test_one_kernel_is_enough(name: str) -> None:
    (case,) = (c for c in CASES if c.name == name)
    assert len(kernels(result(fuse(case.graph())))) == 1
