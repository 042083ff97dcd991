"""Programs that NumPy steps cut into parts: C, then NumPy, then C again.

The parts are called one after the other. A part in C gets the arrays that it reads and,
as one vector of whole numbers, the lengths that it needs; lengths that a NumPy step
found are checked before the next part relies on them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from teachgraph.backend.csource import Unit
from teachgraph.core.shapes import Guard
from teachgraph.core.sizes import Atom, Size
from teachgraph.program.execute import call_numpy
from teachgraph.program.guards import Number, by_step, check
from teachgraph.program.handover import hand_over
from teachgraph.program.program import (
    Array,
    Block,
    CallNumpy,
    Linkage,
    Program,
    RunKernel,
    Step,
)
from teachgraph.program.stretch import length_check

Values = dict[Block, Array]


@dataclass(frozen=True, eq=False)
class Part:
    """Steps that run together: a C function, or one NumPy call.

    `guards` are those that can be checked once the part has run.
    """

    work: Unit | CallNumpy
    guards: tuple[Guard, ...]


def parts(program: Program) -> list[Part]:
    """The program's steps as C functions and NumPy calls, in order."""
    later = by_step(program)[1:]
    stretches = _stretches(program.steps)
    if len(stretches) <= 1 and not _is_numpy(program.steps[:1]):
        return [Part(_whole(program), ())]
    last_read = {b: n for n, s in enumerate(program.steps) for b in s.reads}
    wanted = set(program.outputs)
    found: list[Part] = []
    done = 0
    for steps in stretches:
        done += len(steps)
        guards = tuple(g for at in later[done - len(steps) : done] for g in at)
        written = dict.fromkeys(b for s in steps for b in s.writes)
        needed = [b for b in written if last_read.get(b, 0) >= done or b in wanted]
        work = steps[0] if isinstance(steps[0], CallNumpy) else None
        found.append(Part(work or _stretch(program, steps, needed), guards))
    return found


def _is_numpy(steps: Sequence[Step]) -> bool:
    return any(isinstance(s, CallNumpy) for s in steps)


def _stretches(steps: Sequence[Step]) -> list[list[Step]]:
    """The steps, cut before and after each NumPy call."""
    found: list[list[Step]] = []
    for step in steps:
        if not found or isinstance(step, CallNumpy) or _is_numpy(found[-1]):
            found.append([])
        found[-1].append(step)
    return found


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


def _stretch(program: Program, steps: Sequence[Step], needed: Sequence[Block]) -> Unit:
    written = dict.fromkeys(b for s in steps for b in s.writes)
    reads = dict.fromkeys(b for s in steps for b in s.reads if b not in written)
    outputs = set(needed)
    own = (b for b in written if b not in outputs)
    return Unit(
        tuple(steps),
        tuple(reads),
        tuple(needed),
        (),
        program.named,
        {b: n for n, b in enumerate(own)},
        tuple(sorted(_atoms(steps, (*reads, *written)), key=str)),
    )


def _atoms(steps: Sequence[Step], blocks: Sequence[Block]) -> set[Atom]:
    sizes: list[Size] = [n for b in blocks for n in b.shape]
    for step in steps:
        if isinstance(step, RunKernel):
            sizes.extend((*step.sizes, step.extent, step.work))
    return {a for size in sizes for a in size.atoms() if a.kind in ("axis", "value")}


# Running them


@dataclass(frozen=True, eq=False)
class Run:
    """A part ready to run: the blocks it reads, those it gives, and the call."""

    reads: tuple[Block, ...]
    writes: tuple[Block, ...]
    call: Callable[[Sequence[Array], Number], Sequence[Array]]
    guards: tuple[Guard, ...]


def numpy_run(step: CallNumpy, guards: tuple[Guard, ...]) -> Run:
    """One node, by its op's `numpy`."""
    node = step.nodes[0]
    stretched = length_check(node)

    def call(arrays: Sequence[Array], number: Number) -> Sequence[Array]:
        del number
        with np.errstate(all="ignore"):
            results = call_numpy(node, arrays, stretched)
        return [np.asarray(a, order="C") for a in results]

    return Run(step.reads, step.writes, call, guards)


def unit_run(unit: Unit, run: Callable[..., Any], guards: tuple[Guard, ...]) -> Run:
    """A C function: it takes the arrays, then the numbers of its atoms."""
    atoms = unit.atoms or ()

    def call(arrays: Sequence[Array], number: Number) -> Sequence[Array]:
        result = run(*arrays, np.array([number(a) for a in atoms], dtype="int64"))
        assert result is not NotImplemented, "a part was called with wrong arrays"
        return result

    return Run(unit.inputs, unit.outputs, call, guards)


class Chain:
    """The parts one after the other, as one callable."""

    def __init__(self, program: Program, linkage: Linkage, runs: Sequence[Run]):
        self.program, self.linkage, self.runs = program, linkage, runs
        self.guards = by_step(program)[0]
        self.accepts = [_acceptor(b) for b in program.inputs]
        self.constants: Values = {
            b: np.asarray(b.variable.data, order="C")
            for b in program.blocks
            if b.role == "constant" and b.variable is not None
        }

    def __call__(self, *arguments: Array) -> Any:
        values = self._start(arguments)
        if values is None:
            return NotImplemented
        number = self._numbers(values)
        for guard in self.guards:
            check(guard, number)
        for run in self.runs:
            results = run.call([values[b] for b in run.reads], number)
            values.update(zip(run.writes, results, strict=True))
            for guard in run.guards:
                check(guard, number)
        held = [values[b] for b in self.program.inputs]
        wanted = [values[b] for b in self.program.outputs]
        return self._finish(hand_over(wanted, [*held, *self.constants.values()]))

    def _start(self, arguments: Sequence[Array]) -> Values | None:
        cells = self.linkage.input_cells
        if len(arguments) != sum(cell is None for cell in cells):
            return None
        given = iter(arguments)
        values: Values = dict(self.constants)
        for block, cell, accept in zip(
            self.program.inputs, cells, self.accepts, strict=True
        ):
            array = next(given) if cell is None else cell[0]
            if not accept(array):
                return None
            values[block] = array
        return values

    def _numbers(self, values: Mapping[Block, Array]) -> Number:
        named = self.program.named

        def number(atom: Atom) -> int:
            array = values[named[atom.key[0]]]
            return array.shape[atom.key[1]] if atom.kind == "axis" else int(array)

        return number

    def _finish(self, results: Sequence[Array]) -> Any:
        cells = self.linkage.output_cells
        returned = [r for r, cell in zip(results, cells, strict=True) if cell is None]
        for result, cell in zip(results, cells, strict=True):
            if cell is not None:
                cell[0] = result
        return returned[0] if self.linkage.single else returned


def _acceptor(block: Block) -> Callable[[Any], bool]:
    """Whether a value is exactly what a block holds."""
    dtype, ndim = np.dtype(block.dtype), len(block.shape)
    fixed = [
        (a, n.constant) for a, n in enumerate(block.shape) if n.constant is not None
    ]

    def accept(value: Any) -> bool:
        return (
            type(value) is np.ndarray
            and value.dtype == dtype
            and value.ndim == ndim
            and value.flags.c_contiguous
            and value.flags.aligned
            and all(value.shape[axis] == n for axis, n in fixed)
        )

    return accept
