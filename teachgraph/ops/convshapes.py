"""Lengths of what convolutions make, for programs that work them out beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from teachgraph.core.report import Fault
from teachgraph.ops.sliding import Sliding, sliding

Shape = Sequence[Any]

__all__ = [
    "border_mode_to_pad",
    "check_conv_gradinputs_shape",
    "get_conv_gradinputs_shape",
    "get_conv_gradinputs_shape_1axis",
    "get_conv_gradweights_shape",
    "get_conv_gradweights_shape_1axis",
    "get_conv_output_shape",
    "get_conv_shape_1axis",
]


def get_conv_shape_1axis(
    image_shape: Any,
    kernel_shape: Any,
    border_mode: Any,
    subsample: Any,
    dilation: Any = 1,
) -> Any:
    """The length of a result along one axis.

    Args:
        image_shape, kernel_shape: lengths: numbers, int[] variables, or None.
        border_mode: "valid", "half", "full", a number, or a pair (before, after).

    Returns:
        A number, a variable, or None if one of the arguments is None.
    """
    if None in (border_mode, subsample, dilation):
        return None
    return _one(border_mode, subsample, dilation).count(0, image_shape, kernel_shape)


def get_conv_output_shape(
    image_shape: Shape,
    kernel_shape: Shape,
    border_mode: Any,
    subsample: Shape,
    filter_dilation: Shape | None = None,
) -> tuple[Any, ...]:
    """The shape of a result: batch, filters, and the spatial lengths.

    Args:
        image_shape: batch, channels, spatial lengths; numbers, variables or None.
        kernel_shape: filters, channels, spatial lengths.
    """
    lengths = _each_axis(
        get_conv_shape_1axis,
        image_shape[2:],
        kernel_shape[len(kernel_shape) - len(subsample) :],
        border_mode,
        subsample,
        filter_dilation,
    )
    return (image_shape[0], kernel_shape[0], *lengths)


def get_conv_gradinputs_shape_1axis(
    kernel_shape: Any, top_shape: Any, border_mode: Any, subsample: Any, dilation: Any
) -> Any:
    """The length of an image along one axis; None with a stride, which hides it."""
    given = (kernel_shape, top_shape, border_mode, subsample, dilation)
    if any(n is None for n in given) or subsample != 1:
        return None
    window = _one(border_mode, 1, dilation)
    left, right = window.around(0, kernel_shape)
    return top_shape + window.span(0, kernel_shape) - 1 - left - right


def get_conv_gradinputs_shape(
    kernel_shape: Shape,
    top_shape: Shape,
    border_mode: Any,
    subsample: Shape,
    filter_dilation: Shape | None = None,
    num_groups: int = 1,
) -> tuple[Any, ...]:
    """The shape of the images that a convolution had."""
    channels = kernel_shape[1]
    lengths = _each_axis(
        get_conv_gradinputs_shape_1axis,
        kernel_shape[len(kernel_shape) - len(subsample) :],
        top_shape[2:],
        border_mode,
        subsample,
        filter_dilation,
    )
    channels = channels if channels is None else channels * num_groups
    return (top_shape[0], channels, *lengths)


def get_conv_gradweights_shape_1axis(
    image_shape: Any, top_shape: Any, border_mode: Any, subsample: Any, dilation: Any
) -> Any:
    """The length of a filter along one axis; None with a stride, or for "half"."""
    given = (image_shape, top_shape, border_mode, subsample, dilation)
    if any(n is None for n in given) or subsample != 1 or border_mode == "half":
        return None
    if border_mode == "full":
        rest = top_shape - image_shape
    else:
        left, right = _one(border_mode, 1, 1).around(0, 1)
        rest = image_shape + left + right - top_shape
    return rest // dilation + 1 if dilation != 1 else rest + 1


def get_conv_gradweights_shape(
    image_shape: Shape,
    top_shape: Shape,
    border_mode: Any,
    subsample: Shape,
    filter_dilation: Shape | None = None,
    num_groups: int = 1,
    unshared: bool = False,
) -> tuple[Any, ...]:
    """The shape of the filters that a convolution had."""
    filters, channels = top_shape[1], image_shape[1]
    channels = channels if channels is None else channels // num_groups
    lengths = _each_axis(
        get_conv_gradweights_shape_1axis,
        image_shape[2:],
        top_shape[2:],
        border_mode,
        subsample,
        filter_dilation,
    )
    places = tuple(top_shape[2:]) if unshared else ()
    return (filters, *places, channels, *lengths)


def check_conv_gradinputs_shape(
    image_shape: Shape,
    kernel_shape: Shape,
    output_shape: Shape,
    border_mode: Any,
    subsample: Shape,
    filter_dilation: Shape | None = None,
) -> bool:
    """False if such images and filters are known to give another result."""
    ranks = {len(image_shape), len(kernel_shape), len(output_shape), len(subsample) + 2}
    if len(ranks) != 1:
        return False
    found = get_conv_output_shape(
        image_shape, kernel_shape, border_mode, subsample, filter_dilation
    )
    known = zip(found, output_shape, strict=True)
    return all(a == b for a, b in known if isinstance(a, int) and isinstance(b, int))


def border_mode_to_pad(mode: Any, convdim: int, kshp: Shape) -> tuple[Any, ...]:
    """The zeros before and after each axis, for filters of lengths `kshp`."""
    window = sliding(convdim, mode)
    return tuple(window.around(axis, n) for axis, n in enumerate(kshp))


def _one(border_mode: Any, subsample: Any, dilation: Any) -> Sliding:
    """The window along a single axis."""
    mode: Any = border_mode
    if isinstance(border_mode, list | tuple):
        mode = (cast(Shape, border_mode),)
    return sliding(1, mode, subsample, dilation)


def _each_axis(
    length: Any, first: Shape, second: Shape, border: Any, steps: Shape, apart: Any
) -> list[Any]:
    several = isinstance(border, list | tuple)
    modes = list(cast(Shape, border)) if several else [border] * len(steps)
    apart = [1] * len(steps) if apart is None else list(apart)
    if not len(first) == len(second) == len(modes) == len(steps) == len(apart):
        raise Fault(
            "wrong-value",
            f"{len(steps)} strides do not go with {len(first)} lengths of images, "
            f"{len(second)} of filters and {len(modes)} borders",
        )
    return [length(*parts) for parts in zip(first, second, modes, steps, apart)]
