"""`ifelse`: one of two branches, of which only the chosen one is computed.

As it is written the op reads the results of both branches, like any op, so that graphs,
gradients and pictures are plain. Before it runs, `rewrite.branches` moves what only one
branch needs into an inner graph of it: `Branches` runs one and leaves the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, cast

import numpy as np

from teachgraph.core.entrance import public
from teachgraph.core.graph import Graph, Variable
from teachgraph.core.op import Op
from teachgraph.core.report import Fault, Hint
from teachgraph.core.types import (
    Length,
    TensorType,
    is_complex,
)
from teachgraph.ops.alloc import zeros_like
from teachgraph.ops.base import Array, Example, Gradients, as_tensor, ramp
from teachgraph.ops.casting import cast as cast_to
from teachgraph.ops.fused import evaluated

Run = Callable[[Sequence[Array]], Sequence[Array]]
CASES = r"\begin{{cases}}{1}&\text{{if }}{0}\\{2}&\text{{else}}\end{{cases}}"


class IfElse(Op):
    """What the first branch gives if the condition is not 0, else what the second does.

    Inputs: the condition, a number; the results of the first branch, `count` of them;
    as many of the second.
    """

    count: int
    name: str | None = None

    def infer(
        self, condition: TensorType, *branches: TensorType
    ) -> tuple[TensorType, ...]:
        if condition.ndim or is_complex(condition.dtype):
            raise Fault(
                "wrong-rank" if condition.ndim else "wrong-dtype",
                f"ifelse decides by one number, and its condition is {condition}",
                hints=(
                    Hint("to choose for each element", "T.switch(condition, a, b)"),
                    Hint("or make one number of it", "condition.any()"),
                ),
            )
        halves = branches[: self.count], branches[self.count :]
        return tuple(common(a, b) for a, b in zip(*halves, strict=True))

    def numpy(self, condition: Array, *branches: Array) -> Any:
        chosen = branches[: self.count] if condition else branches[self.count :]
        return chosen if self.count > 1 else chosen[0]

    def grad(
        self, inputs: Sequence[Variable], output: Any, g: Any
    ) -> Sequence[Variable | None]:
        condition, *branches = inputs
        gs = several(g)
        known = [n for n, one in enumerate(gs) if one is not None]
        arriving = [gs[n] for n in known]
        op = IfElse(len(known), f"gradient of {self.name}" if self.name else None)

        def half(first: int) -> Gradients:
            """The gradients of a branch: 0 for each if the other one was taken."""
            zeros = [zeros_like(branches[first + n], dtype=gs[n].dtype) for n in known]
            sides = (*arriving, *zeros) if first == 0 else (*zeros, *arriving)
            made = iter(op.make(condition, *sides).outputs)
            return [None if one is None else next(made) for one in gs]

        return (None, *half(0), *half(self.count))

    @property
    def formula(self) -> str:
        """The cases, where there is one result."""
        return CASES if self.count == 1 else ""

    @property
    def title(self) -> str:
        """`ifelse`, with its name."""
        return f"ifelse {self.name}" if self.name else "ifelse"

    def __str__(self) -> str:
        return self.title

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [
            (cls(1), (np.array(1), ramp(2, 3), ramp(2, 3) + 1)),
            (cls(1), (np.array(0.0), ramp(3), -ramp(3))),
        ]


class Branches(Op):
    """The outputs of `then` if the condition is not 0, else those of `otherwise`.

    Inputs: the condition, then the inputs of `then`, then those of `otherwise`. What is
    only needed by the branch that is not taken is not computed.
    """

    then: Graph
    otherwise: Graph
    name: str | None = None

    compiled: ClassVar[tuple[Run, Run] | None] = None

    def compile(self, then: Run, otherwise: Run) -> None:
        """Have both graphs as something faster from now on."""
        self.__dict__["compiled"] = then, otherwise

    def infer(self, *types: TensorType) -> tuple[TensorType, ...]:
        del types  # lengths must fit only in the branch that is taken
        pairs = zip(self.then.outputs, self.otherwise.outputs, strict=True)
        return tuple(common(a.type, b.type) for a, b in pairs)

    def numpy(self, condition: Array, *arrays: Array) -> Any:
        first, taken = len(self.then.inputs), bool(condition)
        given = arrays[:first] if taken else arrays[first:]
        if self.compiled is not None:
            found = self.compiled[0 if taken else 1](given)
        else:
            found = evaluated(self.then if taken else self.otherwise, given)
        results: list[Array] = [*map(np.asarray, found)]
        return tuple(results) if len(results) > 1 else results[0]

    def grad(self, inputs: Any, output: Any, g: Any) -> Gradients:
        raise TypeError("gradients are taken before branches are moved")

    @property
    def title(self) -> str:
        """`ifelse`, with its name."""
        return f"ifelse {self.name}" if self.name else "ifelse"

    def __str__(self) -> str:
        return self.title

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        x = Variable(TensorType("int64", (None,)), "x")
        graph = Graph((x,), (x,))
        whole = np.arange(3)
        return [(cls(graph, graph), (np.array(True), whole, whole + 1))]


def common(left: TensorType, right: TensorType) -> TensorType:
    """The type that holds values of both.

    Raises:
        Fault: wrong-dtype, wrong-rank.
    """
    if left.ndim != right.ndim or left.dtype != right.dtype:
        ranks = left.ndim != right.ndim
        what = "numbers of axes" if ranks else "dtypes"
        raise Fault(
            "wrong-rank" if ranks else "wrong-dtype",
            f"the branches of an ifelse give {left} and {right}: their {what} differ",
            hints=(
                Hint("make both of the same type", "ifelse(c, x, y.astype(x.dtype))"),
            )
            if not ranks
            else (Hint("give both branches the same number of axes"),),
            why="Which branch is taken is only known when the function runs; what "
            "comes after it must fit both.",
        )
    lengths = zip(left.shape, right.shape, strict=True)
    return TensorType(left.dtype, tuple(a if _same(a, b) else None for a, b in lengths))


def _same(a: Length, b: Length) -> bool:
    return a is not None and b is not None and bool(a == b)


@public
def ifelse(
    condition: Any, then_branch: Any, else_branch: Any, name: str | None = None
) -> Any:
    """`then_branch` if the condition is not 0, else `else_branch`, and only that.

    Args:
        condition: one number; anything but 0 is true. `T.switch` chooses for each
            element, and computes both sides.
        then_branch, else_branch: an expression, or lists of as many; of the same dtypes
            and numbers of axes. A number or constant takes the dtype of the other side.
        name: for printing.

    Returns:
        an expression, or a list or tuple as `then_branch` is one.

    Raises:
        wrong-rank, wrong-dtype: the condition is no number, or the branches differ.
        wrong-argument-count: one branch has more results than the other.

    >>> tg.ifelse(T.constant(1), T.constant([1, 2]), T.constant([3])).eval()
    array([1, 2])
    """
    thens, elses = several(then_branch), several(else_branch)
    if len(thens) != len(elses):
        title = (
            f"ifelse has {len(thens)} results in one branch, {len(elses)} in the other"
        )
        hint = Hint("let both branches give the same number of results")
        raise Fault("wrong-argument-count", title, hints=(hint,))
    pairs = [_alike(as_tensor(a), as_tensor(b)) for a, b in zip(thens, elses)]
    left, right = [a for a, _ in pairs], [b for _, b in pairs]
    chosen = as_tensor(condition)
    outputs = list(IfElse(len(pairs), name).make(chosen, *left, *right).outputs)
    if not isinstance(then_branch, list | tuple):
        return outputs[0]
    return tuple(outputs) if isinstance(then_branch, tuple) else outputs


def several(value: Any) -> tuple[Any, ...]:
    """What is listed, or the one thing that is not in a list."""
    if isinstance(value, list | tuple):
        return tuple(cast(Sequence[Any], value))
    return (value,)


def _alike(a: Variable, b: Variable) -> tuple[Variable, Variable]:
    """Both sides; a constant takes the dtype of the other where it loses nothing."""
    if a.dtype == b.dtype:
        return a, b
    if _holds(b, a):
        return a, cast_to(b, a.dtype)
    return (cast_to(a, b.dtype), b) if _holds(a, b) else (a, b)


def _holds(constant: Variable, other: Variable) -> bool:
    if constant.data is None or other.data is not None:
        return False
    return np.can_cast(constant.dtype, other.dtype, "same_kind")
