"""Pooling: one number for each window on the last axes, and the ways back."""

from __future__ import annotations

from typing import cast

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.types import Operand, TensorType, is_continuous, same_length
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
from teachgraph.ops.poolwindow import SETTINGS, Pooling, divided, lowest, pooling
from teachgraph.ops.reduce import accumulator
from teachgraph.ops.sliding import if_all


class Pool(Pooling):
    """One number for each window on the last axes: the largest, a sum or an average."""

    latex = r"\operatorname{{pool}}({0})"

    def infer(self, x: TensorType) -> TensorType:
        return TensorType(x.dtype, self.counts(x))

    def numpy(self, x: Array) -> Array:
        shape = self.counts(TensorType(str(x.dtype), x.shape))
        found = np.empty(cast(tuple[int, ...], shape), x.dtype)
        axes = tuple(range(-self.ndim, 0))
        put = np.max if self.mode == "max" else np.sum
        for to, region in self.regions(x.shape):
            found[to] = put(x[region], axis=axes)
        if self.mode in ("max", "sum"):
            return found
        return (found / self.sizes(x.shape)).astype(x.dtype)

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        (x,) = inputs
        if not is_continuous(x.dtype):
            return (None,)
        fields = self.attributes()
        if self.mode == "max":
            return (FIT[0](MaxPoolGrad(**fields)(x, output, g), x),)
        last = lengths_of(x)[x.ndim - self.ndim :]
        return (FIT[0](PoolSpread(**fields)(g, *last), x),)

    def lower(self, out: Target, index: Index, x: Source) -> Expr:
        if self.mode == "max":
            worst = k.const(lowest(x.dtype), x.dtype)

            def larger(tests: list[Expr], at: Index) -> Expr:
                value = x[at]
                for test in tests:
                    value = k.select(test, value, worst)
                return value

            return self.taps(x, index, "max", larger, x.dtype)
        wide = accumulator(x.dtype)

        def inside(tests: list[Expr], at: Index) -> Expr:
            return if_all(tests, k.cast(x[at], wide))

        total = self.taps(x, index, "sum", inside, wide)
        places = index[x.ndim - self.ndim :]
        size = self.divisor(places, x.shape[x.ndim - self.ndim :])
        return divided(total, size, out.dtype)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        large = pooling((7, 7), "sum", stride=(2, 2), cut=True)
        return [
            *((cls(**fields), (ramp(2, 5, 6),)) for fields in SETTINGS),
            (cls(**pooling((2,))), (ramp(5, dtype="float32"),)),
            (cls(**pooling((2,), pad=(1,))), (ramp(5, dtype="int32"),)),
            (cls(**pooling((2, 2, 2), "average_inc_pad")), (ramp(2, 4, 4, 2),)),
            (cls(**large), (ramp(9, 8),)),
        ]


class PoolSpread(Pooling):
    """Each number spread over its window, and added up where windows overlap.

    Inputs are one number for each window and the lengths of the axes that were pooled.
    It is the gradient of `Pool` for sums and averages.
    """

    reads_values = True
    latex = r"\operatorname{{pool}}^\top({0})"

    def infer(self, g: Operand, *lengths: Operand) -> TensorType:
        known = [None if isinstance(n.value, tuple) else n.value for n in lengths]
        shape = (*g.type.shape[: g.type.ndim - self.ndim], *known)
        for axis, n in enumerate(self.counts(TensorType(g.type.dtype, shape))):
            same_length(n, g.type.shape[axis], axis)
        return TensorType(g.type.dtype, shape)

    def numpy(self, g: Array, *lengths: Array) -> Array:
        shape = (*g.shape[: g.ndim - self.ndim], *(int(n) for n in lengths))
        found, scaled = np.zeros(shape, g.dtype), g
        if self.mode != "sum":
            scaled = (g / self.sizes(shape)).astype(g.dtype)
        for to, region in self.regions(shape):
            found[region] += scaled[to][(..., *(np.newaxis,) * self.ndim)]
        return found

    def grad(
        self, inputs: tuple[Variable, ...], output: Variable, g: Variable
    ) -> Gradients:
        y, *lengths = inputs
        return (FIT[0](Pool(**self.attributes())(g), y), *(None for _ in lengths))

    def lower(self, out: Target, index: Index, g: Source, *lengths: Source) -> Expr:
        counts = g.shape[g.ndim - self.ndim :]

        def term(at: Index) -> Expr:
            size = self.divisor(
                at[g.ndim - self.ndim :], out.shape[g.ndim - self.ndim :]
            )
            return divided(g[at], size, out.dtype)

        return self.covering(counts, index, term, out.dtype)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return _examples_of_way_back(cls, "sum", (np.array(5), np.array(6)))


