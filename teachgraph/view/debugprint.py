"""A graph as a tree in a terminal: `debugprint(y)`.

    add [id A]
    ├─ x [id B]
    └─ exp [id C]
       └─ x [id B]

Lines with the same id are the same node. What is asked for beside it, such as types,
stands in columns of its own; what is inside a fused kernel or a loop follows the tree.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from typing import Any, TextIO

from teachgraph.compile.function import Function
from teachgraph.core.doc import BREAK, Doc, concat, join, mark, style, to_ansi, to_text
from teachgraph.core.entrance import public
from teachgraph.core.graph import Graph
from teachgraph.view.details import read_by, shapes_in_words, stored
from teachgraph.view.model import Ids, Model, Node, graph_of, model_of, shown_model
from teachgraph.view.pprint import letter
from teachgraph.view.tree import TOLD, Limits, Row, rows
from teachgraph.view.words import leaf_label, op_label, written_at

WIDEST = 56
"""A tree wider than this no longer pushes the columns beside it to the right."""

NO_LIMIT = 1_000_000

ALL = -1
"""The output of a line that stands for a node with all its outputs."""

Column = Callable[[Row], str]


@public
def debugprint(
    obj: Any,
    depth: int = -1,
    print_type: bool = False,
    file: TextIO | str | None = None,
    ids: str = "CHAR",
    stop_on_name: bool = False,
    done: dict[Any, str] | None = None,
    print_storage: bool = False,
    print_clients: bool = False,
    used_ids: dict[Any, str] | None = None,
    *,
    print_shape: bool = False,
    print_origin: bool = False,
    flatten: bool = True,
) -> Any:
    """Print a variable, a list of them, a node, a graph or a compiled function.

    Args:
        obj: what to print; a function is printed as it runs, with its order.
        depth: how many levels to print, -1 for all.
        print_type: also the type of each value, such as float64[?, 3].
        file: where to print; None is the screen, "str" gives the text back.
        ids: how equal lines are told apart: "CHAR", "int", "id" (Python's own) or "".
        stop_on_name: do not open what has a name.
        done, used_ids: ids of an earlier call, to go on with; they are added to.
        print_storage: also the values of constants and shared variables.
        print_clients: also who reads a value that is read more than once.
        print_shape: also the lengths of the axes, in terms of the inputs' lengths.
        print_origin: also the place in the source, with the expression as written.
        flatten: print a chain such as a + b + c as one sum of three terms.

    Raises:
        ValueError: `ids` is none of these.
    """
    graph = graph_of(obj)
    seen = Ids()
    model = shown_model(obj, seen)
    names = Names(ids, done, used_ids)
    columns: list[Column] = []
    if isinstance(obj, Function):
        columns += [_order(model), _handed_out(model)]
    if print_type:
        columns.append(lambda row: str(row.node.types[row.output]))
    if print_shape:
        columns.append(shapes_in_words(graph))
    if print_storage:
        columns.append(stored)
    if print_clients:
        columns.append(read_by(model, names.of))
    if print_origin:
        columns.append(lambda row: written_at(row.node.variables[row.output].origins))
    limits = Limits(depth, stop_on_name, flatten)
    doc = document(model, seen, limits, names, columns)
    return printed(doc, file)


def printed(doc: Doc, file: TextIO | str | None) -> Any:
    """Write a document to a file or the screen; "str" gives its text back."""
    if file == "str":
        return to_text(doc, NO_LIMIT) + "\n"
    out = sys.stdout if file is None or isinstance(file, str) else file
    colour = out.isatty() and "NO_COLOR" not in os.environ
    out.write((to_ansi if colour else to_text)(doc, NO_LIMIT) + "\n")
    return out


class Names:
    """The ids that tell lines apart, kept in the dictionaries of the caller."""

    def __init__(
        self,
        ids: str,
        done: dict[Any, str] | None = None,
        used_ids: dict[Any, str] | None = None,
    ):
        if ids not in ("CHAR", "int", "id", ""):
            raise ValueError(f"ids is 'CHAR', 'int', 'id' or '', not {ids!r}")
        self.ids = ids
        self.done: dict[Any, str] = {} if done is None else done
        self.used: dict[Any, str] = {} if used_ids is None else used_ids

    def told(self, model: Model) -> set[str]:
        """The nodes of a model that an earlier call has printed."""
        return {node.id for node in model.nodes if _key(node) in self.done}

    def of(self, node: Node) -> str:
        """The id of a node: `A`; nothing when no ids are wanted."""
        if not self.ids:
            return ""
        key = _key(node)
        if key not in self.used:
            self.used[key] = self._next(key)
        return self.used[key]

    def _next(self, key: Any) -> str:
        if self.ids == "id":
            return str(id(key))
        return letter(len(self.used)) if self.ids == "CHAR" else str(len(self.used))


def _key(node: Node) -> Any:
    return node.apply if node.apply is not None else node.variables[0]


def document(
    model: Model, seen: Ids, limits: Limits, names: Names, columns: list[Column]
) -> Doc:
    """The tree of a model, then the trees of the graphs inside its nodes."""
    told = names.told(model)
    found = list(rows(model, limits, told))
    lines = list(_lines(found, names, columns))
    inner = _inner(found)
    if inner:
        lines += [concat(""), style("title", "Inner graphs:")]
    for node, graph in inner:
        inside = list(rows(model_of(graph, seen), limits, told))
        lines += [
            concat(""),
            *_lines([Row("", node, ALL), *_shifted(inside)], names, []),
        ]
    for row in found:
        names.done[_key(row.node)] = names.of(row.node)
    return join(BREAK, lines)


def _inner(found: list[Row]) -> list[tuple[Node, Graph]]:
    """Nodes with a graph inside, each once."""
    nodes = {row.node.id: row.node for row in found}.values()
    return [(node, node.inner) for node in nodes if node.inner is not None]


def _shifted(found: list[Row]) -> Iterator[Row]:
    """The lines of an inner graph, below the node it is in: an arrow before outputs."""
    for row in found:
        strokes = f"   {row.strokes}" if row.strokes else " ← "
        yield Row(strokes, row.node, row.output, row.terms, row.opened)


def _lines(found: list[Row], names: Names, columns: list[Column]) -> Iterator[Doc]:
    docs = [_line(row, names) for row in found]
    widths = [len(to_text(doc, NO_LIMIT)) for doc in docs]
    if not columns:
        yield from docs
        return
    cells = [[column(row) for column in columns] for row in found]
    edges = [max(map(len, column)) for column in zip(*cells, strict=True)]
    edge = min(max(widths, default=0), WIDEST)
    for doc, width, told in zip(docs, widths, cells, strict=True):
        shown = "  ".join(cell.ljust(n) for cell, n in zip(told, edges, strict=True))
        yield concat(doc, " " * (edge - width + 2), style("type", shown))


def _line(row: Row, names: Names) -> Doc:
    """The strokes, what the node is, its name and its id."""
    node = row.node
    v = node.variables[row.output]
    parts: list[Doc | str] = [style("faint", row.strokes)]
    if node.apply is None:
        parts.append(style("name", leaf_label(v) if v.owner is None else node.label))
    else:
        several = (
            f".{row.output}" if len(node.variables) > 1 and row.output != ALL else ""
        )
        parts.append(style("op", op_label(node.apply) + row.chain + several))
        if v.name is not None:
            parts.append(style("name", f" {v.name!r}"))
    id = names.of(node)
    if id:
        parts.append(style("faint", f" [id {id}]"))
    if not row.opened:
        parts.append(style("faint", f" {TOLD}"))
    return mark(v, *parts)


def _order(model: Model) -> Column:
    """When a node runs, counted from 0, as Theano prints it."""
    applied = [node.id for node in model.nodes if node.kind == "apply"]
    numbers = {id: str(number) for number, id in enumerate(applied)}
    return lambda row: numbers.get(row.node.id, "").rjust(len(str(len(numbers))))


def _handed_out(model: Model) -> Column:
    """Which output a line is, where a function has several."""
    if len(model.outputs) < 2:
        return lambda row: ""
    several = enumerate(model.outputs)
    told = {ref: model.output_name(i) or f"output {i}" for i, ref in several}
    return lambda row: "" if row.strokes else told.get((row.node.id, row.output), "")
