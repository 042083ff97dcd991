"""Rows of the table of scalar functions: rounding, and the bits of whole numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.report import Fault, Hint
from teachgraph.core.surface import define
from teachgraph.core.types import is_float
from teachgraph.kernel import build as k
from teachgraph.kernel.functions import FUNCTIONS
from teachgraph.kernel.ir import Expr
from teachgraph.ops.alloc import zeros_like
from teachgraph.ops.base import TensorLike
from teachgraph.ops.casting import cast
from teachgraph.ops.dtypes import real_number, whole
from teachgraph.ops.elementwise import binary, unary
from teachgraph.ops.scalars import eq, neq


def _unless_whole(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The meaning for floats; whole numbers are round already."""
    return lambda x: function(x) if x.dtype.kind == "f" else x


def _in_loops(name: str) -> Callable[[Expr], Expr]:
    return lambda x: k.call(name, x) if is_float(x.dtype) else x


ceil = unary(
    "ceil",
    types=real_number,
    numpy=_unless_whole(np.ceil),
    kernel=_in_loops("ceil"),
    grad=lambda x, z, g: (zeros_like(x),),
    doc="The smallest whole number not below each element; the dtype stays.",
    latex=r"\left\lceil {0} \right\rceil",
    samples=(0.1, 0.9),
    means=(".ceil", "np.ceil"),
)

floor = unary(
    "floor",
    types=real_number,
    numpy=_unless_whole(np.floor),
    kernel=_in_loops("floor"),
    grad=lambda x, z, g: (zeros_like(x),),
    doc="The largest whole number not above each element; the dtype stays.",
    latex=r"\left\lfloor {0} \right\rfloor",
    samples=(0.1, 0.9),
    means=(".floor", "np.floor"),
)

trunc = unary(
    "trunc",
    types=real_number,
    numpy=_unless_whole(np.trunc),
    kernel=_in_loops("trunc"),
    grad=lambda x, z, g: (zeros_like(x),),
    doc="The whole part of each element, towards zero; the dtype stays.",
    latex=r"\operatorname{{trunc}} {0}",
    samples=(0.1, 0.9),
    means=(".trunc", "np.trunc"),
)

round_half_to_even = unary(
    "round_half_to_even",
    types=real_number,
    numpy=_unless_whole(np.rint),
    kernel=_in_loops("rint"),
    grad=lambda x, z, g: (zeros_like(x),),
    doc="The nearest whole number, the even one half way between two.",
    latex=r"\operatorname{{round}} {0}",
    samples=(0.6, 1.4),
    means=("np.rint",),
)

round_half_away_from_zero = unary(
    "round_half_away_from_zero",
    types=real_number,
    numpy=_unless_whole(FUNCTIONS["round"].numpy),
    kernel=_in_loops("round"),
    grad=lambda x, z, g: (zeros_like(x),),
    doc="The nearest whole number, the one further from zero half way between two.",
    latex=r"\operatorname{{round}} {0}",
    samples=(0.6, 1.4),
)

Mode = Literal["half_to_even", "half_away_from_zero"]


@define(".round", "np.round")
def round(x: TensorLike, mode: Mode | int = "half_to_even") -> Variable:
    """The nearest whole number, in the dtype of `x`.

    Args:
        mode: what becomes of a half: "half_to_even" or "half_away_from_zero".

    Raises:
        wrong-value: there is no such mode.

    >>> T.round([0.5, 1.5, 2.4]).eval()
    array([0., 2., 2.])
    """
    if mode in ("half_to_even", 0):
        return round_half_to_even(x)
    if mode == "half_away_from_zero":
        return round_half_away_from_zero(x)
    raise Fault(
        "wrong-value",
        f"numbers cannot be rounded by {mode!r}",
        hints=(Hint("half_to_even or half_away_from_zero"),),
    )


def iround(x: TensorLike, mode: Mode = "half_to_even") -> Variable:
    """The nearest whole number, as int64; see `round`.

    >>> T.iround([0.4, 1.6]).eval()
    array([0, 2])
    """
    return cast(round(x, mode), "int64")


and_ = binary(
    "and_",
    types=whole,
    example_dtype="int64",
    numpy=np.bitwise_and,
    kernel=lambda x, y: x & y,
    grad=None,
    doc="True where both are; of whole numbers, the bits that both have.",
    latex=r"{0} \wedge {1}",
    symbol="&",
    precedence=2,
    commutative=True,
    means=("and_",),
)

or_ = binary(
    "or_",
    types=whole,
    example_dtype="int64",
    numpy=np.bitwise_or,
    kernel=lambda x, y: x | y,
    grad=None,
    doc="True where either is; of whole numbers, the bits that either has.",
    latex=r"{0} \vee {1}",
    symbol="|",
    precedence=1,
    commutative=True,
    means=("or_",),
)

xor = binary(
    "xor",
    types=whole,
    example_dtype="int64",
    numpy=np.bitwise_xor,
    kernel=lambda x, y: x ^ y,
    grad=None,
    doc="True where just one is; of whole numbers, the bits that just one has.",
    latex=r"{0} \oplus {1}",
    symbol="^",
    precedence=1,
    commutative=True,
    means=("xor",),
)

invert = unary(
    "invert",
    types=whole,
    example_dtype="int64",
    numpy=np.invert,
    kernel=lambda x: k.call("not" if x.dtype == "bool" else "invert", x),
    grad=None,
    doc="True where the element is not; of whole numbers, every bit turned over.",
    latex=r"\neg {0}",
    symbol="~",
    precedence=6,
    means=("invert",),
)


def _truth(x: TensorLike) -> Variable:
    return neq(x, 0)


@define("np.logical_and")
def logical_and(x: TensorLike, y: TensorLike) -> Variable:
    """True where neither is zero.

    A bool for each element.

    >>> T.logical_and([0, 2], [1, 1]).eval()
    array([False,  True])
    """
    return and_(_truth(x), _truth(y))


@define("np.logical_or")
def logical_or(x: TensorLike, y: TensorLike) -> Variable:
    """True where either is not zero."""
    return or_(_truth(x), _truth(y))


@define("np.logical_xor")
def logical_xor(x: TensorLike, y: TensorLike) -> Variable:
    """True where just one is not zero."""
    return xor(_truth(x), _truth(y))


@define("np.logical_not")
def logical_not(x: TensorLike) -> Variable:
    """True where the element is zero."""
    return eq(x, 0)
