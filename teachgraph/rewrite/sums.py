"""Sums of parts: tensors that are zero but for a slice, side by side, are joined.

    inc(zeros, a, [:, 0:n]) + inc(zeros, b, [:, n:2n])  ->  join(1, a, b)

It is what the gradient of taking a tensor apart is. Each term would be written, mostly
zeros, and read again.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Generator, Sequence

from teachgraph.core.events import Event, Rewrote
from teachgraph.core.graph import Apply, Graph, Variable, rebuild
from teachgraph.core.op import constant
from teachgraph.core.record import record
from teachgraph.core.shapes import Shapes, infer_shapes, name_inputs
from teachgraph.core.sizes import Size
from teachgraph.core.types import TensorType
from teachgraph.ops.alloc import Alloc, ShapeOf, alloc
from teachgraph.ops.assign import IncSubtensor
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.index import Cut
from teachgraph.ops.join import Join
from teachgraph.ops.scalars import add, sub
from teachgraph.rewrite.constants import constant_value


@record()
class Sums:
    """The name and the reason of the pass, as a rule has them."""

    name: str = "sum_of_parts"
    why: str = "Parts side by side are written once, and nothing is added to zeros."
    phase: str = "fuse"


@record()
class Slice:
    """A term: zeros but for `value`, from `start` to `stop` along an axis."""

    term: Variable
    axis: int
    start: int
    stop: int

    @property
    def value(self) -> Variable:
        """What is put there."""
        assert self.term.owner is not None
        return self.term.owner.inputs[1]


def sums_of_parts(graph: Graph) -> Generator[Event, None, Graph]:
    """The graph with sums of slices joined."""
    nodes = graph.applies()
    if sum(_slice(node.outputs[0]) is not None for node in nodes) < 2:
        return graph
    work, rule, changed = _Sums(graph), Sums(), False
    for node in nodes:
        v = node.outputs[0]
        after = work.joined(node) if work.is_whole_sum(node) else None
        if after is not None:
            (before,) = rebuild([v], ChainMap({}, work.done), lambda same: same)
            work.done[v], changed = after, True
            yield Rewrote(rule, v, before, after)
    if not changed:
        return graph
    outputs = rebuild(graph.outputs, work.done, lambda same: same)
    return Graph(graph.inputs, outputs, graph.names)


def _slice(v: Variable) -> Slice | None:
    """The variable as a term that is zeros but for a slice of known bounds."""
    node = v.owner
    if node is None or not isinstance(node.op, IncSubtensor) or node.op.kind != "inc":
        return None
    x, y, *bounds = node.inputs
    index = node.op.index
    parts = [a for a, p in enumerate(index) if p != Cut()]
    if bounds or len(parts) != 1 or y.ndim != x.ndim or not _is_zeros(x):
        return None
    match index[parts[0]]:
        case Cut(start=None | int() as start, stop=int(stop), step=1):
            first = start or 0
            known = 0 <= first < stop and y.dtype == x.dtype
            return Slice(v, parts[0], first, stop) if known else None
        case _:
            return None


def _is_zeros(v: Variable) -> bool:
    value = constant_value(v)
    return value is not None and bool(value == 0)


class _Sums:
    """A graph under way; `done` says what became of its variables."""

    def __init__(self, graph: Graph):
        self.done: dict[Variable, Variable] = {v: v for v in graph.inputs}
        self.clients = graph.clients()
        self.wanted = set(graph.outputs)
        self.shapes: Shapes = infer_shapes(graph, name_inputs(graph))

    def is_whole_sum(self, node: Apply) -> bool:
        """True for a sum that is not a term of another one alone."""
        return _is_sum(node) and not self._is_inner(node.outputs[0])

    def _is_inner(self, v: Variable) -> bool:
        clients = self.clients.get(v, [])
        return v not in self.wanted and len(clients) == 1 and _is_sum(clients[0][0])

    def joined(self, node: Apply) -> Variable | None:
        """The sum with its slices joined; None if they do not lie side by side."""
        v = node.outputs[0]
        terms = self._terms(node)
        slices = [s for t in terms if (s := self._fitting(t, v)) is not None]
        for axis in sorted({s.axis for s in slices}):
            along = sorted((s for s in slices if s.axis == axis), key=lambda s: s.start)
            whole = self._join(along)
            if whole is None:
                continue
            taken = {s.term for s in along}
            rest = [self._fresh(t) for t in terms if t not in taken]
            total = add(whole, *rest) if rest else whole
            if _may_stand_for(total.type, v.type):
                return total
        return None

    def _terms(self, node: Apply) -> list[Variable]:
        found: list[Variable] = []
        stack = [*node.inputs][::-1]
        while stack:
            v = stack.pop()
            if v.owner is not None and _is_sum(v.owner) and self._is_inner(v):
                stack.extend(v.owner.inputs[::-1])
            else:
                found.append(v)
        return found

    def _fitting(self, term: Variable, total: Variable) -> Slice | None:
        """The term as a slice, if it is not stretched, nor is what is put into it."""
        found = _slice(term)
        lengths = self.shapes.lengths
        if found is None or term.dtype != total.dtype:
            return None
        if lengths(term) != lengths(total):
            return None
        expected = list(lengths(total))
        expected[found.axis] = Size.of(found.stop - found.start)
        return found if list(lengths(found.value)) == expected else None

    def _join(self, along: Sequence[Slice]) -> Variable | None:
        ends = [0, *(s.stop for s in along)]
        if len(along) < 2 or [s.start for s in along] != ends[:-1]:
            return None
        axis, term = along[0].axis, along[0].term
        parts = [self._fresh(s.value) for s in along]
        length = self.shapes.lengths(term)[axis]
        if length.constant != ends[-1]:
            parts.append(self._zeros(term, axis, ends[-1]))
        whole: Variable = Join(axis)(*parts)
        return whole

    def _zeros(self, term: Variable, axis: int, taken: int) -> Variable:
        """What is left of the zeros behind the last slice."""
        assert term.owner is not None
        zeros = self._fresh(term.owner.inputs[0])
        made = zeros.owner
        lengths: list[Variable] = [ShapeOf(a)(zeros) for a in range(zeros.ndim)]
        if made is not None and isinstance(made.op, Alloc):
            lengths = [*made.inputs[1:]]
        lengths[axis] = sub(lengths[axis], taken)
        return alloc(constant(0, dtype=term.dtype), *lengths)

    def _fresh(self, v: Variable) -> Variable:
        return rebuild([v], self.done, lambda same: same)[0]


def _may_stand_for(new: TensorType, old: TensorType) -> bool:
    """True for the same type, or one of which more lengths are known."""
    lengths = zip(new.shape, old.shape, strict=True)
    return new.dtype == old.dtype and all(b in (None, a) for a, b in lengths)


def _is_sum(node: Apply) -> bool:
    return isinstance(node.op, Elementwise) and node.op == add
