"""Tensors made of numbers alone: ranges, unit matrices, triangles."""

from __future__ import annotations

from typing import Any

import numpy as np

from teachgraph.core.config import config
from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.report import Fault
from teachgraph.core.surface import define
from teachgraph.core.types import (
    Length,
    Operand,
    TensorType,
    is_complex,
    is_integer,
    upcast,
)
from teachgraph.kernel import build as k
from teachgraph.kernel.ir import Expr
from teachgraph.ops.alloc import as_length, lengths_of
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
)
from teachgraph.ops.scalars import ge, switch
from teachgraph.ops.shape import shape_padleft, shape_padright
from teachgraph.ops.whole import at_least_zero


class ARange(Op):
    """The numbers from `start` up to, but not including, `stop`, `step` apart."""

    dtype: str
    reads_values = True
    virtual = True
    latex = r"\operatorname{{arange}}({0}, {1}, {2})"

    def infer(self, start: Operand, stop: Operand, step: Operand) -> TensorType:
        if is_complex(self.dtype):
            raise Fault("wrong-dtype", "a range counts in real numbers")
        for operand in (start, stop, step):
            if operand.type.ndim:
                raise Fault(
                    "wrong-rank",
                    f"the bounds of a range are scalars, not {operand.type}",
                )
        return TensorType(self.dtype, (_count(start.value, stop.value, step.value),))

    def numpy(self, start: Array, stop: Array, step: Array) -> Array:
        return np.arange(start.item(), stop.item(), step.item(), dtype=self.dtype)

    def grad(
        self, inputs: tuple[Variable, ...], output: Variable, g: Variable
    ) -> Gradients:
        start, _, step = inputs
        place = arange(lengths_of(g)[0])
        return FIT[0](g, start), None, FIT[0](g * place, step)

    def lower(
        self, out: Target, index: Index, start: Source, stop: Source, step: Source
    ) -> Expr:
        first, apart = k.cast(start[()], self.dtype), k.cast(step[()], self.dtype)
        return first + k.cast(index[0], self.dtype) * apart

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        zero, two, seven = np.array(0), np.array(2), np.array(7)
        return [
            (cls("int64"), (zero, seven, two)),
            (cls("int64"), (seven, zero, -two)),
            (cls("int32"), (seven, two, two)),
            (cls("float64"), (np.array(0.0), np.array(0.9), np.array(0.25))),
            (cls("float32"), (zero, seven, two)),
        ]


def _count(start: Any, stop: Any, step: Any) -> Length:
    known = [n for n in (start, stop) if n is not None and not isinstance(n, tuple)]
    if len(known) < 2 or not isinstance(step, int):
        return None
    if step == 0:
        raise Fault("wrong-value", "the step of a range is 0")
    size = abs(step)
    room = (stop - start) if step > 0 else (start - stop)
    return (at_least_zero(room) + (size - 1)) // size


class Eye(Op):
    """A matrix with ones on the diagonal that begins at column `k`, else zeros.

    Its lengths and `k` are the inputs, int[] each.
    """

    dtype: str
    reads_values = True
    virtual = True
    latex = "I"

    def infer(self, rows: Operand, columns: Operand, diagonal: Operand) -> TensorType:
        for operand in (rows, columns, diagonal):
            if operand.type.ndim or not is_integer(operand.type.dtype):
                raise Fault(
                    "wrong-dtype", f"a length is a whole number, not {operand.type}"
                )
        lengths = tuple(
            None if isinstance(n.value, tuple) else n.value for n in (rows, columns)
        )
        for n, what in zip(lengths, ("rows", "columns"), strict=True):
            if isinstance(n, int) and n < 0:
                raise Fault("wrong-value", f"a matrix cannot have {n} {what}")
        return TensorType(self.dtype, lengths)

    def numpy(self, rows: Array, columns: Array, diagonal: Array) -> Array:
        return np.eye(int(rows), int(columns), int(diagonal), dtype=self.dtype)

    def grad(
        self, inputs: tuple[Variable, ...], output: Variable, g: Variable
    ) -> Gradients:
        return None, None, None

    def lower(
        self, out: Target, index: Index, rows: Source, columns: Source, diagonal: Source
    ) -> Expr:
        row, column = index
        on = k.equal(column - row, k.cast(diagonal[()], "int64"))
        return k.select(on, k.const(1, self.dtype), 0)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        zero, two, three = np.array(0), np.array(2), np.array(3)
        return [
            (cls("float64"), (three, three, zero)),
            (cls("float32"), (two, three, np.array(-1))),
            (cls("int32"), (three, two, np.array(1))),
            (cls("float64"), (zero, two, zero)),
        ]


