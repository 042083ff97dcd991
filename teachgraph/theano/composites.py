"""`Softmax` and `LogSoftmax`: ops of Theano's that are graphs of smaller ops here.

    y = T.nnet.softmax(x)
    isinstance(y.owner.op, T.nnet.Softmax) and y.owner.inputs[0] is x

Such an op is an `OpFromGraph`, which is opened before anything else is rewritten, so
gradients, rules and speed are those of `teachgraph.tensor.nnet`. In the graph of a
compiled function the smaller ops are found again and shown as the op.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from teachgraph.core.graph import Graph, Variable, substitute
from teachgraph.core.types import TensorType
from teachgraph.ops.base import as_tensor
from teachgraph.ops.casting import disconnected_grad
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.exponential import exp
from teachgraph.ops.inner import OpFromGraph
from teachgraph.ops.nnet import logsoftmax as plain_logsoftmax
from teachgraph.ops.nnet import softmax as plain_softmax
from teachgraph.ops.reduce import Max, Sum
from teachgraph.ops.scalars import sub, true_div
from teachgraph.ops.shape import DimShuffle, shape_padleft
from teachgraph.theano.kinds import Kind

PLAIN: dict[str, Callable[[Variable], Variable]] = {
    "Softmax": plain_softmax,
    "LogSoftmax": plain_logsoftmax,
}
"""By the name of the op: what it is, along the last axis."""


@cache
def composite(name: str, kind: TensorType) -> OpFromGraph:
    """The op for inputs of a type; always the same one, so that nodes can be equal."""
    x = Variable(kind, "x")
    return OpFromGraph([x], [PLAIN[name](x)], name=name)


def _applied(name: str, x: Any) -> Variable:
    """The op along the last axis; of a vector it is a row, as in Theano."""
    v = as_tensor(x)
    matrix = shape_padleft(v) if v.ndim == 1 else v
    return composite(name, matrix.type)(matrix)


def _is(name: str) -> Callable[[Any], bool]:
    def recognises(op: Any) -> bool:
        return isinstance(op, OpFromGraph) and op is _known(name, op)

    return recognises


def _known(name: str, op: OpFromGraph) -> OpFromGraph | None:
    return composite(name, op.graph.inputs[0].type) if op.name == name else None


class Softmax(metaclass=Kind):
    """The op of `T.nnet.softmax`; called, it is that function."""

    recognises = staticmethod(_is("Softmax"))

    def __call__(self, x: Any) -> Variable:
        """Exponentials along the last axis, scaled to sum to one."""
        return softmax(x)


class LogSoftmax(metaclass=Kind):
    """The op of `T.nnet.logsoftmax`; called, it is that function."""

    recognises = staticmethod(_is("LogSoftmax"))

    def __call__(self, x: Any) -> Variable:
        """The logarithm of the softmax along the last axis."""
        return logsoftmax(x)


def softmax(c: Any) -> Variable:
    """`teachgraph.tensor.nnet.softmax` along the last axis; of a vector a row."""
    return _applied("Softmax", c)


def logsoftmax(c: Any) -> Variable:
    """`teachgraph.tensor.nnet.logsoftmax` along the last axis; of a vector a row."""
    return _applied("LogSoftmax", c)


def softmax_with_bias(x: Any, b: Any) -> Variable:
    """softmax(x + b)."""
    return softmax(as_tensor(x) + as_tensor(b))


# Found again


def named(graph: Graph) -> Graph:
    """The graph with every softmax along the last axis as one node."""
    found: dict[Variable, Variable] = {}
    for node in graph.applies():
        v = node.outputs[0]
        x = _argument(v)
        if x is not None and (new := softmax(x)).type == v.type:
            found[v] = new
    if not found:
        return graph
    return Graph(graph.inputs, substitute(graph.outputs, found))


def _argument(v: Variable) -> Variable | None:
    """The x of which `v` is the softmax, written as a quotient."""
    parts = _inputs(v, true_div)
    if len(parts) != 2 or v.ndim < 2:
        return None
    top, total = parts[0], _behind(parts[1])
    node, powers = total.owner, _inputs(top, exp)
    if node is None or not isinstance(node.op, Sum) or not powers:
        return None
    if node.op.axis != (v.ndim - 1,) or node.inputs[0] is not top:
        return None
    return _unmoved(powers[0], node.op.axis)


def _unmoved(x: Variable, axis: tuple[int, ...]) -> Variable:
    """`x` where x less its largest is given."""
    parts = _inputs(x, sub)
    largest = _behind(parts[1]).owner if len(parts) == 2 else None
    if largest is None or not isinstance(largest.op, Max):
        return x
    return parts[0] if (largest.inputs[0], largest.op.axis) == (parts[0], axis) else x


def _inputs(v: Variable, op: Elementwise) -> tuple[Variable, ...]:
    return v.owner.inputs if v.owner is not None and v.owner.op == op else ()


def _behind(v: Variable) -> Variable:
    """What a variable is but for axes of length 1 and hidden gradients."""
    while v.owner is not None:
        op = v.owner.op
        if not isinstance(op, DimShuffle) and op != disconnected_grad:
            break
        v = v.owner.inputs[0]
    return v
