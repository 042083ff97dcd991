"""The gradients of a function's first output with respect to every node, as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from teachgraph.core.graph import Graph, Variable
from teachgraph.core.report import Fault, TeachgraphError
from teachgraph.grad.reverse import grad
from teachgraph.view.inside import every_value

Array = np.ndarray[Any, Any]

MOST_NODES = 300
MOST_ELEMENTS = 2_000_000
UNFIT = (TeachgraphError, Fault, ArithmeticError, ValueError, TypeError, LookupError)


def gradients(graph: Graph, values: Sequence[Array]) -> dict[Variable, Array]:
    """The gradient at each variable of the graph; nothing where there is no cost.

    The cost is the first output, if it is one real number. What has no gradient, or is
    too large to be asked for by the way, has none here.
    """
    cost = graph.outputs[0] if graph.outputs else None
    if cost is None or cost.type.ndim or not cost.dtype.startswith("float"):
        return {}
    if sum(np.size(value) for value in values) > MOST_ELEMENTS:
        return {}
    wanted = [v for v in graph.variables() if v.dtype.startswith("float")]
    if len(wanted) > MOST_NODES:
        return {}
    try:
        found = grad(
            cost, wanted, disconnected_inputs="ignore", return_disconnected="None"
        )
        pairs = [(v, g) for v, g in zip(wanted, found, strict=True) if g is not None]
        computed = every_value(Graph(graph.inputs, tuple(g for _, g in pairs)), values)
    except UNFIT:
        return {}  # an op on the way has no gradient: the values are shown alone
    return {v: _value(g, computed) for v, g in pairs if _has(g, computed)}


def _has(g: Variable, computed: dict[Variable, Array]) -> bool:
    return g in computed or g.data is not None


def _value(g: Variable, computed: dict[Variable, Array]) -> Array:
    return computed[g] if g in computed else np.asarray(g.data)
