"""Rules that keep what is mathematically right also numerically right."""

from __future__ import annotations

from teachgraph.core.graph import Variable
from teachgraph.ops.base import like
from teachgraph.ops.exponential import exp, expm1, log, log1p, sigmoid, softplus
from teachgraph.ops.reduce import Max, Sum, restore
from teachgraph.ops.scalars import abs_, isinf, maximum, neg, sub, switch
from teachgraph.ops.shape import DimShuffle
from teachgraph.ops.special import erf, erfc
from teachgraph.ops.trigonometry import tanh
from teachgraph.ops.variables import tensor
from teachgraph.rewrite.factors import exchange, factors
from teachgraph.rewrite.kinds import Float, Nonnegative, Real
from teachgraph.rewrite.look import inside, made_by, node_of
from teachgraph.rewrite.pattern import alike
from teachgraph.rewrite.rule import NO_MATCH, Decline, Equation, rewrites, rule

STABILIZE = "stabilize"
BETTER = "the right side is the more exact one"


def _matrix(name: str = "x") -> Variable:
    return tensor("float64", (3, 3), name)


@rule(STABILIZE, rounding=BETTER)
def log_of_one_plus_exp(x: Float) -> Equation:
    """log(1 + e^x) overflows once x > 709; softplus does not."""
    return log(1 + exp(x)), softplus(x)


@rule(STABILIZE, rounding=BETTER)
def log1p_of_exp(x: Float) -> Equation:
    """e^x overflows once x > 709; softplus does not."""
    return log1p(exp(x)), softplus(x)


@rule(STABILIZE, rounding=BETTER)
def log_of_one_plus(x: Float) -> Equation:
    """1 + x forgets the digits of a small x; log1p does not."""
    return log(1 + x), log1p(x)


@rule(STABILIZE, rounding=BETTER)
def log_of_one_minus(x: Float) -> Equation:
    """1 - x forgets the digits of a small x; log1p does not."""
    return log(1 - x), log1p(-x)


@rule(STABILIZE, rounding=BETTER)
def exp_minus_one(x: Float) -> Equation:
    """e^x - 1 loses the digits of a small x; expm1 keeps them."""
    return exp(x) - 1, expm1(x)


@rewrites(
    lambda x, y: x * y,
    STABILIZE,
    gives="sigmoid(u) for the factors exp(u) and sigmoid(-u)",
    rounding=BETTER,
    example=lambda: _exp_times_sigmoid(_matrix()),
)
def exp_times_sigmoid(x: Variable, y: Variable, before: Variable) -> Variable | Decline:
    """e^u overflows where sigmoid(-u) vanishes; their product is sigmoid(u)."""
    del x, y
    found = [f for f in factors(before) if f.above and f.variable.owner is not None]
    powers = [f for f in found if made_by(f.variable, exp)]
    for low in (f for f in found if made_by(f.variable, sigmoid)):
        for high in powers:
            u, w = inside(high.variable), inside(low.variable)
            if _are_opposite(u, w):
                return exchange(exchange(before, high), low, sigmoid(u))
    return NO_MATCH


def _exp_times_sigmoid(x: Variable) -> Variable:
    return exp(x) * sigmoid(-x)


def _are_opposite(u: Variable, w: Variable) -> bool:
    """Is one the other with the opposite sign, as far as that can be seen?"""
    for a, b in ((u, w), (w, u)):
        if made_by(a, neg) and alike(inside(a), b):
            return True
    if not (made_by(u, sub) and made_by(w, sub)):
        return False
    (a, b), (c, d) = node_of(u).inputs, node_of(w).inputs
    return alike(a, d) and alike(b, c)


@rule(STABILIZE, rounding=BETTER)
def log_of_sigmoid(x: Float) -> Equation:
    """sigmoid(x) becomes 0 once x < -745 and its log -inf; softplus stays finite."""
    return log(sigmoid(x)), -softplus(-x)


@rule(STABILIZE, rounding=BETTER)
def log1p_of_negated_sigmoid(x: Float) -> Equation:
    """1 - sigmoid(x) becomes 0 once x > 37 and its log -inf; softplus stays finite."""
    return log1p(-sigmoid(x)), -softplus(x)


@rule(STABILIZE, rounding="e^x may overflow or become 0; x does not")
def log_of_exp(x: Real) -> Equation:
    """The logarithm undoes the exponential, also where e^x would overflow."""
    return log(exp(x)), x


@rule(STABILIZE, rounding="the logarithm rounds; x does not")
def exp_of_log(x: Nonnegative) -> Equation:
    """The exponential undoes the logarithm, where there is one."""
    return exp(log(x)), x


@rewrites(
    lambda x: exp(log(x)),
    STABILIZE,
    gives="switch(x >= 0, x, nan)",
    rounding="the logarithm rounds; x does not",
)
def exp_of_log_of_any(x: Float) -> Variable:
    """The exponential undoes the logarithm; below 0 there is none."""
    return switch(x >= 0, x, like(float("nan"), x))


