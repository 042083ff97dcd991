"""Rewriting in tests: graphs in, graphs and events out, and a graph for every rule."""

from collections.abc import Generator, Sequence
from typing import TypeVar

from teachgraph.core.events import Declined, Event, Rewrote
from teachgraph.core.graph import Graph, Variable, toposort
from teachgraph.ops.variables import tensor
from teachgraph.rewrite.pattern import build
from teachgraph.rewrite.pipeline import optimize
from teachgraph.rewrite.rule import Rule

T = TypeVar("T")
RULE_PHASES = ("merge", "canonicalize", "stabilize", "specialize")


def exhausted(stream: Generator[Event, None, T]) -> tuple[T, list[Event]]:
    """What a generator of events gives in the end, and the events."""
    events: list[Event] = []
    while True:
        try:
            events.append(next(stream))
        except StopIteration as end:
            return end.value, events


def rewrites(events: Sequence[Event]) -> list[Rewrote]:
    return [e for e in events if isinstance(e, Rewrote)]


def reasons(events: Sequence[Event]) -> list[str]:
    return [e.reason for e in events if isinstance(e, Declined)]


def fired(events: Sequence[Event]) -> list[str]:
    """The names of the rules that fired, in order."""
    return [e.rule.name for e in rewrites(events)]


def graph_of(*outputs: Variable) -> Graph:
    """The graph of some outputs; its inputs are all leaves without a value."""
    leaves = (v for v in toposort(outputs) if v.owner is None and v.data is None)
    return Graph(tuple(leaves), outputs)


def optimized(*outputs: Variable) -> Graph:
    """The graph of the outputs after all phases of rules, not fused."""
    return exhausted(optimize(graph_of(*outputs), phases=RULE_PHASES))[0]


def operations(graph: Graph) -> list[str]:
    """The names of the ops of a graph, in the order in which they can run."""
    return [node.op.title for node in graph.applies()]


def instance(rule: Rule) -> Variable:
    """A graph on which a rule should fire."""
    if rule.example is not None:
        return rule.example()
    return instance_of(rule, {})


def instance_of(rule: Rule, variables: dict[str, Variable]) -> Variable:
    """The left side of a rule, with these variables for its parameters, or matrices."""
    found = {}
    for name, parameter in rule.parameters.items():
        kind = rule.kinds.get(parameter)
        default = tensor("float64", (3, 3), name)
        made = variables.get(name, kind.example(name) if kind else default)
        found[parameter] = made
    return build(rule.left, found, ())
