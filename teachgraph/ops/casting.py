"""Rows of the table of scalar functions: conversion to each dtype, barriers."""

from __future__ import annotations

from typing import Any

import numpy as np

from teachgraph.core.config import config
from teachgraph.core.graph import Variable
from teachgraph.core.report import Fault, Hint
from teachgraph.core.surface import define
from teachgraph.core.types import is_complex, is_integer
from teachgraph.kernel import build as k
from teachgraph.kernel.ir import Expr
from teachgraph.ops.alloc import zeros_like
from teachgraph.ops.base import Array, TensorLike, as_tensor
from teachgraph.ops.dtypes import DTYPES, same
from teachgraph.ops.elementwise import Elementwise, unary


def _itself(n: Any) -> Any:
    return n


def _cast_row(dtype: str) -> Elementwise:
    def types(x: str) -> str:
        if is_complex(x) and not is_complex(dtype):
            raise Fault(
                "wrong-dtype",
                f"a cast from {x} to {dtype} would lose the imaginary part",
                hints=(
                    Hint("say which part is meant: T.real(x), T.imag(x) or T.abs_(x)"),
                ),
            )
        return dtype

    def numpy(x: Array) -> Array:
        return x.astype(dtype)

    def kernel(x: Expr) -> Expr:
        return k.cast(x, dtype)

    return unary(
        f"cast_{dtype}",
        types=types,
        numpy=numpy,
        kernel=kernel,
        grad=lambda x, z, g: (g,),
        doc=f"Each element as {dtype}; whole numbers lose the fraction.",
        latex=rf"\operatorname{{{{{dtype}}}}}({{0}})",
        operands=lambda x: (x,),
        length=_itself if is_integer(dtype) else None,
    )


CASTS: dict[str, Elementwise] = {dtype: _cast_row(dtype) for dtype in DTYPES}
"""The conversion to each dtype."""


@define(".astype")
def cast(x: TensorLike, dtype: Any) -> Variable:
    """`x` in another dtype, "floatX" for `config.floatX`; `x` itself if it has it.

    Raises:
        wrong-dtype: there is no such dtype, or an imaginary part would be lost.

    >>> T.cast([1.9, -1.9], "int64").eval()
    array([ 1, -1])
    """
    v = as_tensor(x)
    name = config.floatX if dtype == "floatX" else _dtype_name(dtype)
    return v if v.dtype == name else CASTS[name](v)


def _dtype_name(dtype: Any) -> str:
    try:
        name = np.dtype(dtype).name
    except TypeError:
        name = str(dtype)
    if name not in CASTS:
        raise Fault(
            "wrong-dtype",
            f"there is no dtype {name}",
            hints=(Hint(f"one of {', '.join(DTYPES)}, or floatX"),),
        )
    return name


tensor_copy = unary(
    "copy",
    types=same,
    numpy=lambda x: x,
    kernel=lambda x: x,
    grad=lambda x, z, g: (g,),
    doc="The elements as they are, under a name of their own.",
    latex="{0}",
    means=("np.copy",),
)


@define(".copy")
def copied(x: Variable, name: str | None = None) -> Variable:
    """The elements as they are, as a variable with a name of its own."""
    v = tensor_copy(x)
    v.name = name
    return v


disconnected_grad = unary(
    "disconnected_grad",
    types=same,
    numpy=lambda x: x,
    kernel=lambda x: x,
    grad=lambda x, z, g: (None,),
    doc="The elements as they are; for gradients nothing is connected here.",
    latex="{0}",
)

zero_grad = unary(
    "zero_grad",
    types=same,
    numpy=lambda x: x,
    kernel=lambda x: x,
    grad=lambda x, z, g: (zeros_like(x),),
    doc="The elements as they are; the gradient that goes through is zero.",
    latex="{0}",
)

consider_constant = zero_grad
