"""The CUDA dialect: one thread for each turn of the parallel loop."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import ClassVar

from teachgraph.core.types import is_complex
from teachgraph.kernel.functions import Function
from teachgraph.kernel.ir import Alloc, Bin, For, Kernel, expressions, inside, walk
from teachgraph.kernel.render.clike import ATOM, CLike, SourceLine, indented
from teachgraph.kernel.ways import Exact

QUALIFIERS = "static __device__ __forceinline__"
BITS = {
    "nan": ("0x7fc00000", "0x7ff8000000000000LL"),
    "inf": ("0x7f800000", "0x7ff0000000000000LL"),
    "-inf": ("0xff800000", "0xfff0000000000000LL"),
}
"""What has no literal, by its bits: in float and in double."""

ROUNDED = {"*": "mul", "/": "div", "sqrt": "sqrt"}
"""What options of a CUDA compiler change, and its names of what they do not."""


def can_print(kernel: Kernel) -> bool:
    """False for kernels with complex numbers, which CUDA C++ has no type for."""
    parts = (p for s in walk(kernel.body) for e in expressions(s) for p in inside(e))
    return not any(is_complex(p.dtype) for p in (*kernel.buffers, *parts))


class Cuda(CLike):
    """CUDA C++."""

    inline: ClassVar[str] = QUALIFIERS
    restrict: ClassVar[str] = "__restrict__"
    opening: ClassVar[str] = 'extern "C" __global__ void '
    own_params: ClassVar[tuple[str, ...]] = ("long *fault",)
    is_exact: bool = False
    """True inside of a function whose operations are rounded once each."""

    def body(self, kernel: Kernel) -> list[SourceLine]:
        lines = super().body(kernel)
        if has_parallel(walk(kernel.body)):
            return lines
        return [SourceLine("if (blockIdx.x != 0 || threadIdx.x != 0) return;"), *lines]

    def parallel(self, loop: For) -> list[SourceLine]:
        i, n = loop.index.name, self.expr(loop.extent, 9)
        place = "(long)blockIdx.x * blockDim.x + threadIdx.x"
        return [
            SourceLine(f"const long {i} = {place};"),
            SourceLine(f"if ({i} < {n}) {{"),
            *indented([line for s in loop.body for line in self.statement(s)]),
            SourceLine("}"),
        ]

    def function_name(self, function: Function, dtype: str) -> str:
        if self.is_exact and function.name in ROUNDED:
            return rounded_once(function.name, dtype)
        return function.cuda_name(dtype)

    def rounded(self, function: Exact, name: str, dtype: str) -> str:
        self.is_exact = True
        text = super().rounded(function, name, dtype)
        self.is_exact = False
        return text

    def _binary(self, e: Bin) -> tuple[str, int]:
        if not self.is_exact or e.op not in ROUNDED:
            return super()._binary(e)
        parts = f"{self.expr(e.a)}, {self.expr(e.b)}"
        return f"{rounded_once(e.op, e.dtype)}({parts})", ATOM

    def device(self, source: str) -> str:
        swap = "__sync_bool_compare_and_swap(fault, 0, number)"
        swapped = "!atomicCAS((unsigned long long *)fault, 0ULL, number)"
        return source.replace("static inline", QUALIFIERS).replace(swap, swapped)

    def alloc(self, s: Alloc) -> str:
        shared = "__shared__ " if s.space == "shared" else ""
        return shared + super().alloc(s)

    def barrier(self) -> str:
        return "__syncthreads();"

    def _fraction(self, value: float, dtype: str) -> tuple[str, int]:
        if math.isfinite(value):
            return super()._fraction(value, dtype)
        single, double = BITS[str(value)]
        if dtype == "float32":
            return f"__int_as_float({single})", ATOM
        return f"__longlong_as_double({double})", ATOM


def rounded_once(operation: str, dtype: str) -> str:
    """The name that no option makes less exact, or joins with a sum."""
    return f"__{'f' if dtype == 'float32' else 'd'}{ROUNDED[operation]}_rn"


def has_parallel(statements: Iterable[object]) -> bool:
    """True when some loop is parallel."""
    return any(isinstance(s, For) and s.kind == "parallel" for s in statements)
