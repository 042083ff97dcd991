"""Finding elements and counting them: where they are not zero, distinct, or in order.

What is found is told as positions, so that reading there gives the elements, and the
gradient of reading is all the calculus there is.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.report import Fault
from teachgraph.core.types import (
    Operand,
    TensorType,
    is_complex,
    is_integer,
    length_product,
    same_length,
)
from teachgraph.ops.base import Array, Example, Gradients, ramp

Side = Literal["left", "right"]
SIDES = ("left", "right")


def whole_numbers(name: str, t: TensorType, ndim: int | None = 1) -> None:
    """Refuse what is not made of whole numbers, or has another number of axes.

    Raises:
        wrong-dtype, wrong-rank.
    """
    if not is_integer(t.dtype) and t.dtype != "bool":
        raise Fault("wrong-dtype", f"{name} are whole numbers, not {t}")
    if ndim is not None and t.ndim != ndim:
        raise Fault("wrong-rank", f"{name} have {ndim} axes, not {t.ndim}: {t}")


class Nonzero(Op):
    """Where the elements of `x` are not 0, in row-major order: int64[axes, found].

    Column i holds the position of the i-th such element, one number for each axis.
    """

    latex = r"\{{i : {0}_i \neq 0\}}"

    def infer(self, x: TensorType) -> TensorType:
        if not x.ndim:
            raise Fault("wrong-rank", f"a single number has no positions, here {x}")
        return TensorType("int64", (x.ndim, None))

    def numpy(self, x: Array) -> Array:
        return np.array(np.nonzero(x), "int64")

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        return (None,)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [
            (cls(), (ramp(2, 3),)),
            (cls(), (np.array([True, False, True]),)),
            (cls(), (np.zeros((2, 2), "float32"),)),
            (cls(), (ramp(2, 0, dtype="int8"),)),
        ]


class SearchSorted(Op):
    """Where each element of `v` goes into `x`, which is in order, int64.

    Before the elements that are equal to it (`side` left), or behind them (right).
    """

    side: Side
    latex = r"\operatorname{{search}}({0}, {1})"

    def infer(self, x: TensorType, v: TensorType) -> TensorType:
        if x.ndim != 1:
            raise Fault("wrong-rank", f"one sequence is searched, not {x}")
        return TensorType("int64", v.shape)

    def numpy(self, x: Array, v: Array) -> Array:
        return np.asarray(np.searchsorted(x, v, self.side), dtype="int64")

    def grad(
        self, inputs: tuple[Variable, ...], output: Variable, g: Variable
    ) -> Gradients:
        return None, None

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        x = np.array([1.0, 2.0, 2.0, 5.0])
        return [
            (cls("left"), (x, np.array([2.0, 0.0, 9.0]))),
            (cls("right"), (x, np.array([[2, 5]]))),
            (cls("left"), (np.arange(3, dtype="int32"), np.array(1))),
        ]


class BinCount(Op):
    """How often each whole number from 0 on occurs in `x`, int64[found].

    Inputs: `x`, whole numbers, none negative; the least length of the result.
    """

    reads_values = True
    latex = r"\operatorname{{count}}({0})"

    def infer(self, x: Operand, shortest: Operand) -> TensorType:
        whole_numbers("numbers to count", x.type)
        whole_numbers("a length", shortest.type, 0)
        return TensorType("int64", (None,))

    def numpy(self, x: Array, shortest: Array) -> Array:
        counted = np.bincount(x.astype("int64", copy=False), minlength=int(shortest))
        return counted.astype("int64", copy=False)

    def grad(
        self, inputs: tuple[Variable, ...], output: Variable, g: Variable
    ) -> Gradients:
        return None, None

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [
            (cls(), (np.array([3, 0, 3, 1]), np.array(0))),
            (cls(), (np.array([1], "uint8"), np.array(4))),
            (cls(), (np.zeros(0, "int64"), np.array(0))),
        ]


class Distinct(Op):
    """What makes the elements of `x`, or its slices along `axis`, distinct, int64.

    In the order of the distinct elements: `first`, where each occurs first; `counts`,
    how often. `inverse`, for each element of `x`: which of the distinct ones it is.
    Without an axis the elements are those of the flattened `x`.
    """

    axis: int | None
    what: Literal["first", "inverse", "counts"]
    latex = r"\operatorname{{distinct}}({0})"

    def infer(self, x: TensorType) -> TensorType:
        if self.what != "inverse":
            return TensorType("int64", (None,))
        n = length_product(x.shape) if self.axis is None else x.shape[self.axis]
        return TensorType("int64", (n,))

    def numpy(self, x: Array) -> Array:
        found: tuple[Array, ...] = np.unique(x, True, True, True, self.axis)
        chosen = found[("first", "inverse", "counts").index(self.what) + 1]
        return np.asarray(chosen).reshape(-1).astype("int64", copy=False)

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        return (None,)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        x = np.array([[2, 1, 2], [0, 1, 0], [2, 1, 2]])
        return [
            (cls(None, "first"), (x,)),
            (cls(None, "inverse"), (x.astype("float64"),)),
            (cls(0, "counts"), (x,)),
            (cls(1, "inverse"), (x.astype("float32"),)),
            (cls(0, "first"), (np.zeros(0),)),
        ]


class Repetitions(Op):
    """Each position of `counts`, as often as the number there says: int64[found]."""

    latex = r"\operatorname{{repeat}}({0})"

    def infer(self, counts: TensorType) -> TensorType:
        whole_numbers("counts", counts)
        return TensorType("int64", (None,))

    def numpy(self, counts: Array) -> Array:
        return np.repeat(np.arange(len(counts)), counts)

    def grad(self, inputs: tuple[Variable], output: Variable, g: Variable) -> Gradients:
        return (None,)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [
            (cls(), (np.array([2, 0, 3]),)),
            (cls(), (np.zeros(0, "int32"),)),
        ]


class UnravelIndex(Op):
    """The positions on each axis of flat positions in a tensor, int64[axes, ...].

    Inputs: the flat positions; the lengths of the tensor, int[axes]. `order` is C for
    row-major, F for column-major.
    """

    ndim: int
    order: Literal["C", "F"]
    latex = r"\operatorname{{unravel}}({0}, {1})"

    def infer(self, indices: TensorType, lengths: TensorType) -> TensorType:
        whole_numbers("positions", indices, None)
        whole_numbers("lengths", lengths)
        same_length(lengths.shape[0], self.ndim)
        return TensorType("int64", (self.ndim, *indices.shape))

    def numpy(self, indices: Array, lengths: Array) -> Array:
        shape = tuple(int(n) for n in lengths)
        found = np.unravel_index(indices.astype("int64", copy=False), shape, self.order)
        return np.array(found, "int64").reshape(self.ndim, *indices.shape)

    def grad(
        self, inputs: tuple[Variable, ...], output: Variable, g: Variable
    ) -> Gradients:
        return None, None

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        lengths = np.array([3, 4])
        return [
            (cls(2, "C"), (np.array([[0, 11], [5, 4]]), lengths)),
            (cls(2, "F"), (np.array(7, "int32"), lengths)),
        ]


class RavelMultiIndex(Op):
    """The flat positions in a tensor of positions on each of its axes, int64.

    Inputs: the positions, int[axes, ...]; the lengths of the tensor, int[axes].
    `mode` says what is done with positions outside: raise, wrap or clip.
    """

    mode: Literal["raise", "wrap", "clip"]
    order: Literal["C", "F"]
    latex = r"\operatorname{{ravel}}({0}, {1})"

    def infer(self, indices: TensorType, lengths: TensorType) -> TensorType:
        whole_numbers("positions", indices, None)
        whole_numbers("lengths", lengths)
        same_length(lengths.shape[0], indices.shape[0], 0)
        return TensorType("int64", indices.shape[1:])

    def numpy(self, indices: Array, lengths: Array) -> Array:
        shape = tuple(int(n) for n in lengths)
        parts = tuple(indices.astype("int64", copy=False))
        found = np.ravel_multi_index(parts, shape, self.mode, self.order)
        return np.asarray(found, dtype="int64")

    def grad(
        self, inputs: tuple[Variable, ...], output: Variable, g: Variable
    ) -> Gradients:
        return None, None

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        lengths = np.array([3, 4])
        return [
            (cls("raise", "C"), (np.array([[0, 2, 1], [3, 3, 0]]), lengths)),
            (cls("wrap", "F"), (np.array([4, -1], "int32"), lengths)),
        ]


def ordered_numbers(x: TensorType) -> None:
    """Refuse complex numbers, which have no order.

    Raises:
        wrong-dtype.
    """
    if is_complex(x.dtype):
        raise Fault("wrong-dtype", f"complex numbers have no order, here {x.dtype}")
