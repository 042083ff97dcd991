"""Programs that make no sense: each ends in a report, or in an error of Python's own.

What may not happen is a fault of ours, an error that passes through our frames without
being told, or the end of the interpreter.
"""

import linecache
import sys
import traceback
import warnings
from typing import Any

import numpy as np
import pytest
from errors.ill_formed import program

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.core.report import InternalError, TeachgraphError

FILE = "<ill-formed>"
QUICK, ALL = 500, 5000


def run(source: str) -> None:
    """Run a program as a script would, with its source where reports look for it."""
    linecache.cache[FILE] = (len(source), None, source.splitlines(True), FILE)
    exec(compile(source, FILE, "exec"), {"np": np, "tg": tg, "T": T})


class Caught:
    """A context that keeps the error that ends it."""

    error: BaseException | None = None

    def __enter__(self) -> "Caught":
        return self

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> bool:
        self.error = error
        return isinstance(error, Exception)


def verdict(seed: int) -> str:
    """What is wrong with the way in which a program ends; nothing if all is well."""
    source = program(seed)
    with Caught() as caught, warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        run(source)
    error = caught.error
    if error is None:
        return ""
    if isinstance(error, InternalError | RecursionError):
        return told(seed, source, error)
    if isinstance(error, TeachgraphError):
        return "" if str(error) else told(seed, source, error)
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if "/teachgraph/" in f.filename]
    return told(seed, source, error) if ours else ""


def told(seed: int, source: str, error: BaseException) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{last.filename.rsplit('/teachgraph/', 1)[-1]}:{last.lineno}"
    return f"seed {seed}: {type(error).__name__}: {error} at {where}\n{source}"


def failures(seeds: range) -> list[str]:
    return [found for seed in seeds if (found := verdict(seed))]


def test_five_hundred_programs_without_sense_end_in_a_report():
    assert failures(range(QUICK)) == []


@pytest.mark.slow
def test_five_thousand_programs_without_sense_end_in_a_report():
    assert failures(range(QUICK, ALL)) == []


if __name__ == "__main__":
    first, last = map(int, sys.argv[1:3])
    sys.stdout.write("\n".join(failures(range(first, last))) + "\n")
