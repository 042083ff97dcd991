"""Convolution of images and volumes, by Theano's names and arguments.

Images are (batch, channels, rows, columns), filters (filters, channels, rows, columns);
volumes have a depth before the rows. The filter is turned round unless `filter_flip` is
False.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from teachgraph.core.graph import Variable
from teachgraph.ops.alloc import lengths_of
from teachgraph.ops.base import TensorLike, as_tensor
from teachgraph.ops.conv import Conv
from teachgraph.ops.conv_gradients import (
    conv2d_grad_wrt_inputs,
    known_filters,
    no_local,
)
from teachgraph.ops.local import local_conv
from teachgraph.ops.sliding import check_rank, one_each, sliding

Shape = Sequence[Any] | None

__all__ = [
    "causal_conv1d",
    "conv2d",
    "conv2d_transpose",
    "conv3d",
    "separable_conv2d",
    "separable_conv3d",
]


def conv2d(
    input: TensorLike,
    filters: TensorLike,
    input_shape: Shape = None,
    filter_shape: Shape = None,
    border_mode: Any = "valid",
    subsample: Any = (1, 1),
    filter_flip: bool = True,
    image_shape: Shape = None,
    filter_dilation: Any = (1, 1),
    num_groups: int = 1,
    unshared: bool = False,
    **kwargs: Any,
) -> Variable:
    """Each filter slid over each image: float[batch, filters, rows, columns].

    Args:
        input: images, float[batch, channels, rows, columns].
        filters: float[filters, channels / num_groups, rows, columns]; with `unshared`
            float[filters, result rows, result columns, channels, rows, columns].
        input_shape: not needed; what is known of `input` is in its type.
        filter_shape: the lengths of the filters, None where one is not known; loops
            over a filter of known size are written out.
        border_mode: zeros around the images. "valid" none, "full" so that the filter
            overlaps at least once, "half" so that an odd filter leaves the size as it
            is; or a number, or for each axis a number or a pair (before, after).
        subsample: how far the filter moves each time.
        filter_flip: turn the filter round, as a convolution wants it; False correlates.
        image_shape: the old name of `input_shape`.
        filter_dilation: how far apart the elements of the filter lie on the image.
        num_groups: channels and filters fall into so many groups that do not meet.
        unshared: another filter at every place.
        kwargs: other arguments of old programs are accepted and have no effect.

    Raises:
        wrong-rank: there are not four axes.
        shape-mismatch: the numbers of channels differ.
        window-too-large: the filter does not fit into the image.

    Source: Dumoulin and Visin, arXiv 1603.07285.

    >>> images = T.dtensor4("images", shape=(None, 3, 28, 28))
    >>> filters = T.dtensor4("filters", shape=(8, 3, 5, 5))
    >>> T.nnet.conv2d(images, filters, border_mode="half").type
    TensorType(dtype='float64', shape=(None, 8, 28, 28))
    """
    del kwargs, image_shape, input_shape
    x, w = as_tensor(input), known_filters(filters, filter_shape)
    move = sliding(2, border_mode, subsample, filter_dilation)
    if unshared:
        return local_conv(x, w, move, num_groups, filter_flip)
    return cast(Variable, Conv(move, num_groups, filter_flip)(x, w))


def conv3d(
    input: TensorLike,
    filters: TensorLike,
    input_shape: Shape = None,
    filter_shape: Shape = None,
    border_mode: Any = "valid",
    subsample: Any = (1, 1, 1),
    filter_flip: bool = True,
    filter_dilation: Any = (1, 1, 1),
    num_groups: int = 1,
) -> Variable:
    """Each filter slid over each volume; arguments as `conv2d` with one axis more.

    Args:
        input: volumes, float[batch, channels, depth, rows, columns].
        filters: float[filters, channels / num_groups, depth, rows, columns].
    """
    del input_shape
    x, w = as_tensor(input), known_filters(filters, filter_shape)
    move = sliding(3, border_mode, subsample, filter_dilation)
    return cast(Variable, Conv(move, num_groups, filter_flip)(x, w))


def conv2d_transpose(
    input: TensorLike,
    filters: TensorLike,
    output_shape: Sequence[Any],
    filter_shape: Shape = None,
    border_mode: Any = "valid",
    input_dilation: Any = (1, 1),
    filter_flip: bool = True,
    filter_dilation: Any = (1, 1),
    num_groups: int = 1,
    unshared: bool = False,
) -> Variable:
    """The convolution that goes the other way: small images become large ones.

    Args:
        input: float[batch, input channels, rows, columns].
        filters: float[input channels, output channels, rows, columns].
        output_shape: of the result, as `input_shape` of `conv2d_grad_wrt_inputs`.
        input_dilation: the stride of the convolution that this one undoes.
    """
    return conv2d_grad_wrt_inputs(
        input,
        filters,
        output_shape,
        filter_shape,
        border_mode,
        input_dilation,
        filter_flip,
        filter_dilation,
        num_groups,
        unshared,
    )


def separable_conv2d(
    input: TensorLike,
    depthwise_filters: TensorLike,
    pointwise_filters: TensorLike,
    num_channels: int,
    input_shape: Shape = None,
    depthwise_filter_shape: Shape = None,
    pointwise_filter_shape: Shape = None,
    border_mode: Any = "valid",
    subsample: Any = (1, 1),
    filter_flip: bool = True,
    filter_dilation: Any = (1, 1),
) -> Variable:
    """Filters for each channel alone, then sums of channels at each place.

    Args:
        depthwise_filters: float[channels * n, 1, rows, columns].
        pointwise_filters: float[filters, channels * n, 1, 1].
        num_channels: of the images.
    """
    deep = conv2d(
        input,
        depthwise_filters,
        input_shape,
        depthwise_filter_shape,
        border_mode,
        subsample,
        filter_flip,
        filter_dilation=filter_dilation,
        num_groups=num_channels,
    )
    return conv2d(deep, pointwise_filters, filter_shape=pointwise_filter_shape)


def separable_conv3d(
    input: TensorLike,
    depthwise_filters: TensorLike,
    pointwise_filters: TensorLike,
    num_channels: int,
    input_shape: Shape = None,
    depthwise_filter_shape: Shape = None,
    pointwise_filter_shape: Shape = None,
    border_mode: Any = "valid",
    subsample: Any = (1, 1, 1),
    filter_flip: bool = True,
    filter_dilation: Any = (1, 1, 1),
) -> Variable:
    """As `separable_conv2d`, for volumes."""
    deep = conv3d(
        input,
        depthwise_filters,
        input_shape,
        depthwise_filter_shape,
        border_mode,
        subsample,
        filter_flip,
        filter_dilation,
        num_channels,
    )
    return conv3d(deep, pointwise_filters, filter_shape=pointwise_filter_shape)


def causal_conv1d(
    input: TensorLike,
    filters: TensorLike,
    filter_shape: Shape = None,
    input_shape: Shape = None,
    subsample: int = 1,
    filter_flip: bool = True,
    filter_dilation: int = 1,
    num_groups: int = 1,
    unshared: bool = False,
) -> Variable:
    """A convolution along time whose result at t depends on nothing later than t.

    Args:
        input: float[batch, channels, steps].
        filters: float[filters, channels / num_groups, steps].

    Source: van den Oord et al., WaveNet, arXiv 1609.03499, section 2.1.
    """
    del input_shape
    x, w = as_tensor(input), known_filters(filters, filter_shape)
    check_rank(x.type, 3, "sequences", ("batch", "channels", "steps"))
    if unshared:
        raise no_local("sequences")
    length = lengths_of(w)[2]
    apart = one_each(1, filter_dilation, "filter_dilation", 1)[0]
    if length.data is not None:
        border = ((apart * (int(length.data) - 1), 0),)
        move = sliding(1, border, subsample, filter_dilation)
        return cast(Variable, Conv(move, num_groups, filter_flip)(x, w))
    # With zeros on both sides, the results that look ahead are the last ones.
    move = sliding(1, "full", subsample, filter_dilation)
    both = cast(Variable, Conv(move, num_groups, filter_flip)(x, w))
    step = move.stride[0]
    return both[:, :, : (lengths_of(x)[2] + (step - 1)) // step]
