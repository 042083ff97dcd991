"""Putting the elements along some axes together: sums, products, extremes, tests."""

from __future__ import annotations

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.report import Fault
from teachgraph.core.types import Length, TensorType, is_complex, is_continuous
from teachgraph.kernel import build as k
from teachgraph.kernel.ir import Const, Expr, FoldKind
from teachgraph.ops.alloc import alloc, lengths_of
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
from teachgraph.ops.casting import cast
from teachgraph.ops.complexes import real
from teachgraph.ops.scalars import eq, switch
from teachgraph.ops.shape import Axis, dimshuffle


def kept_lengths(x: TensorType, axis: tuple[int, ...]) -> tuple[Length, ...]:
    """The lengths of the axes that are not reduced."""
    return tuple(n for a, n in enumerate(x.shape) if a not in axis)


def fold_axes(
    kind: FoldKind,
    x: Source,
    axis: tuple[int, ...],
    index: Index,
    *,
    dtype: str | None = None,
) -> Expr:
    """A fold over the axes of `x`, at the index of the result."""

    def element(*inner: Expr) -> Expr:
        outer, folded = iter(index), iter(inner)
        at = tuple(next(folded) if a in axis else next(outer) for a in range(x.ndim))
        return x[at] if kind not in ("any", "all") else k.cast(x[at], "bool")

    return k.fold(kind, [x.shape[a] for a in axis], element, dtype=dtype)


def _of_something(value: Expr, x: Source, axis: tuple[int, ...], out: Target) -> Expr:
    """`value`, with a fault when the axes it was folded over are empty."""
    for a in axis:
        n = x.shape[a]
        if not (isinstance(n, Const) and n.value.real > 0):
            there = k.equal(k.checked(k.integer(0), n, out.node), 0)
            value = k.select(there, value, k.const(0, value.dtype))
    return value


def restore(g: Variable, axis: tuple[int, ...], ndim: int) -> Variable:
    """`g` with the axes that a reduction took away put back, each 1 long."""
    kept = iter(range(g.ndim))
    order: list[Axis] = ["x" if a in axis else next(kept) for a in range(ndim)]
    return dimshuffle(g, order)


class Sum(Op):
    """The sum of the elements along `axis`.

    `acc` is the dtype in which the sum is kept while it grows, `dtype` that of the
    result.
    """

    axis: tuple[int, ...]
    folds = True
    dtype: str
    acc: str
    latex = r"\sum {0}"

    def infer(self, x: TensorType) -> TensorType:
        return TensorType(self.dtype, kept_lengths(x, self.axis))

    def numpy(self, x: Array) -> Array:
        with np.errstate(all="ignore"):
            return np.asarray(np.sum(x, axis=self.axis, dtype=self.acc)).astype(
                self.dtype
            )

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        (x,) = inputs
        if not is_continuous(x.dtype):
            return (None,)
        return (FIT[0](alloc(restore(g, self.axis, x.ndim), *lengths_of(x)), x),)

    def lower(self, out: Target, index: Index, x: Source) -> Expr:
        return k.cast(fold_axes("sum", x, self.axis, index, dtype=self.acc), out.dtype)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [
            (cls((0, 1), "float64", "float64"), (ramp(2, 3),)),
            (cls((1,), "float32", "float32"), (ramp(2, 3, dtype="float32"),)),
            (cls((0, 2), "int64", "int64"), (ramp(2, 3, 2, dtype="int8"),)),
            (cls((0,), "float64", "float64"), (ramp(0, 3),)),
            (cls((), "float64", "float64"), (ramp(),)),
            (cls((0,), "int64", "int64"), (ramp(4, dtype="bool"),)),
        ]


