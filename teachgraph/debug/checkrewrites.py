"""`CheckRewrites`: what the optimizer made of a graph has the values of the graph.

Each call is computed a second time as the user wrote it. If the results differ, the
history of rewriting is searched, by halves, for the rewrite that did it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from teachgraph.core.events import Array, DidRun, Event, History, Rewrote
from teachgraph.core.graph import Graph, Variable, toposort
from teachgraph.core.report import GraphError, Hint, Note, Report
from teachgraph.debug.closeness import (
    ROUNDINGS,
    Mask,
    apart,
    first_index,
    magnitude,
    unit,
)
from teachgraph.debug.watcher import Arrays, Making, Memo, Ran, Watcher
from teachgraph.debug.words import index_words, number
from teachgraph.errors.naming import called
from teachgraph.program import execute
from teachgraph.program.plain import numpy_program
from teachgraph.program.program import Program, Step

Values = dict[Variable, Array]
WHY = (
    "A rewrite may change rounding, and may give a number where there was none; "
    "the numbers that were there must stay."
)


class Reference:
    """What a graph as written gives: a program and the values of its inputs.

    Attributes:
        outputs: its results.
        tolerance: by how much another result may be off, if that was asked for.
    """

    def __init__(self, program: Program, values: Mapping[Variable, Array]):
        self._program = program
        self._given = [values[v] for v in program.graph.inputs]
        self.outputs = execute.run(program, self._given)

    @cached_property
    def tolerance(self) -> float:
        """What rounding may do on the way to the outputs.

        It goes with the largest number on the way, which may cancel.
        """
        scale, rounding = magnitude(self._given), unit(self._given)

        def listen(event: Event) -> None:
            nonlocal scale, rounding
            if isinstance(event, DidRun):
                scale = max(scale, magnitude(event.outputs))
                rounding = max(rounding, unit(event.outputs))

        execute.run(self._program, self._given, (listen,))
        return ROUNDINGS * rounding * scale

    def differs(self, outputs: Sequence[Array]) -> tuple[int, tuple[int, ...]] | None:
        """Which output differs, and at which element; None if none does.

        Where the written graph gives nan or an infinity, anything is right: rules exist
        to put a number there.
        """
        for position, (found, wanted) in enumerate(zip(outputs, self.outputs)):
            if found.shape != wanted.shape:
                return position, ()
            close = ROUNDINGS * unit((wanted,)) * magnitude((wanted,))
            if not self._apart(found, wanted, close).any():
                continue
            mask = self._apart(found, wanted, self.tolerance)
            if mask.any():
                return position, first_index(mask)
        return None

    @staticmethod
    def _apart(found: Array, wanted: Array, tolerance: float) -> Mask:
        mask = apart(found, wanted, tolerance, 0.0)
        return mask & np.isfinite(wanted) if wanted.dtype.kind in "fc" else mask


class CheckRewrites(Watcher):
    """Computes each call a second time, as it was written.

    Outputs of whole numbers or booleans that depend on rounded numbers are not
    compared: a rounding error may turn a comparison. Inputs that the optimized graph
    does not read are not known here; a call that would need them is not compared.

    Attributes:
        compared: how many calls were computed twice.

    Raises:
        unsound-rewrite: a rewrite changed a value.
    """

    def __init__(self) -> None:
        super().__init__()
        self.compared = 0
        self._values: Memo[Making, Values] = Memo()
        self._programs: Memo[Making, Program] = Memo()

    def before(self, step: Step, inputs: Arrays) -> None:
        """Keep the inputs of the call."""
        place = self.places.of(step)
        if place is None or place.inside:
            return
        if place.number == 0:
            self._values[place.making] = {}
        values = self._values.setdefault(place.making, {})
        for position in place.first_reads:
            values[step.nodes[-1].inputs[position]] = inputs[position]

    def after(self, ran: Ran) -> None:
        """Keep what a node gave; compare after the last."""
        place = self.places.of(ran.step)
        if place is None or place.inside:
            return
        values = self._values[place.making]
        values.update(zip(ran.node.outputs, ran.outputs, strict=True))
        if place.is_last:
            del self._values[place.making]
            self._check(place.making, values)

    def _check(self, making: Making, values: Values) -> None:
        written, optimized = making.written, making.optimized
        if written is None or optimized is None:
            return
        pairs = [
            (v, found)
            for v, now in zip(written.outputs, optimized.outputs, strict=True)
            if (found := _value(now, values)) is not None and not _is_brittle(v)
        ]
        graph = Graph(written.inputs, tuple(v for v, _ in pairs))
        if not pairs or any(v not in values for v in _needed(graph)):
            return
        if making not in self._programs:
            self._programs[making] = numpy_program(_of_needed(graph))
        reference = Reference(self._programs[making], values)
        self.compared += 1
        different = reference.differs([found for _, found in pairs])
        if different is None:
            return
        positions = [written.outputs.index(v) for v, _ in pairs]
        history = History(making.events)
        guilty = _first_difference(history, reference, positions, values)
        if guilty is not None:
            raise _unsound(guilty, reference, [f for _, f in pairs], different)


def _first_difference(
    history: History,
    reference: Reference,
    positions: Sequence[int],
    values: Mapping[Variable, Array],
) -> Rewrote | None:
    """The first rewrite after which the outputs differ; None if none does."""

    def differs(k: int) -> bool:
        graph = history.graph_at(k)
        outputs = tuple(graph.outputs[i] for i in positions)
        program = numpy_program(_of_needed(Graph(graph.inputs, outputs)))
        given = [values[v] for v in program.graph.inputs]
        return reference.differs(execute.run(program, given)) is not None

    rewrites = history.rewrites()
    agree, differ = 0, len(rewrites)
    if not differs(differ):
        return None
    while differ - agree > 1:
        middle = (agree + differ) // 2
        if differs(middle):
            differ = middle
        else:
            agree = middle
    return rewrites[differ - 1]


def _value(v: Variable, values: Values) -> Array | None:
    return v.data if v.data is not None else values.get(v)


def _is_brittle(v: Variable) -> bool:
    """Whether `v` is exact but made of rounded numbers, which may turn it."""
    if v.dtype[0] in "fc":
        return False
    return any(u.dtype[0] in "fc" for u in toposort([v]))


def _needed(graph: Graph) -> list[Variable]:
    """The inputs that the outputs depend on."""
    read = {v for node in graph.applies() for v in node.inputs}
    read.update(graph.outputs)
    return [v for v in graph.inputs if v in read]


def _of_needed(graph: Graph) -> Graph:
    return Graph(tuple(_needed(graph)), graph.outputs)


def _unsound(
    rewrote: Rewrote,
    reference: Reference,
    outputs: Sequence[Array],
    where: tuple[int, tuple[int, ...]],
) -> GraphError:
    """The error about a rewrite that changed a value."""
    position, index = where
    wanted, found = reference.outputs[position], outputs[position]
    at = f" at {index_words(index)}" if index else ""
    if wanted.shape == found.shape:
        words = f"as written it is {number(wanted[index])}{at}"
        words += f", rewritten {number(found[index])}"
    else:
        words = f"as written its shape is {wanted.shape}, rewritten {found.shape}"
    rule = str(rewrote.rule.name)
    notes = (
        Note(f"output {position}: {words}"),
        Note(f"the rule says: {rewrote.rule.why}"),
    )
    hints = (Hint("leave the rule out", f"mode.excluding({rule!r})"),)
    title = f"the rule {rule} changed the value of `{called(rewrote.replaces)}`"
    return GraphError(
        Report(
            "unsound-rewrite",
            title,
            rewrote.replaces.origin,
            notes=notes,
            why=WHY,
            hints=hints,
            nodes=(rewrote.replaces, rewrote.after),
        )
    )
