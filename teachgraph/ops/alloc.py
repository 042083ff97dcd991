"""Lengths as values, and tensors made of lengths: shape, alloc, zeros, full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeGuard, cast

import numpy as np

from teachgraph.core.config import config
from teachgraph.core.graph import Variable
from teachgraph.core.op import Op, constant
from teachgraph.core.report import Fault, Hint
from teachgraph.core.surface import MEANINGS, define
from teachgraph.core.types import (
    Operand,
    TensorType,
    ValueOfLength,
    is_integer,
    same_length,
)
from teachgraph.kernel import build as k
from teachgraph.kernel.ir import Expr
from teachgraph.ops.base import (
    FIT,
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
from teachgraph.ops.elementwise import broadcast_index

Lengths = TensorLike | Sequence[TensorLike]
"""A shape: a whole number, a variable of one, a list of those, or a vector variable."""


class ShapeOf(Op):
    """The length of `x` along `axis`, int64[]."""

    axis: int
    arrays_only = False
    latex = r"\operatorname{{length}}({0})"

    def infer(self, x: TensorType) -> TensorType:
        return TensorType("int64", ())

    def numpy(self, x: Array) -> Array:
        return np.array(x.shape[self.axis], dtype="int64")

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        return (None,)

    def lower(self, out: Target, index: Index, x: Source) -> Expr:
        return x.shape[self.axis]

    def known_value(self, x: Operand) -> ValueOfLength:
        return x.type.shape[self.axis]

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [(cls(axis), (ramp(2, 3),)) for axis in (0, 1)]


class MakeVector(Op):
    """A vector of scalars, in order."""

    dtype: str
    latex = r"({0}, \ldots)"

    def infer(self, *scalars: TensorType) -> TensorType:
        for position, t in enumerate(scalars):
            if t.ndim:
                raise Fault("wrong-rank", f"element {position} of the vector is {t}")
        return TensorType(self.dtype, (len(scalars),))

    def numpy(self, *scalars: Array) -> Array:
        return np.array(scalars, dtype=self.dtype).reshape(len(scalars))

    def grad(
        self, inputs: Sequence[Variable], output: Variable, g: Variable
    ) -> Gradients:
        return tuple(FIT[0](g[i], x) for i, x in enumerate(inputs))

    def lower(self, out: Target, index: Index, *scalars: Source) -> Expr:
        elements = [k.cast(x[()], self.dtype) for x in scalars]
        found = elements[-1] if elements else k.const(0, self.dtype)
        for position, element in reversed(list(enumerate(elements[:-1]))):
            found = k.select(k.equal(index[0], position), element, found)
        return found

    def known_value(self, *scalars: Operand) -> ValueOfLength:
        if not is_integer(self.dtype):
            return None
        return tuple(None if isinstance(s.value, tuple) else s.value for s in scalars)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        whole = tuple(np.array(n) for n in (4, -1, 2))
        return [
            (cls("int64"), whole),
            (cls("float32"), (ramp(dtype="float32"),)),
            (cls("float64"), (ramp(), np.array(2.5))),
        ]


class Alloc(Op):
    """`value` stretched to a shape; the lengths are the other inputs, int[] each.

    An axis of `value` that is not known to be 1 long must have the length asked for.
    """

    reads_values = True
    latex = r"\operatorname{{alloc}}({0})"
    virtual = True

    def infer(self, value: Operand, *lengths: Operand) -> TensorType:
        for position, n in enumerate(lengths):
            if n.type.ndim or not is_integer(n.type.dtype):
                raise Fault(
                    "wrong-dtype", f"length {position} is {n.type}, not a whole number"
                )
        asked = [None if isinstance(n.value, tuple) else n.value for n in lengths]
        negative = [n for n in asked if isinstance(n, int) and n < 0]
        if negative:
            raise Fault("wrong-value", f"a length of {negative[0]} is asked for")
        lead = len(asked) - value.type.ndim
        if lead < 0:
            raise Fault(
                "wrong-rank",
                f"{value.type} has more axes than the {len(asked)} lengths asked for",
            )
        inner = [
            n if own == 1 else same_length(own, n, axis)
            for axis, own, n in zip(
                range(lead, len(asked)), value.type.shape, asked[lead:], strict=True
            )
        ]
        return TensorType(value.type.dtype, (*asked[:lead], *inner))

    def numpy(self, value: Array, *lengths: Array) -> Array:
        return np.array(np.broadcast_to(value, [int(n) for n in lengths]))

    def grad(
        self, inputs: Sequence[Variable], output: Variable, g: Variable
    ) -> Gradients:
        value, *lengths = inputs
        return (FIT[0](g, value), *(None for _ in lengths))

    def lower(self, out: Target, index: Index, value: Source, *lengths: Source) -> Expr:
        return value[broadcast_index(value, index)]

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        two, three = np.array(2), np.array(3)
        return [
            (cls(), (np.array(1.5), two, three)),
            (cls(), (ramp(1, 3, dtype="float32"), two, three)),
            (cls(), (ramp(3), two, three)),
            (cls(), (np.array(7), np.array(0))),
        ]


def is_whole_number(value: object) -> TypeGuard[int]:
    """True for whole numbers of Python and NumPy, but not for True and False."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def as_length(n: TensorLike) -> Variable:
    """A whole number as an int64[] constant, or the whole-number variable itself."""
    if isinstance(n, Variable):
        v = n
    elif is_whole_number(n):
        return constant(int(n), dtype="int64")
    else:
        v = as_tensor(n)
    if v.type.ndim or not is_integer(v.dtype):
        raise Fault("wrong-dtype", f"a length is a whole number, not {v.type}")
    return v


