"""Giving a replacement the type of what it replaces.

A rule may make something smaller: `x - x -> 0` makes a number where a matrix stood. A
lossless cast and a stretch to the old shape repair that. A replacement whose dtype or
lengths cannot be repaired is refused, in words.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from teachgraph.core.graph import Apply, Variable
from teachgraph.core.origin import Origin
from teachgraph.core.types import Length, Shape, TensorType
from teachgraph.ops.alloc import Alloc
from teachgraph.ops.casting import cast
from teachgraph.rewrite.constants import as_constant
from teachgraph.rewrite.lengths import AxisOf, lengths_of, source

Origins = tuple[Origin, ...]


def fit(after: Variable, before: Variable, origins: Origins = ()) -> Variable | str:
    """`after` in the type of `before`, or the reason why that cannot be."""
    if after.type == before.type:
        return after
    if not np.can_cast(after.dtype, before.dtype, "safe"):
        return f"it would turn {before.type} into {after.type}"
    fitted = cast_to(after, before.dtype, origins)
    if not _stretches(fitted.type.shape, before.type.shape):
        return f"it would turn {before.type} into {after.type}"
    if _is_smaller(fitted.type.shape, before.type.shape):
        if any(_is_own_source(before, axis) for axis in range(before.ndim)):
            return "that the lengths agree would not be checked any more"
        fitted = stretched(fitted, before, origins)
    exact = _as_exact(fitted, before)
    return f"the lengths {before.type} would be forgotten" if exact is None else exact


def cast_to(v: Variable, dtype: str, origins: Origins = ()) -> Variable:
    """`v` in another dtype; a constant at once."""
    if v.dtype == dtype:
        return v
    if v.data is not None:
        return as_constant(v.data.astype(dtype), origins)
    return cast(v, dtype)


def _pairs(after: Shape, before: Shape) -> Iterator[tuple[Length, Length]]:
    padded = (1,) * (len(before) - len(after)) + tuple(after)
    return zip(padded, before, strict=True)


def _stretches(after: Shape, before: Shape) -> bool:
    """Could `before` be `after`, stretched along axes of length 1?"""
    return len(after) <= len(before) and all(
        a is None or b is None or a in (1, b) for a, b in _pairs(after, before)
    )


def _is_smaller(after: Shape, before: Shape) -> bool:
    """Is `after` known to be 1 long along an axis along which `before` is not?"""
    return len(after) < len(before) or any(
        a == 1 and b != 1 for a, b in _pairs(after, before)
    )


def _is_own_source(v: Variable, axis: int) -> bool:
    """Is the length known only once `v` itself is computed?"""
    return source(v, axis) == AxisOf(v, axis)


def stretched(v: Variable, model: Variable, origins: Origins = ()) -> Variable:
    """`v` stretched to the shape of `model`, which need not be computed for that."""
    lengths = lengths_of(model, origins)
    return Alloc().make(v, *lengths, origins=origins).outputs[0]


def _as_exact(after: Variable, before: Variable) -> Variable | None:
    """`after` with every length that is known of `before`; None if it cannot."""
    lengths = tuple(
        b if a is None else a
        for a, b in zip(after.type.shape, before.type.shape, strict=True)
    )
    if lengths == after.type.shape:
        return after
    if after.owner is None or len(after.owner.outputs) != 1:
        return None
    exact = TensorType(after.dtype, lengths)
    node = Apply(after.owner.op, after.owner.inputs, (exact,), after.origins)
    node.outputs[0].name = after.name
    return node.outputs[0]
