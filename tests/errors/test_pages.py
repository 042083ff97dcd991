"""Every code has a page; its example raises the code, and its repair runs in peace."""

import ast
import linecache
import re
import sys
from collections.abc import Iterator

import pytest
from sources import parsed, python_files

from teachgraph.core.config import config
from teachgraph.core.op import OPS
from teachgraph.core.report import Report, ShapeError, TeachgraphError, UsageError
from teachgraph.errors.pages import FOLDER, codes, explain, page
from teachgraph.rewrite.rule import RULES

RAISING = ("Fault", "Report", "fault", "_fault")
SECTIONS = (
    "## Why there is such a rule",
    "## A program that raises it",
    "## The same program put right",
    "## Common causes, the likeliest first",
)


def codes_in_the_package() -> Iterator[str]:
    for file in python_files():
        if file.parent.name == "course":  # an exercise is its own code
            continue
        for node in ast.walk(parsed(file)):
            match node:
                case ast.Call(
                    func=ast.Name(id=name), args=[ast.Constant(value=code), *_]
                ):
                    if name in RAISING and isinstance(code, str):
                        yield code
                case ast.Assign(
                    targets=[ast.Name(id="code")], value=ast.Constant(value=str(code))
                ):
                    yield code
                case _:
                    pass


def run(program: str, name: str) -> None:
    """Run a program as a script would, with its source where reports look for it."""
    file = f"<page {name}>"
    lines = program.splitlines(keepends=True)
    linecache.cache[file] = (len(program), None, lines, file)
    ops, rules, modules = dict(OPS), list(RULES), dict(sys.modules)
    try:
        exec(compile(program, file, "exec"), {"__name__": "page"})
    finally:
        OPS.clear()
        OPS.update(ops)
        RULES[:] = rules
        for added in set(sys.modules) - set(modules):
            if sys.modules[added] is None:  # said not to be there, for the example
                del sys.modules[added]
        sys.modules.update(modules)


def test_every_code_that_the_package_raises_has_a_page():
    assert not set(codes_in_the_package()) - set(codes())


@pytest.mark.parametrize("code", codes())
def test_a_page_is_named_after_its_code_and_has_all_sections(code: str):
    text = (FOLDER / f"{code}.md").read_text(encoding="utf-8")
    assert page(code).code == code
    assert [s for s in SECTIONS if s not in text] == []
    assert len(page(code).blocks) == 2


def codes_of(error: BaseException) -> set[str]:
    """The code of a report, of a warning, or of a note on an error of NumPy's."""
    if isinstance(error, TeachgraphError):
        return {error.report.code}
    texts = [str(error), *getattr(error, "__notes__", ())]
    return {code for code in codes() if any(f"[{code}]" in text for text in texts)}


@pytest.mark.parametrize("code", codes())
def test_the_example_of_a_page_raises_exactly_its_code(code: str):
    with pytest.raises(
        (TeachgraphError, Warning, ArithmeticError, ValueError)
    ) as caught:
        run(page(code).example, code)
    assert codes_of(caught.value) == {code}


@pytest.mark.parametrize("code", codes())
def test_the_repair_of_a_page_runs_without_a_warning(code: str):
    run(page(code).repair, code)


def failed() -> TeachgraphError:
    return ShapeError(
        Report("shape-mismatch", "two lengths differ", why="They must not.")
    )


def test_explain_shows_the_page_of_a_code():
    shown = str(explain("symbolic-truth"))
    assert shown.startswith(
        "A decision in Python about a symbolic value  [symbolic-truth]"
    )
    assert "    if x > 0:" in shown
    assert max(map(len, shown.splitlines())) <= 88


def test_explain_shows_an_error_at_another_verbosity():
    assert "why: They must not." not in str(explain(failed(), verbosity="low"))
    assert "why: They must not." in str(explain(failed(), verbosity="medium"))


def test_explain_follows_the_configured_verbosity():
    with config.change_flags(exception_verbosity="low"):
        assert "why" not in str(explain(failed()))


def test_explain_of_another_error_says_whose_it_is():
    assert "comes from Python or another library" in str(explain(KeyError("x")))


def test_explain_offers_the_nearest_code():
    with pytest.raises(UsageError, match="explain\\('shape-mismatch'\\)"):
        explain("shape-mismach")


def test_an_explanation_is_html_in_a_notebook():
    html = explain("shape-mismatch")._repr_html_()
    assert html.startswith("<pre")
    assert "tg-title" in html


def test_no_page_blames_the_reader_or_jokes():
    words = re.compile(r"\b(illegal|stupid|obviously|simply|just|oops|sorry)\b", re.I)
    found = {c: m.group() for c in codes() if (m := words.search(page(c).body))}
    assert not found
