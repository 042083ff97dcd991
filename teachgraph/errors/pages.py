"""A page for every code: what it means, why the rule exists, an example, its repair.

Pages are Markdown files in `errors/pages`, named after their code. Each has two blocks
of Python: the first raises exactly its code, the second is that program put right.
`explain` shows a page, or the last error at another verbosity.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from teachgraph.core.doc import BREAK, Doc, concat, join, style, to_html, to_text
from teachgraph.core.doc import text as text_of
from teachgraph.core.entrance import LAST
from teachgraph.core.report import Hint, Report, TeachgraphError, UsageError
from teachgraph.errors.render import LEVELS, document
from teachgraph.errors.suggest import nearest

FOLDER = Path(__file__).parent / "pages"
WIDTH = 88


@dataclass(frozen=True)
class Page:
    """One page: its code, its headline, and its text in Markdown."""

    code: str
    title: str
    body: str

    @property
    def blocks(self) -> list[str]:
        """The programs on the page: the one that fails, then the one put right."""
        return re.findall(r"```python\n(.*?)```", self.body, re.DOTALL)

    @property
    def example(self) -> str:
        """The program that raises the code."""
        return self.blocks[0]

    @property
    def repair(self) -> str:
        """The same program put right."""
        return self.blocks[1]


class Explanation:
    """What `explain` gives: text in a terminal, HTML in a notebook."""

    def __init__(self, doc: Doc):
        self.doc = doc

    def __str__(self) -> str:
        return to_text(self.doc, WIDTH)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return to_html(self.doc, WIDTH)


def codes() -> tuple[str, ...]:
    """Every code that has a page."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.md")))


def page(code: str) -> Page:
    """The page of a code.

    Raises:
        unknown-name: no page has the name.
    """
    if code not in codes():
        close = nearest(code, codes())
        hints = (Hint("perhaps you mean", f"explain({close!r})"),) if close else ()
        title = f"there is no page for {code!r}"
        raise UsageError(Report("unknown-name", title, hints=hints))
    written = (FOLDER / f"{code}.md").read_text(encoding="utf-8")
    _, front, body = written.split("---\n", 2)
    fields = dict(re.findall(r"^(\w+): (.*)$", front, re.MULTILINE))
    return Page(fields["code"], fields["title"], body.strip())


def explain(
    subject: str | BaseException | Report | None = None, *, verbosity: str | None = None
) -> Explanation:
    """An error at another verbosity, or the page of a code; the last error if not said.

    >>> print(explain("symbolic-truth"))  # doctest: +ELLIPSIS
    A decision in Python about a symbolic value  [symbolic-truth]
    ...

    Args:
        subject: an error, its report, a code, or a verbosity for the last error.
    """
    if isinstance(subject, str) and subject not in LEVELS:
        return Explanation(_page_document(page(subject)))
    if isinstance(subject, str):
        subject, verbosity = None, subject
    found = _last() if subject is None else subject
    if isinstance(found, TeachgraphError):
        found = found.report
    if isinstance(found, Report):
        return Explanation(document(found, verbosity))
    if found is None:
        words = "No error has been raised yet. Ask for a code: "
        return Explanation(_paragraph(words + ", ".join(codes())))
    words = f"{type(found).__name__} comes from Python or another library: {found}"
    return Explanation(text_of(words))


def _last() -> Report | BaseException | None:
    """The last fault that reached the user, from here or from Python's own memory."""
    if LAST:
        return LAST[0]
    return getattr(sys, "last_value", None)


def _page_document(shown: Page) -> Doc:
    """A page, laid out: headings, paragraphs, programs."""
    title = concat(style("title", shown.title), "  ", style("faint", f"[{shown.code}]"))
    pieces: list[Doc] = [title]
    in_code = False
    for part in re.split(r"^```(?:python)?\n", shown.body, flags=re.MULTILINE):
        pieces += [_program(part)] if in_code else _prose(part)
        in_code = not in_code
    return join(concat(BREAK, BREAK), pieces)


def _prose(markdown: str) -> Iterator[Doc]:
    for paragraph in re.split(r"\n\s*\n", markdown.strip()):
        if paragraph.startswith("#"):
            yield style("title", paragraph.lstrip("# "))
        elif paragraph.startswith("- "):
            items = re.split(r"\n(?=- )", paragraph)
            yield join(BREAK, [_paragraph(item, "  ") for item in items])
        elif paragraph:
            yield _paragraph(paragraph)


def _paragraph(words: str, hanging: str = "") -> Doc:
    plain = " ".join(words.split())
    return text_of(textwrap.fill(plain, WIDTH, subsequent_indent=hanging))


def _program(code: str) -> Doc:
    lines = code.rstrip().splitlines()
    return join(BREAK, [style("code", f"    {line}") for line in lines])
