"""The words for an index that lies outside its axis."""

from __future__ import annotations

from typing import Any

from teachgraph.core.graph import Variable
from teachgraph.core.report import Hint, Note
from teachgraph.errors.naming import Operand, axis_words, called, counted

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
    named = indices is not None and (indices.part or indices.variable.name)
    where = f" in {indices.quoted}" if indices is not None and named else ""
    needed = index + 1 if index >= 0 else -index
    room = f"give {x.quoted} at least {counted(needed, unit)}"
    if loop_of(x.variable) is not None and length == 0:
        return _no_turns(x, index, axis)
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


def loop_of(v: Variable) -> Variable | None:
    """The first sequence of the loop that gives a variable; the loop without one."""
    while v.owner is not None and v.owner.op.title == "Subtensor":
        v = v.owner.inputs[0]
    if v.owner is None or type(v.owner.op).__name__ != "Scan":
        return None
    sequences: int = getattr(v.owner.op, "sequences", 0)
    return v.owner.inputs[1] if sequences else v.owner.inputs[0]


def _no_turns(x: Operand, index: int, axis: int) -> dict[str, Any]:
    """Parts of a report on a turn of a loop that took none."""
    sequence = loop_of(x.variable)
    assert sequence is not None
    over = f"`{called(sequence)}`"
    scalar = sequence.ndim == 0
    why = "n_steps is 0" if scalar else f"{over} is empty, so there is no turn"
    return {
        "code": "index-out-of-range",
        "title": f"turn {index} of {x.quoted} does not exist: this scan ran 0 steps",
        "notes": (Note(f"the scan is here, and {why}", x.variable.origin),),
        "why": "What scan gives has one entry a turn; the initial state is not among "
        "them.",
        "hints": (
            Hint("pass at least one element, or check the length before the call"),
            Hint(
                "or begin with the initial state",
                f"T.concatenate([initial[None], {x.name}])[{index}]",
            ),
        ),
    }


def _kept(indices: Operand, length: int) -> Hint:
    if length == 0:
        return Hint("check that there is something to take from")
    return Hint(f"keep {indices.quoted} between 0 and {length - 1}")
