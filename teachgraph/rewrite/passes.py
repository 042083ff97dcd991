"""Passes: work on a whole graph that is no single equation. They yield the same events.

- `merge` joins nodes that compute the same thing.
- `FOLD` works out nodes whose inputs are all constants; the driver tries it like a
  rule.
- Nodes that no output needs are not reached from the outputs: nothing removes them.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Iterator, Mapping
from time import perf_counter
from typing import Any

import numpy as np

from teachgraph.core.events import Event
from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.core.op import Op
from teachgraph.core.origin import Origin
from teachgraph.core.record import record
from teachgraph.core.types import TensorType
from teachgraph.ops.alloc import Alloc
from teachgraph.ops.base import Array
from teachgraph.ops.elementwise import Elementwise
from teachgraph.rewrite.constants import as_constant
from teachgraph.rewrite.driver import rewrite
from teachgraph.rewrite.pattern import Makers
from teachgraph.rewrite.places import Places
from teachgraph.rewrite.rule import Attempt, Decline
from teachgraph.rewrite.same import op_key

LARGEST_KEY = 1 << 20
"""Constants of more bytes than this are equal only if they are the same array."""

Joined = dict[Variable, list[Variable]]
"""For each variable that stays, all that are the same: itself, then the others."""

LARGEST_RESULT = 1 << 20
"""A folded constant has at most so many bytes, or no more than its inputs have."""

FAILURES = (
    ArithmeticError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What NumPy may raise for values that do not fit; the node then stays as it is."""


@record()
class Pass:
    """The name of a pass and why it is worth it; events carry it as their rule."""

    name: str
    why: str

    def __repr__(self) -> str:
        return self.name


MERGE = Pass("merge", "What is written twice need be computed only once.")


def merge(graph: Graph, places: Places | None = None) -> Generator[Event, None, Graph]:
    """Join nodes with the same op and inputs, and equal constants.

    The one that stays is the first; it gets the origins of all, a name that any had,
    and every length that is known of any.
    """
    return (yield from _merged(_Merge(graph, places or Places(), lambda v: False)))


def merge_nodes(
    graph: Graph, places: Places | None = None
) -> Generator[Event, None, Graph]:
    """As `merge`, but numbers stay where they are written; they count as equal.

    Joining them would only make every node above them anew.
    """
    return (yield from _merged(_Merge(graph, places or Places(), _is_number)))


def _merged(work: _Merge) -> Generator[Event, None, Graph]:
    yield from work.join()
    return work.rebuilt()


class _Keys:
    """Numbers for variables: equal for those that are the same.

    2 and 2.0 make nodes that are the same, when an elementwise op works in one dtype
    with both. `first` leads from a variable to the one it is joined with, if it is.
    """

    def __init__(self, first: Mapping[Variable, Variable]):
        self.first = first
        self.numbers: dict[Hashable, int] = {}

    def number(self, v: Variable) -> int:
        """The number of the node that makes a variable, or of a leaf."""
        return self._number(self._key(v))

    def _number(self, key: Hashable) -> int:
        return self.numbers.setdefault(key, len(self.numbers))

    def _key(self, v: Variable) -> Hashable:
        node = v.owner
        if node is None:
            if v.data is None or not v.type.is_array:
                return id(v)
            return _constant_key(v, v.dtype)
        dtypes = [i.dtype for i in node.inputs]
        if isinstance(node.op, Elementwise) and any(map(_is_number, node.inputs)):
            dtypes = node.op.fn.operand_dtypes(tuple(dtypes))
        inputs = [
            self._number(
                _constant_key(i, dtype) if _is_number(i) else id(self.first.get(i, i))
            )
            for i, dtype in zip(node.inputs, dtypes, strict=True)
        ]
        in_order = sorted(inputs) if node.op.is_commutative else inputs
        return op_key(node.op), node.outputs[0].dtype, *in_order


class _Merge:
    """`first` leads from each variable to the one it is joined with."""

    def __init__(self, graph: Graph, places: Places, stays: Callable[[Variable], bool]):
        self.graph, self.places, self.stays = graph, places, stays
        self.first: dict[Variable, Variable] = {}
        self.joined: Joined = {}

    def join(self) -> Iterator[Event]:
        """Find what is the same, inputs first; an event for each variable that goes."""
        known, keys = dict[int, tuple[Variable, ...]](), _Keys(self.first)
        inputs = set(self.graph.inputs)
        for v in self.graph.variables():
            began = perf_counter()
            same = v
            if v not in inputs and not self.stays(v):
                siblings = v.owner.outputs if v.owner else (v,)
                same = known.setdefault(keys.number(v), siblings)[v.index]
            self.first[v] = same
            if same is not v:
                self.joined.setdefault(same, [same]).append(v)
                yield self.places.rewrote(MERGE, v, v, same, {}, began=began)

    def rebuilt(self) -> Graph:
        """The graph of those that stay, with what they took over from the others."""
        if not self.joined:
            return self.graph
        done: dict[Variable, Variable] = {v: v for v in self.graph.inputs}
        for v in self.graph.variables():
            same = self.first[v]
            if same not in done:
                self._rebuild(same, done)
            done[v] = done[same]
        outputs = tuple(done[v] for v in self.graph.outputs)
        return Graph(self.graph.inputs, outputs, self.graph.names)

    def _rebuild(self, v: Variable, done: dict[Variable, Variable]) -> None:
        if v.owner is None:
            done[v] = self._constant(v)
            return
        node = v.owner
        inputs = tuple([done[i] for i in node.inputs])
        if any(o in self.joined for o in node.outputs):
            fresh = self._node(node, inputs)
        elif node.reads(inputs):
            fresh = node
        else:
            fresh = self.places.with_inputs(node, inputs)
        done.update(zip(node.outputs, fresh.outputs, strict=True))

    def _constant(self, v: Variable) -> Variable:
        members = self.joined.get(v)
        if members is None or v.data is None:
            return v
        copy = as_constant(v.data, _origins(members))
        copy.name = _name(members)
        self.places.keep(copy, v)
        return copy

    def _node(self, node: Apply, inputs: tuple[Variable, ...]) -> Apply:
        several = [self.joined.get(v, [v]) for v in node.outputs]
        origins = _origins([v for members in several for v in members])
        types = [_joined_type(members) for members in several]
        fresh = Apply(node.op, inputs, types, origins)
        for copy, v, members in zip(fresh.outputs, node.outputs, several, strict=True):
            copy.name = _name(members)
            self.places.keep(copy, v)
        return fresh


