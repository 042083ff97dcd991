"""Linear equations and functions of matrices, by SciPy."""

from __future__ import annotations

from typing import Any

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.report import Fault
from teachgraph.core.types import TensorType, same_length
from teachgraph.ops.alloc import ShapeOf, lengths_of, zeros_like
from teachgraph.ops.base import Array, Example, Gradients, TensorLike, as_tensor, ramp
from teachgraph.ops.creation import tril, triu
from teachgraph.ops.dot import dot, outer
from teachgraph.ops.dtypes import real_part_dtype, to_float
from teachgraph.ops.factor import Several, scipy_linalg
from teachgraph.ops.join import join
from teachgraph.ops.matrix import for_lapack, matrix, square, total_length, well_posed
from teachgraph.ops.reshape import flatten, reshape
from teachgraph.ops.shape import transpose
from teachgraph.ops.subscript import getitem

KINDS = {
    "general": "gen",
    "symmetric": "sym",
    "positive_definite": "pos",
    "lower_triangular": "low",
    "upper_triangular": "up",
}


class Solve(Op):
    """The x with a @ x = b; `kind` says what may be relied upon of `a`.

    `kind` is 'general', 'symmetric', 'positive_definite', 'lower_triangular' or
    'upper_triangular'; of a triangle the other half is not read.
    """

    kind: str = "general"

    def infer(self, a: TensorType, b: TensorType) -> TensorType:
        if b.ndim not in (1, 2):
            raise Fault("wrong-rank", f"the right side has 1 or 2 axes, not {b}")
        n = same_length(square(a).shape[0], b.shape[0], 0)
        return TensorType(to_float(a.dtype, b.dtype), (n, *b.shape[1:]))

    def numpy(self, a: Array, b: Array) -> Array:
        dtype = to_float(str(a.dtype), str(b.dtype))
        a, b = a.astype(dtype), b.astype(dtype)
        linalg = scipy_linalg()
        if self.kind.endswith("triangular"):
            low = self.kind.startswith("lower")
            return np.asarray(linalg.solve_triangular(a, b, lower=low), dtype)
        return np.asarray(linalg.solve(a, b, assume_a=KINDS[self.kind]), dtype)

    def grad(self, inputs: Several, output: Variable, g: Variable) -> Gradients:
        a, _ = inputs
        turned = {"lower": "upper", "upper": "lower"}
        half = self.kind.split("_")[0]
        kind = self.kind.replace(half, turned.get(half, half))
        back = Solve(kind)(transpose(a), g)
        whole = -(outer(back, output) if g.ndim == 1 else dot(back, transpose(output)))
        if self.kind == "lower_triangular":
            whole = tril(whole)
        elif self.kind == "upper_triangular":
            whole = triu(whole)
        return whole, back

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        a = well_posed(3, 3)
        found: list[Example] = [(cls(), (a, ramp(3))), (cls(), (a, ramp(3, 2)))]
        for kind, given in (("lower", np.tril(a)), ("upper", np.triu(a))):
            found.append((cls(f"{kind}_triangular"), (given, ramp(3))))
            found.append((cls(f"{kind}_triangular"), (given, ramp(3, 2))))
        return found


class Lstsq(Op):
    """The x that makes b - a @ x small, the residuals, the rank, singular values."""

    def infer(
        self, a: TensorType, b: TensorType, rcond: TensorType
    ) -> tuple[TensorType, ...]:
        m, n = matrix(for_lapack(a)).shape
        if b.ndim not in (1, 2):
            raise Fault("wrong-rank", f"the right side has 1 or 2 axes, not {b}")
        same_length(m, b.shape[0], 0)
        dtype = to_float(a.dtype, b.dtype)
        size = real_part_dtype(dtype)
        return (
            TensorType(dtype, (n, *b.shape[1:])),
            TensorType(size, (None,)),
            TensorType("int64", ()),
            TensorType(size, (None,)),
        )

    def numpy(self, a: Array, b: Array, rcond: Array) -> tuple[Array, ...]:
        dtype = to_float(str(a.dtype), str(b.dtype))
        given = a.astype(dtype), b.astype(dtype)
        x, residuals, rank, s = np.linalg.lstsq(*given, rcond=float(rcond))
        return x, residuals, np.asarray(rank, "int64"), s

    def grad(self, inputs: Several, outputs: Any, gs: Any) -> Gradients:
        raise Fault("no-gradient", "least squares has no gradient: use pinv(a) @ b")

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        rcond = np.array(-1.0)
        return [
            (cls(), (well_posed(3, 2), ramp(3), rcond)),
            (cls(), (well_posed(3, 2), ramp(3, 2), rcond)),
        ]


