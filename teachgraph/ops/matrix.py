"""Inverses, determinants and powers of square matrices, by NumPy.

What NumPy cannot do with the values (a singular matrix) stops the call with the code
`computation-failed`. The derivatives are those of Giles, "An extended collection of
matrix derivative results" (2008), where no other source is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op, constant
from teachgraph.core.report import Fault, Hint
from teachgraph.core.types import TensorType, same_length
from teachgraph.ops.alloc import ShapeOf, lengths_of
from teachgraph.ops.base import Array, Example, Gradients, TensorLike, as_tensor
from teachgraph.ops.creation import eye, identity_like
from teachgraph.ops.dot import dot
from teachgraph.ops.dtypes import to_float
from teachgraph.ops.reshape import reshape
from teachgraph.ops.shape import transpose


def matrix(t: TensorType, what: str = "a matrix") -> TensorType:
    """The type of a matrix, whose numbers are floats or complex.

    Raises:
        Fault: wrong-rank.
    """
    if t.ndim != 2:
        raise Fault("wrong-rank", f"{what} has 2 axes, and this is {t}")
    return TensorType(to_float(t.dtype), t.shape)


def for_lapack(t: TensorType) -> TensorType:
    """The type itself, which LAPACK knows.

    Raises:
        Fault: wrong-dtype, for float16.
    """
    if t.dtype == "float16":
        hint = Hint("work with more digits", "T.cast(a, 'float32')")
        raise Fault("wrong-dtype", "LAPACK has no float16", hints=(hint,))
    return t


def square(t: TensorType) -> TensorType:
    """The type of a square matrix.

    Raises:
        Fault: wrong-rank. LengthMismatch: there are more rows than columns, or fewer.
    """
    rows, columns = matrix(t, "a square matrix").shape
    n = same_length(rows, columns)
    return TensorType(to_float(t.dtype), (n, n))


def well_posed(*shape: int, dtype: str = "float64") -> Array:
    """A matrix of full rank, eigenvalues apart, for the examples that ops give."""
    rows, columns = shape
    powers = np.arange(1, rows + 1)[:, None] * np.arange(1, columns + 1)
    return (np.cos(powers) + 3 * np.eye(rows, columns) * powers).astype(dtype)


class MatrixInverse(Op):
    """The inverse of a square matrix."""

    latex = r"{0}^{{-1}}"

    def infer(self, a: TensorType) -> TensorType:
        return square(for_lapack(a))

    def numpy(self, a: Array) -> Array:
        return np.linalg.inv(a).astype(to_float(str(a.dtype)))

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        turned = transpose(output)
        return (-dot(dot(turned, g), turned),)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [
            (cls(), (well_posed(3, 3),)),
            (cls(), (well_posed(2, 2, dtype="float32"),)),
        ]


class MatrixPinv(Op):
    """The pseudo-inverse of Moore and Penrose.

    Derivative: Golub and Pereyra, "The differentiation of pseudo-inverses" (1973).
    """

    latex = r"{0}^{{+}}"

    def infer(self, a: TensorType) -> TensorType:
        rows, columns = matrix(for_lapack(a)).shape
        return TensorType(to_float(a.dtype), (columns, rows))

    def numpy(self, a: Array) -> Array:
        return np.linalg.pinv(a).astype(to_float(str(a.dtype)))

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        a, p, turned = inputs[0], output, transpose(output)
        left = eye(ShapeOf(0)(a), dtype=p.dtype) - dot(a, p)
        right = eye(ShapeOf(1)(a), dtype=p.dtype) - dot(p, a)
        term = -dot(dot(turned, g), turned)
        term = term + dot(dot(left, transpose(g)), dot(p, turned))
        return (term + dot(dot(turned, p), dot(transpose(g), right)),)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [(cls(), (well_posed(*shape),)) for shape in ((3, 2), (2, 3), (2, 2))]


class Det(Op):
    """The determinant of a square matrix."""

    latex = r"\det {0}"

    def infer(self, a: TensorType) -> TensorType:
        return TensorType(square(for_lapack(a)).dtype, ())

    def numpy(self, a: Array) -> Array:
        return np.asarray(np.linalg.det(a), to_float(str(a.dtype)))

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        return (g * output * transpose(inv(inputs[0])),)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [
            (cls(), (well_posed(3, 3),)),
            (cls(), (well_posed(2, 2, dtype="float32"),)),
        ]


class SLogDet(Op):
    """The sign of a determinant, and the logarithm of its absolute value."""

    latex = r"\log |\det {0}|"

    def infer(self, a: TensorType) -> tuple[TensorType, TensorType]:
        one = TensorType(square(for_lapack(a)).dtype, ())
        return one, one

    def numpy(self, a: Array) -> tuple[Array, Array]:
        sign, log = np.linalg.slogdet(a)
        dtype = to_float(str(a.dtype))
        return np.asarray(sign, dtype), np.asarray(log, dtype)

    def grad(self, inputs: tuple[Variable], outputs: Any, gs: Any) -> Gradients:
        g = gs[1]
        return (None if g is None else g * transpose(inv(inputs[0])),)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [(cls(), (well_posed(3, 3),)), (cls(), (-well_posed(3, 3),))]


def inv(a: TensorLike) -> Variable:
    """The inverse of a square matrix, shape (n, n).

    Raises:
        wrong-rank, shape-mismatch: `a` is no square matrix.
        computation-failed: there is none, as a call finds.

    >>> T.nlinalg.inv([[2.0, 0.0], [0.0, 4.0]]).eval()
    array([[0.5 , 0.  ],
           [0.  , 0.25]])
    """
    return MatrixInverse()(as_tensor(a))


def pinv(a: TensorLike) -> Variable:
    """The pseudo-inverse of an (m, n) matrix, shape (n, m).

    Raises:
        wrong-rank: `a` is no matrix.
    """
    return MatrixPinv()(as_tensor(a))


def det(a: TensorLike) -> Variable:
    """The determinant of a square matrix, a number.

    Raises:
        wrong-rank, shape-mismatch: `a` is no square matrix.

    >>> T.nlinalg.det([[2.0, 1.0], [0.0, 4.0]]).eval().round(3)
    np.float64(8.0)
    """
    return Det()(as_tensor(a))


def slogdet(a: TensorLike) -> list[Variable]:
    """The sign of the determinant, and the logarithm of its absolute value.

    Two numbers; of a singular matrix 0 and -inf.

    Raises:
        wrong-rank: `a` is no matrix.
        shape-mismatch: it is not square.
    """
    return SLogDet()(as_tensor(a))


def matrix_dot(*args: TensorLike) -> Variable:
    """The product of several matrices, from the left."""
    product = as_tensor(args[0])
    for factor in args[1:]:
        product = dot(product, as_tensor(factor))
    return product


def matrix_power(M: TensorLike, n: int) -> Variable:
    """A square matrix to a whole power; a negative one is a power of the inverse.

    The dtype of `a`, or float64 for a negative power of whole numbers.

    Raises:
        wrong-rank: `a` is no matrix.
        shape-mismatch: it is not square.
    """
    base = as_tensor(M)
    square(base.type)
    if isinstance(n, bool) or int(n) != n:
        raise Fault("wrong-value", f"the power of a matrix is a whole number, not {n}")
    if n < 0:
        base, n = inv(base), -n
    result: Variable | None = None
    while n:
        if n % 2:
            result = base if result is None else dot(result, base)
        n //= 2
        base = dot(base, base) if n else base
    return identity_like(base) if result is None else result


def tensorinv(a: TensorLike, ind: int = 2) -> Variable:
    """The inverse of a tensor as a linear map from its last axes to its first `ind`."""
    v = as_tensor(a)
    lengths = lengths_of(v)
    rows, columns = lengths[:ind], lengths[ind:]
    count = total_length(rows)
    return reshape(inv(reshape(v, (count, -1))), [*columns, *rows], ndim=v.ndim)


def total_length(lengths: Sequence[Variable]) -> Variable:
    """The number of elements of a shape, int64[]."""
    count = constant(1, dtype="int64")
    for n in lengths:
        count = count * n
    return count
