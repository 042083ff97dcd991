"""One C file for a stretch of a program: kernels, and the function that calls them.

The file includes no header. What it calls (libm, OpenMP, BLAS) it declares itself, and
memory it asks of its caller, see `seam.ABI_PRELUDE`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from teachgraph.backend.seam import ABI_PRELUDE
from teachgraph.core.graph import Apply
from teachgraph.core.shapes import Guard
from teachgraph.core.sizes import OPERATIONS, Atom, Size
from teachgraph.kernel.ir import For, Kernel, checked_nodes, walk
from teachgraph.kernel.render.c import C
from teachgraph.kernel.render.clike import TYPES, SourceLine, source_text
from teachgraph.program.buffers import bytes_of
from teachgraph.program.program import Block, CallLibrary, RunKernel, Step

SPLIT_FACTOR = 4
"""Operations per element of `openmp_elemwise_minsize` from which a loop is split."""

SIMD = '#define TG_SIMD __attribute__((simd("notinbranch")))'

OPENMP = """\
extern int omp_get_thread_num(void);
extern int omp_get_num_threads(void);"""

SIZE_HELPERS = """\
static inline long tg_size_floordiv(long a, long b) {
  if (b == 0) return 0;
  long q = a / b;
  return q - (a % b != 0 && (a < 0) != (b < 0));
}
static inline long tg_size_min(long a, long b) { return a < b ? a : b; }
static inline long tg_size_max(long a, long b) { return a > b ? a : b; }"""


@dataclass(frozen=True, eq=False)
class Unit:
    """What one C function does: its steps, and the blocks that come in and go out.

    `sizes_block` says that the last input is an int64 vector with the atoms' values in
    the order of `atoms`; without it they are read from the inputs themselves.
    """

    steps: tuple[Step, ...]
    inputs: tuple[Block, ...]
    outputs: tuple[Block, ...]
    guards: tuple[Guard, ...]
    named: Mapping[str, Block]
    slots: Mapping[Block, int]
    atoms: tuple[Atom, ...] | None = None


@dataclass(frozen=True, eq=False)
class CSource:
    """The file, what its faults mean, and the library routines that it wants."""

    lines: tuple[SourceLine, ...]
    guards: tuple[Guard, ...]
    checked: tuple[Apply, ...]
    routines: tuple[str, ...]
    scratch: int
    openmp: bool

    @property
    def text(self) -> str:
        """The source."""
        return source_text(self.lines)


def c_source(unit: Unit, options: Options) -> CSource:
    """The C file of a unit."""
    return _Writer(unit, options).source()


@dataclass(frozen=True)
class Options:
    """What the machine and the settings say: threads, vector maths, BLAS integers."""

    openmp: bool = True
    split_from: int = 50000
    vector_math: Callable[[str], bool] = lambda name: True
    blas_integer: str = "long"


class _Writer:
    def __init__(self, unit: Unit, options: Options):
        self.unit, self.options = unit, options
        kernels = (s.kernel for s in unit.steps if isinstance(s, RunKernel))
        self.checked: tuple[Apply, ...] = checked_nodes(kernels)
        base = len(unit.guards) + 1
        self.printer = C({node: base + i for i, node in enumerate(self.checked)})
        self.kernels: list[SourceLine] = []
        self.routines: list[str] = []
        self.splits = False
        self.body: list[SourceLine] = []
        self.known_sizes: dict[Size, str] = {}
        self.atom_names: dict[Atom, str] = {}
        self.slots = _renumbered(unit)

    def source(self) -> CSource:
        self._inputs()
        self._guards()
        ready: set[Block] = set()
        for step in self.unit.steps:
            for block in step.writes:
                if block not in ready and block not in self.unit.inputs:
                    self._room(block)
                    ready.add(block)
            self._step(step)
        self._line("return c->fault[0];" if self.checked else "return 0;")
        head = "long graph(struct tg_context *c, void *const *in, const long *dims,"
        function = [
            SourceLine(head),
            SourceLine("           struct tg_array *out) {"),
            *self.body,
            SourceLine("}"),
        ]
        lines = [*self._preamble(), *self.kernels, *function]
        return CSource(
            tuple(lines),
            self.unit.guards,
            self.checked,
            tuple(self.routines),
            len(set(self.slots.values())),
            self.splits,
        )

    # Parts of the file

    def _preamble(self) -> list[SourceLine]:
        text = [ABI_PRELUDE, SIMD, SIZE_HELPERS]
        if self.splits:
            text.append(OPENMP)
        text.extend(self._declarations())
        text.extend(self.printer.preamble())
        text.append("")
        return [SourceLine(line) for part in text for line in part.split("\n")]

    def _declarations(self) -> list[str]:
        found: list[str] = []
        for declared in self.printer.declarations():
            name = declared.split("(")[0].split()[-1]
            vector = declared.startswith("TG_SIMD") and self.options.vector_math(name)
            found.append(declared if vector else declared.removeprefix("TG_SIMD "))
        return found

    def _line(self, text: str, nodes: tuple[Any, ...] = ()) -> None:
        self.body.append(SourceLine("  " + text, nodes))

    def _inputs(self) -> None:
        offset = 0
        places: dict[Atom, str] = {}
        for i, block in enumerate(self.unit.inputs):
            self._line(f"const {TYPES[block.dtype]} *{block.name} = in[{i}];")
            for name, named in self.unit.named.items():
                if named is block:
                    for axis in range(len(block.shape)):
                        places[Atom("axis", (name, axis))] = f"dims[{offset + axis}]"
                    if not block.shape and block.dtype not in ("bool",):
                        places[Atom("value", (name,))] = f"(long)*{block.name}"
            offset += len(block.shape)
        self.places = places
        if self.unit.atoms is not None:
            self._line(f"const long *sizes = in[{len(self.unit.inputs)}];")
            self.places = {a: f"sizes[{i}]" for i, a in enumerate(self.unit.atoms)}
        self._line("c->fault[0] = 0;")

    def _guards(self) -> None:
        for number, guard in enumerate(self.unit.guards, start=1):
            left, right = self._size(guard.left), self._size(guard.right)
            fault = (
                f"{{ c->fault[0] = {left}, c->fault[1] = {right}; return {number}; }}"
            )
            self._line(f"if ({left} != {right}) {fault}", (guard.node,))

    def _room(self, block: Block) -> None:
        size = self._size(bytes_of(block))
        c_type, nodes = TYPES[block.dtype], _makers(block)
        if block in self.unit.outputs:
            k = self.unit.outputs.index(block)
            for axis, n in enumerate(block.shape):
                self._line(f"out[{k}].dims[{axis}] = {self._size(n)};")
            self._line(
                f"{c_type} *{block.name} = out[{k}].data = c->alloc({size});", nodes
            )
        else:
            slot = self.slots[block]
            self._line(f"{c_type} *{block.name} = c->slot(c, {slot}, {size});", nodes)
        self._line(f"if (!{block.name}) return -1;")

    def _step(self, step: Step) -> None:
        match step:
            case RunKernel():
                self._kernel(step)
            case CallLibrary():
                self._library(step)
            case _:
                raise TypeError(f"C cannot run {type(step).__name__}")

    # Kernels

    def _kernel(self, step: RunKernel) -> None:
        kernel = step.kernel
        self.kernels.extend(self.printer.kernel(kernel))
        self.kernels.append(SourceLine(""))
        blocks = [b.name for b in (*step.reads, *step.writes)]
        args = ", ".join([*blocks, *(self._size(n) for n in step.sizes)])
        extent, work = self._size(step.extent), self._size(step.work)
        whole = f"{kernel.name}({args}, 0, {extent}, c->fault);"
        if not self._worth_splitting(step):
            self._line(whole, step.nodes)
            return
        self.splits = True
        self.kernels.extend(_split(kernel))
        limit = self.options.split_from * SPLIT_FACTOR
        self._line(f"if ({work} < {limit})", step.nodes)
        self._line("  " + whole, step.nodes)
        self._line("else", step.nodes)
        self._line(f"  {kernel.name}_split({args}, {extent}, c->fault);", step.nodes)

    def _worth_splitting(self, step: RunKernel) -> bool:
        known = step.work.constant
        large = known is None or known >= self.options.split_from * SPLIT_FACTOR
        parallel = any(
            isinstance(s, For) and s.kind == "parallel" for s in walk(step.kernel.body)
        )
        return self.options.openmp and parallel and large and step.extent.constant != 1

    # BLAS

    def _library(self, step: CallLibrary) -> None:
        a, b = step.reads
        (out,) = step.writes
        letter = "s" if out.dtype == "float32" else "d"
        match len(a.shape), len(b.shape):
            case 2, 2:
                self._gemm(step, letter, a, b, out)
            case 2, 1:
                self._gemv(step, letter, a, b, out, step.options["transpose_a"])
            case 1, 2:
                self._gemv(step, letter, b, a, out, not step.options["transpose_b"])
            case _:
                n = self._size(a.shape[0])
                name = self._routine(letter + "dot", DOT)
                call = f"{name}({n}, {a.name}, 1, {b.name}, 1)"
                self._line(f"*{out.name} = {call};", step.nodes)

    def _gemm(
        self, step: CallLibrary, letter: str, a: Block, b: Block, out: Block
    ) -> None:
        ta, tb = step.options["transpose_a"], step.options["transpose_b"]
        m, n = (self._size(s) for s in out.shape)
        inner = self._size(a.shape[0 if ta else 1])
        lda, ldb = self._size(a.shape[1]), self._size(b.shape[1])
        name = self._routine(letter + "gemm", GEMM)
        flags = f"101, {112 if ta else 111}, {112 if tb else 111}"
        operands_ = f"1.0, {a.name}, {lda}, {b.name}, {ldb}, 0.0, {out.name}, {n}"
        self._unless_empty(
            step,
            out,
            [m, n, inner],
            f"{name}({flags}, {m}, {n}, {inner}, {operands_});",
        )

    def _gemv(
        self,
        step: CallLibrary,
        letter: str,
        a: Block,
        x: Block,
        out: Block,
        turned: bool,
    ) -> None:
        m, n = (self._size(s) for s in a.shape)
        name = self._routine(letter + "gemv", GEMV)
        args = f"1.0, {a.name}, {n}, {x.name}, 1, 0.0, {out.name}, 1"
        call = f"{name}(101, {112 if turned else 111}, {m}, {n}, {args});"
        self._unless_empty(step, out, [m, n], call)

    def _unless_empty(
        self, step: CallLibrary, out: Block, lengths: Sequence[str], call: str
    ) -> None:
        """BLAS refuses lengths of 0; the product is all zeros then."""
        test = " && ".join(f"{n} > 0" for n in lengths)
        zero = f"__builtin_memset({out.name}, 0, {self._size(bytes_of(out))});"
        self._line(f"if ({test})", step.nodes)
        self._line("  " + call, step.nodes)
        self._line("else", step.nodes)
        self._line("  " + zero, step.nodes)

    def _routine(self, name: str, signature: str) -> str:
        if name not in self.routines:
            self.routines.append(name)
        number = self.routines.index(name)
        real = "float" if name.startswith("s") else "double"
        cast = signature.format(I=self.options.blas_integer, T=real)
        return f"(({cast})c->symbols[{number}])"

    # Sizes

    def _size(self, size: Size) -> str:
        if size.constant is not None:
            return str(size.constant)
        if size not in self.known_sizes:
            text = self._polynomial(size)
            if text in self.atom_names.values():
                self.known_sizes[size] = text
                return text
            name = f"s{len(self.known_sizes)}"
            self._line(f"const long {name} = {text};")
            self.known_sizes[size] = name
        return self.known_sizes[size]

    def _polynomial(self, size: Size) -> str:
        terms: list[str] = []
        for monomial, factor in size.terms:
            parts = [self._atom(a) for a in monomial]
            terms.append(
                " * ".join([str(factor), *parts] if factor != 1 or not parts else parts)
            )
        return " + ".join(terms) or "0"

    def _atom(self, atom: Atom) -> str:
        if atom.kind in OPERATIONS:
            left, right = (self._size(Size.of(part)) for part in atom.key)
            return f"tg_size_{atom.kind}({left}, {right})"
        if atom not in self.atom_names:
            kind, key = atom.kind, "_".join(str(k) for k in atom.key)
            name = f"d{len(self.atom_names)}"
            comment = f" /* {kind} {_plain(key)} */"
            self._line(f"const long {name} = {self.places[atom]};{comment}")
            self.atom_names[atom] = name
        return self.atom_names[atom]


GEMM = (
    "void (*)(int, int, int, {I}, {I}, {I}, {T}, const {T} *, {I}, "
    "const {T} *, {I}, {T}, {T} *, {I})"
)
GEMV = (
    "void (*)(int, int, {I}, {I}, {T}, const {T} *, {I}, "
    "const {T} *, {I}, {T}, {T} *, {I})"
)
DOT = "{T} (*)({I}, const {T} *, {I}, const {T} *, {I})"


def _split(kernel: Kernel) -> list[SourceLine]:
    """The kernel over all cores: each thread takes its part of the parallel loop."""
    printer = C()
    params = printer.params(kernel.params)
    args = ", ".join(p.name for p in kernel.params)
    text = [
        f"static void {kernel.name}_split({params}, long extent, long *fault) {{",
        "#pragma omp parallel",
        "  {",
        "    long tg_me = omp_get_thread_num(), tg_all = omp_get_num_threads();",
        "    long begin = extent * tg_me / tg_all;",
        "    long end = extent * (tg_me + 1) / tg_all;",
        f"    {kernel.name}({args}, begin, end, fault);",
        "  }",
        "}",
        "",
    ]
    return [SourceLine(line) for line in text]


def _renumbered(unit: Unit) -> dict[Block, int]:
    """The unit's scratch slots, counted from 0."""
    used = [b for step in unit.steps for b in step.writes if b in unit.slots]
    order = {
        slot: n for n, slot in enumerate(dict.fromkeys(unit.slots[b] for b in used))
    }
    return {b: order[unit.slots[b]] for b in used}


def _makers(block: Block) -> tuple[Apply, ...]:
    v = block.variable
    return (v.owner,) if v is not None and v.owner is not None else ()


def _plain(text: str) -> str:
    return "".join(
        c if c.isascii() and (c.isalnum() or c in "_ ") else "?" for c in text
    )
