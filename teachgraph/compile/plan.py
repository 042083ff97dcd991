"""What a call of `function` comes to: one graph, and where each input and output lives.

The graph's inputs are the listed ones, in order, then the shared variables it reads;
its outputs are the listed ones, in order, then the new values of what is updated.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np

from teachgraph.compile import faults, state_faults
from teachgraph.compile.expressions import as_type_of
from teachgraph.compile.io import In, Outputs
from teachgraph.compile.shared import Cell, Container, SharedVariable, own_copy
from teachgraph.compile.values import fitted
from teachgraph.compile.words import called
from teachgraph.core.entrance import warn_user
from teachgraph.core.graph import Graph, Variable, describe, substitute, toposort
from teachgraph.core.origin import here
from teachgraph.core.record import record
from teachgraph.core.report import Fault

Array = np.ndarray[Any, Any]
Updates = dict[Variable, Variable]
Givens = dict[Variable, Variable]


class UnusedInputWarning(UserWarning):
    """An input that no output depends on."""


@record(eq=False)
class Parameter:
    """An input as calls see it.

    `default` holds what is used when a call passes nothing; `cell` holds the value of
    an input that keeps it between calls. Without either a call must pass it; `implicit`
    ones cannot be passed.
    """

    variable: Variable
    name: str | None
    default: Cell | None
    cell: Cell | None
    strict: bool
    allow_downcast: bool | None
    implicit: bool


@record(eq=False)
class Plan:
    """A graph as written, and the cells of its inputs and outputs."""

    graph: Graph
    parameters: tuple[Parameter, ...]
    shared: tuple[SharedVariable, ...]
    updated: tuple[Variable, ...]
    input_cells: tuple[Cell | None, ...]
    output_cells: tuple[Cell | None, ...]


@record()
class Policy:
    """The options of `function` that are decisions about what is allowed."""

    no_default_updates: bool | Collection[Variable]
    on_unused_input: str
    allow_input_downcast: bool | None


def make_plan(
    ins: Sequence[In],
    outputs: Outputs,
    updates: Iterable[tuple[Any, Any]],
    givens: Iterable[tuple[Any, Any]],
    policy: Policy,
) -> Plan:
    """The plan for a function.

    Raises:
        missing-input, unused-input, repeated-input, repeated-update,
        update-of-expression, wrong-dtype, wrong-rank, shape-mismatch.
    """
    _refuse_repeated(ins)
    parameters = tuple(_parameter(i, policy.allow_input_downcast) for i in ins)
    replace = _replacements(givens)
    news = _updates(ins, updates)
    results = [o.variable for o in outputs.outs]
    graph, shared, news = _assemble(
        ins, results, news, replace, policy.no_default_updates
    )
    if outputs.keys is not None:
        names = (*outputs.keys, *map(describe, news))
        graph = Graph(graph.inputs, graph.outputs, names)
    _refuse_missing(graph, len(results), tuple(news))
    _refuse_unused(ins, graph, replace, policy.on_unused_input)
    cell_of = {p.variable: p.cell for p in parameters}
    targets = tuple(
        v.cell if isinstance(v, SharedVariable) else cell_of[v] for v in news
    )
    return Plan(
        graph,
        parameters,
        shared,
        tuple(news),
        (*(p.cell for p in parameters), *(s.cell for s in shared)),
        (*(None for _ in results), *targets),
    )


def _parameter(given: In, allow_downcast: bool | None) -> Parameter:
    allow = allow_downcast if given.allow_downcast is None else given.allow_downcast
    default, cell = None, None
    if isinstance(given.value, SharedVariable | Container):
        cell = given.value.cell
    elif given.value is not None:
        default = [_default(given, allow)]
    elif given.update is not None:
        raise state_faults.update_without_value(given.variable)
    if given.update is not None and cell is None and default is not None:
        default, cell = None, default
    return Parameter(
        given.variable,
        given.name,
        default,
        cell,
        given.strict,
        allow,
        bool(given.implicit),
    )


def _default(given: In, allow_downcast: bool | None) -> Array:
    subject = f"the default value of {called(given.variable)}"
    try:
        array = fitted(
            given.value,
            given.variable.type,
            subject=subject,
            strict=given.strict,
            allow_downcast=allow_downcast,
        )
    except Fault as fault:
        raise faults.at_call(fault, (given.variable,), here()) from None
    return own_copy(array, given.value)


def _replacements(givens: Iterable[tuple[Any, Any]]) -> Givens:
    found: Givens = {}
    for old, new in givens:
        if not isinstance(old, Variable):
            raise state_faults.given_not_symbolic(old)
        found[old] = as_type_of(old, new, "givens")
    return found


def _updates(ins: Sequence[In], updates: Iterable[tuple[Any, Any]]) -> Updates:
    news: Updates = {}
    for given in ins:
        if given.update is not None:
            news[given.variable] = as_type_of(given.variable, given.update, "updates")
    for target, new in updates:
        if not isinstance(target, SharedVariable):
            raise state_faults.update_of_expression(target, _shared_below(target))
        if target in news:
            raise state_faults.repeated_update(target)
        news[target] = as_type_of(target, new, "updates")
    return news


def _shared_below(target: Any) -> list[Variable]:
    if not isinstance(target, Variable):
        return []
    return [v for v in toposort([target]) if isinstance(v, SharedVariable)]


def _assemble(
    ins: Sequence[In],
    results: Sequence[Variable],
    news: Updates,
    givens: Givens,
    no_default_updates: bool | Collection[Variable],
) -> tuple[Graph, tuple[SharedVariable, ...], Updates]:
    """The graph with givens put in, shared variables found, default updates added."""
    inputs = tuple(i.variable for i in ins)
    replace = {v: v for v in inputs} | givens
    count = len(results)
    news = dict(news)
    while True:
        exprs = substitute((*results, *news.values()), replace)
        shared = _shared_in(inputs, exprs)
        added: Updates = {
            v: as_type_of(v, v.default_update, "updates")
            for v in shared
            if v.default_update is not None
            and v not in news
            and _wants_default(v, no_default_updates)
        }
        if not added:
            break
        news.update(added)
    graph = Graph((*inputs, *shared), exprs)
    return graph, shared, dict(zip(news, exprs[count:], strict=True))


def _wants_default(
    v: Variable, no_default_updates: bool | Collection[Variable]
) -> bool:
    if isinstance(no_default_updates, bool):
        return not no_default_updates
    return v not in no_default_updates


def _shared_in(
    inputs: tuple[Variable, ...], exprs: Sequence[Variable]
) -> tuple[SharedVariable, ...]:
    listed = set(inputs)
    found = Graph(inputs, tuple(exprs)).variables()
    return tuple(v for v in found if isinstance(v, SharedVariable) and v not in listed)


def _refuse_repeated(ins: Sequence[In]) -> None:
    seen: dict[Variable, int] = {}
    for position, given in enumerate(ins):
        if given.variable in seen:
            raise faults.repeated_input(given.variable, seen[given.variable], position)
        seen[given.variable] = position


def _refuse_missing(graph: Graph, results: int, updated: tuple[Variable, ...]) -> None:
    missing = graph.missing_inputs()
    if not missing:
        return
    v = missing[0]
    listed = [i for i in graph.inputs if i.kind != "shared"]
    for position, out in enumerate(graph.outputs):
        if v in Graph(graph.inputs, (out,)).variables():
            told = f"the output {called(out)}"
            if position >= results:
                told = f"the update of {called(updated[position - results])}"
            raise faults.missing_input(v, listed, told)


def _refuse_unused(
    ins: Sequence[In], graph: Graph, givens: Givens, on_unused_input: str
) -> None:
    if on_unused_input == "ignore":
        return
    used = set(graph.outputs)
    for node in graph.applies():
        used.update(node.inputs)
    for position, given in enumerate(ins):
        v = given.variable
        if v in used or given.update is not None:
            continue
        error = faults.unused_input(v, position, givens.get(v))
        if on_unused_input == "raise":
            raise error
        warn_user(error, UnusedInputWarning)
