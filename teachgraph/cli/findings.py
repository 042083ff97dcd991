"""One line of `teachgraph doctor`: what was looked at, what was found, what to do."""

from __future__ import annotations

import subprocess
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from teachgraph.backend.availability import BackendUnavailable
from teachgraph.backend.cache import UnsafeDirectory
from teachgraph.backend.compiler import CompileFailed, NoCompiler
from teachgraph.core.doc import BREAK, Doc, concat, join, style
from teachgraph.core.report import TeachgraphError

WIDTH = 88
MARGIN = 24  # columns before a fact: the mark, then the name


@dataclass(frozen=True)
class Finding:
    """What was found about one thing.

    `todo` says what to do about it, and is empty where nothing has to be done.
    `optional` is for what most people do without; `todo` then says who needs it.
    """

    name: str
    fact: str
    todo: str = ""
    optional: bool = False

    @property
    def ok(self) -> bool:
        """Whether it can stay as it is."""
        return not self.todo or self.optional

    def document(self) -> Doc:
        """The line, and below it what to do."""
        line = concat(self._mark(), f"{self.name:<{MARGIN - 6}}", self.fact)
        if not self.todo:
            return line
        words = textwrap.wrap(self.todo, WIDTH - MARGIN - 3, break_on_hyphens=False)
        advice = (style("note", word) for word in words)
        first = " " * MARGIN + "-> "
        between = concat(BREAK, " " * len(first))
        return join(BREAK, [line, concat(first, join(between, advice))])

    def _mark(self) -> Doc:
        if not self.todo:
            return style("help", "ok    ")
        return style("faint", "-     ") if self.optional else style("error", "look  ")


@dataclass(frozen=True)
class Group:
    """Findings that belong together."""

    title: str
    findings: tuple[Finding, ...]

    def document(self) -> Doc:
        """The title with the lines below it."""
        lines = [finding.document() for finding in self.findings]
        return join(BREAK, [style("title", self.title), *lines])


FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BackendUnavailable,
    CompileFailed,
    ImportError,
    LookupError,
    NoCompiler,
    OSError,
    RuntimeError,
    TeachgraphError,
    TypeError,
    UnsafeDirectory,
    ValueError,
    subprocess.SubprocessError,
)
"""What may go wrong on a machine that nobody has seen; it becomes a line."""

Check = Callable[[], Finding]


def group(title: str, checks: Iterable[tuple[str, Check]]) -> Group:
    """Run checks; one that fails becomes a finding with the reason."""
    return Group(title, tuple(looked_at(name, check) for name, check in checks))


def looked_at(name: str, check: Check) -> Finding:
    """What a check finds, or why it could not look."""
    try:
        return check()
    except FAULTS as error:
        fact = f"could not be looked at: {type(error).__name__}"
        return Finding(name, fact, first_line(error))


def first_line(error: Exception) -> str:
    """An error in one line; that of the system without its number."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename or 'no file named'}"
    return str(error).strip().partition("\n")[0] or type(error).__name__
