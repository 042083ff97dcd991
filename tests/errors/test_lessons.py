"""Pages and the course: a lesson that a page names is there, and reports lead to it."""

import re
from pathlib import Path

import pytest
from sources import ROOT

from teachgraph.core.report import Report
from teachgraph.errors.lessons import Lesson, lesson, link
from teachgraph.errors.pages import codes, explain, page
from teachgraph.errors.render import folded

TAUGHT = tuple(code for code in codes() if page(code).lesson)
REPORT = Report("shape-mismatch", "two lengths differ")


def named(code: str) -> Lesson:
    found = lesson(page(code).lesson)
    assert found is not None, page(code).lesson
    return found


def headings(number: int) -> list[str]:
    text = (ROOT / f"course/lesson{number:02}/lecture.py").read_text(encoding="utf-8")
    return re.findall(r"^# (#+ .+)$", text, re.MULTILINE)


def test_most_mistakes_are_treated_in_a_lesson():
    assert len(TAUGHT) >= 40
    assert {named(code).number for code in TAUGHT} == {1, 2, 3, 4, 5, 6}


@pytest.mark.parametrize("code", TAUGHT)
def test_a_lesson_that_a_page_names_is_in_the_course(code: str):
    found = named(code)
    title = f"# Lesson {found.number}: {found.title}"
    assert title.lower() in [heading.lower() for heading in headings(found.number)]
    assert f"## {found.section}" in headings(found.number)
    assert (ROOT / found.lecture).is_file()


def test_a_report_in_a_notebook_leads_to_its_lesson(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT / "notebooks")
    assert 'href="../course/lesson03/lecture.ipynb"' in folded(REPORT)
    assert 'href="../course/lesson03/lecture.ipynb"' in (
        explain("shape-mismatch")._repr_html_()
    )


def test_far_from_the_course_a_report_names_the_lesson(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.chdir(tmp_path)
    shown = link(named("shape-mismatch"))
    assert "lesson 3, What fits what" in shown
    assert "href" not in shown


def test_the_page_of_a_code_ends_with_its_lesson():
    last = str(explain("non-scalar-cost")).splitlines()[-1]
    assert last.startswith("More: lesson 2, Back through the graph")


def test_a_page_may_name_no_lesson():
    assert lesson("") is None
