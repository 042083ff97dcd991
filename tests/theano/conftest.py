"""What tests of the door leave as they found it."""

from collections.abc import Iterator

import pytest

from teachgraph.rewrite.rule import RULES


@pytest.fixture(autouse=True)
def rules_as_before() -> Iterator[None]:
    """A rule that a program's op brings with it goes when the test is over."""
    before = list(RULES)
    yield
    RULES[:] = before
