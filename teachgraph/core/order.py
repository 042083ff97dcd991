"""What depends on what, in an order in which it can be done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")


def in_order(items: Sequence[T], needs: Callable[[T], Iterable[T]]) -> list[T]:
    """The items and all that they need, each after what it needs; depth is no limit."""
    order: dict[T, None] = {}
    stack = list(items)[::-1]
    while stack:
        item = stack[-1]
        waiting = [] if item in order else [n for n in needs(item) if n not in order]
        if waiting:
            stack.extend(waiting)
            continue
        stack.pop()
        order.setdefault(item)
    return list(order)
