"""Ops that change nothing but the gradient that passes through them.

`disconnected_grad`, `zero_grad` and `consider_constant` stand in `casting`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.types import TensorType
from teachgraph.kernel.ir import Expr
from teachgraph.ops.base import (
    Array,
    Example,
    Gradients,
    Index,
    Source,
    Target,
    TensorLike,
    as_tensor,
    ramp,
)
from teachgraph.ops.scalars import clip


class GradScale(Op):
    """The elements as they are; the gradient is multiplied by `multiplier`."""

    multiplier: float
    latex = "{0}"

    def infer(self, x: TensorType) -> TensorType:
        return x

    def numpy(self, x: Array) -> Array:
        return x.copy()

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        return (g * np.asarray(self.multiplier, g.dtype),)

    def lower(self, out: Target, index: Index, x: Source) -> Expr:
        return x[index]

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [(cls(1.0), (ramp(2, 3),)), (cls(1.0), (ramp(),))]


class GradClip(Op):
    """The elements as they are; the gradient is clipped to two bounds."""

    lower_bound: float
    upper_bound: float
    latex = "{0}"

    def infer(self, x: TensorType) -> TensorType:
        return x

    def numpy(self, x: Array) -> Array:
        return x.copy()

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        low = np.asarray(self.lower_bound, g.dtype)
        high = np.asarray(self.upper_bound, g.dtype)
        return (clip(g, low, high),)

    def R_op(self, inputs: Sequence[Variable], points: Sequence[Variable]) -> Any:
        """How the output moves: as the input; only gradients are clipped."""
        return list(points)

    def lower(self, out: Target, index: Index, x: Source) -> Expr:
        return x[index]

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [(cls(-9.0, 9.0), (ramp(2, 3),)), (cls(-9.0, 9.0), (ramp(),))]


def grad_scale(x: TensorLike, multiplier: float) -> Variable:
    """`x`, through which gradients go multiplied; -1 turns them around.

    >>> x = T.dscalar("x")
    >>> tg.grad(T.grad_scale(x, -1) ** 2, x).eval({x: 5.0})
    array(-10.)
    """
    return GradScale(float(multiplier))(as_tensor(x))


def grad_clip(x: TensorLike, lower_bound: float, upper_bound: float) -> Variable:
    """`x`, through which gradients go clipped to two bounds, element by element.

    >>> x = T.dscalar("x")
    >>> tg.grad(T.grad_clip(x, -1, 1) ** 2, x).eval({x: 5.0})
    array(1.)
    """
    return GradClip(float(lower_bound), float(upper_bound))(as_tensor(x))
