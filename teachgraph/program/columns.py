"""Folds over the leading axes: blocks of columns, adding one row after the other.

Reading rows as they lie in memory, each block keeps an accumulator for each of its
columns; all of them step in lanes.
"""

from __future__ import annotations

from teachgraph.core.graph import Apply
from teachgraph.core.sizes import Size
from teachgraph.kernel import build as k
from teachgraph.kernel import ir
from teachgraph.kernel.ir import Expr, Name
from teachgraph.program import folding
from teachgraph.program.plan import Plan, Planned

COLUMNS = 512
"""Columns that one turn of the parallel loop folds side by side."""


class Columns(Plan):
    """One kernel over blocks of the one kept loop."""

    def fits(self) -> bool:
        """True when leading axes are folded and one loop is left."""
        folded = self.domain.folded
        leading = bool(folded) and folded == tuple(range(len(folded)))
        own = all(node.op.folds for node in self.folds)
        return leading and own and len(self.domain.kept_loops) == 1 and self.plain_folds

    def kernels(self) -> list[Planned]:
        """The kernel."""
        (column,), e = self.domain.kept_loops, self.emitter
        self.alias_folded(self.domain.index())
        blocks = Size.of((column.extent + (COLUMNS - 1)) // COLUMNS)
        block, lane = Name(e.fresh("block"), "int64"), Name(e.fresh("lane"), "int64")
        e.open(block)
        first = e.let("first", block * COLUMNS)
        count = e.let("count", k.minimum(e.size(column.extent) - first, COLUMNS))
        self.ask_for_outputs(self.domain.index({column.axis: first + lane}))
        accumulators = {
            node: self._accumulator(node, lane, count) for node in self.folds
        }
        self._take_rows(accumulators, lane, count)
        e.open(lane)
        for node, name in accumulators.items():
            self._result(node, name, lane)
        e.close(lane, count, vector=True)
        e.close(block, e.size(blocks), parallel=True)
        return [self.planned(self.task.name, blocks)]

    def _accumulator(self, node: Apply, lane: Name, count: Expr) -> str:
        fold, e = self.folds[node], self.emitter
        name = e.fresh("acc")
        e.add(ir.Alloc(name, fold.dtype, COLUMNS, nodes=(node,)))
        e.open(lane)
        start = folding.neutral(fold.kind, fold.dtype)
        e.add(ir.Store(name, lane, start, nodes=(node,)))
        e.close(lane, count, vector=True)
        return name

    def _take_rows(
        self, accumulators: dict[Apply, str], lane: Name, count: Expr
    ) -> None:
        e, rows = self.emitter, self.domain.folded_loops
        self.open(rows)
        e.open(lane)
        inputs = [node.inputs[0] for node in self.folds]
        self.emit(self.needed([*self.full_outputs, *inputs], set()))
        for node, name in accumulators.items():
            fold, depth = self.folds[node], len(e.scopes) - 1
            value = k.cast(self.folded_value(node), fold.dtype)
            old: Expr = k.load(name, lane, fold.dtype)
            if fold.kind in ("max", "min"):
                value = e.let("v", value, level=depth)
                old = e.let("old", old, level=depth)
            new = folding.combined(fold.kind, old, value)
            e.add(ir.Store(name, lane, new, nodes=(node,)))
        for v in self.full_outputs:
            self.store(v)
        e.close(lane, count, vector=True)
        self.close(rows, parallel=False)

    def _result(self, node: Apply, name: str, lane: Name) -> None:
        v, e = node.outputs[0], self.emitter
        loaded = k.load(name, lane, self.folds[node].dtype)
        result = self.with_result(node, loaded)
        memory = self.outputs[v]
        at = e.position(memory, self.demand[v])
        value = k.cast(result, memory.dtype)
        e.add(ir.Store(memory.name, at, value, nodes=(node,)))
