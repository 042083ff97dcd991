"""Every example in a docstring of the package runs and gives what it says."""

import doctest
import importlib
from pathlib import Path

import numpy as np
import pytest
from sources import module_name, python_files

OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def files_with_examples() -> list[Path]:
    return [p for p in python_files() if ">>> " in p.read_text(encoding="utf-8")]


@pytest.mark.parametrize("file", files_with_examples(), ids=module_name)
def test_examples_in_docstrings_hold(file: Path):
    teachgraph = importlib.import_module("teachgraph")
    module = importlib.import_module(module_name(file))
    names = {
        "np": np,
        "teachgraph": teachgraph,
        "tg": teachgraph,
        "T": getattr(teachgraph, "tensor", None),
    }
    result = doctest.testmod(module, extraglobs=names, optionflags=OPTIONS)
    assert result.failed == 0
