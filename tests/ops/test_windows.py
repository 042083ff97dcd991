"""A window that has no place on an axis is an error, whoever runs the graph."""

from typing import Any

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.core.graph import Variable
from teachgraph.core.report import ShapeError, TeachgraphError
from teachgraph.tensor.nnet import conv2d, conv3d
from teachgraph.tensor.signal.pool import pool_2d, pool_3d

BORDERS: list[Any] = ["valid", "half", "full", (1, 0), ((0, 1), (2, 0))]
MOVES = [(1, 1), (2, 1), (1, 2), (3, 2)]
"""A stride, and how far apart the elements of a filter are."""
POOLS = ["max", "sum", "average_inc_pad", "average_exc_pad"]
ROWS = 4
EVERY = ["FAST_COMPILE", pytest.param("FAST_RUN", marks=pytest.mark.slow)]
by_both = pytest.mark.parametrize("mode", EVERY)


def places(border: Any, stride: int, dilation: int, window: int) -> int:
    """How many places a filter has on an axis of `ROWS`."""
    span = (window - 1) * dilation + 1
    sides = {"valid": 0, "half": 2 * (span // 2), "full": 2 * (span - 1)}
    around = sides[border] if isinstance(border, str) else int(np.sum(border[0]))
    if isinstance(border, tuple) and isinstance(border[0], int):
        around = 2 * border[0]
    return (ROWS + around - span) // stride + 1


def outcome(f: Any, *arrays: np.ndarray) -> str:
    """`fits`, or the code of the error."""
    try:
        f(*arrays)
    except ShapeError as error:
        return error.report.code
    return "fits"


@by_both
@pytest.mark.parametrize(("stride", "dilation"), MOVES)
@pytest.mark.parametrize("border", BORDERS, ids=str)
def test_a_filter_has_a_place_or_there_is_an_error(
    border: Any, stride: int, dilation: int, mode: str
):
    x, w = T.dtensor4("x"), T.dtensor4("w")
    moves = {"subsample": (stride, 1), "filter_dilation": (dilation, 1)}

    def convolved(x: Variable, w: Variable) -> Variable:
        return T.tanh(conv2d(x, w, border_mode=border, **moves))

    out = convolved(x, w)
    f = tg.function([x, w], out, mode=mode)
    g = tg.function([x, w], tg.grad(out.sum(), [x, w]), mode=mode)
    images = np.ones((2, 1, ROWS, 3))
    for window in range(2, ROWS + 6):
        filters = np.ones((1, 1, window, 2))
        fits = places(border, stride, dilation, window) > 0
        wanted = "fits" if fits else "window-too-large"
        assert outcome(f, images, filters) == wanted
        assert outcome(g, images, filters) == wanted
        known = T.tensor("float64", images.shape), T.tensor("float64", filters.shape)
        assert outcome(convolved, *known) == wanted


@by_both
@pytest.mark.parametrize("stride", [1, 2, 7])
@pytest.mark.parametrize("pooling", POOLS)
def test_a_window_of_pooling_has_a_place_or_there_is_an_error(
    pooling: str, stride: int, mode: str
):
    x = T.dtensor4("x")
    for window in (ROWS, ROWS + 1, ROWS + 2, ROWS + 5):
        for pad in (0, 1):
            out = pool_2d(x, (window, 1), True, (stride, 1), pad=(pad, 0), mode=pooling)
            f = tg.function([x], [out * 2, tg.grad(out.sum(), x)], mode=mode)
            wanted = "fits" if window <= ROWS + 2 * pad else "window-too-large"
            assert outcome(f, np.ones((1, 2, ROWS, 2))) == wanted


@by_both
def test_a_window_that_may_be_cut_needs_one_element(mode: str):
    x = T.dtensor4("x")
    for stride in (1, 2, 9):
        out = pool_2d(x, (9, 9), ignore_border=False, stride=(stride, stride))
        f = tg.function([x], out, mode=mode)
        assert outcome(f, np.ones((1, 1, 1, 1))) == "fits"
        assert outcome(f, np.ones((0, 1, 1, 1))) == "fits"
        assert outcome(f, np.ones((1, 1, 0, 1))) == "window-too-large"


@by_both
def test_three_axes_are_as_two(mode: str):
    x, w = T.dtensor5("x"), T.dtensor5("w")
    f = tg.function([x, w], conv3d(x, w), mode=mode)
    assert outcome(f, np.ones((1, 1, 2, 3, 4)), np.ones((1, 1, 2, 3, 4))) == "fits"
    long = np.ones((1, 1, 3, 3, 4))
    assert outcome(f, np.ones((1, 1, 2, 3, 4)), long) == "window-too-large"
    pooled = tg.function([x], pool_3d(x, (1, 2, 3), ignore_border=True), mode=mode)
    assert outcome(pooled, np.ones((1, 1, 1, 2, 3))) == "fits"
    assert outcome(pooled, np.ones((1, 1, 1, 2, 2))) == "window-too-large"


@by_both
def test_a_window_that_is_a_variable_is_as_one_that_is_known(mode: str):
    x, window = T.dtensor4("x"), T.lvector("window")
    f = tg.function([x, window], pool_2d(x, window, ignore_border=True), mode=mode)
    assert outcome(f, np.ones((1, 1, 3, 3)), np.array([3, 3])) == "fits"
    assert outcome(f, np.ones((1, 1, 3, 3)), np.array([3, 4])) == "window-too-large"


@by_both
def test_a_filter_without_elements_is_an_error(mode: str):
    x, w = T.dtensor4("x"), T.dtensor4("w")
    f = tg.function([x, w], conv2d(x, w, border_mode="full"), mode=mode)
    with pytest.raises(
        TeachgraphError, match=r"on spatial axis 1 \(columns\) it has 0"
    ):
        f(np.ones((1, 1, 3, 3)), np.ones((1, 1, 2, 0)))


@by_both
def test_what_is_not_computed_is_an_error_all_the_same(mode: str):
    x, w = T.dtensor4("x"), T.dtensor4("w")
    f = tg.function([x, w], conv2d(x, w).shape[2], mode=mode)
    images, long = np.ones((1, 1, 3, 3)), np.ones((1, 1, 4, 1))
    assert outcome(f, images, long) == "window-too-large"


@by_both
def test_the_error_names_the_users_line_inside_of_a_fused_expression(mode: str):
    x, w = T.dtensor4("x"), T.dtensor4("w")
    cost = T.tanh(conv2d(x, w) + 1).sum()
    f = tg.function([x, w], cost, mode=mode)
    with pytest.raises(ShapeError) as caught:
        f(np.ones((1, 1, 3, 3)), np.ones((1, 1, 5, 2)))
    report = caught.value.report
    assert report.title == "a window of 5 does not fit on an axis of 3"
    assert report.origin.span().text() == "conv2d(x, w)"
