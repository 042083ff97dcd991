"""Images made larger: values between are found along straight lines."""

from __future__ import annotations

from math import gcd
from typing import Any
from typing import cast as typed

from teachgraph.core.config import config
from teachgraph.core.graph import Variable
from teachgraph.core.report import Fault
from teachgraph.ops.alloc import lengths_of
from teachgraph.ops.base import TensorLike, as_tensor
from teachgraph.ops.casting import cast
from teachgraph.ops.conv_gradients import conv2d_grad_wrt_inputs
from teachgraph.ops.convolve import conv2d
from teachgraph.ops.creation import arange
from teachgraph.ops.join import concatenate
from teachgraph.ops.neighbours import framed
from teachgraph.ops.reshape import reshape
from teachgraph.ops.scalars import abs_, mul
from teachgraph.ops.shape import dimshuffle
from teachgraph.ops.sliding import check_rank, one_each

Pair = tuple[Any, Any]

__all__ = [
    "bilinear_kernel_1D",
    "bilinear_kernel_2D",
    "bilinear_upsampling",
    "frac_bilinear_upsampling",
]


def bilinear_kernel_1D(ratio: TensorLike, normalize: bool = True) -> Variable:
    """A triangle 2 ratio - 1 long that rises to `ratio`, or to 1 if normalized.

    Args:
        ratio: a whole number or int[] variable.
    """
    n = as_tensor(ratio)
    # ratio - |i - (ratio - 1)|: 1, 2, ..., ratio, ..., 2, 1
    kernel = cast(n - abs_(arange(2 * n - 1) - (n - 1)), config.floatX)
    return kernel / cast(n, config.floatX) if normalize else kernel


def bilinear_kernel_2D(ratio: Any, normalize: bool = True) -> Variable:
    """The product of a triangle along the rows and one along the columns.

    Args:
        ratio: for both axes, or a pair (rows, columns).
    """
    several = isinstance(ratio, tuple)
    rows, columns = typed(Pair, ratio) if several else (ratio, ratio)
    down = bilinear_kernel_1D(rows, normalize)
    across = bilinear_kernel_1D(columns, normalize)
    return mul(dimshuffle(down, 0, "x"), dimshuffle(across, "x", 0))


def bilinear_upsampling(
    input: TensorLike,
    ratio: Any = None,
    frac_ratio: Any = None,
    batch_size: int | None = None,
    num_input_channels: int | None = None,
    use_1D_kernel: bool = True,
) -> Variable:
    """Images `ratio` times as large: float[batch, channels, rows ratio, columns ratio].

    Args:
        input: float[batch, channels, rows, columns].
        ratio: a whole number or int[] variable.
        frac_ratio: in its place a fraction (numerator, denominator), or a pair of them
            for rows and columns; with `use_1D_kernel` False.
        batch_size, num_input_channels: not needed.
        use_1D_kernel: first along the rows, then along the columns: less work, the same
            result.

    Raises:
        wrong-value: none or both of the ratios are given.
    """
    del batch_size, num_input_channels
    if (ratio is None) == (frac_ratio is None):
        raise Fault("wrong-value", "either ratio or frac_ratio is given")
    x = as_tensor(input)
    check_rank(x.type, 4, "images", ("batch", "channels", "rows", "columns"))
    if frac_ratio is not None:
        if use_1D_kernel:
            raise Fault("wrong-value", "fractions want use_1D_kernel=False")
        return frac_bilinear_upsampling(x, frac_ratio)
    (n,) = one_each(1, ratio, "ratio", 1)
    batch, channels, rows, columns = lengths_of(x)
    alone = reshape(x, [batch * channels, 1, rows, columns])
    wide = _repeated_border(alone)
    size = (rows * n, columns * n)
    if use_1D_kernel:
        triangle = cast(bilinear_kernel_1D(n), x.dtype)
        down, across = (0, "x"), ("x", 0)
        tall = (rows * n, columns + 2)
        wide = _stretched(wide, dimshuffle(triangle, "x", "x", *down), (n, 1), tall)
        large = _stretched(wide, dimshuffle(triangle, "x", "x", *across), (1, n), size)
    else:
        square = cast(bilinear_kernel_2D(n), x.dtype)
        large = _stretched(wide, dimshuffle(square, "x", "x", 0, 1), (n, n), size)
    return reshape(large, [batch, channels, rows * n, columns * n])


def frac_bilinear_upsampling(input: TensorLike, frac_ratio: Any) -> Variable:
    """Images larger by a fraction of whole numbers, see `bilinear_upsampling`.

    The triangle, in a field of zeros, is convolved with the image whose elements lie
    `numerator` apart; of the result, every `denominator`-th element is kept.
    """
    x = as_tensor(input)
    check_rank(x.type, 4, "images", ("batch", "channels", "rows", "columns"))
    pairs = _fractions(frac_ratio)
    up, step = tuple(p for p, _ in pairs), tuple(q for _, q in pairs)
    batch, channels, rows, columns = lengths_of(x)
    alone = reshape(x, [batch * channels, 1, rows, columns])
    field = dimshuffle(cast(bilinear_kernel_2D(up), x.dtype), "x", "x", 0, 1)
    for axis, (n, ratio) in enumerate(zip((rows, columns), up), start=2):
        zeros = (2 * n - 1) * ratio + 1
        field = framed(field, axis, zeros // 2, zeros - zeros // 2)
    found = conv2d(field, _repeated_border(alone), subsample=step, filter_dilation=up)
    return reshape(found, [batch, channels, *lengths_of(found)[2:]])


def _repeated_border(x: Variable) -> Variable:
    """Images with their first and last rows and columns repeated once."""
    tall = concatenate([x[:, :, :1], x, x[:, :, -1:]], axis=2)
    return concatenate([tall[:, :, :, :1], tall, tall[:, :, :, -1:]], axis=3)


def _stretched(
    x: Variable, kernel: Variable, ratio: tuple[int, int], size: tuple[Any, Any]
) -> Variable:
    """`x` with its elements `ratio` apart, and what lies between them in the middle."""
    border = tuple(0 if n == 1 else 2 * n - (n - 1) // 2 - 1 for n in ratio)
    if ratio == (1, 1):
        border = (1, 1)
    return conv2d_grad_wrt_inputs(
        x, kernel, (None, 1, *size), border_mode=border, subsample=ratio
    )


def _fractions(value: Any) -> list[tuple[int, int]]:
    """A fraction for rows and one for columns, in lowest terms."""
    if not isinstance(value, tuple):
        raise Fault("wrong-value", f"a fraction is (numerator, denominator): {value!r}")
    parts = typed(Pair, value)
    pairs = parts if isinstance(parts[0], tuple) else (parts, parts)
    found: list[tuple[int, int]] = []
    for pair in pairs:
        p, q = one_each(2, pair, "frac_ratio", 1)
        found.append((p // gcd(p, q), q // gcd(p, q)))
    return found
