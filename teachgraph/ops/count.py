"""Counting, and telling apart: bincount, unique, searchsorted, flat positions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, cast

from teachgraph.core.graph import Variable
from teachgraph.core.report import Fault
from teachgraph.core.surface import define
from teachgraph.ops.alloc import as_length, lengths_of, zeros
from teachgraph.ops.base import TensorLike, as_tensor
from teachgraph.ops.join import stack
from teachgraph.ops.known import get_vector_length
from teachgraph.ops.lengths import stretched
from teachgraph.ops.reshape import as_shape
from teachgraph.ops.search import (
    SIDES,
    BinCount,
    Distinct,
    RavelMultiIndex,
    SearchSorted,
    Side,
    UnravelIndex,
    ordered_numbers,
)
from teachgraph.ops.shape import normal_axis
from teachgraph.ops.subscript import inc_subtensor
from teachgraph.ops.take import take

Order = Literal["C", "F"]


@define("np.bincount")
def bincount(
    x: TensorLike,
    weights: TensorLike | None = None,
    minlength: TensorLike | None = None,
    assert_nonneg: bool = False,
) -> Variable:
    """How often each whole number from 0 on occurs in `x`, or the sum of its weights.

    Args:
        x: int[n], none negative.
        weights: float[n]; the sums have their dtype.
        minlength: the least length of the result.
        assert_nonneg: taken for Theano's sake; a negative number is always an error.

    Returns:
        int64[largest + 1], or sums of weights.

    Raises:
        computation-failed: when run, for a negative number.

    >>> T.bincount([1, 3, 1]).eval()
    array([0, 2, 0, 1])
    """
    del assert_nonneg
    numbers = as_tensor(x)
    least = as_length(0 if minlength is None else minlength)
    counts = cast(Variable, BinCount()(numbers, least))
    if weights is None:
        return counts
    w = as_tensor(weights)
    return inc_subtensor(zeros(lengths_of(counts), w.dtype)[numbers], w)


@define("np.unique")
def unique(
    x: TensorLike,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
) -> Any:
    """The distinct elements of `x` in order, or its distinct slices along an axis.

    Args:
        return_index: also where each occurs first, int64.
        return_inverse: also which of them each element of the flattened `x`, or each
            slice, is, int64.
        return_counts: also how often each occurs, int64.

    Returns:
        a variable, or a tuple if more is asked for.

    >>> T.unique([3, 1, 3]).eval()
    array([1, 3])
    """
    v = as_tensor(x)
    at = None if axis is None else normal_axis(axis, v.ndim)
    first = cast(Variable, Distinct(at, "first")(v))
    found = [take(v, first, at)]
    if return_index:
        found.append(first)
    if return_inverse:
        found.append(Distinct(at, "inverse")(v))
    if return_counts:
        found.append(Distinct(at, "counts")(v))
    return tuple(found) if len(found) > 1 else found[0]


@define(".searchsorted", "np.searchsorted")
def searchsorted(
    x: TensorLike, v: TensorLike, side: Side = "left", sorter: TensorLike | None = None
) -> Variable:
    """Where each element of `v` goes into `x` so that `x` stays in order, int64.

    Args:
        x: a vector in order.
        side: before elements that are equal (left) or behind them (right).
        sorter: positions that put `x` in order, if it is not.

    Raises:
        wrong-value: another side.
        wrong-dtype: complex numbers, which have no order.

    >>> T.searchsorted([1, 3, 5], [2, 5]).eval()
    array([1, 2])
    """
    a, wanted = as_tensor(x), as_tensor(v)
    if side not in SIDES:
        raise Fault("wrong-value", f"side is left or right, not {side!r}")
    ordered_numbers(a.type)
    ordered_numbers(wanted.type)
    if sorter is not None:
        a = a[as_tensor(sorter)]
    return SearchSorted(side)(a, wanted)


@define("np.unravel_index")
def unravel_index(
    indices: TensorLike, dims: Any, order: Order = "C", ndim: int | None = None
) -> tuple[Variable, ...]:
    """The positions on each axis of flat positions in a tensor of a shape, int64.

    Args:
        indices: whole numbers.
        dims: the shape: lengths, or a vector of them.
        order: C for row-major, F for column-major positions.
        ndim: the number of lengths, if `dims` is a vector of unknown length.

    Raises:
        computation-failed: when run, for a position outside.
    """
    shape = as_shape(dims)
    rank = get_vector_length(shape) if ndim is None else ndim
    found = cast(Variable, UnravelIndex(rank, order)(as_tensor(indices), shape))
    return tuple(found[axis] for axis in range(rank))


@define("np.ravel_multi_index")
def ravel_multi_index(
    multi_index: Sequence[TensorLike] | Variable,
    dims: Any,
    mode: Literal["raise", "wrap", "clip"] = "raise",
    order: Order = "C",
) -> Variable:
    """The flat positions in a tensor of a shape of positions on each axis, int64.

    Args:
        multi_index: whole numbers for each axis; they stretch together.
        dims: the shape: lengths, or a vector of them.
        mode: what is done with a position outside: raise, wrap or clip.
        order: C for row-major, F for column-major positions.

    Raises:
        computation-failed: when run with mode raise, for a position outside.
    """
    if isinstance(multi_index, Variable):
        parts = multi_index
    else:
        parts = stack(stretched([as_tensor(i) for i in multi_index]))
    return RavelMultiIndex(mode, order)(parts, as_shape(dims))
