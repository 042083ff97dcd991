"""`CheckMemory`: a result depends on the numbers that go in, and on nothing else.

Each node is computed again: on copies that lie in memory in another way, and a second
time on the same arrays. The first runs are checked so, and a few of those after them.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from teachgraph.core.events import Array
from teachgraph.core.graph import Apply
from teachgraph.debug.closeness import ROUNDINGS, apart, first_index, magnitude, unit
from teachgraph.debug.due import FIRST, Due
from teachgraph.debug.watcher import Arrays, Ran, Watcher
from teachgraph.debug.words import broken, index_words, number
from teachgraph.errors.naming import called
from teachgraph.program.program import Loop

EVERY = 32
LARGEST = 1_000_000


class CheckMemory(Watcher):
    """Computes nodes again on arrays with other strides, and on the same ones.

    Args:
        calls: so many runs of each node with arrays of each shape are checked.
        every: of the runs after those, one in so many.

    Attributes:
        checked: nodes computed again.

    Raises:
        broken-op: a result depends on strides, on shared memory, or on chance.
    """

    def __init__(self, calls: int = FIRST, *, every: int = EVERY) -> None:
        super().__init__()
        self.checked = 0
        self._due = Due(calls, every)

    def after(self, ran: Ran) -> None:
        """Compute the node again."""
        if not _can_run_again(ran) or not self._due.now(ran):
            return
        self.checked += 1
        again = _again(ran.node, ran.inputs)
        _same(ran, again, "when it is computed a second time", 0.0)
        few = ROUNDINGS * unit(ran.outputs) * magnitude((*ran.inputs, *ran.outputs))
        spread = tuple(map(spread_out, ran.inputs))
        _same(ran, _again(ran.node, spread), "when its inputs have other strides", few)
        _refuse_common_memory(ran)


def spread_out(array: Array) -> Array:
    """The same numbers, with others between them in memory, in column-major order."""
    if not array.ndim:
        return array.copy()
    room = np.zeros(tuple(2 * n for n in array.shape), array.dtype, order="F")
    view = room[tuple(slice(None, None, 2) for _ in array.shape)]
    view[...] = array
    return view


def _can_run_again(ran: Ran) -> bool:
    node, arrays = ran.node, (*ran.inputs, *ran.outputs)
    return (
        not isinstance(ran.step, Loop)
        and not node.op.effects
        and all(v.type.is_array for v in (*node.inputs, *node.outputs))
        and sum(a.size for a in arrays) <= LARGEST
    )


def _again(node: Apply, inputs: Arrays) -> Arrays:
    with np.errstate(all="ignore"):
        found: Any = node.op.numpy(*inputs)
    return cast(Arrays, found if isinstance(found, tuple) else (found,))


def _same(ran: Ran, results: Arrays, when: str, few: float) -> None:
    for found, wanted in zip(results, ran.outputs, strict=True):
        if found.shape != wanted.shape:
            words = f"then its shape is {found.shape}, first it was {wanted.shape}"
        else:
            mask = apart(found, wanted, few, 0.0)
            if not mask.any():
                continue
            index = first_index(mask)
            at = f" at {index_words(index)}" if index else ""
            words = f"then it is {number(found[index])}{at}, first "
            words += number(wanted[index])
        title = f"{ran.node.op.title} gives something else {when}"
        raise broken(ran.node, title, [words])


def _refuse_common_memory(ran: Ran) -> None:
    """Two results in one place would change together, if one ever did."""
    outputs = ran.outputs
    for position, array in enumerate(outputs):
        if any(np.may_share_memory(array, o) for o in outputs[position + 1 :]):
            name = called(ran.node.outputs[position])
            title = f"two results of {ran.node.op.title} share memory"
            raise broken(ran.node, title, [f"one of them is `{name}`"])
