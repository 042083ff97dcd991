"""From what `infer` raised to the error that a user reads.

The cause is data: an op, its operands, and two lengths or a `Fault`. The same words are
said whether the fault shows while the graph is built or in a call.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from typing import Any, cast

from teachgraph.core import types
from teachgraph.core.entrance import error_of
from teachgraph.core.graph import Variable
from teachgraph.core.op import COMPLAIN, Op, known_value
from teachgraph.core.origin import Origin
from teachgraph.core.report import Fault, Hint, Label, Report, TeachgraphError
from teachgraph.core.types import LengthMismatch, TensorType, ValueOfLength
from teachgraph.errors import mismatch
from teachgraph.errors.naming import (
    Operand,
    as_written,
    operands,
    origin_notes,
    roots,
)
from teachgraph.errors.outside import outside
from teachgraph.errors.suggest import fitting_changes
from teachgraph.errors.tree import drawn
from teachgraph.ops.assign import Assignment
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.lengths import SpecifyShape
from teachgraph.ops.positions import OutOfRange, check_positions
from teachgraph.ops.scan import Scan

TypeOf = Callable[[Variable], TensorType]


SIGNS = {
    "and_": "&",
    "or_": "|",
    "xor": "^",
    "invert": "~",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
}
"""How ops are written whose names nobody types."""


def complain(
    op: Op, inputs: tuple[Variable, ...], error: Exception, origin: Origin | None
) -> Exception:
    """The error to raise in the place of what `infer` raised for these inputs."""
    known = [types.Operand(v.type, known_value(v)) for v in inputs]
    if isinstance(error, Fault) and error.code == "index-out-of-range":
        error = _more_exactly(op, inputs, error)
    return misfit(op, inputs, known, error, origin)


def _more_exactly(op: Op, inputs: Sequence[Variable], error: Fault) -> Exception:
    """The position that a fault speaks of, with its axis and who holds it."""
    try:
        check_positions(op, inputs[0].type, inputs, lambda i: inputs[i].data)
    except OutOfRange as found:
        return found
    return error


COMPLAIN.append(complain)


def misfit(
    op: Op,
    inputs: Sequence[Variable],
    known: Sequence[types.Operand],
    error: Exception,
    origin: Origin | None,
    *,
    type_of: TypeOf = lambda v: v.type,
    more: Sequence[tuple[str, str]] = (),
) -> Exception:
    """The error for operands of certain types that an op refused with `error`.

    Args:
        known: type of each input, and the whole numbers it is known to be; in a call
            those of the call.
        type_of: the type of any variable of the graph, in a call that of the call.
        more: details for verbosity high.
    """
    if isinstance(error, TeachgraphError):
        return error
    whole = roots(inputs, origin)
    if whole and isinstance(error, LengthMismatch):
        whole = as_written(whole, origin)
        written = None if isinstance(op, Scan) else origin
        found = operands(whole, [type_of(v) for v in whole], written)
        parts = _inside(op, found, error, _text(origin))
        return _error(op, inputs, found, parts, origin, type_of, more)
    types_here = [k.type for k in known]
    if isinstance(op, SpecifyShape) and types_here[0].dtype == "bool":
        inputs, types_here = _chosen_from(inputs, types_here, type_of)
        found = operands(inputs, types_here, origin)
        parts = mismatch.masked(found[0], found[-1], cast(LengthMismatch, error))
        parts = {"code": "shape-mismatch", "labels": _labels(found), **parts}
        return _error(op, inputs, found, parts, origin, type_of, more)
    found = operands(inputs, types_here, None if _is_rewritten(op, error) else origin)
    if isinstance(error, OutOfRange):
        parts = _out_of_range(found, error)
    elif isinstance(error, LengthMismatch) or _is_reshape(op, error):
        parts = _mismatch(op, found, [k.value for k in known], error, origin)
    elif isinstance(error, Fault):
        parts = _fault(op, found, error, origin)
    elif (count := _expected_count(op)) not in (None, len(inputs)):
        parts = _wrong_count(op, found, count)
    else:
        return error
    return _error(op, inputs, found, parts, origin, type_of, more)


def _error(
    op: Op,
    inputs: Sequence[Variable],
    found: Sequence[Operand],
    parts: dict[str, Any],
    origin: Origin | None,
    type_of: TypeOf,
    more: Sequence[tuple[str, str]],
) -> TeachgraphError:
    """The report with what every misfit tells: where operands come from, the graph."""
    told = [o for o in found if _is_told(o)]
    notes = (*parts.pop("notes", ()), *origin_notes(told, origin, type_of))
    if isinstance(op, Assignment) and parts.get("labels"):
        x, *others = parts["labels"]  # what is written there is a part of it
        parts["labels"] = (Label(x.variable, f"a part of {x.text}"), *others)
    graph = ("Graph around it", drawn(op, inputs, type_of))
    details = (*parts.pop("details", ()), *more, graph)
    report = Report(
        **parts,
        origin=origin,
        notes=notes[:3],
        nodes=tuple(inputs),
        details=details,
    )
    return error_of(report)


NATURAL = re.compile(
    r"\w*dot|outer|inner|matmul|concatenate|\w*stack|join|add|sub|mul|switch|where|"
    r"pow|power|true_div|divide|multiply|subtract"
)
"""Calls that say themselves what is done to the operands."""


def _of_the_call(title: str, text: str) -> str:
    """A title that speaks of the function that was called, not of what it does."""
    found = re.match(r"(?:[\w.]+\.)?(\w+)\(", text)
    verb = re.match(r"cannot (apply \w+ to|\w+( between| to a power)?) `", title)
    if found is None or verb is None or NATURAL.fullmatch(found.group(1)):
        return title
    return f"cannot apply {found.group(1)} to `{title[verb.end() :]}"


def _chosen_from(
    inputs: Sequence[Variable], types: Sequence[TensorType], type_of: TypeOf
) -> tuple[tuple[Variable, ...], list[TensorType]]:
    """The tensor that a mask chooses from, if its length says so, and the mask."""
    owner = inputs[1].owner if len(inputs) > 1 else None
    if owner is None or not owner.inputs:
        return (inputs[0],), [types[0]]
    x = owner.inputs[0]
    return (x, inputs[0]), [type_of(x), types[0]]


def _text(origin: Origin | None) -> str:
    return origin.span().text() if origin is not None else ""


def _inside(
    op: Op, found: Sequence[Operand], error: LengthMismatch, text: str
) -> dict[str, Any]:
    """Lengths that meet on the way, in what one expression of the user's is made of."""
    parts = mismatch.paired(op.title, found, error)
    if isinstance(op, SpecifyShape):
        mask = next((o for o in found[1:] if o.type.dtype == "bool"), None)
        parts = mismatch.left_over(found[0], error)
        if mask is not None:
            parts = mismatch.masked(found[0], mask, error)
        elif "repeat(" in text:
            parts = mismatch.repeated(found[0], error)
    if isinstance(op, Scan) and error.axis is None:
        parts = _of_turns(op, [o for o in found if o.type.ndim], error)
    if isinstance(op, Elementwise) and len(found) > 1:
        parts = mismatch.lined_up(op.title, found, mismatch.differing_axis(found))
    parts["title"] = _of_the_call(parts["title"], text)
    if op.title == "Dot" and len(found) == 2:
        parts["why"] = mismatch.LAST_BUT_ONE
        parts["hints"] = mismatch.sum_over(found)
    return {"code": "shape-mismatch", "labels": _labels(found), **parts}


