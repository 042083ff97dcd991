"""Indexing and assignment: NumPy's meaning, lengths known beforehand, gradients."""

import itertools
from typing import Any

import numpy as np
import pytest
from evaluation import evaluated

import teachgraph as tg
from teachgraph import tensor as T
from teachgraph.core.graph import Graph
from teachgraph.core.report import TeachgraphError
from teachgraph.core.shapes import infer_shapes
from teachgraph.core.sizes import Size
from teachgraph.ops.whole import stretch

X = np.arange(24.0).reshape(2, 3, 4)
ROWS, COLUMN = np.array([0, 2, -1]), np.array([[1], [0]])

INDICES: list[Any] = [
    0,
    (1, -2),
    (slice(None), 1),
    (..., 0),
    (0, ..., slice(1, None)),
    (None, 1),
    (slice(None, None, -1), slice(0, 2), None, slice(-3, None, 2)),
    (1, slice(-100, 100), slice(3, 0, -2)),
    slice(5, 2),
    (slice(None), ROWS),
    (slice(None), ROWS, ROWS),
    (0, ROWS),
    (0, slice(None), ROWS),
    ([0, -1], slice(None), ROWS[:2]),
    (slice(None), COLUMN, ROWS),
    (COLUMN, ROWS, 1),
    (slice(None), ROWS, None, ROWS),
    (None, [0, 1], slice(1, 3), -1),
    ([0, 1], [2, 0]),
    (slice(None), slice(None), np.array([True, False, True, True])),
    (0, np.zeros((0,), int)),
    (),
]


@pytest.mark.parametrize("index", INDICES, ids=str)
def test_index_means_what_it_means_to_numpy(index: Any):
    x = T.dtensor3("x")
    part = x[index]
    np.testing.assert_array_equal(evaluated(part, {x: X}), X[index])


@pytest.mark.parametrize("index", INDICES, ids=str)
def test_lengths_of_a_part_are_known_beforehand(index: Any):
    assert T.dtensor3(shape=(2, 3, 4))[index].type.shape == X[index].shape


@pytest.mark.parametrize("index", INDICES, ids=str)
@pytest.mark.parametrize("update", [np.add, np.multiply], ids=["inc", "set"])
def test_assignment_means_what_it_means_to_numpy(index: Any, update: np.ufunc):
    x, expected = T.dtensor3("x"), X.copy()
    y = np.arange(1.0, 1 + X[index].shape[-1]) if X[index].ndim else np.array(5.0)
    if update is np.add:
        out = T.inc_subtensor(x[index], y)
        np.add.at(expected, index, y)
    else:
        out = T.set_subtensor(x[index], y)
        expected[index] = y
    np.testing.assert_array_equal(evaluated(out, {x: X}), expected)


def test_index_may_be_a_variable():
    x, i, n = T.dtensor3("x"), T.iscalar("i"), T.lscalar("n")
    part = x[i, n:, : n + 1]
    values = {x: X, i: np.array(-1, "int32"), n: np.array(1)}
    np.testing.assert_array_equal(evaluated(part, values), X[-1, 1:, :2])


def test_positions_may_be_a_variable():
    p, y = T.dmatrix("p"), T.lvector("y")
    picked = p[T.arange(y.shape[0]), y]
    np.testing.assert_array_equal(
        evaluated(picked, {p: X[0], y: np.array([3, 0, 1])}), [3.0, 4.0, 9.0]
    )


def test_every_slice_takes_what_a_list_gives():
    bounds = [None, *range(-5, 6)]
    steps = (1, 2, -1, -2)
    for n, start, stop, step in itertools.product(range(4), bounds, bounds, steps):
        found = stretch(start, stop, step, n)
        taken = [found.start + i * step for i in range(found.count)]
        assert taken == list(range(n))[start:stop:step]


@pytest.mark.parametrize(
    ("start", "stop"), [(1, None), (None, -1), (-2, None), (None, 2)]
)
def test_slices_of_an_open_length_have_the_length_they_take(start: Any, stop: Any):
    n = Size.atom("axis", "x", 0)
    count = stretch(start, stop, 1, n).count
    for length in range(5):
        expected = len(range(length)[start:stop])
        assert Size.of(count).evaluate(lambda _, n=length: n) == expected


