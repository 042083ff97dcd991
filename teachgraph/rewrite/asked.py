"""Lengths asked of the inputs: `(x + b).shape[0]` is `x.shape[0]`, without adding.

What is only asked for its length need not be computed, and no loop has to end before
the length is known.
"""

from __future__ import annotations

from collections.abc import Generator

from teachgraph.core.events import Event, Rewrote
from teachgraph.core.graph import Apply, Graph, Variable, rebuild
from teachgraph.core.op import constant
from teachgraph.core.record import record
from teachgraph.core.shapes import infer_shapes, name_inputs
from teachgraph.core.sizes import Atom, Size
from teachgraph.ops.alloc import ShapeOf
from teachgraph.ops.scalars import add, mul


@record()
class Lengths:
    """The name and the reason of the pass, as a rule has them."""

    name: str = "lengths_of_inputs"
    why: str = "The length of a result follows from those of the inputs."
    phase: str = "fuse"


def lengths_of_inputs(
    graph: Graph, in_vain: set[Apply] | None = None
) -> Generator[Event, None, Graph]:
    """The graph with every length asked of an input, where it can be.

    Nodes `in_vain` are known to ask for what no input tells; others are added.
    """
    names = name_inputs(graph)
    in_vain = set() if in_vain is None else in_vain
    asked = [
        node
        for node in graph.applies()
        if isinstance(node.op, ShapeOf)
        and node.inputs[0] not in names
        and node not in in_vain
    ]
    if not asked:
        return graph
    facts, rule = infer_shapes(graph, names), Lengths()
    inputs = {name: v for v, name in names.items()}
    done: dict[Variable, Variable] = {v: v for v in graph.inputs}
    for node in asked:
        v = node.outputs[0]
        size = facts.number(v)
        direct = _of_inputs(size, inputs) if size is not None else None
        if direct is None:
            in_vain.add(node)
        else:
            done[v] = direct
            yield Rewrote(rule, v, v, direct)
    if len(done) == len(graph.inputs):
        return graph
    outputs = rebuild(graph.outputs, done, lambda v: v)
    return Graph(graph.inputs, outputs, graph.names)


def _of_inputs(size: Size, inputs: dict[str, Variable]) -> Variable | None:
    """The polynomial as an expression; None when some atom is no length of an input."""
    total: Variable | None = None
    for monomial, factor in size.terms or (((), 0),):
        product: Variable | None = None
        for atom in monomial:
            length = _length(atom, inputs)
            if length is None:
                return None
            product = length if product is None else mul(product, length)
        whole = constant(factor, dtype="int64")
        if product is None:
            product = whole
        elif factor != 1:
            product = mul(product, whole)
        total = product if total is None else add(total, product)
    return total


def _length(atom: Atom, inputs: dict[str, Variable]) -> Variable | None:
    if atom.kind != "axis" or atom.key[0] not in inputs:
        return None
    return ShapeOf(atom.key[1])(inputs[atom.key[0]])
