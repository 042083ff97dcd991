"""Where a node came from: the place in the user's source, kept cheaply, read on demand.

An `Origin` is a code object and an instruction offset, about a microsecond to take. The
line, the columns and the text are worked out only when somebody looks (PEP 657).
"""

from __future__ import annotations

import contextlib
import itertools
import linecache
import sys
import warnings
from collections.abc import Generator
from contextvars import ContextVar
from types import CodeType, FrameType

from teachgraph.core.record import record

OWN_PACKAGE = "teachgraph"

PACKAGES_BETWEEN = (f"{OWN_PACKAGE}.", "numpy.", "importlib.")
MODULES_BETWEEN = frozenset({OWN_PACKAGE, "random", "functools", "contextlib", "copy"})
"""What lies between the user and us: the user's line is to blame for what it calls."""


@record()
class Span:
    """A place in a source file: lines count from 1, columns from 0, end exclusive."""

    file: str
    line: int
    end_line: int
    column: int
    end_column: int

    def lines(self) -> list[str]:
        """The source lines of the span, without line ends; empty if not readable."""
        found = [
            linecache.getline(self.file, n) for n in range(self.line, self.end_line + 1)
        ]
        return [text.rstrip("\n") for text in found] if any(found) else []

    def text(self) -> str:
        """The source text of the span itself, on one line."""
        lines = self.lines()
        if not lines:
            return ""
        if len(lines) == 1:
            return lines[0][self.column : self.end_column]
        middle = [lines[0][self.column :], *lines[1:-1], lines[-1][: self.end_column]]
        return " ".join(part.strip() for part in middle)


_SCOPE: ContextVar[str] = ContextVar("name scope", default="")


class Origin:
    """Where user code made a node. Equal when code object and offset are the same.

    `scope` is the layer that it was made in, such as `encoder/attention`: two calls of
    one function in two layers are two origins.
    """

    __slots__ = ("code", "offset", "scope")

    def __init__(self, code: CodeType, offset: int, scope: str = ""):
        self.code, self.offset, self.scope = code, offset, scope

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Origin)
            and self.code is other.code
            and self.offset == other.offset
            and self.scope == other.scope
        )

    def __hash__(self) -> int:
        return hash((id(self.code), self.offset))

    def __repr__(self) -> str:
        span = self.span()
        return f"<Origin {span.file}:{span.line}>"

    def __reduce__(self) -> tuple[type[Place], tuple[Span, str, str]]:
        return Place, (self.span(), self.function, self.scope)

    @property
    def function(self) -> str:
        """Name of the function the code belongs to; `<module>` at top level."""
        return self.code.co_name

    def span(self) -> Span:
        """The smallest source span that Python knows for the instruction."""
        positions = itertools.islice(self.code.co_positions(), self.offset // 2, None)
        line, end_line, column, end_column = next(positions, (None, None, None, None))
        line = line or self.code.co_firstlineno
        first = linecache.getline(self.code.co_filename, line)
        if column is None or end_column is None:
            indent = len(first) - len(first.lstrip())
            return Span(self.code.co_filename, line, line, indent, len(first.rstrip()))
        end_line = end_line or line
        last = linecache.getline(self.code.co_filename, end_line)
        return Span(
            self.code.co_filename,
            line,
            end_line,
            _characters(first, column),
            _characters(last, end_column),
        )


class Place(Origin):
    """An origin that was read already: what pickling and other processes keep."""

    __slots__ = ("_function", "_span")

    def __init__(self, span: Span, function: str, scope: str = ""):
        self._span, self._function, self.scope = span, function, scope

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Place)
            and self._span == other._span
            and self.scope == other.scope
        )

    def __hash__(self) -> int:
        return hash(self._span)

    @property
    def function(self) -> str:
        """Name of the function the code belonged to."""
        return self._function

    def span(self) -> Span:
        """The span as it was when the origin was read."""
        return self._span


def _characters(line: str, byte_offset: int) -> int:
    """A column in characters; Python counts UTF-8 bytes."""
    if line.isascii():
        return byte_offset
    return len(line.encode()[:byte_offset].decode(errors="replace"))


def here() -> Origin | None:
    """The innermost place outside this package that led to the call."""
    frame = calling_frame()
    if frame is None:
        return None
    return Origin(frame.f_code, frame.f_lasti, _SCOPE.get())


@contextlib.contextmanager
def name_scope(name: str) -> Generator[str, None, None]:
    """What is made inside belongs to a layer of this name; viewers draw it as one.

        with tg.name_scope("encoder"):
            h = T.tanh(T.dot(x, w))

    Scopes nest: a layer `attention` inside is `encoder/attention`, which is what the
    inner `with` gives.
    """
    outer = _SCOPE.get()
    token = _SCOPE.set(f"{outer}/{name}" if outer else str(name))
    try:
        yield _SCOPE.get()
    finally:
        _SCOPE.reset(token)


def warn_here(words: str, category: type[Warning]) -> None:
    """Give a warning at the user's present line, also where that is an `import`."""
    frame = calling_frame()
    file, line = ("<unknown>", 0)
    if frame is not None:
        file, line = frame.f_code.co_filename, frame.f_lineno
    warnings.warn_explicit(words, category, file, line)


def calling_frame() -> FrameType | None:
    """The innermost frame outside this package."""
    frame: FrameType | None = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        between = name.startswith(PACKAGES_BETWEEN) or name in MODULES_BETWEEN
        if not between or "__teachgraph_user__" in frame.f_globals:
            return frame
        frame = frame.f_back
    return None
