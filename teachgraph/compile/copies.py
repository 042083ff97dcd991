"""Copies of a plan: with other shared variables, or without its updates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from teachgraph.compile import faults
from teachgraph.compile.plan import Parameter, Plan
from teachgraph.compile.shared import Cell, SharedVariable
from teachgraph.compile.words import called, nearest
from teachgraph.core.graph import Graph, Variable, substitute
from teachgraph.core.record import having

Swap = Mapping[Variable, Variable]


def copied(plan: Plan, swap: Swap | None, *, with_updates: bool) -> Plan:
    """The plan of a function that reads other shared variables.

    Inputs that keep their value between calls go on from where they are, each copy on
    its own.

    Args:
        swap: a shared variable of the plan, and the one to read and update instead.
        with_updates: False leaves all updates out.

    Raises:
        unknown-name: the plan has no such shared variable.
        wrong-dtype: one is of another type.
    """
    instead = dict(swap or {})
    _check(plan, instead)
    count = len(plan.graph.outputs) - len(plan.updated)
    kept = plan.graph.outputs if with_updates else plan.graph.outputs[:count]
    parameters = tuple(map(_fresh, plan.parameters))
    shared = _swapped(plan.shared, instead)
    inputs = (*(p.variable for p in parameters), *shared)
    outputs = substitute(kept, instead) if instead else kept
    updated = _swapped(plan.updated, instead) if with_updates else ()
    cells: dict[Variable, Cell | None] = {p.variable: p.cell for p in parameters}
    cells |= {v: v.cell for v in (*shared, *updated) if isinstance(v, SharedVariable)}
    return Plan(
        Graph(inputs, outputs, plan.graph.names[: len(outputs)]),
        parameters,
        cast(tuple[SharedVariable, ...], shared),
        updated,
        tuple(cells[v] for v in inputs),
        (*[None] * count, *(cells[v] for v in updated)),
    )


def _swapped(variables: Sequence[Variable], swap: Swap) -> tuple[Variable, ...]:
    return tuple(swap.get(v, v) for v in variables)


def _fresh(p: Parameter) -> Parameter:
    """The parameter with storage of its own, unless it was given one to share."""
    if p.default is not None:
        return having(p, default=[p.default[0].copy()])
    if p.cell is None or p.implicit:
        return p
    return having(p, cell=[p.cell[0].copy()])


def _check(plan: Plan, swap: dict[Any, Any]) -> None:
    known = [*plan.shared, *(v for v in plan.updated if v not in plan.shared)]
    for old, new in swap.items():
        if old not in known:
            names = [v.name for v in known if v.name is not None]
            raise faults.unknown_name(
                "shared variable", str(old.name), names, nearest(str(old.name), names)
            )
        if not isinstance(new, SharedVariable) or new.type != old.type:
            raise faults.fault(
                "wrong-dtype",
                f"{called(old)} is {old.type}, and is to be swapped for "
                f"{called(new)}, which is {new.type}",
            )
