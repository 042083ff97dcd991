"""Batch normalization: mean 0 and variance 1 over a batch, then a scale and a shift.

Source: Ioffe and Szegedy, arXiv 1502.03167, algorithm 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.report import Fault, Hint
from teachgraph.ops.alloc import lengths_of
from teachgraph.ops.base import TensorLike, as_tensor, like
from teachgraph.ops.casting import cast as cast_to
from teachgraph.ops.lengths import addbroadcast
from teachgraph.ops.scalars import sqr, sqrt
from teachgraph.ops.shape import dimshuffle
from teachgraph.ops.statistics import mean as mean_of

__all__ = [
    "batch_normalization",
    "batch_normalization_test",
    "batch_normalization_train",
]

LEAST = 1e-5
"""The smallest `epsilon`; rounded to float32 it is a little less."""


def batch_normalization(
    inputs: TensorLike,
    gamma: TensorLike,
    beta: TensorLike,
    mean: TensorLike,
    std: TensorLike,
    mode: str = "low_mem",
) -> Variable:
    """(inputs - mean) gamma / std + beta, with all as wide as `inputs` or 1.

    Args:
        mode: "low_mem" or "high_mem"; of no effect.
    """
    if mode not in ("low_mem", "high_mem"):
        raise Fault("wrong-value", f"mode is 'low_mem' or 'high_mem', not {mode!r}")
    x, g, b, m, s = map(as_tensor, (inputs, gamma, beta, mean, std))
    return (x - m) * (g / s) + b


def batch_normalization_train(
    inputs: TensorLike,
    gamma: TensorLike,
    beta: TensorLike,
    axes: Any = "per-activation",
    epsilon: float = 1e-4,
    running_average_factor: TensorLike = 0.1,
    running_mean: TensorLike | None = None,
    running_var: TensorLike | None = None,
) -> tuple[Variable, ...]:
    """Normalize by the mean and variance of this very batch.

    Args:
        inputs: float[batch, ...].
        gamma, beta: scale and shift; 1 long on the normalized axes, or without them.
        axes: "per-activation" (the batch alone), "spatial" (all but the channels), or
            a tuple.
        epsilon: added to the variance, at least 1e-5.
        running_average_factor: how fast the running averages follow.
        running_mean, running_var: averages so far, in the form of `gamma`.

    Returns:
        The normalized inputs, the mean, 1 / sqrt(variance + epsilon); and if they were
        given, the running averages after this batch. The running variance is without
        bias: it is that of the batch times m / (m - 1) for m numbers.

    Source: Ioffe and Szegedy, arXiv 1502.03167.

    >>> x = T.dmatrix("x")
    >>> out, mean, scale = T.nnet.batch_normalization_train(x, np.ones(2), np.zeros(2))
    >>> mean.eval({x: [[0.0, 4.0], [2.0, 8.0]]})
    array([1., 6.])
    """
    x = as_tensor(inputs)
    over = _axes(axes, x.ndim)
    form = _Form(x, over, as_tensor(gamma).ndim)
    scale, shift = form.wide(gamma, "gamma"), form.wide(beta, "beta")
    mean = mean_of(x, axis=over, keepdims=True)
    variance = mean_of(sqr(x - mean), axis=over, keepdims=True)
    inverse = 1 / sqrt(variance + like(_epsilon(epsilon), x))
    out = (x - mean) * (scale * inverse) + shift
    found = [out, form.narrow(mean), form.narrow(inverse)]
    if (running_mean is None) != (running_var is None):
        raise Fault(
            "wrong-value", "running_mean and running_var are given both, or neither"
        )
    if running_mean is not None and running_var is not None:
        part = cast_to(as_tensor(running_average_factor), x.dtype)
        count = cast_to(_number(x, over), x.dtype)
        old_mean = form.wide(running_mean, "running_mean")
        old_variance = form.wide(running_var, "running_var")
        unbiased = variance * (count / (count - 1))
        found += [
            form.narrow(old_mean * (1 - part) + mean * part),
            form.narrow(old_variance * (1 - part) + unbiased * part),
        ]
    return tuple(found)


def batch_normalization_test(
    inputs: TensorLike,
    gamma: TensorLike,
    beta: TensorLike,
    mean: TensorLike,
    var: TensorLike,
    axes: Any = "per-activation",
    epsilon: float = 1e-4,
) -> Variable:
    """Normalize by a mean and a variance that are given, from training mostly.

    Arguments are those of `batch_normalization_train`.
    """
    x = as_tensor(inputs)
    form = _Form(x, _axes(axes, x.ndim), as_tensor(gamma).ndim)
    scale, shift = form.wide(gamma, "gamma"), form.wide(beta, "beta")
    center, variance = form.wide(mean, "mean"), form.wide(var, "var")
    root = sqrt(variance + like(_epsilon(epsilon), x))
    return (x - center) * (scale / root) + shift


class _Form:
    """Parameters with all axes of the inputs, or without those that are normalized."""

    def __init__(self, x: Variable, axes: tuple[int, ...], ndim: int):
        self.x, self.axes, self.ndim = x, axes, ndim
        self.kept = [a for a in range(x.ndim) if a not in axes]
        if ndim not in (x.ndim, len(self.kept)):
            self._complain("gamma", ndim)

    def wide(self, p: TensorLike, name: str) -> Variable:
        """The parameter with all axes, to be stretched over the inputs."""
        v = as_tensor(p)
        if v.ndim != self.ndim:
            self._complain(name, v.ndim)
        if self.ndim == self.x.ndim:
            return addbroadcast(v, *self.axes)
        order = [
            self.kept.index(a) if a in self.kept else "x" for a in range(self.x.ndim)
        ]
        return dimshuffle(v, order)

    def narrow(self, v: Variable) -> Variable:
        """A statistic in the form in which parameters are given."""
        return v if self.ndim == self.x.ndim else dimshuffle(v, self.kept)

    def _complain(self, name: str, ndim: int) -> None:
        raise Fault(
            "wrong-rank",
            f"{name} has {len(self.kept)} or {self.x.ndim} axes here, not {ndim}",
            hints=(
                Hint(
                    "give all parameters one form: with or without the normalized axes"
                ),
            ),
        )


def _axes(axes: Any, ndim: int) -> tuple[int, ...]:
    if axes == "per-activation":
        return (0,)
    if axes == "spatial":
        return (0, *range(2, ndim))
    several = isinstance(axes, list | tuple | np.ndarray)
    found = tuple(sorted(int(a) for a in cast(Sequence[Any], axes))) if several else ()
    if not found or min(found) < 0 or max(found) >= ndim:
        raise Fault(
            "wrong-value",
            "axes are 'per-activation', 'spatial', or some of 0 to "
            f"{ndim - 1}, not {axes!r}",
        )
    return found


def _epsilon(epsilon: float) -> float:
    if np.float64(epsilon) < LEAST * (1 - 1e-6):
        raise Fault("wrong-value", f"epsilon is at least 1e-5, not {epsilon}")
    return float(epsilon)


def _number(x: Variable, axes: tuple[int, ...]) -> Variable:
    """How many numbers a mean is made of."""
    lengths = lengths_of(x)
    total = lengths[axes[0]]
    for axis in axes[1:]:
        total = total * lengths[axis]
    return total
