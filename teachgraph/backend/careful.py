"""What the writer of C has to know of steps: kernels, sizes, and careful reads."""

from __future__ import annotations

from collections.abc import Sequence

from teachgraph.core.sizes import Size
from teachgraph.kernel.ir import (
    Checked,
    Kernel,
    Let,
    Load,
    Name,
    checked_nodes,
    expressions,
    inside,
    walk,
)
from teachgraph.program.program import Block, Loop, Program, RunKernel, Step, every_step


def kernels(steps: Sequence[Step]) -> list[Kernel]:
    """The kernels of steps, also of those inside of loops."""
    return [s.kernel for s in every_step(steps) if isinstance(s, RunKernel)]


def sizes_in(body: Program) -> list[Size]:
    """The sizes that the steps of a turn are called with, and its guards."""
    found = [n for g in body.guards for n in (g.left, g.right)]
    for step in every_step(body.steps):
        found += [n for b in (*step.reads, *step.writes) for n in b.shape]
        if isinstance(step, RunKernel):
            found += [*step.sizes, step.extent, step.work]
        if isinstance(step, Loop):
            found += [n for g in step.body.guards for n in (g.left, g.right)]
            found += [step.turns] if step.turns is not None else []
    return found


def spoken(size: Size, body: Program) -> set[Block]:
    """The blocks of a turn whose values a size speaks of."""
    return {
        body.named[a.key[0]]
        for a in size.atoms()
        if a.kind == "value" and a.key[0] in body.named
    }


def picked_from(steps: Sequence[Step]) -> set[Block]:
    """The blocks from which an element is read that may not be there.

    After a failed check element 0 is read, and so are elements at fixed positions.
    """
    found: set[Block] = set()
    for step in steps:
        if isinstance(step, RunKernel):
            names = _picked_names(step.kernel)
            found |= {b for b in step.reads if b.name in names}
    return found


def _picked_names(kernel: Kernel) -> set[str]:
    if not checked_nodes([kernel]):
        return set()
    picked, found = set[str](), set[str]()
    fixed = {size.name for size in kernel.sizes}
    for s in walk(kernel.body):
        parts = [part for e in expressions(s) for part in inside(e)]
        names = {part.name for part in parts if isinstance(part, Name)}
        checks = any(isinstance(part, Checked) for part in parts)
        if isinstance(s, Let) and (checks or names & picked):
            picked.add(s.name.name)
        for part in parts:
            if isinstance(part, Load):
                at = {p.name for p in inside(part.index) if isinstance(p, Name)}
                if at & picked or at <= fixed:
                    found.add(part.buffer)
    return found
