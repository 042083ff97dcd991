"""Ops and types in Theano's manner run as they are written."""

import copy
import pickle
import warnings

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.core.report import InternalError, TeachgraphError
from teachgraph.theano.own_ops import Apply, CodeIgnored, Op
from teachgraph.theano.own_types import (
    DisconnectedType,
    Type,
    grad_not_implemented,
)
from teachgraph.theano.own_views import Rebroadcast

MODES = pytest.mark.parametrize("mode", ["FAST_COMPILE", "FAST_RUN"])


class Times(Op):
    """`x * k`."""

    __props__ = ("k",)

    def __init__(self, k):
        self.k = k

    def make_node(self, x):
        x = T.as_tensor_variable(x)
        return Apply(self, [x], [x.type()])

    def perform(self, node, inputs, output_storage):
        (x,), (z,) = inputs, output_storage
        assert node.op.k == self.k
        assert node.inputs[0].ndim == x.ndim
        z[0] = x * self.k

    def grad(self, inputs, output_grads):
        return [output_grads[0] * self.k]

    def infer_shape(self, node, i0_shapes):
        return i0_shapes


class Affine(Op):
    """`a * x + b`, told by its types."""

    __props__ = ("a", "b")
    itypes = [T.dmatrix().type]
    otypes = [T.dmatrix().type]

    def __init__(self, a, b):
        self.a, self.b = a, b
        super().__init__()

    def perform(self, node, inputs, output_storage):
        output_storage[0][0] = self.a * inputs[0] + self.b


class SumAndProduct(Op):
    __props__ = ()

    def make_node(self, x, y):
        return Apply(self, [x, y], [x.type(), x.type()])

    def perform(self, node, inputs, outputs):
        x, y = inputs
        outputs[0][0], outputs[1][0] = x + y, x * y

    def L_op(self, inputs, outputs, gs):
        x, y = inputs
        return [gs[0] + gs[1] * y, gs[0] + gs[1] * x]


@MODES
def test_an_op_computes_in_every_mode(mode):
    x = T.dmatrix("x")
    f = tg.function([x], Affine(4, 5)(Times(3)(x + 1)) * 2, mode=mode)
    assert f(np.zeros((2, 2))).tolist() == [[34.0, 34.0], [34.0, 34.0]]


@MODES
def test_its_gradient_is_the_one_it_says(mode):
    x = T.dvector("x")
    f = tg.function([x], tg.grad((Times(3)(x) ** 2).sum(), x), mode=mode)
    assert f([2.0]).tolist() == [36.0]


@MODES
def test_several_outputs_are_given_as_a_list(mode):
    x, y = T.dvectors("x", "y")
    total, product = SumAndProduct()(x, y)
    outputs = [total, product, *tg.grad(product.sum(), [x, y])]
    found = tg.function([x, y], outputs, mode=mode)([2.0], [3.0])
    assert [float(a[0]) for a in found] == [5.0, 6.0, 3.0, 2.0]


def test_the_op_of_a_node_is_the_users_own():
    op = Times(2)
    y = op(T.dvector("x"))
    assert y.owner.op is op
    assert isinstance(y.owner, Apply)
    assert isinstance((y + 1).owner, Apply)
    f = tg.function([y.owner.inputs[0]], y + 1)
    assert any(isinstance(node.op, Times) for node in f.optimized.applies())


def test_props_make_ops_equal_and_let_them_merge():
    assert Times(2) == Times(2)
    assert hash(Times(2)) == hash(Times(2))
    assert Times(2) != Times(3)
    assert str(Affine(1, 2)) == "Affine{a=1, b=2}"
    x = T.dvector("x")
    f = tg.function([x], Times(2)(x) + Times(2)(x), mode="FAST_COMPILE")
    assert sum(isinstance(n.op, Times) for n in f.optimized.applies()) == 1


def test_an_op_without_props_is_equal_to_itself_alone():
    class Plain(Op):
        def make_node(self, x):
            return Apply(self, [x], [x.type()])

        def perform(self, node, inputs, outputs):
            outputs[0][0] = inputs[0]

    one, other = Plain(), Plain()
    assert [one == same for same in (one, other)] == [True, False]


def test_one_op_serves_inputs_of_several_types():
    op, x, m = Times(2), T.fvector("x"), T.dmatrix("m")
    a, b = tg.function([x, m], [op(x), op(m)])(np.ones(2, "float32"), np.ones((1, 2)))
    assert (a.dtype, a.shape, b.dtype, b.shape) == ("float32", (2,), "float64", (1, 2))


