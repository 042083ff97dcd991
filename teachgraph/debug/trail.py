"""From a bad number in a result to the place where it arose.

    path = trail(element, bad)

A call is computed again, as it was written, and the number is followed back: to a bad
number that it was made of, then to one that this was made of, and so on, through loops
turn by turn. Where all it was made of is fine, it arose.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from teachgraph.core.events import Array
from teachgraph.core.graph import Graph, Variable
from teachgraph.core.record import record
from teachgraph.core.report import Fault, TeachgraphError
from teachgraph.core.types import LengthMismatch
from teachgraph.debug.replay import Elements, Frame
from teachgraph.program.program import IndexFailed

Bad = Callable[[Array], Any]
UNFIT = (
    TeachgraphError,
    Fault,
    LengthMismatch,
    IndexFailed,
    ArithmeticError,
    AssertionError,
    LookupError,
    TypeError,
    ValueError,
)
"""What may be wrong with a graph that the optimizer has put right."""


@record(eq=False)
class Trail:
    """The elements on the way, from the result to where the bad number arose."""

    elements: tuple[Elements, ...]

    @property
    def start(self) -> Elements:
        """Where it arose."""
        return self.elements[-1]

    @property
    def inputs(self) -> tuple[Array, ...]:
        """What the node that made it read."""
        node = self.start.variable.owner
        values = self.start.frame.values
        return () if node is None else tuple(values[v] for v in node.inputs)


def is_checked(v: Variable) -> bool:
    """False for a variable that is to be left out."""
    return bool(getattr(v.tag, "nan_guard_mode_check", True))


def replayed(
    graph: Graph, values: Sequence[Array], position: int, flat: int
) -> Elements | None:
    """An element of an output, with all that it was made of; None if that fails."""
    output = graph.outputs[position]
    try:
        frame = Frame(Graph(graph.inputs, (output,)), values)
    except UNFIT:
        return None
    return frame.elements(output, np.array([flat]))


def trail(end: Elements, bad: Bad) -> Trail:
    """The way of a bad number. `bad` tells bad numbers of an array from others."""
    path = [end]
    while True:
        before = _bad_part(path[-1], bad)
        if before is None:
            return Trail(tuple(path))
        path.append(before)


def _bad_part(element: Elements, bad: Bad) -> Elements | None:
    """The first bad number among those that an element was made of."""
    for part in element.parts():
        v = part.variable
        if v.data is not None or not is_checked(v) or not part.flat.size:
            continue
        found = bad(part.values)
        if found.any():
            return part.one(int(np.argmax(found)))
    return None
