"""What runs programs: backends by name."""

from __future__ import annotations

from collections.abc import Callable

from teachgraph.backend.c import CBackend
from teachgraph.backend.python import PythonBackend
from teachgraph.program.program import Backend

BACKENDS: dict[str, Callable[[], Backend]] = {"c": CBackend, "python": PythonBackend}
"""A factory for each name. It raises `BackendUnavailable` where it cannot work."""
