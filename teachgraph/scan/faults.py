"""The words of what can be wrong with a loop."""

from __future__ import annotations

import inspect
import reprlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from teachgraph.core.entrance import CLASSES
from teachgraph.core.graph import Variable
from teachgraph.core.report import (
    Fault,
    GraphError,
    Hint,
    MissingInputError,
    Note,
)
from teachgraph.core.types import TensorType
from teachgraph.errors.naming import called, listed, rank_words

CODES = ("loop-outputs", "loop-result", "loop-state", "loop-taps", "loop-without-end")
CLASSES.update(dict.fromkeys(CODES, GraphError))
CLASSES["loop-strict"] = MissingInputError

WHY_STATE = (
    "What one turn gives, the next turn reads: it has the same type in every turn, and "
    "that is the type of the initial value."
)


def _made(v: Variable) -> Note:
    return Note(f"`{called(v)}` is {v.type}", v.origin)


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def no_length() -> Fault:
    """Neither a number of turns nor a sequence."""
    title = "nothing says how many turns the loop takes"
    hints = (
        Hint("say how many", "scan(fn, ..., n_steps=10)"),
        Hint("or walk along a sequence", "scan(fn, sequences=x, ...)"),
        Hint("with `until`, n_steps is the most that it may take"),
    )
    return Fault("loop-without-end", title, hints=hints)


def negative_turns(n: int) -> Fault:
    """A number of turns below zero."""
    title = f"a loop cannot take {n} turns"
    hints = (Hint("to walk from the end", "scan(fn, ..., go_backwards=True)"),)
    return Fault("wrong-value", title, hints=hints)


def scalar_sequence(v: Variable, position: int) -> Fault:
    """A sequence without an axis to walk along."""
    title = f"a loop walks along axis 0, and sequence {position} is {rank_words(0)}"
    hints = (Hint("pass what is the same in every turn as", "non_sequences=[...]"),)
    return Fault("wrong-rank", title, notes=(_made(v),), hints=hints, nodes=(v,))


def dict_without(where: str, position: int, key: str) -> Fault:
    """A description that leaves out the main thing."""
    title = f"{where}[{position}] is a dict without a value for {key!r}"
    return Fault("wrong-argument-kind", title, hints=(Hint("write", f"dict({key}=x)"),))


def check_keys(
    where: str, position: int, given: Mapping[str, Any], allowed: Sequence[str]
) -> None:
    """A description may have certain keys only."""
    for key in given:
        if key not in allowed:
            title = f"{where}[{position}] has a key {key!r}"
            words = listed([repr(a) for a in allowed], "and")
            hints = (Hint(f"it may have {words}"),)
            if key == "return_steps":
                hints = (Hint("take the turns you need from the result", "out[-3:]"),)
            raise Fault("unknown-name", title, hints=hints)


def strange_tap(where: str, position: int, tap: object) -> Fault:
    """A tap that is no whole number."""
    title = f"a tap of {where}[{position}] is a whole number, not {reprlib.repr(tap)}"
    return Fault("loop-taps", title)


def taps_without_initial(position: int) -> Fault:
    """Past values are read, and before the first turn there are none."""
    title = f"outputs_info[{position}] has taps, and no initial values"
    hints = (
        Hint("give as many rows as the furthest tap", "dict(initial=x, taps=[-2, -1])"),
    )
    return Fault("loop-taps", title, hints=hints)


def taps_not_past(position: int, taps: Sequence[int]) -> Fault:
    """Taps of an output that are not in the past, or come twice."""
    twice = len(set(taps)) < len(taps)
    told = "names a tap twice" if twice else "has a tap that is not in the past"
    title = f"outputs_info[{position}] {told}: {list(taps)}"
    why = "A turn reads what earlier turns gave: -1 is the turn before."
    return Fault(
        "loop-taps", title, why=why, hints=(Hint("taps are negative", "taps=[-1]"),)
    )


def few_initial_rows(v: Variable, position: int, taps: Sequence[int]) -> Fault:
    """Not enough initial values for the furthest tap."""
    depth = -min(taps)
    have = f"{called(v)} is {v.type}"
    title = f"taps {list(taps)} need {_number(depth, 'initial row')}, and {have}"
    why = f"The first turn reads the value {depth} turns back: row 0 of `initial`."
    hints = (
        Hint("stack the first values, the oldest first", "T.stack([older, newer])"),
    )
    return Fault(
        "loop-taps", title, why=why, hints=hints, notes=(_made(v),), nodes=(v,)
    )


def strange_result(part: Any, whole: Any) -> Fault:
    """Something that a turn cannot give."""
    told = f"{reprlib.repr(part)} ({type(part).__name__})"
    title = f"the function of the loop returned {told}, which is no variable"
    if part is None:
        title = "the function of the loop returned None"
    hints = [
        Hint("return variables", "return y  or  return [y, z]"),
        Hint("then updates, then a condition", "return [y], {s: s + 1}, until(y > 9)"),
    ]
    if isinstance(part, int | float):
        hints.insert(0, Hint("make the number a variable", f"T.constant({part})"))
    notes = () if part is whole else (Note(f"all of it is {reprlib.repr(whole)}"),)
    return Fault("loop-result", title, notes=notes, hints=tuple(hints))


