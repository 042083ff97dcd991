"""Looking at how a variable is made."""

from __future__ import annotations

from teachgraph.core.graph import Apply, Variable
from teachgraph.core.op import Op


def node_of(v: Variable) -> Apply:
    """The node that makes a variable, which is known to be made by one."""
    if v.owner is None:
        raise ValueError(f"{v} is not made by a node")
    return v.owner


def made_by(v: Variable, *ops: Op) -> bool:
    """Is the variable made by one of these ops?"""
    return v.owner is not None and v.owner.op in ops


def made_by_class(v: Variable, *classes: type[Op]) -> bool:
    """Is the variable made by an op of one of these classes?"""
    return v.owner is not None and isinstance(v.owner.op, classes)


def inside(v: Variable) -> Variable:
    """The first input of the node that makes a variable."""
    return node_of(v).inputs[0]
