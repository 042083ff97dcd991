"""`check_gradients`: the gradient of each parameter, against small changes of it.

    print(check_gradients(cost, [w, b], {x: x_value, y: y_value}))

Some elements of each parameter are moved up and down by a little; how the cost moves
must agree with what `grad` says.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from teachgraph.compile.function import function
from teachgraph.compile.shared import SharedVariable
from teachgraph.core.events import Array
from teachgraph.core.graph import Variable
from teachgraph.core.record import record
from teachgraph.debug.words import index_words
from teachgraph.errors.naming import called
from teachgraph.grad import grad

STEP = {"float32": 1e-2, "float64": 1e-5}
TOLERANCE = {"float32": 2e-2, "float64": 1e-5}
HEAD = ("layer", "norm of gradient", "largest error", "at", "")


@record()
class Checked:
    """What came out for one parameter.

    `error` is the largest difference, as a part of the largest number compared; `index`
    says where.
    """

    name: str
    norm: float
    error: float
    index: tuple[int, ...]
    passed: bool


class GradientReport(tuple[Checked, ...]):
    """One `Checked` for each parameter; prints as a table."""

    __slots__ = ()

    @property
    def passed(self) -> bool:
        """Whether all agree."""
        return all(one.passed for one in self)

    def _rows(self) -> list[tuple[str, ...]]:
        rows: list[tuple[str, ...]] = [HEAD]
        for one in self:
            at, verdict = index_words(one.index), "agrees" if one.passed else "DIFFERS"
            rows.append((one.name, f"{one.norm:.4g}", f"{one.error:.2g}", at, verdict))
        return rows

    def __str__(self) -> str:
        rows = self._rows()
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join(
            "  ".join(f"{cell:<{w}}" for cell, w in zip(row, widths)).rstrip()
            for row in rows
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """A table, where a notebook shows it."""
        rows = "".join(
            f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>"
            for row in self._rows()
        )
        return f"<table>{rows}</table>"


def check_gradients(
    cost: Variable,
    wrt: Sequence[Variable],
    values: Mapping[Variable, Any] | None = None,
    *,
    samples: int = 5,
    step: float | None = None,
    tolerance: float | None = None,
    seed: int = 0,
    mode: Any = None,
) -> GradientReport:
    """Compare gradients with differences of the cost.

    Args:
        cost: a float scalar.
        wrt: shared variables, or inputs that have a value in `values`.
        values: of the inputs.
        samples: so many elements of each, drawn with `seed`.
        step, tolerance: how far elements are moved, and how large the error may be, as
            a part of the largest number compared; by default what the dtype allows.
        mode: as in `function`.
    """
    given = dict(values or {})
    inputs = list(given)
    arguments = [np.array(value, v.dtype) for v, value in given.items()]
    gradients = function(
        inputs, grad(cost, list(wrt)), mode=mode, on_unused_input="ignore"
    )(*arguments)
    price = function(inputs, cost, mode=mode, on_unused_input="ignore")
    random = np.random.RandomState(seed)
    found: list[Checked] = []
    for v, gradient in zip(wrt, gradients, strict=True):
        move = _mover(v, inputs, arguments)
        size = STEP[_coarsest(cost, v)] if step is None else step
        bound = TOLERANCE[_coarsest(cost, v)] if tolerance is None else tolerance
        chosen = random.permutation(gradient.size)[:samples]
        pairs = [
            (_slope(price, arguments, move, int(k), size), float(gradient.flat[k]))
            for k in chosen
        ]
        found.append(_compared(v, gradient, chosen, pairs, bound))
    return GradientReport(found)


def _coarsest(*variables: Variable) -> str:
    narrow = any(v.dtype in ("float16", "float32") for v in variables)
    return "float32" if narrow else "float64"


def _mover(
    v: Variable, inputs: Sequence[Variable], arguments: list[Array]
) -> Callable[[int, float], None]:
    """What moves one element of a parameter by a distance."""
    if isinstance(v, SharedVariable):
        shared = v

        def move_shared(k: int, distance: float) -> None:
            value = np.array(shared.get_value())
            value.reshape(-1)[k] += distance
            shared.set_value(value)

        return move_shared
    array = arguments[list(inputs).index(v)]

    def move(k: int, distance: float) -> None:
        array.reshape(-1)[k] += distance

    return move


def _slope(
    price: Any,
    arguments: list[Array],
    move: Callable[[int, float], None],
    k: int,
    size: float,
) -> float:
    move(k, size)
    up = float(price(*arguments))
    move(k, -2 * size)
    down = float(price(*arguments))
    move(k, size)
    return (up - down) / (2 * size)


def _compared(
    v: Variable,
    gradient: Array,
    chosen: Array,
    pairs: Sequence[tuple[float, float]],
    bound: float,
) -> Checked:
    scale = max([abs(n) for pair in pairs for n in pair], default=0.0) or 1.0
    errors = [abs(a - b) / scale for a, b in pairs] or [0.0]
    worst = int(np.argmax(errors))
    where = np.unravel_index(int(chosen[worst]), gradient.shape) if len(chosen) else ()
    return Checked(
        called(v),
        float(np.linalg.norm(gradient.astype("float64"))),
        errors[worst],
        tuple(int(i) for i in where),
        errors[worst] <= bound,
    )
