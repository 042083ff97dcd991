"""How many numbers to draw: everything that Theano's programs say as a `size`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.report import Fault, Hint
from teachgraph.ops.alloc import (
    MakeVector,
    as_length,
    is_whole_number,
    lengths_of,
)
from teachgraph.ops.base import TensorLike
from teachgraph.ops.scalars import add

Size = TensorLike | Sequence[TensorLike] | None
"""A length, a list of lengths, a vector of them, or None: as the parameters are."""


def lengths_for(
    size: Size, ndim: int | None = None, *parameters: Variable
) -> list[Variable]:
    """One int[] variable an axis.

    Args:
        size: None takes the shape to which the parameters broadcast; -1 in a list takes
            the length that the parameters have there.
        ndim: the number of axes, where a vector does not tell.
        parameters: what must fit into the shape.

    Raises:
        wrong-rank: the number of axes is not known, or not what `ndim` says, or too
            small for a parameter.
        wrong-value: -1 stands where no parameter has an axis.
    """
    shape = _of_parameters(parameters) if size is None else _said(size, ndim)
    if ndim is not None and len(shape) != ndim:
        raise Fault("wrong-rank", f"the size has {len(shape)} axes, not ndim={ndim}")
    for p in parameters:
        if p.ndim > len(shape):
            raise Fault(
                "wrong-rank",
                f"a parameter is {p.type}, but the size has {len(shape)} axes only",
                hints=(Hint("leave the size out to take the parameter's shape"),),
            )
    return [
        _of_axis(axis - len(shape), parameters) if _is_open(n) else as_length(n)
        for axis, n in enumerate(shape)
    ]


def _said(size: TensorLike | Sequence[TensorLike], ndim: int | None) -> list[Any]:
    if isinstance(size, Variable) and size.ndim == 1:
        return _elements(size, ndim)
    if isinstance(size, list | tuple):
        return list(size)
    if isinstance(size, np.ndarray) and size.ndim == 1:
        return [int(n) for n in size]
    return [size]


def _elements(size: Variable, ndim: int | None) -> list[Variable]:
    """The lengths in a vector variable."""
    if size.owner is not None and isinstance(size.owner.op, MakeVector):
        return list(size.owner.inputs)
    if size.data is not None:
        return [as_length(int(n)) for n in size.data]
    known = size.type.shape[0]
    count = known if isinstance(known, int) else ndim
    if count is None:
        raise Fault(
            "wrong-rank",
            "the number of axes is not known: the size is a vector of any length",
            hints=(Hint("say how many with ndim="),),
        )
    return [size[i] for i in range(count)]


def _of_parameters(parameters: Sequence[Variable]) -> list[Variable]:
    return lengths_of(reduce(add, parameters)) if parameters else []


def _is_open(n: Any) -> bool:
    return is_whole_number(n) and n == -1


def _of_axis(axis: int, parameters: Sequence[Variable]) -> Variable:
    """The length of an axis, counted from the end, where the parameters have one."""
    reaching = [p for p in parameters if p.ndim >= -axis]
    if not reaching:
        raise Fault("wrong-value", "a size of -1 stands where no parameter has an axis")
    for p in reaching:
        if not p.broadcastable[axis]:
            return lengths_of(p)[axis]
    return as_length(1)
