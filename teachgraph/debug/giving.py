"""`TestValues`: test values for the lines within, and no longer.

with TestValues({x: np.ones((3, 4))}):
    y = T.dot(x, x)          # fails here, with these lengths
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any, Self

from teachgraph.core.config import config
from teachgraph.core.graph import Variable


class TestValues:
    """Computes each expression that is written within on values of the inputs.

    Args:
        values: by variable; variables that have a test value keep theirs.
        missing: what to do where there is none: raise, warn, ignore or pdb.
    """

    __test__ = False  # pytest takes every Test... for tests

    def __init__(
        self, values: Mapping[Variable, Any] | None = None, *, missing: str = "raise"
    ):
        self._values = dict(values or {})
        self._missing = missing
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        for v, value in self._values.items():
            self._stack.callback(_restore, v, getattr(v.tag, "test_value", None))
            v.tag.test_value = value
        before = config.compute_test_value
        self._stack.callback(setattr, config, "compute_test_value", before)
        config.compute_test_value = self._missing
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()


def _restore(v: Variable, value: Any) -> None:
    if value is None:
        del v.tag.test_value
    else:
        v.tag.test_value = value
