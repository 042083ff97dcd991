"""What there is to be seen of a graph: frozen nodes that refer to each other by id.

    model = nodes, outputs             node = id, kind, label, refs to what it reads
    ref   = (node id, number of the output)

Every drawing, page, text and document is made from this model, never from the graph
itself. An id is given once, by `Ids`, and stays with its node for as long as the `Ids`
live; `view/replay.py` keeps it over the rewrites of a History.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from teachgraph.compile.function import Function
from teachgraph.core.entrance import error_of
from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.core.op import Op
from teachgraph.core.origin import here
from teachgraph.core.record import having
from teachgraph.core.report import Hint, Report, TeachgraphError
from teachgraph.core.types import TensorType
from teachgraph.ops.fused import Fused
from teachgraph.program.program import Program
from teachgraph.view.words import kind_of, label, leaf_label

Ref = tuple[str, int]
Owner = Apply | Variable
"""What a node of the model stands for: an Apply, or a variable without one."""

PREFIX = {"input": "v", "shared": "s", "constant": "c", "apply": "a"}


@dataclass(frozen=True, eq=False)
class Node:
    """One thing that is drawn.

    `kind` is input, shared, constant or apply. `variables` are what comes out of it:
    one for a leaf. `inner` is the graph inside a fused kernel or a loop. `cluster` is
    the frame the node is drawn in.
    """

    id: str
    kind: str
    label: str
    variables: tuple[Variable, ...]
    inputs: tuple[Ref, ...] = ()
    inner: Graph | None = None
    cluster: str | None = None

    @property
    def apply(self) -> Apply | None:
        """The application that the node stands for; None for a leaf or a cut."""
        return self.variables[0].owner if self.kind == "apply" else None

    @property
    def types(self) -> tuple[TensorType, ...]:
        """The type of each output."""
        return tuple(v.type for v in self.variables)


@dataclass(frozen=True)
class Cluster:
    """A frame around nodes: `kind` is fused or layer; `parent` the frame around it."""

    id: str
    label: str
    kind: str
    parent: str | None = None


@dataclass(frozen=True, eq=False)
class Model:
    """A graph as it is shown: nodes in an order in which they can run, and outputs."""

    nodes: tuple[Node, ...]
    outputs: tuple[Ref, ...]
    names: tuple[str, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    by_id: dict[str, Node] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {node.id: node for node in self.nodes})

    def users(self) -> dict[str, list[tuple[str, int]]]:
        """For each node, who reads it: (reader's id, position), in order."""
        found: dict[str, list[tuple[str, int]]] = {node.id: [] for node in self.nodes}
        for node in self.nodes:
            for position, (source, _) in enumerate(node.inputs):
                found[source].append((node.id, position))
        return found

    def variable(self, ref: Ref) -> Variable:
        """The variable that a ref means."""
        return self.by_id[ref[0]].variables[ref[1]]

    def output_name(self, position: int) -> str:
        """The name under which an output is handed out, if it has one."""
        if position < len(self.names) and self.names[position]:
            return self.names[position]
        return self.variable(self.outputs[position]).name or ""


class Ids:
    """Gives each node its id; an id is never given twice."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._given: dict[Owner, str] = {}

    def new(self, owner: Owner, kind: str) -> str:
        """A fresh id, which from now on is the owner's."""
        self._given[owner] = f"{PREFIX[kind]}{next(self._numbers)}"
        return self._given[owner]

    def same(self, owner: Owner, id: str) -> None:
        """Let an owner share an id that is in use: it is the same node, rebuilt."""
        self._given[owner] = id

    def get(self, owner: Owner) -> str | None:
        """The owner's id, if it has one."""
        return self._given.get(owner)

    def forget(self, owner: Owner) -> None:
        """Let the owner have a new id if it ever comes back."""
        self._given.pop(owner, None)


def owner_of(
    v: Variable, cut: frozenset[Variable] | set[Variable] = frozenset()
) -> Owner:
    """What makes a variable; the variable itself where the graph begins."""
    return v if v.owner is None or v in cut else v.owner


def inner_graph(op: Op) -> Graph | None:
    """The graph inside an op that has one: a fused kernel, the body of a loop."""
    for value in op.attributes().values():
        if isinstance(value, Graph):
            return value
    return None


def leaf_node(v: Variable, id: str) -> Node:
    """The node of a variable where the graph begins, made by an op or not."""
    kind = "input" if v.owner is not None else kind_of(v)
    return Node(id, kind, leaf_label(v) if v.name else label(v), (v,))


def apply_node(node: Apply, id: str, inputs: tuple[Ref, ...]) -> Node:
    """The node of an application, reading `inputs`."""
    shown = label(node.outputs[0])
    return Node(id, "apply", shown, node.outputs, inputs, inner_graph(node.op))


def model_of(graph: Graph, ids: Ids | None = None) -> Model:
    """The model of a graph; nodes known to `ids` keep their id."""
    ids = ids or Ids()
    cut = set(graph.inputs)
    nodes: dict[str, Node] = {}
    refs: dict[Variable, Ref] = {}
    for v in graph.variables():
        owner = owner_of(v, cut)
        kind = "apply" if isinstance(owner, Apply) else leaf_node(v, "").kind
        id = ids.get(owner) or ids.new(owner, kind)
        refs[v] = (id, v.index if isinstance(owner, Apply) else 0)
        if id in nodes:
            continue
        if isinstance(owner, Apply):
            nodes[id] = apply_node(owner, id, tuple(refs[i] for i in owner.inputs))
        else:
            nodes[id] = leaf_node(v, id)
    outputs = tuple(refs[v] for v in graph.outputs)
    return Model(tuple(nodes.values()), outputs, graph.names)


def graph_of(shown: Any) -> Graph:
    """The graph of whatever can be shown: variable, list, graph, program, function.

    A function is shown as it runs, after fusion.

    Raises:
        wrong-argument-kind: it is none of these.
    """
    if isinstance(shown, Graph):
        return shown
    if isinstance(shown, Variable):
        return Graph(leaves([shown]), (shown,))
    if isinstance(shown, Apply):
        return Graph(leaves(shown.outputs), shown.outputs)
    if isinstance(shown, Program):
        return shown.graph
    if isinstance(shown, Function):
        return shown.program.graph
    if isinstance(shown, list | tuple):
        parts = cast(Sequence[Any], shown)
        outputs = tuple(v for part in parts for v in graph_of(part).outputs)
        return Graph(leaves(outputs), outputs)
    kinds = "a variable, a list of variables, a node, a graph or a function"
    raise wrong_kind(f"{_a(shown)} has no graph to show", f"give {kinds}")


def wrong_kind(title: str, help: str) -> TeachgraphError:
    """The error for something that cannot be looked at in this way."""
    report = Report("wrong-argument-kind", title, here(), hints=(Hint(help),))
    return error_of(report)


def _a(thing: Any) -> str:
    """The class of a thing with its article."""
    name = type(thing).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def output_names(shown: Any) -> tuple[str, ...]:
    """What the outputs of something are called, as far as they have names.

    The outputs of a function that are new values of shared variables say so.
    """
    graph = graph_of(shown)
    names = [*graph.names, *(v.name or "" for v in graph.outputs[len(graph.names) :])]
    if isinstance(shown, Function):
        count = len(names) - len(shown.updated)
        names[count:] = [f"new {v.name or 'value'}" for v in shown.updated]
    return tuple(names)


def shown_model(shown: Any, ids: Ids | None = None) -> Model:
    """The model of whatever can be shown, with the names of its outputs."""
    return having(model_of(graph_of(shown), ids), names=output_names(shown))


def leaves(outputs: Sequence[Variable]) -> tuple[Variable, ...]:
    """The inputs and shared variables that the outputs need, in the order met."""
    walked = Graph((), tuple(outputs)).variables()
    return tuple(v for v in walked if kind_of(v) in ("input", "shared"))


def expanded(model: Model, ids: Ids, largest: int = 24) -> Model:
    """The model with what is inside fused kernels drawn in a frame each.

    Kernels of more than `largest` nodes, loops and branches stay closed.
    """
    nodes: list[Node] = []
    clusters = list(model.clusters)
    stands: dict[Ref, Ref] = {}
    for node in model.nodes:
        inputs = tuple(stands.get(ref, ref) for ref in node.inputs)
        kernel = node.apply is not None and isinstance(node.apply.op, Fused)
        inner = model_of(node.inner, ids) if kernel and node.inner else None
        if inner is None or len(inner.nodes) > largest:
            nodes.append(having(node, inputs=inputs))
            continue
        title = "fused into one kernel"
        clusters.append(Cluster(node.id, title, "fused", node.cluster))
        given = {inner_id(inner, i): ref for i, ref in enumerate(inputs)}
        nodes.extend(_inside(inner, given, node.id))
        for position, (source, output) in enumerate(inner.outputs):
            stands[node.id, position] = given.get(
                source, (f"{node.id}{source}", output)
            )
    outputs = tuple(stands.get(ref, ref) for ref in model.outputs)
    return Model(tuple(nodes), outputs, model.names, tuple(clusters))


def inner_id(inner: Model, position: int) -> str:
    """The id of the input at a position; a graph's inputs come first in its model."""
    return inner.nodes[position].id


def _inside(inner: Model, given: dict[str, Ref], cluster: str) -> Iterator[Node]:
    """The nodes of an inner graph, reading what the fused node reads."""
    for node in inner.nodes:
        if node.id in given:
            continue
        inputs = tuple(given.get(s, (f"{cluster}{s}", n)) for s, n in node.inputs)
        yield having(node, id=f"{cluster}{node.id}", inputs=inputs, cluster=cluster)
