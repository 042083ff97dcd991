"""Every way to run a graph: node by node in NumPy, kernels interpreted, and in C."""

from collections.abc import Callable, Generator, Sequence
from typing import Any

import numpy as np

from teachgraph.backend.c import CBackend
from teachgraph.core.events import Event
from teachgraph.core.graph import Graph
from teachgraph.kernel.ir import Kernel
from teachgraph.program import execute
from teachgraph.program.lower import lower
from teachgraph.program.plain import numpy_program
from teachgraph.program.program import Linkage, Program, RunKernel
from teachgraph.rewrite.fusion import fuse

Array = np.ndarray[Any, Any]
LOOSE = {"float16": 2e-3, "float32": 2e-5, "complex64": 2e-5}


def result(work: Generator[Event, None, Any]) -> Any:
    """What a generator of events returns."""
    while True:
        try:
            next(work)
        except StopIteration as stop:
            return stop.value


def fused(graph: Graph) -> Graph:
    return result(fuse(graph))


def program_of(graph: Graph) -> Program:
    """The program of loops alone, products too."""
    return result(lower(graph, library=False))


def kernels(graph: Graph) -> list[Kernel]:
    steps = program_of(graph).steps
    return [s.kernel for s in steps if isinstance(s, RunKernel)]


def by_numpy(graph: Graph, arrays: Sequence[Array]) -> list[Array]:
    return execute.run(numpy_program(graph), arrays)


def by_interpreter(graph: Graph, arrays: Sequence[Array]) -> list[Array]:
    return execute.run(program_of(graph), arrays)


def by_c(graph: Graph) -> Callable[..., Any]:
    """The graph as a C function of arrays, which gives a list."""
    backend = CBackend()
    cells = (None,) * len(graph.inputs), (None,) * len(graph.outputs)
    program = result(backend.lower(graph))
    return result(backend.build(program, Linkage(*cells, single=False)))


def assert_same(found: Array, wanted: Array) -> None:
    assert (found.dtype, found.shape) == (wanted.dtype, wanted.shape)
    close = LOOSE.get(str(wanted.dtype), 1e-12)
    np.testing.assert_allclose(found, wanted, rtol=close, atol=close)
