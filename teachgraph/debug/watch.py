"""`Watch`: what becomes of a value from call to call.

    watch = Watch(cost)
    f = function([x], cost, updates=updates, mode=Mode() + watch)
    ...
    print(watch)          a sparkline; in a notebook, `watch` alone draws a curve

A number is kept as it is; of an array, its norm or another statistic is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from teachgraph.core.events import Array, Called, Event, Updated
from teachgraph.core.graph import Apply, Variable
from teachgraph.core.op import Op
from teachgraph.debug.series import MOST, STATISTICS, Series
from teachgraph.debug.targets import Aimed, Condition, Target
from teachgraph.debug.watcher import Ran
from teachgraph.errors.naming import called

Statistic = str | Callable[[Array], Any]


class Watch(Aimed):
    """Keeps a number of each value that is meant, in every call.

    Inputs and shared variables can be watched as well; of a shared variable, the value
    after each update. A function that is only watched for these runs compiled.

    Args:
        on: which values, as of a `Breakpoint`.
        statistic: min, max, mean, std, norm, zeros, nans, or a function of the array;
            by default a number itself, and the norm of an array.
        condition: called with the outputs of the node; keep the number if it is true.
        most: so many numbers are kept of each.

    Attributes:
        series: one for each target.
    """

    def __init__(
        self,
        on: Target | Sequence[Target],
        statistic: Statistic | None = None,
        condition: Condition | None = None,
        *,
        most: int = MOST,
    ):
        super().__init__(on, condition)
        if isinstance(statistic, str) and statistic not in STATISTICS:
            known = ", ".join(STATISTICS)
            raise ValueError(f"statistic is one of {known}, not {statistic!r}")
        self._statistic = statistic
        what = statistic if isinstance(statistic, str) else ""
        self.series = [Series(_name(t), what, most) for t in self.targets]
        self._leaves = {
            target: number
            for number, target in enumerate(self.targets)
            if isinstance(target, Variable) and target.owner is None
        }
        self.needs_steps = len(self._leaves) < len(self.targets)

    @property
    def history(self) -> list[float]:
        """The numbers of the first target."""
        return list(self.series[0].numbers)

    def seen(self, ran: Ran, target: int) -> None:
        """Keep a number of what a node gave."""
        self._keep(target, ran.outputs[0])

    def called(self, call: Called) -> None:
        """Keep numbers of inputs."""
        if not self._leaves:
            return
        for v, value in zip(call.function.graph.inputs, call.values, strict=True):
            if v in self._leaves and v not in call.function.updated:
                self._keep(self._leaves[v], value)

    def made(self, event: Event) -> None:
        """Keep a number of what a shared variable took."""
        if isinstance(event, Updated) and event.variable in self._leaves:
            self._keep(self._leaves[event.variable], event.new)

    def __str__(self) -> str:
        return "\n".join(map(str, self.series))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """Curves, where a notebook shows it."""
        return "<br>".join(s.svg() for s in self.series)

    def _keep(self, target: int, value: Array) -> None:
        series = self.series[target]
        if self._statistic is None:
            single = np.size(value) == 1 and not np.iscomplexobj(value)
            series.what = series.what if single else "norm"
            how = np.ravel(value)[0] if single else STATISTICS["norm"](value)
            series.add(float(how))
        elif isinstance(self._statistic, str):
            series.add(STATISTICS[self._statistic](value))
        else:
            series.add(float(self._statistic(value)))


def _name(target: Target | None) -> str:
    match target:
        case Variable():
            return called(target)
        case Apply():
            return called(target.outputs[0])
        case Op():
            return target.title
        case None:
            return "every node"
        case int():
            return f"line {target}"
        case _:
            return target
