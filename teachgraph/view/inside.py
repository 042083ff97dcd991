"""How the graph inside a node hangs together with the node: what feeds it, what turns.

The inputs of a fused kernel's graph are the node's own, in order. Those of a loop's
graph are elements of its sequences, earlier values of its states, and its constants.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.core.op import Op
from teachgraph.ops.fused import Fused
from teachgraph.ops.scan import Scan

Array = np.ndarray[Any, Any]
Values = dict[Variable, Array]

NOT_FED = -1


def feeds(op: Op, inner: Graph) -> list[int]:
    """For each input of the inner graph, the input of the node that it comes from."""
    match op:
        case Fused():
            return list(range(len(inner.inputs)))
        case Scan():
            first = 1 + op.sequences
            states = [first + k for k, taps in enumerate(op.taps) for _ in taps]
            constants = len(inner.inputs) - op.sequences - len(states)
            last = first + op.states
            return [
                *range(1, first),
                *states,
                *range(last, last + constants),
            ]
        case _:
            return [NOT_FED] * len(inner.inputs)


def back(op: Op) -> list[tuple[int, int]]:
    """Outputs of a turn with the inputs that they are in the next turn."""
    if not isinstance(op, Scan):
        return []
    found: list[tuple[int, int]] = []
    position = op.sequences
    for state, taps in enumerate(op.taps):
        for tap in taps:
            if tap == -1:
                found.append((state, position))
            position += 1
    return found


def turns(op: Scan, arrays: Sequence[Array], most: int) -> Iterator[Values]:
    """The value of every variable of the inner graph in the first turns of a loop."""
    parts = op.split(arrays)
    histories = [list(x) for x in parts.initials]
    for turn in range(min(int(parts.n), most)):
        rows = [x[turn] for x in parts.sequences]
        past = [
            history[tap]
            for taps, history in zip(op.taps, histories, strict=True)
            for tap in taps
        ]
        found = every_value(op.graph, (*rows, *past, *parts.constants))
        yield found
        results = [known(v, found) for v in op.graph.outputs]
        for history, new in zip(histories, results, strict=False):
            history.append(new)
        if op.until and results[-1]:
            return


def every_value(graph: Graph, arrays: Sequence[Any]) -> Values:
    """The values of all variables of a graph by NumPy, inputs and constants first."""
    values: Values = {
        v: np.asarray(a) for v, a in zip(graph.inputs, arrays, strict=True)
    }
    for node in graph.applies():
        with np.errstate(all="ignore"):
            results: Any = node.op.numpy(*(known(v, values) for v in node.inputs))
        several = results if len(node.outputs) > 1 else (results,)
        values.update(zip(node.outputs, map(np.asarray, several), strict=True))
    return values


def known(v: Variable, values: Values) -> Array:
    """The value of a variable, or the data of a constant."""
    return v.data if v.data is not None and v not in values else values[v]


def steps_of(graph: Graph) -> Iterator[tuple[Variable, ...]]:
    """The inputs one by one, then the outputs of each node, in order."""
    for v in graph.inputs:
        yield (v,)
    for node in graph.applies():
        yield node.outputs


def nodes_told(graph: Graph) -> dict[Any, tuple[Apply, ...]]:
    """Each node by what it does and where it was written, after the kernel around it.

    Lowering builds nodes again, so they are known by that and not as objects.
    """
    found: dict[Any, tuple[Apply, ...]] = {}
    for node in graph.applies():
        found.setdefault(sign_of(node), (node,))
        if isinstance(node.op, Fused):
            for inner in node.op.graph.applies():
                found.setdefault(sign_of(inner), (node, inner))
    return found


def sign_of(node: Apply) -> Any:
    """What tells a node from others when it is built again."""
    return node.op, node.origins
