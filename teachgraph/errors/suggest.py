"""Repairs that were tried: a transpose, an axis, a cast is offered after it fitted.

A candidate changes one operand's type as the written change would; `infer` decides.
What it refuses is never offered.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from teachgraph.core.origin import Origin
from teachgraph.core.record import having
from teachgraph.core.report import Fault, Hint, TeachgraphError
from teachgraph.core.types import LengthMismatch, TensorType, is_integer
from teachgraph.errors.naming import Operand, happens_to_be_one

Infer = Callable[..., Any]
REFUSALS = (Fault, LengthMismatch, TeachgraphError, TypeError, ValueError, LookupError)
CASTS = ("float64", "int64")


@dataclass(frozen=True)
class Change:
    """One operand written otherwise: the words, the code, the type it would have."""

    words: str
    code: str
    type: TensorType


def nearest(name: object, names: Iterable[str]) -> str | None:
    """The known name that was probably meant; none is near to what is no text."""
    if not isinstance(name, str):
        return None
    return next(iter(difflib.get_close_matches(name, list(names), 1)), None)


def instead_of_deciding(origin: Origin | None) -> tuple[Hint, ...]:
    """What to write where Python would have to decide about a variable, by the text."""
    text = origin.span().text() if origin is not None else ""
    for python, symbolic in (("max", "T.maximum"), ("min", "T.minimum")):
        if text.startswith(f"{python}("):
            words = (
                f"the {python} of Python needs values; use the one that builds a graph"
            )
            return (Hint(words, text.replace(python, symbolic, 1)),)
    choice = Hint(
        "choose between two values, element by element", "T.switch(test, a, b)"
    )
    tests = Hint("combine tests with & | ~ instead of and, or, not")
    known = Hint("to ask whether there is a variable at all", "if x is not None")
    return choice, tests, known


FOLDS = {
    "sum": ("sum", "{x}.sum(axis=0)"),
    "any": ("any", "{x}.any()"),
    "all": ("all", "{x}.all()"),
    "max": ("max", "{x}.max()"),
    "min": ("min", "{x}.min()"),
    "sorted": ("sort", "T.sort({x})"),
    "reversed": ("reverse", "{x}[::-1]"),
    "list": ("list", "[{x}[0], {x}[1]]"),
    "tuple": ("list", "[{x}[0], {x}[1]]"),
    "zip": ("zip", "tg.scan(step, sequences=[{x}, ...])"),
    "map": ("map", "tg.map(function, sequences=[{x}])"),
    "concatenate": ("join", "T.concatenate([{x}, ...])"),
    "stack": ("join", "T.stack([{x}, ...])"),
}
"""What to write for a function that goes through a variable, by the function."""

WORDS = {
    "list": "take as many elements as are needed",
    "join": "what is joined goes into a list",
    "zip": "to walk along several at once, use scan",
    "map": "to apply a function to every entry",
    "reverse": "all elements the other way round",
}


def instead_of_looping(origin: Origin | None, x: str) -> tuple[Hint, ...]:
    """What to write for a call of Python's that goes through a variable."""
    text = origin.span().text() if origin is not None else ""
    found = re.match(r"(?:T|TT|tensor)?\.?(\w+)\(", text)
    if found is None or found.group(1) not in FOLDS:
        return ()
    kind, code = FOLDS[found.group(1)]
    name = _atom(x)
    words = WORDS.get(kind, f"the {kind} that builds a graph")
    return (
        Hint(words, code.format(x=x if "({x}" in code or "[{x}" in code else name)),
    )


def fitting_changes(
    infer: Infer, found: Sequence[Operand], origin: Origin | None
) -> tuple[Hint, ...]:
    """The changes of one operand after which `infer` has nothing against the types.

    Those come first that rest on known lengths alone, then those of leaves, and of
    later operands: a weight or a bias is changed more easily than data.
    """
    offers: list[tuple[tuple[bool, bool, int], Hint]] = []
    for position, operand in enumerate(found):
        certain = None not in operand.type.shape
        leaf = operand.variable.owner is None
        others = [o for o in found if o is not operand]
        for change in _changes(operand, others):
            types = [o.type for o in found]
            types[position] = change.type
            if _accepts(infer, types):
                hint = Hint(change.words, _rewritten(origin, operand, change.code))
                offers.append(((certain, leaf, position), hint))
                break
    offers.sort(key=lambda offer: offer[0], reverse=True)
    return tuple(hint for _, hint in offers)


def _accepts(infer: Infer, types: Sequence[TensorType]) -> bool:
    try:
        infer(*types)
    except REFUSALS:
        return False
    return True


def _changes(o: Operand, others: Sequence[Operand]) -> Iterator[Change]:
    """What may be done to an operand, the likeliest first."""
    name, shape = _atom(o.name), o.type.shape
    if o.variable.data is not None and o.type.ndim == 0:
        return
    for axis, n in enumerate(shape):
        if happens_to_be_one(n):
            words = f"declare axis {axis} of {o.quoted} to be 1 long"
            declared = having(o.type, shape=(*shape[:axis], 1, *shape[axis + 1 :]))
            yield Change(words, f"T.addbroadcast({o.name}, {axis})", declared)
    if len(shape) == 2:
        words = f"the transpose of {o.quoted} fits"
        yield Change(words, f"{name}.T", having(o.type, shape=shape[::-1]))
    if len(shape) == 1 and any(other.type.ndim > 1 for other in others):
        words = f"{o.quoted} as a column fits"
        column = having(o.type, shape=(shape[0], 1))
        yield Change(words, f"{name}.dimshuffle(0, 'x')", column)
    for dtype in CASTS:
        if is_integer(dtype) != is_integer(o.type.dtype):
            words = f"{o.quoted} cast to {dtype} fits"
            yield Change(
                words, f"{name}.astype('{dtype}')", having(o.type, dtype=dtype)
            )


def _atom(code: str) -> str:
    """Code that a dot may follow."""
    return code if code.replace(".", "").isidentifier() else f"({code})"


def _rewritten(origin: Origin | None, operand: Operand, code: str) -> str:
    """The user's expression with one operand replaced; or that operand alone."""
    span = origin.span() if origin is not None else None
    if span is None or operand.part is None or span.line != span.end_line:
        return code
    line = span.lines()[0]
    before = line[span.column : operand.part.column]
    return f"{before}{code}{line[operand.part.end : span.end_column]}"
