"""Lesson 1, a graph is a physics problem: name, draw, simplify, then compute."""

from __future__ import annotations

from typing import Any

import numpy as np

from teachgraph.course import expect, facts
from teachgraph.course.exercise import exercise

Array = np.ndarray[Any, Any]

BALL = (
    {"m": 1.0, "v": 2.0, "g": 9.81, "h": 0.0},
    {"m": 0.5, "v": 0.0, "g": 1.62, "h": 3.0},
    {"m": 2.0, "v": 3.0, "g": 9.81, "h": 1.5},
)
LENGTHS = ({"x": np.array([1.0, -2.0, 3.5])}, {"x": np.array([0.25])})
WAVES = ({"x": np.array([-2.0, -0.1, 0.0, 0.1, 2.0])},)


@exercise("L01.E1")
def names_before_numbers(answer: Any) -> str:
    """Write the energy of a ball: mass m, speed v, height h, gravity g."""
    energy = expect.is_expression(answer)
    graph = facts.as_written(energy)
    expect.inputs_are(
        graph,
        ("m", "v", "g", "h"),
        hint="one scalar for each unknown: m = T.dscalar('m'), and so on",
    )
    expect.numbers_are(
        graph,
        (2, 0.5),
        hint="give the number a name; on the moon it is another one",
    )
    expect.type_is(energy, "float64[]", hint="energy is one number: use T.dscalar")
    expect.values_agree(
        energy,
        _energy,
        BALL,
        hint="the energy of motion, m v^2 / 2, and the energy of height, m g h",
    )
    return "It is an answer for every ball, and on every planet."


@exercise("L01.E2")
def zero_without_a_number(answer: Any) -> str:
    """Compile a function of x that is zero, and that teachgraph finds to be zero."""
    f = expect.is_function(answer)
    written, compiled = facts.as_written(f), facts.as_compiled(f)
    expect.inputs_are(written, ("x",), hint="one input: x = T.dvector('x')")
    expect.at_least(
        written,
        4,
        hint="write something that is zero for a reason, as y - x**2 is",
    )
    expect.values_agree(
        f,
        np.zeros_like,
        LENGTHS,
        hint="is it zero for every x? work it out on paper first",
    )
    expect.no_op(
        compiled,
        tuple(facts.ops(written)),
        hint="it is zero, but no rule says so; look at the rewrites with tg.view",
    )
    before = expect.in_words(facts.ops(written))
    return f"You wrote {before}; none of it is left to compute."


@exercise("L01.E3")
def once_is_enough(answer: Any) -> str:
    """Write tanh(x) with one exp: (e^x - e^-x) / (e^x + e^-x)."""
    tanh = expect.is_expression(answer)
    graph = facts.as_written(tanh)
    expect.inputs_are(graph, ("x",), hint="one input: x = T.dvector('x')")
    expect.no_op(
        graph,
        ("tanh", "sigmoid"),
        hint="build it from exp, + , - and /; the point is what is inside",
    )
    expect.op_count(
        graph,
        "exp",
        1,
        hint="name e^x once, e = T.exp(x), and use it; e^-x is 1 / e",
    )
    expect.type_is(tanh, "float64[?]", hint="one value for each x: x = T.dvector('x')")
    expect.values_agree(
        tanh,
        np.tanh,
        WAVES,
        hint="compare with (e^x - e^-x) / (e^x + e^-x), term by term",
    )
    total = facts.ops(graph).total()
    return f"{_word(total)} operations, and exp is one of them. " + (
        "A name in Python is an arrow in the graph."
    )


@exercise("L01.E4")
def whose_fault(answer: Any) -> str:
    """Predict which line of the program teachgraph blames: end it with `# here`."""
    program = expect.is_program(answer)
    lines = facts.marked_lines(program)
    if len(lines) != 1:
        expect.miss(
            "one line is to be marked",
            expected=f"one line that ends with the comment {facts.MARK}",
            came=f"{len(lines)} such lines",
        )
    expect.raises_code_at_line(
        program,
        "shape-mismatch",
        lines[0],
        hint="which operation pairs values that do not fit? where was it written?",
    )
    return "The error comes from the call, and names the line that wrote the operation."


def _energy(m: Array, v: Array, g: Array, h: Array) -> Array:
    return m * v**2 / 2 + m * g * h


def _word(count: int) -> str:
    words = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight")
    return words[count] if count < len(words) else str(count)
