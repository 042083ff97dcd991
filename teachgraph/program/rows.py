"""Folds row by row: for each row, loops that fold, then loops that use the results.

Softmax is one such kernel: a loop for the maximum, one for the sum of exponentials, one
that divides. What is costly and used in several of these loops is kept in the place of
an output that has not been stored yet; what is cheap is computed again.
"""

from __future__ import annotations

from collections.abc import Sequence

from teachgraph.core.graph import Apply, Variable
from teachgraph.core.sizes import Size
from teachgraph.kernel import build as k
from teachgraph.kernel import ir
from teachgraph.kernel.ir import Expr, Name
from teachgraph.program import folding
from teachgraph.program.domain import Loop
from teachgraph.program.emit import cost_of
from teachgraph.program.folding import Folding
from teachgraph.program.plan import Plan, Planned, Task

COSTLY = 10
"""From this cost on, a value used in several loops of a row is kept."""


class Rows(Plan):
    """One kernel: the loops of kept axes around the loops of folded ones."""

    def __init__(self, task: Task):
        super().__init__(task)
        self.lent: dict[Variable, Variable] = {}
        self.stored: set[Variable] = set()
        self.known: set[Variable] = set()

    def kernels(self) -> list[Planned]:
        """The kernel."""
        kept, folded = self.domain.kept_loops, self.domain.folded_loops
        if any(node.op.folds for node in self.folds):
            self.alias_folded(self.domain.index())
        else:
            folded = self._loops_of_fold()
        self.ask_for_outputs(self.domain.index())
        self.open(kept)
        for stage in range(1, max(self.stage.values()) + 1):
            self._fold_stage(stage, folded)
        self._use_results(folded)
        self.close(kept, parallel=True)
        return [self.planned(self.task.name, kept[0].extent if kept else Size.of(1))]

    def _fold_stage(self, stage: int, loops: Sequence[Loop]) -> None:
        nodes = [n for n in self.folds if self.stage[n.outputs[0]] == stage]
        if not nodes:
            return
        started = [self.begin_fold(node) for node in nodes]
        self.open(loops)
        self._recall()
        inputs = [v for node in nodes for v in node.inputs]
        computed = self.needed(inputs, self.known | self.stored)
        self.emit(computed)
        position = _turn(loops, [self.emitter.size(loop.extent) for loop in loops])
        for node, progress in zip(nodes, started, strict=True):
            value = k.cast(self.folded_value(node), progress.fold.body.dtype)
            folding.take_in(self.emitter, progress, value, position)
        self._keep(computed)
        vector = all(progress.vector for progress in started)
        lanes = [a for progress in started for a in progress.accumulators]
        self.close(loops, parallel=False, vector=vector, folds=lanes if vector else ())
        for node, progress in zip(nodes, started, strict=True):
            self._finish(node, progress)

    def _finish(self, node: Apply, progress: Folding) -> None:
        v = node.outputs[0]
        result = self.with_result(node, progress.result())
        if not isinstance(result, Name):
            result = self.emitter.let(v.name or progress.fold.kind, result)
        self.emitter.know(v, self.demand[v], result)
        self.known.add(v)

    def _use_results(self, loops: Sequence[Loop]) -> None:
        left = [v for v in self.full_outputs if v not in self.stored]
        if left:
            self.open(loops)
            self._recall()
            needed = self.needed(left, self.known | self.stored)
            self._take_back(needed)
            self.emit(needed)
            for v in left:
                self.store(v)
            self.close(loops, parallel=False, vector=True)
        for v in self.group.outputs:
            if not self.is_full(v):
                self.emit(self.needed([v], self.known))
                self.store(v)

    # What later loops of the row read again

    def _keep(self, computed: Sequence[Variable]) -> None:
        """Store what later loops would have to compute again at a cost."""
        for v in computed:
            taken = v in self.lent.values()
            if self.is_full(v) and v in self.outputs and not taken:
                self.store(v)
                self.stored.add(v)
        rooms = [
            v
            for v in self.full_outputs
            if v not in self.stored and v not in self.lent.values()
        ]
        for v in computed:
            room = next((r for r in rooms if r.type.dtype == v.type.dtype), None)
            if room is None or not self._worth_keeping(v, computed):
                continue
            rooms.remove(room)
            self.lent[v] = room
            self.store(v, at=self.outputs[room])
            self.stored.add(v)

    def _worth_keeping(self, v: Variable, computed: Sequence[Variable]) -> bool:
        if cost_of(v) < COSTLY or v in self.stored or not self._is_wide(v):
            return False
        done = set(computed)
        return any(
            v in node.inputs and node.outputs[0] not in done
            for node in self.group.nodes
            if node not in self.folds
        )

    def _is_wide(self, v: Variable) -> bool:
        return self.shapes(v) == self.domain.shape

    def _recall(self) -> None:
        """In a new loop of the row, what was stored is loaded."""
        for v in self.stored:
            if v not in self.demand or not self._is_wide(v):
                continue
            memory = self.outputs[self.lent.get(v, v)]
            at = self.emitter.position(memory, self.demand[v])
            self.emitter.know(v, self.demand[v], k.load(memory.name, at, memory.dtype))

    def _take_back(self, needed: Sequence[Variable]) -> None:
        """Load what lies in rooms of others, before these are stored there."""
        read = {v for w in needed if w.owner for v in w.owner.inputs}
        for v in self.lent:
            if v in read:
                loaded = self.emitter.value(v, self.demand[v])
                self.emitter.know(v, self.demand[v], self.emitter.let("kept", loaded))

    def _loops_of_fold(self) -> tuple[Loop, ...]:
        """The loops of a lone node whose fold runs over lengths of its own."""
        (fold,) = self.folds.values()
        names = {name.name: size for size, name in self.emitter.sizes.items()}
        loops: list[Loop] = []
        for index, extent in zip(fold.indices, fold.extents, strict=True):
            number = isinstance(extent, ir.Const)
            size = extent.value if number else names[getattr(extent, "name", "")]
            loops.append(Loop(index, Size.of(size), folded=True, axis=0))
        return tuple(loops)


def _turn(loops: Sequence[Loop], extents: Sequence[Expr]) -> Expr:
    """The number of the current turn, counted over all folded loops."""
    return k.flat_index([loop.index for loop in loops], extents)
