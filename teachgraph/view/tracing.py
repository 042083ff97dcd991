"""A run as a viewer is told it: every value, what happened inside, how long it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.ops.fused import Fused
from teachgraph.ops.scan import Scan
from teachgraph.program.program import Program
from teachgraph.view import protocol
from teachgraph.view.document import Ran
from teachgraph.view.inside import known, sign_of, steps_of, turns
from teachgraph.view.loops import Closed, loops_of

if TYPE_CHECKING:
    from teachgraph.view.stepper import Here

Array = np.ndarray[Any, Any]

MOST_STATEMENTS = 16
MOST_LOOPED = 60
"""Nodes whose loops are told; a longer run tells those of its first nodes."""
MOST_TURNS = 12
LONGEST_SIDE = 64
"""Elements up to which a node's loops are run again."""


Grads = Mapping[Variable, Array]
NOWHERE: Mapping[Any, int] = MappingProxyType({})


def traced(
    given: Mapping[Variable, Array],
    graph: Graph,
    frames: Sequence[Here],
    grads: Grads,
    *,
    first: Mapping[Apply, int] = NOWHERE,
    slots: Mapping[Any, int] = NOWHERE,
) -> Iterator[Ran]:
    """Inputs and constants with their values, then nodes, with the turns of loops.

    Of each loop twelve turns are told, from the `first` of it on. `slots` are those of
    the compiled program, as `slots_of` gives them.
    """
    leaves = [v for v in graph.variables() if v.owner is None or v in graph.inputs]
    begins = [first.get(frame.node, 0) for frame in frames]
    inside = [list(_turned(*one)) for one in zip(frames, begins, strict=True)]
    numbers = _numbers(len(leaves), inside)
    last = _last_reads(frames, numbers)
    end = numbers[-1] if numbers else len(leaves)
    kept = set(graph.outputs)
    for v in leaves:
        value = v.data if v.data is not None else given[v]
        yield Ran((v,), (value,), grads=_grads((v,), grads))
    for i, (frame, within) in enumerate(zip(frames, inside, strict=True)):
        yield from within
        outputs: tuple[Variable, ...] = frame.node.outputs
        statements, more = _statements(frame) if i < MOST_LOOPED else ((), False)
        until = end if kept & set(outputs) else last.get(frame.node, numbers[i])
        yield Ran(
            outputs,
            frame.outputs,
            frame.seconds,
            grads=_grads(outputs, grads),
            loops=statements,
            more=more,
            until=until,
            slot=slots.get(sign_of(frame.node)),
            turns=_turns(frame, begins[i]),
        )


def _numbers(leaves: int, inside: Sequence[Sequence[Ran]]) -> list[int]:
    """The number of each node's event in the run; turns come before their node."""
    found: list[int] = []
    at = leaves
    for within in inside:
        at += len(within) + 1
        found.append(at)
    return found


def _last_reads(frames: Sequence[Here], numbers: Sequence[int]) -> dict[Apply, int]:
    """The event of the last node that reads each node."""
    last: dict[Apply, int] = {}
    for frame, number in zip(frames, numbers, strict=True):
        for v in frame.node.inputs:
            if v.owner is not None:
                last[v.owner] = number
    return last


def _grads(outputs: tuple[Variable, ...], grads: Grads) -> tuple[Array, ...]:
    """The gradients of all outputs, or none if one of them has none."""
    found = [grads[v] for v in outputs if v in grads]
    return tuple(found) if len(found) == len(outputs) else ()


def _turned(frame: Here, first: int) -> Iterator[Ran]:
    """The values inside some turns of a loop."""
    node: Apply = frame.node
    if not isinstance(node.op, Scan):
        return
    last = first + MOST_TURNS
    for turn, values in enumerate(turns(node.op, frame.inputs, last)):
        if turn < first:
            continue
        for outputs in steps_of(node.op.graph):
            found = tuple(known(v, values) for v in outputs)
            yield Ran(outputs, found, path=((node.outputs[0], turn),))


def _turns(frame: Here, first: int) -> tuple[int, int] | None:
    """The first turn that is told of a loop, and how many there are at most."""
    node: Apply = frame.node
    if not isinstance(node.op, Scan):
        return None
    return first, int(node.op.split(frame.inputs).n)


def slots_of(program: Program) -> dict[Any, int]:
    """The memory of a program by what the node does whose value is in it.

    The nodes that are stepped through are those before fusion, so they are known by
    what they do and where they were written; what two nodes do is left out.
    """
    found: dict[Any, set[int]] = {}
    for block, slot in program.slots.items():
        v = block.variable
        if v is not None and v.owner is not None and isinstance(v.owner.op, Fused):
            v = v.owner.op.graph.outputs[v.index]
        if v is not None and v.owner is not None:
            found.setdefault(sign_of(v.owner), set()).add(slot)
    return {sign: slots.pop() for sign, slots in found.items() if len(slots) == 1}


def _statements(frame: Here) -> tuple[tuple[protocol.Statement, ...], bool]:
    """The first statements inside a node of few elements, and whether more follow."""
    sizes = (a.size for a in (*frame.inputs, *frame.outputs))
    if not frame.outputs or max(sizes, default=0) > LONGEST_SIDE:
        return (), False
    found = loops_of(frame.node, frame.inputs)
    if isinstance(found, Closed):
        return (), False
    first = list(islice(found, MOST_STATEMENTS + 1))
    told: list[protocol.Statement] = [
        {"line": h.line[:160], "did": h.did[:120], "depth": h.depth} for h in first
    ]
    return tuple(told[:MOST_STATEMENTS]), len(told) > MOST_STATEMENTS
