"""The door between user code and ours: errors leave it in words and without our frames.

A frame that catches an error and raises it again with a bare `raise` adds no entry to
the traceback. So a function that ends with

    except Exception as error:
        leave(error)
        raise

is not seen in the traceback at all, and `leave` takes out what lies below it. On
success this costs nothing. `public` does the same for a function that is not hot, and
also finds the place for a `Fault` that was raised without one.
"""

from __future__ import annotations

import functools
import os
import sys
import warnings
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from opcode import opmap
from types import FunctionType, TracebackType
from typing import Any, ParamSpec, TypeVar

from teachgraph.core import report as kinds
from teachgraph.core.calls import misfit, no_dtype
from teachgraph.core.graph import Variable
from teachgraph.core.origin import OWN_PACKAGE, here
from teachgraph.core.report import (
    Fault,
    Hint,
    InternalError,
    Label,
    Note,
    Report,
    TeachgraphError,
    UnfitArgumentError,
)
from teachgraph.core.surface import LEAVE, MEANINGS
from teachgraph.core.types import LengthMismatch

P = ParamSpec("P")
R = TypeVar("R")

CLASSES: dict[str, type[TeachgraphError]] = {
    "shape-mismatch": kinds.ShapeError,
    "wrong-dtype": kinds.DtypeError,
    "wrong-rank": kinds.RankError,
    "wrong-value": kinds.WrongValueError,
    "window-too-large": kinds.ShapeError,
    "not-numeric": kinds.DtypeError,
    "symbolic-value": kinds.DtypeError,
    "repeated-input": kinds.GraphError,
    "repeated-update": kinds.GraphError,
    "symbolic-truth": kinds.SymbolicTruthError,
    "index-out-of-range": kinds.IndexRangeError,
    "missing-input": kinds.MissingInputError,
    "unused-input": kinds.UnusedInputError,
    "non-scalar-cost": kinds.GradientError,
    "no-gradient": kinds.GradientError,
    "disconnected-input": kinds.DisconnectedInputError,
    "computation-failed": kinds.GraphError,
    "empty-reduction": kinds.GraphError,
    "internal": kinds.InternalError,
    "broken-op": kinds.InternalError,
}
"""The Python class of an error by its code; UsageError for all others."""

LAST: deque[Report] = deque(maxlen=1)
"""The last fault that reached a user; `teachgraph.explain()` shows it again."""


COMPILING = tuple(
    f"{OWN_PACKAGE}.{name}." for name in ("rewrite", "program", "backend", "kernel")
)
"""Packages that work on graphs that fit: what fails in there is a fault of ours."""

UNTOLD = (TypeError, ValueError, AttributeError, OverflowError, IndexError)
"""Errors that Python and NumPy raise for arguments that are of no use."""

BUGS: list[Callable[[BaseException], str]] = []
"""What writes a report about a fault of ours to a file, and gives its path."""

OURS: tuple[type[Exception], ...] = (
    AssertionError,
    KeyError,
    NameError,
    RecursionError,
)
"""Errors that nothing of ours raises on purpose for what a user did."""

SEEN: list[Callable[[Report], None]] = []
"""Who wants to know of every fault that reaches a user."""


def error_of(report: Report) -> TeachgraphError:
    """The error that carries a report."""
    return CLASSES.get(report.code, kinds.UsageError)(report)


def last_error() -> TeachgraphError | None:
    """The last fault that reached the user, without its traceback."""
    return error_of(LAST[0]) if LAST else None


def leave(error: Exception) -> None:
    """Take our own frames out of the traceback of an error that the user caused.

    Frames of the user's functions that we called stay. A fault of ours keeps all of
    it, as does an error that only passes through.
    """
    if isinstance(error, TeachgraphError):
        if not LAST or LAST[0] is not error.report:
            LAST.append(error.report)
            for see in SEEN:
                see(error.report)
        if isinstance(error, InternalError) and not _is_of_a_users_op(error.report):
            _write_home(error)
        else:
            error.__traceback__ = _without_own_frames(error.__traceback__)
    elif any(PLACED in note for note in getattr(error, "__notes__", ())):
        error.__traceback__ = _without_end(_without_own_frames(error.__traceback__))


def _is_of_a_users_op(report: Report) -> bool:
    """Whether what is broken is an op that was not written here."""
    ops = [v.owner.op for v in report.nodes if v.owner is not None]
    modules = [{"__name__": type(op).__module__} for op in ops]
    return bool(ops) and not any(map(is_own, modules))


