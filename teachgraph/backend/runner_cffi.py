"""The runner in Python, by cffi: for interpreters that the C runner does not fit.

Debug and free-threaded builds of CPython lay their objects out differently, and other
Pythons have no C API like its. Memory comes from the same pool, compiled alone. A call
costs ten microseconds instead of an eighth of one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from teachgraph.backend.library import Library, ffi
from teachgraph.backend.seam import MOST_AXES, Array, Plan, Result, Slot
from teachgraph.core.record import record

GRAPH = "long(*)(void *, void *const *, const long *, long *)"
ARRAY_WORDS = 1 + MOST_AXES  # struct tg_array, as longs
FAULT_WORD = 3  # where `fault` begins in struct tg_context, as longs
SCALARS = {
    np.dtype(np.float64): (float,),
    np.dtype(np.int64): (int, bool),
    np.dtype(np.bool): (bool,),
}


@record()
class Call:
    """A compiled graph and what its calls share."""

    graph: Any
    context: Any
    release: Any
    inputs: tuple[tuple[Slot, np.dtype[Any]], ...]
    outputs: tuple[tuple[Result, np.dtype[Any]], ...]
    single: bool
    positional: int
    lock: threading.RLock
    kept: object
    fault: Callable[[int, tuple[int, int, int, int]], Any]

    def __call__(self, *args: Any) -> Any:
        """Run it; NotImplemented when an argument is not exactly what is wanted."""
        if len(args) != self.positional:
            return NotImplemented
        with self.lock:
            arrays = self._gathered(args)
            if arrays is None:
                return NotImplemented
            out = ffi.new("long[]", ARRAY_WORDS * len(self.outputs) + 1)
            status = self._run(arrays, out)
            if status != 0:
                for i in range(len(self.outputs)):
                    self.release(ffi.cast("void *", out[ARRAY_WORDS * i]))
                return self.fault(status, self._details(status))
            return self._delivered(out)

    def _gathered(self, args: tuple[Any, ...]) -> list[Array] | None:
        rest = iter(args)
        arrays: list[Array] = []
        for slot, dtype in self.inputs:
            if slot.cell is None:
                value = next(rest)
            elif slot.cell:
                value = slot.cell[0]
            else:
                return None
            array = _exact(value, slot, dtype)
            if array is None:
                return None
            arrays.append(array)
        return arrays

    def _run(self, arrays: list[Array], out: Any) -> int:
        views = [ffi.from_buffer(array) for array in arrays]
        pointers = ffi.new("void *[]", len(views) + 1)
        for i, view in enumerate(views):
            pointers[i] = ffi.cast("void *", view)
        lengths = [length for array in arrays for length in array.shape]
        dims = ffi.new("long[]", [*lengths, 0])
        return int(self.graph(self.context, pointers, dims, out))

    def _details(self, status: int) -> tuple[int, int, int, int]:
        if status < 0:
            return (0, 0, 0, 0)
        words = ffi.cast("long *", self.context)
        a, b, c, d = (int(words[FAULT_WORD + k]) for k in range(4))
        return (a, b, c, d)

    def _delivered(self, out: Any) -> Any:
        at = range(0, ARRAY_WORDS * len(self.outputs), ARRAY_WORDS)
        # All blocks first: from here on whatever happens gives them back.
        blocks = [ffi.gc(ffi.cast("void *", out[i]), self.release) for i in at]
        made = [
            _array(block, [int(out[i + 1 + k]) for k in range(result.ndim)], dtype)
            for block, i, (result, dtype) in zip(blocks, at, self.outputs)
        ]
        pairs = [(result.cell, array) for (result, _), array in zip(self.outputs, made)]
        for cell, array in pairs:
            if cell is not None:
                cell[0] = array
        returned = [array for cell, array in pairs if cell is None]
        return returned[0] if self.single else returned


def make_runner(pool: Library, plan: Plan) -> Callable[..., Any]:
    """A callable over a compiled graph, see `runner.make_runner`."""
    free = pool.function("tg_context_free", "void(*)(void *)")
    return Call(
        graph=ffi.cast(GRAPH, plan.address),
        context=ffi.gc(new_context(pool, plan.scratch, plan.symbols), free),
        release=pool.function("tg_release", "void(*)(void *)"),
        inputs=tuple((slot, np.dtype(slot.dtype)) for slot in plan.inputs),
        outputs=tuple((result, np.dtype(result.dtype)) for result in plan.outputs),
        single=plan.single,
        positional=sum(slot.cell is None for slot in plan.inputs),
        lock=threading.RLock(),
        kept=(pool, plan.keep_alive),
        fault=plan.fault,
    )


def new_context(pool: Library, scratch: int, symbols: Sequence[int]) -> Any:
    """A `struct tg_context` with empty scratch slots; `tg_context_free` frees it.

    Raises:
        MemoryError: there is no memory for it.
    """
    signature = "void *(*)(long, void *const *, long)"
    addresses = ffi.new("void *[]", [ffi.cast("void *", a) for a in (*symbols, 0)])
    make = pool.function("tg_context_new", signature)
    context = make(scratch, addresses, len(symbols))
    if context == ffi.NULL:
        raise MemoryError("no memory for a compiled function")
    return context


def _array(block: Any, shape: list[int], dtype: np.dtype[Any]) -> Array:
    """An array over an output's block, which goes back to the pool with it."""
    count = int(np.prod(shape, dtype=np.int64))
    # At least one element, for cffi refuses an empty buffer.
    buffer = ffi.buffer(block, max(count, 1) * dtype.itemsize)
    return np.ndarray(shape, dtype, buffer)


def _exact(value: Any, slot: Slot, dtype: np.dtype[Any]) -> Array | None:
    """The value as an array if nothing has to be converted, else None."""
    if type(value) is not np.ndarray:
        wanted = (*SCALARS.get(dtype, ()), dtype.type)
        if slot.shape or type(value) not in wanted:
            return None
        if isinstance(value, int) and not -(1 << 63) <= value < 1 << 63:
            return None
        return np.array(value, dtype)
    array: Array = value
    flags = array.flags
    if array.dtype != dtype or not (flags.c_contiguous and flags.aligned):
        return None
    if array.ndim != len(slot.shape):
        return None
    if any(n is not None and n != m for n, m in zip(slot.shape, array.shape)):
        return None
    return array
