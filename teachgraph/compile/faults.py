"""The words of what can be wrong with a call of `function` or `shared`.

Each function gives the error to raise. The place is the user's line that made the call;
notes point to the lines where the variables concerned were made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from teachgraph.compile.words import called, in_code, kind, listed
from teachgraph.core.entrance import error_of as error
from teachgraph.core.graph import Variable
from teachgraph.core.origin import Origin, here
from teachgraph.core.report import (
    Fault,
    Hint,
    InternalError,
    Label,
    Note,
    Report,
    TeachgraphError,
)
from teachgraph.core.shapes import Guard


def fault(code: str, title: str, **parts: Any) -> TeachgraphError:
    """A fault at the user's present line, unless `origin` says another place."""
    return error(Report(code, title, parts.pop("origin", None) or here(), **parts))


def at_call(
    fault: Fault, variables: Iterable[Variable], origin: Origin | None
) -> TeachgraphError:
    """A fault about values, with the user's call as its place."""
    nodes = tuple(variables)
    notes = (*fault.parts.pop("notes", ()), *(made(v) for v in nodes if v.origin))
    return error(fault.report(origin=origin, nodes=nodes, notes=notes))


def made(v: Variable) -> Note:
    """Where a variable was made."""
    return Note(f"{called(v)} was made here, {kind(v.type)}", v.origin)


# Inputs


def inputs_not_a_list(given: Any) -> TeachgraphError:
    """Inputs that are not a list."""
    if isinstance(given, Variable):
        title = (
            f"the inputs of a function go in a list, and {called(given)} is not a list"
        )
        hint = Hint("put it in square brackets", f"function([{in_code(given)}], ...)")
        return fault("inputs-not-a-list", title, hints=(hint,), nodes=(given,))
    title = f"the inputs of a function are a list, not a {type(given).__name__}"
    hint = Hint(
        "list them in the order in which calls pass them", "function([x, y], ...)"
    )
    return fault("inputs-not-a-list", title, hints=(hint,))


def inputs_in_a_list(given: Sequence[Any]) -> TeachgraphError:
    """Inputs in brackets within the list of inputs."""
    names = ", ".join(in_code(v) if isinstance(v, Variable) else "..." for v in given)
    title = f"the inputs of a function are one list, and [{names}] is a list within it"
    hint = Hint("leave the inner brackets out", f"function([{names}], ...)")
    return fault("inputs-not-a-list", title, hints=(hint,))


def not_an_input(given: Any, position: int) -> TeachgraphError:
    """Something that cannot be an input."""
    title = f"input {position} is a {type(given).__name__}, and must be a variable"
    hints = (
        Hint("list the symbolic variable that the value is for"),
        Hint("give an input a default value", "In(x, value=1.0)"),
    )
    return fault("not-a-variable", title, hints=hints)


def not_a_variable(what: str, given: Any) -> TeachgraphError:
    """In or Out of something else than a variable."""
    title = f"{what} is about a variable, and got a {type(given).__name__}"
    return fault(
        "not-a-variable", title, hints=(Hint("pass the variable", f"{what}(x)"),)
    )


def shared_as_input(v: Variable) -> TeachgraphError:
    """A shared variable among the inputs."""
    name = in_code(v)
    hints = (
        Hint(f"remove {called(v)} from the inputs"),
        Hint("to change its value between calls", f"{name}.set_value(value)"),
        Hint(
            "to pass another value at each call",
            f"function([value], ..., givens={{{name}: value}})",
        ),
    )
    note = Note("a shared variable brings its own value to every function that uses it")
    title = f"the shared variable {called(v)} is listed among the inputs"
    return fault(
        "shared-as-input", title, notes=(note, made(v)), hints=hints, nodes=(v,)
    )


def constant_as_input(v: Variable, position: int) -> TeachgraphError:
    """A constant among the inputs."""
    title = f"input {position} is the constant {v}, whose value is fixed"
    hints = (
        Hint("remove it from the inputs"),
        Hint("or make it a variable", "T.dscalar('c')"),
    )
    return fault("constant-as-input", title, hints=hints, nodes=(v,))


def repeated_input(v: Variable, first: int, second: int) -> TeachgraphError:
    """The same variable twice among the inputs."""
    title = f"{called(v)} is listed twice, as input {first} and as input {second}"
    hint = Hint("list it once")
    return fault("repeated-input", title, notes=(made(v),), hints=(hint,), nodes=(v,))


def missing_input(
    v: Variable, inputs: Sequence[Variable], needed_for: str
) -> TeachgraphError:
    """A leaf without a value that is not among the inputs."""
    notes = [Note(f"it is needed for {needed_for}"), made(v)]
    twin = next((i for i in inputs if i.name is not None and i.name == v.name), None)
    if twin is not None:
        text = (
            f"the {called(twin)} among the inputs is another variable of the same name"
        )
        notes.append(Note(text, twin.origin))
    everything = ", ".join(in_code(i) for i in (*inputs, v))
    hints = [
        Hint("list it among the inputs", f"function([{everything}], ...)"),
        Hint(
            "or say what it stands for",
            f"function(..., givens={{{in_code(v)}: value}})",
        ),
    ]
    if twin is not None:
        hints = [Hint("use the same variable in both places")]
    title = f"{called(v)} has no value and is not among the inputs"
    return fault(
        "missing-input", title, notes=tuple(notes), hints=tuple(hints), nodes=(v,)
    )


