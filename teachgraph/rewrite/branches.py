"""The pass that makes `ifelse` lazy: what one branch alone needs moves inside of it.

Every node lies in a *region*: () is the graph itself, `((node, True),)` the first
branch of an `IfElse` node, and so on inwards. A node that is read in several regions
lies in what they have in common, so it is computed once, before the decision.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from typing import cast

from teachgraph.core.events import Event, Rewrote, result_of
from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.core.op import Op
from teachgraph.core.record import having, record
from teachgraph.ops.ifelse import Branches, IfElse
from teachgraph.ops.inner import OpFromGraph
from teachgraph.rewrite.places import Places

Region = tuple[tuple[Apply, bool], ...]


@record()
class Moving:
    """The name and the reason of the pass, as a rule has them."""

    name: str = "lazy_branches"
    why: str = "Only one branch is needed in a call; the other need not be computed."


MOVING = Moving()


def lazy_branches(graph: Graph) -> Generator[Event, None, Graph]:
    """The graph with the work of each `ifelse` inside its branches."""
    work = _Work(graph)
    done = work.build((), {v: v for v in graph.inputs})
    if not work.moved:
        return graph
    for old, new in work.moved:
        yield Rewrote(MOVING, old, old, new)
    outputs = tuple(done.get(v, v) for v in graph.outputs)
    return Graph(graph.inputs, outputs, graph.names)


def placed(
    work: Generator[Event, None, Graph], graph: Graph, places: Places
) -> Generator[Event, None, Graph]:
    """The pass with its events in terms of the places that variables keep."""
    events: list[Rewrote] = []
    while True:
        try:
            events.append(cast(Rewrote, next(work)))
        except StopIteration as end:
            result = end.value
            break
    places.follow(graph, result, events)
    for event in events:
        old, new = map(places.recorded, (event.replaces, event.after))
        yield having(event, replaces=old, after=new)
    return result


def has_branches(graph: Graph) -> bool:
    """Whether there is an `ifelse`, or one inside a loop."""
    return any(
        isinstance(node.op, IfElse) or any(map(has_branches, _inside_of(node.op)))
        for node in graph.applies()
    )


def branches_in(graph: Graph) -> list[Branches]:
    """The lazy ops of a graph, and of the graphs inside ops of it."""
    found: list[Branches] = []
    for node in graph.applies():
        if isinstance(node.op, Branches):
            found.append(node.op)
        else:
            found += [op for inner in _inside_of(node.op) for op in branches_in(inner)]
    return found


def _inside_of(op: Op) -> list[Graph]:
    return [g for g in op.attributes().values() if isinstance(g, Graph)]


class _Work:
    """Where each node lies, and what was moved in the graph itself."""

    def __init__(self, graph: Graph):
        self.members = _members(graph)
        self.made = {v: r for r, nodes in self.members.items() for v in _outputs(nodes)}
        self.moved: list[tuple[Variable, Variable]] = []

    def build(
        self, region: Region, done: dict[Variable, Variable]
    ) -> dict[Variable, Variable]:
        """What stands for each variable of a region, given what comes from outside."""
        for node in self.members.get(region, ()):
            fresh = self._branches(node, region, done)
            if fresh is None:
                fresh = self._same(node, region, done)
            pairs = tuple(zip(node.outputs, fresh.outputs, strict=True))
            done.update(pairs)
            if not region:
                self.moved += pairs if fresh.op is not node.op else ()
        return done

    def _same(
        self, node: Apply, region: Region, done: dict[Variable, Variable]
    ) -> Apply:
        """The node on what stands for its inputs, lazy inside as well."""
        inputs = tuple(self._read(v, region, done) for v in node.inputs)
        op = moved_within(node.op)
        if op is node.op:
            return node if node.reads(inputs) else node.with_inputs(inputs)
        return _labelled(op, inputs, node)

    def _branches(
        self, node: Apply, region: Region, done: dict[Variable, Variable]
    ) -> Apply | None:
        """The lazy node for an `IfElse`; None where nothing is saved by it."""
        op = node.op
        if not isinstance(op, IfElse):
            return None
        sides = (*region, (node, True)), (*region, (node, False))
        if not any(side in self.members for side in sides):
            return None
        condition, *results = node.inputs
        halves = results[: op.count], results[op.count :]
        then, read = self._inner(sides[0], halves[0])
        otherwise, read_else = self._inner(sides[1], halves[1])
        inputs = (condition, *read, *read_else)
        outer = tuple(self._read(v, region, done) for v in inputs)
        return _labelled(Branches(then, otherwise, op.name), outer, node)

    def _inner(
        self, region: Region, outputs: Sequence[Variable]
    ) -> tuple[Graph, tuple[Variable, ...]]:
        """The graph of a branch, and what its inputs stand for outside."""
        done = self.build(region, {})
        results = tuple(self._read(v, region, done) for v in outputs)
        inputs = [(v, w) for v, w in done.items() if self.made.get(v) != region]
        graph = Graph(tuple(w for _, w in inputs), results)
        return graph, tuple(v for v, _ in inputs)

    def _read(
        self, v: Variable, region: Region, done: dict[Variable, Variable]
    ) -> Variable:
        """What stands for a variable in a region: a constant is itself everywhere."""
        if v in done:
            return done[v]
        if not region or (v.owner is None and v.data is not None):
            return v
        done[v] = Variable(v.type, v.name, origins=v.origins)
        return done[v]


def _labelled(op: Op, inputs: tuple[Variable, ...], old: Apply) -> Apply:
    """The op in the place of an old node: with its types, names and origins."""
    fresh = Apply(op, inputs, (v.type for v in old.outputs), old.origins)
    for before, after in zip(old.outputs, fresh.outputs, strict=True):
        after.take_labels(before)
    return fresh


def _outputs(nodes: Iterable[Apply]) -> Iterable[Variable]:
    return (v for node in nodes for v in node.outputs)


def _members(graph: Graph) -> dict[Region, list[Apply]]:
    """The nodes of each region, in an order in which they can run."""
    used: dict[Variable, Region] = dict.fromkeys(graph.outputs, ())
    order = graph.applies()
    where: dict[Apply, Region] = {}
    for node in reversed(order):
        region = _common(used[v] for v in node.outputs if v in used)
        where[node] = region
        for position, v in enumerate(node.inputs):
            use = _inside(node, position, region)
            used[v] = _common((used[v], use)) if v in used else use
    members: dict[Region, list[Apply]] = {}
    for node in order:
        members.setdefault(where[node], []).append(node)
    return members


def _inside(node: Apply, position: int, region: Region) -> Region:
    """The region in which a node reads its input at a position."""
    if not isinstance(node.op, IfElse) or position == 0:
        return region
    return (*region, (node, position <= node.op.count))


def _common(regions: Iterable[Region]) -> Region:
    """What all regions begin with."""
    first, *others = regions
    for other in others:
        same = 0
        for a, b in zip(first, other):
            if a != b:
                break
            same += 1
        first = first[:same]
    return first


def conditional(graph: Graph) -> set[Apply]:
    """The nodes that only one branch of an `ifelse` needs."""
    members = _members(graph)
    return {node for region, nodes in members.items() if region for node in nodes}


def moved_within(op: Op) -> Op:
    """The op with lazy branches in the graphs that are its fields."""
    if isinstance(op, Branches | OpFromGraph):
        return op
    inner = {k: g for k, g in op.attributes().items() if isinstance(g, Graph)}
    moved = {k: result_of(lazy_branches(g)) for k, g in inner.items()}
    changed = {k: g for k, g in moved.items() if g is not inner[k]}
    return op.having(**changed) if changed else op
