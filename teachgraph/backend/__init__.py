"""What runs programs: backends by name."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, Protocol

from teachgraph.backend.c import CBackend
from teachgraph.backend.python import PythonBackend
from teachgraph.core.events import Event
from teachgraph.core.graph import Graph
from teachgraph.program.program import Linkage, Program


class Builder(Protocol):
    """What `compile` asks of a backend."""

    name: str

    def lower(self, graph: Graph) -> Generator[Event, None, Program]:
        """The program that the backend wants for a graph."""
        ...

    def build(
        self, program: Program, linkage: Linkage
    ) -> Generator[Event, None, Callable[..., Any]]:
        """The program as something callable."""
        ...


BACKENDS: dict[str, Callable[[], Builder]] = {"c": CBackend, "python": PythonBackend}
"""A factory for each name. It raises `BackendUnavailable` where it cannot work."""
