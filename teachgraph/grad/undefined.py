"""Gradients that an op does not have: what its `grad` may put in their place.

An op with several inputs may have a derivative for some only. What stands for the
others is an error where somebody asks for it, and nothing where nobody does.
"""

from __future__ import annotations

from typing import Any

from teachgraph.core.graph import Variable
from teachgraph.ops.missing import NoGradient


class DisconnectedType:
    """The type of a gradient that is nothing: `DisconnectedType()()` is None.

    Programs that define ops compare with it; here None stands for such a gradient.
    """

    def __call__(self) -> None:
        """The gradient of what an output does not depend on."""


def grad_not_implemented(
    op: Any, x_pos: int, x: Variable, comment: str = ""
) -> NoGradient:
    """For an op's `grad`: there is a derivative for input `x_pos`, but not here."""
    told = f"that of {op} for input {x_pos} is not written"
    return NoGradient(x, f"{told}; {comment}" if comment else told)


def grad_undefined(op: Any, x_pos: int, x: Variable, comment: str = "") -> NoGradient:
    """For an op's `grad`: there is no derivative for input `x_pos`."""
    told = f"{op} is not differentiable for input {x_pos}"
    return NoGradient(x, f"{told}; {comment}" if comment else told)
