"""`config.warn_float64`: where a float64 variable is made, in a float32 program.

One variable of double precision makes everything computed from it double. The flag
shows each new one at its line: those that are declared, and those that ops give.
"""

from __future__ import annotations

from teachgraph.compile.words import called, constructor, in_code
from teachgraph.core.config import config
from teachgraph.core.entrance import error_of
from teachgraph.core.graph import Apply, Variable
from teachgraph.core.op import MADE_LISTENERS
from teachgraph.core.report import Hint, Note, Report
from teachgraph.debug.making import follow_flag, is_the_users
from teachgraph.debug.response import respond
from teachgraph.debug.words import expression
from teachgraph.errors.naming import listed
from teachgraph.ops.variables import DECLARED_LISTENERS

WHY = "What is computed from one float64 value is float64, and takes twice the memory."


class Float64Warning(UserWarning):
    """A float64 variable was made."""


def see_node(node: Apply) -> None:
    """Respond to a new node that gives float64."""
    wide = [v for v in node.outputs if v.dtype == "float64"]
    if wide and is_the_users(node):
        title = f"{expression(node)} is float64"
        _respond(wide[0], title, *_cause(node))


def see_declared(v: Variable) -> None:
    """Respond to a new variable without an op."""
    if v.dtype == "float64":
        name = repr(v.name) if v.name is not None else ""
        narrow = f"{constructor('float32', v.ndim)}({name})"
        title = f"{called(v)} is declared as float64"
        _respond(v, title, (), Hint("declare it as float32", narrow))


def _respond(v: Variable, title: str, notes: tuple[Note, ...], hint: Hint) -> None:
    hints = [hint]
    if config.floatX == "float64":
        words = "and let names without a dtype be float32"
        hints.append(Hint(words, "config.floatX = 'float32'"))
    report = Report(
        "float64-variable",
        title,
        v.origin,
        notes=notes,
        why=WHY,
        hints=tuple(hints),
        nodes=(v,),
    )
    respond(config.warn_float64, error_of(report), Float64Warning)


def _cause(node: Apply) -> tuple[tuple[Note, ...], Hint]:
    """Which inputs bring float64, or that the op makes it; and what to do about it."""
    wide = [v for v in node.inputs if v.dtype == "float64"]
    other = [v for v in node.inputs if v.dtype != "float32"]
    if not wide:
        dtypes = listed(sorted({v.dtype for v in node.inputs}))
        words = f"{node.op.title} of {dtypes} gives float64"
    else:
        words = f"because of {listed([_word(v) for v in wide])}, float64 already"
    if not other or other[0].data is not None:
        return (Note(words),), Hint("convert the value first", "np.float32(value)")
    code = f"T.cast({in_code(other[0])}, 'float32')"
    return (Note(words),), Hint("convert it first", code)


def _word(v: Variable) -> str:
    return called(v) if v.data is None else "the constant"


follow_flag(
    "warn_float64",
    "ignore",
    (MADE_LISTENERS, see_node),
    (DECLARED_LISTENERS, see_declared),
)
