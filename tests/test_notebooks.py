"""Notebooks run without a warning, and say what they said when they were saved."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import books
import pytest
from sources import ROOT

ALL = books.scripts()
RED = [path for path in ALL if path.stem == "exercises"]
GREEN = [path for path in ALL if path not in RED]
MOST_BYTES = 300_000
MOST_BYTES_OF_AN_OUTPUT = 60_000


def each(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("script", paths, ids=books.title)


def sources(book: books.Notebook) -> list[tuple[str, str]]:
    return [(cell.cell_type, cell.source) for cell in book.cells]


@pytest.mark.slow
@each(GREEN)
def test_a_notebook_says_today_what_it_said_when_it_was_saved(
    script: Path, request: pytest.FixtureRequest
):
    book = books.run(script)
    if request.config.getoption("--update-golden"):
        books.save(script, book)
    today = [books.said(output) for output in books.outputs(book)]
    assert today == [books.said(o) for o in books.outputs(books.saved(script))]


@each(ALL)
def test_a_notebook_is_the_same_as_its_paired_text(
    script: Path, request: pytest.FixtureRequest
):
    if script in RED and request.config.getoption("--update-golden"):
        books.save(script, books.written(script))
    assert sources(books.saved(script)) == sources(books.written(script))


@each(GREEN)
def test_a_saved_notebook_was_run_from_top_to_bottom(script: Path):
    cells = books.code_cells(books.saved(script))
    counts = [cell.execution_count for cell in cells]
    assert counts == list(range(1, len(counts) + 1))


@each(RED)
def test_exercises_are_saved_without_outputs(script: Path):
    cells = list(books.code_cells(books.saved(script)))
    assert not any(cell.outputs or cell.execution_count for cell in cells)


@pytest.mark.slow
@each(RED)
def test_exercises_begin_red_and_with_nothing_but_their_checks(script: Path):
    cells = list(books.code_cells(books.run(script, allow_errors=True)))
    failed = {c.source: o.ename for c in cells for o in c.outputs if "ename" in o}
    checks = [c.source for c in cells if c.source.startswith("check(")]
    assert failed == dict.fromkeys(checks, "Wrong")


@each(ALL)
def test_every_section_begins_with_prose(script: Path):
    first, *rest = books.saved(script).cells
    assert first.cell_type == "markdown"
    headings = [cell for cell in rest if cell.source.startswith("#")]
    assert all(cell.cell_type == "markdown" for cell in headings)


@each(ALL)
def test_a_saved_notebook_is_small(script: Path):
    assert script.with_suffix(".ipynb").stat().st_size < MOST_BYTES
    sizes = [len(json.dumps(o)) for o in books.outputs(books.saved(script))]
    assert max(sizes, default=0) < MOST_BYTES_OF_AN_OUTPUT


def plain(cell: Any) -> str:
    return "\n".join(books.said(output) for output in cell.outputs)


def tour_cells() -> dict[str, str]:
    """What each cell of the tour said, by its last line."""
    book = books.saved(ROOT / "notebooks" / "00_tour.py")
    return {c.source.splitlines()[-1]: plain(c) for c in books.code_cells(book)}


def test_the_tours_logistic_function_gives_the_known_numbers():
    said = tour_cells()["logistic([[0, 1], [-1, -2]])"]
    numbers = [float(n) for n in re.findall(r"\d\.\d+", said)]
    assert numbers == [0.5, 0.73105858, 0.26894142, 0.11920292]


def test_the_tour_draws_graphs_for_readers_without_a_kernel():
    book = books.saved(ROOT / "notebooks" / "00_tour.py")
    drawn = [
        "<svg" in output.get("data", {}).get("text/html", "")
        for output in books.outputs(book)
    ]
    assert sum(drawn) >= 2


@pytest.mark.slow
def test_jupytext_carries_an_edit_of_the_text_to_the_notebook(tmp_path: Path):
    folder = shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    text, book = folder / "00_tour.py", folder / "00_tour.ipynb"
    before = books.saved(text)
    edited = text.read_text("utf-8").replace("# # The tour", "# # Another tour")
    text.write_text(edited, encoding="utf-8")
    os.utime(book, (0, 0))
    command = [sys.executable, "-m", "jupytext", "--sync", text.name]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    after = books.saved(text)
    assert after.cells[0].source.startswith("# Another tour")
    assert [c.id for c in after.cells] == [c.id for c in before.cells]
    assert list(books.outputs(after)) == list(books.outputs(before))
    assert text.read_text("utf-8") == edited


@pytest.mark.parametrize("folder", books.FOLDERS)
def test_jupytext_is_told_how_notebooks_are_paired(folder: str):
    settings = (ROOT / folder / "jupytext.toml").read_text(encoding="utf-8")
    assert 'formats = "ipynb,py:percent"' in settings
