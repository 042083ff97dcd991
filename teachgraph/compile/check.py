"""`check`: shapes and dtypes of a whole graph for example shapes, without computing.

>>> import teachgraph.tensor as T
>>> x, w = T.dmatrices("x", "w")
>>> print(check({x: (5, 3), w: (3, 2)}, T.tanh(x.dot(w))))
tanh  float64[5, 2]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np

from teachgraph.compile import faults
from teachgraph.compile.shared import SharedVariable
from teachgraph.compile.values import fitted
from teachgraph.compile.words import called
from teachgraph.core.entrance import public
from teachgraph.core.graph import Graph, Variable, toposort
from teachgraph.core.origin import here
from teachgraph.core.record import record
from teachgraph.core.report import Fault, Hint
from teachgraph.core.types import TensorType
from teachgraph.errors.naming import called as name_of
from teachgraph.errors.naming import counted
from teachgraph.program.blame import types_in


@record()
class Checked:
    """What the variables of a graph are for the example shapes."""

    outputs: tuple[Variable, ...]
    types: Mapping[Variable, TensorType]

    def __getitem__(self, v: Variable) -> tuple[int | None, ...]:
        """The shape of a variable of the graph."""
        return tuple(None if n is None else int(str(n)) for n in self.types[v].shape)

    def __str__(self) -> str:
        names = [name_of(v) for v in self.outputs]
        width = max(map(len, names), default=0)
        pairs = zip(names, self.outputs, strict=True)
        return "\n".join(f"{name:<{width}}  {self.types[v]}" for name, v in pairs)

    __repr__ = __str__


@public
def check(
    inputs: Mapping[Variable, Any] | Sequence[Variable],
    outputs: Variable | Sequence[Variable],
) -> Checked:
    """Infer every type from the inputs to the outputs, and stop at what does not fit.

    Args:
        inputs: for each input its example shape, or an example value, in a dict. What
            has none keeps the lengths that its type knows; shared variables are as long
            as they are.
        outputs: what to check.

    Raises:
        What a call with such values would raise, with the same words.
    """
    several = isinstance(outputs, list | tuple)
    targets = tuple(cast(Sequence[Any], outputs if several else [outputs]))
    for out in targets:
        if not isinstance(out, Variable):
            raise faults.output_not_symbolic(out, "what is checked")
    given: dict[Any, Any] = (
        dict(inputs) if isinstance(inputs, Mapping) else dict.fromkeys(inputs)
    )
    for v in given:
        if not isinstance(v, Variable):
            raise faults.not_a_variable("check", v)
    leaves = [v for v in toposort(targets) if v.owner is None and v.data is None]
    listed = list(dict.fromkeys([*given, *leaves]))
    values = [_example(v, given.get(v)) for v in listed]
    error, types = types_in(Graph(tuple(listed), targets), values)
    if error is not None:
        raise error
    return Checked(targets, types)


def _example(v: Variable, given: Any) -> Any:
    """An array of a shape that takes no memory, or the value that is given."""
    if isinstance(v, SharedVariable) and given is None:
        return v.cell[0]
    if given is None:
        return None
    lengths = _lengths(given)
    if lengths is None:
        return _value(v, given)
    if len(lengths) != v.ndim:
        raise Fault(
            "wrong-rank",
            f"the example shape {lengths} of {called(v)} has "
            f"{counted(len(lengths), 'lengths')}, and {called(v)} has {v.ndim} axes",
            hints=(Hint("give one length for each axis"),),
            nodes=(v,),
        )
    if any(n < 0 for n in lengths):
        raise Fault("wrong-value", f"no shape has a negative length: {lengths}")
    array = np.broadcast_to(np.zeros((), v.dtype), lengths)
    return _value(v, array)


def _lengths(given: Any) -> tuple[int, ...] | None:
    """A shape, if that is what is given, and not a value."""
    if not isinstance(given, tuple | list):
        return None
    found = cast(Sequence[Any], given)
    if not all(isinstance(n, int | np.integer) for n in found):
        return None
    return tuple(int(n) for n in found)


def _value(v: Variable, value: Any) -> Any:
    try:
        return fitted(value, v.type, subject=f"the example for {called(v)}")
    except Fault as fault:
        raise faults.at_call(fault, (v,), here()) from None
