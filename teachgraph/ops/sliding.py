"""How a window slides over the axes of a picture: border, stride, dilation.

Lengths are whole numbers of any sort: ints, symbolic lengths, loop expressions. On an
axis of length n, with a window of k elements that are `dilation` apart, the window
starts at -left, then `stride` further on each time, while it ends before n + right.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, cast

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.record import record
from teachgraph.core.report import Fault, Hint, Note
from teachgraph.core.sizes import Size
from teachgraph.core.types import TensorType, same_length
from teachgraph.kernel import build as k
from teachgraph.kernel.ir import Expr
from teachgraph.ops.alloc import is_whole_number
from teachgraph.ops.base import Array, Index, Source
from teachgraph.ops.whole import Whole, floor_div, minimum, within

Border = tuple[int, int] | Literal["half", "full"]
"""Zeros before and after an axis, or a number of them that goes with the window."""

AXES = {
    1: ("length",),
    2: ("rows", "columns"),
    3: ("depth", "rows", "columns"),
}


@record()
class Sliding:
    """A border, a stride and a dilation for each axis that the window moves along."""

    border: tuple[Border, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]

    def __repr__(self) -> str:
        shown = ["valid" if self.is_bare else f"border={_shown(self.border)}"]
        if set(self.stride) != {1}:
            shown.append(f"stride={_shown(self.stride)}")
        if set(self.dilation) != {1}:
            shown.append(f"dilation={_shown(self.dilation)}")
        return f"({', '.join(shown)})"

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.border)

    @property
    def is_bare(self) -> bool:
        """True when no zeros are put around the picture."""
        return all(border == (0, 0) for border in self.border)

    def span(self, axis: int, k: Whole) -> Whole:
        """Positions from the first to the last element of the window, both counted."""
        return (k - 1) * self.dilation[axis] + 1

    def around(self, axis: int, k: Whole) -> tuple[Whole, Whole]:
        """The numbers of zeros before and after the axis."""
        border = self.border[axis]
        if border == "half":
            width = floor_div(self.span(axis, k), 2)
        elif border == "full":
            width = self.span(axis, k) - 1
        else:
            return border
        return width, width

    def count(self, axis: int, n: Whole, k: Whole) -> Whole:
        """The number of places of the window; None where a length is not known."""
        if n is None or k is None:
            return None
        left, right = self.around(axis, k)
        room = n + left + right - self.span(axis, k)
        return floor_div(room, self.stride[axis]) + 1

    def counts(self, lengths: Sequence[Whole], window: Sequence[Whole]) -> list[Whole]:
        """The numbers of places, axis by axis.

        Raises:
            window-too-large: the window does not fit anywhere.
            wrong-value: the window has no element. Of lengths that are not known yet
                both are demanded.
        """
        for axis, elements in enumerate(window):
            if not has_some(elements):
                raise _no_element(axis, self.ndim)
        found = [self.count(a, n, k) for a, (n, k) in enumerate(zip(lengths, window))]
        for axis, places in enumerate(found):
            if not has_some(places):
                raise self._no_room(axis, lengths[axis], window[axis])
        return found

    def _no_room(self, axis: int, n: int, k: int) -> Fault:
        left, right = self.around(axis, k)
        padded = f" with {left} + {right} zeros around it" if left or right else ""
        return no_room(
            (axis, self.ndim),
            (n, padded),
            self.span(axis, k),
            f"the window has {k} elements, {self.dilation[axis]} apart",
            "put zeros around the picture: border_mode='half' or 'full'",
        )

    def under(
        self, places: Sequence[Expr], taps: Sequence[Expr], window: Sequence[Expr]
    ) -> list[Expr]:
        """The position under each tap, when the window is at a place."""
        return [
            p * self.stride[a] + t * self.dilation[a] - self.around(a, window[a])[0]
            for a, (p, t) in enumerate(zip(places, taps, strict=True))
        ]

    def places(
        self, at: Sequence[Expr], taps: Sequence[Expr], window: Sequence[Expr]
    ) -> tuple[list[Expr], list[Expr]]:
        """Where the window is when a tap lies at a position, and what must hold.

        A stride leaves positions out: there, no place of the window is right.
        """
        found: list[Expr] = []
        hits: list[Expr] = []
        for axis, (q, t) in enumerate(zip(at, taps, strict=True)):
            moved = q + self.around(axis, window[axis])[0] - t * self.dilation[axis]
            step = self.stride[axis]
            found.append(k.floor_div(moved, step))
            if step != 1:
                hits.append(k.equal(k.modulo(moved, step), 0))
        return found, hits

    def windows(self, x: Array, window: Sequence[int]) -> Array:
        """A view of the windows on the last axes: [..., *places, *window]."""
        self.counts(x.shape[x.ndim - self.ndim :], window)
        padded = self.padded(x, window)
        lead = padded.ndim - self.ndim
        spans = [self.span(a, k) for a, k in enumerate(window)]
        axes = tuple(range(lead, padded.ndim))
        view = np.lib.stride_tricks.sliding_window_view(padded, spans, axes)
        steps = [slice(None, None, s) for s in (*self.stride, *self.dilation)]
        return view[(slice(None),) * lead + tuple(steps)]

    def padded(self, x: Array, window: Sequence[int]) -> Array:
        """The picture with its zeros around it."""
        widths = [self.around(a, k) for a, k in enumerate(window)]
        if not any(map(any, widths)):
            return x
        return np.pad(x, [(0, 0)] * (x.ndim - self.ndim) + widths)

    def put_back(
        self, taken: Array, lengths: Sequence[int], window: Sequence[int]
    ) -> Array:
        """The sum of windows where they overlap: [..., *window, *places] -> [..., *n].

        It is to `windows` what a transposed matrix is to a matrix.
        """
        lead = taken.ndim - 2 * self.ndim
        places = taken.shape[lead + self.ndim :]
        widths = [self.around(a, k) for a, k in enumerate(window)]
        total = [n + sum(w) for n, w in zip(lengths, widths)]
        found = np.zeros((*taken.shape[:lead], *total), taken.dtype)
        front = (slice(None),) * lead
        for at in np.ndindex(*window):
            starts = [i * d for i, d in zip(at, self.dilation)]
            here = tuple(
                slice(start, start + (m - 1) * s + 1, s)
                for start, m, s in zip(starts, places, self.stride)
            )
            found[front + here] += taken[front + at]
        inner = tuple(slice(w[0], w[0] + n) for n, w in zip(lengths, widths))
        return found[front + inner]


def has_some(count: Whole) -> bool:
    """Whether there is one at least; if that is not known, it is demanded."""
    if isinstance(count, Size):
        same_length(minimum(count, 1), 1)
    return not isinstance(count, int) or count > 0


def _no_element(axis: int, ndim: int) -> Fault:
    names = AXES.get(ndim, ())
    name = f" ({names[axis]})" if names else ""
    return Fault(
        "wrong-value",
        f"a window has one element at least, and on spatial axis {axis}{name} it has 0",
    )


def no_room(
    which: tuple[int, int], length: tuple[int, str], span: int, about: str, hint: str
) -> Fault:
    """A window that does not fit on an axis.

    Args:
        which: the axis, and the number of axes that the window moves along.
        length: of the axis, and words on what lies around it.
        span: what the window covers.
    """
    (axis, ndim), (n, around) = which, length
    names = AXES.get(ndim, ())
    name = f" ({names[axis]})" if names else ""
    return Fault(
        "window-too-large",
        f"a window of {span} does not fit on an axis of {n}",
        notes=(
            Note(f"it is spatial axis {axis}{name}, {n} long{around}"),
            Note(about),
        ),
        hints=(Hint(hint),),
    )


def element(
    x: Source, lead: Index, at: Sequence[Expr], sure: Sequence[bool], dtype: str
) -> Expr:
    """The element of `x`; 0 outside, on axes where `at` is not sure to be inside."""
    tests: list[Expr] = []
    safe: list[Expr] = []
    lengths = x.shape[len(lead) : len(lead) + len(at)]
    for i, n, known in zip(at, lengths, sure, strict=True):
        if not known:
            tests += [i >= 0, i < n]
        safe.append(i if known else within(i, n))
    return if_all(tests, k.cast(x[(*lead, *safe)], dtype))


def if_all(tests: Sequence[Expr], value: Expr) -> Expr:
    """The value where all tests hold, else 0."""
    if not tests:
        return value
    together = tests[0]
    for test in tests[1:]:
        together = together & test
    return k.select(together, value, k.const(0, value.dtype))


def _shown(values: Sequence[Any]) -> str:
    same = len(set(values)) == 1
    return str(values[0] if same else tuple(values))


def sliding(
    ndim: int, border_mode: Any = "valid", subsample: Any = 1, dilation: Any = 1
) -> Sliding:
    """The window that Theano's arguments mean.

    Args:
        border_mode: "valid", "full", "half", a whole number, or for each axis a number
            or a pair (before, after).
        subsample, dilation: a whole number, or one for each axis.

    Raises:
        wrong-value: a word that is no border, or a number below its least.
    """
    steps = one_each(ndim, subsample, "subsample", 1)
    apart = one_each(ndim, dilation, "filter_dilation", 1)
    return Sliding(_borders(ndim, border_mode), steps, apart)


def one_each(ndim: int, value: Any, name: str, least: int) -> tuple[int, ...]:
    """A whole number for each axis, from one for all or a list of them.

    Raises:
        wrong-value: there are not as many as axes, or one is below `least`.
    """
    several = isinstance(value, list | tuple | np.ndarray)
    parts = list(cast(Sequence[Any], value)) if several else [value] * ndim
    numbers = [_number(part, name) for part in parts]
    if len(numbers) != ndim or min(numbers, default=least) < least:
        raise Fault(
            "wrong-value",
            f"{name} is {ndim} whole numbers, each at least {least}, not {value!r}",
            hints=(Hint("give one for each axis", f"{name}={(least + 1,) * ndim}"),),
        )
    return tuple(numbers)


def _number(value: Any, name: str) -> int:
    known = value.data if isinstance(value, Variable) else value
    if isinstance(known, np.ndarray):
        known = cast(Array, known)
        known = int(known) if not known.ndim and known.dtype.kind in "iu" else None
    if is_whole_number(known):
        return int(known)
    raise Fault("wrong-value", f"{name} is made of known whole numbers, not {value!r}")


def _borders(ndim: int, mode: Any) -> tuple[Border, ...]:
    if mode == "valid":
        return ((0, 0),) * ndim
    if mode in ("half", "full"):
        return (mode,) * ndim
    if isinstance(mode, str):
        raise Fault(
            "wrong-value",
            f"border_mode is 'valid', 'full', 'half' or numbers of zeros, not {mode!r}",
            hints=(
                Hint("as large as before, for odd filters", "border_mode='half'"),
                Hint("without zeros around", "border_mode='valid'"),
            ),
        )
    several = isinstance(mode, list | tuple)
    parts = list(cast(Sequence[Any], mode)) if several else [mode] * ndim
    if len(parts) != ndim:
        raise Fault(
            "wrong-value", f"border_mode {mode!r} has {len(parts)} parts, not {ndim}"
        )
    return tuple(_border(part) for part in parts)


def _border(part: Any) -> Border:
    if isinstance(part, list | tuple):
        left, right = one_each(2, part, "a pair in border_mode", 0)
        return left, right
    (width,) = one_each(1, part, "border_mode", 0)
    return width, width


def check_rank(t: TensorType, ndim: int, what: str, axes: Sequence[str]) -> None:
    """Complain about a number of axes, and say what each axis means.

    Raises:
        wrong-rank: there are more or fewer axes.
    """
    if t.ndim == ndim:
        return
    raise Fault(
        "wrong-rank",
        f"{what} have {ndim} axes ({', '.join(axes)}), not {t.ndim}",
        notes=(Note(f"given is {t}"),),
        hints=(Hint("add an axis of length 1 with dimshuffle, as in ('x', 0, 1, 2)"),),
    )
