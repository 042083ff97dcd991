"""Calls from several threads: updates of a shared variable wait for one another.

What a call computes is its own; only the cells that hold values are common. A call that
updates variables holds their locks from reading the old values to storing the new ones.
Locks are always taken in the order in which they were made, so no two calls wait for
each other. A function that is one piece of C lets one call after the other through by
itself; it takes locks only once another function updates one of its variables.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterable
from typing import Any, Protocol
from weakref import WeakKeyDictionary, WeakSet

from teachgraph.core.graph import Variable

Lock = tuple[int, Any]


class Updater(Protocol):
    """A function that updates variables."""

    def take_locks(self) -> None:
        """Hold the locks of the variables during each call from now on."""
        ...


_UPDATERS: WeakKeyDictionary[Variable, WeakSet[Any]] = WeakKeyDictionary()
_LOCKS: WeakKeyDictionary[Variable, Lock] = WeakKeyDictionary()
_numbers = itertools.count()


class Held:
    """The locks of some variables, to be held during a call."""

    def __init__(self, variables: Iterable[Variable]):
        found = {_lock(v) for v in variables}
        self._locks = [lock for _, lock in sorted(found, key=lambda one: one[0])]

    def __enter__(self) -> None:
        for lock in self._locks:
            lock.acquire()

    def __exit__(self, *error: object) -> None:
        for lock in reversed(self._locks):
            lock.release()

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """The call, holding the locks; itself where there are none."""
        if not self._locks:
            return call
        held = self._locks[0] if len(self._locks) == 1 else self

        def locked(*arguments: Any) -> Any:
            with held:
                return call(*arguments)

        return locked


def updates(function: Updater, variables: Iterable[Variable]) -> None:
    """Take note of a function; those that update the same variables take locks."""
    for v in variables:
        known = _UPDATERS.setdefault(v, WeakSet())
        if len(known) > 0:
            for one in (function, *known):
                one.take_locks()
        known.add(function)


def _lock(v: Variable) -> Lock:
    return _LOCKS.setdefault(v, (next(_numbers), threading.RLock()))
