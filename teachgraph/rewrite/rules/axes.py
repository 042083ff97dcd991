"""Axes, lengths and stretching in one form: little stands between data and work."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.ops.alloc import Alloc, MakeVector, ShapeOf
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.exponential import exp
from teachgraph.ops.reshape import Reshape, reshape
from teachgraph.ops.shape import Axis, DimShuffle, dimshuffle
from teachgraph.ops.variables import tensor
from teachgraph.rewrite.constants import as_constant, constant_value
from teachgraph.rewrite.lengths import (
    AxisOf,
    length_of,
    lengths_of,
    same_length,
    same_shape,
    source,
)
from teachgraph.rewrite.look import inside, node_of
from teachgraph.rewrite.rule import NO_MATCH, Decline, Equation, rewrites, rule

CANONICALIZE = "canonicalize"


def _matrix(name: str = "x") -> Variable:
    return tensor("float64", (None, None), name)


def _vector() -> Variable:
    return tensor("float64", (3,), "x")


def shuffled(x: Variable, order: Sequence[Axis | str]) -> Variable:
    """`x` with its axes in an order that may be the one there is."""
    return dimshuffle(x, list(order))


@rewrites(
    lambda order, x: order(x),
    CANONICALIZE,
    gives="x, if that is the order there is",
    when=lambda order, x: order.order == tuple(range(x.ndim)),
    example=lambda: DimShuffle((0, 1))(_matrix()),
)
def axes_left_alone(order: DimShuffle, x: Variable) -> Variable:
    """Putting axes where they are does nothing."""
    del order
    return x


@rewrites(
    lambda outer, inner, x: outer(inner(x)),
    CANONICALIZE,
    gives="x with its axes in one new order",
    example=lambda: DimShuffle((1, "x", 0))(DimShuffle((1, 0))(_matrix())),
)
def axes_moved_twice(outer: DimShuffle, inner: DimShuffle, x: Variable) -> Variable:
    """Two rearrangements of axes are one; a transpose of a transpose is none."""
    return shuffled(x, [a if a == "x" else inner.order[a] for a in outer.order])


@rule(CANONICALIZE, example=lambda: DimShuffle((1, 0))(-_matrix()))
def negation_moved(order: DimShuffle, x: Variable) -> Equation:
    """The sign moves out, where others may meet it."""
    return order(-x), -order(x)


@rewrites(
    lambda order, full: order(full(...)),
    CANONICALIZE,
    gives="alloc with its lengths in the new order",
    example=lambda: DimShuffle((1, 0))(Alloc()(1.5, 2, 3)),
)
def axes_of_alloc(order: DimShuffle, full: Alloc, before: Variable) -> Variable:
    """What is stretched can be stretched in the new order at once."""
    value, *lengths = node_of(inside(before)).inputs
    lead = len(lengths) - value.ndim
    padded = shuffled(value, [*["x"] * lead, *range(value.ndim)])
    moved = [1 if a == "x" else lengths[a] for a in order.order]
    inner = value if not value.ndim else shuffled(padded, order.order)
    return full(inner, *moved)


@rewrites(
    lambda order, f: order(f(...)),
    CANONICALIZE,
    gives="f of its inputs with their axes in the new order",
    when=lambda order, f, before: _is_made_of_shuffled(inside(before)),
    example=lambda: DimShuffle((0,))(exp(DimShuffle((0, "x"))(_vector()))),
)
def axes_of_elementwise(
    order: DimShuffle, f: Elementwise, before: Variable
) -> Variable:
    """Rearrangements before and after a function of elements meet and become one."""
    inner = inside(before)
    operands = [_aligned(i, inner.ndim, order) for i in node_of(inner).inputs]
    return f(*operands)


def _is_made_of_shuffled(v: Variable, depth: int = 4) -> bool:
    """Is every input a number, or rearranged or stretched already?"""
    moved = [i for i in node_of(v).inputs if i.ndim]
    return bool(moved) and all(_is_shuffled(i, depth) for i in moved)


def _is_shuffled(v: Variable, depth: int) -> bool:
    if v.owner is None or not depth:
        return False
    if isinstance(v.owner.op, Elementwise):
        return _is_made_of_shuffled(v, depth - 1)
    return isinstance(v.owner.op, DimShuffle | Alloc)


def _aligned(operand: Variable, ndim: int, order: DimShuffle) -> Variable:
    """An operand of an elementwise op of `ndim` axes that are put in another order."""
    if not operand.ndim:
        return operand
    lead = ndim - operand.ndim
    own: list[Axis] = []
    for a in order.order:
        own.append("x" if a == "x" or a < lead else a - lead)
    return shuffled(operand, own)


@rewrites(
    lambda outer, inner: outer(inner(...), ...),
    CANONICALIZE,
    gives="the inner value stretched once",
    example=lambda: Alloc()(Alloc()(1.5, 1, 3), 2, 3),
)
def stretched_twice(outer: Alloc, inner: Alloc, before: Variable) -> Variable | Decline:
    """Stretching twice is stretching once, to the outer shape."""
    full, *lengths = node_of(before).inputs
    value = node_of(full).inputs[0]
    if not _is_stretched_along_all(full, value, before):
        return Decline("that the lengths agree would not be checked any more")
    return outer(value, *lengths)


def _is_stretched_along_all(full: Variable, value: Variable, before: Variable) -> bool:
    """Is each length of `full` that the outer alloc checks its own length anyway?"""
    lead = before.ndim - full.ndim
    return all(
        full.type.shape[a] == 1 or same_length(full, a, before, lead + a)
        for a in range(full.ndim)
    )


@rewrites(
    lambda full: full(...),
    CANONICALIZE,
    gives="the value, if it has that shape already",
    example=lambda: Alloc()(tensor("float64", (3,), "x"), 3),
)
def stretched_to_own_shape(full: Alloc, before: Variable) -> Variable | Decline:
    """Stretching to the shape that is there does nothing."""
    del full
    value = inside(before)
    return value if same_shape(value, before) else NO_MATCH


@rewrites(
    lambda f: f(...),
    CANONICALIZE,
    gives="f without the stretching that f does itself",
    when=lambda f, before: any(_is_alloc(i) for i in node_of(before).inputs),
    example=lambda: _sum_with_ones(_matrix()),
)
def stretched_operand(f: Elementwise, before: Variable) -> Variable | Decline:
    """Elementwise operations stretch their operands without storing the result."""
    inputs = node_of(before).inputs
    for position, operand in enumerate(inputs):
        others = [*inputs[:position], *inputs[position + 1 :]]
        if _is_alloc(operand) and _covers(others, operand, before):
            value = node_of(operand).inputs[0]
            return f(*inputs[:position], value, *inputs[position + 1 :])
    return _stretched_afterwards(f, inputs, before)


def _sum_with_ones(x: Variable) -> Variable:
    return x + Alloc()(1.0, *lengths_of(x))


def _is_alloc(v: Variable) -> bool:
    return v.owner is not None and isinstance(v.owner.op, Alloc)


def _covers(others: Sequence[Variable], full: Variable, before: Variable) -> bool:
    """Does some other operand have each length to which `full` stretches its value?"""
    value = node_of(full).inputs[0]
    return all(
        full.type.shape[a] == 1
        or _has_own_length(value, a - full.ndim)
        or any(_has_same(o, full, a - full.ndim) for o in others)
        for a in range(full.ndim)
    )


def _has_own_length(v: Variable, from_right: int) -> bool:
    return v.ndim >= -from_right and v.type.shape[from_right] != 1


def _has_same(other: Variable, full: Variable, from_right: int) -> bool:
    axis = other.ndim + from_right
    if axis < 0 or other.type.shape[axis] == 1:
        return False
    return same_length(other, axis, full, full.ndim + from_right)


def _stretched_afterwards(
    f: Elementwise, inputs: Sequence[Variable], before: Variable
) -> Variable | Decline:
    """f(alloc(a), alloc(b), 2) as alloc(f(a, b, 2)), where all have the same shape."""
    full = [i for i in inputs if i.ndim]
    if not all(_is_alloc(i) and same_shape(i, before) for i in full):
        return Decline("that the lengths agree would not be checked any more")
    small = [node_of(i).inputs[0] if i.ndim else i for i in inputs]
    lengths = node_of(full[0]).inputs[1:]
    return Alloc()(f(*small), *lengths)


@rewrites(
    lambda f: f(...),
    CANONICALIZE,
    gives="f without axes in front that f adds itself",
    when=lambda f, before: _padded_position(before) is not None,
    example=lambda: _matrix() + shuffled(tensor("float64", (None,)), ("x", 0)),
)
def padded_operand(f: Elementwise, before: Variable) -> Variable:
    """Elementwise operations add missing axes in front of their operands themselves."""
    inputs = list(node_of(before).inputs)
    position = _padded_position(before)
    assert position is not None
    inputs[position] = _without_padding(inputs[position])
    return f(*inputs)


def _padded_position(v: Variable) -> int | None:
    """The first operand with an axis in front that another operand has as well."""
    inputs = node_of(v).inputs
    for position, operand in enumerate(inputs):
        others = [*inputs[:position], *inputs[position + 1 :]]
        if any(o.ndim == v.ndim for o in others) and _is_padded(operand):
            return position
    return None


def _is_padded(v: Variable) -> bool:
    if v.data is not None:
        return v.ndim > 0 and v.type.shape[0] == 1
    op = v.owner.op if v.owner else None
    return isinstance(op, DimShuffle) and op.order[:1] == ("x",)


def _without_padding(v: Variable) -> Variable:
    if v.data is not None:
        long = [a for a, n in enumerate(v.data.shape) if n != 1]
        return as_constant(v.data.reshape(v.data.shape[min(long, default=v.ndim) :]))
    op = node_of(v).op
    assert isinstance(op, DimShuffle)
    order = list(op.order)
    while order[:1] == ["x"]:
        order.pop(0)
    return shuffled(node_of(v).inputs[0], order)


@rewrites(
    lambda full, value: full(value, ...),
    CANONICALIZE,
    gives="the value without axes in front, stretched",
    when=lambda full, value: _is_padded(value),
    example=lambda: Alloc()(shuffled(tensor("float64", ()), ("x", "x")), 2, 3),
)
def padded_value(full: Alloc, value: Variable, before: Variable) -> Variable:
    """Stretching adds missing axes in front itself."""
    return full(_without_padding(value), *node_of(before).inputs[1:])


@rewrites(
    lambda outer, inner, x, old, new: outer(inner(x, old), new),
    CANONICALIZE,
    gives="x in the last shape",
    example=lambda: reshape(reshape(tensor("float64", (6,), "x"), (2, 3)), (3, 2)),
)
def reshaped_twice(
    outer: Reshape, inner: Reshape, x: Variable, old: Variable, new: Variable
) -> Variable | Decline:
    """Only the last of several shapes matters."""
    del inner, old
    if not _says_all(new):
        return Decline(
            "the last shape leaves a length open, which the first one settles"
        )
    return outer(x, new)


def _says_all(shape: Variable) -> bool:
    """Does a shape give every length, so that the number of elements is checked?"""
    if shape.data is not None:
        return bool((shape.data >= 0).all())
    if shape.owner is None or not isinstance(shape.owner.op, MakeVector):
        return False
    return all(
        n.owner is not None if n.data is None else bool(n.data >= 0)
        for n in shape.owner.inputs
    )


@rewrites(
    lambda form, x, shape: form(x, shape),
    CANONICALIZE,
    gives="x, if it has that shape already",
    example=lambda: reshape(tensor("float64", (2, 3), "x"), (2, 3)),
)
def reshaped_to_own_shape(
    form: Reshape, x: Variable, shape: Variable, before: Variable
) -> Variable | Decline:
    """The shape that is there need not be given again."""
    return x if same_shape(x, before) else NO_MATCH


@rewrites(
    lambda form, full, shape: form(full(...), shape),
    CANONICALIZE,
    gives="the same number in the new shape",
    when=lambda form, full, shape, before: (
        constant_value(inside(before)) is not None
        and all(isinstance(n, int) for n in before.type.shape)
    ),
    example=lambda: reshape(Alloc()(1.5, 2, 3), (3, 2)),
)
def reshaped_number(
    form: Reshape, full: Alloc, shape: Variable, before: Variable
) -> Variable:
    """One number in every place looks the same in every shape."""
    del form, shape
    value = constant_value(inside(before))
    return full(as_constant(np.array(value)), *lengths_of(before))


@rewrites(
    lambda length, x: length(x),
    CANONICALIZE,
    gives="the length where it comes from",
    example=lambda: ShapeOf(1)(exp(_matrix())),
)
def length_of_result(length: ShapeOf, x: Variable) -> Variable | Decline:
    """The length of a result is known from what it is made of."""
    if source(x, length.axis) == AxisOf(x, length.axis):
        return NO_MATCH
    return length_of(x, length.axis)
