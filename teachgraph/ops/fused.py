"""Several nodes that become one kernel: what the fusion pass makes of a graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
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
    return tuple(straight(graph)(arrays))


@lru_cache(maxsize=512)
def straight(graph: Graph) -> Callable[[Sequence[Array]], list[Array]]:
    """The outputs of a graph by NumPy; what to call in which order is settled once."""
    places: dict[Variable, int] = {v: i for i, v in enumerate(graph.variables())}
    for node in graph.applies():
        for v in node.outputs:
            places.setdefault(v, len(places))
    start = [v.data for v in places]
    calls = [
        (n.op.numpy, [places[v] for v in n.inputs], [places[v] for v in n.outputs])
        for n in graph.applies()
    ]
    results = [places[v] for v in graph.outputs]

    def run(arrays: Sequence[Array]) -> list[Array]:
        values: list[Any] = [*arrays, *start[len(arrays) :]]
        for call, read, written in calls:
            found: Any = call(*[values[i] for i in read])
            several = found if len(written) > 1 else (found,)
            for place, value in zip(written, several):
                values[place] = value
        return [values[i] for i in results]

    return run
