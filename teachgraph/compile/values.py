"""Arrays of a declared type out of what people pass, without losing anything unasked.

The rules are Theano's. An array must have a dtype that the declared one can hold; a
number or a list must keep its values; a Python float may be rounded to `floatX`, since
that is what `floatX` is for. Nothing else is rounded unless `allow_downcast=True`.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from teachgraph.compile.words import constructor, kind, rank
from teachgraph.core.config import config
from teachgraph.core.entrance import error_of, placed
from teachgraph.core.graph import Variable
from teachgraph.core.report import Fault, Hint, Note
from teachgraph.core.types import (
    OBJECT,
    OF_TYPES,
    TensorType,
    is_complex,
    is_integer,
    upcast,
)

Array = np.ndarray[Any, Any]


def fitted(
    value: Any,
    wanted: TensorType,
    *,
    subject: str,
    strict: bool = False,
    allow_downcast: bool | None = None,
) -> Array:
    """The value as an array of exactly the wanted type: native, aligned, row-major.

    Args:
        subject: what the words of a fault are about, such as "argument 0, `x`,".
        strict: convert nothing; an array must have the dtype already.
        allow_downcast: True: any number may be rounded; False: none; None: only Python
            floats, and only to `floatX`.

    Raises:
        Fault: wrong-dtype, wrong-rank, shape-mismatch, not-numeric, symbolic-value.
    """
    if not wanted.is_array:
        return _valid(value, wanted, subject)
    if wanted.dtype == OBJECT:  # a type of Python values knows which are its own
        return _boxed(wanted.filter(value, strict, allow_downcast))
    if type(value) is float and not wanted.shape and not strict:
        array = _from_float(value, wanted.dtype, allow_downcast)
        if array is not None:
            return array
    array = (
        _strictly(value, wanted, subject)
        if strict
        else _numeric(value, wanted, subject)
    )
    if array.ndim != wanted.ndim:
        raise _wrong_rank(array, wanted, subject)
    for axis, length in enumerate(wanted.shape):
        if length is not None and array.shape[axis] != length:
            raise _wrong_length(array, wanted, subject, axis)
    if array.dtype != wanted.dtype and not strict:
        array = _converted(value, array, wanted, subject, allow_downcast)
    return np.require(array, wanted.dtype, ["C", "A", "E"])


def _valid(value: Any, wanted: TensorType, subject: str) -> Any:
    """A value that is no array: converted by its type, if that knows how."""
    found = wanted.filter(value)
    if found is None:
        title = f"{subject} must be {wanted}, and a {type(value).__name__} was passed"
        raise Fault("wrong-dtype", title)
    return found


def _filtered(
    kind: TensorType, data: Any, strict: bool, allow_downcast: bool | None
) -> Array:
    """What `x.type.filter(data)` gives."""
    try:
        return fitted(
            data,
            kind,
            subject="a value",
            strict=strict,
            allow_downcast=allow_downcast,
        )
    except Fault as fault:
        raise error_of(placed(fault)) from None


OF_TYPES["filter"] = _filtered


def _boxed(value: Any) -> Array:
    """A Python value as an array without axes."""
    box = np.empty((), dtype=object)
    box[()] = value
    return box


def _from_float(value: float, dtype: str, allow_downcast: bool | None) -> Array | None:
    if dtype == "float64" or (dtype == config.floatX and allow_downcast is None):
        return np.array(value, dtype)
    return None


def _strictly(value: Any, wanted: TensorType, subject: str) -> Array:
    found = type(value).__name__
    if isinstance(value, np.ndarray):
        array = cast(Array, value)
        if array.dtype == wanted.dtype:
            return array
        found = str(array.dtype)
    raise Fault(
        "wrong-dtype",
        f"{subject} is strict and takes arrays of {wanted.dtype} only; it got {found}",
        hints=(
            Hint("convert the value, or leave strict=True out", _asarray(wanted.dtype)),
        ),
    )


def _numeric(value: Any, wanted: TensorType, subject: str) -> Array:
    if isinstance(value, Variable):
        raise Fault(
            "symbolic-value",
            f"{subject} needs numbers, but `{value}` is symbolic and has no value yet",
            hints=(
                Hint("pass a NumPy array or a number"),
                Hint("compute the expression first", f"{value.name or 'x'}.eval()"),
            ),
        )
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise _not_numeric(value, wanted, subject, str(error)) from None
    if array.dtype.kind not in "biufc":
        raise _not_numeric(value, wanted, subject, "")
    return array


def _converted(
    value: Any,
    array: Array,
    wanted: TensorType,
    subject: str,
    allow_downcast: bool | None,
) -> Array:
    given = str(array.dtype.newbyteorder("="))
    if is_complex(given) and not is_complex(wanted.dtype):
        raise _wrong_dtype(array, wanted, subject, None)
    if upcast(given, wanted.dtype) == wanted.dtype or allow_downcast:
        with np.errstate(all="ignore"):
            return array.astype(wanted.dtype)
    if isinstance(value, np.ndarray):
        raise _wrong_dtype(array, wanted, subject, None)
    if (
        type(value) is float
        and allow_downcast is None
        and wanted.dtype == config.floatX
    ):
        return array.astype(wanted.dtype)
    with np.errstate(all="ignore"):
        rounded = array.astype(wanted.dtype)
    lost = (rounded != array) & ~(np.isnan(array) & np.isnan(rounded))
    if np.any(lost):
        raise _wrong_dtype(array, wanted, subject, array[lost].flat[0])
    return rounded


def _asarray(dtype: str) -> str:
    return f"np.asarray(value, dtype={dtype!r})"


def _wrong_dtype(array: Array, wanted: TensorType, subject: str, lost: Any) -> Fault:
    given = array.dtype.newbyteorder("=")
    notes: list[Note] = []
    why = "Rounding would lose digits in silence, so it is only done when asked for."
    if lost is not None:
        notes.append(Note(f"{wanted.dtype} cannot hold {lost}"))
    elif is_complex(str(given)):
        notes.append(Note(f"{wanted.dtype} cannot hold the imaginary part"))
    elif is_integer(wanted.dtype) and given.kind == "f":
        notes.append(Note("whole numbers cannot hold the part behind the point"))
    elif is_integer(wanted.dtype):
        notes.append(Note(f"{wanted.dtype} cannot hold every {given} number"))
        why = "A number that does not fit would become another one in silence."
    else:
        notes.append(
            Note(f"{wanted.dtype} cannot hold every {given} number without rounding")
        )
    if wanted.dtype == config.floatX:
        notes.append(Note(f"{wanted.dtype} is the present `config.floatX`"))
    hints = [Hint("convert the value", _asarray(wanted.dtype))]
    if not is_complex(str(given)):
        hints.append(
            Hint("or let calls round", "function(..., allow_input_downcast=True)")
        )
    return Fault(
        "wrong-dtype",
        f"{subject} is {wanted.dtype}, and {given} values were passed",
        notes=tuple(notes),
        hints=tuple(hints),
        why=why,
    )


def _wrong_rank(array: Array, wanted: TensorType, subject: str) -> Fault:
    hints: list[Hint] = []
    if wanted.ndim == 2 and array.ndim == 1:
        hints.append(Hint("make it a column, or a row", "value.reshape(-1, 1)"))
    elif wanted.ndim == array.ndim + 1:
        hints.append(Hint("add an axis of length 1", "value[np.newaxis]"))
    elif wanted.ndim == 1 and sum(n != 1 for n in array.shape) <= 1:
        hints.append(Hint("take the axes of length 1 away", "value.ravel()"))
    declare = f"{constructor(wanted.dtype, array.ndim)}(...)"
    hints.append(Hint(f"or declare it as {rank(array.ndim)}", declare))
    shape = f" of shape {array.shape}" if array.ndim else ""
    return Fault(
        "wrong-rank",
        f"{subject} must be {rank(wanted.ndim)}; {rank(array.ndim)}{shape} was passed",
        notes=(Note(f"declared as {kind(wanted)}"),),
        hints=tuple(hints),
    )


def _wrong_length(array: Array, wanted: TensorType, subject: str, axis: int) -> Fault:
    length = wanted.shape[axis]
    pairs = zip(array.shape, wanted.shape, strict=True)
    fitting = tuple(n if fixed is None else fixed for n, fixed in pairs)
    free = constructor(wanted.dtype, wanted.ndim)
    notes = [Note(f"declared as {wanted}")]
    if length == 1:
        notes.append(
            Note(f"axis {axis} is broadcastable: its length is 1 and nothing else")
        )
    return Fault(
        "shape-mismatch",
        f"{subject} must have length {length} on axis {axis}: it has {array.shape}",
        notes=tuple(notes),
        hints=(
            Hint("pass an array of shape", str(fitting)),
            Hint("or declare it with free lengths", f"{free}(...)"),
        ),
    )


def _not_numeric(value: Any, wanted: TensorType, subject: str, said: str) -> Fault:
    if value is None:
        found, help_ = "None", "pass a value"
    elif isinstance(value, str):
        found = f"the string {value!r}"
        help_ = "turn text into numbers first, for example into word ids"
    elif isinstance(value, int):
        found, help_ = f"{value}, which 64 bits cannot hold", "pass it as a float"
    else:
        found = f"a {type(value).__name__} that is not made of numbers"
        help_ = (
            "give every row the same length, and only numbers"
            if said
            else "pass numbers"
        )
    return Fault(
        "not-numeric",
        f"{subject} must be {kind(wanted)}, and {found} was passed",
        notes=(Note(f"NumPy says: {said}"),) if said else (),
        hints=(Hint(help_),),
    )
