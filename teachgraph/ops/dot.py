"""Products of matrices and vectors, and what is made of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.report import Fault
from teachgraph.core.surface import define
from teachgraph.core.types import TensorType, length_product, same_length, upcast
from teachgraph.kernel import build as k
from teachgraph.kernel.ir import Expr
from teachgraph.ops.alloc import lengths_of
from teachgraph.ops.base import (
    FIT,
    Array,
    Example,
    Gradients,
    Index,
    Source,
    Target,
    TensorLike,
    as_tensor,
    ramp,
)
from teachgraph.ops.reduce import accumulator
from teachgraph.ops.reshape import reshape
from teachgraph.ops.scalars import mul
from teachgraph.ops.shape import (
    as_list,
    dimshuffle,
    normal_axis,
    shape_padleft,
    shape_padright,
    transpose,
)


def _sum_of_products(dtype: str, length: Expr, product: Callable[[Expr], Expr]) -> Expr:
    """The sum of products, in a wide enough dtype; of booleans, whether any is true."""
    if dtype == "bool":
        return k.fold("any", [length], product)
    return k.cast(k.fold("sum", [length], product, dtype=accumulator(dtype)), dtype)


class Dot(Op):
    """The product of two matrices, of a matrix and a vector, or of two vectors."""

    latex = r"{0} \cdot {1}"

    def infer(self, x: TensorType, y: TensorType) -> TensorType:
        for t in (x, y):
            if t.ndim not in (1, 2):
                raise Fault(
                    "wrong-rank", f"a matrix or a vector is multiplied, not {t}"
                )
        same_length(x.shape[-1], y.shape[0])
        return TensorType(upcast(x.dtype, y.dtype), (*x.shape[:-1], *y.shape[1:]))

    def numpy(self, x: Array, y: Array) -> Array:
        dtype = upcast(str(x.dtype), str(y.dtype))
        with np.errstate(all="ignore"):
            return np.asarray(np.dot(x, y), dtype=dtype)

    def grad(
        self, inputs: tuple[Variable, ...], output: Variable, g: Variable
    ) -> Gradients:
        x, y = inputs
        match x.ndim, y.ndim:
            case 1, 1:
                terms = g * y, g * x
            case 2, 1:
                terms = outer(g, y), dot(transpose(x), g)
            case 1, _:
                terms = dot(y, g), outer(x, g)
            case _:
                terms = dot(g, transpose(y)), dot(transpose(x), g)
        return FIT[0](terms[0], x), FIT[0](terms[1], y)

    def lower(self, out: Target, index: Index, x: Source, y: Source) -> Expr:
        row, column = index[: x.ndim - 1], index[x.ndim - 1 :]

        def product(i: Expr) -> Expr:
            a, b = x[(*row, i)], y[(i, *column)]
            return k.cast(a, out.dtype) * k.cast(b, out.dtype)

        return _sum_of_products(out.dtype, x.shape[-1], product)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [
            (cls(), (ramp(2, 3), ramp(3, 4))),
            (cls(), (ramp(2, 3, dtype="float32"), ramp(3, dtype="float32"))),
            (cls(), (ramp(3), ramp(3, 2, dtype="float32"))),
            (cls(), (ramp(3, dtype="int32"), ramp(3, dtype="int8"))),
            (cls(), (ramp(2, 0), ramp(0, 3))),
            (cls(), (ramp(2, 3, dtype="bool"), ramp(3, dtype="bool"))),
        ]


class BatchedDot(Op):
    """For each position along the first axis, the product of two matrices."""

    latex = r"{0} \cdot {1}"

    def infer(self, x: TensorType, y: TensorType) -> TensorType:
        for t in (x, y):
            if t.ndim != 3:
                raise Fault("wrong-rank", f"a batch of matrices has 3 axes, not {t}")
        batch = same_length(x.shape[0], y.shape[0], 0)
        same_length(x.shape[2], y.shape[1])
        return TensorType(upcast(x.dtype, y.dtype), (batch, x.shape[1], y.shape[2]))

    def numpy(self, x: Array, y: Array) -> Array:
        dtype = upcast(str(x.dtype), str(y.dtype))
        with np.errstate(all="ignore"):
            return np.asarray(np.matmul(x, y), dtype=dtype)

    def grad(
        self, inputs: tuple[Variable, ...], output: Variable, g: Variable
    ) -> Gradients:
        x, y = inputs
        return (
            FIT[0](BatchedDot()(g, dimshuffle(y, 0, 2, 1)), x),
            FIT[0](BatchedDot()(dimshuffle(x, 0, 2, 1), g), y),
        )

    def lower(self, out: Target, index: Index, x: Source, y: Source) -> Expr:
        batch, row, column = index

        def product(i: Expr) -> Expr:
            a, b = x[(batch, row, i)], y[(batch, i, column)]
            return k.cast(a, out.dtype) * k.cast(b, out.dtype)

        return _sum_of_products(out.dtype, x.shape[2], product)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [
            (cls(), (ramp(2, 3, 4), ramp(2, 4, 2))),
            (cls(), (ramp(2, 1, 3, dtype="float32"), ramp(2, 3, 2, dtype="float32"))),
        ]


@define(".dot", "np.dot")
def dot(x: TensorLike, y: TensorLike) -> Variable:
    """The sum over the last axis of `x` and the first, or last but one, axis of `y`.

    Args:
        x, y: vectors or matrices; numbers multiply; more axes go through `tensordot`.

    Raises:
        shape-mismatch: the two axes differ in length.
    """
    a, b = as_tensor(x), as_tensor(y)
    if not a.ndim or not b.ndim:
        return mul(a, b)
    if a.ndim > 2 or b.ndim > 2:
        return tensordot(a, b, ([a.ndim - 1], [max(b.ndim - 2, 0)]))
    return Dot()(a, b)


@define("matmul", "np.matmul")
def matmul(x: TensorLike, y: TensorLike) -> Variable:
    """`x @ y`: as `dot` for vectors and matrices; more axes in front are batches.

    Raises:
        wrong-rank: a number, or more than one batch axis.
    """
    a, b = as_tensor(x), as_tensor(y)
    if 0 < a.ndim <= 2 and 0 < b.ndim <= 2:
        return Dot()(a, b)
    if a.ndim == 3 and b.ndim in (1, 2):
        return tensordot(a, b, 1)
    if a.ndim == b.ndim == 3:
        return BatchedDot()(a, b)
    raise Fault("wrong-rank", f"{a.type} @ {b.type} is not defined; see T.tensordot")


@define("np.outer")
def outer(x: TensorLike, y: TensorLike) -> Variable:
    """The matrix of all products of an element of `x` and one of `y`."""
    a, b = as_tensor(x), as_tensor(y)
    left = a if a.ndim == 1 else reshape(a, [-1])
    right = b if b.ndim == 1 else reshape(b, [-1])
    return mul(shape_padright(left), shape_padleft(right))


@define("np.inner")
def inner(x: TensorLike, y: TensorLike) -> Variable:
    """The sum of products over the last axes."""
    a, b = as_tensor(x), as_tensor(y)
    return (
        tensordot(a, b, ([a.ndim - 1], [b.ndim - 1]))
        if a.ndim and b.ndim
        else mul(a, b)
    )


@define("np.tensordot")
def tensordot(x: TensorLike, y: TensorLike, axes: Any = 2) -> Variable:
    """The sum of products over pairs of axes; the other axes stay, those of `x` first.

    Args:
        axes: how many, the last of `x` and the first of `y`; or two lists of axes.
    """
    a, b = as_tensor(x), as_tensor(y)
    left, right = _paired_axes(a, b, axes)
    rows = [i for i in range(a.ndim) if i not in left]
    columns = [i for i in range(b.ndim) if i not in right]
    lengths_a, lengths_b = lengths_of(a), lengths_of(b)
    flat_a = _flattened(dimshuffle(a, rows + left), len(rows))
    flat_b = _flattened(dimshuffle(b, right + columns), len(right))
    product = cast(Variable, Dot()(flat_a, flat_b))
    if len(rows) == len(columns) == 1:
        return product
    shape = [lengths_a[i] for i in rows] + [lengths_b[i] for i in columns]
    return reshape(product, shape)


def _paired_axes(a: Variable, b: Variable, axes: Any) -> tuple[list[int], list[int]]:
    if isinstance(axes, int):
        return list(range(a.ndim - axes, a.ndim)), list(range(axes))
    left, right = (as_list(s) for s in axes)
    if len(left) != len(right):
        raise Fault(
            "wrong-argument-count", f"{len(left)} axes cannot pair {len(right)}"
        )
    return [normal_axis(i, a.ndim) for i in left], [
        normal_axis(i, b.ndim) for i in right
    ]


def _flattened(x: Variable, rows: int) -> Variable:
    """`x` as a matrix whose rows run over the first axes."""
    if x.ndim == 2 and rows == 1:
        return x
    shape = [length_product(x.type.shape[:rows]), length_product(x.type.shape[rows:])]
    lengths = lengths_of(x)
    sides = (lengths[:rows], lengths[rows:])
    return reshape(x, [_side(n, side) for n, side in zip(shape, sides)])


def _side(known: Any, lengths: list[Variable]) -> Any:
    if isinstance(known, int):
        return known
    total = lengths[0]
    for n in lengths[1:]:
        total = mul(total, n)
    return total


def batched_dot(x: TensorLike, y: TensorLike) -> Variable:
    """For each position along the first axis, the product of what stands there.

    Args:
        x, y: [batch, ...] with one or two axes more, which multiply as in `dot`.
    """
    a, b = as_tensor(x), as_tensor(y)
    left = dimshuffle(a, 0, "x", 1) if a.ndim == 2 else a
    right = dimshuffle(b, 0, 1, "x") if b.ndim == 2 else b
    product = cast(Variable, BatchedDot()(left, right))
    kept = [0, *([1] if a.ndim == 3 else []), *([2] if b.ndim == 3 else [])]
    return dimshuffle(product, kept)
