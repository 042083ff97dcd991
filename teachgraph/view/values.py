"""A value as the protocol tells it: shape, dtype, range, histogram, few elements."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from teachgraph.core.events import summarize
from teachgraph.view import protocol
from teachgraph.view.heat import heat_of

MOST_ELEMENTS = 64
BINS = 16
MOST_COUNTED = 1_000_000


def value_of(array: Any) -> protocol.Value:
    """The summary of an array, dense or sparse, that a viewer shows."""
    with np.errstate(all="ignore"):
        found = summarize(array)
    value: protocol.Value = {
        "dtype": found.dtype,
        "shape": list(found.shape),
        "text": found.corner,
    }
    if found.minimum is not None and found.maximum is not None:
        value["min"] = protocol.number(found.minimum)
        value["max"] = protocol.number(found.maximum)
    if found.mean is not None:
        value["mean"] = protocol.number(found.mean)
    if found.nans:
        value["nan"] = found.nans
    if found.infs:
        value["inf"] = found.infs
    if type(array) is np.ndarray and array.dtype.kind in "biuf":
        _add_elements(value, array)
    return value


def _add_elements(value: protocol.Value, array: np.ndarray[Any, Any]) -> None:
    """All elements when they are few, else how they are distributed."""
    if 0 < array.size <= MOST_ELEMENTS:
        value["data"] = [protocol.number(float(e)) for e in array.flat]
        return
    sample = array.reshape(-1)[:: max(1, array.size // MOST_COUNTED)]
    finite = sample[np.isfinite(sample)].astype("float64")
    low, high = value.get("min"), value.get("max")
    if isinstance(low, float) and isinstance(high, float):
        heat = heat_of(array, low, high)
        if heat is not None:
            value["heat"] = heat
    if finite.size and math.isfinite(float(finite.max()) - float(finite.min())):
        value["hist"] = [int(n) for n in np.histogram(finite, BINS)[0]]
