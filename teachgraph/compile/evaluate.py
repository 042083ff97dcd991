"""`x.eval({y: value})`: the value of an expression, by a function made for it once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from weakref import WeakKeyDictionary

from teachgraph.compile import faults
from teachgraph.compile.function import Function, function
from teachgraph.core.entrance import public
from teachgraph.core.graph import Graph, Variable
from teachgraph.core.surface import define

Known = WeakKeyDictionary[Variable, dict[frozenset[Variable], Function]]
_FUNCTIONS: Known = WeakKeyDictionary()


@define(".eval")
@public
def evaluate(
    x: Variable, inputs_to_values: Mapping[Variable, Any] | None = None
) -> Any:
    """The value of an expression, given the values of its inputs by variable.

    Shared variables bring their own values; those with a default update, such as the
    state of a random stream, move on. The function that computes it is made at the
    first call for these inputs, and kept as long as the expression.

    >>> import teachgraph.tensor as T
    >>> x = T.dscalar("x")
    >>> (x * 2).eval({x: 3.0})
    array(6.)
    """
    if not isinstance(cast(Any, inputs_to_values), Mapping | None):
        raise faults.eval_not_dict(inputs_to_values)
    given: dict[Any, Any] = dict(inputs_to_values or {})
    for v in given:
        if not isinstance(v, Variable):
            raise faults.eval_key(v)
    missing = Graph(tuple(given), (x,)).missing_inputs()
    if missing:
        raise faults.missing_value(missing[0], [*given, *missing])
    known = _FUNCTIONS.setdefault(x, {})
    inputs: frozenset[Variable] = frozenset(given)
    if inputs not in known:
        known[inputs] = function(list(given), x, on_unused_input="ignore")
    f = known[inputs]
    return f(*(given[v] for v in f.inputs))
