"""What the guard takes for an alarm, and that its report is the same in every mode."""

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.compile.mode import Mode
from teachgraph.core.graph import Variable
from teachgraph.core.report import Report
from teachgraph.debug import BadNumberError, BadNumberWarning, NanGuard, Profile
from teachgraph.debug.badnumbers import BadNumbers

MODES = {
    "c": Mode(),
    "c without rewriting": Mode(phases=()),
    "numpy": Mode(backend="python"),
    "numpy without rewriting": Mode("python", ()),
    "watched": Mode() + Profile(),
}
IN_EVERY_MODE = pytest.mark.parametrize("mode", MODES.values(), ids=MODES)


def report_of(f, *args) -> Report:
    with pytest.raises(BadNumberError) as caught:
        f(*args)
    return caught.value.report


def told(report: Report) -> tuple:
    """All that a reader sees, without the place of the call."""
    notes = [(n.text, n.origin and n.origin.span().line) for n in report.notes]
    span = report.origin.span()
    return report.code, report.title, span.line, span.text(), notes, report.details


def rows_of_roots(x: Variable) -> Variable:
    """A loop whose turn takes a root of what the turn before gave."""
    rows, _ = tg.scan(
        lambda e, h: T.sqrt(h + e), sequences=x, outputs_info=T.ones((2,)), name="roots"
    )
    return rows[-1].sum()


@IN_EVERY_MODE
def test_one_fault_gives_one_report_in_every_mode(mode: Mode):
    x = T.dmatrix("x")
    cost = (T.exp(T.log(x.sum(axis=1)) * 2) + 1).mean()
    f = tg.function([x], [cost, x * 2], mode=mode + NanGuard())
    plain = tg.function([x], [cost, x * 2], mode="NanGuardMode")
    value = np.array([[1.0, 2.0], [-3.0, 1.0], [-5.0, 0.0]])
    report = report_of(f, value)
    assert told(report) == told(report_of(plain, value))
    assert report.title == "a nan arises at `T.log(x.sum(axis=1))`"


@IN_EVERY_MODE
def test_a_fault_in_a_loop_is_told_with_its_turn_in_every_mode(mode: Mode):
    x = T.dmatrix("x")
    value = np.zeros((5, 2))
    value[3, 1] = -7
    report = report_of(
        tg.function([x], rows_of_roots(x), mode=mode + NanGuard()), value
    )
    assert report.origin.span().text() == "T.sqrt(h + e)"
    assert "in turn 3 of the loop `roots`" in [n.text for n in report.notes]


@IN_EVERY_MODE
def test_a_fault_in_the_gradient_of_a_loop_is_told_at_the_line_of_a_turn(mode: Mode):
    x = T.dmatrix("x")
    gradient = tg.grad(rows_of_roots(x), x)
    value = np.ones((4, 2))
    value[1, 0] = -np.sqrt(2)  # the root of 0, where its slope is infinite
    report = report_of(tg.function([x], gradient, mode=mode + NanGuard()), value)
    assert report.code == "inf-value"
    assert report.origin.span().text() == "T.sqrt(h + e)"
    notes = [n.text for n in report.notes]
    assert "2 turns before the last of the loop `roots`, in its gradient" in notes
    assert any("part of the gradient" in n for n in notes)


def test_the_compiled_program_runs_and_the_nodes_only_after_an_alarm():
    x = T.dvector("x")
    f = tg.function([x], T.log(x) + 1, mode="NanGuardMode")
    assert f.backend == tg.function([x], T.log(x) + 1).backend
    np.testing.assert_array_equal(f([1.0]), [1.0])


def test_the_way_to_the_result_is_told():
    x, w = T.dvector("x"), tg.shared(np.ones(2), name="w")
    f = tg.function([x], [], updates=[(w, w - T.log(x) * 3)], mode="NanGuardMode")
    report = report_of(f, [1.0, -1.0])
    assert "from there it reaches the update of `w`, as nan" in [
        n.text for n in report.notes
    ]
    (way,) = (text for title, text in report.details if title == "How it got there")
    assert [line.partition(" is")[0] for line in way.splitlines()] == [
        "`T.log(x)`[1]",
        "`T.log(x) * 3`[1]",
        "`w - T.log(x) * 3`[1]",
    ]


@pytest.mark.parametrize("everywhere", [False, True])
@pytest.mark.parametrize(
    "expression",
    [
        lambda x: T.switch(x > 0, T.log(x), 0.0),
        lambda x: T.switch(x > 0, T.sqrt(T.log(x) * 2 + 1), x),
        lambda x: tg.ifelse(x.sum() > 100, T.log(x), x),
        lambda x: T.where(T.neq(x, 0), 1 / x, 0.0),
    ],
    ids=["switch", "longer way", "ifelse", "where"],
)
def test_what_is_not_chosen_is_no_alarm(expression, everywhere: bool):
    x = T.dvector("x")
    mode = Mode() + NanGuard(everywhere=everywhere)
    f = tg.function([x], expression(x), mode=mode)
    assert np.isfinite(f([-1.0, 0.0, 4.0])).all()


def test_what_is_chosen_is_one_though_a_switch_stands_before_it():
    x = T.dvector("x")
    y = T.switch(x > -2, T.log(x), 0.0) * 2
    for everywhere in (False, True):
        f = tg.function([x], y, mode=Mode() + NanGuard(everywhere=everywhere))
        report = report_of(f, [-3.0, -1.0])
        assert report.code == "nan-value"


