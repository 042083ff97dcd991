"""What a free variable of a rule may stand for, to be written as its annotation.

def constants_multiplied(x: Variable, c: Number, d: Number): ...
"""

from __future__ import annotations

from typing import Annotated

from teachgraph.core.graph import Variable
from teachgraph.core.op import constant
from teachgraph.core.types import is_complex
from teachgraph.ops.scalars import abs_
from teachgraph.ops.variables import tensor
from teachgraph.rewrite.facts import (
    is_constant,
    is_float,
    is_nonnegative,
    is_positive,
    is_scalar_constant,
)
from teachgraph.rewrite.pattern import Kind


def _matrix(name: str) -> Variable:
    return tensor("float64", (3, 3), name)


def _whole(name: str) -> Variable:
    return tensor("int64", (3, 3), name)


def _is_real(v: Variable) -> bool:
    return not is_complex(v.dtype)


def _is_real_float(v: Variable) -> bool:
    return is_float(v) and _is_real(v)


def _is_signed(v: Variable) -> bool:
    return v.dtype != "bool" and not v.dtype.startswith("uint")


def _is_exact(v: Variable) -> bool:
    return not is_float(v)


def _is_small(v: Variable) -> bool:
    return is_constant(v) and v.data is not None and v.data.size <= 4096


def _is_unknown(v: Variable) -> bool:
    return not is_scalar_constant(v)


Constant = Annotated[Variable, Kind(_is_small, lambda name: constant([2.0, 3.0, 4.0]))]
"""A constant that is not large."""

Number = Annotated[Variable, Kind(is_scalar_constant, lambda name: constant(2.0))]
"""One known number, however it is stretched."""

Unknown = Annotated[Variable, Kind(_is_unknown, _matrix)]
"""Not one known number."""

Real = Annotated[Variable, Kind(_is_real, _matrix, "holds complex numbers")]
"""Not of a complex dtype."""

Signed = Annotated[Variable, Kind(_is_signed, _matrix, "holds no negative numbers")]
"""Of a dtype that has negative numbers."""

Float = Annotated[Variable, Kind(_is_real_float, _matrix, "does not hold real floats")]
"""Of a real floating dtype."""

Whole = Annotated[
    Variable, Kind(_is_exact, _whole, "may be nan, and nan equals nothing")
]
"""Whole numbers or booleans."""

Positive = Annotated[
    Variable,
    Kind(
        is_positive,
        lambda name: abs_(_matrix(name)) + 1,
        "is not known to be more than 0",
    ),
]
"""Known to be more than 0."""

Nonnegative = Annotated[
    Variable,
    Kind(
        is_nonnegative,
        lambda name: abs_(_matrix(name)),
        "is not known to be 0 or more",
    ),
]
"""Known to be 0 or more."""
