"""The Jacobian times a vector: how outputs move when inputs move along `points`.

The product v^T J is linear in v, so that its derivative is J: two sweeps backwards give
J v, and every op that has a gradient has this product too. Where an op says its own, by
`R_op(inputs, eval_points)`, it is asked instead: its outputs then are where the sweeps
end, and what it gives for them is known to those that come after it. A loop around such
an op becomes a loop that carries both the values and how they move.

Source of the first: Townsend, "A new trick for calculating Jacobian vector products"
(2017).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, cast

from teachgraph.core.graph import Apply, Graph, Variable, substitute, toposort
from teachgraph.grad.reverse import Gradient, Sweep
from teachgraph.ops.alloc import lengths_of, zeros_like
from teachgraph.ops.base import as_tensor
from teachgraph.ops.casting import cast as cast_to
from teachgraph.ops.casting import tensor_copy
from teachgraph.ops.ifelse import several
from teachgraph.ops.inner import DEFAULT, OpFromGraph, called
from teachgraph.ops.lengths import specify_shape
from teachgraph.ops.scan import Parts, Scan

Points = Mapping[Variable, Gradient]
"""How variables move; None for those that do not, and that the sweeps end at."""

Own = Callable[[Sequence[Variable], Sequence[Any]], Any]


def along(fs: Sequence[Variable], points: Points) -> list[Gradient]:
    """How each of `fs` moves when others move along `points`; None if it does not."""
    known = dict(points)
    moving = {v for v, g in known.items() if g is not None}
    for node in Graph(tuple(known), tuple(fs)).applies():
        if moving.isdisjoint(node.inputs):
            continue
        moving.update(node.outputs)
        own = _own(node)
        if own is not None:
            arriving = [_product(v, known) for v in node.inputs]
            known.update(zip(node.outputs, _asked(node, own, arriving), strict=True))
    return [_product(f, known) for f in fs]


def _product(f: Variable, known: Points) -> Gradient:
    """By two sweeps, which end at what is known."""
    if f in known:
        return known[f]
    # Any value will do for u: what comes back is linear in it. It goes in as a copy, so
    # that no gradient is u itself, which has all terms to collect.
    u = zeros_like(f)
    back = Sweep({f: tensor_copy(u)}, tuple(known), frozenset(known))
    # Copies again: where one slope is made of another, a sweep starts at both.
    slopes = {
        tensor_copy(g): v
        for x, v in known.items()
        if v is not None and (g := back.gradient(x)) is not None
    }
    if not slopes:
        return None
    product = Sweep(slopes, (u,)).gradient(u)
    if product is None:  # every slope is zero
        return zeros_like(f)
    if set(known) <= set(toposort([product])):
        return product
    # Where `f` is linear the product does not read `wrt`; its shape still fits to it.
    return specify_shape(product, lengths_of(f))


def _own(node: Apply) -> Own | None:
    """The product that an op says itself, if it does."""
    op = node.op
    if isinstance(op, Scan):
        return partial(_through_loop, op) if _has_own(op.graph) else None
    if isinstance(op, OpFromGraph):
        is_plain = op.override == DEFAULT and not _has_own(op.graph)
        if is_plain and isinstance(op.rop_overrides, str):
            return None
        return partial(_through_graph, op)
    said = getattr(op, "R_op", None)
    return None if said is None else partial(_by_method, said)


def _has_own(graph: Graph) -> bool:
    return any(_own(node) is not None for node in graph.applies())


def _asked(node: Apply, own: Own, arriving: Sequence[Gradient]) -> list[Gradient]:
    """What an op says of its outputs, in their dtypes; None where nothing arrives."""
    if all(v is None for v in arriving):
        return [None] * len(node.outputs)
    found = several(own(node.inputs, arriving))
    return [
        None if g is None else _fitted(as_tensor(g), v)
        for g, v in zip(found, node.outputs, strict=True)
    ]


def _by_method(
    said: Own, inputs: Sequence[Variable], points: Sequence[Gradient]
) -> Any:
    return said(list(inputs), _all_moved(inputs, points))


def _all_moved(
    inputs: Sequence[Variable], points: Sequence[Gradient]
) -> list[Gradient]:
    """With zeros for the arrays that do not move, as users' functions expect."""
    pairs = zip(inputs, points, strict=True)
    return [zeros_like(x) if v is None and x.type.is_array else v for x, v in pairs]


