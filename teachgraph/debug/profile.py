"""`Profile`: where the time and the memory of a function go, by op and by node.

    f = function([x], y, profile=True)
    f(value)
    f.profile.summary()

Nodes run one at a time in NumPy while somebody listens, so the parts can be told apart;
fused in C they take less. `Profile(steps=False)` lets the compiled program run and
measures whole calls. The mode called "ProfileMode" adds up all functions that are
compiled in it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TextIO

from teachgraph.compile.mode import MODES, PROFILERS, Mode
from teachgraph.core.events import Called, Event, PassEnded, Returned, Turned
from teachgraph.core.graph import Variable
from teachgraph.debug.phases import phases_of
from teachgraph.debug.watcher import Making, Memo, Place, Ran, Watcher
from teachgraph.debug.words import first
from teachgraph.errors.naming import LONGEST, called
from teachgraph.errors.source import place
from teachgraph.program.program import Step


@dataclass
class Cost:
    """What one node has cost so far; `bytes` are those of the arrays it made.

    The seconds of a loop are without those of the nodes in its turns, which have costs
    of their own; `turns` counts the turns.
    """

    op: str
    name: str
    where: str
    runs: int = 0
    seconds: float = 0.0
    bytes: int = 0
    turns: int = 0


class Summary(str):
    """Text that a console shows as it is written."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class Profile(Watcher):
    """Adds up seconds and bytes.

    Args:
        steps: measure every node; else only whole calls, of the compiled program.

    Attributes:
        costs: one `Cost` a node, in the order in which they first ran.
        compiling: seconds of rewriting by phase.
        calls, calling: how many calls there were, and their seconds.
        peak: the most bytes that arrays of a call took at one time, if each is let go
            after its last use.
    """

    def __init__(self, *, steps: bool = True) -> None:
        super().__init__()
        self.needs_steps = steps
        self.costs: list[Cost] = []
        self.compiling: dict[str, float] = {}
        self.calls, self.calling, self.peak = 0, 0.0, 0
        self._of: Memo[Step, Cost] = Memo()
        self._inside: dict[Step, float] = {}
        self._early: dict[Step, int] = {}
        self._alive = Alive()

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(Profile, steps=self.needs_steps), ()

    def called(self, call: Called) -> None:
        """Begin to count what is alive."""
        self._inside.clear()
        self._alive = Alive()

    def returned(self, call: Returned) -> None:
        """Add the time of a call."""
        self.calls += 1
        self.calling += call.seconds

    def turned(self, turn: Turned) -> None:
        """Count a turn of a loop."""
        cost = self._of.get(turn.step)
        if cost is not None:
            cost.turns += 1
        else:
            self._early[turn.step] = self._early.get(turn.step, 0) + 1

    def after(self, ran: Ran) -> None:
        """Add the cost of a step."""
        cost = self._of.get(ran.step)
        if cost is None:
            cost = self._of[ran.step] = _cost(ran)
            cost.turns = self._early.pop(ran.step, 0)
            self.costs.append(cost)
        cost.runs += 1
        cost.seconds += ran.seconds - self._inside.pop(ran.step, 0.0)
        cost.bytes += sum(map(_bytes, ran.outputs))
        if ran.turns:
            around = ran.turns[-1].step
            self._inside[around] = self._inside.get(around, 0.0) + ran.seconds
        else:
            self._alive.add(ran, self.places.of(ran.step))
            self.peak = max(self.peak, self._alive.most)

    def made(self, event: Event) -> None:
        """Add the time of a phase of rewriting."""
        if isinstance(event, PassEnded):
            known = self.compiling.get(event.name, 0.0)
            self.compiling[event.name] = known + event.seconds

    def reset(self) -> None:
        """Forget what was counted."""
        self.costs.clear()
        self._of.clear()
        self.calls, self.calling, self.peak = 0, 0.0, 0

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
            total.turns += c.turns
        return {c.op: c for c in _dearest(found.values())}

    def summary(
        self, file: TextIO | None = None, n_ops: int = 20, n_nodes: int = 20
    ) -> Summary:
        """Seconds, shares, runs and bytes as tables, by op and by node.

        Args:
            file: also write it there.
            n_ops, n_nodes: at most so many rows.
        """
        lines = [self._headline(), *self._more()]
        if self.compiling:
            parts = (f"{name} {_time(s)}" for name, s in self.compiling.items())
            lines.append(f"rewriting took {', '.join(parts)}")
        if not self.needs_steps:
            return _written(lines, file)
        lines += ["", *_table("op", list(self.by_op().values()), self.seconds, n_ops)]
        lines += ["", *_table("node", _dearest(self.costs), self.seconds, n_nodes)]
        return _written(lines, file)

    def print_summary(self, file: TextIO | None = None) -> None:
        """Write the summary, to standard output by default."""
        self.summary(sys.stdout if file is None else file)

    def __str__(self) -> str:
        return self.summary()

    __repr__ = __str__

    def _headline(self) -> str:
        calls = _count(self.calls, "call")
        if not self.needs_steps:
            return f"{calls}: {self._whole()}, as compiled"
        runs = sum(c.runs for c in self.costs)
        made = _size(sum(c.bytes for c in self.costs))
        return (
            f"{calls}: {_time(self.seconds)} in {_count(len(self.costs), 'node')} "
            f"that ran {_count(runs, 'time')} and made {made}; one at a time in NumPy, "
            "nothing fused"
        )

    def _whole(self) -> str:
        each = f", {_time(self.calling / self.calls)} each" if self.calls > 1 else ""
        return f"{_time(self.calling)}{each}"

    def _more(self) -> list[str]:
        """What there is to say of whole calls."""
        if not self.calls or not self.needs_steps:
            return []
        turns = sum(c.turns for c in self.costs)
        loops = f"; loops turned {_count(turns, 'time')}" if turns else ""
        return [
            f"whole calls took {self._whole()}; their arrays took at most "
            f"{_size(self.peak)} at a time{loops}"
        ]


class Alive:
    """The bytes of the arrays of a call, each until the last node that reads it."""

    def __init__(self) -> None:
        self._bytes: dict[Variable, int] = {}
        self._last: dict[Variable, int] | None = None
        self.most = 0

    def add(self, ran: Ran, place: Place | None) -> None:
        """Take note of what a node gave, and of what nobody reads any more."""
        if place is None:
            return
        if self._last is None:
            self._last = _last_reads(place.making)
        for v, array in zip(ran.node.outputs, ran.outputs, strict=True):
            self._bytes[v] = _bytes(array)
        self.most = max(self.most, sum(self._bytes.values()))
        for v in ran.node.inputs:
            if self._last.get(v) == place.number:
                self._bytes.pop(v, None)


def _last_reads(making: Making) -> dict[Variable, int]:
    """The number of the last step that reads a variable; outputs are kept."""
    last = {v: k for k, node in enumerate(making.nodes) for v in node.inputs}
    for v in making.optimized.outputs if making.optimized is not None else ():
        last.pop(v, None)
    return last


def _bytes(array: Any) -> int:
    """The bytes of an array, if it is no view of another."""
    return array.nbytes if getattr(array, "base", 0) is None else 0


def _written(lines: Sequence[str], file: TextIO | None) -> Summary:
    text = Summary("\n".join(lines))
    if file is not None:
        file.write(f"{text}\n")
    return text


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
        turns = f", {_count(c.turns, 'turn')}" if c.turns else ""
        lines.append(f"{row}  {c.name}{turns}{f'  ({c.where})' if c.where else ''}")
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
