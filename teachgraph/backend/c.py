"""The C backend: a program becomes one C file, compiled once and kept in a cache.

A program without NumPy steps is one C function behind the generic runner. NumPy steps
cut it into units; a small loop in Python passes arrays and lengths from one to the
next.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from teachgraph.backend import blas, runner
from teachgraph.backend.availability import BackendUnavailable
from teachgraph.backend.cache import UnsafeDirectory, user_cache
from teachgraph.backend.compiler import CompileFailed, NoCompiler
from teachgraph.backend.csource import CSource, Options, Unit, c_source
from teachgraph.backend.library import has_vector_function
from teachgraph.backend.runner import Fault, Result, Slot
from teachgraph.core.config import config
from teachgraph.core.events import Built, Event, Rendered
from teachgraph.core.graph import Graph
from teachgraph.core.sizes import Atom, Size
from teachgraph.kernel.render.clike import source_doc
from teachgraph.program.execute import call_numpy
from teachgraph.program.handover import hand_over
from teachgraph.program.lower import lower
from teachgraph.program.program import (
    Array,
    Block,
    CallNumpy,
    GuardFailed,
    IndexFailed,
    Linkage,
    Program,
    RunKernel,
    Step,
)
from teachgraph.program.stretch import length_check

Cell = list[Array]


class CBackend:
    """Compiles programs with the machine's C compiler.

    Raises:
        BackendUnavailable: there is no compiler, or the cache is not the user's alone.
    """

    name = "c"

    def __init__(self) -> None:
        try:
            user_cache()
        except (NoCompiler, UnsafeDirectory, OSError) as error:
            raise BackendUnavailable(str(error)) from error

    def lower(self, graph: Graph) -> Generator[Event, None, Program]:
        """The program of a graph; products are left to BLAS if there is one."""
        return lower(graph, library=blas.find() is not None)

    def supports(self, program: Program) -> str | None:
        """None: what cannot be C runs in NumPy."""
        del program
        return None

    def build(
        self, program: Program, linkage: Linkage
    ) -> Generator[Event, None, Callable[..., Any]]:
        """The program behind its calling convention, with the events of its making."""
        parts = units(program)
        if len(parts) == 1 and isinstance(parts[0], Unit):
            return (yield from self._alone(program, parts[0], linkage))
        return (yield from self._in_parts(program, parts, linkage))

    def from_numpy(self, value: Array) -> Array:
        """The value itself: memory is shared with NumPy."""
        return value

    def to_numpy(self, value: Any) -> Array:
        """The value itself."""
        return value

    def _alone(
        self, program: Program, unit: Unit, linkage: Linkage
    ) -> Generator[Event, None, Callable[..., Any]]:
        cells = dict(zip(program.inputs, linkage.input_cells, strict=True))
        slots = [_slot(b, cells.get(b)) for b in unit.inputs]
        results = [
            Result(b.dtype, len(b.shape), cell)
            for b, cell in zip(program.outputs, linkage.output_cells, strict=True)
        ]
        call, source = yield from self._compiled(
            unit, slots, results, single=linkage.single
        )
        return _explaining(call, source)

    def _compiled(
        self,
        unit: Unit,
        slots: Sequence[Slot],
        results: Sequence[Result],
        *,
        single: bool,
    ) -> Generator[Event, None, tuple[Callable[..., Any], CSource]]:
        found = blas.find()
        source = c_source(unit, _options(found))
        yield Rendered(self.name, source_doc(source.lines))
        started = time.perf_counter()
        runner.start()
        try:
            built = user_cache().build(source.text, openmp=source.openmp)
        except CompileFailed as error:
            raise AssertionError(
                f"the compiler refused generated code:\n{error.stderr}\n{source.text}"
            ) from error
        library = built.load()
        address = library.symbol("graph")
        assert address is not None
        symbols = [found.addresses[r] for r in source.routines] if found else []
        call = runner.make_runner(
            address,
            slots,
            results,
            scratch=source.scratch,
            symbols=symbols,
            single=single,
            keep_alive=library,
        )
        seconds = time.perf_counter() - started
        yield Built(self.name, " ".join(built.command), seconds, built.cached)
        return call, source

    def _in_parts(
        self, program: Program, parts: Sequence[Unit | CallNumpy], linkage: Linkage
    ) -> Generator[Event, None, Callable[..., Any]]:
        runs: list[_Run] = []
        for part in parts:
            if isinstance(part, CallNumpy):
                runs.append(_numpy_run(part))
                continue
            slots = [Slot(b.dtype, (None,) * len(b.shape)) for b in part.inputs]
            sizes = Slot("int64", (None,))
            results = [Result(b.dtype, len(b.shape)) for b in part.outputs]
            call, source = yield from self._compiled(
                part, [*slots, sizes], results, single=False
            )
            runs.append(_unit_run(part, _explaining(call, source)))
        return _Chain(program, linkage, tuple(runs))


def _options(found: blas.Blas | None) -> Options:
    return Options(
        openmp=bool(config.openmp),
        split_from=int(config.openmp_elemwise_minsize),
        vector_math=has_vector_function,
        blas_integer="long" if found and found.integer_bits == 64 else "int",
    )


def _slot(block: Block, cell: Cell | None) -> Slot:
    shape = tuple(n.constant for n in block.shape)
    if block.role == "constant":
        assert block.variable is not None
        assert block.variable.data is not None
        cell = [np.asarray(block.variable.data, order="C")]
    return Slot(block.dtype, shape, cell)


def _explaining(call: Callable[..., Any], source: CSource) -> Callable[..., Any]:
    """The call, with faults raised as what they mean."""
    if not source.guards and not source.checked:
        return call

    def explained(*arrays: Array) -> Any:
        result = call(*arrays)
        if type(result) is Fault:
            raise meaning(result, source)
        return result

    return explained


def meaning(fault: Fault, source: CSource) -> Exception:
    """The exception that a fault stands for."""
    first, second, third, _ = fault.details
    if fault.number < 0:
        return MemoryError("no memory for a result")
    if fault.number <= len(source.guards):
        return GuardFailed(source.guards[fault.number - 1], first, second)
    node = source.checked[fault.number - len(source.guards) - 1]
    return IndexFailed(node, second, third)


# Programs that NumPy steps cut into parts


def units(program: Program) -> list[Unit | CallNumpy]:
    """The program's steps as C units and NumPy steps, in order."""
    stretches: list[list[Step]] = []
    for step in program.steps:
        cut = isinstance(step, CallNumpy)
        if cut or not stretches or isinstance(stretches[-1][0], CallNumpy):
            stretches.append([step])
        else:
            stretches[-1].append(step)
    if not any(isinstance(s[0], CallNumpy) for s in stretches):
        return [_whole(program)]
    return [_part(program, s) for s in stretches]


