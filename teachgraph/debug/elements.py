"""Which elements of its inputs an element of a node's output is made of.

An op says in `lower` what one element of its output is, as a loop expression. Here it
is evaluated for some elements, all turns of its sums at once, and every load is noted
down. Of a `switch` only the side that is taken counts, and of a gather only the
place that was read, because the values of the call decide both.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from teachgraph.core.events import Array
from teachgraph.core.graph import Apply
from teachgraph.core.record import record
from teachgraph.kernel.build import flat_index, integer
from teachgraph.kernel.functions import FUNCTIONS
from teachgraph.kernel.interpret import BINARY
from teachgraph.kernel.ir import (
    Bin,
    Call,
    Cast,
    Checked,
    Const,
    Expr,
    Fold,
    Load,
    Name,
    Select,
)
from teachgraph.ops.base import Source, Target, in_memory
from teachgraph.ops.elementwise import Elementwise

MOST = 4_000_000
"""An element that is made of more than so many is said to be made of all."""


@record(eq=False)
class Reads:
    """The elements of one input that were read: flat positions, each once, in order."""

    position: int
    flat: Array

    def indices(self, shape: Sequence[int]) -> list[tuple[int, ...]]:
        """The positions as indices."""
        columns = np.unravel_index(self.flat, tuple(shape)) if shape else ()
        if not shape:
            return [() for _ in self.flat]
        return [tuple(int(i) for i in row) for row in zip(*columns, strict=True)]


def reads_of(
    node: Apply, inputs: Sequence[Any], output: Array, flat: Array
) -> list[Reads] | None:
    """What elements of the node's output are made of, input by input.

    Args:
        inputs, output: the values of the node's.
        flat: positions in the output, in row-major order.

    Returns:
        None where the op does not say, and NumPy knows alone.
    """
    if isinstance(node.op, Elementwise) and node.op.lower is None:
        return [Reads(k, _same_place(a, output, flat)) for k, a in enumerate(inputs)]
    if node.op.lower is None or len(node.outputs) != 1:
        return None
    if not all(isinstance(a, np.ndarray) for a in inputs):
        return None
    fetch = _Fetch(inputs)
    sources = [_source(k, a) for k, a in enumerate(inputs)]
    columns = np.unravel_index(flat, output.shape) if output.ndim else ()
    names = {f"o{k}": c.astype(np.int64) for k, c in enumerate(columns)}
    target = Target(str(output.dtype), tuple(integer(n) for n in output.shape), node)
    try:
        e = node.op.lower(target, tuple(Name(n, "int64") for n in names), *sources)
        with np.errstate(all="ignore"):
            fetch.value(e, names, np.ones(np.shape(flat), bool))
    except (TooMany, Unknown):
        return None
    return fetch.found()


def _same_place(array: Array, output: Array, flat: Array) -> Array:
    """The elements that broadcasting brings to these places."""
    places: Array = np.arange(array.size, dtype=np.int64)
    own = np.broadcast_to(np.reshape(places, array.shape), output.shape)
    return np.unique(np.ravel(own)[flat])


class TooMany(Exception):
    """A sum over more elements than are looked at one by one."""


class Unknown(Exception):
    """An expression that only a finished kernel holds."""


def _source(position: int, array: Array) -> Source:
    shape = tuple(integer(n) for n in array.shape)
    return in_memory(f"i{position}", str(array.dtype), shape, flat_index)


class _Fetch:
    """Evaluates an expression; `found` are the loads that counted."""

    def __init__(self, inputs: Sequence[Array]):
        self._flat = {f"i{k}": np.ravel(a) for k, a in enumerate(inputs)}
        self._loads: dict[str, list[Array]] = {name: [] for name in self._flat}

    def found(self) -> list[Reads]:
        """The elements that were read, by input."""
        return [
            Reads(k, np.unique(np.concatenate(parts)))
            for k, parts in enumerate(self._loads.values())
            if parts
        ]

    def value(self, e: Expr, names: dict[str, Array], where: Array) -> Array:
        """The values of an expression, of which only those in `where` are needed."""
        match e:
            case Const(value=value, dtype=dtype):
                return np.asarray(value).astype(dtype)
            case Name(name=name):
                if name not in names:
                    raise Unknown(name)
                return names[name]
            case Load(buffer=buffer, index=index):
                return self._load(buffer, self.value(index, names, where), where)
            case Bin(op=op, a=a, b=b, dtype=dtype):
                left, right = self.value(a, names, where), self.value(b, names, where)
                return _typed(_binary(op, left, right), dtype)
            case Call(fn=fn, args=args, dtype=dtype):
                values = [self.value(a, names, where) for a in args]
                return _typed(FUNCTIONS[fn].numpy(*values), dtype)
            case Select(test=test, a=a, b=b):
                holds = self.value(test, names, where)
                return np.where(
                    holds,
                    self.value(a, names, where & holds),
                    self.value(b, names, where & ~holds),
                )
            case Cast(a=a, dtype=dtype):
                return _typed(self.value(a, names, where), dtype)
            case Checked(index=index, extent=extent):
                at = self.value(index, names, where)
                return np.where(at < 0, at + self.value(extent, names, where), at)
            case Fold():
                return self._fold(e, names, where)
            case _:
                raise Unknown(type(e).__name__)

    def _load(self, buffer: str, at: Array, where: Array) -> Array:
        flat = self._flat[buffer]
        if not where.any():
            return np.zeros((), flat.dtype)
        inside = np.clip(at, 0, max(flat.size - 1, 0)).astype(np.int64)
        shape = np.broadcast_shapes(at.shape, where.shape)
        needed = np.broadcast_to(where, shape)
        self._loads[buffer].append(np.broadcast_to(inside, shape)[needed])
        return flat[inside]

    def _fold(self, e: Fold, names: dict[str, Array], where: Array) -> Array:
        extents = [int(self.value(n, names, where).max()) for n in e.extents]
        outer = prod(np.shape(where))
        if prod(extents) * outer > MOST:
            raise TooMany
        deeper = {name: array[..., None] for name, array in names.items()}
        columns = np.unravel_index(np.arange(prod(extents)), extents or (1,))
        for name, column in zip(e.indices, columns):
            deeper[name.name] = column.astype(np.int64)
        inner = np.broadcast_to(where[..., None], (*where.shape, prod(extents)))
        body = np.broadcast_to(self.value(e.body, deeper, inner), inner.shape)
        return _typed(_folded(e.kind, body), e.dtype)


def _binary(op: str, a: Array, b: Array) -> Any:
    if op == "/":
        whole = a.dtype.kind in "iub"
        return np.trunc(a / b) if whole else a / b
    return BINARY[op](a, b)


def _folded(kind: str, body: Array) -> Any:
    if not body.shape[-1]:
        return np.zeros(body.shape[:-1], body.dtype)
    folds: dict[str, Any] = {
        "sum": np.sum, "prod": np.prod, "max": np.max, "min": np.min,
        "all": np.all, "any": np.any, "argmax": np.argmax, "argmin": np.argmin,
    }  # fmt: skip
    return folds[kind](body, axis=-1)


def _typed(value: Any, dtype: str) -> Array:
    array: Array = np.asarray(value)
    if array.dtype.kind == "c" and not dtype.startswith("c"):
        array = array.real
    return array.astype(dtype)
