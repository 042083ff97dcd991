"""`Due`: which runs of a step a dear check looks at.

The first runs with arrays of each shape are all looked at; of the others one in so
many, at another time for each step, so that the calls cost about the same and every
step has its turn again and again.
"""

from __future__ import annotations

from teachgraph.core.record import record
from teachgraph.debug.watcher import Memo, Ran
from teachgraph.program.program import Step

FIRST = 2
"""Runs with arrays of one shape that are all looked at."""

Shapes = tuple[tuple[int, ...], ...]


@record(eq=False)
class _Runs:
    """What is known of the runs of a step: their number, and how many of each shape."""

    number: int
    shapes: dict[Shapes, int]


class Due:
    """Counts the runs of steps, and says which are to be checked.

    Args:
        first: so many runs with arrays of each shape are.
        every: of the runs after those, one in so many.
    """

    def __init__(self, first: int, every: int) -> None:
        if first < 1 or every < 1:
            raise ValueError(f"at least one run is checked, not {first} or {every}")
        self._first, self._every = first, every
        self._seen: Memo[Step, _Runs] = Memo()

    def now(self, ran: Ran) -> bool:
        """Whether this run is looked at; to be asked once a run."""
        runs = self._seen.get(ran.step)
        if runs is None:
            runs = self._seen[ran.step] = _Runs(len(self._seen), {})
        shapes = tuple(a.shape for a in ran.inputs)
        count = runs.shapes.get(shapes, 0)
        runs.shapes[shapes] = count + 1
        return count < self._first or (count + runs.number) % self._every == 0
