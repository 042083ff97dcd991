"""Every fault says what to do: by itself, or by the words that stand in one place."""

import ast
from collections.abc import Iterator

import pytest
from sources import parsed, python_files

from teachgraph.core.report import Hint, Report, TeachgraphError
from teachgraph.errors.repairs import BY_TITLE, repairs

RAISING = ("Fault", "fault")
OURS = ("internal", "exercise")


def without_hints() -> Iterator[tuple[str, str]]:
    """Code and title of each fault in the package that brings no hint."""
    for file in python_files():
        for node in ast.walk(parsed(file)):
            match node:
                case ast.Call(
                    func=ast.Name(id=name),
                    args=[ast.Constant(value=str(code)), title],
                    keywords=more,
                ) if name in RAISING:
                    if not any(k.arg in ("hints", None) for k in more):
                        yield code, said(title)
                case _:
                    pass


def said(title: ast.expr) -> str:
    """A title as it may read, with numbers where the program puts something in."""
    match title:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(
                str(v.value) if isinstance(v, ast.Constant) else "3" for v in values
            )
        case _:
            return ""


FAULTS = sorted(set(without_hints()))


@pytest.mark.parametrize(("code", "title"), FAULTS)
def test_a_fault_without_hints_gets_some(code: str, title: str):
    if code not in OURS:
        assert repairs(Report(code, title)), title


def test_hints_of_its_own_are_kept():
    own = Hint("do this")
    report = Report("wrong-rank", "there is no axis 3", hints=(own,))
    assert TeachgraphError(report).report.hints == (own,)


def test_an_error_completes_its_report():
    error = TeachgraphError(Report("wrong-value", "a seed is a whole number, not 'a'"))
    assert error.report.hints[0].code == "RandomStreams(seed=1234)"


def test_patterns_are_not_repeated():
    patterns = [pattern for pattern, _ in BY_TITLE]
    assert len(patterns) == len(set(patterns))
