"""Arrays that a shared variable shares with the user, and copies taken for the array.

With `borrow=True` a shared variable keeps the very array that it is given. Whoever then
writes into that array changes the variable. That is noticed when the value is read: a
few of the numbers, noted when the array was lent, have changed although no call did it.
"""

from __future__ import annotations

from types import FrameType
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from teachgraph.core.entrance import is_own
from teachgraph.core.graph import Variable
from teachgraph.core.origin import Origin
from teachgraph.core.record import record
from teachgraph.core.report import Hint, Note, Report
from teachgraph.errors.bytecode import changes_in_place
from teachgraph.errors.naming import called
from teachgraph.errors.silent import AliasWarning, warn_of

Array = np.ndarray[Any, Any]
MOST = 4096
"""So many numbers of an array are noted; of larger ones every so manyth."""


@record(eq=False)
class Loan:
    """An array that two hold: the numbers it had then, and where that was."""

    array: Array
    numbers: bytes
    origin: Origin | None


LENT: WeakKeyDictionary[Variable, Loan] = WeakKeyDictionary()
"""The arrays that shared variables keep for somebody else."""


def lend(v: Variable, array: Array, origin: Origin | None) -> None:
    """Note that a shared variable keeps the user's own array."""
    LENT[v] = Loan(array, _numbers(array), origin)


def look_again(v: Variable, held: Array) -> None:
    """Warn, once, if the array changed under a shared variable that still holds it."""
    loan = LENT[v]
    if held is not loan.array or _numbers(held) == loan.numbers:
        if held is not loan.array:
            del LENT[v]
        return
    del LENT[v]
    title = f"the value of `{called(v)}` changed because its array was written into"
    notes = (
        Note("with borrow=True the shared variable keeps the array itself, not a copy"),
        Note("both are the same memory: what is written into one is in the other"),
    )
    hints = (
        Hint("keep a copy, which is the default", "shared(value, borrow=False)"),
        Hint("to change the value, say so", f"{called(v)}.set_value(new)"),
    )
    report = Report(
        "shared-memory", title, loan.origin, notes=notes, hints=hints, nodes=(v,)
    )
    warn_of(report, AliasWarning)


def notice_dropped_copy(v: Variable, asking: FrameType) -> None:
    """Warn if the user writes into the copy that `get_value` gives, and drops it."""
    if is_own(asking.f_globals):
        return
    if not changes_in_place(asking.f_code, asking.f_lasti):
        return
    name = called(v)
    title = f"this changes a copy: the shared variable `{name}` stays as it is"
    note = Note("get_value() gives a copy of the value, which nothing keeps here")
    hints = (
        Hint(
            "change the copy, then put it back",
            f"value = {name}.get_value(); value[...] = new; {name}.set_value(value)",
        ),
        Hint(
            "or in a function, as an update",
            f"updates=[({name}, T.set_subtensor({name}[index], new))]",
        ),
    )
    origin = Origin(asking.f_code, asking.f_lasti)
    report = Report(
        "changed-copy", title, origin, notes=(note,), hints=hints, nodes=(v,)
    )
    warn_of(report, AliasWarning)


def _numbers(array: Array) -> bytes:
    """Some of the numbers of an array, spread evenly over it."""
    flat = array.reshape(-1)
    return flat[:: max(1, flat.size // MOST)].tobytes()
