"""Compiled graphs and nodes as Theano has them."""

import importlib

import numpy as np

import teachgraph.tensor as T
from teachgraph import theano

compiling = importlib.import_module("teachgraph.theano.compile")
printing = importlib.import_module("teachgraph.theano.printing")


def text(f) -> list[str]:
    return [line.rstrip() for line in printing.debugprint(f, file="str").splitlines()]


def test_a_number_comes_first_in_the_dtype_of_the_result():
    x = T.dscalar("x")
    assert text(theano.function([x], x * 5)) == [
        "Elemwise{mul,no_inplace} [id A] ''   0",
        " |TensorConstant{5.0} [id B]",
        " |x [id C]",
    ]


def test_a_number_keeps_its_place_in_a_difference():
    x = T.dscalar("x")
    (node,) = theano.function([x], x % 5).maker.fgraph.toposort()
    assert node.inputs[0].name == "x"


def test_an_output_that_is_an_input_is_a_copy_of_it():
    x = T.dmatrix("x")
    assert text(theano.function([x], x))[0] == "DeepCopyOp [id A] ''   0"
    (turned, copy) = theano.function([x], x.T).maker.fgraph.toposort()
    assert isinstance(copy.op, compiling.DeepCopyOp)
    assert isinstance(
        turned.op, importlib.import_module("teachgraph.theano.tensor").DimShuffle
    )


def test_a_constant_output_is_a_copy_of_it():
    x = T.dmatrix("x")
    f = theano.function([x], (T.specify_shape(x, (2, 2)) ** 2).shape)
    assert text(f) == ["DeepCopyOp [id A] ''   0", " |TensorConstant{(2,) of 2} [id B]"]


def test_a_variable_that_is_updated_needs_no_copy():
    w = theano.shared(1.0, name="w")
    f = theano.function([], w, updates=[(w, w + 1)])
    ops = [node.op for node in f.maker.fgraph.toposort()]
    assert not any(isinstance(op, compiling.DeepCopyOp) for op in ops)


def test_a_graph_that_is_shown_can_be_compiled_again():
    x = T.dvector("x")
    fgraph = theano.function([x], [x * 5, x]).maker.fgraph
    again = theano.function(fgraph.inputs, fgraph.outputs)
    assert [a.tolist() for a in again([1.0, 2.0])] == [[5.0, 10.0], [1.0, 2.0]]


def test_the_graph_of_a_function_is_the_same_each_time_it_is_asked_for():
    x = T.dvector("x")
    f = theano.function([x], x * 5)
    node = f.maker.fgraph.toposort()[-1]
    assert f.maker.fgraph.outputs[0] is node.outputs[0]


def test_monitors_are_called_with_such_nodes_and_their_values():
    told = []

    def tell(i, node, fn):
        told.append((node.inputs[0].data, [cell[0] for cell in fn.inputs]))

    x = T.dscalar("x")
    theano.function([x], x * 5, mode=compiling.MonitorMode(post_func=tell))(3.0)
    (data, (five, three)) = told[0]
    assert (data, five, three) == (5.0, 5.0, 3.0)
    assert five.dtype == np.float64
