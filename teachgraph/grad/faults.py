"""The words of what can be wrong with a request for a gradient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from teachgraph.core.entrance import warn_user
from teachgraph.core.graph import Apply, Variable
from teachgraph.core.origin import here
from teachgraph.core.report import (
    DisconnectedInputError,
    Fault,
    GradientError,
    Hint,
    InternalError,
    Note,
    Report,
    UsageError,
)
from teachgraph.errors.naming import called, listed, rank_words
from teachgraph.errors.suggest import nearest
from teachgraph.ops.alloc import ShapeOf
from teachgraph.ops.casting import disconnected_grad
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.scan import Scan


class DisconnectedWarning(UserWarning):
    """A gradient was asked for something that the cost does not depend on."""


class NullTypeGradError(GradientError, TypeError):
    """A gradient that an op says does not exist, or is not written yet."""


class ZeroGradientWarning(UserWarning):
    """A gradient is zero everywhere, so that nothing can be learned from it."""


def _quoted(v: Variable) -> str:
    return f"`{called(v)}`"


def _cost(cost: Variable | None) -> str:
    if cost is None:
        return "what `known_grads` starts from"
    return _quoted(cost) if cost.ndim else f"the cost {_quoted(cost)}"


def cuts(node: Apply) -> bool:
    """Whether a node uses only the shape of its input, or cuts it off on purpose.

    A loop tells what is flat inside by a gradient of zero; what has none is not used.
    """
    return isinstance(node.op, ShapeOf | Scan) or node.op == disconnected_grad


FLAT = ("floor", "ceil", "trunc", "sgn")
"""Functions that jump, and are flat elsewhere; so is all that rounds."""


def is_flat(node: Apply) -> bool:
    """Whether a node gives whole numbers, so that its derivative is zero everywhere."""
    if not isinstance(node.op, Elementwise):
        return False
    return node.op.fn.name in FLAT or node.op.fn.name.startswith("round_")


def non_scalar_cost(cost: Variable) -> GradientError:
    """A cost with axes."""
    name = cost.name or "cost"
    title = f"a cost has no axes, and {_quoted(cost)} is {rank_words(cost.ndim)}"
    notes = (Note(f"{_quoted(cost)} is {cost.type}", cost.origin),)
    why = (
        "A gradient says how one number changes. Several numbers have one gradient "
        "each: a Jacobian."
    )
    hints = (
        Hint("take the sum, or the mean", f"{name}.sum()  or  {name}.mean()"),
        Hint("or ask for all derivatives", f"jacobian({name}, wrt)"),
    )
    report = Report(
        "non-scalar-cost",
        title,
        here(),
        notes=notes,
        why=why,
        hints=hints,
        nodes=(cost,),
    )
    return GradientError(report)


def no_cost() -> UsageError:
    """Neither a cost nor known gradients."""
    title = "a gradient needs a cost, or known_grads to start from"
    return UsageError(Report("missing-cost", title, here()))


def not_a_cost(given: Any) -> UsageError:
    """A cost that is not a variable."""
    title = f"a gradient is of one cost, a variable, not of a {type(given).__name__}"
    hints = (
        Hint("pass the expression of the cost", "grad(cost, [w, b])"),
        Hint("several costs: add them up, or take one gradient each", "grad(a + b, w)"),
    )
    return UsageError(Report("not-a-variable", title, here(), hints=hints))


def not_a_variable(given: Any) -> UsageError:
    """Something in `wrt` that is not a variable."""
    title = (
        f"a gradient is taken with respect to variables, not a {type(given).__name__}"
    )
    hint = Hint(
        "pass a variable, or a list or tuple of variables", "grad(cost, [w, b])"
    )
    return UsageError(Report("not-a-variable", title, here(), hints=(hint,)))


def unknown_choice(name: str, value: str, allowed: Sequence[str]) -> UsageError:
    """An option that has no such value."""
    close = nearest(value, allowed)
    hints = (Hint("perhaps you mean", repr(close)),) if close else ()
    title = f"{name} is {listed([repr(a) for a in allowed], 'or')}, not {value!r}"
    return UsageError(Report("unknown-name", title, here(), hints=hints))


def known_gradient(v: Variable, g: Variable) -> UsageError:
    """A known gradient without the axes of its variable."""
    title = (
        f"the known gradient of {_quoted(v)} is {g.type}, and {_quoted(v)} is {v.type}"
    )
    return UsageError(Report("wrong-rank", title, here(), nodes=(v, g)))


def disconnected(
    cost: Variable | None,
    v: Variable,
    stops: Sequence[Apply],
    *,
    ignored: str = "grad(..., disconnected_inputs='ignore')",
) -> DisconnectedInputError:
    """A variable that the cost does not depend on; `ignored` is how to allow it."""
    title = f"{_cost(cost)} does not depend on {_quoted(v)}"
    notes = [Note(f"{_quoted(v)} is {v.type}", v.origin)]
    for node in stops:
        text = (
            f"`{node.op.title}` hands no gradient on: it uses only the shape, or cuts"
        )
        notes.append(Note(text, node.outputs[0].origin))
    if not stops:
        notes.append(Note(f"{_quoted(v)} is not part of the graph of {_cost(cost)}"))
    hints = (
        Hint(f"use {_quoted(v)} in the cost"),
        Hint(f"or remove {_quoted(v)} from `wrt`"),
        Hint("or take zero for it", ignored),
    )
    nodes = (v,) if cost is None else (cost, v)
    report = Report(
        "disconnected-input",
        title,
        here(),
        notes=tuple(notes),
        hints=hints,
        nodes=nodes,
    )
    return DisconnectedInputError(report)


def warn_of_zero(cost: Variable | None, v: Variable, stops: Sequence[Apply]) -> None:
    """Say that every way from the cost to `v` goes through something flat."""
    ops = listed([f"`{t}`" for t in dict.fromkeys(n.op.title for n in stops)])
    told = f"the gradient of {_cost(cost)} for {_quoted(v)} is zero"
    title = f"{told}: {ops} {'are' if ' and ' in ops else 'is'} in the way"
    notes = [
        Note(
            f"`{n.op.title}` is not differentiable: it jumps, and is flat elsewhere",
            place,
        )
        for n in stops
        if (place := n.outputs[0].origin) is not None
    ]
    notes.append(Note(f"{_quoted(v)} is {v.type}", v.origin))
    hint = Hint(
        "train on a differentiable loss, such as cross-entropy, and use this one only "
        "to monitor"
    )
    report = Report(
        "zero-gradient", title, here(), notes=tuple(notes), hints=(hint,), nodes=(v,)
    )
    warn_user(GradientError(report), ZeroGradientWarning)


def warn_of_integer(v: Variable) -> None:
    """Say that there is no derivative for whole numbers."""
    title = f"{_quoted(v)} is {v.dtype}, so its gradient is taken to be zero"
    notes = (
        Note("whole numbers change in steps: there is no derivative for them"),
        Note(f"{_quoted(v)} was made here", v.origin),
    )
    hint = Hint(
        "make it a float from the start, 8.0 instead of 8, or cast it",
        "x.astype('floatX')",
    )
    report = Report(
        "zero-gradient", title, here(), notes=notes, hints=(hint,), nodes=(v,)
    )
    warn_user(GradientError(report), ZeroGradientWarning)


def no_gradient(node: Apply, fault: Fault) -> GradientError:
    """An op that says it has no derivative."""
    origin = node.outputs[0].origin
    return GradientError(fault.report(origin=origin, nodes=tuple(node.outputs)))


def null_gradient(node: Apply, comment: str) -> NullTypeGradError:
    """An op without a derivative for one of its inputs."""
    title = f"{node.op.title} has no gradient for what is asked: {comment}"
    origin = node.outputs[0].origin
    report = Report("no-gradient", title, origin, nodes=tuple(node.outputs))
    return NullTypeGradError(report)


def no_jacobian(expression: Variable) -> GradientError:
    """A Jacobian of something that is not a vector."""
    title = f"a Jacobian is of a vector, and {_quoted(expression)} is {expression.type}"
    hints = (Hint("flatten it first", f"{expression.name or 'f'}.flatten()"),)
    report = Report("wrong-rank", title, here(), hints=hints, nodes=(expression,))
    return GradientError(report)


def broken_gradient(node: Apply, place: int, term: Variable | None) -> InternalError:
    """An op whose `grad` gives something of the wrong form."""
    if term is None:
        found = f"{place} gradients for {len(node.inputs)} inputs"
    else:
        found = (
            f"{term.type} as the gradient of input {place}, {node.inputs[place].type}"
        )
    notes = (
        Note(f"its `grad` gave {found}"),
        Note("this is a fault of the op, not of the program that uses it"),
    )
    title = f"the op {node.op.title} contradicts itself"
    origin = node.outputs[0].origin
    report = Report("broken-op", title, origin, notes=notes, nodes=tuple(node.outputs))
    return InternalError(report)
