"""Every tool of the viewer in Chromium: found, followed, unfolded, stepped, saved."""

from pathlib import Path

import numpy as np
import pytest
from browser.pages import Drive, Facts, page, write

import teachgraph as tg
from teachgraph import tensor as T
from teachgraph.compile.function import function
from teachgraph.compile.shared import shared
from teachgraph.view.stepper import step

pytestmark = [pytest.mark.browser, pytest.mark.slow]

VIEWS = ["follow", "hover", "unfolded", "stepper", "quiz", "present", "zoomed-dark"]


def run_of_a_layer_and_a_loop():
    """A run with a product, a logistic function and a loop of three turns."""
    rows, x = T.dmatrix("rows"), T.dvector("x")
    w = shared(np.full((3, 2), 0.5), "w")
    out, _ = tg.scan(
        lambda a, s: T.tanh(a * s + 1), sequences=[x], outputs_info=[T.constant(0.5)]
    )
    loss = T.mean(1 / (1 + T.exp(-T.dot(rows, w)))) + out.sum()
    f = function([rows, x], loss, name="layer and loop")
    return step(f, np.ones((4, 3)), np.array([0.1, 0.2, 0.3]))


@pytest.fixture(scope="module")
def seen(drive: Drive, out: Path, tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """What the tools showed, one after the other."""
    folder = tmp_path_factory.mktemp("tools")
    document = run_of_a_layer_and_a_loop().document()
    return drive("tools.mjs", write(folder / "tools.html", page(document)), out)


def test_nothing_was_complained_of(seen: Facts):
    assert seen["errors"] == []


@pytest.mark.parametrize("view", VIEWS)
def test_no_view_breaks_a_rule_of_accessibility(seen: Facts, view: str):
    assert seen["violations"][view] == []


def test_search_finds_by_op(seen: Facts):
    assert seen["found"] == "1 of 1"


def test_following_lights_what_a_node_needs_and_fades_the_rest(seen: Facts):
    assert seen["lit"] == 3
    assert seen["dim"] > 5


def test_pointer_that_rests_on_a_node_shows_its_card(seen: Facts):
    assert "operation" in seen["hover"]


def test_line_of_code_lights_its_nodes(seen: Facts):
    assert seen["lined"] > 0


def test_loop_is_unfolded_in_a_frame_with_types_on_the_edges(seen: Facts):
    assert seen["frames"] == 1
    assert seen["types"] > 10


def test_no_node_moves_when_nothing_may(seen: Facts):
    assert seen["moved"] == []
    assert seen["stayed"] > 10


def test_run_stops_at_a_breakpoint_and_goes_into_its_statements(seen: Facts):
    assert seen["stopped"] in ("exp", "Sum")
    assert seen["statement"].strip()
    assert seen["bars"] > 5


def test_picture_is_saved_in_every_format(seen: Facts):
    assert set(seen["saved"]) == {"svg", "png", "dot", "tikz"}
    assert all(size > 500 for size in seen["saved"].values())


def test_saved_page_works_without_a_network_and_opens_at_the_same_place(seen: Facts):
    assert seen["offline"] == "layer and loop, step by step"
    assert not seen["again"].startswith("0 /")


def test_quiz_is_answered_by_keyboard(seen: Facts):
    assert "of 1 right" in seen["score"]


def test_presentation_is_large_and_stepped_by_page_keys(seen: Facts):
    assert seen["presented"].startswith("2 /")
    assert float(seen["size"].removesuffix("px")) > 20


def test_nothing_is_cut_off_at_200_percent(seen: Facts):
    assert seen["fits"]