def test_lengths_are_known_where_infer_shape_tells():
    x = T.tensor("float64", (4,), "x")
    f = tg.function([x], Times(2)(x) + 1)
    assert f(np.ones(4)).tolist() == [3.0] * 4


def test_itypes_are_checked():
    with pytest.raises(TypeError, match="takes float64"):
        Affine(1, 2)(T.dvector("x"))
    with pytest.raises(ValueError, match="takes 1 inputs, not 2"):
        Affine(1, 2)(T.dmatrix(), T.dmatrix())


def test_an_op_without_a_gradient_says_so():
    x = T.dmatrix("x")
    with pytest.raises(TeachgraphError, match="no-gradient"):
        tg.grad(Affine(1, 2)(x).sum(), x)


class Picky(Op):
    """`x + n`, with a derivative for x alone."""

    __props__ = ()

    def make_node(self, x, n):
        return Apply(self, [x, n], [x.type()])

    def perform(self, node, inputs, outputs):
        outputs[0][0] = inputs[0] + inputs[1]

    def grad(self, inputs, gs):
        return [gs[0], grad_not_implemented(self, 1, inputs[1], "nobody needs it")]


def test_a_derivative_that_is_not_written_is_a_fault_only_where_it_is_needed():
    x, n = T.dvectors("x", "n")
    cost = Picky()(x, n).sum()
    f = tg.function([x, n], tg.grad(cost, x))
    assert f([1.0, 2.0], [0.0, 0.0]).tolist() == [1.0, 1.0]
    with pytest.raises(TeachgraphError, match="nobody needs it"):
        tg.function([x, n], tg.grad(cost, n), on_unused_input="ignore")([1.0], [1.0])


def test_an_input_may_be_disconnected():
    class First(Picky):
        def grad(self, inputs, gs):
            return [gs[0], DisconnectedType()()]

        def connection_pattern(self, node):
            return [[True], [False]]

    x, n = T.dvectors("x", "n")
    g = tg.grad(First()(x, n).sum(), x)
    assert tg.function([x, n], g)([1.0], [0.0]).tolist() == [1.0]


def test_an_argument_that_is_written_to_is_a_copy():
    class AddOne(Op):
        __props__ = ()
        destroy_map = {0: [0]}

        def make_node(self, x):
            return Apply(self, [x], [x.type()])

        def perform(self, node, inputs, outputs):
            inputs[0] += 1
            outputs[0][0] = inputs[0]

    x, values = T.dvector("x"), np.zeros(2)
    assert tg.function([x], AddOne()(x))(values).tolist() == [1.0, 1.0]
    assert values.tolist() == [0.0, 0.0]


def test_an_op_may_give_a_thunk_instead():
    class Thunked(Op):
        __props__ = ()

        def make_node(self, x):
            return Apply(self, [x], [x.type()])

        def make_thunk(self, node, storage_map, compute_map, no_recycling, impl=None):
            (x,), (z,) = node.inputs, node.outputs

            def thunk():
                storage_map[z][0] = storage_map[x][0] * 2

            return thunk

    x = T.dvector("x")
    f = tg.function([x], Thunked()(x))
    assert [f([1.0]).tolist(), f([2.0]).tolist()] == [[2.0], [4.0]]


def test_parameters_are_handed_to_perform():
    class Scaled(Op):
        __props__ = ("by",)

        def __init__(self, by):
            self.by = by

        def make_node(self, x):
            return Apply(self, [x], [x.type()])

        def get_params(self, node):
            return {"by": self.by}

        def perform(self, node, inputs, outputs, params):
            outputs[0][0] = inputs[0] * params["by"]

    x = T.dvector("x")
    assert tg.function([x], Scaled(3.0)(x))([1.0]).tolist() == [3.0]


