"""`teachgraph explain CODE --try`: the programs of a page, run one after the other."""

from __future__ import annotations

import contextlib
import io
import linecache
import warnings
from types import TracebackType

from teachgraph.core.doc import BREAK, Doc, concat, join, style
from teachgraph.core.doc import text as text_of
from teachgraph.errors.book import page
from teachgraph.errors.prose import paragraph

NOTHING = "It runs, and says nothing."


def tried(code: str) -> Doc:
    """Both programs of a page with what they say: the mistake, then the repair.

    Raises:
        unknown-name: no page has the name.
    """
    shown = page(code)
    title = concat(style("title", shown.title), "  ", style("faint", f"[{code}]"))
    before, after = shown.example.rstrip(), shown.repair.rstrip()
    pieces: list[Doc] = [
        title,
        paragraph("This program has the mistake:"),
        _listing(before, set(after.splitlines())),
        paragraph("It says:"),
        text_of(_said(before, f"{code}.py")),
        paragraph("Put right, in the lines with a +:"),
        _listing(after, set(before.splitlines()), "+"),
        text_of(_said(after, f"{code}-put-right.py")),
    ]
    return join(concat(BREAK, BREAK), pieces)


def _listing(program: str, known: set[str], sign: str = "-") -> Doc:
    """The numbered lines of a program; those that the other has not get a sign."""
    lines = enumerate(program.splitlines(), 1)
    numbered = (f"{sign if s not in known else ' '}{n:>4} | {s}" for n, s in lines)
    return join(BREAK, [style("code", line) for line in numbered])


class _Kept:
    """A context that keeps the error that ends it, to be shown."""

    error: Exception | None = None

    def __enter__(self) -> _Kept:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        self.error = error
        return True


def _said(program: str, file: str) -> str:
    """What a program prints, warns of and raises, as a person would see it."""
    source = program + "\n"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    printed = io.StringIO()
    with (
        _Kept() as kept,
        contextlib.redirect_stdout(printed),
        warnings.catch_warnings(record=True) as warned,
    ):
        warnings.simplefilter("always")
        exec(compile(source, file, "exec"), {"__name__": "__main__"})
    told = [printed.getvalue().rstrip(), *(str(w.message) for w in warned)]
    if kept.error is not None:
        told += [str(kept.error), *getattr(kept.error, "__notes__", ())]
    return "\n".join(filter(None, told)) or NOTHING
