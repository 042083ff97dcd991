"""`theano.gof.opt`: optimizers written for Theano, over graphs that seem to change.

A local optimizer looks at a node and gives new outputs for it; the others say where and
how often it is tried. `register_canonicalize` and its kin make a local optimizer a rule
of this package's own phases, so that `function` applies it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from teachgraph.compile.build import exhaust
from teachgraph.core.graph import Apply, Variable
from teachgraph.core.op import Op, constant
from teachgraph.rewrite.fit import fit
from teachgraph.rewrite.passes import merge
from teachgraph.rewrite.rule import NO_MATCH, RULES, Attempt
from teachgraph.theano.fgraph import FunctionGraph

Replacements = Sequence[Variable] | Mapping[Variable, Variable] | bool | None

ROUNDS = 100
"""Rounds of an `EquilibriumOptimizer`; more are taken for an endless loop."""


class Optimizer:
    """Changes a graph; a derived class says how, in `apply`."""

    name = ""

    def __repr__(self) -> str:
        cls = type(self)
        home = "theano.gof.opt" if cls.__module__ == __name__ else cls.__module__
        return f"<{home}.{cls.__name__} object at {id(self):#x}>"

    def add_requirements(self, fgraph: FunctionGraph) -> None:
        """Attach what the optimizer needs to know of the graph."""

    def apply(self, fgraph: FunctionGraph, *args: Any) -> Any:
        """Change the graph."""
        raise NotImplementedError

    def optimize(self, fgraph: FunctionGraph, *args: Any) -> Any:
        """Prepare the graph, and change it."""
        self.add_requirements(fgraph)
        return self.apply(fgraph, *args)

    __call__ = optimize


class FromFunctionOptimizer(Optimizer):
    """An optimizer made of a function of the graph."""

    def __init__(self, fn: Callable[[FunctionGraph], Any], requirements: Any = ()):
        self._fn, self._requirements = fn, requirements
        self.name, self.__doc__ = fn.__name__, fn.__doc__

    def add_requirements(self, fgraph: FunctionGraph) -> None:
        """Attach what was listed."""
        for attach in self._requirements:
            attach(fgraph)

    def apply(self, fgraph: FunctionGraph, *args: Any) -> Any:
        """Call the function."""
        return self._fn(fgraph, *args)


def optimizer(f: Callable[[FunctionGraph], Any]) -> FromFunctionOptimizer:
    """Decorator: a function of a graph is an optimizer."""
    return FromFunctionOptimizer(f)


class LocalOptimizer:
    """Gives new outputs for a node, or False; `transform` says which."""

    name = ""

    def tracks(self) -> Sequence[Any] | None:
        """The ops it looks at; None or nothing for all."""
        return None

    def transform(self, node: Apply) -> Replacements:
        """New variables for the outputs of the node, or False."""
        raise NotImplementedError

    def add_requirements(self, fgraph: FunctionGraph) -> None:
        """Attach what the optimizer needs to know of the graph."""

    def concerns(self, op: Op) -> bool:
        """Whether the optimizer looks at an op."""
        tracked = self.tracks()
        return not tracked or any(_tracks(one, op) for one in tracked)


def _tracks(tracked: Any, op: Op) -> bool:
    return isinstance(op, tracked) if inspect.isclass(tracked) else op == tracked


class FromFunctionLocalOptimizer(LocalOptimizer):
    """A local optimizer made of a function of a node."""

    def __init__(
        self,
        fn: Callable[[Apply], Replacements],
        tracks: Sequence[Any] | None = None,
        requirements: Any = (),
    ):
        del requirements
        self._fn, self._tracks = fn, tracks
        self.name, self.__doc__ = fn.__name__, fn.__doc__

    def tracks(self) -> Sequence[Any] | None:
        """The ops that were listed."""
        return self._tracks

    def transform(self, node: Apply) -> Replacements:
        """Call the function."""
        return self._fn(node)


def local_optimizer(
    tracks: Sequence[Any] | None, inplace: bool = False, requirements: Any = ()
) -> Callable[[Callable[[Apply], Replacements]], FromFunctionLocalOptimizer]:
    """Decorator: a function of a node is a local optimizer of these ops."""
    del inplace
    return lambda f: FromFunctionLocalOptimizer(f, tracks, requirements)


class OpSub(LocalOptimizer):
    """Applies `op2` wherever `op1` is applied."""

    def __init__(self, op1: Op, op2: Any, transfer_tags: bool = True):
        del transfer_tags
        self.op1, self.op2 = op1, op2

    def tracks(self) -> Sequence[Any]:
        """The op to replace."""
        return [self.op1]

    def transform(self, node: Apply) -> Replacements:
        """The other op on the same inputs."""
        return [self.op2(*node.inputs)] if node.op == self.op1 else False


class OpRemove(LocalOptimizer):
    """Puts the input of an op in the place of its output."""

    def __init__(self, op: Op):
        self.op = op

    def tracks(self) -> Sequence[Any]:
        """The op to remove."""
        return [self.op]

    def transform(self, node: Apply) -> Replacements:
        """The inputs, if there are as many as outputs."""
        fits = node.op == self.op and len(node.inputs) == len(node.outputs)
        return list(node.inputs) if fits else False


class PatternSub(LocalOptimizer):
    """Puts one pattern in the place of another.

    A pattern is a tuple (op, pattern, ...), a text that stands for any variable, a
    number or variable that stands for itself, or a dict with `pattern` and
    `constraint`.
    """

    def __init__(
        self,
        in_pattern: Any,
        out_pattern: Any,
        allow_multiple_clients: bool = False,
        *more: Any,
        **options: Any,
    ):
        del allow_multiple_clients, more, options
        self.in_pattern, self.out_pattern = in_pattern, out_pattern

    def tracks(self) -> Sequence[Any]:
        """The op at the root of the pattern."""
        return [self.in_pattern[0]]

    def transform(self, node: Apply) -> Replacements:
        """The other pattern, where the first one fits."""
        if len(node.outputs) != 1:
            return False
        found: dict[str, Variable] = {}
        if not _matches(self.in_pattern, node.outputs[0], found):
            return False
        return [_built(self.out_pattern, found)]


def _matches(pattern: Any, v: Variable, found: dict[str, Variable]) -> bool:
    if isinstance(pattern, dict):
        given = cast(dict[str, Any], pattern)
        holds = given.get("constraint")
        fits = holds is None or bool(holds(v))
        return fits and _matches(given["pattern"], v, found)
    if isinstance(pattern, str):
        return found.setdefault(pattern, v) is v
    if isinstance(pattern, tuple | list):
        op, *parts = cast(Sequence[Any], pattern)
        node = v.owner
        return (
            node is not None
            and node.op == op
            and len(node.inputs) == len(parts)
            and all(_matches(p, w, found) for p, w in zip(parts, node.inputs))
        )
    if isinstance(pattern, Variable):
        return pattern is v or _same_constant(pattern, v)
    return v.data is not None and bool((v.data == pattern).all())


def _same_constant(a: Variable, b: Variable) -> bool:
    if a.data is None or b.data is None or a.type != b.type:
        return False
    return bool((a.data == b.data).all())


def _built(pattern: Any, found: Mapping[str, Variable]) -> Any:
    if isinstance(pattern, str):
        return found[pattern]
    if isinstance(pattern, tuple | list):
        op, *parts = cast(Sequence[Any], pattern)
        return op(*(_built(p, found) for p in parts))
    return pattern if isinstance(pattern, Variable) else constant(pattern)


def _changed(fgraph: FunctionGraph, node: Apply, local: LocalOptimizer) -> bool:
    """Try a local optimizer at a node; whether it changed the graph."""
    given = local.transform(node) if local.concerns(node.op) else False
    if not given or isinstance(given, bool):
        return False
    pairs = given.items() if isinstance(given, Mapping) else zip(node.outputs, given)
    pairs = [(old, new) for old, new in pairs if old is not new]
    fgraph.replace_all(pairs, local)
    return bool(pairs)


class TopoOptimizer(Optimizer):
    """Tries a local optimizer once at every node."""

    def __init__(
        self, local_opt: Any, order: str = "in_to_out", *more: Any, **options: Any
    ):
        del more, options
        self.local_opt, self.order = local_opt, order

    def apply(self, fgraph: FunctionGraph, *args: Any) -> tuple[Any, ...]:
        """Visit the nodes in order; gives Theano's tuple with the number of changes."""
        nodes = fgraph.toposort()
        ordered = nodes if self.order == "in_to_out" else nodes[::-1]
        count = sum(self._visit(fgraph, node) for node in ordered)
        return (self, count, len(nodes), len(fgraph.toposort()), 0.0, 0.0, 0.0)

    def _visit(self, fgraph: FunctionGraph, node: Apply) -> bool:
        return node in fgraph.apply_nodes and _changed(fgraph, node, self.local_opt)


