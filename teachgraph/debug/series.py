"""A number for each moment: a sparkline in text, a curve where pictures are shown."""

from __future__ import annotations

import html
import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from teachgraph.core.events import Array

BARS = "▁▂▃▄▅▆▇█"
WRONG = "×"
WIDTH = 40
MOST = 10_000


def _zeros(array: Array) -> float:
    return float(np.count_nonzero(array == 0) / array.size)


def _nans(array: Array) -> float:
    return float(np.sum(~np.isfinite(array)))


def _of(how: Callable[[Array], Any], empty: float = math.nan) -> Callable[[Any], float]:
    def number(array: Any) -> float:
        values = np.ravel(np.abs(array) if np.iscomplexobj(array) else array)
        with np.errstate(all="ignore"):
            return float(how(values.astype("float64"))) if values.size else empty

    return number


STATISTICS: dict[str, Callable[[Any], float]] = {
    "min": _of(np.min),
    "max": _of(np.max),
    "mean": _of(np.mean),
    "std": _of(np.std),
    "norm": _of(np.linalg.norm, 0.0),
    "zeros": _of(_zeros),
    "nans": _of(_nans, 0.0),
}
"""One number of an array. `norm` is the root of the sum of squares, `zeros` the share
of elements that are 0, `nans` the count of nan and infinities."""


@dataclass
class Series:
    """Numbers in the order in which they came; the last `most` are kept."""

    name: str
    what: str = ""
    most: int = MOST
    numbers: deque[float] = field(init=False)
    seen: int = 0

    def __post_init__(self) -> None:
        self.numbers = deque(maxlen=self.most)

    def add(self, number: float) -> None:
        """Keep a number."""
        self.numbers.append(float(number))
        self.seen += 1

    def sparkline(self, width: int = WIDTH) -> str:
        """A line of bars; where there are more numbers, a bar is the mean of some."""
        cells = _pooled(self.numbers, width)
        finite = [c for c in cells if math.isfinite(c)]
        if not finite:
            return WRONG * len(cells)
        low, span = min(finite), (max(finite) - min(finite)) or 1.0
        top = len(BARS) - 1
        return "".join(
            BARS[round((c - low) / span * top)] if math.isfinite(c) else WRONG
            for c in cells
        )

    def __str__(self) -> str:
        if not self.numbers:
            return f"{self.name}: nothing seen yet"
        last, finite = self.numbers[-1], [n for n in self.numbers if math.isfinite(n)]
        words = f"{self.name}{f' ({self.what})' if self.what else ''}"
        span = f" between {min(finite):.4g} and {max(finite):.4g}" if finite else ""
        return f"{words}  {self.sparkline()}  now {last:.4g},{span} in {self.seen}"

    def svg(self, width: int = 420, height: int = 90) -> str:
        """A curve, with crosses where the number is a nan or an infinity."""
        numbers = _pooled(self.numbers, width // 2)
        return curve(numbers, f"{self.name} {self.what}".strip(), width, height)


def curve(numbers: Sequence[float], title: str, width: int, height: int) -> str:
    """An SVG picture of numbers from left to right."""
    finite = [n for n in numbers if math.isfinite(n)] or [0.0]
    low, high = min(finite), max(finite)
    left, top, bottom = 60, 18, height - 8

    def at(k: int, n: float) -> tuple[float, float]:
        x = left + (width - left - 8) * k / max(len(numbers) - 1, 1)
        return x, bottom - (bottom - top) * ((n - low) / (high - low or 1.0))

    pieces, wrong = [""], list[str]()
    for k, n in enumerate(numbers):
        if math.isfinite(n):
            x, y = at(k, n)
            pieces[-1] += f"{x:.1f},{y:.1f} "
        else:
            wrong.append(f'<text x="{at(k, low)[0]:.1f}" y="{top}">{WRONG}</text>')
            pieces.append("")
    lines = "".join(
        f'<polyline points="{p}" fill="none" stroke="currentColor" stroke-width="1.5"/>'
        for p in pieces
        if p
    )
    said = html.escape(title)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="11" '
        f'fill="currentColor" role="img" aria-label="{said}"><title>{said}</title>'
        f'<text x="{left}" y="12">{said}</text>'
        f'<text x="4" y="{top + 4}">{high:.3g}</text>'
        f'<text x="4" y="{bottom}">{low:.3g}</text>{lines}{"".join(wrong)}</svg>'
    )


def _pooled(numbers: Sequence[float], cells: int) -> list[float]:
    """At most so many numbers: means of pieces, not finite where one is not."""
    values = np.asarray(list(numbers), "float64")
    if len(values) <= cells:
        return [float(v) for v in values]
    return [float(piece.mean()) for piece in np.array_split(values, cells)]
