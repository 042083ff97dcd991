"""From a graph to a program: each node becomes loops, a library call, or a NumPy call.

What the fusion pass joined becomes kernels together; a node whose elements are as cheap
to find as to load (`op.virtual`) is not stored unless something needs it in memory. A
`Scan` becomes a loop around the program of its inner graph.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import Any

from teachgraph.core.config import config
from teachgraph.core.events import Event, Lowered, result_of
from teachgraph.core.graph import Apply, Graph, Variable, rebuild
from teachgraph.core.order import in_order
from teachgraph.core.record import having
from teachgraph.core.shapes import Guard, Shapes, infer_shapes, name_inputs
from teachgraph.core.sizes import Size
from teachgraph.kernel.render.clike import TYPES
from teachgraph.kernel.verify import verify
from teachgraph.ops.dot import BatchedDot, Dot
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.fused import Fused
from teachgraph.ops.index import Cut, Subtensor
from teachgraph.ops.reshape import Reshape
from teachgraph.ops.scan import Scan
from teachgraph.ops.shape import DimShuffle
from teachgraph.program.buffers import share_scratch
from teachgraph.program.domain import Group
from teachgraph.program.emit import Memory, cost_of
from teachgraph.program.guards import guards_of
from teachgraph.program.inner import inner_guards, inner_shapes
from teachgraph.program.joining import filling
from teachgraph.program.names import Names, identifier
from teachgraph.program.plan import Planned, Task, is_single
from teachgraph.program.program import (
    Block,
    CallLibrary,
    CallNumpy,
    Loop,
    Program,
    RunKernel,
    Step,
    View,
)
from teachgraph.program.rows import COSTLY
from teachgraph.program.scattering import may_scatter
from teachgraph.program.schedule import schedule

DEEPEST = 8
"""So many index expressions (or operations on single numbers) are nested at most."""


def lower(graph: Graph, *, library: bool = True) -> Generator[Event, None, Program]:
    """The program of a graph, with an event for each step.

    Args:
        library: products of matrices are left to BLAS; else they are loops.
    """
    flat, groups = flattened(graph)
    names = name_inputs(flat)
    lowering = _Lowering(flat, groups, library, names, infer_shapes(flat, names))
    return (yield from lowering.program(graph))


def flattened(graph: Graph) -> tuple[Graph, list[Group]]:
    """The graph with fused nodes opened, and the groups that they were, in order."""
    groups: list[Group] = []
    done: dict[Variable, Variable] = {v: v for v in graph.inputs}
    for node in graph.applies():
        inputs = [done.setdefault(v, v) for v in node.inputs]
        if not isinstance(node.op, Fused):
            fresh = node if node.reads(inputs) else node.with_inputs(inputs)
            done.update(zip(node.outputs, fresh.outputs, strict=True))
            continue
        inner = dict(zip(node.op.graph.inputs, inputs, strict=True))
        outputs = rebuild(node.op.graph.outputs, inner, lambda v: v)
        done.update(zip(node.outputs, outputs, strict=True))
        members = tuple(inner[n.outputs[0]].owner for n in node.op.graph.applies())
        groups.append(Group(tuple(m for m in members if m is not None), outputs))
    outputs = tuple(done.setdefault(v, v) for v in graph.outputs)
    return Graph(graph.inputs, outputs, graph.names), groups


class _Lowering:
    """One graph under way.

    Args:
        shapes: of the graph, whose inputs are called `names`.
        outside: the graph around it, if it is the inner one of a loop.
    """

    def __init__(
        self,
        graph: Graph,
        groups: Sequence[Group],
        library: bool,
        names: dict[Variable, str],
        shapes: Shapes,
        outside: _Lowering | None = None,
    ):
        self.graph, self.library = graph, library
        self.names, self.shapes = names, shapes
        self.prefix = f"{outside.prefix}{len(outside.steps)}_" if outside else ""
        self.spoken: set[str] = (
            outside.spoken if outside else {*names.values(), *shapes.found.values()}
        )
        self.groups = {node: group for group in groups for node in group.nodes}
        self.blocks: dict[str, Block] = {}
        self.memories: dict[str, Memory] = {}
        self.taken = outside.taken if outside else Names()
        self.memory: dict[Variable, Memory] = {}
        self.depth: dict[Variable, int] = {}
        self.steps: list[Step] = []
        self.fresh: list[Event] = []
        self.outputs = [self._output(n, v) for n, v in enumerate(graph.outputs)]
        self.places: dict[Variable, Block] = {}
        for v, block in zip(graph.outputs, self.outputs, strict=True):
            self.places.setdefault(v, block)

    def program(self, graph: Graph) -> Generator[Event, None, Program]:
        inputs = [self._place(v, self.names[v], "input") for v in self.graph.inputs]
        for group in self._in_order():
            self._node_or_group(group)
            yield from self._told()
        for v, block in zip(self.graph.outputs, self.outputs, strict=True):
            self._fill(v, block)
            yield from self._told()
        return Program(
            graph,
            tuple(self.steps),
            tuple(self.blocks.values()),
            self.guards(),
            tuple(inputs),
            tuple(self.outputs),
            share_scratch(self.steps),
            self._named(),
        )

    def guards(self) -> tuple[Guard, ...]:
        """What must hold of lengths."""
        return guards_of(self.graph, self.shapes)

    def _named(self) -> dict[str, Block]:
        names = {**self.names, **self.shapes.found}
        return {
            name: self.blocks[self.memory[v].name]
            for v, name in names.items()
            if v in self.memory
        }

    def _in_order(self) -> list[Group]:
        """The groups, single nodes too, each after those whose results it reads."""
        alone = {n: Group((n,), n.outputs) for n in self.graph.applies()}
        of = {n: self.groups.get(n, group) for n, group in alone.items()}

        def read(group: Group) -> Iterator[Group]:
            makers = [v.owner for n in group.nodes for v in n.inputs if v.owner]
            found = (of[maker] for maker in makers if maker in of)
            return (g for g in found if g is not group)

        return in_order(list(dict.fromkeys(of.values())), read)

    def _told(self) -> list[Event]:
        told, self.fresh = self.fresh, []
        return told

    # Blocks

    def _block(
        self, wish: str, dtype: str, shape: tuple[Size, ...], role: str, v: Any
    ) -> Block:
        name = self.taken.fresh(wish)
        block = self.blocks[name] = Block(name, dtype, shape, role, v)
        self.memories[name] = Memory(name, dtype, shape, len(self.memories))
        return block

    def _place(self, v: Variable, wish: str, role: str) -> Block:
        block = self._block(wish, v.type.dtype, self.shapes.lengths(v), role, v)
        self.memory[v] = self.memories[block.name]
        return block

    def _output(self, position: int, v: Variable) -> Block:
        wish = f"{v.name}_out" if v.name else f"out{position}"
        return self._block(wish, v.type.dtype, self.shapes.lengths(v), "output", v)

    def _target(self, v: Variable) -> Memory:
        """Where a computed variable goes: straight into an output where it is one."""
        block = self.places.get(v)
        if block is None:
            shape = self.shapes.lengths(v)
            block = self._block(v.name or "t", v.type.dtype, shape, "scratch", v)
        return self.memories[block.name]

    def _partial(self, dtype: str, shape: tuple[Size, ...]) -> Memory:
        return self.memories[self._block("partial", dtype, shape, "scratch", None).name]

    # Nodes

    def _node_or_group(self, group: Group) -> None:
        node = group.nodes[0]
        if isinstance(node.op, Scan):
            self._loop(node, node.op)
            return
        if node not in self.groups:
            if self.library and _is_product(node):
                self._library(node)
                return
            if may_scatter(node, self.shapes) and self._has_c_types(node):
                self._scatter(group)
                return
            if not self._can_lower(node):
                self._numpy(node)
                return
            stored = bool(node.inputs) and node.inputs[0] in self.memory
            if stored and self._is_view(node.outputs[0]):
                self._view(node.outputs[0], node)
                return
            if self._is_found_where_read(node):
                return
        self._kernels(group)

    def _is_found_where_read(self, node: Apply) -> bool:
        """True for what is not stored: each kernel finds its elements for itself."""
        v = node.outputs[0]
        if self.shapes.number(v) is not None:
            return True
        if not node.op.virtual and not self._is_easy(node):
            return False
        below = (self.depth.get(i, 0) for i in node.inputs if i not in self.memory)
        self.depth[v] = 1 + max(below, default=0)
        return self.depth[v] <= DEEPEST

    def _is_easy(self, node: Apply) -> bool:
        """True for a number that takes only a few operations."""
        v = node.outputs[0]
        cheap = isinstance(node.op, Elementwise) and cost_of(v) < COSTLY
        return cheap and is_single(self.shapes.lengths(v))

    def _can_lower(self, node: Apply) -> bool:
        known = not any(v in self.shapes.found for v in node.outputs)
        return node.op.lower is not None and known and self._has_c_types(node)

    def _has_c_types(self, node: Apply) -> bool:
        return {v.type.dtype for v in (*node.inputs, *node.outputs)} <= set(TYPES)

    def _scatter(self, group: Group) -> None:
        """Elements put at positions: all that is read lies in memory, but for zeros."""
        for v in group.nodes[0].inputs:
            if v.ndim and filling(v) is None:
                self._stored(v)
        self._kernels(group)

    def _kernels(
        self, group: Group, targets: dict[Variable, Memory] | None = None
    ) -> None:
        self._ready(group)
        targets = targets or {v: self._target(v) for v in group.outputs}
        name = identifier(f"k{self.prefix}{len(self.steps)}_{_title(group)}")
        task = Task(
            name,
            group,
            self.shapes,
            self.memory,
            targets,
            self._partial,
            self.taken,
            self.memories,
        )
        for planned in schedule(task):
            self._add(self._run(planned))
        self.memory.update({v: m for v, m in targets.items() if v not in self.memory})

    def _run(self, planned: Planned) -> RunKernel:
        if config.check_kernels:
            verify(planned.kernel)
        return RunKernel(
            kernel=planned.kernel,
            reads=tuple(self.blocks[n] for n in planned.reads),
            writes=tuple(self.blocks[n] for n in planned.writes),
            nodes=planned.nodes,
            sizes=planned.sizes,
            extent=planned.extent,
            work=planned.work,
        )

    def _ready(self, group: Group) -> None:
        """Constants with more than one element, read by the group, need a block."""
        seen = {v for node in group.nodes for v in node.outputs}
        stack = [v for node in group.nodes for v in node.inputs] + list(group.outputs)
        while stack:
            v = stack.pop()
            if v in self.memory or v in seen:
                continue
            seen.add(v)
            if v.owner is not None:
                stack.extend(v.owner.inputs)
            elif v.data is not None and v.data.size != 1:
                self._place(v, v.name or "constant", "constant")

    def _stored(self, v: Variable) -> Block:
        """The block of a variable that must lie in memory."""
        if v not in self.memory:
            if v.data is not None:
                return self._place(v, v.name or "constant", "constant")
            if v.owner is not None and self._is_view(v):
                self._view(v, v.owner)
            else:
                self._fill(v, None)
        return self.blocks[self.memory[v].name]

    def _is_view(self, v: Variable) -> bool:
        """True for another shape of what lies in memory, or has to."""
        made = v.owner is not None and isinstance(v.owner.op, Reshape)
        return made and v not in self.places and v not in self.shapes.found

    def _view(self, v: Variable, node: Apply) -> None:
        source = self._stored(node.inputs[0])
        block = self._place(v, v.name or "t", "scratch")
        self._add(View(reads=(source,), writes=(block,), nodes=(node,)))

    def _fill(self, v: Variable, block: Block | None) -> None:
        """Write a variable's value into a block, if it is not there already."""
        if block is not None and v in self.memory and self.memory[v].name == block.name:
            return
        target = self.memories[block.name] if block else self._target(v)
        lazy = v.owner is not None and v not in self.memory
        group = Group((v.owner,) if lazy and v.owner else (), (v,))
        self._kernels(group, {v: target})

    def _numpy(self, node: Apply) -> None:
        reads = tuple(self._stored(v) for v in node.inputs)
        targets = [self._target(v) for v in node.outputs]
        self.memory.update(zip(node.outputs, targets, strict=True))
        writes = tuple(self.blocks[m.name] for m in targets)
        self._add(CallNumpy(reads=reads, writes=writes, nodes=(node,)))

    def _loop(self, node: Apply, op: Scan) -> None:
        n, *others = node.inputs
        turns = self.shapes.values[n]
        known = turns is not None and not isinstance(turns, tuple)
        backwards: set[int] = set()
        for k, v in enumerate(others[: op.sequences] if known else ()):
            source = self._walked_backwards(v)
            if source is not None:
                others[k] = source
                backwards.add(k)
        reads = [self._stored(v) for v in (others if known else node.inputs)]
        targets = [self._target(v) for v in node.outputs]
        writes = [self.blocks[m.name] for m in targets]
        body = self._body(node, op)
        self.memory.update(zip(node.outputs, targets, strict=True))
        self._add(
            Loop(
                reads=tuple(reads),
                writes=tuple(writes),
                nodes=(node,),
                body=body,
                turns=Size.of(turns) if known else None,
                backwards=frozenset(backwards),
                reason=_reason(body.steps) or self._shapeless(node),
            )
        )

    def _walked_backwards(self, v: Variable) -> Variable | None:
        """What a sequence is the reverse of, if that need not be stored for it."""
        node = v.owner
        if v in self.memory or node is None or not isinstance(node.op, Subtensor):
            return None
        first, *others = node.op.index
        whole = all(isinstance(p, Cut) and p.is_whole for p in others)
        return node.inputs[0] if whole and first == Cut(None, None, -1) else None

    def _body(self, node: Apply, op: Scan) -> Program:
        """The program of one turn."""
        flat, groups = flattened(op.graph)
        names, shapes = inner_shapes(node, flat, self.shapes, self.spoken)
        inner = _Lowering(flat, groups, self.library, names, shapes, self)
        body = result_of(inner.program(op.graph))
        outside = {(g.left, g.right) for g in self.guards()}
        return having(body, guards=inner_guards(body.guards, outside))

    def _shapeless(self, node: Apply) -> str | None:
        """Why rows of the outputs cannot be given room before the first turn."""
        for v in node.outputs:
            name = self.shapes.found.get(v)
            rows = {a for n in self.shapes.lengths(v)[1:] for a in n.atoms()}
            if name is not None and any(a.key[0] == name for a in rows):
                return "the shape of a row is known only once it is computed"
        return None

    def _library(self, node: Apply) -> None:
        (a, a_turned), (b, b_turned) = (self._turned(v) for v in node.inputs)
        reads = (self._stored(a), self._stored(b))
        target = self._target(node.outputs[0])
        self.memory[node.outputs[0]] = target
        self._add(
            CallLibrary(
                routine="dot",
                reads=reads,
                writes=(self.blocks[target.name],),
                nodes=(node,),
                options={"transpose_a": a_turned, "transpose_b": b_turned},
            )
        )

    def _turned(self, v: Variable) -> tuple[Variable, bool]:
        """What a matrix is the transpose of, if it is one that is not stored."""
        node = v.owner if v not in self.memory else None
        turned = node is not None and isinstance(node.op, DimShuffle)
        order = node.op.attributes()["order"] if node is not None and turned else ()
        if node is not None and order in ((1, 0), (0, 2, 1)):
            return node.inputs[0], True
        return v, False

    def _add(self, step: Step) -> None:
        self.steps.append(step)
        self.fresh.append(Lowered(step.nodes, step))


def _reason(steps: Sequence[Step]) -> str | None:
    """Why turns cannot be loops of a compiled language."""
    for step in steps:
        if isinstance(step, CallNumpy):
            return f"{step.nodes[0].op.title} has no loops, and runs in NumPy"
        if isinstance(step, Loop) and step.reason is not None:
            return step.reason
    return None


def _is_product(node: Apply) -> bool:
    """True for a product, or many, that BLAS can do."""
    return isinstance(node.op, Dot | BatchedDot) and library_dtype(node)


def library_dtype(node: Apply) -> bool:
    """True for the dtypes that BLAS multiplies."""
    return node.outputs[0].type.dtype in ("float32", "float64") and all(
        v.type.dtype == node.outputs[0].type.dtype for v in node.inputs
    )


def _title(group: Group) -> str:
    worth = [n for n in group.nodes if not n.op.virtual] or group.nodes
    names = [node.op.title.lower() for node in worth]
    return "_".join(names[-3:]) if names else "copy"
