"""Arithmetic in one form: neutral elements, signs, constants, powers, choices.

What means the same is written in the same way afterwards, so that merging finds it.
"""

from __future__ import annotations

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.types import is_complex
from teachgraph.ops.base import as_tensor
from teachgraph.ops.casting import (
    CASTS,
    cast,
    disconnected_grad,
    tensor_copy,
    zero_grad,
)
from teachgraph.ops.complexes import real
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.gradient import GradClip, GradScale
from teachgraph.ops.scalars import (
    abs_,
    eq,
    ge,
    int_div,
    inv,
    le,
    maximum,
    minimum,
    mod,
    neg,
    neq,
    sqr,
    sqrt,
    switch,
)
from teachgraph.ops.trigonometry import cos, sin, tanh
from teachgraph.ops.variables import tensor
from teachgraph.rewrite.constants import constant_value
from teachgraph.rewrite.kinds import (
    Constant,
    Float,
    Nonnegative,
    Number,
    Real,
    Signed,
    Unknown,
    Whole,
)
from teachgraph.rewrite.rule import Decline, Equation, rewrites, rule

CANONICALIZE = "canonicalize"
FINITE = "finite numbers; inf - inf, 0 * inf and nan are nan on the left"
NOT_ZERO = "finite numbers that are not 0; 0/0 and inf/inf are nan on the left"
LESS_ROUNDING = "one rounding fewer, or the same ones in another order"


def _minus() -> Variable:
    return tensor("float64", (3,), "x") * -2.5


def _over() -> Variable:
    return tensor("float64", (3,), "x") / -2.5


@rule(CANONICALIZE, domain=FINITE)
def difference_of_same(x: Variable) -> Equation:
    """A number less itself is 0, without looking at the number."""
    return x - x, as_tensor(0)


@rule(CANONICALIZE)
def sum_with_zero(x: Variable) -> Equation:
    """Adding 0 changes nothing and costs a pass over the data."""
    return x + 0, x


@rule(CANONICALIZE)
def difference_with_zero(x: Variable) -> Equation:
    """Taking away 0 changes nothing."""
    return x - 0, x


@rule(CANONICALIZE, one_dtype=True)
def zero_less_something(x: Variable) -> Equation:
    """0 - x is a sign change, which other rules know how to move."""
    return 0 - x, -x


@rule(CANONICALIZE)
def product_with_one(x: Variable) -> Equation:
    """Multiplying by 1 changes nothing."""
    return x * 1, x


@rule(CANONICALIZE, one_dtype=True)
def product_with_minus_one(x: Variable) -> Equation:
    """Multiplying by -1 is a sign change."""
    return x * -1, -x


@rule(CANONICALIZE, domain=FINITE)
def product_with_zero(x: Variable) -> Equation:
    """Nothing times anything is nothing, and the other factor need not be computed."""
    return x * 0, as_tensor(0)


@rule(CANONICALIZE)
def quotient_by_one(x: Variable) -> Equation:
    """Dividing by 1 changes nothing."""
    return x / 1, x


@rule(CANONICALIZE, domain=NOT_ZERO)
def zero_divided(x: Variable) -> Equation:
    """0 divided by anything is 0."""
    return 0 / x, as_tensor(0)


@rule(CANONICALIZE, domain=NOT_ZERO)
def quotient_of_same(x: Variable) -> Equation:
    """A number divided by itself is 1."""
    return x / x, as_tensor(1)


@rule(CANONICALIZE)
def reciprocal(x: Variable) -> Equation:
    """1/x written as a quotient, so that rules on quotients see it."""
    return inv(x), 1 / x


@rule(CANONICALIZE)
def whole_quotient_by_one(x: Whole) -> Equation:
    """As many ones go into a whole number as it says."""
    return int_div(x, 1), x


@rule(CANONICALIZE)
def remainder_by_one(x: Whole) -> Equation:
    """Dividing a whole number by 1 leaves nothing."""
    return mod(x, 1), as_tensor(0)


@rule(CANONICALIZE)
def double_negation(x: Variable) -> Equation:
    """Two sign changes cancel."""
    return neg(neg(x)), x


@rule(CANONICALIZE, one_dtype=True)
def sum_with_negation(x: Variable, y: Variable) -> Equation:
    """Adding the opposite is taking away: one operation instead of two."""
    return x + (-y), x - y


