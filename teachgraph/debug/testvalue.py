"""Test values: a graph is computed while it is built, and faults show at their line.

    config.compute_test_value = "raise"
    x = T.dmatrix("x")
    x.tag.test_value = np.ones((3, 4))
    y = T.dot(x, x)            # fails here, with the lengths of the test value

Each new node is run on the test values of its inputs, and its outputs get theirs, as
`tag.test_value`. Constants and shared variables bring their own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from teachgraph.compile import faults
from teachgraph.compile.failure import explained
from teachgraph.compile.shared import SharedVariable
from teachgraph.compile.values import fitted
from teachgraph.compile.words import called, in_code
from teachgraph.core.config import config
from teachgraph.core.entrance import CLASSES, error_of
from teachgraph.core.events import Array
from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.core.op import MADE_LISTENERS
from teachgraph.core.order import in_order
from teachgraph.core.origin import here
from teachgraph.core.report import (
    Fault,
    GraphError,
    Hint,
    Note,
    Report,
    TeachgraphError,
)
from teachgraph.debug.making import follow_flag, is_the_users
from teachgraph.debug.response import debug, respond
from teachgraph.debug.words import first
from teachgraph.program.execute import call_numpy
from teachgraph.program.plain import numpy_program
from teachgraph.program.stretch import length_check

WHY = "A node can only be computed once each of its inputs has a value."

CLASSES["missing-test-value"] = GraphError


class TestValueWarning(UserWarning):
    """A test value is missing."""

    __test__ = False  # pytest takes every Test... for tests


def get_test_value(v: Variable) -> Array:
    """The test value of a variable.

    Raises:
        missing-test-value: it has none.
        wrong-dtype, wrong-rank, shape-mismatch: it does not fit the variable.

    >>> import teachgraph.tensor as T
    >>> x = T.dscalar("x")
    >>> x.tag.test_value = 2.0
    >>> get_test_value(x)
    array(2.)
    """
    value = _own_value(v)
    if value is None:
        raise _missing(v, None)
    return value


def compute_test_value(node: Apply) -> None:
    """Run a new node on the test values of its inputs."""
    if not is_the_users(node):
        return
    for earlier in _without_value(node):
        values: list[Array] = []
        for v in earlier.inputs:
            value = _own_value(v)
            if value is None:
                if v in node.inputs or config.compute_test_value != "warn":
                    error = _missing(v, first(node.origins))
                    respond(config.compute_test_value, error, TestValueWarning)
                return
            values.append(value)
        _run(earlier, values)


def _without_value(node: Apply) -> list[Apply]:
    """The node after those before it that were made while the flag was off."""

    def earlier(later: Apply) -> list[Apply]:
        unknown = (v for v in later.inputs if _own_value(v) is None)
        return [v.owner for v in unknown if v.owner is not None]

    return in_order([node], earlier)


def _own_value(v: Variable) -> Array | None:
    """The value that a variable has by itself, as an array of its type."""
    if v.data is not None:
        return v.data
    if isinstance(v, SharedVariable) and not hasattr(v.tag, "test_value"):
        return v.cell[0]
    value: Any = getattr(v.tag, "test_value", None)
    if value is None:
        return None
    try:
        return fitted(value, v.type, subject=f"the test value of {called(v)}")
    except Fault as fault:
        raise faults.at_call(fault, (v,), here()) from None


def _run(node: Apply, values: Sequence[Array]) -> None:
    """Give the outputs their test values, or raise what a call would raise."""
    try:
        with np.errstate(all="ignore"):
            results = call_numpy(node, values, length_check(node))
    except Exception as error:
        better = _explained(error, node, values)
        if config.compute_test_value == "pdb" and better is not None:
            debug(better)
        if better is not None:
            raise better from None
        raise
    for v, array in zip(node.outputs, results, strict=True):
        v.tag.test_value = array


def _explained(
    error: Exception, node: Apply, values: Sequence[Array]
) -> TeachgraphError | None:
    """The error in the user's terms."""
    pairs = dict(zip(node.inputs, values, strict=True))
    given = {v: a for v, a in pairs.items() if v.data is None}
    graph = Graph(tuple(given), node.outputs)
    better = explained(error, graph, numpy_program(graph), list(given.values()))
    if better is None:
        return None
    note = Note("found with test values, while the graph was built")
    report = better.report
    return error_of(dataclasses.replace(report, notes=(*report.notes, note)))


def _missing(v: Variable, origin: Any) -> TeachgraphError:
    """The error about a variable without a test value."""
    shape = tuple(2 if n is None else n for n in v.type.shape)
    value = f"np.zeros({shape}, {v.dtype!r})" if shape else "0.5"
    if shape == () and v.dtype[0] in "iub":
        value = "1"
    return error_of(
        Report(
            "missing-test-value",
            f"{called(v)} has no test value",
            origin or here(),
            notes=(faults.made(v),) if v.origin is not None else (),
            why=WHY,
            hints=(
                Hint("give it one", f"{in_code(v)}.tag.test_value = {value}"),
                Hint(
                    "or do without test values",
                    "config.compute_test_value = 'off'",
                ),
            ),
            nodes=(v,),
        )
    )


follow_flag("compute_test_value", "off", (MADE_LISTENERS, compute_test_value))
