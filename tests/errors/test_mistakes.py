"""What a person reads who made a mistake: the right line first, and what to do.

Golden files hold every report at every verbosity, as text and as HTML.
"""

import inspect
import linecache
import re
import statistics
import sys
import traceback

import pytest
from errors import mistakes
from sources import Golden

from teachgraph.core.config import config
from teachgraph.core.report import TeachgraphError
from teachgraph.errors.pages import explain
from teachgraph.errors.render import LEVELS, html

NAMES = tuple(mistakes.CODES)
LESSON = "lesson.py"

LATER = sys.version_info >= (3, 13)


def program(name: str) -> str:
    """The source of a mistake, as a file of its own."""
    lines = inspect.getsource(getattr(mistakes, name)).splitlines(keepends=True)
    return "".join(lines[1:])


def error_of(name: str) -> TeachgraphError:
    """What a mistake raises, told about its own file, where it begins at line 1."""
    source = program(name)
    linecache.cache[LESSON] = (len(source), None, source.splitlines(True), LESSON)
    space = dict(vars(mistakes))
    exec(compile(source, LESSON, "exec"), space)
    with pytest.raises(TeachgraphError) as caught:
        space[name]()
    return caught.value


def line_at_fault(name: str) -> int:
    lines = program(name).splitlines()
    return next(n for n, text in enumerate(lines, 1) if text.endswith("# here"))


@pytest.mark.parametrize("name", NAMES)
def test_a_mistake_has_its_code(name: str):
    assert error_of(name).report.code == mistakes.CODES[name][0]


def frames(error: TeachgraphError) -> list[traceback.FrameSummary]:
    """The traceback below the frame of the test itself."""
    return traceback.extract_tb(error.__traceback__)[1:]


@pytest.mark.parametrize("name", NAMES)
def test_the_traceback_shows_no_frame_of_ours(name: str):
    assert {frame.filename for frame in frames(error_of(name))} == {LESSON}


@pytest.mark.parametrize("name", NAMES)
def test_a_mistake_is_noticed_at_its_stage(name: str):
    line = frames(error_of(name))[-1].line or ""
    calls = re.match(r"(f|hypothesis)\(", line)
    found = "compile" if "tg.function(" in line else "call" if calls else "build"
    assert found == mistakes.CODES[name][1]


@pytest.mark.parametrize("name", NAMES)
def test_the_users_line_is_among_the_first_three(name: str):
    shown = str(error_of(name)).splitlines()
    assert f"{LESSON}:{line_at_fault(name)}, in {name}" in shown[1]
    assert re.match(rf"\s+{line_at_fault(name)} \| ", shown[2])


@pytest.mark.parametrize("name", NAMES)
def test_every_mistake_comes_with_something_to_do(name: str):
    assert "help: " in str(explain(error_of(name), verbosity="low"))


@pytest.mark.parametrize("name", [n for n in NAMES if mistakes.CODES[n][1] == "call"])
def test_a_mistake_reads_the_same_on_every_backend(name: str):
    optimized = str(error_of(name))
    with config.change_flags(mode="FAST_COMPILE"):
        assert str(error_of(name)) == optimized


@pytest.mark.parametrize("name", NAMES)
def test_explain_remembers_the_last_mistake(name: str):
    error = error_of(name)
    assert str(explain("high")) == str(explain(error, verbosity="high"))


@pytest.mark.parametrize("name", NAMES)
def test_no_line_is_too_wide_to_read(name: str):
    lines = str(explain(error_of(name), verbosity="tutor")).splitlines()
    assert max(len(line) for line in lines[1:]) <= 110


def test_half_of_all_reports_have_at_most_14_lines():
    lengths = [len(str(error_of(name)).splitlines()) for name in NAMES]
    assert statistics.median(lengths) <= 14
    assert max(lengths) <= 18


@pytest.mark.parametrize("name", NAMES)
def test_more_verbosity_only_adds_words(name: str):
    error = error_of(name)
    low, medium, high, tutor = (
        set(str(explain(error, verbosity=level)).splitlines()) for level in LEVELS
    )
    assert medium <= high
    assert {line for line in high if error.report.title not in line} <= tutor
    assert {line for line in low if "^" not in line and "~" not in line} <= medium


def own_spans(name: str) -> str:
    """Since 3.13 Python knows of a loop in brackets what it loops over."""
    return ".313" if LATER and name == "loop_over_a_variable" else ""


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", NAMES)
def test_reports_read_as_in_the_golden_files(name: str, level: str, golden: Golden):
    error = error_of(name)
    file = f"errors/{name}{own_spans(name)}.{level}"
    golden(f"{file}.txt", f"{explain(error, verbosity=level)}\n")
    golden(f"{file}.html", html(error.report, level) + "\n")
