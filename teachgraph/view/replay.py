"""A History as a first model and the change that each rewrite made to it.

The rewriter rebuilds what stands above a replacement, so one node of the drawing is
many `Apply` objects over time. Here such a rebuilt node keeps its id: a node that has
not been seen before, does the same as one that is there, reads the same and was written
at the same places, *is* that one. Where a graph is met between two rewrites, nothing
can be new in it, and doing the same is enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from teachgraph.core.events import Declined, History, PassEnded, PassStarted, Rewrote
from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.core.record import having
from teachgraph.view.model import (
    Ids,
    Model,
    Node,
    Owner,
    Ref,
    apply_node,
    leaf_node,
    model_of,
    owner_of,
)


@dataclass(frozen=True, eq=False)
class Change:
    """What one rewrite did, in the order in which it is to be applied.

    `add` nodes, `rewire` (reader, position, new ref), set `outputs` (position, new
    ref), then `remove`; `gone` are the nodes that were removed. `map` leads from those
    of them that the rule matched to what stands for them now; `at` is the node that was
    replaced. All are empty when a rewrite changed nothing that is still there.
    """

    event: Rewrote
    at: str | None = None
    add: tuple[Node, ...] = ()
    rewire: tuple[tuple[str, int, Ref], ...] = ()
    outputs: tuple[tuple[int, Ref], ...] = ()
    remove: tuple[str, ...] = ()
    gone: tuple[Node, ...] = ()
    map: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Refusal:
    """A rule that matched the node `at`, if that is still there, and declined."""

    event: Declined
    at: str | None


SMALL = 512
"""Bytes up to which constants are compared by value, not as objects."""

Moment = Change | Refusal | PassStarted | PassEnded


class Replay:
    """The models of a History, one after the other.

    `first` is the graph as written, `moments` are what happened to it in order, with
    `changes` among them; `ids` knows every node.
    """

    def __init__(self, history: History, ids: Ids | None = None):
        self.ids = ids or Ids()
        start = first_graph(history)
        self.first = model_of(start, self.ids)
        self._live = _Live(start, self.first, self.ids)
        self.moments = tuple(self._moments(history))
        self.changes = tuple(m for m in self.moments if isinstance(m, Change))

    def _moments(self, history: History) -> Iterator[Moment]:
        for event in history.events:
            match event:
                case PassStarted(graph=graph):
                    for v in graph.outputs:
                        self._live.recognise(v)
                    yield event
                case PassEnded():
                    yield event
                case Rewrote():
                    yield self._live.change(event)
                case Declined(at=at):
                    found = self._live.recognise(at)
                    yield Refusal(event, found[0] if found else None)
                case _:
                    pass

    def model_at(self, k: int) -> Model:
        """The model after the first `k` rewrites."""
        nodes = {node.id: node for node in self.first.nodes}
        outputs = list(self.first.outputs)
        for change in self.changes[:k]:
            nodes |= {node.id: node for node in change.add}
            for reader, position, ref in change.rewire:
                nodes[reader] = rewired(nodes[reader], position, ref)
            for position, ref in change.outputs:
                outputs[position] = ref
            for id in change.remove:
                del nodes[id]
        return Model(_sorted(nodes), tuple(outputs), self.first.names)

    def last(self) -> Model:
        """The model after all rewrites."""
        return self.model_at(len(self.changes))

    def ref(self, v: Variable) -> Ref | None:
        """Where a variable of any moment is found at the end; None if it is gone."""
        return self._live.recognise(v)

    def was(self, v: Variable) -> str | None:
        """The id of the last node that stood for a variable, gone or not."""
        return self._live.once.get(owner_of(v, self._live.cut))


def first_graph(history: History) -> Graph:
    """The graph before any rewrite.

    Raises:
        ValueError: the history holds no rewriting.
    """
    started = next(history.of(PassStarted), None)
    if started is None:
        raise ValueError("this history holds no rewriting")
    return started.graph


def rewired(node: Node, position: int, ref: Ref) -> Node:
    """The node, reading `ref` at a position."""
    inputs = (*node.inputs[:position], ref, *node.inputs[position + 1 :])
    return having(node, inputs=inputs)


def _sorted(nodes: dict[str, Node]) -> tuple[Node, ...]:
    """Nodes in an order in which they can run; those that read nothing keep theirs."""
    done: dict[str, Node] = {id: n for id, n in nodes.items() if n.kind == "input"}
    for root in nodes:
        stack = [root]
        while stack:
            id = stack[-1]
            waiting = [s for s, _ in reversed(nodes[id].inputs) if s not in done]
            if id in done or not waiting:
                done.setdefault(stack.pop(), nodes[id])
            else:
                stack.extend(waiting)
    return tuple(done.values())


class _Live:
    """The present state of the drawing, and how it changes with one rewrite."""

    def __init__(self, graph: Graph, model: Model, ids: Ids):
        self.ids, self.cut = ids, set(graph.inputs)
        self.nodes: dict[str, Node] = {}
        self.outputs = list(model.outputs)
        self.readers: dict[str, dict[tuple[str, int], None]] = {}
        self.owners: dict[str, list[Owner]] = {}
        self.replaced: dict[Variable, Variable] = {}
        self.alike: dict[Any, dict[str, None]] = {}
        self.once: dict[Owner, str] = {}
        for node in model.nodes:
            self._enter(node)
            self._own(owner_of(node.variables[0], self.cut), node.id)
        self._fresh: list[Node] = []

    def change(self, event: Rewrote) -> Change:
        """Make the rewrite, and tell what it changed."""
        old = self.recognise(event.replaces)
        if old is None or event.after is event.replaces:
            return Change(event)
        self._fresh = []
        for v in event.before.owner.inputs if event.before.owner else ():
            self.recognise(v)
        matched = self._matched(event)
        new = self._settle(event.after)
        self.replaced[event.replaces] = event.after
        if old == new:
            return Change(event, old[0])
        rewire = [
            (id, at, new) for id, at in self.readers[old[0]] if self._reads(id, at, old)
        ]
        for id, position, ref in rewire:
            self._rewire(id, position, ref)
        outputs = [(i, new) for i, ref in enumerate(self.outputs) if ref == old]
        for position, ref in outputs:
            self.outputs[position] = ref
        swept = self._sweep([old[0], *(node.id for node in reversed(self._fresh))])
        add = tuple(node for node in self._fresh if node.id in self.nodes)
        fresh = {node.id for node in self._fresh}
        gone = tuple(node for node in swept if node.id not in fresh)
        remove = {node.id: None for node in gone}
        stands = [(id, new[0]) for id in matched if id in remove]
        return Change(
            event,
            old[0],
            add,
            tuple(rewire),
            tuple(outputs),
            tuple(remove),
            gone,
            tuple(dict.fromkeys([(old[0], new[0]), *stands])),
        )

    def find(self, v: Variable) -> Ref | None:
        """The present ref of a variable that stands in the drawing."""
        while v in self.replaced:
            v = self.replaced[v]
        owner = owner_of(v, self.cut)
        id = self.ids.get(owner)
        if id is None or id not in self.nodes:
            return None
        return id, v.index if isinstance(owner, Apply) else 0

    def _reads(self, id: str, position: int, ref: Ref) -> bool:
        return self.nodes[id].inputs[position] == ref

    def recognise(self, v: Variable) -> Ref | None:
        """The present ref of a variable, also of one rebuilt; None if it is gone."""
        return self._walk(v, self._alike)

    def _settle(self, v: Variable) -> Ref:
        """The present ref of a variable; nodes that were not there yet come in."""
        ref = self._walk(v, self._bring_in)
        if ref is None:
            raise KeyError(f"{v} is not in the drawing")
        return ref

    def _walk(
        self, v: Variable, meet: Callable[[Owner, tuple[Ref, ...]], bool]
    ) -> Ref | None:
        """Find `v` and what it reads; `meet` is asked about what was never seen."""
        stack = [v]
        while stack:
            top = stack[-1]
            if self.find(top) is not None:
                stack.pop()
                continue
            while top in self.replaced:
                top = self.replaced[top]
            owner = owner_of(top, self.cut)
            below = owner.inputs if isinstance(owner, Apply) else ()
            inputs = tuple(self.find(i) for i in below)
            waiting = [i for i, ref in zip(below, inputs, strict=True) if ref is None]
            if waiting:
                stack.extend(reversed(waiting))
                continue
            stack.pop()
            present = tuple(ref for ref in inputs if ref is not None)
            if not meet(owner, present):
                return None
        return self.find(v)

    def _alike(
        self, owner: Owner, inputs: tuple[Ref, ...], *, same: bool = False
    ) -> bool:
        """Whether an owner does what a node does that is there, and so is that node.

        With `same` only if it was also written at the same places.
        """
        for id in self.alike.get(_key(owner, inputs), ()):
            known = (o.origins for o in self.owners[id])
            if not same or owner.origins in known:
                self.ids.same(owner, id)
                self._own(owner, id)
                return True
        return False

    def _bring_in(self, owner: Owner, inputs: tuple[Ref, ...]) -> bool:
        """Let an owner be a node that is there, or else a new one."""
        if isinstance(owner, Variable):
            kind = leaf_node(owner, "").kind
            self._add(leaf_node(owner, self.ids.new(owner, kind)), owner)
        elif not self._alike(owner, inputs, same=True):
            self._add(apply_node(owner, self.ids.new(owner, "apply"), inputs), owner)
        return True

    def _add(self, node: Node, owner: Owner) -> None:
        self._enter(node)
        self._own(owner, node.id)
        self._fresh.append(node)

    def _own(self, owner: Owner, id: str) -> None:
        self.owners.setdefault(id, []).append(owner)
        self.once[owner] = id

    def _enter(self, node: Node) -> None:
        self.nodes[node.id] = node
        self.readers.setdefault(node.id, {})
        for position, (source, _) in enumerate(node.inputs):
            self.readers[source][node.id, position] = None
        key = _key(node.apply or node.variables[0], node.inputs)
        self.alike.setdefault(key, {})[node.id] = None

    def _leave(self, node: Node) -> None:
        del self.nodes[node.id]
        for position, (source, _) in enumerate(node.inputs):
            self.readers[source].pop((node.id, position), None)
        key = _key(node.apply or node.variables[0], node.inputs)
        self.alike[key].pop(node.id, None)

    def _rewire(self, id: str, position: int, ref: Ref) -> None:
        node = self.nodes[id]
        self._leave(node)
        self._enter(rewired(node, position, ref))

    def _sweep(self, suspects: list[str]) -> list[Node]:
        """Take out what nobody reads any more, and what was read by that alone."""
        gone: list[Node] = []
        kept = {source for source, _ in self.outputs}
        while suspects:
            node = self.nodes.get(suspects.pop())
            if node is None or node.kind == "input" or node.id in kept:
                continue
            if self.readers[node.id]:
                continue
            self._leave(node)
            gone.append(node)
            for owner in self.owners.pop(node.id, ()):
                self.ids.forget(owner)
            suspects.extend(source for source, _ in node.inputs)
        return gone

    def _matched(self, event: Rewrote) -> list[str]:
        """The nodes from what was replaced down to what the rule's variables are."""
        kept = set(event.bindings.values()) or set(_below(event.after))
        found: dict[str, None] = {}
        stack = [event.before]
        seen: set[Variable] = set()
        while stack:
            v = stack.pop()
            if v in kept or v in seen:
                continue
            seen.add(v)
            ref = self.find(v)
            if ref is not None and self.nodes[ref[0]].kind != "input":
                found[ref[0]] = None
            stack.extend(v.owner.inputs if v.owner and v not in self.cut else ())
        return list(found)


def _key(owner: Owner, inputs: tuple[Ref, ...]) -> Any:
    """What makes two owners do the same."""
    if isinstance(owner, Apply):
        return owner.op, inputs
    if owner.owner is None and owner.data is not None:
        small = owner.data.nbytes <= SMALL
        value = owner.data.tobytes() if small else id(owner.data)
        return owner.dtype, owner.data.shape, value
    return owner


def _below(v: Variable) -> Iterator[Variable]:
    yield v
    if v.owner is not None:
        yield from v.owner.inputs
