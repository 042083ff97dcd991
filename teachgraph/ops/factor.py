"""Matrices taken apart: eigenvalues, singular values, QR, Cholesky; by NumPy and SciPy.

Derivatives: Giles (2008) for eigenvalues; Townsend, "Differentiating the singular value
decomposition" (2016); Seeger et al., "Auto-differentiating linear algebra" (2017) for
QR; Murray, "Differentiation of the Cholesky decomposition" (2016).
"""

from __future__ import annotations

import importlib
from typing import Any, Literal

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.report import Fault, Hint
from teachgraph.core.types import TensorType, is_complex, same_length
from teachgraph.ops.alloc import ShapeOf
from teachgraph.ops.base import Array, Example, Gradients, TensorLike, as_tensor
from teachgraph.ops.creation import eye, tril, triu
from teachgraph.ops.dot import dot
from teachgraph.ops.dtypes import real_part_dtype, to_float
from teachgraph.ops.matrix import for_lapack, inv, matrix, square, well_posed
from teachgraph.ops.scalars import isnan, switch
from teachgraph.ops.shape import dimshuffle, transpose
from teachgraph.ops.statistics import any
from teachgraph.ops.subscript import diag, diagonal

Several = tuple[Variable, ...]
Terms = tuple[Variable | None, ...]
Triangle = Literal["L", "U"]
TRIANGLES: tuple[Triangle, ...] = ("L", "U")
OnError = Literal["raise", "nan"]
Mode = Literal["reduced", "complete", "r"]


def scipy_linalg() -> Any:
    """`scipy.linalg`, loaded when it is first needed."""
    return importlib.import_module("scipy.linalg")


def columns(v: Variable) -> Variable:
    """A vector along the columns of a matrix."""
    return dimshuffle(v, "x", 0)


def rows(v: Variable) -> Variable:
    """A vector along the rows of a matrix."""
    return dimshuffle(v, 0, "x")


def _fraction(differences: Variable) -> Variable:
    """One over each difference; zero on the diagonal."""
    n = eye(ShapeOf(0)(differences), dtype=differences.dtype)
    return switch(n, 0, 1 / (differences + n))


def _symmetric(a: Array) -> Array:
    return (a + a.T) / 2


class Eig(Op):
    """The eigenvalues of a square matrix, and its eigenvectors as columns; complex."""

    def infer(self, a: TensorType) -> tuple[TensorType, TensorType]:
        t = square(for_lapack(a))
        dtype = "complex64" if t.dtype in ("float32", "complex64") else "complex128"
        return TensorType(dtype, t.shape[:1]), TensorType(dtype, t.shape)

    def numpy(self, a: Array) -> tuple[Array, Array]:
        real = to_float(str(a.dtype))
        w, v = np.linalg.eig(a.astype(real))
        dtype = "complex64" if real in ("float32", "complex64") else "complex128"
        return w.astype(dtype), v.astype(dtype)

    def grad(self, inputs: Several, outputs: Several, gs: Terms) -> Gradients:
        raise Fault(
            "no-gradient",
            "the eigenvalues of a matrix that is not symmetric have no gradient here",
            hints=(Hint("for a symmetric matrix", "T.nlinalg.eigh(a)"),),
        )

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [(cls(), (np.array([[2.0, 1.0], [-1.0, 3.0]]),))]


class Eigh(Op):
    """Eigenvalues of a symmetric matrix, rising, and its eigenvectors as columns.

    Only the triangle that `UPLO` names ('L' or 'U') is read.
    """

    UPLO: Triangle = "L"

    def infer(self, a: TensorType) -> tuple[TensorType, TensorType]:
        t = square(for_lapack(a))
        real = real_part_dtype(t.dtype)
        return TensorType(real, t.shape[:1]), t

    def numpy(self, a: Array) -> tuple[Array, Array]:
        w, v = np.linalg.eigh(a.astype(to_float(str(a.dtype))), self.UPLO)
        return w, v

    def grad(self, inputs: Several, outputs: Several, gs: Terms) -> Gradients:
        w, v = outputs
        inner: Variable | None = None if gs[0] is None else diag(gs[0])
        if gs[1] is not None:
            apart = _fraction(columns(w) - rows(w))
            turned = apart * dot(transpose(v), gs[1])
            inner = turned if inner is None else inner + turned
        if inner is None:
            return (None,)
        whole = dot(dot(v, inner), transpose(v))
        return (_read(whole, self.UPLO),)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        a = _symmetric(well_posed(3, 3))
        return [(cls(UPLO), (a,)) for UPLO in TRIANGLES]