class Prod(Op):
    """The product of the elements along `axis`.

    `acc` is the dtype in which the product is kept while it grows, `dtype` that of the
    result.
    """

    axis: tuple[int, ...]
    folds = True
    dtype: str
    acc: str
    latex = r"\prod {0}"

    def infer(self, x: TensorType) -> TensorType:
        return TensorType(self.dtype, kept_lengths(x, self.axis))

    def numpy(self, x: Array) -> Array:
        with np.errstate(all="ignore"):
            return np.asarray(np.prod(x, axis=self.axis, dtype=self.acc)).astype(
                self.dtype
            )

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        # Where x is not 0 the others' product is prod / x, unless another one is 0;
        # where x is the only 0 it is the product of all that are not.
        (x,) = inputs
        if not is_continuous(x.dtype):
            return (None,)
        is_zero = eq(x, 0)
        rest = switch(is_zero, 1, x)
        product = restore(
            Prod(self.axis, self.dtype, self.acc)(rest), self.axis, x.ndim
        )
        zeros = restore(Sum(self.axis, "int64", "int64")(is_zero), self.axis, x.ndim)
        others = switch(
            eq(zeros, 0), product / rest, switch(is_zero & eq(zeros, 1), product, 0)
        )
        return (FIT[0](restore(g, self.axis, x.ndim) * others, x),)

    def lower(self, out: Target, index: Index, x: Source) -> Expr:
        return k.cast(fold_axes("prod", x, self.axis, index, dtype=self.acc), out.dtype)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [
            (cls((0, 1), "float64", "float64"), (ramp(2, 3) + 2,)),
            (cls((1,), "float32", "float32"), (ramp(2, 3, dtype="float32"),)),
            (cls((0,), "int64", "int64"), (ramp(3, 2, dtype="int8"),)),
            (cls((1,), "float64", "float64"), (ramp(2, 0),)),
        ]


class Extreme(Op, abstract=True):
    """What `Max` and `Min` share."""

    axis: tuple[int, ...]
    folds = True

    def infer(self, x: TensorType) -> TensorType:
        if is_complex(x.dtype):
            raise Fault("wrong-dtype", f"complex numbers have no order, here {x.dtype}")
        return TensorType(x.dtype, kept_lengths(x, self.axis))

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        # As Theano: every element equal to the extreme gets the whole gradient.
        (x,) = inputs
        best = restore(output, self.axis, x.ndim)
        return (FIT[0](switch(eq(x, best), restore(g, self.axis, x.ndim), 0), x),)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [
            (cls((0, 1)), (ramp(2, 3),)),
            (cls((1,)), (ramp(2, 3, dtype="float32"),)),
            (cls((0, 2)), (ramp(2, 3, 2, dtype="int8"),)),
            (cls((0,)), (ramp(3, 0),)),
            (cls(()), (ramp(),)),
            (cls((1,)), (ramp(2, 3, dtype="bool"),)),
        ]


class Max(Extreme):
    """The largest element along `axis`; nan if there is one. Of nothing: an error.

    Every element that is equal to the largest gets the whole gradient, as in Theano.
    """

    latex = r"\max {0}"

    def numpy(self, x: Array) -> Array:
        return np.asarray(np.max(x, axis=self.axis))

    def lower(self, out: Target, index: Index, x: Source) -> Expr:
        return _of_something(fold_axes("max", x, self.axis, index), x, self.axis, out)


class Min(Extreme):
    """The smallest element along `axis`; nan if there is one. Of nothing: an error.

    Every element that is equal to the smallest gets the whole gradient, as in Theano.
    """

    latex = r"\min {0}"

    def numpy(self, x: Array) -> Array:
        return np.asarray(np.min(x, axis=self.axis))

    def lower(self, out: Target, index: Index, x: Source) -> Expr:
        return _of_something(fold_axes("min", x, self.axis, index), x, self.axis, out)


