"""The door between user code and ours: errors leave it in words and without our frames.

A frame that catches an error and raises it again with a bare `raise` adds no entry to
the traceback. So a function that ends with

    except Exception as error:
        leave(error)
        raise

is not seen in the traceback at all, and `leave` takes out what lies below it. On
success this costs nothing. `public` does the same for a function that is not hot, and
also finds the place for a `Fault` that was raised without one.
"""

from __future__ import annotations

import functools
import warnings
from collections import deque
from collections.abc import Callable, Sequence
from types import FunctionType, TracebackType
from typing import Any, ParamSpec, TypeVar

from teachgraph.core import report as kinds
from teachgraph.core.graph import Variable
from teachgraph.core.origin import OWN_PACKAGE, here
from teachgraph.core.report import (
    Fault,
    InternalError,
    Label,
    Report,
    TeachgraphError,
)
from teachgraph.core.surface import LEAVE

P = ParamSpec("P")
R = TypeVar("R")

CLASSES: dict[str, type[TeachgraphError]] = {
    "shape-mismatch": kinds.ShapeError,
    "wrong-dtype": kinds.DtypeError,
    "wrong-rank": kinds.RankError,
    "window-too-large": kinds.ShapeError,
    "not-numeric": kinds.DtypeError,
    "symbolic-value": kinds.DtypeError,
    "repeated-input": kinds.GraphError,
    "repeated-update": kinds.GraphError,
    "symbolic-truth": kinds.SymbolicTruthError,
    "index-out-of-range": kinds.IndexRangeError,
    "missing-input": kinds.MissingInputError,
    "unused-input": kinds.UnusedInputError,
    "non-scalar-cost": kinds.GradientError,
    "no-gradient": kinds.GradientError,
    "disconnected-input": kinds.DisconnectedInputError,
    "computation-failed": kinds.GraphError,
    "internal": kinds.InternalError,
    "broken-op": kinds.InternalError,
}
"""The Python class of an error by its code; UsageError for all others."""

LAST: deque[Report] = deque(maxlen=1)
"""The last fault that reached a user; `teachgraph.explain()` shows it again."""


def error_of(report: Report) -> TeachgraphError:
    """The error that carries a report."""
    return CLASSES.get(report.code, kinds.UsageError)(report)


def leave(error: Exception) -> None:
    """Take our own frames out of the traceback of an error that the user caused.

    Frames of the user's functions that we called stay. A fault of ours keeps all of
    it, as does an error that only passes through.
    """
    if isinstance(error, TeachgraphError):
        LAST.append(error.report)
        if not isinstance(error, InternalError):
            error.__traceback__ = _without_own_frames(error.__traceback__)


LEAVE.append(leave)


def public(function: Callable[P, R]) -> Callable[P, R]:
    """The function, unseen in the tracebacks of errors that the user caused."""

    @functools.wraps(function)
    def entrance(*args: P.args, **options: P.kwargs) -> R:
        try:
            try:
                return function(*args, **options)
            except Fault as fault:
                raise error_of(placed(fault, (*args, *options.values()))) from None
        except Exception as error:
            leave(error)
            _forget_the_call(error)
            raise

    return entrance


def open_doors(namespace: dict[str, Any]) -> None:
    """Make every function in a module's namespace public."""
    for name, value in list(namespace.items()):
        if isinstance(value, FunctionType) and not name.startswith("_"):
            namespace[name] = public(value)


def placed(fault: Fault, given: Sequence[Any] = ()) -> Report:
    """The report of a fault, at the user's line if it names no other place.

    `given` is what the user's call passed; the types of variables are told.
    """
    variables = [x for x in given if isinstance(x, Variable)]
    told = tuple(
        Label(v, str(v.type) if v.data is None or v.name is not None else "")
        for v in variables
        if str(v.type) not in fault.title
    )
    return fault.report(**{"origin": here(), "labels": told, **fault.parts})


def is_own(globals_of_frame: dict[str, Any]) -> bool:
    """True for a frame of this package, by its globals."""
    name: str = globals_of_frame.get("__name__", "")
    inside = name == OWN_PACKAGE or name.startswith(OWN_PACKAGE + ".")
    return inside and not globals_of_frame.get("__teachgraph_user__")


def _without_own_frames(entry: TracebackType | None) -> TracebackType | None:
    kept: list[TracebackType] = []
    while entry is not None:
        if not is_own(entry.tb_frame.f_globals):
            kept.append(entry)
        entry = entry.tb_next
    for above, below in zip(kept, [*kept[1:], None]):
        above.tb_next = below
    return kept[0] if kept else None


def _forget_the_call(error: Exception) -> None:
    """A call that does not fit the signature is shown where the user wrote it."""
    entry = error.__traceback__
    if isinstance(error, TypeError) and entry is not None and entry.tb_next is None:
        error.__traceback__ = None


def warn_user(error: TeachgraphError, category: type[Warning]) -> None:
    """Give a report as a warning, at the user's line."""
    place = error.report.origin or here()
    span = place.span() if place is not None else None
    file, line = (span.file, span.line) if span is not None else ("<unknown>", 0)
    warnings.warn_explicit(str(error), category, file, line)
