"""Values of small graphs, and derivatives by differences, for tests of ops."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from teachgraph.core.graph import Variable, toposort
from teachgraph.core.op import Op
from teachgraph.core.types import Operand, TensorType

Array = np.ndarray[Any, Any]
STEP = 1e-6


def evaluated(v: Variable, values: Mapping[Variable, Array]) -> Array:
    """What `v` is, each op by its numpy, given the values of the leaves."""
    known = dict(values)
    for w in toposort([v]):
        if w in known:
            continue
        if w.owner is None:
            assert w.data is not None, f"{w} has no value"
            known[w] = w.data
            continue
        result = w.owner.op.numpy(*(known[i] for i in w.owner.inputs))
        several = result if isinstance(result, tuple) else (result,)
        known.update(zip(w.owner.outputs, several))
    return known[v]


def types_of(arrays: Sequence[Array]) -> list[TensorType]:
    return [TensorType(str(a.dtype), a.shape) for a in arrays]


def known_number(array: Array) -> Any:
    """The whole number or numbers that an input is, if a shape may depend on it."""
    if array.dtype.kind not in "iu" or array.ndim > 1:
        return None
    return tuple(int(n) for n in array) if array.ndim else int(array)


def inferred(op: Op, arrays: Sequence[Array]) -> Any:
    """What `infer` says of actual arrays."""
    types = types_of(arrays)
    if not op.reads_values:
        return op.infer(*types)
    return op.infer(*(Operand(t, known_number(a)) for t, a in zip(types, arrays)))


def leaves(arrays: Sequence[Array]) -> list[Variable]:
    """A variable for each array; whole numbers are constants, for shapes."""
    return [
        Variable(t, f"x{i}", data=a if a.dtype.kind in "iu" else None)
        for i, (t, a) in enumerate(zip(types_of(arrays), arrays))
    ]


def gradients(op: Op, arrays: Sequence[Array], g: Array) -> list[Array | None]:
    """The op's own gradients of sum(g * output)."""
    inputs = leaves(arrays)
    output = op(*inputs)
    weight = Variable(TensorType(str(g.dtype), g.shape), "g")
    terms = op.grad(tuple(inputs), output, weight)
    values = {**dict(zip(inputs, arrays)), weight: g}
    return [None if t is None else evaluated(t, values) for t in terms]


def differences(op: Op, arrays: Sequence[Array], g: Array, position: int) -> Array:
    """The derivative of sum(g * output) by one input, by central differences."""
    found = np.zeros(arrays[position].shape)
    for at in np.ndindex(found.shape):
        sides: list[float] = []
        for step in (STEP, -STEP):
            moved = [a.copy() for a in arrays]
            moved[position][at] += step
            sides.append(float(np.sum(op.numpy(*moved) * g)))
        found[at] = (sides[0] - sides[1]) / (2 * STEP)
    return found
