"""What DebugMode finds: ops that contradict themselves, and rules that are wrong."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from random_programs import random_gradient, random_program

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.backend import BACKENDS
from teachgraph.backend.availability import BackendUnavailable
from teachgraph.compile.mode import Mode
from teachgraph.core.graph import Variable
from teachgraph.core.op import OPS, Op
from teachgraph.core.report import GraphError, InternalError, Report
from teachgraph.core.types import TensorType
from teachgraph.debug import (
    BadNumberError,
    CheckMemory,
    CheckProgram,
    CheckRewrites,
    CheckTypes,
    Compare,
)
from teachgraph.rewrite.rule import RULES, rule

x, y = T.dvectors("x", "y")


@pytest.fixture(autouse=True)
def registries() -> Iterator[None]:
    """Ops and rules of a test end with it, and those of other tests are not seen."""
    ops, rules = dict(OPS), list(RULES)
    for name, kind in ops.items():
        if not kind.__module__.startswith("teachgraph."):
            del OPS[name]
    yield
    OPS.clear()
    OPS.update(ops)
    RULES[:] = rules


def twice(numpy: Callable, lower: Callable | None = None) -> Variable:
    """`x` through an op that says it doubles."""

    class Twice(Op):
        """Each element twice as large."""

        def infer(self, x: TensorType) -> TensorType:
            return x

        def numpy(self, x):
            return numpy(x)

        def grad(self, inputs, output, g):
            return (g + g,)

    Twice.lower = lower
    return Twice()(x)


def report_of(listener, output: Variable, *values) -> Report:
    f = tg.function([x], output, mode=Mode() + listener)
    with pytest.raises(InternalError) as caught:
        f(*values)
    return caught.value.report


def words(report: Report) -> str:
    return "\n".join([report.title, *(note.text for note in report.notes)])


# CheckTypes


def test_an_op_that_writes_into_its_input_is_found_and_the_input_restored():
    def double(a):
        a *= 2
        return a.copy()

    given = np.array([1.0, 2.0])
    report = report_of(CheckTypes(), twice(double), given)
    assert report.title == "Twice changed its input `x` in place"
    np.testing.assert_array_equal(given, [1.0, 2.0])


def test_an_op_that_gives_other_lengths_than_it_said_is_found():
    report = report_of(CheckTypes(), twice(lambda a: np.concatenate([a, a])), [1.0])
    assert "its `numpy` gave an array of shape (2,)" in words(report)
    assert "its `infer` said (1,)" in words(report)


def test_nan_in_an_input_is_not_a_change():
    f = tg.function([x], twice(lambda a: a + a), mode=Mode() + CheckTypes())
    np.testing.assert_array_equal(f([np.nan, 1.0]), [np.nan, 2.0])


# CheckMemory


def test_an_op_that_depends_on_strides_is_found():
    report = report_of(
        CheckMemory(),
        twice(lambda a: a + a if a.flags.c_contiguous else a * 3),
        [1.0, 2.0],
    )
    assert (
        report.title == "Twice gives something else when its inputs have other strides"
    )
    assert "then it is 3 at [0], first 2" in words(report)


def test_an_op_that_depends_on_chance_is_found():
    counted = iter(range(100))
    report = report_of(CheckMemory(), twice(lambda a: a + next(counted)), [1.0])
    assert (
        report.title == "Twice gives something else when it is computed a second time"
    )


def test_an_op_is_computed_again_in_the_first_calls_and_then_now_and_again():
    check = CheckMemory(every=10)
    f = tg.function([x], twice(lambda a: a + a), mode=Mode() + check)
    for _ in range(25):
        f([1.0])
    assert check.checked == 2 + 2  # and in the calls after ten and twenty


def test_an_op_is_computed_again_for_arrays_of_each_shape():
    check = CheckMemory()
    f = tg.function([x], twice(lambda a: a + a), mode=Mode() + check)
    for length in (1, 2, 3):
        for _ in range(5):
            f(np.ones(length))
    assert check.checked == 3 * 2


# Compare


def three_times(self, out, index, x):
    return x[index] + x[index] + x[index]


@pytest.mark.parametrize("against", ["c", "kernel"])
def test_loops_that_differ_from_numpy_are_found(against: str):
    wrong = twice(lambda a: a + a, three_times)
    report = report_of(Compare(against), wrong, [0.0, 5.0])
    assert report.title == "two ways to compute Twice differ"
    assert "NumPy gives 10 at [1]" in words(report)
    assert "give 15 at [1]" in words(report)


def test_right_loops_pass_and_nodes_that_are_alike_share_them():
    compare = Compare("kernel")
    f = tg.function([x], T.exp(x) + T.exp(x + 1), mode=Mode() + compare)
    f([1.0, 2.0])
    assert compare.compared == len(f.watched.steps)
    assert len(compare._others) == compare.compared - 1


def test_every_node_has_its_turn_to_be_compared_and_no_call_has_all_of_them():
    compare = Compare("kernel", every=4)
    f = tg.function([x], T.exp(T.sin(T.cosh(x))), mode=Mode() + compare)
    counts = []
    for _ in range(10):
        before = compare.compared
        f([1.0, 2.0])
        counts.append(compare.compared - before)
    assert counts[:2] == [3, 3]
    assert sum(counts[2:6]) == sum(counts[6:10]) == 3
    assert max(counts[2:]) == 1


def test_at_least_one_run_is_compared():
    with pytest.raises(ValueError, match="at least one run is checked"):
        Compare(every=0)


def test_an_op_without_loops_is_not_compared():
    compare = Compare("kernel")
    tg.function([x], twice(lambda a: a + a), mode=Mode() + compare)([1.0])
    assert compare.compared == 0


def test_the_interpreter_is_not_asked_for_large_arrays():
    compare = Compare("kernel", largest=10)
    f = tg.function([x], T.exp(x), mode=Mode() + compare)
    f(np.ones(6))
    assert (compare.compared, compare.skipped) == (0, 1)


def test_without_a_compiler_the_interpreter_serves(monkeypatch: pytest.MonkeyPatch):
    def missing():
        raise BackendUnavailable("no C compiler was found")

    monkeypatch.setitem(BACKENDS, "c", missing)
    compare = Compare("c")
    tg.function([x], T.exp(x), mode=Mode() + compare)([1.0])
    assert compare.compared == 1


def test_there_are_two_ways_to_compare_with():
    with pytest.raises(ValueError, match="against is one of c, kernel"):
        Compare("fortran")


# CheckRewrites


def wrong_rule() -> None:
    @rule("specialize")
    def triple_of_a_sum(x, y):
        """Two is less work than three."""
        return 3 * (x + y), 2 * (x + y)


def unsound(output: Variable) -> Report:
    f = tg.function([x, y], output, mode=Mode() + CheckRewrites())
    with pytest.raises(GraphError) as caught:
        f([1.0, 2.0], [3.0, 4.0])
    return caught.value.report


def test_the_rule_that_changed_a_value_is_named_with_the_users_expression():
    wrong_rule()
    report = unsound(T.exp(T.log(1 + T.exp(x)) * 0.1 + 3 * (x + y)).sum())
    assert report.code == "unsound-rewrite"
    assert report.origin.span().text() == "3 * (x + y)"
    assert "the rule triple_of_a_sum changed the value" in report.title
    assert "Two is less work than three." in words(report)


def test_an_update_that_a_rule_spoils_is_not_made():
    wrong_rule()
    s = tg.shared(np.ones(2), name="s")
    mode = Mode() + CheckRewrites()
    f = tg.function([x], [], updates=[(s, 3 * (s + x))], mode=mode)
    with pytest.raises(GraphError, match="triple_of_a_sum"):
        f([1.0, 2.0])
    np.testing.assert_array_equal(s.get_value(), [1.0, 1.0])


def test_a_number_where_there_was_none_is_no_fault():
    check = CheckRewrites()
    f = tg.function([x], [T.log(1 + T.exp(x)), x / x], mode=Mode() + check)
    np.testing.assert_allclose(f([1000.0, 0.0])[0], [1000.0, np.log(2)])
    assert check.compared == 1


def test_what_cancels_may_be_off_by_what_was_lost():
    check = CheckRewrites()
    outputs = [T.exp((x + y) - x), T.sin(x)]
    f = tg.function([x, y], outputs, mode=Mode() + check)
    assert f([1e12], [0.1])[0] == np.exp(0.1)
    assert check.compared == 1


def test_a_comparison_that_rounding_may_turn_is_not_compared():
    check = CheckRewrites()
    f = tg.function([x], (x * 3) / 3 > x, mode=Mode() + check)
    f([0.1, 0.2])
    assert check.compared == 0


# CheckProgram


def test_a_compiled_program_that_differs_from_numpy_is_found():
    report = report_of(CheckProgram(), twice(lambda a: a + a, three_times), [0.0, 5.0])
    assert report.title == "the compiled program is wrong about output 0"
    assert "NumPy gives 10 at [1], and the compiled program 15" in words(report)


def test_a_compiled_program_may_round_otherwise():
    check = CheckProgram()
    f = tg.function([x, y], [T.dot(x, y), T.exp(x).sum() + 1], mode=Mode() + check)
    f(np.linspace(-1, 1, 999), np.linspace(2, 3, 999))
    assert check.compared == 1


# All together


def test_debug_mode_can_stop_at_infinities_too():
    f = tg.function([x], T.log(x), mode=tg.DebugMode(check_isfinite=True))
    with pytest.raises(BadNumberError):
        f([0.0])
    assert tg.function([x], T.log(x), mode="DebugMode")([0.0]) == -np.inf


@pytest.mark.parametrize("make", [random_program, random_gradient])
@pytest.mark.parametrize("seed", range(1000, 1020))
def test_debug_mode_finds_nothing_in_right_programs(make: Callable, seed: int):
    program = make(seed)
    inputs = list(program.graph.inputs)
    f = tg.function(
        inputs,
        list(program.graph.outputs),
        mode=tg.DebugMode(check_c_code=False),
        on_unused_input="ignore",
    )
    f(*(program.values[v] for v in inputs))


def test_debug_mode_finds_what_a_rule_spoils_in_any_call():
    @rule("specialize")
    def absolute_of_a_sum(x, y):
        """A sum is its absolute value."""
        return abs(x + y), x + y

    f = tg.function([x, y], T.exp(abs(x + y)), mode=tg.DebugMode(check_c_code=False))
    for _ in range(9):
        f([1.0, 2.0], [3.0, 4.0])
    with pytest.raises(GraphError, match="absolute_of_a_sum"):
        f([1.0, 2.0], [3.0, -4.0])


def test_debug_mode_compares_with_c_by_default():
    f = tg.function([x, y], T.dot(T.tanh(x), y), mode="DebugMode")
    np.testing.assert_allclose(f([1.0], [2.0]), np.tanh(1.0) * 2)
