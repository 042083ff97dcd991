"""A program: what is to be done, in order, over buffers; and what a backend must offer.

    program = Program(graph, steps, blocks, guards, inputs, outputs, slots, named)
    step    = RunKernel(kernel, sizes, ...) | CallLibrary(routine, ...) | CallNumpy()
            | View() | Loop(body: Program, turns)

Steps say which nodes they come from. Which buffers share memory is decided once, in
`buffers.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any, Protocol

import numpy as np

from teachgraph.core.events import Event
from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.core.record import record
from teachgraph.core.shapes import Guard
from teachgraph.core.sizes import Size
from teachgraph.kernel.ir import Kernel
from teachgraph.ops.scan import Scan

Array = np.ndarray[Any, Any]


@record(eq=False)
class Block:
    """A buffer: its element type, its lengths, and the variable whose value it holds.

    `role` is `input` (given by the caller, shared variables too), `constant`, `output`
    (handed to the caller), or `scratch` (lives within a call). A block without a
    variable holds partial results.
    """

    name: str
    dtype: str
    shape: tuple[Size, ...]
    role: str
    variable: Variable | None = None


@record(eq=False, kw_only=True)
class Step:
    """Something done: the blocks it reads and writes, and the nodes it does."""

    reads: tuple[Block, ...]
    writes: tuple[Block, ...]
    nodes: tuple[Apply, ...]


@record(eq=False, kw_only=True)
class RunKernel(Step):
    """Run loops.

    `sizes` are the arguments for the kernel's size parameters, in order; `extent` is
    the number of turns of its parallel loop (1 without one), `work` the elementary
    operations in all of them, by which a backend decides whether splitting the loop
    pays.
    """

    kernel: Kernel
    sizes: tuple[Size, ...]
    extent: Size
    work: Size


@record(eq=False, kw_only=True)
class CallLibrary(Step):
    """Multiply by BLAS; `options` say which operands are transposed."""

    routine: str
    options: dict[str, Any] = field(default_factory=dict[str, Any])


@record(eq=False, kw_only=True)
class CallNumpy(Step):
    """Run one node by its op's `numpy`."""


@record(eq=False, kw_only=True)
class View(Step):
    """See the elements of a block in another shape; nothing is copied."""


@record(eq=False, kw_only=True)
class Loop(Step):
    """Run an inner program turn after turn, as the `Scan` of the node says.

    Blocks are in the order that `Scan` gives: `reads` are its inputs, without `n` where
    `turns` says it; `writes` its outputs; the inputs and outputs of `body` are those of
    the inner graph. Sizes in `body` speak of blocks outside as well. Of the sequences,
    those in `backwards` are walked along from their ends. `reason` says why the turns
    go through Python, if they do.
    """

    body: Program
    turns: Size | None = None
    backwards: frozenset[int] = frozenset()
    reason: str | None = None

    @property
    def scan(self) -> Scan:
        """The op that says what goes from turn to turn."""
        op = self.nodes[0].op
        assert isinstance(op, Scan)
        return op

    @property
    def operands(self) -> tuple[Block, ...]:
        """What is read, without the number of turns."""
        return self.reads if self.turns is not None else self.reads[1:]


@record(eq=False)
class Program:
    """Steps over blocks. `inputs` and `outputs` are in the order of the graph's.

    `slots` gives the place of each scratch block; blocks of one slot share memory
    because they are never alive at the same time. `named` are the blocks that the atoms
    of sizes speak of: `axis(name, a)` is a length of one, `value(name)` the number in
    one.
    """

    graph: Graph
    steps: tuple[Step, ...]
    blocks: tuple[Block, ...]
    guards: tuple[Guard, ...]
    inputs: tuple[Block, ...]
    outputs: tuple[Block, ...]
    slots: Mapping[Block, int] = field(default_factory=dict[Block, int])
    named: Mapping[str, Block] = field(default_factory=dict[str, Block])


def every_step(steps: Sequence[Step]) -> Iterator[Step]:
    """The steps, and those inside of loops, each loop before what is in it."""
    for step in steps:
        yield step
        if isinstance(step, Loop):
            yield from every_step(step.body.steps)


@record()
class Linkage:
    """How a built program meets its caller.

    Inputs with a cell (a one-element list, the storage of a shared variable) are read
    from it at each call; the others are positional arguments. Outputs with a cell are
    stored there once everything succeeded; the others are returned, bare when `single`.
    """

    input_cells: tuple[list[Array] | None, ...]
    output_cells: tuple[list[Array] | None, ...]
    single: bool


class Backend(Protocol):
    """What a backend must offer; memory belongs to it."""

    name: str

    def lower(self, graph: Graph) -> Generator[Event, None, Program]:
        """The program that the backend wants for a graph."""
        ...

    def supports(self, program: Program) -> str | None:
        """None, or the reason why it cannot build the program."""
        ...

    def build(
        self, program: Program, linkage: Linkage
    ) -> Generator[Event, None, Callable[..., Any]]:
        """The program as something callable, with the events of its making.

        The callable gives NotImplemented when an argument is not exactly of the
        program's input type, and raises GuardFailed or IndexFailed when lengths or
        indices do not fit.
        """
        ...

    def from_numpy(self, value: Array) -> Any:
        """The value in the backend's memory."""
        ...

    def to_numpy(self, value: Any) -> Array:
        """The value as an array."""
        ...


class GuardFailed(Exception):
    """Two lengths that must be equal were not, in a call."""

    def __init__(self, guard: Guard, left: int, right: int):
        super().__init__(f"{guard.left} = {left}, {guard.right} = {right}")
        self.guard, self.left, self.right = guard, left, right


class IndexFailed(Exception):
    """An index lay outside its axis, in a call; `turn` says when, inside of a loop."""

    def __init__(self, node: Apply, index: int, extent: int, turn: int | None = None):
        when = "" if turn is None else f" in turn {turn}"
        super().__init__(f"index {index} outside [0, {extent}){when}")
        self.node, self.index, self.extent = node, index, extent
        self.turn = turn
