"""A gradient that does not exist: what an op's `grad` may put in the place of one."""

from __future__ import annotations

from typing import ClassVar

from teachgraph.core.graph import Variable


class NoGradient(Variable):
    """Stands for a gradient that does not exist.

    Attributes:
        comment: why there is none.
        error: what is raised where somebody needs it; None until that is known.
        rest: what else arrives at the variable, on ways where there is a gradient.
    """

    __slots__ = ("comment", "error", "rest")

    kind: ClassVar[str] = "null"

    def __init__(
        self,
        model: Variable,
        comment: str,
        error: Exception | None = None,
        rest: Variable | None = None,
    ):
        super().__init__(model.type, f"no gradient: {comment}")
        self.comment, self.error, self.rest = comment, error, rest

    def of(self, model: Variable, rest: Variable | None) -> NoGradient:
        """The same for another variable, which another rest arrives at."""
        return NoGradient(model, self.comment, self.error, rest)


def rest_of(g: Variable | None) -> Variable | None:
    """A gradient without what is missing of it."""
    return g.rest if isinstance(g, NoGradient) else g
