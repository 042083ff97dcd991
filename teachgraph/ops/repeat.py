"""The same elements several times: one by one, or all of them in turn."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.report import Fault
from teachgraph.core.surface import define
from teachgraph.ops.alloc import alloc, as_length, as_lengths, lengths_of
from teachgraph.ops.base import TensorLike, as_tensor
from teachgraph.ops.join import as_tensor_variable
from teachgraph.ops.lengths import specify_shape
from teachgraph.ops.reshape import flatten, reshape
from teachgraph.ops.scalars import mul
from teachgraph.ops.search import Repetitions
from teachgraph.ops.shape import Axis, dimshuffle, normal_axis
from teachgraph.ops.take import take


@define(".repeat", "np.repeat")
def repeat(x: TensorLike, repeats: TensorLike, axis: int | None = None) -> Variable:
    """Each element several times in a row, along an axis or of the flattened `x`.

    Args:
        repeats: how often: one whole number for all, or one for each, int[length].

    Raises:
        shape-mismatch: there are not as many numbers as elements.
        wrong-rank: `repeats` has more than one axis.

    >>> T.repeat([1, 2], 3).eval()
    array([1, 1, 1, 2, 2, 2])
    """
    v, times = as_tensor(x), as_tensor_variable(repeats)
    if axis is None:
        v, axis = flatten(v) if v.ndim else dimshuffle(v, "x"), 0
    at = normal_axis(axis, v.ndim)
    if times.ndim > 1:
        raise Fault("wrong-rank", f"repeats have at most one axis, here {times.type}")
    lengths = lengths_of(v)
    if times.ndim == 1 and times.type.shape[0] != 1:
        counts = specify_shape(times, [lengths[at]])
        return take(v, cast(Variable, Repetitions()(counts)), at)
    count = as_length(times[0] if times.ndim else times)
    order: list[Axis] = [*range(at + 1), "x", *range(at + 1, v.ndim)]
    wide = alloc(dimshuffle(v, order), *lengths[: at + 1], count, *lengths[at + 1 :])
    return reshape(wide, [*lengths[:at], mul(lengths[at], count), *lengths[at + 1 :]])


@define("np.tile")
def tile(x: TensorLike, reps: Any, ndim: int | None = None) -> Variable:
    """`x` repeated as a whole, `reps` times along each axis.

    Args:
        reps: whole numbers or int[] variables, or a vector of them; for the last axes
            if there are fewer.
        ndim: of the result, if more axes are wanted; needed when `reps` is a vector of
            unknown length.

    >>> T.tile([1, 2], 3).eval()
    array([1, 2, 1, 2, 1, 2])
    """
    v = as_tensor(x)
    counts = _counts(reps, ndim)
    rank = max(v.ndim, len(counts), ndim or 0)
    v = dimshuffle(v, *["x"] * (rank - v.ndim), *range(v.ndim))
    times = [as_length(n) for n in [1] * (rank - len(counts)) + counts]
    order: list[Axis] = [a for axis in range(rank) for a in ("x", axis)]
    lengths = lengths_of(v)
    pairs = [n for pair in zip(times, lengths, strict=True) for n in pair]
    wide = alloc(dimshuffle(v, order), *pairs)
    return reshape(wide, [mul(t, n) for t, n in zip(times, lengths, strict=True)])


def _counts(reps: Any, ndim: int | None) -> list[Any]:
    """How often along each axis, one by one."""
    if isinstance(reps, Variable) and reps.ndim:
        if reps.type.shape[0] is None and ndim is not None:
            return [reps[i] for i in range(ndim)]
        return list[Any](as_lengths(reps))
    if isinstance(reps, list | tuple | np.ndarray):
        return list(cast(Any, reps))
    return [reps]
