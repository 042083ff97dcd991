"""What random calls are made of: sizes and indices that fit, or nearly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import teachgraph.tensor as T
from teachgraph.core.graph import Variable

Rng = np.random.Generator
Array = np.ndarray[Any, Any]
Case = tuple[list[Variable], Any, list[Array]]
Maker = Callable[[Rng], Case]
"""Draws sizes; gives inputs, outputs and values."""

MAKERS: list[Maker] = []


def case(maker: Maker) -> Maker:
    """Add a maker to the list."""
    MAKERS.append(maker)
    return maker


def near(rng: Rng, n: int, wide: int = 2) -> int:
    """A whole number that is n, or nearly."""
    return int(n + rng.integers(-wide, wide + 1)) if rng.random() < 0.5 else n


def length(rng: Rng) -> int:
    return int(rng.integers(0, 6))


def numbers(rng: Rng, *shape: int) -> Array:
    return np.round(rng.normal(size=[max(0, n) for n in shape]), 2)


def indices(rng: Rng, n: int, *shape: int) -> Array:
    """Indices into n elements, some of them outside."""
    wild = rng.random() < 0.4
    low, high = (-n - 2, n + 3) if wild else (-n, max(n, -n + 1))
    found = rng.integers(low, high, [max(0, m) for m in shape])
    return found.astype("int64")


def likely(rng: Rng, n: int) -> int:
    """An index, at times far outside."""
    if rng.random() < 0.1:
        return int(rng.choice([2**31, -(2**31), 2**62, -(2**62)]))
    return int(indices(rng, n))


x, y, v, u = T.dmatrix("x"), T.dmatrix("y"), T.dvector("v"), T.dvector("u")
i, j, k = T.lscalar("i"), T.lscalar("j"), T.lscalar("k")
p, q = T.lvector("p"), T.lvector("q")
pp = T.lmatrix("pp")
c = T.dtensor4("c")
cube = T.dtensor3("cube")
