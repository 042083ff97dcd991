"""Parts of a tensor by brackets, assignment to them as a new tensor, and diagonals."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from teachgraph.core.config import config
from teachgraph.core.graph import Variable
from teachgraph.core.report import Fault, Hint
from teachgraph.core.surface import define
from teachgraph.core.types import is_integer
from teachgraph.ops.alloc import MakeVector, lengths_of, zeros
from teachgraph.ops.assign import Assignment, Kind, reading, writing
from teachgraph.ops.base import TensorLike, as_tensor
from teachgraph.ops.brackets import parsed
from teachgraph.ops.casting import cast as to_dtype
from teachgraph.ops.creation import arange
from teachgraph.ops.index import At, Indexing, Part
from teachgraph.ops.scalars import eq, maximum, minimum, switch
from teachgraph.ops.shape import dimshuffle, moveaxis, normal_axis
from teachgraph.ops.statistics import sum


@define("getitem")
def getitem(x: Variable, index: Any) -> Variable:
    """`x[index]`, by NumPy's rules.

    Args:
        index: whole numbers, slices, `...`, None, whole-number variables, arrays or
            lists of whole numbers, and masks: booleans, one for each element of the
            axes they stand for. All of them may be variables.

    Raises:
        wrong-rank: there are more parts than axes.
        index-out-of-range: a position is known to lie outside its axis.
        wrong-dtype: an index is no whole number and no mask.
        shape-mismatch: a mask has other lengths than its axes.
    """
    x, parts, inputs = parsed(index, x)
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


def set_subtensor(
    x: Variable,
    y: TensorLike,
    inplace: bool = False,
    tolerate_inplace_aliasing: bool = False,
) -> Variable:
    """The tensor that `x` was taken from, with `y` in place of that part.

    Args:
        x: a part, `whole[index]`.
        y: stretched to the shape of that part.
        inplace, tolerate_inplace_aliasing: taken for old programs, and not looked at:
            no variable ever changes.

    Returns:
        a new tensor like the whole, which stays as it is.

    Raises:
        wrong-argument-kind: `x` is not what indexing gives.
        shape-mismatch: `y` does not fit.

    >>> x = T.dvector()
    >>> T.set_subtensor(x[:2], 0).type == x.type
    True
    """
    del inplace, tolerate_inplace_aliasing
    return _assigned(x, y, "set")


def inc_subtensor(
    x: Variable,
    y: TensorLike,
    inplace: bool = False,
    set_instead_of_inc: bool = False,
    tolerate_inplace_aliasing: bool = False,
) -> Variable:
    """The tensor that `x` was taken from, with `y` added to that part.

    A position that occurs twice in the index is increased twice. See `set_subtensor`.

    >>> x = T.constant([1, 2, 3])
    >>> T.inc_subtensor(x[1:], 10).eval()
    array([ 1, 12, 13])
    """
    del inplace, tolerate_inplace_aliasing
    return _assigned(x, y, "set" if set_instead_of_inc else "inc")


def _assigned(part: Variable, value: TensorLike, kind: Kind) -> Variable:
    node = part.owner
    if node is None or not isinstance(node.op, Indexing):
        raise Fault(
            "wrong-argument-kind",
            "the first argument is not a part of a tensor",
            hints=(Hint("index it in the call", "T.set_subtensor(x[index], value)"),),
        )
    x, *bounds = node.inputs
    v = value if isinstance(value, Variable) else _as(x, value)
    op: Assignment = writing(node.op.index, kind)
    return cast(Variable, op(x, v, *bounds))


def _as(x: Variable, value: TensorLike) -> Variable:
    """A value in the dtype of the tensor that it is put into.

    Raises:
        wrong-dtype: whole numbers cannot hold it.
    """
    given = np.asarray(value)
    held = np.asarray(value, x.dtype)
    if is_integer(x.dtype) and given.dtype.kind == "f" and np.any(held != given):
        raise Fault(
            "wrong-dtype",
            f"{value} cannot be put into {x.dtype} without loss",
            hints=(
                Hint("make a float of the whole", f"x.astype({config.floatX!r})"),
                Hint("or put whole numbers in"),
            ),
        )
    return as_tensor(held)


@define(".diagonal", "np.diagonal")
def diagonal(
    a: TensorLike, offset: int = 0, axis1: int = 0, axis2: int = 1
) -> Variable:
    """The elements a[i, i + offset] of two axes, as a last axis."""
    v = as_tensor(a)
    first, second = normal_axis(axis1, v.ndim), normal_axis(axis2, v.ndim)
    if first == second:
        raise Fault(
            "wrong-rank", f"a diagonal runs along two axes, not {first} and {second}"
        )
    rest = [c for c in range(v.ndim) if c not in (first, second)]
    v = dimshuffle(v, [first, second, *rest])
    down, right = max(-offset, 0), max(offset, 0)
    rows, columns = lengths_of(v)[:2]
    place = arange(maximum(minimum(rows - down, columns - right), 0))
    found = v[place + down if down else place, place + right if right else place]
    return dimshuffle(found, [*range(1, found.ndim), 0])


def alloc_diag(
    x: TensorLike, offset: int = 0, axis1: int = 0, axis2: int = 1
) -> Variable:
    """A tensor with the last axis of `x` on a diagonal of two axes, zeros elsewhere.

    Args:
        offset: how far right of the main diagonal; negative ones lie below it.
        axis1, axis2: of the result, which has one axis more than `x`.

    Raises:
        wrong-rank: `x` is a single number.
    """
    v = as_tensor(x)
    if not v.ndim:
        raise Fault("wrong-rank", f"what is put on a diagonal has axes, not {v.type}")
    last = v.ndim - 1
    count = lengths_of(v)[last]
    place = arange(count)
    on = eq(dimshuffle(place, 0, "x"), dimshuffle(place, "x", 0))
    # Not a product with 1 and 0: that would make nan of what is infinite.
    square = switch(
        on, dimshuffle(v, *range(last), "x", last), as_tensor(0, dtype=v.dtype)
    )
    if offset:
        side = count + abs(offset)
        room = zeros([*lengths_of(v)[:last], side, side], v.dtype)
        after, before = slice(abs(offset), None), slice(None, -abs(offset))
        block = (before, after) if offset > 0 else (after, before)
        square = set_subtensor(room[(..., *block)], square)
    return moveaxis(square, (last, last + 1), (axis1, axis2))


@define("np.diag")
def diag(v: TensorLike, k: int = 0) -> Variable:
    """A matrix with a vector on diagonal `k` and zeros elsewhere; or that of a matrix.

    Raises:
        wrong-rank: neither a vector nor a matrix.

    >>> T.diag([1, 2]).eval()
    array([[1, 0],
           [0, 2]])
    """
    x = as_tensor(v)
    if x.ndim == 2:
        return diagonal(x, k)
    if x.ndim != 1:
        raise Fault("wrong-rank", f"a vector or a matrix has a diagonal, not {x.type}")
    return alloc_diag(x, k)


@define(".trace", "np.trace")
def trace(x: TensorLike, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Variable:
    """The sum of the elements on a diagonal of a matrix, or of two axes.

    >>> T.trace([[1, 2], [3, 4]]).eval()
    array(5)
    """
    return sum(diagonal(x, offset, axis1, axis2), axis=-1)
