"""The inside of a node, as a walk that can go back: a graph in it, or its loops."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

from teachgraph.core.graph import Apply
from teachgraph.view.inside import FAILURES, Moment, Path, has_inside, inside
from teachgraph.view.loops import Closed, Happened, loops_of

MOST_MET = 4_000
"""How far back a walk inside a node can go."""


class Level:
    """What happened inside a node so far, and where the cursor stands in it.

    Attributes:
        node: what the level is inside of.
        path: the turns of the loops that lead to the node.
        failed: whether what comes next raised an error.
    """

    def __init__(self, node: Apply, path: Path, stream: Iterator[Moment | Happened]):
        self.node, self.path = node, path
        self.failed = False
        self._stream = stream
        self._met: deque[Moment | Happened] = deque(maxlen=MOST_MET)
        self._behind = 0

    @property
    def here(self) -> Moment | Happened | None:
        """What happened last; None before the first."""
        at = len(self._met) - 1 - self._behind
        return self._met[at] if at >= 0 else None

    def next(self) -> bool:
        """Go on by one; False at the end, or where what comes next fails."""
        if self._behind:
            self._behind -= 1
            return True
        if self.failed:
            return False
        try:
            met = next(self._stream, None)
        except FAILURES:
            self.failed = True  # the run itself met the same error and has its report
            return False
        if met is None:
            return False
        self._met.append(met)
        return True

    def back(self) -> bool:
        """Go back by one; False before the first that is kept."""
        if self._behind == len(self._met):
            return False
        self._behind += 1
        return True

    @property
    def forgot(self) -> bool:
        """Whether there was more before what is kept."""
        return len(self._met) == MOST_MET


def opened(node: Apply, inputs: Sequence[Any], path: Path = ()) -> Level | Closed:
    """The level inside a node that read these inputs, or why there is none."""
    if has_inside(node.op):
        depth = len(path) + 1
        own = (m for m in inside(node, inputs, path) if len(m.path) == depth)
        return Level(node, path, own)
    found = loops_of(node, inputs)
    return found if isinstance(found, Closed) else Level(node, path, found)