class MaxPoolGrad(Pooling):
    """The gradient of the largest of each window, to the elements that are the largest.

    Inputs are `x`, the pooled `y`, and its gradient. As in Theano, every element equal
    to the largest of its window gets the whole gradient.
    """

    latex = r"\operatorname{{pool}}'({0})^\top {2}"

    def infer(self, x: TensorType, y: TensorType, g: TensorType) -> TensorType:
        for axis, n in enumerate(self.counts(x)):
            same_length(same_length(n, y.shape[axis], axis), g.shape[axis], axis)
        return TensorType(g.dtype, x.shape)

    def numpy(self, x: Array, y: Array, g: Array) -> Array:
        found = np.zeros(x.shape, g.dtype)
        wide = (..., *(np.newaxis,) * self.ndim)
        for to, region in self.regions(x.shape):
            found[region] += np.where(x[region] == y[to][wide], g[to][wide], 0)
        return found

    def grad(
        self, inputs: tuple[Variable, ...], output: Variable, g: Variable
    ) -> Gradients:
        x, y, back = inputs
        return None, None, FIT[0](MaxPoolTangent(**self.attributes())(x, y, g), back)

    def lower(self, out: Target, index: Index, x: Source, y: Source, g: Source) -> Expr:
        counts = y.shape[y.ndim - self.ndim :]
        own = x[index]

        def term(at: Index) -> Expr:
            return k.select(k.equal(own, y[at]), g[at], k.const(0, out.dtype))

        return self.covering(counts, index, term, out.dtype)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return _examples_of_largest(cls, of_result=True)


class MaxPoolTangent(Pooling):
    """How the largest of each window moves when `x` moves along `d`.

    Inputs are `x`, the pooled `y`, and `d`: the sum of `d` over the elements that are
    the largest of their window.
    """

    latex = r"\operatorname{{pool}}'({0}) {2}"

    def infer(self, x: TensorType, y: TensorType, d: TensorType) -> TensorType:
        shape = self.counts(x)
        for axis, n in enumerate(shape):
            same_length(n, y.shape[axis], axis)
        for axis, n in enumerate(x.shape):
            same_length(n, d.shape[axis], axis)
        return TensorType(d.dtype, shape)

    def numpy(self, x: Array, y: Array, d: Array) -> Array:
        found = np.zeros(y.shape, d.dtype)
        axes, wide = tuple(range(-self.ndim, 0)), (..., *(np.newaxis,) * self.ndim)
        for to, region in self.regions(x.shape):
            hit = x[region] == y[to][wide]
            found[to] = np.where(hit, d[region], 0).sum(axis=axes)
        return found

    def grad(
        self, inputs: tuple[Variable, ...], output: Variable, g: Variable
    ) -> Gradients:
        x, y, d = inputs
        return None, None, FIT[0](MaxPoolGrad(**self.attributes())(x, y, g), d)

    def lower(self, out: Target, index: Index, x: Source, y: Source, d: Source) -> Expr:
        largest = y[index]

        def term(tests: list[Expr], at: Index) -> Expr:
            return if_all([*tests, k.equal(x[at], largest)], d[at])

        return self.taps(x, index, "sum", term, out.dtype)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return _examples_of_largest(cls, of_result=False)


def _examples_of_way_back(
    cls: type[PoolSpread], mode: str, lengths: tuple[Array, ...]
) -> list[Example]:
    x = ramp(2, *(int(n) for n in lengths))
    linear = [fields for fields in SETTINGS if fields["mode"] != "max"]
    return [
        (cls(**fields), (ramp(*Pool(**fields).numpy(x).shape), *lengths))
        for fields in linear
    ]


def _examples_of_largest(cls: type[Pooling], *, of_result: bool) -> list[Example]:
    x = ramp(2, 5, 6)
    found: list[Example] = []
    for fields in SETTINGS:
        if fields["mode"] == "max":
            y = Pool(**fields).numpy(x)
            third = ramp(*(y if of_result else x).shape) + 1
            found.append((cls(**fields), (x, y, third)))
    return found
