"""Scalar functions of two numbers: incomplete gamma functions and Bessel functions.

Their meaning in NumPy comes from SciPy; loops have none of them. The first number is an
order, for whose derivative there is no formula: it is nan, where it is asked for.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from typing import Any

from teachgraph.core.graph import Variable
from teachgraph.ops.base import TensorLike, as_tensor, like
from teachgraph.ops.dtypes import to_real_float
from teachgraph.ops.elementwise import Elementwise, binary
from teachgraph.ops.exponential import exp, log
from teachgraph.ops.scalars import mul, true_div
from teachgraph.ops.special import gamma, gammaln


def _scipy(name: str) -> Callable[..., Any]:
    def apply(*args: Any) -> Any:
        return getattr(importlib.import_module("scipy.special"), name)(*args)

    return apply


def _unknown(g: Variable) -> Variable:
    """The derivative by an order."""
    return g * like(math.nan, g)


def _density(k: Variable, x: Variable) -> Variable:
    """The derivative of the regularised lower incomplete gamma function by `x`."""
    return exp((k - 1) * log(x) - x - gammaln(k))


gammainc = binary(
    "gammainc",
    types=to_real_float,
    numpy=_scipy("gammainc"),
    kernel=None,
    grad=lambda k, x, z, g: (_unknown(g), g * _density(k, x)),
    doc="The lower incomplete gamma function of x, of order k, as a part of gamma(k).",
    latex=r"P({0}, {1})",
    domain="k positive, x not negative",
    cost=40,
    samples=((0.5, 4), (0.5, 4)),
)

gammaincc = binary(
    "gammaincc",
    types=to_real_float,
    numpy=_scipy("gammaincc"),
    kernel=None,
    grad=lambda k, x, z, g: (_unknown(g), -g * _density(k, x)),
    doc="The upper incomplete gamma function of x, of order k, as a part of gamma(k).",
    latex=r"Q({0}, {1})",
    domain="k positive, x not negative",
    cost=40,
    samples=((0.5, 4), (0.5, 4)),
)

jv: Elementwise = binary(
    "jv",
    types=to_real_float,
    numpy=_scipy("jv"),
    kernel=None,
    grad=lambda v, x, z, g: (_unknown(g), g * (jv(v - 1, x) - jv(v + 1, x)) / 2),
    doc="The Bessel function of the first kind of x, of order v.",
    latex=r"J_{{{0}}}({1})",
    domain="x not negative, unless v is whole",
    cost=40,
    samples=((0.5, 3), (0.5, 4)),
)

iv: Elementwise = binary(
    "iv",
    types=to_real_float,
    numpy=_scipy("iv"),
    kernel=None,
    grad=lambda v, x, z, g: (_unknown(g), g * (iv(v - 1, x) + iv(v + 1, x)) / 2),
    doc="The modified Bessel function of the first kind of x, of order v.",
    latex=r"I_{{{0}}}({1})",
    domain="x not negative, unless v is whole",
    cost=40,
    samples=((0.5, 3), (0.5, 4)),
)


def gammau(k: TensorLike, x: TensorLike) -> Variable:
    """The upper incomplete gamma function of `x`, of order `k`."""
    return mul(gammaincc(k, x), gamma(k))


def gammal(k: TensorLike, x: TensorLike) -> Variable:
    """The lower incomplete gamma function of `x`, of order `k`."""
    return mul(gammainc(k, x), gamma(k))


def chi2sf(x: TensorLike, k: TensorLike) -> Variable:
    """How likely a chi-squared number, of `k` degrees of freedom, is above `x`."""
    return gammaincc(true_div(as_tensor(k), 2), true_div(as_tensor(x), 2))
