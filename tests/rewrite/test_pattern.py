"""Patterns: what they match, in which orders, and what they bind."""

import numpy as np
import pytest
from rewriting import exhausted, graph_of, operations, optimized, reasons, rewrites

from teachgraph.core.graph import Variable
from teachgraph.core.op import constant
from teachgraph.core.types import ANY
from teachgraph.ops.alloc import alloc
from teachgraph.ops.casting import CASTS
from teachgraph.ops.exponential import exp, log
from teachgraph.ops.reduce import Max, Sum
from teachgraph.ops.scalars import add
from teachgraph.ops.shape import dimshuffle
from teachgraph.ops.statistics import max, sum
from teachgraph.ops.variables import tensor
from teachgraph.rewrite.driver import rewrite
from teachgraph.rewrite.kinds import Number, Positive
from teachgraph.rewrite.notation import equation, latex_equation, text
from teachgraph.rewrite.pattern import build, free, match
from teachgraph.rewrite.rule import (
    RULES,
    Decline,
    Equation,
    Rule,
    rule,
)
from teachgraph.rewrite.rule import (
    rewrites as rewrites_to,
)

x, y = tensor("float64", (None,), "x"), tensor("float64", (None,), "y")
m = tensor("float64", (None, None), "m")
a, b = free("a"), free("b")


@pytest.fixture(autouse=True)
def no_rule_stays():
    """Rules that a test makes are gone when it ends."""
    kept = RULES[:]
    yield
    RULES[:] = kept


def matches(pattern: Variable, v: Variable) -> list[tuple[Variable | None, ...]]:
    return [(w.get(a), w.get(b)) for w in match(pattern, v, {}, {})]


def test_a_pattern_is_a_graph_of_any_type():
    assert (1 + exp(a)).type is ANY


def test_both_orders_of_a_sum_are_tried():
    assert matches(a + exp(b), exp(x) + y) == [(y, x)]
    assert matches(a + b, x + y) == [(x, y), (y, x)]


def test_only_one_order_of_a_difference_is_tried():
    assert matches(a - exp(b), exp(x) - y) == []


def test_a_literal_matches_any_constant_of_its_value():
    for one in (1, 1.0, constant(np.float32(1)), constant([[1.0]]), alloc(1.0, 3)):
        assert matches(a * 1, x * one) == [(x, None)]
    assert matches(a * 1, x * 2) == []
    assert matches(a * 1, x * dimshuffle(constant(1.0), "x")) == [(x, None)]


def test_a_variable_that_occurs_twice_stands_for_one_thing():
    assert matches(a - a, x - x) == [(x, None)]
    assert matches(a - a, x - y) == []


def test_equal_expressions_count_as_one_thing_even_before_merging():
    assert matches(a - a, exp(x) - exp(x)) != []
    assert matches(a - a, exp(x) - exp(y)) == []


def test_building_shares_what_the_left_side_matched():
    (way,) = match(log(exp(a)), log(exp(x)), {}, {})
    built = build(add(a, a), way, ())
    assert built.owner is not None
    assert built.owner.inputs == (x, x)


def test_an_op_variable_binds_the_op_with_its_attributes():
    @rule("stabilize")
    def reduction_of_log(s: Sum | Max, v: Variable) -> Equation:
        """A test."""
        return s(log(v)), log(s(v))

    result, _ = exhausted(rewrite(graph_of(max(log(m), axis=0)), [reduction_of_log]))
    assert operations(result) == ["Max", "log"]
    assert result.applies()[0].op == Max((0,))
    result, _ = exhausted(rewrite(graph_of(sum(log(m), axis=1)), [reduction_of_log]))
    assert operations(result) == ["Sum", "log"]


def test_a_kind_without_a_reason_is_silent_and_one_with_a_reason_speaks():
    @rule("stabilize")
    def doubled(v: Variable, c: Number) -> Equation:
        """A test."""
        return exp(v * c), exp(v) ** c

    @rule("stabilize")
    def positive_log(v: Positive) -> Equation:
        """A test."""
        return log(v), v

    _, events = exhausted(rewrite(graph_of(exp(x * y)), [doubled], watch=True))
    assert events == []
    _, events = exhausted(rewrite(graph_of(log(x)), [positive_log], watch=True))
    assert reasons(events) == ["v is not known to be more than 0"]


def test_a_rule_in_python_may_decline_in_words():
    @rewrites_to(lambda v: exp(-v), "stabilize", gives="nothing")
    def never(v: Variable) -> Variable | Decline:
        """A test."""
        return Decline(f"{v} is not to my taste")

    result, events = exhausted(rewrite(graph_of(exp(-x)), [never], watch=True))
    assert operations(result) == ["neg", "exp"]
    assert reasons(events) == ["x is not to my taste"]


def test_a_replacement_that_would_change_the_type_is_refused():
    @rule("stabilize")
    def narrowed(v: Variable) -> Equation:
        """A test."""
        return exp(v), CASTS["float64"](v)

    whole = tensor("int64", (None,), "n")
    single = tensor("float32", (None,), "s")
    _, events = exhausted(rewrite(graph_of(exp(single)), [narrowed], watch=True))
    assert reasons(events) == ["it would turn float32[?] into float64[?]"]
    result, _ = exhausted(rewrite(graph_of(exp(whole)), [narrowed]))
    assert result.outputs[0].type == exp(whole).type


def test_a_smaller_replacement_is_stretched_to_the_old_shape():
    result = optimized((m + y) * 0)
    assert operations(result)[-1] == "Alloc"
    assert result.outputs[0].type == m.type


def test_whole_numbers_do_not_wrap_where_they_did_not_wrap_before():
    narrow = tensor("int8", (None,), "n")
    wide = tensor("int64", (None,), "w")
    result, events = exhausted(
        rewrite(graph_of((narrow * 100) * wide), RULES, watch=True)
    )
    assert operations(result) == ["mul", "mul"]
    assert not rewrites(events)
    assert "a part of it is computed in another dtype" in reasons(events)


def test_a_rule_needs_to_say_why():
    def unsaid(v: Variable) -> Equation:
        return v + 0, v

    with pytest.raises(TypeError, match="unsaid"):
        rule("canonicalize")(unsaid)


def test_two_rules_cannot_have_one_name():
    def double_negation(v: Variable) -> Equation:
        """A test."""
        return v + 0, v

    with pytest.raises(ValueError, match="double_negation"):
        rule("canonicalize")(double_negation)


def test_an_equation_keeps_its_parentheses():
    by_name: dict[str, Rule] = {r.name: r for r in RULES}
    assert equation(by_name["constants_added"]) == "(x + c) + d -> x + (c + d)"
    assert text((a + b) * -(a**2)) == "(a + b) * (-a ** 2)"
    shown = latex_equation(by_name["quotient_by_quotient"])
    assert shown == r"\frac{x}{\frac{y}{z}} \;\to\; \frac{x \cdot z}{y}"