@rule(CANONICALIZE, one_dtype=True)
def difference_with_negation(x: Variable, y: Variable) -> Equation:
    """Taking away the opposite is adding."""
    return x - (-y), x + y


@rule(CANONICALIZE, one_dtype=True)
def negation_less_something(x: Variable, y: Variable) -> Equation:
    """The sign moves to the end, where others may meet it."""
    return (-x) - y, -(x + y)


@rule(CANONICALIZE, one_dtype=True)
def negated_difference(x: Variable, y: Variable) -> Equation:
    """A difference is turned round by exchanging its sides."""
    return -(x - y), y - x


@rule(CANONICALIZE, one_dtype=True)
def product_with_negation(x: Variable, y: Variable) -> Equation:
    """Signs move out of products: those of the same factors look the same."""
    return (-x) * y, -(x * y)


@rule(CANONICALIZE, one_dtype=True)
def negation_divided(x: Variable, y: Variable) -> Equation:
    """Signs move out of quotients."""
    return (-x) / y, -(x / y)


@rule(CANONICALIZE, one_dtype=True)
def quotient_by_negation(x: Variable, y: Variable) -> Equation:
    """Signs move out of quotients."""
    return x / (-y), -(x / y)


def _is_negative(c: Variable) -> bool:
    return not is_complex(c.dtype) and bool(constant_value(c) < 0)


@rule(CANONICALIZE, one_dtype=True, when=lambda x, c: _is_negative(c), example=_minus)
def product_with_negative(x: Unknown, c: Number) -> Equation:
    """Signs move out of products, also those of numbers."""
    return x * c, -(x * (-c))


@rule(CANONICALIZE, one_dtype=True, when=lambda x, c: _is_negative(c), example=_over)
def quotient_by_negative(x: Unknown, c: Number) -> Equation:
    """Signs move out of quotients, also those of numbers."""
    return x / c, -(x / (-c))


@rule(CANONICALIZE, one_dtype=True, rounding=LESS_ROUNDING)
def constants_multiplied(x: Unknown, c: Constant, d: Constant) -> Equation:
    """Two constant factors are multiplied once and for all."""
    return (x * c) * d, x * (c * d)


@rule(CANONICALIZE, one_dtype=True, rounding=LESS_ROUNDING)
def constants_added(x: Unknown, c: Constant, d: Constant) -> Equation:
    """Two constant terms are added once and for all."""
    return (x + c) + d, x + (c + d)


@rule(CANONICALIZE, one_dtype=True, rounding=LESS_ROUNDING)
def constant_taken_and_added(x: Unknown, c: Constant, d: Constant) -> Equation:
    """A constant taken away and one added are one constant added."""
    return (x - c) + d, x + (d - c)


@rule(CANONICALIZE, one_dtype=True, rounding=LESS_ROUNDING)
def constant_added_and_taken(x: Unknown, c: Constant, d: Constant) -> Equation:
    """A constant added and one taken away are one constant added."""
    return (x + c) - d, x + (c - d)


@rule(CANONICALIZE, one_dtype=True, rounding=LESS_ROUNDING)
def constant_inside_product(x: Unknown, c: Number, y: Unknown) -> Equation:
    """Constant factors move to the end, where they meet and are multiplied once."""
    return (x * c) * y, (x * y) * c


@rule(CANONICALIZE, one_dtype=True, rounding=LESS_ROUNDING)
def constant_inside_quotient(x: Unknown, c: Number, y: Unknown) -> Equation:
    """A constant factor of the numerator moves out of the quotient."""
    return (x * c) / y, (x / y) * c


@rule(CANONICALIZE, one_dtype=True, rounding=LESS_ROUNDING)
def constants_divided(x: Unknown, c: Number, d: Number) -> Equation:
    """A constant factor and a constant divisor are divided once and for all."""
    return (x * c) / d, x * (c / d)


@rule(CANONICALIZE, one_dtype=True, rounding=LESS_ROUNDING)
def divided_then_multiplied(x: Unknown, c: Number, d: Number) -> Equation:
    """A constant divisor and a constant factor are divided once and for all."""
    return (x / c) * d, x * (d / c)


