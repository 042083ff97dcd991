"""What is written between brackets: `x[...]`, and assignment to it as a new tensor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.report import Fault, Hint
from teachgraph.core.surface import define
from teachgraph.core.types import is_integer
from teachgraph.ops.alloc import (
    MakeVector,
    as_length,
    is_whole_number,
    lengths_of,
    zeros,
)
from teachgraph.ops.assign import Assignment, Kind, reading, writing
from teachgraph.ops.base import TensorLike, as_tensor
from teachgraph.ops.casting import cast as to_dtype
from teachgraph.ops.creation import arange
from teachgraph.ops.index import At, Bound, Cut, Indexing, NewAxis, Part, Pick
from teachgraph.ops.reshape import flatten
from teachgraph.ops.scalars import maximum, minimum
from teachgraph.ops.shape import dimshuffle, normal_axis
from teachgraph.ops.statistics import sum


@define("getitem")
def getitem(x: Variable, index: Any) -> Variable:
    """`x[index]`, by NumPy's rules.

    Args:
        index: whole numbers, slices, `...`, None, whole-number variables, and arrays or
            lists of whole numbers, also variables.

    Raises:
        wrong-rank: there are more parts than axes.
        index-out-of-range: a position is known to lie outside its axis.
        wrong-dtype: an index is no whole number.
    """
    parts, inputs = parsed(index, x)
    element = _element_of_vector(x, parts)
    return cast(Variable, reading(parts)(x, *inputs)) if element is None else element


def _element_of_vector(x: Variable, parts: tuple[Part, ...]) -> Variable | None:
    """The scalar itself, where a vector was made of scalars, as `x.shape` is."""
    if x.owner is None or not isinstance(x.owner.op, MakeVector) or len(parts) != 1:
        return None
    (part,) = parts
    scalars = x.owner.inputs
    if not (isinstance(part, At) and isinstance(part.index, int)):
        return None
    if not -len(scalars) <= part.index < len(scalars):
        return None
    return to_dtype(scalars[part.index], x.dtype)


def parsed(index: Any, x: Variable) -> tuple[tuple[Part, ...], list[Variable]]:
    """One part for each axis of `x` and each new axis, and the variables among them."""
    parts: list[Part] = []
    inputs: list[Variable] = []
    for item in _filled_up(_items(index), x):
        _parse(item, parts, inputs)
    return tuple(parts), inputs


def _items(index: Any) -> list[Any]:
    """The parts of an index; a constant mask becomes the positions where it is true."""
    items: list[Any] = []
    for item in cast(Sequence[Any], index) if isinstance(index, tuple) else (index,):
        is_array = isinstance(item, list | np.ndarray)
        array = np.asarray(cast(Any, item)) if is_array else np.zeros(0)
        items.extend(
            np.nonzero(array) if array.dtype == bool and array.ndim else [item]
        )
    return items


def _filled_up(items: list[Any], x: Variable) -> list[Any]:
    """The parts with `...`, or the end, filled up with whole slices."""
    dots = [i for i, item in enumerate(items) if item is Ellipsis]
    count = len([i for i in items if i is not None and i is not Ellipsis])
    if len(dots) > 1:
        raise Fault("wrong-index", "an index can have only one ...")
    if count > x.ndim:
        raise Fault(
            "wrong-rank", f"{count} indices are given, but {x.type} has {x.ndim} axes"
        )
    place = dots[0] if dots else len(items)
    rest = [slice(None)] * (x.ndim - count)
    return [*items[:place], *rest, *items[place + len(dots) :]]


def _parse(item: Any, parts: list[Part], inputs: list[Variable]) -> None:
    if item is None:
        parts.append(NewAxis())
    elif isinstance(item, slice):
        parts.append(_cut(cast(Any, item), inputs))
    elif is_whole_number(item):
        parts.append(At(int(item)))
    else:
        v = _whole_numbers(item)
        if v.ndim:
            inputs.append(v)
        parts.append(Pick() if v.ndim else At(_bound(v, inputs)))


def _cut(written: Any, inputs: list[Variable]) -> Cut:
    first = None if written.start is None else _bound(written.start, inputs)
    last = None if written.stop is None else _bound(written.stop, inputs)
    apart = 1 if written.step is None else _bound(written.step, [])
    if apart == "?":
        positions = Hint(
            "positions that are a variable", "x[T.arange(start, stop, step)]"
        )
        raise Fault(
            "wrong-index",
            "the step of a slice is a number, not a variable",
            hints=(positions,),
        )
    if apart == 0:
        raise Fault("wrong-value", "the step of a slice is 0")
    return Cut(first, last, apart)


def _bound(value: Any, inputs: list[Variable]) -> Bound:
    if is_whole_number(value):
        return int(value)
    v = _whole_numbers(value)
    if v.ndim:
        raise Fault("wrong-rank", f"the bound of a slice has no axes, here {v.type}")
    if v.data is not None:
        return int(v.data)
    inputs.append(v)
    return "?"


def _whole_numbers(value: Any) -> Variable:
    if isinstance(value, str):
        raise Fault("wrong-index", f"an index is a whole number, not {value!r}")
    v = as_tensor(value)
    if not isinstance(value, Variable) and v.type.shape == (0,):
        v = as_tensor(np.zeros(0, "int64"))  # a list of nothing has no dtype of its own
    if v.dtype == "bool":
        raise Fault(
            "wrong-dtype",
            "a mask cannot be an index: how much it takes is not known before it runs",
            hints=(
                Hint("choose element by element", "T.switch(mask, x, 0)"),
                Hint("a sum over what a mask takes", "T.sum(T.switch(mask, x, 0))"),
            ),
        )
    if not is_integer(v.dtype):
        raise Fault(
            "wrong-dtype",
            f"an index is a whole number, not {v.type}",
            hints=(Hint("make it one", "T.cast(i, 'int64')"),),
        )
    return v


def set_subtensor(part: Variable, value: TensorLike) -> Variable:
    """The tensor that `part` was taken from, with `value` in place of that part.

    Args:
        part: `x[index]`.
        value: stretched to the shape of `part`.

    Returns:
        a new tensor like `x`; `x` stays as it is.

    Raises:
        wrong-argument-kind: `part` is not what indexing gives.
        shape-mismatch: `value` does not fit.

    >>> x = T.dvector()
    >>> T.set_subtensor(x[:2], 0).type == x.type
    True
    """
    return _assigned(part, value, "set")


def inc_subtensor(part: Variable, value: TensorLike) -> Variable:
    """The tensor that `part` was taken from, with `value` added to that part.

    A position that occurs twice in the index is increased twice. See `set_subtensor`.
    """
    return _assigned(part, value, "inc")


def _assigned(part: Variable, value: TensorLike, kind: Kind) -> Variable:
    node = part.owner
    if node is None or not isinstance(node.op, Indexing):
        raise Fault(
            "wrong-argument-kind",
            "the first argument is not a part of a tensor",
            hints=(Hint("index it in the call", "T.set_subtensor(x[index], value)"),),
        )
    x, *bounds = node.inputs
    v = value if isinstance(value, Variable) else as_tensor(np.asarray(value, x.dtype))
    op: Assignment = writing(node.op.index, kind)
    return cast(Variable, op(x, v, *bounds))


@define(".take", "np.take")
def take(x: TensorLike, indices: TensorLike, axis: int | None = None) -> Variable:
    """The elements at positions along an axis, or of the flattened `x`."""
    v = as_tensor(x)
    if axis is None:
        return flatten(v)[as_tensor(indices)]
    before = [slice(None)] * normal_axis(axis, v.ndim)
    return v[(*before, as_tensor(indices))]


@define(".diagonal", "np.diagonal")
def diagonal(
    x: TensorLike, offset: int = 0, axis1: int = 0, axis2: int = 1
) -> Variable:
    """The elements x[i, i + offset] of two axes, as a last axis."""
    v = as_tensor(x)
    a, b = normal_axis(axis1, v.ndim), normal_axis(axis2, v.ndim)
    rest = [c for c in range(v.ndim) if c not in (a, b)]
    v = dimshuffle(v, [a, b, *rest])
    down, right = max(-offset, 0), max(offset, 0)
    rows, columns = lengths_of(v)[:2]
    place = arange(maximum(minimum(rows - down, columns - right), 0))
    found = v[place + down if down else place, place + right if right else place]
    return dimshuffle(found, [*range(1, found.ndim), 0])


@define("np.diag")
def diag(v: TensorLike, k: int = 0) -> Variable:
    """A matrix with a vector on diagonal `k` and zeros elsewhere; or that of a matrix.

    Raises:
        wrong-rank: neither a vector nor a matrix.
    """
    x = as_tensor(v)
    if x.ndim == 2:
        return diagonal(x, k)
    if x.ndim != 1:
        raise Fault("wrong-rank", f"a vector or a matrix has a diagonal, not {x.type}")
    count = lengths_of(x)[0]
    side = count + as_length(abs(k)) if k else count
    place = arange(count)
    rows, columns = (
        place + max(-k, 0) if k < 0 else place,
        place + k if k > 0 else place,
    )
    return set_subtensor(zeros([side, side], x.dtype)[rows, columns], x)


@define(".trace", "np.trace")
def trace(x: TensorLike) -> Variable:
    """The sum of the elements on the diagonal of a matrix."""
    return sum(diagonal(x), axis=-1)
