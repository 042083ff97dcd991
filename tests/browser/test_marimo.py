"""The live widget in a host that is not Jupyter: an app of marimo."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.conftest import free_port, wait_for
from browser.pages import Drive, write
from sources import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

APP = """import marimo

app = marimo.App()


@app.cell
def _():
    import marimo as mo
    import teachgraph as tg
    import teachgraph.tensor as T
    x = T.dmatrix("x")
    f = tg.function([x], 1 / (1 + T.exp(-x)))
    mo.ui.anywidget(tg.view(f))
    return


if __name__ == "__main__":
    app.run()
"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app."""
    folder = tmp_path_factory.mktemp("marimo")
    file = write(folder / "app.py", APP)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "marimo", "run", str(file), "--headless"]
    command += ["--no-token", f"--port={port}", "--host=127.0.0.1"]
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    log = folder / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            env={**os.environ, "PYTHONPATH": paths, "HOME": str(folder)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for(f"{url}/health", server, log)
            yield url
        finally:
            server.terminate()
            server.wait(30)


def test_widget_draws_and_steps_outside_jupyter(drive: Drive, app: str, out: Path):
    facts = drive("marimo.mjs", app, out)
    before, now = facts["start"]["labels"]
    assert "exp" in before
    assert "sigmoid" in "".join(now)
    assert facts["back"]["position"] != facts["start"]["position"]
