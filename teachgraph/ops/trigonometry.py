"""Rows of the table of scalar functions: functions of angles, and hyperbolic ones."""

from __future__ import annotations

import math

import numpy as np

from teachgraph.kernel import build as k
from teachgraph.ops.base import like
from teachgraph.ops.dtypes import to_float, to_real_float
from teachgraph.ops.elementwise import Elementwise, binary, unary
from teachgraph.ops.scalars import sqr, sqrt

DEGREE = math.pi / 180

sin: Elementwise = unary(
    "sin",
    types=to_float,
    numpy=np.sin,
    kernel=k.function("sin"),
    grad=lambda x, z, g: (g * cos(x),),
    doc="The sine of each angle in radians.",
    latex=r"\sin {0}",
    cost=12,
    means=(".sin",),
)

cos: Elementwise = unary(
    "cos",
    types=to_float,
    numpy=np.cos,
    kernel=k.function("cos"),
    grad=lambda x, z, g: (-g * sin(x),),
    doc="The cosine of each angle in radians.",
    latex=r"\cos {0}",
    cost=12,
    means=(".cos",),
)

tan = unary(
    "tan",
    types=to_float,
    numpy=np.tan,
    kernel=k.function("tan"),
    grad=lambda x, z, g: (g * (1 + sqr(z)),),
    doc="The tangent of each angle in radians.",
    latex=r"\tan {0}",
    domain="not an odd multiple of pi/2",
    cost=14,
    samples=(-1.2, 1.2),
    means=(".tan",),
)

arcsin = unary(
    "arcsin",
    types=to_float,
    numpy=np.arcsin,
    kernel=k.function("arcsin"),
    grad=lambda x, z, g: (g / sqrt(1 - sqr(x)),),
    doc="The angle in [-pi/2, pi/2] whose sine each element is.",
    latex=r"\arcsin {0}",
    domain="[-1, 1]; nan outside",
    cost=14,
    samples=(-0.8, 0.8),
    means=(".arcsin",),
)

arccos = unary(
    "arccos",
    types=to_float,
    numpy=np.arccos,
    kernel=k.function("arccos"),
    grad=lambda x, z, g: (-g / sqrt(1 - sqr(x)),),
    doc="The angle in [0, pi] whose cosine each element is.",
    latex=r"\arccos {0}",
    domain="[-1, 1]; nan outside",
    cost=14,
    samples=(-0.8, 0.8),
    means=(".arccos",),
)

arctan = unary(
    "arctan",
    types=to_float,
    numpy=np.arctan,
    kernel=k.function("arctan"),
    grad=lambda x, z, g: (g / (1 + sqr(x)),),
    doc="The angle in (-pi/2, pi/2) whose tangent each element is.",
    latex=r"\arctan {0}",
    cost=14,
    means=(".arctan",),
)

sinh: Elementwise = unary(
    "sinh",
    types=to_float,
    numpy=np.sinh,
    kernel=k.function("sinh"),
    grad=lambda x, z, g: (g * cosh(x),),
    doc="The hyperbolic sine of each element.",
    latex=r"\sinh {0}",
    domain="any number; overflows beyond 710.47 in float64, 89.41 in float32",
    cost=14,
    means=(".sinh",),
)

cosh: Elementwise = unary(
    "cosh",
    types=to_float,
    numpy=np.cosh,
    kernel=k.function("cosh"),
    grad=lambda x, z, g: (g * sinh(x),),
    doc="The hyperbolic cosine of each element.",
    latex=r"\cosh {0}",
    domain="any number; overflows beyond 710.47 in float64, 89.41 in float32",
    cost=14,
    means=(".cosh",),
)

tanh = unary(
    "tanh",
    types=to_float,
    numpy=np.tanh,
    kernel=k.function("tanh"),
    grad=lambda x, z, g: (g * (1 - sqr(z)),),
    doc="The hyperbolic tangent of each element.",
    latex=r"\tanh {0}",
    cost=14,
    means=(".tanh",),
)

arcsinh = unary(
    "arcsinh",
    types=to_float,
    numpy=np.arcsinh,
    kernel=k.function("arcsinh"),
    grad=lambda x, z, g: (g / sqrt(1 + sqr(x)),),
    doc="The number whose hyperbolic sine each element is.",
    latex=r"\operatorname{{arsinh}} {0}",
    cost=16,
    means=(".arcsinh",),
)

arccosh = unary(
    "arccosh",
    types=to_float,
    numpy=np.arccosh,
    kernel=k.function("arccosh"),
    # Not sqrt(x^2 - 1), whose sign is another in half of the complex plane.
    grad=lambda x, z, g: (g / (sqrt(x - 1) * sqrt(x + 1)),),
    doc="The number, not negative, whose hyperbolic cosine each element is.",
    latex=r"\operatorname{{arcosh}} {0}",
    domain="from 1 on; nan below",
    cost=16,
    samples=(1.3, 4),
    means=(".arccosh",),
)

arctanh = unary(
    "arctanh",
    types=to_float,
    numpy=np.arctanh,
    kernel=k.function("arctanh"),
    grad=lambda x, z, g: (g / (1 - sqr(x)),),
    doc="The number whose hyperbolic tangent each element is.",
    latex=r"\operatorname{{artanh}} {0}",
    domain="(-1, 1); infinite at its ends, nan outside",
    cost=16,
    samples=(-0.8, 0.8),
    means=(".arctanh",),
)

arctan2 = binary(
    "arctan2",
    types=to_real_float,
    numpy=np.arctan2,
    kernel=k.function("arctan2"),
    grad=lambda y, x, z, g: (
        g * x / (sqr(x) + sqr(y)),
        -g * y / (sqr(x) + sqr(y)),
    ),
    doc="The angle in [-pi, pi] of the point whose height is the first and whose "
    "distance to the right is the second.",
    latex=r"\operatorname{{atan2}}({0}, {1})",
    cost=16,
    samples=((0.2, 3), (0.2, 3)),
)

deg2rad = unary(
    "deg2rad",
    types=to_real_float,
    numpy=np.deg2rad,
    kernel=lambda x: x * DEGREE,
    grad=lambda x, z, g: (g * like(DEGREE, z),),
    doc="Degrees as radians.",
    latex=r"\frac{{\pi}}{{180}} {0}",
    means=(".deg2rad",),
)

rad2deg = unary(
    "rad2deg",
    types=to_real_float,
    numpy=np.rad2deg,
    kernel=lambda x: x * (1 / DEGREE),
    grad=lambda x, z, g: (g / like(DEGREE, z),),
    doc="Radians as degrees.",
    latex=r"\frac{{180}}{{\pi}} {0}",
    means=(".rad2deg",),
)
