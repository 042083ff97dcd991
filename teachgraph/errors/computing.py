"""The words for an op that fails with values, or gives another thing than it said.

An op of the user's may do either; then its own line is named, and what to write in it.
What NumPy or SciPy refuses, such as a singular matrix, is told with what helps.
"""

from __future__ import annotations

import re
from typing import Any

from teachgraph.core.entrance import is_library, is_own
from teachgraph.core.graph import Apply
from teachgraph.core.origin import Origin
from teachgraph.core.report import Hint, InternalError, Note, Report

LIBRARIES = {"numpy": "NumPy", "scipy": "SciPy"}

REGULAR = (
    Hint("add a little to the diagonal", "x + 1e-6 * T.identity_like(x)"),
    Hint("or take what always exists, the pseudo-inverse", "T.nlinalg.pinv(x)"),
)
HELP = (
    (r"[Ss]ingular", REGULAR),
    (
        r"positive definite",
        (*REGULAR[:1], Hint("check that it is symmetric", "(x + x.T) / 2")),
    ),
    (r"did not converge|infs or NaNs", (Hint("look for nan or inf in what comes in"),)),
)
"""What helps against errors of libraries, by what they say."""


def could_not(node: Apply, error: Exception) -> Report:
    """The report on a node whose op raised an error that has no words of ours."""
    origin = node.origins[0] if node.origins else None
    told = f"{type(error).__name__}: {error}"
    title = f"{node.op.title} could not be computed"
    place = _place(error)
    if isinstance(error, AssertionError) and is_of_ours(node.op):
        title = f"a condition of this program does not hold: {error}"
        note = Note("Assert stops the call when a condition that it is given is false")
        hints = (Hint("look at the values that were passed, or at the condition"),)
    elif place is not None:
        note = Note(f"the code of the op raised {told}", place)
        hints = (Hint("repair that line, or pass values that it can work with"),)
    else:
        note = Note(f"{_speaker(error)} says: {told}")
        hints = (Hint("pass values that it can be computed of"),)
    fitting = (hints for words, hints in HELP if re.search(words, str(error)))
    hints = next(fitting, hints)
    nodes = tuple(node.outputs)
    return Report("computation-failed", title, origin, (), (note,), "", hints, nodes)


def contradiction(node: Apply, found: str, said: str) -> InternalError:
    """The error for an op whose result is not of the type that it said."""
    op, origin = node.op, node.origins[0] if node.origins else None
    gives, says = (
        ("perform", "make_node") if hasattr(op, "perform") else ("numpy", "infer")
    )
    notes = (
        Note(f"its `{gives}` gave {found}", _method(op, gives)),
        Note(f"its `{says}` said {said}", _method(op, says)),
        Note("this is a fault of the op, not of the program that uses it"),
    )
    title = f"the op {op.title} contradicts itself: it gave {found} and said {said}"
    hints = (Hint(f"let `{gives}` give what `{says}` says", _conversion(found, said)),)
    if found.startswith("object") and gives == "perform":
        notes = (
            Note("`perform` put nothing where its result belongs", _method(op, gives)),
            *notes[1:],
        )
        hints = (
            Hint(
                "store the result in the cell of the output", "outputs[0][0] = result"
            ),
        )
    nodes = tuple(node.outputs)
    return InternalError(
        Report("broken-op", title, origin, (), notes, "", hints, nodes)
    )


def is_of_ours(op: Any) -> bool:
    """Whether an op was written here, and not by the user."""
    return is_own({"__name__": type(op).__module__})


def _conversion(found: str, said: str) -> str | None:
    dtype, _, lengths = said.partition("[")
    rank = found.partition("[")[2].count(","), found.endswith("[]")
    same = rank == (lengths.count(","), said.endswith("[]"))
    if same and re.fullmatch(r"[a-z]+\d+", dtype):
        return f"np.asarray(result, dtype={dtype!r})"
    return None


def _method(op: Any, name: str) -> Origin | None:
    """Where a method of a user's op is."""
    kind: type[Any] = op.__class__
    code = getattr(getattr(kind, name, None), "__code__", None)
    return None if code is None or is_of_ours(op) else Origin(code, 0)


def _place(error: Exception) -> Origin | None:
    """The innermost line of the user's in the code that raised, if there is one."""
    found: Origin | None = None
    entry = error.__traceback__
    while entry is not None:
        frame = entry.tb_frame
        if not is_own(frame.f_globals) and not is_library(frame.f_code.co_filename):
            found = Origin(frame.f_code, entry.tb_lasti)
        entry = entry.tb_next
    return found


def _speaker(error: Exception) -> str:
    """Whose words an error has: the library that raised it, or Python."""
    entry = error.__traceback__
    while entry is not None and entry.tb_next is not None:
        entry = entry.tb_next
    module = str(entry.tb_frame.f_globals.get("__name__", "")) if entry else ""
    root = type(error).__module__.split(".")[0]
    return LIBRARIES.get(module.split(".")[0]) or LIBRARIES.get(root, "Python")
