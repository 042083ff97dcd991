"""The words of what can be wrong with updates, givens and shared variables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from teachgraph.compile.faults import article, fault, made
from teachgraph.compile.words import called, in_code, kind, listed, rank
from teachgraph.core.graph import Variable
from teachgraph.core.report import Hint, Note, TeachgraphError
from teachgraph.ops.index import Indexing

# Updates and givens


def not_pairs(what: str, given: Any) -> TeachgraphError:
    """Updates or givens that are not pairs."""
    forms = "a list of pairs (variable, new expression), or a dict"
    listed_ones = cast(list[Any], given) if isinstance(given, list) else []
    names = [in_code(v) for v in listed_ones if isinstance(v, Variable)]
    old, new = names[:2] if len(names) > 1 else ("w", "new_w")
    hints = (
        Hint("put each pair in parentheses", f"{what}=[({old}, {new})]"),
        Hint("or write a dict", f"{what}={{{old}: {new}}}"),
    )
    title = f"`{what}` must be {forms}"
    found = article(given)
    if isinstance(given, Variable):
        found = "a single variable"
    elif isinstance(given, list):
        found = "a list with entries that are not tuples of 2 elements"
    note = Note(f"it is {found}")
    return fault("not-pairs", title, notes=(note,), hints=hints)


def update_of_expression(target: Any, shared: Sequence[Variable]) -> TeachgraphError:
    """An update whose target is not a shared variable."""
    if not isinstance(target, Variable):
        title = f"an update is for a shared variable, not for a {type(target).__name__}"
        hint = Hint("make one", "w = shared(value, name='w')")
        if isinstance(target, str):
            hint = Hint(
                "write the variable, not its name", f"updates={{{target}: new}}"
            )
        return fault("update-of-expression", title, hints=(hint,))
    if target.owner is None:
        title = f"the update is for {called(target)}, which is not a shared variable"
        hint = Hint("make it one", f"{in_code(target)} = shared(value)")
        notes = (made(target),)
        return fault(
            "update-of-expression", title, notes=notes, hints=(hint,), nodes=(target,)
        )
    title = (
        f"the update is for {called(target)}, an expression; only a whole shared "
        "variable can be updated"
    )
    hints: list[Hint] = []
    if len(shared) == 1:
        itself, name = f"update {called(shared[0])} itself", in_code(shared[0])
        part = in_code(target)
        hints = [Hint(itself, f"({name}, new)")]
        if _is_part(target):
            hints = [
                Hint(itself, f"({name}, T.set_subtensor({part}, new))"),
                Hint(
                    "or add to a part of it",
                    f"({name}, T.inc_subtensor({part}, step))",
                ),
            ]
    notes = tuple(made(v) for v in shared)
    return fault(
        "update-of-expression", title, notes=notes, hints=tuple(hints), nodes=(target,)
    )


def _is_part(v: Variable) -> bool:
    """Whether a variable is what an index takes out of another."""
    return v.owner is not None and isinstance(v.owner.op, Indexing)


def repeated_update(v: Variable) -> TeachgraphError:
    """Two updates for one shared variable."""
    title = f"{called(v)} has two updates"
    hint = Hint(
        "keep one; all updates are computed from the old values, none follows another"
    )
    return fault("repeated-update", title, notes=(made(v),), hints=(hint,), nodes=(v,))


def update_without_value(v: Variable) -> TeachgraphError:
    """An input that keeps its value, but has none to begin with."""
    title = f"{called(v)} has an update, so it needs a value to begin with"
    hint = Hint("give it one", f"In({in_code(v)}, value=0.0, update=...)")
    return fault("missing-value", title, notes=(made(v),), hints=(hint,), nodes=(v,))


def given_not_symbolic(key: Any) -> TeachgraphError:
    """A key of givens that is not a variable."""
    title = f"`givens` replaces variables, and {key!r} is a {type(key).__name__}"
    return fault(
        "not-a-variable",
        title,
        hints=(Hint("write the variable", "givens={x: value}"),),
    )


def does_not_fit(what: str, old: Variable, new: Variable, why: str) -> TeachgraphError:
    """A replacement or an update whose type is not that of what it is for.

    `why` is dtype, rank or shape.
    """
    told = (
        f"the update of {called(old)}"
        if what == "updates"
        else f"{called(new)}, given for {called(old)},"
    )
    notes = [made(old), Note(f"{called(new)} is {kind(new.type)}", new.origin)]
    notes += [made(v) for v in _roots(new) if v is not new and v is not old]
    if why == "dtype":
        title = f"{told} is {new.dtype}, and {called(old)} is {old.dtype}"
        text = in_code(new) if new.name or "\n" not in in_code(new) else "value"
        hints = [Hint("cast it", f"T.cast({text}, {old.dtype!r})")]
        if what == "givens":
            hints.append(
                Hint(
                    f"or store the data as {old.dtype}",
                    f"shared(np.asarray(data, dtype={old.dtype!r}))",
                )
            )
            hints.append(Hint(f"or declare {called(old)} as {kind(new.type)}"))
        else:
            hints.append(Hint(f"or make {called(old)} {new.dtype} from the start"))
        code = "wrong-dtype"
    elif why == "rank":
        title = f"{told} is {rank(new.ndim)}, and {called(old)} is {rank(old.ndim)}"
        hints = [
            Hint("give both the same number of axes, with dimshuffle, reshape or a sum")
        ]
        code = "wrong-rank"
    else:
        title = f"{told} is {new.type}, and {called(old)} is {old.type}"
        axes = zip(old.type.shape, new.type.shape, strict=True)
        fixed = [a for a, (n, m) in enumerate(axes) if n is not None and n != m]
        lengths = listed([f"axis {a} is {old.type.shape[a]} long" for a in fixed])
        known = Note(
            f"{called(old)} was declared so that {lengths} (broadcastable if 1)"
        )
        notes.insert(0, known)
        hints = [
            Hint("say that an axis is 1 long", f"T.addbroadcast({in_code(new)}, axis)"),
            Hint(
                "say which length an axis has",
                f"T.specify_shape({in_code(new)}, shape)",
            ),
        ]
        code = "shape-mismatch"
    return fault(code, title, notes=tuple(notes), hints=tuple(hints), nodes=(old, new))


def _roots(v: Variable) -> list[Variable]:
    """The shared variables that an expression is directly made of."""
    inputs = v.owner.inputs if v.owner is not None else ()
    return [i for i in dict.fromkeys(inputs) if i.kind == "shared"]


# Shared variables


def shared_of_symbolic(value: Variable, name: str | None) -> TeachgraphError:
    """A shared variable made of an expression."""
    title = f"shared needs a value, and {called(value)} is a symbolic variable"
    hints = (
        Hint(
            "pass a NumPy array or a number",
            f"shared(np.zeros((3, 2)), name={name or 'w'!r})",
        ),
        Hint("or compute the expression first", f"shared({in_code(value)}.eval())"),
    )
    return fault(
        "symbolic-value", title, notes=(made(value),), hints=hints, nodes=(value,)
    )


def shared_of_something(value: Any, name: str | None) -> TeachgraphError:
    """A shared variable made of something that is not an array or a number."""
    title = f"shared needs an array or a number, and got a {type(value).__name__}"
    hints: tuple[Hint, ...] = (Hint("pass a NumPy array", "shared(np.zeros(3))"),)
    if isinstance(value, list | tuple):
        named = f", name={name!r}" if name else ""
        hints = (
            Hint(
                "make an array of it, and choose its dtype",
                f"shared(np.asarray(value, dtype='float64'){named})",
            ),
        )
    return fault("not-numeric", title, hints=hints)


def shared_shape(
    value: np.ndarray[Any, Any], name: str | None, fixed: tuple[int | None, ...]
) -> TeachgraphError:
    """A declared shape that the value does not have."""
    declared = ", ".join("free" if n is None else str(n) for n in fixed)
    told = f"`{name}`" if name else "the shared variable"
    title = f"the value of {told} has shape {value.shape}, and ({declared}) is declared"
    code = "wrong-rank" if len(fixed) != value.ndim else "shape-mismatch"
    return fault(
        code,
        title,
        hints=(Hint("declare the shape that the value has, None where it may change"),),
    )
