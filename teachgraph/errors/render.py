"""Reports as documents: the same words at each verbosity, only more of them.

    low     title, place, the user's expression underlined, the first repair
    medium  and: types under the operands, notes, why, every repair
    high    and: the lines that the notes speak of, details, where to read more
    tutor   all of it after a question, and then the page: why there is such a rule, a
            program with the mistake, and the same put right

The title comes first and the user's own line is the third line, whatever the fault.
"""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Iterator

from teachgraph.core.config import config
from teachgraph.core.doc import (
    BREAK,
    SPACE_OR_BREAK,
    Doc,
    concat,
    group,
    join,
    mark,
    nest,
    style,
    to_ansi,
    to_html,
    to_text,
)
from teachgraph.core.doc import text as text_of
from teachgraph.core.origin import Origin
from teachgraph.core.report import RENDERERS, Hint, Note, Report
from teachgraph.errors.book import QUESTION, find
from teachgraph.errors.lessons import lesson, link
from teachgraph.errors.naming import called, stands_for
from teachgraph.errors.prose import body
from teachgraph.errors.source import Marked, excerpt, operand_parts, place

LEVELS = ("low", "medium", "high", "tutor")
WIDTH = 100


def document(report: Report, verbosity: str | None = None) -> Doc:
    """The report at a verbosity; the configured one if none is given.

    Raises:
        ValueError: there is no such verbosity.
    """
    level = verbosity or config.exception_verbosity
    if level not in LEVELS:
        raise ValueError(f"verbosity is one of {', '.join(LEVELS)}, not {level!r}")
    if level == "low":
        bare = dataclasses.replace(report, labels=())
        return join(
            BREAK, [_title(report), *_location(bare), *map(_hint, report.hints[:1])]
        )
    if level == "tutor":
        return join(BREAK, list(_lesson(report)))
    return join(BREAK, [_title(report), *_location(report), *_told(report, level)])


def _told(report: Report, level: str) -> Iterator[Doc]:
    """What follows the title and the place: facts, why, repairs, details."""
    for note in report.notes:
        yield from _note(note, report.origin, with_source=level == "high")
    if report.why:
        yield _fact("why", report.why)
    yield from map(_hint, report.hints)
    if level == "high":
        yield from _details(report)


def _lesson(report: Report) -> Iterator[Doc]:
    """The place, a question, then the answer and the page."""
    page = find(report.code)
    heading = page.title if page is not None else report.code
    yield concat(style("title", heading), "  ", style("faint", f"[{report.code}]"))
    yield from _location(report)
    yield _fact("question", page.question if page is not None else QUESTION)
    yield text_of("")
    yield _fact("answer", report.title)
    yield from _told(report, "high")
    if page is None:
        return
    if report.hints:
        yield _fact("try", "make the change, run it again, and see what changed;")
        yield concat(
            "       or a program with this mistake, and the same put right: ",
            style("code", f"teachgraph explain {report.code} --try"),
        )
    for piece in body(page):
        yield text_of("")
        yield nest(2, "  ", piece)


def text(report: Report, verbosity: str | None = None) -> str:
    """The report as plain text."""
    return to_text(document(report, verbosity), WIDTH)


def html(report: Report, verbosity: str | None = None) -> str:
    """The report as HTML for a notebook."""
    return to_html(document(report, verbosity), WIDTH)


def folded(report: Report, verbosity: str | None = None) -> str:
    """HTML with the other verbosities folded away below."""
    level = verbosity or config.exception_verbosity
    others = [other for other in LEVELS if other != level]
    more = "".join(
        f'<details class="tg-level"><summary>{other}</summary>'
        f"{html(report, other)}</details>"
        for other in others
    )
    shown = html(report, level)
    page = find(report.code)
    where = lesson(page.lesson) if page is not None else None
    course = link(where) if where is not None else ""
    return f'<div class="tg-report" data-level="{level}">{shown}{more}{course}</div>'


def ansi(report: Report, verbosity: str | None = None) -> str:
    """The report in colour for a terminal."""
    return to_ansi(document(report, verbosity), WIDTH)


def _title(report: Report) -> Doc:
    return concat(
        style("title", report.title), "  ", style("faint", f"[{report.code}]")
    )


def _location(report: Report) -> Iterator[Doc]:
    """Where it is, the source with marks, or the operands in words without source."""
    if report.origin is None:
        yield from _operands(report)
        return
    yield concat("  ", mark(report.origin, style("faint", place(report.origin))))
    names = [called(label.variable, report.origin) for label in report.labels]
    parts = operand_parts(report.origin, len(report.labels), names)
    labels = [
        (part, label.text)
        for part, label in zip(parts, report.labels)
        if part and stands_for(part, label.variable)
    ]
    lines = excerpt(report.origin, [label for label in labels if label[1]])
    if not lines or len(labels) < len(report.labels):
        lines = excerpt(report.origin)
        yield from _numbered(lines)
        yield from _operands(report)
        return
    yield from _numbered(lines)


def _numbered(lines: list[Marked], indent: str = "  ") -> Iterator[Doc]:
    width = max((len(str(line.number or "")) for line in lines), default=0)
    for line in lines:
        number = "" if line.number is None else str(line.number)
        gutter = style("faint", f"{indent}{number:>{width + 2}} | ")
        yield concat(gutter, *(style(s, t) if s else t for s, t in line.pieces))


def _operands(report: Report) -> Iterator[Doc]:
    """Labels as a list, where they cannot be drawn under the source."""
    for label in report.labels:
        if label.text:
            words = concat(
                style("name", f"`{called(label.variable)}`"),
                " is ",
                style("type", label.text),
            )
            yield concat("       ", mark(label.variable, words))


def _fact(word: str, words: str) -> Doc:
    """Words after their heading; what does not fit on a line is set under itself."""
    lines = textwrap.wrap(words, WIDTH - len(word) - 4, break_long_words=False)
    sort = "help" if word == "help" else "note"
    return concat(
        style(sort, f"  {word}: "),
        nest(4 + len(word), join(BREAK, map(text_of, lines))),
    )


def _note(note: Note, around: Origin | None, *, with_source: bool) -> Iterator[Doc]:
    """A note, which ends with its place, and the source it speaks of."""
    if note.origin is None:
        yield _fact("note", note.text)
        return
    yield _fact("note", f"{note.text} ({_short_place(note.origin, around)})")
    if with_source:
        yield from _numbered(excerpt(note.origin, style="note"), "    ")


def _short_place(origin: Origin, around: Origin | None) -> str:
    """A place, without the file if the reader is in that file already."""
    if around is None or around.span().file != origin.span().file:
        return place(origin)
    return f"line {origin.span().line}"


def _hint(hint: Hint) -> Doc:
    """An action; the code to write follows on the same line if it fits."""
    words = _fact("help", f"{hint.text}:" if hint.code else hint.text)
    if not hint.code:
        return words
    return group(words, nest(8, SPACE_OR_BREAK, style("code", hint.code)))


def _details(report: Report) -> Iterator[Doc]:
    for heading, words in report.details:
        yield style("title", f"  {heading}")
        yield from (concat("    ", line) for line in words.splitlines())
    yield style("faint", f'  more: teachgraph.explain("{report.code}")')


RENDERERS["text"] = text
RENDERERS["html"] = folded
RENDERERS["ansi"] = ansi
