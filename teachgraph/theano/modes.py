"""`DebugMode`, `NanGuardMode` and their kin as classes, which programs ask modes about.

Here a mode has listeners; what makes it a DebugMode is who listens.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from teachgraph import debug
from teachgraph.compile.mode import Mode
from teachgraph.core.graph import Apply
from teachgraph.debug.checkrewrites import CheckRewrites
from teachgraph.debug.monitor import Monitor, TheanoMonitor, Thunk
from teachgraph.debug.nanguard import NanGuard
from teachgraph.debug.profile import Profile
from teachgraph.theano.kinds import Kind
from teachgraph.theano.shown import shown_node, shown_values

Callback = Callable[[int, Apply, Thunk], Any]


def _shown(callback: Callback | None) -> Callback | None:
    """A function around nodes, called with nodes as Theano has them."""
    if callback is None:
        return None

    def call(i: int, node: Apply, fn: Thunk) -> Any:
        values = shown_values(node, [cell[0] for cell in fn.inputs])
        fn.inputs = [[value] for value in values]
        return callback(i, shown_node(node), fn)

    return call


def _hears(*listeners: type) -> Callable[[Any], bool]:
    """Whether a mode has a listener of one of these classes."""

    def recognises(mode: Any) -> bool:
        return isinstance(mode, Mode) and any(
            isinstance(listener, listeners) for listener in mode.listeners
        )

    return recognises


class DebugMode(metaclass=Kind):
    """Modes that check ops, loops and rewrites; called, it makes one."""

    recognises = staticmethod(_hears(CheckRewrites))

    def __new__(cls, *args: Any, **options: Any) -> Any:
        """The mode, as `teachgraph.DebugMode` makes it."""
        return debug.DebugMode(*args, **options)


class NanGuardMode(metaclass=Kind):
    """Modes that stop at a bad number; called, it makes one."""

    recognises = staticmethod(_hears(NanGuard))

    def __new__(cls, *args: Any, **options: Any) -> Any:
        """The mode, as `teachgraph.NanGuardMode` makes it."""
        return debug.NanGuardMode(*args, **options)


class MonitorMode(metaclass=Kind):
    """Modes that call functions around every node; called, it makes one."""

    recognises = staticmethod(_hears(Monitor, TheanoMonitor))

    def __new__(
        cls,
        pre_func: Callback | None = None,
        post_func: Callback | None = None,
        *more: Any,
        **options: Any,
    ) -> Any:
        """The mode, as `teachgraph.MonitorMode` makes it; nodes are as Theano's."""
        pre, post = map(_shown, (pre_func, post_func))
        return debug.MonitorMode(pre, post, *more, **options)


class ProfileMode(metaclass=Kind):
    """Modes that add up what calls cost; called, it makes one."""

    recognises = staticmethod(_hears(Profile))

    def __new__(cls, *args: Any, **options: Any) -> Any:
        """The mode, as Theano's old ProfileMode."""
        return debug.ProfileMode(*args, **options)


MODE_CLASSES: dict[str, Any] = {
    "DebugMode": DebugMode,
    "NanGuardMode": NanGuardMode,
    "MonitorMode": MonitorMode,
    "ProfileMode": ProfileMode,
}
