"""`theano.gradient`: `grad` that remembers what it made, and ops that only turn it.

Theano's gradient of a cost starts from `fill(cost, 1.0)`; here it starts from 1.0, and
`START` remembers of which cost, so that the printers can show it as Theano did. `MADE`
holds what gradients added to a graph: Theano's printers tell that, too. `OF` has what
every derivative is one of: there, in Theano, an input of the cost is in use.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast
from weakref import WeakKeyDictionary, WeakSet

import numpy as np

from teachgraph.compile import verify
from teachgraph.core.config import config
from teachgraph.core.entrance import public
from teachgraph.core.graph import Apply, Graph, Variable, substitute
from teachgraph.core.op import constant
from teachgraph.core.report import GradientError
from teachgraph.core.types import is_continuous
from teachgraph.grad import products, reverse
from teachgraph.ops.casting import cast as cast_to
from teachgraph.ops.casting import disconnected_grad, zero_grad
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.ifelse import several
from teachgraph.theano.classic_ops import ViewOp
from teachgraph.theano.kinds import Kind, TheirVariable
from teachgraph.theano.own_types import DisconnectedType, NullType, grad_undefined
from teachgraph.theano.whole_numbers import twin

START: WeakKeyDictionary[Variable, Variable] = WeakKeyDictionary()
"""The 1.0 that a gradient starts from, and the cost it stands for."""

OF: WeakKeyDictionary[Variable, tuple[Variable, ...]] = WeakKeyDictionary()
"""Derivatives, and what they are derivatives of."""

MADE: WeakSet[Variable | Apply] = WeakSet()
"""Nodes and constants that gradients made."""


@public
def grad(
    cost: Variable | None,
    wrt: Any,
    consider_constant: Iterable[Variable] | None = None,
    disconnected_inputs: str = "raise",
    add_names: bool = True,
    known_grads: Mapping[Variable, Variable] | None = None,
    return_disconnected: str = "zero",
    null_gradients: str = "raise",
) -> Any:
    """`teachgraph.grad`; what is disconnected can be a variable that says so."""
    if null_gradients == "return":
        options = consider_constant, disconnected_inputs, add_names, known_grads
        each = [_or_null(cost, v, *options, return_disconnected) for v in several(wrt)]
        return reverse.in_form_of(wrt, each)
    simple = isinstance(cost, Variable) and not known_grads and not consider_constant
    whole = _by_whole_numbers(cost, wrt) if simple else {}
    asked = [v for v in several(wrt) if v not in whole] if whole else wrt
    known = dict(known_grads or {})
    if isinstance(cost, Variable) and not cost.ndim and cost not in known:
        known[cost] = _start(cost)
    choices = add_names, known, return_disconnected, null_gradients
    found = reverse.grad(cost, asked, consider_constant, disconnected_inputs, *choices)
    _remember(known, [g for g in several(found) if g is not None])
    rest = iter(several(found))
    each = [whole[v] if v in whole else next(rest) for v in several(wrt)]
    if return_disconnected.lower() == "disconnected":
        each = [DISCONNECTED() if g is None else g for g in each]
    return reverse.in_form_of(wrt, each)


def _start(cost: Variable) -> Variable:
    """The 1.0 that a gradient starts from."""
    dtype = cost.dtype if is_continuous(cost.dtype) else config.floatX
    one = constant(np.ones((), dtype))
    START[one] = cost
    return one


def _by_whole_numbers(cost: Any, wrt: Any) -> dict[Variable, Variable]:
    """The gradients by variables of whole numbers that are not zero."""
    found: dict[Variable, Variable] = {}
    for v in several(wrt):
        is_whole = isinstance(v, Variable) and not is_continuous(v.dtype)
        pair = twin(cost, v) if is_whole and not cost.ndim and v is not cost else None
        if pair is None:
            continue
        again, stand_in = pair
        one = _start(cost)
        (g,) = reverse.grad(
            again,
            [stand_in],
            known_grads={again: one},
            disconnected_inputs="ignore",
            return_disconnected="none",
        )
        if g is not None:
            (found[v],) = substitute([g], {stand_in: cast_to(v, stand_in.dtype)})
            _remember({cost: one}, [found[v]])
    return found


def _or_null(cost: Any, wrt: Variable, *options: Any) -> Any:
    """The gradient; a variable that says why where it does not exist."""
    try:
        return grad(cost, wrt, *options)
    except GradientError as error:
        if error.report.code != "no-gradient":
            raise
        return TheirVariable(NullType(error.report.title))


def _remember(known: Mapping[Variable, Variable], results: list[Variable]) -> None:
    """Note what the results are derivatives of, and what is new in them."""
    OF.update((g, tuple(known)) for g in results)
    before = Graph((), tuple(known)).variables()
    after = Graph((*before, *known.values()), tuple(results))
    MADE.update(after.applies())
    old = {*before, *known.values()}
    MADE.update(v for v in after.variables() if v.data is not None and v not in old)


def used_by_costs(outputs: Iterable[Variable]) -> set[Variable]:
    """What the costs are made of that derivatives among the outputs are derivatives of.

    Derivatives of derivatives count, too.
    """
    found: set[Variable] = set()
    waiting = list(outputs)
    while waiting:
        inside = set(Graph((), tuple(waiting)).variables()) - found
        found |= inside
        waiting = [cost for v in inside if v in OF for cost in OF[v]]
    return found


def _recalling(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of (expression, ...) whose results are noted as its derivatives."""

    @functools.wraps(function)
    def derived(expression: Any, *args: Any, **options: Any) -> Any:
        results = function(expression, *args, **options)
        costs = several(expression)
        OF.update((g, costs) for g in several(results) if g is not None)
        return results

    return derived


