"""Tensors put together along an axis: each part is copied where it belongs.

Seen in rows, one for each position along the axes before, a part is one stretch of each
row. A loop over stretches only copies, where a loop over elements would have to choose
a part for each.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from teachgraph.core.graph import Apply, Variable
from teachgraph.core.sizes import Size
from teachgraph.kernel import build as k
from teachgraph.kernel import ir
from teachgraph.kernel.ir import Expr, Name
from teachgraph.ops.alloc import Alloc
from teachgraph.ops.join import Join
from teachgraph.program.plan import Plan, Planned

CHUNK = 8192
"""Elements of a single row that one turn of the parallel loop copies."""


def is_copied(node: Apply, stored: Container[Variable]) -> bool:
    """True for a join all of whose parts lie in memory, or are one number each."""
    return isinstance(node.op, Join) and all(
        v in stored or filling(v) is not None for v in node.inputs
    )


def filling(v: Variable) -> Variable | None:
    """The number that every element of a variable is, where one was stretched."""
    node = v.owner
    if node is None or not isinstance(node.op, Alloc) or node.inputs[0].ndim:
        return None
    return node.inputs[0]


class Joined(Plan):
    """One kernel over rows, or over chunks of the only row."""

    def fits(self) -> bool:
        """True when the group is one join that only copies."""
        nodes = self.group.nodes
        return len(nodes) == 1 and is_copied(nodes[0], self.task.inputs)

    def kernels(self) -> list[Planned]:
        """The kernel."""
        (node,) = self.group.nodes
        axis = node.op.attributes()["axis"]
        shape = self.shapes(node.outputs[0])
        rows, width = _product(shape[:axis]), _product(shape[axis:])
        stretches = [_product(self.shapes(v)[axis:]) for v in node.inputs]
        e, single = self.emitter, rows.constant == 1
        extent = Size.of((width + (CHUNK - 1)) // CHUNK) if single else rows
        turn = Name(e.fresh("chunk" if single else "i"), "int64")
        e.origin = (node,)
        e.open(turn)
        start: Any = Size.of(0)
        for v, own in zip(node.inputs, stretches, strict=True):
            if single:
                self._piece(v, turn, Size.of(start), own)
            else:
                into = turn * e.size(width) + e.size(start)
                self._copy(v, into, turn * e.size(own), e.size(own))
            start = start + own
        e.close(turn, e.size(extent), parallel=True)
        return [self.planned(self.task.name, extent)]

    def _piece(self, v: Variable, chunk: Name, start: Size, own: Size) -> None:
        """What a chunk has of a part: nothing, unless they overlap."""
        e = self.emitter
        begin = e.let("from", k.maximum(chunk * CHUNK, e.size(start)))
        limit = k.minimum(chunk * CHUNK + CHUNK, e.size(Size.of(start + own)))
        count = e.let("count", limit - begin)
        self._copy(v, begin, begin - e.size(start), count)

    def _copy(self, v: Variable, into: Expr, source: Expr, count: Expr) -> None:
        e, (out,) = self.emitter, self.outputs.values()
        j = Name(e.fresh("j"), "int64")
        number = filling(v) if v not in self.task.inputs else None
        value: Expr
        if number is not None:
            value = e.value(number, ())
        else:
            memory = self.task.inputs[v]
            value = k.load(memory.name, source + j, memory.dtype)
        e.open(j)
        cast = k.cast(value, out.dtype)
        e.add(ir.Store(out.name, into + j, cast, nodes=self.group.nodes))
        e.close(j, count, vector=True)


def _product(shape: tuple[Size, ...]) -> Size:
    total = Size.of(1)
    for n in shape:
        total = Size.of(total * n)
    return total
