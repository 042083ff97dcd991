"""Which numbers are bad: nan, infinities, and what is larger than it should get."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from teachgraph.core.entrance import CLASSES
from teachgraph.core.events import Array
from teachgraph.core.report import TeachgraphError

BIG = 1e10
"""What is taken for a huge number, as in Theano."""

WORDS = {"nan": "a nan", "inf": "an infinity", "big": "a huge number"}
WHY = {
    "nan": "A nan spreads to all that is computed from it; this is where it begins.",
    "inf": "An infinity soon becomes a nan: inf - inf and 0 * inf are nan.",
    "big": "Numbers of this size are mostly a step too large, and soon overflow.",
}
HELP = {
    "nan": "keep its inputs where it has a value, for instance by `T.clip`",
    "inf": "keep its inputs where it is finite, for instance by `T.clip`",
    "big": "make its inputs smaller: scale the data, or take smaller steps",
}


class BadNumberError(TeachgraphError, FloatingPointError, AssertionError):
    """A nan, an infinity or a huge number; Theano's guard raises AssertionError."""


class BadNumberWarning(UserWarning):
    """The same, where the guard only warns."""


for kind in WORDS:
    CLASSES[f"{kind}-value"] = BadNumberError

Mask = np.ndarray[Any, np.dtype[np.bool_]]


def numbers_in(value: Any) -> Array:
    """An array as it is; of a sparse matrix the numbers that it holds."""
    if isinstance(value, np.ndarray):
        return cast(Array, value)
    return np.asarray(getattr(value, "data", 0))


class BadNumbers:
    """What counts as bad.

    Args:
        kinds: of nan, inf and big.
        limit: numbers beyond it, on either side of 0, are big; one for all dtypes, or
            by dtype.
    """

    def __init__(self, kinds: tuple[str, ...], limit: float | Mapping[str, float]):
        self.kinds = kinds
        self._limits: dict[str, float] = {}
        self._limit = BIG
        if isinstance(limit, Mapping):
            self._limits.update(limit)
        else:
            self._limit = float(limit)

    def limit(self, dtype: str) -> float:
        """The largest number of a dtype that is not big."""
        return self._limits.get(dtype, self._limit)

    def found(self, value: Any) -> tuple[str, Mask] | None:
        """What sort of bad number a value has, and where; None if it is fine."""
        array = numbers_in(value)
        if array.dtype.kind not in "fc" or array.size == 0:
            return None
        with np.errstate(all="ignore"):
            if self._is_fine(array):
                return None
            for kind in self.kinds:
                mask = self._mask(kind, array)
                if mask.any():
                    return kind, mask
        return None

    def mask(self, array: Array) -> Mask:
        """Which numbers are bad, of whatever sort."""
        found: Mask = np.zeros(array.shape, bool)
        if array.dtype.kind in "fc":
            with np.errstate(all="ignore"):
                for kind in self.kinds:
                    found |= self._mask(kind, array)
        return found

    def kind_at(self, array: Array, flat: int) -> str | None:
        """Of what sort the number at a flat position is; None if it is fine."""
        found = self.found(np.ravel(array)[flat : flat + 1])
        return None if found is None else found[0]

    def _is_fine(self, array: Array) -> bool:
        """A quick look, in which nan and infinities are never fine."""
        limit = self.limit(str(array.dtype))
        if array.dtype.char in "fd" and array.flags.c_contiguous:
            flat = array.reshape(-1)
            if np.dot(flat, flat) <= limit * limit:  # one pass; false for nan
                return True
        if array.dtype.kind == "c":
            return False
        return bool(-limit <= array.min() and array.max() <= limit)

    def _mask(self, kind: str, array: Array) -> Mask:
        match kind:
            case "nan":
                return np.isnan(array)
            case "inf":
                return np.isinf(array)
            case _:
                limit = self.limit(str(array.dtype))
                return np.isfinite(array) & (np.abs(array) > limit)
