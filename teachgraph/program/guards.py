"""What must hold of lengths for a program to make sense, and when it can be checked.

Most guards speak of inputs alone and are checked before the first step. One that speaks
of a length that NumPy finds on the way is checked as soon as that is known, before any
loop relies on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from teachgraph.core.graph import Graph, Variable
from teachgraph.core.record import having
from teachgraph.core.shapes import (
    Guard,
    Shapes,
    equalities,
    infer_shapes,
    name_inputs,
)
from teachgraph.core.sizes import Atom, Size
from teachgraph.ops.index import At, Subtensor
from teachgraph.ops.scan import Scan
from teachgraph.program.program import Block, GuardFailed, Program, Step

Number = Callable[[Atom], int]


def guards_of(graph: Graph, shapes: Shapes) -> tuple[Guard, ...]:
    """The guards of a graph, each once: equal lengths, and none that is negative.

    Nor is a number of turns.
    """
    found: dict[tuple[Size, Size], Guard] = {}
    for guard in shapes.guards:
        found.setdefault((guard.left, guard.right), guard)
    for node in graph.applies():
        turns = shapes.values[node.inputs[0]] if isinstance(node.op, Scan) else None
        more = (Size.of(turns),) if isinstance(turns, Size | int) else ()
        for v in node.outputs:
            for n in (*shapes.lengths(v), *more):
                if not is_natural(n):
                    below = Size.of(n.minimum(0))
                    zero = Size.of(0)
                    found.setdefault((below, zero), Guard(below, zero, node))
    return tuple(found.values())


def lost_guards(written: Graph, optimized: Graph) -> tuple[Guard, ...]:
    """What the graph as written demands of its inputs and the optimized one no longer.

    `(x + y) - x` is `y`, but only where the lengths of x and y agree.
    """
    names, shorter = name_inputs(written), name_inputs(optimized)
    kept = equalities(guards_of(optimized, infer_shapes(optimized, shorter)))
    known = set(names.values())
    shapes = infer_shapes(written, names)
    return tuple(
        guard
        for guard in (*guards_of(written, shapes), *_turns_read(written, shapes))
        if guard.left.replaced(kept) != guard.right.replaced(kept)
        and {a.key[0] for a in simple_atoms(guard)} <= known
    )


def _turns_read(graph: Graph, shapes: Shapes) -> Iterator[Guard]:
    """That the turns of loops exist of which the graph reads a certain one.

    Where only the last turns are kept, the initial values stand before them: nobody
    would notice that `h[-1]` of a loop without turns is not there.
    """
    for node in graph.applies():
        source = node.inputs[0] if isinstance(node.op, Subtensor) else None
        if source is None or not isinstance(node.op, Subtensor) or not node.op.index:
            continue
        part = node.op.index[0]
        if not isinstance(part, At) or part.index == "?" or not _of_loop(source):
            continue
        needed = part.index + 1 if part.index >= 0 else -part.index
        rest = Size.of(shapes.lengths(source)[0] - needed)
        if not is_natural(rest):
            yield Guard(Size.of(rest.minimum(0)), Size.of(0), node)


def _of_loop(v: Variable) -> bool:
    """Whether a variable is what a loop gives, or a slice of that."""
    while v.owner is not None and isinstance(v.owner.op, Subtensor):
        v = v.owner.inputs[0]
    return v.owner is not None and isinstance(v.owner.op, Scan)


def demanding(program: Program, guards: tuple[Guard, ...]) -> Program:
    """The program with further guards about the lengths of its inputs."""
    if not guards:
        return program
    named = dict(zip(name_inputs(program.graph).values(), program.inputs, strict=True))
    return having(
        program, guards=(*guards, *program.guards), named={**named, **program.named}
    )


def simple_atoms(guard: Guard) -> set[Atom]:
    """The lengths and values that a guard speaks of."""
    atoms = guard.left.atoms() | guard.right.atoms()
    return {a for a in atoms if a.kind in ("axis", "value")}


def is_natural(size: Size) -> bool:
    """True for a length that cannot be negative, whatever the values are."""
    known: dict[Atom, bool] = {}
    for atom in size.worked_out():
        parts = [_is_natural(part, known) for part in atom.key]
        known[atom] = any(parts) if atom.kind == "max" else all(parts)
    return _is_natural(size, known)


def _is_natural(size: Size, known: Mapping[Atom, bool]) -> bool:
    return all(
        factor >= 0 and all(known.get(a, a.kind == "axis") for a in monomial)
        for monomial, factor in size.terms
    )


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
    """What a guard speaks of; a length from outside of a loop is known in advance."""
    return {named[a.key[0]] for a in simple_atoms(guard) if a.key[0] in named}


def check(guard: Guard, number: Number) -> None:
    """Raise GuardFailed if the guard does not hold."""
    left, right = guard.left.evaluate(number), guard.right.evaluate(number)
    if left != right:
        raise GuardFailed(guard, left, right)
