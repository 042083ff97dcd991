"""Making variables out of what people pass, and the small vocabulary all ops share."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np

from teachgraph.core.entrance import error_of, placed
from teachgraph.core.graph import Variable
from teachgraph.core.op import Op, constant
from teachgraph.core.record import record
from teachgraph.core.report import Fault, Hint, TeachgraphError
from teachgraph.kernel.ir import Expr, Load

Array = np.ndarray[Any, Any]
Index = tuple[Expr, ...]

TensorLike = Variable | np.ndarray[Any, Any] | np.generic | complex | Sequence[Any]
"""What a function of tensors takes: a variable, or anything that makes a constant."""

Gradients = Sequence[Variable | None]
"""One gradient per input; None where the output does not depend on it smoothly."""

Example = tuple[Op, tuple[np.ndarray[Any, Any], ...]]
"""An op with arrays it can be applied to; every op class gives some to its tests."""

FIT: list[Callable[[Variable, Variable], Variable]] = []
"""`FIT[0](g, x)`: a gradient made to have the type of the input it belongs to, summed
over the axes along which the input was stretched; `ops.reduce` says how."""


SWEEP: list[
    Callable[[dict[Variable, Variable], Sequence[Variable]], list[Variable | None]]
] = []
"""`SWEEP[0](seeds, targets)`: gradients of the targets, from the gradients of some
outputs, None where there is none, for ops with inner graphs; `grad.reverse` says how.
"""

SCAN_GRADIENT: list[Callable[..., Gradients]] = []
"""`SCAN_GRADIENT[0](op, inputs, outputs, gs)`: `Scan.grad`, as `scan.gradient` has it.
"""

STACK: list[Callable[[Sequence[Any]], Variable]] = []
"""`STACK[0](values)`: a list with variables in it as one; `ops.join` says how."""


def as_tensor(
    value: TensorLike, name: str | None = None, dtype: str | None = None
) -> Variable:
    """A variable: `value` itself if it is one, else a constant of it.

    A list with variables in it is their stack.

    Raises:
        not-numeric: there is something else than numbers in it.
    """
    if isinstance(value, Variable):
        return value
    listed: Any = value
    if isinstance(listed, list | tuple) and _holds_variable(cast(Any, listed)):
        return STACK[0](cast(Sequence[Any], listed))
    try:
        v = constant(value, name, dtype)
    except ValueError as error:  # rows of different lengths, a word as a number
        raise _not_numeric(value, f": {error}") from None
    if v.data is None or v.data.dtype.kind not in "biufc":
        raise _not_numeric(value)
    return v


def _holds_variable(values: Sequence[Any]) -> bool:
    return any(
        isinstance(v, Variable)
        or (isinstance(v, list | tuple) and _holds_variable(cast(Sequence[Any], v)))
        for v in values
    )


def _not_numeric(value: object, reason: str = "") -> TeachgraphError:
    shown = reprlib.repr(value)
    title = f"{shown} ({type(value).__name__}) is not made of numbers{reason}"
    hints = (Hint("pass a number, an array of numbers, or a variable"),)
    return error_of(placed(Fault("not-numeric", title, hints=hints)))


def like(value: float, x: Variable) -> Variable:
    """The number as a constant of the dtype of `x`."""
    return constant(value, dtype=x.type.dtype)


@record()
class Source:
    """What `lower` sees of an input: lengths as expressions, and elements by index.

    `element` gives the expression of one element; where it comes from (memory, a
    register, another op's expression) is the scheduler's business.
    """

    dtype: str
    shape: Index
    element: Callable[[Index], Expr]

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    def __getitem__(self, index: Sequence[Expr] | Expr) -> Expr:
        return self.element(tuple(index) if isinstance(index, Sequence) else (index,))


@record()
class Target:
    """What `lower` sees of the output: dtype, lengths, and the node that it serves."""

    dtype: str
    shape: Index
    node: Any = None


def in_memory(name: str, dtype: str, shape: Index, flat: Any) -> Source:
    """A source that lies in a buffer in row-major order; `flat` makes the position."""
    return Source(dtype, shape, lambda index: Load(name, flat(index, shape), dtype))


def ramp(*shape: int, dtype: str = "float64") -> Array:
    """Distinct numbers of both signs in no order, for the examples that ops give."""
    size = math.prod(shape)
    numbers = (np.arange(size) * 7 % max(size, 1) - size // 2) / 4
    return numbers.astype(dtype).reshape(shape)
