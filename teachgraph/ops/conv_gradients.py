"""The gradients of a convolution as functions of their own, by Theano's names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from teachgraph.core.graph import Variable
from teachgraph.core.report import Fault, Hint
from teachgraph.ops.alloc import as_length
from teachgraph.ops.base import TensorLike, as_tensor
from teachgraph.ops.conv import ConvInputs, ConvWeights
from teachgraph.ops.lengths import specify_shape
from teachgraph.ops.sliding import Sliding, sliding

Shape = Sequence[Any] | None

__all__ = [
    "conv2d_grad_wrt_inputs",
    "conv2d_grad_wrt_weights",
    "conv3d_grad_wrt_inputs",
    "conv3d_grad_wrt_weights",
]


def conv2d_grad_wrt_inputs(
    output_grad: TensorLike,
    filters: TensorLike,
    input_shape: Sequence[Any],
    filter_shape: Shape = None,
    border_mode: Any = "valid",
    subsample: Any = (1, 1),
    filter_flip: bool = True,
    filter_dilation: Any = (1, 1),
    num_groups: int = 1,
    unshared: bool = False,
) -> Variable:
    """The gradient of a convolution by its images, from that by its results.

    Args:
        output_grad: float[batch, filters, rows, columns].
        input_shape: the shape of the images; None where it follows from the rest, and
            whole numbers or int[] variables for rows and columns.

    Raises:
        shape-mismatch: a convolution of such images would have other results.
    """
    move = sliding(2, border_mode, subsample, filter_dilation)
    settings = move, num_groups, filter_flip, unshared
    return grad_wrt_inputs(output_grad, filters, input_shape, filter_shape, *settings)


def conv3d_grad_wrt_inputs(
    output_grad: TensorLike,
    filters: TensorLike,
    input_shape: Sequence[Any],
    filter_shape: Shape = None,
    border_mode: Any = "valid",
    subsample: Any = (1, 1, 1),
    filter_flip: bool = True,
    filter_dilation: Any = (1, 1, 1),
    num_groups: int = 1,
) -> Variable:
    """As `conv2d_grad_wrt_inputs`, for volumes."""
    move = sliding(3, border_mode, subsample, filter_dilation)
    settings = move, num_groups, filter_flip, False
    return grad_wrt_inputs(output_grad, filters, input_shape, filter_shape, *settings)


def grad_wrt_inputs(
    output_grad: TensorLike,
    filters: TensorLike,
    input_shape: Sequence[Any],
    filter_shape: Shape,
    move: Sliding,
    num_groups: int,
    filter_flip: bool,
    unshared: bool,
) -> Variable:
    """The gradient by images; of `input_shape`, the spatial axes are needed."""
    g, w = as_tensor(output_grad), known_filters(filters, filter_shape)
    if unshared:
        raise no_local("images")
    lengths = [as_length(n) for n in list(input_shape)[-move.ndim :]]
    op = ConvInputs(move, num_groups, filter_flip)
    return cast(Variable, op(w, g, *lengths))


def conv2d_grad_wrt_weights(
    input: TensorLike,
    output_grad: TensorLike,
    filter_shape: Sequence[Any],
    input_shape: Shape = None,
    border_mode: Any = "valid",
    subsample: Any = (1, 1),
    filter_flip: bool = True,
    filter_dilation: Any = (1, 1),
    num_groups: int = 1,
    unshared: bool = False,
) -> Variable:
    """The gradient of a convolution by its filters, from that by its results.

    Args:
        input: images, float[batch, channels, rows, columns].
        output_grad: float[batch, filters, rows, columns].
        filter_shape: the shape of the filters; None where it follows from the rest,
            and whole numbers or int[] variables for rows and columns.
    """
    del input_shape
    move = sliding(2, border_mode, subsample, filter_dilation)
    settings = move, num_groups, filter_flip, unshared
    return grad_wrt_weights(input, output_grad, filter_shape, *settings)


def conv3d_grad_wrt_weights(
    input: TensorLike,
    output_grad: TensorLike,
    filter_shape: Sequence[Any],
    input_shape: Shape = None,
    border_mode: Any = "valid",
    subsample: Any = (1, 1, 1),
    filter_flip: bool = True,
    filter_dilation: Any = (1, 1, 1),
    num_groups: int = 1,
) -> Variable:
    """As `conv2d_grad_wrt_weights`, for volumes."""
    del input_shape
    move = sliding(3, border_mode, subsample, filter_dilation)
    settings = move, num_groups, filter_flip, False
    return grad_wrt_weights(input, output_grad, filter_shape, *settings)


def grad_wrt_weights(
    input: TensorLike,
    output_grad: TensorLike,
    filter_shape: Sequence[Any],
    move: Sliding,
    num_groups: int,
    filter_flip: bool,
    unshared: bool,
) -> Variable:
    """The gradient by filters; of `filter_shape`, the spatial axes are needed."""
    x, g = as_tensor(input), as_tensor(output_grad)
    if unshared:
        raise no_local("filters")
    lengths = [as_length(n) for n in list(filter_shape)[-move.ndim :]]
    op = ConvWeights(move, num_groups, filter_flip)
    return cast(Variable, op(x, g, *lengths))


def known_filters(x: TensorLike, shape: Shape) -> Variable:
    """The filters, with the lengths that the caller says they have."""
    v = as_tensor(x)
    if shape is None:
        return v
    if len(shape) != v.ndim:
        raise Fault(
            "wrong-rank",
            f"filter_shape has {len(shape)} lengths, the filters are {v.type}",
        )
    told = [_constant(n) for n in shape]
    news = [
        n if isinstance(n, int) and known is None else None
        for n, known in zip(told, v.type.shape, strict=True)
    ]
    return specify_shape(v, news) if any(n is not None for n in news) else v


def _constant(n: Any) -> int | None:
    value = n.data if isinstance(n, Variable) else n
    return None if value is None else int(value)


def no_local(what: str) -> Fault:
    """What to say of a function that takes no unshared filters."""
    return Fault(
        "wrong-value",
        f"with unshared filters, this function is not defined for {what}",
        hints=(Hint("write the convolution with unshared=True and take T.grad of it"),),
    )
