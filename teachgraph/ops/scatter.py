"""Where in memory the elements lie that an index takes, for adding to each of them.

NumPy adds to positions that may repeat one element at a time; it does so quickly only
along one axis, so all parts of an index become positions in the flat array first.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from teachgraph.ops.base import Array
from teachgraph.ops.index import Cut, Part, Pick, Placed, placed, result_axes


def flat_positions(
    parts: Sequence[Part], inputs: Sequence[Array], shape: Sequence[int]
) -> Array:
    """The row-major position of each element that an index takes, in the shape taken.

    Raises:
        IndexError: a position lies outside its axis.
    """
    known = placed(parts, inputs)
    rank = max((p.index.ndim for p in known if isinstance(p.part, Pick)), default=0)
    axes = result_axes(parts, rank)
    total = np.zeros((1,) * len(axes), "int64")
    for number, p in enumerate(known):
        if p.axis < 0:
            continue
        along = _positions(p, shape[p.axis])
        if isinstance(p.part, Cut):
            begin, width = axes.index(number), 1
        else:
            begin, width = axes.index(-1) if rank else 0, rank
        lead = (1,) * (begin + width - along.ndim) if along.ndim else ()
        after = (1,) * (len(axes) - begin - width) if along.ndim else ()
        along = along.reshape((*lead, *along.shape, *after))
        total = total + along * math.prod(shape[p.axis + 1 :])
    return total


def _positions(p: Placed, n: int) -> Array:
    """The positions that a part takes of an axis, counted from the front."""
    if isinstance(p.part, Cut):
        bounds = (None if b is None else int(b) for b in (p.start, p.stop, p.step))
        return np.arange(*slice(*bounds).indices(n))
    index = np.asarray(p.index).astype("int64", copy=False)
    wrong = index[(index < -n) | (index >= n)]
    if wrong.size:
        raise IndexError(
            f"index {wrong.flat[0]} is out of bounds for axis {p.axis} with size {n}"
        )
    return np.where(index < 0, index + n, index)
