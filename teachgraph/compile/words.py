"""How the reports of this package speak of variables, types and numbers of things."""

from __future__ import annotations

from teachgraph.core.graph import Variable
from teachgraph.core.types import TensorType
from teachgraph.errors import naming
from teachgraph.errors.naming import listed
from teachgraph.errors.suggest import nearest
from teachgraph.ops.variables import LETTERS

__all__ = [
    "called",
    "constructor",
    "count",
    "in_code",
    "kind",
    "listed",
    "nearest",
    "rank",
]

LONGEST = 60
RANKS = ("a scalar (0-d)", "a vector (1-d)", "a matrix (2-d)")


def called(v: Variable) -> str:
    """What a variable is called, marked as code."""
    return f"`{naming.called(v)}`"


def in_code(v: Variable) -> str:
    """What to type to mean the variable."""
    if v.name is not None:
        return v.name
    span = v.origin.span() if v.origin is not None else None
    if v.owner is None or span is None or span.line != span.end_line:
        return "x"
    text = span.text()
    return text if 0 < len(text) <= LONGEST else "x"


def rank(ndim: int) -> str:
    """`a matrix (2-d)` for 2."""
    return RANKS[ndim] if ndim < len(RANKS) else f"a {ndim}-d tensor"


def kind(t: TensorType) -> str:
    """`a float64 matrix (2-d)`."""
    article = "an" if t.dtype.startswith("int") else "a"
    return f"{article} {t.dtype} {rank(t.ndim).split(' ', 1)[1]}"


def constructor(dtype: str, ndim: int) -> str:
    """`T.dmatrix` for float64 and 2: what declares a variable so."""
    words = ("scalar", "vector", "matrix")
    letter = {kind: letter for letter, kind in LETTERS.items()}.get(dtype, "")
    return f"T.{letter}{words[ndim] if ndim < 3 else f'tensor{ndim}'}"


def count(n: int, noun: str) -> str:
    """`1 argument`, `2 arguments`, `no argument`."""
    return f"{n or 'no'} {noun}{'s' if n > 1 else ''}"
