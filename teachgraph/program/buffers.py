"""Which scratch blocks share memory: the only place where that is decided."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from teachgraph.core.sizes import Size
from teachgraph.program.program import Block, Step, View


def share_scratch(steps: Sequence[Step]) -> dict[Block, int]:
    """A slot for each scratch block; blocks of one slot are never alive together.

    A block lives from the first step that writes it to the last that reads it, or a
    view of it. A free slot of equal size is preferred, so that slots seldom have to
    grow.
    """
    last = {
        block: n
        for n, step in enumerate(steps)
        for block in (*step.reads, *step.writes)
    }
    base: dict[Block, Block] = {}
    for step in steps:
        if isinstance(step, View):
            ((seen,), (shown,)) = step.reads, step.writes
            base[shown] = base.get(seen, seen)
    for shown, seen in base.items():
        last[seen] = max(last[seen], last[shown])
    slots: dict[Block, int] = {}
    free: list[tuple[int, Size]] = []
    count = 0
    for n, step in enumerate(steps):
        for block in step.writes:
            if block.role != "scratch" or block in slots or block in base:
                continue
            found = _best(free, bytes_of(block))
            if found is None:
                slots[block], count = count, count + 1
            else:
                slots[block] = free.pop(found)[0]
        touched = (base.get(b, b) for b in (*step.reads, *step.writes))
        for block in dict.fromkeys(touched):
            if block in slots and last[block] == n:
                free.append((slots[block], bytes_of(block)))
    return slots


def _best(free: Sequence[tuple[int, Size]], wanted: Size) -> int | None:
    for position, (_, size) in enumerate(free):
        if size == wanted:
            return position
    return len(free) - 1 if free else None


@cache
def item_bytes(dtype: str) -> int:
    """Bytes of one element."""
    return np.dtype(dtype).itemsize


def bytes_of(block: Block) -> Size:
    """Bytes of a block."""
    total = Size.of(item_bytes(block.dtype))
    for n in block.shape:
        total = Size.of(total * n)
    return total
