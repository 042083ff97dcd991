"""Random calls with sizes and indices that may not fit, for every op that has some.

A case is a graph and arrays for its inputs. NumPy and C either agree on the result, or
fail in the same manner; C is never to read or write what is not its own.

    python tests/bad_sizes.py SEED COUNT [NAME ...]

With the address sanitizer preloaded, and its option for the compiler, that is watched.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import bad_indices
import bad_layers
import bad_shapes
import numpy as np
from bad_cases import MAKERS, Case, Maker

import teachgraph as tg
from teachgraph.core.report import TeachgraphError
from teachgraph.program.program import GuardFailed, IndexFailed

MODULES = (bad_indices, bad_layers, bad_shapes)
"""Where the cases are; importing them fills `MAKERS`."""
OTHERS = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    MemoryError,
    GuardFailed,
    IndexFailed,
)
"""What is caught besides reports; the last two are never to be seen by a user."""


def outcome(mode: Any, given: Case) -> tuple[str, Any]:
    """The values, or the kind of what was raised."""
    inputs, outputs, arrays = given
    try:
        f = tg.function(inputs, outputs, mode=mode, on_unused_input="ignore")
        result = f(*arrays)
    except TeachgraphError as error:
        return error.report.code, error.report.title
    except OTHERS as error:
        report = getattr(error, "report", None)
        words = f"{type(error).__name__}: {error}"
        return ("raised" if report is None else report.code), words
    listed = result if isinstance(result, list) else [result]
    return "values", [np.asarray(r) for r in listed]


def differs(one: tuple[str, Any], other: tuple[str, Any]) -> bool:
    """Whether two outcomes are not the same."""
    if one[0] != other[0]:
        return True
    if one[0] != "values":
        return False
    return not all(
        a.shape == b.shape and a.dtype == b.dtype and np.allclose(a, b, equal_nan=True)
        for a, b in zip(one[1], other[1], strict=True)
    )


def words(one: tuple[str, Any]) -> str:
    if one[0] != "values":
        return f"{one[0]}: {one[1]}"
    return "values " + ", ".join(f"{r.dtype}{list(r.shape)}" for r in one[1])


def complaints(makers: Sequence[Maker], seed: int, count: int) -> list[str]:
    """What goes differently in NumPy and in C, or is an error of ours."""
    found: list[str] = []
    for maker in makers:
        built = 0
        for number in range(count):
            state = np.random.default_rng([seed, number, len(maker.__name__)])
            try:
                given = maker(state)
            except TeachgraphError:
                continue
            built += 1
            plain, compiled = outcome("FAST_COMPILE", given), outcome(None, given)
            shapes = [np.shape(a) or a for a in given[2]]
            where = f"{maker.__name__}[{number}] of {shapes}"
            if differs(plain, compiled):
                found.append(f"{where}: {words(plain)} | C: {words(compiled)}")
            elif plain[0] in ("raised", "internal", "broken-op"):
                found.append(f"{where}: both {words(plain)}")
        if not built:
            found.append(f"{maker.__name__}: none of {count} graphs was built")
    return found


if __name__ == "__main__":
    names = sys.argv[3:]
    chosen_makers = [m for m in MAKERS if not names or m.__name__ in names]
    told = complaints(chosen_makers, int(sys.argv[1]), int(sys.argv[2]))
    told.append(f"{len(told)} complaints of {len(chosen_makers)} kinds")
    sys.stdout.write("\n".join(told) + "\n")
    sys.exit(len(told) > 1)