class Position(Op, abstract=True):
    """What `Argmax` and `Argmin` share."""

    axis: tuple[int, ...]
    folds = True

    def infer(self, x: TensorType) -> TensorType:
        if is_complex(x.dtype):
            raise Fault("wrong-dtype", f"complex numbers have no order, here {x.dtype}")
        return TensorType("int64", kept_lengths(x, self.axis))

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        return (None,)

    def _folded(self, x: Array) -> Array:
        """`x` with the axes to search joined into one, at the end."""
        kept = [a for a in range(x.ndim) if a not in self.axis]
        count = int(np.prod([x.shape[a] for a in self.axis]))
        return x.transpose([*kept, *self.axis]).reshape(
            [*(x.shape[a] for a in kept), count]
        )

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [
            (cls((0, 1)), (ramp(2, 3),)),
            (cls((1,)), (ramp(2, 3, dtype="float32"),)),
            (cls((0, 2)), (ramp(2, 3, 2, dtype="int8"),)),
            (cls((0,)), (np.zeros(3),)),
            (cls((0,)), (ramp(3, 0),)),
        ]


class Argmax(Position):
    """The position of the first largest element along `axis`, int64.

    Over several axes: the position in the row-major order of those axes.
    """

    latex = r"\operatorname{{argmax}} {0}"

    def numpy(self, x: Array) -> Array:
        return np.asarray(self._folded(x).argmax(axis=-1), dtype="int64")

    def lower(self, out: Target, index: Index, x: Source) -> Expr:
        return _of_something(
            fold_axes("argmax", x, self.axis, index), x, self.axis, out
        )


class Argmin(Position):
    """The position of the first smallest element along `axis`, int64.

    Over several axes: the position in the row-major order of those axes.
    """

    latex = r"\operatorname{{argmin}} {0}"

    def numpy(self, x: Array) -> Array:
        return np.asarray(self._folded(x).argmin(axis=-1), dtype="int64")

    def lower(self, out: Target, index: Index, x: Source) -> Expr:
        return _of_something(
            fold_axes("argmin", x, self.axis, index), x, self.axis, out
        )


class Question(Op, abstract=True):
    """What `AllTrue` and `AnyTrue` share."""

    axis: tuple[int, ...]
    folds = True

    def infer(self, x: TensorType) -> TensorType:
        return TensorType("bool", kept_lengths(x, self.axis))

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        return (None,)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [
            (cls((0, 1)), (ramp(2, 3, dtype="bool"),)),
            (cls((1,)), (np.array([[True, True], [True, False], [False, False]]),)),
            (cls((0,)), (ramp(2, 3),)),
            (cls((0,)), (ramp(0, 3, dtype="bool"),)),
        ]


class AllTrue(Question):
    """True where all elements along `axis` are true (not zero); of nothing: True."""

    latex = r"\bigwedge {0}"

    def numpy(self, x: Array) -> Array:
        return np.asarray(np.all(x, axis=self.axis))

    def lower(self, out: Target, index: Index, x: Source) -> Expr:
        return fold_axes("all", x, self.axis, index)


class AnyTrue(Question):
    """True where an element along `axis` is true (not zero); of nothing: False."""

    latex = r"\bigvee {0}"

    def numpy(self, x: Array) -> Array:
        return np.asarray(np.any(x, axis=self.axis))

    def lower(self, out: Target, index: Index, x: Source) -> Expr:
        return fold_axes("any", x, self.axis, index)


_WIDER = {"float16": "float32", "float32": "float64", "complex64": "complex128"}


def accumulator(dtype: str) -> str:
    """The dtype in which a sum of products of `dtype` is kept while it grows."""
    return "float32" if dtype == "float16" else dtype


def wide_accumulator(dtype: str) -> str:
    """The dtype in which a sum or product of elements is kept, as Theano keeps it."""
    return _WIDER.get(dtype, dtype)


def fit(g: Variable, x: Variable) -> Variable:
    """`g` made to have the type of `x`: summed over axes along which `x` stretched."""
    lead = g.ndim - x.ndim
    axis = tuple(
        a
        for a, n in enumerate(g.type.shape)
        if a < lead or (x.type.shape[a - lead] == 1 and n != 1)
    )
    if axis:
        g = Sum(axis, g.dtype, wide_accumulator(g.dtype))(g)
        inner = tuple(a - lead for a in axis if a >= lead)
        g = restore(g, inner, x.ndim)
    if is_complex(g.dtype) and not is_complex(x.dtype):
        g = real(g)
    return cast(g, x.dtype)


FIT.append(fit)