def _whole(program: Program) -> Unit:
    constants = tuple(b for b in program.blocks if b.role == "constant")
    return Unit(
        program.steps,
        (*program.inputs, *constants),
        program.outputs,
        program.guards,
        program.named,
        program.slots,
    )


def _part(program: Program, steps: Sequence[Step]) -> Unit | CallNumpy:
    if isinstance(steps[0], CallNumpy):
        return steps[0]
    written = dict.fromkeys(b for s in steps for b in s.writes)
    reads = dict.fromkeys(b for s in steps for b in s.reads if b not in written)
    later = {b for s in program.steps if s not in steps for b in s.reads}
    outputs = [b for b in written if b in later or b in program.outputs]
    atoms = sorted(_atoms(steps, (*reads, *written)), key=str)
    return Unit(
        tuple(steps),
        tuple(reads),
        tuple(outputs),
        (),
        program.named,
        {b: n for n, b in enumerate(b for b in written if b not in outputs)},
        tuple(atoms),
    )


def _atoms(steps: Sequence[Step], blocks: Sequence[Block]) -> set[Atom]:
    sizes: list[Size] = [n for b in blocks for n in b.shape]
    for step in steps:
        if isinstance(step, RunKernel):
            sizes.extend((*step.sizes, step.extent, step.work))
    return {a for size in sizes for a in size.atoms() if a.kind in ("axis", "value")}


