"""Programs that NumPy steps cut into parts: C, then NumPy, then C again.

The parts are called one after the other. A part in C gets the arrays that it reads and,
as one vector of whole numbers, the lengths that it needs; lengths that a NumPy step
found are checked before the next part relies on them. A loop with a NumPy step inside
is a loop in Python, whose turns are such parts again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeGuard, cast

import numpy as np

from teachgraph.backend.csource import Unit
from teachgraph.core.record import record
from teachgraph.core.shapes import Guard
from teachgraph.core.sizes import Atom, Size
from teachgraph.program.execute import call_numpy
from teachgraph.program.guards import Number, by_step, check
from teachgraph.program.handover import hand_over
from teachgraph.program.program import (
    Array,
    Block,
    CallNumpy,
    IndexFailed,
    Linkage,
    Loop,
    Program,
    RunKernel,
    Step,
    every_step,
)
from teachgraph.program.stretch import length_check
from teachgraph.program.turns import begin

Values = dict[Block, Array]


@record(eq=False)
class Part:
    """Steps that run together: a C function, one NumPy call, or a loop in Python.

    `guards` are those that can be checked once the part has run.
    """

    work: Unit | CallNumpy | Loop
    guards: tuple[Guard, ...]


def _arrays_only(program: Program) -> bool:
    """True unless something goes in or out that C cannot take."""
    blocks = (*program.inputs, *program.outputs)
    return all(b.variable is None or b.variable.type.is_array for b in blocks)


def parts(program: Program, *, alone: bool = True) -> list[Part]:
    """The program's steps as C functions and what Python does, in order.

    Args:
        alone: one C function may be all there is, and read lengths from its inputs.
    """
    later = by_step(program)[1:]
    stretches = _stretches(program.steps)
    in_c = len(stretches) <= 1 and not any(map(_in_python, program.steps[:1]))
    if alone and in_c and _arrays_only(program):
        return [Part(_whole(program), ())]
    last_read = {b: n for n, s in enumerate(program.steps) for b in s.reads}
    wanted = set(program.outputs)
    found: list[Part] = []
    done = 0
    for steps in stretches:
        done += len(steps)
        guards = tuple(g for at in later[done - len(steps) : done] for g in at)
        written = dict.fromkeys(b for s in steps for b in s.writes)
        asked = _asked(program, done, [g for at in later[done:] for g in at])
        needed = [
            b
            for b in written
            if last_read.get(b, 0) >= done or b in wanted or b in asked
        ]
        (first, *_) = steps
        if _in_python(first):
            found.append(Part(first, guards))
        else:
            found.append(Part(_stretch(program, steps, needed, guards), ()))
    return found


def _in_python(step: Step) -> TypeGuard[CallNumpy | Loop]:
    slow = isinstance(step, Loop) and step.reason is not None
    return slow or isinstance(step, CallNumpy)


def _stretches(steps: Sequence[Step]) -> list[list[Step]]:
    """The steps, cut before and after each that Python does."""
    found: list[list[Step]] = []
    for step in steps:
        if not found or _in_python(step) or _in_python(found[-1][0]):
            found.append([])
        found[-1].append(step)
    return found


def _whole(program: Program) -> Unit:
    return Unit(
        program.steps,
        (*program.inputs, *fixed_blocks(program)),
        program.outputs,
        program.guards,
        program.named,
        program.slots,
    )


def fixed_blocks(program: Program) -> tuple[Block, ...]:
    """The blocks of constants, also of those inside of loops."""
    inner = (s.body.blocks for s in every_step(program.steps) if isinstance(s, Loop))
    blocks = (program.blocks, *inner)
    return tuple(b for several in blocks for b in several if b.role == "constant")


def _stretch(
    program: Program,
    steps: Sequence[Step],
    needed: Sequence[Block],
    guards: tuple[Guard, ...],
) -> Unit:
    written = dict.fromkeys(b for s in steps for b in s.writes)
    reads = dict.fromkeys(b for s in steps for b in s.reads if b not in written)
    loops = [s for s in every_step(steps) if isinstance(s, Loop)]
    inner = (b for s in loops for b in s.body.blocks if b.role == "constant")
    reads.update(dict.fromkeys(inner))
    outputs = set(needed)
    own = (b for b in written if b not in outputs)
    return Unit(
        tuple(steps),
        tuple(reads),
        tuple(needed),
        guards,
        program.named,
        {b: n for n, b in enumerate(own)},
        tuple(sorted(_atoms(steps, guards, program.named), key=str)),
    )


def _atoms(
    steps: Sequence[Step], guards: Sequence[Guard], named: Mapping[str, Block]
) -> set[Atom]:
    """The numbers that the steps need, without those that they find themselves."""
    sizes: list[Size] = [n for g in guards for n in (g.left, g.right)]
    found = {b for s in steps for b in s.writes}
    own = {name for name, block in named.items() if block in found}
    for step in steps:
        sizes.extend(n for b in (*step.reads, *step.writes) for n in b.shape)
        if isinstance(step, RunKernel):
            sizes.extend((*step.sizes, step.extent, step.work))
    needed = {a for n in sizes for a in _simple(n)}
    for step in steps:
        if isinstance(step, Loop):
            body = step.body
            needed |= _atoms(body.steps, body.guards, body.named)
            needed |= set() if step.turns is None else _simple(step.turns)
            own |= set(body.named)
    return {a for a in needed if a.key[0] not in own}


def _asked(program: Program, done: int, guards: Sequence[Guard]) -> set[Block]:
    """The blocks whose lengths later steps need, though they do not read them."""
    atoms = _atoms(program.steps[done:], guards, program.named)
    named = program.named
    return {named[a.key[0]] for a in atoms if a.key[0] in named}


def _simple(size: Size) -> set[Atom]:
    return {a for a in size.atoms() if a.kind in ("axis", "value")}


# Running them


@record(eq=False)
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
        return [_in_order(a) for a in results]

    return Run(step.reads, step.writes, call, guards)


def unit_run(unit: Unit, run: Callable[..., Any], guards: tuple[Guard, ...]) -> Run:
    """A C function: it takes the arrays, then the numbers of its atoms."""
    atoms = unit.atoms or ()

    def call(arrays: Sequence[Array], number: Number) -> Sequence[Array]:
        result = run(*arrays, np.array([number(a) for a in atoms], dtype="int64"))
        assert result is not NotImplemented, "a part was called with wrong arrays"
        return result

    return Run(unit.inputs, unit.outputs, call, guards)


def loop_run(step: Loop, runs: Sequence[Run], guards: tuple[Guard, ...]) -> Run:
    """A loop in Python, of which a turn is parts one after the other."""
    body = step.body
    fixed = _constants(body)
    first = by_step(body)[0]

    def call(arrays: Sequence[Array], number: Number) -> Sequence[Array]:
        known = step.turns.evaluate(number) if step.turns is not None else None
        turns = begin(step, arrays, known)
        while turns.more:
            given = [
                np.asarray(a, order="C")
                if isinstance(cast(Any, a), np.ndarray | np.generic)
                else a
                for a in turns.inputs()
            ]
            values = {**fixed, **dict(zip(body.inputs, given, strict=True))}
            try:
                in_order(runs, first, values, _numbers(body, values, number))
            except IndexFailed as error:
                raise IndexFailed(
                    error.node, error.index, error.extent, turns.done
                ) from None
            turns.take([values[b] for b in body.outputs])
        return [np.asarray(a, order="C") for a in turns.outputs()]

    return Run(step.reads, step.writes, call, guards)


def in_order(
    runs: Sequence[Run], first: Sequence[Guard], values: Values, number: Number
) -> None:
    """Run parts one after the other; what they give is added to the values."""
    for guard in first:
        check(guard, number)
    for run in runs:
        results = run.call([values[b] for b in run.reads], number)
        values.update(zip(run.writes, results, strict=True))
        for guard in run.guards:
            check(guard, number)


def _numbers(
    program: Program, values: Mapping[Block, Array], outside: Number | None = None
) -> Number:
    """What the atoms of a program are in this call, or outside of a loop."""
    named = program.named

    def number(atom: Atom) -> int:
        block = named.get(atom.key[0])
        if block is None and outside is not None:
            return outside(atom)
        array = values[named[atom.key[0]]]
        return array.shape[atom.key[1]] if atom.kind == "axis" else int(array)

    return number


def _constants(program: Program) -> Values:
    return {
        b: np.asarray(b.variable.data, order="C")
        for b in fixed_blocks(program)
        if b.variable is not None
    }


class Chain:
    """The parts one after the other, as one callable."""

    def __init__(self, program: Program, linkage: Linkage, runs: Sequence[Run]):
        self.program, self.linkage, self.runs = program, linkage, runs
        self.guards = by_step(program)[0]
        self.accepts = [_acceptor(b) for b in program.inputs]
        self.constants = _constants(program)

    def __call__(self, *arguments: Array) -> Any:
        values = self._start(arguments)
        if values is None:
            return NotImplemented
        in_order(self.runs, self.guards, values, _numbers(self.program, values))
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

    def _finish(self, results: Sequence[Array]) -> Any:
        cells = self.linkage.output_cells
        returned = [r for r, cell in zip(results, cells, strict=True) if cell is None]
        for result, cell in zip(results, cells, strict=True):
            if cell is not None:
                cell[0] = result
        return returned[0] if self.linkage.single else returned


def _in_order(value: Any) -> Any:
    """An array in row-major order; a value that is no array as it is."""
    if not isinstance(value, np.ndarray):
        return value
    return np.asarray(cast(Array, value), order="C")


def _acceptor(block: Block) -> Callable[[Any], bool]:
    """Whether a value is exactly what a block holds."""
    if block.variable is not None and not block.variable.type.is_array:
        return block.variable.type.is_valid_value
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
