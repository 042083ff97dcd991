"""Reports in colour, for a terminal that asks for it.

Python's own printing of errors is left alone until `install` is called.
"""

from __future__ import annotations

import os
import sys
import traceback
from types import TracebackType

from teachgraph.core.report import TeachgraphError
from teachgraph.errors.render import ansi, text


def install() -> None:
    """Show errors of teachgraph in colour, where the error stream is a terminal."""
    sys.excepthook = show


def show(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """What Python does with an error that nobody caught, with the report in colour."""
    if not isinstance(error, TeachgraphError):
        sys.__excepthook__(kind, error, trace)
        return
    frames = traceback.format_tb(trace)
    written = ansi if in_colour() else text
    name = f"{kind.__module__}.{kind.__name__}"
    head = "Traceback (most recent call last):\n" if frames else ""
    sys.stderr.write(f"{head}{''.join(frames)}{name}: {written(error.report)}\n")


def in_colour() -> bool:
    """Whether the error stream takes colours, and nobody has asked for none."""
    return sys.stderr.isatty() and "NO_COLOR" not in os.environ
