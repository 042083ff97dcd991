"""What the parameters of a distribution may be, as far as they are known already."""

from __future__ import annotations

from typing import Any

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.report import Fault


def check_probability(p: Any) -> None:
    """Refuse known probabilities outside of 0 to 1.

    Raises:
        wrong-value: one is.
    """
    known = _known(p)
    if known is not None and bool(np.any((known < 0) | (known > 1))):
        raise Fault("wrong-value", f"a probability lies between 0 and 1, not {known}")


def check_deviation(std: Any) -> None:
    """Refuse known standard deviations below 0.

    Raises:
        wrong-value: one is.
    """
    known = _known(std)
    if known is not None and bool(np.any(known < 0)):
        raise Fault("wrong-value", f"a standard deviation is 0 or more, not {known}")


def _known(value: Any) -> np.ndarray[Any, Any] | None:
    """The numbers, where they do not wait for a call."""
    given = value.data if isinstance(value, Variable) else value
    if given is None:
        return None
    array = np.asarray(given)
    return array if array.dtype.kind in "biuf" else None
