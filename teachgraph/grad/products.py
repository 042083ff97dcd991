"""Products with a Jacobian, from either side, the Jacobian itself, and the Hessian.

Lop(f, x, v)     v^T J    one sweep
Rop(f, x, v)     J v      two sweeps, see `grad.along`
jacobian(f, x)   J        one sweep a row, in a loop unless rows are few
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from teachgraph.core.entrance import public, warn_user
from teachgraph.core.graph import Variable
from teachgraph.core.report import Fault
from teachgraph.errors.naming import called, counted
from teachgraph.grad import faults
from teachgraph.grad.along import along
from teachgraph.grad.reverse import Gradient, Sweep, grad, in_form_of
from teachgraph.ops.alloc import lengths_of, zeros_like
from teachgraph.ops.base import as_tensor
from teachgraph.ops.casting import tensor_copy
from teachgraph.ops.creation import arange
from teachgraph.ops.join import stack
from teachgraph.ops.scalars import add, mul
from teachgraph.ops.statistics import sum as sum_
from teachgraph.scan import scan

FEW = 4
"""A Jacobian of at most so many rows is written out row by row."""


@public
def Lop(
    f: Any,
    wrt: Any,
    eval_points: Any,
    consider_constant: Iterable[Variable] | None = None,
    disconnected_inputs: str = "raise",
) -> Any:
    """The vector `eval_points`, shaped as `f`, times the Jacobian of `f` for `wrt`.

    Raises:
        disconnected-input, no-gradient.
        wrong-argument-count, wrong-rank: the points do not fit to `f`.
    """
    # Copies, as one of `f` may be made of another: what arrives there is added.
    pairs = _fitting(_several(f), _several(eval_points), "f")
    known = {tensor_copy(v): u for v, u in pairs}
    return grad(None, wrt, consider_constant, disconnected_inputs, known_grads=known)


@public
def Rop(
    f: Any,
    wrt: Any,
    eval_points: Any,
    disconnected_outputs: str = "raise",
    return_disconnected: str = "zero",
) -> Any:
    """The Jacobian of `f` for `wrt` times the vector `eval_points`, shaped as `wrt`.

    Ops that say it themselves, by `R_op` or `rop_overrides`, are asked.

    Args:
        disconnected_outputs: what an `f` that does not depend on `wrt` does: raise,
            warn or ignore.
        return_disconnected: what stands for its product: zero, or none.

    Raises:
        disconnected-input, no-gradient.
        wrong-argument-count, wrong-rank: the points do not fit to `wrt`.
    """
    points = dict(_fitting(_several(wrt), _several(eval_points), "wrt"))
    several = _several(f)
    results = [
        _still(one, points, disconnected_outputs, return_disconnected.lower())
        if product is None
        else product
        for one, product in zip(several, along(several, points), strict=True)
    ]
    return in_form_of(f, results)


def _still(
    f: Variable, points: Mapping[Variable, Variable], disconnected: str, returned: str
) -> Gradient:
    """What stands for the product of an `f` that does not move, after saying so."""
    sweep = Sweep({f: zeros_like(f)}, tuple(points))
    stops = [node for v in points for node in sweep.stops_above(v)]
    flat = [node for node in dict.fromkeys(stops) if not faults.cuts(node)]
    v = next(iter(points))
    if flat:
        faults.warn_of_zero(f, v, flat)
        return zeros_like(f)
    ignored = "Rop(..., disconnected_outputs='ignore')"
    error = faults.disconnected(f, v, list(dict.fromkeys(stops)), ignored=ignored)
    if disconnected == "raise":
        raise error
    if disconnected == "warn":
        warn_user(error, faults.DisconnectedWarning)
    return zeros_like(f) if returned == "zero" else None


def _fitting(
    variables: Sequence[Variable], vectors: Sequence[Any], name: str
) -> list[tuple[Variable, Variable]]:
    """Each variable with its vector.

    Raises:
        wrong-argument-count, wrong-rank.
    """
    if len(variables) != len(vectors):
        counts = (
            f"{counted(len(vectors), 'eval points')} for {len(variables)} of `{name}`"
        )
        raise Fault("wrong-argument-count", f"{counts}: there is one for each")
    pairs = [(v, as_tensor(u)) for v, u in zip(variables, vectors)]
    for v, u in pairs:
        if u.ndim != v.ndim:
            raise Fault(
                "wrong-rank",
                f"the eval point of `{called(v)}` is {u.type}, and it is {v.type}",
                nodes=(v, u),
            )
    return pairs


@public
def jacobian(
    expression: Variable,
    wrt: Any,
    consider_constant: Iterable[Variable] | None = None,
    disconnected_inputs: str = "raise",
) -> Any:
    """The derivatives of each element of a vector, one row each: shape (n, *wrt.shape).

    Raises:
        wrong-rank: `expression` has more than one axis.

    >>> x = T.dvector("x")
    >>> tg.jacobian(x**2, x).eval({x: [1.0, 2.0]})
    array([[2., 0.],
           [0., 4.]])
    """
    if expression.ndim == 0:
        return grad(expression, wrt, consider_constant, disconnected_inputs)
    if expression.ndim > 1:
        raise faults.no_jacobian(expression)
    constants = tuple(consider_constant or ())

    def row(i: Any) -> list[Variable]:
        return list(_several(grad(expression[i], wrt, constants, disconnected_inputs)))

    (length,) = expression.type.shape
    if isinstance(length, int) and 0 < length <= FEW:
        rows = zip(*map(row, range(length)), strict=True)
        return in_form_of(wrt, [stack(list(column), axis=0) for column in rows])
    places = arange(lengths_of(expression)[0])
    found, _ = scan(row, places, name="jacobian", return_list=True)
    return in_form_of(wrt, found)


@public
def hessian(
    cost: Variable,
    wrt: Any,
    consider_constant: Iterable[Variable] | None = None,
    disconnected_inputs: str = "raise",
) -> Any:
    """The second derivatives of a cost for each vector of `wrt`: shape (n, n).

    >>> x = T.dvector("x")
    >>> tg.hessian((x**3).sum(), x).eval({x: [1.0, 2.0]})
    array([[ 6.,  0.],
           [ 0., 12.]])
    """
    constants = tuple(consider_constant or ())
    results = [
        jacobian(grad(cost, v, constants, disconnected_inputs), v, constants, "ignore")
        for v in _several(wrt)
    ]
    return in_form_of(wrt, results)


@public
def hessian_vector_product(
    cost: Variable,
    wrt: Any,
    p: Any,
    consider_constant: Iterable[Variable] | None = None,
    disconnected_inputs: str = "raise",
) -> Any:
    """The second derivatives of a cost times `p`, shaped as `wrt`; two sweeps.

    Source: Pearlmutter, "Fast exact multiplication by the Hessian" (1994).
    """
    constants = tuple(consider_constant or ())
    slopes = _several(grad(cost, wrt, constants, disconnected_inputs))
    along = [as_tensor(v) for v in _several(p)]
    products = [sum_(mul(g, v)) for g, v in zip(slopes, along, strict=True)]
    total = products[0]
    for product in products[1:]:
        total = add(total, product)
    return grad(total, wrt, constants, "ignore")


@public
def subgraph_grad(
    wrt: Sequence[Variable],
    end: Sequence[Variable],
    start: Mapping[Variable, Variable] | None = None,
    cost: Variable | None = None,
    details: bool = False,
) -> tuple[list[Variable], ...]:
    """Gradients of part of a graph: from a cost, or known gradients, as far as `end`.

    Args:
        wrt: variables to differentiate for.
        end: where the sweep stops; their gradients are given too, and can be the
            `start` of the next part.
        start: gradients that are known already.
        cost: what to differentiate, besides.
        details: also give the gradients of `start` alone and of `cost` alone, for
            `wrt`; None where there is none.

    Returns:
        the gradients for `wrt`, and those for `end`.

    Raises:
        missing-cost: neither `start` nor `cost` is given.
    """
    targets = [*wrt, *end]
    if start is None and cost is None:
        raise faults.no_cost()
    parts = [
        None if known is None and value is None else _part(value, known, targets, end)
        for value, known in ((None, start), (cost, None))
    ]
    there = [part for part in parts if part is not None]
    total = there[0] if len(there) == 1 else list(map(add, *there))
    found = (total[: len(wrt)], total[len(wrt) :])
    if not details:
        return found
    alone = [None if part is None else part[: len(wrt)] for part in parts]
    return (*found, *cast(Any, alone))


def _part(
    cost: Variable | None,
    known: Mapping[Variable, Variable] | None,
    targets: list[Variable],
    end: Sequence[Variable],
) -> list[Variable]:
    return grad(
        cost,
        targets,
        consider_constant=end,
        disconnected_inputs="ignore",
        known_grads=known,
    )


def _several(given: Any) -> Sequence[Variable]:
    if isinstance(given, list | tuple):
        return cast(Sequence[Variable], given)
    return (given,)
