"""`theano.printing.var_descriptor`: in one line, how a value is computed.

    >>> var_descriptor(T.exp(T.dscalar("x")) * 2)
    '0=x:float64[] 1=exp(0) 2=[2] 3=mul(1, 2)'

Two runs of a program give the same line, so programs compare them to find out where
the runs part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from teachgraph.core.graph import Graph, Variable


def var_descriptor(obj: Any) -> str:
    """The line of a variable, an array, or anything that prints the same each time."""
    if isinstance(obj, Variable):
        return _of_variable(obj)
    if isinstance(obj, np.ndarray):
        return _of_array(obj)
    return " ".join(str(obj).split())


def _of_variable(v: Variable) -> str:
    numbers = {one: n for n, one in enumerate(Graph((), (v,)).variables())}
    return " ".join(f"{n}={_step(one, numbers)}" for one, n in numbers.items())


def _step(v: Variable, numbers: Mapping[Variable, int]) -> str:
    if v.owner is not None:
        operands = ", ".join(str(numbers[i]) for i in v.owner.inputs)
        which = f".{v.index}" if len(v.owner.outputs) > 1 else ""
        return f"{v.owner.op}({operands}){which}".replace("\n", " ")
    if v.data is not None:
        return _of_array(np.asarray(v.data))
    return f"{v.name or 'input'}:{v.type}"


def _of_array(array: Any) -> str:
    """A number itself; more of them by what tells them apart."""
    if array.size == 1:
        return f"[{array.reshape(())}]"
    digest = hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
    return f"{array.dtype}{list(array.shape)}:{digest[:16]}"
