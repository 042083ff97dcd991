"""What can be wrong with a loop: each fault names the place and says what to write."""

from collections.abc import Callable

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.core.report import MissingInputError, TeachgraphError

x, m, n = T.dvector("x"), T.dmatrix("m"), T.dscalar("n")
w = tg.shared(np.ones(3), "w")
single = T.fvector("single")


def step(*given: object) -> object:
    return given[0]


FAULTS: dict[str, tuple[str, Callable[[], object], str]] = {
    "no length": ("loop-without-end", lambda: tg.scan(step), "n_steps=10"),
    "a scalar sequence": ("wrong-rank", lambda: tg.scan(step, n), "non_sequences"),
    "negative": (
        "wrong-value",
        lambda: tg.scan(step, x, n_steps=-3),
        "go_backwards=True",
    ),
    "a part of a turn": ("wrong-dtype", lambda: tg.scan(step, x, n_steps=n), ""),
    "too many outputs": (
        "loop-outputs",
        lambda: tg.scan(lambda e, s: [s + e, e, e], x, 0.0),
        "outputs_info=[first, None, None]",
    ),
    "too few outputs": (
        "loop-outputs",
        lambda: tg.scan(lambda e, s, t: s, x, [0.0, 0.0]),
        "",
    ),
    "nothing": ("loop-result", lambda: tg.scan(lambda e: None, x), "return y"),
    "a number": ("loop-result", lambda: tg.scan(lambda e: 2, x), "T.constant(2)"),
    "an array": ("loop-result", lambda: tg.scan(lambda e: [e, np.ones(2)], x), ""),
    "two conditions": (
        "loop-result",
        lambda: tg.scan(lambda e: [tg.until(e), tg.until(e)], x),
        "",
    ),
    "a condition with axes": (
        "wrong-rank",
        lambda: tg.scan(lambda e: (e, tg.until(x > 1)), x),
        "",
    ),
    "another rank": (
        "loop-state",
        lambda: tg.scan(lambda e, s: s + e, m, 0.0),
        "T.zeros_like(s + e)",
    ),
    "another dtype": (
        "loop-state",
        lambda: tg.scan(lambda e, s: s * e, x, single[0]),
        "T.cast(s * e, 'float32')",
    ),
    "another shape": (
        "loop-state",
        lambda: tg.scan(lambda e, s: T.zeros((3,)) + e, x, T.zeros((2,))),
        "",
    ),
    "an update of another dtype": (
        "loop-state",
        lambda: tg.scan(lambda e: {tg.shared(0, "k"): e}, x),
        "T.cast(new, 'int64')",
    ),
    "too few rows": (
        "loop-taps",
        lambda: tg.scan(
            step, outputs_info={"initial": T.zeros((2,)), "taps": [-3]}, n_steps=2
        ),
        "T.stack([older, newer])",
    ),
    "no rows": (
        "loop-taps",
        lambda: tg.scan(step, x, {"initial": n, "taps": [-2]}),
        "",
    ),
    "a tap ahead": (
        "loop-taps",
        lambda: tg.scan(step, x, {"initial": x, "taps": [-1, 0]}),
        "taps=[-1]",
    ),
    "a tap twice": (
        "loop-taps",
        lambda: tg.scan(step, x, {"initial": x, "taps": [-2, -2]}),
        "",
    ),
    "half a tap": ("loop-taps", lambda: tg.scan(step, {"input": x, "taps": [0.5]}), ""),
    "taps of nothing": ("loop-taps", lambda: tg.scan(step, x, {"taps": [-1]}), ""),
    "a strange key": (
        "unknown-name",
        lambda: tg.scan(step, x, {"initial": x, "return_steps": 1}),
        "out[-3:]",
    ),
    "no input": ("wrong-argument-kind", lambda: tg.scan(step, {"taps": [0]}), ""),
    "strict": (
        "loop-strict",
        lambda: tg.scan(lambda e: w * e, x, strict=True),
        "non_sequences=[..., w]",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_has_its_code_its_place_and_what_to_write(name: str):
    code, make, written = FAULTS[name]
    with pytest.raises(TeachgraphError) as caught:
        make()
    report = caught.value.report
    assert report.code == code
    assert report.origin is not None
    assert report.origin.span().file == __file__
    codes = [hint.code or "" for hint in report.hints]
    assert any(written in text for text in codes) or not written


def test_the_text_of_a_fault_shows_the_loop_and_the_value_at_fault():
    with pytest.raises(TeachgraphError) as caught:
        tg.scan(lambda e, s: s * e, x, single[0], name="decay")
    text = str(caught.value)
    assert "output 0 is float64, and its initial value float32" in text
    assert 'tg.scan(lambda e, s: s * e, x, single[0], name="decay")' in text


def test_strict_loops_take_shared_variables_that_are_listed_or_updated():
    k = tg.shared(0.0, "k")
    out, updates = tg.scan(
        lambda e, w: ((w * e).sum() + k, {k: k + 1}), x, non_sequences=w, strict=True
    )
    f = tg.function([x], out, updates=updates, mode="FAST_COMPILE")
    assert f([1.0, 2]).tolist() == [3, 7]


def test_faults_inside_the_function_are_those_of_its_line():
    with pytest.raises(TeachgraphError) as caught:
        tg.scan(lambda row: T.dot(row, T.zeros((2, 2))) + T.zeros((3,)), m)
    assert caught.value.report.code == "shape-mismatch"


@pytest.mark.parametrize("mode", ["FAST_COMPILE", "FAST_RUN"])
def test_sequences_too_short_for_n_steps_are_a_fault_of_the_call(mode: str):
    k = T.lscalar("k")
    f = tg.function([x, k], tg.scan(lambda e: e, x, n_steps=k)[0], mode=mode)
    assert f([1.0, 2], 1).tolist() == [1]
    with pytest.raises(TeachgraphError):
        f([1.0, 2], 3)


@pytest.mark.parametrize("mode", ["FAST_COMPILE", "FAST_RUN"])
def test_too_few_initial_rows_are_a_fault_of_the_call(mode: str):
    info = {"initial": x, "taps": [-3]}
    f = tg.function([x], tg.scan(lambda a: a, None, info, n_steps=2)[0], mode=mode)
    assert f([1.0, 2, 3]).tolist() == [1, 2]
    with pytest.raises(TeachgraphError):
        f([1.0, 2])


def test_programs_catch_faults_of_loops_as_they_do_in_theano():
    with pytest.raises(ValueError, match="how many turns"):
        tg.scan(step)
    with pytest.raises(MissingInputError):
        tg.scan(lambda e: w * e, x, strict=True)
