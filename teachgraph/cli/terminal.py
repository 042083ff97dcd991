"""Saying things in a terminal: in colour there, in plain text into a pipe."""

from __future__ import annotations

import sys

from teachgraph.core.doc import BREAK, Doc, concat, join, style
from teachgraph.core.doc import text as text_of
from teachgraph.view.debugprint import printed


def say(doc: Doc | str) -> None:
    """Print a document or a text."""
    printed(text_of(doc) if isinstance(doc, str) else doc, None)
    sys.stdout.flush()


def heading(title: str) -> Doc:
    """The title of a part, underlined, after an empty line."""
    return concat(BREAK, style("title", title), BREAK, style("faint", "-" * len(title)))


def prompt(source: str) -> Doc:
    """Lines of a program, as somebody would type them."""
    lines = source.rstrip().splitlines()
    shown = (concat(style("faint", ">>> "), style("code", line)) for line in lines)
    return concat(BREAK, join(BREAK, shown))