DISCONNECTED, NULL = DisconnectedType(), NullType()


# Ops


def _of(row: Elementwise) -> Any:
    """The class of an op that Theano has a class for; called, it is the op."""

    def recognises(op: Any) -> bool:
        return op == row

    def new(cls: type) -> Elementwise:
        return row

    members = {"recognises": staticmethod(recognises), "__new__": new}
    return Kind(row.fn.name, (), members)


class UndefinedGrad(ViewOp):
    """The value as it is; its gradient is an error where somebody needs it."""

    def grad(self, inputs: Any, *more: Any) -> Any:
        """Nothing that could be used."""
        return [grad_undefined(self, 0, inputs[0])]


undefined_grad_ = UndefinedGrad()


def undefined_grad(x: Variable) -> Variable:
    """The value as it is; a gradient through it is an error."""
    return cast(Variable, undefined_grad_(x))


def format_as(use_list: bool, use_tuple: bool, outputs: Any) -> Any:
    """Outputs as a list, as a tuple, or the only one alone."""
    if use_list:
        return list(outputs)
    if use_tuple:
        return tuple(outputs)
    several = isinstance(outputs, list | tuple)
    return cast(Any, outputs)[0] if several else outputs


class VerifyGrad:
    """`theano.gradient.verify_grad`, which also has its error as an attribute."""

    E_grad = GradientError
    __doc__ = verify.verify_grad.__doc__

    def __call__(self, *args: Any, **options: Any) -> None:
        """Compare gradients with finite differences."""
        verify.verify_grad(*args, **options)


verify_grad = VerifyGrad()

GRADIENTS: dict[str, Any] = {
    "grad": grad,
    "jacobian": _recalling(products.jacobian),
    "hessian": _recalling(products.hessian),
    "Lop": _recalling(products.Lop),
    "Rop": _recalling(products.Rop),
    "verify_grad": verify_grad,
    "ConsiderConstant": _of(zero_grad),
    "ZeroGrad": _of(zero_grad),
    "DisconnectedGrad": _of(disconnected_grad),
    "UndefinedGrad": UndefinedGrad,
    "consider_constant_": zero_grad,
    "zero_grad_": zero_grad,
    "disconnected_grad_": disconnected_grad,
    "undefined_grad_": undefined_grad_,
    "undefined_grad": undefined_grad,
    "disconnected_type": DISCONNECTED,
    "null_type": NULL,
    "format_as": format_as,
}
"""What is here for `theano.gradient`."""
