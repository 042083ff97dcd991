"""`NanGuard`: the first expression that makes a nan, an infinity or a huge number.

    f = function([x], T.log(x), mode=Mode() + NanGuard())

A nan spreads to all that is computed from it, so the place where it is seen tells
little. The guard looks at the value of every node and stops at the first that has one.
A variable with `v.tag.nan_guard_mode_check = False` is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from teachgraph.compile.faults import made
from teachgraph.compile.mode import MODES, Mode
from teachgraph.compile.words import called
from teachgraph.core.entrance import CLASSES
from teachgraph.core.events import Array, Event, Rewrote
from teachgraph.core.graph import Apply, Variable
from teachgraph.core.origin import here
from teachgraph.core.report import Hint, Note, Report, TeachgraphError
from teachgraph.debug.phases import phases_of
from teachgraph.debug.response import checked, respond
from teachgraph.debug.watcher import Arrays, Ran, Watcher
from teachgraph.debug.words import (
    expression,
    first,
    gradient_note,
    index_words,
    inputs_at,
    number,
    ran_as,
)
from teachgraph.errors.naming import listed
from teachgraph.errors.source import assigned_name
from teachgraph.ops.elementwise import Elementwise
from teachgraph.program.program import Step
from teachgraph.rewrite.passes import FOLD

BIG = 1e10
"""What is taken for a huge number, as in Theano."""

WORDS = {"nan": "a nan", "inf": "an infinity", "big": "a huge number"}
WHY = {
    "nan": "A nan spreads to all that is computed from it; this is where it begins.",
    "inf": "An infinity soon becomes a nan: inf - inf and 0 * inf are nan.",
    "big": "Numbers of this size are mostly a step too large, and soon overflow.",
}
HELP = {
    "nan": "keep its inputs where it has a value, for instance by `T.clip`",
    "inf": "keep its inputs where it is finite, for instance by `T.clip`",
    "big": "make its inputs smaller: scale the data, or take smaller steps",
}


class BadNumberError(TeachgraphError, FloatingPointError, AssertionError):
    """A nan, an infinity or a huge number; Theano's guard raises AssertionError."""


class BadNumberWarning(UserWarning):
    """The same, where the guard only warns."""


for kind in WORDS:
    CLASSES[f"{kind}-value"] = BadNumberError

Mask = np.ndarray[Any, np.dtype[np.bool_]]