def arange(
    start: TensorLike,
    stop: TensorLike | None = None,
    step: TensorLike = 1,
    dtype: str | None = None,
) -> Variable:
    """The numbers from `start` (0 if only one is given) up to `stop`, `step` apart.

    Args:
        start, stop, step: scalars; numbers or variables.
        dtype: default int64 for whole numbers, else the common dtype.

    Raises:
        wrong-value: the step is known to be 0.

    >>> T.arange(2, 10, 3).eval()
    array([2, 5, 8])
    """
    first, last = (0, start) if stop is None else (start, stop)
    bounds = [as_tensor(b) for b in (first, last, step)]
    common = upcast(*(b.dtype for b in bounds))
    default = "int64" if is_integer(common) or common == "bool" else common
    return ARange(dtype or default)(*bounds)


def eye(
    n: TensorLike,
    m: TensorLike | None = None,
    k: TensorLike = 0,
    dtype: str | None = None,
) -> Variable:
    """Ones on a diagonal of an n x m matrix, zeros elsewhere.

    Args:
        n, m: rows and columns; as many columns as rows unless told.
        k: column in which the diagonal begins; negative ones begin below row 0.
        dtype: default `config.floatX`.

    >>> T.eye(2, 3, k=1).eval()
    array([[0., 1., 0.],
           [0., 0., 1.]])
    """
    sides = as_length(n), as_length(n if m is None else m)
    return Eye(dtype or config.floatX)(*sides, as_length(k))


def identity_like(x: TensorLike) -> Variable:
    """Ones on the diagonal of a matrix with the shape and dtype of `x`."""
    v = as_tensor(x)
    rows, columns = lengths_of(v)
    return eye(rows, columns, dtype=v.dtype)


def _below(rows: Variable, columns: Variable, k: TensorLike) -> Variable:
    """True on and below the diagonal that begins at column `k`."""
    row, column = shape_padright(arange(rows)), shape_padleft(arange(columns))
    return ge(row + k, column)


def tri(
    N: TensorLike,
    M: TensorLike | None = None,
    k: TensorLike = 0,
    dtype: str | None = None,
) -> Variable:
    """An N x M matrix with ones on and below the diagonal that begins at column `k`."""
    below = _below(as_length(N), as_length(N if M is None else M), k)
    kind = dtype or config.floatX
    return switch(below, as_tensor(1, dtype=kind), as_tensor(0, dtype=kind))


@define("np.tril")
def tril(m: TensorLike, k: TensorLike = 0) -> Variable:
    """`m`, zero above the diagonal that begins at column `k` of the last two axes.

    >>> T.tril(np.ones((2, 3))).eval()
    array([[1., 0., 0.],
           [1., 1., 0.]])
    """
    v = as_tensor(m)
    rows, columns = lengths_of(v)[-2:]
    return switch(_below(rows, columns, k), v, 0)


@define("np.triu")
def triu(m: TensorLike, k: TensorLike = 0) -> Variable:
    """`m`, zero below the diagonal that begins at column `k` of the last two axes.

    >>> T.triu(np.ones((2, 3))).eval()
    array([[1., 1., 1.],
           [0., 1., 1.]])
    """
    v = as_tensor(m)
    rows, columns = lengths_of(v)[-2:]
    return switch(_below(rows, columns, as_tensor(k) - 1), 0, v)
