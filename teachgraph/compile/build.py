"""From a graph to a callable: rewriting, a program, a backend; every event is heard."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeVar

from teachgraph.backend import BACKENDS
from teachgraph.backend.availability import BackendUnavailable, NoCompilerWarning
from teachgraph.compile import faults
from teachgraph.compile.mode import Mode
from teachgraph.compile.words import nearest
from teachgraph.core.events import Event, Listener, Recorder, Rendered
from teachgraph.core.graph import Graph
from teachgraph.program.program import Backend, Linkage, Program
from teachgraph.rewrite.pipeline import PHASES, optimize

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
    listeners: tuple[Listener, ...] = (recorder, *mode.listeners)
    watched = bool(mode.listeners)
    optimized = exhaust(_before_fusion(graph, mode), listeners)
    backend = _backend("python" if watched else mode.backend)
    try:
        program, call = _by(backend, optimized, mode, linkage, listeners)
    except BackendUnavailable as reason:
        _warn_once(str(reason))
        backend = _backend("python")
        program, call = _by(backend, optimized, mode, linkage, listeners)
    return Artifact(optimized, program, backend.name, call, _source(recorder), recorder)


def _by(
    backend: Backend,
    optimized: Graph,
    mode: Mode,
    linkage: Linkage,
    listeners: tuple[Listener, ...],
) -> tuple[Program, Callable[..., Any]]:
    """The program of a backend, and the program made callable."""
    fused = optimized
    if backend.name != "python" and mode.has_phase(FUSE):
        fused = exhaust(optimize(optimized, phases=(FUSE,)), listeners)
    program = exhaust(backend.lower(fused), listeners)
    return program, exhaust(backend.build(program, linkage), listeners)


def _before_fusion(graph: Graph, mode: Mode) -> Generator[Event, None, Graph]:
    return optimize(
        graph,
        phases=tuple(p for p in PHASES if p in mode.phases and p != FUSE),
        including=mode.included,
        excluding=mode.excluded | {FUSE},
        watch=bool(mode.listeners),
    )


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
