"""Sums, products and extremes: over as little as possible, with constants outside."""

from __future__ import annotations

from collections.abc import Sequence

from teachgraph.core.graph import Variable
from teachgraph.ops.alloc import Alloc
from teachgraph.ops.casting import cast
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.exponential import exp
from teachgraph.ops.reduce import Extreme, Max, Min, Prod, Sum
from teachgraph.ops.scalars import mul, true_div
from teachgraph.ops.shape import Axis, DimShuffle, dimshuffle
from teachgraph.ops.variables import tensor
from teachgraph.rewrite.kinds import Float, Signed
from teachgraph.rewrite.lengths import length_of
from teachgraph.rewrite.look import inside, node_of
from teachgraph.rewrite.rule import NO_MATCH, Decline, Equation, rewrites, rule

CANONICALIZE = "canonicalize"
REORDERED = "the terms are rounded in another order"

Reduction = Sum | Prod | Max | Min


def _matrix(name: str = "x") -> Variable:
    return tensor("float64", (None, None), name)


def total(x: Variable, *axis: int) -> Variable:
    """The sum along axes, in the dtype of `x`; for examples."""
    return Sum(axis, x.dtype, x.dtype)(x)


def over(reduction: Reduction, axis: Sequence[int]) -> Reduction:
    """The same reduction along other axes."""
    return reduction.having(axis=tuple(sorted(axis)))


def kept_axes(ndim: int, axis: Sequence[int]) -> list[int]:
    """The axes that a reduction leaves."""
    return [a for a in range(ndim) if a not in axis]


@rewrites(
    lambda outer, inner, x: outer(inner(x)),
    CANONICALIZE,
    gives="one reduction along the axes of both",
    rounding=REORDERED,
    example=lambda: total(total(_matrix(), 1), 0),
)
def reduced_twice(
    outer: Reduction, inner: Reduction, x: Variable
) -> Variable | Decline:
    """Adding up the rows and then the columns is adding up everything."""
    if outer.having(axis=()) != inner.having(axis=()):
        return NO_MATCH
    kept = kept_axes(x.ndim, inner.axis)
    return over(outer, [*inner.axis, *(kept[a] for a in outer.axis)])(x)


@rewrites(
    lambda reduction, x: reduction(x),
    CANONICALIZE,
    gives="x without its axes of length 1",
    when=lambda reduction, x: all(x.type.shape[a] == 1 for a in reduction.axis),
    example=lambda: total(tensor("float64", (None, 1), "x"), 1),
)
def reduction_of_one(reduction: Reduction, x: Variable, before: Variable) -> Variable:
    """Of one element, or along no axis, there is nothing to add up."""
    return cast(dimshuffle(x, kept_axes(x.ndim, reduction.axis)), before.dtype)


@rewrites(
    lambda reduction, x: reduction(x),
    CANONICALIZE,
    gives="the reduction along axes that are longer than 1",
    when=lambda reduction, x: any(x.type.shape[a] == 1 for a in reduction.axis),
    example=lambda: total(tensor("float64", (None, 1), "x"), 0, 1),
)
def reduction_along_one(reduction: Reduction, x: Variable) -> Variable:
    """An axis of length 1 is dropped, not added up."""
    long = [a for a in reduction.axis if x.type.shape[a] != 1]
    kept = [a for a in range(x.ndim) if a in long or a not in reduction.axis]
    return over(reduction, [kept.index(a) for a in long])(dimshuffle(x, kept))


@rewrites(
    lambda reduction, order, x: reduction(order(x)),
    CANONICALIZE,
    gives="the axes of the reduction of x, in their order",
    rounding=REORDERED,
    example=lambda: total(dimshuffle(_matrix(), 1, 0), 0),
)
def reduction_of_moved_axes(
    reduction: Reduction, order: DimShuffle, x: Variable
) -> Variable:
    """The order of axes that are added up does not matter."""
    taken = [a for n, a in enumerate(order.order) if n in reduction.axis and a != "x"]
    left = kept_axes(x.ndim, taken)
    moved: list[Axis] = [
        "x" if a == "x" else left.index(a)
        for n, a in enumerate(order.order)
        if n not in reduction.axis
    ]
    return dimshuffle(over(reduction, taken)(x), moved)


