"""The wheel in a fresh environment without node: the extension is there and draws."""

import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.conftest import served
from browser.pages import Drive, fixture, notebook, write
from sources import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ASSETS = ("widget.js", "standalone.js")


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment into which only the wheel was installed.

    JupyterLab and NumPy are those of the tests; the package is not.
    """
    folder = tmp_path_factory.mktemp("fresh")
    wheels = folder / "wheels"
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet"]
    build += ["--no-build-isolation", "--wheel-dir", str(wheels), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = wheels.glob("teachgraph-*.whl")
    home = folder / "environment"
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    _borrow(python, folder)
    install = [sys.executable, "-m", "pip", f"--python={python}", "install", "--quiet"]
    install += ["--no-deps", "--no-index", "--ignore-installed", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    return python


def _borrow(python: Path, folder: Path) -> None:
    """Let the environment find what the tests have, except for this package."""
    (site,) = python.parents[1].glob("lib/python*/site-packages")
    ours = next(Path(p) for p in sys.path if p.endswith("site-packages"))
    borrowed = folder / "borrowed"
    borrowed.mkdir()
    for entry in ours.iterdir():
        if "teachgraph" not in entry.name and entry.suffix != ".pth":
            (borrowed / entry.name).symlink_to(entry)
    (site / "borrowed.pth").write_text(f"{borrowed}\n")
    share, target = Path(sys.prefix) / "share", python.parents[1] / "share"
    (target / "jupyter").mkdir(parents=True)
    (target / "jupyter" / "lab").symlink_to(share / "jupyter" / "lab")


def _environment(python: Path) -> dict[str, str]:
    """An environment in which there is no node, and nothing of this checkout."""
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "NODE_PATH")}
    return {**kept, "PATH": str(python.parent)}


def _says(python: Path, *arguments: str, cwd: Path) -> str:
    command = [str(python), *arguments]
    done = subprocess.run(
        command,
        env=_environment(python),
        cwd=cwd,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout + done.stderr


def test_the_widget_and_the_page_are_in_the_wheel(python: Path, tmp_path: Path):
    code = (
        "import teachgraph, json, pathlib;"
        "static = pathlib.Path(teachgraph.__file__).parent / 'view' / 'static';"
        "print(json.dumps([str(static), sorted(p.name for p in static.iterdir())]))"
    )
    where, names = json.loads(_says(python, "-c", code, cwd=tmp_path))
    assert str(ROOT) not in where
    assert set(ASSETS) <= set(names)


def test_jupyterlab_lists_the_extension(python: Path, tmp_path: Path):
    told = _says(python, "-m", "jupyterlab.labextensions", "list", cwd=tmp_path)
    (line,) = [line for line in told.splitlines() if "teachgraph" in line]
    assert "enabled" in line
    assert "OK" in line


def test_a_live_widget_is_made_without_node(python: Path, tmp_path: Path):
    code = (
        "import shutil; assert shutil.which('node') is None;"
        "import teachgraph as tg, teachgraph.tensor as T;"
        "x = T.dscalar('x'); print(type(tg.view(x + 0)).__name__)"
    )
    assert _says(python, "-c", code, cwd=tmp_path).split()[-1] == "Viewer"


@pytest.fixture(scope="module")
def fresh(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A JupyterLab of that environment."""
    folder = tmp_path_factory.mktemp("lab")
    shown = folder / "notebooks"
    shown.mkdir()
    saved = notebook(fixture("logistic"))
    write(shown / "saved.ipynb", json.dumps(saved))
    yield from served("jupyterlab", folder, shown, python, _environment(python))


def test_a_saved_notebook_is_drawn_by_the_installed_extension(
    drive: Drive, fresh: str, out: Path
):
    facts = drive("lab.mjs", fresh, "saved.ipynb", out)
    assert facts["saved"] == 1
    assert "sigmoid" in facts["start"]["labels"][1]


def test_node_is_not_there(python: Path):
    assert shutil.which("node", path=_environment(python)["PATH"]) is None
