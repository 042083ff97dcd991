"""What must hold of lengths for a program to make sense, and when it can be checked.

Most guards speak of inputs alone and are checked before the first step. One that speaks
of a length that NumPy finds on the way is checked as soon as that is known, before any
loop relies on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from teachgraph.core.graph import Graph
from teachgraph.core.shapes import Guard, Shapes
from teachgraph.core.sizes import Atom, Size
from teachgraph.program.program import Block, GuardFailed, Program, Step

Number = Callable[[Atom], int]


def guards_of(graph: Graph, shapes: Shapes) -> tuple[Guard, ...]:
    """The guards of a graph, each once: equal lengths, and none that is negative."""
    found: dict[tuple[Size, Size], Guard] = {}
    for guard in shapes.guards:
        found.setdefault((guard.left, guard.right), guard)
    for node in graph.applies():
        for v in node.outputs:
            for n in shapes.lengths(v):
                if not is_natural(n):
                    below = Size.of(n.minimum(0))
                    zero = Size.of(0)
                    found.setdefault((below, zero), Guard(below, zero, node))
    return tuple(found.values())


def is_natural(size: Size) -> bool:
    """True for a length that cannot be negative, whatever the values are."""
    return all(
        factor >= 0 and all(_is_natural_atom(a) for a in monomial)
        for monomial, factor in size.terms
    )


def _is_natural_atom(atom: Atom) -> bool:
    match atom.kind:
        case "axis":
            return True
        case "max":
            return any(is_natural(part) for part in atom.key)
        case "min" | "floordiv":
            return all(is_natural(part) for part in atom.key)
        case _:
            return False


def by_step(program: Program) -> list[list[Guard]]:
    """The guards to check before the first step, after it, after the second, ..."""
    made = _made_by(program.steps)
    placed: list[list[Guard]] = [[] for _ in range(len(program.steps) + 1)]
    for guard in program.guards:
        blocks = _blocks(guard, program.named)
        placed[max((made.get(b, 0) for b in blocks), default=0)].append(guard)
    return placed


def _made_by(steps: Sequence[Step]) -> dict[Block, int]:
    return {b: n for n, step in enumerate(steps, start=1) for b in step.writes}


def _blocks(guard: Guard, named: Mapping[str, Block]) -> set[Block]:
    atoms = guard.left.atoms() | guard.right.atoms()
    return {named[a.key[0]] for a in atoms if a.kind in ("axis", "value")}


def check(guard: Guard, number: Number) -> None:
    """Raise GuardFailed if the guard does not hold."""
    left, right = guard.left.evaluate(number), guard.right.evaluate(number)
    if left != right:
        raise GuardFailed(guard, left, right)