PLACED = "[computation-failed]"
"""What the note says with which an op's own error is placed in the user's program."""
LEAVE.append(leave)


def public(function: Callable[P, R]) -> Callable[P, R]:
    """The function, unseen in the tracebacks of errors that the user caused."""

    @functools.wraps(function)
    def entrance(*args: P.args, **options: P.kwargs) -> R:
        try:
            try:
                return function(*args, **options)
            except Fault as fault:
                raise error_of(placed(fault, (*args, *options.values()))) from None
            except LengthMismatch as error:
                told = _two_lengths(error, _name(function, args))
                given = (*args, *options.values())
                raise error_of(placed(told, given)) from None
        except Exception as error:
            caller = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
            if not is_own(caller.f_globals):
                better = _told(error, function, args, options)
                if better is not None:
                    try:
                        raise better from better.__cause__
                    except TeachgraphError as told:
                        leave(told)
                        raise
            leave(error)
            _forget_the_call(error)
            raise

    return entrance


def _two_lengths(error: LengthMismatch, name: str) -> Fault:
    """The words for two lengths that differ, where no op says which they are."""
    title = f"`{name}` needs two equal lengths, and they are {error.left} and "
    hints = (Hint("make them equal, or pass a square matrix where one is needed"),)
    return Fault("shape-mismatch", f"{title}{error.right}", hints=hints)


def _told(
    error: Exception,
    function: Callable[..., Any],
    args: Sequence[Any],
    options: Mapping[str, Any],
) -> TeachgraphError | None:
    """The error in words, where it has none yet."""
    unfit = _unfit_call(error, function, args, options)
    own = function.__name__ in METHODS
    given = (*args[own:], *options.values())
    return unfit or _better(error, _name(function, args), given)


def _better(
    error: Exception, name: str, given: Sequence[Any]
) -> TeachgraphError | None:
    """The error to raise in the place of one that was raised on nobody's behalf.

    Where compiling was under way, and where nobody raises such an error on purpose, it
    is a fault of ours; else it is about arguments that nobody had looked at.
    """
    if isinstance(error, TeachgraphError) or not isinstance(error, (*OURS, *UNTOLD)):
        return None
    modules = _modules_below(error)
    if modules is None or _raised_on_purpose(error):
        return None
    if modules[-1].startswith(OWN_PACKAGE) and isinstance(error, OURS):
        return _internal(error)
    if any(module.startswith(COMPILING) for module in modules):
        return _internal(error)
    report = no_dtype(name, given, error) if isinstance(error, TypeError) else None
    if report is not None:
        return error_of(report)
    if isinstance(error, UNTOLD):
        return UnfitArgumentError(_untold(name, given, error))
    return None


def _raised_on_purpose(error: Exception) -> bool:
    """Whether a `raise` of ours is where an error comes from: then it has its words."""
    entry = error.__traceback__
    while entry is not None and entry.tb_next is not None:
        entry = entry.tb_next
    if entry is None or not is_own(entry.tb_frame.f_globals):
        return False
    return entry.tb_frame.f_code.co_code[entry.tb_lasti] == RAISE


def _modules_below(error: Exception) -> list[str] | None:
    """The modules below the door in a traceback; None if code of the user's is there.

    Nor does a call count that does not fit the signature: nothing of ours ran.
    """
    door = error.__traceback__
    entry = door.tb_next if door is not None else None
    found: list[str] = []
    while entry is not None:
        frame = entry.tb_frame
        if not is_own(frame.f_globals) and not is_library(frame.f_code.co_filename):
            return None
        found.append(frame.f_globals.get("__name__", ""))
        entry = entry.tb_next
    return found or None


def is_library(file: str) -> bool:
    """Whether a source file belongs to Python or to an installed package."""
    return file.startswith((LIBRARY, "<frozen")) or "site-packages" in file


def _name(function: Callable[..., Any], args: Sequence[Any]) -> str:
    """What a function is called by who calls it; a method `__call__` by its class."""
    if function.__name__ in METHODS and args:
        return type(args[0]).__name__
    return function.__name__


METHODS = ("__call__", "__init__")
RAISE = opmap["RAISE_VARARGS"]
LIBRARY = os.path.dirname(os.__file__)
"""Where Python's own modules are."""


