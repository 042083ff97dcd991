"""Theano's gradients: how they are shown, what counts as used, ops that turn them."""

import importlib

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph import theano
from teachgraph.core.report import UnusedInputError
from teachgraph.theano import gradients

GRADIENT = """\
Elemwise{mul} [id A] ''
 |Elemwise{mul} [id B] ''
 | |Elemwise{second,no_inplace} [id C] ''
 | | |Elemwise{pow,no_inplace} [id D] ''
 | | | |x [id E]
 | | | |TensorConstant{2} [id F]
 | | |TensorConstant{1.0} [id G]
 | |TensorConstant{2} [id F]
 |Elemwise{pow} [id H] ''
   |x [id E]
   |Elemwise{sub} [id I] ''
     |TensorConstant{2} [id F]
     |InplaceDimShuffle{} [id J] ''
       |TensorConstant{1} [id K]
"""


def module(name: str):
    return importlib.import_module(f"teachgraph.theano.{name}")


def squared():
    x = T.dscalar("x")
    return x, module("tensor").grad(x**2, x)


def test_a_gradient_begins_with_a_cost_that_is_filled():
    _, g = squared()
    cost = "(x ** TensorConstant{2})"
    power = "(x ** (TensorConstant{2} - TensorConstant{1}))"
    start = f"fill({cost}, TensorConstant{{1.0}})"
    assert theano.pp(g) == f"(({start} * TensorConstant{{2}}) * {power})"


def test_nodes_of_a_gradient_have_no_name_of_their_own():
    _, g = squared()
    lines = module("printing").debugprint(g, file="str").splitlines()
    assert [line.rstrip() for line in lines] == GRADIENT.splitlines()


def test_a_compiled_gradient_has_no_trace_of_it():
    x, g = squared()
    f = theano.function([x], g)
    assert theano.pp(f.maker.fgraph.outputs[0]) == "(TensorConstant{2.0} * x)"


# What is in use


def test_an_input_that_only_the_cost_reads_is_in_use():
    x, y = T.dvector("x"), T.dscalar("y")
    cost = (3 * x).sum() + y
    f = theano.function([x, y], theano.grad(cost, x))
    assert f([1.0, 2.0], 0.0).tolist() == [3.0, 3.0]


def test_it_is_in_use_in_an_update_too():
    x, y, w = T.dvector("x"), T.dscalar("y"), theano.shared(np.ones(2))
    g = theano.grad((w * x).sum() + y, w)
    theano.function([x, y], updates=[(w, w - g)])([1.0, 2.0], 0.0)
    assert w.get_value().tolist() == [0.0, -1.0]


def test_an_input_that_nobody_reads_is_not():
    x, z = T.dvector("x"), T.dscalar("z")
    with pytest.raises(UnusedInputError):
        theano.function([x, z], theano.grad((3 * x).sum(), x))


# Ops


@pytest.mark.parametrize("name", ["consider_constant_", "zero_grad_"])
def test_an_op_stops_the_gradient(name: str):
    x, stop = T.dscalar("x"), getattr(module("gradient"), name)
    assert theano.grad(stop(x) * x, x).eval({x: 3.0}) == 3.0


def test_classes_of_such_ops_make_and_recognise_them():
    names, x = module("gradient"), T.dscalar("x")
    assert isinstance(T.zero_grad(x).owner.op, names.ZeroGrad)
    assert names.DisconnectedGrad()(x).owner.op == T.disconnected_grad(x).owner.op
    assert not isinstance(T.zero_grad(x).owner.op, names.DisconnectedGrad)


def test_a_gradient_that_is_undefined_is_an_error():
    x = T.dscalar("x")
    y = gradients.undefined_grad(x)
    assert y.eval({x: 3.0}) == 3.0
    with pytest.raises(ValueError, match="does not exist"):
        theano.grad(y, x).eval({x: 3.0})


def test_what_is_disconnected_can_be_said_by_a_type():
    x, y = T.dscalars("x", "y")
    options = {"disconnected_inputs": "ignore", "return_disconnected": "disconnected"}
    gx, gy = theano.grad(x**2, [x, y], **options)
    assert isinstance(gy.type, module("gradient").DisconnectedType)
    assert gx.eval({x: 3.0}) == 6.0


def test_the_check_of_gradients_has_its_error_as_an_attribute():
    check = module("tensor").verify_grad
    with pytest.raises(check.E_grad):
        check(lambda x: T.zero_grad(x) * x, [np.ones(3)])


def test_a_product_with_floats_is_smooth_in_whole_numbers():
    x, w = T.imatrix("x"), T.dmatrix("w")
    gx, gw = theano.grad(T.tanh(T.dot(x, w)).sum(), [x, w])
    values = {x: np.ones((2, 2), "int32"), w: np.full((2, 3), 0.25)}
    slope = 3 * 0.25 * (1 - np.tanh(0.5) ** 2)
    np.testing.assert_allclose(gx.eval(values), np.full((2, 2), slope))
    assert (gx.dtype, gw.dtype) == ("float64", "float64")


def test_what_is_whole_again_has_no_slope():
    i, s = T.lscalar("i"), T.dscalar("s")
    g = theano.grad(s * i + s * (2 * i), i)
    assert g.eval({i: 3, s: 5.0}) == 5.0


def test_positions_have_no_slope():
    v, i = T.dvector("v"), T.lvector("i")
    g = theano.grad(v[i].sum(), v)
    assert g.eval({v: [1.0, 2.0], i: [1, 1]}).tolist() == [0.0, 2.0]


def test_a_derivative_by_a_whole_number_itself_is_one():
    i = T.iscalar("i")
    assert theano.grad(i, i).eval({i: 12}) == 1.0
    assert tg.grad(i, i).dtype == theano.grad(i, i).dtype == "float64"
