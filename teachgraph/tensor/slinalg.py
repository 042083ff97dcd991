"""Linear algebra by SciPy; re-exports only."""

from teachgraph.core.entrance import open_doors
from teachgraph.ops.factor import Cholesky, cholesky, eigvalsh
from teachgraph.ops.solve import (
    Expm,
    Solve,
    expm,
    solve,
    solve_lower_triangular,
    solve_symmetric,
    solve_triangular,
    solve_upper_triangular,
)

__all__ = [
    "Cholesky",
    "Expm",
    "Solve",
    "cholesky",
    "eigvalsh",
    "expm",
    "solve",
    "solve_lower_triangular",
    "solve_symmetric",
    "solve_triangular",
    "solve_upper_triangular",
]

open_doors(globals())
