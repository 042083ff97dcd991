"""What is known of a variable before it has a value: numbers, lengths, layout."""

from __future__ import annotations

from typing import Any

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import known_value
from teachgraph.core.report import Fault
from teachgraph.core.surface import define
from teachgraph.ops.alloc import Alloc, ShapeOf, as_length
from teachgraph.ops.base import Array, TensorLike, as_tensor
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.index import Subtensor
from teachgraph.ops.lengths import SpecifyShape, Unbroadcast
from teachgraph.ops.reshape import Reshape
from teachgraph.ops.shape import DimShuffle, normal_axis

SAME_ELEMENTS = (Alloc, DimShuffle, Reshape, SpecifyShape, Subtensor, Unbroadcast)
"""Ops whose result has no other numbers in it than their first input."""


class NotScalarConstantError(Exception):
    """A variable is not known to be one number."""


class EmptyConstantError(NotScalarConstantError):
    """A constant has no elements, so it is no number."""


def get_scalar_constant_value(
    orig_v: Any,
    elemwise: bool = True,
    only_process_constants: bool = False,
    max_recur: int = 10,
) -> Array:
    """The one number that a variable is known to be, or to be filled with.

    Args:
        elemwise: work out functions of known numbers too.
        only_process_constants: look at constants alone.
        max_recur: how many ops to look through.

    Raises:
        NotScalarConstantError: it may be something else.
        EmptyConstantError: it is a constant without elements.
    """
    if orig_v is None:
        raise NotScalarConstantError("None is no number")
    v = as_tensor(orig_v)
    depth = 0 if only_process_constants else max_recur
    found = _number(v, depth, elemwise)
    if found is None:
        raise NotScalarConstantError(f"{v} ({v.type}) is not known to be one number")
    return found


@define(".get_scalar_constant_value")
def _of_variable(x: Variable) -> Array:
    """The one number that the variable is known to be."""
    return get_scalar_constant_value(x)


def extract_constant(
    x: TensorLike, elemwise: bool = True, only_process_constants: bool = False
) -> Any:
    """The one number that `x` is known to be, else `x` itself."""
    try:
        return get_scalar_constant_value(x, elemwise, only_process_constants)
    except NotScalarConstantError:
        return x


def _number(v: Variable, depth: int, elemwise: bool) -> Array | None:
    if v.data is not None:
        if not v.data.size:
            raise EmptyConstantError(f"{v.type} has no elements")
        first = v.data.reshape(-1)[0]
        return np.array(first) if bool(np.all(v.data == first)) else None
    if not depth or v.owner is None:
        return None
    value = known_value(v)
    if isinstance(value, int):
        return np.array(value, v.dtype)
    op, inputs = v.owner.op, v.owner.inputs
    if isinstance(op, SAME_ELEMENTS):
        return _number(inputs[0], depth - 1, elemwise)
    if not isinstance(op, Elementwise) or not elemwise:
        return None
    numbers = [_number(i, depth - 1, elemwise) for i in inputs]
    known = [n for n in numbers if n is not None]
    return op.numpy(*known) if len(known) == len(numbers) else None


def get_vector_length(v: TensorLike) -> int:
    """The length of a vector, as a number.

    Raises:
        wrong-rank: it is no vector.
        symbolic-length: its length is known only when it runs.
    """
    x = as_tensor(v)
    if x.ndim != 1:
        raise Fault("wrong-rank", f"a vector has one axis, not {x.type}")
    n = x.type.shape[0]
    if not isinstance(n, int):
        raise Fault(
            "symbolic-length", f"the length of {x.type} is not known before it runs"
        )
    return n


def shape_i(var: TensorLike, i: int, fgraph: object = None) -> Variable:
    """The length of an axis, int64[].

    Args:
        fgraph: taken for Theano's sake.
    """
    del fgraph
    x = as_tensor(var)
    axis = normal_axis(i, x.ndim)
    n = x.type.shape[axis]
    return as_length(n) if isinstance(n, int) else ShapeOf(axis)(x)


def is_flat(var: Variable, ndim: int | None = None, outdim: int | None = None) -> bool:
    """Has a variable this number of axes (1 unless told), as `flatten` would give?"""
    wanted = ndim if ndim is not None else outdim
    return var.ndim == (1 if wanted is None else wanted)