def _fitted(g: Variable, v: Variable) -> Variable:
    return g if g.dtype == v.dtype else cast_to(g, v.dtype)


def _through_graph(
    op: OpFromGraph, inputs: Sequence[Variable], points: Sequence[Gradient]
) -> Sequence[Gradient]:
    """Through the inner graph, except where the user has said something else."""
    said: Any = op.rop_overrides
    arguments = list(inputs), _all_moved(inputs, points)
    listed = cast(Sequence[Any], said) if isinstance(said, list | tuple) else None
    if listed is None and not isinstance(said, str):
        found = several(called(said, arguments))
        return [*found, *[None] * (len(op.graph.outputs) - len(found))]
    each = listed or [DEFAULT] * len(op.graph.outputs)
    return [
        _through(op.graph, position, inputs, points)
        if isinstance(one, str)
        else called(one, arguments)
        for position, one in enumerate(each)
    ]


def _through(
    graph: Graph,
    position: int,
    inputs: Sequence[Variable],
    points: Sequence[Gradient],
) -> Gradient:
    inside = {
        v: None if g is None else Variable(v.type) for v, g in zip(graph.inputs, points)
    }
    (found,) = along([graph.outputs[position]], inside)
    if found is None:
        return None
    outside = dict(zip(graph.inputs, inputs, strict=True))
    outside |= {
        v: g for v, g in zip(inside.values(), points) if v is not None and g is not None
    }
    return substitute([found], outside)[0]


def _through_loop(
    op: Scan, inputs: Sequence[Variable], points: Sequence[Gradient]
) -> Sequence[Gradient]:
    """By a loop that carries each state twice: as it is, and how it moves."""
    outer, moves, inner = op.split(inputs), op.split(points), op.inner_inputs()
    twins = Parts(
        None,
        [
            None if g is None else _twin(v)
            for v, g in zip(inner.sequences, moves.sequences)
        ],
        [_twin(v) for v in inner.initials],
        [
            None if g is None else _twin(v)
            for v, g in zip(inner.constants, moves.constants)
        ],
    )
    own = (*inner.sequences, *inner.initials, *inner.constants)
    twin = (*twins.sequences, *twins.initials, *twins.constants)
    *outputs, end = op.graph.outputs if op.until else (*op.graph.outputs, None)
    moved = [
        zeros_like(v) if g is None else g
        for v, g in zip(outputs, along(outputs, dict(zip(own, twin))))
    ]
    count = op.states
    graph = Graph(
        tuple(v for part in _pairs(inner, twins) for v in part if v is not None),
        (
            *outputs[:count],
            *moved[:count],
            *outputs[count:],
            *moved[count:],
            *(() if end is None else (end,)),
        ),
    )
    kept = op.kept[:count] * 2 + op.kept[count:] * 2
    sequences = sum(v is not None for v in (*inner.sequences, *twins.sequences))
    taps = (*op.taps, *op.taps)
    loop = Scan(graph, sequences, taps, op.until, kept, op.truncate, op.name)
    at_first = [
        zeros_like(x) if g is None else g
        for x, g in zip(outer.initials, moves.initials)
    ]
    outside = Parts(None, moves.sequences, at_first, moves.constants)
    given = [v for part in _pairs(outer, outside) for v in part if v is not None]
    found = loop.make(outer.n, *given).outputs
    return [*found[count : 2 * count], *found[count + len(outputs) :]]


def _twin(v: Variable) -> Variable:
    return Variable(v.type, origins=v.origins)


def _pairs(one: Parts, other: Parts) -> list[Sequence[Any]]:
    return [
        one.sequences,
        other.sequences,
        one.initials,
        other.initials,
        one.constants,
        other.constants,
    ]
