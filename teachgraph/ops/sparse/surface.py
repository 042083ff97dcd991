"""What operators and methods mean for a sparse variable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from teachgraph.core.entrance import public
from teachgraph.core.graph import Variable
from teachgraph.core.origin import calling_frame, here
from teachgraph.core.report import Fault, Hint, Report, UnknownNameError
from teachgraph.core.surface import MEANINGS, OWN
from teachgraph.errors.bytecode import reads_attribute
from teachgraph.errors.naming import called
from teachgraph.ops.alloc import ShapeOf
from teachgraph.ops.sparse import arithmetic, data, products
from teachgraph.ops.sparse.types import SparseVariable


def _missing(name: str) -> Callable[..., Any]:
    """Refuses what a sparse matrix has not."""
    if name in _SAME:
        return MEANINGS[name]

    def refuse(*operands: Any) -> Any:
        raise Fault(
            "unknown-name",
            f"a sparse matrix has no `{name}`",
            hints=(Hint("make it dense first", "sparse.dense_from_sparse(x)"),),
        )

    return public(refuse)


def _missing_attribute(x: Variable, name: str) -> Any:
    words = f"a sparse matrix has no attribute {name!r}"
    place = calling_frame()
    if place is None or name.startswith("_") or not reads_attribute(place):
        raise AttributeError(words)
    called_so = called(x, here())
    dense = f"sparse.dense_from_sparse({called_so}).{name}"
    hints = (Hint("make it dense first", dense),)
    title = f"{words}: `{called_so}` is {x.type}"
    raise UnknownNameError(
        Report("unknown-name", title, here(), hints=hints, nodes=(x,))
    )


def _count(x: Variable) -> Variable:
    """How many numbers a sparse matrix holds."""
    return cast(Variable, ShapeOf(0)(data.csm_data(x)))


_SAME = ("length", "truth", "to_number", "to_array", "array_ufunc", "array_function")
"""What is refused, or done, for sparse matrices as for all variables."""

MEANING: dict[str, Any] = {
    "missing": _missing,
    "missing_attribute": _missing_attribute,
    "add": arithmetic.add,
    "sub": arithmetic.sub,
    "mul": arithmetic.mul,
    "true_div": arithmetic.true_div,
    "neg": arithmetic.neg,
    "abs_": arithmetic.abs_,
    "matmul": products.dot,
    "getitem": products.getitem,
    ".dot": products.dot,
    ".structured_dot": products.structured_dot,
    ".T": property(products.transpose),
    ".transpose": products.transpose,
    ".toarray": data.dense_from_sparse,
    ".todense": data.dense_from_sparse,
    ".astype": arithmetic.cast,
    ".sum": arithmetic.sp_sum,
    ".zeros_like": data.sp_zeros_like,
    ".ones_like": data.sp_ones_like,
    ".data": property(data.csm_data),
    ".indices": property(data.csm_indices),
    ".indptr": property(data.csm_indptr),
    ".shape": MEANINGS[".shape"],
    ".size": property(_count),
}
OWN[SparseVariable] = MEANING
