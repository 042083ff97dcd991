"""`OpFromGraph`: a graph as an op, in its place before anything is rewritten."""

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph import OpFromGraph
from teachgraph.core.report import TeachgraphError
from teachgraph.grad import ZeroGradientWarning
from teachgraph.ops.base import Array

MODES = pytest.mark.parametrize("mode", ["FAST_COMPILE", "FAST_RUN"])


def three() -> tuple[list, OpFromGraph]:
    x, y, z = T.dscalars("x", "y", "z")
    return [x, y, z], OpFromGraph([x, y, z], [x + y * z], name="fma")


@MODES
def test_the_op_is_applied_to_other_inputs(mode):
    (x, y, z), op = three()
    f = tg.function([x, y, z], op(x, y, z) + op(z, y, x), mode=mode)
    assert f(2.0, 3.0, 4.0) == 24.0


@MODES
def test_shared_variables_inside_are_found_and_read_at_each_call(mode):
    x, w = T.dvector("x"), tg.shared(np.array([1.0, 2.0]), "w")
    op = OpFromGraph([x], [x * w, x + w])
    f = tg.function([x], op(x), mode=mode)
    w.set_value(np.array([3.0, 4.0]))
    a, b = f([1.0, 1.0])
    assert (a.tolist(), b.tolist()) == ([3.0, 4.0], [4.0, 5.0])


@MODES
def test_the_gradient_goes_through_the_graph_and_what_is_shared_inside(mode):
    x, w = T.dvector("x"), tg.shared(np.array([3.0, 4.0]), "w")
    op = OpFromGraph([x], [x**2 * w])
    gs = tg.grad(op(x).sum(), [x, w])
    gx, gw = tg.function([x], gs, mode=mode)([1.0, 2.0])
    assert (gx.tolist(), gw.tolist()) == ([6.0, 16.0], [1.0, 4.0])


def test_an_input_made_from_another_is_not_counted_twice():
    x, a, b = T.dscalar("x"), T.dscalar("a"), T.dscalar("b")
    product = OpFromGraph([a, b], [a * b])
    f = tg.function([x], tg.grad(product(x, x**2), x))
    assert f(2.0) == 12.0  # the derivative of x ** 3


def test_ops_may_hold_ops():
    x, y = T.dscalars("x", "y")
    square = OpFromGraph([x], [x * x])
    hypotenuse = OpFromGraph([x, y], [T.sqrt(square(x) + square(y))])
    f = tg.function([x, y], [hypotenuse(x, y), tg.grad(hypotenuse(x, y), x)])
    value, slope = f(3.0, 4.0)
    assert float(value) == 5.0
    assert float(slope) == pytest.approx(0.6)


@MODES
def test_a_loop_may_hold_the_op(mode):
    x, a = T.dvector("x"), T.dscalar("a")
    op = OpFromGraph([a], [a * 2 + 1])
    rows, _ = tg.scan(op, sequences=[x])
    assert tg.function([x], rows, mode=mode)([1.0, 2.0]).tolist() == [3.0, 5.0]


def gradients(op: OpFromGraph, *values: float) -> list[Array]:
    variables = T.dscalars(len(values))
    gs = tg.grad(op(*variables), variables)
    return tg.function(variables, gs, on_unused_input="ignore")(*values)


def test_one_gradient_of_several_may_be_another():
    x, y, z = T.dscalars("x", "y", "z")

    def doubled(inputs, grads):
        return inputs[2] * grads[0] * 2

    op = OpFromGraph(
        [x, y, z], [x + y * z], grad_overrides=["default", doubled, "default"]
    )
    assert [float(g) for g in gradients(op, 2.0, 3.0, 4.0)] == [1.0, 8.0, 3.0]


def test_all_gradients_may_be_made_by_one_function_that_sees_outputs():
    x, y = T.dscalars("x", "y")

    def of_the_output(inputs, outputs, grads):
        return [outputs[0] * grads[0], inputs[0] * 0 + 7]

    op = OpFromGraph([x, y], [x * y], lop_overrides=of_the_output)
    assert [float(g) for g in gradients(op, 2.0, 3.0)] == [6.0, 7.0]


def test_a_gradient_may_be_an_op_from_a_graph():
    x, y, g = T.dscalars("x", "y", "g")
    back = OpFromGraph([x, y, g], [y * g * 10, x * g * 10])
    op = OpFromGraph([x, y], [x * y], grad_overrides=back)
    assert [float(v) for v in gradients(op, 2.0, 3.0)] == [30.0, 20.0]


def test_an_input_may_be_said_not_to_be_connected():
    x, y = T.dscalars("x", "y")
    op = OpFromGraph([x, y], [x * y], grad_overrides=["default", None])
    with pytest.warns(ZeroGradientWarning):
        assert float(tg.grad(op(x, y), y).eval({y: 1.0})) == 0.0


def test_nothing_is_left_of_it_once_compiled_unless_one_asks():
    (x, y, z), op = three()
    f = tg.function([x, y, z], op(x, y, z))
    assert all(node.op is not op for node in f.optimized.applies())
    kept = tg.Mode().excluding("inline_ofg_expansion")
    g = tg.function([x, y, z], op(x, y, z), mode=kept)
    assert any(node.op is op for node in g.optimized.applies())
    assert f(1.0, 2.0, 3.0) == g(1.0, 2.0, 3.0) == 7.0


def test_the_history_begins_with_the_op():
    (x, y, z), op = three()
    f = tg.function([x, y, z], op(x, y, z))
    assert [n.op for n in f.history.graph_at(0).applies()] == [op]
    assert f.history.rewrites()[0].rule.name == "inline_ofg_expansion"


def test_types_and_lengths_follow_the_inputs():
    x = T.dvector("x")
    op = OpFromGraph([x], [T.concatenate([x, x])])
    assert op(T.tensor("float64", (3,))).type.shape == (6,)


def code(attempt) -> str:
    with pytest.raises(TeachgraphError) as caught:
        attempt()
    return caught.value.report.code


def test_what_does_not_fit_is_refused():
    (x, y, _z), op = three()
    assert code(lambda: op(x, y)) == "wrong-argument-count"
    assert code(lambda: op(x, y, T.dvector())) == "wrong-rank"
    assert code(lambda: op(x, y, T.zscalar())) == "wrong-dtype"
    assert code(lambda: OpFromGraph([x], [x + y])) == "missing-input"
    assert code(lambda: OpFromGraph([x, 1], [x])) == "not-a-variable"


def test_two_overrides_of_a_gradient_are_one_too_many():
    x = T.dscalar("x")

    def mine(*parts):
        return parts[-1]

    assert code(
        lambda: OpFromGraph([x], [x], lop_overrides=mine, grad_overrides=mine)
    ) == ("repeated-argument")


def test_whole_numbers_are_taken_as_floats():
    _, op = three()
    assert float(op(1, 2, 3).eval()) == 7.0
