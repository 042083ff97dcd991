"""Which scratch blocks share memory: the only place where that is decided."""

from __future__ import annotations

from collections.abc import Sequence

from teachgraph.core.sizes import Size
from teachgraph.program.program import Block, Step


def share_scratch(steps: Sequence[Step]) -> dict[Block, int]:
    """A slot for each scratch block; blocks of one slot are never alive together.

    A block lives from the first step that writes it to the last that reads it. A free
    slot of equal size is preferred, so that slots seldom have to grow.
    """
    last = {
        block: n
        for n, step in enumerate(steps)
        for block in (*step.reads, *step.writes)
    }
    slots: dict[Block, int] = {}
    free: list[tuple[int, Size]] = []
    count = 0
    for n, step in enumerate(steps):
        for block in step.writes:
            if block.role != "scratch" or block in slots:
                continue
            found = _best(free, bytes_of(block))
            if found is None:
                slots[block], count = count, count + 1
            else:
                slots[block] = free.pop(found)[0]
        for block in dict.fromkeys((*step.reads, *step.writes)):
            if block in slots and last[block] == n:
                free.append((slots[block], bytes_of(block)))
    return slots


def _best(free: Sequence[tuple[int, Size]], wanted: Size) -> int | None:
    for position, (_, size) in enumerate(free):
        if size == wanted:
            return position
    return len(free) - 1 if free else None


ITEM_BYTES = {"bool": 1, "complex64": 8, "complex128": 16}


def item_bytes(dtype: str) -> int:
    """Bytes of one element."""
    if dtype in ITEM_BYTES:
        return ITEM_BYTES[dtype]
    digits = "".join(c for c in dtype if c.isdigit())
    return int(digits) // 8


def bytes_of(block: Block) -> Size:
    """Bytes of a block."""
    total = Size.of(item_bytes(block.dtype))
    for n in block.shape:
        total = Size.of(total * n)
    return total
