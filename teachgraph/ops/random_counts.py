"""Random counts out of uniform numbers: single ones, and trials shared out in turn."""

from __future__ import annotations

from typing import Any

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.report import Fault
from teachgraph.core.types import TensorType, broadcast_shapes, is_complex, same_length
from teachgraph.kernel import counts
from teachgraph.ops.base import Array, Example, Gradients
from teachgraph.ops.elementwise import binary, sample, ternary


def _count(*dtypes: str) -> str:
    if any(is_complex(d) for d in dtypes):
        raise Fault("wrong-dtype", "a probability is a real number, not complex")
    return "int64"


def _doubles(*dtypes: str) -> Any:
    return ("float64",) * len(dtypes)


binomial_count = ternary(
    "binomial_count",
    types=_count,
    operands=_doubles,
    numpy=counts.binomial,
    kernel=None,
    grad=None,
    doc="How many of `n` trials succeed, each with probability `p`; a uniform number u "
    "decides.",
    latex=r"\operatorname{{binomial}}({0}; {1}, {2})",
    domain="u in (0, 1), n not negative, p in [0, 1]",
    cost=200,
    samples=((0.1, 0.9), (1, 9), (0.1, 0.9)),
)

poisson_count = binary(
    "poisson_count",
    types=_count,
    operands=_doubles,
    numpy=counts.poisson,
    kernel=None,
    grad=None,
    doc="How often something happens that does so `mean` times on average; a uniform "
    "number u decides.",
    latex=r"\operatorname{{Poisson}}({0}; {1})",
    domain="u in (0, 1), the mean not negative",
    cost=200,
    samples=((0.1, 0.9), (0.5, 9)),
)


class MultinomialCounts(Op):
    """How often each outcome along the last axis of `p` occurs in `n` trials.

    Outcome after outcome takes its share of the trials that are left, a binomial number
    by a uniform number `u` of its own; `p` is scaled to sum to one.
    """

    latex = r"\operatorname{{multinomial}}({1}; {2})"

    def infer(self, u: TensorType, n: TensorType, p: TensorType) -> TensorType:
        if not u.ndim or not p.ndim:
            raise Fault("wrong-rank", "probabilities are at least a vector")
        lead = broadcast_shapes(u.shape[:-1], n.shape, p.shape[:-1])
        return TensorType("int64", (*lead, same_length(u.shape[-1], p.shape[-1], -1)))

    def numpy(self, u: Array, n: Array, p: Array) -> Array:
        p = p.astype("float64")
        if not (p >= 0).all() or not (p.sum(axis=-1) > 0).all():
            raise ValueError("probabilities are not negative, and not all zero")
        rest = np.cumsum(p[..., ::-1], axis=-1)[..., ::-1]
        shape = np.broadcast_shapes(u.shape[:-1], n.shape, p.shape[:-1])
        left = np.broadcast_to(n, shape).astype("int64")
        found = np.zeros((*shape, p.shape[-1]), "int64")
        for j in range(p.shape[-1]):
            share = p[..., j] / np.where(rest[..., j] > 0, rest[..., j], 1)
            found[..., j] = binomial_count.numpy(u[..., j], left, share)
            left = left - found[..., j]
        return found

    def grad(
        self, inputs: tuple[Variable, ...], output: Variable, g: Variable
    ) -> Gradients:
        return None, None, None

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        p = sample((0, 1), 2, 3)
        n = np.array([5, 0])
        return [
            (cls(), (sample((0.1, 0.9), 2, 3), n, p)),
            (cls(), (sample((0.1, 0.9), 2, 3), np.array(9), p[:1].astype("float32"))),
            (cls(), (sample((0.1, 0.9), 3), np.array(4), p[0])),
        ]
