"""The states of the graphs of a document, and whether they hang together.

`view/protocol.py` states the format; here its differences are applied, as every viewer
does.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from teachgraph.core.record import having

if TYPE_CHECKING:
    from teachgraph.view.protocol import Document, Event, Node, Ref, Rewrite, Snapshot

FIRST = "g0"


@dataclass(frozen=True)
class State:
    """A graph between two rewrites; the nodes in the order in which they came."""

    nodes: "dict[str, Node]"
    outputs: "tuple[Ref, ...]"
    updates: "tuple[tuple[str, Ref], ...]" = ()


def start(snapshot: "Snapshot") -> State:
    """The state that a snapshot tells."""
    nodes = {node["id"]: node for node in snapshot["nodes"]}
    return State(nodes, tuple(snapshot["outputs"]), tuple(snapshot.get("updates", ())))


def apply(state: State, rewrite: "Rewrite") -> State:
    """The state after one rewrite; what it names and the state lacks is passed over."""
    nodes = state.nodes | {node["id"]: node for node in rewrite["add"]}
    for user, position, ref in rewrite["rewire"]:
        inputs = list(nodes[user].get("inputs", ())) if user in nodes else []
        if position < len(inputs):
            inputs[position] = ref
            nodes[user] = {**nodes[user], "inputs": inputs}
    outputs = list(state.outputs)
    for position, ref in rewrite["outputs"]:
        if position < len(outputs):
            outputs[position] = ref
    updates = list(state.updates)
    for position, ref in rewrite.get("updates", ()):
        if position < len(updates):
            updates[position] = (updates[position][0], ref)
    for gone in rewrite["remove"]:
        nodes.pop(gone, None)
    return having(state, nodes=nodes, outputs=tuple(outputs), updates=tuple(updates))


def states(document: "Document") -> dict[str, State]:
    """The last state of every graph of a document."""
    found = {name: start(snapshot) for name, snapshot in document["graphs"].items()}
    for event in document["timeline"]:
        if event["t"] == "rewrite":
            name = event.get("graph", FIRST)
            found[name] = apply(found[name], event)
    return found


def fault(document: "Document") -> str | None:
    """What keeps the timeline from being replayed, with its place, or None."""
    if FIRST not in document["graphs"]:
        return f"document.graphs: the first graph, {FIRST!r}, is missing"
    return (
        _fault_of_names(document) or _fault_of_ids(document) or _fault_of_refs(document)
    )


def _fault_of_names(document: "Document") -> str | None:
    """An event on a graph, or a node from a source, that the document lacks."""
    for i, event in enumerate(document["timeline"]):
        name = _graph(event)
        if name not in document["graphs"]:
            return f"document.timeline[{i}].graph: there is no graph {name!r}"
    known = len(document.get("sources", ()))
    for node in _all_nodes(document):
        for source in node.get("sources", ()):
            if source >= known:
                return f"node {node['id']}: there is no source {source}"
    return None


def _graph(event: "Event") -> str:
    if event["t"] == "pass-begin" or event["t"] == "pass-end":
        return FIRST
    return event.get("graph", FIRST)


def _all_nodes(document: "Document") -> "list[Node]":
    """Every node that ever was, in the order of the document."""
    nodes = [node for graph in document["graphs"].values() for node in graph["nodes"]]
    for event in document["timeline"]:
        if event["t"] == "rewrite":
            nodes.extend(event["add"])
    return nodes


def _nodes_of(document: "Document", graph: str) -> "list[Node]":
    """Every node that ever was in one graph."""
    nodes = list(document["graphs"][graph]["nodes"])
    for event in document["timeline"]:
        if event["t"] == "rewrite" and _graph(event) == graph:
            nodes.extend(event["add"])
    return nodes


def _fault_of_ids(document: "Document") -> str | None:
    """An id given twice, or an event about a node that never was.

    Graphs inside nodes may share a node, which then has one id in all of them; with
    the graph around them they may share what no op makes, such as a constant.
    """
    seen: set[str] = set()
    for name in document["graphs"]:
        own: set[str] = set()
        for node in _nodes_of(document, name):
            made = name == FIRST and node["kind"] == "apply"
            if node["id"] in own or (made and node["id"] in seen):
                return f"node {node['id']}: this id is given twice"
            own.add(node["id"])
        seen |= own
    if "truncated" in document:
        return None
    for i, event in enumerate(document["timeline"]):
        for name in _named(event):
            if name not in seen:
                return f"document.timeline[{i}]: there is no node {name}"
    return None


def _named(event: "Event") -> list[str]:
    match event["t"]:
        case "rewrite":
            return [
                *event["map"],
                *event["remove"],
                *(user for user, _, _ in event["rewire"]),
            ]
        case "declined":
            return [event["at"]]
        case "eval":
            return [event["node"]]
        case "error":
            return list(event.get("nodes", ()))
        case _:
            return []


def _fault_of_refs(document: "Document") -> str | None:
    """A node, at first or at last, that reads itself or a node which is not there."""
    first = {name: start(graph) for name, graph in document["graphs"].items()}
    for name, state in [*first.items(), *states(document).items()]:
        refs = [(f"graph {name}", ref) for ref in state.outputs]
        for node in state.nodes.values():
            place = f"graph {name}, node {node['id']}"
            refs += [(place, ref) for ref in node.get("inputs", ())]
        for place, (source, _) in refs:
            if source not in state.nodes and "truncated" not in document:
                return f"{place}: reads {source}, which is not there"
        if not _is_acyclic(state):
            return f"graph {name}: its nodes read each other in a circle"
    return None


def _is_acyclic(state: State) -> bool:
    """Whether repeatedly taking away nodes that nobody reads takes them all."""
    readers = dict.fromkeys(state.nodes, 0)
    for node in state.nodes.values():
        for source, _ in node.get("inputs", ()):
            readers[source] = readers.get(source, 0) + 1
    ready = [name for name, count in readers.items() if count == 0]
    taken = 0
    while ready:
        taken += 1
        node = state.nodes.get(ready.pop())
        for source, _ in node.get("inputs", ()) if node else ():
            readers[source] -= 1
            if readers[source] == 0:
                ready.append(source)
    return taken == len(readers)
