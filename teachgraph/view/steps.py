"""The steps of a program in words: what each does, what it reads and writes."""

from __future__ import annotations

from collections.abc import Iterator

from teachgraph.core.graph import Apply
from teachgraph.core.record import record
from teachgraph.program.program import Block, CallLibrary, Program, RunKernel, Step
from teachgraph.view.words import op_label


@record(eq=False)
class StepLine:
    """One step: `kind` is kernel, library or numpy; blocks are name and type."""

    number: int
    kind: str
    does: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]

    def __str__(self) -> str:
        read, written = ", ".join(self.reads) or "nothing", ", ".join(self.writes)
        return f"{self.number:>3}  {self.kind:<7}  {written} <- {self.does}({read})"


def steps_of(program: Program) -> tuple[StepLine, ...]:
    """The steps, in the order in which they run."""
    return tuple(
        StepLine(
            number, _kind(step), _does(step), _blocks(step.reads), _blocks(step.writes)
        )
        for number, step in enumerate(program.steps, 1)
    )


def program_text(program: Program) -> str:
    """A program as one line a step."""
    lines = [str(line) for line in steps_of(program)]
    return "\n".join(lines) if lines else "nothing is computed"


def _kind(step: Step) -> str:
    if isinstance(step, RunKernel):
        return "kernel"
    return "library" if isinstance(step, CallLibrary) else "numpy"


def _does(step: Step) -> str:
    if isinstance(step, CallLibrary):
        return step.routine
    nodes = step.nodes
    return op_label(nodes[0]) if len(nodes) == 1 else " + ".join(_titles(nodes))


def _titles(nodes: tuple[Apply, ...]) -> Iterator[str]:
    """The titles of the first nodes, and how many more there are."""
    yield from (node.op.title for node in nodes[:6])
    if len(nodes) > 6:
        yield f"{len(nodes) - 6} more"


def _blocks(blocks: tuple[Block, ...]) -> tuple[str, ...]:
    return tuple(f"{b.name} {b.dtype}[{', '.join(map(str, b.shape))}]" for b in blocks)
