"""What an exercise may ask of an answer; whoever asks gets an error that teaches.

Each question says what was expected, what came and, where there is one, which line of
the answer to look at. `hint` is what to try next; it is the lesson's to say.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NoReturn, cast

import numpy as np

from teachgraph.compile.function import Function
from teachgraph.core.graph import Graph, Variable
from teachgraph.core.origin import Origin
from teachgraph.core.report import Fault, Hint, Note
from teachgraph.course import facts
from teachgraph.view.words import value_in_words

# Two right answers may round differently in their last digits.
TOLERANCE = 1e-9


def miss(
    title: str,
    *,
    expected: str,
    came: str,
    at: Variable | Origin | None = None,
    hint: str = "",
) -> NoReturn:
    """Turn an answer down."""
    origin = at.origin if isinstance(at, Variable) else at
    notes = (Note(f"expected: {expected}"), Note(f"came: {came}"))
    hints = (Hint(hint),) if hint else ()
    raise Fault("exercise", title, origin=origin, notes=notes, hints=hints)


def answered(answer: Any) -> None:
    """There is an answer at all."""
    if answer is ...:
        miss("there is no answer yet", expected="your answer", came="the `...`")


def is_expression(answer: Any) -> Variable:
    """The answer is an expression, not what it gives for some values."""
    answered(answer)
    if isinstance(answer, Variable):
        return answer
    if isinstance(answer, Function):
        hint = "give what you would pass to `function` as its output"
    else:
        hint = "make variables, such as x = T.dvector('x'), and compute with those"
    miss(
        "the answer is not an expression",
        expected="an expression, with symbolic variables in it",
        came=_kind(answer),
        hint=hint,
    )


def is_function(answer: Any) -> Function:
    """The answer is a compiled function."""
    answered(answer)
    if isinstance(answer, Function):
        return answer
    hint = "compile it: tg.function([x], expression)"
    miss(
        "the answer is not a compiled function",
        expected="what tg.function gives",
        came=_kind(answer),
        at=answer if isinstance(answer, Variable) else None,
        hint=hint if isinstance(answer, Variable) else "",
    )


def is_program(answer: Any) -> Callable[[], Any]:
    """The answer is a Python function that can be run."""
    answered(answer)
    if callable(answer) and not isinstance(answer, Function):
        return answer
    miss(
        "the answer is not a Python function",
        expected="the function itself, by its name and without ()",
        came=_kind(answer),
    )


def is_number(answer: Any) -> float:
    """The answer is a number, not an expression of one."""
    answered(answer)
    if not isinstance(answer, int | float):
        miss("the answer is not a number", expected="a number", came=_kind(answer))
    return float(answer)


def are_numbers(answer: Any, count: int) -> tuple[float, ...]:
    """The answer is so many numbers, in a tuple or a list."""
    answered(answer)
    given = cast("Sequence[Any]", answer if isinstance(answer, tuple | list) else ())
    if len(given) != count or not all(isinstance(n, int | float) for n in given):
        miss(
            f"the answer is not {count} numbers",
            expected=f"{count} numbers in brackets, such as (1.0, 2.0)",
            came=", ".join(map(str, given)) if given else _kind(answer),
        )
    return tuple(map(float, given))


def type_is(v: Variable, expected: str, *, hint: str = "") -> None:
    """The type is written so, as in `float64[?, 3]`."""
    if str(v.type) != expected:
        title = "the answer has another type"
        miss(title, expected=expected, came=str(v.type), at=v, hint=hint)


def inputs_are(graph: Graph, names: Collection[str], *, hint: str = "") -> None:
    """The unknowns are exactly these."""
    came = [v.name or "one without a name" for v in graph.inputs]
    if sorted(came) != sorted(names):
        miss(
            "the answer has other unknowns",
            expected=", ".join(sorted(names)),
            came=", ".join(sorted(came)) or "none",
            at=graph.outputs[0],
            hint=hint,
        )


def numbers_are(graph: Graph, allowed: Iterable[float], *, hint: str = "") -> None:
    """No number stands in the expression but these."""
    fine = set(allowed)
    for v in facts.numbers(graph):
        if v.data is None or v.data.ndim or float(v.data) not in fine:
            came = "no number" if v.data is None else value_in_words(v.data)
            miss(
                "there is a number in the answer",
                expected="names for all that could be another number",
                came=came,
                at=_reader(graph, v),
                hint=hint,
            )


def op_count(graph: Graph, title: str, expected: int, *, hint: str = "") -> None:
    """There are so many nodes of an op."""
    nodes = facts.nodes_of(graph, title)
    if len(nodes) != expected:
        at = nodes[-1].outputs[0] if nodes else graph.outputs[0]
        miss(
            f"the graph has {_times(len(nodes), title)}",
            expected=_times(expected, title),
            came=_times(len(nodes), title),
            at=at,
            hint=hint,
        )


def at_least(graph: Graph, expected: int, *, hint: str = "") -> None:
    """There are so many nodes or more."""
    found = facts.ops(graph)
    if found.total() < expected:
        miss(
            "the graph is smaller than asked for",
            expected=f"{expected} operations or more",
            came=in_words(found),
            at=graph.outputs[0],
            hint=hint,
        )


def no_op(graph: Graph, titles: Collection[str], *, hint: str = "") -> None:
    """None of these ops is left."""
    for node in graph.applies():
        if node.op.title in titles:
            miss(
                f"the graph has {node.op.title} in it",
                expected=f"no {' and no '.join(sorted(titles))}",
                came=in_words(facts.ops(graph)),
                at=node.outputs[0],
                hint=hint,
            )


def values_agree(
    answer: Variable | Function,
    reference: Callable[..., Any],
    samples: Sequence[Mapping[str, Any]],
    *,
    hint: str = "",
) -> None:
    """For each sample the answer is what `reference` gives.

    Args:
        answer: what is checked.
        reference: the right answer, in NumPy, of the values of a sample in their order.
        samples: values by name of the input.
        hint: what to try next.
    """
    for given in samples:
        expected = np.asarray(reference(*map(np.asarray, given.values())))
        came = facts.value_of(answer, given)
        same = expected.shape == came.shape and np.allclose(
            came, expected, TOLERANCE, TOLERANCE, equal_nan=True
        )
        if not same:
            sample = ", ".join(f"{k} = {shown(v)}" for k, v in given.items())
            miss(
                f"the values differ for {sample}",
                expected=shown(expected),
                came=shown(came),
                at=facts.as_written(answer).outputs[0],
                hint=hint,
            )


def raises_code_at_line(
    program: Callable[[], Any],
    code: str,
    line: int,
    *,
    hint: str = "",
    repair: str = "leave the program as it is; only add the comment",
) -> None:
    """The program ends with an error of a code that names a line of the file.

    `hint` is for another line, `repair` for a program that ends without an error.
    """
    error = facts.raised(program)
    if error is None:
        miss(
            "the program ends without an error",
            expected=f"an error with the code {code}",
            came="none",
            hint=repair,
        )
    blame = facts.blame(error)
    if blame.code != code:
        came = f"{error.report.title} [{blame.code}]"
        miss(
            "the program ends with another error",
            expected=code,
            came=came,
            at=error.report.origin,
        )
    if blame.line != line:
        miss(
            f"teachgraph does not blame line {line}",
            expected=f"the line that {code} names",
            came=f"line {line}",
            hint=hint,
        )


def in_words(counts: Mapping[str, int]) -> str:
    """Counts of ops as a sentence has them: `2 exp, 1 add`."""
    parts = (f"{count} {title}" for title, count in sorted(counts.items()))
    return ", ".join(parts) or "no operation"


def _times(count: int, title: str) -> str:
    return f"no {title}" if count == 0 else f"{count} {title}"


def _kind(answer: Any) -> str:
    if isinstance(answer, Variable):
        return f"an expression of type {answer.type}"
    if isinstance(answer, Function):
        return "a compiled function"
    if isinstance(answer, int | float | np.ndarray):
        return f"a value, {shown(answer)}"
    return f"an object of type {type(answer).__name__}"


def shown(value: Any) -> str:
    """A value as a sentence has it."""
    array = np.asarray(value)
    return value_in_words(array) if array.dtype.kind in "biufc" else str(value)


def _reader(graph: Graph, v: Variable) -> Variable:
    """Who reads a constant: the expression that the number was written in."""
    readers = [node for node, _ in graph.clients().get(v, ())]
    return readers[0].outputs[0] if readers else v
