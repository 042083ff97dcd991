"""`FunctionGraph`: a graph that seems to change, as Theano's does.

Graphs here are values; this holds one and puts another in its place. `f.maker.fgraph`
is one, of the optimized graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from teachgraph.core.graph import Apply, Graph, Variable, substitute
from teachgraph.theano import walks

HOMES: WeakKeyDictionary[Variable, FunctionGraph] = WeakKeyDictionary()
"""The graph that a variable was last seen in, for `v.clients`."""


class FunctionGraph:
    """A graph with features that are told of changes.

    Args:
        inputs, outputs: the graph.
        features: told by `on_attach` and `on_change_input`.
        clone: work on a copy, as by default.
    """

    def __init__(
        self,
        inputs: Sequence[Variable],
        outputs: Sequence[Variable],
        features: Iterable[Any] | None = None,
        clone: bool = True,
        update_mapping: Any = None,
    ):
        del update_mapping
        ins, outs = list(inputs), list(outputs)
        if clone:
            ins, outs = walks.clone(ins, outs, copy_orphans=False)
        self.graph = Graph(tuple(ins), tuple(outs))
        HOMES.update((v, self) for v in self.graph.variables())
        self._features: list[Any] = []
        for feature in features or ():
            self.attach_feature(feature)

    @property
    def inputs(self) -> list[Variable]:
        """The variables that values are given for."""
        return list(self.graph.inputs)

    @property
    def outputs(self) -> list[Variable]:
        """The variables that are computed."""
        return list(self.graph.outputs)

    @property
    def variables(self) -> set[Variable]:
        """Every variable."""
        return set(self.graph.variables())

    @property
    def apply_nodes(self) -> set[Apply]:
        """Every node."""
        return set(self.graph.applies())

    @property
    def clients(self) -> dict[Variable, list[tuple[Any, int]]]:
        """For each variable, who reads it and where; "output" for the outputs."""
        found: dict[Variable, list[tuple[Any, int]]] = {
            v: list(readers) for v, readers in self.graph.clients().items()
        }
        for position, v in enumerate(self.graph.outputs):
            found[v].append(("output", position))
        return found

    def toposort(self) -> list[Apply]:
        """The nodes in an order in which they can run."""
        return walks.io_toposort(self.graph.inputs, self.graph.outputs)

    def attach_feature(self, feature: Any) -> None:
        """Tell somebody of every change from now on."""
        if feature in self._features:
            return
        attach = getattr(feature, "on_attach", None)
        if attach is not None:
            attach(self)
        self._features.append(feature)

    def remove_feature(self, feature: Any) -> None:
        """Tell somebody no more."""
        self._features = [other for other in self._features if other is not feature]
        detach = getattr(feature, "on_detach", None)
        if detach is not None:
            detach(self)

    def replace(
        self, r: Variable, new_r: Variable, reason: Any = None, verbose: Any = None
    ) -> None:
        """Put one variable in the place of another."""
        del verbose
        readers = self.clients.get(r, [])
        outputs = substitute(self.graph.outputs, {r: new_r})
        self.graph = Graph(self.graph.inputs, outputs)
        for feature in self._features:
            change: Any = getattr(feature, "on_change_input", None)
            for node, position in readers if callable(change) else ():
                change(self, node, position, r, new_r, reason)

    def replace_all(
        self, pairs: Iterable[tuple[Variable, Variable]], reason: Any = None
    ) -> None:
        """Put several variables in the places of others, one after another."""
        for old, new in pairs:
            self.replace(old, new, reason)

    replace_validate = replace
    replace_all_validate = replace_all

    def clone(self, check_integrity: bool = True) -> FunctionGraph:
        """A copy with variables of its own."""
        del check_integrity
        return FunctionGraph(self.inputs, self.outputs)

    def check_integrity(self) -> None:
        """Nothing to check: a graph cannot be half changed."""

    def __str__(self) -> str:
        texts = walks.as_string(self.graph.inputs, self.graph.outputs)
        return f"[{', '.join(texts)}]"

    __repr__ = __str__


def clients(v: Variable) -> list[tuple[Any, int]]:
    """Who reads a variable, in the graph it was last seen in."""
    return HOMES[v].clients[v] if v in HOMES else []
