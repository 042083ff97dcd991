"""`Profile`: where the time and the memory of a function go, by op and by node.

    f = function([x], y, profile=True)
    f(value)
    f.profile.summary()

Nodes run one at a time in NumPy while somebody listens, so the parts can be told apart;
fused in C they take less. The mode called "ProfileMode" adds up all functions that are
compiled in it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

from teachgraph.compile.mode import MODES, PROFILERS, Mode
from teachgraph.core.events import Event, PassEnded
from teachgraph.debug.phases import phases_of
from teachgraph.debug.watcher import Memo, Ran, Watcher
from teachgraph.debug.words import first
from teachgraph.errors.naming import LONGEST, called
from teachgraph.errors.source import place
from teachgraph.program.program import Step


@dataclass
class Cost:
    """What one node has cost so far; `bytes` are those of the arrays it made."""

    op: str
    name: str
    where: str
    runs: int = 0
    seconds: float = 0.0
    bytes: int = 0


class Summary(str):
    """Text that a console shows as it is written."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class Profile(Watcher):
    """Adds up seconds and bytes.

    Attributes:
        costs: one `Cost` a node, in the order in which they first ran.
        compiling: seconds of rewriting by phase.
    """

    def __init__(self) -> None:
        super().__init__()
        self.costs: list[Cost] = []
        self.compiling: dict[str, float] = {}
        self._of: Memo[Step, Cost] = Memo()

    def after(self, ran: Ran) -> None:
        """Add the cost of a step."""
        cost = self._of.get(ran.step)
        if cost is None:
            cost = self._of[ran.step] = _cost(ran)
            self.costs.append(cost)
        cost.runs += 1
        cost.seconds += ran.seconds
        cost.bytes += sum(a.nbytes for a in ran.outputs if a.base is None)

    def made(self, event: Event) -> None:
        """Add the time of a phase of rewriting."""
        if isinstance(event, PassEnded):
            known = self.compiling.get(event.name, 0.0)
            self.compiling[event.name] = known + event.seconds

    def reset(self) -> None:
        """Forget what was counted."""
        self.costs.clear()
        self._of.clear()

    @property
    def calls(self) -> int:
        """How often the node that ran most has run."""
        return max((c.runs for c in self.costs), default=0)

    @property
    def seconds(self) -> float:
        """Seconds spent in nodes."""
        return sum(c.seconds for c in self.costs)

    def by_op(self) -> dict[str, Cost]:
        """The costs of all nodes of an op together, the dearest first."""
        found: dict[str, Cost] = {}
        for c in self.costs:
            total = found.setdefault(c.op, Cost(c.op, c.op, ""))
            total.runs += c.runs
            total.seconds += c.seconds
            total.bytes += c.bytes
        return {c.op: c for c in _dearest(found.values())}

    def summary(
        self, file: TextIO | None = None, n_ops: int = 20, n_nodes: int = 20
    ) -> Summary:
        """Seconds, shares, runs and bytes as tables, by op and by node.

        Args:
            file: also write it there.
            n_ops, n_nodes: at most so many rows.
        """
        lines = [self._headline()]
        if self.compiling:
            parts = (f"{name} {_time(s)}" for name, s in self.compiling.items())
            lines.append(f"rewriting took {', '.join(parts)}")
        lines += ["", *_table("op", list(self.by_op().values()), self.seconds, n_ops)]
        lines += ["", *_table("node", _dearest(self.costs), self.seconds, n_nodes)]
        text = Summary("\n".join(lines))
        if file is not None:
            file.write(f"{text}\n")
        return text

    def print_summary(self, file: TextIO | None = None) -> None:
        """Write the summary, to standard output by default."""
        self.summary(sys.stdout if file is None else file)

    def __str__(self) -> str:
        return self.summary()

    __repr__ = __str__

    def _headline(self) -> str:
        runs = sum(c.runs for c in self.costs)
        made = _size(sum(c.bytes for c in self.costs))
        return (
            f"{_count(self.calls, 'call')}: {_time(self.seconds)} in "
            f"{_count(len(self.costs), 'node')} that ran {_count(runs, 'time')} and "
            f"made {made}; one at a time in NumPy, nothing fused"
        )


def _cost(ran: Ran) -> Cost:
    node = ran.node
    origin = first(node.origins)
    text = origin.span().text() if origin is not None else ""
    own = text if 0 < len(text) <= LONGEST else called(node.outputs[0])
    return Cost(
        node.op.title,
        f"{node.op.title} for {own}",
        place(origin) if origin is not None else "",
    )


def _dearest(costs: Iterable[Cost]) -> list[Cost]:
    return sorted(costs, key=lambda c: -c.seconds)


def _table(kind: str, costs: Sequence[Cost], total: float, most: int) -> list[str]:
    """A head and a row for each cost."""
    lines = [f"{'time':>10} {'share':>6} {'runs':>6} {'made':>10}  {kind}"]
    for c in costs[:most]:
        share = 100 * c.seconds / total if total else 0.0
        row = f"{_time(c.seconds):>10} {share:>5.1f}% {c.runs:>6} {_size(c.bytes):>10}"
        lines.append(f"{row}  {c.name}{f'  ({c.where})' if c.where else ''}")
    if len(costs) > most:
        lines.append(f"{'':>10} and {len(costs) - most} more")
    return lines


def _time(seconds: float) -> str:
    for unit, factor in (("s", 1.0), ("ms", 1e3)):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e6:.3g} us"


def _size(count: int) -> str:
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            break
        size /= 1000
    return f"{size:.4g} {unit}"


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"


def ProfileMode(optimizer: str | None = "default", linker: Any = None) -> Mode:
    """A mode that adds up what functions cost; `f.profile.summary()` shows it.

    Args:
        optimizer: default, fast_run, fast_compile or None.
        linker: accepted; there is one evaluator.
    """
    del linker
    return Mode(phases=phases_of(optimizer)) + Profile()


PROFILERS.append(Profile)
MODES["ProfileMode"] = ProfileMode()
