"""A run as a viewer is told it: every value, what happened inside, how long it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.core.op import Op
from teachgraph.core.record import record
from teachgraph.ops.fused import Fused
from teachgraph.ops.scan import Scan
from teachgraph.program.program import Program
from teachgraph.view import protocol
from teachgraph.view.document import Ran
from teachgraph.view.inside import (
    FAILURES,
    Moment,
    Path,
    graphs_in,
    has_inside,
    inside,
    sign_of,
)
from teachgraph.view.loops import Closed, loops_of

if TYPE_CHECKING:
    from teachgraph.view.recording import Here

Array = np.ndarray[Any, Any]

MOST_STATEMENTS = 16
MOST_LOOPED = 60
"""Nodes whose loops are told; a longer run tells those of its first nodes."""
MOST_TURNS = 12
EVENTS_PER_TURN = 100
"""A page that may tell very many events tells more turns, one for so many of them."""
LONGEST_SIDE = 64
"""Elements up to which a node's loops are run again."""
MOST_INSIDE = 240
"""Values inside of nodes that are told of a run in a saved notebook."""
MOST_BYTES = 64_000_000
"""Memory that the values inside of nodes may take, while they are told."""


Grads = Mapping[Variable, Array]
Chain = tuple[Apply, ...]
Firsts = Mapping[Chain, int]
NOWHERE: Mapping[Any, int] = MappingProxyType({})


@record(eq=False)
class Broken:
    """A node in which a run ended: what it read, and the way to where it failed."""

    node: Apply
    inputs: tuple[Any, ...]
    path: Path = ()


def traced(
    given: Mapping[Variable, Array],
    graph: Graph,
    frames: Sequence[Here],
    grads: Grads,
    *,
    first: Firsts = NOWHERE,
    slots: Mapping[Any, int] = NOWHERE,
    broken: Broken | None = None,
    most: int = MOST_INSIDE,
) -> Iterator[Ran]:
    """Inputs and constants with their values, then nodes, with the turns of loops.

    Of each loop some turns are told, twelve in a notebook, from the `first` of it on,
    or as many as make `most` values in all. Loops are known by the chain of nodes that
    leads to them. `slots` are those of the compiled program, as `slots_of` gives them;
    `broken` is the node that failed, whose last turns are told.
    """
    leaves = [v for v in graph.variables() if v.owner is None or v in graph.inputs]
    window = Window(frames, first, most, broken)
    within = [list(window.told(frame.node, frame.inputs)) for frame in frames]
    numbers = _numbers(len(leaves), within)
    last = _last_reads(frames, numbers)
    end = numbers[-1] if numbers else len(leaves)
    kept = set(graph.outputs)
    for v in leaves:
        value = v.data if v.data is not None else given[v]
        yield Ran((v,), (value,), grads=_grads((v,), grads))
    for i, frame in enumerate(frames):
        yield from within[i]
        outputs: tuple[Variable, ...] = frame.node.outputs
        statements, more = (
            _statements(frame) if most and i < MOST_LOOPED else ((), False)
        )
        until = end if kept & set(outputs) else last.get(frame.node, numbers[i])
        yield Ran(
            outputs,
            frame.outputs,
            frame.seconds,
            grads=_grads(outputs, grads),
            loops=statements,
            more=more,
            until=until,
            slot=slots.get(sign_of(frame.node)),
            turns=window.turns((frame.node,), frame.turned),
        )
    if broken is not None:
        # the report of the run says what failed
        with suppress(*FAILURES):
            yield from window.told(broken.node, broken.inputs)


