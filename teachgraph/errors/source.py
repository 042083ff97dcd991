"""The user's own lines: the expression at fault, its parts, and marks under them.

An excerpt is a few numbered lines with the expression underlined and words under the
operands. The operands are found by parsing the expression itself: in `T.dot(x, w) + b`
the first input of `+` is the text `T.dot(x, w)`.
"""

from __future__ import annotations

import ast
import itertools
import keyword
import linecache
import os
import re
import sys
import unicodedata
from collections.abc import Sequence

from teachgraph.core.origin import Origin, Span
from teachgraph.core.record import record
from teachgraph.errors.receiver import is_cut

MOST_LINES = 4
LONGEST_VALUE = 24
MODULES = ("T", "TT", "tt", "tg", "tensor", "theano", "teachgraph", "np", "numpy")
"""Names that stand for modules in most programs."""
WIDTH = 88


@record()
class Part:
    """A stretch of one source line; columns count characters, `end` is exclusive.

    `text` is the source without the parentheses around it, which the columns include.
    """

    line: int
    column: int
    end: int
    text: str


def place(origin: Origin) -> str:
    """Where an origin is, in words: `lesson.py:7, in train`."""
    span = origin.span()
    inside = f", in {origin.function}" if origin.function.isidentifier() else ""
    return f"{file_name(span)}:{span.line}{inside}"


def file_name(span: Span) -> str:
    """The file of a span: the last part of its name, or a notebook cell's number."""
    if "ipykernel" in span.file or span.file.startswith("<ipython-input"):
        return _cell(span.file)
    return span.file if span.file.startswith("<") else os.path.basename(span.file)


def _cell(file: str) -> str:
    """A notebook cell as Jupyter counts it, found by its text among those that ran."""
    source = "".join(linecache.getlines(file)).strip()
    ran: list[str] = vars(sys.modules["__main__"]).get("In", [])
    numbers = [n for n, text in enumerate(ran) if text.strip() == source]
    return f"cell In[{numbers[-1]}]" if numbers and source else "notebook cell"


def operand_parts(
    origin: Origin, count: int, names: Sequence[str] = ()
) -> list[Part | None]:
    """Where each of `count` operands stands in the expression of an origin.

    None for operands that cannot be told: no source, or an expression of another form.
    Where an expression can be read in several ways, as `x.reshape((n, m))` can, `names`
    of the operands decide.
    """
    span = origin.span()
    if is_cut(span):  # what the method belongs to stands on an earlier line
        given = _operand_nodes(_parsed(span), count - 1, names[1:])
        return [None, *_parts(span, given, count - 1)]
    return _parts(span, _operand_nodes(_parsed(span), count, names), count)


def _parts(span: Span, nodes: Sequence[ast.expr], count: int) -> list[Part | None]:
    return [_part(span, node) for node in nodes] if nodes else [None] * count


def operator_part(origin: Origin) -> Part | None:
    """Where the operator itself stands, when the expression is `a + b`."""
    span = origin.span()
    node = _parsed(span)
    if not isinstance(node, ast.BinOp) or span.line != span.end_line:
        return None
    left, right = _part(span, node.left), _part(span, node.right)
    if left is None or right is None:
        return None
    between = span.lines()[0][left.end : right.column]
    bare = between.strip(" ()\t")
    if not bare:
        return None
    column = left.end + between.index(bare)
    return Part(span.line, column, column + len(bare), bare)


def assigned_name(origin: Origin) -> str:
    """The name that the user gave to the value of an expression: `y` in `y = a + b`."""
    span = origin.span()
    lines = span.lines()
    if not any(lines):
        return ""
    before = re.fullmatch(r"\s*(\w+)\s*=\s*\(*\s*", lines[0][: span.column])
    after = re.fullmatch(r"\s*\)*\s*(#.*)?", lines[-1][span.end_column :])
    return before.group(1) if before and after else ""


def assigned_part(origin: Origin | None, otherwise: str) -> tuple[str, str, str]:
    """`x[0]`, the sign `=` or `+=`, and the value, as an assignment has them."""
    if origin is None:
        return otherwise, "=", "value"
    span = origin.span()
    text = "".join(span.lines()[:1])[span.column :]
    found = re.match(r"([\w.]+\[[^\n=]{1,30}\])\s*([+\-*/]?=)\s*([^=#\n]+)", text)
    if found is None or span.line != span.end_line:
        return otherwise, "=", "value"
    part, sign, value = (piece.strip() for piece in found.groups())
    fits = sign in ("=", "+=") and len(value) <= LONGEST_VALUE
    return part, sign, value if fits else "value"


