"""The lengths inside of a loop, in terms of those outside.

    inner x.shape[0]  is  outer x.shape[1], when x is walked along

The inner graph is asked for its shapes as any graph is; then each length of its inputs
is replaced by what it is outside. What changes from turn to turn keeps a name: the
value of a whole number that is an element of a sequence, say.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any, cast

from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.core.shapes import Guard, Shapes, infer_shapes, name_inputs
from teachgraph.core.sizes import Atom, Size
from teachgraph.ops.scan import Scan
from teachgraph.program.names import distinct

Equal = dict[Atom, Size]


def inner_shapes(
    node: Apply, inner: Graph, outside: Shapes, taken: set[str]
) -> tuple[dict[Variable, str], Shapes]:
    """Names for the inputs of a loop's inner graph, and its shapes.

    Args:
        node: applies a `Scan`.
        inner: its inner graph, or what lowering made of it.
        outside: the shapes around the node.
        taken: names that lengths outside go by; the new ones are added.
    """
    names = _distinct(name_inputs(inner), taken)
    shapes = infer_shapes(inner, names)
    found = _distinct(shapes.found, taken)
    equal = _same_found(shapes.found, found)
    sources = _sources(node)
    for v, (source, first) in zip(inner.inputs, sources, strict=True):
        equal.update(_known(names[v], source, first, outside))
    return names, _replaced(shapes, found, equal)


def inner_guards(
    guards: tuple[Guard, ...], outside: Container[tuple[Size, Size]]
) -> tuple[Guard, ...]:
    """The guards that a turn has to check: not those that are met, or known outside."""
    return tuple(
        g for g in guards if g.left != g.right and (g.left, g.right) not in outside
    )


def _distinct(wishes: Mapping[Variable, str], taken: set[str]) -> dict[Variable, str]:
    names: dict[Variable, str] = {}
    for v, wish in wishes.items():
        names[v] = distinct(wish, taken)
        taken.add(names[v])
    return names


def _sources(node: Apply) -> list[tuple[Variable, int]]:
    """For each inner input where its value lies outside, and its first axis there."""
    op = node.op
    assert isinstance(op, Scan)
    parts = op.split(node.inputs)
    return [
        *((x, 1) for x in parts.sequences),
        *((x, 1) for x, taps in zip(parts.initials, op.taps) for _ in taps),
        *((x, 0) for x in parts.constants),
    ]


def _known(name: str, source: Variable, first: int, outside: Shapes) -> Equal:
    lengths = enumerate(outside.lengths(source)[first:])
    equal = {Atom("axis", (name, a)): n for a, n in lengths}
    value = outside.values[source] if not first else None
    if not source.ndim and value is not None and not isinstance(value, tuple):
        equal[Atom("value", (name,))] = Size.of(value)
    return equal


def _same_found(old: Mapping[Variable, str], new: Mapping[Variable, str]) -> Equal:
    return {
        Atom("axis", (name, a)): Size.atom("axis", new[v], a)
        for v, name in old.items()
        for a in range(v.ndim)
    }


def _replaced(shapes: Shapes, found: Mapping[Variable, str], equal: Equal) -> Shapes:
    def put(n: Any) -> Any:
        if isinstance(n, tuple):
            return tuple(put(part) for part in cast(tuple[Any, ...], n))
        return Size.of(n).replaced(equal).simplified() if isinstance(n, Size) else n

    return Shapes(
        {v: put(shape) for v, shape in shapes.of.items()},
        {v: put(value) for v, value in shapes.values.items()},
        tuple(
            Guard(Size.of(put(g.left)), Size.of(put(g.right)), g.node)
            for g in shapes.guards
        ),
        found,
    )
