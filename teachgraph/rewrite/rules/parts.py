"""Indexing, joining and matrix products: take the part first, and compute only that."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.ops.alloc import MakeVector, ShapeOf
from teachgraph.ops.assign import IncSubtensor, PlaceInRows
from teachgraph.ops.casting import cast
from teachgraph.ops.creation import ARange, arange
from teachgraph.ops.dot import Dot
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.exponential import exp
from teachgraph.ops.index import (
    AdvancedSubtensor,
    At,
    Cut,
    NewAxis,
    Part,
    Pick,
    Subtensor,
)
from teachgraph.ops.join import Join
from teachgraph.ops.shape import DimShuffle, dimshuffle
from teachgraph.ops.variables import tensor
from teachgraph.rewrite.constants import as_constant, constant_value
from teachgraph.rewrite.kinds import Float
from teachgraph.rewrite.lengths import same_length, same_shape
from teachgraph.rewrite.look import inside, node_of
from teachgraph.rewrite.rule import NO_MATCH, Decline, Equation, rewrites, rule

CANONICALIZE = "canonicalize"
TRANSPOSE = DimShuffle((1, 0))


def _matrix(name: str = "x") -> Variable:
    return tensor("float64", (None, None), name)


def _is_whole(index: Sequence[Part]) -> bool:
    return all(isinstance(p, Cut) and p.is_whole for p in index)


@rewrites(
    lambda part, x: part(x),
    CANONICALIZE,
    gives="x, if all of it is taken",
    when=lambda part, x: _is_whole(part.index),
    example=lambda: Subtensor((Cut(), Cut()))(_matrix()),
)
def all_of_it(part: Subtensor, x: Variable) -> Variable:
    """x[:] is x."""
    del part
    return x


@rewrites(
    lambda part, vector: part(vector(...)),
    CANONICALIZE,
    gives="the element itself",
    when=lambda part, vector: len(part.index) == 1 and _fixed(part.index[0]),
    example=lambda: Subtensor((At(1),))(MakeVector("int64")(tensor("int64"), 4)),
)
def element_of_list(part: Subtensor, vector: MakeVector, before: Variable) -> Variable:
    """An element of a vector made of scalars is known without making the vector."""
    inputs = node_of(inside(before)).inputs
    (where,) = part.index
    assert isinstance(where, At)
    assert isinstance(where.index, int)
    return cast(inputs[where.index], vector.dtype)


def _fixed(part: Part) -> bool:
    return isinstance(part, At) and isinstance(part.index, int)


@rewrites(
    lambda part, f: part(f(...), ...),
    CANONICALIZE,
    gives="f of the same part of its inputs",
    when=lambda part, f: _takes_few(part.index),
    example=lambda: Subtensor((At(1), Cut()))(exp(_matrix())),
)
def part_of_elementwise(
    part: Subtensor | AdvancedSubtensor, f: Elementwise, before: Variable
) -> Variable:
    """What is not taken need not be computed."""
    whole, *bounds = node_of(before).inputs
    operands = node_of(whole).inputs
    return f(*(_part_of_operand(part, i, whole, bounds) for i in operands))


def _takes_few(index: Sequence[Part]) -> bool:
    """Is one position taken along some axis, and is all of the others taken?

    With one array of positions some may be taken often: then nothing is saved.
    """
    picks = sum(isinstance(p, Pick) for p in index)
    cuts = [p for p in index if isinstance(p, Cut)]
    places = sum(isinstance(p, At) for p in index)
    if picks + places + len(cuts) < len(index):
        return False
    return (picks == 0 and places > 0 and _is_whole(cuts)) or (picks > 1 and not cuts)


def _part_of_operand(
    part: Subtensor | AdvancedSubtensor,
    operand: Variable,
    whole: Variable,
    bounds: Sequence[Variable],
) -> Variable:
    """The part of an operand that belongs to a part of the result."""
    lead = whole.ndim - operand.ndim
    index: list[Part] = []
    taken: list[Variable] = []
    given = iter(bounds)
    for axis, p in enumerate(part.index):
        own = next(given) if isinstance(p, Pick) or _bound_is_input(p) else None
        if axis < lead:
            continue
        stretched = operand.type.shape[axis - lead] == 1 != whole.type.shape[axis]
        if stretched and not isinstance(p, Cut):
            index.append(At(0))
            continue
        index.append(p)
        if own is not None:
            taken.append(own)
    if not index:
        return operand
    advanced = any(isinstance(p, Pick) for p in index)
    op = (AdvancedSubtensor if advanced else Subtensor)(tuple(index))
    return op(operand, *taken)


def _bound_is_input(part: Part) -> bool:
    return isinstance(part, At) and part.index == "?"


@rewrites(
    lambda part, x: part(x, ...),
    CANONICALIZE,
    gives="the part of x without the axis",
    when=lambda part, x: _first_of_one(part.index, x) is not None,
    example=lambda: Subtensor((Cut(), At(0)))(tensor("float64", (None, 1), "x")),
)
def only_position(
    part: Subtensor | AdvancedSubtensor, x: Variable, before: Variable
) -> Variable:
    """The only position along an axis of length 1 is found by dropping the axis."""
    axis = _first_of_one(part.index, x)
    kept = [a for a in range(x.ndim) if a != axis]
    rest = tuple(p for a, p in enumerate(part.index) if a != axis)
    dropped = dimshuffle(x, kept)
    return type(part)(rest)(dropped, *node_of(before).inputs[1:]) if rest else dropped


def _first_of_one(index: Sequence[Part], x: Variable) -> int | None:
    """The axis of length 1 of which the one position is taken, if there is one.

    Between arrays of positions a position has a say in the order of axes; it stays.
    """
    if any(isinstance(p, NewAxis) for p in index):
        return None
    if any(isinstance(p, Pick) for p in index) and any(
        isinstance(p, Cut) for p in index
    ):
        return None
    places = (a for a, p in enumerate(index) if p == At(0) and x.type.shape[a] == 1)
    return next(places, None)


@rewrites(
    lambda part, x, rows: part(x, rows),
    CANONICALIZE,
    gives="x, if all positions are taken in order",
    when=lambda part, x, rows: part.index == (Pick(),) and _counts(rows, x),
    example=lambda: _all_in_order(tensor("float64", (None,), "x")),
)
def all_positions(part: AdvancedSubtensor, x: Variable, rows: Variable) -> Variable:
    """Taking every element in order takes all of them."""
    del part, rows
    return x


def _all_in_order(x: Variable) -> Variable:
    return AdvancedSubtensor((Pick(),))(x, arange(ShapeOf(0)(x)))


def _counts(rows: Variable, x: Variable) -> bool:
    """Is it arange(len(x))?"""
    if rows.data is not None:
        n = x.type.shape[0]
        return isinstance(n, int) and np.array_equal(rows.data, np.arange(n))
    node = rows.owner
    if node is None or not isinstance(node.op, ARange):
        return False
    start, _, step = node.inputs
    begins = (constant_value(start), constant_value(step)) == (0, 1)
    return begins and same_length(rows, 0, x, 0)


@rewrites(
    lambda outer, inner: outer(inner(...), ...),
    CANONICALIZE,
    gives="one part of x",
    when=lambda outer, inner: _is_chain(outer.index, inner.index),
    example=lambda: Subtensor((At(0),))(Subtensor((At(1), Cut()))(_matrix())),
)
def part_of_part(outer: Subtensor, inner: Subtensor, before: Variable) -> Variable:
    """x[i][j] is x[i, j]: nothing is taken that is thrown away at once."""
    first, *bounds = node_of(before).inputs
    x, *inner_bounds = node_of(first).inputs
    given, later, following = iter(inner_bounds), iter(bounds), iter(outer.index)
    index: list[Part] = []
    taken: list[Variable] = []
    for p in inner.index:
        bound = given
        if isinstance(p, Cut):
            p, bound = next(following), later
        index.append(p)
        if _bound_is_input(p):
            taken.append(next(bound))
    return Subtensor(tuple(index))(x, *taken)


def _is_chain(outer: Sequence[Part], inner: Sequence[Part]) -> bool:
    """Are all parts positions or whole axes?"""
    simple = all(
        isinstance(p, At) or (isinstance(p, Cut) and p.is_whole)
        for p in (*outer, *inner)
    )
    return simple and any(isinstance(p, At) for p in outer)


def _reads_what_was_set(
    part: Subtensor, changed: IncSubtensor, before: Variable
) -> bool:
    whole, *bounds = node_of(before).inputs
    written = node_of(whole).inputs[2:]
    same = changed.kind == "set" and changed.index == part.index
    return same and all(a is b for a, b in zip(bounds, written, strict=True))


@rewrites(
    lambda part, changed: part(changed(...), ...),
    CANONICALIZE,
    gives="what was put there",
    when=_reads_what_was_set,
    example=lambda: Subtensor((At(1),))(
        IncSubtensor((At(1),), "set")(tensor("float64", (3,), "x"), 2.5)
    ),
)
def part_just_set(part: Subtensor, changed: IncSubtensor, before: Variable) -> Variable:
    """Reading what was just written needs neither the writing nor the reading."""
    _, value, *_ = node_of(inside(before)).inputs
    return cast(value, before.dtype)


@rewrites(
    lambda changed, x, y: changed(x, y),
    CANONICALIZE,
    gives="y stretched, or x + y",
    when=lambda changed, x, y: _is_whole(changed.index),
    example=lambda: IncSubtensor((Cut(), Cut()), "inc")(_matrix(), _matrix("y")),
)
def all_of_it_changed(changed: IncSubtensor, x: Variable, y: Variable) -> Variable:
    """Changing everything is no matter of indexing."""
    return x + y if changed.kind == "inc" else cast(y, x.dtype)


@rewrites(
    lambda place, x, values, columns: place(x, values, columns),
    CANONICALIZE,
    gives="the same, with a model of the shape that is there anyway",
    example=lambda: PlaceInRows()(
        exp(_matrix()), tensor("float64", (None,), "v"), tensor("int64", (None,), "c")
    ),
)
def shape_of_computed(
    place: PlaceInRows, x: Variable, values: Variable, columns: Variable
) -> Variable | Decline:
    """Only the shape of x matters here, so x need not be computed."""
    if x.owner is None or not isinstance(x.owner.op, Elementwise):
        return NO_MATCH
    same = [i for i in x.owner.inputs if same_shape(i, x)]
    return place(same[0], values, columns) if same else NO_MATCH


@rewrites(
    lambda order, dot, x, y: order(dot(x, y)),
    CANONICALIZE,
    gives="dot(y.T, x.T)",
    when=lambda order, dot, x, y: (
        order == TRANSPOSE and (_is_transpose(x) or _is_transpose(y))
    ),
    example=lambda: TRANSPOSE(Dot()(TRANSPOSE(_matrix()), _matrix("y"))),
)
def transposed_product(
    order: DimShuffle, dot: Dot, x: Variable, y: Variable
) -> Variable:
    """A product is transposed by exchanging its factors: one transpose cancels."""
    return dot(order(y), order(x))


def _is_transpose(v: Variable) -> bool:
    return v.owner is not None and v.owner.op == TRANSPOSE


@rewrites(
    lambda dot, x, y: dot(x, y),
    CANONICALIZE,
    gives="0, where a factor is 0",
    when=lambda dot, x, y: _is_zero(x) or _is_zero(y),
    domain="finite numbers; 0 * inf is nan on the left",
    example=lambda: Dot()(np.zeros((3, 3)), _matrix()),
)
def product_with_zeros(
    dot: Dot, x: Variable, y: Variable, before: Variable
) -> Variable:
    """Nothing times anything is nothing."""
    del dot, x, y
    return as_constant(np.zeros((), before.dtype))


def _is_zero(v: Variable) -> bool:
    value = constant_value(v)
    return value is not None and bool(value == 0)


@rule(CANONICALIZE, when=lambda x, y: x.dtype == y.dtype, example=lambda: _negated(0))
def product_of_negated(x: Float, y: Float) -> Equation:
    """The sign of a factor becomes that of the product, where others may meet it."""
    return Dot()(-x, y), -Dot()(x, y)


@rule(CANONICALIZE, when=lambda x, y: x.dtype == y.dtype, example=lambda: _negated(1))
def product_by_negated(x: Float, y: Float) -> Equation:
    """The sign of a factor becomes that of the product, where others may meet it."""
    return Dot()(x, -y), -Dot()(x, y)


def _negated(position: int) -> Variable:
    x, y = _matrix(), _matrix("y")
    return Dot()(x, -y) if position else Dot()(-x, y)


@rewrites(
    lambda join: join(...),
    CANONICALIZE,
    gives="the tensor itself, if it is alone",
    when=lambda join, before: len(node_of(before).inputs) == 1,
    example=lambda: Join(0)(_matrix()),
)
def join_of_one(join: Join, before: Variable) -> Variable:
    """One tensor needs no joining."""
    del join
    return inside(before)
