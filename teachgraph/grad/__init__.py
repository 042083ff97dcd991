"""Derivatives: reverse mode over `op.grad`, and the products built on it."""

from teachgraph.core.surface import ABOVE
from teachgraph.grad.faults import DisconnectedWarning, ZeroGradientWarning
from teachgraph.grad.products import Lop, Rop, hessian, jacobian
from teachgraph.grad.reverse import grad

ABOVE.update(grad=grad, jacobian=jacobian, hessian=hessian, Lop=Lop, Rop=Rop)

__all__ = [
    "DisconnectedWarning",
    "Lop",
    "Rop",
    "ZeroGradientWarning",
    "grad",
    "hessian",
    "jacobian",
]
