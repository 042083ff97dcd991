"""Documents: text that knows how it may break and what each part of it stands for.

    doc = text(s) | line | concat(docs) | nest(n, doc) | group(doc) | mark(ref, doc)
        | style(name, doc)

A `group` is set on one line if it fits, else its `line`s break. A `mark` ties a stretch
of text to anything (a node, an origin), which is how pointing at a node lights up its
lines of C. The layout is Wadler's: "A prettier printer" (2003), section 3.
"""

from __future__ import annotations

import html as html_module
from collections.abc import Iterable
from typing import Any, assert_never, cast

from teachgraph.core.record import record


class Printed:
    """Documents print as the text they are."""

    def __str__(self) -> str:
        return to_text(cast(Doc, self))


@record()
class Text(Printed):
    """A piece of text without a line end."""

    text: str


@record()
class Line(Printed):
    """A space, or nothing, if its group fits on a line; else a line end."""

    flat: str = " "
    hard: bool = False


@record()
class Concat(Printed):
    """One after the other."""

    parts: tuple[Doc, ...]


@record()
class Nest(Printed):
    """Broken lines inside are indented by `indent` more."""

    indent: int
    doc: Doc


@record()
class Group(Printed):
    """On one line if it fits."""

    doc: Doc


@record()
class Mark(Printed):
    """A stretch that stands for `ref`."""

    ref: Any
    doc: Doc


@record()
class Style(Printed):
    """A stretch in a style: title, code, error, note, help, faint, op, type, name."""

    name: str
    doc: Doc


Doc = Text | Line | Concat | Nest | Group | Mark | Style

SPACE_OR_BREAK = Line()
NOTHING_OR_BREAK = Line("")
BREAK = Line("", hard=True)


def text(value: Any) -> Doc:
    """Text; line ends in it become hard breaks."""
    lines = str(value).split("\n")
    if len(lines) == 1:
        return Text(lines[0])
    return join(BREAK, [Text(part) for part in lines])


def concat(*parts: Doc | str) -> Doc:
    """The parts one after the other; strings become text."""
    return Concat(tuple(text(p) if isinstance(p, str) else p for p in parts))


def join(separator: Doc, parts: Iterable[Doc]) -> Doc:
    """The parts with a separator between them."""
    joined: list[Doc] = []
    for part in parts:
        if joined:
            joined.append(separator)
        joined.append(part)
    return Concat(tuple(joined))


def nest(indent: int, *parts: Doc | str) -> Doc:
    """The parts, with broken lines indented."""
    return Nest(indent, concat(*parts))


def group(*parts: Doc | str) -> Doc:
    """The parts on one line if they fit."""
    return Group(concat(*parts))


def mark(ref: Any, *parts: Doc | str) -> Doc:
    """The parts, standing for `ref`."""
    return Mark(ref, concat(*parts))


def style(name: str, *parts: Doc | str) -> Doc:
    """The parts in a style."""
    return Style(name, concat(*parts))


@record()
class Run:
    """A stretch of laid-out text with the styles and marks it stands under."""

    text: str
    styles: tuple[str, ...]
    marks: tuple[Any, ...]


def layout(doc: Doc, width: int = 88) -> list[Run]:
    """Text in order, broken to `width` columns where groups allow it."""
    runs: list[Run] = []
    column = 0
    stack: list[tuple[int, bool, Doc, tuple[str, ...], tuple[Any, ...]]]
    stack = [(0, False, doc, (), ())]
    while stack:
        indent, flat, d, styles, marks = stack.pop()
        match d:
            case Text(text=piece):
                runs.append(Run(piece, styles, marks))
                column += len(piece)
            case Line(flat=piece, hard=hard):
                broken = hard or not flat
                runs.append(
                    Run("\n" + " " * indent if broken else piece, styles, marks)
                )
                column = indent if broken else column + len(piece)
            case Concat(parts=parts):
                stack.extend((indent, flat, p, styles, marks) for p in reversed(parts))
            case Nest(indent=more, doc=inner):
                stack.append((indent + more, flat, inner, styles, marks))
            case Group(doc=inner):
                fits = flat or _fits(inner, width - column)
                stack.append((indent, fits, inner, styles, marks))
            case Mark(ref=ref, doc=inner):
                stack.append((indent, flat, inner, styles, (*marks, ref)))
            case Style(name=name, doc=inner):
                stack.append((indent, flat, inner, (*styles, name), marks))
            case _:
                assert_never(d)
    return runs


def _fits(doc: Doc, room: int) -> bool:
    stack = [doc]
    while stack and room >= 0:
        d = stack.pop()
        match d:
            case Text(text=piece):
                room -= len(piece)
            case Line(flat=piece, hard=hard):
                if hard:
                    return False
                room -= len(piece)
            case Concat(parts=parts):
                stack.extend(reversed(parts))
            case (
                Nest(doc=inner) | Group(doc=inner) | Mark(doc=inner) | Style(doc=inner)
            ):
                stack.append(inner)
            case _:
                assert_never(d)
    return room >= 0


def to_text(doc: Doc, width: int = 88) -> str:
    """Plain text; trailing spaces are removed."""
    joined = "".join(run.text for run in layout(doc, width))
    return "\n".join(part.rstrip() for part in joined.split("\n"))


ANSI = {
    "title": "1",
    "error": "1;31",
    "note": "36",
    "help": "32",
    "faint": "2",
    "op": "1",
    "type": "35",
    "name": "34",
    "code": "",
}


def to_ansi(doc: Doc, width: int = 88) -> str:
    """Text for a colour terminal."""
    pieces: list[str] = []
    for run in layout(doc, width):
        codes = ";".join(c for c in (ANSI.get(s, "") for s in run.styles) if c)
        pieces.append(f"\x1b[{codes}m{run.text}\x1b[0m" if codes else run.text)
    return "".join(pieces)


def to_html(doc: Doc, width: int = 88) -> str:
    """A `<pre>` with one span a styled or marked stretch; all text is escaped."""
    pieces: list[str] = []
    for run in layout(doc, width):
        escaped = html_module.escape(run.text, quote=True)
        classes = " ".join(f"tg-{html_module.escape(s)}" for s in run.styles)
        pieces.append(
            f'<span class="{classes}">{escaped}</span>' if classes else escaped
        )
    return f'<pre class="tg-doc">{"".join(pieces)}</pre>'


def marked_lines(doc: Doc, width: int = 88) -> list[tuple[str, tuple[Any, ...]]]:
    """Each line of text with everything marked on it, first to last."""
    lines: list[tuple[str, list[Any]]] = [("", [])]
    for run in layout(doc, width):
        for count, piece in enumerate(run.text.split("\n")):
            if count:
                lines.append(("", []))
            said, marks = lines[-1]
            if piece.strip():
                marks.extend(m for m in run.marks if m not in marks)
            lines[-1] = (said + piece, marks)
    return [(said.rstrip(), tuple(marks)) for said, marks in lines]
