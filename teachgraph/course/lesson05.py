"""Lesson 5, loops, and back through time: states, powers of a rate, until."""

from __future__ import annotations

from typing import Any

import numpy as np

from teachgraph.core.graph import Graph
from teachgraph.course import expect, facts
from teachgraph.course.exercise import exercise

Array = np.ndarray[Any, Any]

POLYNOMIALS = (
    {"c": np.array([2.0, 3.0, 4.0]), "x": 2.0},
    {"c": np.array([-1.5]), "x": 7.0},
    {"c": np.array([1.0, 0.0, 0.0, 0.0, -1.0]), "x": -0.5},
)
HEIGHTS = (
    {"v": np.array([3.0, 1.0, 4.0, 1.0, 5.0])},
    {"v": np.array([-2.0, -3.0, -1.0])},
)
NUMBERS = tuple({"n": n} for n in (2, 6, 7, 27))
TURNS, LEFT = 10, 0.5


@exercise("L05.E1")
def horner(answer: Any) -> str:
    """Write a polynomial by a loop over its coefficients, without powers."""
    polynomial = expect.is_expression(answer)
    graph = facts.as_written(polynomial)
    expect.inputs_are(
        graph, ("c", "x"), hint="c = T.dvector('c') and x = T.dscalar('x')"
    )
    _has_loop(graph)
    expect.no_op(graph, ("pow",), hint="each turn: what is so far times x, plus c[t]")
    expect.type_is(
        polynomial, "float64[]", hint="one number: the last turn, [-1], or tg.reduce"
    )
    expect.values_agree(
        polynomial,
        _polynomial,
        POLYNOMIALS,
        hint="with the highest coefficient first: so far * x + coefficient",
    )
    return "Every length of c is this one graph."


@exercise("L05.E2")
def highest_so_far(answer: Any) -> str:
    """Write the running maximum of v."""
    highest = expect.is_expression(answer)
    graph = facts.as_written(highest)
    expect.inputs_are(graph, ("v",), hint="an expression of v = T.dvector('v')")
    _has_loop(graph)
    expect.type_is(highest, "float64[?]", hint="one for each element: all turns")
    expect.values_agree(
        highest,
        np.maximum.accumulate,
        HEIGHTS,
        hint="what is the highest before the first turn, if all of v is below zero?",
    )
    return "The state of a turn is all that it knows of the past."


@exercise("L05.E3")
def half_forgotten(answer: Any) -> str:
    """Give the rate at which a gradient falls to one half over ten turns."""
    rate = expect.is_number(answer)
    left = rate**TURNS
    if not np.isclose(left, LEFT, rtol=1e-3):
        expect.miss(
            f"the gradient falls to {left:.4g}, not to one half",
            expected=f"the rate to the power of {TURNS} is {LEFT}",
            came=f"{rate:.6g} to the power of {TURNS} is {left:.4g}",
            hint="each turn multiplies the gradient by the rate",
        )
    return f"After 100 turns {rate**100:.4f} of it is left."


@exercise("L05.E4")
def until_it_is_one(answer: Any) -> str:
    """Count the turns until n becomes 1, halved or three times it plus one."""
    count = expect.is_expression(answer)
    graph = facts.as_written(count)
    expect.inputs_are(graph, ("n",), hint="an expression of n = T.lscalar('n')")
    _has_loop(graph)
    expect.type_is(count, "int64[]", hint="how many turns there were: .shape[0]")
    expect.values_agree(
        count,
        _turns_to_one,
        NUMBERS,
        hint="return the new number, and tg.until(T.eq(it, 1))",
    )
    return "Nobody could have told the compiler how long this loop is."


def _has_loop(graph: Graph) -> None:
    if not facts.has_op(graph, "scan"):
        expect.miss(
            "there is no loop in the graph",
            expected="a scan",
            came=expect.in_words(facts.ops(graph)),
            at=graph.outputs[0],
            hint="tg.scan, tg.reduce and tg.map write one",
        )


def _polynomial(c: Array, x: Array) -> Array:
    return np.asarray(np.polyval(c, x))


def _turns_to_one(n: Array) -> int:
    number, turns = int(n), 0
    while number != 1 or turns == 0:
        number = number // 2 if number % 2 == 0 else 3 * number + 1
        turns += 1
    return turns
