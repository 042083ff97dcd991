"""The test suites of Lasagne and of Keras' Theano backend, run through the door.

Their source packages are downloaded, unpacked beside each other and run by pytest in a
process of its own. What is known to fail is in `docs/compat.json`, with the cause.
"""

import json
import os
import re
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest
from sources import ROOT

HERE = Path(__file__).parent
SHARE = 0.02
"""At most this part of the tests may fail."""


@dataclass(frozen=True)
class Suite:
    """A suite: its package, what it needs beside, its tests, and files to leave out."""

    package: str
    needs: tuple[str, ...]
    tests: tuple[str, ...]
    without: tuple[str, ...] = ()


KERAS_TESTS = "tests/keras/backend/backend_test.py"
BILINEAR = "test_resize_images_bilinear"

SUITES = {
    "Lasagne 0.1": Suite(
        "Lasagne==0.1",
        ("mock",),
        ("lasagne/tests", "--ignore=lasagne/tests/test_examples.py"),
        # A hook with an argument that pytest does not give any more.
        ("lasagne/conftest.py",),
    ),
    "Keras 2.3.1": Suite(
        "Keras==2.3.1",
        (
            "Keras-Applications==1.0.8",
            "Keras-Preprocessing==1.1.2",
            "h5py",
            "pyyaml",
            "six",
        ),
        # The tests that are left out need TensorFlow, to compare with.
        (
            KERAS_TESTS,
            *(
                f"--deselect={KERAS_TESTS}::TestBackend::{test}"
                for test in ("test_function", "test_gradient", BILINEAR)
            ),
        ),
    ),
}


def pip(*words: str) -> None:
    command = [sys.executable, "-m", "pip", *words, "--no-deps", "--quiet"]
    subprocess.run(command, check=True, capture_output=True)


def unpacked(suite: Suite, folder: Path) -> Path:
    """The folder of the source package, without what cannot be loaded today."""
    source = ("download", "--no-binary", ":all:", "--dest", str(folder))
    pip(*source, suite.package)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    home = folder / archive.name.removesuffix(".tar.gz")
    for name in suite.without:
        (home / name).unlink()
    return home


def results(suite: Suite, folder: Path) -> dict[str, str]:
    """What came out of each test: passed, failed or skipped."""
    home = unpacked(suite, folder)
    pip("install", "--target", str(folder / "needs"), *suite.needs)
    report = folder / "report.xml"
    paths = (ROOT, HERE, folder / "needs", home)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
        "KERAS_BACKEND": "theano",
        "KERAS_HOME": str(folder),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "THEANORC": "",
    }
    options = ("-p", "of_their_day", "-c", os.devnull, f"--rootdir={home}", "-q")
    quiet = ("-p", "no:cacheprovider", "-W", "ignore", f"--junitxml={report}")
    command = [sys.executable, "-m", "pytest", *options, *quiet, *suite.tests]
    subprocess.run(command, cwd=home, env=environment, check=False, capture_output=True)
    return dict(map(outcome, ElementTree.parse(report).iter("testcase")))


def outcome(case: ElementTree.Element) -> tuple[str, str]:
    """A test by its name, and what came out."""
    kinds = {child.tag for child in case}
    place = case.get("classname", "").split(".")
    parts = (p for p in place if re.fullmatch(r"[A-Z]\w*|test_\w+|\w+_test", p))
    name = ".".join([*parts, case.get("name", "")])
    if kinds & {"failure", "error"}:
        return name, "failed"
    return name, "skipped" if "skipped" in kinds else "passed"


@pytest.mark.slow
@pytest.mark.parametrize("name", SUITES)
def test_only_what_is_known_to_fail_fails(name: str, tmp_path: Path):
    said = json.loads((ROOT / "docs" / "compat.json").read_text("utf-8"))[name]
    found = results(SUITES[name], tmp_path)
    ran = {test: word for test, word in found.items() if word != "skipped"}
    failed = {test for test, word in ran.items() if word == "failed"}
    assert len(ran) == said["tests"]
    assert failed <= set(said["failures"])
    assert len(failed) <= SHARE * len(ran)
