"""Gradients checked against finite differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from teachgraph.compile.function import Function, function
from teachgraph.compile.mode import Mode
from teachgraph.core.entrance import public
from teachgraph.core.graph import Variable
from teachgraph.core.origin import here
from teachgraph.core.report import GradientError, Hint, Note, Report
from teachgraph.core.types import TensorType
from teachgraph.grad.reverse import grad
from teachgraph.ops.casting import cast
from teachgraph.ops.statistics import sum as sum_

Array = np.ndarray[Any, Any]

STEPS = {"float16": 1e-3, "float32": 3e-4, "float64": 1e-7}
TOLERANCES = {"float16": 1e-1, "float32": 1e-2, "float64": 1e-4}
"""By dtype, as in Theano: the step of the differences, and what may differ."""


@public
def verify_grad(
    fun: Callable[..., Variable],
    pt: Sequence[Any],
    n_tests: int = 2,
    rng: Any = None,
    eps: float | None = None,
    out_type: str | None = None,
    abs_tol: float | None = None,
    rel_tol: float | None = None,
    mode: Mode | str | None = None,
    cast_to_output_type: bool = False,
    no_debug_ref: bool = True,
) -> None:
    """Compare the gradient of `fun` at a point with finite differences.

    The output is projected on random directions, so that it has one gradient; each test
    takes another direction.

    Args:
        fun: takes one variable for each array of `pt`, gives one variable.
        pt: arrays of floats.
        n_tests: number of random directions.
        rng: gives them by `uniform` or `random`; by default one with a fixed seed.
        eps: the step; by default, as the tolerances, chosen by dtype.
        out_type: dtype of the output, where `cast_to_output_type` converts to it.
        no_debug_ref: accepted, as Theano does.

    Raises:
        gradient-check-failed: both relative and absolute difference are too large.
    """
    del no_debug_ref
    points = [np.array(p) for p in pt]
    dtypes = {out_type, *(str(p.dtype) for p in points)}
    coarse = next((d for d in STEPS if d in dtypes), "float64")
    step = STEPS[coarse] if eps is None else eps
    absolute = TOLERANCES[coarse] if abs_tol is None else abs_tol
    relative = TOLERANCES[coarse] if rel_tol is None else rel_tol
    random: Any = np.random.default_rng(0) if rng is None else rng
    inputs = [_input(p, position) for position, p in enumerate(points)]
    output = fun(*inputs)
    if cast_to_output_type and out_type is not None:
        output = cast(output, out_type)
    # In float64 the projection adds no rounding that a difference would show.
    wide = np.result_type(output.dtype, "float64").name
    direction = Variable(
        TensorType(output.dtype if cast_to_output_type else wide, output.type.shape),
        "direction",
    )
    value, slope, shape = _functions(inputs, output, direction, points, mode)
    for _ in range(n_tests):
        along: Array = np.asarray(random.uniform(size=shape) + 0.5, direction.dtype)
        symbolic = slope(*points, along)
        numeric = numeric_gradient(value, points, along, step)
        _compare(symbolic, numeric, absolute, relative)


def _input(point: Array, position: int) -> Variable:
    shape = tuple(1 if n == 1 else None for n in point.shape)
    return Variable(TensorType(str(point.dtype), shape), f"input{position}")


def _functions(
    inputs: list[Variable],
    output: Variable,
    direction: Variable,
    points: Sequence[Array],
    mode: Mode | str | None,
) -> tuple[Function, Function, tuple[int, ...]]:
    """The projected output, its gradients, and the shape of the output."""
    cost = sum_(output * direction)
    gradients = grad(cost, inputs, disconnected_inputs="ignore")
    unused = "ignore"
    value = function([*inputs, direction], cost, mode, on_unused_input=unused)
    slope = function([*inputs, direction], gradients, mode, on_unused_input=unused)
    plain = function(inputs, output, mode, on_unused_input=unused)
    return value, slope, plain(*points).shape


def numeric_gradient(
    f: Callable[..., Any], points: Sequence[Array], along: Array, eps: float
) -> list[Array]:
    """The gradients of `f(*points, along)` for the points, by one-sided differences."""
    base = float(f(*points, along))
    gradients: list[Array] = []
    for position, point in enumerate(points):
        g = np.zeros(point.shape, "float64")
        for i in np.ndindex(point.shape):
            moved = list(points)
            moved[position] = point.copy()
            moved[position][i] += eps
            done = float(moved[position][i]) - float(point[i])
            g[i] = (float(f(*moved, along)) - base) / done
        gradients.append(g)
    return gradients


def _compare(
    symbolic: Sequence[Array],
    numeric: Sequence[Array],
    absolute: float,
    relative: float,
) -> None:
    for position, (s, n) in enumerate(zip(symbolic, numeric, strict=True)):
        off = np.nan_to_num(np.abs(s.astype("float64") - n), nan=np.inf)
        scale = np.maximum(np.abs(s) + np.abs(n), 1e-8)
        wrong = (off > absolute) & ~(off / scale <= relative)  # nan is wrong
        if not np.any(wrong):
            continue
        worst = np.unravel_index(int(np.argmax(off)), off.shape)
        raise _failed(position, worst, s[worst], n[worst])


def _failed(
    position: int, at: tuple[Any, ...], symbolic: Any, numeric: Any
) -> GradientError:
    place = [int(i) for i in at]
    notes = (
        Note(f"the symbolic gradient is {symbolic:.8g}"),
        Note(f"finite differences give {numeric:.8g}"),
    )
    hints = (
        Hint("look at the `grad` of the ops involved"),
        Hint("or choose a point away from corners, and another `eps`"),
    )
    title = f"the gradient for input {position} is wrong at element {place}"
    return GradientError(
        Report("gradient-check-failed", title, here(), notes=notes, hints=hints)
    )
