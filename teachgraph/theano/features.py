"""`theano.gof.toolbox`, `optdb`: who watches a graph change; optimizers by name."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from teachgraph.compile.mode import MODES
from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.rewrite.pipeline import PHASES
from teachgraph.theano.fgraph import FunctionGraph
from teachgraph.theano.rewriters import SeqOptimizer, registrar


class AlreadyThere(Exception):
    """A feature is attached twice."""


class ReplacementDidntRemovedError(Exception):
    """A replacement was to remove a variable and did not."""


class InconsistencyError(Exception):
    """A change that a feature does not allow."""


class Feature:
    """Told of what happens to a graph it is attached to."""

    def on_attach(self, fgraph: FunctionGraph) -> None:
        """The feature was attached."""

    def on_detach(self, fgraph: FunctionGraph) -> None:
        """The feature was taken off."""

    def on_import(self, fgraph: FunctionGraph, node: Apply, reason: Any) -> None:
        """A node came into the graph."""

    def on_prune(self, fgraph: FunctionGraph, node: Apply, reason: Any) -> None:
        """A node left the graph."""

    def on_change_input(
        self,
        fgraph: FunctionGraph,
        node: Any,
        i: int,
        r: Variable,
        new_r: Variable,
        reason: Any = None,
    ) -> None:
        """An input of a node was replaced."""


class Bookkeeper(Feature):
    """Told of every node that is there when it is attached."""

    def on_attach(self, fgraph: FunctionGraph) -> None:
        """Import all nodes."""
        for node in fgraph.toposort():
            self.on_import(fgraph, node, "on_attach")


class ReplaceValidate(Feature):
    """`replace_validate`, which every graph here has."""


class Validator(Feature):
    """`validate`, which has nothing to check here."""


class NoOutputFromInplace(Feature):
    """Nothing here is computed in place."""


class PreserveNames(Feature):
    """A replacement without a name gets that of what it replaces."""

    def on_change_input(
        self,
        fgraph: FunctionGraph,
        node: Any,
        i: int,
        r: Variable,
        new_r: Variable,
        reason: Any = None,
    ) -> None:
        """Hand the name on."""
        if r.name is not None and new_r.name is None:
            new_r.name = r.name


class History(Feature):
    """Remembers every state; `revert` goes back to one."""

    def __init__(self) -> None:
        self._states: list[Graph] = []

    def on_attach(self, fgraph: FunctionGraph) -> None:
        """Give the graph its two new methods."""
        fgraph.__dict__["checkpoint"] = partial(self._mark, fgraph)
        fgraph.__dict__["revert"] = partial(self._back, fgraph)

    def _mark(self, fgraph: FunctionGraph) -> int:
        self._states.append(fgraph.graph)
        return len(self._states) - 1

    def _back(self, fgraph: FunctionGraph, mark: int) -> None:
        fgraph.graph = self._states[mark]


class NodeFinder(Bookkeeper):
    """Gives the graph `get_nodes(op)`."""

    def on_attach(self, fgraph: FunctionGraph) -> None:
        """Give the graph its new method."""
        fgraph.__dict__["get_nodes"] = partial(_nodes_of, fgraph)


def _nodes_of(fgraph: FunctionGraph, op: Any) -> list[Apply]:
    return [node for node in fgraph.toposort() if node.op == op]


class PrintListener(Feature):
    """Writes what happens to the graph."""

    def __init__(self, active: bool = True):
        self.active = active

    def on_change_input(
        self,
        fgraph: FunctionGraph,
        node: Any,
        i: int,
        r: Variable,
        new_r: Variable,
        reason: Any = None,
    ) -> None:
        """Write a line."""
        if self.active:
            sys.stdout.write(f"-- input {i} of {node}: {r} becomes {new_r}\n")


class Query:
    """Names of optimizers to include, require and exclude."""

    def __init__(
        self,
        include: Collection[str],
        require: Collection[str] | None = None,
        exclude: Collection[str] | None = None,
        *more: Any,
        **options: Any,
    ):
        del more, options
        self.include, self.require = set(include), set(require or ())
        self.exclude = set(exclude or ())

    @property
    def phases(self) -> tuple[str, ...]:
        """The phases of this package that are meant."""
        whole = self.include & {"fast_run", "fast_compile"}
        modes = [MODES[name.upper()].phases for name in whole]
        chosen = {*self.include, *(phase for phases in modes for phase in phases)}
        return tuple(p for p in PHASES if p in chosen and p not in self.exclude)

    def including(self, *tags: str) -> Query:
        """The query with more names to include."""
        return Query(self.include | set(tags), self.require, self.exclude)

    def excluding(self, *tags: str) -> Query:
        """The query with more names to exclude."""
        return Query(self.include, self.require, self.exclude | set(tags))

    def requiring(self, *tags: str) -> Query:
        """The query with more names to require."""
        return Query(self.include, self.require | set(tags), self.exclude)


OPT_NONE, OPT_MERGE = Query([]), Query(["merge"])
OPT_FAST_RUN, OPT_FAST_COMPILE = Query(["fast_run"]), Query(["fast_compile"])
OPT_STABILIZE, OPT_O3 = Query(["fast_run"]), OPT_FAST_RUN.excluding("inplace")
OPT_FAST_RUN_STABLE = OPT_FAST_RUN.requiring("stable")
OPT_O2, OPT_UNSAFE = OPT_FAST_COMPILE.including("fuse"), OPT_O3.including("unsafe")

OPTIMIZERS: dict[str | None, Query] = {
    None: OPT_NONE,
    "None": OPT_NONE,
    "merge": OPT_MERGE,
    "o4": OPT_FAST_RUN,
    "o3": OPT_O3,
    "o2": OPT_O2,
    "o1": OPT_FAST_COMPILE,
    "unsafe": OPT_UNSAFE,
    "fast_compile": OPT_FAST_COMPILE,
    "fast_run": OPT_FAST_RUN,
    "fast_run_stable": OPT_FAST_RUN_STABLE,
    "stabilize": OPT_STABILIZE,
}
"""`theano.compile.mode.predefined_optimizers`."""

QUERIES: dict[str, Any] = {
    "OPT_NONE": OPT_NONE,
    "OPT_MERGE": OPT_MERGE,
    "OPT_FAST_RUN": OPT_FAST_RUN,
    "OPT_FAST_RUN_STABLE": OPT_FAST_RUN_STABLE,
    "OPT_FAST_COMPILE": OPT_FAST_COMPILE,
    "OPT_STABILIZE": OPT_STABILIZE,
    "OPT_O2": OPT_O2,
    "OPT_O3": OPT_O3,
    "OPT_UNSAFE": OPT_UNSAFE,
    "FAST_RUN": MODES["FAST_RUN"],
    "FAST_COMPILE": MODES["FAST_COMPILE"],
    "predefined_optimizers": OPTIMIZERS,
}
"""Modes and optimizers that `theano.compile.mode` has by name."""


class DB:
    """Optimizers by name and by tag."""

    def __init__(self, *ignored: Any, **options: Any):
        del ignored, options
        self._optimizers: dict[str, tuple[float, Any, frozenset[str]]] = {}

    def register(self, name: str, obj: Any, *args: Any, **options: Any) -> Any:
        """Add an optimizer, with tags, and a position among the others.

        Raises:
            ValueError: the name is taken.
        """
        if name in self._optimizers:
            raise ValueError(f"there is an optimizer called {name!r} already")
        numbers = [a for a in args if isinstance(a, int | float)]
        position = options.get("position", numbers[0] if numbers else 0.0)
        tags = frozenset(a for a in args if isinstance(a, str))
        self._optimizers[name] = position, obj, tags | {name}
        return obj

    def query(self, *include: Any, **options: Any) -> Any:
        """The optimizers that have a tag, one after the other."""
        asked = include[0] if include and isinstance(include[0], Query) else None
        wanted = Query(include, None, None) if asked is None else asked
        chosen = [
            (position, obj)
            for position, obj, tags in self._optimizers.values()
            if tags & wanted.include and not tags & wanted.exclude
        ]
        found = Chosen(obj for _, obj in sorted(chosen, key=lambda pair: pair[0]))
        found.phases = wanted.phases
        return found

    def __getitem__(self, name: str) -> Any:
        return self._optimizers[name][1]

    def __contains__(self, name: object) -> bool:
        return name in self._optimizers


class Chosen(SeqOptimizer):
    """What a query found, and the phases of this package that go with it."""

    phases: tuple[str, ...] = ()

    def __init__(self, optimizers: Any):
        super().__init__(*optimizers)


SequenceDB = EquilibriumDB = LocalGroupDB = TopoDB = ProxyDB = DB


class PhaseDB(DB):
    """One of Theano's phases: what is registered there is a rule of the phase here."""

    def __init__(self, phase: str):
        super().__init__()
        self._rules: Callable[..., Any] = registrar(phase)

    def register(self, name: str, obj: Any, *args: Any, **options: Any) -> Any:
        """Make a local optimizer a rule."""
        super().register(name, obj, *args, **options)
        if hasattr(obj, "transform"):
            self._rules(obj, name=name)
        return obj


OPTDB = DB()
"""The optimizers by name; those of a phase are rules of it."""

for _phase in ("canonicalize", "stabilize", "specialize"):
    OPTDB.register(_phase, PhaseDB(_phase), _phase)
