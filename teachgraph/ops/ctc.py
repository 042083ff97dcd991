"""Connectionist temporal classification: how surprising a label sequence is.

A network says for each step which symbol it sees, or none (the blank, symbol 0). A
labelling is the sum over all ways to write it out over the steps, with repeats and
blanks between. Everything is kept in logarithms.
Source: Graves et al., Connectionist Temporal Classification, ICML 2006, section 4.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op, type_of
from teachgraph.core.report import Fault
from teachgraph.core.types import (
    TensorType,
    is_float,
    is_integer,
    same_length,
)
from teachgraph.ops.base import (
    FIT,
    Array,
    Example,
    Gradients,
    TensorLike,
    as_tensor,
    ramp,
)
from teachgraph.ops.missing import NoGradient
from teachgraph.ops.shape import dimshuffle
from teachgraph.ops.sliding import check_rank

__all__ = ["ctc", "ctc_available"]


class CtcLoss(Op):
    """Minus the log of the probability of each labelling, in nats.

    Inputs are activations float[steps, batch, symbols] before a softmax, labels
    int[batch, length] in which negative numbers fill up, and the steps of each example.
    A labelling that needs more steps than there are costs infinity.
    """

    latex = r"\operatorname{{ctc}}({0}, {1})"

    def infer(
        self, activations: TensorType, labels: TensorType, steps: TensorType
    ) -> TensorType:
        _check(activations, labels, steps)
        batch = same_length(activations.shape[1], labels.shape[0], 0)
        return TensorType(activations.dtype, (same_length(batch, steps.shape[0], 0),))

    def numpy(self, activations: Array, labels: Array, steps: Array) -> Array:
        self.infer(*type_of((activations, labels, steps)))
        batch = range(activations.shape[1])
        costs = [_Labelling.of(activations, labels, steps, b).cost() for b in batch]
        return np.array(costs, activations.dtype)

    def grad(
        self, inputs: tuple[Variable, ...], output: Variable, g: Variable
    ) -> Gradients:
        x, labels, steps = inputs
        back = cast(Variable, CtcGradient()(x, labels, steps))
        return FIT[0](dimshuffle(g, "x", 0, "x") * back, x), None, None

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        labels = np.array([[1, 2, 2], [2, -1, -1]], "int32")
        steps = np.array([5, 3], "int32")
        return [
            (cls(), (ramp(5, 2, 3) / 4, labels, steps)),
            (cls(), (ramp(5, 2, 3, dtype="float32"), labels, steps)),
        ]


class CtcGradient(Op):
    """The gradient of each example's `CtcLoss` by its activations, all in one array.

    Where a labelling does not fit into the steps, the gradient is 0.
    """

    latex = r"\nabla\operatorname{{ctc}}({0}, {1})"

    def infer(
        self, activations: TensorType, labels: TensorType, steps: TensorType
    ) -> TensorType:
        _check(activations, labels, steps)
        same_length(activations.shape[1], labels.shape[0], 0)
        same_length(activations.shape[1], steps.shape[0], 0)
        return activations

    def numpy(self, activations: Array, labels: Array, steps: Array) -> Array:
        self.infer(*type_of((activations, labels, steps)))
        found = np.zeros_like(activations)
        for b in range(activations.shape[1]):
            part = _Labelling.of(activations, labels, steps, b).gradient()
            found[: len(part), b] = part
        return found

    def grad(
        self, inputs: tuple[Variable, ...], output: Variable, g: Variable
    ) -> Gradients:
        none = NoGradient(inputs[0], "the second derivative of ctc is not written")
        return none, None, None

    @classmethod
    def examples(cls) -> list[Example]:
        """Applications that every test of ops tries."""
        return [(cls(), arrays) for _, arrays in CtcLoss.examples()]


def ctc(
    activations: TensorLike, labels: TensorLike, input_lengths: TensorLike
) -> Variable:
    """Surprise, in nats, of each label sequence: float[batch].

    Args:
        activations: float[steps, batch, symbols], before a softmax; symbol 0 is blank.
        labels: int[batch, length]; negative numbers fill up short ones.
        input_lengths: int[batch], how many steps of each example count.

    Raises:
        wrong-rank, wrong-dtype: the arguments have other axes or numbers.
        shape-mismatch: the batches differ in length.

    Source: Graves et al., ICML 2006.
    """
    return cast(
        Variable,
        CtcLoss()(as_tensor(activations), as_tensor(labels), as_tensor(input_lengths)),
    )


def ctc_available() -> bool:
    """True: no foreign library is needed."""
    return True


class _Labelling:
    """One example: log probabilities [steps, symbols], and labels between blanks."""

    def __init__(self, log_p: Array, labels: Array):
        self.log_p = log_p
        self.symbols = np.zeros(2 * len(labels) + 1, "int64")
        self.symbols[1::2] = labels
        s = self.symbols
        # A label may follow the one before directly, if it is another.
        self.skips = np.zeros(len(s), bool)
        self.skips[2:] = (s[2:] != 0) & (s[2:] != s[:-2])

    @classmethod
    def of(cls, activations: Array, labels: Array, steps: Array, b: int) -> _Labelling:
        """The example number b of a batch."""
        n = int(steps[b])
        if not 0 <= n <= len(activations):
            raise ValueError(f"example {b} has {n} steps of {len(activations)}")
        x = activations[:n, b].astype("float64")
        if n:
            x = x - x.max(axis=1, keepdims=True)
        mine = labels[b][labels[b] >= 0]
        if mine.size and int(mine.max()) >= activations.shape[2]:
            symbols = activations.shape[2]
            raise ValueError(
                f"label {mine.max()} of example {b} is not below {symbols}"
            )
        return cls(x - np.log(np.exp(x).sum(axis=1, keepdims=True)), mine)

    def forward(self) -> Array:
        """log of the ways that reach each symbol at each step, that step included."""
        p = self.log_p[:, self.symbols]
        found = np.full(p.shape, -np.inf)
        if not len(p):
            return found
        found[0, :2] = p[0, :2]
        for t in range(1, len(p)):
            before = found[t - 1]
            ways = np.logaddexp(before, _shifted(before, 1))
            leap = np.where(self.skips, _shifted(before, 2), -np.inf)
            found[t] = np.logaddexp(ways, leap) + p[t]
        return found

    def backward(self) -> Array:
        """log of the ways on from each symbol at each step, that step left out."""
        p = self.log_p[:, self.symbols]
        found = np.full(p.shape, -np.inf)
        if not len(p):
            return found
        found[-1, -2:] = 0
        for t in range(len(p) - 2, -1, -1):
            after = found[t + 1] + p[t + 1]
            ways = np.logaddexp(after, _shifted(after, -1))
            leap = _shifted(np.where(self.skips, after, -np.inf), -2)
            found[t] = np.logaddexp(ways, leap)
        return found

    def cost(self) -> float:
        """Minus the log of the probability."""
        if not len(self.log_p):
            return 0.0 if len(self.symbols) == 1 else float("inf")
        return -float(np.logaddexp.reduce(self.forward()[-1, -2:]))

    def gradient(self) -> Array:
        """By the activations: what the softmax says less what the labels say."""
        cost = self.cost()
        found = np.exp(self.log_p)
        if not np.isfinite(cost):
            return np.zeros_like(found)
        share = np.exp(self.forward() + self.backward() + cost)
        for s, symbol in enumerate(self.symbols):
            found[:, symbol] -= share[:, s]
        return found


def _shifted(row: Array, by: int) -> Array:
    """The row moved, with log(0) where nothing comes in."""
    found = np.full(row.shape, -np.inf)
    if by > 0:
        found[by:] = row[:-by]
    else:
        found[:by] = row[-by:]
    return found


def _check(activations: TensorType, labels: TensorType, steps: TensorType) -> None:
    check_rank(activations, 3, "activations", ("steps", "batch", "symbols"))
    check_rank(labels, 2, "labels", ("batch", "length"))
    check_rank(steps, 1, "input lengths", ("batch",))
    wrong: dict[str, Any] = {
        "activations are floats": not is_float(activations.dtype) and activations,
        "labels are whole numbers": not is_integer(labels.dtype) and labels,
        "input lengths are whole numbers": not is_integer(steps.dtype) and steps,
    }
    for rule, given in wrong.items():
        if given:
            raise Fault("wrong-dtype", f"{rule}, not {given.dtype}")
