"""Who makes a node: the user, or the compiler on the user's behalf."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from teachgraph.core.config import config
from teachgraph.core.graph import Apply
from teachgraph.core.types import ANY

COMPILER = ("teachgraph.rewrite.", "teachgraph.compile.")


def is_the_users(node: Apply) -> bool:
    """False for what rewriting or `function` makes, and for parts of rules."""
    if any(v.type is ANY for v in (*node.inputs, *node.outputs)):
        return False
    frame: FrameType | None = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    while frame is not None:
        if frame.f_globals.get("__name__", "").startswith(COMPILER):
            return False
        frame = frame.f_back
    return True


def follow_flag(
    flag: str, off: str, *pairs: tuple[list[Callable[[Any], None]], Any]
) -> None:
    """Put listeners in their lists while a flag is not `off`, and take them out."""

    def switch(name: str) -> None:
        if name != flag:
            return
        for listeners, listen in pairs:
            if getattr(config, flag) == off:
                listeners[:] = [other for other in listeners if other is not listen]
            elif listen not in listeners:
                listeners.append(listen)

    config.watch(switch)
    switch(flag)
