"""Random counts out of uniform numbers, by operations that every machine rounds alike.

A small mean is reached by going up from 0 until a share `u` of all samples is passed.
For a large one that would take long: a shape that covers the distribution is drawn from
instead, and what falls beside it is drawn again (rejection). The numbers for it come
from the generator with the bits of `u` as its key, so a count is a function of `u`
alone. Logarithms are those of `kernel.exact`, so everywhere the same is rejected.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from teachgraph.kernel import exact, philox
from teachgraph.kernel.ways import OnArrays, in_pieces

Array = np.ndarray[Any, Any]
Covered = tuple[Array, Array, Array, Array]
"""Counts from a shape that covers a distribution, where they are taken at once, where
they may be, and how high the shape is."""

Cover = Callable[..., Covered]
"""The counts for two uniform numbers each, and the parameters."""

Weight = Callable[..., Array]
"""The logarithm of how likely a count is, up to a constant."""

LARGE = 10.0
"""The mean from which rejection is faster, and its constants hold."""

NEVER = np.uint64(2**64 - 1)
"""A number of a draw that no stream comes to."""

TINY = 1e-20
WAY = OnArrays()


def binomial(u: Array, n: Array, p: Array) -> Array:
    """How many of `n` trials succeed, each with probability `p`; float64 all."""
    return in_pieces(_binomial, u, n, p)


def poisson(u: Array, mean: Array) -> Array:
    """How often something happens that does so `mean` times on average; float64."""
    return in_pieces(_poisson, u, mean)


def _binomial(u: Array, n: Array, p: Array) -> Array:
    n = np.maximum(np.floor(n), 0)
    found = np.where(p >= 1, n, 0.0)
    inside = (n > 0) & np.isfinite(n) & (p > 0) & (p < 1)
    u, n, p = u[inside], n[inside], p[inside]
    rare = np.minimum(p, 1 - p)
    few = n * rare < LARGE
    counts = np.empty(n.shape)
    counts[few] = _few_of(u[few], n[few], rare[few])
    many = ~few
    parameters = u[many], n[many], rare[many]
    counts[many] = _rejected(_binomial_cover, _binomial_weight, *parameters)
    found[inside] = np.where(p > 0.5, n - counts, counts)
    return found


def _poisson(u: Array, mean: Array) -> Array:
    found = np.zeros(u.shape)
    few, many = (mean > 0) & (mean < LARGE), (mean >= LARGE) & np.isfinite(mean)
    found[few] = _few(u[few], mean[few])
    found[many] = _rejected(_poisson_cover, _poisson_weight, u[many], mean[many])
    return found


# Few: from 0 on


def _few_of(u: Array, n: Array, p: Array) -> Array:
    odds = p / (1 - p)
    first = exp(n * _log_of_rest(p))
    found = _upwards(u, first, lambda k, at: (n[at] - k + 1) / k * odds[at])
    return np.minimum(found, n)


def _few(u: Array, mean: Array) -> Array:
    return _upwards(u, exp(-mean), lambda k, at: mean[at] / k)


def _upwards(u: Array, first: Array, ratio: Callable[[int, Array], Array]) -> Array:
    """The first count whose probability and all before it sum to `u`.

    `first` is the probability of 0; the others come from the one before by `ratio`.
    """
    found = np.zeros(u.shape)
    chosen = np.arange(u.size)
    left, chance, k = u, first, 0
    while chosen.size:
        # What rounding leaves of u ends where nothing is left to be drawn.
        more = (left > chance) & ((chance > TINY) | (k < LARGE))
        found[chosen[~more]] = k
        chosen, left, chance = chosen[more], left[more] - chance[more], chance[more]
        k += 1
        chance = chance * ratio(k, chosen)
    return found


# Many: by rejection


def _rejected(cover: Cover, weight: Weight, u: Array, *parameters: Array) -> Array:
    """Counts from a cover, drawn again until each is taken."""
    found = np.zeros(u.shape)
    chosen, key = np.arange(u.size), u.view(np.uint64)
    attempt = 0
    while chosen.size:
        number = np.full(chosen.size, attempt, np.uint64)
        a, b, c, d = philox.block(number, key, NEVER)
        k, taken, likely, height = cover(_fraction(a, b), _fraction(c, d), *parameters)
        near = np.flatnonzero(likely & ~taken)
        weights = weight(k[near], *(p[near] for p in parameters))
        taken[near] = log(height[near]) <= weights
        found[chosen[taken]] = k[taken]
        again = ~taken
        chosen, key = chosen[again], key[again]
        parameters = tuple(p[again] for p in parameters)
        attempt += 1
    return found


def _fraction(high: Array, low: Array) -> Array:
    """A number in (0, 1) of 52 digits, from two words."""
    word = (high.astype(np.uint64) << np.uint64(20)) | (low >> np.uint32(12))
    return word * 2.0**-52 + 2.0**-53


def _poisson_cover(u: Array, v: Array, mean: Array) -> Covered:
    """Algorithm PTRS.

    Source: W. Hörmann, The transformed rejection method for generating Poisson random
    variables, Insurance: Mathematics and Economics 12 (1993).
    """
    width = 2.53 * np.sqrt(mean) + 0.931
    slope = 0.02483 * width - 0.059
    k, side, shape = _transformed(u, slope, width, mean + 0.43)
    quick = (side >= 0.07) & (v <= 0.9277 - 3.6224 / (width - 2.0))
    likely = (k >= 0) & ((side >= 0.013) | (v <= side))
    return k, quick, likely, v * (1.1239 + 1.1328 / (width - 3.4)) / shape


def _poisson_weight(k: Array, mean: Array) -> Array:
    return k * log(mean) - mean - log_factorial(k)


def _binomial_cover(u: Array, v: Array, n: Array, p: Array) -> Covered:
    """Algorithm BTRS.

    Source: W. Hörmann, The generation of binomial random variates, Journal of
    Statistical Computation and Simulation 46 (1993).
    """
    spread = np.sqrt(n * p * (1 - p))
    width = 2.53 * spread + 1.15
    slope = 0.0248 * width + 0.01 * p - 0.0873
    k, side, shape = _transformed(u, slope, width, n * p + 0.5)
    quick = (side >= 0.07) & (v <= 0.92 - 4.2 / width)
    likely = (k >= 0) & (k <= n)
    return k, quick, likely, v * ((2.83 + 5.1 / width) * spread) / shape


def _binomial_weight(k: Array, n: Array, p: Array) -> Array:
    middle = np.floor((n + 1) * p)
    ways = log_factorial(middle) + log_factorial(n - middle)
    ways = ways - log_factorial(k) - log_factorial(n - k)
    return ways + (k - middle) * log(p / (1 - p))


def _transformed(
    u: Array, slope: Array, width: Array, middle: Array
) -> tuple[Array, Array, Array]:
    """A count, how far `u` is from the ends, and how high the cover is there."""
    off = u - 0.5
    side = 0.5 - np.abs(off)
    k = np.floor((2.0 * slope / side + width) * off + middle)
    return k, side, slope / (side * side) + width


# Functions


def log(x: Array) -> Array:
    """The natural logarithm of positive numbers."""
    return exact.log(WAY, x)


def _log_of_rest(p: Array) -> Array:
    """log(1 - p), also of small p: what rounding 1 - p did is made good."""
    rest = 1 - p
    return log(rest) + ((1 - rest) - p) / rest


def exp(x: Array) -> Array:
    """e^x for x from -700 to 700; off by less than 1 ulp.

    Source: `e_exp.c` of FDLIBM 5.3 (1993).
    """
    k = np.floor(x * 1.44269504088896338700 + 0.5)
    high = x - k * 6.93147180369123816490e-01
    low = k * 1.90821492927058770002e-10
    r = high - low
    t = r * r
    series = 4.13813679705723846039e-08 * t - 1.65339022054652515390e-06
    series = series * t + 6.61375632143793436117e-05
    series = series * t - 2.77777777770155933842e-03
    series = series * t + 1.66666666666666019037e-01
    c = r - t * series
    return np.ldexp(1.0 - ((low - (r * c) / (2.0 - c)) - high), k.astype(np.int32))


def log_factorial(k: Array) -> Array:
    """log(k!) of whole numbers: from a table, from 16 on by Stirling's series.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 6.1.41.
    """
    known = len(LOG_FACTORIALS)
    z = np.maximum(k, known) + 1.0
    w = 1.0 / (z * z)
    series = (w * (w * (1 / 1260 - w / 1680) - 1 / 360) + 1 / 12) / z
    found = (z - 0.5) * log(z) - z + HALF_LOG_TWO_PI + series
    first = LOG_FACTORIALS[np.minimum(k, known - 1).astype(np.intp)]
    return np.where(k < known, first, found)


LOG_FACTORIALS = log(np.array([math.factorial(k) for k in range(16)], "float64"))
HALF_LOG_TWO_PI = 0.91893853320467274178
