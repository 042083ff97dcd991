"""Values of which a `switch` takes only some: what is in the others does not matter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from teachgraph.core.graph import Apply, Variable
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.scalars import switch

BRANCHES = (1, 2)


def masked(nodes: Sequence[Apply], results: Iterable[Variable]) -> frozenset[Variable]:
    """The variables that are read by nobody but branches of a `switch`.

    Or by elementwise operations whose own results are read by nobody else.

    Args:
        nodes: in an order in which they can run.
        results: what is handed out, and so is read.
    """
    read = set(results)
    hidden: set[Variable] = set()
    for node in reversed(nodes):
        for v in node.outputs:
            if v not in read:
                hidden.add(v)
        elementwise = isinstance(node.op, Elementwise)
        passes = elementwise and all(v in hidden for v in node.outputs)
        chosen = BRANCHES if node.op == switch else ()
        read.update(
            v
            for position, v in enumerate(node.inputs)
            if not passes and position not in chosen
        )
    return frozenset(hidden)
