"""Two ways to say one formula: with NumPy at once, and as expressions of a loop.

Python's operators mean the same on arrays and on loop expressions; a `Way` says the
rest. So a formula is written once, and every backend works out the same.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

import numpy as np

from teachgraph.kernel import build as k
from teachgraph.kernel.ir import Expr, Let, Name

Value = Any
"""A NumPy array or scalar, or a loop expression."""


class Way(Protocol):
    """How to say what operators do not."""

    def let(self, name: str, value: Value) -> Value:
        """The value, under a name where it is printed."""
        ...

    def sqrt(self, x: Value) -> Value:
        """The square root, rounded to nearest."""
        ...

    def select(self, test: Value, a: Value, b: Value) -> Value:
        """`a` where the test holds, else `b`."""
        ...

    def choose(self, test: Value, a: float, b: float, like: Value) -> Value:
        """One of two constants of the dtype of `like`."""
        ...

    def bits(self, x: Value) -> Value:
        """The bits of a fraction, as a whole number without a sign."""
        ...

    def number(self, bits: Value) -> Value:
        """The fraction that has these bits."""
        ...

    def shifted(self, bits: Value, count: int) -> Value:
        """The bits, moved `count` places to the right."""
        ...


Exact = Callable[..., Value]
"""A function of a way and its arguments, all of one dtype."""


class OnArrays:
    """With NumPy, at once."""

    def let(self, name: str, value: Value) -> Value:
        del name
        return value

    def sqrt(self, x: Value) -> Value:
        return np.sqrt(x)

    def select(self, test: Value, a: Value, b: Value) -> Value:
        return cast(Value, np.where(test, a, b))

    def choose(self, test: Value, a: float, b: float, like: Value) -> Value:
        kind = like.dtype.type
        return kind(a) if a == b else self.select(test, kind(a), kind(b))

    def bits(self, x: Value) -> Value:
        return x.view(f"uint{8 * x.itemsize}")

    def number(self, bits: Value) -> Value:
        return bits.view(f"float{8 * bits.itemsize}")

    def shifted(self, bits: Value, count: int) -> Value:
        return bits >> count


class InLoops:
    """As expressions over names; `lets` are the names with what they stand for."""

    def __init__(self, taken: Sequence[str]):
        self.lets: list[Let] = []
        self.taken = dict.fromkeys(taken, 0)

    def let(self, name: str, value: Value) -> Value:
        count = self.taken[name] = self.taken.get(name, -1) + 1
        found = Name(f"{name}{count or ''}", value.dtype)
        self.lets.append(Let(found, value))
        return found

    def sqrt(self, x: Value) -> Value:
        return k.call("sqrt", x)

    def select(self, test: Value, a: Value, b: Value) -> Value:
        return k.select(test, a, b)

    def choose(self, test: Value, a: float, b: float, like: Value) -> Value:
        first, second = (k.const(c, like.dtype) for c in (a, b))
        return first if a == b else k.select(test, first, second)

    def bits(self, x: Value) -> Value:
        return k.call("bits", x, dtype=x.dtype.replace("float", "uint"))

    def number(self, bits: Value) -> Value:
        return k.call("number", bits, dtype=bits.dtype.replace("uint", "float"))

    def shifted(self, bits: Value, count: int) -> Value:
        return k.shift_right(bits, count)


def in_numpy(function: Exact) -> Callable[..., Any]:
    """The function on NumPy arrays and scalars of one dtype."""

    def apply(*args: Any) -> Any:
        dtype = np.result_type(*args)
        wide = np.dtype("float32") if dtype == "float16" else dtype
        arrays = [np.asarray(a, wide) for a in args]
        if all(a.ndim == 0 for a in arrays):
            found = function(OnArrays(), *(a[()] for a in arrays))
        else:
            found = in_pieces(lambda *parts: function(OnArrays(), *parts), *arrays)
        return np.asarray(found, dtype)[()]

    return apply


def in_pieces(work: Callable[..., Value], *arrays: Value) -> Value:
    """`work` on broadcast arrays of one dtype, piece by piece.

    What comes in between stays in the cache: long formulas are ten times faster.
    """
    pieces: Any = cast(Any, np.nditer)(
        [*arrays, None],
        flags=["external_loop", "buffered", "zerosize_ok"],
        op_flags=[*[["readonly"]] * len(arrays), ["writeonly", "allocate"]],
        op_dtypes=[arrays[0].dtype] * (len(arrays) + 1),
        buffersize=PIECE,
    )
    with pieces:
        for *parts, out in pieces:
            out[...] = work(*parts)
        return pieces.operands[-1]


PIECE = 4096
"""Elements of an array that are worked on at a time."""


def in_loops(function: Exact, dtype: str) -> tuple[list[Name], list[Let], Expr]:
    """The function's parameters, what it works out in turn, and what it gives."""
    names = [*inspect.signature(function).parameters][1:]
    params = [Name(n, dtype) for n in names]
    way = InLoops(names)
    value = function(way, *params)
    return params, way.lets, value
