"""Reports at each verbosity, with and without source, as text, HTML and colour."""

import pytest

from teachgraph.core.config import config
from teachgraph.core.graph import Variable
from teachgraph.core.origin import Origin, Place, Span
from teachgraph.core.report import Hint, Label, Note, Report, ShapeError
from teachgraph.core.types import TensorType
from teachgraph.errors.render import LEVELS, ansi, document, html, text

NOWHERE = Place(Span("<string>", 4, 4, 0, 5), "<module>")
X = Variable(TensorType("float64", (2, 3)), "x")


def report(origin: Origin | None = NOWHERE, **parts) -> Report:
    whole = {
        "labels": (Label(X, "float64[2, 3]"),),
        "notes": (Note("`x` is an input"),),
        "why": "Lengths that meet must be equal.",
        "hints": (Hint("write less", "x"), Hint("write more")),
        "details": (("Values", "x: all 1\ny: all 2"),),
    }
    return Report("shape-mismatch", "two lengths differ", origin, **{**whole, **parts})


def test_low_is_title_place_and_the_first_repair():
    assert text(report(), "low").splitlines() == [
        "two lengths differ  [shape-mismatch]",
        "  <string>:4",
        "  help: write less: x",
    ]


def test_medium_adds_operands_notes_the_reason_and_every_repair():
    assert text(report(), "medium").splitlines() == [
        "two lengths differ  [shape-mismatch]",
        "  <string>:4",
        "       `x` is float64[2, 3]",
        "  note: `x` is an input",
        "  why: Lengths that meet must be equal.",
        "  help: write less: x",
        "  help: write more",
    ]


def test_high_adds_details_and_where_to_read_more():
    assert text(report(), "high").splitlines()[-4:] == [
        "  Values",
        "    x: all 1",
        "    y: all 2",
        '  more: teachgraph.explain("shape-mismatch")',
    ]


def test_the_configured_verbosity_is_used():
    error = ShapeError(report())
    with config.change_flags(exception_verbosity="low"):
        assert "why" not in str(error)
    assert "why" in str(error)


def test_an_unknown_verbosity_is_refused():
    with pytest.raises(ValueError, match="one of low, medium, high"):
        document(report(), "loud")


def test_a_report_without_a_place_lists_its_operands():
    assert text(report(None), "medium").splitlines()[1] == "       `x` is float64[2, 3]"


def test_long_words_are_set_under_themselves():
    lines = text(report(why="word " * 40), "medium").splitlines()
    start = lines.index(next(line for line in lines if line.startswith("  why: ")))
    assert lines[start + 1].startswith("       word")
    assert max(map(len, lines)) <= 100


def test_a_note_says_its_file_only_if_it_is_another_one():
    near = Note("made here", Place(Span("<string>", 2, 2, 0, 1), "<module>"))
    far = Note("made there", Place(Span("folder/other.py", 9, 9, 0, 1), "make"))
    shown = text(report(notes=(near, far)), "medium")
    assert "made here (line 2)" in shown
    assert "made there (other.py:9, in make)" in shown


def test_html_escapes_what_the_user_wrote():
    shown = html(Report("shape-mismatch", "a < b & c"), "low")
    assert "a &lt; b &amp; c" in shown
    assert "<b" not in shown


def test_an_error_is_html_in_a_notebook():
    shown = ShapeError(report())._repr_html_() or ""
    assert shown.startswith('<div class="tg-report"')
    assert shown.count("<details") == len(LEVELS) - 1


def test_colour_marks_titles_and_repairs():
    shown = ansi(report(), "low")
    assert "\x1b[1mtwo lengths differ\x1b[0m" in shown
    assert "\x1b[32m  help: \x1b[0m" in shown