@rule(CANONICALIZE, one_dtype=True, rounding=LESS_ROUNDING)
def divided_twice(x: Unknown, c: Number, d: Number) -> Equation:
    """Two constant divisors are multiplied once and for all."""
    return (x / c) / d, x / (c * d)


@rule(CANONICALIZE, one_dtype=True, rounding=LESS_ROUNDING, domain=NOT_ZERO)
def quotient_by_quotient(x: Variable, y: Variable, z: Variable) -> Equation:
    """Dividing by y/z is multiplying by z/y: one division instead of two."""
    return x / (y / z), (x * z) / y


@rule(
    CANONICALIZE, one_dtype=True, domain=FINITE, rounding="x + y may round, y does not"
)
def sum_less_term(x: Variable, y: Variable) -> Equation:
    """What is added and taken away again was never needed."""
    return (x + y) - x, y


@rule(
    CANONICALIZE, one_dtype=True, domain=FINITE, rounding="x - y may round, x does not"
)
def difference_plus_term(x: Variable, y: Variable) -> Equation:
    """What is taken away and added again was never needed."""
    return (x - y) + y, x


@rule(CANONICALIZE)
def product_of_same(x: Variable) -> Equation:
    """x * x and x ** 2 are the same, so they get the same name."""
    return x * x, sqr(x)


@rule(CANONICALIZE, one_dtype=True)
def second_power(x: Variable) -> Equation:
    """A square is one multiplication; a general power is far more."""
    return x**2, sqr(x)


@rule(CANONICALIZE)
def first_power(x: Variable) -> Equation:
    """x ** 1 is x."""
    return x**1, x


@rule(CANONICALIZE)
def zeroth_power(x: Variable) -> Equation:
    """x ** 0 is 1, even for 0, inf and nan."""
    return x**0, as_tensor(1)


@rule(CANONICALIZE, one_dtype=True)
def power_of_minus_one(x: Float) -> Equation:
    """A division instead of a logarithm and an exponential."""
    return x**-1, 1 / x


@rule(CANONICALIZE, rounding="the square may round, overflow or become 0; |x| does not")
def root_of_square(x: Float) -> Equation:
    """The root of a square is the magnitude."""
    return sqrt(sqr(x)), abs_(x)


@rule(CANONICALIZE, rounding="the root may round; x does not")
def square_of_root(x: Nonnegative) -> Equation:
    """The square of a root is the number, where there is a root."""
    return sqr(sqrt(x)), x


@rule(CANONICALIZE)
def square_of_magnitude(x: Real) -> Equation:
    """Squaring forgets the sign anyway."""
    return sqr(abs_(x)), sqr(x)


@rule(CANONICALIZE)
def square_of_negation(x: Variable) -> Equation:
    """Squaring forgets the sign anyway."""
    return sqr(-x), sqr(x)


@rule(CANONICALIZE)
def magnitude_of_magnitude(x: Variable) -> Equation:
    """A magnitude has no sign left to forget."""
    return abs_(abs_(x)), abs_(x)


@rule(CANONICALIZE)
def magnitude_of_negation(x: Signed) -> Equation:
    """A magnitude forgets the sign."""
    return abs_(-x), abs_(x)


@rule(CANONICALIZE)
def magnitude_of_nonnegative(x: Nonnegative) -> Equation:
    """What is never negative is its own magnitude."""
    return abs_(x), x


@rule(CANONICALIZE)
def larger_of_same(x: Variable) -> Equation:
    """The larger of two equals is either."""
    return maximum(x, x), x


@rule(CANONICALIZE)
def smaller_of_same(x: Variable) -> Equation:
    """The smaller of two equals is either."""
    return minimum(x, x), x


@rule(CANONICALIZE)
def same_either_way(test: Variable, x: Variable) -> Equation:
    """A choice between equals is none."""
    return switch(test, x, x), x


@rule(CANONICALIZE)
def choice_of_first(x: Variable, y: Variable) -> Equation:
    """A choice that is known needs only one of its branches."""
    return switch(1, x, y), x


@rule(CANONICALIZE)
def choice_of_second(x: Variable, y: Variable) -> Equation:
    """A choice that is known needs only one of its branches."""
    return switch(0, x, y), y


