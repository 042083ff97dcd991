"""From the arguments of a call to arrays: positions, keywords, defaults, conversion.

This is the slow path of a call, taken when an argument is not already an array of the
exact type, and the place where a wrong call is explained.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from teachgraph.compile import faults
from teachgraph.compile.plan import Parameter
from teachgraph.compile.shared import Cell
from teachgraph.compile.values import fitted
from teachgraph.compile.words import called, count, in_code, listed, nearest
from teachgraph.core.graph import Variable
from teachgraph.core.origin import here
from teachgraph.core.record import record
from teachgraph.core.report import Fault, Hint, Note, Report, TeachgraphError

Array = np.ndarray[Any, Any]


@record(eq=False)
class Bound:
    """The arguments of one call: arrays for the backend, and values for cells."""

    arrays: list[Array]
    cells: list[tuple[Cell, Array]]


@record(eq=False)
class Signature:
    """What calls of a function may pass. `function` is its name, or None."""

    function: str | None
    parameters: tuple[Parameter, ...]

    @cached_property
    def passable(self) -> tuple[Parameter, ...]:
        """The parameters that a call may pass, in order of position."""
        return tuple(p for p in self.parameters if not p.implicit)

    @property
    def is_plain(self) -> bool:
        """True when passing all without a cell, by position, is a complete call."""
        cells = [p.cell is not None for p in self.passable]
        return cells == sorted(cells)

    def bind(self, args: Sequence[Any], named: Mapping[str, Any]) -> Bound:
        """The arrays that a call passes, in the order of the parameters.

        Raises:
            wrong-argument-count, missing-argument, unknown-name, repeated-argument, and
            what `fitted` finds wrong with a value.
        """
        passable = self.passable
        if len(args) > len(passable):
            raise self._too_many(len(args))
        given: dict[Parameter, Any] = dict(zip(passable, args, strict=False))
        for name, value in named.items():
            parameter = self._by_name(name)
            if parameter in given:
                raise self._twice(parameter)
            given[parameter] = value
        bound = Bound([], [])
        for position, p in enumerate(passable):
            self._place(p, position, given, bound)
        return bound

    def _place(
        self, p: Parameter, position: int, given: dict[Parameter, Any], bound: Bound
    ) -> None:
        if p in given:
            array = self._fit(p, position, given[p])
        elif p.cell is not None:
            return
        elif p.default is not None:
            array = p.default[0]
        else:
            raise self._missing(p, position)
        if p.cell is None:
            bound.arrays.append(array)
        else:
            bound.cells.append((p.cell, array))

    def _fit(self, p: Parameter, position: int, value: Any) -> Array:
        try:
            return fitted(
                value,
                p.variable.type,
                subject="",
                strict=p.strict,
                allow_downcast=p.allow_downcast,
            )
        except Fault:
            name = f", {called(p.variable)}," if p.variable.name else ""
            subject = f"argument {position}{name}"
        try:
            return fitted(
                value,
                p.variable.type,
                subject=subject,
                strict=p.strict,
                allow_downcast=p.allow_downcast,
            )
        except Fault as fault:
            raise faults.at_call(fault, (p.variable,), here()) from None

    def _by_name(self, name: str) -> Parameter:
        found = [p for p in self.passable if p.name == name]
        if len(found) == 1:
            return found[0]
        if found:
            title = f"{count(len(found), 'input')} are called `{name}`"
            hints = (
                Hint("pass them by position"),
                Hint("or name them", "In(x, name='first')"),
            )
            raise self._error("unknown-name", title, hints)
        names = [p.name for p in self.passable if p.name is not None]
        close = nearest(name, names)
        hints = (Hint("perhaps you mean", close),) if close else ()
        if not hints and names:
            hints = (Hint(f"its inputs are called {listed(names)}"),)
        title = f"{self._me} has no input called `{name}`"
        raise self._error("unknown-name", title, hints)

    @property
    def _me(self) -> str:
        return f"the function `{self.function}`" if self.function else "the function"

    @property
    def _takes(self) -> str:
        names = listed([called(p.variable) for p in self.passable])
        return count(len(self.passable), "argument") + (f" ({names})" if names else "")

    def _too_many(self, passed: int) -> TeachgraphError:
        extra = passed - len(self.passable)
        it, plural = ("them", "s") if extra > 1 else ("it", "")
        title = (
            f"{self._me} takes {self._takes}; {passed} were passed, {extra} too many"
        )
        hints = (
            Hint(f"remove the extra argument{plural}"),
            Hint(f"or add the variable{plural} meant for {it} to the inputs list"),
        )
        return self._error("wrong-argument-count", title, hints)

    def _missing(self, p: Parameter, position: int) -> TeachgraphError:
        title = (
            f"{self._me} takes {self._takes}, and {called(p.variable)} was not passed"
        )
        text = in_code(p.variable)
        keyword = f"f(..., {text}=value)" if p.name else None
        hints = (
            Hint(f"pass a value for argument {position}", keyword),
            Hint("or give it a default", f"In({text}, value=...)"),
        )
        return self._error("missing-argument", title, hints, p.variable)

    def _twice(self, p: Parameter) -> TeachgraphError:
        title = f"{called(p.variable)} was passed twice, by position and by name"
        return self._error(
            "repeated-argument", title, (Hint("pass it once"),), p.variable
        )

    def _error(
        self, code: str, title: str, hints: tuple[Hint, ...], *variables: Variable
    ) -> TeachgraphError:
        notes = (Note(f"{self._me} takes {self._takes}"), *map(faults.made, variables))
        if self._takes in title:
            notes = notes[1:]
        return faults.error(
            Report(code, title, here(), notes=notes, hints=hints, nodes=variables)
        )