class SVD(Op):
    """Singular values: `u`, `s` (falling) and `vt` with a = u @ diag(s) @ vt.

    With `full_matrices` u and vt are square; without `compute_uv` only `s` is given.
    """

    full_matrices: bool = True
    compute_uv: bool = True

    def infer(self, a: TensorType) -> tuple[TensorType, ...] | TensorType:
        m, n = matrix(for_lapack(a)).shape
        dtype = to_float(a.dtype)
        k = min(m, n) if isinstance(m, int) and isinstance(n, int) else None
        s = TensorType(
            "float32" if dtype in ("float32", "complex64") else "float64", (k,)
        )
        if not self.compute_uv:
            return s
        left, right = ((m, m), (n, n)) if self.full_matrices else ((m, k), (k, n))
        return TensorType(dtype, left), s, TensorType(dtype, right)

    def numpy(self, a: Array) -> tuple[Array, ...] | Array:
        given = a.astype(to_float(str(a.dtype)))
        if not self.compute_uv:
            return np.linalg.svd(given, compute_uv=False)
        return tuple(np.linalg.svd(given, self.full_matrices))

    def grad(self, inputs: Several, outputs: Any, gs: Any) -> Gradients:
        if not self.compute_uv:
            u, _, vt = SVD(False)(inputs[0])
            return (dot(u * columns(gs), vt),)
        gu, g, gv = gs
        if self.full_matrices and (gu is not None or gv is not None):
            raise Fault(
                "no-gradient",
                "the square factors of an SVD have no gradient: some columns are free",
                hints=(Hint("ask for the others only", "svd(a, full_matrices=False)"),),
            )
        u, s, vt = SVD(False)(inputs[0]) if self.full_matrices else outputs
        return (_svd_gradient(u, s, vt, gu, g, gv),)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        shapes = ((3, 2), (2, 3), (3, 3))
        return [
            *((cls(False), (well_posed(*shape),)) for shape in shapes),
            *((cls(False, False), (well_posed(*shape),)) for shape in shapes),
        ]


def _svd_gradient(
    u: Variable,
    s: Variable,
    vt: Variable,
    gu: Variable | None,
    g: Variable | None,
    gv: Variable | None,
) -> Variable | None:
    apart = _fraction(columns(s) ** 2 - rows(s) ** 2)
    terms: list[Variable] = []
    if gu is not None:
        turned = dot(transpose(u), gu)
        inner = apart * (turned - transpose(turned)) * columns(s)
        outside = (gu - dot(u, turned)) / columns(s)
        terms.append(dot(dot(u, inner) + outside, vt))
    if g is not None:
        terms.append(dot(u * columns(g), vt))
    if gv is not None:
        turned = dot(vt, transpose(gv))
        inner = rows(s) * (apart * (turned - transpose(turned)))
        outside = (gv - dot(transpose(turned), vt)) / rows(s)
        terms.append(dot(u, dot(inner, vt) + outside))
    result: Variable | None = None
    for term in terms:
        result = term if result is None else result + term
    return result


