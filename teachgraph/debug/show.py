"""`Print`: a line about each value that is meant, in a form of yours.

    f = function([x], y, mode=Mode() + Print(y, "{name} is {value:.3f} in call {call}"))

It listens, so nothing in the graph changes; `printing.Print` is an op in the graph that
prints as well.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

import numpy as np

from teachgraph.core.events import Called
from teachgraph.debug.series import STATISTICS
from teachgraph.debug.targets import Aimed, Condition, Target
from teachgraph.debug.watcher import Ran
from teachgraph.debug.words import described, expression, first
from teachgraph.errors.naming import called
from teachgraph.errors.source import place

STANDARD = "{expression} is {value}"


class Print(Aimed):
    """Writes a line whenever a node ran that is meant.

    Args:
        on: which nodes, as of a `Breakpoint`.
        format: the line, with {name}, {expression}, {value}, {shape}, {dtype}, {place},
            {op}, {call}, {turn}, and statistics: {min}, {max}, {mean}, {std}, {norm},
            {nans}.
        condition: called with the outputs of the node; write if it is true.
        file: where to; standard output by default.
        most: after so many lines it falls silent.
    """

    def __init__(
        self,
        on: Target | Sequence[Target] | None = None,
        format: str = STANDARD,
        condition: Condition | None = None,
        *,
        file: TextIO | None = None,
        most: int = 1000,
    ):
        super().__init__(on, condition)
        self.lines, self.calls = 0, 0
        self._format, self._file, self._most = format, file, most

    def __reduce__(self) -> tuple[Any, ...]:
        on = None if self.targets == (None,) else self.targets
        return Print, (on, self._format, self._condition)

    def called(self, call: Called) -> None:
        """Count the calls."""
        self.calls += 1

    def seen(self, ran: Ran, target: int) -> None:
        """Write a line."""
        self.lines += 1
        if self.lines > self._most:
            return
        line = self._format.format_map(Fields(ran, self.calls))
        (sys.stdout if self._file is None else self._file).write(f"{line}\n")


class Fields(Mapping[str, Any]):
    """What a format may speak of; worked out when it does."""

    NAMES = ("name", "expression", "value", "shape", "dtype", "place", "op")

    def __init__(self, ran: Ran, call: int):
        self._ran, self._call = ran, call

    def __getitem__(self, key: str) -> Any:
        ran = self._ran
        node, array = ran.node, ran.outputs[0]
        if key in STATISTICS:
            return STATISTICS[key](array)
        match key:
            case "name":
                return called(node.outputs[0])
            case "expression":
                return expression(node).strip("`")
            case "value":
                return array[()] if np.ndim(array) == 0 else Value(array)
            case "shape" | "dtype":
                return getattr(array, key)
            case "place":
                origin = first(node.origins)
                return place(origin) if origin is not None else ""
            case "op":
                return node.op.title
            case "call":
                return self._call - 1
            case "turn":
                return ", ".join(str(t.index) for t in ran.turns)
            case _:
                raise KeyError(key)

    def __iter__(self) -> Any:
        return iter((*self.NAMES, "call", "turn", *STATISTICS))

    def __len__(self) -> int:
        return len(list(iter(self)))


class Value:
    """An array in a line: its numbers, if they are few and nothing else is said."""

    def __init__(self, array: Any):
        self._array = array

    def __format__(self, how: str) -> str:
        if not how:
            return described(self._array)
        flat = [format(value, how) for value in np.ravel(self._array)]
        return f"[{', '.join(flat)}]"

    def __str__(self) -> str:
        return described(self._array)
