"""No rewrite loses a demand that the user's graph makes of its inputs."""

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.core.report import ShapeError


@pytest.mark.parametrize("mode", ["FAST_RUN", "FAST_COMPILE"])
def test_an_operand_that_cancels_is_still_asked_for_its_length(mode: str) -> None:
    x, y = T.dvectors("x", "y")
    f = tg.function([x, y], (x + y) - x, mode=mode)
    assert f([1, 2], [3, 4]).tolist() == [3, 4]
    with pytest.raises(ShapeError, match=r"2.*3|3.*2"):
        f([1, 2], [3, 4, 5])


def test_nothing_is_demanded_twice() -> None:
    x, y = T.dvectors("x", "y")
    f = tg.function([x, y], T.exp(x) * y + x, mode="FAST_RUN")
    assert len(f.program.guards) == 1


def test_a_product_with_zero_still_has_to_fit() -> None:
    x, y = T.dmatrix("x"), T.dvector("y")
    f = tg.function([x, y], x * y * 0)
    assert np.array_equal(f(np.ones((2, 3)), np.ones(3)), np.zeros((2, 3)))
    with pytest.raises(ShapeError):
        f(np.ones((2, 3)), np.ones(2))
