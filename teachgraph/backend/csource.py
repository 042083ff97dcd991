"""One C file for a stretch of a program: kernels, and the function that calls them.

The file includes no header. What it calls (libm, OpenMP, BLAS) it declares itself, and
memory it asks of its caller, see `seam.ABI_PRELUDE`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from teachgraph.backend.csizes import Sizes
from teachgraph.backend.products import Products
from teachgraph.backend.seam import ABI_PRELUDE
from teachgraph.core.graph import Apply
from teachgraph.core.shapes import Guard
from teachgraph.core.sizes import Atom
from teachgraph.kernel.ir import (
    Checked,
    For,
    Kernel,
    Let,
    Load,
    Name,
    checked_nodes,
    expressions,
    inside,
    walk,
)
from teachgraph.kernel.render.c import MACROS, C
from teachgraph.kernel.render.clike import TYPES, SourceLine, call_lines, source_text
from teachgraph.program.program import Block, CallLibrary, RunKernel, Step

SPLIT_FACTOR = 4
"""Operations per element of `openmp_elemwise_minsize` from which a loop is split."""

MANY_BLOCKS = 200
UNOPTIMIZED = '__attribute__((optimize("O0")))'
"""Hundreds of pointers that live through all of `graph` cost gcc seconds otherwise."""

OPENMP = """\
/* One core's part of n turns. */
#ifdef _OPENMP
extern int omp_get_thread_num(void), omp_get_num_threads(void);
#define TG_BEGIN(n) ((n) * omp_get_thread_num() / omp_get_num_threads())
#define TG_END(n) ((n) * (omp_get_thread_num() + 1) / omp_get_num_threads())
#else
#define TG_BEGIN(n) 0
#define TG_END(n) (n)
#endif"""

ARGUMENTS = (
    "struct tg_context *c",
    "void *const *in",
    "const long *dims",
    "struct tg_array *out",
)
END = SourceLine("}")

NOTHING = """\
/* What is read in place of elements that an empty array does not have. */
static const char tg_nothing[64] __attribute__((aligned(64)));"""


