"""The graph of one turn, cut out of the expressions that a function built for it.

What does not depend on the turn is not computed in the turn: the largest such
expressions become constants of the loop.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from teachgraph.core.graph import Graph, Variable, substitute
from teachgraph.core.record import record


@record(eq=False)
class Body:
    """One turn: `graph` takes what is bound, then the `constants`, found outside."""

    graph: Graph
    constants: tuple[Variable, ...]


def cut_out(
    outputs: Sequence[Variable],
    bound: Sequence[Variable],
    listed: Iterable[Variable] = (),
) -> Body:
    """The graph of one turn from its outputs.

    Args:
        outputs: expressions of what is bound, and of anything else.
        bound: leaves that have another value in each turn.
        listed: what is to be a constant, whatever it is made of.
    """
    walk = Graph(
        (*bound, *dict.fromkeys(v for v in listed if v.data is None)), tuple(outputs)
    )
    turning = set(bound)
    outside: dict[Variable, Variable] = {}

    def read(v: Variable) -> None:
        if v not in turning and v.data is None and v not in outside:
            outside[v] = stand_in(v)

    for node in walk.applies():
        if any(v in turning for v in node.inputs):
            turning.update(node.outputs)
            for v in node.inputs:
                read(v)
    for v in outputs:
        read(v)
    inside = substitute(outputs, {v: v for v in bound} | outside)
    return Body(Graph((*bound, *outside.values()), inside), tuple(outside))


def stand_in(v: Variable) -> Variable:
    """A variable of the same type and name that nothing makes."""
    inside: Variable = v.type(v.name)
    inside.origins = v.origins
    return inside


def shared_in(outputs: Sequence[Variable], cuts: Iterable[Variable]) -> list[Variable]:
    """The shared variables that outputs are made of, without looking below the cuts."""
    found = Graph(tuple(dict.fromkeys(cuts)), tuple(outputs)).variables()
    return [v for v in found if v.kind == "shared"]