class NanGuard(Watcher):
    """Stops at the first node that makes a bad number.

    Args:
        nan_is_error, inf_is_error, big_is_error: what is bad.
        limit: numbers beyond it, on either side of 0, are huge.
        action: raise, warn, pdb or ignore.
    """

    def __init__(
        self,
        nan_is_error: bool = True,
        inf_is_error: bool = True,
        big_is_error: bool = True,
        *,
        limit: float = BIG,
        action: str = "raise",
    ):
        super().__init__()
        self.limit, self.action = limit, checked(action)
        tests: dict[str, tuple[bool, Callable[[Array], Mask]]] = {
            "nan": (nan_is_error, np.isnan),
            "inf": (inf_is_error, np.isinf),
            "big": (big_is_error, self._is_big),
        }
        self._tests = {kind: test for kind, (wanted, test) in tests.items() if wanted}

    def before(self, step: Step, inputs: Arrays) -> None:
        """Look at the inputs of the function where they are first read."""
        place = self.places.of(step)
        if place is None:
            return
        for position in place.first_reads:
            v = step.nodes[-1].inputs[position]
            found = self._bad(v, inputs[position])
            if found is not None:
                self._respond(self._of_input(v, inputs[position], *found))

    def after(self, ran: Ran) -> None:
        """Look at what a node gave."""
        for v, array in zip(ran.node.outputs, ran.outputs):
            found = self._bad(v, array)
            if found is not None:
                self._respond(self._of_node(ran.node, ran.inputs, array, *found))

    def made(self, event: Event) -> None:
        """Look at what was worked out while the function was compiled."""
        if not isinstance(event, Rewrote) or event.rule is not FOLD:
            return
        node, value = event.before.owner, event.after.data
        if node is None or value is None:
            return
        inputs = [v.data for v in node.inputs if v.data is not None]
        found = self._bad(event.before, value)
        if found is not None and not any(
            self._tests[found[0]](a).any() for a in inputs
        ):
            self._respond(self._of_node(node, tuple(inputs), value, *found))

    def _is_big(self, array: Array) -> Mask:
        return np.isfinite(array) & (np.abs(array) > self.limit)

    def _bad(self, v: Variable, array: Array) -> tuple[str, Mask] | None:
        """What sort of bad number an array has, and where; None if it is fine."""
        if array.dtype.kind not in "fc" or array.size == 0:
            return None
        with np.errstate(all="ignore"):
            if array.dtype.kind == "f":
                low, high = array.min(), array.max()
                if -self.limit <= low and high <= self.limit:  # false for nan
                    return None
            if not getattr(v.tag, "nan_guard_mode_check", True):
                return None
            for kind, test in self._tests.items():
                mask = test(array)
                if mask.any():
                    return kind, mask
        return None

    def _respond(self, report: Report) -> None:
        respond(self.action, BadNumberError(report), BadNumberWarning)

    def _of_node(
        self, node: Apply, inputs: Arrays, array: Array, kind: str, mask: Mask
    ) -> Report:
        """The report on the node that made a bad number."""
        index = tuple(int(i) for i in np.argwhere(mask)[0])
        title = f"{WORDS[kind]} arises at {expression(node)}"
        values = listed(inputs_at(node, inputs, index))
        where = f"there {values}" if array.ndim else values
        notes = [Note(_count(array, mask, index)), *gradient_note(node)]
        if values:
            notes.insert(1, Note(where))
        if isinstance(node.op, Elementwise) and node.op.fn.domain:
            notes.append(Note(f"domain of {node.op.fn.name}: {node.op.fn.domain}"))
        return Report(
            f"{kind}-value",
            title,
            first(node.origins),
            notes=tuple(notes),
            why=WHY[kind],
            hints=(Hint(HELP[kind]), _leave_out(node.outputs[0])),
            nodes=node.outputs,
            details=ran_as(node),
        )

    def _of_input(self, v: Variable, array: Array, kind: str, mask: Mask) -> Report:
        """The report on a value that came into the call."""
        index = tuple(int(i) for i in np.argwhere(mask)[0])
        what = "the shared variable " if v.kind == "shared" else "the input "
        title = f"{what}{called(v)} holds {WORDS[kind]} already"
        notes = (Note(_count(array, mask, index)), made(v))
        hints = (Hint("look at where its value comes from"), _leave_out(v))
        return Report(
            f"{kind}-value",
            title,
            here(),
            notes=notes,
            why=WHY[kind],
            hints=hints,
            nodes=(v,),
        )


def _leave_out(v: Variable) -> Hint:
    given = assigned_name(v.origin) if v.origin is not None else ""
    name = v.name or given or "variable"
    return Hint(
        "or leave the variable out, if that is meant",
        f"{name}.tag.nan_guard_mode_check = False",
    )


def _count(array: Array, mask: Mask, index: tuple[int, ...]) -> str:
    if array.ndim == 0:
        return f"its value is {number(array)}"
    bad = int(mask.sum())
    words = f"{bad} of {array.size} element{'s' if array.size > 1 else ''}"
    return f"{words}, the first at {index_words(index)}: {number(array[index])}"


def NanGuardMode(
    nan_is_error: bool | None = None,
    inf_is_error: bool | None = None,
    big_is_error: bool | None = None,
    optimizer: str | None = "default",
    linker: None = None,
    *,
    action: str = "raise",
) -> Mode:
    """A mode that stops at the first bad number; called as in Theano.

    Args:
        nan_is_error, inf_is_error, big_is_error: what is bad; all of it by default.
        optimizer: default, fast_run, fast_compile or None.
        linker: accepted; there is one evaluator.
        action: raise, warn or pdb.

    >>> import teachgraph.tensor as T
    >>> x = T.dvector("x")
    >>> f = teachgraph.function([x], T.exp(x), mode=NanGuardMode(inf_is_error=False))
    >>> f([1000.0])
    array([inf])
    """
    del linker
    wanted = [
        True if w is None else w for w in (nan_is_error, inf_is_error, big_is_error)
    ]
    return Mode(phases=phases_of(optimizer)) + NanGuard(*wanted, action=action)


MODES["NanGuardMode"] = Mode() + NanGuard()
