"""Pictures laid out so that a convolution is one product of matrices.

`Patches` puts, for each channel and each element of the window, what lies under it at
all places one after the other: a matrix with as many rows as a filter has numbers. A
product with the filters then is the convolution. `PatchSums` goes back, and adds where
windows overlap.
Source: Chellapilla, Puri, Simard, High Performance Convolutional Neural Networks for
Document Processing (2006), section 3.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.types import Operand, TensorType, same_length
from teachgraph.kernel import build as k
from teachgraph.kernel.ir import Const, Expr, FoldKind
from teachgraph.ops.alloc import lengths_of
from teachgraph.ops.base import (
    FIT,
    Array,
    Example,
    Gradients,
    Index,
    Source,
    Target,
    ramp,
)
from teachgraph.ops.reduce import accumulator
from teachgraph.ops.sliding import Sliding, element, if_all, sliding
from teachgraph.ops.whole import within

UNROLLED = 36
"""Windows with at most so many elements are added up without a loop."""


def _number(n: Operand) -> Any:
    return None if isinstance(n.value, tuple) else n.value


class Patches(Op):
    """What lies under the window: [channels, window ..., batch, places ...].

    Inputs are images [batch, channels, ...] and the lengths of the window. With `flip`,
    the elements of the window are counted from its end.
    """

    sliding: Sliding
    flip: bool = False
    reads_values = True
    latex = r"\operatorname{{patches}}({0})"

    def infer(self, images: Operand, *window: Operand) -> TensorType:
        batch, channels, *spatial = images.type.shape
        lengths = [_number(n) for n in window]
        places = self.sliding.counts(spatial, lengths)
        return TensorType(images.type.dtype, (channels, *lengths, batch, *places))

    def numpy(self, images: Array, *window: Array) -> Array:
        ndim = self.sliding.ndim
        taken = self.sliding.windows(images, [int(n) for n in window])
        taps = tuple(range(2 + ndim, 2 + 2 * ndim))
        turned = np.flip(taken, taps) if self.flip else taken
        order = (1, *taps, 0, *range(2, 2 + ndim))
        return np.ascontiguousarray(turned.transpose(order))

    def grad(
        self, inputs: tuple[Variable, ...], output: Variable, g: Variable
    ) -> Gradients:
        x, *window = inputs
        back = PatchSums(self.sliding, self.flip)(g, *lengths_of(x)[2:])
        return (FIT[0](back, x), *(None for _ in window))

    def lower(self, out: Target, index: Index, images: Source, *window: Source) -> Expr:
        s = self.sliding
        channel, *rest = index
        taps, (n, *places) = rest[: s.ndim], rest[s.ndim :]
        lengths = out.shape[1 : 1 + s.ndim]
        if self.flip:
            taps = [m - 1 - t for t, m in zip(taps, lengths, strict=True)]
        at = s.under(places, taps, lengths)
        sure = [border == (0, 0) for border in s.border]
        return element(images, (n, channel), at, sure, out.dtype)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        two, three = np.array(2), np.array(3)
        return [
            (cls(sliding(2)), (ramp(2, 2, 4, 5), two, two)),
            (cls(sliding(2, "half", 2), True), (ramp(1, 2, 4, 5), two, three)),
            (cls(sliding(1, "full", 1, 2)), (ramp(2, 1, 4), three)),
        ]


class PatchSums(Op):
    """Images from their patches: elements of windows that overlap are added.

    Inputs are patches [channels, window ..., batch, places ...] and the spatial lengths
    of the images. With `flip`, the elements of the window are counted from its end.
    """

    sliding: Sliding
    flip: bool = False
    reads_values = True
    latex = r"\operatorname{{patches}}^\top({0})"

    def infer(self, patches: Operand, *lengths: Operand) -> TensorType:
        ndim = self.sliding.ndim
        channels, *rest = patches.type.shape
        window, (batch, *places) = rest[:ndim], rest[ndim:]
        spatial = [_number(n) for n in lengths]
        for axis, n in enumerate(self.sliding.counts(spatial, window)):
            same_length(n, places[axis], axis)
        return TensorType(patches.type.dtype, (batch, channels, *spatial))

    def numpy(self, patches: Array, *lengths: Array) -> Array:
        ndim = self.sliding.ndim
        taps = tuple(range(1, 1 + ndim))
        turned = np.flip(patches, taps) if self.flip else patches
        order = (1 + ndim, 0, *taps, *range(2 + ndim, 2 + 2 * ndim))
        spatial = [int(n) for n in lengths]
        window = patches.shape[1 : 1 + ndim]
        return self.sliding.put_back(turned.transpose(order), spatial, window)

    def grad(
        self, inputs: tuple[Variable, ...], output: Variable, g: Variable
    ) -> Gradients:
        p, *lengths = inputs
        window = lengths_of(p)[1 : 1 + self.sliding.ndim]
        back = Patches(self.sliding, self.flip)(g, *window)
        return (FIT[0](back, p), *(None for _ in lengths))

    def lower(
        self, out: Target, index: Index, patches: Source, *lengths: Source
    ) -> Expr:
        s = self.sliding
        n, channel, *at = index
        window = patches.shape[1 : 1 + s.ndim]
        counts = patches.shape[2 + s.ndim :]

        def term(*taps: Expr) -> Expr:
            under = [m - 1 - t for t, m in zip(taps, window)] if self.flip else taps
            places, tests = s.places(at, under, window)
            safe: list[Expr] = []
            for place, count in zip(places, counts, strict=True):
                tests += [place >= 0, place < count]
                safe.append(within(place, count))
            return if_all(tests, patches[(channel, *taps, n, *safe)])

        wide = accumulator(out.dtype)
        return k.cast(over(window, "sum", term, wide), out.dtype)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        four, five = np.array(4), np.array(5)
        return [
            (cls(sliding(2)), (ramp(2, 2, 2, 2, 3, 4), four, five)),
            (cls(sliding(2, "half", 2), True), (ramp(2, 2, 3, 1, 3, 3), four, five)),
            (cls(sliding(1, "full", 1, 2)), (ramp(1, 3, 2, 8), four)),
        ]


def over(
    window: Sequence[Expr], kind: FoldKind, term: Callable[..., Expr], dtype: str
) -> Expr:
    """A sum or maximum over all taps; of a small window of known size, written out."""
    known = [int(n.value.real) for n in window if isinstance(n, Const)]
    if len(known) < len(window) or not 0 < math.prod(known) <= UNROLLED:
        return k.fold(kind, window, term, dtype=dtype)
    taps = itertools.product(*(range(n) for n in known))
    every = [k.cast(term(*map(k.integer, at)), dtype) for at in taps]
    result = every[0]
    for each in every[1:]:
        if kind == "sum":
            result = result + each
        else:  # nan wins
            better = (each > result) | k.not_equal(each, each)
            result = k.select(better, each, result)
    return result
