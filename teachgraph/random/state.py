"""The state of a stream: two whole numbers, and the shared variable that keeps them.

The key says which stream it is: its low half comes from the seed, its high half is the
number of the call that made the stream. The other number counts the draws. Two streams
differ in the key, two draws in the count, two elements in the position: no two random
numbers of a program come from the same block, and none depends on what was drawn before
it.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from teachgraph.compile.shared import SharedVariable
from teachgraph.core.entrance import public
from teachgraph.core.origin import here
from teachgraph.core.report import Fault, Hint
from teachgraph.kernel import philox
from teachgraph.ops.base import Array
from teachgraph.ops.random import STATE

Seed = int | Sequence[int] | None
"""A whole number, several, or None for one from the operating system."""

Snapshot = tuple[str, int, int]
"""Name of the generator, key, number of the next draw."""

GENERATOR = "Philox4x32-10"
CALL = 1 << 32
"""What one more call adds to a key."""


class State(np.ndarray[Any, Any]):
    """The value of a state, uint64[2].

    It has the methods of `numpy.random.RandomState` by which programs set and save it.
    """

    def seed(self, seed: Seed = None) -> None:
        """Begin the stream that belongs to a seed, at its first draw."""
        self[:] = seeded(seed)

    def get_state(self) -> Snapshot:
        """All that there is to know, as plain numbers."""
        return GENERATOR, int(self[0]), int(self[1])

    def set_state(self, state: Snapshot) -> None:
        """Go on from where `get_state` was asked."""
        self[:] = np.array(state[1:], STATE.dtype)


def as_state(key: int, draw: int = 0) -> State:
    """A state, from its two numbers."""
    return np.array([key % 2**64, draw], STATE.dtype).view(State)


def seeded(seed: Seed, call: int = 0) -> State:
    """The state that a call of a stream object with this seed begins with."""
    return as_state(low_half(seed) + call * CALL)


def step(state: State, calls: int = 1) -> int:
    """The key of a later call."""
    return int(state[0]) + calls * CALL


def low_half(seed: Seed) -> int:
    """The 32 bits that a seed gives a key: itself, or a mixture if it has more.

    Raises:
        wrong-value: the seed is negative.
        wrong-argument-kind: it is not made of whole numbers.
    """
    if seed is None:
        return int.from_bytes(os.urandom(4), "little")
    numbers: list[Any] = [*seed] if isinstance(seed, Sequence) else [seed]
    if not all(isinstance(n, int | np.integer) for n in numbers):
        raise Fault("wrong-argument-kind", f"a seed is a whole number, not {seed!r}")
    if any(n < 0 for n in numbers):
        raise Fault(
            "wrong-value",
            f"the seed {seed} is negative",
            hints=(Hint("take a whole number from 0 on"),),
        )
    if len(numbers) == 1 and numbers[0] < CALL:
        return int(numbers[0])
    mixed = 0
    for n in numbers:
        for part in range(max(1, -(-int(n).bit_length() // 32))):
            mixed = _mixed(mixed, int(n) >> (32 * part))
    return mixed


def _mixed(a: int, b: int) -> int:
    words = [np.array([n % CALL], np.uint32) for n in (a, b, 0, 0)]
    key = np.array([0], np.uint32), np.array([1], np.uint32)
    return int(philox.philox(cast(philox.Words, tuple(words)), key)[0][0])


class StateVariable(SharedVariable):
    """A shared variable that holds a state; what is drawn from it counts it on."""

    __slots__ = ()

    def __init__(self, value: Array, name: str | None = None):
        origin = here()
        origins = (origin,) if origin is not None else ()
        super().__init__(STATE, np.array(value, STATE.dtype), name, origins=origins)
        self.tag.is_rng = True

    def get_value(
        self, borrow: bool = False, return_internal_type: bool = False
    ) -> State:
        """The present state: a copy, or with `borrow` the numbers themselves."""
        return super().get_value(borrow, return_internal_type).view(State)

    @public
    def set_value(self, new_value: Any, borrow: bool = False) -> None:
        """Put a state in place of the present one.

        Args:
            new_value: what `get_value` gave, two whole numbers, or a
                `numpy.random.RandomState`, whose state is taken as a seed.
            borrow: accepted; two numbers are always copied.
        """
        del borrow
        if isinstance(new_value, np.random.RandomState):
            words = copy.deepcopy(new_value).randint(0, CALL, 4, np.uint32)
            new_value = seeded([int(w) for w in words])
        super().set_value(new_value)
