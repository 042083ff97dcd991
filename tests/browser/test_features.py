"""Every feature of the viewer by mouse and by keyboard, in each host that is here."""

import json
from pathlib import Path

import numpy as np
import pytest
from browser.examples import SETUP, examples
from browser.features import AROUND, PICTURE, WAYS, Feature
from browser.pages import Drive, Facts, fixture, page, shown_notebook, write

from teachgraph.view.document import document
from teachgraph.view.protocol import MIME
from teachgraph.view.stepper import step

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ALONE = [feature for feature in PICTURE if not feature.needs]


def three_views() -> str:
    """A page with a function, a run and an error."""
    made = examples()
    run = step(made["loop"], np.array([0.1, 0.2, 0.3])).document()
    return page(document(made["train"]), run, fixture("failure"))


def the_error() -> str:
    """A cell that shows an error with a repair."""
    bundle = {MIME: fixture("failure"), "text/plain": "an error"}
    return f"from IPython.display import display\ndisplay({bundle!r}, raw=True)"


def the_notebook() -> str:
    """A notebook that shows the same three."""
    run = "tg.view(loop, np.array([0.1, 0.2, 0.3]))"
    return json.dumps(shown_notebook([SETUP, "tg.view(train)", run, the_error()]))


def the_magics() -> str:
    """A notebook with a cell for each magic, and an error."""
    magics = ["%%graph\ncost", "%%optimize\ncost", "%%step\nloop(np.ones(2))"]
    cells = [SETUP, "%load_ext teachgraph", *magics, "%tg_explain shape-mismatch"]
    return json.dumps(shown_notebook([*cells, the_error()]))


@pytest.fixture(scope="module")
def alone(drive: Drive, tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """What worked in a page that stands alone."""
    folder = tmp_path_factory.mktemp("features")
    return drive("features.mjs", "page", write(folder / "views.html", three_views()))


@pytest.fixture(scope="module", params=["lab", "notebook"])
def hosted(
    request: pytest.FixtureRequest, drive: Drive, lab: str, seven: str, notebooks: Path
) -> Facts:
    """What worked in JupyterLab or Notebook 7, with a kernel."""
    name = f"features-{request.param}.ipynb"
    write(notebooks / name, the_notebook())
    url = lab if request.param == "lab" else seven
    return drive("features.mjs", request.param, url, name)


@pytest.fixture(scope="module", params=["lab", "notebook"])
def around(
    request: pytest.FixtureRequest, drive: Drive, lab: str, seven: str, notebooks: Path
) -> tuple[str, Facts]:
    """What worked around the viewers of JupyterLab or Notebook 7."""
    name = f"around-{request.param}.ipynb"
    write(notebooks / name, the_magics())
    url = lab if request.param == "lab" else seven
    return request.param, drive("around.mjs", request.param, url, name)


def each(features: list[Feature]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("feature", features, ids=lambda one: one.name)


@pytest.mark.parametrize("way", WAYS)
@each(ALONE)
def test_feature_works_without_a_kernel(alone: Facts, feature: Feature, way: str):
    assert alone["told"][feature.name][way] is True


@pytest.mark.parametrize("way", WAYS)
@each(PICTURE)
def test_feature_works_in_a_notebook(hosted: Facts, feature: Feature, way: str):
    assert hosted["told"][feature.name][way] is True


@pytest.mark.parametrize("way", WAYS)
@each(AROUND)
def test_feature_works_around_the_viewers(
    around: tuple[str, Facts], feature: Feature, way: str
):
    host, facts = around
    if host == "lab" or not feature.needs:
        assert facts["told"][feature.name][way] is True


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("view", ["function", "run", "error"])
def test_view_breaks_no_rule_of_accessibility_with_all_of_it_open(
    alone: Facts, hosted: Facts, view: str, theme: str
):
    assert alone["judged"][theme][view] == []
    assert hosted["judged"][theme][view] == []


def test_nothing_is_cut_off_at_200_percent(alone: Facts, hosted: Facts):
    assert max(alone["wide"]) <= 1
    assert max(hosted["wide"]) <= 1


def test_every_check_is_in_the_table_and_nothing_else(hosted: Facts, alone: Facts):
    assert set(hosted["told"]) == {feature.name for feature in PICTURE}
    assert set(alone["told"]) == {feature.name for feature in ALONE}


def test_no_viewer_complains(alone: Facts):
    assert alone["errors"] == []