class QR(Op):
    """a = q @ r with orthonormal columns of q and an upper triangle r.

    `mode` is 'reduced', 'complete', or 'r' for r alone.
    """

    mode: Mode = "reduced"

    def infer(self, a: TensorType) -> tuple[TensorType, ...] | TensorType:
        m, n = matrix(for_lapack(a)).shape
        dtype = to_float(a.dtype)
        k = min(m, n) if isinstance(m, int) and isinstance(n, int) else None
        if self.mode == "complete":
            return TensorType(dtype, (m, m)), TensorType(dtype, (m, n))
        r = TensorType(dtype, (k, n))
        return r if self.mode == "r" else (TensorType(dtype, (m, k)), r)

    def numpy(self, a: Array) -> Any:
        found: Any = np.linalg.qr(a.astype(to_float(str(a.dtype))), self.mode)
        return found if self.mode == "r" else tuple(found)

    def grad(self, inputs: Several, outputs: Any, gs: Any) -> Gradients:
        m, n = inputs[0].type.shape
        wide = isinstance(m, int) and isinstance(n, int) and m < n
        if self.mode == "complete" or wide:
            raise Fault(
                "no-gradient",
                "the gradient of a QR is known for mode 'reduced' and tall matrices",
            )
        q, r = QR()(inputs[0]) if self.mode == "r" else outputs
        gq, gr = (None, gs) if self.mode == "r" else gs
        inner: Variable | None = None if gr is None else dot(r, transpose(gr))
        if gq is not None:
            turned = dot(transpose(gq), q)
            inner = -turned if inner is None else inner - turned
        if inner is None:
            return (None,)
        copied = tril(inner) + transpose(tril(inner, -1))
        term = dot(q, copied) if gq is None else gq + dot(q, copied)
        return (dot(term, transpose(inv(r))),)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [
            (cls(), (well_posed(3, 2),)),
            (cls(), (well_posed(3, 3),)),
            (cls("r"), (well_posed(3, 2),)),
        ]


class Cholesky(Op):
    """The triangle L with a = L @ L.T; for UPLO 'U' the triangle U with a = U.T @ U.

    Only that triangle of `a` is read, and `a` must be symmetric and positive definite;
    if it is not, the result and its gradient are nan where `on_error` is "nan".
    """

    UPLO: Triangle = "L"
    on_error: OnError = "raise"

    def infer(self, a: TensorType) -> TensorType:
        return square(for_lapack(a))

    def numpy(self, a: Array) -> Array:
        given = a.astype(to_float(str(a.dtype)))
        try:
            return scipy_linalg().cholesky(given, lower=self.UPLO == "L")
        except np.linalg.LinAlgError:
            if self.on_error == "raise":
                raise
            return np.full_like(given, np.nan)

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        triangle, turned = output, g
        if self.UPLO == "U":
            triangle, turned = transpose(output), transpose(g)
        inner = tril(dot(transpose(triangle), turned))
        inner = inner - diag(diagonal(inner)) / 2
        back = inv(triangle)
        whole = dot(dot(transpose(back), inner), back)
        term = tril(whole + transpose(whole)) - diag(diagonal(whole))
        if self.on_error == "nan":
            term = switch(any(isnan(output)), np.nan, term)
        return (term if self.UPLO == "L" else transpose(term),)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        a = well_posed(3, 3)
        ops = [*map(cls, TRIANGLES), cls(on_error="nan")]
        return [(op, (a @ a.T,)) for op in ops]


class GeneralEigh(Op):
    """The w, rising, and the columns v with a v = w b v, for symmetric a and b.

    Of both only the triangle that `UPLO` names is read; b must be positive definite.
    """

    UPLO: Triangle = "L"

    def infer(self, a: TensorType, b: TensorType) -> tuple[TensorType, TensorType]:
        n = same_length(square(for_lapack(a)).shape[0], square(for_lapack(b)).shape[0])
        dtype = to_float(a.dtype, b.dtype)
        if is_complex(dtype):
            title = "eigenvalues for two matrices are known for real matrices"
            raise Fault("wrong-dtype", title)
        return TensorType(dtype, (n,)), TensorType(dtype, (n, n))

    def numpy(self, a: Array, b: Array) -> tuple[Array, Array]:
        dtype = to_float(str(a.dtype), str(b.dtype))
        given = (a.astype(dtype), b.astype(dtype))
        w, v = scipy_linalg().eigh(*given, lower=self.UPLO == "L")
        return w, v

    def grad(self, inputs: Several, outputs: Several, gs: Terms) -> Gradients:
        (w, v), (gw, gv) = outputs, gs
        if gv is not None:
            raise Fault(
                "no-gradient", "eigenvectors for two matrices have no gradient here"
            )
        if gw is None:
            return None, None
        of_a = dot(v * columns(gw), transpose(v))
        of_b = -dot(v * columns(gw * w), transpose(v))
        return _read(of_a, self.UPLO), _read(of_b, self.UPLO)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        a = well_posed(3, 3)
        return [(cls(), (_symmetric(a), a @ a.T))]


