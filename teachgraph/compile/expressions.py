"""Expressions made to have the type of what they are to replace or to update.

A lossless cast is made without a word (int8 into float64); nothing else is. A length
may become better known, never less.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from teachgraph.compile import faults, state_faults
from teachgraph.compile.values import fitted
from teachgraph.compile.words import called
from teachgraph.core.entrance import error_of, placed
from teachgraph.core.graph import Variable
from teachgraph.core.op import constant
from teachgraph.core.origin import here
from teachgraph.core.report import Fault
from teachgraph.core.types import OF_TYPES, TensorType
from teachgraph.ops.casting import cast
from teachgraph.ops.lengths import specify_shape


def as_type_of(old: Variable, new: Any, what: str) -> Variable:
    """`new` as a variable that can stand where `old` stands.

    Args:
        what: `updates` or `givens`, for the words of an error.

    Raises:
        wrong-dtype, wrong-rank, shape-mismatch, not-numeric.
    """
    if not isinstance(new, Variable):
        return _constant(old, new, what)
    if new.type == old.type:
        return new
    if new.ndim != old.ndim:
        raise state_faults.does_not_fit(what, old, new, "rank")
    for want, have in zip(old.type.shape, new.type.shape, strict=True):
        if want is not None and want != have:
            raise state_faults.does_not_fit(what, old, new, "shape")
    if new.dtype == old.dtype:
        return new
    if np.can_cast(new.dtype, old.dtype, "safe"):
        return cast(new, old.dtype)
    exact = _same_value(new, old.dtype)
    if exact is None:
        raise state_faults.does_not_fit(what, old, new, "dtype")
    return exact


def converted(kind: TensorType, given: Any, *, strict: bool = False) -> Variable | None:
    """A variable as one of a type; None, or with `strict` a fault, where it is none.

    Lengths that the type knows and the variable does not are checked when it runs.
    """
    if not isinstance(given, Variable):
        return constant(kind.filter(given))
    if kind.is_super(given.type):
        return given
    lengths = tuple(zip(kind.shape, given.type.shape))
    fits = all(n is None or m in (None, n) for n, m in lengths)
    if given.dtype == kind.dtype and given.ndim == kind.ndim and fits:
        return specify_shape(
            given, [n if isinstance(n, int) else None for n in kind.shape]
        )
    if not strict:
        return None
    code = "wrong-rank" if given.ndim != kind.ndim else "wrong-dtype"
    title = f"{called(given)} is {given.type}, and a variable of {kind} is needed"
    raise error_of(placed(Fault(code, title)))


OF_TYPES["convert"] = converted


def _constant(old: Variable, value: Any, what: str) -> Variable:
    told = (
        f"the update of {called(old)}"
        if what == "updates"
        else f"the value of {called(old)}"
    )
    try:
        return constant(fitted(value, old.type, subject=told))
    except Fault as fault:
        raise faults.at_call(fault, (old,), here()) from None


def _same_value(v: Variable, dtype: str) -> Variable | None:
    """A constant in another dtype, if it keeps its value there."""
    if v.data is None or v.data.dtype.kind == "c":
        return None
    with np.errstate(all="ignore"):
        converted = v.data.astype(dtype)
    return constant(converted) if np.array_equal(converted, v.data) else None
