"""What a turn reads: its variables, and the values outside that they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from teachgraph.core.config import config
from teachgraph.core.graph import Variable
from teachgraph.core.record import having
from teachgraph.core.types import TensorType
from teachgraph.ops.casting import cast as to_dtype
from teachgraph.ops.lengths import unbroadcast
from teachgraph.ops.shape import shape_padleft
from teachgraph.scan import faults
from teachgraph.scan.given import Carried, Walked


@dataclass
class Piece:
    """What one tap reads of a sequence: all of it outside, one element in a turn."""

    outside: Variable
    inside: Variable


def pieces(given: Walked, backwards: bool) -> list[Piece]:
    """The parts of a sequence that its taps read, all equally long."""
    x, (low, high) = given.variable, given.reach
    row = TensorType(x.dtype, x.type.shape[1:])
    found: list[Piece] = []
    for tap in given.taps:
        start, stop = tap - low, tap - high
        part = x if low == high == 0 else x[start : stop or None]
        part = part[::-1] if backwards else part
        when = "" if not tap else f"{tap:+d}"
        inside = Variable(
            row, f"{x.name}[t{when}]" if x.name else None, origins=x.origins
        )
        give_test_value(inside, x, (start,))
        found.append(Piece(part, inside))
    return found


def past_values(state: Carried | None) -> list[Variable]:
    """The past values of a state that a turn reads, one for each tap."""
    if state is None:
        return []
    name, depth = state.name, -min(state.taps)
    found: list[Variable] = []
    for tap in state.taps:
        said = f"{name}[t{tap:+d}]" if name else None
        v = Variable(state.row, said, origins=state.initial.origins)
        give_test_value(v, state.initial, () if state.is_single else (depth + tap,))
        found.append(v)
    return found


def fit(state: Carried, new: Variable, position: int) -> Carried:
    """The state with an initial value that can take what a turn gives.

    Raises:
        loop-state: none can.
    """
    row = state.row
    if new.ndim != row.ndim:
        raise faults.other_rank(new, row, position)
    dtype = _common_dtype(state, new, position)
    initial = to_dtype(state.initial, dtype)
    for axis, (before, after) in enumerate(zip(row.shape, new.type.shape)):
        if before == after or before is None or (after is None and before != 1):
            continue
        if after is not None:
            raise faults.other_shape(new, row, position, axis)
        initial = unbroadcast(initial, axis + (not state.is_single))
    if initial is state.initial:
        return state
    return having(state, initial=initial)


def _common_dtype(state: Carried, new: Variable, position: int) -> str:
    """The dtype of the state: that of its initial value, unless that may widen."""
    old = state.initial.dtype
    if np.can_cast(new.dtype, old, "safe"):
        return old
    is_whole = np.dtype(old).kind in "iub"
    if state.is_weak or (is_whole and np.can_cast(old, new.dtype, "safe")):
        return new.dtype
    raise faults.other_dtype(new, state.row, position, state.name or "first")


def default_update(v: Any) -> Variable | None:
    """The default update of a shared variable, if it has one."""
    return v.default_update


def updated_row(v: Variable, new: Variable) -> TensorType:
    """The type of a shared variable, which its update must take.

    Raises:
        loop-state: it cannot.
    """
    fits = np.can_cast(new.dtype, v.dtype, "safe") and new.ndim == v.ndim
    if not fits:
        raise faults.other_update(v, new)
    return v.type


def as_row(new: Variable, row: TensorType) -> Variable:
    """What a turn gives, in the dtype of the state."""
    return to_dtype(new, row.dtype)


def padded(state: Carried) -> Variable:
    """The initial value with an axis for turns."""
    return shape_padleft(state.initial) if state.is_single else state.initial


def give_test_value(
    inside: Variable, outside: Variable, index: tuple[int, ...]
) -> None:
    """While graphs are computed as they are built, a turn is computed on turn 0."""
    if config.compute_test_value == "off":
        return
    cell: Any = getattr(outside, "cell", (outside.data,))
    value = getattr(outside.tag, "test_value", cell[0])
    if value is not None:
        inside.tag.test_value = np.asarray(value)[index]
