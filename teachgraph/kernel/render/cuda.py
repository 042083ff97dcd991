"""The CUDA dialect: one thread for each turn of the parallel loop."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import ClassVar

from teachgraph.core.types import is_complex
from teachgraph.kernel.functions import Function
from teachgraph.kernel.ir import Alloc, For, Kernel, expressions, inside, walk
from teachgraph.kernel.render.clike import ATOM, CLike, SourceLine, indented

QUALIFIERS = "static __device__ __forceinline__"
BITS = {
    "nan": ("0x7fc00000", "0x7ff8000000000000LL"),
    "inf": ("0x7f800000", "0x7ff0000000000000LL"),
    "-inf": ("0xff800000", "0xfff0000000000000LL"),
}
"""What has no literal, by its bits: in float and in double."""


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
        return function.cuda_name(dtype)

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


def has_parallel(statements: Iterable[object]) -> bool:
    """True when some loop is parallel."""
    return any(isinstance(s, For) and s.kind == "parallel" for s in statements)
