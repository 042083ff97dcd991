"""Inside one node: its loops, statement by statement, on the values of a run.

A node that a stepper stands at is lowered alone, with the lengths that its values have,
and the kernel interpreter runs it. A node that is one call of a library has no loops to
show, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from teachgraph.core.events import Turned, result_of
from teachgraph.core.graph import Apply, Graph, Variable, variable_class
from teachgraph.core.record import record
from teachgraph.core.report import Fault, TeachgraphError
from teachgraph.core.sizes import Atom
from teachgraph.core.types import LengthMismatch
from teachgraph.kernel import interpret
from teachgraph.kernel.ir import Buffer
from teachgraph.kernel.render.c import C
from teachgraph.kernel.render.clike import source_text
from teachgraph.program.lower import lower
from teachgraph.program.program import Block, Program, RunKernel

Array = np.ndarray[Any, Any]
UNFIT = (TeachgraphError, Fault, LengthMismatch, ValueError, TypeError, LookupError)


@record()
class Happened:
    """Something inside the loops: the line of C, and what it did."""

    line: str
    did: str
    depth: int


@record()
class Closed:
    """Why there is nothing to step into."""

    reason: str


def loops_of(node: Apply, values: Sequence[Array]) -> Iterator[Happened] | Closed:
    """What happens inside a node on these values of its inputs, or why nothing does."""
    if node.op.lower is None:
        return Closed(
            f"{node.op.title} is one call of NumPy: there are no loops to show"
        )
    graph, given = alone(node, values)
    try:
        program = lowered(graph)
    except UNFIT as error:
        return Closed(f"{node.op.title} has no loops for these values: {error}")
    kernels = [s for s in program.steps if isinstance(s, RunKernel)]
    if len(kernels) != 1 or len(program.steps) != 1:
        return Closed(f"{node.op.title} is not one loop: there is nothing to step into")
    return _trace(program, kernels[0], given)


def alone(node: Apply, values: Sequence[Array]) -> tuple[Graph, dict[Variable, Array]]:
    """The graph of one node, its inputs of exactly the types of the values."""
    leaves: dict[Variable, Variable] = {}
    given: dict[Variable, Array] = {}
    for v, value in zip(node.inputs, values, strict=True):
        if v not in leaves:
            exact = v.type.with_shape(value.shape)
            leaves[v] = variable_class(exact)(exact, v.name or f"in{len(leaves)}")
            given[leaves[v]] = value
    inputs = tuple(leaves[v] for v in node.inputs)
    made = node.op.make(*inputs)
    for old, new in zip(node.outputs, made.outputs, strict=True):
        new.name = old.name
    return Graph(tuple(leaves.values()), made.outputs), given


def lowered(graph: Graph) -> Program:
    """The program of a graph, as loops."""
    return result_of(lower(graph, library=False))


def _trace(
    program: Program, step: RunKernel, given: dict[Variable, Array]
) -> Iterator[Happened]:
    arrays: dict[Block, Array] = {}
    for block in program.blocks:
        v = block.variable
        value = None if v is None else given.get(v, v.data)
        if value is not None:
            arrays[block] = np.asarray(value, order="C")

    def number(atom: Atom) -> int:
        array = arrays[program.named[atom.key[0]]]
        return int(array) if atom.kind == "value" else array.shape[atom.key[1]]

    for block in step.writes:
        lengths = [n.evaluate(number) for n in block.shape]
        arrays[block] = np.empty(lengths, block.dtype)
    read, written = iter(step.reads), iter(step.writes)
    buffers: dict[str, Array] = {}
    sizes: dict[str, int] = {}
    given_sizes = iter(step.sizes)
    for param in step.kernel.params:
        if isinstance(param, Buffer):
            buffers[param.name] = arrays[next(written if param.written else read)]
        else:
            sizes[param.name] = next(given_sizes).evaluate(number)
    return _told(interpret.trace(step.kernel, buffers, sizes))


def _told(
    events: Iterator[interpret.Stored | interpret.Bound | Turned],
) -> Iterator[Happened]:
    """What the interpreter did, in the words of the source that would be compiled."""
    printer = C()
    turns: dict[int, int] = {}
    for event in events:
        match event:
            case Turned(step=loop, index=index):
                name = loop.index.name
                depth = turns.setdefault(id(loop), len(turns))
                line = f"for {name} below {printer.expr(loop.extent)}"
                yield Happened(line, f"{name} = {index}", depth)
            case interpret.Stored(statement=statement, position=position, value=value):
                line = source_text(printer.statement(statement)).strip()
                did = f"{statement.buffer}[{position}] = {value}"
                yield Happened(line, did, len(turns))
            case interpret.Bound(statement=statement, value=value):
                line = source_text(printer.statement(statement)).strip()
                yield Happened(line, f"{statement.name.name} = {value}", len(turns))
