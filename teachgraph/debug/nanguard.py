"""`NanGuard`: the first expression that makes a nan, an infinity or a huge number.

    f = function([x], T.log(x), mode=Mode() + NanGuard())

The guard lets the compiled program run and looks at what a call gives, results and new
values of shared variables alike; and at what comparisons read, where a nan would decide
something and leave no trace. Only if there is a bad number among them, the call is
computed again in NumPy, as it was written, and the number is followed back to the place
where it arose: see `trail`. So a nan that a `switch` leaves out, or an infinity that is
divided by, is no alarm. With `everywhere` the guard looks at every value of every node
instead, which takes longer; what only a `switch` reads is left to the `switch` then.

A variable with `v.tag.nan_guard_mode_check = False` is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from teachgraph.compile.mode import MODES, Mode
from teachgraph.core.events import Array, Called, Event, Returned, Rewrote
from teachgraph.core.graph import Graph, Variable
from teachgraph.core.report import Report
from teachgraph.debug.badnumbers import (
    BIG,
    BadNumberError,
    BadNumbers,
    BadNumberWarning,
    Mask,
)
from teachgraph.debug.deciding import deciding
from teachgraph.debug.masked import masked
from teachgraph.debug.nanreport import of_input, of_node, of_result
from teachgraph.debug.phases import phases_of
from teachgraph.debug.response import checked, respond
from teachgraph.debug.trail import Trail, is_checked, replayed, trail
from teachgraph.debug.watcher import Arrays, Making, Memo, Ran, Watcher
from teachgraph.debug.words import expression
from teachgraph.errors.naming import called
from teachgraph.program.program import Step
from teachgraph.rewrite.passes import FOLD


class NanGuard(Watcher):
    """Stops at the first bad number.

    Args:
        nan_is_error, inf_is_error, big_is_error: what is bad.
        limit: numbers beyond it, on either side of 0, are huge; one for all dtypes, or
            a dict of some by dtype.
        action: raise, warn, pdb or ignore.
        everywhere: look at every value of every node, not only at what a call gives.
    """

    def __init__(
        self,
        nan_is_error: bool = True,
        inf_is_error: bool = True,
        big_is_error: bool = True,
        *,
        limit: float | Mapping[str, float] = BIG,
        action: str = "raise",
        everywhere: bool = False,
    ):
        super().__init__()
        self.limit, self.action = limit, checked(action)
        self.needs_steps = everywhere
        wanted = {"nan": nan_is_error, "inf": inf_is_error, "big": big_is_error}
        self._masked: Memo[Making, frozenset[Variable]] = Memo()
        self._deciding: Memo[Making, frozenset[Variable]] = Memo()
        self._decided: dict[Variable, Array] = {}
        self._numbers = BadNumbers(tuple(k for k, on in wanted.items() if on), limit)

    # What a call gives

    def returned(self, call: Returned) -> None:
        """Look at the results of a call; the first bad one is followed back."""
        if self.needs_steps or self.action == "ignore":
            return
        for position, array in enumerate(call.outputs):
            found = self._numbers.found(array)
            if found is not None and is_checked(call.function.graph.outputs[position]):
                self._respond(self._hunted(call, position, array, found))
                return
        for v, array in (call.more or self._decided).items():
            found = self._numbers.found(array) if self._looks_for_nan else None
            if found is not None and is_checked(v) and np.isnan(array).any():
                self._respond(self._decisive(call, v, array))
                return

    def also(self, graph: Graph) -> tuple[Variable, ...]:
        """Values in which a nan would decide something, and not be seen any more."""
        return tuple(deciding(graph)) if self._looks_for_nan else ()

    @property
    def _looks_for_nan(self) -> bool:
        return "nan" in self._numbers.kinds and not self.needs_steps

    def _decisive(self, call: Returned, v: Variable, array: Array) -> Report:
        """The report on a nan that decided something."""
        mask: Mask = np.isnan(array)
        flat = int(np.argmax(mask))
        optimized = call.function.optimized
        reader = deciding(optimized)[v]
        result = f"{expression(reader)}, which decides by it"
        end = replayed(Graph(optimized.inputs, (v,)), call.values, 0, flat)
        if end is not None and np.isnan(end.values[0]):
            return self._of_trail(trail(end, self._numbers.mask), result)
        return of_result(v, array, ("nan", mask), result)

    def _hunted(
        self, call: Returned, position: int, array: Array, found: tuple[str, Mask]
    ) -> Report:
        """The report on a bad number among the results."""
        kind, mask = found
        flat = int(np.argmax(mask))
        graph, result = call.function.graph, result_words(call.function, position)
        for one in (graph, call.function.optimized):
            end = replayed(one, call.values, position, flat)
            if (
                end is not None
                and self._numbers.kind_at(end.array, end.flat[0]) == kind
            ):
                return self._of_trail(trail(end, self._numbers.mask), result)
        return of_result(graph.outputs[position], array, found, result)

    def _of_trail(self, path: Trail, result: str) -> Report:
        start = path.start
        node, v, array = start.variable.owner, start.variable, start.array
        kind = self._numbers.kind_at(array, start.flat[0])
        assert kind is not None
        mask = self._of_kind(kind, array)
        if node is None:
            return of_input(v, array, (kind, mask))
        return of_node(
            node,
            path.inputs,
            array,
            (kind, mask),
            index=start.index,
            turns=start.frame.turns,
            way=path.elements,
            reaches=result,
        )

    def _of_kind(self, kind: str, array: Array) -> Mask:
        found = BadNumbers((kind,), self.limit).found(array)
        assert found is not None
        return found[1]

    # What every node gives

    def before(self, step: Step, inputs: Arrays) -> None:
        """Look at the inputs of the function where they are first read."""
        place = self.places.of(step) if self.needs_steps else None
        if place is None:
            return
        for position in place.first_reads:
            v = step.nodes[-1].inputs[position]
            found = self._bad(v, inputs[position])
            if found is not None:
                self._respond(of_input(v, inputs[position], found))

    def after(self, ran: Ran) -> None:
        """Look at what a node gave."""
        if not self.needs_steps:
            self._keep_deciding(ran)
            return
        for v, array in zip(ran.node.outputs, ran.outputs):
            found = self._bad(v, array)
            if found is not None and not self._is_masked(ran.step, v):
                turns = ran.loop_turns
                report = of_node(ran.node, ran.inputs, array, found, turns=turns)
                self._respond(report)

    def called(self, call: Called) -> None:
        """Forget what decided in the call before."""
        self._decided.clear()

    def _keep_deciding(self, ran: Ran) -> None:
        """Keep what decides, where nodes are watched for another listener's sake."""
        place = self.places.of(ran.step)
        if place is None or place.inside or place.making.optimized is None:
            return
        making, graph = place.making, place.making.optimized
        if making not in self._deciding:
            self._deciding[making] = frozenset(self.also(graph))
        for v, array in zip(ran.node.outputs, ran.outputs, strict=True):
            if v in self._deciding[making]:
                self._decided[v] = array

    def _is_masked(self, step: Step, v: Variable) -> bool:
        """Whether a `switch` decides what of the variable matters."""
        place = self.places.of(step)
        if place is None or place.making.optimized is None:
            return False
        making = place.making
        if making not in self._masked:
            outputs = making.optimized.outputs if making.optimized else ()
            inner = [v for g in making.graphs for v in g.outputs]
            nodes = (*making.inner, *making.nodes)
            self._masked[making] = masked(nodes, (*outputs, *inner))
        return v in self._masked[making]

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
            self._numbers.mask(np.asarray(a)).any() for a in inputs
        ):
            self._respond(of_node(node, inputs, value, found))

    def _bad(self, v: Variable, array: Array) -> tuple[str, Mask] | None:
        found = self._numbers.found(array)
        return found if found is not None and is_checked(v) else None

    def _respond(self, report: Report) -> None:
        respond(self.action, BadNumberError(report), BadNumberWarning)


def result_words(function: Any, position: int) -> str:
    """What a call gives at a position, in words: an output, or an update."""
    graph, updated = function.graph, function.updated
    count = len(graph.outputs) - len(updated)
    if position >= count:
        return f"the update of `{called(updated[position - count])}`"
    v = graph.outputs[position]
    return f"output {position}" if count > 1 or not v.name else f"`{v.name}`"


def NanGuardMode(
    nan_is_error: bool | None = None,
    inf_is_error: bool | None = None,
    big_is_error: bool | None = None,
    optimizer: str | None = "default",
    linker: None = None,
    *,
    action: str = "raise",
    everywhere: bool = False,
) -> Mode:
    """A mode that stops at the first bad number; called as in Theano.

    Args:
        nan_is_error, inf_is_error, big_is_error: what is bad; all of it by default.
        optimizer: default, fast_run, fast_compile or None.
        linker: accepted; there is one evaluator.
        action: raise, warn or pdb.
        everywhere: look at every value of every node, not only at what a call gives.

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
    guard = NanGuard(*wanted, action=action, everywhere=everywhere)
    return Mode(phases=phases_of(optimizer)) + guard


MODES["NanGuardMode"] = Mode() + NanGuard()
