"""Elements put at positions that arrays give, one row after the other.

A position may come twice, so the order matters; all that is written into one block of
rows is written by one core. Each looks through all positions for those of its rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from teachgraph.core.graph import Apply, Variable
from teachgraph.core.shapes import Shapes
from teachgraph.core.sizes import Size
from teachgraph.kernel import build as k
from teachgraph.kernel import ir
from teachgraph.kernel.ir import Expr, Name
from teachgraph.ops.assign import AdvancedIncSubtensor
from teachgraph.ops.index import Cut, Pick
from teachgraph.program.joining import filling
from teachgraph.program.plan import Plan, Planned

BLOCKS = 16
"""Blocks of rows; single elements, which take no time to write, are one block."""


def may_scatter(node: Apply, shapes: Shapes) -> bool:
    """True for positions along the first axes, all of one shape, and all of the rest.

    What is put there must have a value for each of them, or be one number.
    """
    op = node.op
    if not isinstance(op, AdvancedIncSubtensor) or node.outputs[0].dtype == "bool":
        return False
    x, y, *positions = node.inputs
    picks = [p for p in op.index if isinstance(p, Pick)]
    rest = op.index[len(picks) :]
    leading = all(isinstance(p, Cut) and p.is_whole for p in rest)
    lengths = shapes.lengths(positions[0])
    alike = all(shapes.lengths(v) == lengths for v in positions)
    whole = all(v.dtype.startswith(("int", "uint")) for v in positions)
    taken = (*lengths, *shapes.lengths(x)[len(picks) :])
    full = shapes.lengths(y) == taken or not y.ndim
    return leading and alike and whole and full and bool(lengths)


class Scatter(Plan):
    """One kernel: the tensor as it was, then what is put into it."""

    def fits(self) -> bool:
        """True when the group is one node that scatters."""
        ops = [node.op for node in self.group.nodes]
        return len(ops) == 1 and isinstance(ops[0], AdvancedIncSubtensor)

    def kernels(self) -> list[Planned]:
        """The kernel."""
        (node,) = self.group.nodes
        x, _, *positions = node.inputs
        e, shape = self.emitter, self.shapes(x)
        axes = len(positions)
        rows, width = _product(shape[:axes]), _product(shape[axes:])
        single = len(shape) == axes
        blocks = Size.of(1 if single else BLOCKS)
        per_block = Size.of((rows + (blocks - 1)) // blocks)
        e.origin = (node,)
        block = Name(e.fresh("block"), "int64")
        e.open(block)
        first = e.let("first", block * e.size(per_block))
        room = k.maximum(e.size(rows) - first, 0)
        count = e.let("count", k.minimum(e.size(per_block), room))
        self._as_it_was(x, first * e.size(width), count * e.size(width))
        self._put(node, shape[:axes], width, first, count)
        e.close(block, e.size(blocks), parallel=True)
        return [self.planned(self.task.name, blocks)]

    def _as_it_was(self, x: Variable, start: Expr, count: Expr) -> None:
        e, (out,) = self.emitter, self.outputs.values()
        j = Name(e.fresh("j"), "int64")
        value = self._element(x, start + j)
        e.open(j)
        e.add(ir.Store(out.name, start + j, value, nodes=self.group.nodes))
        e.close(j, count, vector=True)

    def _put(
        self,
        node: Apply,
        shape: Sequence[Size],
        width: Size,
        first: Expr,
        count: Expr,
    ) -> None:
        e, (out,) = self.emitter, self.outputs.values()
        _, y, *positions = node.inputs
        turn, j = Name(e.fresh("turn"), "int64"), Name(e.fresh("j"), "int64")
        many = e.size(_product(self.shapes(positions[0])))
        e.open(turn)
        at = [
            e.let("at", k.checked(k.cast(self._element(v, turn), "int64"), n, node))
            for v, n in zip(positions, map(e.size, shape), strict=True)
        ]
        row = k.flat_index(at, [e.size(n) for n in shape])
        into = e.let("row", row - first)
        mine = (into >= 0) & (into < count)
        e.open(j)
        place = (first + into) * e.size(width) + j
        value = k.cast(self._element(y, turn * e.size(width) + j), out.dtype)
        if node.op.attributes()["kind"] == "inc":
            value = k.load(out.name, place, out.dtype) + value
        e.add(ir.Store(out.name, place, value, nodes=self.group.nodes))
        e.close(j, e.size(width), vector=True)
        inner = e.scopes[-1].statements.pop()
        e.add(ir.If(mine, (inner,), nodes=self.group.nodes))
        e.close(turn, many)

    def _element(self, v: Variable, flat: Any) -> Expr:
        """The element at a flat position, or the number that all of them are."""
        number = v if not v.ndim else None
        if number is None and v not in self.task.inputs:
            number = filling(v)
        if number is not None:
            return k.cast(self.emitter.value(number, ()), v.dtype)
        memory = self.task.inputs[v]
        return k.load(memory.name, flat, memory.dtype)


def _product(shape: Sequence[Size]) -> Size:
    total = Size.of(1)
    for n in shape:
        total = Size.of(total * n)
    return total
