"""The same elements, in row-major order, under another shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.report import Fault, Hint
from teachgraph.core.sizes import Size
from teachgraph.core.surface import MEANINGS, define
from teachgraph.core.types import (
    Length,
    LengthMismatch,
    Operand,
    TensorType,
    is_integer,
    length_product,
    same_length,
)
from teachgraph.kernel import build as k
from teachgraph.kernel.ir import Expr
from teachgraph.ops.alloc import MakeVector, as_length, lengths_of
from teachgraph.ops.base import (
    Array,
    Example,
    Gradients,
    Index,
    Source,
    Target,
    TensorLike,
    as_tensor,
    ramp,
)
from teachgraph.ops.scalars import mul
from teachgraph.ops.whole import Whole, choose, is_natural, maximum, minimum


class Reshape(Op):
    """The elements of `x` in row-major order, under a new shape of `ndim` axes.

    One length of the shape may be -1: it is worked out from the others.
    """

    ndim: int
    reads_values = True
    latex = r"\operatorname{{reshape}}({0}, {1})"
    virtual = True

    def infer(self, x: Operand, shape: Operand) -> TensorType:
        if shape.type.ndim != 1 or not is_integer(shape.type.dtype):
            raise Fault(
                "wrong-dtype", f"a shape is a vector of whole numbers, not {shape.type}"
            )
        same_length(shape.type.shape[0], self.ndim)
        if not isinstance(shape.value, tuple):
            return TensorType(x.type.dtype, (None,) * self.ndim)
        total = length_product(x.type.shape)
        return TensorType(x.type.dtype, _lengths(total, shape.value))

    def numpy(self, x: Array, shape: Array) -> Array:
        asked = tuple(int(n) for n in shape)
        return x.reshape([int(cast(int, n)) for n in _lengths(x.size, asked)])

    def grad(
        self, inputs: tuple[Variable, ...], output: Variable, g: Variable
    ) -> Gradients:
        x, _ = inputs
        return reshape(g, lengths_of(x)), None

    def lower(self, out: Target, index: Index, x: Source, shape: Source) -> Expr:
        return x[k.unflatten(k.flat_index(index, out.shape), x.shape)]

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [
            (cls(2), (ramp(2, 6), np.array([3, 4]))),
            (cls(1), (ramp(2, 3, dtype="float32"), np.array([-1]))),
            (cls(3), (ramp(6, dtype="int32"), np.array([1, -1, 2]))),
            (cls(0), (ramp(1, 1), np.zeros(0, "int64"))),
            (cls(2), (ramp(0, 3), np.array([3, 0]))),
        ]


def _lengths(total: Length, asked: tuple[Length, ...]) -> tuple[Length, ...]:
    """The lengths of a shape in which -1 may stand for one of them.

    Which one that is may be known only when the program runs.
    """
    low = min((n for n in asked if isinstance(n, int)), default=0)
    if low < -1:
        raise Fault("wrong-value", f"no axis is {low} long; -1 leaves one length open")
    opens = [_is_open(n) for n in asked]
    _at_most_one(opens)
    if total is None or None in asked:
        return tuple(
            None if is_open != 0 else n for n, is_open in zip(asked, opens, strict=True)
        )
    if length_product(asked) == total:
        return asked
    pairs = enumerate(zip(asked, opens, strict=True))
    found = tuple(
        n if is_open == 0 else choose(is_open, _rest(total, asked, axis, is_open), n)
        for axis, (n, is_open) in pairs
    )
    _same_total(total, length_product(found), asked)
    return found


def _is_open(n: Length) -> Whole:
    """1 for a length that is -1, else 0; for a number to come, what will be that."""
    if isinstance(n, Size) and not is_natural(n):
        return 1 - minimum(maximum(n + 1, -n - 1), 1)
    return int(n == -1)


def _at_most_one(opens: Sequence[Whole]) -> None:
    count: Any = sum(opens)
    if isinstance(count, int) and count > 1:
        raise Fault(
            "shape-mismatch", "only one length of a shape may be left open with -1"
        )
    same_length(maximum(count, 1), 1)


def _rest(total: Any, asked: tuple[Length, ...], axis: int, is_open: Whole) -> Whole:
    """The length that is left for an axis, where no other axis is empty."""
    others = length_product([*asked[:axis], *asked[axis + 1 :]])
    filled = choose(is_open, others, 1)
    if isinstance(filled, int) and filled < 1:
        raise _no_arrangement(total, asked)
    same_length(minimum(filled, 1), 1)
    return total // maximum(others, 1)


def _same_total(total: Length, found: Length, asked: tuple[Length, ...]) -> None:
    try:
        same_length(total, found)
    except LengthMismatch:
        raise _no_arrangement(total, asked) from None


def _no_arrangement(total: Length, asked: tuple[Length, ...]) -> Fault:
    shape = " x ".join("?" if n == -1 else str(n) for n in asked)
    return Fault(
        "shape-mismatch",
        f"{total} elements cannot be arranged as {shape or 'a scalar'}",
    )


def as_shape(lengths: Any) -> Variable:
    """A vector int64[ndim] of the lengths in a list, or the vector variable itself."""
    if isinstance(lengths, Variable) and lengths.ndim == 1:
        return lengths
    if isinstance(lengths, list | tuple):
        parts: list[Variable] = [as_length(n) for n in cast(Sequence[Any], lengths)]
    elif isinstance(lengths, np.ndarray) and lengths.ndim == 1:
        parts = [as_length(int(n)) for n in lengths]
    else:
        parts = [as_length(cast(Any, lengths))]
    if all(p.data is not None for p in parts):
        return as_tensor(np.array([int(cast(Array, p.data)) for p in parts], "int64"))
    return MakeVector("int64")(*parts)


@define("np.reshape")
def reshape(x: TensorLike, newshape: Any, ndim: int | None = None) -> Variable:
    """The elements of `x` in row-major order under a new shape.

    Args:
        newshape: whole numbers or int[] variables in a list, one of which may be -1; or
            a vector variable, with `ndim` if its length is not known.

    Raises:
        shape-mismatch: the new shape has another number of elements.

    >>> T.reshape(T.dmatrix(), (-1, 2)).type
    TensorType(dtype='float64', shape=(None, 2))
    """
    v, shape = as_tensor(x), as_shape(newshape)
    count = shape.type.shape[0] if ndim is None else ndim
    if not isinstance(count, int):
        raise Fault(
            "wrong-rank",
            "the number of axes is not known: the shape is a vector of any length",
            hints=(Hint("say it: x.reshape(shape, ndim=2)"),),
        )
    return Reshape(count)(v, shape)


@define(".reshape")
def _reshape_method(x: Variable, *newshape: Any, ndim: int | None = None) -> Variable:
    first, *rest = newshape or ((),)
    if isinstance(first, Variable) and first.ndim == 1 and len(rest) == 1:
        return reshape(x, first, rest[0])  # as in Theano: x.reshape(shape, ndim)
    return reshape(x, newshape if rest else first, ndim)


@define(".flatten")
def flatten(
    x: TensorLike, ndim: int | None = None, outdim: int | None = None
) -> Variable:
    """`x` with its last axes joined, so that `ndim` are left.

    Args:
        ndim: 1 unless told.
        outdim: its old name.

    Raises:
        wrong-rank: `x` has fewer axes than that.

    >>> T.flatten(T.dtensor3("x", shape=(2, 3, 4)), 2).type
    TensorType(dtype='float64', shape=(2, 12))
    """
    v = as_tensor(x)
    left = next((n for n in (ndim, outdim) if n is not None), 1)
    if not 1 <= left <= max(v.ndim, 1):
        raise Fault("wrong-rank", f"{v.type} cannot be flattened to {left} axes")
    if v.ndim == left:
        return v
    kept = lengths_of(v)[: left - 1]
    return reshape(v, [*kept, _joined(v, left - 1)])


def _joined(x: Variable, first: int) -> TensorLike:
    """The number of elements of the axes from `first` on; -1 where it is not known."""
    known = length_product(x.type.shape[first:])
    return known if isinstance(known, int) else -1


@define(".ravel", "np.ravel")
def ravel(x: TensorLike) -> Variable:
    """All elements of `x` as a vector, in row-major order."""
    return flatten(x)


def size(x: TensorLike) -> Variable:
    """The number of elements, int64[]; `x.size` is the same."""
    lengths = lengths_of(as_tensor(x))
    total = lengths[0] if lengths else as_length(1)
    for n in lengths[1:]:
        total = mul(total, n)
    return total


MEANINGS[".size"] = cast(Any, property(size))
