"""An op of Theano's that only says more or less of the lengths of a value."""

from __future__ import annotations

from typing import Any

from teachgraph.core.graph import Variable
from teachgraph.ops.base import as_tensor
from teachgraph.ops.lengths import Unbroadcast, addbroadcast, unbroadcast
from teachgraph.theano.kinds import Kind


def _is_rebroadcast(op: Any) -> bool:
    return isinstance(op, Unbroadcast)


class Rebroadcast(metaclass=Kind):
    """Says of some axes whether they are known to be 1 long.

    >>> y = Rebroadcast((0, True), (1, False))(T.dmatrix("x"))
    >>> y.broadcastable
    (True, False)
    """

    recognises = staticmethod(_is_rebroadcast)

    def __init__(self, *axis: tuple[int, bool]):
        self.axis = dict(axis)

    def __call__(self, x: Any) -> Variable:
        """The value as it is, with what is said of its axes."""
        ones = [a for a, one in self.axis.items() if one]
        others = [a for a, one in self.axis.items() if not one]
        return unbroadcast(addbroadcast(as_tensor(x), *ones), *others)
