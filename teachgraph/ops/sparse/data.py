"""A sparse matrix taken apart into vectors and put together again."""

from __future__ import annotations

from typing import Any

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op, constant
from teachgraph.core.report import Fault
from teachgraph.core.types import Operand, TensorType, is_integer
from teachgraph.ops.alloc import ones_like, zeros_like
from teachgraph.ops.base import Array, Example, Gradients, TensorLike, as_tensor
from teachgraph.ops.join import as_tensor_variable
from teachgraph.ops.sparse.types import (
    CONSTANTS,
    SparseOp,
    SparseType,
    dense_type,
    scipy_sparse,
    sparse_type,
)

Several = tuple[Variable, ...]


def example(format: str = "csr", shape: tuple[int, int] = (3, 4), seed: int = 0) -> Any:
    """A small sparse matrix for the examples that ops give."""
    rng = np.random.default_rng(seed)
    dense = rng.normal(size=shape) * (rng.random(shape) < 0.5)
    return built(format, dense)


def built(format: str, *args: Any, **options: Any) -> Any:
    """A `scipy.sparse` matrix of a format."""
    return getattr(scipy_sparse(), f"{format}_matrix")(*args, **options)


class CSM(SparseOp):
    """A sparse matrix from its numbers, where they stand, and its shape.

    The inputs are vectors, as `scipy.sparse` has them: data, indices (int32), indptr
    (int32), shape (two whole numbers).
    """

    format: str
    reads_values = True

    def infer(
        self, data: Operand, indices: Operand, indptr: Operand, shape: Operand
    ) -> TensorType:
        for t in (data.type, indices.type, indptr.type, shape.type):
            if dense_type(t).ndim != 1:
                raise Fault(
                    "wrong-rank", f"a sparse matrix is made of vectors, not {t}"
                )
        for t in (indices.type, indptr.type, shape.type):
            if not is_integer(t.dtype):
                raise Fault("wrong-dtype", f"positions are whole numbers, not {t}")
        known = shape.value if isinstance(shape.value, tuple) else (None, None)
        return SparseType(self.format, data.type.dtype, (known[0], known[1]))

    def numpy(self, data: Array, indices: Array, indptr: Array, shape: Array) -> Any:
        lengths = tuple(int(n) for n in shape)
        found = built(self.format, (data, indices, indptr), shape=lengths, copy=True)
        return found

    def grad(self, inputs: Several, output: Variable, g: Variable) -> Gradients:
        _, indices, indptr, shape = inputs
        return PickAt(self.format)(g, indices, indptr, shape), None, None, None

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [(cls(f), vectors(example(f))) for f in ("csr", "csc")]


def vectors(x: Any) -> tuple[Array, Array, Array, Array]:
    """What a sparse matrix is made of: data, indices, indptr, shape."""
    return (
        np.asarray(x.data),
        np.asarray(x.indices, "int32"),
        np.asarray(x.indptr, "int32"),
        np.asarray(x.shape, "int32"),
    )


class PickAt(SparseOp):
    """The numbers of a sparse matrix at the places of another: a vector."""

    format: str

    def infer(
        self,
        x: TensorType,
        indices: TensorType,
        indptr: TensorType,
        shape: TensorType,
    ) -> TensorType:
        return TensorType(sparse_type(x).dtype, indices.shape)

    def numpy(self, x: Any, indices: Array, indptr: Array, shape: Array) -> Array:
        ones = np.ones(len(indices), "int8")
        lengths = tuple(int(n) for n in shape)
        rows, columns = places(
            built(self.format, (ones, indices, indptr), shape=lengths)
        )
        if not len(rows):
            return np.zeros(0, x.dtype)
        return np.asarray(x[rows, columns], x.dtype).reshape(-1)

    def grad(self, inputs: Several, output: Variable, g: Variable) -> Gradients:
        _, *where = inputs
        return CSM(self.format)(g, *where), None, None, None

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        other = example("csr", seed=1)
        return [(cls("csr"), (example("csr"), *vectors(other)[1:]))]


def places(x: Any) -> tuple[Array, Array]:
    """The row and the column of each number that a sparse matrix holds, in order."""
    along = np.repeat(np.arange(len(x.indptr) - 1), np.diff(x.indptr))
    across = np.asarray(x.indices, "int64")
    return (along, across) if x.format == "csr" else (across, along)


class CSMProperties(SparseOp):
    """The vectors that a sparse matrix is made of: data, indices, indptr, shape."""

    def infer(self, x: TensorType) -> tuple[TensorType, ...]:
        t = sparse_type(x)
        longer: Any = t.shape[0] if t.format == "csr" else t.shape[1]
        ends = None if longer is None else longer + 1
        return (
            TensorType(t.dtype, (None,)),
            TensorType("int32", (None,)),
            TensorType("int32", (ends,)),
            TensorType("int32", (2,)),
        )

    def numpy(self, x: Any) -> tuple[Array, ...]:
        return tuple(a.copy() for a in vectors(x))

    def grad(self, inputs: tuple[Variable], outputs: Several, gs: Any) -> Gradients:
        format = sparse_type(inputs[0].type).format
        _, *where = outputs
        return (None if gs[0] is None else CSM(format)(gs[0], *where),)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [(cls(), (example(f),)) for f in ("csr", "csc")]


