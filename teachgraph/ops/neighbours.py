"""Neighbourhoods of images as rows of a matrix, and images from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from teachgraph.core.graph import Variable
from teachgraph.core.report import Fault, Hint
from teachgraph.ops.alloc import alloc, as_length, lengths_of
from teachgraph.ops.base import TensorLike, as_tensor
from teachgraph.ops.creation import arange
from teachgraph.ops.join import concatenate
from teachgraph.ops.reshape import reshape
from teachgraph.ops.shape import dimshuffle, shape_padright
from teachgraph.ops.sliding import check_rank
from teachgraph.ops.subscript import getitem

__all__ = ["images2neibs", "neibs2images"]

MODES = ("valid", "ignore_borders", "wrap_centered", "half", "full")


def images2neibs(
    ten4: TensorLike, neib_shape: Any, neib_step: Any = None, mode: str = "valid"
) -> Variable:
    """A row for each place of a window on each image: float[places, elements].

    Rows go over the first two axes, then over the places in reading order.

    Args:
        ten4: float[batch, channels, rows, columns].
        neib_shape: rows and columns of the window.
        neib_step: how far it moves each time, its own size unless told.
        mode: "valid" windows that lie inside, which must use up the image;
            "ignore_borders" the same, and the rest is left out; "half" and "full" with
            zeros around the image, half a window wide or all but one; "wrap_centered"
            with the window around its place, and the image going on at its other side.

    Raises:
        wrong-value: there is no such mode.
        window-too-large: windows do not use up an axis of known length.
    """
    x = as_tensor(ten4)
    check_rank(x.type, 4, "images", ("batch", "channels", "rows", "columns"))
    if mode not in MODES:
        raise Fault(
            "wrong-value", f"neighbourhoods have the modes {MODES}, not {mode!r}"
        )
    sizes = _two(neib_shape)
    steps = sizes if neib_step is None else _two(neib_step)
    if mode in ("half", "full"):
        widths = [n // 2 if mode == "half" else n - 1 for n in sizes]
        for axis, width in enumerate(widths, start=2):
            x = framed(x, axis, width, width)
    batch, channels, *lengths = lengths_of(x)
    positions: list[Variable] = []
    for n, size, step in zip(lengths, sizes, steps, strict=True):
        positions.append(_positions(n, size, step, mode))
    rows, columns = positions
    taken = getitem(
        x,
        (
            slice(None),
            slice(None),
            dimshuffle(rows, 0, "x", 1, "x"),
            dimshuffle(columns, "x", 0, "x", 1),
        ),
    )
    places = [lengths_of(p)[0] for p in positions]
    count = batch * channels * places[0] * places[1]
    return reshape(taken, [count, sizes[0] * sizes[1]])


def neibs2images(
    neibs: TensorLike, neib_shape: Any, original_shape: Any, mode: str = "valid"
) -> Variable:
    """The images whose neighbourhoods are `neibs`, for windows that do not overlap.

    Args:
        neibs: float[places, elements], as from `images2neibs` with the same arguments.
        neib_shape: rows and columns of the window.
        original_shape: of the images: batch, channels, rows, columns.
        mode: "valid", or "ignore_borders", which fills what was left out with zeros.
    """
    v = as_tensor(neibs)
    check_rank(v.type, 2, "neighbourhoods", ("places", "elements"))
    if mode not in ("valid", "ignore_borders"):
        raise Fault("wrong-value", f"images come back from 'valid' modes, not {mode!r}")
    sizes, shape = _two(neib_shape), _parts(original_shape, 4)
    counts = [n // size for n, size in zip(shape[2:], sizes, strict=True)]
    apart = reshape(v, [*shape[:2], *counts, *sizes])
    whole = [c * size for c, size in zip(counts, sizes, strict=True)]
    images = reshape(dimshuffle(apart, 0, 1, 2, 4, 3, 5), [*shape[:2], *whole])
    if mode == "valid":
        return images
    return _filled(_filled(images, 2, shape[2]), 3, shape[3])


def _two(value: Any) -> list[Variable]:
    return _parts(value, 2)


def _parts(value: Any, count: int) -> list[Variable]:
    """So many lengths, from a list of them or a vector."""
    if isinstance(value, Variable) and value.data is None:
        return [as_length(value[i]) for i in range(count)]
    parts = list(cast(Sequence[Any], getattr(value, "data", value)))
    if len(parts) != count:
        raise Fault("wrong-value", f"{count} whole numbers are needed, not {value!r}")
    return [as_length(n) for n in parts]


def _positions(n: Variable, size: Variable, step: Variable, mode: str) -> Variable:
    """The position of each element of each window: int[places, size]."""
    if mode == "wrap_centered":
        count = (n + step - 1) // step
        starts = arange(count) * step - size // 2
        return (shape_padright(starts) + arange(size) + n) % n
    if mode != "ignore_borders":
        _used_up(n, size, step)
    count = (n - size) // step + 1
    return shape_padright(arange(count) * step) + arange(size)


def _used_up(n: Variable, size: Variable, step: Variable) -> None:
    """Complain when windows of known size do not use up an axis of known length."""
    known = [v.data for v in (n, size, step)]
    if any(d is None for d in known):
        return
    length, window, move = (int(d) for d in known if d is not None)
    if length < window or (length - window) % move:
        raise Fault(
            "window-too-large",
            f"windows of {window}, each {move} further on, do not use up {length}",
            hints=(Hint("mode='ignore_borders' leaves the rest out"),),
        )


def framed(x: Variable, axis: int, before: Variable, after: Variable) -> Variable:
    """`x` with zeros before and after an axis."""
    ends = _zeros(x, axis, before), _zeros(x, axis, after)
    return concatenate([ends[0], x, ends[1]], axis=axis)


def _filled(x: Variable, axis: int, n: Variable) -> Variable:
    """`x` with zeros after an axis, which is `n` long then."""
    return concatenate([x, _zeros(x, axis, n - lengths_of(x)[axis])], axis=axis)


def _zeros(x: Variable, axis: int, width: Variable) -> Variable:
    lengths = lengths_of(x)
    lengths[axis] = width
    return alloc(as_tensor(0, dtype=x.dtype), *lengths)
