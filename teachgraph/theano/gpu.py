"""Theano's functions for arrays on a GPU, which here are those for any array.

    desc = GpuDnnConvDesc(border_mode=(2, 2), subsample=(2, 2))(image_shape, w.shape)
    images = GpuDnnConvGradI()(w, results, gpu_alloc_empty(*image_shape), desc)

Programs that were written for one device ask for them by name; `dnn_available()` stays
False, so that programs which ask first take the way of the CPU.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import teachgraph.tensor as T
from teachgraph.compile.shared import SharedVariable, shared
from teachgraph.core.graph import Variable
from teachgraph.ops.abstract import (
    AbstractConv,
    AbstractConv2d,
    AbstractConv2d_gradInputs,
    AbstractConv2d_gradWeights,
    AbstractConv3d,
    AbstractConv3d_gradInputs,
    AbstractConv3d_gradWeights,
)
from teachgraph.ops.alloc import ShapeOf, zeros
from teachgraph.ops.base import TensorLike, as_tensor
from teachgraph.theano.kinds import Never

CONVOLUTIONS = {2: AbstractConv2d, 3: AbstractConv3d}
FOR_IMAGES = {2: AbstractConv2d_gradInputs, 3: AbstractConv3d_gradInputs}
FOR_FILTERS = {2: AbstractConv2d_gradWeights, 3: AbstractConv3d_gradWeights}


def as_it_is(x: TensorLike, context_name: Any = None) -> Variable:
    """The array, which is already where it is used."""
    del context_name
    return as_tensor(x)


def gpu_alloc_empty(*shape: Any, dtype: str = "float32") -> Variable:
    """An array to be written to; it starts as zeros."""
    return zeros(shape, dtype)


def float32_shared_constructor(
    value: Any, name: str | None = None, **options: Any
) -> SharedVariable:
    """A shared variable of float32."""
    options.pop("strict", None)
    return shared(np.asarray(value, "float32"), name, **options)


class GpuDnnConvDesc:
    """How a convolution moves; applying it to shapes gives itself."""

    def __init__(
        self,
        border_mode: Any,
        subsample: Any = (1, 1),
        dilation: Any = None,
        conv_mode: str = "conv",
        precision: str | None = None,
        num_groups: int = 1,
    ):
        if isinstance(dilation, str):  # in `theano.sandbox.cuda` there is no dilation
            dilation, conv_mode = None, dilation
        del precision
        self.settings: dict[str, Any] = {
            "border_mode": border_mode,
            "subsample": tuple(subsample),
            "filter_dilation": dilation,
            "filter_flip": conv_mode == "conv",
            "num_groups": num_groups,
        }

    def __call__(self, *shapes: Any) -> GpuDnnConvDesc:
        """The description itself; lengths are those of the arrays."""
        del shapes
        return self


class _Convolution:
    """An op of cuDNN's: `op(x, y, out, desc, alpha, beta)`."""

    kinds: Any

    def __init__(self, algo: Any = None, inplace: bool = False, **options: Any):
        del algo, inplace, options

    def __call__(
        self,
        x: TensorLike,
        y: TensorLike,
        out: TensorLike,
        desc: GpuDnnConvDesc,
        alpha: Any = 1,
        beta: Any = 0,
    ) -> Variable:
        """`alpha` times the result, and `beta` times `out`, of whose shape it is."""
        to = as_tensor(out)
        op = self.kinds[to.ndim - 2](**desc.settings)
        lengths = [ShapeOf(axis)(to) for axis in range(2, to.ndim)]
        result = op(x, y) if isinstance(op, AbstractConv) else op(x, y, lengths)
        scaled = result if _is(alpha, 1) else alpha * result
        return scaled if _is(beta, 0) else scaled + beta * to


def _is(factor: Any, number: int) -> bool:
    return not isinstance(factor, Variable) and factor == number


class GpuDnnConv(_Convolution):
    """Images with filters."""

    kinds = CONVOLUTIONS


class GpuDnnConvGradI(_Convolution):
    """The gradient by the images: of filters and of a gradient."""

    kinds = FOR_IMAGES


class GpuDnnConvGradW(_Convolution):
    """The gradient by the filters: of images and of a gradient."""

    kinds = FOR_FILTERS