def unused_input(
    v: Variable, position: int, replaced: Variable | None
) -> TeachgraphError:
    """An input that no output depends on."""
    notes: list[Note] = []
    if replaced is not None:
        title = f"input {position}, {called(v)}, is not used: `givens` replaces it"
        notes.append(Note(f"{called(replaced)} stands in its place", replaced.origin))
    else:
        title = f"input {position}, {called(v)}, is not used by any output or update"
    notes.append(made(v))
    hints = (
        Hint(f"remove {called(v)} from the inputs"),
        Hint("or allow it", "function(..., on_unused_input='ignore')"),
    )
    return fault("unused-input", title, notes=tuple(notes), hints=hints, nodes=(v,))


# Outputs


def output_not_symbolic(given: Any, place: str) -> TeachgraphError:
    """An output that is not a variable."""
    what = "a NumPy array" if isinstance(given, np.ndarray) else article(given)
    title = f"{place} is {what}, and must be a symbolic expression"
    if isinstance(given, dict):
        hint = Hint("scan gives two results", "outputs, updates = scan(...)")
        return fault("output-not-symbolic", title, hints=(hint,))
    hints = (
        Hint("pass the expression that computes it"),
        Hint("a fixed value can be an output too", "T.constant(value)"),
    )
    if given is None:
        hints = (Hint("let the function that makes it return it", "return y"), hints[0])
    return fault("output-not-symbolic", title, hints=hints)


def not_a_name(given: Any) -> TeachgraphError:
    """A name that is not a text."""
    what = called(given) if isinstance(given, Variable) else repr(given)
    title = f"the name of a function is a text, and {what} is {article(given)}"
    hint = Hint("write it in quotes", "function(..., name='train')")
    return fault("wrong-argument-kind", title, hints=(hint,))


def article(given: Any) -> str:
    """`an int`, `a list`: what sort of thing is given."""
    kind = type(given).__name__
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def eval_not_dict(given: Any) -> TeachgraphError:
    """Values for `eval` that are not given by variable."""
    title = f"eval takes a dict of values by variable, not {article(given)}"
    hint = Hint("write the variable and its value", "y.eval({x: 1.0})")
    return fault("wrong-argument-kind", title, hints=(hint,))


def output_key(key: Any) -> TeachgraphError:
    """A dict of outputs whose keys are not strings."""
    title = f"the keys of a dict of outputs are strings, and {key!r} is not"
    return fault(
        "output-not-symbolic", title, hints=(Hint("name each", "{'loss': loss}"),)
    )


def eval_key(key: Any) -> TeachgraphError:
    """A key of the values for `eval` that is not a variable."""
    title = f"values for eval are given by variable, and {key!r} is not one"
    hint = Hint("write the variable itself", "y.eval({x: 1.0})")
    return fault("not-a-variable", title, hints=(hint,))


def missing_value(v: Variable, needed: Sequence[Variable]) -> TeachgraphError:
    """A leaf that `eval` was given no value for."""
    values = ", ".join(f"{in_code(i)}: value" for i in needed)
    hints = (Hint("give it one", f".eval({{{values}}})"),)
    title = f"{called(v)} has no value, and the expression needs one"
    return fault("missing-input", title, notes=(made(v),), hints=hints, nodes=(v,))


def never_equal(guard: Guard) -> TeachgraphError:
    """Two lengths that must be equal and differ for every input."""
    node = guard.node
    title = f"lengths {guard.left} and {guard.right} must be equal, and never are"
    told = tuple(Label(v, str(v.type)) for v in node.inputs if v.data is None)
    note = Note("whatever is passed, one is longer than the other")
    hint = Hint("make both equally long, with a slice or a join")
    return fault(
        "shape-mismatch",
        title,
        origin=node.origins[0],
        labels=told,
        notes=(note,),
        hints=(hint,),
        nodes=tuple(node.inputs),
    )


# Modes and backends


def backend_refuses(
    backend: str, arrays: Sequence[np.ndarray[Any, Any]]
) -> TeachgraphError:
    """A backend that does not accept arrays of the types it was built for."""
    shapes = listed([f"{a.dtype}{list(a.shape)}" for a in arrays])
    title = f"the {backend} backend refuses arguments of the right types"
    notes = (
        Note(f"they are {shapes or 'none'}"),
        Note("this is a fault of teachgraph itself"),
    )
    return InternalError(Report("internal", title, here(), notes=notes))


def unknown_name(
    what: str, name: str, known: Iterable[str], nearest: str | None
) -> TeachgraphError:
    """A mode, backend or phase that does not exist."""
    notes = (Note(f"there are {listed(sorted(known))}"),)
    hints = (Hint("perhaps you mean", repr(nearest)),) if nearest else ()
    return fault(
        "unknown-name", f"there is no {what} called {name!r}", notes=notes, hints=hints
    )
