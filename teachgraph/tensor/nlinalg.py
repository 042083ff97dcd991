"""Linear algebra by NumPy; re-exports only."""

from teachgraph.core.entrance import open_doors
from teachgraph.ops.factor import QR, SVD, Eig, Eigh, eig, eigh, qr, svd
from teachgraph.ops.matrix import (
    Det,
    MatrixInverse,
    MatrixPinv,
    SLogDet,
    det,
    inv,
    matrix_dot,
    matrix_power,
    pinv,
    slogdet,
    tensorinv,
)
from teachgraph.ops.norms import norm
from teachgraph.ops.solve import Lstsq, lstsq, tensorsolve
from teachgraph.ops.subscript import diag, diagonal, trace

matrix_inverse = inv

__all__ = [
    "QR",
    "SVD",
    "Det",
    "Eig",
    "Eigh",
    "Lstsq",
    "MatrixInverse",
    "MatrixPinv",
    "SLogDet",
    "det",
    "diag",
    "diagonal",
    "eig",
    "eigh",
    "inv",
    "lstsq",
    "matrix_dot",
    "matrix_inverse",
    "matrix_power",
    "norm",
    "pinv",
    "qr",
    "slogdet",
    "svd",
    "tensorinv",
    "tensorsolve",
    "trace",
]

open_doors(globals())
