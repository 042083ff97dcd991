"""The self-contained page in Chromium: drawn, stepped, walked, evaluated, judged."""

from pathlib import Path

import pytest
from browser.pages import Drive, Facts, fixture, large_document, page, write

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WRITTEN = ["+", "/", "1", "1", "exp", "neg", "x"]
MERGED = ["+", "/", "1", "exp", "neg", "x"]
OPTIMIZED = ["sigmoid", "x"]
FRAME_MS = 17


@pytest.fixture(scope="module")
def seen(drive: Drive, out: Path, tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """What the page of the logistic function showed at each step of its walk."""
    folder = tmp_path_factory.mktemp("page")
    file = write(folder / "logistic.html", page(fixture("logistic")))
    return drive("page.mjs", file, out)


def test_page_draws_the_graph_before_and_after(seen: Facts):
    assert seen["start"]["labels"] == [WRITTEN, OPTIMIZED]


def test_page_complains_of_nothing(seen: Facts):
    assert seen["errors"] == []


def test_bracket_key_goes_one_rewrite_back_and_says_so(seen: Facts):
    assert seen["back"]["labels"] == [WRITTEN, MERGED]
    assert seen["back"]["said"].startswith("Rewrite 1 of 2: merge.")


def test_home_key_shows_the_graph_as_written(seen: Facts):
    assert seen["home"]["labels"] == [WRITTEN, WRITTEN]


def test_arrow_key_walks_to_the_output_and_says_what_it_reads(seen: Facts):
    assert seen["walked"]["selected"].startswith("sigmoid")
    assert "reads x" in seen["walked"]["said"]


def test_slider_moves_by_its_own_keys(seen: Facts):
    assert seen["slid"]["position"] == "1 / 2"


def test_space_plays_to_the_end(seen: Facts):
    assert seen["played"]["labels"] == [WRITTEN, OPTIMIZED]


def test_click_selects_a_node(seen: Facts):
    assert seen["clicked"]["selected"].startswith("exp")


def test_stepper_shows_the_values_of_the_logistic_function(seen: Facts):
    assert "0.5        0.73105858" in seen["evaluated"]
    assert "0.26894142 0.11920292" in seen["evaluated"]


def test_narrow_page_stacks_the_pictures_and_does_not_scroll_sideways(seen: Facts):
    assert seen["stacked"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_page_breaks_no_rule_of_accessibility(seen: Facts, theme: str):
    assert seen["violations"][theme] == []


@pytest.mark.parametrize("nodes", [2_000, 10_000])
def test_large_graph_is_laid_out_in_a_worker_and_zooms_fluently(
    drive: Drive, out: Path, tmp_path: Path, nodes: int
):
    file = write(tmp_path / "large.html", page(large_document(nodes)))
    facts = drive("large.mjs", file, out)
    assert facts["errors"] == []
    assert facts["nodes"] == nodes
    assert facts["workers"] == 1
    assert facts["frame"] < FRAME_MS
