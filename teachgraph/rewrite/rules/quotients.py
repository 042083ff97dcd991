"""Factors that cancel, wherever they stand in a product of quotients."""

from __future__ import annotations

from teachgraph.core.graph import Variable
from teachgraph.core.types import is_continuous
from teachgraph.ops.scalars import add, sub
from teachgraph.ops.variables import tensor
from teachgraph.rewrite.constants import constant_value
from teachgraph.rewrite.factors import Factor, exchange, factors
from teachgraph.rewrite.look import made_by, node_of
from teachgraph.rewrite.pattern import alike
from teachgraph.rewrite.rule import NO_MATCH, Decline, rewrites

CANONICALIZE = "canonicalize"
NOT_ZERO = "finite numbers that are not 0; 0/0 and inf/inf are nan on the left"
LESS_ROUNDING = "roundings fall away"


def _letters(*names: str) -> list[Variable]:
    return [tensor("float64", (3, 3), name) for name in names]


def _product_over_factor() -> Variable:
    x, y, z = _letters("x", "y", "z")
    return (x * y) / (z * y)


def _quotient_times_divisor() -> Variable:
    x, y, z = _letters("x", "y", "z")
    return (x / y) * (y * z)


@rewrites(
    lambda x, y: x / y,
    CANONICALIZE,
    gives="x / y without a factor of both",
    rounding=LESS_ROUNDING,
    domain=NOT_ZERO,
    example=_product_over_factor,
)
def factor_above_and_below(
    x: Variable, y: Variable, before: Variable
) -> Variable | Decline:
    """What multiplies and divides need do neither."""
    del x, y
    return _cancelled(before)


@rewrites(
    lambda x, y: x * y,
    CANONICALIZE,
    gives="x * y without a factor that is divided by",
    rounding=LESS_ROUNDING,
    domain=NOT_ZERO,
    example=_quotient_times_divisor,
)
def factor_below_and_above(
    x: Variable, y: Variable, before: Variable
) -> Variable | Decline:
    """What divides and multiplies need do neither."""
    del x, y
    return _cancelled(before)


def _cancelled(before: Variable) -> Variable | Decline:
    if not is_continuous(before.dtype):
        return NO_MATCH
    found = [f for f in factors(before) if _is_unknown(f)]
    below = [f for f in found if not f.above]
    for low in below:
        for high in found:
            if high.above and alike(high.variable, low.variable):
                return exchange(exchange(before, high), low)
    return NO_MATCH


@rewrites(
    lambda x, y: x * y,
    CANONICALIZE,
    gives="(a / z + b) * z as a + b * z",
    rounding=LESS_ROUNDING,
    domain="z is not 0",
    example=lambda: _sum_times_divisor(*_letters("x", "y", "z")),
)
def factor_cancelled_in_sum(
    x: Variable, y: Variable, before: Variable
) -> Variable | Decline:
    """a / z overflows where z is small; multiplied out, no division is left."""
    del x, y
    if not is_continuous(before.dtype):
        return NO_MATCH
    found = factors(before)
    outer = [f for f in found if f.above]
    for part in (f for f in outer if made_by(f.variable, add, sub)):
        terms = node_of(part.variable).inputs
        if any(t.dtype != before.dtype for t in terms):
            continue
        below = [f.variable for t in terms for f in factors(t) if not f.above]
        if not below:
            continue
        for z in (f for f in outer if f is not part and _is_unknown(f)):
            divided = Factor(z.variable, above=False)
            if any(alike(v, z.variable) for v in below):
                multiplied = [_times(t, divided) for t in terms]
                new = node_of(part.variable).op(*multiplied)
                return exchange(exchange(before, z), part, new)
    return NO_MATCH


def _sum_times_divisor(x: Variable, y: Variable, z: Variable) -> Variable:
    return (x / z + y) * z


def _is_unknown(factor: Factor) -> bool:
    return constant_value(factor.variable) is None


def _has(v: Variable, factor: Factor) -> bool:
    return any(
        f.above == factor.above and alike(f.variable, factor.variable)
        for f in factors(v)
    )


def _times(term: Variable, divided: Factor) -> Variable:
    """A term times the factor, which cancels where the term is divided by it."""
    return exchange(term, divided) if _has(term, divided) else term * divided.variable
