"""Six views as they look: small pictures in tests/golden/screens, compared loosely.

Fonts differ from machine to machine, so what is compared is the mean colour of blocks.
A change that is meant: pytest --update-golden, and look at the pictures.
"""

from pathlib import Path

import numpy as np
import pytest
from browser.pages import Drive, Facts, fixture, page, write
from sources import GOLDEN

import teachgraph as tg
from teachgraph import tensor as T
from teachgraph.compile.function import function
from teachgraph.compile.shared import shared
from teachgraph.view import protocol
from teachgraph.view.document import document
from teachgraph.view.stepper import step

pytestmark = [pytest.mark.browser, pytest.mark.slow]

VIEWS = ["rewrite", "layers", "error", "stepper", "unfolded", "presentation"]
DIFFERS = 0.04


def layers() -> protocol.Document:
    x = T.dmatrix("x")
    h = x
    with tg.name_scope("network"):
        for name in ("encoder", "decoder"):
            with tg.name_scope(name):
                w, b = shared(np.eye(3), f"w_{name}"), shared(np.zeros(3), f"b_{name}")
                h = T.tanh(T.dot(h, w) + b)
    return document([T.mean(T.sqr(h - x))])


def run() -> protocol.Document:
    x, w = T.dmatrix("x"), shared(np.linspace(-1, 1, 60).reshape(20, 3), "w")
    out, _ = tg.scan(lambda s: T.tanh(s * 2), outputs_info=[T.dot(x, w)], n_steps=20)
    f = function([x], out[-1].mean(), name="loop")
    grid = np.sin(np.arange(240.0)).reshape(12, 20)
    return step(f, grid).document()


@pytest.fixture(scope="module")
def seen(
    request: pytest.FixtureRequest,
    drive: Drive,
    tmp_path_factory: pytest.TempPathFactory,
) -> Facts:
    """How far each view is from its golden picture, and what axe says of it."""
    folder: Path = tmp_path_factory.mktemp("screens")
    ran = run()
    shown = {
        "rewrite": fixture("difference"),
        "layers": layers(),
        "error": fixture("failure"),
        "stepper": ran,
        "unfolded": ran,
        "presentation": fixture("logistic"),
    }
    for name, told in shown.items():
        write(folder / f"{name}.html", page(told))
    update = int(request.config.getoption("--update-golden"))
    return drive("screens.mjs", folder, GOLDEN / "screens", update)


@pytest.mark.parametrize("view", VIEWS)
def test_view_looks_as_it_did_when_it_was_looked_at(seen: Facts, view: str):
    assert seen["found"][view]["differs"] is not None, "pytest --update-golden makes it"
    assert seen["found"][view]["differs"] < DIFFERS


@pytest.mark.parametrize("view", VIEWS)
def test_view_breaks_no_rule_of_accessibility(seen: Facts, view: str):
    assert seen["found"][view]["violations"] == []


def test_views_complain_of_nothing(seen: Facts):
    assert seen["errors"] == []
