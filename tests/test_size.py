"""Files short enough to be read in one sitting, functions short enough for one screen.

The totals per package are in the header of every test run.
"""

import ast
from pathlib import Path

import pytest
from sources import (
    GOLDEN,
    PACKAGE,
    ROOT,
    lines,
    parsed,
    python_files,
    repository_files,
)

FILE_LINES = 600
FUNCTION_LINES = 100
CODE = {".py", ".ts", ".mjs", ".js", ".c", ".cu", ".css", ".sh"}


def code_files() -> list[Path]:
    return [
        path
        for path in repository_files()
        if path.suffix in CODE and not path.is_relative_to(GOLDEN)
    ]


def test_no_file_is_longer_than_600_lines():
    long = {str(p.relative_to(ROOT)): lines(p) for p in code_files()}
    assert not {name: count for name, count in long.items() if count > FILE_LINES}


@pytest.mark.parametrize("file", python_files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_function_is_longer_than_100_lines(file: Path):
    functions = (n for n in ast.walk(parsed(file)) if isinstance(n, ast.FunctionDef))
    spans = {f.name: (f.end_lineno or f.lineno) - f.lineno + 1 for f in functions}
    assert not {name: span for name, span in spans.items() if span > FUNCTION_LINES}


def test_no_module_of_the_package_is_a_drawer_for_odds_and_ends():
    drawers = {"utils", "util", "helpers", "misc", "common"}
    assert not [p for p in PACKAGE.rglob("*.py") if p.stem in drawers]
