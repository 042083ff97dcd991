"""Products and quotients as factors: found at any depth, and exchanged for others.

((g * p) / s) * e     has the factors g, p, e above the line and s below it
"""

from __future__ import annotations

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.record import record
from teachgraph.ops.scalars import mul, neg, sqr, true_div
from teachgraph.rewrite.constants import as_constant
from teachgraph.rewrite.pattern import alike

DEPTH, MOST = 8, 16
"""How deep products are looked into, and how many factors are looked at."""

SIDES: dict[Op, tuple[bool, ...]] = {
    mul: (True, True),
    true_div: (False, True),
    neg: (True,),
    sqr: (True, True),
}
"""What is seen as a product: is the last operand on the same side of the line as the
whole, and is the first?"""


@record()
class Factor:
    """A factor, above the line or below it."""

    variable: Variable
    above: bool


def factors(v: Variable) -> list[Factor]:
    """The factors of products and quotients of the dtype of `v`."""
    found: list[Factor] = []
    stack, dtype = [(v, True, DEPTH)], v.type.dtype
    while stack and len(found) < MOST:
        part, above, depth = stack.pop()
        node = part.owner
        known = depth and node is not None and part.type.dtype == dtype
        sides = SIDES.get(node.op) if known and node is not None else None
        if node is None or sides is None:
            found.append(Factor(part, above))
            continue
        operands = zip((node.inputs[-1], node.inputs[0]), sides)
        stack += [(w, above == side, depth - 1) for w, side in operands]
    return found


def _is_product(v: Variable, dtype: str, depth: int) -> bool:
    known = v.owner is not None and v.owner.op in SIDES
    return known and depth > 0 and v.dtype == dtype


def exchange(v: Variable, factor: Factor, new: Variable | None = None) -> Variable:
    """`v` with one occurrence of a factor exchanged for `new`, or taken out."""
    one = as_constant(np.ones((), v.dtype))
    put = one if new is None else new
    found = _Exchange(factor, put, one, v.dtype).within(v, True, DEPTH)
    return v if found is None else found


class _Exchange:
    """Exchanges the first occurrence of `factor` for `put`, and leaves `one` away."""

    def __init__(self, factor: Factor, put: Variable, one: Variable, dtype: str):
        self.factor, self.put, self.one, self.dtype = factor, put, one, dtype

    def within(self, v: Variable, above: bool, depth: int) -> Variable | None:
        """What `v` becomes, or None if the factor is not in it."""
        node = v.owner
        if node is None or not _is_product(v, self.dtype, depth):
            hit = above == self.factor.above and alike(v, self.factor.variable)
            return self.put if hit else None
        left, right = node.inputs[0], node.inputs[-1]
        inner = self.within(left, above, depth - 1)
        if node.op == neg:
            return None if inner is None else -inner
        below = node.op == true_div
        if inner is not None:
            return self._joined(inner, right, below)
        inner = self.within(right, above != below, depth - 1)
        return None if inner is None else self._joined(left, inner, below)

    def _joined(self, left: Variable, right: Variable, below: bool) -> Variable:
        if right is self.one:
            return left
        if below:
            return left / right
        return right if left is self.one else left * right