OpKeyOptimizer = TopoOptimizer
"""Tries a local optimizer at the nodes of its op; here at all, and it looks itself."""


def in2out(*local_opts: LocalOptimizer, **options: Any) -> TopoOptimizer:
    """Local optimizers at every node, inputs first."""
    return TopoOptimizer(LocalOptGroup(*local_opts), "in_to_out", **options)


def out2in(*local_opts: LocalOptimizer, **options: Any) -> TopoOptimizer:
    """Local optimizers at every node, outputs first."""
    return TopoOptimizer(LocalOptGroup(*local_opts), "out_to_in", **options)


class LocalOptGroup(LocalOptimizer):
    """Several local optimizers: the first that applies."""

    def __init__(self, *optimizers: LocalOptimizer, **options: Any):
        del options
        self.opts = optimizers

    def transform(self, node: Apply) -> Replacements:
        """What the first one gives that gives something."""
        for local in self.opts:
            given = local.transform(node) if local.concerns(node.op) else False
            if given:
                return given
        return False


class SeqOptimizer(Optimizer, list[Any]):
    """Optimizers one after the other."""

    def __init__(self, *optimizers: Any, **options: Any):
        del options
        single = len(optimizers) == 1 and isinstance(optimizers[0], list | tuple)
        given = cast(Any, optimizers[0] if single else optimizers)
        list[Any].__init__(self, given)

    def __repr__(self) -> str:
        return list[Any].__repr__(self)

    def apply(self, fgraph: FunctionGraph, *args: Any) -> None:
        """Run each."""
        for one in self:
            one.optimize(fgraph)


