"""Uniform random numbers as an op: a pure function of a small state, never of history.

A state is two whole numbers, uint64[2]: the key of a stream, and the number of the next
draw. `Uniform` turns it into numbers; who draws adds to the number, see
`teachgraph.random`. All other distributions are expressions over uniform numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op, constant
from teachgraph.core.report import Fault
from teachgraph.core.types import Operand, TensorType, is_integer
from teachgraph.kernel import build as k
from teachgraph.kernel import philox
from teachgraph.kernel.exact import FORMATS
from teachgraph.kernel.ir import Expr
from teachgraph.ops.base import Array, Example, Gradients, Index, Source, Target
from teachgraph.ops.scalars import add

STATE = TensorType("uint64", (2,))
"""The type of a state: key, number of the next draw."""

DIGITS = {"float16": 10, "float32": 23, "float64": 52}
"""Random binary digits of a number of each dtype; one more makes it odd."""


class Uniform(Op):
    """Numbers evenly spread over the open interval (0, 1), of a shape.

    The inputs are the state and the lengths, int[] each; `number` counts the draws that
    one call of a distribution makes. A number is (w + 1/2) / 2^d, where w is a random
    word of d digits: never 0 and never 1, so that log(u) and log(1 - u) are finite.
    Every backend gives the same bits, at each position whatever the order.
    """

    dtype: str
    number: int = 0
    reads_values = True
    latex = r"\mathcal{{U}}(0, 1)"

    def infer(self, state: Operand, *lengths: Operand) -> TensorType:
        if self.dtype not in DIGITS:
            raise Fault("wrong-dtype", f"uniform numbers cannot be {self.dtype}")
        if state.type.dtype != STATE.dtype or state.type.ndim != 1:
            raise Fault("wrong-dtype", f"a random state is {STATE}, not {state.type}")
        for position, n in enumerate(lengths):
            if n.type.ndim or not is_integer(n.type.dtype):
                raise Fault(
                    "wrong-dtype", f"length {position} is {n.type}, not a whole number"
                )
        asked = [None if isinstance(n.value, tuple) else n.value for n in lengths]
        for axis, n in enumerate(asked):
            if isinstance(n, int) and n < 0:
                raise Fault("wrong-value", f"{n} is no length, on axis {axis}")
        return TensorType(self.dtype, tuple(asked))

    def numpy(self, state: Array, *lengths: Array) -> Array:
        shape = tuple(int(n) for n in lengths)
        draw = (int(state[1]) + self.number) % 2**64
        digits = DIGITS[self.dtype]
        words = philox.words64 if digits > 32 else philox.words32
        found = words(math.prod(shape), state[0], np.uint64(draw))
        left = 8 * found.itemsize - digits
        kind = np.dtype(self.dtype).type
        numbers = (found >> found.dtype.type(left)).astype(kind)
        numbers = numbers * kind(2.0**-digits) + kind(0.5**digits / 2)
        return numbers.reshape(shape)

    def grad(
        self, inputs: Sequence[Variable], output: Variable, g: Variable
    ) -> Gradients:
        return (None,) * len(inputs)

    def lower(self, out: Target, index: Index, state: Source, *lengths: Source) -> Expr:
        key, draw = (state[k.const(i, "int64")] for i in range(2))
        n = k.cast(k.flat_index(index, out.shape), "uint64")
        args = n, key, draw + self.number if self.number else draw
        if self.dtype == "float64":
            return _fraction(k.call("philox64", *args), "float64", 52)
        word = k.call("philox32", *args, dtype="uint32")
        return k.cast(_fraction(word, "float32", DIGITS[self.dtype]), self.dtype)

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        first, later = (np.array(s, "uint64") for s in ([7, 0], [2**63 + 5, 2**40]))
        zero, two, three, ten = (np.array(n) for n in (0, 2, 3, 10))
        return [
            (cls("float64"), (first, ten)),
            (cls("float32"), (first, two, three)),
            (cls("float64", 2), (later, three, two)),
            (cls("float32", 1), (later, ten)),
            (cls("float16"), (later, three)),
            (cls("float32"), (first,)),
            (cls("float64"), (first, zero, two)),
        ]


def _fraction(word: Expr, dtype: str, digits: int) -> Expr:
    """The first digits of a word as a number; every step is exact.

    As the first digits behind the point of a number from 1 to 2, without conversion.
    """
    form = FORMATS[dtype]
    first = k.shift_right(word, 8 * np.dtype(dtype).itemsize - form.digits)
    unused = form.digits - digits
    kept = first & (2**form.digits - 2**unused) if unused else first
    return k.call("number", kept | form.one, dtype=dtype) - (1 - 0.5**digits / 2)


class Draws:
    """The draws that one call of a distribution makes from a state, in order."""

    def __init__(self, state: Variable):
        self.state, self.count = state, 0

    def uniform(self, dtype: str, lengths: Sequence[Variable]) -> Variable:
        """Numbers that are independent of all others drawn from the stream."""
        found: Any = Uniform(dtype, self.count)(self.state, *lengths)
        self.count += 1
        return found

    def after(self) -> Variable:
        """The state that the next call begins with."""
        return add(self.state, constant(np.array([0, self.count], STATE.dtype)))
