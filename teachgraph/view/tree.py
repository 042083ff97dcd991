"""A model as the lines of a tree: what `debugprint` prints, before it is printed.

A node that was told above is not opened again. A chain of sums or of products becomes
one line with all its terms below.
"""

from __future__ import annotations

from collections.abc import Iterator

from teachgraph.core.record import record
from teachgraph.ops.elementwise import Elementwise
from teachgraph.view.model import Model, Node, Ref

CHAINS = {"+": "terms", "*": "factors"}
TOLD = "…"


@record()
class Row:
    """One line: the strokes of the tree, and the node or what stands in its place.

    `terms` says how many terms a chain has, `opened` whether its inputs follow.
    """

    strokes: str
    node: Node
    output: int
    terms: int = 0
    opened: bool = True

    @property
    def chain(self) -> str:
        """What a chain is made of: `of 3 terms`; nothing for a single node."""
        symbol = symbol_of(self.node)
        return f" of {self.terms} {CHAINS[symbol]}" if self.terms else ""


@record()
class Limits:
    """How much of a tree is told: levels (-1 for all), names, chains."""

    depth: int = -1
    stop_on_name: bool = False
    flatten: bool = True


def rows(model: Model, limits: Limits, told: set[str]) -> Iterator[Row]:
    """The lines of every output; nodes in `told` are not opened, and it grows."""
    users = model.users()
    shown_out = {source for source, _ in model.outputs}
    for ref in model.outputs:
        stack: list[tuple[Ref, str, str, int]] = [(ref, "", "", 0)]
        while stack:
            (id, output), strokes, below, level = stack.pop()
            node = model.by_id[id]
            inputs = node.inputs
            if limits.flatten and symbol_of(node) in CHAINS:
                inputs = tuple(_chain(model, node, users, shown_out))
            cut = 0 <= limits.depth <= level + 1 and bool(inputs)
            named = limits.stop_on_name and level > 0 and _name(node) is not None
            opened = not inputs or not (cut or named or id in told)
            told.add(id)
            terms = len(inputs) if len(inputs) > 2 and len(node.inputs) == 2 else 0
            yield Row(strokes, node, output, terms, opened)
            if not opened:
                continue
            last = len(inputs) - 1
            for i in range(last, -1, -1):
                own = "└─ " if i == last else "├─ "
                rest = "   " if i == last else "│  "
                stack.append((inputs[i], below + own, below + rest, level + 1))


def symbol_of(node: Node) -> str:
    """The operator of an elementwise node, such as `+`."""
    op = node.apply.op if node.apply is not None else None
    return op.fn.symbol if isinstance(op, Elementwise) else ""


def _name(node: Node) -> str | None:
    return node.variables[0].name


def _chain(
    model: Model,
    node: Node,
    users: dict[str, list[tuple[str, int]]],
    shown_out: set[str],
) -> Iterator[Ref]:
    """The terms of a chain: what stands below this node and nodes like it.

    A part of the chain that has a name, another type, or another reader stays a node.
    """
    stack = list(reversed(node.inputs))
    while stack:
        ref = stack.pop()
        part = model.by_id[ref[0]]
        alike = (
            symbol_of(part) == symbol_of(node)
            and len(part.inputs) == 2
            and len(node.inputs) == 2
            and part.types == node.types
            and _name(part) is None
            and len(users[part.id]) == 1
            and part.id not in shown_out
        )
        if alike:
            stack.extend(reversed(part.inputs))
        else:
            yield ref
