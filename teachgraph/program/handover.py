"""What a call hands out is the caller's alone: it shares memory with nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def hand_over(results: Sequence[Array], held: Iterable[Array]) -> list[Array]:
    """The results as arrays of their own, in row-major order.

    A result is copied when it may share memory: when it is a view, when it is one of
    the arrays in `held` (arguments, constants, shared values), or when it comes twice.
    """
    seen = set(map(id, held))
    handed: list[Array] = []
    for array in results:
        if id(array) in seen or not _is_whole(array):
            array = array.copy()
        seen.add(id(array))
        handed.append(array)
    return handed


def _is_whole(value: Any) -> bool:
    """True for an array in row-major order that is no view; other values are whole."""
    if not isinstance(value, np.ndarray):
        return True
    return value.base is None and value.flags.c_contiguous
