"""Functions of several tensors, and a few that old programs call by other names."""

from __future__ import annotations

from typing import Any

from teachgraph.core.graph import Variable
from teachgraph.core.report import Fault
from teachgraph.core.surface import define
from teachgraph.core.types import is_complex
from teachgraph.ops.alloc import fill
from teachgraph.ops.base import TensorLike, as_tensor
from teachgraph.ops.casting import cast as to_dtype
from teachgraph.ops.join import as_tensor_variable, stack
from teachgraph.ops.lengths import stretched
from teachgraph.ops.reduce import restore
from teachgraph.ops.scalars import gt, int_div, lt, mod, neq, switch
from teachgraph.ops.shape import normal_axes
from teachgraph.ops.statistics import max, min


def smallest(*args: TensorLike) -> Variable:
    """The smallest of tensors, element by element."""
    if len(args) == 2:
        a, b = (as_tensor(x) for x in args)
        return switch(lt(a, b), a, b)
    return min(stack(stretched(args)), axis=0)


def largest(*args: TensorLike) -> Variable:
    """The largest of tensors, element by element."""
    if len(args) == 2:
        a, b = (as_tensor(x) for x in args)
        return switch(gt(a, b), a, b)
    return max(stack(stretched(args)), axis=0)


def ceil_intdiv(a: TensorLike, b: TensorLike) -> Variable:
    """The quotient of whole numbers, rounded up."""
    quotient = int_div(a, b)
    return quotient + to_dtype(neq(mod(a, b), 0), quotient.dtype)


def mod_check(x: TensorLike, y: TensorLike) -> Variable:
    """The remainder of real numbers.

    Raises:
        wrong-dtype: one is complex.
    """
    a, b = as_tensor(x), as_tensor(y)
    if is_complex(a.dtype) or is_complex(b.dtype):
        raise Fault("wrong-dtype", "complex numbers leave no remainder")
    return mod(a, b)


def stacklists(arg: Any) -> Variable:
    """A tensor of a list of lists, to any depth, of tensors of one shape.

    >>> a = T.dscalar("a")
    >>> T.stacklists([[a, a], [a, a]]).type
    TensorType(dtype='float64', shape=(2, 2))
    """
    return as_tensor_variable(arg)


def makeKeepDims(x: TensorLike, y: TensorLike, axis: Any) -> Variable:
    """`y`, which is `x` without some axes, with these put back, each 1 long."""
    v = as_tensor(x)
    return restore(as_tensor(y), normal_axes(axis, v.ndim), v.ndim)


@define(".transfer")
def transfer(var: TensorLike, target: object = None) -> Variable:
    """The variable itself: there is one memory, that of the backend.

    Args:
        target: the name of a device, taken for Theano's sake.
    """
    del target
    return as_tensor(var)


@define(".fill")
def _fill_method(x: Variable, value: TensorLike) -> Variable:
    """`value` stretched to the shape of the variable."""
    return fill(x, value)
