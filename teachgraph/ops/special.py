"""Rows of the table of scalar functions: error, gamma and Bessel functions.

Their meaning in NumPy comes from SciPy, which is not needed to use teachgraph: without
it the functions that loops know too are worked out number by number, and the others say
that SciPy is missing.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.report import Fault, Hint, UsageError
from teachgraph.kernel import build as k
from teachgraph.kernel.functions import FUNCTIONS
from teachgraph.ops.base import Array, TensorLike, like
from teachgraph.ops.dtypes import to_real_float
from teachgraph.ops.elementwise import Elementwise, binary, unary
from teachgraph.ops.exponential import exp, log
from teachgraph.ops.scalars import eq, sqr, switch

HALF_ROOT_PI = math.sqrt(math.pi) / 2


def _scipy(name: str, in_loops: str = "") -> Callable[..., Any]:
    """SciPy's function, looked for when it is first needed."""

    def apply(*args: Any) -> Any:
        try:
            functions = importlib.import_module("scipy.special")
        except ImportError:
            if in_loops:
                return FUNCTIONS[in_loops].numpy(*args)
            raise _scipy_is_missing(name) from None
        return getattr(functions, name)(*args)

    return apply


def _scipy_is_missing(name: str) -> UsageError:
    return UsageError(
        Fault(
            "missing-package",
            f"{name} needs SciPy, which is not installed",
            hints=(Hint("install it", "pip install scipy"),),
        ).report()
    )


def _gammaln(x: Array) -> Array:
    # C says inf at -inf, SciPy -inf.
    return np.where(np.isneginf(x), np.inf, _scipy("gammaln", "lgamma")(x))


def _psi(x: Array) -> Array:
    # At 0 SciPy gives an infinity, at the other poles nan.
    return np.where(x == 0, np.nan, _scipy("psi", "psi")(x))


erf = unary(
    "erf",
    types=to_real_float,
    numpy=_scipy("erf", "erf"),
    kernel=k.function("erf"),
    grad=lambda x, z, g: (g * exp(-sqr(x)) / like(HALF_ROOT_PI, z),),
    doc="The error function: how much of a normal curve lies within x / sqrt(2) "
    "standard deviations.",
    latex=r"\operatorname{{erf}} {0}",
    cost=16,
)

erfc = unary(
    "erfc",
    types=to_real_float,
    numpy=_scipy("erfc", "erfc"),
    kernel=k.function("erfc"),
    grad=lambda x, z, g: (-g * exp(-sqr(x)) / like(HALF_ROOT_PI, z),),
    doc="One less the error function, exact where that is near one.",
    latex=r"\operatorname{{erfc}} {0}",
    cost=16,
)

erfcx = unary(
    "erfcx",
    types=to_real_float,
    numpy=_scipy("erfcx"),
    kernel=None,
    grad=lambda x, z, g: (g * (2 * x * z - 1 / like(HALF_ROOT_PI, z)),),
    doc="erfc(x) e^(x^2), which does not underflow for large x.",
    latex=r"\operatorname{{erfcx}} {0}",
    domain="any real; inf below -26.6",
    cost=16,
    samples=(-1, 3),
)

erfinv = unary(
    "erfinv",
    types=to_real_float,
    numpy=_scipy("erfinv"),
    kernel=None,
    grad=lambda x, z, g: (g * exp(sqr(z)) * like(HALF_ROOT_PI, z),),
    doc="The number whose error function each element is.",
    latex=r"\operatorname{{erf}}^{{-1}} {0}",
    domain="(-1, 1); infinite at its ends, nan outside",
    cost=20,
    samples=(-0.8, 0.8),
)

erfcinv = unary(
    "erfcinv",
    types=to_real_float,
    numpy=_scipy("erfcinv"),
    kernel=None,
    grad=lambda x, z, g: (-g * exp(sqr(z)) * like(HALF_ROOT_PI, z),),
    doc="The number whose complementary error function each element is.",
    latex=r"\operatorname{{erfc}}^{{-1}} {0}",
    domain="(0, 2); infinite at its ends, nan outside",
    cost=20,
    samples=(0.2, 1.8),
)

