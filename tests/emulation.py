"""CUDA without a GPU: the printed text compiled as C++, each thread run in turn.

The header makes CUDA's words mean something to a C++ compiler; behind the text stands a
launcher for each kernel, which runs it once for every thread of a grid. Steps that are
no kernels run in NumPy. `CONTRACTED` are options that join products and sums where the
text allows it, as CUDA compilers do unless told not to.
"""

import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from teachgraph.backend.cuda import cuda_source
from teachgraph.backend.library import Library, ffi
from teachgraph.kernel.ir import Kernel
from teachgraph.kernel.render.clike import TYPES, source_text
from teachgraph.program import execute
from teachgraph.program.program import Block, Program, RunKernel

Array = np.ndarray[Any, Any]
COMPILER = shutil.which("g++")
FLAGS = ("-O1", "-w", "-fwrapv", "-ffp-contract=off", "-shared", "-fPIC", "-x", "c++")
CONTRACTED = ("-O3", "-march=native", "-ffp-contract=fast")

HEADER = """\
#include <math.h>
#include <string.h>
struct dim3 { unsigned x, y, z; };
static dim3 threadIdx, blockIdx, blockDim, gridDim;
#define __global__
#define __device__
#define __shared__ static
#define __forceinline__ inline
#define __restrict__ __restrict
static double __longlong_as_double(long long bits) {
  double value;
  memcpy(&value, &bits, 8);
  return value;
}
static float __int_as_float(int bits) {
  float value;
  memcpy(&value, &bits, 4);
  return value;
}
/* The empty statement keeps the compiler from seeing a product in the result. */
#define ROUNDED(name, T, form) \
  static inline T name { T x = form; __asm__("" : "+m"(x)); return x; }
ROUNDED(__dmul_rn(double a, double b), double, a * b)
ROUNDED(__ddiv_rn(double a, double b), double, a / b)
ROUNDED(__dsqrt_rn(double a), double, sqrt(a))
ROUNDED(__fmul_rn(float a, float b), float, a * b)
ROUNDED(__fdiv_rn(float a, float b), float, a / b)
ROUNDED(__fsqrt_rn(float a), float, sqrtf(a))
static unsigned long long atomicCAS(unsigned long long *at, unsigned long long expected,
                                    unsigned long long value) {
  unsigned long long old = *at;
  if (old == expected) *at = value;
  return old;
}
template <class Kernel> static void launch(long turns, Kernel kernel) {
  blockDim.x = 32;
  gridDim.x = turns / 32 + 1;
  for (blockIdx.x = 0; blockIdx.x < gridDim.x; ++blockIdx.x)
    for (threadIdx.x = 0; threadIdx.x < blockDim.x; ++threadIdx.x) kernel();
}
"""


def launcher(kernel: Kernel) -> str:
    """C++ that runs a kernel over a grid, given its arguments by position."""
    args: list[str] = []
    for n, p in enumerate(kernel.buffers):
        args.append(f"({'' if p.written else 'const '}{TYPES[p.dtype]} *)buffers[{n}]")
    args += [f"sizes[{n}]" for n in range(len(kernel.sizes))]
    call = f"{kernel.name}({', '.join([*args, 'fault'])})"
    head = f'extern "C" void launch_{kernel.name}(void **buffers, long *sizes, '
    return head + f"long *fault, long turns) {{ launch(turns, [&] {{ {call}; }}); }}"


@dataclass(frozen=True)
class Gpu:
    """Kernels that can be launched, by name."""

    library: Library

    def run(self, program: Program, values: Sequence[Array]) -> list[Array]:
        """A program, on the values of its inputs."""
        arrays = dict(zip(program.inputs, values, strict=True))
        arrays.update(execute.constants(program))
        for step in program.steps:
            if isinstance(step, RunKernel):
                self.launch(step, arrays, program)
                continue
            inputs = [arrays[b] for b in step.reads]
            number = _numbers(arrays, program)
            outputs = execute.evaluate(step, inputs, number)
            arrays.update(zip(step.writes, outputs, strict=True))
        return [arrays[b] for b in program.outputs]

    def launch(self, step: RunKernel, arrays: dict[Block, Array], program: Program):
        """One kernel; what it writes is in `arrays` afterwards."""

        def number(size: Any) -> int:
            return size.evaluate(_numbers(arrays, program))

        for block in step.writes:
            arrays[block] = np.empty([number(n) for n in block.shape], block.dtype)
        in_order = iter([*step.reads, *step.writes])
        flat = [
            np.asarray(arrays[next(in_order)], order="C") for _ in step.kernel.buffers
        ]
        # Room for the one element that is read where there is none.
        held = [a if a.size else np.zeros(16, "uint8") for a in flat]
        buffers = ffi.new("void *[]", [ffi.from_buffer(a.reshape(-1)) for a in held])
        sizes = ffi.new("long[]", [*(number(n) for n in step.sizes), 0])
        fault = ffi.new("long[4]")
        name = f"launch_{step.kernel.name}"
        run = self.library.function(name, "void(*)(void **, long *, long *, long)")
        run(buffers, sizes, fault, number(step.extent))
        assert fault[0] == 0


def _numbers(arrays: Mapping[Block, Array], program: Program) -> Callable[[Any], int]:
    """What an atom of a size is: a length of an array, or its value."""

    def number(atom: Any) -> int:
        array = arrays[program.named[atom.key[0]]]
        return array.shape[atom.key[1]] if atom.kind == "axis" else int(array)

    return number


def emulated(
    kernels: Sequence[Kernel], folder: Path, options: Sequence[str] = ()
) -> Gpu:
    """The kernels, compiled by the C++ compiler."""
    assert COMPILER is not None
    text = source_text(cuda_source(kernels))
    source = "\n".join([HEADER, text, *map(launcher, kernels)])
    out = folder / "kernels.so"
    command = [COMPILER, *FLAGS, *options, "-", "-o", str(out)]
    done = subprocess.run(
        command, input=source, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return Gpu(Library(str(out)))
