"""Rules that put a cheaper operation in the place of a general one."""

from __future__ import annotations

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.ops.scalars import sqr, sqrt
from teachgraph.rewrite.constants import constant_value
from teachgraph.rewrite.kinds import Float, Number, Unknown
from teachgraph.rewrite.rule import NO_MATCH, Decline, Equation, rewrites, rule

SPECIALIZE = "specialize"
FEWER = "a few roundings instead of one"


@rule(SPECIALIZE, one_dtype=True, rounding=FEWER)
def third_power(x: Variable) -> Equation:
    """Two multiplications are far cheaper than a logarithm and an exponential."""
    return x**3, sqr(x) * x


@rule(SPECIALIZE, one_dtype=True, rounding=FEWER)
def fourth_power(x: Variable) -> Equation:
    """A square of a square is two multiplications."""
    return x**4, sqr(sqr(x))


@rule(SPECIALIZE, one_dtype=True, rounding=FEWER)
def power_of_minus_two(x: Float) -> Equation:
    """A multiplication and a division instead of a general power."""
    return x**-2, 1 / sqr(x)


@rule(SPECIALIZE, one_dtype=True, domain="not minus infinity; there the power is inf")
def power_of_half(x: Variable) -> Equation:
    """A root is one instruction; a general power is many."""
    return x**0.5, sqrt(x)


@rule(SPECIALIZE, one_dtype=True, domain="not minus infinity; there the power is 0")
def power_of_minus_half(x: Variable) -> Equation:
    """A root and a division instead of a general power."""
    return x**-0.5, 1 / sqrt(x)


@rewrites(
    lambda x, c: x / c,
    SPECIALIZE,
    gives="x * (1 / c), if c is a power of two",
    one_dtype=True,
)
def quotient_by_power_of_two(
    x: Unknown, c: Number, before: Variable
) -> Variable | Decline:
    """Multiplying is faster than dividing, and for a power of two just as exact."""
    value = float(constant_value(c))
    mantissa, exponent = np.frexp(abs(value))
    if mantissa != 0.5:
        return Decline("1 / c would be rounded, and the product once more")
    limit = np.finfo(before.dtype).maxexp - 2
    if abs(int(exponent)) > limit:
        return NO_MATCH
    return x * (1 / c)
