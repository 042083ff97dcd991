"""Folds over all axes: chunks give partial results, a small second kernel their total.

Chunks are of fixed size, so the result does not depend on how many cores took part, and
rounding errors grow with the number of chunks rather than of elements.
"""

from __future__ import annotations

from collections.abc import Sequence

from teachgraph.core.sizes import Size
from teachgraph.kernel import build as k
from teachgraph.kernel import ir
from teachgraph.kernel.ir import Expr, Fold, Name
from teachgraph.program import folding
from teachgraph.program.domain import Loop
from teachgraph.program.emit import Emitter, Memory
from teachgraph.program.plan import Plan, Planned

CHUNK = 8192
"""Elements of a whole-tensor fold that one turn of the parallel loop takes."""


class Everything(Plan):
    """Two kernels: partial results of chunks, and their total."""

    def fits(self) -> bool:
        """True when every axis is folded, and there is enough to fold."""
        small = self.domain.elements().constant
        return (
            not self.domain.kept_loops
            and bool(self.domain.folded_loops)
            and len(self.domain.folded) == len(self.domain.shape)
            and all(node.op.folds for node in self.folds)
            and (small is None or small > CHUNK)
            and self.plain_folds
        )

    def kernels(self) -> list[Planned]:
        """The two kernels."""
        e, loops = self.emitter, self.domain.folded_loops
        first, alone = loops[0], len(loops) == 1
        chunks = (
            Size.of((first.extent + (CHUNK - 1)) // CHUNK) if alone else first.extent
        )
        chunk = Name(e.fresh("chunk"), "int64")
        e.open(chunk)
        start = e.let("start", chunk * CHUNK) if alone else chunk
        at = start + first.index if alone else chunk
        index = self.domain.index({first.axis: at})
        self.alias_folded(index)
        self.ask_for_outputs(index)
        partials = self._fold_chunk(loops, start, chunk, chunks)
        e.close(chunk, e.size(chunks), parallel=True)
        return [self.planned(self.task.name, chunks), self._total(chunks, partials)]

    def _fold_chunk(
        self, loops: Sequence[Loop], start: Name, chunk: Name, chunks: Size
    ) -> list[Memory]:
        e, first = self.emitter, loops[0]
        alone = len(loops) == 1
        left = e.size(first.extent) - start
        count = e.let("count", k.minimum(left, CHUNK)) if alone else k.integer(0)
        started = [self.begin_fold(node) for node in self.folds]
        self.open(loops if alone else loops[1:])
        inputs = [node.inputs[0] for node in self.folds]
        self.emit(self.needed([*self.full_outputs, *inputs], set()))
        for node, progress in zip(self.folds, started, strict=True):
            value = k.cast(self.folded_value(node), progress.fold.body.dtype)
            folding.take_in(e, progress, value, k.integer(0))
        for v in self.full_outputs:
            self.store(v)
        lanes = [a for progress in started for a in progress.accumulators]
        if alone:
            e.close(first.index, count, vector=True, folds=lanes)
        else:
            self.close(loops[1:], parallel=False, vector=True, folds=lanes)
        return [self._partial(chunk, chunks, p.acc.dtype, p.result()) for p in started]

    def _partial(self, chunk: Name, chunks: Size, dtype: str, value: Expr) -> Memory:
        memory = self.task.partial(dtype, (chunks,))
        store = ir.Store(memory.name, chunk, value, nodes=self.emitter.origin)
        self.emitter.add(store)
        return memory

    def _total(self, chunks: Size, partials: Sequence[Memory]) -> Planned:
        e = self.emitter = Emitter(self.task.facts, {}, {}, self.task.names)
        e.size(chunks)
        for (node, fold), memory in zip(self.folds.items(), partials, strict=True):
            e.origin = (node,)
            chunk = Name(e.fresh("chunk"), "int64")
            loaded = k.load(memory.name, chunk, memory.dtype)
            over = Fold(fold.kind, (chunk,), (e.size(chunks),), loaded, memory.dtype)
            progress = folding.begin(e, over)
            e.open(chunk)
            folding.take_in(e, progress, loaded, chunk)
            e.close(chunk, e.size(chunks), vector=True, folds=progress.accumulators)
            out = self.outputs[node.outputs[0]]
            result = k.cast(self.with_result(node, progress.result()), out.dtype)
            e.add(ir.Store(out.name, k.integer(0), result, nodes=(node,)))
        pairs = zip(self.folds.items(), partials, strict=True)
        said = (
            f"{self.outputs[node.outputs[0]].name} = {fold.kind}({memory.name})"
            for (node, fold), memory in pairs
        )
        comment = "; ".join(said)
        name = f"{self.task.name}_total"
        return self.planned(name, Size.of(1), chunks, comment)
