"""Convolutions as products of matrices, which BLAS does faster than loops do."""

from __future__ import annotations

from typing import Any, cast

from teachgraph.core.graph import Variable
from teachgraph.core.op import constant
from teachgraph.ops.alloc import ShapeOf, as_length
from teachgraph.ops.casting import cast as cast_to
from teachgraph.ops.conv import Conv, ConvInputs, ConvWeights, Sliders
from teachgraph.ops.dot import Dot
from teachgraph.ops.patches import Patches, PatchSums
from teachgraph.ops.reshape import reshape
from teachgraph.ops.shape import dimshuffle, transpose
from teachgraph.ops.sliding import sliding
from teachgraph.ops.variables import tensor
from teachgraph.rewrite.look import node_of
from teachgraph.rewrite.rule import Decline, rewrites

SPECIALIZE = "specialize"
ORDER = "the products are added in another order"


def _images(*shape: int) -> Variable:
    return tensor("float64", shape, "x")


def _lengths(x: Variable) -> list[Any]:
    """The length of each axis: a number where it is known, else a variable."""
    return [
        n if isinstance(n, int) else ShapeOf(axis)(x)
        for axis, n in enumerate(x.type.shape)
    ]


def _product(lengths: list[Any]) -> Any:
    total = lengths[0]
    for n in lengths[1:]:
        total = total * n
    return total


def _reason(op: Sliders, before: Variable) -> Decline | None:
    """Why a convolution stays as it is, if it does."""
    if op.groups > 1:
        return Decline("each group of channels would be a product of its own")
    if before.dtype not in ("float32", "float64"):
        return Decline("BLAS multiplies float32 and float64 only")
    return None


def _patches(op: Sliders, x: Variable, window: list[Any], dtype: str) -> Variable:
    """What lies under the filters, a row for each of their numbers."""
    made = Patches(op.sliding, op.flip)(cast_to(x, dtype), *map(as_length, window))
    return _as_matrix(made, 1 + len(window))


def _as_matrix(v: Variable, rows: int) -> Variable:
    """A tensor whose first axes are rows, the others columns."""
    lengths = _lengths(v)
    return reshape(v, [_product(lengths[:rows]), _product(lengths[rows:])])


def _by_filter(y: Variable, dtype: str) -> Variable:
    """Results, a row for each filter."""
    order = dimshuffle(cast_to(y, dtype), 1, 0, *range(2, y.ndim))
    return _as_matrix(order, 1)


def _dot(a: Variable, b: Variable) -> Variable:
    return cast(Variable, Dot()(a, b))


@rewrites(
    lambda conv, x, w: conv(x, w),
    SPECIALIZE,
    gives="the filters times patches(x), as images",
    rounding=ORDER,
    example=lambda: Conv(sliding(2))(_images(2, 3, 4, 5), _images(2, 3, 3, 2)),
)
def convolution_as_product(
    conv: Conv, x: Variable, w: Variable, before: Variable
) -> Variable | Decline:
    """What lies under the filters at all places is multiplied by BLAS at once."""
    reason = _reason(conv, before)
    if reason is not None:
        return reason
    batch, _, *spatial = _lengths(x)
    window = _lengths(w)[2:]
    patches = _patches(conv, x, window, before.dtype)
    product = _dot(_as_matrix(cast_to(w, before.dtype), 1), patches)
    places = conv.sliding.counts(spatial, window)
    found = reshape(product, [_lengths(w)[0], batch, *places])
    return dimshuffle(found, 1, 0, *range(2, before.ndim))


@rewrites(
    lambda conv, x, y: conv(x, y, ...),
    SPECIALIZE,
    gives="the results times patches(x), as filters",
    rounding=ORDER,
    example=lambda: ConvWeights(sliding(2))(
        _images(2, 3, 4, 5), _images(2, 2, 2, 4), constant(3), constant(2)
    ),
)
def gradient_of_filters_as_product(
    conv: ConvWeights, x: Variable, y: Variable, before: Variable
) -> Variable | Decline:
    """The patches that the convolution made serve once more."""
    reason = _reason(conv, before)
    if reason is not None:
        return reason
    window = _known(before)
    patches = _patches(conv, x, window, before.dtype)
    product = _dot(_by_filter(y, before.dtype), transpose(patches))
    return reshape(product, [_lengths(y)[1], _lengths(x)[1], *window])


@rewrites(
    lambda conv, w, y: conv(w, y, ...),
    SPECIALIZE,
    gives="the results times the filters, added where patches overlap",
    rounding=ORDER,
    example=lambda: ConvInputs(sliding(2))(
        _images(2, 3, 3, 2), _images(2, 2, 2, 4), constant(4), constant(5)
    ),
)
def gradient_of_images_as_product(
    conv: ConvInputs, w: Variable, y: Variable, before: Variable
) -> Variable | Decline:
    """One product of matrices does all the multiplying; what is left is to add."""
    reason = _reason(conv, before)
    if reason is not None:
        return reason
    rows = _as_matrix(cast_to(w, before.dtype), 1)
    product = _dot(transpose(rows), _by_filter(y, before.dtype))
    batch, _, *places = _lengths(y)
    patches = reshape(product, [*_lengths(w)[1:], batch, *places])
    spatial = map(as_length, _known(before))
    return PatchSums(conv.sliding, conv.flip)(patches, *spatial)


def _known(v: Variable) -> list[Any]:
    """The spatial lengths that a gradient is asked for."""
    given = node_of(v).inputs[2:]
    shape = v.type.shape[2:]
    return [n if isinstance(n, int) else g for n, g in zip(shape, given, strict=True)]
