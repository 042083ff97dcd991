"""Convolution over any number of spatial axes, and its two adjoints.

Of images x[batch, channels, ...], filters w[filters, channels, ...] and results
y[batch, filters, ...], the sum of all y[n, o, p] x[n, c, q] w[o, c, t], over places p
and taps t with q the position under tap t, has three partial derivatives: `Conv` is the
one by y, `ConvInputs` by x, `ConvWeights` by w. So each is the gradient of the others.
Source: Dumoulin and Visin, arXiv 1603.07285, section 4.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.report import Fault, Hint, Note
from teachgraph.core.types import (
    Length,
    Operand,
    TensorType,
    is_continuous,
    same_length,
    upcast,
)
from teachgraph.kernel import build as k
from teachgraph.kernel.ir import Expr
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
from teachgraph.ops.sliding import (
    AXES,
    Sliding,
    check_rank,
    element,
    if_all,
    sliding,
)


class Sliders(Op, abstract=True):
    """What the three have in common.

    Fields:
        sliding: how the filter moves.
        groups: channels and filters fall into so many groups that do not meet.
        flip: the filter is turned round on every axis, as a convolution wants it.
    """

    sliding: Sliding
    groups: int = 1
    flip: bool = True

    def check(self, images: TensorType | None, filters: TensorType | None) -> None:
        """Raises a `Fault` for a wrong number of axes."""
        names = AXES.get(self.sliding.ndim, ("...",))
        rank = self.sliding.ndim + 2
        if images is not None:
            check_rank(images, rank, "images", ("batch", "channels", *names))
        if filters is not None:
            check_rank(filters, rank, "filters", ("filters", "channels", *names))

    def channels(self, x: Length, w: Length) -> Length:
        """The number of channels of the images, from both sides."""
        wanted: Any = None if w is None else w * self.groups
        if isinstance(x, int) and isinstance(wanted, int) and x != wanted:
            shared = f" times {self.groups} groups" if self.groups > 1 else ""
            raise Fault(
                "shape-mismatch",
                f"the images have {x} channels, the filters are for {wanted}",
                notes=(
                    Note(f"axis 1 of the images is {x} long"),
                    Note(f"axis 1 of the filters is {w} long{shared}"),
                ),
                hints=(
                    Hint(f"make filters for {x} channels: filters.shape[1] is {x}"),
                    Hint(
                        "or put the channels second, after the batch, in images that "
                        "have them last",
                        "images.dimshuffle(0, 3, 1, 2)",
                    ),
                ),
            )
        return same_length(x, wanted)

    def divided(self, n: Any, what: str) -> Any:
        """The number of channels in each group."""
        if n is None or self.groups == 1:
            return n
        each = n // self.groups
        if isinstance(n, int) and n != each * self.groups:
            raise Fault(
                "shape-mismatch",
                f"{n} {what} do not fall into {self.groups} equal groups",
            )
        same_length(n, each * self.groups)
        return each

    def fit_counts(
        self, lengths: Sequence[Any], window: Sequence[Any], g: Sequence[Any]
    ) -> None:
        """The places of the window are as many as results on every axis."""
        for axis, n in enumerate(self.sliding.counts(lengths, window)):
            same_length(n, g[axis], axis + 2)

    def tap(self, t: Any, n: Any) -> Any:
        """Where the filter holds the factor of tap t."""
        return n - 1 - t if self.flip else t

    def turned(self, w: Array) -> Array:
        """The filters as they lie on the images."""
        if not self.flip:
            return w
        return w[(slice(None), slice(None), *[slice(None, None, -1)] * (w.ndim - 2))]

    def group_of(self, i: Expr, each: Expr) -> Expr:
        """The group of a channel."""
        return k.integer(0) if self.groups == 1 else k.floor_div(i, each)

    def sure(self) -> list[bool]:
        """For each axis, whether a window cannot reach beyond the picture."""
        return [border == (0, 0) for border in self.sliding.border]


def total(dtype: str, extents: Sequence[Expr], product: Callable[..., Expr]) -> Expr:
    """The sum of products over some extents."""
    return k.cast(k.fold("sum", extents, product, dtype=accumulator(dtype)), dtype)


def _toward(x: Variable, d: Callable[[], Variable]) -> Variable | None:
    """A derivative in the type of what it belongs to, if that is continuous."""
    return FIT[0](d(), x) if is_continuous(x.dtype) else None


class Conv(Sliders):
    """The sums of products of filters with what lies under them, at every place.

    Images are [batch, channels, ...], filters [filters, channels of a group, ...].
    """

    latex = r"{0} * {1}"

    def infer(self, images: TensorType, filters: TensorType) -> TensorType:
        self.check(images, filters)
        self.channels(images.shape[1], filters.shape[1])
        self.divided(filters.shape[0], "filters")
        places = self.sliding.counts(images.shape[2:], filters.shape[2:])
        shape = (images.shape[0], filters.shape[0], *places)
        return TensorType(upcast(images.dtype, filters.dtype), shape)

    def numpy(self, images: Array, filters: Array) -> Array:
        self.channels(images.shape[1], filters.shape[1])
        dtype = np.result_type(images, filters)
        x, w = (a.astype(dtype, copy=False) for a in (images, self.turned(filters)))
        taken = self.sliding.windows(x, w.shape[2:])
        ndim, each = self.sliding.ndim, len(w) // self.groups
        taps = range(2 + ndim, 2 + 2 * ndim)
        parts: list[Array] = []
        for group in range(self.groups):
            c = slice(group * w.shape[1], (group + 1) * w.shape[1])
            part = w[group * each : (group + 1) * each]
            axes = [1, *range(2, 2 + ndim)], [1, *taps]
            parts.append(np.tensordot(part, taken[:, c], axes))
        return np.ascontiguousarray(np.moveaxis(np.concatenate(parts), 0, 1))

    def grad(
        self, inputs: tuple[Variable, ...], output: Variable, g: Variable
    ) -> Gradients:
        x, w = inputs
        fields = self.attributes()
        return (
            _toward(x, lambda: ConvInputs(**fields)(w, g, *lengths_of(x)[2:])),
            _toward(w, lambda: ConvWeights(**fields)(x, g, *lengths_of(w)[2:])),
        )

    def lower(self, out: Target, index: Index, images: Source, filters: Source) -> Expr:
        n, o, *places = index
        each = k.floor_div(filters.shape[0], self.groups)
        window = filters.shape[2:]
        first = self.group_of(o, each) * filters.shape[1]
        sure = self.sure()

        def product(c: Expr, *taps: Expr) -> Expr:
            at = self.sliding.under(places, taps, window)
            x = element(images, (n, first + c), at, sure, out.dtype)
            turned = [self.tap(t, m) for t, m in zip(taps, window)]
            return x * k.cast(filters[(o, c, *turned)], out.dtype)

        return total(out.dtype, filters.shape[1:], product)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        x, w = ramp(2, 3, 5, 6), ramp(2, 3, 3, 2)
        single = ramp(1, 2, 4, 4, dtype="float32"), ramp(2, 2, 3, 3, dtype="float32")
        return [
            (cls(sliding(2)), (x, w)),
            (cls(sliding(2, "half"), 1, False), single),
            (cls(sliding(2, "full", (2, 1), (1, 2))), (x, w)),
            (cls(sliding(2, ((1, 0), 2), 2), 2), (ramp(1, 4, 4, 5), ramp(6, 2, 3, 3))),
            (cls(sliding(1, (2,), 3)), (ramp(2, 1, 7), ramp(2, 1, 3))),
            (cls(sliding(3, "half")), (ramp(1, 1, 3, 4, 3), ramp(1, 1, 2, 3, 1))),
            (cls(sliding(2)), (ramp(1, 1, 3, 3, dtype="int32"), ramp(1, 1, 2, 2))),
        ]


class ConvInputs(Sliders):
    """What the images get of results that go back through a convolution.

    Inputs are filters, results, and the spatial lengths of the images. It is the
    gradient of `Conv` by the images, also known as transposed convolution.
    """

    reads_values = True
    latex = r"{0} *^\top {1}"

    def infer(
        self, filters: Operand, results: Operand, *lengths: Operand
    ) -> TensorType:
        w, g = filters.type, results.type
        self.check(None, w)
        self.check(g, None)
        self.divided(same_length(w.shape[0], g.shape[1], 1), "filters")
        spatial = tuple(
            None if isinstance(n.value, tuple) else n.value for n in lengths
        )
        self.fit_counts(spatial, w.shape[2:], g.shape[2:])
        channels: Any = w.shape[1]
        channels = None if channels is None else channels * self.groups
        return TensorType(upcast(w.dtype, g.dtype), (g.shape[0], channels, *spatial))

    def numpy(self, filters: Array, results: Array, *lengths: Array) -> Array:
        dtype = np.result_type(filters, results)
        w, g = (a.astype(dtype, copy=False) for a in (self.turned(filters), results))
        spatial, each = [int(n) for n in lengths], len(w) // self.groups
        parts: list[Array] = []
        for group in range(self.groups):
            o = slice(group * each, (group + 1) * each)
            taken = np.tensordot(w[o], g[:, o], ([0], [1]))  # [c, *taps, n, *places]
            taken = np.moveaxis(taken, 1 + self.sliding.ndim, 0)
            parts.append(self.sliding.put_back(taken, spatial, w.shape[2:]))
        return np.ascontiguousarray(np.concatenate(parts, axis=1))

    def grad(
        self, inputs: tuple[Variable, ...], output: Variable, g: Variable
    ) -> Gradients:
        w, y, *lengths = inputs
        fields = self.attributes()
        return (
            _toward(w, lambda: ConvWeights(**fields)(g, y, *lengths_of(w)[2:])),
            _toward(y, lambda: Conv(**fields)(g, w)),
            *(None for _ in lengths),
        )

    def lower(
        self,
        out: Target,
        index: Index,
        filters: Source,
        results: Source,
        *lengths: Source,
    ) -> Expr:
        n, c, *at = index
        window, s = filters.shape[2:], self.sliding
        group = self.group_of(c, filters.shape[1])
        each = k.floor_div(filters.shape[0], self.groups)
        own = c - group * filters.shape[1]

        def product(o: Expr, *taps: Expr) -> Expr:
            places, hits = s.places(at, taps, window)
            if self.groups > 1:
                hits.append(k.equal(self.group_of(o, each), group))
            value = element(results, (n, o), places, [False] * s.ndim, out.dtype)
            turned = [self.tap(t, m) for t, m in zip(taps, window)]
            term = value * k.cast(filters[(o, own, *turned)], out.dtype)
            return if_all(hits, term)

        return total(out.dtype, (filters.shape[0], *window), product)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        w, g = ramp(2, 3, 3, 2), ramp(2, 2, 3, 5)
        five, six, four = np.array(5), np.array(6), np.array(4)
        single = ramp(2, 2, 3, 3, dtype="float32"), ramp(1, 2, 4, 4, dtype="float32")
        wide = ramp(6, 2, 3, 3), ramp(1, 6, 2, 4)
        return [
            (cls(sliding(2)), (w, g, five, six)),
            (cls(sliding(2, "half"), 1, False), (*single, four, four)),
            (cls(sliding(2, ((1, 0), 2), 2), 2), (*wide, four, five)),
            (cls(sliding(1, (2,), 3)), (ramp(2, 1, 3), ramp(2, 2, 3), np.array(7))),
        ]


class ConvWeights(Sliders):
    """What the filters get of results that go back through a convolution.

    Inputs are images, results, and the spatial lengths of the filters. It is the
    gradient of `Conv` by the filters.
    """

    reads_values = True
    latex = r"{0} \star {1}"

    def infer(self, images: Operand, results: Operand, *lengths: Operand) -> TensorType:
        x, g = images.type, results.type
        self.check(x, None)
        self.check(g, None)
        same_length(x.shape[0], g.shape[0], 0)
        self.divided(g.shape[1], "filters")
        window = tuple(None if isinstance(n.value, tuple) else n.value for n in lengths)
        self.fit_counts(x.shape[2:], window, g.shape[2:])
        channels = self.divided(x.shape[1], "channels")
        return TensorType(upcast(x.dtype, g.dtype), (g.shape[1], channels, *window))

    def numpy(self, images: Array, results: Array, *lengths: Array) -> Array:
        dtype = np.result_type(images, results)
        x, g = (a.astype(dtype, copy=False) for a in (images, results))
        window, ndim = [int(n) for n in lengths], self.sliding.ndim
        taken = self.sliding.windows(x, window)
        each, own = g.shape[1] // self.groups, x.shape[1] // self.groups
        parts: list[Array] = []
        for group in range(self.groups):
            o = slice(group * each, (group + 1) * each)
            c = slice(group * own, (group + 1) * own)
            axes = [0, *range(2, 2 + ndim)]
            parts.append(np.tensordot(g[:, o], taken[:, c], (axes, axes)))
        return np.ascontiguousarray(self.turned(np.concatenate(parts)))

    def grad(
        self, inputs: tuple[Variable, ...], output: Variable, g: Variable
    ) -> Gradients:
        x, y, *lengths = inputs
        fields = self.attributes()
        return (
            _toward(x, lambda: ConvInputs(**fields)(g, y, *lengths_of(x)[2:])),
            _toward(y, lambda: Conv(**fields)(x, g)),
            *(None for _ in lengths),
        )

    def lower(
        self,
        out: Target,
        index: Index,
        images: Source,
        results: Source,
        *lengths: Source,
    ) -> Expr:
        o, c, *held = index
        window = out.shape[2:]
        each = k.floor_div(results.shape[1], self.groups)
        first = self.group_of(o, each) * out.shape[1]
        taps = [self.tap(t, m) for t, m in zip(held, window)]
        sure = self.sure()

        def product(n: Expr, *places: Expr) -> Expr:
            at = self.sliding.under(places, taps, window)
            x = element(images, (n, first + c), at, sure, out.dtype)
            return x * k.cast(results[(n, o, *places)], out.dtype)

        extents = (results.shape[0], *results.shape[2:])
        return total(out.dtype, extents, product)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        x, g = ramp(2, 3, 5, 6), ramp(2, 2, 3, 5)
        two, three = np.array(2), np.array(3)
        single = ramp(1, 2, 4, 4, dtype="float32"), ramp(1, 2, 4, 4, dtype="float32")
        wide = ramp(1, 4, 4, 5), ramp(1, 6, 2, 4)
        return [
            (cls(sliding(2)), (x, g, three, two)),
            (cls(sliding(2, "half"), 1, False), (*single, three, three)),
            (cls(sliding(2, ((1, 0), 2), 2), 2), (*wide, three, three)),
            (cls(sliding(1, (2,), 3)), (ramp(2, 1, 7), ramp(2, 2, 3), three)),
        ]
