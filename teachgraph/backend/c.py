"""The C backend: a program becomes one C file, compiled once and kept in a cache.

A program without NumPy steps is one C function behind the generic runner. NumPy steps
cut it into units; a small loop in Python passes arrays and lengths from one to the
next.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from typing import Any

import numpy as np

from teachgraph.backend import blas, runner
from teachgraph.backend.availability import BackendUnavailable
from teachgraph.backend.cache import UnsafeDirectory, own_flags, user_cache
from teachgraph.backend.chain import (
    Chain,
    Part,
    Run,
    loop_run,
    numpy_run,
    parts,
    unit_run,
)
from teachgraph.backend.compiler import CompileFailed, NoCompiler
from teachgraph.backend.csource import CSource, Options, Unit, c_source
from teachgraph.backend.library import has_vector_function
from teachgraph.backend.runner import Fault, Result, Slot
from teachgraph.core import report
from teachgraph.core.config import config
from teachgraph.core.events import Built, Event, Rendered
from teachgraph.core.graph import Graph
from teachgraph.core.report import InternalError, Report
from teachgraph.kernel.render.clike import source_doc
from teachgraph.program.lower import lower
from teachgraph.program.program import (
    Array,
    Block,
    CallNumpy,
    GuardFailed,
    IndexFailed,
    Linkage,
    Loop,
    Program,
)

Cell = list[Array]
Details = tuple[int, int, int, int]


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
        found = parts(program)
        alone = found[0].work if len(found) == 1 else None
        if isinstance(alone, Unit):
            return (yield from self._alone(program, alone, linkage))
        return (yield from self._in_parts(program, found, linkage))

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
        return (yield from self._compiled(unit, slots, results, single=linkage.single))

    def _compiled(
        self,
        unit: Unit,
        slots: Sequence[Slot],
        results: Sequence[Result],
        *,
        single: bool,
    ) -> Generator[Event, None, Callable[..., Any]]:
        found = blas.find()
        source = c_source(unit, _options(found))
        yield Rendered(self.name, source_doc(source.lines))
        started = time.perf_counter()
        runner.start()
        try:
            built = user_cache().build(source.text, openmp=source.openmp)
        except CompileFailed as error:
            raise _refusal(error) from error
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
            fault=_raising(source),
        )
        seconds = time.perf_counter() - started
        yield Built(self.name, " ".join(built.command), seconds, built.cached)
        return call

    def _in_parts(
        self, program: Program, found: Sequence[Part], linkage: Linkage
    ) -> Generator[Event, None, Callable[..., Any]]:
        runs = yield from self._runs(found)
        return Chain(program, linkage, runs)

    def _runs(self, found: Sequence[Part]) -> Generator[Event, None, list[Run]]:
        runs: list[Run] = []
        for part in found:
            unit = part.work
            if isinstance(unit, CallNumpy):
                runs.append(numpy_run(unit, part.guards))
                continue
            if isinstance(unit, Loop):
                turns = yield from self._runs(parts(unit.body, alone=False))
                runs.append(loop_run(unit, turns, part.guards))
                continue
            slots = [Slot(b.dtype, (None,) * len(b.shape)) for b in unit.inputs]
            numbers = Slot("int64", (None,))
            results = [Result(b.dtype, len(b.shape)) for b in unit.outputs]
            call = yield from self._compiled(
                unit, [*slots, numbers], results, single=False
            )
            runs.append(unit_run(unit, call, part.guards))
        return runs


def _refusal(error: CompileFailed) -> Exception:
    """What it means that the compiler failed: it never works, or our code is wrong."""
    try:
        user_cache().build("long tg_probe(void) { return 1; }\n", straight=True)
    except CompileFailed as broken:
        said = broken.stderr.strip().split("\n")[0] or "it says nothing"
        return BackendUnavailable(f"the C compiler {broken.command[0]} fails: {said}")
    if own_flags():
        return _refused_flags(error)
    details = (("What it said", error.stderr), ("The source", error.source))
    title = "the C compiler refused what teachgraph wrote"
    return InternalError(Report("internal", title, details=details))


def _refused_flags(error: CompileFailed) -> Exception:
    """The compiler works, but not with the options that the user's settings add."""
    said = [line for line in error.stderr.splitlines() if line.strip()]
    first = next((line for line in said if "error" in line), said[0] if said else "")
    given = " ".join(own_flags())
    return report.Fault(
        "compiler-options",
        f"the C compiler refuses the options of config.gcc.cxxflags: {given}",
        notes=(report.Note(f"it says: {first}"),),
        hints=(
            report.Hint("take it out, or correct it", "config.gcc.cxxflags = ''"),
            report.Hint(
                "it may come from TEACHGRAPH_FLAGS, ~/.teachgraphrc or ~/.theanorc"
            ),
        ),
        details=(("What it said", error.stderr),),
    )


def _options(found: blas.Blas | None) -> Options:
    return Options(
        openmp=bool(config.openmp),
        split_from=int(config.openmp_elemwise_minsize),
        vector_math=has_vector_function,
        blas_integer="long" if found and found.integer_bits == 64 else "int",
        blas_obeys=found is not None and found.thread_control is not None,
    )


def _slot(block: Block, cell: Cell | None) -> Slot:
    shape = tuple(n.constant for n in block.shape)
    if block.role == "constant":
        assert block.variable is not None
        assert block.variable.data is not None
        cell = [np.asarray(block.variable.data, order="C")]
    return Slot(block.dtype, shape, cell)


def _raising(source: CSource) -> Callable[[int, Details], None]:
    """What becomes of a call without a result: the exception that it means."""

    def fault(number: int, details: Details) -> None:
        raise meaning(Fault(number, details), source)

    return fault


def meaning(fault: Fault, source: CSource) -> Exception:
    """The exception that a fault stands for."""
    first, second, third, _ = fault.details
    if fault.number < 0:
        return MemoryError("no memory for a result")
    if fault.number <= len(source.guards):
        return GuardFailed(source.guards[fault.number - 1], first, second)
    node = source.checked[fault.number - len(source.guards) - 1]
    turn = fault.details[3] if node in source.turning else None
    return IndexFailed(node, second, third, turn)
