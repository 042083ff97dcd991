"""Writing a graph as one expression: what `pprint` and `latex` have in common.

A piece is a text with how tightly it binds, so that whoever uses it knows whether it
needs brackets. Pieces are made from the leaves up, without recursion, and each is made
once however often it is used.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.core.record import record
from teachgraph.view.model import leaves

ATOM = 100
"""Binds more tightly than any operator: a name, a number, a call, a bracket."""

LONGEST = 4_000
"""Characters after which an expression gets a name of its own."""

WORTH_A_NAME = 5
"""Characters below which a shared expression is rather written twice."""


@record()
class Piece:
    """A text and how tightly it binds: the precedence of its outermost operator.

    `symbol` is that operator, where there is one.
    """

    text: str
    binds: int = ATOM
    symbol: str = ""

    def within(self, least: int, opening: str = "(", closing: str = ")") -> str:
        """The text, in brackets unless it binds at least as tightly as `least`."""
        return self.text if self.binds >= least else f"{opening}{self.text}{closing}"


@record()
class Written:
    """Expressions, with the names that were given to parts of them, in order."""

    definitions: tuple[tuple[str, str], ...]
    results: tuple[Piece, ...]

    def lines(self, assign: str = "{} = {}") -> list[str]:
        """One line a definition, then one a result."""
        defined = [assign.format(name, text) for name, text in self.definitions]
        return [*defined, *(piece.text for piece in self.results)]


Leaf = Callable[[Variable], Piece]
Applied = Callable[[Apply, int, list[Piece]], Piece]
Named = Callable[[str], str]


def written(
    outputs: Sequence[Variable],
    leaf: Leaf,
    applied: Applied,
    *,
    share: bool = False,
    named: Named = str,
    given: Mapping[Variable, Piece] | None = None,
) -> Written:
    """The outputs as expressions of their leaves.

    `leaf` and `applied` make the pieces; those of `given` are made already. With
    `share`, what is used more than once gets a name: its own, or a letter. Expressions
    that grow too long are shared in any case.
    """
    given = given or {}
    graph = Graph(tuple(given) or leaves(outputs), tuple(outputs))
    uses = Counter(i for node in graph.applies() for i in node.inputs)
    taken = {v.name for v in graph.variables() if v.name}
    fresh = (letter for letter in _letters() if letter not in taken)
    done: dict[Variable, Piece] = {}
    definitions: list[tuple[str, str]] = []
    for v in graph.variables():
        if v in given or v.owner is None:
            done[v] = given[v] if v in given else leaf(v)
            continue
        piece = applied(v.owner, v.index, [done[i] for i in v.owner.inputs])
        long = len(piece.text) > LONGEST
        if long and not share:
            return written(outputs, leaf, applied, share=True, named=named, given=given)
        if long or (share and uses[v] > 1 and len(piece.text) > WORTH_A_NAME):
            name = named(v.name or next(fresh))
            definitions.append((name, piece.text))
            piece = Piece(name)
        done[v] = piece
    return Written(tuple(definitions), tuple(done[v] for v in outputs))


def _letters() -> Iterator[str]:
    """a, b, ..., z, a1, b1, ..."""
    for round in itertools.count():
        for letter in "abcdefghijklmnopqrstuvwxyz":
            yield f"{letter}{round or ''}"


def fits(symbol: str, binds: int, position: int, piece: Piece) -> int:
    """How tightly `piece` must bind to be an operand of an operator without brackets.

    >>> fits("-", 4, 0, Piece("a + b", 4, "+")), fits("-", 4, 1, Piece("a + b", 4, "+"))
    (4, 5)
    """
    if symbol == "**":
        return binds + 1 if position == 0 else NEGATIVE
    if position and piece.text.startswith("-"):
        return ATOM
    if symbol not in LEFT_FIRST:
        return binds + 1
    same = symbol in "+*" and piece.symbol == symbol
    return binds + (position > 0 and not same)


def infix(symbol: str, binds: int, left: Piece, right: Piece) -> Piece:
    """Two operands with an operator between them."""
    a = left.within(fits(symbol, binds, 0, left))
    b = right.within(fits(symbol, binds, 1, right))
    return Piece(f"{a} {symbol} {b}", binds, symbol)


LEFT_FIRST = ("+", "-", "*", "/", "//", "%", "@", "&", "|", "^")
"""Operators that are read from the left; a chain of them needs no brackets."""

NEGATIVE = 6
"""How tightly a minus sign binds, that of a negative number too."""

PRODUCT = 5
"""How tightly a product binds, also one of matrices."""
