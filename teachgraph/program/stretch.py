"""NumPy stretches any axis of length 1; here only axes *known* to be 1 are stretched.

What a graph means must not depend on the lengths that happen to arrive. So before a
node runs in NumPy its `infer` is asked once more, with the lengths of this call,
whenever an axis is 1 long that was not known to be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from teachgraph.core.graph import Apply, Variable
from teachgraph.core.record import record
from teachgraph.core.types import (
    Length,
    LengthMismatch,
    Operand,
    TensorType,
    ValueOfLength,
)

Array = np.ndarray[Any, Any]
LengthCheck = Callable[[Sequence[Array]], None]


@record()
class Rigid:
    """A length that is 1 in this call, but must be equal to what it meets."""

    def agree(self, other: Length) -> Length:
        """This length, which must equal `other`."""
        if other == 1 or isinstance(other, Rigid):
            return self
        raise LengthMismatch(1, other)

    def __str__(self) -> str:
        return "1"

    def __add__(self, other: Any) -> Any:
        return 1 + other

    def __radd__(self, other: Any) -> Any:
        return other + 1

    def __sub__(self, other: Any) -> Any:
        return 1 - _number(other)

    def __rsub__(self, other: Any) -> Any:
        return other - 1

    def __mul__(self, other: Any) -> Any:
        return other

    def __rmul__(self, other: Any) -> Any:
        return other

    def __floordiv__(self, other: Any) -> Any:
        return 1 // _number(other)

    def __rfloordiv__(self, other: Any) -> Any:
        return other

    def minimum(self, other: Any) -> Any:
        """The smaller of 1 and another length."""
        return min(1, _number(other))

    def maximum(self, other: Any) -> Any:
        """The larger of 1 and another length."""
        return max(1, _number(other))


def _number(length: Any) -> Any:
    return 1 if isinstance(length, Rigid) else length


RIGID = Rigid()


def length_check(node: Apply) -> LengthCheck | None:
    """What must hold before `node` runs in NumPy; None when nothing can be stretched.

    The check raises LengthMismatch, or the `Fault` that `infer` raises.
    """
    tensors = sum(v.ndim > 0 for v in node.inputs)
    if tensors < 2 and not node.op.reads_values:
        return None
    suspects = tuple(
        (position, axis)
        for position, v in enumerate(node.inputs)
        for axis, length in enumerate(v.type.shape)
        if length is None
    )
    if not suspects:
        return None

    def check(arrays: Sequence[Array]) -> None:
        for position, axis in suspects:
            if arrays[position].shape[axis] == 1:
                infer_again(node, arrays)
                return

    return check


def infer_again(node: Apply, arrays: Sequence[Array]) -> None:
    """Ask `infer` about the lengths of this call."""
    types = [actual_type(v, a) for v, a in zip(node.inputs, arrays, strict=True)]
    if not node.op.reads_values:
        node.op.infer(*types)
        return
    node.op.infer(
        *(Operand(t, whole_numbers(a)) for t, a in zip(types, arrays, strict=True))
    )


def actual_type(v: Variable, array: Array) -> TensorType:
    """The type of an array that stands for `v`; a 1 not promised by `v` is rigid."""
    shape = (
        RIGID if n == 1 and known is None else n
        for n, known in zip(array.shape, v.type.shape, strict=True)
    )
    return v.type.with_shape(tuple(shape))


def whole_numbers(array: Array) -> ValueOfLength:
    """The whole number(s) that an array holds; None when they are many or others."""
    if array.ndim > 1 or array.dtype.kind not in "iub" or array.size > 64:
        return None
    return tuple(int(n) for n in array) if array.ndim else int(array)