class Twins:
    """Merging on the way: the driver tries it, like a rule, where no rule applies.

    A pass over the whole graph joins what is the same by then. Where a rule applies
    only to what was joined, and its result only makes the next two the same, there
    would have to be a pass for each of them.
    """

    name, why = MERGE.name, MERGE.why

    def __init__(self) -> None:
        self.known: dict[int, tuple[Variable, ...]] = {}
        self.keys = _Keys({})
        self.joined: Joined = {}

    def __repr__(self) -> str:
        return self.name

    def concerns(self, op: Op, made_by: Makers) -> bool:
        """Any node may have a twin."""
        del op, made_by
        return True

    def attempts(self, v: Variable) -> Iterator[Attempt]:
        """The variable that was met first of those that are the same as `v`."""
        siblings = v.owner.outputs if v.owner is not None else (v,)
        same = self.known.setdefault(self.keys.number(v), siblings)[v.index]
        if same is not v:
            self.joined.setdefault(same, [same]).append(v)
            yield Attempt(same, {})

    def taken_over(self, graph: Graph, places: Places) -> Graph:
        """The graph with what those that stay took over from the others."""
        work = _Merge(graph, places, _is_number)
        work.first = {v: v for v in graph.variables()}
        work.joined = self.joined
        return work.rebuilt()


def _is_number(v: Variable) -> bool:
    return v.owner is None and v.data is not None and v.data.size == 1


def _constant_key(v: Variable, dtype: str) -> Hashable:
    """What makes two constants the same, once they are in a dtype."""
    assert v.data is not None
    if v.data.nbytes > LARGEST_KEY:
        return id(v.data)
    return dtype, v.type.shape, v.data.astype(dtype, copy=False).tobytes()


def _origins(members: list[Variable]) -> tuple[Origin, ...]:
    return tuple(dict.fromkeys(o for v in members for o in v.origins))


def _name(members: list[Variable]) -> str | None:
    return next((v.name for v in members if v.name is not None), None)


def _joined_type(members: list[Variable]) -> TensorType:
    """The type with every length that is known of any member."""
    axes = zip(*(v.type.shape for v in members), strict=True)
    lengths = tuple(next((n for n in axis if n is not None), None) for axis in axes)
    return members[0].type.with_shape(lengths)


@record()
class Fold:
    """Work out nodes whose inputs are all constants, once instead of in every call."""

    name: str = "constant_folding"
    why: str = "What does not depend on any input is the same in every call."

    def __repr__(self) -> str:
        return self.name

    def concerns(self, op: Op, made_by: Makers) -> bool:
        """Are all inputs constants? A stretched number is kept as it is."""
        constant = all(maker == "constant" for maker in made_by)
        kept = isinstance(op, Alloc) or op.effects
        return constant and bool(made_by) and not kept

    def attempts(self, v: Variable) -> Iterator[Attempt]:
        """The constant that `v` is, if it is one."""
        node = v.owner
        if node is not None and v.type.is_array:
            yield Attempt(_folded(node, v), {})


FOLD = Fold()


def _folded(node: Apply, v: Variable) -> Variable | Decline:
    values = [i.data for i in node.inputs if i.data is not None]
    most = max(LARGEST_RESULT, *(a.nbytes for a in values))
    if _known_bytes(v.type) > most:
        return Decline("the result would be too large to keep in the program")
    try:
        results: Any = node.op.numpy(*values)
    except FAILURES as error:  # the call will tell, with the user's place
        return Decline(f"computing it failed: {error}")
    result: Array = results[v.index] if len(node.outputs) > 1 else results
    data = np.array(result, order="C")
    if data.nbytes > most:
        return Decline("the result is too large to keep in the program")
    if str(data.dtype) != v.dtype or data.ndim != v.ndim:
        return Decline(f"it gave {data.dtype}[{data.ndim} axes] where {v.type} was due")
    origins = (*v.origins, *(o for i in node.inputs for o in i.origins))
    folded = as_constant(data, tuple(dict.fromkeys(origins)))
    folded.name = v.name
    return folded


def _known_bytes(kind: TensorType) -> int:
    size = np.dtype(kind.dtype).itemsize
    for n in kind.shape:
        size *= n if isinstance(n, int) else 1
    return size


def constant_folding(
    graph: Graph, *, watch: bool = False, places: Places | None = None
) -> Generator[Event, None, Graph]:
    """Replace what depends on no input by its value, unless that is too large."""
    return (yield from rewrite(graph, (FOLD,), watch=watch, places=places))