@rule(CANONICALIZE)
def chosen_twice(test: Variable, x: Variable, y: Variable, z: Variable) -> Equation:
    """Inside the first branch the test is known to be true."""
    return switch(test, switch(test, x, y), z), switch(test, x, z)


@rule(CANONICALIZE)
def refused_twice(test: Variable, x: Variable, y: Variable, z: Variable) -> Equation:
    """Inside the second branch the test is known to be false."""
    return switch(test, x, switch(test, y, z)), switch(test, x, z)


@rule(CANONICALIZE)
def equal_to_itself(x: Whole) -> Equation:
    """Every whole number equals itself."""
    return eq(x, x), as_tensor(True)


@rule(CANONICALIZE)
def different_from_itself(x: Whole) -> Equation:
    """No whole number differs from itself."""
    return neq(x, x), as_tensor(False)


@rule(CANONICALIZE)
def at_most_itself(x: Whole) -> Equation:
    """Every whole number is at most itself."""
    return le(x, x), as_tensor(True)


@rule(CANONICALIZE)
def at_least_itself(x: Whole) -> Equation:
    """Every whole number is at least itself."""
    return ge(x, x), as_tensor(True)


@rule(CANONICALIZE)
def gradient_stopped(x: Variable) -> Equation:
    """A barrier for gradients has done its work once gradients are taken."""
    return disconnected_grad(x), x


@rule(CANONICALIZE)
def gradient_zeroed(x: Variable) -> Equation:
    """A barrier for gradients has done its work once gradients are taken."""
    return zero_grad(x), x


@rule(CANONICALIZE)
def copied(x: Variable) -> Equation:
    """Values never change in a graph, so a copy is as good as the first."""
    return tensor_copy(x), x


@rule(CANONICALIZE, example=lambda: GradScale(2.0)(tensor("float64", (3,), "x")))
def gradient_changed(change: GradScale | GradClip, x: Variable) -> Equation:
    """A change of gradients has done its work once gradients are taken."""
    return change(x), x


@rule(CANONICALIZE)
def real_part_of_real(x: Real) -> Equation:
    """A real number is its own real part."""
    return real(x), x


def _is_cast(f: Elementwise) -> bool:
    return CASTS.get(f.fn.name.removeprefix("cast_")) == f


@rewrites(
    lambda f, x: f(x),
    CANONICALIZE,
    gives="x, where it has the dtype already",
    when=lambda f, x: _is_cast(f) and x.dtype == f.fn.types(x.dtype),
    example=lambda: CASTS["float64"](tensor("float64", (3,), "x")),
)
def cast_to_own_dtype(f: Elementwise, x: Variable) -> Variable:
    """A cast to the dtype that is there already does nothing."""
    del f
    return x


@rewrites(
    lambda f, g, x: f(g(x)),
    CANONICALIZE,
    gives="f(x), where g loses nothing",
    when=lambda f, g, x: _is_cast(f) and _is_cast(g),
    example=lambda: cast(cast(tensor("float32", (3,), "x"), "float64"), "float32"),
)
def cast_of_cast(f: Elementwise, g: Elementwise, x: Variable) -> Variable | Decline:
    """A cast to a wider dtype on the way changes nothing."""
    middle, last = g.fn.types(x.dtype), f.fn.types(x.dtype)
    if not np.can_cast(x.dtype, middle, "safe"):
        return Decline(f"the cast to {middle} may lose digits that {last} would keep")
    return cast(x, last)


@rule(CANONICALIZE, domain="finite numbers", rounding="the sum is rounded; 1 is exact")
def pythagoras(x: Variable) -> Equation:
    """On the unit circle the squares of sine and cosine add up to 1."""
    return sqr(sin(x)) + sqr(cos(x)), as_tensor(1)


@rule(CANONICALIZE)
def sine_of_negation(x: Signed) -> Equation:
    """The sine is odd: the sign moves out, where others may meet it."""
    return sin(-x), -sin(x)


@rule(CANONICALIZE)
def cosine_of_negation(x: Signed) -> Equation:
    """The cosine is even: it forgets the sign."""
    return cos(-x), cos(x)


@rule(CANONICALIZE)
def tanh_of_negation(x: Signed) -> Equation:
    """tanh is odd: the sign moves out, where others may meet it."""
    return tanh(-x), -tanh(x)
