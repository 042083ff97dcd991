"""`Assert`: a value that is only handed on if conditions hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.report import Fault, Hint
from teachgraph.core.types import TensorType
from teachgraph.ops.base import Array, Example, Gradients, as_tensor, ramp


class Assert(Op):
    """The first input as it is; AssertionError with `msg` if one of the others is 0.

    >>> x = T.dvector("x")
    >>> y = Assert("x must not be empty")(x, x.size > 0)

    Nothing is checked where no output needs the value.
    """

    msg: str = "a condition does not hold"

    effects = True
    latex = "{0}"

    def infer(self, value: TensorType, *conditions: TensorType) -> TensorType:
        for n, condition in enumerate(conditions):
            if condition.ndim:
                raise Fault(
                    "wrong-rank",
                    f"condition {n} of an Assert is {condition}, not one number",
                    hints=(Hint("make one number of it", "condition.all()"),),
                )
        return value

    def numpy(self, value: Array, *conditions: Array) -> Array:
        if not all(np.all(c) for c in conditions):
            raise AssertionError(self.msg)
        return value

    def grad(
        self, inputs: Sequence[Variable], output: Variable, g: Variable
    ) -> Gradients:
        return (g, *(None for _ in inputs[1:]))

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        true, one = np.array(True), np.array(1.0)
        return [(cls(), (ramp(2, 3), true)), (cls("small"), (ramp(3), true, one))]


assert_op = Assert()
"""`assert_op(value, *conditions)`."""


def assert_(value: Any, *conditions: Any) -> Variable:
    """`value` as it is, with an error when it runs if a condition is 0."""
    return assert_op(as_tensor(value), *map(as_tensor, conditions))
