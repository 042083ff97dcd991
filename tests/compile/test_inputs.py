"""How inputs are listed, and how calls pass them."""

import numpy as np
import pytest

import teachgraph.tensor as T
from teachgraph.compile.function import function
from teachgraph.compile.io import In, Param
from teachgraph.compile.shared import shared
from teachgraph.core.config import config
from teachgraph.core.report import (
    DtypeError,
    GraphError,
    MissingInputError,
    RankError,
    ShapeError,
    UnusedInputError,
    UsageError,
)


def test_arguments_are_passed_by_position():
    x, y = T.dvectors("x", "y")
    f = function([x, y], x - y)
    assert f(np.array([3.0]), np.array([1.0])).tolist() == [2.0]


def test_arguments_are_passed_by_name():
    x, y = T.dscalars("x", "y")
    f = function([x, y], x - y)
    assert f(y=1.0, x=3.0) == 2.0
    assert f(3.0, y=1.0) == 2.0


def test_a_default_is_used_when_nothing_is_passed():
    x, y = T.dscalars("x", "y")
    f = function([x, In(y, value=1)], x + y)
    assert f(33) == 34.0
    assert f(33, 2) == 35.0
    assert f(33, y=3) == 36.0
    assert f(33) == 34.0


def test_a_pair_of_variable_and_value_is_an_input_with_a_default():
    x, y = T.dscalars("x", "y")
    assert function([x, (y, 2.0)], x * y)(3) == 6.0


def test_an_input_may_be_called_otherwise_than_its_variable():
    x, w = T.dscalars("x", "w")
    f = function([x, In(w, value=2, name="w_by_name")], x * w)
    assert f(3, w_by_name=4) == 12.0


def test_param_is_an_older_name_of_in():
    assert Param is In


def test_an_input_need_not_be_a_leaf():
    x = T.dscalar("x")
    y = x * 2
    assert function([y], y + 1)(10) == 11.0


def test_an_unused_input_with_a_default_is_refused_like_any_other():
    x, y = T.dscalars("x", "y")
    with pytest.raises(UnusedInputError):
        function([x, In(y, value=1)], x)


def test_inputs_that_are_not_a_list_are_refused_with_what_to_write():
    x = T.dscalar("x")
    with pytest.raises(UsageError) as caught:
        function(x, x**2)
    assert caught.value.report.code == "inputs-not-a-list"
    assert "function([x], ...)" in [h.code for h in caught.value.report.hints]


def test_a_shared_variable_among_the_inputs_is_refused():
    x, w = T.dscalar("x"), shared(1.0, name="w")
    with pytest.raises(UsageError, match="shared variable `w` is listed") as caught:
        function([x, w], x * w)
    assert any("givens" in (h.code or "") for h in caught.value.report.hints)


def test_a_constant_among_the_inputs_is_refused():
    x = T.dscalar("x")
    with pytest.raises(UsageError, match="constant"):
        function([x, T.constant(1.0)], x)


def test_a_number_among_the_inputs_is_refused():
    x = T.dscalar("x")
    with pytest.raises(UsageError, match="input 1 is a float"):
        function([x, 1.0], x)


def test_an_input_listed_twice_is_refused():
    x = T.dscalar("x")
    with pytest.raises(GraphError, match="input 0 and as input 1"):
        function([x, x], x)


def test_a_missing_input_is_named_with_the_output_that_needs_it():
    x, y = T.dscalars("x", "y")
    z = x + y
    z.name = "z"
    with pytest.raises(MissingInputError, match="`y` has no value") as caught:
        function([x], z)
    notes = [n.text for n in caught.value.report.notes]
    assert "it is needed for the output `z`" in notes
    assert caught.value.report.hints[0].code == "function([x, y], ...)"


def test_a_missing_input_with_a_namesake_among_the_inputs_is_explained():
    x, twin = T.dscalar("x"), T.dscalar("x")
    with pytest.raises(MissingInputError) as caught:
        function([x], x + twin)
    assert any("another variable" in n.text for n in caught.value.report.notes)


