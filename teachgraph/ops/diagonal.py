"""Diagonals filled with a number, and by the names that Theano's ops have."""

from __future__ import annotations

from typing import Any

from teachgraph.core.entrance import public
from teachgraph.core.graph import Variable
from teachgraph.core.record import record
from teachgraph.core.report import Fault
from teachgraph.ops.alloc import as_length, lengths_of
from teachgraph.ops.base import TensorLike, as_tensor
from teachgraph.ops.casting import cast
from teachgraph.ops.creation import arange
from teachgraph.ops.scalars import eq, switch
from teachgraph.ops.shape import dimshuffle
from teachgraph.ops.subscript import alloc_diag, diagonal


@record()
class AllocDiag:
    """What puts the last axis of a tensor on a diagonal; see `alloc_diag`."""

    offset: int = 0
    axis1: int = 0
    axis2: int = 1

    @public
    def __call__(self, diag: TensorLike) -> Variable:
        return alloc_diag(diag, self.offset, self.axis1, self.axis2)


@record()
class ExtractDiag:
    """What reads a diagonal of a tensor; see `diagonal`. `view` is not looked at."""

    offset: int = 0
    axis1: int = 0
    axis2: int = 1
    view: bool = False

    @public
    def __call__(self, x: TensorLike) -> Variable:
        return diagonal(x, self.offset, self.axis1, self.axis2)


def fill_diagonal(a: TensorLike, val: TensorLike) -> Variable:
    """`a` with one number on its diagonal, where all positions are equal.

    Args:
        a: a matrix, or a tensor whose axes are all equally long.

    Raises:
        wrong-rank: `a` has less than two axes, or `val` has any.
    """
    v = as_tensor(a)
    if v.ndim < 2:
        raise Fault("wrong-rank", f"{v.type} has no diagonal")
    on: Any = None
    first = _places(v, 0)
    for axis in range(1, v.ndim):
        same = eq(first, _places(v, axis))
        on = same if on is None else on & same
    return switch(on, _one_number(val, v), v)


def fill_diagonal_offset(
    a: TensorLike, val: TensorLike, offset: TensorLike
) -> Variable:
    """A matrix with one number on the diagonal that begins at column `offset`.

    Args:
        offset: a whole number or int[] variable; negative ones begin below row 0.

    Raises:
        wrong-rank: `a` is no matrix, or `val` has axes.
    """
    v = as_tensor(a)
    if v.ndim != 2:
        raise Fault(
            "wrong-rank", f"a matrix has diagonals beside its own, not {v.type}"
        )
    on = eq(_places(v, 1) - _places(v, 0), as_length(offset))
    return switch(on, _one_number(val, v), v)


def _places(x: Variable, axis: int) -> Variable:
    """The positions along an axis, shaped to be stretched to the shape of `x`."""
    order: list[Any] = [0 if a == axis else "x" for a in range(x.ndim)]
    return dimshuffle(arange(lengths_of(x)[axis]), order)


def _one_number(value: TensorLike, x: Variable) -> Variable:
    v = as_tensor(value)
    if v.ndim:
        raise Fault("wrong-rank", f"a diagonal is filled with one number, not {v.type}")
    return cast(v, x.dtype)
