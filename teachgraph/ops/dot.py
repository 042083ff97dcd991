"""Products of matrices and vectors, and what is made of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.report import Fault
from teachgraph.core.surface import define
from teachgraph.core.types import Shape, TensorType, same_length, upcast
from teachgraph.kernel import build as k
from teachgraph.kernel.ir import Expr
from teachgraph.ops.alloc import alloc, is_whole_number, lengths_of
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
from teachgraph.ops.lengths import specify_shape
from teachgraph.ops.reduce import accumulator
from teachgraph.ops.reshape import reshape
from teachgraph.ops.scalars import mul
from teachgraph.ops.shape import (
    as_list,
    dimshuffle,
    moveaxis,
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
    """For each position along the first axis, the product of two matrices.

    It has no loops of its own: NumPy leaves each product to BLAS.
    """

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

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [
            (cls(), (ramp(2, 3, 4), ramp(2, 4, 2))),
            (cls(), (ramp(2, 1, 3, dtype="float32"), ramp(2, 3, 2, dtype="float32"))),
        ]


@define(".dot", "np.dot")
def dot(a: TensorLike, b: TensorLike) -> Variable:
    """The sum over the last axis of `a` and the first, or last but one, axis of `b`.

    Args:
        a, b: vectors or matrices; numbers multiply; more axes go through `tensordot`.

    Raises:
        shape-mismatch: the two axes differ in length.

    >>> T.dot([[1, 2], [3, 4]], [1, 1]).eval()
    array([3, 7])
    """
    x, y = as_tensor(a), as_tensor(b)
    if not x.ndim or not y.ndim:
        return mul(x, y)
    if x.ndim > 2 or y.ndim > 2:
        return tensordot(x, y, ([x.ndim - 1], [max(y.ndim - 2, 0)]))
    return Dot()(x, y)


@define("matmul", "np.matmul")
def matmul(x: TensorLike, y: TensorLike) -> Variable:
    """`x @ y`: as `dot` for vectors and matrices; more axes in front are batches.

    Batch axes known to be 1 long stretch.

    Raises:
        wrong-rank: a number.
        shape-mismatch: the axes that are summed over, or batches, differ in length.
    """
    a, b = as_tensor(x), as_tensor(y)
    if not a.ndim or not b.ndim:
        raise Fault("wrong-rank", f"{a.type} @ {b.type} is not defined; write x * y")
    if a.ndim <= 2 and b.ndim <= 2:
        return Dot()(a, b)
    if b.ndim <= 2:
        return tensordot(a, b, ([a.ndim - 1], [0]))
    if a.ndim <= 2:
        product = tensordot(a, b, ([a.ndim - 1], [b.ndim - 2]))
        rank = product.ndim
        return product if a.ndim == 1 else moveaxis(product, 0, rank - 2)
    return _batches(a, b)


def _batches(a: Variable, b: Variable) -> Variable:
    """Products of matrices, one for each position along all axes but the last two."""
    rank = max(a.ndim, b.ndim)
    a, b = shape_padleft(a, rank - a.ndim), shape_padleft(b, rank - b.ndim)
    n, m = lengths_of(a), lengths_of(b)
    batch = [n[i] if a.type.shape[i] != 1 else m[i] for i in range(rank - 2)]
    return matrices_product(
        _stretched(a, batch), _stretched(b, batch), batch=rank - 2, summed=1
    )


def _stretched(x: Variable, batch: Sequence[Variable]) -> Variable:
    single = [a for a, n in enumerate(batch) if x.type.shape[a] == 1 and n.data != 1]
    return alloc(x, *batch, *lengths_of(x)[-2:]) if single else x


@define("np.outer")
def outer(x: TensorLike, y: TensorLike) -> Variable:
    """The matrix of all products of an element of `x` and one of `y`.

    Shape (m, n) for m and n elements; of tensors all elements are taken.

    >>> T.outer([1, 2], [1, 10]).eval()
    array([[ 1, 10],
           [ 2, 20]])
    """
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
def tensordot(a: TensorLike, b: TensorLike, axes: Any = 2) -> Variable:
    """The sum of products over pairs of axes; the other axes stay, those of `a` first.

    Args:
        axes: how many, the last of `a` and the first of `b`; or two lists of axes.

    >>> T.tensordot(np.ones((2, 3, 4)), np.ones((3, 4, 5)), axes=2).type
    TensorType(dtype='float64', shape=(2, 5))
    """
    x, y = as_tensor(a), as_tensor(b)
    left, right = paired_axes(x, y, axes)
    rows = [i for i in range(x.ndim) if i not in left]
    columns = [i for i in range(y.ndim) if i not in right]
    return matrices_product(
        dimshuffle(x, [*rows, *left]),
        dimshuffle(y, [*right, *columns]),
        batch=0,
        summed=len(left),
    )


def paired_axes(a: Variable, b: Variable, axes: Any) -> tuple[list[int], list[int]]:
    """The axes of two tensors that are summed over in pairs.

    Args:
        axes: how many, the last of `a` and the first of `b`; or two lists of axes.

    Raises:
        wrong-argument-count: the lists are not equally long.
        wrong-rank: there is no such axis.
    """
    if is_whole_number(axes):
        count = int(axes)
        if not 0 <= count <= min(a.ndim, b.ndim):
            raise Fault("wrong-rank", f"{a.type} and {b.type} have not {count} axes")
        return list(range(a.ndim - count, a.ndim)), list(range(count))
    left, right = (as_list(s) for s in np.asarray(axes, dtype=object).tolist())
    if len(left) != len(right):
        raise Fault(
            "wrong-argument-count", f"{len(left)} axes cannot pair {len(right)}"
        )
    return [normal_axis(i, a.ndim) for i in left], [
        normal_axis(i, b.ndim) for i in right
    ]


def matrices_product(a: Variable, b: Variable, *, batch: int, summed: int) -> Variable:
    """The sum of products over some axes, for each position along others.

    Args:
        a: [*batch, *rows, *summed].
        b: [*batch, *summed, *columns].
        batch, summed: how many axes those are.

    Returns:
        [*batch, *rows, *columns].
    """
    n, shared = lengths_of(a), batch + summed
    rows = a.ndim - shared
    # One product of lengths says less than the lengths: 2 x 3 elements are 3 x 2.
    said = [*n[:batch], *n[batch + rows :]]
    if max(batch, summed) > 1 and not _same(a.type.shape, b.type.shape, batch, summed):
        b = specify_shape(b, [*said, *[None] * (b.ndim - shared)])
    left = _grouped(a, (batch, rows, summed))
    right = _grouped(b, (batch, summed, b.ndim - shared))
    if batch:
        found = cast(Variable, BatchedDot()(left, right))
    else:
        found = cast(Variable, Dot()(left, right))
    if rows == 1 and b.ndim - shared == 1 and batch <= 1:
        return found
    return reshape(found, [*n[: batch + rows], *lengths_of(b)[shared:]])


def _grouped(x: Variable, counts: tuple[int, int, int]) -> Variable:
    """`x` with one axis for each group of so many; no batch if there is none."""
    groups = counts if counts[0] else counts[1:]
    if all(count == 1 for count in groups):
        return x
    n, shape, start = lengths_of(x), list[Any](), 0
    for count in groups:
        shape.append(_product(n[start : start + count]))
        start += count
    return reshape(x, shape)


def _same(left: Shape, right: Shape, batch: int, summed: int) -> bool:
    """True when the lengths that two operands share are known to agree."""
    shared = (*left[:batch], *left[len(left) - summed :])
    return all(
        isinstance(n, int) and n == m for n, m in zip(shared, right, strict=False)
    )


def _product(lengths: Sequence[Variable]) -> Any:
    """The product of lengths, a number where all of them are."""
    known = [int(n.data) for n in lengths if n.data is not None]
    total: Any = math.prod(known)
    for n in lengths:
        if n.data is None:
            total = n if isinstance(total, int) and total == 1 else mul(total, n)
    return total
