"""Whether JupyterLab is here and will find the viewer.

JupyterLab loads an extension from `labextensions/` below any of its data folders, and
reads in `labconfig/page_config.json` below its settings which ones are switched off.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import teachgraph
from teachgraph.cli.findings import Finding

NAME = "teachgraph"
INSTALL = "pip install 'teachgraph[lab]'"


def lab() -> Finding:
    """JupyterLab itself."""
    if importlib.util.find_spec("jupyterlab") is None:
        todo = f"notebooks need it: {INSTALL}; terminals and web pages do without"
        return Finding("JupyterLab", "not installed", todo)
    return Finding("JupyterLab", importlib.metadata.version("jupyterlab"))


def extension() -> Finding:
    """The viewer: built, where JupyterLab looks, and not switched off."""
    visible = next(filter(is_extension, places()), None)
    if visible is None:
        return Finding("extension", *_invisible())
    switch = next(filter(switches_off, page_configs()), None)
    if switch is not None:
        todo = f"jupyter labextension enable {NAME}"
        return Finding("extension", f"switched off in {switch}", todo)
    return Finding("extension", f"{_version(visible)}, visible in {visible}")


def _invisible() -> tuple[str, str]:
    """What to say of an extension that JupyterLab will not find."""
    place = Path(sys.prefix) / "share" / "jupyter" / "labextensions"
    built = Path(teachgraph.__file__).parent / "labextension"
    if is_extension(built):
        todo = f"`make lab` links it there, as would: ln -s {built} {place / NAME}"
        return "built, but not where JupyterLab looks", todo
    todo = "cells show static pictures; `make lab` builds it in a clone, with npm"
    return "not built", todo


def widgets() -> Finding:
    """The packages behind the stepper and the slider."""
    needed = ("ipywidgets", "anywidget")
    missing = [name for name in needed if importlib.util.find_spec(name) is None]
    if missing:
        fact = f"{' and '.join(missing)} not installed"
        todo = f"cells show what can be saved, without a live stepper: {INSTALL}"
        return Finding("widgets", fact, todo)
    versions = (f"{name} {importlib.metadata.version(name)}" for name in needed)
    return Finding("widgets", ", ".join(versions))


def is_extension(folder: Path) -> bool:
    """Whether JupyterLab would load what is in a folder."""
    package = folder / "package.json"
    if not package.is_file():
        return False
    entry = _read(package).get("jupyterlab", {}).get("_build", {}).get("load", "")
    return bool(entry) and (folder / entry).is_file()


def places() -> Iterator[Path]:
    """Where JupyterLab looks for this extension, in its order."""
    for folder in _data_folders():
        yield folder / "labextensions" / NAME


def page_configs() -> Iterator[Path]:
    """The files that say which extensions are switched off."""
    own = os.environ.get("JUPYTER_CONFIG_DIR", "~/.jupyter")
    folders = (
        own,
        f"{sys.prefix}/etc/jupyter",
        "/usr/local/etc/jupyter",
        "/etc/jupyter",
    )
    for folder in folders:
        yield Path(folder).expanduser() / "labconfig" / "page_config.json"


def switches_off(config: Path) -> bool:
    """Whether a file of settings switches the extension off."""
    return config.is_file() and bool(
        _read(config).get("disabledExtensions", {}).get(NAME)
    )


def _data_folders() -> Iterator[Path]:
    yield from map(
        Path, filter(None, os.environ.get("JUPYTER_PATH", "").split(os.pathsep))
    )
    yield _user_folder()
    yield Path(sys.prefix) / "share" / "jupyter"
    yield from (Path("/usr/local/share/jupyter"), Path("/usr/share/jupyter"))


def _user_folder() -> Path:
    named = os.environ.get("JUPYTER_DATA_DIR")
    if named:
        return Path(named)
    if sys.platform == "darwin":
        return Path("~/Library/Jupyter").expanduser()
    base = os.environ.get("XDG_DATA_HOME", "~/.local/share")
    return Path(base).expanduser() / "jupyter"


def _version(folder: Path) -> str:
    return str(_read(folder / "package.json").get("version", "of unknown version"))


def _read(file: Path) -> dict[str, dict[str, dict[str, str]]]:
    return json.loads(file.read_text(encoding="utf-8"))