def _read(whole: Variable, UPLO: Triangle) -> Variable:
    """The gradient of the one triangle of a symmetric matrix that is read."""
    if UPLO == "L":
        return tril(whole) + transpose(triu(whole, 1))
    return triu(whole) + transpose(tril(whole, -1))


def eig(a: TensorLike) -> list[Variable]:
    """Eigenvalues (n,) and eigenvectors (n, n), as columns; complex."""
    return Eig()(as_tensor(a))


def eigh(a: TensorLike, UPLO: Triangle = "L") -> list[Variable]:
    """Eigenvalues (n,), rising, and eigenvectors (n, n) of a symmetric matrix.

    Raises:
        wrong-rank: `a` is no matrix.
        shape-mismatch: it is not square.

    >>> values, vectors = T.nlinalg.eigh([[2.0, 0.0], [0.0, 1.0]])
    >>> values.eval()
    array([1., 2.])
    """
    return Eigh(UPLO)(as_tensor(a))


def eigvalsh(
    a: TensorLike, b: TensorLike | None = None, lower: bool = True
) -> Variable:
    """The eigenvalues of a symmetric matrix, rising; or of a v = w b v.

    Shape (n,).

    Raises:
        wrong-rank: `a` is no matrix.
        shape-mismatch: it is not square.
    """
    UPLO: Triangle = "L" if lower else "U"
    if b is not None:
        return GeneralEigh(UPLO)(as_tensor(a), as_tensor(b))[0]
    return eigh(a, UPLO)[0]


def svd(a: TensorLike, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """`[u, s, vt]` with a = u @ diag(s) @ vt; `s` alone unless `compute_uv`.

    Shapes (m, k), (k,), (k, n), k being the lesser of m and n; with `full_matrices`
    (m, m), (k,), (n, n).

    >>> u, s, vt = T.nlinalg.svd(T.dmatrix("a", shape=(5, 3)), full_matrices=False)
    >>> u.type
    TensorType(dtype='float64', shape=(5, 3))
    """
    return SVD(bool(full_matrices), bool(compute_uv))(as_tensor(a))


def qr(a: TensorLike, mode: Mode = "reduced") -> Any:
    """`[q, r]` with a = q @ r; r alone for mode 'r'.

    Shapes (m, k) and (k, n), k being the lesser of m and n; for mode 'complete' (m, m)
    and (m, n).
    """
    if mode not in ("reduced", "complete", "r"):
        raise Fault(
            "wrong-value", f"mode is 'reduced', 'complete' or 'r', not {mode!r}"
        )
    return QR(mode)(as_tensor(a))


def cholesky(
    a: TensorLike, lower: bool = True, on_error: OnError = "raise"
) -> Variable:
    """The triangle L with a = L @ L.T; or U with a = U.T @ U.

    Shape (n, n), zero in the other triangle; all nan where `a` is not positive definite
    and `on_error` is "nan".

    Raises:
        shape-mismatch: `a` is not square.
        computation-failed: it is not positive definite, as a call finds.

    >>> T.slinalg.cholesky([[4.0, 0.0], [0.0, 9.0]]).eval()
    array([[2., 0.],
           [0., 3.]])
    """
    v = as_tensor(a)
    if is_complex(v.dtype):
        raise Fault("wrong-dtype", "the Cholesky factor is known for real matrices")
    if on_error not in ("raise", "nan"):
        raise Fault("wrong-value", f"on_error is 'raise' or 'nan', not {on_error!r}")
    return Cholesky("L" if lower else "U", on_error)(v)
