"""Conditions of breakpoints: `nan > 0`, `turn = 17 and max > 1e6`, `op = exp`.

    condition = all ("or" all)*         all  = test ("and" test)*
    test      = field sign constant     sign = = | == | != | < | <= | > | >=
    field     = name ("[" whole "]")?

The viewer reads the same grammar (`extension/src/core/conditions.ts`). A condition is
never run as code. `turn` counts from 0 and is that of the innermost loop; `turn[0]` is
that of the outermost.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from teachgraph.core.record import record
from teachgraph.view import protocol
from teachgraph.view.values import value_of

TEST = r"([a-z]+)(?:\[(-?\d+)\])?\s*(==|!=|<=|>=|=|<|>)\s*(\S+)"
NUMBERS = ("nan", "inf", "min", "max", "mean", "size", "shape", "ndim", "value", "turn")
WORDS = ("op", "name", "dtype")
SIGNS: Mapping[str, Callable[[float, float], bool]] = MappingProxyType(
    {
        "!=": operator.ne,
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
    }
)


@record(eq=False)
class Subject:
    """What a condition may speak of: a node, the turns it is in, and its values."""

    label: str
    op: str
    outputs: Sequence[Any]
    turns: tuple[int, ...] = ()

    def values(self) -> list[protocol.Value]:
        """The values as a viewer is told them."""
        return [value_of(array) for array in self.outputs]


Condition = Callable[[Subject], bool]


def condition(text: str) -> Condition | None:
    """The condition that a text states; None where it states none."""
    ways = [
        [_test(part) for part in re.split(r"\s+and\s+", way, flags=re.I)]
        for way in re.split(r"\s+or\s+", text.strip(), flags=re.I)
    ]
    known = [[test for test in way if test is not None] for way in ways]
    if [len(way) for way in known] != [len(way) for way in ways]:
        return None
    return lambda subject: any(all(test(subject) for test in way) for way in known)


def speaks_of_turns(text: str) -> bool:
    """Whether a condition can only be true inside of a loop."""
    return re.search(r"\bturn\b", text) is not None


def _test(text: str) -> Condition | None:
    match = re.fullmatch(TEST, text.strip(), re.I)
    if match is None:
        return None
    name, index, sign, constant = match.groups()
    field = name.lower()
    if field in WORDS:
        if sign not in ("=", "==", "!="):
            return None
        same, goal = sign != "!=", constant.lower()
        return lambda subject: (_word(field, subject) == goal) == same
    number = _number(constant)
    if field not in NUMBERS or number is None:
        return None
    at = None if index is None else int(index)
    return lambda subject: any(
        _holds(found, sign, number) for found in _numbers(field, at, subject)
    )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _word(field: str, subject: Subject) -> str:
    if field == "op":
        return subject.op.lower()
    if field == "name":
        return subject.label.lower()
    return str(getattr(subject.outputs[0], "dtype", "")) if subject.outputs else ""


def _numbers(field: str, index: int | None, subject: Subject) -> list[float]:
    if field == "turn":
        return _at(subject.turns, -1 if index is None else index)
    return [n for value in subject.values() for n in _of(field, index, value)]


def _at(numbers: Sequence[int], index: int) -> list[float]:
    """The number at an index, from the end if below 0; nothing if there is none."""
    return [numbers[index]] if -len(numbers) <= index < len(numbers) else []


def _of(field: str, index: int | None, value: protocol.Value) -> list[float]:
    shape = value["shape"]
    match field:
        case "nan" | "inf":
            return [value.get(field, 0)]
        case "min" | "max" | "mean":
            found = value.get(field)
            return [] if found is None else [float(found)]
        case "size":
            return [math.prod(shape)]
        case "ndim":
            return [len(shape)]
        case "shape":
            return [*shape] if index is None else _at(shape, index)
        case _:
            return [float(n) for n in value.get("data", ())]


def _holds(found: float, sign: str, goal: float) -> bool:
    """Unlike elsewhere, nan equals nan: that is what a reader means by it."""
    if sign in ("=", "=="):
        return found == goal or (math.isnan(found) and math.isnan(goal))
    return SIGNS[sign](found, goal)
