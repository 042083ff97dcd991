"""A whole op computed through its `lower`, by the interpreter of loop expressions."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from teachgraph.core.op import Op
from teachgraph.core.types import Operand, TensorType
from teachgraph.kernel import build as k
from teachgraph.kernel.interpret import evaluate
from teachgraph.kernel.ir import Const, Expr, Name
from teachgraph.ops.base import Source, Target, in_memory

Array = np.ndarray[Any, Any]


def lowered(op: Op, *inputs: Array) -> Array:
    """What `op` gives for `inputs`, element by element through `op.lower`.

    Lengths other than 1 are names, as in a program whose shapes are not yet known.
    """
    types = [TensorType(str(a.dtype), a.shape) for a in inputs]
    operands = [Operand(t, known(a)) for t, a in zip(types, inputs)]
    out = op.infer(*(operands if op.reads_values else types))
    assert isinstance(out, TensorType)
    assert op.lower is not None
    names: dict[str, Any] = {}
    sources: list[Source] = []
    for position, array in enumerate(inputs):
        shape = named_lengths(f"x{position}", array.shape, names)
        names[f"x{position}"] = np.ascontiguousarray(array).reshape(-1)
        sources.append(in_memory(f"x{position}", str(array.dtype), shape, k.flat_index))
    target = Target(out.dtype, named_lengths("out", out.shape, names))
    index = tuple(Name(f"i{axis}", "int64") for axis in range(out.ndim))
    element = op.lower(target, index, *sources)
    result = np.empty(tuple(int(str(n)) for n in out.shape), out.dtype)
    for at in np.ndindex(result.shape):
        place = {f"i{axis}": np.int64(i) for axis, i in enumerate(at)}
        result[at] = evaluate(element, {**names, **place})
    return result


def known(array: Array) -> Any:
    """The whole number or numbers that an input is, if a shape may depend on it."""
    if array.dtype.kind not in "iub" or array.ndim > 1:
        return None
    return tuple(int(n) for n in array) if array.ndim else int(array)


def named_lengths(
    name: str, shape: Sequence[Any], names: dict[str, Any]
) -> tuple[Expr, ...]:
    """Lengths as expressions: 1 as itself, others by a name bound in `names`."""
    found: list[Expr] = []
    for axis, n in enumerate(shape):
        names[f"{name}_n{axis}"] = np.int64(n)
        found.append(Const(1, "int64") if n == 1 else Name(f"{name}_n{axis}", "int64"))
    return tuple(found)
