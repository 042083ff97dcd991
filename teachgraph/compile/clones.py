"""Expressions again, on other variables: `clone`, and what programs build on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from teachgraph.compile.expressions import as_type_of
from teachgraph.compile.io import read_pairs
from teachgraph.compile.shared import SharedVariable
from teachgraph.core.entrance import public
from teachgraph.core.graph import Apply, Graph, Variable, rebuild
from teachgraph.ops.ifelse import several

Pairs = Mapping[Any, Any] | Iterable[tuple[Any, Any]] | None


@public
def clone(
    output: Any,
    replace: Pairs = None,
    strict: bool = True,
    share_inputs: bool = True,
    copy_inputs: bool | None = None,
) -> Any:
    """The same expressions as new nodes, with some variables replaced.

    Args:
        output: an expression, or a list or tuple of them.
        replace: pairs of a variable and what to put in its place.
        strict: False takes a replacement as it is: what is made of it then has the
            types that follow from it. Else it must be of a type that can stand there.
        share_inputs: False makes new variables for the inputs too.
        copy_inputs: the older name of `share_inputs`.

    Raises:
        wrong-dtype, wrong-rank, shape-mismatch: a replacement does not fit.

    >>> x, y = T.dscalars("x", "y")
    >>> z = clone(x + 1, replace={x: y * 2})
    """
    shares = share_inputs if copy_inputs is None else copy_inputs
    results, _ = _cloned(several(output), _replacements(replace, strict), shares)
    if not isinstance(output, list | tuple):
        return results[0]
    return tuple(results) if isinstance(output, tuple) else results


def clone_replace(output: Any, replace: Pairs = None, **options: Any) -> Any:
    """`clone`, by the name that newer programs use."""
    options.pop("rebuild_strict", None)
    return clone(output, replace, **options)


def rebuild_collect_shared(
    outputs: Any,
    inputs: Sequence[Any] | None = None,
    replace: Pairs = None,
    updates: Pairs = None,
    rebuild_strict: bool = True,
    copy_inputs_over: bool = True,
    no_default_updates: Any = False,
) -> tuple[list[Variable], Any, list[Any]]:
    """Expressions on new inputs, and the shared variables and updates they need.

    Returns:
        the inputs; the outputs; a list of: what stands for each variable, the updates
        as a dict, their expressions, the shared variables.
    """
    del rebuild_strict
    wanted = [getattr(o, "variable", o) for o in several(outputs) if o is not None]
    given: list[Variable] = [getattr(i, "variable", i) for i in inputs or ()]
    news = dict(read_pairs(updates, "updates"))
    shared = _shared([*wanted, *news.values()])
    if no_default_updates is False:
        defaults = {v: v.default_update for v in shared if v.default_update is not None}
        news = {**defaults, **news}
    results, done = _cloned(
        [*wanted, *news.values()], _replacements(replace), copy_inputs_over, given
    )
    fresh = results[: len(wanted)]
    updated = dict(zip(news, results[len(wanted) :]))
    listed: list[Variable] = [done[v] for v in given]
    found = _shared(results)
    listing = isinstance(outputs, list | tuple) or not fresh
    back = fresh if listing else fresh[0]
    return listed, back, [done, updated, list(updated.values()), found]


def _replacements(pairs: Pairs, strict: bool = True) -> dict[Variable, Variable]:
    return {
        old: new
        if isinstance(new, Variable) and not strict
        else as_type_of(old, new, "givens")
        for old, new in read_pairs(pairs, "replace")
    }


def _shared(outputs: Sequence[Variable]) -> list[SharedVariable]:
    found = Graph((), tuple(outputs)).variables()
    return [v for v in found if isinstance(v, SharedVariable)]


def _cloned(
    outputs: Sequence[Variable],
    replace: dict[Variable, Variable],
    share_inputs: bool,
    inputs: Sequence[Variable] = (),
) -> tuple[list[Variable], dict[Variable, Variable]]:
    """The outputs as new nodes, and what stands for each variable now."""
    done = dict(replace)
    leaves = [v for v in Graph((), tuple(outputs)).variables() if v.owner is None]
    for v in (*inputs, *leaves):
        fixed = v.data is not None or v.kind == "shared"
        done.setdefault(v, v if share_inputs or fixed else v.clone())
    for node in Graph(tuple(done), tuple(outputs)).applies():
        fresh = _on(node, [done[v] for v in node.inputs])
        done.update(zip(node.outputs, fresh.outputs, strict=True))
    return list(rebuild(outputs, done, lambda v: v)), done


def _on(node: Apply, inputs: Sequence[Variable]) -> Apply:
    """The node on other inputs; its outputs are of other types if these are."""
    if all(new.type == old.type for new, old in zip(inputs, node.inputs, strict=True)):
        return node.with_inputs(inputs)
    fresh = node.op.make(*inputs, origins=node.origins)
    for old, new in zip(node.outputs, fresh.outputs, strict=True):
        new.take_labels(old)
    return fresh
