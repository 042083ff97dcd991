"""Types as programs use them: made from truth values, called, asked about values."""

import numpy as np
import pytest

import teachgraph.tensor as T
from teachgraph.core.config import config
from teachgraph.core.graph import Variable
from teachgraph.core.report import TeachgraphError


def test_axes_may_be_given_by_truth_values():
    assert T.TensorType("float64", (False, True)).shape == (None, 1)
    assert T.TensorType(dtype="int8", broadcastable=[True]).shape == (1,)
    assert T.TensorType("float64", (3, None)).shape == (3, None)


def test_dtypes_may_be_given_as_numpy_has_them():
    assert T.TensorType(np.float32, ()).dtype == "float32"
    with config.change_flags(floatX="float32"):
        assert T.TensorType("floatX", ()).dtype == "float32"


def test_calling_a_type_makes_a_variable_of_it():
    x = T.TensorType("float64", (False, True))("x")
    assert isinstance(x, Variable)
    assert (x.name, x.broadcastable) == ("x", (False, True))
    assert x.type() is not x
    assert x.type.make_variable("y").name == "y"


def test_a_type_says_which_values_are_its_own():
    kind = T.dmatrix().type
    assert kind.filter([[1, 2]]).dtype == "float64"
    assert kind.is_valid_value(np.zeros((2, 2)))
    assert not kind.is_valid_value(np.zeros(2))
    assert not kind.is_valid_value([[1.0]])
    with pytest.raises(TeachgraphError, match="wrong-rank"):
        kind.filter([1.0])
    with pytest.raises(TeachgraphError, match="wrong-dtype"):
        kind.filter(np.zeros((1, 1), "float32"), strict=True)


def test_a_type_holds_what_is_known_more_exactly():
    matrix, column = T.dmatrix().type, T.dcol().type
    assert matrix.is_super(column)
    assert not column.is_super(matrix)
    assert not matrix.is_super(T.fmatrix().type)


def test_variables_are_converted_where_only_lengths_are_missing():
    matrix, column = T.dmatrix("m"), T.dcol("c")
    assert matrix.type.convert_variable(column) is column
    assert column.type.convert_variable(matrix).type == column.type
    assert matrix.type.convert_variable(T.fmatrix()) is None
    assert matrix.type.filter_variable([[1.0]]).type.dtype == "float64"
    with pytest.raises(TeachgraphError, match="wrong-dtype"):
        matrix.type.filter_variable(T.fmatrix())


def test_a_type_is_changed_by_making_another():
    kind = T.dmatrix().type.clone(dtype="float32", broadcastable=(True, False))
    assert (kind.dtype, kind.shape) == ("float32", (1, None))
    assert kind.numpy_dtype == np.float32


def test_a_clone_of_a_variable_has_its_name_and_its_tag():
    x = T.dvector("x")
    x.tag.test_value = np.ones(2)
    y = (x + 1).clone()
    assert (y.owner, y.get_parents()) == (None, [])
    assert x.clone().name == "x"
    assert x.clone().tag.test_value is x.tag.test_value


def test_a_node_is_asked_for_its_parts():
    x = T.dvector("x")
    node = (x * 2).owner
    assert (x * 2).get_parents()[0].op is node.op
    assert node.get_parents()[0] is x
    assert node.out is node.default_output() is node.outputs[0]
    assert node.clone().inputs == node.inputs
    assert node.clone_with_new_inputs([x, x]).inputs == (x, x)