def test_an_unused_input_is_an_error():
    x, y = T.dscalars("x", "y")
    with pytest.raises(UnusedInputError, match="input 1, `y`, is not used"):
        function([x, y], x)


def test_an_unused_input_can_be_a_warning():
    x, y = T.dscalars("x", "y")
    with pytest.warns(UserWarning, match="`y`, is not used"):
        f = function([x, y], x, on_unused_input="warn")
    assert f(1, 2) == 1.0


def test_an_unused_input_can_be_allowed():
    x, y = T.dscalars("x", "y")
    assert function([x, y], x, on_unused_input="ignore")(1, 2) == 1.0
    with config.change_flags(on_unused_input="ignore"):
        assert function([x, y], x)(1, 2) == 1.0


def test_an_unknown_choice_for_unused_inputs_is_refused():
    x = T.dscalar("x")
    with pytest.raises(UsageError, match="ignored"):
        function([x], x, on_unused_input="ignored")


def test_too_many_arguments_are_counted():
    x = T.dvector("x")
    f = function([x], x**2)
    with pytest.raises(UsageError, match="2 were passed, 1 too many"):
        f(np.ones(3), np.ones(3))


def test_a_missing_argument_is_named():
    x, y = T.dscalars("x", "y")
    f = function([x, y], x + y, name="plus")
    with pytest.raises(UsageError, match="`plus` takes 2 arguments") as caught:
        f(1)
    assert caught.value.report.code == "missing-argument"
    assert "`y` was not passed" in caught.value.report.title


def test_an_unknown_keyword_is_refused_with_the_nearest_name():
    weights = T.dscalar("weights")
    f = function([weights], weights)
    with pytest.raises(UsageError) as caught:
        f(weigths=1.0)
    assert caught.value.report.hints[0].code == "weights"


def test_an_argument_passed_twice_is_refused():
    x = T.dscalar("x")
    with pytest.raises(UsageError, match="by position and by name"):
        function([x], x)(1.0, x=2.0)


def test_a_name_that_two_inputs_share_cannot_be_used():
    first, second = T.dscalar("x"), T.dscalar("x")
    f = function([first, second], first - second)
    assert f(3, 1) == 2.0
    with pytest.raises(UsageError, match="2 inputs are called `x`"):
        f(3, x=1)


@pytest.mark.parametrize(
    "value",
    [[1, 2], (1, 2), np.array([1, 2], "int8"), np.array([1.0, 2.0], "float32")],
)
def test_what_can_be_held_without_loss_is_converted(value: object):
    x = T.dvector("x")
    result = function([x], x * 2)(value)
    assert result.dtype == "float64"
    assert result.tolist() == [2.0, 4.0]


def test_strided_reversed_fortran_and_foreign_arrays_work():
    x = T.dmatrix("x")
    f = function([x], x + 1)
    a = np.arange(12.0).reshape(3, 4)
    read_only = a.copy()
    read_only.setflags(write=False)
    for value in (a[::2, ::-1], a.T, np.asfortranarray(a), a.astype(">f8"), read_only):
        assert np.array_equal(f(value), value + 1)


def test_float64_arrays_are_not_rounded_to_float32_in_silence():
    x = T.fvector("x")
    f = function([x], x)
    with pytest.raises(DtypeError, match="argument 0, `x`, is float32") as caught:
        f(np.ones(2))
    assert [n.text for n in caught.value.report.notes if n.origin]
    assert function([x], x, allow_input_downcast=True)(np.ones(2)).dtype == "float32"


def test_python_floats_are_rounded_to_floatx_only():
    x, n = T.fscalar("x"), T.lscalar("n")
    f = function([x], x)
    with pytest.raises(DtypeError):
        f(0.1)
    with config.change_flags(floatX="float32"):
        assert f(0.1) == np.float32(0.1)
    with pytest.raises(DtypeError, match="int64"):
        function([n], n)(0.5)


def test_no_downcast_at_all_when_it_is_forbidden():
    x = T.fscalar("x")
    f = function([x], x, allow_input_downcast=False)
    with config.change_flags(floatX="float32"), pytest.raises(DtypeError):
        f(0.1)


