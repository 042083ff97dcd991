"""Norms of vectors and matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.report import Fault
from teachgraph.ops.base import TensorLike, as_tensor
from teachgraph.ops.factor import svd
from teachgraph.ops.scalars import abs_, gt, sqr
from teachgraph.ops.statistics import max as largest
from teachgraph.ops.statistics import min as smallest
from teachgraph.ops.statistics import sum as total


def norm(x: TensorLike, ord: Any = None, axis: int | None = None) -> Variable:
    """The norm of a vector or a matrix.

    Args:
        ord: for vectors inf, -inf, 0 or a number p; for matrices 'fro' (the default),
            inf, -inf, 1, -1, and 2, -2 and 'nuc' by singular values. The infinities
            may be spelled out, 'inf' and '-inf', as in Theano.
        axis: norm of the vectors along one axis.

    >>> T.nlinalg.norm([3.0, 4.0]).eval()
    array(5.)
    """
    v = as_tensor(x)
    ord = float(ord) if isinstance(ord, str) and ord in ("inf", "-inf") else ord
    if axis is not None or v.ndim == 1:
        return _vector_norm(v, 2 if ord is None else ord, axis or 0)
    if v.ndim == 2:
        return _matrix_norm(v, "fro" if ord is None else ord)
    if ord is None:
        return total(sqr(abs_(v))) ** 0.5
    raise Fault(
        "wrong-rank", f"a norm is of a vector or a matrix, and this is {v.type}"
    )


def _vector_norm(x: Variable, ord: Any, axis: int) -> Variable:
    if isinstance(ord, str):
        raise Fault("wrong-value", f"there is no norm {ord!r} of a vector")
    size = abs_(x)
    if ord == np.inf:
        return largest(size, axis=axis)
    if ord == -np.inf:
        return smallest(size, axis=axis)
    if ord == 0:
        return total(gt(size, 0), axis=axis)
    if ord == 2:
        return total(sqr(size), axis=axis) ** 0.5
    return total(size**ord, axis=axis) ** (1.0 / ord)


def _matrix_norm(x: Variable, ord: Any) -> Variable:
    by_sums: dict[Any, tuple[Callable[..., Variable], int]] = {
        np.inf: (largest, 1),
        -np.inf: (smallest, 1),
        1: (largest, 0),
        -1: (smallest, 0),
    }
    if ord in ("fro", "f"):
        return total(sqr(abs_(x))) ** 0.5
    if ord in by_sums:
        choose, axis = by_sums[ord]
        return choose(total(abs_(x), axis=axis))
    if ord in (2, -2, "nuc"):
        values = svd(x, compute_uv=False)
        return {2: largest, -2: smallest, "nuc": total}[ord](values)
    raise Fault("wrong-value", f"there is no norm {ord!r} of a matrix")
