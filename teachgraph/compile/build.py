"""From a graph to a callable: rewriting, a program, a backend; every event is heard."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Generator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from teachgraph.backend import BACKENDS
from teachgraph.backend.availability import BackendUnavailable, NoCompilerWarning
from teachgraph.compile import faults
from teachgraph.compile.mode import Mode
from teachgraph.compile.words import nearest
from teachgraph.core.events import Event, Listener, Recorder, Rendered
from teachgraph.core.graph import Graph
from teachgraph.program.guards import demanding, lost_guards
from teachgraph.program.program import Backend, Linkage, Program
from teachgraph.rewrite.pipeline import PHASES, optimize
from teachgraph.rewrite.places import Places

T = TypeVar("T")
FUSE = PHASES[-1]


@dataclass(frozen=True, eq=False)
class Artifact:
    """What building gave. `optimized` is before fusion, `program` what runs."""

    optimized: Graph
    program: Program
    backend: str
    call: Callable[..., Any]
    source: Any
    recorder: Recorder


def build(graph: Graph, mode: Mode, linkage: Linkage, recorder: Recorder) -> Artifact:
    """Optimize a graph, lower it and make it callable, telling every listener."""
    work = _Work(graph, mode, linkage, (recorder, *mode.listeners))
    optimized = work.optimized()
    backend = _backend("python" if mode.listeners else mode.backend)
    try:
        program, call = work.built(optimized, backend)
    except BackendUnavailable as reason:
        _warn_once(str(reason))
        backend = _backend("python")
        program, call = work.built(optimized, backend)
    return Artifact(optimized, program, backend.name, call, _source(recorder), recorder)


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
        mode = self.mode
        phases = tuple(p for p in PHASES if p in mode.phases and p != FUSE)
        return self._rewritten(
            self.graph, phases, mode.included, mode.excluded | {FUSE}
        )

    def built(
        self, optimized: Graph, backend: Backend
    ) -> tuple[Program, Callable[..., Any]]:
        """The program of a backend, and the program made callable."""
        fused = optimized
        if backend.name != "python" and self.mode.has_phase(FUSE):
            fused = self._rewritten(optimized, (FUSE,))
        lowered = exhaust(backend.lower(fused), self.listeners)
        program = demanding(lowered, lost_guards(self.graph, optimized))
        return program, exhaust(backend.build(program, self.linkage), self.listeners)

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
