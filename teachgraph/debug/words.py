"""How reports of the listeners speak of places and of arrays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from teachgraph.core.events import Array, summarize
from teachgraph.core.graph import Apply
from teachgraph.core.origin import Origin
from teachgraph.core.report import InternalError, Note, Report
from teachgraph.errors.naming import called
from teachgraph.ops.elementwise import Elementwise

LONGEST = 60
GRADIENT_OF = "gradient of "
FEW = 6
"""So many numbers are shown one by one."""

GRADIENT = re.compile(r"\b(grad|jacobian|hessian|Lop|Rop)\b")


def expression(node: Apply) -> str:
    """What the user wrote where the node comes from, marked as code."""
    origin = first(node.origins)
    text = origin.span().text() if origin is not None else ""
    return f"`{text}`" if 0 < len(text) <= LONGEST else f"this {node.op.title}"


def first(origins: Sequence[Origin]) -> Origin | None:
    """The first place, if there is any."""
    return origins[0] if origins else None


def in_gradient(origins: Sequence[Origin]) -> bool:
    """Whether these are the places of something that a gradient needs.

    It has the place of its forward node, and then that of the call that asked for it.
    """
    return len(origins) > 1 and bool(GRADIENT.search(origins[-1].span().text()))


def gradient_note(node: Apply) -> tuple[Note, ...]:
    """That the node belongs to a gradient, and where that was asked for."""
    if not in_gradient(node.origins):
        return ()
    words = f"{node.op.title} is part of the gradient that is asked for"
    return (Note(words, node.origins[-1]),)


def turn_notes(turns: Sequence[tuple[Apply, int]]) -> tuple[Note, ...]:
    """In which turns of which loops, counted from 0."""
    return tuple(Note(turn_words(turn), first(turn[0].origins)) for turn in turns)


def turn_words(turn: tuple[Apply, int]) -> str:
    """In which turn of which loop; a gradient walks through the turns from the last."""
    node, index = turn
    name = getattr(node.op, "name", None) or "scan"
    if name.startswith(GRADIENT_OF):
        forward = name.removeprefix(GRADIENT_OF)
        back = "in the last turn" if index == 0 else f"{index} turns before the last"
        if index == 1:
            back = "in the turn before the last"
        return f"{back} of {_loop_words(forward)}, in its gradient"
    return f"in turn {index} of {_loop_words(name)}"


def _loop_words(name: str) -> str:
    return "the loop" if name == "scan" else f"the loop `{name}`"


def ran_as(node: Apply) -> tuple[tuple[str, str], ...]:
    """The node as the optimizer made it: a detail for verbosity high."""
    inputs = ", ".join(called(v) for v in node.inputs)
    return (("Where it ran", f"{node.op.title}({inputs})"),)


def broken(node: Apply, title: str, notes: Sequence[str]) -> InternalError:
    """The error about an op that contradicts itself."""
    ours = "this is a fault of the op, not of the program that uses it"
    return InternalError(
        Report(
            "broken-op",
            title,
            first(node.origins),
            notes=(*map(Note, notes), Note(ours)),
            nodes=node.outputs,
            details=ran_as(node),
        )
    )


def described(array: Array) -> str:
    """An array in a line: its numbers if they are few, else dtype, shape and range."""
    if array.ndim == 0:
        return number(array)
    if array.ndim == 1 and array.size <= FEW:
        return f"[{', '.join(map(number, array))}]"
    s = summarize(array)
    words = f"{s.dtype} {s.shape}"
    if s.minimum is not None:
        words += f" from {s.minimum:.6g} to {s.maximum:.6g}"
    odd = [f"{n} {kind}" for n, kind in ((s.nans, "nan"), (s.infs, "inf")) if n]
    return f"{words} with {' and '.join(odd)}" if odd else words


def number(value: Any) -> str:
    """A number, short, without its dtype."""
    value = np.asarray(value)[()]
    return f"{value:.6g}" if value.dtype.kind in "fc" else str(value)


def index_words(index: Sequence[int]) -> str:
    """An index as it is written: `[0, 2]`."""
    return f"[{', '.join(map(str, index))}]"


def inputs_at(
    node: Apply, inputs: Sequence[Array], index: tuple[int, ...]
) -> list[str]:
    """The inputs of a node in words: their numbers behind one element of the output.

    For an op that is not elementwise they are described as a whole.
    """
    found: dict[str, None] = {}
    for v, array in zip(node.inputs, inputs, strict=True):
        if v.data is not None and v.name is None and array.ndim == 0:
            continue
        if isinstance(node.op, Elementwise):
            value = number(_element(array, index))
        else:
            value = described(array)
        found[f"`{called(v)}` is {value}"] = None
    return list(found)


def _element(array: Array, index: tuple[int, ...]) -> Any:
    """The element that broadcasting brings to `index`."""
    own = index[len(index) - array.ndim :]
    return array[tuple(0 if n == 1 else i for i, n in zip(own, array.shape))]
