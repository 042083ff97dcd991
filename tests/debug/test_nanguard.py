"""The first expression that makes a nan, an infinity or a huge number is named."""

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.compile.mode import Mode
from teachgraph.core.report import Report
from teachgraph.debug import BadNumberError, BadNumberWarning, NanGuard


def report_of(f, *args) -> Report:
    with pytest.raises(BadNumberError) as caught:
        f(*args)
    return caught.value.report


def notes_of(report: Report) -> list[str]:
    return [note.text for note in report.notes]


def place(report: Report) -> str:
    return report.origin.span().text()


def test_the_first_place_is_named_and_not_the_last():
    x = T.dvector("x")
    inner = T.log(x - 1)
    f = tg.function([x], T.exp(inner * 2).sum(), mode="NanGuardMode")
    report = report_of(f, [2.0, 0.5])
    assert (report.code, place(report)) == ("nan-value", "T.log(x - 1)")
    assert report.title == "a nan arises at `T.log(x - 1)`"


def test_the_numbers_that_made_it_are_told():
    x, y = T.dmatrix("x"), T.dvector("y")
    f = tg.function([x, y], T.sqrt(x) / y, mode="NanGuardMode")
    notes = notes_of(report_of(f, [[1.0, 4.0], [16.0, 9.0]], [0.0, 1.0]))
    assert notes[0] == "2 of 4 elements, the first at [0, 0]: inf"
    assert notes[1] == "there `T.sqrt(x)` is 1 and `y` is 0"
    assert notes[2].startswith("domain of true_div: divisor not 0")


def test_inputs_of_a_sum_are_described_as_a_whole():
    x = T.dvector("x")
    f = tg.function([x], x.sum(), mode="NanGuardMode")
    report = report_of(f, np.full(8, 9e9))
    assert report.code == "big-value"
    assert "`x` is float64 (8,) from 9e+09 to 9e+09" in notes_of(report)


def test_fine_numbers_pass():
    x = T.dvector("x")
    f = tg.function([x], [T.log(x), x.sum(), x > 1], mode="NanGuardMode")
    np.testing.assert_array_equal(f([1.0, 1.0])[0], [0.0, 0.0])
    assert f([])[0].size == 0


def test_a_nan_of_an_argument_is_not_blamed_on_an_expression():
    x = T.dvector("x")
    f = tg.function([x], T.exp(x) * 2, mode="NanGuardMode")
    report = report_of(f, [1.0, np.nan])
    assert report.title == "the input `x` holds a nan already"
    assert "f(*args)" in place(report)


def test_a_nan_of_a_shared_variable_is_told_with_its_place():
    w = tg.shared(np.array([np.inf, 1.0]), name="w")
    report = report_of(tg.function([], w * 2, mode="NanGuardMode"))
    assert report.title == "the shared variable `w` holds an infinity already"
    assert report.notes[1].origin.span().text().startswith("tg.shared(")


def test_a_nan_of_a_gradient_names_the_forward_expression_and_the_gradient():
    x = T.dvector("x")
    cost = T.sqrt(x).sum()
    f = tg.function([x], tg.grad(cost, x), mode="NanGuardMode")
    report = report_of(f, [1.0, 0.0])
    assert place(report) == "T.sqrt(x)"
    told = next(n for n in report.notes if "part of the gradient" in n.text)
    assert told.origin.span().text() == "tg.grad(cost, x)"


def test_a_nan_of_an_update_leaves_the_shared_variable_as_it_was():
    w, rate = tg.shared(1e200, name="w"), T.dscalar("rate")
    mode = tg.NanGuardMode(big_is_error=False)
    f = tg.function([rate], w.sum(), updates=[(w, w * rate)], mode=mode)
    assert place(report_of(f, 1e200)) == "w * rate"
    assert w.get_value() == 1e200


def test_a_nan_of_constants_is_found_while_the_function_is_compiled():
    x = T.dvector("x")
    y = x + T.log(T.constant(-1.0))
    report = report_of(lambda: tg.function([x], y, mode="NanGuardMode"))
    assert place(report) == "T.log(T.constant(-1.0))"


def test_a_constant_that_was_written_as_infinity_may_stay():
    x = T.dvector("x")
    y = T.maximum(x, T.constant(-np.inf) * 2)
    f = tg.function([x], y, mode="NanGuardMode")
    np.testing.assert_array_equal(f([1.0]), [1.0])


@pytest.mark.parametrize(
    ("allowed", "value"),
    [("nan_is_error", -1.0), ("inf_is_error", 0.0), ("big_is_error", 1e-20)],
)
def test_each_sort_of_number_can_be_allowed(allowed: str, value: float):
    x = T.dvector("x")
    y = T.log(x) if value < 0 else 1 / x
    strict = tg.function([x], y, mode="NanGuardMode")
    assert report_of(strict, [value]).code == f"{allowed[:3]}-value"
    lax = tg.function([x], y, mode=tg.NanGuardMode(**{allowed: False}))
    lax([value])


def test_a_nan_is_seen_beside_an_allowed_infinity():
    x = T.dvector("x")
    mode = tg.NanGuardMode(inf_is_error=False)
    f = tg.function([x], T.log(x), mode=mode)
    report = report_of(f, [0.0, -1.0])
    assert notes_of(report)[0] == "1 of 2 elements, the first at [1]: nan"


def test_an_infinity_is_seen_beside_an_allowed_nan():
    x = T.dvector("x")
    f = tg.function([x], T.log(x), mode=tg.NanGuardMode(nan_is_error=False))
    assert report_of(f, [-1.0, 0.0]).code == "inf-value"


def test_the_limit_of_huge_numbers_can_be_moved():
    x = T.dvector("x")
    f = tg.function([x], x * 2, mode=Mode() + NanGuard(limit=100))
    np.testing.assert_array_equal(f([50.0]), [100.0])
    assert report_of(f, [51.0]).code == "big-value"


def test_complex_numbers_are_looked_at_too():
    z = T.zvector("z")
    f = tg.function([z], 1 / z, mode="NanGuardMode")
    assert report_of(f, [0j]).code in ("nan-value", "inf-value")


def test_a_variable_can_be_left_out():
    x = T.dvector("x")
    y = T.log(x)
    y.tag.nan_guard_mode_check = False
    f = tg.function([x], T.switch(x > 0, y, 0.0), mode="NanGuardMode")
    np.testing.assert_array_equal(f([1.0, -1.0]), [0.0, 0.0])


def test_a_guard_that_warns_lets_the_call_end():
    x = T.dscalar("x")
    f = tg.function([x], T.log(x), mode=tg.NanGuardMode(action="warn"))
    with pytest.warns(BadNumberWarning, match="a nan arises at `T.log"):
        result = f(-1.0)
    assert np.isnan(result)


def test_an_unknown_action_is_refused():
    with pytest.raises(ValueError, match="action is one of ignore, warn, raise, pdb"):
        NanGuard(action="shout")


def test_the_error_is_what_theano_raises_too():
    assert issubclass(BadNumberError, AssertionError)


def test_the_optimized_form_still_points_to_what_was_written():
    x = T.dvector("x")
    y = T.log(1 + T.exp(x))
    f = tg.function([x], y * 1e9, mode="NanGuardMode")
    report = report_of(f, [1000.0])
    assert (report.code, place(report)) == ("big-value", "y * 1e9")