def dnn_conv(
    img: TensorLike,
    kerns: TensorLike,
    border_mode: Any = "valid",
    subsample: Any = None,
    dilation: Any = None,
    conv_mode: str = "conv",
    direction_hint: Any = None,
    workmem: Any = None,
    algo: Any = None,
    precision: Any = None,
    num_groups: int = 1,
) -> Variable:
    """A convolution over two spatial axes, or three; hints are for cuDNN."""
    del direction_hint, workmem, algo
    x = as_tensor(img)
    steps = (1,) * (x.ndim - 2) if subsample is None else subsample
    options = (dilation, conv_mode, precision, num_groups)
    desc = GpuDnnConvDesc(border_mode, steps, *options)
    op = CONVOLUTIONS[x.ndim - 2](**desc.settings)
    return op(x, kerns)


def dnn_gradinput(
    kerns: TensorLike,
    topgrad: TensorLike,
    img_shp: Any,
    border_mode: Any = "valid",
    subsample: Any = (1, 1),
    *options: Any,
    **more: Any,
) -> Variable:
    """The gradient of a convolution by its images, whose shape is `img_shp`."""
    w, g = as_tensor(kerns), as_tensor(topgrad)
    desc = GpuDnnConvDesc(border_mode, subsample, *options, **more)
    lengths = [img_shp[axis] for axis in range(2, w.ndim)]
    return FOR_IMAGES[w.ndim - 2](**desc.settings)(w, g, lengths)


def dnn_gradweight(
    img: TensorLike,
    topgrad: TensorLike,
    kerns_shp: Any,
    border_mode: Any = "valid",
    subsample: Any = (1, 1),
    *options: Any,
    **more: Any,
) -> Variable:
    """The gradient of a convolution by its filters, whose shape is `kerns_shp`."""
    x, g = as_tensor(img), as_tensor(topgrad)
    desc = GpuDnnConvDesc(border_mode, subsample, *options, **more)
    lengths = [kerns_shp[axis] for axis in range(2, x.ndim)]
    return FOR_FILTERS[x.ndim - 2](**desc.settings)(x, g, lengths)


MODES = {"average": "average_inc_pad", "max_deterministic": "max"}
"""cuDNN's names for ways of pooling that have another name here."""


def dnn_pool(
    img: TensorLike, ws: Any, stride: Any = None, mode: str = "max", pad: Any = None
) -> Variable:
    """Pooling over two axes, or three; windows move by one unless `stride` is given."""
    ndim = as_tensor(img).ndim - 2
    pooled = T.signal.pool.pool_2d if ndim == 2 else T.signal.pool.pool_3d
    steps = (1,) * ndim if stride is None else stride
    around = (0,) * ndim if pad is None else pad
    how: Any = MODES.get(mode, mode)
    return pooled(img, ws, ignore_border=True, stride=steps, pad=around, mode=how)


MOVES = {
    "gpu_contiguous": as_it_is,
    "gpu_from_host": as_it_is,
    "host_from_gpu": as_it_is,
    "as_cuda_ndarray_variable": as_it_is,
    "as_gpuarray_variable": as_it_is,
    "gpu_alloc_empty": gpu_alloc_empty,
    "GpuArrayType": Never,
    "CudaNdarrayType": Never,
    "CudaNdarray": Never,
    "HostFromGpu": Never,
    "GpuFromHost": Never,
    "nvcc_compiler": None,
}
"""What moves arrays to the device, and the types they have there."""

CUDNN = {
    "GpuDnnConvDesc": GpuDnnConvDesc,
    "GpuDnnConv": GpuDnnConv,
    "GpuDnnConvGradI": GpuDnnConvGradI,
    "GpuDnnConvGradW": GpuDnnConvGradW,
    "dnn_conv": dnn_conv,
    "dnn_conv3d": dnn_conv,
    "dnn_gradinput": dnn_gradinput,
    "dnn_gradweight": dnn_gradweight,
    "dnn_pool": dnn_pool,
}
"""cuDNN's functions."""

DEVICE = {
    "pygpu_activated": False,
    "pygpu": None,
    "cuda_enabled": False,
    "cuda_available": False,
    "dnn_present": lambda: False,
    "dnn_available": lambda: False,
}
"""What is said of the device: Theano had none here."""
