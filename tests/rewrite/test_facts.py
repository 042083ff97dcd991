"""What is known of values: true where it is certain, "not known" everywhere else."""

import pytest

from teachgraph.core.graph import Variable
from teachgraph.core.op import constant
from teachgraph.ops.alloc import alloc
from teachgraph.ops.casting import cast
from teachgraph.ops.dot import dot
from teachgraph.ops.exponential import exp, log, sigmoid, softplus
from teachgraph.ops.scalars import abs_, maximum, minimum, sqr, sqrt, switch
from teachgraph.ops.shape import dimshuffle
from teachgraph.ops.statistics import max, sum
from teachgraph.ops.variables import tensor
from teachgraph.rewrite.constants import constant_value
from teachgraph.rewrite.facts import is_nonnegative, is_positive
from teachgraph.rewrite.lengths import length_of, same_length, same_shape

x, y = tensor("float64", (None,), "x"), tensor("float64", (None,), "y")
m = tensor("float64", (None, None), "m")
z = tensor("complex128", (None,), "z")

NONNEGATIVE = [
    exp(x),
    sqr(x),
    abs_(x),
    sqrt(x),
    sigmoid(x) + softplus(x),
    exp(x) * abs_(x),
    x * x,
    x**2,
    maximum(x, 0),
    minimum(exp(x), 1),
    switch(x > 0, sqr(x), 2),
    sum(sqr(m), axis=0),
    max(dimshuffle(exp(m), 1, 0), axis=1),
    alloc(1.5, 3),
    cast(tensor("uint8", (None,)), "float32"),
    x > y,
    abs_(z),
]

UNKNOWN = [
    x,
    exp(x) - 1,
    log(x),
    x * y,
    x**3,
    maximum(x, -1),
    dot(x, y),
    sqr(z),
    -exp(x),
]


@pytest.mark.parametrize("v", NONNEGATIVE, ids=str)
def test_these_are_known_not_to_be_negative(v: Variable):
    assert is_nonnegative(v)


@pytest.mark.parametrize("v", UNKNOWN, ids=str)
def test_of_these_nothing_is_known(v: Variable):
    assert not is_nonnegative(v)


def test_one_more_than_something_not_negative_is_positive():
    assert is_positive(sqr(x) + 1)
    assert is_positive(sqrt(exp(x) + 0.5))
    assert not is_positive(sqr(x))


def test_an_exponential_may_become_zero_so_it_is_not_known_to_be_positive():
    assert not is_positive(exp(x))


def test_a_question_is_followed_only_some_nodes_deep():
    v = exp(x)
    for _ in range(1000):
        v = v + 1
    assert not is_nonnegative(v)


def test_a_constant_is_recognised_however_it_is_stretched():
    assert constant_value(constant([[2.0, 2.0]])) == 2
    assert constant_value(dimshuffle(alloc(3.5, x.type.shape[0] or 4), "x", 0)) == 3.5
    assert constant_value(constant([1.0, 2.0])) is None
    assert constant_value(x) is None


def test_lengths_are_traced_through_elementwise_and_moved_axes():
    v = exp(dimshuffle(m, 1, 0)) * 2
    assert same_length(v, 0, m, 1)
    assert same_shape(v, dimshuffle(m, 1, 0))
    assert not same_length(v, 0, m, 0)


def test_lengths_of_different_inputs_are_not_taken_for_equal():
    assert not same_shape(x, y)


def test_operands_that_must_agree_have_the_same_length():
    assert same_shape(x + y, y)
    assert same_shape(x + y, x)


def test_a_length_is_not_asked_of_an_operand_when_that_would_lose_a_check():
    total = x + y
    for v in (total, exp(total) * 2):
        node = length_of(v, 0).owner
        assert node is not None
        assert node.inputs == (total,)


def test_a_known_length_is_a_constant():
    v = tensor("float64", (3, None), "v")
    assert length_of(exp(v), 0).data == 3


def test_lengths_are_traced_through_sums_products_and_stretching():
    assert same_length(sum(m, axis=1), 0, m, 0)
    assert same_length(dot(m, m), 1, m, 1)
    n = tensor("int64", (), "n")
    assert length_of(alloc(1.0, n), 0) is n


def test_tracing_a_ladder_of_operands_takes_each_rung_once():
    v = x
    for _ in range(20):
        v = v + exp(v)
    assert same_length(v, 0, x, 0)
    for _ in range(1000):
        v = v + exp(v)
    assert not same_length(v, 0, y, 0)
