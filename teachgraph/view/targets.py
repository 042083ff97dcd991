"""What a stepper is to go to, and whether it is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from teachgraph.core.graph import Apply, Variable
from teachgraph.core.op import Op
from teachgraph.core.record import record
from teachgraph.view.conditions import Subject, condition
from teachgraph.view.words import label, op_label

Array = np.ndarray[Any, Any]
Target = Callable[[Any], Any] | Variable | Apply | Op | str
"""A variable, a node, an op, a function of a value, or a text: the name of a variable
or of an op, or a condition as `view.conditions` reads it."""


@record(eq=False)
class Met:
    """What a target is compared with: a node that ran, or what a turn is given."""

    variables: tuple[Variable, ...]
    node: Apply | None
    outputs: tuple[Array, ...]
    turns: tuple[int, ...] = ()

    @property
    def subject(self) -> Subject:
        """What a condition may speak of."""
        op = "" if self.node is None else op_label(self.node)
        return Subject(label(self.variables[0]), op, self.outputs, self.turns)


def matches(target: Target, met: Met) -> bool:
    """Whether this is what the target means; a statement in a kernel never is."""
    if not met.variables:
        return False
    match target:
        case Variable():
            return target in met.variables
        case Apply():
            return target is met.node
        case Op():
            return met.node is not None and target == met.node.op
        case str():
            return _called(target, met)
        case _:
            return any(bool(target(value)) for value in met.outputs)


def _called(target: str, met: Met) -> bool:
    """Whether something has this name, does this op, or meets this condition."""
    stated = condition(target)
    if stated is not None:
        return stated(met.subject)
    if target in (v.name for v in met.variables):
        return True
    return met.node is not None and target.lower() == met.node.op.title.lower()