class Places(SparseOp):
    """The row and the column of each number that a sparse matrix holds, in order."""

    def infer(self, x: TensorType) -> tuple[TensorType, ...]:
        sparse_type(x)
        one = TensorType("int64", (None,))
        return one, one

    def numpy(self, x: Any) -> tuple[Array, ...]:
        return places(x)

    def grad(self, inputs: tuple[Variable], outputs: Several, gs: Any) -> Gradients:
        return (None,)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [(cls(), (example(f),)) for f in ("csr", "csc")]


class SparseFromDense(Op):
    """A matrix as a sparse one of a format."""

    format: str

    def infer(self, x: TensorType) -> TensorType:
        if dense_type(x).ndim != 2:
            raise Fault("wrong-rank", f"a matrix becomes sparse, and this is {x}")
        return SparseType(self.format, x.dtype, (x.shape[0], x.shape[1]))

    def numpy(self, x: Array) -> Any:
        return built(self.format, x)

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        return (dense_from_sparse(g),)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [(cls(f), (example().toarray(),)) for f in ("csr", "csc")]


class DenseFromSparse(SparseOp):
    """A sparse matrix with its zeros written out.

    The gradient is that of the numbers it holds, if `structured`; else of all places.
    """

    structured: bool = True

    def infer(self, x: TensorType) -> TensorType:
        return TensorType(sparse_type(x).dtype, x.shape)

    def numpy(self, x: Any) -> Array:
        return x.toarray()

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        x = inputs[0]
        if self.structured:
            return (at_places_of(x, g),)
        return (SparseFromDense(sparse_type(x.type).format)(g),)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [(cls(), (example(f),)) for f in ("csr", "csc")]


def at_places_of(x: Variable, dense: Variable) -> Variable:
    """The numbers of a dense matrix where `x` holds numbers, as a sparse matrix."""
    return with_data(x, dense[tuple(Places()(x))])


def with_data(x: Variable, data: Variable) -> Variable:
    """The sparse matrix with other numbers at the same places."""
    _, *where = csm_properties(x)
    return CSM(sparse_type(x.type).format)(data, *where)


def csm_properties(csm: Variable) -> tuple[Variable, Variable, Variable, Variable]:
    """Data, indices, indptr and shape of a sparse matrix, as vectors."""
    data, indices, indptr, shape = CSMProperties()(csm)
    return data, indices, indptr, shape


def csm_data(csm: Variable) -> Variable:
    """The numbers that a sparse matrix holds."""
    return csm_properties(csm)[0]


def csm_indices(csm: Variable) -> Variable:
    """For each number, its column (csr) or its row (csc)."""
    return csm_properties(csm)[1]


def csm_indptr(csm: Variable) -> Variable:
    """Where each row (csr) or column (csc) begins among the numbers."""
    return csm_properties(csm)[2]


def csm_shape(csm: Variable) -> Variable:
    """The lengths of the two axes, int32[2]."""
    return csm_properties(csm)[3]


def _constant(value: Any, name: str | None) -> Variable:
    parts = [constant(part) for part in vectors(value)]
    found = CSM(value.format)(*parts)
    found.name = name
    return found


CONSTANTS.append(_constant)


def CSR(
    data: TensorLike, indices: TensorLike, indptr: TensorLike, shape: TensorLike
) -> Variable:
    """A matrix in compressed rows."""
    return CSM("csr")(*_given(data, indices, indptr, shape))


def CSC(
    data: TensorLike, indices: TensorLike, indptr: TensorLike, shape: TensorLike
) -> Variable:
    """A matrix in compressed columns."""
    return CSM("csc")(*_given(data, indices, indptr, shape))


def _given(*parts: TensorLike) -> list[Variable]:
    return [as_tensor_variable(part) for part in parts]


def csr_from_dense(x: TensorLike) -> Variable:
    """A matrix in compressed rows, from a dense one.

    Shape and dtype of `x`, which is a matrix; its zeros are not held.

    >>> from teachgraph import sparse
    >>> sparse.csr_from_dense(T.dmatrix("x")).type.format
    'csr'
    """
    return SparseFromDense("csr")(as_tensor(x))


def csc_from_dense(x: TensorLike) -> Variable:
    """A matrix in compressed columns, from a dense one."""
    return SparseFromDense("csc")(as_tensor(x))


def dense_from_sparse(x: Variable, structured: bool = True) -> Variable:
    """A sparse matrix as a dense one.

    Shape and dtype of the matrix.
    """
    return DenseFromSparse(structured)(x)


def sp_ones_like(x: Variable) -> Variable:
    """A sparse matrix of ones where `x` holds numbers."""
    return with_data(x, ones_like(csm_data(x)))


def sp_zeros_like(x: Variable) -> Variable:
    """A sparse matrix of the shape of `x` that holds no numbers."""
    data, indices, indptr, shape = csm_properties(x)
    format = sparse_type(x.type).format
    return CSM(format)(data[:0], indices[:0], zeros_like(indptr), shape)
