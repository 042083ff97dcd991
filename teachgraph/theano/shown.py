"""Compiled graphs and their nodes as Theano has them, for programs that look at them.

What runs is not touched. A number in a sum or a product comes first there, in the dtype
of the result; an output that would share memory with an input is a copy of it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from teachgraph.core.graph import Apply, Graph, Variable, rebuild
from teachgraph.core.op import constant
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.index import Subtensor
from teachgraph.ops.lengths import SpecifyShape, Unbroadcast
from teachgraph.ops.reshape import Reshape
from teachgraph.ops.scalars import add, mul
from teachgraph.ops.shape import DimShuffle
from teachgraph.theano.classic_ops import ViewOp, deep_copy_op
from teachgraph.theano.composites import named

Arrays = Sequence[Any]

VIEWS = (DimShuffle, Reshape, Subtensor, Unbroadcast, SpecifyShape, ViewOp)
"""Ops whose output is, in Theano, a view of their first input."""


def shown(graph: Graph, updated: Collection[Variable]) -> Graph:
    """An optimized graph as Theano would have it.

    Args:
        updated: inputs that a call gives a new value; no output needs a copy of these.
    """
    graph = named(graph)
    done = {v: v for v in graph.inputs}
    outputs = rebuild(graph.outputs, done, _numbers_first)
    return Graph(graph.inputs, _copied(outputs, updated), graph.names)


def _numbers_first(v: Variable) -> Variable:
    node = v.owner
    return v if node is None else shown_node(node).outputs[v.index]


def shown_node(node: Apply) -> Apply:
    """A sum or a product with its numbers first, in the dtype of the result."""
    if not _is_sum(node):
        return node
    dtype = node.outputs[0].dtype
    places = order(node)
    inputs = [_in_dtype(node.inputs[place], dtype) for place in places]
    return node if node.reads(inputs) else node.with_inputs(inputs)


def shown_values(node: Apply, values: Arrays) -> list[Any]:
    """The values that a node reads, as `shown_node` reads them."""
    dtype = node.outputs[0].dtype
    return [
        values[place]
        if node.inputs[place].data is None or not _is_sum(node)
        else np.asarray(values[place], dtype)
        for place in order(node)
    ]


def order(node: Apply) -> list[int]:
    """The places of the inputs, numbers first in a sum or a product."""
    places = list(range(len(node.inputs)))
    if not _is_sum(node):
        return places
    return sorted(places, key=lambda place: node.inputs[place].data is None)


def _is_sum(node: Apply) -> bool:
    return isinstance(node.op, Elementwise) and node.op in (add, mul)


def _in_dtype(v: Variable, dtype: str) -> Variable:
    if v.data is None or v.dtype == dtype:
        return v
    return constant(v.data.astype(dtype))


def _copied(
    outputs: Sequence[Variable], updated: Collection[Variable]
) -> tuple[Variable, ...]:
    """The outputs; what another output or an input has too is copied."""
    roots = [_root(v) for v in outputs]
    return tuple(
        deep_copy_op(v)
        if root in roots[n + 1 :] or (root.owner is None and root not in updated)
        else v
        for n, (v, root) in enumerate(zip(outputs, roots, strict=True))
    )


def _root(v: Variable) -> Variable:
    """The variable whose memory a variable shows."""
    while v.owner is not None and isinstance(v.owner.op, VIEWS):
        v = v.owner.inputs[0]
    return v
