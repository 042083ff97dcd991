"""Which dtype comes out: the few rules by which ops choose, and Python numbers' own.

Arrays promote as in NumPy 2. Theano's rules where they differ are told, with tables, in
`docs/design/dtypes.md`.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np

from teachgraph.core.config import config
from teachgraph.core.entrance import error_of, placed
from teachgraph.core.op import NUMBER_RULE
from teachgraph.core.report import Fault, Hint, TeachgraphError
from teachgraph.core.types import TensorType, is_complex, is_continuous, upcast
from teachgraph.ops.base import Array

SIGNED = ("int8", "int16", "int32", "int64")
UNSIGNED = ("uint8", "uint16", "uint32", "uint64")
FLOATS = ("float16", "float32", "float64")
WIDTHS = tuple(zip(SIGNED, (8, 16, 32, 64), strict=True))
COMPLEX = ("complex64", "complex128")
DTYPES = ("bool", *SIGNED, *UNSIGNED, *FLOATS, *COMPLEX)
"""Every dtype that a tensor may have."""

_FLOAT_FOR = {
    "bool": "float32",
    "int8": "float32",
    "uint8": "float32",
    "int16": "float32",
    "uint16": "float32",
}


def to_float(*dtypes: str) -> str:
    """The continuous dtype that a smooth function of these gives."""
    return upcast(
        *(d if is_continuous(d) else _FLOAT_FOR.get(d, "float64") for d in dtypes)
    )


def to_real_float(*dtypes: str) -> str:
    """As `to_float`, for functions that are not defined for complex numbers."""
    _refuse(dtypes, is_complex, "complex numbers", "take the real part with T.real(x)")
    return to_float(*dtypes)


def to_bool(*dtypes: str) -> str:
    """A comparison gives bool."""
    del dtypes
    return "bool"


def order_to_bool(*dtypes: str) -> str:
    """A comparison by size gives bool; complex numbers have no order."""
    _refuse(dtypes, is_complex, "complex numbers", "compare T.abs_(x), or T.real(x)")
    return "bool"


def ordered(*dtypes: str) -> str:
    """The common dtype of numbers that have an order."""
    _refuse(dtypes, is_complex, "complex numbers", "compare T.abs_(x), or T.real(x)")
    return upcast(*dtypes)


def signed(*dtypes: str) -> str:
    """The common dtype of numbers that have an opposite, so not of booleans."""
    common = upcast(*dtypes)
    if common == "bool":
        raise Fault(
            "wrong-dtype",
            "booleans cannot be subtracted or negated",
            hints=(
                Hint("turn true into false with ~x, or find differences with x ^ y"),
            ),
        )
    return common


def number(*dtypes: str) -> str:
    """The common dtype; booleans count as int8."""
    common = upcast(*dtypes)
    return "int8" if common == "bool" else common


def real_number(*dtypes: str) -> str:
    """As `number`, for functions that are not defined for complex numbers."""
    _refuse(dtypes, is_complex, "complex numbers", "take the real part with T.real(x)")
    return number(*dtypes)


def whole(*dtypes: str) -> str:
    """The common dtype of integers and booleans.

    No dtype holds the bits of uint64 and of a number with a sign.
    """
    cast_first = "cast first: T.cast(x, 'int64')"
    _refuse(dtypes, is_continuous, "floating-point numbers", cast_first)
    common = upcast(*dtypes)
    if is_continuous(common):
        signs = " and ".join(dict.fromkeys(dtypes))
        raise Fault(
            "wrong-dtype",
            f"no whole number has the bits of both {signs}",
            hints=(Hint(cast_first),),
        )
    return common


def same(*dtypes: str) -> str:
    """The dtype that goes in comes out."""
    return upcast(*dtypes)


def _refuse(dtypes: tuple[str, ...], test: Any, kind: str, help_: str) -> None:
    refused = next((d for d in dtypes if test(d)), None)
    if refused is not None:
        raise Fault(
            "wrong-dtype",
            f"not defined for {kind}, here {refused}",
            hints=(Hint(help_),),
        )


def real_part_dtype(dtype: str) -> str:
    """The dtype of the real part of a number."""
    return {"complex64": "float32", "complex128": "float64"}.get(dtype, dtype)


def complex_dtype(dtype: str) -> str:
    """The complex dtype whose parts hold numbers of a dtype."""
    if is_complex(dtype):
        return dtype
    return "complex64" if to_float(dtype) in ("float16", "float32") else "complex128"


def smallest_array(value: Any) -> Array:
    """The autocast rule: the array that a Python number becomes.

    Whole numbers take the smallest of int8 to int64. Fractions take float32 if `floatX`
    is float32 or nothing is lost by it, else float64.

    >>> smallest_array(100).dtype, smallest_array(0.5).dtype, smallest_array(0.1).dtype
    (dtype('int8'), dtype('float32'), dtype('float64'))
    """
    if isinstance(value, int):
        # Not by casting: NumPy 2 raises where older ones wrapped around.
        bits = max(value, -1 - value).bit_length() + 1
        if bits > (65 if value >= 0 else 64):  # uint64 has no sign
            raise _too_large(value)
        return np.array(value, dtype=next((d for d, n in WIDTHS if bits <= n), None))
    exact = np.array(value, dtype="float64")
    with np.errstate(over="ignore", under="ignore"):
        short = exact.astype("float32")
    if config.floatX == "float32" or short == exact or np.isnan(exact):
        return short
    return exact


def _too_large(value: int) -> TeachgraphError:
    title = f"{value} is too large for a whole number of 64 bits"
    hint = Hint("make it a float, which rounds", "float(value)")
    return error_of(placed(Fault("wrong-value", title, hints=(hint,))))


NUMBER_RULE.append(smallest_array)


def number_data(value: float) -> tuple[TensorType, Array]:
    """The type and the array of a Python number, the same array for the same number."""
    if value == 0 and math.copysign(1, value) < 0:
        return _typed_number.__wrapped__(value, config.floatX)
    return _typed_number(value, config.floatX)


@lru_cache(maxsize=4096, typed=True)
def _typed_number(value: float, float_x: str) -> tuple[TensorType, Array]:
    data = smallest_array(value)
    data.setflags(write=False)
    return TensorType(data.dtype.name, ()), data
