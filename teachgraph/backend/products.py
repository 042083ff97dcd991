"""Products of matrices in C: calls of BLAS, at addresses that the caller has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from teachgraph.core.sizes import Size
from teachgraph.program.program import Block, CallLibrary

GEMM = (
    "void (*)(int, int, int, {I}, {I}, {I}, {T}, const {T} *, {I}, "
    "const {T} *, {I}, {T}, {T} *, {I})"
)
GEMV = (
    "void (*)(int, int, {I}, {I}, {T}, const {T} *, {I}, "
    "const {T} *, {I}, {T}, {T} *, {I})"
)
DOT = "{T} (*)({I}, const {T} *, {I}, const {T} *, {I})"
ROW_MAJOR, PLAIN, TRANSPOSED = 101, 111, 112
"""What CBLAS calls the layout and the operands."""


@dataclass
class Products:
    """Writes the calls, and remembers which routines they want, in order.

    Fields:
        integer: C's name of BLAS's integers.
        size: a length as C.
        size_of: the bytes of a block as C.
    """

    integer: str
    size: Callable[[Size], str]
    size_of: Callable[[Block], str]
    routines: list[str] = field(default_factory=list[str])

    def lines(self, step: CallLibrary) -> list[str]:
        """The lines of C for a product."""
        a, b = step.reads
        (out,) = step.writes
        turned_a, turned_b = step.options["transpose_a"], step.options["transpose_b"]
        match len(a.shape), len(b.shape):
            case 2, 2:
                return self._gemm(a, turned_a, b, turned_b, out)
            case 2, 1:
                return self._gemv(a, turned_a, b, out)
            case 1, 2:
                return self._gemv(b, not turned_b, a, out)
            case _:
                n, name = self.size(a.shape[0]), self._routine(out, "dot", DOT)
                return [f"*{out.name} = {name}({n}, {a.name}, 1, {b.name}, 1);"]

    def _gemm(
        self, a: Block, turned_a: bool, b: Block, turned_b: bool, out: Block
    ) -> list[str]:
        m, n = (self.size(s) for s in out.shape)
        inner = self.size(a.shape[0 if turned_a else 1])
        wide = [self.size(block.shape[1]) for block in (a, b)]
        how = f"{ROW_MAJOR}, {_layout(turned_a)}, {_layout(turned_b)}"
        call = (
            f"{self._routine(out, 'gemm', GEMM)}({how}, {m}, {n}, {inner}, 1.0, "
            f"{a.name}, {wide[0]}, {b.name}, {wide[1]}, 0.0, {out.name}, {n});"
        )
        return self._unless_empty(out, [m, n, inner], call)

    def _gemv(self, a: Block, turned: bool, x: Block, out: Block) -> list[str]:
        m, n = (self.size(s) for s in a.shape)
        call = (
            f"{self._routine(out, 'gemv', GEMV)}({ROW_MAJOR}, {_layout(turned)}, "
            f"{m}, {n}, 1.0, {a.name}, {n}, {x.name}, 1, 0.0, {out.name}, 1);"
        )
        return self._unless_empty(out, [m, n], call)

    def _unless_empty(self, out: Block, lengths: list[str], call: str) -> list[str]:
        """BLAS refuses lengths of 0; the product is all zeros then."""
        test = " && ".join(f"{n} > 0" for n in lengths)
        zero = f"__builtin_memset({out.name}, 0, {self.size_of(out)});"
        return [f"if ({test})", "  " + call, "else", "  " + zero]

    def _routine(self, out: Block, kind: str, signature: str) -> str:
        single = out.dtype == "float32"
        name = ("s" if single else "d") + kind
        if name not in self.routines:
            self.routines.append(name)
        real = "float" if single else "double"
        cast = signature.format(I=self.integer, T=real)
        return f"(({cast})c->symbols[{self.routines.index(name)}])"


def _layout(turned: bool) -> int:
    return TRANSPOSED if turned else PLAIN