def _untold(name: str, given: Sequence[Any], error: Exception) -> Report:
    """The words for arguments that something below us refused."""
    entry = error.__traceback__
    place = ""
    while entry is not None:
        if is_own(entry.tb_frame.f_globals):
            file = os.path.basename(entry.tb_frame.f_code.co_filename)
            place = f"{file}:{entry.tb_lineno}"
        entry = entry.tb_next
    kinds = ", ".join(_kind(x) for x in given)
    notes = (
        Note(f"Python says: {type(error).__name__}: {error} (in {place})"),
        Note("if these arguments are right, this is a fault of teachgraph"),
    )
    hints = (Hint("look at the kind of each argument; see", f"help({name})"),)
    title = f"`{name}` cannot work with arguments of these kinds: {kinds}"
    return Report("wrong-argument-kind", title, here(), notes=notes, hints=hints)


def _kind(x: Any) -> str:
    return str(x.type) if isinstance(x, Variable) else type(x).__name__


def _internal(error: Exception) -> InternalError:
    title = (
        "teachgraph met something that it should have caught: this is a fault of ours"
    )
    note = Note(f"inside: {type(error).__name__}: {error}")
    found = InternalError(Report("internal", title, here(), notes=(note,)))
    found.__cause__ = error
    return found


def _write_home(error: InternalError) -> None:
    """Say, once, where the file about a fault of ours is."""
    if not getattr(error, "__notes__", ()):
        for write in BUGS:
            error.add_note(f"  a report for the authors of teachgraph: {write(error)}")


def open_doors(namespace: dict[str, Any]) -> None:
    """Make every function in a module's namespace public.

    A name that the module does not have is then told in words.
    """
    for name, value in list(namespace.items()):
        if isinstance(value, FunctionType) and not name.startswith("_"):
            opened = namespace[name] = public(value)
            # Where it is found by its name: pickles hold no more of a function.
            opened.__module__, opened.__qualname__ = namespace["__name__"], name

    def absent(name: str) -> Any:
        try:
            return MEANINGS["missing_from_module"](
                namespace["__name__"], name, namespace, {}
            )
        except AttributeError as error:
            leave(error)
            raise

    namespace.setdefault("__getattr__", absent)


def placed(fault: Fault, given: Sequence[Any] = ()) -> Report:
    """The report of a fault, at the user's line if it names no other place.

    `given` is what the user's call passed; the types of variables are told.
    """
    variables = [x for x in given if isinstance(x, Variable)]
    told = tuple(
        Label(v, str(v.type) if v.data is None or v.name is not None else "")
        for v in variables
        if str(v.type) not in fault.title
    )
    return fault.report(**{"origin": here(), "labels": told, **fault.parts})


def is_own(globals_of_frame: dict[str, Any]) -> bool:
    """True for a frame of this package, by its globals."""
    name: str = globals_of_frame.get("__name__", "")
    inside = name == OWN_PACKAGE or name.startswith(OWN_PACKAGE + ".")
    return inside and not globals_of_frame.get("__teachgraph_user__")


def _without_own_frames(entry: TracebackType | None) -> TracebackType | None:
    kept: list[TracebackType] = []
    while entry is not None:
        if not is_own(entry.tb_frame.f_globals):
            kept.append(entry)
        entry = entry.tb_next
    for above, below in zip(kept, [*kept[1:], None]):
        above.tb_next = below
    return kept[0] if kept else None


def _without_end(entry: TracebackType | None) -> TracebackType | None:
    """The traceback up to the last frame of the user's; a library's own go below it."""
    kept: list[TracebackType] = []
    while entry is not None:
        kept.append(entry)
        entry = entry.tb_next
    while kept and is_library(kept[-1].tb_frame.f_code.co_filename):
        kept.pop()
    if kept:
        kept[-1].tb_next = None
    return kept[0] if kept else None


def _unfit_call(
    error: Exception,
    function: Callable[..., Any],
    args: Sequence[Any],
    options: Mapping[str, Any],
) -> TeachgraphError | None:
    """The error for a call that does not fit the signature: nothing of ours ran."""
    entry = error.__traceback__
    if not isinstance(error, TypeError) or entry is None or entry.tb_next is not None:
        return None
    report = misfit(function, args, options)
    return None if report is None else error_of(report)


def _forget_the_call(error: Exception) -> None:
    """A call that does not fit the signature is shown where the user wrote it."""
    entry = error.__traceback__
    if isinstance(error, TypeError) and entry is not None and entry.tb_next is None:
        error.__traceback__ = None


def warn_user(error: TeachgraphError, category: type[Warning]) -> None:
    """Give a report as a warning, at the user's line."""
    place = error.report.origin or here()
    span = place.span() if place is not None else None
    file, line = (span.file, span.line) if span is not None else ("<unknown>", 0)
    warnings.warn_explicit(str(error), category, file, line)
