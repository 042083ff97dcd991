"""When two results count as the same: rounding may differ, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from teachgraph.core.events import Array

Mask = np.ndarray[Any, np.dtype[np.bool_]]

ROUNDINGS = 1000.0
"""Two ways to compute a number may be apart by so many units of rounding."""


def magnitude(arrays: Iterable[Array]) -> float:
    """The largest finite number in floating-point arrays; 0 without any."""
    largest = 0.0
    with np.errstate(all="ignore"):
        for array in arrays:
            if array.dtype.kind in "fc" and array.size:
                largest = max(largest, _largest(array))
    return largest


def _largest(array: Array) -> float:
    if array.dtype.kind == "c":
        array = np.abs(array)
    most = max(-float(array.min()), float(array.max()))
    if np.isfinite(most):
        return most
    finite = np.abs(array[np.isfinite(array)])
    return float(finite.max()) if finite.size else 0.0


def unit(arrays: Iterable[Array]) -> float:
    """The relative rounding error of the coarsest floating-point dtype; 0 without."""
    kinds = {a.dtype for a in arrays if a.dtype.kind in "fc"}
    return max((float(np.finfo(d).eps) for d in kinds), default=0.0)


def apart(found: Array, wanted: Array, absolute: float, relative: float) -> Mask:
    """Where two arrays of one shape and dtype differ; nan is equal to nan."""
    if found.dtype.kind not in "fc":
        return np.asarray(found != wanted)
    with np.errstate(all="ignore"):
        room = absolute + relative * np.abs(wanted) if relative else absolute
        far = ~(np.abs(found - wanted) <= room)
        if not far.any():  # the usual case; what follows takes longer
            return np.asarray(far)
        same = (found == wanted) | (np.isnan(found) & np.isnan(wanted))
        return np.asarray(far & ~same)


def first_index(mask: Mask) -> tuple[int, ...]:
    """The index of the first true element."""
    return tuple(int(i) for i in np.argwhere(mask)[0])
