"""What a user gets: the content of the wheel that is built from this tree."""

import json
import subprocess
import sys
import zipfile

import pytest
from sources import PACKAGE, ROOT

EXTENSION = "data/share/jupyter/labextensions/teachgraph/"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """The names of the files in a wheel built just now, without `*.data` prefixes."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet"]
    command += ["--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = folder.glob("teachgraph-*.whl")
    with zipfile.ZipFile(built) as archive:
        return frozenset(
            "data/" + name.partition(".data/data/")[2]
            if ".data/data/" in name
            else name
            for name in archive.namelist()
        )


def sources(pattern: str) -> set[str]:
    found = PACKAGE.rglob(pattern)
    kept = (p.relative_to(ROOT).as_posix() for p in found if p.is_file())
    return {name for name in kept if not name.startswith("teachgraph/labextension/")}


@pytest.mark.slow
@pytest.mark.parametrize("pattern", ["*.py", "*.c", "errors/pages/*.md"])
def test_the_wheel_holds_every_source_of_the_package(
    wheel: frozenset[str], pattern: str
):
    assert sources(pattern) <= wheel


@pytest.mark.slow
def test_the_wheel_holds_what_the_extensions_build_made(wheel: frozenset[str]):
    assert sources("view/static/*") <= wheel
    built = PACKAGE / "labextension"
    files = {p.relative_to(built).as_posix() for p in built.rglob("*") if p.is_file()}
    assert {EXTENSION + name for name in files} <= wheel


@pytest.mark.slow
def test_the_wheel_holds_nothing_else(wheel: frozenset[str]):
    ours = ("teachgraph/", "data/share/jupyter/labextensions/teachgraph/")
    strangers = [n for n in wheel if not n.startswith(ours) and ".dist-info/" not in n]
    assert not strangers
    assert not [n for n in wheel if "node_modules" in n or "/labextension/" in n]


def test_the_extension_has_the_version_of_the_package():
    package = (PACKAGE / "__init__.py").read_text(encoding="utf-8")
    extension = (ROOT / "extension" / "package.json").read_text(encoding="utf-8")
    assert f'__version__ = "{json.loads(extension)["version"]}"' in package
