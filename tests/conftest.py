"""What every test can count on: golden files, seeds, a cache of its own, no leaks.

- `golden(name, text)` compares text with `tests/golden/<name>`; `--update-golden`
  rewrites the file.
- Compiled code goes to a folder of this run; the user's cache is never touched.
- Warnings are errors. A test that makes numpy warn on purpose says so with
  `np.errstate`, and whatever it sets in numpy is gone when it ends.
- Where `CI` is set nothing may be skipped but tests for a GPU that is not there.
"""

import atexit
import ctypes
import difflib
import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sources import GOLDEN, ROOT, Golden, lines_by_package
from xdist.scheduler import LoadScopeScheduling

IN_BROWSERS = "tests/browser/"


def _use_own_cache() -> None:
    """Point teachgraph at a fresh folder, one for all processes of this run."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    folder = tempfile.mkdtemp(prefix="teachgraph-tests-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["TEACHGRAPH_FLAGS"] = (
        f"base_compiledir={folder},floatX=float64,mode=FAST_RUN"
    )
    os.environ.pop("TEACHGRAPHRC", None)
    # Two test processes on two cores: threads that wait must not burn a core.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "2")


_use_own_cache()


def gpu_is_here() -> bool:
    """Whether a CUDA driver starts and finds a device."""
    try:
        cuda = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return False
    count = ctypes.c_int(0)
    started = cuda.cuInit(0) == 0
    return (
        started and cuda.cuDeviceGetCount(ctypes.byref(count)) == 0 and count.value > 0
    )


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="rewrite tests/golden with what the code gives now",
    )


def pytest_report_header() -> str:
    counts = lines_by_package()
    parts = ", ".join(f"{name} {count:,}" for name, count in counts.items())
    return f"lines: {parts}; {sum(counts.values()):,} in all"


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    no_gpu = pytest.mark.skip(reason="no GPU on this machine")
    gpu = any(item.get_closest_marker("gpu") for item in items) and gpu_is_here()
    for item in items:
        if item.get_closest_marker("gpu") and not gpu:
            item.add_marker(no_gpu)


class Scheduling(LoadScopeScheduling):
    """Each test where there is room; those in a browser together, file by file.

    They share servers and pages that are slow to open.
    """

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.partition("::")[0] if nodeid.startswith(IN_BROWSERS) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    return Scheduling(config, log)


def _forbidden_skips(config: pytest.Config) -> list[str]:
    """The tests that were skipped in CI for another reason than a missing GPU."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not os.environ.get("CI"):
        return []
    skipped = reporter.stats.get("skipped", [])
    return [report.nodeid for report in skipped if "gpu" not in report.keywords]


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _forbidden_skips(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    names = _forbidden_skips(terminalreporter.config)
    if names:
        terminalreporter.section("CI runs every test, yet these were skipped", red=True)
        terminalreporter.write_line("\n".join(names))


@pytest.fixture(autouse=True)
def fixed_seeds_and_numpy_state() -> Iterator[None]:
    """The same random numbers in every run; what a test sets in numpy ends with it."""
    random.seed(0)
    with np.errstate():
        yield


@pytest.fixture(autouse=True)
def settings_of_teachgraph() -> Iterator[None]:
    """What a test sets ends with it."""
    # Imported here: the environment, set above, is read once.
    from teachgraph.core.config import FLAGS, config

    with config.change_flags(**{name: getattr(config, name) for name in FLAGS}):
        yield


@pytest.fixture
def rng() -> np.random.Generator:
    """Random numbers, the same in every run."""
    return np.random.default_rng(0)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """A function that compares text with a file of `tests/golden`, or rewrites it."""
    update = bool(request.config.getoption("--update-golden"))

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            return
        if not path.exists():
            pytest.fail(f"no {_shown(path)}; pytest --update-golden writes it", False)
        expected = path.read_text(encoding="utf-8")
        if text != expected:
            pytest.fail(_difference(path, expected, text), pytrace=False)

    return compare


def _shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _difference(path: Path, expected: str, text: str) -> str:
    lines = difflib.unified_diff(
        expected.splitlines(),
        text.splitlines(),
        f"{_shown(path)} (expected)",
        "what the code gives now",
        lineterm="",
    )
    return "\n".join([*lines, "If this is meant: pytest --update-golden"])
