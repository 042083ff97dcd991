"""Expressions as a person would type them: `pp(x * (y + 1))` is `x * (y + 1)`.

Operators come from the table of scalar functions, with their precedence. An op that has
no way of writing of its own is written as a call, `softmax(x, axis=0)`, so a new op is
printable the moment it exists.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from teachgraph.core.entrance import public
from teachgraph.core.graph import Apply, Variable
from teachgraph.ops.elementwise import Elementwise
from teachgraph.program.lower import flattened
from teachgraph.view.expression import ATOM, NEGATIVE, Piece, infix, written
from teachgraph.view.model import graph_of
from teachgraph.view.notation import NOTATION
from teachgraph.view.words import attributes, clipped, leaf_label, op_label


@public
def pp(shown: Any, *, share: bool = False) -> str:
    """A variable as text; a list, graph or function as one line for each output.

    With `share`, an expression that is used twice is written once, under a name.
    """
    return "\n".join(written(plain(shown), leaf, applied, share=share).lines())


def plain(shown: Any) -> tuple[Variable, ...]:
    """The outputs of what is shown, with fused kernels opened."""
    return flattened(graph_of(shown))[0].outputs


pprint = pp


Given = Callable[[Variable], Piece | None]


def brief(v: Variable, *, depth: int = 5, longest: int = 160) -> str:
    """A variable as short text: what lies `depth` ops down is left out."""
    return clipped(brief_piece(v, depth=depth).text, longest)


def brief_piece(v: Variable, given: Given = lambda v: None, *, depth: int = 5) -> Piece:
    """A variable as a short piece; `given` says how some variables are written."""
    pieces: dict[Variable, Piece] = {}
    edge = [v]
    for level in range(depth + 1):
        named = {u: given(u) for u in edge}
        pieces |= {u: piece for u, piece in named.items() if piece is not None}
        edge = [u for u in edge if u not in pieces]
        if level < depth:
            below = (i for u in edge if u.owner is not None for i in u.owner.inputs)
            edge = list(dict.fromkeys(below))
    for u in edge:
        if u.owner is not None and u is not v:
            pieces[u] = Piece(u.name or "…")
    found = written([v], leaf, applied, given=pieces)
    if not found.definitions:
        return found.results[0]
    return Piece("; ".join(found.lines()), 0)


def leaf(v: Variable) -> Piece:
    """An input by its name, a constant by its value."""
    text = leaf_label(v)
    return Piece(text, NEGATIVE if text.startswith("-") else ATOM)


def applied(node: Apply, index: int, args: list[Piece]) -> Piece:
    """An op applied to pieces."""
    if isinstance(node.op, Elementwise) and node.op.fn.symbol:
        piece = _operator(node.op, args)
    else:
        notation = NOTATION.get(type(node.op))
        piece = (notation(node, args) if notation else None) or call(node, args)
    if len(node.outputs) > 1:
        return Piece(f"{piece.within(ATOM)}[{index}]")
    return piece


def _operator(op: Elementwise, args: list[Piece]) -> Piece:
    symbol, binds = op.fn.symbol, op.fn.precedence
    if len(args) == 1:
        space = " " if symbol[-1].isalpha() else ""
        least = ATOM if args[0].text.startswith("-") else binds
        return Piece(f"{symbol}{space}{args[0].within(least)}", binds)
    if len(args) != 2:
        joined = f" {symbol} ".join(a.within(binds + 1) for a in args)
        return Piece(joined, binds)
    return infix(symbol, binds, *args)


def call(node: Apply, args: list[Piece]) -> Piece:
    """An op as a function call, with the attributes that matter as keywords."""
    keywords = [f"{name}={value!r}" for name, value in attributes(node).items()]
    return Piece(
        f"{function_name(node)}({', '.join([a.text for a in args] + keywords)})"
    )


def function_name(node: Apply) -> str:
    """The op's title as the name of a function."""
    title = node.op.title.rstrip("_")
    return title.lower() if title.isidentifier() else clipped(title, 60)


def min_informative_str(obj: Any, indent_level: int = 0) -> str:
    """A variable as a lettered tree of ops, each line one node; as Theano has it.

    A node that was told already is told by its letter alone.
    """
    letters: dict[Variable, str] = {}
    lines: list[str] = []
    stack = [(v, indent_level) for v in reversed(graph_of(obj).outputs)]
    while stack:
        v, level = stack.pop()
        told = v in letters
        letters.setdefault(v, letter(len(letters)))
        if told or v.owner is None:
            text = letters[v] if told else f"{letters[v]}. {leaf_label(v)}"
            lines.append(" " * level + text)
            continue
        lines.append(" " * level + f"{letters[v]}. {op_label(v.owner)}")
        stack.extend((i, level + 1) for i in reversed(v.owner.inputs))
    return "\n".join(lines)


def letter(number: int) -> str:
    """A, B, ..., Z, AA, AB, ..."""
    text = ""
    number += 1
    while number:
        number, digit = divmod(number - 1, 26)
        text = chr(ord("A") + digit) + text
    return text