def looped_over(origin: Origin | None) -> str:
    """What a `for` at the origin goes through, as it is written; else nothing."""
    text = _exact_text(origin.span()) if origin is not None else ""
    found = re.match(r"\s*for\s.+?\sin\s+(.+?)\s*:\s*(#.*)?(\n|$)", text)
    return found.group(1) if found and len(found.group(1)) <= 32 else ""


def _parsed(span: Span) -> ast.AST | None:
    """The syntax of a span; its columns are those of the text after a `(`."""
    text = _exact_text(span)
    try:
        return ast.parse(f"({text}\n)", mode="eval").body
    except (SyntaxError, ValueError):
        pass
    try:
        statement = ast.parse(text).body[0]
    except (SyntaxError, ValueError, IndexError):
        return None
    for node in ast.walk(statement):
        if isinstance(node, ast.expr):
            node.col_offset += node.lineno == 1
            node.end_col_offset = (node.end_col_offset or 0) + (node.end_lineno == 1)
    return statement


def _exact_text(span: Span) -> str:
    lines = span.lines()
    if not lines:
        return ""
    lines[-1] = lines[-1][: span.end_column]
    lines[0] = lines[0][span.column :]
    return "\n".join(lines)


def _operand_nodes(
    node: ast.AST | None, count: int, names: Sequence[str]
) -> list[ast.expr]:
    """The sub-expressions that are the operands, if there are `count` of them."""
    match node:
        case (
            ast.BinOp(left=left, right=right) | ast.AugAssign(target=left, value=right)
        ):
            found = [[left, right]]
        case ast.Compare(left=left, comparators=others):
            found = [[left, *others]]
        case ast.UnaryOp(operand=operand):
            found = [[operand]]
        case ast.Subscript(value=value, slice=ast.Tuple(elts=indices)):
            found = [[value, *indices], [value]]
        case ast.Subscript(value=value, slice=index):
            found = [[value, index], [value]]
        case ast.Attribute(value=value):
            found = [[value]]
        case ast.Call(func=func, args=args, keywords=keywords):
            found = _arguments(func, args, [k.value for k in keywords])
        case _:
            found: list[list[ast.expr]] = []
    fitting = [n for n in found if len(n) == count and not any(map(_is_open, n))]
    if not fitting:
        return []
    return max(fitting, key=lambda nodes: _agreeing(nodes, names))


def _is_open(node: ast.expr) -> bool:
    """Whether a sub-expression stands for any number of operands: `*xs`, `[*xs]`."""
    elements = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
    return any(isinstance(one, ast.Starred) for one in elements)


def _agreeing(nodes: Sequence[ast.expr], names: Sequence[str]) -> int:
    """How many sub-expressions are written as the operands are called."""
    return sum(ast.unparse(node) == name for node, name in zip(nodes, names))


def _arguments(
    func: ast.expr, args: list[ast.expr], named: list[ast.expr]
) -> list[list[ast.expr]]:
    method = isinstance(func, ast.Attribute) and not _is_module(func.value)
    receiver = [func.value] if isinstance(func, ast.Attribute) and method else []
    found = [args, [*receiver, *args], [*args, *named], [*receiver, *args, *named]]
    if args and isinstance(args[0], ast.List | ast.Tuple):
        found.insert(0, args[0].elts)
    elif args:
        found.append(args[:1])
    found += [a.elts for a in args[1:] if isinstance(a, ast.List | ast.Tuple)]
    return [*found, receiver] if not args else found