class Expm(Op):
    """The exponential of a square matrix.

    Derivative: the block-triangle identity of Van Loan (1978), so that it may be
    differentiated again.
    """

    latex = r"e^{{{0}}}"

    def infer(self, a: TensorType) -> TensorType:
        return square(a)

    def numpy(self, a: Array) -> Array:
        dtype = to_float(str(a.dtype))
        return np.asarray(scipy_linalg().expm(a.astype(dtype)), dtype)

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        turned = transpose(inputs[0])
        n = ShapeOf(0)(turned)
        upper, lower = join(1, turned, g), join(1, zeros_like(g), turned)
        found = Expm()(join(0, upper, lower))
        return (getitem(found, (slice(None, n), slice(n, None))),)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [(cls(), (well_posed(3, 3) / 4,)), (cls(), (ramp(2, 2),))]


def solve(
    a: TensorLike, b: TensorLike, A_structure: str = "general", lower: bool = False
) -> Variable:
    """The x with a @ x = b; shape of `b`.

    Args:
        a: a square matrix, (n, n).
        b: right sides, (n,) or (n, k).
        A_structure: 'general', 'symmetric', 'positive_definite', 'lower_triangular' or
            'upper_triangular'.
        lower: with 'triangular' or alone, that `a` is a lower triangle.

    >>> T.slinalg.solve([[2.0, 0.0], [0.0, 4.0]], [2.0, 4.0]).eval()
    array([1., 1.])
    """
    kind = "lower_triangular" if lower else A_structure
    if kind not in KINDS:
        raise Fault("wrong-value", f"A_structure is one of {', '.join(KINDS)}")
    return Solve(kind)(as_tensor(a), as_tensor(b))


def solve_lower_triangular(a: TensorLike, b: TensorLike) -> Variable:
    """The x with a @ x = b for a lower triangle `a`.

    `a` is (n, n), of which only the lower triangle is read; `b` is (n,) or (n, k).

    >>> T.slinalg.solve_lower_triangular([[2.0, 0.0], [1.0, 1.0]], [2.0, 3.0]).eval()
    array([1., 2.])
    """
    return solve(a, b, "lower_triangular")


def solve_upper_triangular(a: TensorLike, b: TensorLike) -> Variable:
    """The x with a @ x = b for an upper triangle `a`.

    `a` is (n, n), of which only the upper triangle is read; `b` is (n,) or (n, k).
    """
    return solve(a, b, "upper_triangular")


def solve_symmetric(a: TensorLike, b: TensorLike) -> Variable:
    """The x with a @ x = b for a symmetric `a`.

    `a` is (n, n), `b` is (n,) or (n, k).
    """
    return solve(a, b, "symmetric")


def solve_triangular(a: TensorLike, b: TensorLike, lower: bool = False) -> Variable:
    """The x with a @ x = b for a triangle `a`."""
    return solve(a, b, "lower_triangular" if lower else "upper_triangular")


def lstsq(a: TensorLike, b: TensorLike, rcond: TensorLike = -1.0) -> list[Variable]:
    """Least squares: `[x, residuals, rank, singular values]`.

    The first has shape (n,) or (n, k) for `a` of shape (m, n); the residuals are empty
    where the rank is less than n.
    """
    return Lstsq()(as_tensor(a), as_tensor(b), as_tensor(rcond))


def expm(a: TensorLike) -> Variable:
    """The exponential of a square matrix.

    Shape (n, n), as `scipy.linalg.expm`.

    Raises:
        wrong-rank: `a` is no matrix.
        shape-mismatch: it is not square.

    >>> T.slinalg.expm(np.zeros((2, 2))).eval()
    array([[1., 0.],
           [0., 1.]])
    """
    return Expm()(as_tensor(a))


def tensorsolve(a: TensorLike, b: TensorLike, axes: Any = None) -> Variable:
    """The x with tensordot(a, x, x.ndim) = b."""
    left, right = as_tensor(a), as_tensor(b)
    if axes is not None:
        moved = [axis % left.ndim for axis in axes]
        order = [axis for axis in range(left.ndim) if axis not in moved]
        left = transpose(left, [*order, *moved])
    inner = lengths_of(left)[right.ndim :]
    flat = solve(reshape(left, (-1, total_length(inner))), flatten(right))
    return reshape(flat, inner, ndim=left.ndim - right.ndim)
