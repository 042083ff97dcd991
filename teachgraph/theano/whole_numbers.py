"""Gradients by variables of whole numbers, which Theano has as if they were floats.

An op that makes floats of whole numbers, such as the product of an integer matrix with
a float one, is smooth in them. `twin` puts a float variable in their place there, and
only there: what is whole again is a step function, whose derivative is zero.
"""

from __future__ import annotations

import numpy as np

from teachgraph.core.graph import Apply, Variable, rebuild
from teachgraph.core.types import TensorType, is_continuous
from teachgraph.ops.casting import cast
from teachgraph.ops.dot import Dot
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.reduce import Prod, Sum

SMOOTH = (Elementwise, Dot, Sum, Prod)
"""Ops that take whole numbers and floats alike."""


def twin(cost: Variable, whole: Variable) -> tuple[Variable, Variable] | None:
    """The cost again with a float variable for a whole one, and that variable.

    None where no op makes floats of the whole numbers.
    """
    wide = np.dtype(whole.dtype).itemsize > 2
    stand_in = Variable(TensorType("float64" if wide else "float32", whole.type.shape))
    replaced: list[Apply] = []

    def settle(v: Variable) -> Variable:
        node = v.owner
        if node is None or not _is_smooth(node, whole):
            return v
        replaced.append(node)
        inputs = [stand_in if i is whole else i for i in node.inputs]
        again = node.op.make(*inputs, origins=node.origins).outputs[v.index]
        return again if again.type == v.type else cast(again, v.dtype)

    (again,) = rebuild([cost], {whole: whole}, settle)
    return (again, stand_in) if replaced else None


def _is_smooth(node: Apply, whole: Variable) -> bool:
    """Whether an op makes floats of the whole numbers, without stretching them first.

    Theano stretches by an op of its own, which makes whole numbers of whole numbers.
    """
    out = node.outputs[0]
    if whole not in node.inputs or not isinstance(node.op, SMOOTH):
        return False
    stretched = isinstance(node.op, Elementwise) and whole.ndim < out.ndim
    return is_continuous(out.dtype) and not stretched
