"""Graphs computed while they are built."""

from collections.abc import Iterator

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.core.config import config
from teachgraph.core.graph import Variable
from teachgraph.core.op import MADE_LISTENERS
from teachgraph.core.report import (
    GraphError,
    IndexRangeError,
    RankError,
    ShapeError,
    TeachgraphError,
)
from teachgraph.debug import TestValueWarning, get_test_value


@pytest.fixture(autouse=True)
def raising() -> Iterator[None]:
    with config.change_flags(compute_test_value="raise"):
        yield


def matrix(name: str, *shape: int) -> Variable:
    v = T.dmatrix(name)
    v.tag.test_value = np.ones(shape)
    return v


def test_every_node_gets_the_value_of_its_inputs():
    x, w = matrix("x", 3, 4), tg.shared(np.full((4, 2), 0.5), name="w")
    y = T.dot(x, w) + 1
    np.testing.assert_array_equal(y.tag.test_value, np.full((3, 2), 3.0))


def test_gradients_have_test_values_too():
    x = matrix("x", 3, 4)
    g = tg.grad((x**2).sum(), x)
    np.testing.assert_array_equal(get_test_value(g), np.full((3, 4), 2.0))


def test_lengths_that_do_not_fit_show_at_the_line_that_joins_them():
    x, y = matrix("x", 3, 4), matrix("y", 3, 5)
    with pytest.raises(ShapeError) as caught:
        x + y
    report = caught.value.report
    assert report.origin.span().text() == "x + y"
    assert report.notes[-1].text.startswith("found with test values")


def test_an_index_out_of_range_shows_while_the_graph_is_built():
    x, i = matrix("x", 3, 4), T.lscalar("i")
    i.tag.test_value = 7
    with pytest.raises(IndexRangeError) as caught:
        x[i]
    assert caught.value.report.origin.span().text() == "x[i]"


def test_a_missing_value_is_told_with_where_the_variable_was_made():
    x, bare = matrix("x", 3, 4), T.dmatrix("bare")
    with pytest.raises(GraphError) as caught:
        x + bare
    report = caught.value.report
    assert report.code == "missing-test-value"
    assert report.origin.span().text() == "x + bare"
    assert report.notes[0].origin.span().text() == 'T.dmatrix("bare")'
    assert report.hints[0].code == "bare.tag.test_value = np.zeros((2, 2), 'float64')"


def test_a_value_that_does_not_fit_its_variable_is_told():
    x = T.dmatrix("x")
    x.tag.test_value = [1.0, 2.0]
    with pytest.raises(RankError, match="the test value of `x` must be a matrix"):
        x + 1


def test_lists_and_numbers_are_converted():
    x = T.dscalar("x")
    x.tag.test_value = 2
    assert get_test_value(x * 2) == 4.0
    assert get_test_value(T.constant(3.0)) == 3.0


def test_the_flag_works_from_the_line_on_that_sets_it():
    x = matrix("x", 2, 2)
    with config.change_flags(compute_test_value="off"):
        before = x * 2
        assert not hasattr(before.tag, "test_value")
        with pytest.raises(TeachgraphError, match="has no test value"):
            get_test_value(before)
    after = before + 1
    np.testing.assert_array_equal(after.tag.test_value, np.full((2, 2), 3.0))
    np.testing.assert_array_equal(before.tag.test_value, np.full((2, 2), 2.0))


def test_nobody_listens_while_the_flag_is_off():
    heard = len(MADE_LISTENERS)
    with config.change_flags(compute_test_value="off"):
        assert len(MADE_LISTENERS) == heard - 1
        with config.change_flags(compute_test_value="warn"):
            assert len(MADE_LISTENERS) == heard
    assert len(MADE_LISTENERS) == heard


def test_ignore_lets_missing_values_pass_and_still_tells_faults():
    with config.change_flags(compute_test_value="ignore"):
        assert not hasattr((T.dmatrix("bare") + 1).tag, "test_value")
        with pytest.raises(ShapeError):
            matrix("x", 3, 4) + matrix("y", 3, 5)


def test_warn_tells_of_a_missing_value_once():
    with config.change_flags(compute_test_value="warn"):
        bare = T.dmatrix("bare")
        with pytest.warns(TestValueWarning, match="`bare` has no test value") as found:
            T.exp((bare + 1) * 2)
    assert len(found) == 1


def test_pdb_opens_the_debugger_at_a_fault(monkeypatch, capsys):
    opened = []
    monkeypatch.setattr("sys.breakpointhook", lambda: opened.append(1))
    with config.change_flags(compute_test_value="pdb"):
        with pytest.raises(ShapeError):
            matrix("x", 3, 4) + matrix("y", 3, 5)
        T.dmatrix("bare") + 1
    assert opened == [1, 1]
    assert "[missing-test-value]" in capsys.readouterr().err


@pytest.mark.parametrize("mode", ["FAST_COMPILE", "DebugMode"])
def test_what_the_compiler_makes_needs_no_test_values(mode: str):
    x = matrix("x", 3, 4)
    y = T.log(1 + T.exp(x)).sum(axis=1)
    f = tg.function([x], [y, tg.grad(y.sum(), x)], mode=mode)
    assert f(np.zeros((2, 3)))[0].shape == (2,)


def test_what_numpy_raises_is_told_with_its_place():
    x = matrix("x", 2, 3)
    with pytest.raises(TeachgraphError) as caught:
        x.reshape((4, 2))
    assert caught.value.report.origin.span().text() == "x.reshape((4, 2))"
