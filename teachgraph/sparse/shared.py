"""Shared variables whose values are sparse matrices."""

from __future__ import annotations

from typing import Any

from teachgraph.compile.shared import SharedVariable, shared_constructor
from teachgraph.core.origin import here
from teachgraph.core.surface import OWN
from teachgraph.ops.sparse.types import SparseVariable, is_sparse_value, type_of


class SparseTensorSharedVariable(SharedVariable, SparseVariable):
    """A sparse matrix that stays between calls."""


OWN[SparseTensorSharedVariable] = OWN[SparseVariable]


@shared_constructor
def sparse_constructor(
    value: Any,
    name: str | None = None,
    strict: bool = False,
    allow_downcast: bool | None = None,
    borrow: bool = False,
) -> SharedVariable:
    """The shared variable of a `scipy.sparse` matrix, csr or csc.

    Raises:
        TypeError: the value is no such matrix.
    """
    if not is_sparse_value(value) or value.format not in ("csr", "csc"):
        raise TypeError("no sparse matrix in csr or csc format")
    found = type_of(value)
    origin = here()
    return SparseTensorSharedVariable(
        found.with_shape((None, None)),
        value if borrow else value.copy(),
        name,
        strict=strict,
        allow_downcast=allow_downcast,
        origins=(origin,) if origin is not None else (),
    )