@dataclass(frozen=True, eq=False)
class Unit:
    """What one C function does: its steps, and the blocks that come in and go out.

    `atoms` says that the last input is an int64 vector with their values, in order;
    when it is None they are read from the inputs themselves.
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


@dataclass(frozen=True)
class Options:
    """What the machine and the settings say: threads, vector maths, BLAS integers."""

    openmp: bool = True
    split_from: int = 50000
    vector_math: Callable[[str], bool] = lambda name: True
    blas_integer: str = "long"


def c_source(unit: Unit, options: Options) -> CSource:
    """The C file of a unit."""
    return _Writer(unit, options).source()


class _Writer:
    """Writes `graph`, the function that is called, and the kernels on the way."""

    def __init__(self, unit: Unit, options: Options):
        self.unit, self.options = unit, options
        kernels = [s.kernel for s in unit.steps if isinstance(s, RunKernel)]
        self.checked: tuple[Apply, ...] = checked_nodes(kernels)
        base = len(unit.guards) + 1
        self.printer = C({node: base + i for i, node in enumerate(self.checked)})
        self.kernels: list[SourceLine] = []
        self.body: list[SourceLine] = []
        self.slots = _renumbered(unit)
        self.output_numbers = {b: n for n, b in enumerate(unit.outputs)}
        self.taken = {b.name for s in unit.steps for b in (*s.reads, *s.writes)}
        self.taken |= {b.name for b in (*unit.inputs, *unit.outputs)}
        self.sizes = Sizes(_places(unit), self.taken, self._line)
        size, size_of = self.sizes.of, self.sizes.bytes_of
        self.products = Products(options.blas_integer, size, size_of)
        self.parts: dict[str, str] = {}

    def source(self) -> CSource:
        """The whole file."""
        self._inputs()
        self._guards()
        ready: set[Block] = set()
        for step in self.unit.steps:
            for block in step.writes:
                if block not in ready:
                    self._room(block)
                    ready.add(block)
            self._step(step)
        self._line("return c->fault[0];" if self.checked else "return 0;")
        return CSource(
            (*self._preamble(), *self.kernels, *self._head(), *self.body, END),
            self.unit.guards,
            self.checked,
            tuple(self.products.routines),
            len(set(self.slots.values())),
            "openmp" in self.parts,
        )

    def _head(self) -> list[SourceLine]:
        plain = [SourceLine(UNOPTIMIZED)] if len(self.taken) > MANY_BLOCKS else []
        return [*plain, *call_lines("long graph", ARGUMENTS, ") {")]

    def _preamble(self) -> list[SourceLine]:
        declared = [*self._declarations(), *self.printer.preamble()]
        helpers = [*self.parts.values(), *self.sizes.helpers.values()]
        used = "".join([*declared, *helpers, *(line.text for line in self.kernels)])
        macros = [f"#define {name} {m}" for name, m in MACROS.items() if name in used]
        gap = [""] if helpers or declared else []
        text = [ABI_PRELUDE, *macros, *gap, *helpers, *declared, ""]
        return [SourceLine(line) for part in text for line in part.split("\n")]

    def _declarations(self) -> list[str]:
        found: list[str] = []
        for declared in self.printer.declarations():
            name = declared.split("(")[0].split()[-1]
            vector = declared.startswith("TG_SIMD") and self.options.vector_math(name)
            found.append(declared if vector else declared.removeprefix("TG_SIMD "))
        return found

    def _line(self, text: str, nodes: tuple[Any, ...] = ()) -> None:
        margin = "" if text.startswith("#") else "  "
        self.body.append(SourceLine(margin + text, nodes))

    # What comes in and goes out

    def _inputs(self) -> None:
        picked = _picked_from(self.unit)
        offset = 0
        for i, block in enumerate(self.unit.inputs):
            rank, place = len(block.shape), f"in[{i}]"
            if rank and block in picked:
                self.parts["nothing"] = NOTHING
                some = " && ".join(f"dims[{offset + a}]" for a in range(rank))
                place = f"{some} ? {place} : tg_nothing"
            self._line(f"const {TYPES[block.dtype]} *{block.name} = {place};")
            offset += rank
        if self.unit.atoms:
            self._line(f"const long *sizes = in[{len(self.unit.inputs)}];")
        if self.checked:
            self._line("c->fault[0] = 0;")

    def _guards(self) -> None:
        for number, guard in enumerate(self.unit.guards, start=1):
            left, right = self.sizes.of(guard.left), self.sizes.of(guard.right)
            details = f"c->fault[0] = {left}, c->fault[1] = {right};"
            test = f"if ({left} != {right}) {{ {details} return {number}; }}"
            self._line(test, (guard.node,))

    def _room(self, block: Block) -> None:
        size, nodes = self.sizes.bytes_of(block), _makers(block)
        declared = f"{TYPES[block.dtype]} *{block.name}"
        number = self.output_numbers.get(block)
        if number is None:
            slot = self.slots[block]
            self._line(f"{declared} = c->slot(c, {slot}, {size});", nodes)
        else:
            lengths = enumerate(self.sizes.of(n) for n in block.shape)
            for axis, n in lengths:
                self._line(f"out[{number}].dims[{axis}] = {n};")
            self._line(f"{declared} = out[{number}].data = c->alloc({size});", nodes)
        self._line(f"if (!{block.name}) return -1;")

    # Steps

    def _step(self, step: Step) -> None:
        match step:
            case RunKernel():
                self._kernel(step)
            case CallLibrary():
                for line in self.products.lines(step):
                    self._line(line, step.nodes)
            case _:
                raise TypeError(f"C cannot run {type(step).__name__}")

    def _kernel(self, step: RunKernel) -> None:
        self.kernels.extend([*self.printer.kernel(step.kernel), SourceLine("")])
        extent, work = self.sizes.of(step.extent), self.sizes.of(step.work)
        whole = self._call(step, "0", extent)
        if not self._worth_splitting(step):
            self._line(whole, step.nodes)
            return
        self.parts["openmp"] = OPENMP
        part = self._call(step, f"TG_BEGIN({extent})", f"TG_END({extent})")
        self._line(f"if ({work} < {self._limit}) {{", step.nodes)
        self._line("  " + whole, step.nodes)
        self._line("} else {", step.nodes)
        self._line("#pragma omp parallel", step.nodes)
        self._line("  " + part, step.nodes)
        self._line("}", step.nodes)

    def _call(self, step: RunKernel, begin: str, end: str) -> str:
        blocks = (b.name for b in (*step.reads, *step.writes))
        sizes = (self.sizes.of(n) for n in step.sizes)
        args = ", ".join([*blocks, *sizes, begin, end, "c->fault"])
        return f"{step.kernel.name}({args});"

    @property
    def _limit(self) -> int:
        return self.options.split_from * SPLIT_FACTOR

    def _worth_splitting(self, step: RunKernel) -> bool:
        known = step.work.constant
        large = known is None or known >= self._limit
        return (
            self.options.openmp
            and large
            and step.extent.constant != 1
            and any(
                isinstance(s, For) and s.kind == "parallel"
                for s in walk(step.kernel.body)
            )
        )


def _places(unit: Unit) -> dict[Atom, str]:
    """Where the caller leaves the value of each atom."""
    if unit.atoms is not None:
        return {a: f"sizes[{i}]" for i, a in enumerate(unit.atoms)}
    offsets: dict[Block, int] = {}
    total = 0
    for block in unit.inputs:
        offsets[block] = total
        total += len(block.shape)
    places: dict[Atom, str] = {}
    for name, block in unit.named.items():
        if block not in offsets:
            continue
        for axis in range(len(block.shape)):
            places[Atom("axis", (name, axis))] = f"dims[{offsets[block] + axis}]"
        if not block.shape:
            places[Atom("value", (name,))] = f"(long)*{block.name}"
    return places


def _picked_from(unit: Unit) -> set[Block]:
    """The blocks from which an element is read that may not be there.

    After a failed check element 0 is read, and so are elements at fixed positions.
    """
    found: set[Block] = set()
    for step in unit.steps:
        if isinstance(step, RunKernel):
            names = _picked_names(step.kernel)
            found |= {b for b in step.reads if b.name in names}
    return found


def _picked_names(kernel: Kernel) -> set[str]:
    if not checked_nodes([kernel]):
        return set()
    picked, found = set[str](), set[str]()
    fixed = {size.name for size in kernel.sizes}
    for s in walk(kernel.body):
        parts = [part for e in expressions(s) for part in inside(e)]
        names = {part.name for part in parts if isinstance(part, Name)}
        checks = any(isinstance(part, Checked) for part in parts)
        if isinstance(s, Let) and (checks or names & picked):
            picked.add(s.name.name)
        for part in parts:
            if isinstance(part, Load):
                at = {p.name for p in inside(part.index) if isinstance(p, Name)}
                if at & picked or at <= fixed:
                    found.add(part.buffer)
    return found


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