def test_an_infinity_that_is_divided_by_is_no_alarm_unless_one_looks_everywhere():
    x = T.dvector("x")
    y = 1 / (1 + T.exp(-x) * T.exp(-x))
    f = tg.function([x], y, mode=Mode(phases=()) + NanGuard())
    np.testing.assert_array_equal(f([-800.0]), [0.0])
    strict = Mode(phases=()) + NanGuard(everywhere=True)
    assert report_of(tg.function([x], y, mode=strict), [-800.0]).code == "inf-value"


def test_whole_numbers_are_never_bad():
    i = T.lvector("i")
    f = tg.function([i], [i * 10**12, i.sum()], mode="NanGuardMode")
    assert f([5])[0] == [5 * 10**12]


def test_memory_that_is_not_filled_yet_is_no_alarm():
    x = T.dvector("x")
    room = T.set_subtensor(T.zeros((3,))[:2], x)
    f = tg.function([x], T.inc_subtensor(room[2:], 1.0), mode="NanGuardMode")
    np.testing.assert_array_equal(f([1.0, 2.0]), [1, 2, 1])


def test_the_limit_may_differ_by_dtype():
    limit = {"float32": 1e3}
    x, y = T.fvector("x"), T.dvector("y")
    f = tg.function([x, y], [x * 2, y * 2], mode=Mode() + NanGuard(limit=limit))
    f(np.ones(1, "float32"), [1e6])
    assert report_of(f, np.full(1, 1e6, "float32"), [1.0]).code == "big-value"


def test_a_sum_of_squares_decides_only_where_all_numbers_are_fine():
    numbers = BadNumbers(("nan", "inf", "big"), 10.0)
    assert numbers.found(np.full(1000, 9.0)) is None
    assert numbers.found(np.array([1.0, np.nan]))[0] == "nan"
    kind, mask = numbers.found(np.array([9.0] * 50 + [11.0]))
    assert (kind, int(mask.argmax()), int(mask.sum())) == ("big", 50, 1)


def test_a_gather_is_followed_to_the_row_that_was_read():
    table, i = T.dmatrix("table"), T.lvector("i")
    f = tg.function([table, i], T.exp(table)[i].sum(), mode="NanGuardMode")
    report = report_of(f, [[0.0, 1.0], [2.0, 1000.0]], [0, 1, 0])
    assert report.title == "an infinity arises at `T.exp(table)`"
    assert report.notes[1].text == "there `table` is 1000"


def test_an_op_without_loops_is_followed_through_all_it_read():
    a = T.dvector("a")
    f = tg.function([a], T.sort(T.log(a)), mode="NanGuardMode")
    report = report_of(f, [1.0, -1.0])
    assert report.title == "a nan arises at `T.log(a)`"


def test_a_warning_is_given_once_a_call():
    x = T.dvector("x")
    mode = tg.NanGuardMode(action="warn")
    f = tg.function([x], [T.log(x), T.sqrt(x)], mode=mode)
    with pytest.warns(BadNumberWarning) as caught:
        f([-1.0])
    assert len(caught) == 1


def test_everywhere_names_the_turn_of_a_loop():
    x = T.dmatrix("x")
    mode = tg.NanGuardMode(everywhere=True)
    f = tg.function([x], rows_of_roots(x), mode=mode)
    value = np.zeros((5, 2))
    value[3, 1] = -7
    notes = [n.text for n in report_of(f, value).notes]
    assert "in turn 3 of the loop `roots`" in notes


@IN_EVERY_MODE
def test_a_nan_that_decides_is_an_alarm_though_the_result_is_fine(mode: Mode):
    x = T.dmatrix("x")
    scores = T.log(x) * 2
    f = tg.function([x], T.argmax(scores, axis=1), mode=mode + NanGuard())
    np.testing.assert_array_equal(f([[1.0, 2.0]]), [1])
    report = report_of(f, [[1.0, 2.0], [-1.0, 1.0]])
    assert report.title == "a nan arises at `T.log(x)`"
    (note,) = (n.text for n in report.notes if "decides" in n.text)
    assert note == (
        "from there it reaches `T.argmax(scores, axis=1)`, which decides by it, as nan"
    )


@IN_EVERY_MODE
@pytest.mark.parametrize(
    "expression",
    [
        lambda v: T.isnan(v).sum(),
        lambda v: T.switch(T.isnan(v), 0, v > 0),
        lambda v: T.neq(v, v).sum(),
    ],
    ids=["isnan", "isnan and a comparison", "not equal to itself"],
)
def test_to_ask_whether_a_value_is_nan_is_no_alarm(mode: Mode, expression):
    x = T.dvector("x")
    f = tg.function([x], expression(T.log(x)), mode=mode + NanGuard())
    f([-1.0, 2.0])


def test_an_infinity_may_decide():
    x = T.dvector("x")
    f = tg.function([x], T.exp(x) > 1, mode="NanGuardMode")
    np.testing.assert_array_equal(f([1000.0]), [1])


def test_what_decides_is_no_output_of_the_function():
    x = T.dvector("x")
    f = tg.function([x], [T.log(x) > 0, x + 1], mode="NanGuardMode")
    assert len(f.optimized.outputs) == len(f([2.0])) == 2
    assert len(f.program.outputs) == 3
