"""The plainest program of a graph: one NumPy call for each node, nothing fused.

A loop is a step whose turns are such a program as well.
"""

from __future__ import annotations

from collections.abc import Callable

from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.core.shapes import name_inputs
from teachgraph.core.sizes import Size
from teachgraph.ops.scan import Scan
from teachgraph.program.names import distinct
from teachgraph.program.program import Block, CallNumpy, Loop, Program, Step


def numpy_program(graph: Graph) -> Program:
    """Every node as a step of its own, in an order in which they can run.

    It has no guards: NumPy notices lengths that do not fit, and `program.stretch`
    notices an axis that NumPy would stretch though it was not known to be 1 long.
    """
    block = _blocks(graph)
    steps = tuple(_step(node, block) for node in graph.applies())
    inputs = tuple(block(v) for v in graph.inputs)
    outputs = tuple(block(v) for v in graph.outputs)
    blocks = dict.fromkeys((*inputs, *outputs))
    for step in steps:
        blocks.update(dict.fromkeys((*step.reads, *step.writes)))
    return Program(graph, steps, tuple(blocks), (), inputs, outputs)


def _step(node: Apply, block: Callable[[Variable], Block]) -> Step:
    reads = tuple(block(v) for v in node.inputs)
    writes = tuple(block(v) for v in node.outputs)
    if isinstance(node.op, Scan):
        body = numpy_program(node.op.graph)
        return Loop(reads=reads, writes=writes, nodes=(node,), body=body)
    return CallNumpy(reads=reads, writes=writes, nodes=(node,))


def _blocks(graph: Graph) -> Callable[[Variable], Block]:
    """A function that gives each variable its one block, with a name of its own."""
    names = name_inputs(graph)
    taken = set(names.values())
    outputs = set(graph.outputs)
    made: dict[Variable, Block] = {}

    def name(v: Variable) -> str:
        if v in names:
            return names[v]
        wanted = distinct(v.name or f"value{len(made)}", taken)
        taken.add(wanted)
        return wanted

    def role(v: Variable) -> str:
        if v in names:
            return "input"
        if v.data is not None:
            return "constant"
        return "output" if v in outputs else "scratch"

    def block(v: Variable) -> Block:
        if v not in made:
            called = name(v)
            shape = tuple(
                Size.atom("axis", called, a) if n is None else Size.of(n)
                for a, n in enumerate(v.type.shape)
            )
            made[v] = Block(called, v.type.dtype, shape, role(v), v)
        return made[v]

    return block
