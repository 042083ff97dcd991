"""Pooling whose windows are variables: their sizes come with the call.

The inputs are `x`, then the window, the stride and the pad: whole numbers, one for each
of the last axes. There are no loops to write before the sizes are known: NumPy does it,
as `Pool` and its ways back do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.report import Fault
from teachgraph.core.types import Operand, TensorType, is_continuous, is_integer
from teachgraph.ops.base import FIT, Array, Example, Gradients, ramp
from teachgraph.ops.pool import MaxPoolGrad, MaxPoolTangent, Pool, PoolSpread
from teachgraph.ops.poolwindow import Mode
from teachgraph.ops.sliding import one_each


class GivenWindow(Op, abstract=True):
    """What the two ops share.

    Fields:
        axes: the number of axes that are pooled.
        ignore_border, mode: as in `Pool`.
    """

    axes: int
    ignore_border: bool = True
    mode: Mode = "max"

    def fields(self, window: Array, stride: Array, pad: Array) -> dict[str, Any]:
        """The fields of the op with a known window.

        Raises:
            wrong-value: a size or a stride is no positive number.
        """
        return {
            "window": one_each(self.axes, window.tolist(), "ws", 1),
            "stride": one_each(self.axes, stride.tolist(), "stride", 1),
            "pad": one_each(self.axes, pad.tolist(), "pad", 0),
            "ignore_border": self.ignore_border,
            "mode": self.mode,
        }

    def check(self, x: TensorType, *sizes: TensorType) -> None:
        """Whether the axes are there, and the sizes vectors of whole numbers."""
        if x.ndim < self.axes:
            raise Fault(
                "wrong-rank",
                f"pooling goes over the last {self.axes} axes, {x} has {x.ndim}",
            )
        for name, t in zip(("ws", "stride", "pad"), sizes):
            if t.ndim != 1 or not is_integer(t.dtype):
                raise Fault("wrong-value", f"{name} is whole numbers, not {t}")


def _numbers(value: Any) -> list[int] | None:
    """The sizes, if all of them are known."""
    if not isinstance(value, tuple):
        return None
    listed = list(cast(Sequence[Any], value))
    return listed if all(isinstance(n, int) for n in listed) else None


class PoolGiven(GivenWindow):
    """One number for each window on the last axes: `Pool` by a window that is given."""

    latex = r"\operatorname{{pool}}_{{{1}}}({0})"

    reads_values = True

    def infer(self, x: Operand, *sizes: Operand) -> TensorType:
        self.check(x.type, *(n.type for n in sizes))
        known = [_numbers(n.value) for n in sizes]
        if None not in known:
            return Pool(**self.fields(*map(np.array, known))).infer(x.type)
        lead = x.type.shape[: x.type.ndim - self.axes]
        return TensorType(x.type.dtype, (*lead, *[None] * self.axes))

    def numpy(self, x: Array, window: Array, stride: Array, pad: Array) -> Array:
        return Pool(**self.fields(window, stride, pad)).numpy(x)

    def grad(
        self, inputs: tuple[Variable, ...], output: Variable, g: Variable
    ) -> Gradients:
        x = inputs[0]
        if not is_continuous(x.dtype):
            return (None,) * 4
        back = PoolGivenGrad(**self.attributes())(*inputs, output, g)
        return FIT[0](cast(Variable, back), x), None, None, None

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        sizes = np.array([2, 3]), np.array([1, 2]), np.array([0, 0])
        return [
            (cls(2), (ramp(2, 5, 6), *sizes)),
            (cls(2, False, "sum"), (ramp(5, 6), *sizes)),
            (cls(2, True, "average_exc_pad"), (ramp(5, 6), *sizes[:2], sizes[2] + 1)),
        ]


class PoolGivenGrad(GivenWindow):
    """The gradient of `PoolGiven`; further inputs are its result and that's gradient.

    With `forward` and for the largest: how the result moves when `x` moves along the
    last input.
    """

    forward: bool = False
    latex = r"\operatorname{{pool}}_{{{1}}}'({0})^\top {5}"

    def infer(self, x: TensorType, *more: TensorType) -> TensorType:
        self.check(x, *more[:3])
        y, g = more[3:]
        return TensorType(g.dtype, y.shape if self.forward else x.shape)

    def numpy(self, x: Array, *more: Array) -> Array:
        window, stride, pad, y, g = more
        fields = self.fields(window, stride, pad)
        if self.mode == "max":
            largest = MaxPoolTangent if self.forward else MaxPoolGrad
            return largest(**fields).numpy(x, y, g)
        lengths = map(np.asarray, x.shape[x.ndim - self.axes :])
        return PoolSpread(**fields).numpy(g, *lengths)

    def grad(
        self, inputs: tuple[Variable, ...], output: Variable, g: Variable
    ) -> Gradients:
        *given, y, back = inputs
        fields: dict[str, Any] = self.attributes()
        if self.mode == "max":
            fields["forward"] = not self.forward
            result = PoolGivenGrad(**fields)(*given, y, g)
        else:
            del fields["forward"]
            result = PoolGiven(**fields)(g, *given[1:])
        return (*[None] * (len(inputs) - 1), FIT[0](cast(Variable, result), back))

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        found: list[Example] = []
        for op, arrays in PoolGiven.examples():
            fields: dict[str, Any] = op.attributes()
            y = np.asarray(op.numpy(*arrays))
            found.append((cls(**fields), (*arrays, y, ramp(*y.shape))))
            if fields["mode"] == "max":
                moved = ramp(*arrays[0].shape) + 1
                fields["forward"] = True
                found.append((cls(**fields), (*arrays, y, moved)))
        return found
