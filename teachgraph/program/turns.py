"""What goes from turn to turn of a loop, where turns are run one by one in Python.

The evaluator, the numpy backend and chains of C functions share it: they fetch the
inputs of a turn, run the body, and hand in what came out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np

from teachgraph.core.graph import Apply
from teachgraph.ops.scan import Scan
from teachgraph.program.program import IndexFailed, Loop
from teachgraph.program.stretch import infer_again, length_check

Array = np.ndarray[Any, Any]


def begin(step: Loop, arrays: Sequence[Array], turns: int | None = None) -> Turns:
    """The turns of a loop, before the first.

    Args:
        arrays: what the step reads.
        turns: how many there are, where it is not read; lengths were checked then.

    Raises:
        LengthMismatch: a sequence is not as long as there are turns, or the like.
        ValueError: the number of turns is negative.
    """
    node = step.nodes[0]
    if turns is not None:
        turned = (a[::-1] if k in step.backwards else a for k, a in enumerate(arrays))
        return Turns(node, step.scan, turns, tuple(turned))
    found = Turns(node, step.scan, int(arrays[0]), arrays[1:])
    check = length_check(node)
    if check is not None:
        check(arrays)
    if not found.fits:
        infer_again(node, arrays)
    return found


class Turns:
    """A loop under way; `done` counts its turns."""

    def __init__(self, node: Apply, op: Scan, n: int, arrays: Sequence[Array]):
        self.op, self.node = op, node
        if n < 0:
            raise ValueError(f"a loop of {n} turns")
        self.n, self.done = n, 0
        self.arrays = arrays
        parts = op.split((None, *arrays))
        self.sequences = [np.asarray(x) for x in parts.sequences]
        self.constants = parts.constants
        dtypes = [v.type.dtype for v in op.graph.outputs]
        none = np.empty((0,))
        initials = [*parts.initials, *[none] * op.collected]
        self.rows = [
            _All(x, dtype, self.n) if kept is None else _Last(x, dtype, kept)
            for x, dtype, kept in zip(initials, dtypes, op.kept)
        ]
        self.stopped = False

    @property
    def more(self) -> bool:
        """Whether there is another turn."""
        return self.done < self.n and not self.stopped

    @property
    def fits(self) -> bool:
        """Whether sequences and initial values are as long as they must be."""
        initials = self.op.split((None, *self.arrays)).initials
        pairs = zip(self.op.taps, initials)
        return all(len(x) == self.n for x in self.sequences) and all(
            len(x) == -min(taps) for taps, x in pairs
        )

    def inputs(self) -> list[Array]:
        """The inputs of the inner graph in this turn."""
        past = [
            rows.back(tap, self.done)
            for taps, rows in zip(self.op.taps, self.rows)
            for tap in taps
        ]
        return [*(x[self.done, ...] for x in self.sequences), *past, *self.constants]

    def take(self, results: Sequence[Array]) -> None:
        """What the inner graph gave in this turn, which ends."""
        for rows, new in zip(self.rows, results):
            rows.add(new, self.done)
        self.stopped = self.op.until and bool(results[-1])
        self.done += 1

    def outputs(self) -> list[Array]:
        """What the loop gives.

        Raises:
            IndexFailed: there are not as many rows as are to be kept.
        """
        found: list[Array] = []
        for position, rows in enumerate(self.rows):
            if isinstance(rows, _Last):
                if len(rows.last) < rows.kept:
                    raise IndexFailed(self.node, -rows.kept, len(rows.last))
                found.append(np.array([*rows.last][-rows.kept :], rows.dtype))
            elif rows.all is None:
                found.append(self._empty(position))
            else:
                found.append(rows.all[: self.done])
        return found

    def _empty(self, position: int) -> Array:
        whole = self.op.having(keep=())
        return whole.gathered((np.array(0), *self.arrays), [])[position]


class _All:
    """All rows of an output; room for them is made in the first turn."""

    def __init__(self, initial: Array, dtype: str, n: int):
        self.initial, self.dtype, self.n = initial, dtype, n
        self.all: Array | None = None

    def back(self, tap: int, done: int) -> Array:
        """The row so many turns back."""
        at = done + tap
        if at < 0 or self.all is None:
            return self.initial[len(self.initial) + at, ...]
        return self.all[at, ...]

    def add(self, new: Array, done: int) -> None:
        """The row of this turn."""
        if self.all is None:
            self.all = np.empty((self.n, *np.shape(new)), self.dtype)
        if self.all.shape[1:] != np.shape(new):
            shapes = f"{self.all.shape[1:]}, then {np.shape(new)}"
            raise ValueError(f"rows of an output must have one shape: {shapes}")
        self.all[done] = new


class _Last:
    """The last rows of an output, and those that the next turn reads."""

    def __init__(self, initial: Array, dtype: str, kept: int):
        self.dtype, self.kept = dtype, kept
        self.last: deque[Array] = deque(maxlen=max(len(initial), kept))
        self.last.extend(initial[i, ...] for i in range(len(initial)))

    def back(self, tap: int, done: int) -> Array:
        """The row so many turns back."""
        del done
        return self.last[tap]

    def add(self, new: Array, done: int) -> None:
        """The row of this turn."""
        del done
        self.last.append(np.asarray(new))
