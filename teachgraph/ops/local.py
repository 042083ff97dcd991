"""Locally connected layers: a convolution with another filter at every place."""

from __future__ import annotations

from typing import Any, cast

from teachgraph.core.graph import Variable
from teachgraph.core.report import Fault
from teachgraph.ops.alloc import lengths_of
from teachgraph.ops.dot import BatchedDot
from teachgraph.ops.patches import Patches
from teachgraph.ops.reshape import reshape
from teachgraph.ops.shape import dimshuffle
from teachgraph.ops.sliding import AXES, Sliding, check_rank


def local_conv(
    x: Variable, filters: Variable, move: Sliding, groups: int, flip: bool
) -> Variable:
    """Sums of products of what lies under the window with the filter of that place.

    Args:
        x: float[batch, channels, ...].
        filters: float[filters, places ..., channels, window ...].
    """
    ndim, names = move.ndim, AXES[move.ndim]
    check_rank(x.type, 2 + ndim, "images", ("batch", "channels", *names))
    places_of = [f"result {name}" for name in names]
    axes = ("filters", *places_of, "channels", *names)
    check_rank(filters.type, 2 + 2 * ndim, "unshared filters", axes)
    if groups != 1:
        raise Fault("wrong-value", "unshared filters do not come in groups")
    batch = lengths_of(x)[0]
    outputs, *rest = lengths_of(filters)
    places, channels, window = rest[:ndim], rest[ndim], rest[ndim + 1 :]
    patches = cast(Variable, Patches(move, flip)(x, *window))
    place, column = product(places), product([channels, *window])
    under = dimshuffle(reshape(patches, [column, batch, place]), 2, 1, 0)
    each = dimshuffle(reshape(filters, [outputs, place, column]), 1, 2, 0)
    found = cast(Variable, BatchedDot()(under, each))  # place, batch, filters
    return reshape(dimshuffle(found, 1, 2, 0), [batch, outputs, *places])


def product(lengths: list[Any]) -> Any:
    """The product of lengths."""
    total = lengths[0]
    for n in lengths[1:]:
        total = total * n
    return total
