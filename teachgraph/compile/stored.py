"""Calls without arguments: a function on the values that lie in its storage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from teachgraph.compile.plan import Plan
from teachgraph.compile.shared import Container
from teachgraph.core.graph import Apply, Graph


class Stored:
    """`f.fn`: runs `f` on what `f.input_storage` holds.

    `nodes` are the nodes that run.
    """

    def __init__(
        self,
        call: Callable[..., Any],
        plan: Plan,
        storage: Sequence[Container],
        nodes: Sequence[Apply],
    ):
        self._call, self.nodes = call, list(nodes)
        cells = zip(storage, plan.parameters)
        self._passed = [one for one, p in cells if p.cell is None]

    def __call__(self) -> Any:
        """The results, as a call with those values gives them."""
        return self._call(*[one.cell[0] for one in self._passed])


class Values:
    """`f.value`: the values that a function keeps, by variable, name or position."""

    def __init__(self, function: Any, keys: Sequence[Any]):
        self._function, self._keys = function, list(keys)

    def __getitem__(self, key: Any) -> Any:
        return self._function[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        self._function[key] = value

    def __contains__(self, key: Any) -> bool:
        return key in self._keys


def storage_of(plan: Plan) -> list[Container]:
    """A storage for each input: its own, or a new one that holds the default."""
    held = zip(plan.graph.inputs, plan.input_cells)
    defaults = {p.variable: p.default for p in plan.parameters}
    empty: list[Any] = [None]
    return [Container(cell or defaults.get(v) or [*empty], v) for v, cell in held]


def with_graphs(graph: Graph) -> list[Apply]:
    """The nodes whose op has a graph inside."""
    return [
        node
        for node in graph.applies()
        if any(isinstance(one, Graph) for one in node.op.attributes().values())
    ]