def check_arguments(fn: Callable[..., Any], counts: Sequence[int]) -> None:
    """That the function of a turn takes what a turn passes.

    Args:
        counts: elements of sequences, values of earlier turns, non_sequences.

    Raises:
        wrong-argument-count: it takes fewer or more.
    """
    try:
        signature = inspect.signature(fn)
    except (TypeError, ValueError):  # a function of C's, which cannot be asked
        return
    try:
        signature.bind(*[None] * sum(counts))
    except TypeError as error:
        raise _wrong_arguments(fn, signature, counts, str(error)) from None


def _wrong_arguments(
    fn: Any, signature: inspect.Signature, counts: Sequence[int], said: str
) -> Fault:
    name = getattr(fn, "__name__", "fn")
    told = _number(sum(counts), "argument")
    takes = ", ".join(signature.parameters) or "none"
    title = f"scan passes {told} to `{name}`, which takes ({takes}): {said}"
    kinds = ("element", "earlier value", "non_sequence")
    parts = [_number(n, kind) for n, kind in zip(counts, kinds, strict=True) if n]
    of = f"in order: {listed(parts)}" if parts else "no sequence, state or other"
    notes = (Note(f"{of} (of sequences, outputs_info and non_sequences)"),)
    hints = (
        Hint("give the function one argument for each, in this order"),
        Hint("None in outputs_info is an output that no turn reads: it passes nothing"),
    )
    return Fault("wrong-argument-count", title, notes=notes, hints=hints)


def wrong_count(given: int, described: int, states: int) -> Fault:
    """Outputs and descriptions differ in number."""
    told = _number(given, "output")
    title = f"the function gives {told}, and outputs_info describes {described}"
    why = (
        "Each output has its place in outputs_info: an initial value if later turns "
        "read it, None if they do not."
    )
    more = max(given - described, 0)
    code = "outputs_info=[" + ", ".join(["first"] * states + ["None"] * more) + "]"
    hints = (Hint("give None for an output that no turn reads", code),) if more else ()
    return Fault("loop-outputs", title, why=why, hints=hints)


def other_rank(new: Variable, row: TensorType, position: int) -> Fault:
    """A state with another number of axes after a turn."""
    title = f"output {position} is {new.type}, and its initial value {row}"
    hints = [Hint("let both have the same number of axes")]
    if new.ndim > row.ndim:
        hints.append(
            Hint("an initial value of the right shape", f"T.zeros_like({called(new)})")
        )
    return _state(title, new, hints)


def other_shape(new: Variable, row: TensorType, position: int, axis: int) -> Fault:
    """A state with another length after a turn."""
    lengths = f"{new.type.shape[axis]}, and before the first turn {row.shape[axis]}"
    title = f"output {position} is {lengths} long on axis {axis}"
    return _state(
        title, new, [Hint("let the initial value have the shape of the output")]
    )


def other_dtype(new: Variable, row: TensorType, position: int, name: str) -> Fault:
    """A state whose dtype would have to narrow in every turn."""
    title = f"output {position} is {new.dtype}, and its initial value {row.dtype}"
    hints = [
        Hint("cast what the turn gives", f"T.cast({called(new)}, {row.dtype!r})"),
        Hint("or the initial value", f"outputs_info=T.cast({name}, {new.dtype!r})"),
        Hint("with floatX = 'float32', look for float64 among what the turn reads"),
    ]
    return _state(title, new, hints)


def _state(title: str, new: Variable, hints: Sequence[Hint]) -> Fault:
    notes = (Note(f"the value after a turn is {new.type}", new.origin),)
    return Fault(
        "loop-state",
        title,
        notes=notes,
        why=WHY_STATE,
        hints=tuple(hints),
        nodes=(new,),
    )


def other_update(shared: Variable, new: Variable) -> Fault:
    """An update that is not of the type of the shared variable."""
    title = f"the update of {called(shared)} is {new.type}, and it is {shared.type}"
    hints = (Hint("cast it", f"T.cast(new, {shared.dtype!r})"),)
    return _state(title, new, hints)


def not_listed(v: Variable) -> Fault:
    """A shared variable that a strict loop uses and does not list."""
    name = called(v)
    title = f"a strict loop uses `{name}`, which is not among its non_sequences"
    hints = (
        Hint("list it", f"non_sequences=[..., {name}]"),
        Hint("or let the loop find out what it uses", "strict=False"),
    )
    return Fault("loop-strict", title, notes=(_made(v),), hints=hints, nodes=(v,))


def update_of_something(key: Any) -> Fault:
    """An update of what is no shared variable."""
    told = called(key) if isinstance(key, Variable) else reprlib.repr(key)
    title = f"only a shared variable can be updated, and {told} is none"
    return Fault("update-of-expression", title)


def two_updates(key: Variable) -> Fault:
    """Two new values for one shared variable."""
    return Fault("repeated-update", f"{called(key)} would get two new values")


def taps_with_checkpoints() -> Fault:
    """Taps where only the last turn is kept."""
    title = "a loop with checkpoints carries the last turn only, and has no taps"
    return Fault("loop-taps", title, hints=(Hint("use scan instead"),))