def _out_of_range(found: Sequence[Operand], error: OutOfRange) -> dict[str, Any]:
    indices = found[error.operand] if error.operand is not None else None
    parts = outside(found[0], indices, error.index, error.axis, error.length)
    return {"labels": _labels(found), **parts}


def _fault(
    op: Op, found: Sequence[Operand], error: Fault, origin: Origin | None
) -> dict[str, Any]:
    title = error.title
    if title.startswith("not "):
        title = f"{op.title} is {title}"
    name = title.split(" ", 1)[0]
    title = title.replace(name, f"`{SIGNS.get(name)}`", 1) if name in SIGNS else title
    hints = error.parts.get("hints", ())
    if error.code in ("wrong-rank", "shape-mismatch") and not op.reads_values:
        hints = (*fitting_changes(op.infer, found, origin), *hints)
    return {
        "labels": _labels(found),
        **error.parts,
        "code": error.code,
        "title": title,
        "hints": hints,
    }


def _labels(found: Sequence[Operand]) -> tuple[Label, ...]:
    """The type of each operand; numbers written into the line speak for themselves."""
    return tuple(Label(o.variable, str(o.type) if _is_told(o) else "") for o in found)


def _is_told(o: Operand) -> bool:
    """False for numbers in the line, and for the shape that lengths were made into."""
    v = o.variable
    if v.data is not None and o.part is None:
        return v.type.ndim > 0 or v.name is not None
    if v.data is not None:
        return o.part is not None and o.part.text.isidentifier()
    if v.owner is None:
        return True
    nameless = o.part is None and o.name == v.owner.op.title
    return not nameless and v.owner.op.title != "MakeVector"


