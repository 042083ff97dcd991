"""What is done to the numbers of sparse matrices: functions, sums, products by element.

A *structured* function is one of the numbers that the matrix holds; its zeros stay.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.report import Fault
from teachgraph.core.types import TensorType, broadcast_shapes, same_length, upcast
from teachgraph.ops import exponential, rounding, scalars, trigonometry
from teachgraph.ops.alloc import zeros
from teachgraph.ops.base import Array, Example, Gradients, TensorLike, as_tensor
from teachgraph.ops.casting import cast as cast_dense
from teachgraph.ops.sparse.data import (
    CSM,
    PickAt,
    Places,
    Several,
    built,
    csm_data,
    csm_properties,
    csm_shape,
    dense_from_sparse,
    example,
    with_data,
)
from teachgraph.ops.sparse.types import (
    SparseOp,
    SparseType,
    is_sparse,
    sparse_type,
)
from teachgraph.ops.statistics import sum as total
from teachgraph.ops.subscript import inc_subtensor


def structured_monoid(function: Callable[..., Variable]) -> Callable[..., Variable]:
    """The function for the numbers that a sparse matrix holds; its zeros stay."""

    def structured(x: Variable, *args: TensorLike) -> Variable:
        sparse_type(x.type)
        return with_data(x, function(csm_data(x), *args))

    name = getattr(function, "__name__", "") or str(function)
    structured.__name__ = f"structured_{name}"
    structured.__doc__ = f"`{name}` of each number that `x` holds."
    return structured


structured_sigmoid = structured_monoid(exponential.sigmoid)
structured_exp = structured_monoid(exponential.exp)
structured_log = structured_monoid(exponential.log)
structured_pow = structured_monoid(exponential.pow)
structured_minimum = structured_monoid(scalars.minimum)
structured_maximum = structured_monoid(scalars.maximum)
structured_add = structured_monoid(scalars.add)
sin = structured_monoid(trigonometry.sin)
arcsin = structured_monoid(trigonometry.arcsin)
tan = structured_monoid(trigonometry.tan)
arctan = structured_monoid(trigonometry.arctan)
sinh = structured_monoid(trigonometry.sinh)
arcsinh = structured_monoid(trigonometry.arcsinh)
tanh = structured_monoid(trigonometry.tanh)
arctanh = structured_monoid(trigonometry.arctanh)
rint = structured_monoid(rounding.round_half_to_even)
ceil = structured_monoid(rounding.ceil)
floor = structured_monoid(rounding.floor)
trunc = structured_monoid(rounding.trunc)
sgn = structured_monoid(scalars.sgn)
log1p = structured_monoid(exponential.log1p)
expm1 = structured_monoid(exponential.expm1)
deg2rad = structured_monoid(trigonometry.deg2rad)
rad2deg = structured_monoid(trigonometry.rad2deg)
sqr = structured_monoid(scalars.sqr)
sqrt = structured_monoid(scalars.sqrt)
neg = structured_monoid(scalars.neg)
abs_ = structured_monoid(scalars.abs_)


def cast(x: Variable, dtype: str) -> Variable:
    """The matrix with numbers of another dtype."""
    return with_data(x, cast_dense(csm_data(x), dtype))


class AddSparse(SparseOp):
    """The sum of two sparse matrices, in the format of the first."""

    commutative = False
    latex = "{0} + {1}"

    def infer(self, x: TensorType, y: TensorType) -> TensorType:
        return _common(x, y)

    def numpy(self, x: Any, y: Any) -> Any:
        return _formatted(x + y, x)

    def grad(self, inputs: Several, output: Variable, g: Variable) -> Gradients:
        return g, in_format_of(inputs[1], g)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [(cls(), (example(f), example(f, seed=1))) for f in ("csr", "csc")]


class MulSparse(SparseOp):
    """The product of two sparse matrices by element, in the format of the first."""

    latex = r"{0} \odot {1}"

    def infer(self, x: TensorType, y: TensorType) -> TensorType:
        return _common(x, y)

    def numpy(self, x: Any, y: Any) -> Any:
        return _formatted(x.multiply(y), x)

    def grad(self, inputs: Several, output: Variable, g: Variable) -> Gradients:
        x, y = inputs
        return mul_s_s(g, y), in_format_of(y, mul_s_s(g, x))

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [(cls(), (example(f), example(f, seed=1))) for f in ("csr", "csc")]


def _common(x: TensorType, y: TensorType) -> SparseType:
    a, b = sparse_type(x), sparse_type(y)
    rows = same_length(a.shape[0], b.shape[0], 0)
    columns = same_length(a.shape[1], b.shape[1], 1)
    return SparseType(a.format, upcast(a.dtype, b.dtype), (rows, columns))


def _formatted(found: Any, like: Any) -> Any:
    return built(like.format, found.asformat(like.format))


class Reformat(SparseOp):
    """A sparse matrix in another format."""

    format: str

    def infer(self, x: TensorType) -> TensorType:
        rows, columns = sparse_type(x).shape
        return SparseType(self.format, x.dtype, (rows, columns))

    def numpy(self, x: Any) -> Any:
        return built(self.format, x.asformat(self.format, copy=True))

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        return (in_format_of(inputs[0], g),)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [(cls("csc"), (example("csr"),)), (cls("csr"), (example("csc"),))]


def in_format_of(x: Variable, y: Variable) -> Variable:
    """The sparse matrix `y` in the format of `x`."""
    format = sparse_type(x.type).format
    return y if sparse_type(y.type).format == format else Reformat(format)(y)


def add(x: Any, y: Any) -> Variable:
    """The sum; sparse only if both are."""
    if is_sparse(x) and is_sparse(y):
        return AddSparse()(x, y)
    if is_sparse(y):
        x, y = y, x
    return _dense(x) + as_tensor(y)


def sub(x: Any, y: Any) -> Variable:
    """The difference; sparse only if both are."""
    if is_sparse(x) and is_sparse(y):
        return add(x, neg(y))
    return (_dense(x) if is_sparse(x) else as_tensor(x)) - (
        _dense(y) if is_sparse(y) else as_tensor(y)
    )


def _dense(x: Variable) -> Variable:
    return dense_from_sparse(x, structured=False)


def mul(x: Any, y: Any) -> Variable:
    """The product by element, sparse: zeros of either stay zeros."""
    if is_sparse(x) and is_sparse(y):
        return mul_s_s(x, y)
    sparse, other = (x, y) if is_sparse(x) else (y, x)
    return mul_s_d(sparse, as_tensor(other))


def mul_s_s(x: Variable, y: Variable) -> Variable:
    """The product of two sparse matrices by element."""
    return MulSparse()(x, y)


def mul_s_d(x: Variable, y: Variable) -> Variable:
    """A sparse matrix times a dense number, vector (a row) or matrix by element."""
    if not y.ndim:
        return with_data(x, csm_data(x) * y)
    if y.ndim == 1:
        return col_scale(x, y)
    if y.ndim != 2:
        raise Fault("wrong-rank", f"a sparse matrix has 2 axes, and this is {y.type}")
    broadcast_shapes(x.type.shape, y.type.shape)
    rows, columns = Places()(x)
    by_row: Any = 0 if y.type.shape[0] == 1 else rows
    by_column: Any = 0 if y.type.shape[1] == 1 else columns
    return with_data(x, csm_data(x) * y[by_row, by_column])


mul_s_v = mul_s_d


def structured_add_s_v(x: Variable, y: TensorLike) -> Variable:
    """The number of a vector for each column, added to the numbers that `x` holds."""
    return with_data(x, csm_data(x) + as_tensor(y)[Places()(x)[1]])


def true_div(x: Any, y: TensorLike) -> Variable:
    """A sparse matrix over a dense number, vector or matrix by element."""
    if is_sparse(y):
        raise Fault(
            "wrong-value", "division by a sparse matrix is division by its zeros"
        )
    return mul(x, 1.0 / as_tensor(y))


def col_scale(x: Variable, s: TensorLike) -> Variable:
    """Each column times a number of the vector `s`.

    Shapes: `x` (m, n), `s` (n,).
    """
    return with_data(x, csm_data(x) * as_tensor(s)[Places()(x)[1]])


def row_scale(x: Variable, s: TensorLike) -> Variable:
    """Each row times a number of the vector `s`.

    Shapes: `x` (m, n), `s` (m,).
    """
    return with_data(x, csm_data(x) * as_tensor(s)[Places()(x)[0]])


def sp_sum(x: Variable, axis: int | None = None, sparse_grad: bool = False) -> Variable:
    """The sum of all numbers, of each column (axis 0), or of each row (axis 1); dense.

    With `sparse_grad` the gradient is that of the numbers that `x` holds.

    >>> from teachgraph import sparse
    >>> x = sparse.csr_from_dense([[1.0, 0.0], [2.0, 3.0]])
    >>> sparse.sp_sum(x, axis=1).eval()
    array([1., 5.])
    """
    if not sparse_grad:
        return total(_dense(x), axis=axis)
    data = csm_data(x)
    if axis is None:
        return total(data)
    if axis not in (0, 1, -1, -2):
        raise Fault("wrong-value", f"a sparse matrix has no axis {axis}")
    along = axis % 2
    kept = Places()(x)[1 - along]
    start = zeros(csm_shape(x)[1 - along], dtype=data.dtype)
    return inc_subtensor(start[kept], data)


class Diagonal(SparseOp):
    """The diagonal of a sparse matrix, a vector."""

    def infer(self, x: TensorType) -> TensorType:
        known = [n for n in sparse_type(x).shape if isinstance(n, int)]
        return TensorType(x.dtype, (min(known) if len(known) == 2 else None,))

    def numpy(self, x: Any) -> Array:
        return np.asarray(x.diagonal())

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        (x,) = inputs
        rows, columns = Places()(x)
        on_it = scalars.eq(rows, columns)
        at = scalars.switch(on_it, rows, 0)
        return (with_data(x, scalars.switch(on_it, g[at], 0)),)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [(cls(), (example(f),)) for f in ("csr", "csc")]


class SquareDiagonal(Op):
    """The square sparse matrix (csc) with a vector on its diagonal."""

    def infer(self, diagonal: TensorType) -> TensorType:
        if diagonal.ndim != 1:
            raise Fault("wrong-rank", f"a diagonal is a vector, not {diagonal}")
        (n,) = diagonal.shape
        return SparseType("csc", diagonal.dtype, (n, n))

    def numpy(self, diagonal: Array) -> Any:
        n = len(diagonal)
        where = np.arange(n + 1, dtype="int32")
        return built("csc", (diagonal.copy(), where[:n], where), shape=(n, n))

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        return (Diagonal()(g),)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [(cls(), (np.array([1.0, -2.0, 0.5]),))]


class Tidied(SparseOp):
    """A sparse matrix with sorted indices; with `zeros` dropped too."""

    zeros: bool

    def infer(self, x: TensorType) -> TensorType:
        return sparse_type(x)

    def numpy(self, x: Any) -> Any:
        found = x.copy()
        found.sort_indices()
        if self.zeros:
            found.eliminate_zeros()
        return found

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        (x,) = inputs
        _, *where = csm_properties(x)
        format = sparse_type(x.type).format
        return (CSM(format)(PickAt(format)(g, *where), *where),)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [(cls(zeros), (example(),)) for zeros in (False, True)]


def diag(x: Variable) -> Variable:
    """The diagonal of a sparse matrix, a dense vector."""
    return Diagonal()(x)


def square_diagonal(diagonal: TensorLike) -> Variable:
    """The square sparse matrix (csc) with a vector on its diagonal."""
    return SquareDiagonal()(as_tensor(diagonal))


def ensure_sorted_indices(x: Variable) -> Variable:
    """The same matrix with its indices in order."""
    return Tidied(False)(x)


def remove0(x: Variable) -> Variable:
    """The same matrix without the zeros that it holds."""
    return Tidied(True)(x)


def clean(x: Variable) -> Variable:
    """The same matrix with its indices in order, and without zeros held."""
    return remove0(x)
