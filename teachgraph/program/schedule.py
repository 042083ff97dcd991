"""From a group of nodes to kernels: which loops, in which order, and what is kept.

Tensors that are joined are copied, and elements that an index puts somewhere are put
there one after the other. Else a group is scheduled in one of four ways:

    pointwise   no folds: one loop nest over the domain
    columns     folds over the leading axes: blocks of columns, adding row by row
    everything  folds over all axes: partial results of chunks, then their total
    rows        any other folds: for each row, loops that fold, then loops that use the
                results (softmax is one such kernel)
"""

from __future__ import annotations

from teachgraph.core.sizes import Size
from teachgraph.program.columns import Columns
from teachgraph.program.everything import Everything
from teachgraph.program.joining import Joined
from teachgraph.program.plan import Plan, Planned, Task
from teachgraph.program.rows import Rows
from teachgraph.program.scattering import Scatter


class Pointwise(Plan):
    """One kernel without folds."""

    def kernels(self) -> list[Planned]:
        """The kernel."""
        self.ask_for_outputs(self.domain.index())
        loops = self.domain.loops
        self.open(loops)
        self.emit(self.needed(self.group.outputs, set()))
        for v in self.group.outputs:
            self.store(v)
        self.close(loops, parallel=True, vector=True)
        return [self.planned(self.task.name, loops[0].extent if loops else Size.of(1))]


def schedule(task: Task) -> list[Planned]:
    """The kernels of a group, in order."""
    for way in (Joined(task), Scatter(task)):
        if way.fits():
            return way.kernels()
    plain = Pointwise(task)
    if not plain.folds:
        return plain.kernels()
    for way in (Everything(task), Columns(task)):
        if way.fits():
            return way.kernels()
    return Rows(task).kernels()
