"""Products with sparse matrices, and sparse matrices put together and cut out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.report import Fault
from teachgraph.core.types import TensorType, is_integer, same_length, upcast
from teachgraph.ops import dot as dense
from teachgraph.ops.alloc import lengths_of
from teachgraph.ops.base import Array, Example, Gradients, TensorLike, as_tensor, ramp
from teachgraph.ops.shape import transpose as turned
from teachgraph.ops.sparse import arithmetic
from teachgraph.ops.sparse.arithmetic import in_format_of
from teachgraph.ops.sparse.data import (
    Places,
    SparseFromDense,
    built,
    csm_data,
    example,
    with_data,
)
from teachgraph.ops.sparse.types import (
    SparseOp,
    SparseType,
    as_sparse_variable,
    dense_type,
    is_sparse,
    scipy_sparse,
    sparse_type,
)
from teachgraph.ops.statistics import sum as total

Several = tuple[Variable, ...]
Index = tuple[Any, ...]
OTHER = {"csr": "csc", "csc": "csr"}


class SparseTranspose(SparseOp):
    """A sparse matrix with its axes exchanged; csr becomes csc, and csc csr."""

    latex = "{0}^T"

    def infer(self, x: TensorType) -> TensorType:
        t = sparse_type(x)
        return SparseType(OTHER[t.format], t.dtype, (t.shape[1], t.shape[0]))

    def numpy(self, x: Any) -> Any:
        return built(OTHER[x.format], x.transpose(copy=True))

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        return (transpose(g),)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [(cls(), (example(f),)) for f in ("csr", "csc")]


class SparseDot(SparseOp):
    """A sparse matrix times a dense vector or matrix; dense.

    The gradient of the matrix is that of the numbers it holds, if `structured`; else of
    all places.
    """

    structured: bool
    latex = r"{0} \cdot {1}"

    def infer(self, x: TensorType, y: TensorType) -> TensorType:
        rows, columns = sparse_type(x).shape
        if dense_type(y).ndim not in (1, 2):
            raise Fault("wrong-rank", f"a matrix or a vector is multiplied, not {y}")
        same_length(columns, y.shape[0])
        return TensorType(upcast(x.dtype, y.dtype), (rows, *y.shape[1:]))

    def numpy(self, x: Any, y: Array) -> Array:
        return np.asarray(x @ y, upcast(str(x.dtype), str(y.dtype)))

    def grad(self, inputs: Several, output: Variable, g: Variable) -> Gradients:
        x, y = inputs
        left, right = (g, y) if y.ndim == 2 else (g[:, None], y[:, None])
        if self.structured:
            rows, columns = Places()(x)
            term = with_data(x, total(left[rows] * right[columns], axis=1))
        else:
            whole = dense.dot(left, turned(right))
            term = SparseFromDense(sparse_type(x.type).format)(whole)
        return term, SparseDot(self.structured)(transpose(x), g)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [
            (cls(structured), (example(f), ramp(*shape)))
            for structured in (True, False)
            for f in ("csr", "csc")
            for shape in ((4,), (4, 2))
        ]


class DotSparse(SparseOp):
    """The product of two sparse matrices, sparse, in the format of the first."""

    structured: bool
    latex = r"{0} \cdot {1}"

    def infer(self, x: TensorType, y: TensorType) -> TensorType:
        a, b = sparse_type(x), sparse_type(y)
        same_length(a.shape[1], b.shape[0])
        shape = (a.shape[0], b.shape[1])
        return SparseType(a.format, upcast(a.dtype, b.dtype), shape)

    def numpy(self, x: Any, y: Any) -> Any:
        return built(x.format, (x @ y).asformat(x.format))

    def grad(self, inputs: Several, output: Variable, g: Variable) -> Gradients:
        x, y = inputs
        again = DotSparse(self.structured)
        return (
            in_format_of(x, again(g, in_format_of(g, transpose(y)))),
            in_format_of(y, again(in_format_of(g, transpose(x)), g)),
        )

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        pairs = (("csr", "csr"), ("csc", "csr"))
        return [
            (cls(True), (example(a, (3, 4)), example(b, (4, 2), 1))) for a, b in pairs
        ]


class SparseStack(SparseOp):
    """Sparse matrices one below the other (axis 0), or side by side (axis 1)."""

    axis: int
    format: str

    def infer(self, *parts: TensorType) -> TensorType:
        types = [sparse_type(t) for t in parts]
        across = types[0].shape[1 - self.axis]
        along: Any = 0
        for t in types:
            n: Any = t.shape[self.axis]
            along = None if n is None or along is None else along + n
            across = same_length(across, t.shape[1 - self.axis], 1 - self.axis)
        shape = (along, across) if self.axis == 0 else (across, along)
        return SparseType(self.format, upcast(*(t.dtype for t in types)), shape)

    def numpy(self, *parts: Any) -> Any:
        stack = scipy_sparse().vstack if self.axis == 0 else scipy_sparse().hstack
        return built(self.format, stack(parts, self.format))

    def grad(self, inputs: Several, output: Variable, g: Variable) -> Gradients:
        terms: list[Variable] = []
        start: Any = 0
        for x in inputs:
            stop = start + lengths_of(x)[self.axis]
            cut = (slice(start, stop), slice(None))
            part = getitem(g, cut if self.axis == 0 else cut[::-1])
            terms.append(in_format_of(x, part))
            start = stop
        return terms

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [
            (cls(axis, "csr"), (example("csr", (3, 4)), example("csc", shape, 1)))
            for axis, shape in ((0, (2, 4)), (1, (3, 2)))
        ]


class SparseSlice(SparseOp):
    """Rows and columns of a sparse matrix: from, to for each axis."""

    def infer(
        self,
        x: TensorType,
        top: TensorType,
        bottom: TensorType,
        left: TensorType,
        right: TensorType,
    ) -> TensorType:
        t = sparse_type(x)
        return SparseType(t.format, t.dtype, (None, None))

    def numpy(
        self, x: Any, top: Array, bottom: Array, left: Array, right: Array
    ) -> Any:
        rows, columns = slice(int(top), int(bottom)), slice(int(left), int(right))
        return built(x.format, x[rows, columns])

    def grad(self, inputs: Several, output: Variable, g: Variable) -> Gradients:
        x, top, bottom, left, right = inputs
        return (SparsePlace()(g, x, top, bottom, left, right), *(None,) * 4)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        bounds = tuple(np.array(n) for n in (0, 2, 1, -1))
        return [(cls(), (example(f), *bounds)) for f in ("csr", "csc")]


class SparsePlace(SparseOp):
    """A sparse matrix like `x`, empty but for `part` in some rows and columns."""

    def infer(self, part: TensorType, x: TensorType, *bounds: TensorType) -> TensorType:
        t = sparse_type(x)
        rows, columns = t.shape
        return SparseType(t.format, sparse_type(part).dtype, (rows, columns))

    def numpy(self, part: Any, x: Any, *bounds: Array) -> Any:
        top, _, left, _ = (int(n) for n in bounds)
        found = part.tocoo()
        rows = found.row + (top if top >= 0 else x.shape[0] + top)
        columns = found.col + (left if left >= 0 else x.shape[1] + left)
        return built(x.format, (found.data, (rows, columns)), shape=x.shape)

    def grad(self, inputs: Several, output: Variable, g: Variable) -> Gradients:
        _, _, *bounds = inputs
        return (SparseSlice()(g, *bounds), *(None,) * 5)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        bounds = tuple(np.array(n) for n in (0, 2, 1, 3))
        return [(cls(), (example("csr", (2, 2)), example(), *bounds))]


def transpose(x: Variable) -> Variable:
    """The sparse matrix with its axes exchanged, in the other format."""
    return SparseTranspose()(x)


def dot(x: Any, y: Any) -> Variable:
    """A product of matrices or vectors, one of them sparse; dense unless both are.

    Shape (m, n) of (m, k) and (k, n). Raises shape-mismatch.

    >>> from teachgraph import sparse
    >>> x = sparse.csr_matrix("x")
    >>> str(sparse.dot(x, T.dmatrix("w")).type), str(sparse.dot(x, x.T).type)
    ('float64[?, ?]', 'csr:float64[?, ?]')
    """
    return _product(x, y, structured=False)


def structured_dot(x: Any, y: Any) -> Variable:
    """As `dot`; the gradient of a sparse matrix is that of the numbers it holds.

    Dense (m, n) for sparse (m, k) and dense (k, n); sparse if both are.
    """
    return _product(x, y, structured=True)


def true_dot(x: Any, y: Any, grad_preserves_dense: bool = True) -> Variable:
    """As `dot`."""
    del grad_preserves_dense
    return _product(x, y, structured=False)


def _product(x: Any, y: Any, *, structured: bool) -> Variable:
    if is_sparse(x) and is_sparse(y):
        return DotSparse(structured)(x, y)
    if is_sparse(x):
        return SparseDot(structured)(x, as_tensor(y))
    if not is_sparse(y):
        raise Fault("wrong-dtype", "this product is for sparse matrices; use T.dot")
    left = as_tensor(x)
    found = SparseDot(structured)(
        transpose(y), left if left.ndim == 1 else turned(left)
    )
    return found if left.ndim == 1 else turned(found)


def usmm(alpha: TensorLike, x: Variable, y: Any, z: TensorLike) -> Variable:
    """alpha * (x @ y) + z.

    Shapes: `x` (m, k), `y` (k, n), `z` (m, n); `alpha` one number.
    """
    return as_tensor(alpha) * dot(x, y) + as_tensor(z)


def sampling_dot(x: TensorLike, y: TensorLike, p: Variable) -> Variable:
    """The product x @ y.T where the sparse matrix `p` holds numbers, times those.

    Shapes: `x` (m, k), `y` (n, k), `p` (m, n) and sparse, as is the result.
    """
    left, right = as_tensor(x), as_tensor(y)
    rows, columns = Places()(p)
    return with_data(p, csm_data(p) * total(left[rows] * right[columns], axis=1))


def hstack(
    blocks: Sequence[Variable], format: str | None = None, dtype: str | None = None
) -> Variable:
    """Sparse matrices side by side; csc unless `format` says another."""
    return _stack(1, blocks, format, dtype)


def vstack(
    blocks: Sequence[Variable], format: str | None = None, dtype: str | None = None
) -> Variable:
    """Sparse matrices one below the other; csc unless `format` says another."""
    return _stack(0, blocks, format, dtype)


def _stack(
    axis: int, blocks: Sequence[Variable], format: str | None, dtype: str | None
) -> Variable:
    parts = [as_sparse_variable(x) for x in blocks]
    if dtype is not None:
        parts = [arithmetic.cast(x, dtype) for x in parts]
    return SparseStack(axis, format or "csc")(*parts)


def getitem(x: Variable, index: Any) -> Variable:
    """Rows and columns by slices without a step; a number by two whole numbers."""
    parts = cast(Index, index if isinstance(index, tuple) else (index, slice(None)))
    if len(parts) == 2 and not any(isinstance(part, slice) for part in parts):
        row, column = parts
        for position in (row, column):
            if not _is_position(position):
                raise Fault(
                    "wrong-index", f"an index is a whole number, not {position!r}"
                )
        cut = _slice(x, slice(row, row + 1), slice(column, column + 1))
        return total(csm_data(cut))
    if len(parts) != 2 or not all(isinstance(part, slice) for part in parts):
        raise Fault(
            "wrong-index",
            "a sparse matrix is indexed by two slices, or by two whole numbers",
        )
    return _slice(x, *parts)


def _is_position(given: Any) -> bool:
    """Whether a row or a column is given by one whole number."""
    if isinstance(given, Variable):
        return not given.ndim and is_integer(given.dtype)
    return isinstance(given, int | np.integer) and not isinstance(given, bool)


def _slice(x: Variable, rows: Any, columns: Any) -> Variable:
    bounds: list[Any] = []
    for axis, part in enumerate((rows, columns)):
        if part.step not in (None, 1):
            raise Fault("wrong-index", "slices of a sparse matrix have no step")
        bounds.append(0 if part.start is None else part.start)
        bounds.append(lengths_of(x)[axis] if part.stop is None else part.stop)
    return SparseSlice()(x, *bounds)
