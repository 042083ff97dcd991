"""The old interfaces to convolution: those of `nnet.conv` and of `signal.conv`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from teachgraph.core.graph import Variable
from teachgraph.core.report import Fault, Hint
from teachgraph.ops.base import TensorLike, as_tensor
from teachgraph.ops.conv import Conv
from teachgraph.ops.conv_gradients import known_filters
from teachgraph.ops.shape import dimshuffle
from teachgraph.ops.sliding import sliding


def conv2d(
    input: TensorLike,
    filters: TensorLike,
    image_shape: Sequence[Any] | None = None,
    filter_shape: Sequence[Any] | None = None,
    border_mode: str = "valid",
    subsample: Any = (1, 1),
    **kargs: Any,
) -> Variable:
    """Filters, turned round, slid over images; see `T.nnet.conv2d`, which does more.

    Args:
        input: float[batch, channels, rows, columns].
        filters: float[filters, channels, rows, columns].
        border_mode: "valid" or "full".
        kargs: advice of old programs on unrolling, which has no effect.
    """
    del kargs, image_shape
    x, w = as_tensor(input), known_filters(filters, filter_shape)
    return cast(Variable, Conv(sliding(2, border_mode, subsample))(x, w))


def signal_conv2d(
    input: TensorLike,
    filters: TensorLike,
    image_shape: Sequence[Any] | None = None,
    filter_shape: Sequence[Any] | None = None,
    border_mode: str = "valid",
    subsample: Any = (1, 1),
    **kargs: Any,
) -> Variable:
    """Pictures without channels, each convolved with each filter.

    Args:
        input: float[rows, columns] or float[batch, rows, columns].
        filters: float[rows, columns] or float[filters, rows, columns].
        border_mode: "valid" or "full", as in `scipy.signal.convolve2d`.

    Returns:
        float[batch, filters, rows, columns], without the axes that were not given.

    Raises:
        wrong-rank: there are channels, or only one axis.
    """
    del kargs, image_shape
    x, w = as_tensor(input), known_filters(filters, filter_shape)
    for v in (x, w):
        if v.ndim not in (2, 3):
            raise Fault(
                "wrong-rank",
                f"pictures have 2 axes, or 3 with a batch, not {v.type}",
                hints=(Hint("T.nnet.conv2d takes pictures with channels"),),
            )
    images = dimshuffle(x, *(["x"] * 2 if x.ndim == 2 else [0, "x"]), *_last(x))
    each = dimshuffle(w, *(["x"] * 2 if w.ndim == 2 else [0, "x"]), *_last(w))
    found = cast(Variable, Conv(sliding(2, border_mode, subsample))(images, each))
    kept = [0] * (x.ndim == 3) + [1] * (w.ndim == 3) + [2, 3]
    return dimshuffle(found, kept)


def _last(v: Variable) -> tuple[int, int]:
    return v.ndim - 2, v.ndim - 1
