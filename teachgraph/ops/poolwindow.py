"""Windows for pooling: how many there are, what they cover, and who covers a place.

Four modes, as in Theano: the largest, the sum, and averages that count the zeros of the
border (`average_inc_pad`) or leave them out (`average_exc_pad`). A window that does not
fit is left out with `ignore_border`; otherwise it is cut at the end of the axis.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any, Literal, cast

import numpy as np

from teachgraph.core.op import Op
from teachgraph.core.report import Fault, Note
from teachgraph.core.types import (
    Length,
    TensorType,
    is_complex,
    is_float,
)
from teachgraph.kernel import build as k
from teachgraph.kernel.ir import Expr, FoldKind
from teachgraph.ops.base import (
    Array,
    Index,
    Source,
)
from teachgraph.ops.patches import over
from teachgraph.ops.sliding import has_some, if_all, no_room
from teachgraph.ops.whole import (
    Whole,
    at_least_zero,
    floor_div,
    maximum,
    minimum,
    within,
)

Mode = Literal["max", "sum", "average_inc_pad", "average_exc_pad"]
MODES: tuple[Mode, ...] = ("max", "sum", "average_inc_pad", "average_exc_pad")


class Pooling(Op, abstract=True):
    """What pooling and the ways back share.

    Fields:
        window, stride, pad: one number for each of the last axes.
        ignore_border: leave out windows that do not fit, or cut them.
    """

    window: tuple[int, ...]
    stride: tuple[int, ...]
    pad: tuple[int, ...]
    ignore_border: bool = True
    mode: Mode = "max"

    @property
    def ndim(self) -> int:
        """The number of axes that are pooled."""
        return len(self.window)

    def count(self, axis: int, n: Whole) -> Whole:
        """The number of windows on an axis of length n."""
        w, s = self.window[axis], self.stride[axis]
        room = n + 2 * self.pad[axis]
        if self.ignore_border:
            found = floor_div(room - w, s) + 1
            return at_least_zero(found) if w > s else floor_div(room + (s - w), s)
        if s >= w:
            return floor_div(room - 1, s) + 1
        return at_least_zero(floor_div(room - 1 - w + s, s)) + 1

    def counts(self, x: TensorType) -> tuple[Length, ...]:
        """The shape of the result.

        Raises:
            wrong-rank: there are not as many axes as are pooled.
            window-too-large: a window does not fit, and is not to be cut.
        """
        if x.ndim < self.ndim:
            raise Fault(
                "wrong-rank",
                f"pooling goes over the last {self.ndim} axes, {x} has {x.ndim}",
                notes=(Note("the axes before them are batches and channels"),),
            )
        if is_complex(x.dtype):
            raise Fault("wrong-dtype", f"real numbers are pooled, not {x.dtype}")
        lead = x.shape[: x.ndim - self.ndim]
        last = x.shape[x.ndim - self.ndim :]
        found = [None if n is None else self.count(a, n) for a, n in enumerate(last)]
        for axis, (n, places) in enumerate(zip(last, found)):
            # A window that may be cut finds room on an axis that has an element.
            if not has_some(places if self.ignore_border else n):
                raise self._no_room(axis, cast(int, n))
        return (*lead, *found)

    def _no_room(self, axis: int, n: int) -> Fault:
        pad = self.pad[axis]
        about = f"windows start {self.stride[axis]} apart"
        hint = "give a picture that has elements there"
        if self.ignore_border:
            about += ", and only whole ones count"
            hint = "pool less often, by smaller windows, or cut: ignore_border=False"
        around = f" with {pad} + {pad} zeros around it" if pad else ""
        return no_room((axis, self.ndim), (n, around), self.window[axis], about, hint)

    def spans(self, axis: int, n: int) -> list[tuple[int, int]]:
        """The first position of each window and the one after its last, cut to fit."""
        w, s, p = self.window[axis], self.stride[axis], self.pad[axis]
        starts = [j * s - p for j in range(self.count(axis, n))]
        return [(max(i, 0), min(i + w, n)) for i in starts]

    def size(self, axis: int, j: Any, n: Any) -> Any:
        """By how many elements of window j an average is divided."""
        w, s, p = self.window[axis], self.stride[axis], self.pad[axis]
        start = j * s - p
        if self.mode == "average_inc_pad":
            return minimum(start + w, n + p) - start
        return minimum(start + w, n) - maximum(start, 0)

    @property
    def is_full(self) -> bool:
        """True when every window lies inside."""
        return self.ignore_border and not any(self.pad)

    def sizes(self, shape: Sequence[int]) -> Array:
        """By what the sum of each window is divided."""
        result: Any = np.ones((1,) * self.ndim)
        if self.mode in ("max", "sum"):
            return result
        for axis, n in enumerate(shape[len(shape) - self.ndim :]):
            each = [self.size(axis, j, n) for j in range(self.count(axis, n))]
            form = [-1 if a == axis else 1 for a in range(self.ndim)]
            result = result * np.array(each, "float64").reshape(form)
        return result

    def regions(self, shape: Sequence[int]) -> list[tuple[Any, Any]]:
        """For each window the index of its result, and of what it covers."""
        last = shape[len(shape) - self.ndim :]
        spans = [self.spans(a, n) for a, n in enumerate(last)]
        found: list[tuple[Any, Any]] = []
        for at in itertools.product(*(range(len(each)) for each in spans)):
            covered = [spans[a][j] for a, j in enumerate(at)]
            region = (slice(first, end) for first, end in covered)
            found.append(((..., *at), (..., *region)))
        return found

    # Loops

    def taps(
        self,
        x: Source,
        index: Index,
        kind: FoldKind,
        element: Callable[[list[Expr], Index], Expr],
        dtype: str,
    ) -> Expr:
        """A fold of elements over the window of a result."""
        lead, places = index[: x.ndim - self.ndim], index[x.ndim - self.ndim :]
        lengths = x.shape[x.ndim - self.ndim :]

        def term(*taps: Expr) -> Expr:
            tests: list[Expr] = []
            at: list[Expr] = []
            for a, (j, t, n) in enumerate(zip(places, taps, lengths, strict=True)):
                i = j * self.stride[a] + t - self.pad[a]
                if not self.is_full:
                    tests += [i >= 0, i < n]
                    i = within(i, n)
                at.append(i)
            return element(tests, (*lead, *at))

        return over([k.integer(w) for w in self.window], kind, term, dtype)

    def covering(
        self,
        counts: Index,
        index: Index,
        term: Callable[[Index], Expr],
        dtype: str,
    ) -> Expr:
        """The sum of a term over all windows that cover a position."""
        lead, at = index[: len(index) - self.ndim], index[len(index) - self.ndim :]
        reach = [-(-w // s) for w, s in zip(self.window, self.stride)]

        def each(*back: Expr) -> Expr:
            tests: list[Expr] = []
            places: list[Expr] = []
            for a, (i, t) in enumerate(zip(at, back, strict=True)):
                moved = i + self.pad[a]
                j = k.floor_div(moved, self.stride[a]) - t
                tests += [j >= 0, j < counts[a]]
                if self.window[a] % self.stride[a]:
                    tests.append(moved < j * self.stride[a] + self.window[a])
                places.append(within(j, counts[a]))
            return if_all(tests, term((*lead, *places)))

        return over([k.integer(n) for n in reach], "sum", each, dtype)

    def divisor(self, places: Sequence[Expr], lengths: Sequence[Expr]) -> Expr | None:
        """By what the sum of a window is divided, if by anything."""
        if self.mode in ("max", "sum"):
            return None
        sizes = [
            k.integer(self.window[a]) if self.is_full else self.size(a, j, n)
            for a, (j, n) in enumerate(zip(places, lengths, strict=True))
        ]
        result = sizes[0]
        for n in sizes[1:]:
            result = result * n
        return result


def pooling(
    window: Sequence[int], mode: Mode = "max", *, cut: bool = False, **more: Any
) -> dict[str, Any]:
    """Fields for examples: stride as the window and no border, unless told."""
    stride, pad = more.get("stride", window), more.get("pad", (0,) * len(window))
    return {
        "window": tuple(window),
        "stride": tuple(stride),
        "pad": tuple(pad),
        "ignore_border": not cut,
        "mode": mode,
    }


SETTINGS = (
    pooling((2, 2)),
    pooling((3, 2), stride=(1, 2), pad=(1, 0)),
    pooling((2, 3), cut=True),
    pooling((3, 3), "sum", stride=(2, 2), cut=True),
    pooling((2, 2), "average_inc_pad", stride=(1, 2), pad=(1, 1)),
    pooling((3, 2), "average_exc_pad", stride=(2, 2), pad=(1, 1)),
    pooling((3, 2), "average_exc_pad", cut=True),
)


def lowest(dtype: str) -> float | int | bool:
    """The least number of a dtype."""
    if is_float(dtype):
        return float("-inf")
    return False if dtype == "bool" else int(np.iinfo(dtype).min)


def divided(total: Expr, size: Expr | None, dtype: str) -> Expr:
    """The average, from a sum and a number of elements."""
    if size is None:
        return k.cast(total, dtype)
    if is_float(total.dtype):
        return k.cast(total / k.cast(size, total.dtype), dtype)
    return k.cast(k.cast(total, "float64") / k.cast(size, "float64"), dtype)
