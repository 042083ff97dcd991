"""Writing loop expressions as one writes mathematics: operators, functions, folds.

Operands of different dtypes are brought to the common dtype of NumPy's rules first; a
Python number takes the dtype of the expression beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from teachgraph.core.types import is_complex, is_continuous, upcast
from teachgraph.kernel.ir import (
    OPERATORS,
    Bin,
    Call,
    Cast,
    Checked,
    Const,
    Expr,
    Fold,
    FoldKind,
    Load,
    Name,
    Select,
)

COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")


def const(value: Any, dtype: str) -> Const:
    """A number of a dtype."""
    if dtype == "bool":
        return Const(bool(value), dtype)
    if is_complex(dtype):
        return Const(complex(value), dtype)
    if is_continuous(dtype):
        return Const(float(value), dtype)
    return Const(wrapped(int(value), dtype), dtype)


def wrapped(value: int, dtype: str) -> int:
    """A whole number as a dtype holds it: what is too large comes round again."""
    bits = int("".join(c for c in dtype if c.isdigit()))
    signed = dtype.startswith("int")
    half = 1 << (bits - 1) if signed else 0
    return ((value + half) & ((1 << bits) - 1)) - half


def cast(a: Expr, dtype: str) -> Expr:
    """`a` in a dtype; constants are converted at once."""
    if a.dtype == dtype:
        return a
    if isinstance(a, Const) and _converts(a.dtype, dtype):
        return const(a.value, dtype)
    return Cast(a, dtype)


def _converts(source: str, target: str) -> bool:
    """True where a constant may be converted at once, with the same result as in C."""
    if is_complex(source) and not is_complex(target):
        return False
    return is_continuous(target) or not is_continuous(source)


def pair(a: Any, b: Any) -> tuple[Expr, Expr]:
    """Two operands in their common dtype."""
    if isinstance(a, Expr) and isinstance(b, Expr):
        if a.dtype == b.dtype:
            return a, b
        dtype = upcast(a.dtype, b.dtype)
        return cast(a, dtype), cast(b, dtype)
    if isinstance(a, Expr):
        return a, const(b, a.dtype)
    return const(a, b.dtype), b


def binary(op: str, a: Any, b: Any) -> Expr:
    """`a op b`, with whole-number constants worked out and 0 and 1 left away.

    Of bools, the sum is whether either is true, the product whether both are.
    """
    left, right = pair(a, b)
    dtype = "bool" if op in COMPARISONS else left.dtype
    if dtype == "bool":
        op = {"+": "|", "*": "&"}.get(op, op)
    if left.dtype == "int64":
        simple = _simplified(op, left, right)
        if simple is not None:
            return simple
    return Bin(op, left, right, dtype)


def _simplified(op: str, a: Expr, b: Expr) -> Expr | None:
    x = a.value if isinstance(a, Const) else None
    y = b.value if isinstance(b, Const) else None
    if isinstance(x, int) and isinstance(y, int):
        return _folded(op, x, y)
    if (op == "+" and x == 0) or (op == "*" and x == 1):
        return b
    if (op in "+-" and y == 0) or (op in ("*", "//") and y == 1):
        return a
    if op == "*" and (x == 0 or y == 0):
        return Const(0, "int64")
    return None


def _folded(op: str, x: int, y: int) -> Expr | None:
    work: dict[str, Callable[[int, int], int]] = {
        "+": int.__add__,
        "-": int.__sub__,
        "*": int.__mul__,
        "min": min,
        "max": max,
    }
    if op in work:
        return Const(work[op](x, y), "int64")
    if op in ("==", "!="):
        return Const((x == y) == (op == "=="), "bool")
    if op in ("//", "%") and y != 0:
        return Const(x // y if op == "//" else x % y, "int64")
    return None


def _operator(op: str) -> Callable[[Any, Any], Expr]:
    return lambda a, b: binary(op, a, b)


for _op in ("+", "-", "*", "/", "&", "|", "^", *COMPARISONS):
    OPERATORS[_op] = _operator(_op)


def _negative(a: Expr) -> Expr:
    return call("neg", a)


OPERATORS["neg"] = _negative


def call(fn: str, *args: Expr, dtype: str | None = None) -> Expr:
    """A function of expressions; the result has the first argument's dtype."""
    if fn == "neg" and isinstance(args[0], Const):
        return Const(-args[0].value, args[0].dtype)
    return Call(fn, args, dtype or args[0].dtype)


def function(fn: str, dtype: str | None = None) -> Callable[..., Expr]:
    """The builder of calls to one function, for an op's table row."""

    def build(*args: Expr) -> Expr:
        return call(fn, *args, dtype=dtype)

    return build


def select(test: Expr, a: Any, b: Any) -> Expr:
    """`a` where the test holds, else `b`."""
    left, right = pair(a, b)
    if isinstance(test, Const):
        return left if test.value else right
    return Select(test, left, right, left.dtype)


def equal(a: Any, b: Any) -> Expr:
    """a == b."""
    return binary("==", a, b)


def not_equal(a: Any, b: Any) -> Expr:
    """a != b."""
    return binary("!=", a, b)


def floor_div(a: Any, b: Any) -> Expr:
    """a // b of integers, towards minus infinity."""
    return binary("//", a, b)


def modulo(a: Any, b: Any) -> Expr:
    """a % b of integers, with the sign of b."""
    return binary("%", a, b)


def shift_right(a: Any, b: Any) -> Expr:
    """a >> b of integers."""
    return binary(">>", a, b)


def minimum(a: Any, b: Any) -> Expr:
    """The smaller of two integers."""
    return binary("min", a, b)


def maximum(a: Any, b: Any) -> Expr:
    """The larger of two integers."""
    return binary("max", a, b)


def integer(value: Any) -> Expr:
    """An int64 expression from a number or an expression."""
    return (
        cast(value, "int64") if isinstance(value, Expr) else Const(int(value), "int64")
    )


def load(buffer: str, index: Expr, dtype: str) -> Load:
    """An element of a buffer."""
    return Load(buffer, index, dtype)


def checked(index: Expr, extent: Any, node: Any = None) -> Expr:
    """A bounds-checked index; a negative one counts from the end of the axis."""
    if isinstance(index, Const) and isinstance(extent, Const):
        i, n = int(index.value.real), int(extent.value.real)
        if -n <= i < n:
            return Const(i % n, "int64")
    return Checked(cast(index, "int64"), integer(extent), node)


def fold(
    kind: FoldKind,
    extents: Sequence[Expr],
    body: Callable[..., Expr],
    *,
    dtype: str | None = None,
) -> Expr:
    """Put `body(i, j, ...)` together over all indices below `extents`."""
    indices = tuple(Name(f"r{k}", "int64") for k in range(len(extents)))
    value = body(*indices)
    if kind in ("argmax", "argmin"):
        return Fold(kind, indices, tuple(extents), value, "int64")
    accumulator = dtype or value.dtype
    return Fold(kind, indices, tuple(extents), cast(value, accumulator), accumulator)


def flat_index(index: Sequence[Expr], shape: Sequence[Expr]) -> Expr:
    """The position of an element in row-major order."""
    flat: Expr = Const(0, "int64")
    for i, n in zip(index, shape, strict=True):
        flat = flat * n + i
    return flat


def unflatten(flat: Expr, shape: Sequence[Expr]) -> tuple[Expr, ...]:
    """The index of the element at a row-major position."""
    found: list[Expr] = []
    for axis, n in enumerate(reversed(shape)):
        last = axis == len(shape) - 1
        found.append(flat if last else modulo(flat, n))
        flat = floor_div(flat, n)
    return tuple(reversed(found))
