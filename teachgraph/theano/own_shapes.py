"""The lengths of what a program's own op gives, by its `infer_shape`.

`MyOp()(x).shape` becomes what `infer_shape` makes of the shapes of the inputs, so that
nobody runs the op to learn a length. The rule is there once a program has such an op.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from teachgraph.core.graph import Apply, Variable
from teachgraph.ops.alloc import ShapeOf
from teachgraph.ops.base import as_tensor
from teachgraph.ops.casting import cast as cast_to
from teachgraph.rewrite.fit import fit
from teachgraph.rewrite.rule import RULES, Attempt


class LengthsOfOwnOps:
    """The rule: `ShapeOf(axis)` of an output is what `infer_shape` says."""

    name = "lengths_of_own_ops"
    phase = "canonicalize"
    why = "`infer_shape` tells a length without running the op."

    def concerns(self, op: Any, made_by: Any) -> bool:
        """Whether the rule looks at an op."""
        del made_by
        return isinstance(op, ShapeOf)

    def attempts(self, v: Variable) -> Iterator[Attempt]:
        """The length as `infer_shape` has it, if it says anything."""
        node = v.owner
        inside = node.inputs[0].owner if node is not None else None
        if node is None or inside is None or not hasattr(inside.op, "infer_shape"):
            return
        length = _length(inside, node.inputs[0].index, cast(ShapeOf, node.op).axis)
        if length is not None:
            fitted = fit(length, v, v.origins)
            if isinstance(fitted, Variable):
                yield Attempt(fitted, {})


def _length(node: Apply, index: int, axis: int) -> Variable | None:
    shapes = [tuple(ShapeOf(a)(x) for a in range(x.ndim)) for x in node.inputs]
    told = cast(Any, node.op).infer_shape(node, shapes)[index]
    return None if told is None else cast_to(as_tensor(told[axis]), "int64")


RULE = LengthsOfOwnOps()


def learn() -> None:
    """Have the rule from now on."""
    rules: list[Any] = RULES  # a class of another kind, as `rewriters.UserRule` is
    if RULE not in rules:
        rules.append(RULE)
