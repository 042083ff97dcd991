"""Chromium, node and a JupyterLab server for the tests in a real browser."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from urllib.error import URLError

import pytest
from browser.pages import Drive, Facts
from sources import ROOT

HERE = Path(__file__).parent
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
START_SECONDS = 90


@pytest.fixture(scope="session")
def out() -> Path:
    """Where screenshots are kept; a person looks at them."""
    folder = HERE / "out"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def drive() -> Drive:
    """A function that runs a script of this folder with node and gives its answer."""
    chromium = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if chromium is None or shutil.which("node") is None:
        pytest.skip("needs chromium and node")
    if not (ROOT / "extension" / "node_modules" / "playwright-core").exists():
        pytest.skip("needs `npm ci` in extension/")

    def run(script: str, *arguments: object) -> Facts:
        done = subprocess.run(
            ["node", str(HERE / script), *map(str, arguments)],
            env={**os.environ, "CHROMIUM": chromium},
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
        )
        if done.returncode != 0:
            pytest.fail(f"{script}:\n{done.stdout}\n{done.stderr}", pytrace=False)
        return json.loads(done.stdout.splitlines()[-1])

    return run


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of the user's settings, and no question about news."""
    settings = folder / "settings"
    quiet = settings / "@jupyterlab" / "apputils-extension"
    quiet.mkdir(parents=True)
    (quiet / "notification.jupyterlab-settings").write_text(
        '{"fetchNews": "false", "checkForUpdates": false}'
    )
    return {
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "IPYTHONDIR": str(folder / "ipython"),
    }


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a server answers."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"the server did not start:\n{log.read_text()[-3000:]}", pytrace=False)


@pytest.fixture(scope="session")
def notebooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the server shows; tests copy notebooks into it."""
    return tmp_path_factory.mktemp("notebooks")


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, notebooks: Path) -> Iterator[str]:
    """The address of a JupyterLab server with settings of its own."""
    yield from served("jupyterlab", tmp_path_factory.mktemp("jupyter"), notebooks)


@pytest.fixture(scope="session")
def seven(tmp_path_factory: pytest.TempPathFactory, notebooks: Path) -> Iterator[str]:
    """The address of a Notebook 7 server with settings of its own."""
    yield from served("notebook", tmp_path_factory.mktemp("seven"), notebooks)


def served(
    module: str,
    folder: Path,
    notebooks: Path,
    python: Path = Path(sys.executable),
    variables: Mapping[str, str] = MappingProxyType({"PYTHONPATH": str(ROOT)}),
) -> Iterator[str]:
    """The address of a server while it runs, of any Python and its packages."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    app = "LabApp" if module == "jupyterlab" else "JupyterNotebookApp"
    options = [
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
        "--ServerApp.disable_check_xsrf=True",
        f"--ServerApp.root_dir={notebooks}",
        f"--{app}.expose_app_in_browser=True",
    ]
    log = folder / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [str(python), "-m", module, *options],
            env={**os.environ, **_environment(folder), **variables},
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
        )
        try:
            wait_for(f"{url}/api/status", server, log)
            yield url
        finally:
            server.terminate()
            server.wait(30)
