"""Op classes of Theano's own: those programs derive from, and `PdbBreakpoint`."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from teachgraph.ops.base import as_tensor
from teachgraph.ops.elementwise import Elementwise
from teachgraph.theano.own_ops import Apply, Op
from teachgraph.theano.scalar_ops import ScalarOp


class ViewOp(Op):
    """The value as it is; a derived class changes the gradient."""

    __props__ = ()

    def make_node(self, *inputs: Any) -> Any:
        """The op applied to a variable."""
        (x,) = inputs
        return Apply(self, [x], [x.type()])

    def perform(self, node: Any, inputs: Any, output_storage: Any) -> None:
        """Hand the value on."""
        output_storage[0][0] = inputs[0]

    def infer_shape(self, node: Any, input_shapes: Any) -> Any:
        """The shape of the input."""
        return input_shapes

    def grad(self, inputs: Any, *more: Any) -> Any:
        """The gradient as it is."""
        return more[-1]


class DeepCopyOp(ViewOp):
    """A copy of the value; values here are never changed, so it can be the value."""

    def __str__(self) -> str:
        return "DeepCopyOp"


view_op, deep_copy_op = ViewOp(), DeepCopyOp()


class PdbBreakpoint(Op):
    """Values as they are; opens the debugger where a condition holds.

    >>> x, y = T.dvectors("x", "y")
    >>> x, y = PdbBreakpoint("too big")(T.gt(x.max(), 10), x, y)
    """

    __props__ = ("name",)

    def __init__(self, name: str = ""):
        super().__init__()
        vars(self)["name"] = name

    def make_node(self, *inputs: Any) -> Any:
        """The op applied to a condition and to variables."""
        condition, *monitored = (as_tensor(v) for v in inputs)
        kinds = [v.type() for v in monitored]
        return Apply(self, [condition, *monitored], kinds)

    def perform(self, node: Any, inputs: Any, output_storage: Any) -> None:
        """Hand the values on; stop where the condition holds."""
        condition, *values = inputs
        for cell, value in zip(output_storage, values, strict=True):
            cell[0] = value
        if np.all(condition):
            name = vars(self)["name"]
            sys.stdout.write(f"breakpoint {name!r}: the values are in `values`\n")
            breakpoint()  # the debugger is what the user asked for

    def grad(self, inputs: Any, *more: Any) -> Any:
        """The gradients as they are; the condition has none."""
        return [inputs[0].zeros_like(dtype="float64"), *more[-1]]


class _ElemwiseKind(type(Op)):
    """Every elementwise op is an instance of Theano's `Elemwise`."""

    def __instancecheck__(cls, instance: Any) -> bool:
        if cls is Elemwise and isinstance(instance, Elementwise | ScalarOp):
            return True
        return type.__instancecheck__(cls, instance)


class Elemwise(Op, metaclass=_ElemwiseKind):
    """A scalar function on each element; programs derive classes from it."""

    __props__ = ("scalar_op",)
    scalar_op: Any = None

    def __new__(cls, scalar_op: Any = None, *args: Any, **options: Any) -> Any:
        """The op itself, if it is of no derived class."""
        del args, options
        return scalar_op if cls is Elemwise else super().__new__(cls)

    def __init__(self, scalar_op: Any = None, *args: Any, **options: Any):
        super().__init__()
        del args, options
        vars(self)["scalar_op"] = scalar_op

    def make_node(self, *inputs: Any) -> Any:
        """The op applied to variables."""
        node = self.scalar_op.make(*inputs)
        return Apply(self, list(node.inputs), [v.type() for v in node.outputs])

    def perform(self, node: Any, inputs: Any, output_storage: Any) -> None:
        """What the scalar function gives."""
        output_storage[0][0] = np.asarray(self.scalar_op.numpy(*inputs))

    def grad(self, inputs: Any, *more: Any) -> Any:
        """The gradients of the scalar function."""
        given, (g,) = tuple(inputs), more[-1]
        return self.scalar_op.grad(given, self.scalar_op(*given), g)
