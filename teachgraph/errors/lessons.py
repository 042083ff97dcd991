"""The part of the course that treats what an error is about, and where it lies.

A page names it as `3. What fits what: Lined up from the right`: the number of a lesson,
its title, and a section of its lecture.
"""

from __future__ import annotations

import html
import os
import re
from pathlib import Path

from teachgraph.core.record import record


@record()
class Lesson:
    """One section of the course."""

    number: int
    title: str
    section: str

    @property
    def lecture(self) -> Path:
        """The notebook of the lesson, from the folder that has the course."""
        return Path("course", f"lesson{self.number:02}", "lecture.ipynb")

    def __str__(self) -> str:
        section = f', section "{self.section}"' if self.section else ""
        return f"lesson {self.number}, {self.title}{section}"


def lesson(text: str) -> Lesson | None:
    """The lesson that a page names, if it names one."""
    found = re.fullmatch(r"(\d+)\. ([^:]+)(?:: (.+))?", text)
    if found is None:
        return None
    return Lesson(int(found.group(1)), found.group(2), found.group(3) or "")


def link(shown: Lesson) -> str:
    """HTML that leads to the lecture, if the course lies above the current folder."""
    words = html.escape(str(shown))
    here = Path.cwd()
    for folder in (here, *here.parents):
        path = folder / shown.lecture
        if path.is_file():
            target = html.escape(os.path.relpath(path, here).replace(os.sep, "/"))
            return f'<p class="tg-lesson"><a href="{target}">{words}</a></p>'
    return f'<p class="tg-lesson">{words}</p>'