@rule(
    CANONICALIZE,
    when=lambda s, x: x.dtype == s.dtype,
    example=lambda: total(-_matrix(), 0),
)
def sum_of_negations(s: Sum, x: Signed) -> Equation:
    """One sign change at the end instead of one for each term."""
    return s(-x), -s(x)


@rewrites(
    lambda m, x: m(-x),
    CANONICALIZE,
    gives="minus the smallest of x",
    example=lambda: Max((0,))(-_matrix()),
)
def largest_of_negations(m: Max, x: Float) -> Variable:
    """The largest opposite is the opposite of the smallest."""
    return -Min(m.axis)(x)


@rewrites(
    lambda m, x: m(-x),
    CANONICALIZE,
    gives="minus the largest of x",
    example=lambda: Min((0,))(-_matrix()),
)
def smallest_of_negations(m: Min, x: Float) -> Variable:
    """The smallest opposite is the opposite of the largest."""
    return -Max(m.axis)(x)


@rule(CANONICALIZE, example=lambda: Max((1,))(exp(_matrix())))
def extreme_of_exp(m: Extreme, x: Float) -> Equation:
    """exp keeps the order, so it is needed only once, of the extreme itself."""
    return m(exp(x)), exp(m(x))


@rewrites(
    lambda s, x, c: s(x * c),
    CANONICALIZE,
    gives="s(x) * c, where c is the same for all terms",
    rounding=REORDERED,
    example=lambda: total(_matrix() * 2.5, 1),
)
def sum_of_multiples(
    s: Sum, x: Float, c: Variable, before: Variable
) -> Variable | Decline:
    """One multiplication of the sum instead of one of each term."""
    return _factored_out(s, x, c, before, mul)


@rewrites(
    lambda s, x, c: s(x / c),
    CANONICALIZE,
    gives="s(x) / c, where c is the same for all terms",
    rounding=REORDERED,
    example=lambda: total(_matrix() / 3.0, 1),
)
def sum_of_quotients(
    s: Sum, x: Float, c: Variable, before: Variable
) -> Variable | Decline:
    """One division of the sum instead of one of each term: division is slow."""
    return _factored_out(s, x, c, before, true_div)


def _factored_out(
    s: Sum, x: Variable, c: Variable, before: Variable, op: Elementwise
) -> Variable | Decline:
    terms = inside(before)
    if not before.dtype == terms.dtype == x.dtype or not s.axis:
        return NO_MATCH
    c_lengths = (1,) * (terms.ndim - c.ndim) + c.type.shape
    x_lengths = (1,) * (terms.ndim - x.ndim) + x.type.shape
    if any(c_lengths[a] != 1 or x_lengths[a] == 1 for a in s.axis):
        return NO_MATCH
    kept = kept_axes(terms.ndim, s.axis)
    return op(s(_padded(x, terms.ndim)), dimshuffle(_padded(c, terms.ndim), kept))


def _padded(v: Variable, ndim: int) -> Variable:
    """`v` with axes of length 1 added in front; numbers are left alone."""
    return dimshuffle(v, [*["x"] * (ndim - v.ndim), *range(v.ndim)])


@rewrites(
    lambda s, full: s(full(...)),
    CANONICALIZE,
    gives="the value times the number of times it is added",
    rounding="one product instead of many sums",
    example=lambda: total(Alloc()(0.1, 3, 4), 1),
)
def sum_of_equal_terms(s: Sum, full: Alloc, before: Variable) -> Variable:
    """A number added n times is n times the number."""
    stretched = inside(before)
    value = node_of(stretched).inputs[0]
    lead = stretched.ndim - value.ndim
    repeated = [a for a in s.axis if a < lead or value.type.shape[a - lead] == 1]
    own = [a - lead for a in s.axis if a not in repeated]
    summed = cast(value, before.dtype)
    if own:
        summed = s.having(axis=tuple(own))(summed)
    for axis in repeated:
        summed = summed * cast(length_of(stretched, axis), before.dtype)
    left = [a for a in range(value.ndim) if a not in own]
    kept = [n for n, a in enumerate(left) if lead + a not in s.axis]
    lengths = [length_of(stretched, a) for a in kept_axes(stretched.ndim, s.axis)]
    return (
        full(dimshuffle(summed, kept), *lengths)
        if lengths
        else dimshuffle(summed, kept)
    )