gamma = unary(
    "gamma",
    types=to_real_float,
    numpy=_scipy("gamma", "tgamma"),
    kernel=k.function("tgamma"),
    grad=lambda x, z, g: (g * z * psi(x),),
    doc="The gamma function: (x - 1)! continued to real numbers.",
    latex=r"\Gamma({0})",
    domain="not 0 or a negative whole number; inf above 171.6 in float64",
    cost=20,
    samples=(0.5, 4),
)

gammaln = unary(
    "gammaln",
    types=to_real_float,
    numpy=_gammaln,
    kernel=k.function("lgamma"),
    grad=lambda x, z, g: (g * psi(x),),
    doc="The logarithm of the magnitude of the gamma function.",
    latex=r"\ln \left| \Gamma({0}) \right|",
    domain="any real; inf at 0 and the negative whole numbers",
    cost=20,
    samples=(0.5, 4),
)

psi: Elementwise = unary(
    "psi",
    types=to_real_float,
    numpy=_psi,
    kernel=k.function("psi"),
    grad=lambda x, z, g: (g * polygamma(1, x),),
    doc="The derivative of the logarithm of the gamma function.",
    latex=r"\psi({0})",
    domain="not 0 or a negative whole number",
    cost=20,
    samples=(0.5, 4),
)

polygamma: Elementwise = binary(
    "polygamma",
    types=lambda n, x: to_real_float(x),
    numpy=_scipy("polygamma"),
    kernel=None,
    grad=lambda n, x, z, g: (None, g * polygamma(n + 1, x)),
    doc="The n-th derivative of psi; n is the first, x the second.",
    latex=r"\psi^{{({0})}}({1})",
    domain="n a whole number, not negative; x positive",
    operands=lambda n, x: ("int64", to_real_float(x)),
    cost=40,
    samples=((1, 3), (0.5, 4)),
)


def tri_gamma(x: TensorLike) -> Variable:
    """The derivative of psi; `x` positive.

    >>> T.tri_gamma([1.0]).eval().round(4)
    array([1.6449])
    """
    return polygamma(1, x)


j0: Elementwise = unary(
    "j0",
    types=to_real_float,
    numpy=_scipy("j0"),
    kernel=None,
    grad=lambda x, z, g: (-g * j1(x),),
    doc="The Bessel function of the first kind, of order 0.",
    latex=r"J_0({0})",
    cost=20,
)

j1: Elementwise = unary(
    "j1",
    types=to_real_float,
    numpy=_scipy("j1"),
    kernel=None,
    grad=lambda x, z, g: (g * switch(eq(x, 0), like(0.5, z), j0(x) - z / x),),
    doc="The Bessel function of the first kind, of order 1.",
    latex=r"J_1({0})",
    cost=20,
)

i0: Elementwise = unary(
    "i0",
    types=to_real_float,
    numpy=_scipy("i0"),
    kernel=None,
    grad=lambda x, z, g: (g * i1(x),),
    doc="The modified Bessel function of the first kind, of order 0.",
    latex=r"I_0({0})",
    cost=20,
)

i1: Elementwise = unary(
    "i1",
    types=to_real_float,
    numpy=_scipy("i1"),
    kernel=None,
    grad=lambda x, z, g: (g * switch(eq(x, 0), like(0.5, z), i0(x) - z / x),),
    doc="The modified Bessel function of the first kind, of order 1.",
    latex=r"I_1({0})",
    cost=20,
)


def _x_log_y(x: Any, y: Any) -> Any:
    return np.where(x == 0, 0, x * np.log(y))


xlogy0 = binary(
    "xlogy0",
    types=to_real_float,
    numpy=_x_log_y,
    kernel=lambda x, y: k.select(
        k.equal(x, 0), k.const(0, x.dtype), x * k.call("log", y)
    ),
    grad=lambda x, y, z, g: (g * log(y), g * x / y),
    doc="x log(y), and 0 where x is 0.",
    latex=r"{0} \ln {1}",
    domain="y positive, or anything where x is 0",
    cost=12,
    samples=((0.3, 3), (0.3, 3)),
)


def xlogx(x: TensorLike) -> Variable:
    """x log(x), and 0 at 0.

    >>> T.xlogx([0.0, 1.0]).eval()
    array([0., 0.])
    """
    return xlogy0(x, x)
