"""Beyond the text: pages of an instructor's, counts, JSON, and the last error."""

import json
from pathlib import Path

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.core.config import config
from teachgraph.core.report import InternalError, Report, ShapeError, UnknownNameError
from teachgraph.errors import bugreport, statistics, terminal
from teachgraph.errors.book import QUESTION, codes, page
from teachgraph.errors.pages import explain

OWN_PAGE = """---
code: shape-mismatch
title: Zwei Längen passen nicht
question: Welche Längen treffen aufeinander?
---

Hier steht, was es bedeutet.
"""


def mismatch() -> ShapeError:
    x, b = T.dvectors("x", "b")
    f = tg.function([x, b], x + b)
    with pytest.raises(ShapeError) as caught:
        f(np.ones(3), np.ones(4))
    return caught.value


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shape-mismatch.md").write_text(OWN_PAGE, encoding="utf-8")
    (tmp_path / "our-own-code.md").write_text(OWN_PAGE, encoding="utf-8")
    return tmp_path


def test_a_page_of_the_instructors_takes_the_place_of_ours(folder: Path):
    with config.change_flags(error_pages=str(folder)):
        assert page("shape-mismatch").title == "Zwei Längen passen nicht"
        assert "Welche Längen" in str(explain(mismatch(), verbosity="tutor"))
    assert page("shape-mismatch").title != "Zwei Längen passen nicht"


def test_a_page_for_a_new_code_can_be_added(folder: Path):
    with config.change_flags(error_pages=str(folder)):
        assert "our-own-code" in codes()
    assert "our-own-code" not in codes()


def test_a_page_without_a_question_asks_a_general_one():
    assert page("not-pairs").question == QUESTION


def test_the_tutor_asks_before_it_answers():
    lines = str(explain(mismatch(), verbosity="tutor")).splitlines()
    asked = next(n for n, line in enumerate(lines) if "question: " in line)
    answered = next(n for n, line in enumerate(lines) if "answer: " in line)
    put_right = next(n for n, line in enumerate(lines) if "put right" in line)
    assert asked < answered < put_right


def test_nothing_is_counted_unless_that_is_asked_for(tmp_path: Path):
    file = tmp_path / "counts.txt"
    mismatch()
    assert not file.exists()


def test_what_is_counted_is_the_day_and_the_code(tmp_path: Path):
    file = tmp_path / "counts.txt"
    with config.change_flags(error_statistics=str(file)):
        mismatch()
        mismatch()
    assert statistics.counts(file) == {"shape-mismatch": 2}
    assert all(len(line.split()) == 2 for line in file.read_text().splitlines())


def test_a_report_as_json_holds_all_of_it():
    error = mismatch()
    told = json.loads(error.report.to_json())
    assert told["code"] == "shape-mismatch"
    assert told["place"]["text"] == "x + b"
    assert [label["name"] for label in told["labels"]] == ["x", "b"]
    assert told["hints"][0]["text"] == error.report.hints[0].text


def test_the_last_error_is_at_hand():
    error = mismatch()
    assert isinstance(tg.last_error, ShapeError)
    assert tg.last_error.report is error.report


def test_a_name_of_the_t_namespace_is_found_from_the_package():
    with pytest.raises(UnknownNameError, match=r"T\.dmatrix"):
        tg.dmatrix("x")


def test_asking_whether_an_attribute_is_there_makes_no_report():
    error = mismatch()
    assert not hasattr(T.dvector("x"), "no_such_thing")
    assert not hasattr(T, "no_such_thing")
    assert tg.last_error.report is error.report


def test_html_has_every_level_folded_away():
    shown = mismatch()._repr_html_() or ""
    assert shown.count("<summary>") == 3
    assert "<summary>tutor</summary>" in shown


def test_a_fault_of_ours_goes_to_a_file_and_says_where():
    path = Path(bugreport.written(InternalError(Report("internal", "a fault"))))
    assert "a fault" in path.read_text(encoding="utf-8")
    path.unlink()


def test_colour_is_for_terminals(capsys: pytest.CaptureFixture[str]):
    error = mismatch()
    terminal.show(type(error), error, error.__traceback__)
    said = capsys.readouterr().err
    assert "\x1b[" not in said
    assert "[shape-mismatch]" in said


def test_rich_prints_an_explanation_in_colour():
    assert "\x1b" not in str(explain(mismatch()))
    assert "add" in explain(mismatch()).__rich__().plain
