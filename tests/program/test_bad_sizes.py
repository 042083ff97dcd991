"""Sizes and indices that do not fit are told alike by NumPy and C, before any harm."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from bad_cases import MAKERS, Maker
from bad_sizes import complaints

HERE = Path(__file__).parent.parent
DRAWS = 8


@pytest.mark.slow
@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
def test_numpy_and_c_agree_or_fail_in_the_same_manner(maker: Maker):
    assert complaints([maker], 11, DRAWS) == []


def library(name: str) -> str | None:
    """The path of a library of the compiler's, if it is there."""
    compiler = shutil.which("gcc")
    if compiler is None:
        return None
    command = [compiler, f"-print-file-name={name}"]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    path = found.stdout.strip()
    return path if os.path.isabs(path) else None


SANITIZERS = [library("libasan.so"), library("libubsan.so")]


@pytest.mark.slow
@pytest.mark.skipif(None in SANITIZERS, reason="gcc has no sanitizers here")
def test_no_call_reads_or_writes_what_is_not_its_own(tmp_path: Path):
    flags = "gcc.cxxflags=-fsanitize=address,undefined -fno-omit-frame-pointer"
    environment = {
        **os.environ,
        "LD_PRELOAD": " ".join(filter(None, SANITIZERS)),
        "ASAN_OPTIONS": "detect_leaks=0",
        "TEACHGRAPH_FLAGS": f"{flags},base_compiledir={tmp_path}",
        "PYTHONPATH": str(HERE.parent),
    }
    command = [sys.executable, "-W", "ignore", str(HERE / "bad_sizes.py"), "5", "3"]
    ended = subprocess.run(
        command, check=False, env=environment, capture_output=True, text=True
    )
    assert "runtime error" not in ended.stderr
    assert ended.returncode == 0, ended.stdout + ended.stderr
