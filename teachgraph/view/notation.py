"""How ops are written that nobody writes as a call: indices, axes, products.

A reading with a safe default: an op that is not in the table is written as a call.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from teachgraph.core.graph import Apply
from teachgraph.core.op import Op
from teachgraph.ops.alloc import MakeVector, ShapeOf
from teachgraph.ops.assign import AdvancedIncSubtensor, IncSubtensor
from teachgraph.ops.creation import ARange
from teachgraph.ops.dot import Dot
from teachgraph.ops.index import (
    AdvancedSubtensor,
    At,
    Bound,
    Cut,
    NewAxis,
    Part,
    Pick,
    Subtensor,
)
from teachgraph.ops.reshape import Reshape
from teachgraph.ops.shape import DimShuffle
from teachgraph.view.expression import ATOM, PRODUCT, Piece, infix

Notation = Callable[[Apply, list[Piece]], Piece | None]


def _dimshuffle(node: Apply, args: list[Piece]) -> Piece | None:
    op = node.op
    if not isinstance(op, DimShuffle):
        return None
    text = args[0].within(ATOM)
    ndim = node.inputs[0].ndim
    kept = [a for a in op.order if a != "x"]
    if len(op.order) == ndim > 1 and kept == list(reversed(range(ndim))):
        return Piece(f"{text}.T")
    if kept == list(range(ndim)) and len(op.order) > ndim:
        index = ", ".join("None" if a == "x" else ":" for a in op.order)
        return Piece(f"{text}[{index}]")
    return Piece(f"{text}.dimshuffle({', '.join(map(repr, op.order))})")


def _dot(node: Apply, args: list[Piece]) -> Piece | None:
    del node
    return infix("@", PRODUCT, *args) if len(args) == 2 else None


def _vector(node: Apply, args: list[Piece]) -> Piece | None:
    del node
    return Piece(f"[{', '.join(a.text for a in args)}]")


def _length(node: Apply, args: list[Piece]) -> Piece | None:
    if not isinstance(node.op, ShapeOf):
        return None
    return Piece(f"{args[0].within(ATOM)}.shape[{node.op.axis}]")


def _plain_call(name: str) -> Notation:
    """A call without attributes, where the inputs tell all."""

    def write(node: Apply, args: list[Piece]) -> Piece | None:
        del node
        return Piece(f"{name}({', '.join(a.text for a in args)})")

    return write


def _part_of(node: Apply, args: list[Piece]) -> Piece | None:
    """`x[1, 2:n]`."""
    if not isinstance(node.op, Subtensor | AdvancedSubtensor):
        return None
    x, *bounds = args
    return Piece(f"{x.within(ATOM)}[{index_text(node.op.index, bounds)}]")


def _assigned(node: Apply, args: list[Piece]) -> Piece | None:
    """`set_subtensor(x[0], y)`."""
    if not isinstance(node.op, IncSubtensor | AdvancedIncSubtensor):
        return None
    x, y, *bounds = args
    part = f"{x.within(ATOM)}[{index_text(node.op.index, bounds)}]"
    return Piece(f"{node.op.kind}_subtensor({part}, {y.text})")


def index_text(parts: tuple[Part, ...], bounds: list[Piece]) -> str:
    """What stands between the brackets of an index; `bounds` replace each "?"."""
    given = iter(bounds)

    def bound(value: Bound | None) -> str:
        if value == "?":
            return next(given).text
        return "" if value is None else str(value)

    shown: list[str] = []
    for part in parts:
        match part:
            case At(index=index):
                shown.append(bound(index))
            case Cut(start=start, stop=stop, step=step):
                ends = f"{bound(start)}:{bound(stop)}"
                shown.append(ends if step == 1 else f"{ends}:{step}")
            case Pick():
                shown.append(next(given).text)
            case NewAxis():
                shown.append("None")
            case _:
                assert_never(part)
    while len(shown) > 1 and shown[-1] == ":":
        shown.pop()
    return ", ".join(shown)


NOTATION: dict[type[Op], Notation] = {
    ARange: _plain_call("arange"),
    AdvancedIncSubtensor: _assigned,
    AdvancedSubtensor: _part_of,
    DimShuffle: _dimshuffle,
    Dot: _dot,
    IncSubtensor: _assigned,
    MakeVector: _vector,
    Reshape: _plain_call("reshape"),
    ShapeOf: _length,
    Subtensor: _part_of,
}
"""Class of an op -> how it is written; None from it means: as a call."""
