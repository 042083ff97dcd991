"""What is known of values before they exist: tables by op; the rest is "not known".

    is_nonnegative(x)    every element is >= 0, or nan
    is_positive(x)       every element is > 0, or nan

A fact is found by asking the op; the op may ask about its inputs, a few nodes deep.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.types import is_complex, is_continuous
from teachgraph.ops.alloc import Alloc, MakeVector, ShapeOf
from teachgraph.ops.casting import CASTS, disconnected_grad, zero_grad
from teachgraph.ops.exponential import exp, exp2, pow, sigmoid, softplus
from teachgraph.ops.reduce import Max, Min, Prod, Sum
from teachgraph.ops.scalars import (
    abs_,
    add,
    maximum,
    minimum,
    mul,
    sqr,
    sqrt,
    switch,
    true_div,
)
from teachgraph.ops.shape import DimShuffle
from teachgraph.rewrite.constants import constant_value

DEPTH = 8
"""How many nodes deep a question is followed."""

Ask = Callable[[Variable], bool]
Answer = Callable[[Sequence[Variable], Ask], bool]
Table = dict[Op | type[Op], Answer]


def is_constant(v: Variable) -> bool:
    """True for a constant."""
    return v.data is not None


def is_scalar_constant(v: Variable) -> bool:
    """True where every element is one known number."""
    return constant_value(v) is not None


def is_float(v: Variable) -> bool:
    """True for real and complex floating dtypes."""
    return is_continuous(v.dtype)


def is_nonnegative(v: Variable) -> bool:
    """True where every element is known to be 0, more, or nan."""
    return _ask(v, NONNEGATIVE, _natural_or_constant, DEPTH)


def is_positive(v: Variable) -> bool:
    """True where every element is known to be more than 0, or nan."""
    return _ask(v, POSITIVE, _positive_constant, DEPTH)


def _ask(v: Variable, table: Table, at_once: Ask, depth: int) -> bool:
    if at_once(v):
        return True
    if v.owner is None or not depth:
        return False
    op = v.owner.op
    answer = table.get(op) or table.get(type(op))
    if answer is None:
        return False
    return answer(v.owner.inputs, lambda i: _ask(i, table, at_once, depth - 1))


def _natural_or_constant(v: Variable) -> bool:
    if v.dtype == "bool" or v.dtype.startswith("uint"):
        return True
    value = constant_value(v)
    return value is not None and not is_complex(v.dtype) and bool(value >= 0)


def _positive_constant(v: Variable) -> bool:
    value = constant_value(v)
    return value is not None and not is_complex(v.dtype) and bool(value > 0)


def _always(inputs: Sequence[Variable], ask: Ask) -> bool:
    del ask
    return not any(is_complex(v.dtype) for v in inputs)


def _all(inputs: Sequence[Variable], ask: Ask) -> bool:
    return all(ask(v) for v in inputs)


def _any(inputs: Sequence[Variable], ask: Ask) -> bool:
    return any(ask(v) for v in inputs)


def _first(inputs: Sequence[Variable], ask: Ask) -> bool:
    return ask(inputs[0])


def _real_parts(inputs: Sequence[Variable], ask: Ask) -> bool:
    del inputs, ask
    return True


def _branches(inputs: Sequence[Variable], ask: Ask) -> bool:
    return ask(inputs[1]) and ask(inputs[2])


def _product(inputs: Sequence[Variable], ask: Ask) -> bool:
    a, b = inputs
    return (a is b and not is_complex(a.dtype)) or (ask(a) and ask(b))


def _power(inputs: Sequence[Variable], ask: Ask) -> bool:
    base, exponent = inputs
    value = constant_value(exponent)
    even = value is not None and not is_complex(exponent.dtype) and value % 2 == 0
    return ask(base) or (bool(even) and not is_complex(base.dtype))


def _positive_sum(inputs: Sequence[Variable], ask: Ask) -> bool:
    a, b = inputs
    return (ask(a) and is_nonnegative(b)) or (ask(b) and is_nonnegative(a))


MOVING: Table = {DimShuffle: _first, Alloc: _first, disconnected_grad: _first}
"""Ops that change no element."""

NONNEGATIVE: Table = {
    **MOVING,
    zero_grad: _first,
    **{c: _first for name, c in CASTS.items() if is_continuous(name)},
    exp: _always,
    exp2: _always,
    sqr: _always,
    sqrt: _always,
    sigmoid: _always,
    softplus: _always,
    abs_: _real_parts,
    pow: _power,
    add: _all,
    mul: _product,
    true_div: _all,
    maximum: _any,
    minimum: _all,
    switch: _branches,
    Sum: _first,
    Prod: _first,
    Max: _first,
    Min: _first,
    ShapeOf: _real_parts,
    MakeVector: _all,
}

POSITIVE: Table = {
    **MOVING,
    zero_grad: _first,
    sqrt: _first,
    add: _positive_sum,
    maximum: _any,
    minimum: _all,
    switch: _branches,
    Max: _first,
    Min: _first,
}
"""Products are missing on purpose: one of tiny numbers may become 0."""
