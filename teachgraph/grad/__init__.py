"""Derivatives: reverse mode over `op.grad`, and the products built on it."""

from teachgraph.core.surface import ABOVE
from teachgraph.grad.faults import (
    DisconnectedWarning,
    NullTypeGradError,
    ZeroGradientWarning,
)
from teachgraph.grad.products import (
    Lop,
    Rop,
    hessian,
    hessian_vector_product,
    jacobian,
    subgraph_grad,
)
from teachgraph.grad.reverse import grad
from teachgraph.grad.undefined import (
    DisconnectedType,
    grad_not_implemented,
    grad_undefined,
)

ABOVE.update(
    grad=grad,
    jacobian=jacobian,
    hessian=hessian,
    Lop=Lop,
    Rop=Rop,
    grad_not_implemented=grad_not_implemented,
    grad_undefined=grad_undefined,
)

__all__ = [
    "DisconnectedType",
    "DisconnectedWarning",
    "Lop",
    "NullTypeGradError",
    "Rop",
    "ZeroGradientWarning",
    "grad",
    "grad_not_implemented",
    "grad_undefined",
    "hessian",
    "hessian_vector_product",
    "jacobian",
    "subgraph_grad",
]
