"""`x == 3` on a variable: False at once, so a warning where a value was meant.

Variables are equal to themselves alone, which is what dictionaries and lists of
variables need. Nobody is warned who asks for just that: whether a variable is among
others, or is the same as another.
"""

from __future__ import annotations

import ast
from types import FrameType
from typing import Any, TypeGuard

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.origin import Origin
from teachgraph.core.report import Fault, Hint, Note, Report
from teachgraph.core.surface import define
from teachgraph.errors.bytecode import comparison, loop_names
from teachgraph.errors.naming import called
from teachgraph.errors.silent import IdentityWarning, warn_of

SYMBOLIC = {"==": "T.eq", "!=": "T.neq"}
NEUTRAL = (0, 1)
"""`p == 0` for a parameter that may be a number or a variable is a usual shortcut."""

WHY = (
    "Variables are used as keys and looked for in lists, so == asks whether they are "
    "one object. The answer is known at once, and has nothing to do with values."
)


@define("equals")
def _equals(x: Variable, other: Any, asking: FrameType) -> None:
    """Warn if the user's comparison was meant for values."""
    found = comparison(asking.f_code, asking.f_lasti)
    if found is None:
        return
    sign, use = found
    origin = Origin(asking.f_code, asking.f_lasti)
    written = _written(origin)
    if not _is_of_values(x, other, use, written, asking):
        return
    sides = _sides(written) or (called(x, origin), _spelled(other))
    answer = str(sign == "!=")
    first, second = sides
    title = f"`{first} {sign} {second}` is {answer} here, whatever `{called(x)}` is"
    code = f"{SYMBOLIC[sign]}({first}, {second})"
    hints = [Hint("compare the values in the graph", code)]
    if use == "test":
        hints = [Hint("choose by the values", f"T.switch({code}, a, b)")]
    if isinstance(other, Variable):
        word = "is" if sign == "==" else "is not"
        same = f"{first} {word} {second}"
        hints.append(Hint("if the same object is meant, say so", same))
    warn_of(
        Report(
            "symbolic-equality",
            title,
            origin,
            notes=(Note(f"{sign} asks for identity: are both the same object?"),),
            why=WHY,
            hints=tuple(hints),
            nodes=(x,),
        ),
        IdentityWarning,
    )


def _is_of_values(
    x: Variable, other: Any, use: str, written: ast.Compare | None, asking: FrameType
) -> bool:
    if isinstance(other, Variable):
        if written is None or not _names_one(written, (x, other), asking):
            return False
        if use == "test":
            scalars = x.ndim == 0 and other.ndim == 0
            return scalars and "shared" not in (x.kind, other.kind)
        return use == "value"
    if not isinstance(other, int | float | complex | np.ndarray | np.generic):
        return False
    if isinstance(other, np.ndarray) or written is None:
        return True
    if x.kind == "shared" and other in NEUTRAL:
        return False
    containers = (ast.List, ast.Tuple, ast.Dict, ast.ListComp)
    return not isinstance(written.left, containers)


def _written(origin: Origin) -> ast.Compare | None:
    """The comparison as it is written, where there is source."""
    try:
        found = ast.parse(f"({origin.span().text()})", mode="eval").body
    except (SyntaxError, ValueError):
        return None
    return found if isinstance(found, ast.Compare) else None


def _sides(written: ast.Compare | None) -> tuple[str, str] | None:
    if written is None or len(written.comparators) != 1:
        return None
    return ast.unparse(written.left), ast.unparse(written.comparators[0])


def _spelled(other: Any) -> str:
    return called(other) if isinstance(other, Variable) else repr(other)


def _names_one(
    written: ast.Compare, both: tuple[Variable, ...], asking: FrameType
) -> bool:
    """Whether a side is a name that stands for one of the two, and not for a list."""
    known = {**asking.f_globals, **asking.f_locals}
    names = [s.id for s in (written.left, *written.comparators) if _is_name(s)]
    if loop_names(asking.f_code) & set(names):
        return False
    return any(known.get(name) is v for name in names for v in both)


def _is_name(side: ast.expr) -> TypeGuard[ast.Name]:
    return isinstance(side, ast.Name)


@define("contains")
def _contains(x: Variable, other: Any) -> bool:
    spelled = _spelled(other)
    raise Fault(
        "symbolic-truth",
        f"whether {spelled} is in `{called(x)}` is not known before it has values",
        why="Python's `in` decides now, while the graph is being built.",
        hints=(
            Hint("ask in the graph", f"T.any(T.eq({called(x)}, {spelled}))"),
            Hint("to look for a variable in a list", f"{called(x)} in [x, y]"),
        ),
        nodes=(x,),
    )
