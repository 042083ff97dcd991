"""Convolutions as objects that are set up first and applied later, as Theano has them.

>>> move = dict(subsample=(2, 2), border_mode="half")
>>> AbstractConv2d(**move)(T.tensor4(), T.tensor4()).ndim
4
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, cast

from teachgraph.core.graph import Variable
from teachgraph.ops.base import TensorLike, as_tensor
from teachgraph.ops.conv import Conv
from teachgraph.ops.conv_gradients import (
    grad_wrt_inputs,
    grad_wrt_weights,
    known_filters,
)
from teachgraph.ops.local import local_conv
from teachgraph.ops.sliding import Sliding, sliding

__all__ = [
    "AbstractConv",
    "AbstractConv2d",
    "AbstractConv2d_gradInputs",
    "AbstractConv2d_gradWeights",
    "AbstractConv3d",
    "AbstractConv3d_gradInputs",
    "AbstractConv3d_gradWeights",
    "AbstractConv_gradInputs",
    "AbstractConv_gradWeights",
    "BaseAbstractConv",
]


@dataclass(frozen=True)
class BaseAbstractConv:
    """What a convolution is set up with.

    `imshp` and `kshp` are the shapes of images and filters as far as they are known;
    the other fields are the arguments of `conv2d`.
    """

    convdim: ClassVar[int] = 2
    imshp: Sequence[Any] | None = None
    kshp: Sequence[Any] | None = None
    border_mode: Any = "valid"
    subsample: Any = None
    filter_flip: bool = True
    filter_dilation: Any = None
    num_groups: int = 1
    unshared: bool = False
    sliding: Sliding = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        steps = 1 if self.subsample is None else self.subsample
        apart = 1 if self.filter_dilation is None else self.filter_dilation
        move = sliding(self.convdim, self.border_mode, steps, apart)
        object.__setattr__(self, "sliding", move)


class AbstractConv(BaseAbstractConv):
    """A convolution: `op(images, filters)`."""

    def __call__(self, img: TensorLike, kern: TensorLike) -> Variable:
        """The convolution of images with filters."""
        x, w = as_tensor(img), known_filters(kern, self.kshp)
        if self.unshared:
            return local_conv(x, w, self.sliding, self.num_groups, self.filter_flip)
        op = Conv(self.sliding, self.num_groups, self.filter_flip)
        return cast(Variable, op(x, w))


class AbstractConv_gradInputs(BaseAbstractConv):
    """The gradient of a convolution by its images: `op(filters, results, lengths)`."""

    def __call__(
        self,
        kern: TensorLike,
        topgrad: TensorLike,
        shape: Any,
        add_assert_shape: bool = True,
    ) -> Variable:
        """Images of these spatial lengths."""
        del add_assert_shape
        settings = self.sliding, self.num_groups, self.filter_flip, self.unshared
        lengths = _lengths(shape, self.convdim)
        return grad_wrt_inputs(topgrad, kern, lengths, self.kshp, *settings)


class AbstractConv_gradWeights(BaseAbstractConv):
    """The gradient of a convolution by its filters: `op(images, results, lengths)`."""

    def __call__(
        self,
        img: TensorLike,
        topgrad: TensorLike,
        shape: Any,
        add_assert_shape: bool = True,
    ) -> Variable:
        """Filters of these spatial lengths."""
        del add_assert_shape
        settings = self.sliding, self.num_groups, self.filter_flip, self.unshared
        lengths = _lengths(shape, self.convdim)
        return grad_wrt_weights(img, topgrad, lengths, *settings)


class AbstractConv2d(AbstractConv):
    """A convolution of images."""


class AbstractConv2d_gradInputs(AbstractConv_gradInputs):
    """The gradient of a convolution of images by the images."""


class AbstractConv2d_gradWeights(AbstractConv_gradWeights):
    """The gradient of a convolution of images by the filters."""


class AbstractConv3d(AbstractConv):
    """A convolution of volumes."""

    convdim = 3


class AbstractConv3d_gradInputs(AbstractConv_gradInputs):
    """The gradient of a convolution of volumes by the volumes."""

    convdim = 3


class AbstractConv3d_gradWeights(AbstractConv_gradWeights):
    """The gradient of a convolution of volumes by the filters."""

    convdim = 3


def _lengths(shape: Any, ndim: int) -> list[Any]:
    """Spatial lengths from a list or a vector variable."""
    if isinstance(shape, Variable):
        return [shape[axis] for axis in range(ndim)]
    return list(shape)[-ndim:]
