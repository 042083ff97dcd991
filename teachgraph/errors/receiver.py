"""What stands before the dot of a method call that is written over several lines.

Of `x` and, on the next line, `.dot(w)` Python places the call at `dot(w)`. The rest is
found in the syntax of the whole file: the call that ends where the place ends.
"""

from __future__ import annotations

import ast
import linecache

from teachgraph.core.origin import Span


def is_cut(span: Span) -> bool:
    """Whether the span begins after the dot of a method."""
    lines = span.lines()
    return bool(lines) and lines[0][: span.column].rstrip().endswith(".")


def written(span: Span) -> str:
    """The expression of a span on one line, comments left out."""
    if is_cut(span):
        return whole(span) or span.text()
    if span.line == span.end_line:
        return span.text()
    lines = span.lines()
    lines[-1] = lines[-1][: span.end_column] if lines else ""
    text = "\n".join([lines[0][span.column :], *lines[1:]]) if lines[1:] else ""
    try:
        return ast.unparse(ast.parse(f"({text}\n)", mode="eval"))
    except (SyntaxError, ValueError):
        return span.text()


def whole(span: Span) -> str:
    """The expression with what stands before the dot, on one line; else nothing."""
    if not is_cut(span):
        return ""
    source = "".join(linecache.getlines(span.file))
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return ""
    for node in ast.walk(tree):
        ends = isinstance(node, ast.Call) and node.end_lineno == span.end_line
        if not ends or not isinstance(node, ast.Call):
            continue
        line = linecache.getline(span.file, span.end_line)
        column = len(line[: span.end_column].encode())
        if node.end_col_offset == column and isinstance(node.func, ast.Attribute):
            return ast.unparse(node)
    return ""
