"""Sums, means and extremes along axes, as they are written: over all axes, or some."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op, constant
from teachgraph.core.surface import define
from teachgraph.core.types import is_complex, is_continuous, is_float, length_product
from teachgraph.ops.alloc import lengths_of
from teachgraph.ops.base import TensorLike, as_tensor
from teachgraph.ops.casting import cast, disconnected_grad
from teachgraph.ops.dtypes import to_float
from teachgraph.ops.exponential import exp, log, pow
from teachgraph.ops.pairs import notice_all_pairs
from teachgraph.ops.reduce import (
    AllTrue,
    AnyTrue,
    Argmax,
    Argmin,
    Max,
    Min,
    Prod,
    Sum,
    accumulator,
    restore,
    wide_accumulator,
)
from teachgraph.ops.scalars import abs_, isclose, isinf, mul, neq, sqr, sqrt, switch
from teachgraph.ops.shape import normal_axes, squeeze

Axes = int | Sequence[int] | None
"""None for all axes, a whole number, or several; negative ones count from the end."""


def _grown_dtype(dtype: str) -> str:
    """The dtype of a sum: small integers grow to 64 bits, so that they do not wrap."""
    if is_continuous(dtype):
        return dtype
    return "uint64" if dtype.startswith("uint") else "int64"


def _kept(
    out: Variable, x: Variable, axes: tuple[int, ...], keepdims: bool
) -> Variable:
    return restore(out, axes, x.ndim) if keepdims else out


@define(".sum", "np.sum")
def sum(
    input: TensorLike,
    axis: Axes = None,
    dtype: str | None = None,
    keepdims: bool = False,
    acc_dtype: str | None = None,
) -> Variable:
    """The sum of the elements along `axis`, over all axes unless some are given.

    Args:
        input: of any dtype; whole numbers and booleans are summed as (u)int64.
        axis: None, an axis or several.
        dtype: of the result; default: that of `input`, or 64 bits for whole numbers.
        keepdims: keep the axes that are summed, each 1 long.
        acc_dtype: in which the sum is kept while it grows; default: the next wider
            one of float16, float32 and complex64, as in Theano.

    >>> T.sum([[1, 2], [3, 4]], axis=0).eval()
    array([4, 6])
    """
    v = as_tensor(input)
    axes = normal_axes(axis, v.ndim)
    result = dtype or _grown_dtype(v.dtype)
    if len(axes) == v.ndim:
        notice_all_pairs(v)
    total = Sum(axes, result, acc_dtype or wide_accumulator(result))(v)
    return _kept(total, v, axes, keepdims)


@define(".prod", "np.prod")
def prod(
    input: TensorLike,
    axis: Axes = None,
    dtype: str | None = None,
    keepdims: bool = False,
    acc_dtype: str | None = None,
    no_zeros_in_input: bool = False,
) -> Variable:
    """The product of the elements along `axis`; arguments as for `sum`.

    Args:
        no_zeros_in_input: taken for Theano's sake; the gradient is right either way.

    >>> T.prod([2, 3, 4]).eval()
    array(24)
    """
    del no_zeros_in_input
    v = as_tensor(input)
    axes = normal_axes(axis, v.ndim)
    result = dtype or _grown_dtype(v.dtype)
    total = Prod(axes, result, acc_dtype or wide_accumulator(result))(v)
    return _kept(total, v, axes, keepdims)


def _reduced(
    op: Callable[[tuple[int, ...]], Op], x: TensorLike, axis: Axes, keepdims: bool
) -> Variable:
    v = as_tensor(x)
    axes = normal_axes(axis, v.ndim)
    return _kept(op(axes)(v), v, axes, keepdims)


@define(".max", "np.max", "np.amax")
def max(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Variable:
    """The largest element along `axis`; nan if there is one.

    Every element equal to the largest gets the whole gradient, as in Theano.

    Raises:
        when run, `empty-reduction`: there is no element.

    >>> T.max([[1, 5], [3, 4]], axis=1).eval()
    array([5, 4])
    """
    return _reduced(Max, x, axis, keepdims)


@define(".min", "np.min", "np.amin")
def min(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Variable:
    """The smallest element along `axis`; nan if there is one. See `max`.

    >>> T.min([[1, 5], [3, 4]], axis=1).eval()
    array([1, 3])
    """
    return _reduced(Min, x, axis, keepdims)


@define(".argmax", "np.argmax")
def argmax(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Variable:
    """The position of the first largest element along `axis`, int64.

    Over all or several axes it is the position in their row-major order.

    >>> T.argmax([[1, 5], [3, 4]], axis=1).eval()
    array([1, 1])
    """
    return _reduced(Argmax, x, axis, keepdims)


@define(".argmin", "np.argmin")
def argmin(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Variable:
    """The position of the first smallest element along `axis`, int64. See `argmax`."""
    return _reduced(Argmin, x, axis, keepdims)


def max_and_argmax(
    a: TensorLike, axis: Axes = None, keepdims: bool = False
) -> tuple[Variable, Variable]:
    """The largest element along `axis`, and its position.

    Both have the shape of `a` without that axis; the position is int64.

    >>> largest, where = T.max_and_argmax([3, 7, 5])
    >>> where.eval()
    array(1)
    """
    return max(a, axis, keepdims), argmax(a, axis, keepdims)


@define(".all", "np.all")
def all(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Variable:
    """True where all elements along `axis` are true (not zero).

    A bool; arguments as for `sum`.

    >>> T.all([[1, 1], [0, 1]], axis=1).eval()
    array([ True, False])
    """
    return _reduced(AllTrue, x, axis, keepdims)


@define(".any", "np.any")
def any(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Variable:
    """True where an element along `axis` is true (not zero).

    A bool; arguments as for `sum`.

    >>> T.any([[0, 1], [0, 0]], axis=1).eval()
    array([ True, False])
    """
    return _reduced(AnyTrue, x, axis, keepdims)


@define(".ptp", "np.ptp")
def ptp(a: TensorLike, axis: Axes = None) -> Variable:
    """Largest less smallest element along `axis`."""
    return max(a, axis) - min(a, axis)


def _count(x: Variable, axes: tuple[int, ...], dtype: str) -> Variable:
    """The number of elements along some axes, as a float."""
    known = length_product([x.type.shape[a] for a in axes])
    if isinstance(known, int):
        return constant(known, dtype=dtype)
    lengths = lengths_of(x)
    count = lengths[axes[0]]
    for a in axes[1:]:
        count = mul(count, lengths[a])
    return cast(count, dtype)


@define(".mean", "np.mean")
def mean(
    input: TensorLike,
    axis: Axes = None,
    dtype: str | None = None,
    keepdims: bool = False,
    acc_dtype: str | None = None,
    op: bool = False,
) -> Variable:
    """The arithmetic mean along `axis`; of whole numbers it is float64, of nothing nan.

    Arguments as for `sum`.

    Args:
        dtype: of the sum; that of the mean is float64 when it is of whole numbers.
        op: taken for Theano's sake.

    >>> T.mean([1, 2, 4]).eval().round(3)
    np.float64(2.333)
    """
    del op
    v = as_tensor(input)
    axes = normal_axes(axis, v.ndim)
    asked = dtype or (v.dtype if is_continuous(v.dtype) else "float64")
    total = sum(v, axes, accumulator(asked), keepdims, acc_dtype)
    result = asked if is_continuous(asked) else "float64"
    return cast(total / _count(v, axes, accumulator(result)), result)


@define(".var", "np.var")
def var(
    input: TensorLike,
    axis: Axes = None,
    ddof: int = 0,
    keepdims: bool = False,
    corrected: bool = False,
) -> Variable:
    """The mean squared distance from the mean along `axis`.

    Args:
        ddof: taken from the number of elements, by which the squares are divided.
        corrected: take out what rounding makes of the mean, which sums of distances
            tell (Chan, Golub, LeVeque 1983, equation 1.7).

    >>> T.var([1.0, 3.0]).eval()
    array(1.)
    """
    v = as_tensor(input)
    axes = normal_axes(axis, v.ndim)
    distance = v - mean(v, axes, keepdims=True)
    squares = sqr(abs_(distance)) if is_complex(v.dtype) else sqr(distance)
    if not ddof and not corrected:
        return mean(squares, axes, keepdims=keepdims)
    total = sum(squares, axes, keepdims=keepdims)
    count = _count(v, axes, total.dtype)
    if corrected:
        total = total - sqr(sum(distance, axes, keepdims=keepdims)) / count
    return total / (count - ddof if ddof else count)


@define(".std", "np.std")
def std(
    input: TensorLike,
    axis: Axes = None,
    ddof: int = 0,
    keepdims: bool = False,
    corrected: bool = False,
) -> Variable:
    """The square root of the variance along `axis`; arguments as for `var`.

    >>> T.std([1.0, 3.0]).eval()
    array(1.)
    """
    return sqrt(var(input, axis, ddof, keepdims, corrected))


@define(".norm")
def norm(
    x: TensorLike, L: float = 2, axis: Axes = None, keepdims: bool = False
) -> Variable:
    """The length of vectors along `axis`: the L-th root of the sum of |x|^L.

    Args:
        L: 2 for the length of geometry; 0 counts what is not zero; inf is the largest.
    """
    size = abs_(x)
    if L == 0:
        return sum(neq(size, 0), axis, keepdims=keepdims)
    if float("inf") == L:
        return max(size, axis, keepdims)
    if L == 1:
        return sum(size, axis, keepdims=keepdims)
    if L == 2:
        return sqrt(sum(sqr(size), axis, keepdims=keepdims))
    return pow(sum(pow(size, L), axis, keepdims=keepdims), 1 / L)


def allclose(
    a: TensorLike,
    b: TensorLike,
    rtol: float = 1e-5,
    atol: float = 1e-8,
    equal_nan: bool = False,
) -> Variable:
    """True where all elements are close, see `isclose`."""
    return all(isclose(a, b, rtol, atol, equal_nan))


def logsumexp(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Variable:
    """log(sum(exp(x))) along `axis`, without overflow.

    The largest element m is taken out first: m + log(sum(exp(x - m))). Where m is
    infinite, 0 is taken out instead, since inf - inf is not a number.

    >>> T.logsumexp([1000.0, 1000.0]).eval().round(3)
    np.float64(1000.693)
    """
    v = as_tensor(x)
    v = v if is_float(v.dtype) else cast(v, to_float(v.dtype))
    axes = normal_axes(axis, v.ndim)
    largest = max(v, axes, keepdims=True)
    moved = disconnected_grad(switch(isinf(largest), 0, largest))
    total = log(sum(exp(v - moved), axes, keepdims=True)) + moved
    return total if keepdims else squeeze(total, axes)
