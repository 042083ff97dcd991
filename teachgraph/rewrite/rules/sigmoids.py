"""The logistic function under its name, however it was written."""

from __future__ import annotations

from teachgraph.ops.exponential import exp, sigmoid
from teachgraph.rewrite.kinds import Float
from teachgraph.rewrite.rule import Equation, rule

CANONICALIZE = "canonicalize"
BETTER = "the right side is the more exact one"


@rule(CANONICALIZE, rounding=BETTER)
def logistic(x: Float) -> Equation:
    """e^-x overflows for very negative x; sigmoid does not, and has a name."""
    return 1 / (1 + exp(-x)), sigmoid(x)


@rule(CANONICALIZE, rounding=BETTER)
def logistic_of_negation(x: Float) -> Equation:
    """e^x overflows for large x; sigmoid does not."""
    return 1 / (1 + exp(x)), sigmoid(-x)


@rule(CANONICALIZE, rounding=BETTER)
def exp_over_one_plus_exp(x: Float) -> Equation:
    """inf / inf is nan once x > 709; sigmoid is 1 there."""
    return exp(x) / (1 + exp(x)), sigmoid(x)


@rule(CANONICALIZE, rounding=BETTER)
def quotient_by_one_plus_exp(x: Float, y: Float) -> Equation:
    """A quotient by 1 + e^x is a product with a sigmoid, which does not overflow."""
    return y / (1 + exp(x)), y * sigmoid(-x)


@rule(CANONICALIZE, rounding=BETTER)
def one_minus_sigmoid(x: Float) -> Equation:
    """1 - sigmoid(x) is 0 once x > 37; the sigmoid of -x still has all its digits."""
    return 1 - sigmoid(x), sigmoid(-x)
