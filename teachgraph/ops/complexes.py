"""Rows of the table of scalar functions: complex numbers and their parts.

The gradient of a real number with respect to z = a + ib is its derivative by a plus i
times its derivative by b.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import constant
from teachgraph.core.surface import MEANINGS
from teachgraph.core.types import is_complex
from teachgraph.kernel import build as k
from teachgraph.kernel.ir import Expr
from teachgraph.ops.alloc import zeros_like
from teachgraph.ops.base import Array, TensorLike, as_tensor
from teachgraph.ops.dtypes import (
    complex_dtype,
    ordered,
    real_part_dtype,
    to_float,
    to_real_float,
)
from teachgraph.ops.elementwise import Elementwise, binary, unary
from teachgraph.ops.scalars import mul
from teachgraph.ops.trigonometry import cos, sin


def _times_i(g: Variable) -> Variable:
    return mul(g, constant(1j, dtype="complex64"))


def _real(x: Expr) -> Expr:
    return (
        k.call("real", x, dtype=real_part_dtype(x.dtype)) if is_complex(x.dtype) else x
    )


def _imag(x: Expr) -> Expr:
    if is_complex(x.dtype):
        return k.call("imag", x, dtype=real_part_dtype(x.dtype))
    return k.const(0, x.dtype)


real: Elementwise = unary(
    "real",
    types=real_part_dtype,
    numpy=np.real,
    kernel=_real,
    grad=lambda x, z, g: (g,),
    doc="The real part of each element.",
    latex=r"\operatorname{{Re}} {0}",
    operands=lambda x: (x,),
    analytic=False,
    means=("np.real",),
)

imag = unary(
    "imag",
    types=real_part_dtype,
    numpy=np.imag,
    kernel=_imag,
    grad=lambda x, z, g: (_times_i(g) if is_complex(x.dtype) else zeros_like(x),),
    doc="The imaginary part of each element.",
    latex=r"\operatorname{{Im}} {0}",
    operands=lambda x: (x,),
    analytic=False,
    means=("np.imag",),
)

conj: Elementwise = unary(
    "conj",
    types=lambda x: x,
    numpy=np.conjugate,
    kernel=lambda x: k.call("conj", x) if is_complex(x.dtype) else x,
    grad=lambda x, z, g: (conj(g),),
    doc="Each element with the imaginary part of the other sign.",
    latex=r"\overline{{{0}}}",
    means=(".conj", ".conjugate"),
    analytic=False,
)


def _angle(x: Expr) -> Expr:
    if is_complex(x.dtype):
        return k.call("angle", x, dtype=real_part_dtype(x.dtype))
    return k.call("arctan2", k.const(0, x.dtype), x)


angle = unary(
    "angle",
    types=lambda x: to_float(real_part_dtype(x)),
    numpy=np.angle,
    kernel=_angle,
    grad=lambda x, z, g: (
        _times_i(g) * x / (x * conj(x)) if is_complex(x.dtype) else zeros_like(x),
    ),
    doc="The angle in radians between each element and the positive real axis.",
    latex=r"\arg {0}",
    operands=lambda x: (x if is_complex(x) else to_float(x),),
    cost=12,
    analytic=False,
    means=("np.angle",),
)


def _complex(a: Array, b: Array) -> Array:
    shape = np.broadcast_shapes(a.shape, b.shape)
    # Not a + 1j * b, which makes nan of an infinite part.
    z = np.empty(shape, complex_dtype(str(a.dtype)))
    z.real, z.imag = a, b
    return z


complex = binary(
    "complex",
    types=lambda a, b: complex_dtype(ordered(a, b)),
    numpy=_complex,
    kernel=lambda a, b: k.call("complex", a, b, dtype=complex_dtype(a.dtype)),
    grad=lambda a, b, z, g: (real(g), imag(g)),
    doc="The complex number with these real and imaginary parts.",
    latex=r"{0} + i {1}",
    operands=lambda a, b: (to_real_float(a, b), to_real_float(a, b)),
    analytic=False,
)


def complex_from_polar(magnitude: TensorLike, angle: TensorLike) -> Variable:
    """The complex number of a magnitude at an angle in radians."""
    r = as_tensor(magnitude)
    return complex(r * cos(angle), r * sin(angle))


MEANINGS[".real"] = cast(Any, property(MEANINGS["np.real"]))
MEANINGS[".imag"] = cast(Any, property(MEANINGS["np.imag"]))
