"""The CUDA dialect: one thread for each turn of the parallel loop."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from teachgraph.kernel.functions import Function
from teachgraph.kernel.ir import Alloc, For, Kernel, walk
from teachgraph.kernel.render.clike import TYPES, CLike, SourceLine, indented

QUALIFIERS = "static __device__ __forceinline__"


class Cuda(CLike):
    """CUDA C++; complex kernels are not printed, they run in NumPy."""

    inline: ClassVar[str] = QUALIFIERS
    restrict: ClassVar[str] = "__restrict__"
    opening: ClassVar[str] = 'extern "C" __global__ void '
    own_params: ClassVar[tuple[str, ...]] = ("long *fault",)

    def kernel(self, kernel: Kernel) -> list[SourceLine]:
        """The lines of a kernel; without a parallel loop it runs on one thread."""
        lines = super().kernel(kernel)
        if any(isinstance(s, For) and s.kind == "parallel" for s in walk(kernel.body)):
            return lines
        opening = next(n for n, line in enumerate(lines) if line.text.endswith("{"))
        alone = SourceLine("  if (blockIdx.x != 0 || threadIdx.x != 0) return;")
        return [*lines[: opening + 1], alone, *lines[opening + 1 :]]

    def parallel(self, loop: For) -> list[SourceLine]:
        i, n = loop.index.name, self.expr(loop.extent, 9)
        return [
            SourceLine(
                f"const long {i} = (long)blockIdx.x * blockDim.x + threadIdx.x;"
            ),
            SourceLine(f"if ({i} < {n}) {{"),
            *indented([line for s in loop.body for line in self.statement(s)]),
            SourceLine("}"),
        ]

    def function_name(self, function: Function, dtype: str) -> str:
        return function.cuda_name(dtype)

    def device(self, source: str) -> str:
        return source.replace("static inline", QUALIFIERS)

    def alloc(self, s: Alloc) -> str:
        shared = "__shared__ " if s.space == "shared" else ""
        return f"{shared}{TYPES[s.dtype]} {s.name}[{s.extent}];"

    def barrier(self) -> str:
        return "__syncthreads();"

    def _fraction(self, value: float, dtype: str) -> tuple[str, int]:
        if math.isfinite(value):
            return super()._fraction(value, dtype)
        single = dtype == "float32"
        bits: dict[str, Any] = {
            "nan": ("0x7fc00000", "0x7ff8000000000000LL"),
            "inf": ("0x7f800000", "0x7ff0000000000000LL"),
            "-inf": ("0xff800000", "0xfff0000000000000LL"),
        }
        pattern = bits[str(value)][0 if single else 1]
        return (
            f"{'__int_as_float' if single else '__longlong_as_double'}({pattern})",
            14,
        )
