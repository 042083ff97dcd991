"""Everything about derivatives by Theano's names, in one place; re-exports only."""

from teachgraph.compile.verify import verify_grad
from teachgraph.core.report import DisconnectedInputError, GradientError
from teachgraph.grad import (
    DisconnectedType,
    DisconnectedWarning,
    Lop,
    NullTypeGradError,
    Rop,
    ZeroGradientWarning,
    grad,
    grad_not_implemented,
    grad_undefined,
    hessian,
    hessian_vector_product,
    jacobian,
    subgraph_grad,
)
from teachgraph.ops.casting import consider_constant, disconnected_grad, zero_grad
from teachgraph.ops.gradient import GradClip, GradScale, grad_clip, grad_scale

__all__ = [
    "DisconnectedInputError",
    "DisconnectedType",
    "DisconnectedWarning",
    "GradClip",
    "GradScale",
    "GradientError",
    "Lop",
    "NullTypeGradError",
    "Rop",
    "ZeroGradientWarning",
    "consider_constant",
    "disconnected_grad",
    "grad",
    "grad_clip",
    "grad_not_implemented",
    "grad_scale",
    "grad_undefined",
    "hessian",
    "hessian_vector_product",
    "jacobian",
    "subgraph_grad",
    "verify_grad",
    "zero_grad",
]