def test_neighbours_of_a_vector_are_known_to_be_as_many():
    x = T.dvector("x")
    difference = x[1:] - x[:-1]
    assert infer_shapes(Graph((x,), (difference,)), {x: "x"}).guards == ()


@pytest.mark.parametrize(
    ("index", "code"),
    [
        (5, "index-out-of-range"),
        (-4, "index-out-of-range"),
        ((0, 0, 0), "wrong-rank"),
        (1.5, "wrong-dtype"),
        ("a", "wrong-index"),
        ((..., ...), "wrong-index"),
        (slice(None, None, 0), "wrong-value"),
        (T.dscalar("d"), "wrong-dtype"),
        (T.dscalar("d") > 0, "wrong-dtype"),
        (T.dvector("v", shape=(2,)) > 0, "shape-mismatch"),
        (np.array([True, False]), "shape-mismatch"),
    ],
    ids=str,
)
def test_invalid_index_is_refused_by_its_code(index: Any, code: str):
    with pytest.raises(TeachgraphError) as caught:
        T.dmatrix("x", shape=(3, 3))[index]
    assert caught.value.report.code == code


def test_assignment_needs_a_part():
    with pytest.raises(TeachgraphError, match="not a part of a tensor"):
        T.set_subtensor(T.dvector("x"), 0)


def test_value_that_does_not_fit_is_refused():
    x = T.dmatrix("x", shape=(3, 4))
    with pytest.raises(TeachgraphError) as caught:
        T.set_subtensor(x[0], T.dvector("y", shape=(3,)))
    assert caught.value.report.code == "shape-mismatch"


def test_value_of_a_wider_dtype_is_refused():
    with pytest.raises(TeachgraphError, match="without loss"):
        T.inc_subtensor(T.fvector("x")[0], T.dscalar("y"))


def test_picking_one_of_each_row_has_a_gradient_without_scattering():
    p, y = T.dmatrix("p"), T.lvector("y")
    picked = p[T.arange(y.shape[0]), y]
    (g, *_) = picked.owner.op.grad(picked.owner.inputs, picked, T.dvector("g"))
    assert g.owner.op.title == "PlaceInRows"


def test_part_of_a_part_is_put_back_into_that_part():
    x = T.dmatrix("x")
    row = x[0]
    out = T.set_subtensor(row[1], 9.0)
    np.testing.assert_array_equal(evaluated(out, {x: X[0]}), [0, 9, 2, 3])


def test_diagonals_are_numpys():
    x, v = T.dmatrix("x"), T.dvector("v")
    for k in (-1, 0, 2):
        found = evaluated(T.diag(x, k), {x: X[0]})
        np.testing.assert_array_equal(found, np.diag(X[0], k))
        found = evaluated(T.diag(v, k), {v: ROWS.astype(float)})
        np.testing.assert_array_equal(found, np.diag(ROWS.astype(float), k))
    assert evaluated(T.trace(x), {x: X[0]}) == np.trace(X[0])


def test_a_list_with_a_slice_is_the_indices_themselves():
    x = T.dmatrix("x")
    array = np.arange(12.0).reshape(3, 4)
    found = evaluated(x[[slice(1, None), slice(None, 2)]], {x: array})
    np.testing.assert_array_equal(found, array[1:, :2])


@pytest.mark.parametrize("mode", ["FAST_RUN", "FAST_COMPILE"])
def test_axes_added_to_a_number_can_be_joined(mode: str):
    x = T.dscalar("x")
    f = tg.function([x], T.join(0, x[None], T.prod(T.stack([x, x]))[None]), mode=mode)
    np.testing.assert_array_equal(f(3.0), [3.0, 9.0])


@pytest.mark.parametrize(
    "ask",
    [
        lambda x: T.sum(x, axis=5),
        lambda x: T.concatenate([x, x], axis=4),
        lambda x: T.sort(x, axis=4),
        lambda x: x[0, 0, 0],
    ],
)
def test_an_axis_that_is_not_there_is_an_error_of_numpys_kinds(ask: Any):
    with pytest.raises(ValueError, match=r".") as found:
        ask(T.dmatrix("x"))
    assert isinstance(found.value, IndexError)
    assert isinstance(found.value, TypeError)
