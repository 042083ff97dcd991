"""What makes two ops the same, also where a graph is inside of them.

Graphs are values that are equal to themselves alone; two loops that were written twice
have two inner graphs. Their key is made of what each node does, inputs by position.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache

from teachgraph.core.graph import Graph, Variable
from teachgraph.core.op import Op
from teachgraph.ops.scan import Scan


def op_key(op: Op) -> Hashable:
    """Equal for ops that do the same."""
    if not isinstance(op, Scan):
        return op
    fields = {k: v for k, v in op.attributes().items() if k not in ("graph", "name")}
    return Scan, graph_key(op.graph), *fields.items()


@lru_cache(maxsize=512)
def graph_key(graph: Graph) -> Hashable:
    """Equal for graphs that compute the same of inputs of the same types."""
    numbers: dict[Hashable, int] = {}
    found: dict[Variable, int] = {}
    for position, v in enumerate(graph.inputs):
        found[v] = numbers.setdefault(("input", position, v.type), len(numbers))
    for v in graph.variables():
        if v not in found:
            found[v] = numbers.setdefault(_key(v, found), len(numbers))
    outputs = tuple(found[v] for v in graph.outputs)
    return tuple(numbers), outputs


def _key(v: Variable, found: dict[Variable, int]) -> Hashable:
    if v.owner is not None:
        inputs = tuple(found[i] for i in v.owner.inputs)
        return op_key(v.owner.op), v.index, v.type, inputs
    if v.data is not None:
        return "constant", v.type, v.type.fingerprint(v.data)
    return "leaf", id(v)
