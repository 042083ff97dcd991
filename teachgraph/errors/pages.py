"""`explain`: the page of a code, or an error at another verbosity.

Pages are Markdown files in `errors/pages`, named after their code. Each has two blocks
of Python: the first raises exactly its code, the second is that program put right.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

from teachgraph.core.doc import Doc, to_ansi, to_html, to_text
from teachgraph.core.doc import text as text_of
from teachgraph.core.entrance import LAST
from teachgraph.core.report import Report
from teachgraph.errors.book import FOLDER, Page, codes, page
from teachgraph.errors.lessons import lesson, link
from teachgraph.errors.prose import WIDTH, paragraph, whole_page
from teachgraph.errors.render import LEVELS, document, folded

__all__ = ["FOLDER", "Explanation", "Page", "codes", "explain", "page"]


class Explanation:
    """What `explain` gives: text, colour in a terminal, HTML in a notebook."""

    def __init__(self, doc: Doc, html: str | None = None):
        self.doc, self._html = doc, html

    def __str__(self) -> str:
        return to_text(self.doc, WIDTH)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self._html or to_html(self.doc, WIDTH)

    def __rich__(self) -> Any:
        """For `rich.print`, which is asked for by who has it."""
        return importlib.import_module("rich.text").Text.from_ansi(
            to_ansi(self.doc, WIDTH)
        )


def explain(
    subject: str | BaseException | Report | None = None, *, verbosity: str | None = None
) -> Explanation:
    """An error at another verbosity, or the page of a code; the last error if not said.

    >>> print(explain("symbolic-truth"))  # doctest: +ELLIPSIS
    A decision in Python about a symbolic value  [symbolic-truth]
    ...

    Args:
        subject: an error, its report, a code, or a verbosity for the last error: low,
            medium, high or tutor.
    """
    if isinstance(subject, str) and subject not in LEVELS:
        shown = page(subject)
        where = lesson(shown.lesson)
        doc = whole_page(shown)
        more = link(where) if where is not None else ""
        return Explanation(doc, to_html(doc, WIDTH) + more)
    if isinstance(subject, str):
        subject, verbosity = None, subject
    found = _last() if subject is None else subject
    found = getattr(found, "report", None) or found
    if isinstance(found, Report):
        return Explanation(document(found, verbosity), folded(found, verbosity))
    if found is None:
        words = "No error has been raised yet. Ask for a code: "
        return Explanation(paragraph(words + ", ".join(codes())))
    words = f"{type(found).__name__} comes from Python or another library: {found}"
    return Explanation(text_of(words))


def _last() -> Report | BaseException | None:
    """The last fault that reached the user, from here or from Python's own memory."""
    if LAST:
        return LAST[0]
    return getattr(sys, "last_value", None)
