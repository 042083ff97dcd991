"""CUDA text: compiled to PTX where a CUDA compiler is, and run without a GPU.

All kernels of a kind are one file, so that each test runs a compiler once.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import emulation
import numpy as np
import pytest
from program.cases import CASES
from program.test_registry import CLASSES, MORE_NUMBERS, NUMBERS, rows, variable
from running import assert_same, by_numpy, fused, program_of

import teachgraph.tensor as T
from teachgraph.backend import cuda
from teachgraph.backend.cuda import CudaCompiler, CudaRefused, cuda_kernels, cuda_source
from teachgraph.core.graph import Graph, Variable
from teachgraph.core.op import Op
from teachgraph.core.record import having
from teachgraph.core.types import TensorType, is_complex
from teachgraph.kernel.ir import Kernel
from teachgraph.kernel.render.clike import TYPES
from teachgraph.ops.elementwise import Elementwise, sample
from teachgraph.program.program import Program, RunKernel

FOUND = cuda.compiler()
needs_compiler = pytest.mark.skipif(
    FOUND is None,
    reason="neither NVRTC (pip install nvidia-cuda-nvrtc) nor nvcc is here",
)
needs_cpp = pytest.mark.skipif(emulation.COMPILER is None, reason="g++ is not here")


def renamed(programs: Sequence[Program]) -> list[Program]:
    """The programs with kernels whose names differ between programs too."""
    found: list[Program] = []
    for number, program in enumerate(programs):
        steps = [
            having(s, kernel=_renamed(s.kernel, number))
            if isinstance(s, RunKernel)
            else s
            for s in program.steps
        ]
        found.append(having(program, steps=tuple(steps)))
    return found


def _renamed(kernel: Kernel, number: int) -> Kernel:
    return Kernel(
        f"p{number}_{kernel.name}", kernel.params, kernel.body, kernel.comment
    )


def compiled(kernels: Sequence[Kernel]) -> str:
    found = cuda.ptx(cuda_source(kernels))
    assert found is not None
    return found


def entries(kernels: Sequence[Kernel]) -> Iterator[str]:
    for kernel in kernels:
        yield f".visible .entry {kernel.name}("


REAL = [dtype for dtype in (*NUMBERS, *MORE_NUMBERS) if not is_complex(dtype)]
NAMES = [c.name + way for c in CASES for way in ("", "-fused")]
PROGRAMS = renamed(
    [program_of(g) for c in CASES for g in (c.graph(), fused(c.graph()))]
)


@needs_compiler
def test_kernels_of_every_case_become_ptx():
    kernels = [k for p in PROGRAMS for k in cuda_kernels(p)]
    text = compiled(kernels)
    assert all(entry in text for entry in entries(kernels))


@needs_compiler
@pytest.mark.parametrize("dtype", REAL)
def test_every_scalar_function_becomes_ptx(dtype: str):
    compiled(cuda_kernels(program_of(scalar_graph(dtype))))


def scalar_graph(dtype: str) -> Graph:
    x = [Variable(T.TensorType(dtype, (None,))) for _ in range(3)]
    return Graph(tuple(x), tuple(op(*x[: op.fn.arity]) for op in ops(dtype)))


def ops(dtype: str) -> list[Elementwise]:
    """The rows of the table that loops have for a real dtype."""
    plain = TensorType(dtype, ())
    return [
        op
        for op in rows(dtype)
        if op.lower is not None
        and op.infer(*(plain,) * op.fn.arity).dtype in TYPES
        and not is_complex(op.infer(*(plain,) * op.fn.arity).dtype)
    ]


@needs_cpp
@pytest.mark.parametrize("dtype", REAL)
def test_emulated_scalar_functions_agree_with_numpy(dtype: str, tmp_path: Path):
    graph = scalar_graph(dtype)
    program = program_of(graph)
    gpu = emulation.emulated(cuda_kernels(program), tmp_path)
    arrays = [sample((0.2, 3), 40, dtype=dtype) for _ in graph.inputs]
    for a, b, op in zip(gpu.run(program, arrays), by_numpy(graph, arrays), ops(dtype)):
        if not op.title.startswith("cast_"):
            assert_same(a, b)


@needs_compiler
def test_every_op_with_loops_becomes_ptx():
    programs = renamed([program_of(examples_graph(cls)) for cls in CLASSES])
    kernels = [k for p in programs for k in cuda_kernels(p)]
    assert len(kernels) > len(CLASSES)
    compiled(kernels)


def examples_graph(cls: type[Op]) -> Graph:
    inputs, outputs = [], []
    for n, (op, arrays) in enumerate(cls.examples()):
        own = [variable(f"x{n}_{i}", np.asarray(a)) for i, a in enumerate(arrays)]
        inputs += own
        outputs += op.make(*own).outputs
    return Graph(tuple(inputs), tuple(outputs))


@needs_compiler
@pytest.mark.parametrize(
    "compiler", [c for c in (cuda.nvrtc(), cuda.nvcc()) if c], ids=lambda c: c.name
)
def test_a_mistake_is_told_with_its_line(compiler: CudaCompiler):
    with pytest.raises(
        CudaRefused, match='identifier "nonsense" is undefined'
    ) as found:
        compiler.compile("\n__global__ void f(int *x) { *x = nonsense; }\n")
    assert "kernels.cu(2)" in found.value.log
    assert "nonsense" in found.value.source


def test_complex_kernels_are_left_to_numpy():
    z, x = T.zvector("z"), T.dvector("x")
    program = program_of(Graph((z, x), (z * z, x + 1)))
    assert [k.comment for k in cuda_kernels(program)] == ["out1 = x + 1"]


@pytest.fixture(scope="module")
def gpu(tmp_path_factory: pytest.TempPathFactory) -> emulation.Gpu:
    kernels = [k for p in PROGRAMS for k in cuda_kernels(p)]
    return emulation.emulated(kernels, tmp_path_factory.mktemp("cuda"))


@needs_cpp
@pytest.mark.parametrize("number", range(len(PROGRAMS)), ids=lambda n: NAMES[n])
def test_emulated_kernels_agree_with_numpy(number: int, gpu: emulation.Gpu):
    case = CASES[number // 2]
    for arrays in case.arrays():
        found = gpu.run(PROGRAMS[number], arrays)
        for a, b in zip(found, by_numpy(case.graph(), arrays), strict=True):
            assert_same(a, b)
