"""Arithmetic that is the same for whole numbers of three sorts.

Ints, symbolic lengths, and loop expressions all add and multiply; here is what else
indexing needs of them, so that NumPy's rules for slices are written down once.
"""

from __future__ import annotations

from typing import Any

from teachgraph.core.record import record
from teachgraph.core.sizes import Size
from teachgraph.kernel import build as k
from teachgraph.kernel.ir import Expr

Whole = Any
"""An int, a symbolic length, or a loop expression of int64."""


def minimum(a: Whole, b: Whole) -> Whole:
    """The smaller of two."""
    if isinstance(a, int) and isinstance(b, int):
        return min(a, b)
    if isinstance(a, Expr) or isinstance(b, Expr):
        return k.minimum(k.integer(a), k.integer(b))
    return b.minimum(a) if isinstance(a, int) else a.minimum(b)


def maximum(a: Whole, b: Whole) -> Whole:
    """The larger of two."""
    if isinstance(a, int) and isinstance(b, int):
        return max(a, b)
    if isinstance(a, Expr) or isinstance(b, Expr):
        return k.maximum(k.integer(a), k.integer(b))
    return b.maximum(a) if isinstance(a, int) else a.maximum(b)


def floor_div(a: Whole, b: int) -> Whole:
    """The quotient, rounded down."""
    if b == 1:
        return a
    return k.floor_div(a, b) if isinstance(a, Expr) else a // b


def is_negative(a: Whole) -> Whole:
    """1 below zero, else 0."""
    if isinstance(a, int):
        return int(a < 0)
    if isinstance(a, Expr):
        return k.cast(a < 0, "int64")
    return 0 if is_natural(a) else minimum(1, maximum(0, -a))


def is_natural(a: Whole) -> bool:
    """True for numbers that cannot be negative: sums of products of lengths of axes."""
    if isinstance(a, Size):
        return all(
            c >= 0 and all(atom.kind == "axis" for atom in m) for m, c in a.terms
        )
    return isinstance(a, int) and a >= 0


def at_least_zero(a: Whole) -> Whole:
    """The number, or zero if it is negative."""
    return a if is_natural(a) else maximum(a, 0)


def choose(test: Whole, a: Whole, b: Whole) -> Whole:
    """`a` where the test is 1, `b` where it is 0."""
    if isinstance(test, int):
        return a if test else b
    if isinstance(test, Expr):
        return k.select(k.not_equal(test, 0), k.integer(a), k.integer(b))
    return test * a + (1 - test) * b


def within(i: Expr, n: Expr) -> Expr:
    """An index that may be out of range, moved to the nearest that is not.

    For the side of a `select` that is not taken, but may be evaluated.
    """
    return k.maximum(k.minimum(i, n - 1), k.integer(0))


@record()
class Stretch:
    """The elements that a slice takes: where the first is, how far apart, how many."""

    start: Whole
    step: int
    count: Whole


def stretch(start: Whole, stop: Whole, step: int, n: Whole) -> Stretch:
    """What `start:stop:step` takes of an axis of length `n`, by NumPy's rules.

    A bound left out is None. Bounds beyond the ends are moved to the ends. The numbers
    are kept as simple as they are equal: `x[1:]` and `x[:-1]` have the same count.
    """
    if step > 0:
        first = 0 if start is None else _from_front(start, n)
        last = n if stop is None else _limited(stop, n, n)
        room = last - first
        known = (stop is None and first == 0) or (first == 0 and is_natural(stop))
        if stop is None and isinstance(start, int) and start < 0:
            return Stretch(first, step, _steps(minimum(-start, n), step))
    else:
        first = n - 1 if start is None else _limited(start, n, n - 1)
        last = -1 if stop is None else _from_back(stop, n)
        room = first - last
        known = stop is None and (start is None or is_natural(start))
    return Stretch(first, step, _steps(room if known else at_least_zero(room), step))


def _steps(room: Whole, step: int) -> Whole:
    size = abs(step)
    return floor_div(room + (size - 1), size)


def _from_front(i: Whole, n: Whole) -> Whole:
    """A lower bound; one past the end needs no moving, the count becomes negative."""
    return choose(is_negative(i), at_least_zero(i + n), i)


def _from_back(i: Whole, n: Whole) -> Whole:
    return choose(is_negative(i), maximum(i + n, -1), i)


def _limited(i: Whole, n: Whole, highest: Whole) -> Whole:
    """An upper bound; one before the beginning needs no moving."""
    return choose(is_negative(i), i + n, minimum(i, highest))
