"""The program of single NumPy calls; and that nothing is stretched unasked."""

import numpy as np
import pytest

import teachgraph.tensor as T
from teachgraph.core.graph import Graph
from teachgraph.core.types import LengthMismatch
from teachgraph.program.execute import run
from teachgraph.program.handover import hand_over
from teachgraph.program.plain import numpy_program
from teachgraph.program.program import CallNumpy
from teachgraph.program.stretch import RIGID, length_check


def test_every_node_is_a_step_in_an_order_in_which_they_can_run():
    x = T.dvector("x")
    program = numpy_program(Graph((x,), (T.exp(x + 1) * x,)))
    assert [s.nodes[0].op.title for s in program.steps] == ["add", "exp", "mul"]
    assert all(isinstance(s, CallNumpy) for s in program.steps)
    assert program.guards == ()


def test_blocks_have_names_of_their_own_and_say_what_they_are_for():
    x, twin = T.dvector("x"), T.dvector("x")
    y = x + twin
    y.name = "x"
    program = numpy_program(Graph((x, twin), (y * 2,)))
    assert len({b.name for b in program.blocks}) == len(program.blocks)
    roles = sorted(b.role for b in program.blocks)
    assert roles == ["constant", "input", "input", "output", "scratch"]


def test_an_input_may_be_an_output_and_a_constant_too():
    x = T.dvector("x")
    c = T.constant(2.0)
    a, b = run(numpy_program(Graph((x,), (x, c))), [np.ones(1)])
    assert (a.tolist(), float(b)) == ([1.0], 2.0)


def test_a_graph_is_cut_at_its_inputs():
    x = T.dvector("x")
    y = x + 1
    program = numpy_program(Graph((y,), (y * 2,)))
    assert len(program.steps) == 1


def test_nothing_is_checked_where_nothing_can_be_stretched():
    x, row = T.dvector("x"), T.drow("row")
    assert length_check((x + 1).owner) is None
    assert length_check(T.exp(x).owner) is None
    assert length_check((row + row).owner) is not None  # its second axis is free


@pytest.mark.parametrize(
    ("n", "m", "fits"), [(1, 3, False), (3, 3, True), (1, 1, True)]
)
def test_an_axis_of_length_one_meets_only_its_like(n: int, m: int, fits: bool):
    x, y = T.dvectors("x", "y")
    check = length_check((x * y).owner)
    arrays = [np.ones(n), np.ones(m)]
    if fits:
        check(arrays)
    else:
        with pytest.raises(LengthMismatch):
            check(arrays)


def test_a_scalar_operand_and_a_declared_axis_may_be_stretched():
    row, m, s = T.drow("row"), T.dmatrix("m"), T.dscalar("s")
    f = numpy_program(Graph((row, m, s), (row * m * s,)))
    (result,) = run(f, [np.ones((1, 2)), np.ones((3, 2)), np.array(2.0)])
    assert result.shape == (3, 2)


def test_filling_a_shape_does_not_stretch_a_free_axis():
    v, n = T.dvector("v"), T.lscalar("n")
    f = numpy_program(Graph((v, n), (T.alloc(v, n),)))
    with pytest.raises(LengthMismatch):
        run(f, [np.ones(1), np.array(4)])
    assert run(f, [np.ones(4), np.array(4)])[0].shape == (4,)


def test_a_rigid_one_counts_as_a_number():
    assert (RIGID + 2, 2 + RIGID, 2 - RIGID, 3 * RIGID, RIGID // 2) == (3, 3, 1, 3, 0)
    assert str(RIGID) == "1"
    assert RIGID != 1


def test_results_are_handed_over_without_shared_memory():
    a, b = np.ones((2, 3)), np.ones(2)
    handed = hand_over([a, a.T, a, b, b], held=[b])
    for i, x in enumerate(handed):
        assert x.flags.c_contiguous
        assert not np.shares_memory(x, b)
        assert not any(np.shares_memory(x, y) for y in handed[:i])
    assert handed[0] is a
