"""What an exercise may ask of the gradient of an answer."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

import teachgraph
import teachgraph.tensor as T
from teachgraph.core.graph import Variable
from teachgraph.course import expect, facts
from teachgraph.gradient import DisconnectedWarning, ZeroGradientWarning

Array = np.ndarray[Any, Any]

MARKS_OF_GRAD = ("Alloc", "fill")
"""Ops by which an expression that `grad` wrote is known from one written by hand."""


def value(answer: Variable, name: str, given: Mapping[str, Any]) -> Array:
    """The gradient of the sum of an answer for the input of a name."""
    inputs = facts.inputs_by_name(facts.as_written(answer))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DisconnectedWarning)
        warnings.simplefilter("ignore", ZeroGradientWarning)
        slope = teachgraph.grad(
            T.sum(answer), inputs[name], disconnected_inputs="ignore"
        )
    f = teachgraph.function([inputs[n] for n in given], slope, on_unused_input="ignore")
    return np.asarray(f(*given.values()))


def agree(
    answer: Variable,
    name: str,
    reference: Callable[..., Any],
    samples: Sequence[Mapping[str, Any]],
    *,
    hint: str = "",
) -> None:
    """For each sample the gradient for an input is what `reference` gives.

    Args:
        answer: an expression; the gradient is that of its sum.
        name: of the input.
        reference: the right gradient, in NumPy, of the values of a sample.
        samples: values by name of the input.
        hint: what to try next.
    """
    for given in samples:
        wanted = np.asarray(reference(*map(np.asarray, given.values())))
        came = value(answer, name, given)
        if wanted.shape != came.shape or not np.allclose(wanted, came, equal_nan=True):
            expect.miss(
                f"the gradient for {name} differs",
                expected=expect.shown(wanted),
                came=expect.shown(came),
                at=answer,
                hint=hint,
            )
