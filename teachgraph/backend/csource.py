"""One C file for a stretch of a program: kernels, and the function that calls them.

The file includes no header. What it calls (libm, OpenMP, BLAS) it declares itself, and
memory it asks of its caller, see `seam.ABI_PRELUDE`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from teachgraph.backend.careful import kernels, picked_from, sizes_in, spoken
from teachgraph.backend.cloops import CLoop
from teachgraph.backend.csizes import Sizes
from teachgraph.backend.products import Products
from teachgraph.backend.seam import ABI_PRELUDE
from teachgraph.core.graph import Apply
from teachgraph.core.record import record
from teachgraph.core.shapes import Guard
from teachgraph.core.sizes import Atom, Size
from teachgraph.kernel.ir import (
    For,
    checked_nodes,
    walk,
)
from teachgraph.kernel.render.c import MACROS, C
from teachgraph.kernel.render.clike import TYPES, SourceLine, call_lines, source_text
from teachgraph.program.buffers import bytes_of
from teachgraph.program.names import distinct
from teachgraph.program.program import (
    Block,
    CallLibrary,
    Loop,
    Program,
    RunKernel,
    Step,
    View,
    every_step,
)

SPLIT_FACTOR = 4
"""Operations per element of `openmp_elemwise_minsize` from which a loop is split."""

TURN_FACTOR = 32
"""The same for loops inside of a turn, where other cores are woken again and again."""

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


@record(eq=False)
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


@record(eq=False)
class CSource:
    """The file, what its faults mean, and the library routines that it wants.

    Faults are numbered from 1: `guards`, then `checked`; those of `turning` nodes come
    with the turn in which they were met.
    """

    lines: tuple[SourceLine, ...]
    guards: tuple[Guard, ...]
    checked: tuple[Apply, ...]
    turning: Collection[Apply]
    routines: tuple[str, ...]
    scratch: int
    openmp: bool

    @property
    def text(self) -> str:
        """The source."""
        return source_text(self.lines)


@record()
class Options:
    """What the machine and the settings say: threads, vector maths, BLAS integers.

    `blas_obeys` says that BLAS can be told to use one thread.
    """

    openmp: bool = True
    split_from: int = 50000
    vector_math: Callable[[str], bool] = lambda name: True
    blas_integer: str = "long"
    blas_obeys: bool = True


def c_source(unit: Unit, options: Options) -> CSource:
    """The C file of a unit."""
    return Writer(unit, options).source()


class Writer:
    """Writes `graph`, the function that is called, and the kernels on the way.

    Inside of a loop `body` holds the lines of one turn, and `sizes` what is known then.
    """

    def __init__(self, unit: Unit, options: Options):
        self.unit, self.options = unit, options
        every = list(every_step(unit.steps))
        loops = [s for s in every if isinstance(s, Loop)]
        self.all_guards = (*unit.guards, *(g for s in loops for g in s.body.guards))
        every_kernel = kernels(unit.steps)
        self.checked: tuple[Apply, ...] = checked_nodes(every_kernel)
        base = len(self.all_guards) + 1
        self.printer = C({node: base + i for i, node in enumerate(self.checked)})
        self.few: dict[Apply, int] = {}
        self.kernels: list[SourceLine] = []
        self.body: list[SourceLine] = []
        self.depth = 1
        self.slots = _renumbered(unit)
        self.slot_count = len(set(self.slots.values()))
        self.output_numbers = {b: n for n, b in enumerate(unit.outputs)}
        self.taken = {b.name for s in every for b in (*s.reads, *s.writes)}
        self.taken |= {b.name for b in (*unit.inputs, *unit.outputs)}
        for s in loops:
            self.taken |= {b.name for b in (*s.body.inputs, *s.body.outputs)}
        self.picked = picked_from(every)
        self.sizes = Sizes(_places(unit), self.taken, partial(self._add, self.body, 1))
        self.parts: dict[str, str] = {}
        self.products = Products(
            options.blas_integer, self._size, self._part, options.blas_obeys
        )
        self.shared: dict[Any, int] = {}
        self.keys: dict[Block, Any] = {}
        self.pending = list(unit.guards)

    def source(self) -> CSource:
        """The whole file."""
        self._inputs()
        self._outer_guards()
        self.steps(self.unit.steps, set())
        self.line("return c->fault[0];" if self.checked else "return 0;")
        inner = [s.body.steps for s in self.unit.steps if isinstance(s, Loop)]
        turning = {n for s in inner for n in checked_nodes(kernels(s))}
        return CSource(
            (*self._preamble(), *self.kernels, *self._head(), *self.body, END),
            self.all_guards,
            (*self.checked, *self.few),
            turning,
            tuple(self.products.routines),
            self.slot_count,
            self.options.openmp and "openmp" in self.parts,
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

    def _size(self, n: Size) -> str:
        return self.sizes.of(n)

    def _bytes(self, block: Block) -> str:
        return self.sizes.bytes_of(block)

    # Lines

    def line(self, text: str, nodes: tuple[Any, ...] = ()) -> None:
        """A line of the present body."""
        self._add(self.body, self.depth, text, nodes)

    def _add(
        self,
        body: list[SourceLine],
        depth: int,
        text: str,
        nodes: tuple[Any, ...] = (),
    ) -> None:
        margin = "" if text.startswith("#") else "  " * depth
        body.append(SourceLine(margin + text, nodes))

    @contextmanager
    def inside(self, head: str, places: Mapping[Atom, str]) -> Generator[None]:
        """The body of a loop; what does not change in it is worked out before it."""
        body, sizes = self.body, self.sizes
        self.body, self.depth = [], self.depth + 1
        declare = partial(self._add, self.body, self.depth)
        self.sizes = Sizes(places, self.taken, declare, sizes)
        yield
        inner, self.body, self.sizes = self.body, body, sizes
        self.depth -= 1
        self.line(head)
        self.body.extend(inner)
        self.line("}")

    def fresh(self, wish: str) -> str:
        """A name that nobody has."""
        name = distinct(wish, self.taken)
        self.taken.add(name)
        return name

    def product(self, factor: int, size: str) -> str:
        """So many times a size, as C."""
        return size if factor == 1 else f"{factor} * {size}"

    # What comes in and goes out

    def _inputs(self) -> None:
        offset = 0
        for i, block in enumerate(self.unit.inputs):
            rank, place = len(block.shape), f"in[{i}]"
            if rank and block in self.picked:
                some = " && ".join(f"dims[{offset + a}]" for a in range(rank))
                place = f"{some} ? {place} : {self.nothing()}"
            self.line(f"const {TYPES[block.dtype]} *{block.name} = {place};")
            offset += rank
        if self.unit.atoms:
            self.line(f"const long *sizes = in[{len(self.unit.inputs)}];")
        if self.checked:
            self.line("c->fault[0] = 0;")

    def _part(self, name: str, text: str) -> None:
        """What stands in front of the kernels; only once."""
        self.parts.setdefault("openmp", OPENMP)
        self.parts.setdefault(name, text)

    def nothing(self) -> str:
        """What is read in place of elements that are not there."""
        self.parts["nothing"] = NOTHING
        return "tg_nothing"

    def _outer_guards(self) -> None:
        """Check the guards that speak of what is known by now."""
        ready = [g for g in self.pending if self._is_ready(g)]
        self.pending = [g for g in self.pending if g not in ready]
        self.guards(ready)

    def _is_ready(self, guard: Guard) -> bool:
        return self.sizes.is_known(guard.left) and self.sizes.is_known(guard.right)

    def guards(self, guards: Sequence[Guard], turn: str = "") -> None:
        """Return where a guard does not hold."""
        for guard in guards:
            number = self.all_guards.index(guard) + 1
            left, right = self.sizes.of(guard.left), self.sizes.of(guard.right)
            details = f"c->fault[0] = {left}, c->fault[1] = {right};"
            if turn:
                details += f" c->fault[3] = {turn};"
            test = f"if ({left} != {right}) {{ {details} return {number}; }}"
            self.line(test, (guard.node,))

    def room(self, block: Block, size: str = "") -> None:
        """Room for a block, of its own size or another; in a loop as far out as may be.

        An output that is larger than it will be gets its first length later.
        """
        home = self.sizes.home([] if size else block.shape)
        declare = self.line if size or home is self.sizes else home.declare
        size, later = size or home.bytes_of(block), bool(size)
        declared = f"{TYPES[block.dtype]} *{block.name}"
        number = self.output_numbers.get(block)
        if number is None:
            slot = self._slot(block)
            line = f"{declared} = c->slot(c, {slot}, {size});"
        else:
            for axis, n in enumerate(block.shape):
                if not later or self.sizes.is_known(n):
                    length = self.sizes.of(n)
                    self.line(f"out[{number}].dims[{axis}] = {length};")
            line = f"{declared} = out[{number}].data = c->alloc({size});"
        declare(line, _makers(block))
        declare(f"if (!{block.name}) return -1;")

    def rows_are(self, block: Block, length: Size, name: str) -> None:
        """A loop has found how many rows an output has: as many as `name` says."""
        ((monomial, _),) = length.terms
        self.sizes.places[monomial[0]] = name
        if block in self.output_numbers:
            self.line(f"out[{self.output_numbers[block]}].dims[0] = {name};")

    def share(self, body: Program) -> None:
        """Let scratch of a turn share slots, where it is of one size.

        Of another it would move when the slot grows, and pointers are made only once.
        """
        for block, slot in body.slots.items():
            self.keys[block] = (body, slot, bytes_of(block))

    def _slot(self, block: Block) -> int:
        if block in self.slots:
            return self.slots[block]
        key = self.keys.get(block, block)
        if key not in self.shared:
            self.shared[key] = self.new_slot()
        return self.shared[key]

    def new_slot(self) -> int:
        """A scratch slot that nobody else has."""
        self.slot_count += 1
        return self.slot_count - 1

    def too_few(self, node: Apply) -> int:
        """The number of the fault that a loop had fewer turns than are kept."""
        base = len(self.all_guards) + len(self.checked) + 1
        return base + self.few.setdefault(node, len(self.few))

    # Steps

    def steps(self, steps: Sequence[Step], ready: set[Block]) -> None:
        """Steps, with room for what they write unless it is there."""
        for step in steps:
            if isinstance(step, Loop):
                CLoop(self, step, ready).write()
                self._outer_guards()
                continue
            for block in step.writes:
                if block not in ready and not self._is_alias(step):
                    self.room(block)
                    ready.add(block)
            self._step(step)

    def checks(self, steps: Sequence[Step]) -> bool:
        """Whether an index is checked in these steps themselves."""
        own = [s.kernel for s in steps if isinstance(s, RunKernel)]
        return bool(checked_nodes(own))

    def is_read(self, body: Program, block: Block) -> bool:
        """Whether a turn reads an input."""
        named = {b for size in sizes_in(body) for b in spoken(size, body)}
        return block in named or any(block in s.reads for s in body.steps)

    def _step(self, step: Step) -> None:
        match step:
            case RunKernel():
                self._kernel(step)
            case CallLibrary():
                self.line(self.products.line(step, in_loop=self.depth > 1), step.nodes)
            case View():
                self._view(step)
            case _:
                raise TypeError(f"C cannot run {type(step).__name__}")

    def _is_alias(self, step: Step) -> bool:
        """Whether what is written need not be stored: nobody else gets it."""
        return isinstance(step, View) and step.writes[0] not in self.output_numbers

    def _view(self, step: View) -> None:
        ((source,), (shown,)) = step.reads, step.writes
        if self._is_alias(step):
            kind = TYPES[shown.dtype]
            self.line(f"const {kind} *{shown.name} = {source.name};", step.nodes)
            return
        size = self._bytes(shown)
        copied = f"__builtin_memcpy({shown.name}, {source.name}, {size});"
        self.line(copied, step.nodes)

    def _kernel(self, step: RunKernel) -> None:
        self.kernels.extend([*self.printer.kernel(step.kernel), SourceLine("")])
        extent, work = self.sizes.of(step.extent), self.sizes.of(step.work)
        whole = self._call(step, "0", extent)
        if not self._worth_splitting(step):
            self.line(whole, step.nodes)
            return
        self.parts["openmp"] = OPENMP
        part = self._call(step, f"TG_BEGIN({extent})", f"TG_END({extent})")
        self.line(f"if ({work} < {self._limit}) {{", step.nodes)
        self.line("  " + whole, step.nodes)
        self.line("} else {", step.nodes)
        self.line("#pragma omp parallel", step.nodes)
        self.line("  " + part, step.nodes)
        self.line("}", step.nodes)

    def _call(self, step: RunKernel, begin: str, end: str) -> str:
        blocks = (b.name for b in (*step.reads, *step.writes))
        sizes = (self.sizes.of(n) for n in step.sizes)
        args = ", ".join([*blocks, *sizes, begin, end, "c->fault"])
        return f"{step.kernel.name}({args});"

    @property
    def _limit(self) -> int:
        factor = TURN_FACTOR if self.depth > 1 else SPLIT_FACTOR
        return self.options.split_from * factor

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
