"""The one evaluator: a program is run by pulling events out of a generator.

    WillRun(step, inputs)   before a step, with the arrays it reads
    Turned(step, index)     a loop begins a turn; then the events of its inner steps
    DidRun(step, outputs)   after it, with the arrays it wrote
    Failed(report)          instead of DidRun; then the exception itself

Running is exhausting the generator; a stepper pulls it by hand; a breakpoint stops
pulling. Kernels go through the kernel interpreter, library calls and single nodes
through the ops' own `numpy`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar, cast

import numpy as np

from teachgraph.core.events import DidRun, Event, Failed, Listener, Turned, WillRun
from teachgraph.core.graph import Apply, Variable
from teachgraph.core.record import having
from teachgraph.core.report import Fault, Note, Report, TeachgraphError
from teachgraph.core.shapes import Guard
from teachgraph.core.sizes import Atom
from teachgraph.core.types import LengthMismatch
from teachgraph.errors.computing import contradiction, could_not
from teachgraph.kernel import interpret
from teachgraph.kernel.ir import Buffer
from teachgraph.program.guards import Number, by_step, check
from teachgraph.program.program import (
    Array,
    Block,
    CallLibrary,
    GuardFailed,
    IndexFailed,
    Loop,
    Program,
    RunKernel,
    Step,
    View,
)
from teachgraph.program.stretch import LengthCheck, infer_again, length_check
from teachgraph.program.turns import Turns, begin

Arrays = dict[Block, Array]
R = TypeVar("R")


def steps(
    program: Program, values: Sequence[Array]
) -> Generator[Event, None, list[Array]]:
    """Evaluate a program on the values of its inputs, in order, event by event.

    Returns:
        the values of the outputs; they may share memory with inputs and one another.

    Raises:
        GuardFailed: two lengths that must be equal are not; as soon as they are known.
        IndexFailed: an index lies outside its axis.
        InternalError: an op gave something else than its `infer` said.
        Exception: what NumPy raised.
    """
    return (yield from _steps(program, values, _unknown))


def _steps(
    program: Program, values: Sequence[Array], outside: Number
) -> Generator[Event, None, list[Array]]:
    arrays: Arrays = dict(zip(program.inputs, values, strict=True))
    arrays.update(constants(program))
    number = _numbers(program, arrays, outside)
    first, *later = by_step(program)
    yield from _checked(first, number)
    for step, guards in zip(program.steps, later, strict=True):
        work = _loop if isinstance(step, Loop) else _step
        yield from work(step, arrays, number)
        yield from _checked(guards, number)
    return [arrays[b] for b in program.outputs]


def _checked(guards: Iterable[Guard], number: Number) -> Generator[Event, None, None]:
    for guard in guards:
        try:
            check(guard, number)
        except GuardFailed as error:
            yield Failed(_report(guard.node, error))
            raise


def run(
    program: Program, values: Sequence[Array], listeners: Iterable[Listener] = ()
) -> list[Array]:
    """Evaluate a program, telling every listener what happens."""
    listening = tuple(listeners)
    stream = steps(program, values)
    while True:
        try:
            event = next(stream)
        except StopIteration as stop:
            return stop.value
        for listen in listening:
            listen(event)


def constants(program: Program) -> Arrays:
    """The blocks whose values are fixed, with the values."""
    return {
        b: b.variable.data
        for b in program.blocks
        if b.variable is not None and b.variable.data is not None
    }


def _unknown(atom: Atom) -> int:
    raise KeyError(atom)


def _numbers(program: Program, arrays: Arrays, outside: Number) -> Number:
    """What an atom is in this call: a length, or the value, of what a block holds."""

    def number(atom: Atom) -> int:
        block = program.named.get(atom.key[0])
        if block is None:
            return outside(atom)
        array = arrays[block]
        return int(array) if atom.kind == "value" else array.shape[atom.key[1]]

    return number


def _step(step: Step, arrays: Arrays, number: Number) -> Generator[Event, None, None]:
    inputs = tuple(arrays[b] for b in step.reads)
    yield WillRun(step, inputs)
    start = time.perf_counter()

    def work() -> tuple[Array, ...]:
        with np.errstate(all="ignore"):
            return evaluate(step, inputs, number)

    outputs = yield from _told(step, work)
    seconds = time.perf_counter() - start
    arrays.update(zip(step.writes, outputs, strict=True))
    yield DidRun(step, outputs, seconds)


def _loop(step: Step, arrays: Arrays, number: Number) -> Generator[Event, None, None]:
    """Turn after turn, with the events of the inner steps between those of the loop."""
    assert isinstance(step, Loop)
    inputs = tuple(arrays[b] for b in step.reads)
    yield WillRun(step, inputs)
    start = time.perf_counter()
    known = step.turns.evaluate(number) if step.turns is not None else None
    turns = yield from _told(step, lambda: begin(step, inputs, known))
    while turns.more:
        yield Turned(step, turns.done)
        yield from _turn(step, turns, number)
    outputs = yield from _told(step, lambda: tuple(turns.outputs()))
    arrays.update(zip(step.writes, outputs, strict=True))
    yield DidRun(step, outputs, time.perf_counter() - start)


def _turn(step: Loop, turns: Turns, number: Number) -> Generator[Event, None, None]:
    """One turn; a report on a failure says which it was."""
    stream = _steps(step.body, turns.inputs(), number)
    while True:
        try:
            event = next(stream)
        except StopIteration as stop:
            return turns.take(stop.value)
        if isinstance(event, Failed):
            note = Note(f"in turn {turns.done} of {step.scan.title}, counted from 0")
            notes = (*event.report.notes, note)
            event = Failed(having(event.report, notes=notes), number=event.number)
        yield event


def _told(step: Step, work: Callable[[], R]) -> Generator[Event, None, R]:
    """What `work` gives; if it fails, an event says so first."""
    try:
        return work()
    except Exception as error:
        yield Failed(_report(step.nodes[-1], error))
        raise


def evaluate(step: Step, inputs: Sequence[Array], number: Number) -> tuple[Array, ...]:
    """The arrays that one step writes, from those it reads."""
    if isinstance(step, RunKernel):
        return _run_kernel(step, inputs, number)
    if isinstance(step, CallLibrary):
        return (_product(step, *inputs),)
    if isinstance(step, View):
        shape = [n.evaluate(number) for n in step.writes[0].shape]
        return (inputs[0].reshape(shape),)
    values = {
        b.variable: a
        for b, a in zip(step.reads, inputs, strict=True)
        if b.variable is not None
    }
    for node in step.nodes:
        arguments = [_value(v, values) for v in node.inputs]
        results = call_numpy(node, arguments, length_check(node))
        values.update(zip(node.outputs, results, strict=True))
    return tuple(values[b.variable] for b in step.writes if b.variable is not None)


def _product(step: CallLibrary, a: Array, b: Array) -> Array:
    """What BLAS computes, by NumPy; `options` say which operand is to be transposed."""
    left = np.matrix_transpose(a) if step.options.get("transpose_a") else a
    right = np.matrix_transpose(b) if step.options.get("transpose_b") else b
    return np.asarray(np.matmul(left, right))


def _value(v: Variable, values: Mapping[Variable, Array]) -> Array:
    return v.data if v.data is not None else values[v]


def _run_kernel(
    step: RunKernel, inputs: Sequence[Array], number: Number
) -> tuple[Array, ...]:
    outputs = tuple(
        np.empty([n.evaluate(number) for n in b.shape], b.dtype) for b in step.writes
    )
    read = iter(np.ravel(a) for a in inputs)
    written = iter(a.reshape(-1) for a in outputs)
    buffers: dict[str, Array] = {}
    sizes: dict[str, int] = {}
    given = iter(step.sizes)
    for param in step.kernel.params:
        if isinstance(param, Buffer):
            buffers[param.name] = next(written if param.written else read)
        else:
            sizes[param.name] = next(given).evaluate(number)
    try:
        interpret.run(step.kernel, buffers, sizes)
    except interpret.IndexFault as fault:
        raise IndexFailed(fault.node, fault.index, fault.extent) from None
    return outputs


def call_numpy(
    node: Apply, arguments: Sequence[Array], check: LengthCheck | None
) -> tuple[Array, ...]:
    """What the node's op makes of the arguments, checked against what it said.

    Raises:
        LengthMismatch: lengths do not fit, or NumPy would stretch a length of 1 that
            only this call brought.
        InternalError: the result is not of the inferred dtype or number of axes.
    """
    if check is not None:
        check(arguments)
    try:
        result: Any = node.op.numpy(*arguments)
    except Exception:
        infer_again(node, arguments)  # says it better, if lengths are at fault
        raise
    results = cast(
        tuple[Array, ...], result if isinstance(result, tuple) else (result,)
    )
    if len(results) != len(node.outputs):
        raise contradiction(node, f"{len(results)} results", f"{len(node.outputs)}")
    return tuple(checked(node, v, array) for v, array in zip(node.outputs, results))


@cache
def dtype_of(name: str) -> np.dtype[Any]:
    """NumPy's dtype of a name; comparing with a string would parse it each time."""
    return np.dtype(name)


