"""Several nodes that become one kernel: what the fusion pass makes of a graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from teachgraph.core.graph import Graph, Variable
from teachgraph.core.op import Op
from teachgraph.core.shapes import infer_through
from teachgraph.core.types import Operand, TensorType
from teachgraph.ops.base import Array


class Fused(Op):
    """The nodes of an inner graph, run together; nothing between them is stored."""

    graph: Graph
    arrays_only = False

    def infer(self, *types: TensorType) -> tuple[TensorType, ...]:
        return infer_through(self.graph, tuple(map(Operand, types)))

    def numpy(self, *arrays: Array) -> tuple[Array, ...] | Array:
        outputs = evaluated(self.graph, arrays)
        first, *more = outputs
        return outputs if more else first

    def grad(self, inputs: Any, output: Any, g: Any) -> Sequence[Variable | None]:
        raise TypeError("gradients are taken before fusion")

    @property
    def title(self) -> str:
        """The inner ops in order, as far as they fit."""
        names = [node.op.title for node in self.graph.applies()]
        shown = names if len(names) <= 6 else [*names[:5], f"{len(names) - 5} more"]
        return "fused{" + ", ".join(shown) + "}"

    def __str__(self) -> str:
        return self.title


def evaluated(graph: Graph, arrays: Sequence[Array]) -> tuple[Array, ...]:
    """The outputs of a graph by NumPy, from the values of its inputs."""
    values: dict[Variable, Any] = dict(zip(graph.inputs, arrays, strict=True))
    for node in graph.applies():
        results: Any = node.op.numpy(*(value_of(v, values) for v in node.inputs))
        several = results if len(node.outputs) > 1 else (results,)
        values.update(zip(node.outputs, several, strict=True))
    return tuple(value_of(v, values) for v in graph.outputs)


def value_of(v: Variable, values: dict[Variable, Any]) -> Any:
    """The value computed for a variable, or the data of a constant."""
    return v.data if v.data is not None and v not in values else values[v]
