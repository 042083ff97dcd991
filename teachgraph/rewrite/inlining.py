"""The pass that puts the graph of an `OpFromGraph` where the op stands."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import field

from teachgraph.core.events import Event, result_of
from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.core.op import Op
from teachgraph.core.record import record
from teachgraph.ops.inner import OpFromGraph
from teachgraph.rewrite.driver import rewrite
from teachgraph.rewrite.pattern import Makers
from teachgraph.rewrite.places import Places
from teachgraph.rewrite.rule import Attempt, Unheard

NAME = "inline_ofg_expansion"


@record(eq=False)
class Inlining:
    """The graph inside takes the place of the op, for each of its outputs."""

    made: dict[Apply, tuple[Variable, ...]] = field(
        default_factory=dict[Apply, tuple[Variable, ...]]
    )
    name: str = NAME
    why: str = "What is inside can be simplified together with what is around it."

    def __repr__(self) -> str:
        return self.name

    def concerns(self, op: Op, made_by: Makers) -> bool:
        """Is it an op with a graph to be opened, or with such an op inside?"""
        del made_by
        return isinstance(op, OpFromGraph) or opened(op) is not op

    def attempts(self, v: Variable) -> Iterator[Attempt]:
        """The output of the graph inside that `v` is."""
        node = v.owner
        if node is not None:
            if node not in self.made:
                self.made[node] = _outputs(node)
            yield Attempt(self.made[node][v.index], {})


def inline(graph: Graph, places: Places | None = None) -> Generator[Event, None, Graph]:
    """The graph with every `OpFromGraph` opened, those inside loops too."""
    return (yield from rewrite(graph, (Inlining(),), places=places))


def has_something_to_open(graph: Graph) -> bool:
    """Whether the pass would do anything."""
    return any(
        isinstance(node.op, OpFromGraph) or opened(node.op) is not node.op
        for node in graph.applies()
    )


def opened(op: Op) -> Op:
    """The op with the graphs in its fields opened; itself if there is nothing."""
    if isinstance(op, OpFromGraph):
        return op
    graphs = {k: g for k, g in op.attributes().items() if isinstance(g, Graph)}
    changed = {
        k: result_of(inline(g)) for k, g in graphs.items() if has_something_to_open(g)
    }
    return op.having(**changed) if changed else op


def _outputs(node: Apply) -> tuple[Variable, ...]:
    op = node.op
    if not isinstance(op, OpFromGraph):
        fresh = Apply(opened(op), node.inputs, (v.type for v in node.outputs))
        return _placed(fresh, node)
    done: dict[Variable, Variable] = dict(
        zip(op.graph.inputs, node.inputs, strict=True)
    )
    with Unheard():
        for inner in op.graph.applies():
            inputs = [done.get(v, v) for v in inner.inputs]
            same = all(v.type == w.type for v, w in zip(inner.inputs, inputs))
            origins = (*inner.origins, *node.origins)
            fresh = (
                Apply(inner.op, tuple(inputs), (v.type for v in inner.outputs), origins)
                if same
                else inner.op.make(*inputs, origins=origins)
            )
            for old, new in zip(inner.outputs, fresh.outputs, strict=True):
                new.take_labels(old)
                done[old] = new
    return tuple(done.get(v, v) for v in op.graph.outputs)


def _placed(fresh: Apply, node: Apply) -> tuple[Variable, ...]:
    for new, old in zip(fresh.outputs, node.outputs, strict=True):
        new.take_labels(old)
        new.origins = old.origins
    return fresh.outputs
