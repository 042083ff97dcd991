"""What all ways of scheduling a group share: who needs what, at which index, and when.

`demand` says at which index each variable is first asked for, going backwards from the
results. Going forwards in that order, each value is there before it is read, so deep
graphs need no deep recursion. A fold comes one *stage* after the folds it depends on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from teachgraph.core.graph import Apply, Variable
from teachgraph.core.record import record
from teachgraph.core.shapes import Shapes
from teachgraph.core.sizes import Size
from teachgraph.kernel import build as k
from teachgraph.kernel import ir
from teachgraph.kernel.ir import Expr, Fold, Kernel, Name
from teachgraph.ops.base import Source, Target
from teachgraph.ops.elementwise import Elementwise, broadcast_index
from teachgraph.ops.shape import DimShuffle
from teachgraph.program import folding
from teachgraph.program.domain import Domain, Group, Loop, domain_of
from teachgraph.program.emit import Emitter, Memory, cost_of, with_operands
from teachgraph.program.formula import formulas
from teachgraph.program.names import Names

Index = tuple[Expr, ...]
Demand = dict[Variable, Index]


@record()
class Planned:
    """A kernel and what it is called with; buffers by name."""

    kernel: Kernel
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    sizes: tuple[Size, ...]
    extent: Size
    work: Size
    nodes: tuple[Apply, ...]


@record()
class Task:
    """A group to be scheduled.

    `inputs` are the variables that lie in memory (what stands between them and the
    group is found by index expressions), `outputs` where the results go; `partial`
    gives room for partial results. `memories` has all buffers by name.
    """

    name: str
    group: Group
    facts: Shapes
    inputs: Mapping[Variable, Memory]
    outputs: Mapping[Variable, Memory]
    partial: Callable[[str, tuple[Size, ...]], Memory]
    names: Names
    memories: Mapping[str, Memory]


class Plan:
    """A task under way."""

    def __init__(self, task: Task):
        self.task, self.group, self.outputs = task, task.group, task.outputs
        self.shapes = task.facts.lengths
        self.made = {v for node in self.group.nodes for v in node.outputs}
        self.emitter = Emitter(task.facts, task.inputs, self._uses(), task.names)
        self.domain: Domain = domain_of(
            self.group,
            self.shapes,
            virtual=self._reads_virtual(),
            taken=self.emitter.names,
        )
        for loop in self.domain.loops:
            self.emitter.size(loop.extent)  # these are n0, n1, ... then
        self.folds: dict[Apply, Fold] = {
            node: fold
            for node in self.group.nodes
            if (fold := self._probed_fold(node)) is not None
        }
        self.stage = self._stages()
        self.demand: Demand = {}

    # Facts about the group

    def is_full(self, v: Variable) -> bool:
        """True for a result with all axes of a domain some of whose axes are folded."""
        same = self.shapes(v) == self.domain.shape
        return same and v.owner not in self.folds and bool(self.domain.folded)

    @property
    def full_outputs(self) -> list[Variable]:
        """The results that have all axes of the domain."""
        return [v for v in self.group.outputs if self.is_full(v)]

    @property
    def plain_folds(self) -> bool:
        """True when nothing in the group depends on a fold, and all folds vectorise."""
        kinds = {fold.kind for fold in self.folds.values()}
        once = all(v.owner in self.folds or self.stage[v] == 0 for v in self.made)
        alone = max(self.stage.values(), default=0) <= 1
        return once and alone and kinds <= set(folding.VECTOR_KINDS)

    def needed(
        self, targets: Sequence[Variable], known: set[Variable]
    ) -> list[Variable]:
        """What must be computed for the targets, in order, given what is known."""
        needed, stack = set[Variable](), list(targets)
        while stack:
            v = stack.pop()
            if v in needed or v in known or v not in self.made:
                continue
            needed.add(v)
            assert v.owner is not None
            stack.extend(v.owner.inputs)
        return [v for node in self.group.nodes for v in node.outputs if v in needed]

    def _reads_virtual(self) -> bool:
        return any(
            v.owner is not None
            and v not in self.task.inputs
            and v not in self.made
            and not is_single(self.shapes(v))
            and not self._is_widened(v.owner)
            for node in self.group.nodes
            for v in node.inputs
        )

    def _is_widened(self, node: Apply) -> bool:
        """True for what lies in memory, with axes of length 1 put in between."""
        if not isinstance(node.op, DimShuffle):
            return False
        kept = [a for a in node.op.order if a != "x"]
        return kept == sorted(kept) and node.inputs[0] in self.task.inputs

    def _uses(self) -> dict[Variable, int]:
        uses: dict[Variable, int] = dict.fromkeys(self.made, 0)
        for v in (v for node in self.group.nodes for v in node.inputs):
            uses[v] = uses.get(v, 0) + 1
        for v in self.group.outputs:
            uses[v] = 2 * uses.get(v, 0)  # one that is only stored needs no name
        return uses

    def _stages(self) -> dict[Variable, int]:
        stage: dict[Variable, int] = {}
        for node in self.group.nodes:
            below = max((stage.get(v, 0) for v in node.inputs), default=0)
            here = below + 1 if node in self.folds else below
            stage.update(dict.fromkeys(node.outputs, here))
        return stage

    # Asking ops for elements

    def expression(self, node: Apply, index: Index) -> Expr:
        """The element of a node at an index, over elements that stand for any value."""
        return self._ask(node, index, None)

    def _ask(self, node: Apply, index: Index, seen: Demand | None) -> Expr:
        v = node.outputs[0]
        target = Target(v.type.dtype, self.emitter.lengths(v), node)
        assert node.op.lower is not None
        return node.op.lower(
            target, index, *(self._probe(i, seen) for i in node.inputs)
        )

    def _probe(self, v: Variable, seen: Demand | None) -> Source:
        def element(index: Index) -> Expr:
            if seen is not None:
                seen.setdefault(v, tuple(self.emitter.renamed(i) for i in index))
            return Name("probe", v.type.dtype)

        return Source(v.type.dtype, self.emitter.lengths(v), element)

    def _probed_fold(self, node: Apply) -> Fold | None:
        if isinstance(node.op, Elementwise) or node.op.lower is None:
            return None
        rank = len(self.shapes(node.outputs[0]))
        index = tuple(Name(f"o{a}", "int64") for a in range(rank))
        return folding.find_fold(self.expression(node, index))

    def ask_for_outputs(self, full: Index) -> None:
        """Fill `demand` backwards from the results at the current element."""
        self.demand = self._wanted(full)
        for node in reversed(self.group.nodes):
            index = self.demand.get(node.outputs[0])
            if index is None:
                continue
            if isinstance(node.op, Elementwise):
                for v in node.inputs:
                    at = broadcast_index(self.emitter.source(v), index)
                    self.demand.setdefault(v, at)
            else:
                self._ask(node, index, self.demand)

    def _wanted(self, full: Index) -> Demand:
        kept, zero = self.domain.kept(full), k.integer(0)
        wanted: Demand = {}
        for v in (*self.group.outputs, *(node.outputs[0] for node in self.folds)):
            shape = self.shapes(v)
            if shape == self.domain.shape and v.owner not in self.folds:
                wanted[v] = full
            elif len(shape) == len(kept):
                wanted[v] = kept
            else:
                pairs = zip(shape, full, strict=True)
                wanted[v] = tuple(zero if n.constant == 1 else i for n, i in pairs)
        return wanted

    def alias_folded(self, index: Index) -> None:
        """Tie the names that `fold` gives its indices to the index of the domain."""
        for position, axis in enumerate(self.domain.folded):
            self.emitter.alias[f"r{position}"] = index[axis]

    # Statements

    def emit(self, variables: Sequence[Variable]) -> None:
        """Compute variables at the index at which they are asked for."""
        for v in variables:
            if v in self.demand:
                self.emitter.value(v, self.demand[v])

    def store(self, v: Variable, *, at: Memory | None = None) -> None:
        """Write the current element of a variable to its place, or to another."""
        memory, index = at or self.outputs[v], self.demand[v]
        value = k.cast(self.emitter.value(v, index), memory.dtype)
        nodes = (v.owner,) if v.owner is not None else ()
        position = self.emitter.position(memory, index)
        self.emitter.add(ir.Store(memory.name, position, value, nodes=nodes))

    def open(self, loops: Sequence[Loop]) -> None:
        """Begin nested loops, outermost first."""
        for loop in loops:
            self.emitter.names.take(loop.index.name)
            self.emitter.open(loop.index)

    def close(self, loops: Sequence[Loop], *, parallel: bool, **innermost: Any) -> None:
        """End nested loops; options are for the innermost."""
        for depth in reversed(range(len(loops))):
            loop = loops[depth]
            self.emitter.close(
                loop.index,
                self.emitter.size(loop.extent),
                parallel=parallel and depth == 0,
                **(innermost if depth == len(loops) - 1 else {}),
            )

    def begin_fold(self, node: Apply) -> folding.Folding:
        """Declare the accumulator of a fold, in the innermost body."""
        self.emitter.origin = (node,)
        return folding.begin(self.emitter, self.folds[node])

    def folded_value(self, node: Apply) -> Expr:
        """The value that a fold takes in at the current element."""
        self.emitter.origin = (node,)
        v = node.outputs[0]
        fold = folding.find_fold(self.emitter.element(v, self.demand[v]))
        assert fold is not None
        return self.emitter.tamed(fold.body)

    def with_result(self, node: Apply, result: Expr) -> Expr:
        """The element of a node whose fold has come to a result."""
        self.emitter.origin = (node,)
        expression = self.expression(node, self.demand.get(node.outputs[0], ()))
        return self.emitter.tamed(with_fold(expression, result))

    # The result

    def planned(
        self, name: str, extent: Size, work: Size | None = None, comment: str = ""
    ) -> Planned:
        """The kernel whose body has been emitted."""
        body = tuple(self.emitter.scopes[0].statements)
        stored = {s.buffer for s in ir.walk(body) if isinstance(s, ir.Store)}
        loaded, named = read_names(body)
        inputs = self._memories(loaded - stored)
        outputs = self._memories(stored)
        sizes = {
            name.name: size
            for size, name in self.emitter.sizes.items()
            if name.name in named
        }
        params = (
            *(ir.Buffer(m.name, m.dtype) for m in inputs),
            *(ir.Buffer(m.name, m.dtype, written=True) for m in outputs),
            *(ir.Size(size_name) for size_name in sizes),
        )
        return Planned(
            Kernel(name, params, body, comment or self.comment()),
            tuple(m.name for m in inputs),
            tuple(m.name for m in outputs),
            tuple(sizes.values()),
            extent,
            work if work is not None else self._work(),
            self.group.nodes,
        )

    def _memories(self, names: set[str]) -> list[Memory]:
        """The buffers of these names, in the order in which they were made."""
        known = self.task.memories
        found = (known[name] for name in names if name in known)
        return sorted(found, key=lambda m: m.number)

    def _work(self) -> Size:
        cost = sum(cost_of(v) for v in self.made)
        return Size.of(self.domain.elements() * max(cost, 1))

    def comment(self) -> str:
        """What is computed, as one would write it."""
        results = {v: m.name for v, m in self.outputs.items()}
        return formulas(results, self.task.inputs)


def is_single(shape: tuple[Size, ...]) -> bool:
    """True for the shape of one element."""
    return all(n.constant == 1 for n in shape)


def with_fold(e: Expr, result: Expr) -> Expr:
    """The expression with its fold replaced by the folded value."""
    if isinstance(e, Fold):
        return k.cast(result, e.dtype)
    parts = ir.operands(e)
    return with_operands(e, [with_fold(p, result) for p in parts]) if parts else e


def read_names(body: Sequence[ir.Statement]) -> tuple[set[str], set[str]]:
    """The buffers that a body loads from, and the names that it reads."""
    buffers, names = set[str](), set[str]()
    for s in ir.walk(tuple(body)):
        stack = list(ir.expressions(s))
        while stack:
            e = stack.pop()
            if isinstance(e, ir.Load):
                buffers.add(e.buffer)
            elif isinstance(e, Name):
                names.add(e.name)
            stack.extend(ir.operands(e))
    return buffers, names
