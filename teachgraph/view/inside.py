"""How the graph inside a node hangs together with the node: what feeds it, what turns.

The inputs of a fused kernel's graph are the node's own, in order. Those of a loop's
graph are elements of its sequences, earlier values of its states, and its constants.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from typing import Any

import numpy as np

from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.core.op import Op
from teachgraph.core.record import record
from teachgraph.core.report import Fault, TeachgraphError
from teachgraph.core.types import LengthMismatch
from teachgraph.ops.fused import Fused
from teachgraph.ops.ifelse import Branches
from teachgraph.ops.inner import OpFromGraph
from teachgraph.ops.scan import Scan
from teachgraph.program.execute import call_numpy
from teachgraph.program.program import GuardFailed, IndexFailed
from teachgraph.program.turns import Turns

Array = np.ndarray[Any, Any]
Values = dict[Variable, Array]
Path = tuple[tuple[Apply, int], ...]

NOT_FED = -1
FAILURES = (
    TeachgraphError,
    Fault,
    LengthMismatch,
    GuardFailed,
    IndexFailed,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What a node may raise when it runs."""


def feeds(op: Op, inner: Graph) -> list[int]:
    """For each input of the inner graph, the input of the node that it comes from."""
    match op:
        case Fused() | OpFromGraph():
            return list(range(len(inner.inputs)))
        case Branches(then=then):
            first = 1 if inner is then else 1 + len(then.inputs)
            return list(range(first, first + len(inner.inputs)))
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


@record(eq=False)
class Moment:
    """Values that came to be inside a node: what a turn is given, or a node's outputs.

    `path` leads there, (node, turn) by (node, turn), the outermost first; where the
    node is no loop, the number says which of its graphs runs. `graph` is that graph.
    `inputs` is empty for what a turn is given. `turned` is how many turns the node
    itself took, if it is a loop.
    """

    path: Path
    graph: Graph
    variables: tuple[Variable, ...]
    outputs: tuple[Any, ...]
    inputs: tuple[Any, ...] = ()
    seconds: float | None = None
    turned: int | None = None

    @property
    def node(self) -> Apply | None:
        """The node that ran; None for what a turn is given."""
        node = self.variables[0].owner
        return None if self.variables[0] in self.graph.inputs else node

    @property
    def turns(self) -> tuple[int, ...]:
        """The number of the turn of each loop around it, the outermost first."""
        return turns_of(self.path)


@record(eq=False)
class Ended:
    """The outputs of a node that was gone through, and its turns, if it is a loop."""

    outputs: tuple[Any, ...]
    turned: int | None = None


Moments = Generator[Moment, None, Ended]


def has_inside(op: Op) -> bool:
    """Whether there is a graph in the op, whose nodes can be stepped through."""
    return bool(graphs_in(op))


def inside(node: Apply, inputs: Sequence[Any], path: Path = ()) -> Moments:
    """What happens inside a node on these values of its inputs, in order; at any depth.

    What happens in an inner node comes before it. Nothing is kept.

    Raises:
        Exception: what a node inside raised.
    """
    if isinstance(node.op, Scan):
        return (yield from _loop(node, node.op, inputs, path))
    number, graph, given = taken(node.op, inputs)
    found = yield from moments(graph, given, (*path, (node, number)))
    return Ended(tuple(known(v, found) for v in graph.outputs))


def taken(op: Op, inputs: Sequence[Any]) -> tuple[int, Graph, Sequence[Any]]:
    """Which graph in an op runs for these inputs, and the inputs of that graph."""
    match op:
        case Branches(then=then, otherwise=otherwise):
            condition, *rest = inputs
            first = len(then.inputs)
            if bool(condition):
                return 0, then, rest[:first]
            return 1, otherwise, rest[first:]
        case OpFromGraph() | Fused():
            return 0, op.graph, inputs
        case _:
            raise TypeError(f"{op.title} has no graph inside")


def graphs_in(op: Op) -> tuple[Graph, ...]:
    """The graphs in an op, by the numbers that paths have for them."""
    match op:
        case Branches(then=then, otherwise=otherwise):
            return then, otherwise
        case Scan() | OpFromGraph() | Fused():
            return (op.graph,)
        case _:
            return ()


def turns_of(path: Path) -> tuple[int, ...]:
    """The numbers of the turns on a path, without what is no loop."""
    return tuple(turn for node, turn in path if isinstance(node.op, Scan))


def place_in_words(node: Apply, number: int) -> str:
    """One part of a path: which turn of a loop, or which branch."""
    match node.op:
        case Scan():
            return f"turn {number} of {node.op.title}"
        case Branches():
            which, other = ("first", "second") if not number else ("second", "first")
            return f"{which} branch of {node.op.title}; the {other} is not computed"
        case _:
            return f"inside {node.op.title}"


def _loop(node: Apply, op: Scan, inputs: Sequence[Any], path: Path) -> Moments:
    turns = Turns(node, op, int(inputs[0]), inputs[1:])
    while turns.more:
        here = (*path, (node, turns.done))
        found = yield from moments(op.graph, turns.inputs(), here)
        turns.take([known(v, found) for v in op.graph.outputs])
    return Ended(tuple(turns.outputs()), turns.done)


def moments(
    graph: Graph, arrays: Sequence[Any], path: Path = ()
) -> Generator[Moment, None, Values]:
    """A graph, node by node, also inside its nodes; gives the values of all variables.

    Raises:
        Exception: what a node raised.
    """
    values: Values = dict(zip(graph.inputs, arrays, strict=True))
    for v, value in values.items():
        yield Moment(path, graph, (v,), (value,))
    for node in graph.applies():
        inputs = tuple(known(v, values) for v in node.inputs)
        start = time.perf_counter()
        if has_inside(node.op):
            ended = yield from inside(node, inputs, path)
        else:
            with np.errstate(all="ignore"):
                ended = Ended(call_numpy(node, inputs, None))
        values.update(zip(node.outputs, ended.outputs, strict=True))
        seconds = time.perf_counter() - start
        outputs, turned = ended.outputs, ended.turned
        yield Moment(path, graph, node.outputs, outputs, inputs, seconds, turned)
    return values


def every_value(graph: Graph, arrays: Sequence[Any]) -> Values:
    """The values of all variables of a graph by NumPy, inputs and constants first."""
    values: Values = dict(zip(graph.inputs, arrays, strict=True))
    for node in graph.applies():
        with np.errstate(all="ignore"):
            found = call_numpy(node, [known(v, values) for v in node.inputs], None)
        values.update(zip(node.outputs, found, strict=True))
    return values


def known(v: Variable, values: Values) -> Array:
    """The value of a variable, or the data of a constant."""
    return v.data if v.data is not None and v not in values else values[v]


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