class EquilibriumOptimizer(Optimizer):
    """Local optimizers and others, until none changes anything."""

    def __init__(self, optimizers: Sequence[Any], *more: Any, **options: Any):
        del more, options
        self.optimizers = list(optimizers)

    def apply(self, fgraph: FunctionGraph, *args: Any) -> None:
        """Run rounds, until one leaves the graph as it is."""
        for _ in range(ROUNDS):
            before = fgraph.graph
            for one in self.optimizers:
                local = isinstance(one, LocalOptimizer)
                (in2out(one) if local else one).optimize(fgraph)
            if fgraph.graph.outputs == before.outputs:
                return


class MergeOptimizer(Optimizer):
    """Joins nodes that compute the same."""

    def apply(self, fgraph: FunctionGraph, *args: Any) -> tuple[Any, ...]:
        """Join them; gives Theano's tuple."""
        before = len(fgraph.apply_nodes)
        fgraph.graph = exhaust(merge(fgraph.graph), ())
        merged = before - len(fgraph.apply_nodes)
        return (0, 0.0, 0.0, None, None, {}, merged, 0)


# Rules of this package made of local optimizers


@dataclass(frozen=True, eq=False)
class UserRule:
    """A local optimizer as a rule of a phase."""

    name: str
    phase: str
    why: str
    local: LocalOptimizer

    def concerns(self, op: Op, made_by: Any) -> bool:
        """Whether the local optimizer looks at the op."""
        del made_by
        return self.local.concerns(op)

    def attempts(self, v: Variable) -> Iterator[Attempt]:
        """What the local optimizer makes of a variable."""
        node = v.owner
        given = self.local.transform(node) if node is not None else None
        if node is None or not given or isinstance(given, bool):
            return
        new = given.get(v, v) if isinstance(given, Mapping) else given[v.index]
        fitted = fit(new, v, v.origins) if new is not v else NO_MATCH
        if isinstance(fitted, Variable):
            yield Attempt(fitted, {})


def registrar(phase: str) -> Callable[..., Any]:
    """`register_canonicalize` and its kin: make a local optimizer a rule of a phase."""

    def register(
        local: Any, *tags: Any, name: str | None = None, **options: Any
    ) -> Any:
        del options
        if isinstance(local, str):
            return partial(register, name=name)
        known = name or local.name or type(local).__name__
        why = inspect.getdoc(local) or "the program registered it"
        RULES.append(cast(Any, UserRule(known, phase, why, local)))
        return local

    return register
