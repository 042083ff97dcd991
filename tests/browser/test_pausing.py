"""Calls that are paused in the kernel while they run, led from JupyterLab."""

import json
from pathlib import Path

import pytest
from browser.pages import Drive, Facts, shown_notebook, write

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MAKE = """import numpy as np
import teachgraph as tg
import teachgraph.tensor as T
x = T.dvector("x")
sums, _ = tg.scan(lambda a, s: a * s + 1, sequences=x, outputs_info=T.constant(0.5))
stop = tg.Pause("turn = 2")
loss = T.tanh(sums).sum()
call = tg.function([x], loss, mode=tg.Mode(backend="python") + stop, name="call")
plain = tg.function([x], loss, name="plain")"""
CALL = "print('gave', float(call(np.arange(5.0) / 10)))"
STEP = """run = tg.step(plain, np.arange(5.0) / 10, live=True)
print('stood at', run.position, 'gave', float(run.run()), run.note)"""


@pytest.fixture(scope="module")
def seen(drive: Drive, lab: str, notebooks: Path, out: Path) -> Facts:
    """What JupyterLab showed of three calls that were paused."""
    made = shown_notebook([MAKE, "tg.view(call)", CALL, STEP, STEP])
    write(notebooks / "pausing.ipynb", json.dumps(made))
    return drive("pausing.mjs", lab, "pausing.ipynb", out)


def test_running_call_stops_in_the_turn_that_was_asked_for(seen: Facts):
    assert "turn 2 of scan" in seen["words"]
    assert "turn 2" in seen["place"]
    assert seen["value"].strip()


def test_paused_call_breaks_no_rule_of_accessibility(seen: Facts):
    assert seen["violations"] == []


def test_key_leads_it_on_and_keeps_the_focus(seen: Facts):
    assert "turn 2 of scan" in seen["next"]
    assert seen["next"] != seen["words"]
    assert "tg-stage" in seen["focus"]


def test_step_of_a_paused_call_is_on_the_screen_at_once(seen: Facts):
    assert seen["step"] < 1_000


def test_out_leads_to_the_end_of_the_loop(seen: Facts):
    assert "after scan." in seen["out"]


def test_condition_of_the_reader_stops_it(seen: Facts):
    assert "tanh" in seen["condition"]


def test_call_gives_its_result_in_the_end(seen: Facts):
    assert "gave" in seen["done"]
    assert "over" in seen["over"]


def test_step_with_live_is_led_in_its_own_cell(seen: Facts):
    assert "paused after" in seen["first"]
    assert "gave" in seen["stepped"]


def test_whole_run_is_saved_for_a_reader_without_a_kernel(seen: Facts):
    (evaluated,) = seen["saved"]
    assert evaluated > 20


def test_call_is_stopped_from_the_viewer(seen: Facts):
    assert "stopped in the viewer" in seen["stopped"]


def test_under_run_all_nothing_waits_and_it_is_said(seen: Facts):
    assert "cannot be paused" in seen["all"]
    assert "gave" in seen["all"]