def test_c_code_beside_perform_is_said_to_be_ignored_once():
    class WithC(Times):
        def c_code(self, node, name, inputs, outputs, sub):
            return ""

    with pytest.warns(CodeIgnored, match="the C code of WithC is not used"):
        WithC(2)(T.dvector("x"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        WithC(2)(T.dvector("x"))


def test_a_result_of_another_kind_is_converted_or_refused():
    class Mean(Op):
        __props__ = ("give",)

        def __init__(self, give):
            self.give = give

        def make_node(self, x):
            return Apply(self, [x], [T.fscalar()])

        def perform(self, node, inputs, outputs):
            outputs[0][0] = self.give(inputs[0])

    x = T.dvector("x")
    found = tg.function([x], Mean(lambda a: a.mean())(x))([1.0, 2.0])
    assert (found.dtype, float(found)) == ("float32", 1.5)
    with pytest.raises(InternalError, match="contradicts itself"):
        tg.function([x], Mean(lambda a: a)(x))([1.0, 2.0])


def test_outputs_belong_to_one_node():
    x, z = T.dvector("x"), T.dvector("z")
    Apply(Times(2), [x], [z])
    with pytest.raises(ValueError, match="belongs to another"):
        Apply(Times(2), [x], [z])
    with pytest.raises(TypeError, match="of variables"):
        Apply(Times(2), [1], [T.dvector()])


def test_an_error_in_perform_keeps_its_class_and_gets_a_place():
    class Fails(Times):
        def perform(self, node, inputs, outputs):
            raise KeyError("no such thing")

    x = T.dvector("x")
    f = tg.function([x], Fails(2)(x), mode="FAST_COMPILE")
    with pytest.raises(KeyError, match="no such thing") as caught:
        f([1.0])
    assert "Fails(2)(x)" in "".join(caught.value.__notes__)


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda f: pickle.loads(pickle.dumps(f))]
)
def test_functions_with_such_ops_are_copied_and_saved(copied):
    x = T.dvector("x")
    f = copied(tg.function([x], Times(2)(x)))
    assert f([1.0]).tolist() == [2.0]


def test_a_loop_may_hold_such_an_op():
    x = T.dmatrix("x")
    rows, _ = tg.scan(Times(2), sequences=[x])
    assert tg.function([x], rows)([[1.0], [2.0]]).tolist() == [[2.0], [4.0]]


def test_debug_mode_runs_it():
    x = T.dvector("x")
    f = tg.function([x], Times(2)(x) + 1, mode="DebugMode")
    assert f([1.0]).tolist() == [3.0]


# Types of Python values


class Double(Type):
    """Python's floats."""

    def filter(self, value, strict=False, allow_downcast=None):
        if strict and not isinstance(value, float):
            raise TypeError("Expected a float!")
        return float(value)

    def values_eq_approx(self, x, y, tolerance=1e-4):
        return abs(x - y) / (abs(x) + abs(y)) < tolerance

    def __eq__(self, other):
        return type(self) is type(other)

    def __hash__(self):
        return hash(type(self))

    def __str__(self):
        return "double"


double = Double()


class Arithmetic(Op):
    __props__ = ("name", "fn")

    def __init__(self, name, fn):
        self.name, self.fn = name, fn

    def make_node(self, x, y):
        inputs = [Double().filter_variable(v) for v in (x, y)]
        return Apply(self, inputs, [double()])

    def perform(self, node, inputs, output_storage):
        x, y = inputs
        assert type(x) is type(y) is float
        output_storage[0][0] = self.fn(x, y)

    def __str__(self):
        return self.name


@MODES
def test_values_of_a_type_of_ones_own_go_in_and_come_out_as_they_are(mode):
    add = Arithmetic("add", lambda x, y: x + y)
    x, y = double("x"), double("y")
    f = tg.function([x, y], [add(x, add(x, y)), add(y, 1.0)], mode=mode)
    found = f(1, 2.5)
    assert found == [4.5, 3.5]
    assert all(type(value) is float for value in found)
    assert type(tg.function([x, y], add(x, y), mode=mode)(1, 2)) is float


def test_a_type_of_ones_own_is_equal_as_it_says_and_has_a_name():
    assert Double() == Double()
    assert hash(Double()) == hash(Double())
    assert str(double("x").type) == "double"
    assert double.is_valid_value(1.0)
    assert not double.is_valid_value(1)
    assert double.values_eq_approx(1.0, 1.00001)


def test_a_plain_type_may_be_given_its_methods():
    text = Type()
    text.filter = lambda value, strict=False, allow_downcast=None: str(value)

    class Shout(Op):
        __props__ = ()

        def make_node(self, x):
            return Apply(self, [x], [text()])

        def perform(self, node, inputs, outputs):
            outputs[0][0] = inputs[0].upper() + "!"

    x = text("x")
    assert tg.function([x], Shout()(x))("hello") == "HELLO!"


def test_a_value_that_the_type_refuses_is_refused():
    x = double("x")
    f = tg.function([x], Arithmetic("add", lambda x, y: x + y)(x, x))
    with pytest.raises(ValueError, match="could not convert"):
        f("word")


def test_axes_are_said_to_be_one_long_or_not():
    x = T.dmatrix("x")
    y = Rebroadcast((0, True), (1, False))(x)
    assert y.broadcastable == (True, False)
    assert tg.function([x], y)([[1.0, 2.0]]).tolist() == [[1.0, 2.0]]
    assert Rebroadcast((0, False))(y).broadcastable == (False, False)
