"""What can be said of a node besides its name: lengths, stored values, readers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from teachgraph.compile.shared import SharedVariable
from teachgraph.core.graph import Graph, Variable
from teachgraph.core.report import Fault, TeachgraphError
from teachgraph.core.shapes import infer_shapes, name_inputs
from teachgraph.core.types import LengthMismatch, Shape
from teachgraph.view.model import Model, Node
from teachgraph.view.tree import Row
from teachgraph.view.words import value_in_words

UNFIT = (LengthMismatch, Fault, TeachgraphError, TypeError, ValueError, LookupError)
"""What the inference of shapes may raise for a graph that does not fit together."""


def shapes_in_words(graph: Graph) -> Callable[[Row], str]:
    """For each line, the lengths in terms of the inputs' lengths: (x.shape[0], 3).

    Where lengths cannot be inferred, what the type knows of them.
    """
    known = _shapes(graph)

    def shape(row: Row) -> str:
        v = row.node.variables[row.output]
        lengths = known.get(v, v.type.shape)
        shown = ["?" if n is None else str(n) for n in lengths]
        return f"({', '.join(shown)}{',' if len(shown) == 1 else ''})"

    return shape


def _shapes(graph: Graph) -> Mapping[Variable, Shape]:
    try:
        return infer_shapes(graph, name_inputs(graph)).of
    except UNFIT:
        return {}


def stored(row: Row) -> str:
    """The value that a constant or a shared variable holds, in a few words."""
    value = stored_value(row.node.variables[row.output])
    return "" if value is None else f"= {value_in_words(value)}"


def stored_value(v: Variable) -> np.ndarray[Any, Any] | None:
    """The array that a leaf holds; None where it holds nothing."""
    if v.owner is not None:
        return None
    return v.get_value(borrow=True) if isinstance(v, SharedVariable) else v.data


def read_by(model: Model, name: Callable[[Node], str]) -> Callable[[Row], str]:
    """For each line whose value is read more than once, the ids of the readers."""
    users = model.users()

    def readers(row: Row) -> str:
        found = [id for id, at in users[row.node.id] if _reads(model, id, at, row)]
        if len(found) < 2:
            return ""
        return f"read by {', '.join(name(model.by_id[id]) or id for id in found)}"

    return readers


def _reads(model: Model, id: str, position: int, row: Row) -> bool:
    return model.by_id[id].inputs[position] == (row.node.id, row.output)
