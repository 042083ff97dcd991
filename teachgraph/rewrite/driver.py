"""The driver: rules tried at every node, inputs first, until none applies.

A replacement is visited like the rest of the graph, so what one rule leaves, another
may take up. Nodes whose inputs changed are built again; nothing is changed in place.
Each node that stays is visited once, hence the work grows with the graph and the number
of rewrites, and with nothing else.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Generator, Iterator, Sequence
from functools import lru_cache
from time import perf_counter
from typing import Protocol

from teachgraph.core.events import Event
from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.core.op import Op
from teachgraph.core.report import InternalError, Note, Report
from teachgraph.rewrite.pattern import Makers, makers
from teachgraph.rewrite.places import Places
from teachgraph.rewrite.rule import NO_MATCH, Attempt

PATIENCE = 1000, 50
"""This many rewrites, and so many more for each node, are not yet an endless loop."""


class Local(Protocol):
    """A rule, or a pass that looks at one node at a time."""

    @property
    def name(self) -> str:
        """What it recognises."""
        ...

    def concerns(self, op: Op, made_by: Makers) -> bool:
        """Could it apply to a node of `op` whose inputs are made by these?"""
        ...

    def attempts(self, v: Variable) -> Iterator[Attempt]:
        """What it makes of `v`, for each way in which it matches."""
        ...


class Rulebook:
    """Rules by the op at their root, in order; and where none of them applied.

    A rule looks at a variable and what is below it, which never changes: where none
    applied once, none will. `settled` remembers that from round to round.
    """

    def __init__(self, rules: Sequence[Local]):
        self.rules = tuple(rules)
        self.settled: set[Variable] = set()

    def of(self, node: Apply) -> tuple[Local, ...]:
        """The rules to try at a node."""
        return _concerned(self.rules, node.op, makers(node))


class OneRule(Rulebook):
    """A rule for one run: it is tried everywhere, and nothing is remembered of it."""

    def __init__(self, rule: Local):
        super().__init__([rule])

    def of(self, node: Apply) -> tuple[Local, ...]:
        """The rule, at any node."""
        return self.rules


@lru_cache(maxsize=1 << 12)
def _concerned(rules: tuple[Local, ...], op: Op, made_by: Makers) -> tuple[Local, ...]:
    return tuple(r for r in rules if r.concerns(op, made_by))


def rewrite(
    graph: Graph,
    rules: Sequence[Local] | Sequence[Rulebook],
    *,
    watch: bool = False,
    places: Places | None = None,
) -> Generator[Event, None, Graph]:
    """Apply rules to a fixed point, yielding what was done; gives the new graph.

    Args:
        graph: inputs that are made by a node cut the graph there.
        rules: tried in this order at each node; rulebooks remember where they did not
            apply.
        watch: also yield `Declined` where a rule matched and did not apply.
        places: the record of earlier phases, if there were any.

    Raises:
        endless-rewriting: the rules keep replacing one another's results.
    """
    books = [r for r in rules if isinstance(r, Rulebook)]
    single = [r for r in rules if not isinstance(r, Rulebook)]
    books += [Rulebook(single)] if single else []
    work = _Work(graph, books, watch, places or Places())
    yield from work.run()
    outputs = tuple(work.done[v] for v in graph.outputs)
    return Graph(graph.inputs, outputs, graph.names)


class _Work:
    """One run of the driver.

    `done` leads from a variable of the graph, or of a replacement, to what stands there
    in the end; `moved` from a replaced variable to its replacement.
    """

    def __init__(
        self, graph: Graph, books: Sequence[Rulebook], watch: bool, places: Places
    ):
        self.graph, self.books, self.watch, self.places = graph, books, watch, places
        self.done: dict[Variable, Variable] = {v: v for v in graph.inputs}
        self.moved: dict[Variable, Variable] = {}
        self.copies: dict[Apply, Apply] = {}
        self.rewrites = 0
        self.limit = PATIENCE[0]
        self.latest: deque[str] = deque(maxlen=64)

    def run(self) -> Iterator[Event]:
        stack = list(self.graph.outputs)[::-1]
        while stack:
            v = stack[-1]
            if v in self.done:
                stack.pop()
                continue
            below = self._below(v)
            waiting = [i for i in reversed(below) if i not in self.done]
            if waiting:
                stack.extend(waiting)
            elif v in self.moved:
                self.done[v] = self.done[self.moved[v]]
            elif v.owner is None:
                self.done[v] = v
            else:
                yield from self._visit(v, v.owner)

    def _below(self, v: Variable) -> tuple[Variable, ...]:
        if v in self.moved:
            return (self.moved[v],)
        return v.owner.inputs if v.owner is not None else ()

    def _visit(self, v: Variable, node: Apply) -> Iterator[Event]:
        """Try the rules at a variable whose inputs are done."""
        node_before = self._with_new_inputs(node)
        before = node_before.outputs[v.index]
        for book in self.books:
            if before in book.settled:
                continue
            for rule in book.of(node_before):
                began = perf_counter()
                for attempt in rule.attempts(before):
                    result = attempt.result
                    if isinstance(result, Variable):
                        yield self._replace(rule, v, before, attempt, result, began)
                        return
                    if self.watch and result is not NO_MATCH:
                        yield self.places.declined(rule, v, result.reason)
            book.settled.add(before)
        self.done[v] = self.done[before] = before

    def _replace(
        self,
        rule: Local,
        v: Variable,
        before: Variable,
        attempt: Attempt,
        after: Variable,
        began: float,
    ) -> Event:
        self._count(rule)
        if self._contains(after, before):
            raise endless([rule.name])
        self._keep_name(before, after)
        self.moved[v] = self.moved[before] = after
        found = attempt.bindings
        return self.places.rewrote(rule, v, before, after, found, began=began)

    def _with_new_inputs(self, node: Apply) -> Apply:
        inputs = tuple([self.done[i] for i in node.inputs])
        if node.reads(inputs):
            return node
        if node not in self.copies:
            self.copies[node] = self.places.with_inputs(node, inputs)
        return self.copies[node]

    def _count(self, rule: Local) -> None:
        self.rewrites += 1
        self.latest.append(rule.name)
        if self.rewrites == PATIENCE[0]:
            self.limit += PATIENCE[1] * len(self.graph.applies())
        if self.rewrites > self.limit:
            raise endless(self.latest)

    def _contains(self, after: Variable, before: Variable) -> bool:
        """Is what is replaced part of its own replacement?"""
        waiting, seen = [after], set[Variable]()
        while waiting:
            v = waiting.pop()
            if v is before:
                return True
            if v not in self.done and v not in seen and v.owner is not None:
                seen.add(v)
                waiting.extend(v.owner.inputs)
        return False

    def _keep_name(self, before: Variable, after: Variable) -> None:
        """A new variable takes the name of what it replaces."""
        if after not in self.done and after.name is None:
            after.name = before.name


def endless(names: Sequence[str]) -> InternalError:
    """The error for rules that undo one another."""
    suspects = ", ".join(name for name, _ in Counter(names).most_common(4))
    report = Report(
        "endless-rewriting",
        "rewriting this graph does not come to an end",
        notes=(Note(f"these rules keep replacing one another's results: {suspects}"),),
        why="A rule may not bring back what another rule of its phase removes.",
    )
    return InternalError(report)
