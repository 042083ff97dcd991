"""How numbers are spread: the middle one, percentiles, covariances."""

from __future__ import annotations

from teachgraph.core.graph import Variable
from teachgraph.core.report import Fault
from teachgraph.core.surface import define
from teachgraph.core.types import is_continuous
from teachgraph.ops.alloc import lengths_of
from teachgraph.ops.base import TensorLike, as_tensor
from teachgraph.ops.casting import cast as to_dtype
from teachgraph.ops.dot import dot
from teachgraph.ops.join import join
from teachgraph.ops.moves import along
from teachgraph.ops.reduce import restore
from teachgraph.ops.reshape import flatten
from teachgraph.ops.rounding import ceil, floor
from teachgraph.ops.shape import normal_axis, shape_padleft, transpose
from teachgraph.ops.sort import sort
from teachgraph.ops.statistics import mean


@define("np.percentile")
def percentile(
    a: TensorLike, q: TensorLike, axis: int | None = None, keepdims: bool = False
) -> Variable:
    """The number below which `q` per cent of the elements along an axis lie.

    Between two elements it goes evenly from one to the other.

    Args:
        q: 0 to 100, without axes.
        axis: None for all elements.

    Raises:
        wrong-rank: `q` has axes.
        index-out-of-range: when run, for another `q`, or of no elements.

    >>> T.percentile([1.0, 2.0, 3.0], 50).eval()
    array(2.)
    """
    v, part = as_tensor(a), as_tensor(q)
    if part.ndim:
        raise Fault("wrong-rank", f"one percentile at a time, not {part.type}")
    at = 0 if axis is None else normal_axis(axis, v.ndim)
    real = v.dtype if is_continuous(v.dtype) else "float64"
    ordered = sort(to_dtype(flatten(v) if axis is None else v, real), at)
    place = to_dtype(part, "float64") / 100 * (lengths_of(ordered)[at] - 1)
    below, above = (to_dtype(f(place), "int64") for f in (floor, ceil))
    low, high = ordered[along(at, below)], ordered[along(at, above)]
    found = low + (high - low) * to_dtype(place - below, real)
    if not keepdims:
        return found
    return restore(found, tuple(range(v.ndim)) if axis is None else (at,), v.ndim)


@define("np.median")
def median(x: TensorLike, axis: int | None = None, keepdims: bool = False) -> Variable:
    """The middle element along an axis in order, or the mean of the middle two.

    Shape of `a` without that axis; float64 for whole numbers.

    >>> T.median([5, 1, 2]).eval()
    array(2.)
    """
    return percentile(x, 50.0, axis, keepdims)


@define("np.cov")
def cov(
    m: TensorLike,
    y: TensorLike | None = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: None = None,
    aweights: None = None,
) -> Variable:
    """How variables vary together: the matrix of their covariances.

    Args:
        m: a row for each variable, a column for each observation.
        y: more variables, in the same form.
        rowvar: if False, columns are the variables.
        bias: divide by the number of observations, not by one less.
        ddof: what to take from that number instead.
        fweights, aweights: None; weights are not supported.

    Raises:
        wrong-rank: more than two axes.
        wrong-argument-kind: weights.
    """
    if fweights is not None or aweights is not None:
        raise Fault("wrong-argument-kind", "covariances are not weighted here")
    rows = _observations(m, rowvar)
    if y is not None:
        others = _observations(y, rowvar)
        rows = join(0, rows, others)
    less = ddof if ddof is not None else int(not bias)
    distance = rows - mean(rows, axis=1, keepdims=True)
    count = to_dtype(lengths_of(rows)[1] - less, distance.dtype)
    return dot(distance, transpose(distance)) / count


def _observations(m: TensorLike, rowvar: bool) -> Variable:
    v = as_tensor(m)
    if v.ndim > 2:
        raise Fault("wrong-rank", f"variables are rows of a matrix, not {v.type}")
    v = v if is_continuous(v.dtype) else to_dtype(v, "float64")
    rows = shape_padleft(v, 2 - v.ndim)
    return rows if rowvar or v.ndim < 2 else transpose(rows)
