"""What is put at positions, and what is put together: kernels that are no formula."""

import numpy as np
import pytest
from running import result

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.program.execute import run
from teachgraph.program.lower import lower
from teachgraph.program.program import CallLibrary, RunKernel

RNG = np.random.default_rng(3)
TABLE = RNG.normal(size=(50, 7))


def steps_of(f):
    return [type(step) for step in f.program.steps]


def agrees(f, values, expected):
    """In C, and by the interpreter of kernels."""
    np.testing.assert_array_equal(f(*values), expected)
    program = result(lower(f.optimized, library=False))
    (found,) = run(program, [np.asarray(v) for v in values])
    np.testing.assert_array_equal(found, expected)
    assert all(kind in (RunKernel, CallLibrary) for kind in steps_of(f))


@pytest.mark.parametrize("kind", ["set", "inc"])
def test_rows_of_a_matrix_are_put_in_order_negative_positions_too(kind):
    table, at, rows = T.dmatrix("table"), T.ivector("at"), T.dmatrix("rows")
    positions = np.array([3, -1, 3, 49, 0], "int32")
    values = RNG.normal(size=(5, 7))
    expected = TABLE.copy()
    if kind == "set":
        f = tg.function([table, at, rows], T.set_subtensor(table[at], rows))
        expected[positions] = values
    else:
        f = tg.function([table, at, rows], T.inc_subtensor(table[at], rows))
        np.add.at(expected, positions, values)
    agrees(f, [TABLE, positions, values], expected)


def test_single_elements_are_increased_as_often_as_they_are_named():
    table, i, j = T.dmatrix("table"), T.lvector("i"), T.lvector("j")
    f = tg.function([table, i, j], T.inc_subtensor(table[i, j], 2.0))
    rows, columns = np.array([0, 1, 0, -1]), np.array([3, -7, 3, 6])
    expected = TABLE.copy()
    np.add.at(expected, (rows, columns), 2.0)
    agrees(f, [TABLE, rows, columns], expected)


def test_the_gradient_of_an_embedding_is_one_call_of_c():
    table, at = T.dmatrix("table"), T.imatrix("at")
    f = tg.function([table, at], tg.grad((table[at] ** 2).sum(), table))
    positions = RNG.integers(0, 50, (4, 3)).astype("int32")
    expected = np.zeros_like(TABLE)
    np.add.at(expected, positions, 2 * TABLE[positions])
    np.testing.assert_allclose(f(TABLE, positions), expected)
    assert set(steps_of(f)) == {RunKernel}


def test_a_position_outside_is_an_error():
    table, at, rows = T.dmatrix("table"), T.ivector("at"), T.dmatrix("rows")
    f = tg.function([table, at, rows], T.set_subtensor(table[at], rows))
    with pytest.raises(IndexError, match="50"):
        f(TABLE, np.array([0, 50], "int32"), np.zeros((2, 7)))


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_tensors_are_joined_along_any_axis_empty_ones_too(axis):
    inputs = [T.dtensor3(c) for c in "abc"]
    lengths = (2, 0, 5000)
    shapes = [[n if a == axis else 3 for a in range(3)] for n in lengths]
    values = [RNG.normal(size=shape) for shape in shapes]
    f = tg.function(inputs, T.concatenate(inputs, axis=axis))
    agrees(f, values, np.concatenate(values, axis))


def test_parts_of_several_dtypes_and_zeros_are_joined():
    a, b = T.fvector("a"), T.dvector("b")
    values = [RNG.normal(size=20000).astype("float32"), RNG.normal(size=13)]
    f = tg.function([a, b], T.concatenate([a, b, T.zeros(5), a]))
    expected = np.concatenate([*values, np.zeros(5), values[0]])
    agrees(f, values, expected)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("shape", [(5, 3, 4, 2), (0, 3, 4, 2), (3, 2, 0, 2)])
def test_products_of_batches_are_calls_of_blas(shape, turned):
    batch, m, k, n = shape
    x, y = T.dtensor3("x"), T.dtensor3("y")
    values = [RNG.normal(size=(batch, m, k)), RNG.normal(size=(batch, k, n))]
    expected = values[0] @ values[1]
    right = y
    if turned:
        right, values[1] = y.dimshuffle(0, 2, 1), values[1].transpose(0, 2, 1).copy()
    f = tg.function([x, y], T.batched_dot(x, right))
    np.testing.assert_allclose(f(*values), expected)
    assert steps_of(f) == [CallLibrary]


def test_large_products_are_shared_out_and_come_out_right():
    x, y = T.fmatrix("x"), T.fmatrix("y")
    f = tg.function([x, y], [T.dot(x, y), T.dot(y.T, x.T), T.dot(x, y[:, 0])])
    for rows, inner, columns in ((300, 200, 37), (37, 300, 400), (1, 3000, 700)):
        a = RNG.normal(size=(rows, inner)).astype("float32")
        b = RNG.normal(size=(inner, columns)).astype("float32")
        for found, expected in zip(f(a, b), (a @ b, b.T @ a.T, a @ b[:, 0])):
            np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-3)