def _is_module(node: ast.expr) -> bool:
    """Whether an expression is called as modules usually are: `T`, `tg.tensor.nnet`."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in MODULES


def _part(span: Span, node: ast.expr) -> Part | None:
    """Where a node stands in the file; None when it runs over several lines."""
    if node.end_lineno != node.lineno or node.end_col_offset is None:
        return None
    line = span.line + node.lineno - 1
    source = span.lines()[node.lineno - 1]
    shift = span.column - 1 if node.lineno == 1 else 0
    text = ("(" + source[span.column :]) if node.lineno == 1 else source
    start, end = (
        _characters(text, node.col_offset),
        _characters(text, node.end_col_offset),
    )
    inner = text[start:end]
    while (
        text[start - 1 : start] == "("
        and text[end : end + 1] == ")"
        and start > 1
        and not _is_called(text[: start - 1])
    ):
        start, end = start - 1, end + 1
    return Part(line, start + shift, end + shift, inner)


def _is_called(before: str) -> bool:
    """Whether a `(` after this text belongs to a call, and groups nothing."""
    found = re.search(r"(\w+|[\])])\s*$", before)
    return found is not None and not keyword.iskeyword(found.group(1))


def _characters(line: str, byte_offset: int) -> int:
    if line.isascii():
        return byte_offset
    return len(line.encode()[:byte_offset].decode(errors="replace"))


@record()
class Marked:
    """A line of an excerpt: a source line with its number, or marks under it."""

    number: int | None
    pieces: tuple[tuple[str, str], ...]
    """(style, text); the style is "" for plain source."""


def excerpt(
    origin: Origin, labels: Sequence[tuple[Part, str]] = (), style: str = "error"
) -> list[Marked]:
    """The lines of an origin, the expression underlined, each label under its part."""
    span = origin.span()
    lines = span.lines()
    if not any(lines):
        return []
    shown = _shown_lines(span, labels)
    cut = min(
        (len(text) - len(text.lstrip()) for text in lines if text.strip()), default=0
    )
    found: list[Marked] = []
    for number, text in zip(range(span.line, span.end_line + 1), lines, strict=True):
        if number not in shown:
            if found and found[-1].number is not None:
                found.append(Marked(None, (("faint", "..."),)))
            continue
        start = span.column if number == span.line else len(text) - len(text.lstrip())
        end = span.end_column if number == span.end_line else len(text)
        here = [(part, words) for part, words in labels if part.line == number]
        row = _Row(text, cut, start, end)
        found.append(Marked(number, row.source(style)))
        marks = operator_part(origin) if number == span.line else None
        if len(lines) == 1 or here:
            found.append(
                Marked(None, ((style, row.underline(here, marks, len(lines) == 1)),))
            )
        found += [Marked(None, (("type", words),)) for words in row.labels(here)]
    return found


def _shown_lines(span: Span, labels: Sequence[tuple[Part, str]]) -> set[int]:
    """The lines to show: the first, the last, those with labels, as many as fit."""
    every = list(range(span.line, span.end_line + 1))
    if len(every) <= MOST_LINES:
        return set(every)
    wanted = [
        span.line,
        *(part.line for part, _ in labels),
        span.line + 1,
        span.end_line,
    ]
    return set(list(dict.fromkeys(wanted))[:MOST_LINES])


@record()
class _Row:
    """One source line as shown: without its indentation, tabs widened."""

    text: str
    cut: int
    start: int
    end: int

    def at(self, column: int) -> int:
        """The column on the screen of a column of the source line."""
        return _width(self.text[self.cut : column].expandtabs(4))

    def source(self, style: str) -> tuple[tuple[str, str], ...]:
        """The line in three pieces, the middle one being the expression."""
        cuts = (self.cut, max(self.start, self.cut), self.end, len(self.text))
        pieces = [self.text[a:b].expandtabs(4) for a, b in itertools.pairwise(cuts)]
        styles = ("", style, "")
        return tuple((s, piece) for s, piece in zip(styles, pieces) if piece)

    def underline(
        self, labels: Sequence[tuple[Part, str]], operator: Part | None, whole: bool
    ) -> str:
        """`~` under operands, `^` under the operator, or `^` under all."""
        marks = [" "] * self.at(self.end)
        if whole:
            sign = "~" if operator else "^"
            marks[self.at(self.start) :] = sign * (
                self.at(self.end) - self.at(self.start)
            )
        for part, _ in labels:
            stretch = slice(self.at(part.column), self.at(part.end))
            marks[stretch] = "~" * (stretch.stop - stretch.start)
        if operator is not None:
            stretch = slice(self.at(operator.column), self.at(operator.end))
            marks[stretch] = "^" * (stretch.stop - stretch.start)
        return "".join(marks).rstrip()

    def labels(self, labels: Sequence[tuple[Part, str]]) -> list[str]:
        """The words under their parts, in as few rows as do not collide."""
        rows: list[list[tuple[int, str]]] = []
        for part, words in sorted(labels, key=lambda label: -label[0].column):
            column = self.at(part.column)
            if not rows or column + len(words) >= rows[-1][-1][0]:
                rows.append([])
            rows[-1].append((column, words))
        found: list[str] = []
        for number, row in enumerate(rows):
            waiting = [
                (column, "|") for later in rows[number + 1 :] for column, _ in later
            ]
            text = ""
            for column, words in sorted([*row, *waiting]):
                text = text.ljust(column) + words
            found.append(text)
        return found


def _width(text: str) -> int:
    """Columns that text takes on a screen; East Asian wide signs take two."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    marks = sum(unicodedata.combining(sign) != 0 for sign in text)
    return len(text) + wide - marks
