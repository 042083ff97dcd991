"""Products with a Jacobian, from either side, and the Jacobian itself.

    Lop(f, x, v)   v^T J    one sweep
    Rop(f, x, v)   J v      two sweeps: v^T J is linear in v, and its derivative is J

Source of the second: Townsend, "A new trick for calculating Jacobian vector products"
(2017).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from teachgraph.core.entrance import public, warn_user
from teachgraph.core.graph import Variable
from teachgraph.grad import faults
from teachgraph.grad.reverse import Gradient, Sweep, grad, in_form_of
from teachgraph.ops.alloc import zeros_like
from teachgraph.ops.join import stack
from teachgraph.ops.scalars import add


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
            error = faults.disconnected(one, next(iter(points)), ())
            if disconnected_outputs == "raise":
                raise error
            if disconnected_outputs == "warn":
                warn_user(error, faults.DisconnectedWarning)
            product = zeros_like(one) if return_disconnected.lower() == "zero" else None
        results.append(product)
    return in_form_of(f, results)


def _product(f: Variable, points: dict[Variable, Variable]) -> Gradient:
    # Any value will do for u: what comes back is linear in it.
    u = zeros_like(f)
    back = Sweep({f: u}, tuple(points))
    known: dict[Variable, Variable] = {}
    for x, v in points.items():
        g = back.gradient(x)
        if g is not None:
            known[g] = add(known[g], v) if g in known else v
    return Sweep(known, (u,)).gradient(u) if known else None


@public
def jacobian(
    expression: Variable,
    wrt: Any,
    consider_constant: Iterable[Variable] | None = None,
    disconnected_inputs: str = "raise",
) -> Any:
    """The derivatives of each element of a vector, one row each: shape (n, *wrt.shape).

    The length of the vector must be known, for there is one sweep for each element.

    Raises:
        wrong-rank: `expression` has more than one axis.
        unknown-length: its length is not known.
    """
    if expression.ndim == 0:
        return grad(expression, wrt, consider_constant, disconnected_inputs)
    length = expression.type.shape[0] if expression.ndim == 1 else None
    if not isinstance(length, int):
        raise faults.no_jacobian(expression)
    constants = tuple(consider_constant or ())
    rows = [
        _several(grad(expression[i], wrt, constants, disconnected_inputs))
        for i in range(length)
    ]
    return in_form_of(
        wrt, [stack(list(column), axis=0) for column in zip(*rows, strict=True)]
    )


@public
def hessian(
    cost: Variable,
    wrt: Any,
    consider_constant: Iterable[Variable] | None = None,
    disconnected_inputs: str = "raise",
) -> Any:
    """The second derivatives of a cost for each vector of `wrt`: shape (n, n)."""
    constants = tuple(consider_constant or ())
    results = [
        jacobian(grad(cost, v, constants, disconnected_inputs), v, constants, "ignore")
        for v in _several(wrt)
    ]
    return in_form_of(wrt, results)


def _several(given: Any) -> Sequence[Variable]:
    if isinstance(given, list | tuple):
        return cast(Sequence[Variable], given)
    return (given,)
