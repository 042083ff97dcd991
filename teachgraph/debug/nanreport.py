"""The reports about a bad number: where it arose, from what, and where it went."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from teachgraph.compile.faults import made
from teachgraph.compile.words import called
from teachgraph.core.events import Array
from teachgraph.core.graph import Apply, Variable
from teachgraph.core.origin import here
from teachgraph.core.report import Hint, Note, Report
from teachgraph.debug.badnumbers import HELP, WHY, WORDS, Mask
from teachgraph.debug.replay import Elements, Turn
from teachgraph.debug.words import (
    expression,
    first,
    gradient_note,
    index_words,
    inputs_at,
    number,
    ran_as,
    turn_notes,
)
from teachgraph.errors.naming import listed
from teachgraph.errors.source import assigned_name, place
from teachgraph.ops.elementwise import Elementwise

MOST_LINES = 12

Found = tuple[str, Mask]
Index = tuple[int, ...]


def of_node(
    node: Apply,
    inputs: Sequence[Array],
    array: Array,
    found: Found,
    *,
    index: Index | None = None,
    turns: Sequence[Turn] = (),
    way: Sequence[Elements] = (),
    reaches: str = "",
) -> Report:
    """The report on the node that made a bad number.

    Args:
        found: the sort of bad number, and where the array has some.
        index: of the one that was followed; the first if it is None.
        turns: in which turn of which loops.
        way: the elements on the way from the result to it.
        reaches: the result, in words.
    """
    kind, mask = found
    if index is None:
        index = first_of(mask)
    notes = [Note(_count(array, mask, index))]
    values = listed(inputs_at(node, inputs, index))
    if values:
        notes.append(Note(f"there {values}" if array.ndim else values))
    notes += turn_notes(turns)
    notes += gradient_note(node)
    if isinstance(node.op, Elementwise) and node.op.fn.domain:
        notes.append(Note(f"domain of {node.op.fn.name}: {node.op.fn.domain}"))
    if reaches and len(way) > 1:
        notes.append(Note(f"from there it reaches {reaches}, as {_value(way[0])}"))
    return Report(
        f"{kind}-value",
        f"{WORDS[kind]} arises at {expression(node)}",
        first(node.origins),
        notes=tuple(notes),
        why=WHY[kind],
        hints=(Hint(HELP[kind]), leave_out(node.outputs[0])),
        nodes=node.outputs,
        details=(*ran_as(node), *_way(way)),
    )


def of_input(v: Variable, array: Array, found: Found) -> Report:
    """The report on a value that came into the call."""
    kind, mask = found
    what = "the shared variable " if v.kind == "shared" else "the input "
    return Report(
        f"{kind}-value",
        f"{what}{called(v)} holds {WORDS[kind]} already",
        here(),
        notes=(Note(_count(array, mask, first_of(mask))), made(v)),
        why=WHY[kind],
        hints=(Hint("look at where its value comes from"), leave_out(v)),
        nodes=(v,),
    )


def of_result(v: Variable, array: Array, found: Found, result: str) -> Report:
    """The report on a result that NumPy does not confirm."""
    kind, mask = found
    notes = (
        Note(_count(array, mask, first_of(mask))),
        Note("computed again in NumPy, it is not there: rounding decides about it"),
    )
    return Report(
        f"{kind}-value",
        f"{WORDS[kind]} is in {result}",
        v.origin or here(),
        notes=notes,
        why=WHY[kind],
        hints=(Hint(HELP[kind]), leave_out(v)),
        nodes=(v,),
    )


def leave_out(v: Variable) -> Hint:
    """How to say that a variable may hold such numbers."""
    given = assigned_name(v.origin) if v.origin is not None else ""
    name = v.name or given or "variable"
    return Hint(
        "or leave the variable out, if that is meant",
        f"{name}.tag.nan_guard_mode_check = False",
    )


def first_of(mask: Mask) -> Index:
    """The index of the first true element."""
    return tuple(int(i) for i in np.argwhere(mask)[0])


def _count(array: Array, mask: Mask, index: Index) -> str:
    if array.ndim == 0:
        return f"its value is {number(array)}"
    bad = int(mask.sum())
    words = f"{bad} of {array.size} element{'s' if array.size > 1 else ''}"
    which = "the first" if index == first_of(mask) else "the one that is followed"
    return f"{words}, {which} at {index_words(index)}: {number(array[index])}"


def _value(element: Elements) -> str:
    return str(number(element.values[0]))


def _way(way: Sequence[Elements]) -> tuple[tuple[str, str], ...]:
    """From where it arose to the result, a line of source each: for verbosity high."""
    lines: dict[str, None] = {}
    for element in reversed(way):
        v = element.variable
        if v.owner is None or v.origin is None:
            continue
        turn = "".join(f", turn {t}" for _, t in element.frame.turns)
        at = index_words(element.index) if element.array.ndim else ""
        text = f"{expression(v.owner)}{at} is {_value(element)}"
        lines.setdefault(f"{text}  ({place(v.origin)}{turn})")
    shown = list(lines)
    if len(shown) > MOST_LINES:
        left = len(shown) - MOST_LINES
        half = MOST_LINES // 2
        shown[half:-half] = [f"... {left} more ..."]
    return (("How it got there", "\n".join(shown)),) if len(shown) > 1 else ()
