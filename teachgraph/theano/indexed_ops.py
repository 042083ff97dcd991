"""Theano's op classes for brackets, made by a call: `Subtensor([slice(None), 1])(x)`.

`idx_list` is what stands in the brackets; where it has a type, a variable is passed
when the op is applied.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

import teachgraph.tensor as T
from teachgraph.core.graph import Variable
from teachgraph.core.types import TensorType


def taken(x: Any, *inputs: Any, idx_list: Sequence[Any]) -> Any:
    """`x[...]`."""
    return T.as_tensor_variable(x)[_brackets(idx_list, inputs)]


def put(
    x: Any,
    y: Any,
    *inputs: Any,
    idx_list: Sequence[Any],
    set_instead_of_inc: bool = False,
) -> Any:
    """`x` with `y` added to `x[...]`, or in its place."""
    return _put(x, y, _brackets(idx_list, inputs), set_instead_of_inc)


def taken_at(x: Any, *index: Any) -> Any:
    """`x[index]`, by variables of positions or of truth values."""
    return T.as_tensor_variable(x)[index]


def put_at(x: Any, y: Any, *index: Any, set_instead_of_inc: bool = False) -> Any:
    """`x` with `y` added to `x[index]`, or in its place."""
    return _put(x, y, index, set_instead_of_inc)


def _put(x: Any, y: Any, index: tuple[Any, ...], replaces: bool) -> Any:
    part = T.as_tensor_variable(x)[index]
    value: Variable = T.as_tensor_variable(y)
    fitting = value if value.dtype == part.dtype else T.cast(value, part.dtype)
    return (T.set_subtensor if replaces else T.inc_subtensor)(part, fitting)


def _brackets(idx_list: Sequence[Any], inputs: Sequence[Any]) -> tuple[Any, ...]:
    given = iter(inputs)
    return tuple(_part(entry, given) for entry in idx_list)


def _part(entry: Any, given: Iterator[Any]) -> Any:
    if isinstance(entry, slice):
        ends = cast(Any, entry)
        return slice(*(_part(e, given) for e in (ends.start, ends.stop, ends.step)))
    return next(given) if isinstance(entry, TensorType) else entry
