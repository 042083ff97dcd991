"""How many turns a loop takes, and which sequences are equally long for sure.

Theano stops with the shortest sequence. Where two sequences have one length by the way
they were made, nothing needs to be compared, or cut, when the loop runs.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import cast

from teachgraph.core.graph import Apply, Variable
from teachgraph.ops.alloc import Alloc, MakeVector, ShapeOf, lengths_of
from teachgraph.ops.casting import CASTS
from teachgraph.ops.creation import ARange
from teachgraph.ops.dot import Dot
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.index import Cut, Subtensor
from teachgraph.ops.reshape import Reshape
from teachgraph.ops.scalars import minimum
from teachgraph.ops.shape import DimShuffle

Where = tuple[Variable, int]


def length(x: Variable) -> Variable:
    """The length of axis 0, int64[]."""
    return lengths_of(x)[0]


def shortest(sequences: list[tuple[Variable, int]]) -> tuple[Variable, bool]:
    """The least number of turns that any of the sequences has elements for.

    Args:
        sequences: each with the number of elements that its taps reach beyond a turn.

    Returns:
        the number, int64[], and whether all are surely that long.
    """
    distinct: dict[Hashable, Variable] = {}
    for x, span in sequences:
        key = (same_as(x), span)
        if key not in distinct:
            distinct[key] = length(x) - span if span else length(x)
    least, *others = distinct.values()
    for n in others:
        least = minimum(least, n)
    return least, not others


def same_as(x: Variable, axis: int = 0) -> Hashable:
    """Something equal for tensors whose axis is equally long by construction."""
    while True:
        n = x.type.shape[axis]
        if isinstance(n, int):
            return n
        before = _before(x.owner, axis) if x.owner is not None else None
        if before is None:
            return x, axis
        x, axis = before


def _before(node: Apply, axis: int) -> Where | None:
    """Where the length of an axis comes from, one node further back."""
    match node.op:
        case Elementwise():
            return _elementwise(node, axis)
        case DimShuffle(order=order):
            there = order[axis]
            return (node.inputs[0], there) if isinstance(there, int) else None
        case Subtensor(index=parts) if all(isinstance(p, Cut) for p in parts):
            cut = cast(Cut, parts[axis])
            whole = cut.start is None and cut.stop is None and cut.step in (1, -1)
            return (node.inputs[0], axis) if whole else None
        case Dot() if axis == 0 and node.inputs[0].ndim == 2:
            return node.inputs[0], 0
        case Alloc():
            return _measured(node.inputs[1 + axis])
        case ARange():
            return _counted(node)
        case Reshape() if node.inputs[1].owner is not None:
            made = node.inputs[1].owner
            vector = isinstance(made.op, MakeVector)
            return _measured(made.inputs[axis]) if vector else None
        case _:
            return None


def _elementwise(node: Apply, axis: int) -> Where | None:
    out = node.outputs[0]
    for v in node.inputs:
        own = axis - (out.ndim - v.ndim)
        if own >= 0 and v.type.shape[own] != 1:
            return v, own
    return None


def _counted(node: Apply) -> Where | None:
    """What a range from 0 in steps of 1 counts."""
    start, stop, step = node.inputs
    if start.data is None or step.data is None or start.data != 0 or step.data != 1:
        return None
    return _measured(stop)


def _measured(n: Variable) -> Where | None:
    """The axis that a number is the length of."""
    node = n.owner
    if node is None:
        return None
    if node.op in CASTS.values():
        return _measured(node.inputs[0])
    return (node.inputs[0], node.op.axis) if isinstance(node.op, ShapeOf) else None
