"""The pages: where they lie, and what stands on them.

A page is a Markdown file named after its code. Folders that an instructor names in
`config.error_pages` come first, then those of installed packages (entry points of the
group `teachgraph.pages`, each the name of a folder), then ours: so a page can be
replaced, translated or added.
"""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from teachgraph.core.config import config
from teachgraph.core.record import record
from teachgraph.core.report import Hint, Report, UsageError
from teachgraph.errors.suggest import nearest

FOLDER = Path(__file__).parent / "pages"
GROUP = "teachgraph.pages"
QUESTION = "What does the underlined expression need of its parts, and what has it got?"


@record()
class Page:
    """One page: its code, its headline, and its text in Markdown.

    `question` is what to think about before reading the answer, `lesson` the part of
    the course that treats the matter; both may be empty.
    """

    code: str
    title: str
    body: str
    question: str = QUESTION
    lesson: str = ""

    @property
    def meaning(self) -> str:
        """What the page says first, before any heading."""
        return self.body.split("\n#", 1)[0].strip()

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


def folders() -> Iterator[Path]:
    """Where pages may lie, the first that has a page being the one that counts."""
    named = str(config.error_pages).split(os.pathsep)
    yield from (Path(name).expanduser() for name in named if name)
    yield from _installed()
    yield FOLDER


@cache
def _installed() -> tuple[Path, ...]:
    # Asked for only when a page is wanted: the module takes long to import.
    metadata = importlib.import_module("importlib.metadata")
    points = metadata.entry_points(group=GROUP)
    return tuple(Path(str(point.load())) for point in points)


def codes() -> tuple[str, ...]:
    """Every code that has a page."""
    return tuple(sorted({path.stem for f in folders() for path in f.glob("*.md")}))


def page(code: str) -> Page:
    """The page of a code.

    Raises:
        unknown-name: no page has the name.
    """
    found = find(code)
    if found is not None:
        return found
    close = nearest(code, codes())
    hints = (Hint("perhaps you mean", f"explain({close!r})"),) if close else ()
    title = f"there is no page for {code!r}"
    raise UsageError(Report("unknown-name", title, hints=hints))


def find(code: str) -> Page | None:
    """The page of a code, if there is one."""
    if not re.fullmatch(r"[\w-]+", code):
        return None
    for folder in folders():
        path = folder / f"{code}.md"
        if path.is_file():
            return _read(path.read_text(encoding="utf-8"), code)
    return None


def _read(text: str, code: str) -> Page:
    _, front, body = text.split("---\n", 2)
    fields = dict(re.findall(r"^(\w+): (.*)$", front, re.MULTILINE))
    return Page(
        fields.get("code", code),
        fields["title"],
        body.strip(),
        fields.get("question", QUESTION),
        fields.get("lesson", ""),
    )