def as_lengths(shape: Lengths) -> list[Variable]:
    """One int[] variable an axis, from a number, a list, a vector of known length."""
    if isinstance(shape, Variable) and shape.ndim == 1:
        count = shape.type.shape[0]
        if not isinstance(count, int):
            raise Fault(
                "wrong-rank",
                "the number of axes is not known: the shape is a vector of any length",
                hints=(Hint("give the lengths as a list of scalars"),),
            )
        return [shape[i] for i in range(count)]
    if isinstance(shape, list | tuple):
        return [as_length(n) for n in shape]
    if isinstance(shape, np.ndarray) and shape.ndim == 1:
        return [as_length(int(n)) for n in shape]
    return [as_length(cast(Any, shape))]


def lengths_of(x: Variable) -> list[Variable]:
    """The length of each axis: a constant where it is known, else `ShapeOf`."""
    return [
        as_length(n) if isinstance(n, int) else cast(Variable, ShapeOf(axis)(x))
        for axis, n in enumerate(x.type.shape)
    ]


def shape(x: TensorLike) -> Variable:
    """The lengths of the axes of `x`, int64[ndim]; `x.shape` is the same."""
    v = as_tensor(x)
    if not v.ndim:
        return constant(np.zeros(0, "int64"))
    return MakeVector("int64")(*(ShapeOf(axis)(v) for axis in range(v.ndim)))


MEANINGS[".shape"] = cast(Any, property(shape))


def alloc(value: TensorLike, *lengths: TensorLike) -> Variable:
    """`value` stretched to the shape; an axis not known to be 1 long keeps its length.

    Args:
        value: at most as many axes as there are lengths.
        lengths: whole numbers or int[] variables, one an axis.

    Raises:
        shape-mismatch: an axis of `value` has another length than asked for.

    >>> T.alloc([[1.0], [2.0]], 2, 3).eval()
    array([[1., 1., 1.],
           [2., 2., 2.]])
    """
    return Alloc()(as_tensor(value), *(as_length(n) for n in lengths))


@define("np.full")
def full(shape: Lengths, fill_value: TensorLike, dtype: str | None = None) -> Variable:
    """A tensor of a shape, filled with one number.

    >>> T.full((2,), 1.5, dtype="float64").eval()
    array([1.5, 1.5])
    """
    return alloc(as_tensor(fill_value, dtype=dtype), *as_lengths(shape))


@define("np.zeros")
def zeros(shape: Lengths, dtype: str | None = None) -> Variable:
    """Zeros of a shape, of dtype `config.floatX` unless another is given.

    Shape `shape`: a number, variables or a vector.

    >>> T.zeros((2, 3)).eval()
    array([[0., 0., 0.],
           [0., 0., 0.]])
    """
    return full(shape, constant(0, dtype=dtype or config.floatX))


@define("np.ones")
def ones(shape: Lengths, dtype: str | None = None) -> Variable:
    """Ones of a shape, of dtype `config.floatX` unless another is given.

    Shape `shape`: a number, variables or a vector.

    >>> T.ones((2,), dtype="int64").eval()
    array([1, 1])
    """
    return full(shape, constant(1, dtype=dtype or config.floatX))


def fill(model: TensorLike, value: TensorLike) -> Variable:
    """`value`, in its own dtype, stretched to the shape of `model`.

    Where `model` lacks an axis or is declared to be 1 long, the length is that of
    `value`.

    Raises:
        shape-mismatch: `value` does not stretch to that shape.

    >>> T.fill([[0.0, 0.0]], np.float64(7)).eval()
    array([[7., 7.]])
    """
    x, v = as_tensor(model), as_tensor(value)
    rank = max(x.ndim, v.ndim)
    asked = dict(enumerate(lengths_of(x), rank - x.ndim))
    own = dict(enumerate(lengths_of(v), rank - v.ndim))
    one = {a for a, n in enumerate(x.type.shape, rank - x.ndim) if n == 1}
    free = own.keys() & one | own.keys() - asked.keys()
    lengths = [own[a] if a in free else asked[a] for a in range(rank)]
    return alloc(v, *lengths)


@define("np.full_like")
def full_like(
    model: TensorLike, fill_value: TensorLike, dtype: str | None = None
) -> Variable:
    """A tensor with the shape of `model`, and its dtype unless another is given.

    >>> T.full_like([1.0, 2.0], 3).eval()
    array([3., 3.])
    """
    x = as_tensor(model)
    if isinstance(fill_value, Variable):
        return fill(x, fill_value)
    return fill(x, as_tensor(fill_value, dtype=dtype or x.dtype))


@define(".zeros_like", "np.zeros_like")
def zeros_like(model: TensorLike, dtype: str | None = None) -> Variable:
    """Zeros with the shape of `model`, and its dtype unless another is given.

    >>> T.zeros_like(T.lvector("x")).type
    TensorType(dtype='int64', shape=(None,))
    """
    return full_like(model, 0, dtype)


@define(".ones_like", "np.ones_like")
def ones_like(model: TensorLike, dtype: str | None = None) -> Variable:
    """Ones with the shape of `model`, and its dtype unless another is given.

    >>> T.ones_like([[1.5, 2.5]]).eval()
    array([[1., 1.]])
    """
    return full_like(model, 1, dtype)
