"""The words for a call that does not fit the signature of what it calls."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from inspect import Parameter
from typing import Any

from teachgraph.core.origin import here
from teachgraph.core.report import Hint, Note, Report

BY_PLACE = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
DTYPES = ("float64", "float32", "int64", "int32", "int8", "bool", "complex128")
"""The dtypes that people mean."""
NO_DTYPE = r"data type ['\"](.+?)['\"] not understood|Cannot interpret '(.+?)' as"
ANY = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
MOST_NAMES = 8


def misfit(
    function: Callable[..., Any], args: Sequence[Any], options: Mapping[str, Any]
) -> Report | None:
    """What is wrong with the arguments; None if they fit the signature."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return None
    if parameters and parameters[0].name == "self":
        parameters, args = parameters[1:], args[1:]
    name = getattr(function, "__name__", "this")
    named = [p.name for p in parameters if p.kind not in ANY]
    places = [p for p in parameters if p.kind in BY_PLACE]
    known = Note(f"its arguments are {_listed(named)}" if named else "it takes none")
    kinds = [p.kind for p in parameters]
    for option in options:
        if option not in named and Parameter.VAR_KEYWORD not in kinds:
            return _unknown(name, option, named, known)
    if len(args) > len(places) and Parameter.VAR_POSITIONAL not in kinds:
        title = f"`{name}` takes at most {_counted(len(places))} by position, and "
        title += f"{len(args)} were given"
        hints = (Hint("name those that come later", f"{name}(..., name=value)"),)
        return _report("wrong-argument-count", title, known, hints)
    missing = [
        p.name
        for p in parameters
        if p.default is Parameter.empty and p.kind not in ANY and p.name not in options
    ]
    missing = [n for n in missing if n not in [p.name for p in places[: len(args)]]]
    if missing:
        title = f"`{name}` needs `{missing[0]}`, and the call does not give it"
        code = f"{name}({', '.join([*['...'] * bool(args), missing[0]])})"
        return _report("missing-argument", title, known, (Hint("give it", code),))
    return None


def no_dtype(name: str, given: Sequence[Any], error: Exception) -> Report | None:
    """The report on a dtype that NumPy does not know; None for another error.

    It may be a number that was meant for an axis: `zeros(2, 3)` for `zeros((2, 3))`.
    """
    found = re.search(NO_DTYPE, str(error))
    if found is None:
        return None
    told = found.group(1) or found.group(2)
    near = get_close_matches(told, DTYPES, 1)
    hints = [Hint("perhaps you mean", repr(dtype)) for dtype in near]
    numbers = [x for x in given if isinstance(x, int)]
    if told.isdigit():
        shown = f"({', '.join(map(str, numbers))})"
        first = "" if len(numbers) == len(given) else "x, "
        hints = [Hint("several of them go in one tuple", f"{name}({first}{shown})")]
    hints = hints or [Hint("one of", ", ".join(DTYPES))]
    title = f"`{name}` takes {told!r} for a dtype, and there is none of that name"
    return Report("wrong-dtype", title, here(), hints=tuple(hints))


def _unknown(name: str, option: str, named: Sequence[str], known: Note) -> Report:
    near = get_close_matches(option, named, 1)
    hints = [Hint("perhaps you mean", f"{n}=...") for n in near]
    hints = hints or [Hint(f"leave `{option}` out")]
    title = f"`{name}` has no argument called `{option}`"
    return _report("unknown-name", title, known, tuple(hints))


def _report(code: str, title: str, known: Note, hints: tuple[Hint, ...]) -> Report:
    return Report(code, title, here(), notes=(known,), hints=hints)


def _counted(n: int) -> str:
    return f"{n} argument{'s' if n != 1 else ''}"


def _listed(names: Sequence[str]) -> str:
    more = ", ..." if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more
