"""The C dialect: a kernel is a static function over a range of its parallel loop."""

from __future__ import annotations

from typing import ClassVar

from teachgraph.kernel.functions import Function
from teachgraph.kernel.ir import FoldKind, For
from teachgraph.kernel.render.clike import TYPES, CLike, SourceLine

MACROS = {
    "TG_KERNEL": "static __attribute__((noinline)) void",
    "TG_INLINE": "static inline __attribute__((always_inline))",
    "TG_SIMD": '__attribute__((simd("notinbranch")))',
}
"""Words of GNU C that are short in the text; who prints a file defines them."""

REDUCTIONS: dict[FoldKind, str] = {
    "sum": "+",
    "prod": "*",
    "max": "max",
    "min": "min",
    "any": "|",
    "all": "&",
}


class C(CLike):
    """GNU C without any header."""

    inline: ClassVar[str] = "TG_INLINE"
    opening: ClassVar[str] = "TG_KERNEL "
    own_params: ClassVar[tuple[str, ...]] = ("long begin", "long end", "long *fault")

    def parallel(self, loop: For) -> list[SourceLine]:
        i = loop.index.name
        head = f"for (long {i} = begin; {i} < end; ++{i}) {{"
        return [*self.vector_hint(loop), SourceLine(head), *self.block(loop.body)]

    def vector_hint(self, loop: For) -> list[SourceLine]:
        if not loop.vector:
            return []
        folds = "".join(
            f" reduction({REDUCTIONS[a.kind]}:{a.name})" for a in loop.folds
        )
        return [SourceLine(f"#pragma omp simd{folds}")]

    def device(self, source: str) -> str:
        return source.replace("static inline", self.inline)

    def declarations(self) -> list[str]:
        """Prototypes of the library functions that the kernels call."""
        found: list[str] = []
        for (_, dtype), function in self.functions.items():
            name = function.c_name(dtype)
            if (
                function.prefix
                or function.needs_helper(dtype)
                or name.startswith("__builtin")
            ):
                continue
            found.append(prototype(function, name, dtype))
        return found


def prototype(function: Function, name: str, dtype: str) -> str:
    """A function's declaration; with vector versions where the C library has them."""
    real = {"complex64": "float32", "complex128": "float64"}.get(dtype, dtype)
    gives_real = function.name in ("abs", "real", "imag", "angle")
    result = TYPES[real if gives_real else dtype]
    count = 2 if function.name in TWO_ARGUMENTS else 1
    args = ", ".join([TYPES[dtype]] * count)
    simd = "TG_SIMD " if function.vector and dtype.startswith("float") else ""
    return f"{simd}extern {result} {name}({args});"


TWO_ARGUMENTS = {"arctan2", "hypot", "pow", "fmod", "copysign"}
