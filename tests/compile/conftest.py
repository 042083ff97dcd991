"""Compiling is tested in NumPy unless a test says otherwise: it needs no compiler."""

from collections.abc import Iterator

import pytest

from teachgraph.core.config import config


@pytest.fixture(autouse=True)
def numpy_by_default() -> Iterator[None]:
    with config.change_flags(mode="FAST_COMPILE"):
        yield
