"""Mistakes that raise nothing, as warnings: one class a kind, each with its report.

They say what was probably meant. A program that is right gets none of them, so that
`warnings.simplefilter("error", SilentMistake)` is a fair thing to do in a class.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from typing import Any

from teachgraph.core.config import config
from teachgraph.core.entrance import CLASSES, error_of, is_own
from teachgraph.core.report import RENDERERS, GraphError, Report

CODES = (
    "shared-memory",
    "changed-copy",
    "lost-update",
    "repeated-numbers",
    "deep-graph",
    "training-in-test",
    "all-pairs",
    "symbolic-equality",
)
CLASSES.update(dict.fromkeys(CODES, GraphError))


class SilentMistake(UserWarning):
    """Something that runs and gives another result than was meant."""

    report: Report | None = None


class IdentityWarning(SilentMistake):
    """`==` between variables asks whether they are one object."""


class AliasWarning(SilentMistake):
    """An array is shared that was thought to be a copy, or a copy that was not."""


class LostUpdateWarning(SilentMistake):
    """An update that no call will ever make, or whose result nobody reads."""


class RandomStreamWarning(SilentMistake):
    """Random numbers that are not new where new ones are expected."""


class BroadcastWarning(SilentMistake):
    """A vector against a column: the result has all pairs."""


class UpcastWarning(SilentMistake):
    """Double precision in a program that chose single precision."""


class TrainingWarning(SilentMistake):
    """What belongs to training in a function that does not train."""


class DeepGraphWarning(SilentMistake):
    """A loop of Python's that made a graph deeper than Python can recurse."""


def warn_of(report: Report, category: type[SilentMistake]) -> None:
    """Give a report as a warning, at the place of the report.

    The warning holds it, as an error does, so that every view can show it.
    """
    span = report.origin.span() if report.origin is not None else None
    file, line = (span.file, span.line) if span is not None else ("<unknown>", 0)
    warning = category(_worded(report))
    warning.report = report
    warnings.warn_explicit(warning, category, file, line, registry=_registry(file))


def _worded(report: Report) -> str:
    """The text at the configured verbosity, and at least at medium.

    Nothing stops at a warning, so that its reader has no second look at it.
    """
    low = config.exception_verbosity == "low"
    render: Callable[..., str] | None = RENDERERS.get("text")
    if render is None:
        return str(error_of(report))
    return render(report, "medium" if low else None)


def _registry(file: str) -> dict[Any, int]:
    """Where Python notes what it has said about a file, as a warning in there would."""
    frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    found = frame
    while found is not None:
        if found.f_code.co_filename == file and not is_own(found.f_globals):
            return found.f_globals.setdefault("__warningregistry__", {})
        found = found.f_back
    return {}
