"""Lesson 4, a rule is an equation with a direction: reasons, borders, asking first."""

from __future__ import annotations

from typing import Any

import numpy as np

import teachgraph.tensor as T
from teachgraph.core.graph import Variable
from teachgraph.course import expect, facts
from teachgraph.course.exercise import exercise
from teachgraph.rewrite.rule import Decline, Rule
from teachgraph.view.pprint import pp

Array = np.ndarray[Any, Any]

HUGE = {"x": np.array([1000.0])}
BORDERS = {"x": np.array([-np.inf, -2.0, 0.0, 0.5, np.inf, np.nan])}
HINT_RULE = (
    "write @rule('canonicalize') above a function that returns (left, right); give it"
    " a docstring, the reason"
)


@exercise("L04.E1")
def rescued(answer: Any) -> str:
    """Write an expression that overflows as written, and is right when compiled."""
    expression = expect.is_expression(answer)
    graph = facts.as_written(expression)
    expect.inputs_are(graph, ("x",), hint="an expression of x = T.dvector('x')")
    if not facts.has_op(graph, "exp"):
        expect.miss(
            "there is no exponential in the answer",
            expected="exp",
            came=expect.in_words(facts.ops(graph)),
            at=expression,
            hint="e to the power of 1000 is more than a double can hold",
        )
    as_written = facts.value_as_written(expression, HUGE)
    if np.isfinite(as_written).all():
        expect.miss(
            "it goes well as it is written",
            expected="infinity or nan for x = [1000]",
            came=expect.shown(as_written),
            at=expression,
            hint="let the exponential of x itself be computed on the way",
        )
    compiled = facts.value_of(expression, HUGE)
    if not np.isfinite(compiled).all():
        expect.miss(
            "compiling does not help",
            expected="a number for x = [1000]",
            came=expect.shown(compiled),
            at=expression,
            hint="look at the rules of the phase stabilize: log of a sum of exp, ...",
        )
    return "You wrote what is short, and what runs is what is right."


@exercise("L04.E2")
def equation_of_your_own(answer: Any) -> str:
    """Write the rule that the sign times the magnitude is the number."""
    rule = _is_rule(answer, HINT_RULE)
    x = T.dvector("x")
    for left in (T.sgn(x) * abs(x), abs(x) * T.sgn(x)):
        right = _applied(rule, left, "it is to fit T.sgn(x) * abs(x)")
        _same_values(left, right, "is the right side the number itself?")
        if facts.ops(facts.as_written(right)).total():
            expect.miss(
                "the right side computes something",
                expected="x itself",
                came=expect.in_words(facts.ops(facts.as_written(right))),
                hint="nothing has to be computed: return the parameter",
            )
    return "It holds at the borders too: at zero, at infinity, and for nan."


@exercise("L04.E3")
def the_border(answer: Any) -> str:
    """Give x and y for which sqrt(x) sqrt(y) and sqrt(x y) differ."""
    x, y = expect.are_numbers(answer, 2)
    with np.errstate(all="ignore"):
        left = np.sqrt(x) * np.sqrt(y)
        right = np.sqrt(x * y)
    if np.isclose(left, right, equal_nan=True):
        expect.miss(
            "both sides are equal for these",
            expected="numbers for which they differ",
            came=f"{expect.shown(left)} on both sides",
            hint="where is a root of each not defined, and that of the product is?",
        )
    sides = f"{expect.shown(left)} on the left, {expect.shown(right)} on the right"
    return f"{sides}: the rule needs x and y that are not negative."


@exercise("L04.E4")
def ask_first(answer: Any) -> str:
    """Write the rule of the roots so that it asks whether x and y are made by exp."""
    rule = _is_rule(answer, "write @rewrites(lambda x, y: ...) above a function")
    x = T.dvector("x")
    e, square = T.exp(x), T.exp(2 * x)
    left = T.sqrt(e) * T.sqrt(square)
    right = _applied(rule, left, "it is to fit the product of the roots of two exps")
    _same_values(left, right, "give T.sqrt(x * y)")
    expect.op_count(
        facts.as_written(right), "sqrt", 1, hint="one root in the place of two"
    )
    for other in ((x, x + 1), (e, x), (x, e), (e, T.sin(x)), (-e, square)):
        _declines(rule, T.sqrt(other[0]) * T.sqrt(other[1]))
    return "A rule that declines tells a reader what it would have needed."


def _declines(rule: Rule, left: Variable) -> None:
    results = [attempt.result for attempt in rule.attempts(left)]
    if any(isinstance(result, Variable) for result in results):
        expect.miss(
            "the rule does not ask",
            expected="Decline, with a reason",
            came=f"a replacement for {pp(left)}",
            hint="look at x.owner first: it may be None, or another op than exp",
        )
    if not any(r.reason for r in results if isinstance(r, Decline)):
        expect.miss(
            "the rule declines without a reason",
            expected="a reason in words",
            came="none",
            hint='return Decline("x is not an exponential")',
        )


def _is_rule(answer: Any, hint: str) -> Rule:
    expect.answered(answer)
    if not isinstance(answer, Rule):
        expect.miss(
            "the answer is not a rule",
            expected="what @rule or @rewrites makes of a function",
            came=f"an object of type {type(answer).__name__}",
            hint=hint,
        )
    return answer


def _applied(rule: Rule, left: Variable, hint: str) -> Variable:
    """What the rule makes of an expression."""
    results = [attempt.result for attempt in rule.attempts(left)]
    made = [result for result in results if isinstance(result, Variable)]
    if not made:
        reasons = [r.reason for r in results if isinstance(r, Decline) and r.reason]
        said = f"it declined: {reasons[0]}" if reasons else "its left side does not fit"
        expect.miss(
            f"the rule does not apply to {pp(left)}",
            expected="a replacement",
            came=said,
            hint=hint,
        )
    return made[0]


def _same_values(left: Variable, right: Variable, hint: str) -> None:
    wanted = facts.value_as_written(left, BORDERS)

    def reference(x: Array) -> Array:
        del x
        return wanted

    expect.values_agree(right, reference, [BORDERS], hint=hint)
