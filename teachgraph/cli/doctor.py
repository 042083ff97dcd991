"""`teachgraph doctor`: what this machine has and lacks, each a line with what to do.

Nothing here is required but Python and NumPy; what is missing costs speed or a picture.
"""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.util
import os
import platform
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import teachgraph
from teachgraph.backend import blas, cache, compiler, runner
from teachgraph.backend.compiler import NoCompiler
from teachgraph.cli import cuda, jupyter
from teachgraph.cli.findings import FAULTS, Finding, Group, first_line, group
from teachgraph.core.config import config
from teachgraph.tensor import dscalar, exp

NO_C = "Without C, functions run in NumPy: right, but slower."
INSTALL_C = "On Debian: apt-get install gcc. On macOS: xcode-select --install."
OTHER_FOLDER = "TEACHGRAPH_FLAGS=base_compiledir=FOLDER names another folder."


def groups() -> Iterator[Group]:
    """Everything that is looked at, one group after the other."""
    yield group("Python", [("teachgraph", package), ("NumPy", numpy)])
    yield group(
        "Speed",
        [
            ("C compiler", c_compiler),
            ("cache", cache_directory),
            ("runner", runner_kind),
            ("BLAS", linear_algebra),
            ("a function", first_function),
        ],
    )
    yield group("Pictures", [("graphviz", graphviz), ("dot", dot)])
    yield group(
        "Jupyter",
        [
            ("JupyterLab", jupyter.lab),
            ("extension", jupyter.extension),
            ("widgets", jupyter.widgets),
        ],
    )
    yield group(
        "CUDA",
        [
            ("GPU", cuda.driver),
            ("NVRTC", cuda.nvrtc),
            ("nvcc", cuda.nvcc),
            ("PyCUDA", cuda.pycuda),
        ],
    )


def package() -> Finding:
    """The version of teachgraph, and which Python runs it."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return Finding("teachgraph", f"{teachgraph.__version__} on {python}")


def numpy() -> Finding:
    """The version of NumPy."""
    return Finding("NumPy", np.__version__)


def c_compiler() -> Finding:
    """Which compiler there is, as it describes itself, and whether it compiles."""
    command = compiler.find(str(config.cc))
    if command is None:
        asked = str(config.cc) or os.environ.get("CC", "")
        if not asked:
            return Finding("C compiler", "none found", f"{NO_C} {INSTALL_C}")
        todo = f"{NO_C} Point CC (or the setting cc) at a compiler, or unset it."
        return Finding("C compiler", f"there is no program {asked}", todo)
    if (reason := trouble()) and not cache_directory().todo:
        return Finding("C compiler", f"{command[0]} cannot be used", f"{NO_C} {reason}")
    version = "" if reason else cache.user_cache().compiler.version.partition("\n")[0]
    return Finding("C compiler", f"{version} ({command[0]})".strip())


@functools.cache
def trouble() -> str:
    """Why functions cannot run in C here, and nothing where they can."""
    try:
        runner.runner_kind()
    except FAULTS as error:
        return first_line(error)
    return ""


def cache_directory() -> Finding:
    """Where compiled code is kept, how much of it, and whether it is safe there."""
    try:
        return Finding("cache", in_words(cache.user_cache().stats()))
    except NoCompiler:
        return Finding("cache", "not in use, as there is no compiler")
    except (cache.UnsafeDirectory, OSError) as error:
        todo = f"{first_line(error)}. {NO_C} {OTHER_FOLDER}"
        return Finding("cache", "cannot be used", todo)


def in_words(stats: cache.Stats) -> str:
    """What lies in a cache: how many objects, how much, where."""
    noun = "object" if stats.entries == 1 else "objects"
    size = f"{stats.size / 1e6:.1f} MB"
    return f"{stats.entries} compiled {noun}, {size}, in {stats.directory}"


def runner_kind() -> Finding:
    """How a call gets from Python to compiled code."""
    if trouble():
        return Finding("runner", "not in use, as functions run in NumPy")
    kind = runner.runner_kind()
    if not kind.startswith("cffi"):
        return Finding("runner", kind)
    todo = "a call takes a microsecond longer than with the C extension"
    return Finding("runner", kind, todo, optional=True)


def linear_algebra() -> Finding:
    """The library for products of matrices."""
    found = blas.find()
    if found is None:
        todo = "products of matrices run in NumPy; pip install numpy brings an OpenBLAS"
        return Finding("BLAS", "none found", todo)
    threads = found.threads()
    many = f", {threads} thread{'' if threads == 1 else 's'}" if threads else ""
    name = " ".join(found.name.split()[:2])
    return Finding("BLAS", f"{name}{many} ({Path(found.path).name})")


def first_function() -> Finding:
    """The logistic function of 0, compiled and called."""
    x = dscalar("x")
    mode = "FAST_COMPILE" if trouble() else "FAST_RUN"
    logistic = teachgraph.function([x], 1 / (1 + exp(-x)), mode=mode)
    value = float(logistic(0.0))
    how = "in C" if logistic.backend == "c" else "in NumPy"
    if value != 0.5:
        todo = "this is a fault of teachgraph or of the compiler; please report it"
        return Finding("a function", f"1 / (1 + exp(-0)) gave {value} {how}", todo)
    return Finding("a function", f"1 / (1 + exp(-0)) is 0.5, computed {how}")


def graphviz() -> Finding:
    """The Python package that calls `dot`."""
    return module(
        "graphviz", "graphviz", "pydotprint reaches `dot` through this package"
    )


def dot() -> Finding:
    """The program that `pydotprint` has its drawings laid out by."""
    path = shutil.which("dot")
    if path is not None:
        return Finding("dot", path)
    todo = "pydotprint draws SVG of its own only; for dot: apt-get install graphviz"
    return Finding("dot", "not found", todo)


def module(name: str, wanted: str, loss: str) -> Finding:
    """A Python package by its version, or what is lost without it."""
    if importlib.util.find_spec(wanted) is None:
        todo = f"{loss}: pip install 'teachgraph[lab]'"
        return Finding(name, "not installed", todo)
    return Finding(name, importlib.metadata.version(wanted))
