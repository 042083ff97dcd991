"""The numpy backend: a loop over steps, as plain as it can be while nobody watches.

It needs no compiler, and every other backend is tested against it. When somebody
listens, `program.execute` runs the same program and tells what happens.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any

import numpy as np

from teachgraph.core.events import Built, Event, Lowered
from teachgraph.core.graph import Apply, Graph
from teachgraph.core.record import record
from teachgraph.core.types import TensorType
from teachgraph.program import execute
from teachgraph.program.execute import call_numpy, constants
from teachgraph.program.handover import hand_over
from teachgraph.program.plain import numpy_program
from teachgraph.program.program import (
    Array,
    Block,
    CallNumpy,
    Linkage,
    Loop,
    Program,
    Step,
)
from teachgraph.program.stretch import length_check
from teachgraph.program.turns import begin

Slots = list[Any]
Evaluate = Callable[[Sequence[Array]], Sequence[Array]]
NOTHING: Any = None


class PythonBackend:
    """Runs every node by its op's `numpy`; memory is NumPy's own."""

    name = "python"
    fuses = False

    def lower(self, graph: Graph) -> Generator[Event, None, Program]:
        """The program of a graph, with an event for each step."""
        program = numpy_program(graph)
        for step in program.steps:
            yield Lowered(step.nodes, step)
        return program

    def supports(self, program: Program) -> str | None:
        """None: there is nothing it cannot run."""
        del program
        return None

    def build(
        self, program: Program, linkage: Linkage
    ) -> Generator[Event, None, Callable[..., Any]]:
        """A loop over the program's steps, as a callable."""
        evaluate = _evaluator(program)
        yield Built(self.name, "", 0.0, False)
        return _linked(program, linkage, evaluate)

    def from_numpy(self, value: Array) -> Array:
        """The value itself."""
        return value

    def to_numpy(self, value: Any) -> Array:
        """The value itself."""
        return value


@record(eq=False)
class Action:
    """A step, ready to run: slots read, slots written, slots read for the last time."""

    run: Callable[[Sequence[Array]], Sequence[Array]]
    reads: tuple[int, ...]
    writes: tuple[int, ...]
    last: tuple[int, ...]


def _evaluator(program: Program) -> Evaluate:
    if program.guards or not all(map(_is_plain, program.steps)):
        return lambda values: execute.run(program, values)
    slot = {b: i for i, b in enumerate(program.blocks)}
    actions = _actions(program, slot)
    fixed = constants(program)
    template: Slots = [fixed.get(b) for b in program.blocks]
    inputs = [slot[b] for b in program.inputs]
    outputs = [slot[b] for b in program.outputs]

    def evaluate(values: Sequence[Array]) -> Sequence[Array]:
        slots = template.copy()
        for i, value in zip(inputs, values):
            slots[i] = value
        with np.errstate(all="ignore"):
            for action in actions:
                results = action.run([slots[i] for i in action.reads])
                for i, array in zip(action.writes, results):
                    slots[i] = array
                for i in action.last:
                    slots[i] = NOTHING
        return [slots[i] for i in outputs]

    return evaluate


def _actions(program: Program, slot: dict[Block, int]) -> list[Action]:
    wanted = set(program.outputs)
    seen: set[Block] = set()
    actions: list[Action] = []
    for step in reversed(program.steps):
        touched = dict.fromkeys((*step.reads, *step.writes))
        last = [b for b in touched if b not in seen and b not in wanted]
        seen.update(touched)
        actions.append(
            Action(
                _loop(step) if isinstance(step, Loop) else _call(step.nodes[0]),
                tuple(slot[b] for b in step.reads),
                tuple(slot[b] for b in step.writes),
                tuple(slot[b] for b in last),
            )
        )
    return actions[::-1]


def _is_plain(step: Step) -> bool:
    return isinstance(step, CallNumpy | Loop)


def _call(node: Apply) -> Callable[[Sequence[Array]], Sequence[Array]]:
    check = length_check(node)
    return lambda arguments: call_numpy(node, arguments, check)


def _loop(step: Loop) -> Callable[[Sequence[Array]], Sequence[Array]]:
    turn = _evaluator(step.body)

    def run(arguments: Sequence[Array]) -> Sequence[Array]:
        turns = begin(step, arguments)
        while turns.more:
            turns.take(turn(turns.inputs()))
        return turns.outputs()

    return run


def _linked(
    program: Program, linkage: Linkage, evaluate: Evaluate
) -> Callable[..., Any]:
    """The program behind its calling convention, see `Linkage`."""
    accepts = [
        _acceptor(v.type)
        for v, cell in zip(program.graph.inputs, linkage.input_cells, strict=True)
        if cell is None
    ]
    count = len(accepts)
    in_cells, out_cells = linkage.input_cells, linkage.output_cells
    fixed = tuple(constants(program).values())
    single = linkage.single

    def call(*arguments: Any) -> Any:
        if len(arguments) != count:
            return NotImplemented
        for accept, value in zip(accepts, arguments):
            if not accept(value):
                return NotImplemented
        given = iter(arguments)
        values = [next(given) if cell is None else cell[0] for cell in in_cells]
        results = hand_over(evaluate(values), (*values, *fixed))
        for cell, array in zip(out_cells, results):
            if cell is not None:
                cell[0] = array
        returned = [a for cell, a in zip(out_cells, results) if cell is None]
        return returned[0] if single else returned

    return call


def _acceptor(wanted: TensorType) -> Callable[[Any], bool]:
    """Whether a value is exactly of a type."""
    if not wanted.is_array:
        return wanted.is_valid_value
    dtype, ndim = np.dtype(wanted.dtype), wanted.ndim
    fixed = [(axis, n) for axis, n in enumerate(wanted.shape) if n is not None]

    def accept(value: Any) -> bool:
        return (
            type(value) is np.ndarray
            and value.dtype == dtype
            and value.ndim == ndim
            and all(value.shape[axis] == n for axis, n in fixed)
        )

    return accept
