"""Rows of the table of scalar functions: powers, exponentials, logarithms, sigmoids."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from teachgraph.core.types import is_complex
from teachgraph.kernel import build as k
from teachgraph.kernel.functions import FUNCTIONS
from teachgraph.kernel.ir import Expr
from teachgraph.ops.base import Array, like
from teachgraph.ops.dtypes import (
    complex_dtype,
    number,
    real_part_dtype,
    to_float,
    to_real_float,
)
from teachgraph.ops.elementwise import Elementwise, binary, unary
from teachgraph.ops.scalars import eq, switch

LN2 = float(np.log(2))
LN10 = float(np.log(10))


def _or_complex(name: str, made: Callable[[Expr], Expr]) -> Callable[[Expr], Expr]:
    """A function of C's library, and of complex numbers, which it does not take."""
    return lambda x: made(x) if is_complex(x.dtype) else k.call(name, x)


def _parts(z: Expr) -> tuple[Expr, Expr]:
    dtype = real_part_dtype(z.dtype)
    return k.call("real", z, dtype=dtype), k.call("imag", z, dtype=dtype)


def _whole(a: Expr, b: Expr) -> Expr:
    return k.call("complex", a, b, dtype=complex_dtype(a.dtype))


def _complex_expm1(z: Expr) -> Expr:
    # e^(a + ib) - 1 = (e^a - 1) cos b - 2 sin^2(b/2) + i e^a sin b, where none cancels.
    a, b = _parts(z)
    half = k.call("sin", b / 2)
    real = k.call("expm1", a) * k.call("cos", b) - half * half * 2
    return _whole(real, k.call("exp", a) * k.call("sin", b))


def _complex_log1p(z: Expr) -> Expr:
    # |1 + a + ib|^2 - 1 = a (2 + a) + b^2
    a, b = _parts(z)
    return _whole(k.call("log1p", a * (a + 2) + b * b) / 2, k.call("arctan2", b, a + 1))


exp = unary(
    "exp",
    types=to_float,
    numpy=np.exp,
    kernel=k.function("exp"),
    grad=lambda x, z, g: (g * z,),
    doc="e raised to each element.",
    latex="e^{{{0}}}",
    domain="any number; inf above 709.78 in float64, above 88.72 in float32",
    cost=10,
    means=(".exp",),
)

exp2 = unary(
    "exp2",
    types=to_float,
    numpy=np.exp2,
    kernel=_or_complex("exp2", lambda x: k.call("exp", x * LN2)),
    grad=lambda x, z, g: (g * z * like(LN2, z),),
    doc="2 raised to each element.",
    latex="2^{{{0}}}",
    domain="any real; inf from 1024 in float64, from 128 in float32",
    cost=10,
    means=(".exp2",),
)

expm1 = unary(
    "expm1",
    types=to_float,
    numpy=np.expm1,
    kernel=_or_complex("expm1", _complex_expm1),
    grad=lambda x, z, g: (g * (z + 1),),
    doc="e raised to each element, less one; exact near 0.",
    latex="e^{{{0}}} - 1",
    domain="any real; inf above 709.78 in float64, above 88.72 in float32",
    cost=12,
    means=(".expm1",),
)

log = unary(
    "log",
    types=to_float,
    numpy=np.log,
    kernel=k.function("log"),
    grad=lambda x, z, g: (g / x,),
    doc="Natural logarithm of each element.",
    latex=r"\ln {0}",
    domain="positive; -inf at 0, nan below",
    cost=10,
    samples=(0.3, 4),
    means=(".log",),
)

log2 = unary(
    "log2",
    types=to_float,
    numpy=np.log2,
    kernel=_or_complex("log2", lambda x: k.call("log", x) / LN2),
    grad=lambda x, z, g: (g / (x * like(LN2, z)),),
    doc="Logarithm of each element to base 2.",
    latex=r"\log_2 {0}",
    domain="positive; -inf at 0, nan below",
    cost=10,
    samples=(0.3, 4),
    means=(".log2",),
)

log10 = unary(
    "log10",
    types=to_float,
    numpy=np.log10,
    kernel=_or_complex("log10", lambda x: k.call("log", x) / LN10),
    grad=lambda x, z, g: (g / (x * like(LN10, z)),),
    doc="Logarithm of each element to base 10.",
    latex=r"\log_{{10}} {0}",
    domain="positive; -inf at 0, nan below",
    cost=10,
    samples=(0.3, 4),
    means=(".log10",),
)

log1p = unary(
    "log1p",
    types=to_float,
    numpy=np.log1p,
    kernel=_or_complex("log1p", _complex_log1p),
    grad=lambda x, z, g: (g / (1 + x),),
    doc="Natural logarithm of one more than each element; exact near 0.",
    latex=r"\ln(1 + {0})",
    domain="above -1; -inf at -1, nan below",
    cost=12,
    samples=(-0.7, 4),
    means=(".log1p",),
)

pow: Elementwise = binary(
    "pow",
    types=number,
    numpy=FUNCTIONS["pow"].numpy,
    kernel=k.function("pow"),
    grad=lambda x, y, z, g: (
        g * y * pow(x, y - 1),
        g * z * log(switch(eq(x, 0), like(1, x), x)),
    ),
    doc="The first raised to the power of the second. A negative power of a whole "
    "number is rounded towards zero.",
    latex="{{{0}}}^{{{1}}}",
    domain="floats: nan for a negative base and a fractional exponent",
    symbol="**",
    precedence=7,
    cost=20,
    samples=((0.3, 3), (-2, 2)),
    means=("pow", "np.power"),
)


def _sigmoid(x: Array) -> Array:
    # e^-|x| never overflows.
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


def _sigmoid_in_loops(x: Expr) -> Expr:
    small = k.call("exp", -k.call("abs", x))
    return k.select(x >= 0, k.const(1, x.dtype), small) / (small + 1)


sigmoid: Elementwise = unary(
    "sigmoid",
    types=to_real_float,
    numpy=_sigmoid,
    kernel=_sigmoid_in_loops,
    grad=lambda x, z, g: (g * z * (1 - z),),
    doc="1 / (1 + e^-x): a number between 0 and 1 for each element.",
    latex=r"\sigma({0})",
    domain="any real; no overflow at either end",
    cost=14,
)


def _softplus(x: Array) -> Array:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def _softplus_in_loops(x: Expr) -> Expr:
    small = k.call("exp", -k.call("abs", x))
    return k.call("maximum", x, k.const(0, x.dtype)) + k.call("log1p", small)


softplus = unary(
    "softplus",
    types=to_real_float,
    numpy=_softplus,
    kernel=_softplus_in_loops,
    grad=lambda x, z, g: (g * sigmoid(x),),
    doc="log(1 + e^x), without overflow: a smooth maximum of 0 and each element.",
    latex=r"\ln(1 + e^{{{0}}})",
    domain="any real; no overflow at either end",
    cost=24,
)