@dataclass(frozen=True, eq=False)
class _Run:
    """A part ready to run: the blocks it reads, those it gives, and the call."""

    reads: tuple[Block, ...]
    writes: tuple[Block, ...]
    call: Callable[[Sequence[Array], Callable[[Atom], int]], Sequence[Array]]


def _numpy_run(step: CallNumpy) -> _Run:
    node = step.nodes[0]
    check = length_check(node)

    def call(arrays: Sequence[Array], value: Callable[[Atom], int]) -> Sequence[Array]:
        del value
        with np.errstate(all="ignore"):
            results = call_numpy(node, arrays, check)
            return [np.asarray(a, order="C") for a in results]

    return _Run(step.reads, step.writes, call)


def _unit_run(unit: Unit, run: Callable[..., Any]) -> _Run:
    atoms = unit.atoms or ()

    def call(arrays: Sequence[Array], value: Callable[[Atom], int]) -> Sequence[Array]:
        result = run(*arrays, np.array([value(a) for a in atoms], dtype="int64"))
        assert result is not NotImplemented, "a part was called with wrong arrays"
        return result

    return _Run(unit.inputs, unit.outputs, call)


class _Chain:
    """The parts one after the other, as one callable."""

    def __init__(self, program: Program, linkage: Linkage, runs: Sequence[_Run]):
        self.program, self.linkage, self.runs = program, linkage, runs
        self.constants = {
            b: np.asarray(b.variable.data, order="C")
            for b in program.blocks
            if b.role == "constant" and b.variable is not None
        }

    def __call__(self, *arguments: Array) -> Any:
        values = self._start(arguments)
        if values is None:
            return NotImplemented
        self._check(values)
        for run in self.runs:
            arrays = [values[b] for b in run.reads]
            values.update(
                zip(run.writes, run.call(arrays, self._atom(values)), strict=True)
            )
        held = [values[b] for b in self.program.inputs]
        wanted = [values[b] for b in self.program.outputs]
        results = hand_over(wanted, [*held, *self.constants.values()])
        return self._finish(results)

    def _start(self, arguments: Sequence[Array]) -> dict[Block, Array] | None:
        given = iter(arguments)
        values: dict[Block, Array] = dict(self.constants)
        for block, cell in zip(
            self.program.inputs, self.linkage.input_cells, strict=True
        ):
            array = cell[0] if cell is not None else next(given, None)
            if array is None or not _fits(array, block):
                return None
            values[block] = array
        return values if next(given, None) is None else None

    def _atom(self, values: dict[Block, Array]) -> Callable[[Atom], int]:
        def value(atom: Atom) -> int:
            array = values[self.program.named[atom.key[0]]]
            return array.shape[atom.key[1]] if atom.kind == "axis" else int(array)

        return value

    def _check(self, values: dict[Block, Array]) -> None:
        """Guards over lengths that are known at the start."""
        value = self._atom(values)
        for guard in self.program.guards:
            names = {
                a.key[0] for a in guard.left.atoms() | guard.right.atoms() if a.key
            }
            if not all(self.program.named.get(str(n)) in values for n in names):
                continue
            left, right = guard.left.evaluate(value), guard.right.evaluate(value)
            if left != right:
                raise GuardFailed(guard, left, right)

    def _finish(self, results: Sequence[Array]) -> Any:
        cells = self.linkage.output_cells
        returned = [r for r, cell in zip(results, cells, strict=True) if cell is None]
        for result, cell in zip(results, cells, strict=True):
            if cell is not None:
                cell[0] = result
        return returned[0] if self.linkage.single else returned


def _fits(array: Any, block: Block) -> bool:
    return (
        type(array) is np.ndarray
        and str(array.dtype) == block.dtype
        and array.ndim == len(block.shape)
        and array.flags.c_contiguous
        and array.flags.aligned
        and all(
            n.constant in (None, length)
            for n, length in zip(block.shape, array.shape, strict=True)
        )
    )
