"""Every case of the corpus: the line, the stage, the facts, a repair, no frame of ours.

The same rules as those by which error messages of other libraries were scored.
"""

import linecache
import re
import statistics
import traceback
import warnings

import numpy as np
import pytest
from errors.corpus import CASES
from errors.corpus.case import Case

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.core.report import Report, TeachgraphError
from teachgraph.errors.render import text
from teachgraph.errors.silent import SilentMistake
from teachgraph.grad import ZeroGradientWarning

FILE = "<case>"
LINES = 14
REPORTED = (TeachgraphError, Warning, ValueError, AssertionError)
"""What has a report; errors of an op's own code keep their class."""


def run(source: str) -> None:
    """Run a program as a script would, with its source where reports look for it."""
    linecache.cache[FILE] = (len(source), None, source.splitlines(True), FILE)
    exec(compile(source, FILE, "exec"), {"np": np, "tg": tg, "T": T})


def told(case: Case) -> tuple[str, BaseException]:
    """What a person reads, and the error or the warning that said it."""
    with pytest.raises(REPORTED) as caught:
        run(case.wrong)
    report = getattr(caught.value, "report", None)
    if isinstance(report, Report):
        return text(report, "medium"), caught.value
    return str(caught.value), caught.value


def line_with(case: Case, *marks: str) -> set[int]:
    lines = enumerate(case.wrong.splitlines(), 1)
    return {n for n, line in lines if any(f"# {m}" in line for m in marks)}


NAMES = tuple(CASES)


@pytest.mark.parametrize("name", NAMES)
def test_a_mistake_is_told_by_its_code(name: str):
    assert f"[{CASES[name].code}]" in told(CASES[name])[0]


@pytest.mark.parametrize("name", NAMES)
def test_the_first_place_is_the_line_at_fault(name: str):
    shown, _ = told(CASES[name])
    head = "\n".join(shown.splitlines()[:3])
    found = re.search(rf"{FILE}:(\d+)", head)
    assert found, shown
    assert int(found.group(1)) in line_with(CASES[name], "here", "also"), shown


@pytest.mark.parametrize("name", NAMES)
def test_all_facts_are_told(name: str):
    shown, _ = told(CASES[name])
    missing = [fact for fact in CASES[name].facts if not re.search(fact, shown)]
    assert not missing, shown


@pytest.mark.parametrize("name", NAMES)
def test_a_repair_is_told_in_words_that_are_not_the_users(name: str):
    shown, _ = told(CASES[name])
    own = [line for line in shown.splitlines() if not re.match(r"\s*\d+ \|", line)]
    assert re.search(CASES[name].repair, "\n".join(own)), shown


@pytest.mark.parametrize("name", NAMES)
def test_it_is_noticed_at_its_stage_without_a_frame_of_ours(name: str):
    case = CASES[name]
    _, error = told(case)
    frames = traceback.extract_tb(error.__traceback__)
    users = [f.lineno or 0 for f in frames if f.filename == FILE]
    line = case.wrong.splitlines()[users[0] - 1]
    compiling = "tg.function(" in line
    stage = "call" if "# call" in line else "compile" if compiling else "build"
    assert stage == case.stage
    if isinstance(error, TeachgraphError):
        own = [f.filename for f in frames if "/teachgraph/" in f.filename]
        assert own == []


@pytest.mark.parametrize("name", NAMES)
def test_the_program_put_right_runs_without_a_warning(name: str):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run(CASES[name].right)


def test_there_are_sixty_cases_and_half_have_at_most_14_lines():
    lengths = [len(told(case)[0].splitlines()) for case in CASES.values()]
    assert len(CASES) >= 60
    assert statistics.median(lengths) <= LINES
    assert max(lengths) <= LINES + 4


def test_every_silent_mistake_has_a_class_of_its_own():
    kinds = (SilentMistake, ZeroGradientWarning)
    assert all(issubclass(kind, UserWarning) for kind in kinds)