class Window:
    """Which turns of which loops are told of a run."""

    def __init__(
        self,
        frames: Sequence[Here],
        first: Firsts,
        most: int,
        broken: Broken | None,
    ):
        self._firsts = dict(first)
        self._bytes = 0
        ops = [(frame.node.op, frame.turned) for frame in frames]
        if broken is not None:
            ops.append((broken.node.op, None))
        longest = max(MOST_TURNS, most // EVENTS_PER_TURN)
        fits = (k for k in range(longest, 0, -1) if _count(ops, k) <= most)
        self.most = next(fits, 0)
        for frame in frames:
            self._firsts.setdefault((frame.node,), self._goes_bad(frame))
        if broken is not None:
            for depth, (_, turn) in enumerate(broken.path, 1):
                chain = tuple(node for node, _ in broken.path[:depth])
                self._firsts.setdefault(chain, max(0, turn + 1 - self.most))

    def turns(self, chain: Chain, count: int | None) -> tuple[int, int] | None:
        """The first turn that is told of a loop, and how many there are."""
        return None if count is None else (self._firsts.get(chain, 0), count)

    def told(self, node: Apply, inputs: Sequence[Any]) -> Iterator[Ran]:
        """The values inside a node, so far as they are told."""
        if not has_inside(node.op) or not self.most:
            return
        loop = isinstance(node.op, Scan)
        end = self._firsts.get((node,), 0) + self.most if loop else 1
        for moment in inside(node, inputs):
            if self._bytes > MOST_BYTES:
                return
            if loop and moment.path[0][1] >= end:
                return
            if self._tells(moment.path):
                self._bytes += sum(getattr(a, "nbytes", 0) for a in moment.outputs)
                yield self._ran(moment)

    def _tells(self, path: Path) -> bool:
        for depth, (node, turn) in enumerate(path, 1):
            first = self._firsts.get(tuple(n for n, _ in path[:depth]), 0)
            loop = isinstance(node.op, Scan)
            if loop and not first <= turn < first + self.most:
                return False
        return True

    def _ran(self, moment: Moment) -> Ran:
        chain = tuple(node for node, _ in moment.path)
        if moment.node is None:
            return ran_of(moment)
        return ran_of(moment, self.turns((*chain, moment.node), moment.turned))

    def _goes_bad(self, frame: Here) -> int:
        """The turn to begin with, so that the first number that is not finite is told.

        It is 0 where all numbers are finite, or the loop does not keep its turns.
        """
        if not frame.turned:
            return 0
        bad = [_first_bad(a) for a in frame.outputs if a.shape[:1] == (frame.turned,)]
        found = min((turn for turn in bad if turn is not None), default=0)
        return max(0, found - self.most // 2) if found >= self.most else 0


def ran_of(moment: Moment, turns: tuple[int, int] | None = None) -> Ran:
    """What happened inside a node, as it is told."""
    return Ran(
        moment.variables,
        moment.outputs,
        moment.seconds,
        path=tuple((node.outputs[0], turn) for node, turn in moment.path),
        turns=turns,
        graph=moment.graph,
    )


def _first_bad(rows: Array) -> int | None:
    """The first row that holds a number which is not finite."""
    if rows.dtype.kind not in "fc":
        return None
    fine = np.isfinite(rows.reshape(len(rows), -1)).all(axis=1)
    return None if fine.all() else int(np.argmin(fine))


def _count(ops: Iterable[tuple[Op, int | None]], most: int) -> int:
    """How many values inside of nodes there are, if so many turns are told."""
    total = 0
    for op, turned in ops:
        turns = most if turned is None else min(most, turned)
        total += (turns if isinstance(op, Scan) else 1) * max(
            (_size(graph, most) for graph in graphs_in(op)), default=0
        )
    return total


def _size(graph: Graph, most: int) -> int:
    nodes = graph.applies()
    inner = _count(((node.op, None) for node in nodes), most)
    return len(graph.inputs) + len(nodes) + inner


def _numbers(leaves: int, told: Sequence[Sequence[Ran]]) -> list[int]:
    """The number of each node's event in the run; turns come before their node."""
    found: list[int] = []
    at = leaves
    for within in told:
        at += len(within) + 1
        found.append(at)
    return found


def _last_reads(frames: Sequence[Here], numbers: Sequence[int]) -> dict[Apply, int]:
    """The event of the last node that reads each node."""
    last: dict[Apply, int] = {}
    for frame, number in zip(frames, numbers, strict=True):
        for v in frame.node.inputs:
            if v.owner is not None:
                last[v.owner] = number
    return last


def _grads(outputs: tuple[Variable, ...], grads: Grads) -> tuple[Array, ...]:
    """The gradients of all outputs, or none if one of them has none."""
    found = [grads[v] for v in outputs if v in grads]
    return tuple(found) if len(found) == len(outputs) else ()


def slots_of(program: Program) -> dict[Any, int]:
    """The memory of a program by what the node does whose value is in it.

    The nodes that are stepped through are those before fusion, so they are known by
    what they do and where they were written; what two nodes do is left out.
    """
    found: dict[Any, set[int]] = {}
    for block, slot in program.slots.items():
        v = block.variable
        if v is not None and v.owner is not None and isinstance(v.owner.op, Fused):
            v = v.owner.op.graph.outputs[v.index]
        if v is not None and v.owner is not None:
            found.setdefault(sign_of(v.owner), set()).add(slot)
    return {sign: slots.pop() for sign, slots in found.items() if len(slots) == 1}


def _statements(frame: Here) -> tuple[tuple[protocol.Statement, ...], bool]:
    """The first statements inside a node of few elements, and whether more follow."""
    sizes = (a.size for a in (*frame.inputs, *frame.outputs))
    if not frame.outputs or max(sizes, default=0) > LONGEST_SIDE:
        return (), False
    found = loops_of(frame.node, frame.inputs)
    if isinstance(found, Closed):
        return (), False
    first = list(islice(found, MOST_STATEMENTS + 1))
    told: list[protocol.Statement] = [
        {"line": h.line[:160], "did": h.did[:120], "depth": h.depth} for h in first
    ]
    return tuple(told[:MOST_STATEMENTS]), len(told) > MOST_STATEMENTS
