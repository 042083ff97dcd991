"""The contract between generated C code and whatever calls it.

`ABI_PRELUDE` is the C half; the code generator pastes it in front of every file, so
that no header is needed. `Slot`, `Result` and `Fault` are the Python half.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from teachgraph.core.record import record

Array = np.ndarray[Any, Any]

MOST_AXES = 8

ABI_PRELUDE = """\
/* One output. */
struct tg_array {
  void *data;             /* from alloc; stored at once, for a failure to free it */
  long dims[8];           /* filled in by the graph */
};

/* What a graph may ask of its caller. */
struct tg_context {
  /* A 64-byte aligned block for an output; NULL when out of memory. */
  void *(*alloc)(long bytes);
  /* Scratch slot k, at least so big, kept between calls; NULL when out of memory. */
  void *(*slot)(struct tg_context *c, long k, long bytes);
  void *const *symbols;   /* library functions, in the order that was asked for */
  long fault[4];          /* details of a failed guard */
  void (*alone)(long);    /* from alone(1) to alone(-1) BLAS uses one thread */
};

/* in: C-contiguous aligned native buffers; dims: the lengths of all inputs, one after
 * another.  Returns 0, or n > 0 when guard n failed, or -1 when out of memory. */
long graph(struct tg_context *c, void *const *in, const long *dims,
           struct tg_array *out);
"""


@record()
class Slot:
    """An input of a compiled function.

    `shape` has None where any length will do. `cell`, a list of one array, is the
    storage of a shared variable, read at each call; without it the input is a
    positional argument.
    """

    dtype: str
    shape: tuple[int | None, ...]
    cell: list[Array] | None = None


@record()
class Result:
    """An output of a compiled function: stored in its `cell`, or returned."""

    dtype: str
    ndim: int
    cell: list[Array] | None = None


class Fault(NamedTuple):
    """Why a graph gave no result: guard `number` failed, or -1, memory ran out.

    No result is a tuple, so `type(result) is Fault` tells them apart.
    """

    number: int
    details: tuple[int, int, int, int]


@record()
class Plan:
    """All there is to know about a compiled graph in order to call it.

    `address` is that of a function as `ABI_PRELUDE` declares `graph`; `scratch` is how
    many scratch slots it uses; `symbols` are the addresses it wants in its context;
    `single` asks for the one returned output itself instead of a list; `keep_alive`
    must live as long as the callable. `fault` says what becomes of a call that gave no
    result: what it returns, or raises.
    """

    address: int
    inputs: tuple[Slot, ...]
    outputs: tuple[Result, ...]
    scratch: int
    symbols: tuple[int, ...]
    single: bool
    keep_alive: object
    fault: Callable[[int, tuple[int, int, int, int]], Any] = Fault

    @property
    def returned(self) -> int:
        """How many outputs a call gives."""
        return sum(result.cell is None for result in self.outputs)

    def check(self) -> None:
        """Refuse what no runner can do.

        Raises:
            ValueError: it says what.
        """
        if self.single and self.returned != 1:
            raise ValueError(f"single asks for 1 returned output, not {self.returned}")
        axes = [len(s.shape) for s in self.inputs] + [r.ndim for r in self.outputs]
        if max(axes, default=0) > MOST_AXES:
            raise ValueError(f"{max(axes)} axes; a runner takes up to {MOST_AXES}")
        for dtype in (np.dtype(x.dtype) for x in (*self.inputs, *self.outputs)):
            if dtype.kind not in "biufc" or dtype.itemsize > 16 or not dtype.isnative:
                raise ValueError(f"a runner takes plain native numbers, not {dtype}")
