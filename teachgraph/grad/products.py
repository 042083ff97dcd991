"""Products with a Jacobian, from either side, the Jacobian itself, and the Hessian.

    Lop(f, x, v)     v^T J    one sweep
    Rop(f, x, v)     J v      two sweeps: v^T J is linear in v, and its derivative is J
    jacobian(f, x)   J        one sweep a row, in a loop unless rows are few

Source of the second: Townsend, "A new trick for calculating Jacobian vector products"
(2017).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from teachgraph.core.entrance import public, warn_user
from teachgraph.core.graph import Variable, toposort
from teachgraph.grad import faults
from teachgraph.grad.reverse import Gradient, Sweep, grad, in_form_of
from teachgraph.ops.alloc import lengths_of, zeros_like
from teachgraph.ops.base import as_tensor
from teachgraph.ops.casting import tensor_copy
from teachgraph.ops.creation import arange
from teachgraph.ops.join import stack
from teachgraph.ops.lengths import specify_shape
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
    """The vector `eval_points`, shaped as `f`, times the Jacobian of `f` for `wrt`."""
    known = dict(zip(_several(f), _several(eval_points), strict=True))
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

    Args:
        disconnected_outputs: what an `f` that does not depend on `wrt` does: raise,
            warn or ignore.
        return_disconnected: what stands for its product: zero, or none.
    """
    points = dict(zip(_several(wrt), _several(eval_points), strict=True))
    results: list[Gradient] = []
    for one in _several(f):
        product = _product(one, points)
        if product is None:
            ignored = "Rop(..., disconnected_outputs='ignore')"
            v = next(iter(points))
            error = faults.disconnected(one, v, (), ignored=ignored)
            if disconnected_outputs == "raise":
                raise error
            if disconnected_outputs == "warn":
                warn_user(error, faults.DisconnectedWarning)
            product = zeros_like(one) if return_disconnected.lower() == "zero" else None
        results.append(product)
    return in_form_of(f, results)


def _product(f: Variable, points: dict[Variable, Variable]) -> Gradient:
    # Any value will do for u: what comes back is linear in it. It goes in as a copy, so
    # that no gradient is u itself, which has all terms to collect.
    u = zeros_like(f)
    back = Sweep({f: tensor_copy(u)}, tuple(points))
    known: dict[Variable, Variable] = {}
    for x, v in points.items():
        g = back.gradient(x)
        if g is not None:
            known[g] = add(known[g], v) if g in known else v
    product = Sweep(known, (u,)).gradient(u) if known else None
    if product is None or set(points) <= set(toposort([product])):
        return product
    # Where `f` is linear the product does not read `wrt`; its shape still fits to it.
    return specify_shape(product, lengths_of(f))


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
