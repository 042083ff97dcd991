"""Running sums and products: each element takes in all that come before it."""

from __future__ import annotations

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.surface import define
from teachgraph.core.types import TensorType, is_complex, same_length, upcast
from teachgraph.ops.base import (
    FIT,
    Array,
    Example,
    Gradients,
    TensorLike,
    as_tensor,
    ramp,
)
from teachgraph.ops.casting import cast
from teachgraph.ops.complexes import conj
from teachgraph.ops.moves import along, flip, roll
from teachgraph.ops.reshape import flatten
from teachgraph.ops.scalars import mul
from teachgraph.ops.shape import normal_axis
from teachgraph.ops.subscript import set_subtensor


class CumSum(Op):
    """The sum of each element and those before it along `axis`, in the dtype of `x`."""

    axis: int
    latex = r"\operatorname{{cumsum}}({0})"

    def infer(self, x: TensorType) -> TensorType:
        return x

    def numpy(self, x: Array) -> Array:
        with np.errstate(all="ignore"):
            return np.cumsum(x, axis=self.axis, dtype=x.dtype)

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        # Element k is in the sums k, k + 1, ...
        return (flip(CumSum(self.axis)(flip(g, self.axis)), self.axis),)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [
            (cls(0), (ramp(4),)),
            (cls(1), (ramp(2, 3, dtype="float32"),)),
            (cls(0), (ramp(3, 2, dtype="int32"),)),
            (cls(1), (ramp(2, 3, 2),)),
            (cls(0), (ramp(0),)),
        ]


class CumProd(Op):
    """The product of each element and those before it along `axis`, as `x` in dtype."""

    axis: int
    latex = r"\operatorname{{cumprod}}({0})"

    def infer(self, x: TensorType) -> TensorType:
        return x

    def numpy(self, x: Array) -> Array:
        with np.errstate(all="ignore"):
            return np.multiply.accumulate(x, self.axis, x.dtype)

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        # y_i = x_i y_{i-1} from y_{-1} = 1 on. Nothing is divided, so zeros do no harm.
        (x,) = inputs
        back = _sweep_back(x, g, self.axis)
        return (mul(back, _conj(_before(output, self.axis, 1))),)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [
            (cls(0), (ramp(4) + 0.3,)),
            (cls(1), (ramp(2, 3),)),
            (cls(0), (ramp(2, 3, dtype="float32"),)),
            (cls(1), (ramp(2, 3, dtype="int32"),)),
            (cls(0), (np.array([1.5, 0.0, 2.0, 0.0]),)),
        ]


class Recurrence(Op):
    """s_i = a_i s_{i-1} + b_i along `axis`, where nothing comes before the first.

    Running sums and products are of this form, and so are their derivatives.
    """

    axis: int
    latex = r"s_i = {0}_i s_{{i-1}} + {1}_i"

    def infer(self, a: TensorType, b: TensorType) -> TensorType:
        shape = (same_length(n, m, i) for i, (n, m) in enumerate(zip(a.shape, b.shape)))
        return TensorType(upcast(a.dtype, b.dtype), tuple(shape))

    def numpy(self, a: Array, b: Array) -> Array:
        out = np.array(b, dtype=upcast(str(a.dtype), str(b.dtype)))
        factors, sums = (np.moveaxis(t, self.axis, 0) for t in (a, out))
        with np.errstate(all="ignore"):
            for i in range(1, len(sums)):
                sums[i] += factors[i] * sums[i - 1]
        return out

    def grad(
        self, inputs: tuple[Variable, ...], output: Variable, g: Variable
    ) -> Gradients:
        a, b = inputs
        back = _sweep_back(a, g, self.axis)
        ga = mul(back, _conj(_before(output, self.axis, 0)))
        return FIT[0](ga, a), FIT[0](back, b)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [
            (cls(0), (ramp(4), ramp(4) + 1)),
            (cls(1), (ramp(2, 3), ramp(2, 3))),
            (cls(0), (ramp(3, 2, dtype="float32"), ramp(3, 2, dtype="float32"))),
            (cls(0), (ramp(0), ramp(0))),
        ]


def _sweep_back(a: Variable, g: Variable, axis: int) -> Variable:
    """t_i = g_i + a_{i+1} t_{i+1}: what reaches each turn from those behind it."""
    later = _before(flip(_conj(a), axis), axis, 0)
    return flip(Recurrence(axis)(later, flip(g, axis)), axis)


def _before(x: Variable, axis: int, first: int) -> Variable:
    """The element before each along an axis; `first` for the one before the first."""
    return set_subtensor(roll(x, 1, axis)[along(axis, slice(0, 1))], first)


def _conj(x: Variable) -> Variable:
    return conj(x) if is_complex(x.dtype) else x


def _prepared(x: TensorLike, axis: int | None) -> tuple[Variable, int]:
    v = as_tensor(x)
    v = cast(v, "int64") if v.dtype == "bool" else v
    return (flatten(v), 0) if axis is None else (v, normal_axis(axis, v.ndim))


@define(".cumsum", "np.cumsum")
def cumsum(x: TensorLike, axis: int | None = None) -> Variable:
    """The sum of each element and all before it, along an axis or of the flattened `x`.

    The dtype stays that of `x`, as in Theano; booleans are counted as int64.

    >>> T.cumsum([1, 2, 3]).eval()
    array([1, 3, 6])
    """
    v, at = _prepared(x, axis)
    return CumSum(at)(v)


@define(".cumprod", "np.cumprod")
def cumprod(x: TensorLike, axis: int | None = None) -> Variable:
    """The product of each element and all before it; see `cumsum`.

    >>> T.cumprod([1, 2, 3]).eval()
    array([1, 2, 6])
    """
    v, at = _prepared(x, axis)
    return CumProd(at)(v)
