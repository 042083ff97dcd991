"""`check`: the words of a call, without a call."""

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.core.report import DtypeError, RankError, ShapeError


def test_shapes_are_inferred_to_the_outputs():
    x = T.dmatrix("x")
    w = tg.shared(np.zeros((3, 4)), name="w")
    y = T.tanh(T.dot(x, w)).sum(axis=0)
    assert tg.check({x: (10**6, 3)}, y)[y] == (4,)


def test_what_does_not_fit_is_told_as_in_a_call():
    x, b = T.dmatrix("x"), T.dvector("b")
    y = x + b
    f = tg.function([x, b], y)
    with pytest.raises(ShapeError) as called:
        f(np.zeros((2, 3)), np.zeros(4))
    with pytest.raises(ShapeError) as checked:
        tg.check({x: (2, 3), b: (4,)}, y)
    assert checked.value.report.title == called.value.report.title
    assert checked.value.report.origin == called.value.report.origin


def test_what_is_not_told_stays_unknown():
    x, y = T.dmatrices("x", "y")
    assert tg.check([x, y], T.dot(x, y)).types[x].shape == (None, None)


def test_a_number_that_decides_about_a_shape_may_be_given():
    x, n = T.dvector("x"), T.lscalar("n")
    y = x.reshape((n, -1))
    assert tg.check({x: (6,), n: 2}, y)[y] == (2, 3)
    with pytest.raises(ShapeError, match="not divisible by 4"):
        tg.check({x: (6,), n: 4}, y)


def test_a_step_of_a_loop_is_checked_too():
    x = T.dmatrix("x")
    w = tg.shared(np.zeros((3, 3)), name="w")
    out, _ = tg.scan(
        lambda row, h: T.tanh(row + T.dot(h, w)),
        sequences=[x],
        outputs_info=[T.zeros((3,))],
    )
    with pytest.raises(ShapeError, match="cannot add `row` \\(4,\\)"):
        tg.check({x: (5, 4)}, out)


def test_an_example_of_another_rank_or_dtype_is_refused():
    x, n = T.dmatrix("x"), T.lvector("n")
    with pytest.raises(RankError, match="1 length"):
        tg.check({x: (3,)}, x + 1)
    with pytest.raises(DtypeError):
        tg.check({n: np.array([0.5])}, n + 1)
