"""Ops of Theano's that only look at a value, or say more or less of its lengths."""

from __future__ import annotations

from typing import Any

from teachgraph.core.graph import Variable
from teachgraph.ops.base import as_tensor
from teachgraph.ops.casting import tensor_copy
from teachgraph.ops.lengths import addbroadcast, unbroadcast


class Rebroadcast:
    """Says of some axes whether they are known to be 1 long.

    >>> y = Rebroadcast((0, True), (1, False))(T.dmatrix("x"))
    >>> y.broadcastable
    (True, False)
    """

    def __init__(self, *axis: tuple[int, bool]):
        self.axis = dict(axis)

    def __call__(self, x: Any) -> Variable:
        """The value as it is, with what is said of its axes."""
        ones = [a for a, one in self.axis.items() if one]
        others = [a for a, one in self.axis.items() if not one]
        return unbroadcast(addbroadcast(as_tensor(x), *ones), *others)


view_op = deep_copy_op = tensor_copy
"""The value as it is: nothing here is ever changed in place, so a copy is a view."""
