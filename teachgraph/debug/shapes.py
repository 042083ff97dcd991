"""`Shapes`: the shape of everything, expression by expression.

    shapes = Shapes()
    f = function([x], y, mode=Mode() + shapes)
    f(value)
    print(shapes)

A length that was not the same in every call (or in every turn of a loop) is shown as a
range.
"""

from __future__ import annotations

import html
import sys
from dataclasses import dataclass
from typing import TextIO

import numpy as np

from teachgraph.debug.watcher import Memo, Ran, Watcher
from teachgraph.debug.words import first
from teachgraph.errors.naming import LONGEST, called
from teachgraph.errors.source import place
from teachgraph.program.program import Step

Lengths = list[tuple[int, int]]


@dataclass
class Line:
    """What is known of a node: the least and the largest length of each axis."""

    expression: str
    op: str
    where: str
    inputs: list[tuple[str, Lengths]]
    dtype: str
    output: Lengths
    runs: int = 1

    def __str__(self) -> str:
        read = ", ".join(f"{name} {_shape(s)}" for name, s in self.inputs)
        made = f"{self.dtype} {_shape(self.output)}"
        return f"{self.expression} = {self.op}({read}) -> {made}"


class Shapes(Watcher):
    """Collects the shapes that nodes read and give.

    Args:
        show: also write a line for each node when it first runs.
        file: where to; standard output by default.

    Attributes:
        lines: one `Line` a node, in the order in which they first ran.
    """

    def __init__(self, *, show: bool = False, file: TextIO | None = None):
        super().__init__()
        self.lines: list[Line] = []
        self._show, self._file = show, file
        self._of: Memo[Step, Line] = Memo()

    def after(self, ran: Ran) -> None:
        """Take note of a node's shapes."""
        known = self._of.get(ran.step)
        if known is not None:
            _widen(known.output, np.shape(ran.outputs[0]))
            for (_, lengths), array in zip(known.inputs, ran.inputs, strict=True):
                _widen(lengths, np.shape(array))
            known.runs += 1
            return
        line = self._of[ran.step] = _line(ran)
        self.lines.append(line)
        if self._show:
            (sys.stdout if self._file is None else self._file).write(f"{line}\n")

    def __getitem__(self, expression: str) -> tuple[int, ...]:
        """The largest shape that an expression has had, by its source or its name."""
        for line in reversed(self.lines):
            if line.expression == expression:
                return tuple(most for _, most in line.output)
        known = ", ".join(line.expression for line in self.lines)
        raise KeyError(f"{expression}: there are {known or 'none'}")

    def __str__(self) -> str:
        width = max((len(str(line)) for line in self.lines), default=0)
        rows = [f"{line!s:<{min(width, 72)}}  {line.where}" for line in self.lines]
        return "\n".join(row.rstrip() for row in rows) or "nothing has run"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """A table, where a notebook shows it."""
        rows = "".join(
            f"<tr><td><code>{html.escape(line.expression)}</code></td>"
            f"<td>{html.escape(line.op)}</td>"
            f"<td>{', '.join(_shape(s) for _, s in line.inputs)}</td>"
            f"<td>{line.dtype} {_shape(line.output)}</td>"
            f"<td>{html.escape(line.where)}</td></tr>"
            for line in self.lines
        )
        head = "".join(
            f"<th>{h}</th>" for h in ("expression", "op", "reads", "gives", "place")
        )
        return f"<table><tr>{head}</tr>{rows}</table>"


def _line(ran: Ran) -> Line:
    node = ran.node
    origin = first(node.origins)
    text = origin.span().text() if origin is not None else ""
    own = text if 0 < len(text) <= LONGEST else called(node.outputs[0])
    pairs = zip(node.inputs, ran.inputs, strict=True)
    array = ran.outputs[0]
    return Line(
        own,
        node.op.title,
        place(origin) if origin is not None else "",
        [(called(v), _lengths(np.shape(a))) for v, a in pairs],
        str(getattr(array, "dtype", "")),
        _lengths(np.shape(array)),
    )


def _lengths(shape: tuple[int, ...]) -> Lengths:
    return [(n, n) for n in shape]


def _widen(known: Lengths, shape: tuple[int, ...]) -> None:
    known[:] = [(min(a, n), max(b, n)) for (a, b), n in zip(known, shape, strict=True)]


def _shape(lengths: Lengths) -> str:
    words = [str(a) if a == b else f"{a}..{b}" for a, b in lengths]
    return f"({words[0]},)" if len(words) == 1 else f"({', '.join(words)})"