def checked(node: Apply, v: Variable, array: Any) -> Array:
    """The array, if it is what `infer` said of `v`."""
    said = v.type
    if not said.is_array:
        if not said.is_valid_value(array):
            raise contradiction(node, f"a {type(array).__name__}", str(said))
        return array
    if isinstance(array, np.generic):
        array = np.asarray(cast(Any, array))
    if not isinstance(array, np.ndarray):
        raise contradiction(node, f"a {type(array).__name__}", f"an array, {said}")
    array = cast(Array, array)
    if array.dtype != dtype_of(said.dtype) or array.ndim != len(said.shape):
        found = f"{array.dtype}{list(array.shape)}"
        raise contradiction(node, found, str(said))
    return array


def _report(node: Apply, error: Exception) -> Report:
    """A report on a failure, as much as the evaluator knows of it.

    `program.blame` knows more: it looks at the graph as the user wrote it.
    """
    if isinstance(error, TeachgraphError):
        return error.report
    origin = node.origins[0] if node.origins else None
    nodes = tuple(node.outputs)
    if isinstance(error, Fault):
        return error.report(origin=origin, nodes=nodes)
    if isinstance(error, GuardFailed | LengthMismatch):
        left, right = error.left, error.right
        title = f"{node.op.title} meets lengths {left} and {right}, which must be equal"
        return Report("shape-mismatch", title, origin, nodes=nodes)
    if isinstance(error, IndexFailed | IndexError):
        return Report("index-out-of-range", str(error), origin, nodes=nodes)
    return could_not(node, error)