def test_an_input_may_overrule_the_function_about_downcasts():
    x, y = T.fscalars("x", "y")
    f = function([In(x, allow_downcast=True), y], x + y)
    assert f(0.1, 1).dtype == "float32"
    with pytest.raises(DtypeError, match="`y`"):
        f(0.1, 0.1)


def test_a_strict_input_converts_nothing():
    x = T.dvector("x")
    f = function([In(x, strict=True)], x + 1)
    assert f(np.ones(4)[::2]).tolist() == [2.0, 2.0]
    with pytest.raises(DtypeError, match="strict"):
        f(np.ones(2, "float32"))
    with pytest.raises(DtypeError, match="strict"):
        f([1.0, 2.0])


def test_whole_numbers_that_fit_are_taken_and_others_named():
    n = T.bvector("n")
    f = function([n], n)
    assert f([1, -128]).tolist() == [1, -128]
    with pytest.raises(DtypeError) as caught:
        f([1, 300])
    assert "int8 cannot hold 300" in [note.text for note in caught.value.report.notes]


def test_complex_numbers_are_not_cut_to_real_ones():
    x = T.dvector("x")
    with pytest.raises(DtypeError, match="complex128"):
        function([x], x, allow_input_downcast=True)(np.ones(2, "complex128"))


def test_a_wrong_number_of_axes_is_told_with_both_and_the_shape():
    x, theta = T.dmatrices("x", "theta")
    f = function([x, theta], T.dot(x, theta))
    with pytest.raises(RankError) as caught:
        f(np.ones((3, 2)), np.ones(2))
    title = caught.value.report.title
    assert "argument 1, `theta`" in title
    assert "a matrix (2-d)" in title
    assert "a vector (1-d) of shape (2,)" in title
    assert caught.value.report.hints[0].code == "value.reshape(-1, 1)"


def test_a_broadcastable_axis_takes_length_one_only():
    x = T.drow("x")
    f = function([x], x + 1)
    assert f(np.ones((1, 3))).shape == (1, 3)
    with pytest.raises(ShapeError, match="length 1 on axis 0"):
        f(np.ones((2, 3)))


@pytest.mark.parametrize("value", ["hello", None, [[1.0], [1.0, 2.0]], object()])
def test_what_is_not_made_of_numbers_is_refused(value: object):
    x = T.dvector("x")
    with pytest.raises(DtypeError, match="argument 0, `x`") as caught:
        function([x], x * 2)(value)
    assert caught.value.report.code == "not-numeric"


def test_a_symbolic_argument_is_refused():
    x = T.dvector("x")
    with pytest.raises(DtypeError, match="symbolic") as caught:
        function([x], x * 2)(x)
    assert caught.value.report.code == "symbolic-value"


def test_an_argument_fault_lies_on_the_line_of_the_call():
    x = T.dvector("x")
    f = function([x], x * 2)
    with pytest.raises(RankError) as caught:
        f(1.0)
    assert caught.value.report.origin is not None
    assert caught.value.report.origin.span().lines() == ["        f(1.0)"]


def test_inputs_can_be_much_too_large_for_their_type():
    x = T.lscalar("x")
    with pytest.raises(DtypeError, match="64 bits"):
        function([x], x)(2**70)


def test_empty_and_zero_dimensional_arrays_pass():
    x, y = T.dvector("x"), T.dscalar("y")
    assert function([x], x + 1)(np.zeros(0)).shape == (0,)
    assert function([x], x + 1)([]).shape == (0,)
    assert function([y], y + 1)(np.array(1.0)).shape == ()


def test_whole_numbers_that_may_not_fit_are_told_of_without_a_word_of_rounding():
    x = T.ivector("x")
    with pytest.raises(DtypeError) as caught:
        function([x], x)(np.array([1, 2]))
    report = caught.value.report
    assert report.notes[0].text == "int32 cannot hold every int64 number"
    assert "ounding" not in report.why
