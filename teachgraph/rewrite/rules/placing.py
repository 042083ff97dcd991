"""Zeros with one value in each row: what the gradient of `x[arange(n), y]` is."""

from __future__ import annotations

from teachgraph.core.graph import Variable
from teachgraph.ops.assign import PlaceInRows
from teachgraph.ops.creation import arange
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.index import AdvancedSubtensor, At, Part, Pick
from teachgraph.ops.scalars import mul, true_div
from teachgraph.ops.shape import dimshuffle
from teachgraph.ops.variables import tensor
from teachgraph.rewrite.kinds import Float
from teachgraph.rewrite.lengths import length_of
from teachgraph.rewrite.look import node_of
from teachgraph.rewrite.rule import Decline, Equation, rewrites, rule

STABILIZE = "stabilize"
FINITE = "finite numbers; 0 * inf and 0 / 0 are nan on the left"


def _matrix(name: str = "x") -> Variable:
    return tensor("float64", (None, None), name)


def _placed() -> Variable:
    values, columns = tensor("float64", (None,), "v"), tensor("int64", (None,), "c")
    return PlaceInRows()(_matrix("m"), values, columns)


@rule(STABILIZE, example=lambda: -_placed())
def negation_of_placed(
    place: PlaceInRows, x: Variable, values: Float, columns: Variable
) -> Equation:
    """Only what is placed changes its sign; zeros have none."""
    return -place(x, values, columns), place(x, -values, columns)


@rewrites(
    lambda place, x, values, columns, y: place(x, values, columns) * y,
    STABILIZE,
    gives="place(x, values * y[rows, columns], columns)",
    domain=FINITE,
    example=lambda: _placed() * _matrix(),
)
def placed_times(
    place: PlaceInRows,
    x: Variable,
    values: Float,
    columns: Variable,
    y: Float,
    before: Variable,
) -> Variable | Decline:
    """Only where values are placed do the other factors matter: take them there."""
    return _at_places(mul, place, x, values, columns, y, before)


@rewrites(
    lambda place, x, values, columns, y: place(x, values, columns) / y,
    STABILIZE,
    gives="place(x, values / y[rows, columns], columns)",
    domain=FINITE,
    example=lambda: _placed() / _matrix(),
)
def placed_over(
    place: PlaceInRows,
    x: Variable,
    values: Float,
    columns: Variable,
    y: Float,
    before: Variable,
) -> Variable | Decline:
    """Only where values are placed do the divisors matter: take them there."""
    return _at_places(true_div, place, x, values, columns, y, before)


def _at_places(
    op: Elementwise,
    place: PlaceInRows,
    x: Variable,
    values: Variable,
    columns: Variable,
    y: Variable,
    before: Variable,
) -> Variable | Decline:
    """`values` put together with the elements of `y` where they are placed."""
    placed = next(i for i in node_of(before).inputs if _is_placed(i, place, columns))
    if y.ndim > 2 or any(
        p == 1 != n
        for p, n in zip(placed.type.shape[2 - y.ndim :], y.type.shape, strict=True)
    ):
        return Decline("the zeros would have to be stretched")
    return place(x, op(values, _taken(y, values, columns)), columns)


def _is_placed(v: Variable, place: PlaceInRows, columns: Variable) -> bool:
    return v.owner is not None and v.owner.op == place and v.owner.inputs[2] is columns


def _taken(y: Variable, values: Variable, columns: Variable) -> Variable:
    """The elements of `y` at `columns`, one in each row; `y` may be stretched."""
    along = {0: arange(length_of(values, 0)), 1: columns}
    index: list[Part] = []
    positions: list[Variable] = []
    for axis, n in enumerate(y.type.shape, 2 - y.ndim):
        index.append(At(0) if n == 1 else Pick())
        if n != 1:
            positions.append(along[axis])
    if not positions:
        return dimshuffle(y, [])
    return AdvancedSubtensor(tuple(index))(y, *positions)


DISTRIBUTED = "two products are rounded instead of a sum"


@rule(
    STABILIZE,
    rounding=DISTRIBUTED,
    example=lambda: (_placed() + _matrix()) * _matrix("z"),
)
def placed_plus_times(
    place: PlaceInRows,
    x: Variable,
    values: Float,
    columns: Variable,
    y: Float,
    z: Float,
) -> Equation:
    """Multiplied out, z is needed for a few values only, and y * z may simplify."""
    placed = place(x, values, columns)
    return (placed + y) * z, placed * z + y * z


@rule(
    STABILIZE,
    rounding=DISTRIBUTED,
    example=lambda: (_placed() - _matrix()) * _matrix("z"),
)
def placed_minus_times(
    place: PlaceInRows,
    x: Variable,
    values: Float,
    columns: Variable,
    y: Float,
    z: Float,
) -> Equation:
    """Multiplied out, z is needed for a few values only, and y * z may simplify."""
    placed = place(x, values, columns)
    return (placed - y) * z, placed * z - y * z


@rule(
    STABILIZE,
    rounding=DISTRIBUTED,
    example=lambda: (_matrix() - _placed()) * _matrix("z"),
)
def minus_placed_times(
    place: PlaceInRows,
    x: Variable,
    values: Float,
    columns: Variable,
    y: Float,
    z: Float,
) -> Equation:
    """Multiplied out, z is needed for a few values only, and y * z may simplify."""
    placed = place(x, values, columns)
    return (y - placed) * z, y * z - placed * z
