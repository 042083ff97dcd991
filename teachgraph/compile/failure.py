"""Why a call failed, in terms of what the user wrote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from teachgraph.compile import faults
from teachgraph.core.entrance import is_own
from teachgraph.core.events import Failed
from teachgraph.core.graph import Apply, Graph
from teachgraph.core.report import Fault, Report, TeachgraphError
from teachgraph.core.types import LengthMismatch
from teachgraph.ops.printed import silent
from teachgraph.program import execute
from teachgraph.program.blame import blame
from teachgraph.program.program import GuardFailed, IndexFailed, Program

Array = np.ndarray[Any, Any]
OURS = (GuardFailed, IndexFailed, LengthMismatch, Fault)


def explained(
    error: Exception, written: Graph, plain: Program, values: Sequence[Array]
) -> TeachgraphError | None:
    """The error to raise in place of what a backend raised; None to leave it.

    Args:
        written: the graph as the user wrote it.
        plain: the optimized graph as a program of single nodes.
        values: of all inputs of both.
    """
    if isinstance(error, TeachgraphError | MemoryError):
        return None
    blamed = _blamed(error, written, values)
    if blamed is not None:
        return blamed
    report = first_failure(plain, values)
    return None if report is None else _raised(error, report)


def _blamed(
    error: Exception, written: Graph, values: Sequence[Array]
) -> TeachgraphError | None:
    """What `blame` finds; it may run an op whose own code fails as it did before."""
    try:
        with silent():
            return blame(written, values, ran=_node_of(error))
    except Exception as again:
        if type(again) is not type(error):
            raise
        return None


def _is_of_ours(error: Exception) -> bool:
    """Whether no code of the user's, and none of a library, is what raised."""
    entry = error.__traceback__
    while entry is not None and entry.tb_next is not None:
        entry = entry.tb_next
    return entry is not None and is_own(entry.tb_frame.f_globals)


def _node_of(error: Exception) -> Apply | None:
    if isinstance(error, GuardFailed):
        return error.guard.node
    return error.node if isinstance(error, IndexFailed) else None


def first_failure(program: Program, values: Sequence[Array]) -> Report | None:
    """The report on the step at which a program fails, if it does."""
    stream = execute.steps(program, values)
    found: list[Report] = []
    try:
        with silent():
            for event in stream:
                if isinstance(event, Failed):
                    found.append(event.report)
    except Exception:
        if not found:
            raise
    return found[-1] if found else None


def _raised(error: Exception, report: Report) -> TeachgraphError | None:
    if isinstance(error, OURS) or report.code != "computation-failed":
        return faults.error(report)
    if type(error) is ValueError and _is_of_ours(error):
        return faults.error(report)
    # What an op's own code raised stays what it is; the place is added to it.
    told = faults.error(report)
    error.add_note(str(told))
    vars(error)["report"] = told.report
    return None
