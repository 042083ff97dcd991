"""`Layers`: how the parameters of a model do while it is trained, one line for each.

    layers = Layers()
    f = function([x], cost, updates=updates, mode=Mode() + layers)
    ...
    print(layers)

A step that is a thousandth of the values is about right; one that is a tenth is wild,
and one of a millionth is none. The function runs compiled; only with `gradients` its
nodes are watched, to see how large these are.
"""

from __future__ import annotations

import html
from collections.abc import Mapping

import numpy as np

from teachgraph.core.events import Array, Event, Updated
from teachgraph.core.graph import Variable
from teachgraph.core.record import record
from teachgraph.debug.series import STATISTICS, Series
from teachgraph.debug.targets import Aimed
from teachgraph.debug.watcher import Ran
from teachgraph.errors.naming import called

HEAD = ("layer", "shape", "norm", "mean", "std", "zeros", "step", "step/norm")
GRADIENT = "gradient"


@record()
class Layer:
    """The present state of a parameter: statistics of its value and of its last step.

    `relative` is the norm of the step over that of the value.
    """

    name: str
    shape: tuple[int, ...]
    norm: float
    mean: float
    std: float
    zeros: float
    step: float
    gradient: float | None = None

    @property
    def relative(self) -> float:
        """How large the step is, as a part of the value."""
        return self.step / self.norm if self.norm else float("nan")


class Layers(Aimed):
    """Statistics of each shared variable that is updated, with their history.

    Args:
        gradients: for each parameter its gradient, whose norm is kept then.

    Attributes:
        steps: for each parameter the norms of its steps, as a `Series`.
        gradients: for each the norms of its gradient, if they were asked for.
    """

    def __init__(self, gradients: Mapping[Variable, Variable] | None = None):
        given = dict(gradients or {})
        super().__init__(list(given.values()))
        self.steps: dict[Variable, Series] = {}
        self.gradients = {v: Series(called(v), GRADIENT) for v in given}
        self.needs_steps = bool(given)
        self._given = list(given)
        self._now: dict[Variable, Array] = {}

    def made(self, event: Event) -> None:
        """Take note of an update."""
        if not isinstance(event, Updated) or event.new.dtype.kind != "f":
            return
        v, new = event.variable, event.new
        step = _norm(np.subtract(new, event.old))
        self.steps.setdefault(v, Series(called(v), "step")).add(step)
        self._now[v] = new  # never changed, as no array is

    def seen(self, ran: Ran, target: int) -> None:
        """Take note of a gradient."""
        v = self._given[target]
        self.gradients[v].add(STATISTICS["norm"](ran.outputs[0]))

    @property
    def layers(self) -> list[Layer]:
        """The present state of each parameter."""
        return [self[v] for v in self._now]

    def __getitem__(self, v: Variable) -> Layer:
        new, step = self._now[v], self.steps[v].numbers[-1]
        found = {k: STATISTICS[k](new) for k in ("norm", "mean", "std", "zeros")}
        series = self.gradients.get(v)
        gradient = series.numbers[-1] if series is not None and series.numbers else None
        return Layer(called(v), new.shape, step=step, gradient=gradient, **found)

    def _rows(self) -> list[tuple[str, ...]]:
        head = (*HEAD, *([GRADIENT] if self.gradients else []), "steps")
        rows: list[tuple[str, ...]] = [head]
        for v in self._now:
            one = self[v]
            numbers = [one.norm, one.mean, one.std, one.zeros, one.step, one.relative]
            if one.gradient is not None:
                numbers.append(one.gradient)
            words = [f"{n:.3g}" for n in numbers]
            rows.append((one.name, str(one.shape), *words, self.steps[v].sparkline(20)))
        return rows

    def __str__(self) -> str:
        rows = self._rows()
        if len(rows) == 1:
            return "no shared variable was updated yet"
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join(
            "  ".join(f"{cell:<{w}}" for cell, w in zip(row, widths)).rstrip()
            for row in rows
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """A table, where a notebook shows it."""
        head, *rows = self._rows()
        cells = "".join(f"<th>{html.escape(c)}</th>" for c in head)
        body = "".join(
            f"<tr>{''.join(f'<td>{html.escape(c)}</td>' for c in row)}</tr>"
            for row in rows
        )
        return f"<table><tr>{cells}</tr>{body}</table>"


def _norm(array: Array) -> float:
    """The root of the sum of squares, in one pass where that does not overflow."""
    flat = np.ravel(array)
    with np.errstate(all="ignore"):
        square = float(np.dot(flat, flat))
    return square**0.5 if np.isfinite(square) else STATISTICS["norm"](array)
