"""Rows of the table of scalar functions: arithmetic, comparison, choice."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.surface import define
from teachgraph.core.types import is_complex, is_continuous, upcast
from teachgraph.kernel import build as k
from teachgraph.kernel.ir import Const, Expr
from teachgraph.ops import whole
from teachgraph.ops.alloc import zeros_like
from teachgraph.ops.base import TensorLike, as_tensor
from teachgraph.ops.dtypes import (
    number,
    order_to_bool,
    ordered,
    real_number,
    real_part_dtype,
    signed,
    to_bool,
    to_float,
)
from teachgraph.ops.elementwise import Elementwise, binary, ternary, unary

add = binary(
    "add",
    types=upcast,
    numpy=np.add,
    kernel=lambda x, y: x + y,
    grad=lambda x, y, z, g: (g, g),
    doc="The sum of the elements; of booleans, whether either is true.",
    latex="{0} + {1}",
    symbol="+",
    precedence=4,
    commutative=True,
    nests=True,
    length=operator.add,
    means=("add",),
)

sub = binary(
    "sub",
    types=signed,
    numpy=np.subtract,
    kernel=lambda x, y: x - y,
    grad=lambda x, y, z, g: (g, -g),
    doc="The difference of the elements.",
    latex="{0} - {1}",
    symbol="-",
    precedence=4,
    length=operator.sub,
    means=("sub",),
)

mul = binary(
    "mul",
    types=upcast,
    numpy=np.multiply,
    kernel=lambda x, y: x * y,
    grad=lambda x, y, z, g: (g * y, g * x),
    doc="The product of the elements; of booleans, whether both are true.",
    latex=r"{0} \cdot {1}",
    symbol="*",
    precedence=5,
    commutative=True,
    nests=True,
    length=operator.mul,
    means=("mul",),
)

true_div = binary(
    "true_div",
    types=to_float,
    numpy=np.true_divide,
    kernel=lambda x, y: x / y,
    grad=lambda x, y, z, g: (g / y, -g * z / y),
    doc="The quotient of the elements, never rounded.",
    latex=r"\frac{{{0}}}{{{1}}}",
    domain="divisor not 0; x/0 is an infinity, 0/0 is nan",
    symbol="/",
    precedence=5,
    cost=4,
    samples=((-3, 3), (0.5, 3)),
    means=("true_div", "np.divide"),
)


def _divisor(y: Expr) -> Expr:
    """A divisor by which a processor can divide: 1 stands for 0 and -1, which trap."""
    if isinstance(y, Const) and y.value not in (0, -1):
        return y
    trap = (
        k.equal(y, 0) | k.equal(y, -1) if y.dtype.startswith("int") else k.equal(y, 0)
    )
    return k.select(trap, 1, y)


def _whole_quotient(x: Expr, y: Expr) -> Expr:
    if isinstance(y, Const) and y.value not in (0, -1):
        return k.floor_div(x, y)
    quotient = k.floor_div(x, _divisor(y))
    if x.dtype.startswith("int"):
        quotient = k.select(k.equal(y, -1), -x, quotient)
    return k.select(k.equal(y, 0), 0, quotient)


def _whole_remainder(x: Expr, y: Expr) -> Expr:
    if isinstance(y, Const) and y.value not in (0, -1):
        return k.modulo(x, y)
    remainder = k.modulo(x, _divisor(y))
    return k.select(k.equal(_divisor(y), y), remainder, 0)


def _wrong_sign(rest: Expr, y: Expr) -> Expr:
    return k.not_equal(rest, 0) & k.not_equal(rest < 0, y < 0)


def _zero_signed_as(x: Expr) -> Expr:
    return k.call("copysign", k.const(0, x.dtype), x)


def _real_remainder(x: Expr, y: Expr) -> Expr:
    rest = k.call("fmod", x, y)
    moved = k.select(_wrong_sign(rest, y), rest + y, rest)
    return k.select(k.equal(rest, 0), _zero_signed_as(y), moved)


def _real_quotient(x: Expr, y: Expr) -> Expr:
    # NumPy's: exact but for rounding once the remainder is away, so rounded to nearest.
    rest = k.call("fmod", x, y)
    exact = (x - rest) / y - k.select(_wrong_sign(rest, y), k.const(1, x.dtype), 0)
    floor = k.call("floor", exact)
    nearest = k.select((exact - floor) > 0.5, floor + 1, floor)
    whole = k.select(k.equal(exact, 0), _zero_signed_as(x / y), nearest)
    return k.select(k.equal(y, 0), x / y, whole)


def _quotient(x: Expr, y: Expr) -> Expr:
    return (
        _real_quotient(x, y) if x.dtype.startswith("float") else _whole_quotient(x, y)
    )


def _remainder(x: Expr, y: Expr) -> Expr:
    return (
        _real_remainder(x, y) if x.dtype.startswith("float") else _whole_remainder(x, y)
    )


def _length_quotient(x: Any, y: Any) -> Any:
    return None if y == 0 else x // y


int_div = binary(
    "int_div",
    types=real_number,
    numpy=np.floor_divide,
    kernel=_quotient,
    grad=lambda x, y, z, g: (zeros_like(x), zeros_like(y)),
    doc="The quotient of the elements, rounded down.",
    latex=r"\left\lfloor {0} / {1} \right\rfloor",
    domain="divisor not 0; integers give 0 there, floats an infinity or nan",
    symbol="//",
    precedence=5,
    cost=8,
    length=_length_quotient,
    samples=((-3, 3), (0.7, 3)),
    means=("int_div",),
)

mod = binary(
    "mod",
    types=real_number,
    numpy=np.remainder,
    kernel=_remainder,
    grad=lambda x, y, z, g: (g, -g * int_div(x, y)),
    doc="What division rounded down leaves; it has the divisor's sign.",
    latex=r"{0} \bmod {1}",
    domain="divisor not 0; integers give 0 there, floats nan",
    symbol="%",
    precedence=5,
    cost=8,
    samples=((0.1, 0.9), (1.1, 3)),
    means=("mod",),
)


@define("divmod", "np.divmod")
def divmod(x: TensorLike, y: TensorLike) -> tuple[Variable, Variable]:
    """Quotient rounded down, and what remains."""
    return int_div(x, y), mod(x, y)


neg = unary(
    "neg",
    types=signed,
    numpy=np.negative,
    kernel=k.function("neg"),
    grad=lambda x, z, g: (-g,),
    doc="Each element with the other sign.",
    latex="-{0}",
    symbol="-",
    precedence=6,
    length=operator.neg,
    means=("neg",),
)


def _magnitude(x: Expr) -> Expr:
    if x.dtype == "bool" or x.dtype.startswith("uint"):
        return x
    return k.call("abs", x, dtype=real_part_dtype(x.dtype))


def _direction(x: Variable, magnitude: Variable) -> Variable:
    if not is_complex(x.dtype):
        return sgn(x)
    return x / switch(eq(magnitude, 0), 1, magnitude)


abs_: Elementwise = unary(
    "abs_",
    types=real_part_dtype,
    numpy=np.absolute,
    kernel=_magnitude,
    grad=lambda x, z, g: (g * _direction(x, z),),
    doc="The magnitude of each element.",
    latex=r"\left| {0} \right|",
    domain="any number; the derivative at 0 is taken to be 0",
    samples=(0.2, 3),
    means=("abs_", ".abs"),
)


sgn: Elementwise = unary(
    "sgn",
    types=real_number,
    numpy=np.sign,
    kernel=k.function("sign"),
    grad=lambda x, z, g: (zeros_like(x),),
    doc="-1, 0 or 1: the sign of each element.",
    latex=r"\operatorname{{sgn}} {0}",
    samples=(0.2, 3),
)

sqr = unary(
    "sqr",
    types=number,
    numpy=np.square,
    kernel=lambda x: x * x,
    grad=lambda x, z, g: (2 * g * x,),
    doc="Each element times itself.",
    latex="{{{0}}}^2",
)

sqrt = unary(
    "sqrt",
    types=to_float,
    numpy=np.sqrt,
    kernel=k.function("sqrt"),
    grad=lambda x, z, g: (g / (2 * z),),
    doc="The square root of each element.",
    latex=r"\sqrt{{{0}}}",
    domain="not negative; nan below 0",
    cost=4,
    samples=(0.5, 4),
    means=(".sqrt",),
)

inv = unary(
    "inv",
    types=to_float,
    numpy=np.reciprocal,
    kernel=lambda x: 1 / x,
    grad=lambda x, z, g: (-g * sqr(z),),
    doc="One over each element.",
    latex=r"\frac{{1}}{{{0}}}",
    domain="not 0; an infinity at 0",
    cost=4,
    samples=(0.5, 3),
)

eq = binary(
    "eq",
    types=to_bool,
    numpy=np.equal,
    kernel=k.equal,
    grad=None,
    doc="True where both are equal; nan equals nothing.",
    latex="{0} = {1}",
    symbol="==",
    precedence=3,
    commutative=True,
)

neq = binary(
    "neq",
    types=to_bool,
    numpy=np.not_equal,
    kernel=k.not_equal,
    grad=None,
    doc="True where the two differ.",
    latex=r"{0} \neq {1}",
    symbol="!=",
    precedence=3,
    commutative=True,
)

lt = binary(
    "lt",
    types=order_to_bool,
    numpy=np.less,
    kernel=lambda x, y: x < y,
    grad=None,
    doc="True where the first is less than the second.",
    latex="{0} < {1}",
    symbol="<",
    precedence=3,
    means=("lt",),
)

le = binary(
    "le",
    types=order_to_bool,
    numpy=np.less_equal,
    kernel=lambda x, y: x <= y,
    grad=None,
    doc="True where the first is less than the second or equal to it.",
    latex=r"{0} \leq {1}",
    symbol="<=",
    precedence=3,
    means=("le",),
)

gt = binary(
    "gt",
    types=order_to_bool,
    numpy=np.greater,
    kernel=lambda x, y: x > y,
    grad=None,
    doc="True where the first is greater than the second.",
    latex="{0} > {1}",
    symbol=">",
    precedence=3,
    means=("gt",),
)

ge = binary(
    "ge",
    types=order_to_bool,
    numpy=np.greater_equal,
    kernel=lambda x, y: x >= y,
    grad=None,
    doc="True where the first is greater than the second or equal to it.",
    latex=r"{0} \geq {1}",
    symbol=">=",
    precedence=3,
    means=("ge",),
)


def _same_test(name: str) -> Callable[[Expr], Expr]:
    """nan and infinity are for floats; nothing else has them."""

    def build(x: Expr) -> Expr:
        if is_complex(x.dtype):
            dtype = real_part_dtype(x.dtype)
            a, b = (k.call(part, x, dtype=dtype) for part in ("real", "imag"))
            return k.call(name, a, dtype="bool") | k.call(name, b, dtype="bool")
        if is_continuous(x.dtype):
            return k.call(name, x, dtype="bool")
        return k.const(False, "bool")

    return build


isnan = unary(
    "isnan",
    types=to_bool,
    numpy=np.isnan,
    kernel=_same_test("isnan"),
    grad=None,
    doc="True where the element is not a number.",
    latex=r"\operatorname{{isnan}}({0})",
)

isinf = unary(
    "isinf",
    types=to_bool,
    numpy=np.isinf,
    kernel=_same_test("isinf"),
    grad=None,
    doc="True where the element is an infinity.",
    latex=r"\operatorname{{isinf}}({0})",
)

maximum = binary(
    "maximum",
    types=ordered,
    numpy=np.maximum,
    kernel=k.function("maximum"),
    grad=lambda x, y, z, g: (switch(eq(z, x), g, 0), switch(eq(z, x), 0, g)),
    doc="The larger of the two; nan if either is. Where they are equal, the gradient "
    "goes to the first.",
    latex=r"\max({0}, {1})",
    commutative=True,
    length=whole.maximum,
    samples=((-3, 0), (0.5, 3)),
)

minimum = binary(
    "minimum",
    types=ordered,
    numpy=np.minimum,
    kernel=k.function("minimum"),
    grad=lambda x, y, z, g: (switch(eq(z, x), g, 0), switch(eq(z, x), 0, g)),
    doc="The smaller of the two; nan if either is. Where they are equal, the gradient "
    "goes to the first.",
    latex=r"\min({0}, {1})",
    commutative=True,
    length=whole.minimum,
    samples=((-3, 0), (0.5, 3)),
)

switch: Elementwise = ternary(
    "switch",
    types=lambda test, a, b: upcast(a, b),
    numpy=np.where,
    kernel=k.select,
    grad=lambda test, a, b, z, g: (None, switch(test, g, 0), switch(test, 0, g)),
    doc="The second where the first is true (not zero), else the third.",
    latex=r"\begin{{cases}} {1} & {0} \\ {2} & \text{{else}} \end{{cases}}",
    operands=lambda test, a, b: ("bool", upcast(a, b), upcast(a, b)),
    means=("np.where",),
)

where = switch

_clip = ternary(
    "clip",
    types=ordered,
    numpy=lambda x, low, high: np.minimum(np.maximum(x, low), high),
    kernel=lambda x, low, high: k.call("minimum", k.call("maximum", x, low), high),
    grad=lambda x, low, high, z, g: (
        switch(ge(x, low) & le(x, high), g, 0),
        switch(lt(x, low) & le(low, high), g, 0),
        switch(gt(x, high) | gt(low, high), g, 0),
    ),
    doc="Each element, but at least the second and at most the third; the third wins.",
    latex=r"\operatorname{{clip}}({0}, {1}, {2})",
    samples=((-1, 1), (-3, -2), (2, 3)),
)


@define(".clip", "np.clip")
def clip(x: TensorLike, min: TensorLike | None, max: TensorLike | None) -> Variable:
    """`x`, but at least `min` and at most `max`; None is no limit.

    Where the limits are the wrong way round, `max` wins, as in NumPy.

    >>> T.clip([-2.0, 0.5, 7.0], 0, 1).eval()
    array([0. , 0.5, 1. ])
    """
    if min is None or max is None:
        v = as_tensor(x) if min is None else maximum(x, min)
        return v if max is None else minimum(v, max)
    return _clip(x, min, max)


def isclose(
    a: TensorLike,
    b: TensorLike,
    rtol: float = 1e-5,
    atol: float = 1e-8,
    equal_nan: bool = False,
) -> Variable:
    """True where |a - b| <= atol + rtol |b|, or both are the same infinity.

    A bool for each element.

    >>> T.isclose([1.0, 2.0], [1.0, 2.1]).eval()
    array([ True, False])
    """
    x, y = as_tensor(a), as_tensor(b)
    near = le(abs_(x - y), atol + rtol * abs_(y))
    close = near & ~isinf(x) & ~isinf(y) | eq(x, y)
    return close | isnan(x) & isnan(y) if equal_nan else close
