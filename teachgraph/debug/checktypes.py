"""`CheckTypes`: every op gives what it said it gives, and leaves its inputs alone."""

from __future__ import annotations

from typing import Any

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
                np.copyto(array, copy)
                title = f"{ran.node.op.title} changed its input `{called(v)}` in place"
                raise broken(ran.node, title, ["a graph is a value: inputs must stay"])
        _check_lengths(ran.node, ran.outputs, [v.type for v in ran.node.outputs])
        _check_lengths(ran.node, ran.outputs, _inferred(ran.node, ran.inputs))


def _is_kept(array: Array, copy: Array) -> bool:
    if np.array_equal(array, copy):
        return True
    return array.dtype.kind in "fc" and np.array_equal(array, copy, equal_nan=True)


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
