"""Markdown of the pages as documents: headings, paragraphs, lists, programs."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from teachgraph.core.doc import BREAK, Doc, concat, join, style
from teachgraph.core.doc import text as text_of
from teachgraph.errors.book import Page
from teachgraph.errors.lessons import lesson

WIDTH = 88


def whole_page(shown: Page) -> Doc:
    """A page with its title."""
    title = concat(style("title", shown.title), "  ", style("faint", f"[{shown.code}]"))
    return join(concat(BREAK, BREAK), [title, *body(shown)])


def body(shown: Page) -> Iterator[Doc]:
    """What stands on a page under its title, in pieces."""
    in_code = False
    for part in re.split(r"^```(?:python)?\n", shown.body, flags=re.MULTILINE):
        yield from [program(part)] if in_code else _prose(part)
        in_code = not in_code
    where = lesson(shown.lesson)
    if where is not None:
        yield paragraph(f"More: {where}")


def _prose(markdown: str) -> Iterator[Doc]:
    for piece in re.split(r"\n\s*\n", markdown.strip()):
        if piece.startswith("#"):
            yield style("title", piece.lstrip("# "))
        elif piece.startswith("- "):
            items = re.split(r"\n(?=- )", piece)
            yield join(BREAK, [paragraph(item, "  ") for item in items])
        elif piece:
            yield paragraph(piece)


def paragraph(words: str, hanging: str = "") -> Doc:
    """Words, broken into lines."""
    plain = " ".join(words.split())
    return text_of(textwrap.fill(plain, WIDTH, subsequent_indent=hanging))


def program(code: str) -> Doc:
    """Lines of Python."""
    lines = code.rstrip().splitlines()
    return join(BREAK, [style("code", f"    {line}") for line in lines])
