"""What is printed in Theano's words, and where."""

import io

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph import theano as door
from teachgraph.core.report import ShapeError
from teachgraph.theano.printers import debugprint, pp
from teachgraph.theano.wording import of_node, of_op, of_type, of_variable


@pytest.fixture
def installed():
    door.install()
    import theano

    yield theano
    door.uninstall()


def text(shown, **options):
    return debugprint(shown, file="str", **options)


def lines(shown, **options):
    return [line.rstrip() for line in text(shown, **options).splitlines()]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (T.TensorType("float64", ()), "TensorType(float64, scalar)"),
        (T.TensorType("int32", (None,)), "TensorType(int32, vector)"),
        (T.TensorType("float32", (3, None)), "TensorType(float32, matrix)"),
        (T.TensorType("float64", (1, None)), "TensorType(float64, row)"),
        (T.TensorType("float64", (None, 1)), "TensorType(float64, col)"),
        (T.TensorType("float64", (None,) * 4), "TensorType(float64, 4D)"),
        (
            T.TensorType("float64", (1, None, 1)),
            "TensorType(float64, (True, False, True))",
        ),
    ],
)
def test_types_are_called_by_their_patterns(kind, words):
    assert of_type(kind) == words


def test_variables_are_called_by_name_or_maker_or_type():
    x, v = T.dmatrix("x"), T.dvector()
    assert of_variable(x) == "x"
    assert of_variable(x + 1) == "Elemwise{add,no_inplace}.0"
    assert of_variable(v) == "<TensorType(float64, vector)>"
    assert of_variable(T.constant(2.0)) == "TensorConstant{2.0}"
    assert of_variable(T.constant(np.ones(3))) == "TensorConstant{(3,) of 1.0}"
    assert of_variable(T.constant(np.arange(2))) == "TensorConstant{[0 1]}"


def test_ops_are_called_as_theano_calls_them():
    x = T.dmatrix("x")
    made = {
        "Elemwise{mul,no_inplace}": x * x,
        "Elemwise{Cast{float32}}": T.cast(x, "float32"),
        "sigmoid": T.nnet.sigmoid(x),
        "InplaceDimShuffle{1,0}": x.T,
        "Sum{axis=[1], acc_dtype=float64}": x.sum(axis=1),
        "dot": T.dot(x, x),
        "Subtensor{int64, ::}": x[0],
        "Join": T.concatenate([x, x]),
        "Reshape{1}": x.reshape((4,)),
    }
    assert {of_op(v.owner.op) for v in made.values()} == set(made)


def test_a_sum_of_everything_does_not_name_axes():
    x = T.dvector("x")
    node = (x + x).sum().owner
    assert of_node(node) == "Sum{acc_dtype=float64}(Elemwise{add,no_inplace}.0)"


def test_pp_puts_parentheses_around_everything():
    x, y = T.dmatrices("x", "y")
    assert pp(x + y * 2) == "(x + (y * TensorConstant{2}))"
    assert pp(-T.dot(x, y)) == r"(-(x \dot y))"
    assert pp(T.exp(x).T) == "exp(x).T"
    assert pp(abs(x)) == "|x|"
    assert pp(x.sum()) == "sum(x)"


def test_a_tree_has_a_line_for_each_variable():
    x = T.dmatrix("x")
    assert lines(T.exp(x) + x) == [
        "Elemwise{add,no_inplace} [id A] ''",
        " |Elemwise{exp,no_inplace} [id B] ''",
        " | |x [id C]",
        " |x [id C]",
    ]


def test_what_is_printed_once_is_not_opened_again():
    x = T.dscalar("x")
    y = T.exp(x)
    assert lines(y * y) == [
        "Elemwise{mul,no_inplace} [id A] ''",
        " |Elemwise{exp,no_inplace} [id B] ''",
        " | |x [id C]",
        " |Elemwise{exp,no_inplace} [id B] ''",
    ]


def test_axes_that_lack_have_a_line_of_their_own():
    x = T.dvector("x")
    assert lines(x * 2.0) == [
        "Elemwise{mul,no_inplace} [id A] ''",
        " |x [id B]",
        " |InplaceDimShuffle{x} [id C] ''",
        "   |TensorConstant{2.0} [id D]",
    ]


def test_a_function_is_printed_with_the_order_of_its_nodes():
    x = T.dmatrix("x")
    f = door.function([x], x.shape)
    assert lines(f) == [
        "MakeVector{dtype='int64'} [id A] ''   2",
        " |Shape_i{0} [id B] ''   1",
        " | |x [id C]",
        " |Shape_i{1} [id D] ''   0",
        "   |x [id C]",
    ]


def test_options_of_a_tree():
    x = T.dmatrix("x")
    y = T.exp(x)
    y.name = "y"
    assert lines(y + 1, depth=1) == ["Elemwise{add,no_inplace} [id A] ''"]
    assert lines(T.sqr(y), stop_on_name=True)[-1].endswith("[id B] 'y'")
    assert "<TensorType(float64, matrix)>" in text(y, print_type=True)
    assert lines(x, ids="int") == ["x [id 0]"]
    assert lines(x, ids="") == ["x"]


def test_the_file_is_given_back():
    out = io.StringIO()
    assert debugprint(T.dscalar("x"), file=out) is out
    assert out.getvalue() == "x [id A]\n"


def test_the_graph_inside_a_loop_follows():
    v = T.dvector("v")
    out, _ = tg.scan(lambda e: e * 2, sequences=v)
    shown = lines(out)
    place = shown.index("Inner graphs of the scan ops:")
    assert any(line.startswith(" >Elemwise{mul") for line in shown[place:])


def test_other_things_cannot_be_printed():
    with pytest.raises(TypeError, match="cannot print"):
        debugprint("x")


def test_python_prints_theano_s_words_where_theano_is_the_door(installed):
    x = T.dmatrix("x")
    assert repr(x) == str(x) == "x"
    assert repr(x.type) == "TensorType(float64, matrix)"
    assert repr(T.exp(x)) == "Elemwise{exp,no_inplace}.0"
    assert str(T.exp(x).owner) == "Elemwise{exp,no_inplace}(x)"


def test_python_prints_as_ever_elsewhere():
    x = T.dmatrix("x")
    assert repr(x.type) == "TensorType(dtype='float64', shape=(None, None))"
    assert repr(x) != "x"
    assert "Elemwise" not in str(T.exp(x).owner)


def test_the_value_for_tests_is_printed_on_request(installed):
    x = T.dscalar("x")
    x.tag.test_value = 42.0
    with installed.config.change_flags(print_test_value=True):
        assert repr(x) == "x\narray(42.)"
    assert repr(x) == "x"


def test_errors_speak_as_ever(installed):
    x, y = T.dmatrix("x"), T.dvector("y")
    with pytest.raises(ShapeError) as caught:
        T.dot(x, y).eval({x: np.ones((2, 3)), y: np.ones(2)})
    assert "TensorType(" not in str(caught.value)
