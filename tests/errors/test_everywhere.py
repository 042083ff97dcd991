"""One fault, the same report: by C and by NumPy, in a loop, in a text that was run."""

import subprocess
import sys

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.core.report import IndexRangeError, Report, ShapeError

MODES = ("FAST_RUN", "FAST_COMPILE", tg.Mode("python"), tg.Mode("c", phases=()))


def words(report: Report) -> tuple[str, ...]:
    """What a report says apart from places."""
    return (report.title, report.why, *(hint.text for hint in report.hints))


def shapes(mode: object) -> Report:
    x, b = T.dmatrix("x"), T.dvector("b")
    f = tg.function([x, b], T.exp(T.tanh(x * 2 + b)).sum(), mode=mode)
    with pytest.raises(ShapeError) as caught:
        f(np.ones((2, 3)), np.ones(4))
    return caught.value.report


def positions(mode: object) -> Report:
    table = tg.shared(np.ones((3, 2)), name="table")
    rows = T.lvector("rows")
    f = tg.function([rows], T.exp(table[rows]).sum(), mode=mode)
    with pytest.raises(IndexRangeError) as caught:
        f([0, 3])
    return caught.value.report


def inside(mode: object) -> Report:
    x = T.dmatrix("x")
    w = tg.shared(np.ones((3, 3)), name="w")
    out, _ = tg.scan(
        lambda row, h: T.tanh(row + T.dot(h, w)),
        sequences=[x],
        outputs_info=[T.zeros((3,))],
    )
    f = tg.function([x], out[-1], mode=mode)
    with pytest.raises(ShapeError) as caught:
        f(np.ones((5, 4)))
    return caught.value.report


def nothing(mode: object) -> Report:
    x = T.dvector("x")
    f = tg.function([x], T.max(T.exp(x)), mode=mode)
    with pytest.raises(ValueError, match="axis 0 is empty") as caught:
        f([])
    return caught.value.report


@pytest.mark.parametrize("fault", [shapes, positions, inside, nothing])
@pytest.mark.parametrize("mode", MODES[1:], ids=str)
def test_a_fault_reads_the_same_in_every_mode(fault, mode):
    assert words(fault(mode)) == words(fault(MODES[0]))


def test_a_fault_inside_a_loop_names_the_line_of_the_step():
    report = inside("FAST_RUN")
    assert report.origin is not None
    assert "row + T.dot(h, w)" in report.origin.span().text()
    assert "in every turn" in report.notes[0].text


def test_an_index_out_of_range_in_a_loop_names_the_turn():
    table = tg.shared(np.ones((3, 2)), name="table")
    rows = T.lvector("rows")
    out, _ = tg.scan(lambda i: table[i], sequences=[rows])
    f = tg.function([rows], out.sum())
    with pytest.raises(IndexRangeError, match="index 7 in `i`") as caught:
        f([0, 1, 7])
    assert "in turn 2, counted from 0" in caught.value.report.notes[0].text


PROGRAM = """
import numpy as np
import teachgraph as tg
import teachgraph.tensor as T
x, b = T.dmatrix("x"), T.dvector("b")
f = tg.function([x, b], x + b)
f(np.ones((2, 3)), np.ones(4))
"""


def test_a_text_that_is_run_without_a_file_is_told_by_its_line():
    with pytest.raises(ShapeError, match="`x` \\(2, 3\\) and `b` \\(4,\\)") as caught:
        exec(compile(PROGRAM, "<nowhere>", "exec"), {})
    assert "<nowhere>:6" in str(caught.value)


def test_a_program_on_the_command_line_is_told_by_its_line():
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    assert "`x` (2, 3) and `b` (4,)" in ran.stderr
    assert "<string>:6" in ran.stderr
    assert "site-packages" not in ran.stderr
    assert "/teachgraph/" not in ran.stderr
