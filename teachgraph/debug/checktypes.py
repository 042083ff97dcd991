"""`CheckTypes`: every op gives what it said it gives, and leaves its inputs alone."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from teachgraph.core.events import Array
from teachgraph.core.graph import Apply
from teachgraph.core.op import type_of
from teachgraph.core.report import Fault
from teachgraph.core.types import LengthMismatch, Operand, TensorType
from teachgraph.debug.watcher import Arrays, Memo, Ran, Watcher
from teachgraph.debug.words import broken
from teachgraph.errors.naming import called, shape_words
from teachgraph.program.program import Step
from teachgraph.program.stretch import whole_numbers


class CheckTypes(Watcher):
    """Asks `infer` about the arrays of each call, and copies inputs to see them kept.

    Dtypes and numbers of axes are checked whenever a node runs in NumPy; this adds the
    lengths, those that the graph promised and those that follow from the inputs. An
    input that was changed gets its numbers back.

    Raises:
        broken-op: an op contradicts itself.
    """

    def __init__(self) -> None:
        super().__init__()
        self._copies: Memo[Step, Arrays] = Memo()

    def before(self, step: Step, inputs: Arrays) -> None:
        """Keep copies of the inputs."""
        self._copies[step] = tuple(a.copy() for a in inputs)

    def after(self, ran: Ran) -> None:
        """Compare inputs with the copies, and results with what was said."""
        copies = self._copies.pop(ran.step, ran.inputs)
        for v, array, copy in zip(ran.node.inputs, ran.inputs, copies, strict=True):
            if not _is_kept(array, copy):
                _restore(array, copy)
                title = f"{ran.node.op.title} changed its input `{called(v)}` in place"
                raise broken(ran.node, title, ["a graph is a value: inputs must stay"])
        _check_lengths(ran.node, ran.outputs, [v.type for v in ran.node.outputs])
        _check_lengths(ran.node, ran.outputs, _inferred(ran.node, ran.inputs))


def _is_kept(value: Array, copy: Array) -> bool:
    for array, old in zip(_arrays(value), _arrays(copy), strict=True):
        if array is not old and not np.array_equal(_bits(array), _bits(old)):
            return False
    return True


def _bits(array: Array) -> Array:
    """The numbers as whole numbers of their bits, in which nan is equal to nan."""
    if array.dtype.kind not in "fc" or not array.ndim:
        return np.nan_to_num(array, nan=0.5) if array.dtype.kind in "fc" else array
    if array.dtype.kind == "c":
        return np.ascontiguousarray(array).view(f"i{array.dtype.itemsize // 2}")
    return array.view(f"i{array.dtype.itemsize}")


def _restore(value: Array, copy: Array) -> None:
    """Give an input that was changed its numbers back."""
    for array, old in zip(_arrays(value), _arrays(copy), strict=True):
        np.copyto(array, old)


def _arrays(value: Any) -> list[Array]:
    """An array alone; the three arrays of a sparse matrix."""
    if isinstance(value, np.ndarray):
        return [cast(Array, value)]
    return [getattr(value, part) for part in ("data", "indices", "indptr")]


def _inferred(node: Apply, inputs: Arrays) -> list[TensorType]:
    """The types that `infer` says for the arrays of this call."""
    types = type_of(inputs)
    operands: list[Any] = list(types)
    if node.op.reads_values:
        values = map(whole_numbers, inputs)
        operands = [Operand(t, n) for t, n in zip(types, values, strict=True)]
    try:
        found: Any = node.op.infer(*operands)
    except (LengthMismatch, Fault) as error:
        title = f"{node.op.title} computed what its `infer` refuses"
        raise broken(node, title, [f"it says: {error}"]) from None
    return [found] if isinstance(found, TensorType) else [*found]


def _check_lengths(
    node: Apply, outputs: tuple[Array, ...], types: list[TensorType]
) -> None:
    for array, said in zip(outputs, types, strict=True):
        fits = all(
            n is None or n == length
            for n, length in zip(said.shape, array.shape, strict=True)
        )
        if not fits:
            title = f"the op {node.op.title} contradicts itself"
            notes = [
                f"its `numpy` gave an array of shape {shape_words(array.shape)}",
                f"its `infer` said {shape_words(said.shape)}",
            ]
            raise broken(node, title, notes)
