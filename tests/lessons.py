"""What the tests of lessons share: what is said to a wrong answer."""

import pytest

from teachgraph.course import Wrong, check


def rejected(name: str, answer: object) -> str:
    """What is said to a wrong answer."""
    with pytest.raises(Wrong) as caught:
        check(name, answer)
    return str(caught.value)
