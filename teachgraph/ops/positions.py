"""Looking at the positions that an indexing op takes, to say which one is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, assert_never

import numpy as np

from teachgraph.core.op import Op
from teachgraph.core.types import TensorType
from teachgraph.errors.naming import happens_to_be_one
from teachgraph.ops.base import Array
from teachgraph.ops.index import At, Cut, NewAxis, Part, Pick, placed


class OutOfRange(Exception):
    """A position outside its axis; `operand` numbers the input that holds it."""

    def __init__(self, index: int, axis: int, length: int, operand: int | None):
        super().__init__(f"index {index} outside axis {axis}, {length} long")
        self.index, self.axis, self.length = index, axis, length
        self.operand = operand


def check_positions(
    op: Op, x: TensorType, inputs: Sequence[Any], read: Callable[[int], Array | None]
) -> None:
    """Look at every position that an indexing op takes from `x`.

    Args:
        inputs: of the op; those that hold positions come last.
        read: the array of an input by its number, None where it is not known.

    Raises:
        OutOfRange: for the first position outside its axis.
    """
    parts: tuple[Any, ...] = getattr(op, "index", ())
    if not all(isinstance(p, At | Cut | Pick | NewAxis) for p in parts):
        return
    first = len(inputs) - sum(_inputs_of(p) for p in parts)
    for p in placed(parts, range(first, len(inputs))):
        if isinstance(p.part, Cut | NewAxis):
            continue
        written = isinstance(p.part, At) and p.part.index != "?"
        array = np.array(p.index) if written else read(p.index)
        length = x.shape[p.axis]
        length = 1 if happens_to_be_one(length) else length
        if array is None or not isinstance(length, int):
            continue
        wrong = array[(array < -length) | (array >= length)]
        if wrong.size:
            operand = None if written else p.index
            raise OutOfRange(int(wrong.flat[0]), p.axis, length, operand)


def _inputs_of(part: Part) -> int:
    """How many inputs of the op a part reads."""
    match part:
        case Pick():
            return 1
        case At(index=index):
            return int(index == "?")
        case Cut(start=start, stop=stop, step=step):
            return (start, stop, step).count("?")
        case NewAxis():
            return 0
        case _:
            assert_never(part)
