"""The arguments of a loop in one form: what is walked, what is carried, what stays.

sequences      x  |  dict(input=x, taps=[-1, 0])
outputs_info   None  |  first  |  dict(initial=first, taps=[-2, -1])
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np

from teachgraph.core.config import config
from teachgraph.core.graph import Variable
from teachgraph.core.record import record
from teachgraph.core.report import Fault
from teachgraph.core.types import TensorType, is_integer
from teachgraph.ops.alloc import is_whole_number
from teachgraph.ops.casting import cast as to_dtype
from teachgraph.ops.join import as_tensor_variable
from teachgraph.scan import faults


@record(eq=False)
class Walked:
    """A sequence; turn t reads its elements t + tap, counted so that all exist."""

    variable: Variable
    taps: tuple[int, ...]

    @property
    def reach(self) -> tuple[int, int]:
        """How far back and how far ahead of its own place a turn reads."""
        return min(0, *self.taps), max(0, *self.taps)


@record(eq=False)
class Carried:
    """A state: what it is before the first turn, and which turns back are read.

    With taps other than (-1,), `initial` has as many rows as the furthest tap.
    `is_weak`: it is a plain number, which takes the dtype that is needed.
    """

    initial: Variable
    taps: tuple[int, ...]
    name: str | None = None
    is_weak: bool = False

    @property
    def is_single(self) -> bool:
        """Only the last turn is read, and `initial` has no axis for turns."""
        return self.taps == (-1,)

    @property
    def row(self) -> TensorType:
        """The type of one value of the state."""
        t = self.initial.type
        return t if self.is_single else TensorType(t.dtype, t.shape[1:])


def listed(given: Any) -> list[Any]:
    """Nothing, one thing or several, as a list."""
    if given is None:
        return []
    return (
        list(cast(Sequence[Any], given)) if isinstance(given, list | tuple) else [given]
    )


def walked(given: Any) -> list[Walked]:
    """The sequences.

    Raises:
        wrong-rank: one has no axis. wrong-argument-kind: a dict without `input`.
    """
    found: list[Walked] = []
    for position, one in enumerate(listed(given)):
        options = (
            cast(Mapping[str, Any], one) if isinstance(one, Mapping) else {"input": one}
        )
        if options.get("input") is None:
            raise faults.dict_without("sequences", position, "input")
        faults.check_keys("sequences", position, options, ("input", "taps"))
        v = as_tensor_variable(options["input"])
        if not v.ndim:
            raise faults.scalar_sequence(v, position)
        taps = listed(options.get("taps"))
        found.append(Walked(v, _taps(taps, "sequences", position) or (0,)))
    return found


def carried(given: Any) -> list[Carried | None]:
    """For each output its state, None for one that no later turn reads.

    Raises:
        loop-taps: taps that are not in the past, or too few initial rows.
    """
    return [_state(one, position) for position, one in enumerate(listed(given))]


def _state(one: Any, position: int) -> Carried | None:
    if one is None:
        return None
    options = (
        cast(Mapping[str, Any], one) if isinstance(one, Mapping) else {"initial": one}
    )
    # `inplace` says where Theano may compute; `return_steps` was given up by it.
    idle = ("inplace",) if options.get("return_steps") else ("inplace", "return_steps")
    faults.check_keys("outputs_info", position, options, ("initial", "taps", *idle))
    raw = options.get("initial")
    taps = _taps(listed(options.get("taps")), "outputs_info", position)
    if raw is None:
        if taps:
            raise faults.taps_without_initial(position)
        return None
    v, weak = _initial(raw)
    taps = taps or (-1,)
    if max(taps) >= 0 or len(set(taps)) < len(taps):
        raise faults.taps_not_past(position, taps)
    if taps == (-1,):
        return Carried(v, taps, v.name, weak)
    rows, depth = v.type.shape[0] if v.ndim else 0, -min(taps)
    if not v.ndim or (isinstance(rows, int) and rows < depth):
        raise faults.few_initial_rows(v, position, taps)
    return Carried(v if rows == depth else v[:depth], taps, v.name, weak)


def _initial(raw: Any) -> tuple[Variable, bool]:
    """An initial value, and whether it is a number that says nothing of its dtype."""
    if isinstance(raw, float) and not isinstance(raw, np.generic):
        return as_tensor_variable(raw, dtype=config.floatX), True
    v = as_tensor_variable(raw)
    typed = isinstance(raw, np.ndarray | np.generic)
    return v, v.data is not None and not v.ndim and not typed


def _taps(given: list[Any], where: str, position: int) -> tuple[int, ...]:
    for tap in given:
        if not is_whole_number(tap):
            raise faults.strange_tap(where, position, tap)
    return tuple(int(tap) for tap in given)


def turns(n_steps: Any) -> Variable | None:
    """The number of turns asked for, int64[]; None where the sequences tell.

    Raises:
        wrong-dtype: it is not whole. wrong-value: it is negative.
    """
    if n_steps is None:
        return None
    if isinstance(n_steps, float):
        if not math.isfinite(n_steps):
            return None
        n_steps = int(n_steps)
    n = as_tensor_variable(n_steps)
    if n.ndim or not is_integer(n.dtype):
        raise Fault("wrong-dtype", f"n_steps is a whole number, not {n.type}")
    if n.data is not None and n.data < 0:
        raise faults.negative_turns(int(n.data))
    return to_dtype(n, "int64")
