"""The phases in order, and the names by which they and their rules are chosen.

    merge > canonicalize > stabilize > specialize > loops > fuse

A phase of rules runs to a fixed point: rules and folding, then merging, over and over
until merging finds nothing more. Each rule is in one phase; those of earlier phases
stay in force, so that what a later phase leaves is brought into the usual form again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Generator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import starmap

from teachgraph.core.events import Event, PassEnded, PassStarted, Rewrote
from teachgraph.core.graph import Apply, Graph, Variable, substitute
from teachgraph.core.record import having, record
from teachgraph.core.report import Note, Report, UsageError
from teachgraph.rewrite.asked import lengths_of_inputs
from teachgraph.rewrite.driver import Local, OneRule, Rulebook, endless, rewrite
from teachgraph.rewrite.fusion import FUSING
from teachgraph.rewrite.loops import fuse_loops, has_loops, loop_passes
from teachgraph.rewrite.passes import FOLD, MERGE, Twins, merge, merge_nodes
from teachgraph.rewrite.places import Places
from teachgraph.rewrite.rule import Rule
from teachgraph.rewrite.rules import RULES

PHASES: tuple[str, ...] = (
    *("merge", "canonicalize", "stabilize", "specialize"),
    *("loops", "fuse"),
)

WholePass = Callable[[Graph], Generator[Event, None, Graph]]

LOOPS = "loops"
WHOLE: dict[str, tuple[WholePass, ...]] = {"fuse": (*FUSING, fuse_loops)}
"""Phases that are passes over the whole graph, one after the other; each is one pass,
as places are followed from before it to after it."""

ASKING = "stabilize"
"""The phase that also asks for lengths: rules see that two are equal only if both are
asked of the same variable."""

ROUNDS = 100
"""Rounds of rules and merging in a phase; more are taken for an endless loop."""

PLAIN_ROUNDS = 3
"""After so many rounds, nodes are merged while rules are tried as well."""


@record()
class Choice:
    """Which phases and rules take part."""

    phases: Collection[str]
    including: Collection[str]
    excluding: Collection[str]

    def has_phase(self, name: str) -> bool:
        """Whether the phase was chosen."""
        chosen = name in self.phases or name in self.including
        return chosen and name not in self.excluding

    def rules(self, phase: str) -> list[Local]:
        """The rules of a phase that were chosen."""
        return [r for r in RULES if r.phase == phase and self._has(r)]

    def _has(self, rule: Rule) -> bool:
        chosen = self.has_phase(rule.phase) or rule.name in self.including
        return chosen and rule.name not in self.excluding


def optimize(
    graph: Graph,
    *,
    phases: Sequence[str] = PHASES,
    including: Collection[str] = (),
    excluding: Collection[str] = (),
    watch: bool = False,
    places: Places | None = None,
) -> Generator[Event, None, Graph]:
    """Rewrite a graph phase by phase, yielding what was done; gives the new graph.

    Args:
        graph: stays as it is.
        phases: the phases to run, of `PHASES`.
        including: names of more phases and of single rules.
        excluding: names of phases, rules and passes to leave out; this wins.
        watch: also yield `Declined` where a rule matched and did not apply.
        places: to be given to each of several calls whose events make one history.

    Raises:
        unknown-name: there is no such phase.
    """
    _check(phases)
    choice = Choice(phases, including, excluding)
    start = _with_leaf_inputs(graph)
    books = {name: Rulebook(rules) for name in PHASES if (rules := choice.rules(name))}
    if FOLD.name not in excluding:
        books[FOLD.name] = Rulebook([FOLD])
    state = _State(start, choice, watch, places or Places(), books)
    for name in PHASES:
        yield from state.run(name)
    back = dict(zip(state.graph.inputs, graph.inputs, strict=True))
    same = all(a is b for a, b in back.items())
    outputs = state.graph.outputs if same else substitute(state.graph.outputs, back)
    return Graph(graph.inputs, outputs, graph.names)


def _check(phases: Sequence[str]) -> None:
    unknown = [name for name in phases if name not in PHASES]
    if unknown:
        note = Note(f"there are {', '.join(PHASES)}")
        title = f"there is no phase of rewriting called {unknown[0]}"
        raise UsageError(Report("unknown-name", title, notes=(note,)))


def _with_leaf_inputs(graph: Graph) -> Graph:
    """The graph cut at its inputs, so that no rule looks at how an input is made."""
    if all(v.owner is None for v in graph.inputs):
        return graph
    leaves = {
        v: v if v.owner is None else Variable(v.type, v.name, origins=v.origins)
        for v in graph.inputs
    }
    outputs = substitute(graph.outputs, leaves)
    return Graph(tuple(leaves[v] for v in graph.inputs), outputs, graph.names)


@dataclass
class _State:
    """The graph as it is now, and the record so far."""

    graph: Graph
    choice: Choice
    watch: bool
    places: Places
    books: dict[str, Rulebook]

    def run(self, phase: str) -> Generator[Event, None, None]:
        """One phase, between two events that say so."""
        work = self._work(phase)
        if work is None:
            return
        yield PassStarted(phase, self.graph)
        started = time.perf_counter()
        self.graph = yield from work
        yield PassEnded(phase, self.graph, time.perf_counter() - started)

    def _work(self, phase: str) -> Generator[Event, None, Graph] | None:
        if phase in WHOLE:
            chosen = self.choice.has_phase(phase)
            return self._whole(WHOLE[phase]) if chosen else None
        if phase == LOOPS:
            chosen = self.choice.has_phase(phase) and has_loops(self.graph)
            return self._loops() if chosen else None
        if phase == MERGE.name:
            chosen = self.choice.has_phase(phase)
            return merge(self.graph, self.places) if chosen else None
        return self._fixed_point(phase) if phase in self.books else None

    def _fixed_point(self, phase: str) -> Generator[Event, None, Graph]:
        """Rules and merging in turn, until merging finds nothing more."""
        graph, books = self.graph, self._books_in_force(phase)
        merging = self.choice.has_phase(phase) and self.choice.has_phase(MERGE.name)
        asking = partial(lengths_of_inputs, in_vain=set[Apply]())
        for n in range(ROUNDS):
            twins = [Twins()] if merging and n >= PLAIN_ROUNDS else []
            rules = [*books, *map(OneRule, twins)]
            graph = yield from rewrite(
                graph, rules, watch=self.watch, places=self.places
            )
            before = graph
            for on_the_way in twins:
                graph = on_the_way.taken_over(graph, self.places)
            if merging:
                graph = yield from merge_nodes(graph, self.places)
            if graph is before and phase == ASKING:
                self.graph = graph
                graph = yield from self._whole([asking])
            if graph is before:
                return graph
        raise endless([r.name for book in books for r in book.rules])

    def _books_in_force(self, phase: str) -> list[Rulebook]:
        """Its own rules first, then folding, then those of earlier phases."""
        earlier = PHASES[: PHASES.index(phase)]
        names = [phase, FOLD.name, *earlier]
        return [self.books[name] for name in names if name in self.books]

    def _loops(self) -> Generator[Event, None, Graph]:
        """What loops have in them, and around them; then rules for what came out."""
        passes = loop_passes(self._inside)
        chosen = [work for name, work in passes if name not in self.choice.excluding]
        yield from self._whole(chosen)
        earlier = PHASES[: PHASES.index(LOOPS)]
        last = next((p for p in reversed(earlier) if p in self.books), None)
        if last is not None:
            self.graph = yield from self._fixed_point(last)
        return self.graph

    def _inside(self, graph: Graph) -> Generator[Event, None, Graph]:
        """A turn of a loop rewritten by what was chosen, but for fusion."""
        phases = [p for p in PHASES if self.choice.has_phase(p) and p not in WHOLE]
        single = set(self.choice.including) - set(PHASES)
        excluding = self.choice.excluding
        return optimize(graph, phases=phases, including=single, excluding=excluding)

    def _whole(self, passes: Sequence[WholePass]) -> Generator[Event, None, Graph]:
        """Passes that know nothing of places: their events are put in those terms."""
        for work in passes:
            before = self.graph
            events, self.graph = _exhausted(work(before))
            rewrites = [e for e, _ in events if isinstance(e, Rewrote)]
            self.places.follow(before, self.graph, rewrites)
            yield from starmap(self._in_place, events)
        return self.graph

    def _in_place(self, event: Event, seconds: float) -> Event:
        if not isinstance(event, Rewrote):
            return event
        old, new = map(self.places.recorded, (event.replaces, event.after))
        return having(event, replaces=old, after=new, seconds=seconds)


def _exhausted(
    work: Generator[Event, None, Graph],
) -> tuple[list[tuple[Event, float]], Graph]:
    """All events of a pass, each with the seconds that it took, and its graph."""
    events: list[tuple[Event, float]] = []
    while True:
        began = time.perf_counter()
        try:
            event = next(work)
        except StopIteration as end:
            return events, end.value
        events.append((event, time.perf_counter() - began))
