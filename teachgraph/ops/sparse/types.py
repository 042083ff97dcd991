"""Sparse matrices: their type, their variables, and how values become variables.

A value is a `scipy.sparse` matrix or array in csr or csc format. Its numbers and where
they stand are ordinary vectors: `csm_properties` gives them, `CSM` puts them together,
and most of what is done to a sparse matrix is done to those vectors by ordinary ops.
"""

from __future__ import annotations

import importlib
import reprlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from teachgraph.core.graph import VARIABLES, Variable
from teachgraph.core.op import Op
from teachgraph.core.origin import here
from teachgraph.core.report import Fault, Hint
from teachgraph.core.types import Length, TensorType

FORMATS = ("csr", "csc")


def scipy_sparse() -> Any:
    """`scipy.sparse`, loaded when it is first needed."""
    return importlib.import_module("scipy.sparse")


def is_sparse_value(value: Any) -> bool:
    """True for the matrices and arrays of `scipy.sparse`."""
    return type(value).__module__.startswith("scipy.sparse")


@dataclass(frozen=True, init=False)
class SparseType(TensorType):
    """A sparse matrix: its format ('csr' or 'csc'), its dtype, and its shape."""

    format: str
    is_array: ClassVar[bool] = False

    def __init__(
        self,
        format: str,
        dtype: str,
        shape: tuple[Length, Length] = (None, None),
        *,
        broadcastable: Any = None,
    ):
        del broadcastable
        if format not in FORMATS:
            raise Fault(
                "wrong-value",
                f"a sparse matrix has the format 'csr' or 'csc', not {format!r}",
            )
        super().__init__(dtype, shape)
        object.__setattr__(self, "format", format)

    def with_shape(self, shape: tuple[Length, ...]) -> SparseType:
        """The same type of another shape."""
        rows, columns = shape
        return SparseType(self.format, self.dtype, (rows, columns))

    def is_super(self, other: Any) -> bool:
        """Whether every value of type `other` is of this type too."""
        same = isinstance(other, SparseType) and other.format == self.format
        return same and super().is_super(other)

    def is_valid_value(self, a: Any) -> bool:
        """Whether a value is a sparse matrix of exactly this type."""
        return is_sparse_value(a) and self.is_super(type_of(a))

    def filter(
        self, data: Any, strict: bool = False, allow_downcast: bool | None = None
    ) -> Any:
        """A value as a sparse matrix of this type; None if it cannot be one."""
        if self.is_valid_value(data) or strict:
            return data if self.is_valid_value(data) else None
        dense = type(data) is np.ndarray and data.ndim == 2
        if not dense and not is_sparse_value(data):
            return None
        if not allow_downcast and not np.can_cast(data.dtype, self.dtype):
            return None
        made = getattr(scipy_sparse(), f"{self.format}_matrix")
        found = made(data, dtype=self.dtype)
        return found if self.is_valid_value(found) else None

    def fingerprint(self, value: Any) -> bytes:
        """What tells the value from others of the type."""
        parts = (value.data, value.indices, value.indptr)
        return b"".join(np.ascontiguousarray(a).tobytes() for a in parts)

    def __str__(self) -> str:
        return f"{self.format}:{super().__str__()}"


class SparseVariable(Variable):
    """A variable whose value is a sparse matrix."""

    __slots__ = ()

    kind: ClassVar[str] = "variable"


VARIABLES[SparseType] = SparseVariable


class SparseOp(Op, abstract=True):
    """An op that takes sparse matrices."""

    arrays_only = False


def type_of(value: Any) -> SparseType:
    """The type of a sparse matrix.

    Raises:
        Fault: wrong-value: it is neither csr nor csc.
    """
    return SparseType(value.format, str(value.dtype), value.shape)


def sparse_type(t: TensorType) -> SparseType:
    """The type, which must be sparse.

    Raises:
        Fault: wrong-dtype.
    """
    if not isinstance(t, SparseType):
        raise Fault(
            "wrong-dtype",
            f"this takes a sparse matrix, not {t}",
            hints=(Hint("make it one", "sparse.csr_from_dense(x)"),),
        )
    return t


def dense_type(t: TensorType) -> TensorType:
    """The type, which must not be sparse.

    Raises:
        Fault: wrong-dtype.
    """
    if isinstance(t, SparseType):
        raise Fault(
            "wrong-dtype",
            f"this takes a dense array, not {t}",
            hints=(Hint("make it dense", "sparse.dense_from_sparse(x)"),),
        )
    return t


def is_sparse(x: Any) -> bool:
    """True for a sparse variable."""
    return isinstance(x, Variable) and isinstance(x.type, SparseType)


def as_sparse_variable(
    x: Any, name: str | None = None, ndim: int | None = None
) -> Variable:
    """A sparse variable: `x` itself, or a constant of a `scipy.sparse` matrix.

    Raises:
        not-numeric: `x` is neither.
    """
    del ndim
    if is_sparse(x):
        return x
    if not is_sparse_value(x):
        shown = str(x.type) if isinstance(x, Variable) else reprlib.repr(x)
        raise Fault(
            "not-numeric",
            f"{shown} is not a sparse matrix",
            hints=(Hint("of a dense matrix", "sparse.csr_from_dense(x)"),),
        )
    value = x if x.format in FORMATS else x.tocsr()
    return CONSTANTS[0](value, name)


CONSTANTS: list[Callable[[Any, str | None], Variable]] = []
"""How a sparse matrix becomes a variable: a node that makes it of constant vectors."""


def matrix(format: str, name: str | None = None, dtype: str | None = None) -> Variable:
    """A variable for a sparse matrix; `floatX` unless `dtype` says another."""
    origin = here()
    origins = (origin,) if origin is not None else ()
    t = SparseType(format, "floatX" if dtype is None else dtype)
    return SparseVariable(t, name, origins=origins)


def csr_matrix(name: str | None = None, dtype: str | None = None) -> Variable:
    """A variable for a matrix in compressed rows.

    >>> from teachgraph import sparse
    >>> str(sparse.csr_matrix("x", dtype="float32").type)
    'csr:float32[?, ?]'
    """
    return matrix("csr", name, dtype)


def csc_matrix(name: str | None = None, dtype: str | None = None) -> Variable:
    """A variable for a matrix in compressed columns."""
    return matrix("csc", name, dtype)
