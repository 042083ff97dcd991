"""The words for an index that lies outside its axis."""

from __future__ import annotations

from typing import Any

from teachgraph.core.report import Hint
from teachgraph.errors.naming import Operand, axis_words, counted

COUNTED = "Positions count from 0; negative ones count from the end, -1 being the last."


def outside(
    x: Operand, indices: Operand | None, index: int, axis: int, length: int
) -> dict[str, Any]:
    """Parts of a report on a position outside an axis of `x` that is `length` long.

    `indices` is the operand that holds the position; None if the line itself does.
    """
    unit = axis_words(x.type.ndim, axis)
    has = f"axis {axis} of {x.quoted} {x.shape} "
    has += f"has {counted(length, unit)}" if length else "is empty"
    where = f" in {indices.quoted}" if indices is not None and indices.part else ""
    needed = index + 1 if index >= 0 else -index
    room = f"give {x.quoted} at least {counted(needed, unit)}"
    if indices is None:
        hints = [Hint(f"{room}, or check its length before the call")]
    else:
        hints = [_kept(indices, length), Hint(f"or {room}")]
    if indices is not None and index == length:
        hints.insert(
            0, Hint("if the numbers start at 1, subtract 1", f"{indices.name} - 1")
        )
    return {
        "code": "index-out-of-range",
        "title": f"index {index}{where} is out of range: {has}",
        "why": COUNTED,
        "hints": tuple(hints),
    }


def _kept(indices: Operand, length: int) -> Hint:
    if length == 0:
        return Hint("check that there is something to take from")
    return Hint(f"keep {indices.quoted} between 0 and {length - 1}")
