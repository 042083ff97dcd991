"""An exercise, and `check`: an answer goes in, what it showed or an error comes out."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from teachgraph.core.entrance import public
from teachgraph.core.record import having
from teachgraph.core.report import Fault, Hint, TeachgraphError

Checker = Callable[[Any], str]
"""Gives what a right answer has shown; raises a `Fault` for any other."""


class Wrong(TeachgraphError, AssertionError):
    """An answer that is not right yet; the report says what to look at."""


@dataclass(frozen=True)
class Right:
    """An answer that is right, and what it has shown."""

    name: str
    shown: str

    def __str__(self) -> str:
        return f"{self.name} is right. {self.shown}"

    __repr__ = __str__


@dataclass(frozen=True)
class Exercise:
    """A task by its name, such as L01.E2, and how answers to it are checked."""

    name: str
    task: str
    checker: Checker


EXERCISES: dict[str, Exercise] = {}
"""Every exercise by name."""


def exercise(name: str) -> Callable[[Checker], Checker]:
    """Make a function the checker of an exercise; its docstring is the task."""

    def register(checker: Checker) -> Checker:
        task = inspect.getdoc(checker) or ""
        EXERCISES[name] = Exercise(name, task, checker)
        return checker

    return register


@public
def check(name: str, answer: Any) -> Right:
    """Check an answer to an exercise.

    >>> import teachgraph.tensor as T
    >>> x = T.dvector("x")
    >>> e = T.exp(x)
    >>> check("L01.E3", (e - 1 / e) / (e + 1 / e))
    L01.E3 is right. Six operations, and exp is one of them. ...

    Args:
        name: of the exercise, such as L01.E2.
        answer: what the exercise asks for: an expression, a compiled function, or a
            Python function.

    Raises:
        Wrong: the answer is not right; the error says what was expected, what came and,
            where there is one, which line to look at.
        unknown-name: there is no such exercise.
    """
    if name not in EXERCISES:
        known = Hint(f"there are {', '.join(sorted(EXERCISES))}")
        raise Fault("unknown-name", f"there is no exercise {name!r}", hints=(known,))
    try:
        return Right(name, EXERCISES[name].checker(answer))
    except Fault as fault:
        raise Wrong(having(fault.report(), code=name)) from None
