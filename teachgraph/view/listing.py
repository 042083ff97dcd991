"""The source that a backend made of a graph, line by line, with the nodes of each line.

A node inside a fused kernel is told as `a9/a4`: node a4 of the graph inside a9.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal

from teachgraph.core.doc import Doc, layout
from teachgraph.core.graph import Apply
from teachgraph.view import protocol

MOST_LINES = 1_200
LONGEST_LINE = 240
MOST_NODES = 40
AROUND = 8
"""Lines that are kept before the first that stands for a node, and after the last."""

IdOf = Callable[[Apply], str | None]
Language = Literal["c", "cuda", "python"]


def listing(
    source: Doc, language: Language, title: str, id_of: IdOf
) -> protocol.Listing:
    """The listing of a source whose marks are nodes."""
    lines: list[protocol.ListingLine] = []
    text, nodes = "", dict[str, None]()
    for run in layout(source):
        first, *rest = run.text.split("\n")
        text += first
        if first.strip():
            nodes.update(dict.fromkeys(_ids(run.marks, id_of)))
        for piece in rest:
            lines.append(_line(text, nodes))
            text, nodes = piece, {}
    lines.append(_line(text, nodes))
    return {"language": language, "title": title, "lines": _of_the_graph(lines)}


def _of_the_graph(lines: list[protocol.ListingLine]) -> list[protocol.ListingLine]:
    """Without what every source begins and ends with."""
    marked = [i for i, line in enumerate(lines) if line.get("nodes")]
    if not marked:
        return lines[:MOST_LINES]
    first = max(0, marked[0] - AROUND)
    return lines[first : marked[-1] + AROUND][:MOST_LINES]


def _ids(marks: Iterable[Any], id_of: IdOf) -> list[str]:
    """The ids of the nodes among the marks."""
    found = (id_of(mark) for mark in marks if isinstance(mark, Apply))
    return [id for id in found if id is not None]


def _line(text: str, nodes: dict[str, None]) -> protocol.ListingLine:
    line: protocol.ListingLine = {"text": text[:LONGEST_LINE]}
    if nodes:
        line["nodes"] = list(nodes)[:MOST_NODES]
    return line
