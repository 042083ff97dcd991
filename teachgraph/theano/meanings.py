"""What is written with a variable and means another thing in Theano.

Only in a process where `import theano` means the door: Python asks whether a variable
is true, programs write `if W:` for "was a W passed?"; an element of a shape that is not
there is refused when it is computed, not when it is written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from teachgraph.compile.io import Outputs
from teachgraph.compile.shared import Container
from teachgraph.core.graph import VARIABLES, Variable
from teachgraph.core.op import Op
from teachgraph.core.record import having
from teachgraph.core.report import IndexRangeError
from teachgraph.core.surface import MEANINGS
from teachgraph.core.types import TensorType
from teachgraph.ops.alloc import MakeVector
from teachgraph.ops.ifelse import several
from teachgraph.ops.scalars import ge, gt, le, lt
from teachgraph.ops.shape import DimShuffle
from teachgraph.theano.kinds import TensorVariable
from teachgraph.theano.wording import chosen

Array = np.ndarray[Any, Any]
Meaning = Callable[..., Any]


def _truth(refused: Meaning) -> Meaning:
    """A variable is there, so it is true; a comparison is still refused."""

    def truth(x: Variable) -> bool:
        compares = x.owner is not None and x.owner.op in (lt, le, gt, ge)
        return bool(refused(x)) if compares else True

    return truth


class Late(Op):
    """A number that cannot be computed: its error is raised when somebody needs it.

    Fields:
        error: what to raise.
    """

    error: Exception
    effects = True

    def __str__(self) -> str:
        return "Late"

    def infer(self, *types: TensorType) -> TensorType:
        return TensorType("int64", ())

    def numpy(self, *arrays: Array) -> Array:
        raise self.error

    def grad(self, inputs: Any, output: Any, g: Any) -> Any:
        return (None,) * len(inputs)


def _item(plain: Meaning) -> Meaning:
    """`x[...]`; `x.shape[k]` without such an axis fails where it is computed."""

    def item(x: Variable, index: Any) -> Any:
        try:
            return plain(_without_unnamed(x, index), index)
        except IndexRangeError as error:
            if not isinstance(index, int | np.integer) or not _is_shape(x):
                raise
            return Late(error)(x)

    return item


def _without_unnamed(x: Variable, index: Any) -> Variable:
    """With a None among the brackets, axes of length 1 that they do not name go."""
    parts = several(index)
    named = [p for p in parts if p is not None]
    if len(named) == len(parts) or not all(map(_is_basic, named)):
        return x
    rest = x.type.shape[len(named) :]
    if not rest or any(n != 1 for n in rest):
        return x
    return DimShuffle(tuple(range(len(named))))(x)


def _is_basic(part: Any) -> bool:
    if isinstance(part, Variable):
        return part.ndim == 0 and part.dtype != "bool"
    return isinstance(part, int | np.integer | slice) and not isinstance(part, bool)


def _is_shape(x: Variable) -> bool:
    return x.owner is not None and isinstance(x.owner.op, MakeVector)


def _copied(outputs: Outputs) -> Outputs:
    """A copy of a function gives a list, whatever the function gives."""
    return having(outputs, single=False, keys=None)


def _as_they_are(outputs: Outputs) -> Outputs:
    return outputs


def _held(plain: Meaning) -> Meaning:
    """`f[x]` is what is kept, not a copy of it."""

    def value(container: Container) -> Any:
        held: Any = container.cell[0]
        return plain(container) if held is None else held

    return value


def add() -> None:
    """Let these things be meant, where Theano is."""
    VARIABLES[TensorType] = chosen(TensorVariable, Variable)
    for name, adapt in (("truth", _truth), ("getitem", _item)):
        plain = MEANINGS[name]
        MEANINGS[name] = chosen(adapt(plain), plain)
    MEANINGS["copied"] = chosen(_copied, _as_they_are)
    plain_value: Any = vars(Container)["value"]
    read = chosen(_held(plain_value.fget), plain_value.fget)
    Container.value = property(read, plain_value.fset)
