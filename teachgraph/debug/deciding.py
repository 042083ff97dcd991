"""Values that decide something: a nan among them decides wrongly, and leaves no trace.

`p > 0.5` is false where p is nan, and `argmax` gives some class; both results are fine
numbers. So the values that comparisons and the like read are looked at as well.
"""

from __future__ import annotations

from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.debug.masked import masked
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.reduce import Position

ASKING = ("isnan", "isinf")
"""What is asked of a value on purpose, whatever it is."""


def deciding(graph: Graph) -> dict[Variable, Apply]:
    """The floats that decide something, each with a node that reads it.

    Left out are inputs, and what only the branch of a `switch` depends on.
    """
    nodes = graph.applies()
    hidden = masked(nodes, graph.outputs)
    found: dict[Variable, Apply] = {}
    for node in nodes:
        if not _decides(node) or all(v in hidden for v in node.outputs):
            continue
        for v in node.inputs:
            if v.owner is not None and v.dtype[0] == "f" and v not in hidden:
                found.setdefault(v, node)
    return {v: node for v, node in found.items() if v not in graph.outputs}


def _decides(node: Apply) -> bool:
    if isinstance(node.op, Position):
        return True
    if not isinstance(node.op, Elementwise) or node.op.title in ASKING:
        return False
    exact = all(v.dtype[0] in "biu" for v in node.outputs)
    return exact and len(set(node.inputs)) == len(node.inputs)  # not x == x
