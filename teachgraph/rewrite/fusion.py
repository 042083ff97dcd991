"""The fusion pass: nodes that can run in one loop become one `Fused` node.

A group has a *domain*, the shape that its loops run over. Elementwise nodes of that
shape join it, and so do folds over some of its axes; after folds over the last axes,
nodes of the shape that is left may follow, and be read again by nodes of the whole
shape (softmax is one group). Each variable of a group carries *labels*: which axis of
the domain each of its axes is. A node joins only where labels line up and no cycle
through the outside would arise.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from teachgraph.core.events import Event, Rewrote
from teachgraph.core.graph import Apply, Graph, Variable, rebuild
from teachgraph.core.order import in_order
from teachgraph.core.record import record
from teachgraph.core.shapes import Shapes, infer_shapes, name_inputs
from teachgraph.core.sizes import Size
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.fused import Fused
from teachgraph.ops.random import Uniform
from teachgraph.ops.reduce import Argmax, Argmin
from teachgraph.ops.shape import DimShuffle
from teachgraph.rewrite.asked import lengths_of_inputs
from teachgraph.rewrite.dependence import Dependence, Member
from teachgraph.rewrite.sums import sums_of_parts

JOINING = (Elementwise, DimShuffle, Uniform)
"""What may join a group, besides folds."""

Labels = tuple[int | None, ...]
SMALLEST_GROUP = 2
LARGEST_GROUP = 400
"""Nodes in one kernel; beyond, compilers slow down more than loops gain."""


@record()
class Fusion:
    """The name and the reason of the pass, as a rule has them."""

    name: str = "fuse"
    why: str = "One loop reads each element once; what lies between is never stored."
    phase: str = "fuse"


@dataclass(eq=False)
class _Group(Member):
    """A group that grows. `folded` are the axes that its folds take away."""

    domain: tuple[Size, ...]
    labels: dict[Variable, Labels] = field(default_factory=dict[Variable, Labels])
    folded: tuple[int, ...] | None = None

    @property
    def trailing(self) -> bool:
        """True when folds take the last axes and leave some."""
        folded, rank = self.folded or (), len(self.domain)
        return (
            bool(folded)
            and folded == tuple(range(rank - len(folded), rank))
            and len(folded) < rank
        )


def fuse(graph: Graph) -> Generator[Event, None, Graph]:
    """The graph with loops that can run together made one node."""
    for work in FUSING:
        graph = yield from work(graph)
    return graph


def joined_loops(graph: Graph) -> Generator[Event, None, Graph]:
    """The graph with each group of nodes that can run in one loop made one node."""
    groups = [g for g in _Fuser(graph).groups() if len(g.nodes) >= SMALLEST_GROUP]
    done: dict[Variable, Variable] = {}
    rule = Fusion()
    clients = graph.clients()
    wanted = set(graph.outputs)
    result = graph
    if groups:
        for group in _in_order(groups):
            yield from _replace(group, done, clients, wanted, rule)
        outputs = rebuild(graph.outputs, done, lambda v: v)
        result = Graph(graph.inputs, outputs, graph.names)
    return result


FUSING = (sums_of_parts, lengths_of_inputs, joined_loops)
"""The passes that `fuse` is, one after the other."""


def _in_order(groups: Sequence[_Group]) -> list[_Group]:
    """The groups, each after those it depends on."""
    order = in_order(list[Member](groups), lambda g: (n.present() for n in g.needs))
    wanted = set(groups)
    return [g for g in order if isinstance(g, _Group) and g in wanted]


def _replace(
    group: _Group,
    done: dict[Variable, Variable],
    clients: dict[Variable, list[tuple[Apply, int]]],
    wanted: set[Variable],
    rule: Fusion,
) -> Generator[Event, None, None]:
    members = set(group.nodes)
    made = [v for node in group.nodes for v in node.outputs]
    outputs = [
        v for v in made if v in wanted or any(c not in members for c, _ in clients[v])
    ]
    outside = _outside(group.nodes, set(made))
    inner_inputs = {
        v: Variable(v.type, v.name or _letter(n)) for n, v in enumerate(outside)
    }
    inner = dict(inner_inputs)
    inner_outputs = rebuild(outputs, inner, lambda v: v)
    op = Fused(Graph(tuple(inner_inputs.values()), inner_outputs))
    before = rebuild(outputs, ChainMap({}, done), lambda v: v)
    outer = rebuild(outside, done, lambda v: v)
    origins = tuple(dict.fromkeys(o for node in group.nodes for o in node.origins))
    fused = Apply(op, outer, (v.type for v in outputs), origins)
    for old, was, new in zip(outputs, before, fused.outputs, strict=True):
        new.name = old.name
        done[old] = new
        yield Rewrote(rule, old, was, new)


def _draws(group: _Group) -> bool:
    return any(isinstance(node.op, Uniform) for node in group.nodes)


def _letter(n: int) -> str:
    return "abcdefghijklmnopqrstuvwxyz"[n] if n < 26 else f"v{n}"


def _outside(nodes: Sequence[Apply], made: set[Variable]) -> list[Variable]:
    found: dict[Variable, None] = {}
    for node in nodes:
        for v in node.inputs:
            scalar = v.owner is None and v.data is not None and v.data.size == 1
            if v not in made and not scalar:
                found.setdefault(v)
    return list(found)


class _Fuser:
    def __init__(self, graph: Graph):
        self.graph = graph
        self.shapes: Shapes = infer_shapes(graph, name_inputs(graph))
        self.position = {node: n for n, node in enumerate(graph.applies())}
        self.known = Dependence()

    def groups(self) -> list[_Group]:
        for node in self.graph.applies():
            if not (self._may_join(node) and self._place(node)):
                self.known.leave_out(node)
        return [g for g in self.known.members if isinstance(g, _Group)]

    def _place(self, node: Apply) -> bool:
        """Put a node into a group, if there is one for it."""
        near = list(dict.fromkeys(self._groups_of_inputs(node)))
        for group in near:
            if self._join(node, group):
                for other in near:
                    if other is not group:
                        self._merge(group, other)
                return True
        return self._begin(node)

    def _groups_of_inputs(self, node: Apply) -> Iterator[_Group]:
        for v in node.inputs:
            group = self.known.group_of.get(v.owner) if v.owner is not None else None
            if isinstance(group, _Group):
                yield group

    def _may_join(self, node: Apply) -> bool:
        if len(node.outputs) != 1 or node.outputs[0] in self.shapes.found:
            return False
        if node.op.lower is None:
            return False
        if node.outputs[0].type.dtype == "float16" or any(
            v.type.dtype == "float16" for v in node.inputs
        ):
            return False
        return isinstance(node.op, JOINING) or node.op.folds

    def _shape(self, v: Variable) -> tuple[Size, ...]:
        return self.shapes.lengths(v)

    def _begin(self, node: Apply) -> bool:
        if isinstance(node.op, DimShuffle):
            return False
        source = node.inputs[0] if node.op.folds else node.outputs[0]
        group = _Group(self._shape(source))
        if self._labels(node, group) is None:
            return False
        self.known.begin(group)
        return self._join(node, group)

    # Joining

    def _join(self, node: Apply, group: _Group) -> bool:
        if len(group.nodes) >= LARGEST_GROUP:
            return False
        labels = self._labels(node, group)
        if labels is None or self.known.would_cycle(node, group):
            return False
        self.known.join(node, group)
        group.labels[node.outputs[0]] = labels
        if node.op.folds:
            group.folded = tuple(sorted(node.op.attributes()["axis"]))
        return True

    def _full(self, group: _Group) -> Labels:
        return tuple(range(len(group.domain)))

    def _labels(self, node: Apply, group: _Group) -> Labels | None:
        """The axis of the domain that each axis of the result is, or None."""
        if node.op.folds:
            return self._fold_labels(node, group)
        if isinstance(node.op, DimShuffle):
            return self._shuffled_labels(node, group)
        v = node.outputs[0]
        if self._shape(v) == group.domain:
            full = self._full(group)
            return full if self._inputs_line_up(node, group, full) else None
        if not group.trailing:
            return None
        return self._after_labels(node, group)

    def _fold_labels(self, node: Apply, group: _Group) -> Labels | None:
        x = node.inputs[0]
        axes = tuple(sorted(node.op.attributes()["axis"]))
        if self._shape(x) != group.domain or not axes:
            return None
        if group.folded is not None and group.folded != axes:
            return None
        if isinstance(node.op, Argmax | Argmin) and _draws(group):
            return None  # its loop is not vectorised, and draws would not be either
        if x in group.labels and group.labels[x] != self._full(group):
            return None
        return tuple(a for a in self._full(group) if a not in axes)

    def _shuffled_labels(self, node: Apply, group: _Group) -> Labels | None:
        """Only results of folds are shuffled inside a group: to be stretched again."""
        (x,), order = node.inputs, node.op.attributes()["order"]
        labels = group.labels.get(x)
        if labels is None or labels == self._full(group) or not group.trailing:
            return None
        kept: list[int] = [a for a in order if a != "x"]
        places: dict[Any, int | None] = {a: labels[a] for a in kept}
        found: Labels = tuple(places.get(a) for a in order)
        dropped = [labels[a] for a in range(len(labels)) if a not in kept]
        if any(label is not None for label in dropped):
            return None
        return found if self._storable(found, group) else None

    def _after_labels(self, node: Apply, group: _Group) -> Labels | None:
        """Labels of a node that works on what folds left."""
        v = node.outputs[0]
        shape = self._shape(v)
        labels: list[int | None] = [None] * len(shape)
        inside = [i for i in node.inputs if i in group.labels]
        if not inside or isinstance(node.op, Uniform):
            return None
        for i in inside:
            own = group.labels[i]
            for axis, label in enumerate(own, start=len(shape) - len(own)):
                if label is None:
                    continue
                if labels[axis] not in (None, label):
                    return None
                labels[axis] = label
        for label, n in zip(labels, shape, strict=True):
            if n != (Size.of(1) if label is None else group.domain[label]):
                return None
        return tuple(labels) if self._storable(tuple(labels), group) else None

    def _storable(self, labels: Labels, group: _Group) -> bool:
        """Results have the axes that folds leave, or all with 1 for the folded ones."""
        folded = group.folded or ()
        one = {None, *(a for a, n in enumerate(group.domain) if n.constant == 1)}
        rank = range(len(group.domain))
        padded = tuple(None if a in folded or a in one else a for a in rank)
        plain = tuple(None if a in one else a for a in rank if a not in folded)
        own = tuple(None if a in one else a for a in labels)
        return own in (padded, plain)

    def _inputs_line_up(self, node: Apply, group: _Group, full: Labels) -> bool:
        rank = len(full)
        for v in node.inputs:
            own = group.labels.get(v)
            if own is None:
                continue
            for axis, label in enumerate(own, start=rank - len(own)):
                if label is not None and label != axis:
                    return False
            if own != full and not group.trailing:
                return False
        return True

    # Merging

    def _merge(self, group: _Group, other: _Group) -> None:
        """Take the nodes of another group in, where both run over the same domain."""
        if (
            other.domain != group.domain
            or len(group.nodes) + len(other.nodes) > LARGEST_GROUP
        ):
            return
        known = self.known
        if known.leads_outside(group, other) or known.leads_outside(other, group):
            return
        trial = self._together(group, other)
        if trial is not None:
            self._absorb(group, other, trial)

    def _together(self, group: _Group, other: _Group) -> _Group | None:
        """The two groups as one, if the labels of all nodes line up then."""
        trial = _Group(group.domain)
        nodes = sorted([*group.nodes, *other.nodes], key=self.position.__getitem__)
        if group.folded is None and other.folded is None:
            # All nodes have all axes of the domain, and so they have together.
            trial.nodes, trial.labels = nodes, {**group.labels, **other.labels}
            return trial
        for node in nodes:
            labels = self._labels(node, trial)
            if labels is None:
                return None
            trial.nodes.append(node)
            trial.labels[node.outputs[0]] = labels
            if node.op.folds:
                trial.folded = tuple(sorted(node.op.attributes()["axis"]))
        return trial

    def _absorb(self, group: _Group, other: _Group, trial: _Group) -> None:
        self.known.merge(group, other)
        group.nodes, group.labels = trial.nodes, trial.labels
        group.folded = trial.folded