@rule(STABILIZE, rounding=BETTER)
def log_of_exp_over(x: Float, y: Float) -> Equation:
    """e^x may overflow or vanish; x does neither. So log(softmax) is made safe."""
    return log(exp(x) / y), x - log(y)


@rule(STABILIZE, rounding=BETTER)
def log_of_exp_times(x: Float, y: Float) -> Equation:
    """e^x may overflow or vanish; x itself does neither."""
    return log(exp(x) * y), x + log(y)


@rule(STABILIZE, one_dtype=True, rounding=BETTER)
def quotient_of_exps(x: Float, y: Float) -> Equation:
    """Both exponentials may overflow; the difference of exponents does not."""
    return exp(x) / exp(y), exp(x - y)


@rule(STABILIZE, one_dtype=True, rounding=BETTER)
def product_of_exps(x: Float, y: Float) -> Equation:
    """One exponential instead of two, and no inf * 0 in between."""
    return exp(x) * exp(y), exp(x + y)


@rule(
    STABILIZE,
    rounding=BETTER,
    domain="not both the same infinity",
)
def log_of_sum_of_two_exps(x: Float, y: Float) -> Equation:
    """The larger exponential is taken out, so that neither overflows."""
    return log(exp(x) + exp(y)), maximum(x, y) + log1p(exp(-abs_(x - y)))


@rewrites(
    lambda s, x: log(s(exp(x))),
    STABILIZE,
    gives="max(x) + log(s(exp(x - max(x))))",
    rounding=BETTER,
    example=lambda: log(Sum((1,), "float64", "float64")(exp(_matrix()))),
)
def log_of_sum_of_exps(s: Sum, x: Float) -> Variable | Decline:
    """The largest exponential is taken out, so that none overflows."""
    return _log_sum_exp(s, x)


@rewrites(
    lambda order, s, x: log(order(s(exp(x)))),
    STABILIZE,
    gives="max(x) + log(s(exp(x - max(x)))), with the axes in that order",
    rounding=BETTER,
    example=lambda: log(
        DimShuffle((0, "x"))(Sum((1,), "float64", "float64")(exp(_matrix())))
    ),
)
def log_of_kept_sum_of_exps(order: DimShuffle, s: Sum, x: Float) -> Variable | Decline:
    """The largest exponential is taken out, so that none overflows."""
    result = _log_sum_exp(s, x)
    return result if isinstance(result, Decline) else order(result)


def _log_sum_exp(s: Sum, x: Variable) -> Variable | Decline:
    if x.dtype != s.dtype or not s.axis:
        return NO_MATCH
    if _has_largest_taken_out(x):
        return Decline("the largest element is taken out of x already")
    largest = Max(s.axis)(x)
    finite = switch(isinf(largest), 0, largest)  # inf - inf would be nan
    return log(s(exp(x - restore(finite, s.axis, x.ndim)))) + finite


@rewrites(
    lambda order, s, x: exp(x) / order(s(exp(x))),
    STABILIZE,
    gives="exp(x - max(x)) / order(s(exp(x - max(x))))",
    rounding=BETTER,
    domain="no element is infinite",
    example=lambda: _shares(exp(_matrix())),
)
def shares_of_exps(order: DimShuffle, s: Sum, x: Float) -> Variable | Decline:
    """This is softmax: the largest exponential is taken out, so that none overflows."""
    if x.dtype != s.dtype or not s.axis:
        return NO_MATCH
    if node_of(restore(s(x), s.axis, x.ndim)).op != order:
        return NO_MATCH
    if _has_largest_taken_out(x):
        return Decline("the largest element is taken out of x already")
    moved = exp(x - restore(Max(s.axis)(x), s.axis, x.ndim))
    return moved / order(s(moved))


def _shares(e: Variable) -> Variable:
    return e / DimShuffle((0, "x"))(Sum((1,), "float64", "float64")(e))


def _has_largest_taken_out(x: Variable) -> bool:
    """Is x a difference in which something made with `Max` is taken away?"""
    if not made_by(x, sub):
        return False
    inner: list[Variable] = [node_of(x).inputs[1]]
    for _ in range(6):
        owners = [v.owner for v in inner if v.owner is not None]
        if any(isinstance(node.op, Max) for node in owners):
            return True
        inner = [i for node in owners for i in node.inputs]
    return False


@rule(STABILIZE, rounding=BETTER)
def hyperbolic_tangent(x: Float) -> Equation:
    """inf / inf is nan once x > 709; tanh is 1 there."""
    return (exp(x) - exp(-x)) / (exp(x) + exp(-x)), tanh(x)


@rule(STABILIZE, rounding=BETTER)
def one_minus_erf(x: Float) -> Equation:
    """1 - erf(x) is 0 once x > 6; erfc still has all its digits."""
    return 1 - erf(x), erfc(x)


@rule(STABILIZE, rounding=BETTER)
def one_minus_erfc(x: Float) -> Equation:
    """1 - erfc(x) loses the digits of a small x; erf keeps them."""
    return 1 - erfc(x), erf(x)
