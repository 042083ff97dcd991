"""`Blame`: why a number that a call gave is what it is, back to the numbers given.

    print(Blame(f, x_value, at=(1, 2)))

The call is computed again in NumPy, as it was written, and one number of its results is
followed back through elementwise operations, sums, products of matrices, gathers and
loops, each time to one of the numbers that it was made of: one that is not finite, or
else the largest, which weighs most. `reaches` says which elements of the inputs have to
do with it at all.
"""

from __future__ import annotations

import ast
import html
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from teachgraph.compile.function import Function
from teachgraph.core.events import Array
from teachgraph.core.graph import Graph, Variable
from teachgraph.core.record import record
from teachgraph.debug.badnumbers import Mask
from teachgraph.debug.replay import Elements, Frame
from teachgraph.debug.words import expression, index_words, number, turn_words
from teachgraph.errors.naming import called, kind_words, listed
from teachgraph.errors.source import place

MOST_PARTS = 4


@record(eq=False)
class Link:
    """A number on the way back, and what it was made of."""

    element: Elements
    parts: tuple[Elements, ...]

    @property
    def variable(self) -> Variable:
        """What it is an element of."""
        return self.element.variable

    @property
    def index(self) -> tuple[int, ...]:
        """Where in it."""
        return self.element.index

    @property
    def value(self) -> Any:
        """The number."""
        return self.element.values[0]

    def __str__(self) -> str:
        v, turns = self.variable, self.element.frame.turns
        what = "" if v.owner is not None else f", {kind_words(v)}"
        line = f"{_at(_name(v), self.index)} is {number(self.value)}{what}"
        line += "".join(f", {turn_words(turn)}" for turn in turns)
        regions = [_region(p) for p in self.parts if p.variable.data is None]
        made = list(dict.fromkeys(r for r in regions if r != _name(v)))
        if len(made) > MOST_PARTS:
            made = [*made[:MOST_PARTS], f"{len(made) - MOST_PARTS} more"]
        if made and v.owner is not None:
            line += f", made of {listed(made)}"
        return f"{line}  ({place(v.origin)})" if v.origin is not None else line


class Blame:
    """The way of one number back to what it was made of.

    Args:
        function, args, named: the call.
        output: which of its results: a position, or the variable.
        at: the index of the number; by default that of the first that is not finite, or
            of the largest.

    Attributes:
        chain: a `Link` for each number on the way, from the result to an input.
    """

    def __init__(
        self,
        function: Function,
        *args: Any,
        output: int | Variable = 0,
        at: Sequence[int] | int | None = None,
        **named: Any,
    ):
        graph = function.graph
        if isinstance(output, Variable):
            output = graph.outputs.index(output)
        v = graph.outputs[output]
        values = function.values(*args, **named)
        self._frame = Frame(Graph(graph.inputs, (v,)), values)
        array = self._frame.values[v]
        if at is None:
            at = _worst(array)
        at = (at,) if isinstance(at, int) else tuple(at)
        pairs = zip(at, array.shape, strict=True)
        index = tuple(i + n if i < 0 else i for i, n in pairs)
        self._end = self._frame.element(v, index)
        self.chain = tuple(_chain(self._end))

    @property
    def start(self) -> Link:
        """Where the way ends: an input, a constant, or what depends on nothing."""
        return self.chain[-1]

    def reaches(self, v: Variable) -> Mask:
        """Which elements of an input, or of a value on the way, have to do with it."""
        array = self._frame.values[v]
        mask: Mask = np.zeros(array.size, bool)
        mask[list(self._reached.get((id(self._frame), v), ()))] = True
        return mask.reshape(array.shape)

    @cached_property
    def _reached(self) -> dict[tuple[int, Variable], set[int]]:
        """Every element that the number was made of, by frame and variable."""
        found: dict[tuple[int, Variable], set[int]] = {}
        frames = [self._end.frame]  # kept alive, as they are told apart by identity
        waiting = [self._end]
        while waiting:
            elements = waiting.pop()
            frames.append(elements.frame)
            known = found.setdefault((id(elements.frame), elements.variable), set())
            new = [int(k) for k in elements.flat if int(k) not in known]
            if new and elements.variable.data is None:
                known.update(new)
                fresh = elements.frame.elements(elements.variable, np.array(new))
                waiting.extend(fresh.parts())
        return found

    def __str__(self) -> str:
        return "\n".join(
            f"{'because ' if k else ''}{link}" for k, link in enumerate(self.chain)
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """A list, where a notebook shows it."""
        rows = "".join(
            f"<li><code>{html.escape(str(k))}</code></li>" for k in self.chain
        )
        return f"<ol>{rows}</ol>"


def _chain(end: Elements) -> list[Link]:
    links: list[Link] = []
    element: Elements | None = end
    while element is not None:
        parts = tuple(p for p in element.parts() if p.flat.size)
        is_name = element.variable.owner is None and bool(parts)
        if not is_name:  # an inner input stands for what lies outside
            links.append(Link(element, parts))
        element = _heaviest(parts)
    return links


def _heaviest(parts: Sequence[Elements]) -> Elements | None:
    """The number not finite, or else the largest, of those that can be followed."""
    best: tuple[float, Elements] | None = None
    for part in parts:
        if part.variable.data is not None:
            continue
        weight, where = _weight(part.values)
        if best is None or weight > best[0]:
            best = weight, part.one(where)
    return None if best is None else best[1]


def _weight(values: Array) -> tuple[float, int]:
    """The largest size of a number, infinite where it is not finite; and where it is.

    Whole numbers, which are mostly positions, weigh less than all others.
    """
    if values.dtype.kind not in "fc":
        return -1.0, 0
    sizes: Array = np.abs(values).astype("float64")
    sizes[~np.isfinite(sizes)] = np.inf
    where = int(np.argmax(sizes))
    return float(sizes[where]), where


def _worst(array: Array) -> tuple[int, ...]:
    flat = np.ravel(array)
    where = _weight(flat)[1] if flat.size else 0
    return tuple(int(i) for i in np.unravel_index(where, array.shape))


def _name(v: Variable) -> str:
    if v.name is not None or v.owner is None:
        return called(v)
    text = expression(v.owner).strip("`")
    return text if not text.startswith("this ") else v.owner.op.title


def _at(name: str, index: tuple[int, ...]) -> str:
    return f"{_whole(name)}{index_words(index)}" if index else name


def _whole(name: str) -> str:
    """The name, in brackets where an index behind it would be read otherwise."""
    try:
        parsed = ast.parse(name, mode="eval").body
    except SyntaxError:
        return name
    simple = ast.Name | ast.Attribute | ast.Call | ast.Subscript
    return name if isinstance(parsed, simple) else f"({name})"


def _region(elements: Elements) -> str:
    """Elements in words: `w[0:3, 1]`."""
    name, shape = _name(elements.variable), elements.array.shape
    if not shape:
        return name
    if len(elements.flat) == 1:
        return _at(name, elements.index)
    spans: list[str] = []
    count = 1
    for column, n in zip(np.unravel_index(elements.flat, shape), shape, strict=True):
        low, high = int(column.min()), int(column.max()) + 1
        count *= high - low
        whole = (low, high) == (0, n)
        one = high - low == 1
        spans.append(":" if whole else str(low) if one else f"{low}:{high}")
    if count != len(elements.flat):
        return f"{len(elements.flat)} elements of {name}"
    return f"{_whole(name)}[{', '.join(spans)}]"