def _is_rewritten(op: Op, error: Exception) -> bool:
    """True where the text of a call does not name the operands of the op in order.

    `set_subtensor(x[i], y)` is of x, y and i; a mask is specified by what it masks.
    """
    if isinstance(error, LengthMismatch):
        return isinstance(op, Assignment | Scan | SpecifyShape)
    return isinstance(op, Assignment) and not isinstance(error, OutOfRange)


def _is_reshape(op: Op, error: Exception) -> bool:
    wrong_product = isinstance(error, Fault) and error.code == "shape-mismatch"
    return op.title == "Reshape" and wrong_product


def _wrong_count(op: Op, found: Sequence[Operand], count: int | None) -> dict[str, Any]:
    given = len(found)
    noun = "operand" if count == 1 else "operands"
    return {
        "code": "wrong-argument-count",
        "title": f"{op.title} takes {count} {noun}, and {given} were given",
        "hints": (Hint(f"leave {given - (count or 0)} out"),)
        if given > (count or 0)
        else (),
    }


def _expected_count(op: Op) -> int | None:
    """How many inputs an op takes; None when it takes any number."""
    if isinstance(op, Elementwise):
        return op.fn.arity
    parameters = inspect.signature(op.infer).parameters.values()
    if any(p.kind is inspect.Parameter.VAR_POSITIONAL for p in parameters):
        return None
    return len(parameters)


def _mismatch(
    op: Op,
    found: Sequence[Operand],
    values: Sequence[ValueOfLength],
    error: Exception,
    origin: Origin | None,
) -> dict[str, Any]:
    """The words for two lengths that must be equal and differ."""
    if not isinstance(error, LengthMismatch):
        parts = mismatch.reshape(found, values[1])
    elif op.title == "Alloc":
        lengths = tuple(None if isinstance(n, tuple) else n for n in values[1:])
        parts = mismatch.filled(found, lengths)
    elif isinstance(op, SpecifyShape):
        parts = mismatch.specified(found, error)
    elif isinstance(op, Assignment):
        parts = mismatch.put(found[0], found[1], error)
    elif isinstance(op, Scan) and error.axis is None:
        parts = _of_turns(op, found[1 : 1 + op.sequences] or found, error)
    elif op.title == "AdvancedSubtensor":
        parts = mismatch.positions(found[0], found[1:])
    elif _is_lined_up(op, found, error):
        axis = mismatch.differing_axis(found) if error.axis is None else error.axis
        parts = mismatch.lined_up(op.title, found, axis)
    else:
        parts = mismatch.paired(op.title, found, error)
    changes = () if op.reads_values else fitting_changes(op.infer, found, origin)
    labels = _labels(found)
    hints = (*changes[:1], *parts.pop("hints"))
    return {"code": "shape-mismatch", "labels": labels, "hints": hints, **parts}


def _of_turns(
    op: Scan, found: Sequence[Operand], error: LengthMismatch
) -> dict[str, Any]:
    """The words for a loop that has not as many entries as it needs."""
    if op.sequences:
        return mismatch.walked(found, error)
    return mismatch.begun(found, error)


def _is_lined_up(op: Op, found: Sequence[Operand], error: LengthMismatch) -> bool:
    """Whether lengths meet on one axis of the result, and operands differ there."""
    if isinstance(op, Elementwise):
        return True
    if error.axis is None:
        return False
    rank = max(o.type.ndim for o in found)
    met = [o.type.shape[error.axis - rank] for o in found if o.type.ndim == rank]
    return len({str(n) for n in met}) > 1 and len(met) == len(found)
