"""Op classes of Theano's that are functions here, and other small names."""

import importlib

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph import theano

X = np.arange(6.0).reshape(2, 3)


def module(name: str):
    return importlib.import_module(f"teachgraph.theano.{name}")


EXTRA = module("tensor.extra_ops")
MADE = {
    "RepeatOp": (lambda x: EXTRA.RepeatOp(axis=0)(x, 2), np.repeat(X, 2, 0)),
    "DiffOp": (EXTRA.DiffOp(1, axis=0), np.diff(X, 1, 0)),
    "CumOp": (EXTRA.CumOp(0, mode="mul"), np.cumprod(X, 0)),
    "CumsumOp": (EXTRA.CumsumOp(axis=1), np.cumsum(X, 1)),
    "Sum": (module("tensor").Sum(axis=1), X.sum(1)),
    "Prod": (module("tensor.elemwise").Prod(axis=0), X.prod(0)),
    "CAReduce": (
        module("tensor").CAReduce(module("scalar").maximum, axis=0),
        X.max(0),
    ),
    "DimShuffle": (
        module("tensor").DimShuffle((False, False), (1, 0)),
        X.T,
    ),
    "SortOp": (lambda x: module("tensor.sort").SortOp("quicksort")(-x, 1), -X[:, ::-1]),
    "cpu_contiguous": (EXTRA.cpu_contiguous, X),
}


@pytest.mark.parametrize("name", MADE)
def test_an_op_that_is_made_is_a_function(name: str):
    made, expected = MADE[name]
    x = T.dmatrix("x")
    np.testing.assert_array_equal(made(x).eval({x: X}), expected)


def test_classes_recognise_the_ops_of_functions():
    x, tensor = T.dmatrix("x"), module("tensor")
    assert isinstance(x.sum().owner.op, tensor.Sum)
    assert isinstance(x.sum().owner.op, tensor.CAReduce)
    assert isinstance(x.T.owner.op, tensor.DimShuffle)
    assert x.sum().owner.op.acc_dtype == "float64"


def test_two_ops_that_are_made_alike_are_equal():
    assert EXTRA.RepeatOp(axis=0) == EXTRA.RepeatOp(axis=0) != EXTRA.RepeatOp(axis=1)


# theano.gof.utils, theano.gof.op


def test_keys_are_sorted_by_what_they_need():
    utils = module("gof.utils")
    assert utils.toposort({1: [2, 3], 2: [3], 3: []}) == [3, 2, 1]
    with pytest.raises(ValueError, match="need one another"):
        utils.toposort({1: [2], 2: [1]})


def test_lists_are_made_flat_and_unique():
    utils = module("gof.utils")
    assert utils.uniq(utils.flatten([1, [2, (1, 3)]])) == [1, 2, 3]
    assert utils.difference([1, 2, 3], [2]) == [1, 3]


def test_variables_without_a_name_get_one():
    x, y = T.dvectors("x", "x")
    assert len(set(module("gof.utils").give_variables_names([x, y, T.dscalar()]))) == 3


def test_test_values_are_found_where_they_are_on():
    op, x = module("gof.op"), T.dscalar("x")
    x.tag.test_value = 2.0
    assert op.get_debug_values(x) == []
    with theano.change_flags(compute_test_value="warn"):
        assert op.get_debug_values(x, theano.shared(3.0)) == [(2.0, 3.0)]


def test_places_are_handed_on():
    x = T.dvector("x")
    y, z = x + 1, x * 2
    module("gof.opt").copy_stack_trace(y, z)
    assert set(y.origins) <= set(z.origins)


class WithFiles(module("gof").COp):
    """An op whose C code is in files."""

    __props__ = ()

    def __init__(self):
        super().__init__(["twice.c"], "twice")

    def make_node(self, x):
        return theano.Apply(self, [x], [x.type()])

    def infer_shape(self, node, shapes):
        return shapes


def test_an_op_without_perform_may_stand_in_a_graph_and_is_not_compiled():
    x = T.dvector("x")
    y = WithFiles()(x)
    assert y.type == x.type
    with pytest.raises(TypeError, match="WithFiles has no `perform`"):
        theano.function([x], y)


# theano.compile.mode, theano.compat


def test_modes_and_optimizers_have_names():
    mode = module("compile.mode")
    slow = theano.Mode(linker="py", optimizer=mode.OPT_FAST_COMPILE)
    x = T.dscalar("x")
    assert theano.function([x], x + 1, mode=slow)(1.0) == 2.0
    assert theano.function([x], x + 1, mode=mode.FAST_RUN)(1.0) == 2.0


def test_six_is_there_for_python_3():
    six = module("compat.six")
    assert list(six.iteritems({"a": 1})) == [("a", 1)]
    assert module("compat.six.moves").xrange is range


def test_a_clone_that_is_not_strict_has_the_types_of_what_replaces():
    x, y = T.fvector("x"), T.dvector("y")
    assert theano.clone(x + 1, replace={x: y}, strict=False).dtype == "float64"


def test_pooling_and_convolutions_tell_their_shapes_as_classes():
    pool = module("tensor.signal.pool").Pool
    assert pool.out_shape((5, 3, 9, 8), (2, 2), True) == [5, 3, 4, 4]
    assert pool.out_shape((9, 8), ds=(2, 3), st=(2, 2)) == [5, 4]
    assert pool.out_shape((1, 9, 8, 7), (2, 2, 2), True, ndim=3) == [1, 4, 4, 3]
    n = T.lscalar("n")
    rows, columns = pool.out_shape((n, 8), (2, 2), True)
    assert tg.function([n], [rows, columns])(9) == [4, 4]
    conv = module("tensor.nnet.conv").ConvOp
    assert conv.getOutputShape((9, None), (3, 3), (2, 2), "full") == (6, None)


def test_a_convolution_made_as_an_op_is_conv2d():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(2, 3, 8, 7)), rng.normal(size=(4, 3, 3, 3))
    op = module("tensor.nnet.conv").ConvOp(imshp=(3, 8, 7), kshp=(3, 3), dx=2, dy=1)
    expected = T.nnet.conv2d(x, w, subsample=(2, 1)).eval()
    np.testing.assert_array_equal(op(x, w).eval(), expected)
    y = T.nnet.conv2d(T.dtensor4(), T.dtensor4())
    assert isinstance(y.owner.op, module("tensor.nnet.conv").ConvOp)
