"""From a graph to a callable: rewriting, a program, a backend; every event is heard."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Collection, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from teachgraph.backend import BACKENDS
from teachgraph.backend.availability import BackendUnavailable, NoCompilerWarning
from teachgraph.compile import faults
from teachgraph.compile.mode import Mode
from teachgraph.compile.words import nearest
from teachgraph.core.events import (
    Event,
    Listener,
    PassEnded,
    PassStarted,
    Recorder,
    Rendered,
)
from teachgraph.core.graph import Graph, Variable
from teachgraph.core.record import having
from teachgraph.core.shapes import Guard
from teachgraph.core.sizes import Size
from teachgraph.ops.ifelse import Run
from teachgraph.program.guards import demanding, lost_guards
from teachgraph.program.program import Backend, CallNumpy, Linkage, Program
from teachgraph.rewrite.branches import (
    MOVING,
    branches_in,
    conditional,
    has_branches,
    lazy_branches,
    placed,
)
from teachgraph.rewrite.inlining import NAME as INLINE
from teachgraph.rewrite.inlining import has_something_to_open, inline
from teachgraph.rewrite.pipeline import PHASES, optimize
from teachgraph.rewrite.places import Places

Array = np.ndarray[Any, Any]
T = TypeVar("T")
FUSE = PHASES[-1]


@dataclass(frozen=True, eq=False)
class Artifact:
    """What building gave. `optimized` is before fusion, `program` what runs.

    `more` are the values after the outputs that listeners asked for. `alone` says that
    a call is one piece of C, which reads all cells in one moment.
    """

    optimized: Graph
    program: Program
    backend: str
    call: Callable[..., Any]
    source: Any
    recorder: Recorder
    more: tuple[Variable, ...] = ()

    @property
    def alone(self) -> bool:
        """Whether no step of the program runs in Python."""
        steps = self.program.steps
        python = any(isinstance(step, CallNumpy) for step in steps)
        return self.backend != "python" and not python


def build(graph: Graph, mode: Mode, linkage: Linkage, recorder: Recorder) -> Artifact:
    """Optimize a graph, lower it and make it callable, telling every listener."""
    work = _Work(graph, mode, linkage, (recorder, *mode.listeners))
    optimized = work.optimized()
    more = mode.also(optimized)
    if more:
        nowhere = (*linkage.output_cells, *(None for _ in more))
        work = having(work, linkage=having(linkage, output_cells=nowhere))
    whole = Graph(optimized.inputs, (*optimized.outputs, *more))
    backend = _backend("python" if mode.watches_steps else mode.backend)
    try:
        program, call = work.built(whole, backend)
    except BackendUnavailable as reason:
        _warn_once(str(reason))
        backend = _backend("python")
        program, call = work.built(whole, backend)
    source = _source(recorder)
    return Artifact(optimized, program, backend.name, call, source, recorder, more)


@dataclass(frozen=True, eq=False)
class _Work:
    """What is to be built, and who listens; `places` make its events one record."""

    graph: Graph
    mode: Mode
    linkage: Linkage
    listeners: tuple[Listener, ...]
    places: Places = field(default_factory=Places)

    def optimized(self) -> Graph:
        """The graph after all phases but fusion."""
        mode, graph = self.mode, self.graph
        if has_something_to_open(graph) and INLINE not in mode.excluded:
            graph = self._passed(INLINE, graph, inline(graph, self.places))
        phases = tuple(p for p in PHASES if p in mode.phases and p != FUSE)
        graph = self._rewritten(graph, phases, mode.included, mode.excluded | {FUSE})
        if has_branches(graph) and MOVING.name not in mode.excluded:
            moving = placed(lazy_branches(graph), graph, self.places)
            graph = self._passed(MOVING.name, graph, moving)
        return graph

    def built(
        self, optimized: Graph, backend: Backend
    ) -> tuple[Program, Callable[..., Any]]:
        """The program of a backend, and the program made callable."""
        fused = optimized
        if backend.name != "python" and self.mode.has_phase(FUSE):
            fused = self._rewritten(optimized, (FUSE,))
            for op in branches_in(optimized):
                op.compile(*(self._branch(g, backend) for g in (op.then, op.otherwise)))
        lowered = exhaust(backend.lower(fused), self.listeners)
        program = demanding(lowered, self._lost_guards(optimized))
        self._refuse_impossible(program)
        return program, exhaust(backend.build(program, self.linkage), self.listeners)

    def _refuse_impossible(self, program: Program) -> None:
        """Lengths that differ by a number, whatever is passed, are told now."""
        for guard in program.guards:
            difference = Size.of(guard.left - guard.right).constant
            if difference and guard.node.origins and not conditional(self.graph):
                raise faults.never_equal(guard)

    def _lost_guards(self, optimized: Graph) -> tuple[Guard, ...]:
        """What the graph as written demands, in a branch not taken excepted."""
        lost = lost_guards(self.graph, optimized)
        perhaps = conditional(self.graph) if lost else ()
        return tuple(guard for guard in lost if guard.node not in perhaps)

    def _passed(
        self, name: str, graph: Graph, work: Generator[Event, None, Graph]
    ) -> Graph:
        """What a pass makes of a graph, told as a phase is."""

        def told() -> Generator[Event, None, Graph]:
            yield PassStarted(name, graph)
            started = time.perf_counter()
            result = yield from work
            yield PassEnded(name, result, time.perf_counter() - started)
            return result

        return exhaust(told(), self.listeners)

    def _branch(self, graph: Graph, backend: Backend) -> Run:
        """A branch of an `ifelse` by the backend, for arrays that may be views."""
        nothing = (None,) * len(graph.inputs), (None,) * len(graph.outputs)
        linkage = Linkage(*nothing, single=False)
        work = _Work(graph, self.mode, linkage, ())
        _, call = work.built(graph, backend)

        def run(arrays: Sequence[Array]) -> Sequence[Array]:
            return call(*[np.require(a, requirements=["C", "A"]) for a in arrays])

        return run

    def _rewritten(
        self,
        graph: Graph,
        phases: tuple[str, ...],
        including: Collection[str] = (),
        excluding: Collection[str] = (),
    ) -> Graph:
        events = optimize(
            graph,
            phases=phases,
            including=including,
            excluding=excluding,
            watch=bool(self.mode.listeners),
            places=self.places,
        )
        return exhaust(events, self.listeners)


def exhaust(stream: Generator[Event, None, T], listeners: tuple[Listener, ...]) -> T:
    """What a generator of events returns, with every event told to the listeners."""
    while True:
        try:
            event = next(stream)
        except StopIteration as stop:
            return stop.value
        for listen in listeners:
            listen(event)


def _backend(name: str) -> Backend:
    """The backend of a name; NumPy's, with a warning, where it cannot work."""
    if name not in BACKENDS:
        raise faults.unknown_name("backend", name, BACKENDS, nearest(name, BACKENDS))
    try:
        return BACKENDS[name]()
    except BackendUnavailable as reason:
        _warn_once(str(reason))
        return BACKENDS["python"]()


_WARNED: set[str] = set()


def _warn_once(reason: str) -> None:
    if reason in _WARNED:
        return
    _WARNED.add(reason)
    text = (
        f"{reason}; functions run in NumPy, which is slower (see `teachgraph doctor`)"
    )
    warnings.warn(text, NoCompilerWarning, stacklevel=6)


def _source(recorder: Recorder) -> Any:
    rendered = [e.source for e in recorder.events if isinstance(e, Rendered)]
    return rendered[-1] if rendered else None
