"""Graphs in a real JupyterLab: drawn by a run, and shown again with no run."""

import json
from pathlib import Path

import pytest
from browser.pages import (
    Drive,
    Facts,
    fixture,
    live_notebook,
    notebook,
    widget_notebook,
    with_a_graph,
    write,
)
from sources import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WRITTEN = ["+", "/", "1", "1", "exp", "neg", "x"]
MERGED = ["+", "/", "1", "exp", "neg", "x"]
OPTIMIZED = ["sigmoid", "x"]


@pytest.fixture(scope="module")
def seen(drive: Drive, lab: str, notebooks: Path, out: Path) -> Facts:
    """What JupyterLab showed of a notebook that draws the logistic function."""
    saved = notebook(fixture("logistic"))
    write(notebooks / "logistic.ipynb", json.dumps(saved))
    return drive("lab.mjs", lab, "logistic.ipynb", out)


def test_untrusted_notebook_shows_its_graph_before_anything_runs(seen: Facts):
    assert seen["saved"] == 1


def test_cell_draws_the_graph_before_and_after(seen: Facts):
    assert seen["start"]["labels"] == [WRITTEN, OPTIMIZED]


def test_keys_step_the_viewer_and_do_not_command_the_notebook(seen: Facts):
    assert seen["stepped"]["position"] == "1 / 2"
    assert seen["dialogs"] == 0
    assert seen["cells"] == 1


def test_palette_command_shows_the_graph_beside_the_notebook(seen: Facts):
    assert seen["beside"]["title"] == "1 / (1 + exp(-x))"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_viewer_in_lab_breaks_no_rule_of_accessibility(seen: Facts, theme: str):
    assert seen["violations"][theme] == []


def test_lab_complains_of_nothing_of_ours(seen: Facts):
    assert not [error for error in seen["errors"] if "teachgraph" in error]


def test_widget_and_kernel_follow_each_other(
    drive: Drive, lab: str, notebooks: Path, out: Path
):
    made = widget_notebook(fixture("logistic"))
    write(notebooks / "widget.ipynb", json.dumps(made))
    facts = drive("widget.mjs", lab, "widget.ipynb", out)
    assert facts["start"]["labels"] == [WRITTEN, OPTIMIZED]
    assert facts["told"] == "1 a3"
    assert facts["followed"]["labels"] == [WRITTEN, WRITTEN]


@pytest.mark.parametrize(
    "path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem
)
def test_notebook_runs_and_draws_its_first_graph(
    drive: Drive, lab: str, notebooks: Path, out: Path, path: Path
):
    write(notebooks / path.name, json.dumps(with_a_graph(path)))
    facts = drive("lab.mjs", lab, path.name, out)
    drawn = facts["start"]["labels"]
    assert all(drawn)
    assert len(drawn) == 1 or drawn[0] != drawn[1]  # a function: before and after
    assert facts["violations"] == {"light": [], "dark": []}


@pytest.fixture(scope="module", params=["lab", "notebook"])
def live(
    request: pytest.FixtureRequest,
    drive: Drive,
    lab: str,
    seven: str,
    notebooks: Path,
    out: Path,
) -> Facts:
    """What the side panel and live widgets did in JupyterLab or Notebook 7."""
    name = f"live-{request.param}.ipynb"
    write(notebooks / name, json.dumps(live_notebook(fixture("failure"))))
    url = lab if request.param == "lab" else seven
    return drive("kernel.mjs", url, name, out, request.param)


def test_side_panel_lists_what_the_kernel_holds_and_draws_it_by_keyboard(live: Facts):
    assert set(live["names"]) == {"x", "loss", "step", "train", "w"}
    assert live["drawn"] == "train"
    assert live["side"] == live["sideDark"] == []
    assert live["sideways"] == 0


def test_repair_goes_into_the_cell_below_the_error(live: Facts):
    assert live["repaired"] == 2


def test_slider_changes_an_input_and_the_values_follow(live: Facts):
    was, now = live["turned"]
    assert was != now


def test_rule_that_is_switched_off_changes_the_optimization(live: Facts):
    assert live["all"].split(" / ")[1] != live["without"].split(" / ")[1]


def test_settings_are_known_to_the_server(live: Facts):
    assert live["schema"]
