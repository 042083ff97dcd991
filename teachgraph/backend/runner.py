"""From the address of a compiled graph to a Python callable.

The work is done by an extension module in C (`runner.c`), compiled once into the user's
cache and loaded from there; a call through it costs an eighth of a microsecond. Where
the extension does not fit the interpreter, `runner_cffi.py` does the same in Python.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import struct
import sys
import threading
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from teachgraph.backend import blas, library, runner_cffi
from teachgraph.backend.cache import Built, Pending, user_cache
from teachgraph.backend.compiler import CompileFailed
from teachgraph.backend.library import Library, ffi
from teachgraph.backend.seam import ABI_PRELUDE, MOST_AXES, Fault, Plan, Result, Slot
from teachgraph.core.record import record

__all__ = [
    "ABI_PRELUDE",
    "Fault",
    "Result",
    "Slot",
    "make_runner",
    "pool_clear",
    "pool_stats",
    "runner_kind",
    "start",
]

# struct input and struct output of runner.c.
INPUT = struct.Struct("NNii8q2d")
OUTPUT = struct.Struct("NNq")

POOL_SHARE = 8  # the pool keeps at most this part of the memory
POOL_MOST = 2 << 30  # and at most so many bytes
MEMORY_LIMIT = Path("/sys/fs/cgroup/memory.max")

_lock = threading.Lock()


@record()
class PoolStats:
    """The pool of memory for outputs and scratch: what lies idle, what was served."""

    blocks: int
    bytes: int
    reused: int
    made: int


@record()
class Machine:
    """What makes runners: the pool, and the extension or why there is none."""

    pool: Library
    create: Callable[..., Any] | None
    reason: str


def make_runner(
    address: int,
    inputs: Sequence[Slot],
    outputs: Sequence[Result],
    *,
    scratch: int,
    symbols: Sequence[int],
    single: bool,
    keep_alive: object,
    fault: Callable[[int, tuple[int, int, int, int]], Any] = Fault,
) -> Callable[..., Any]:
    """A callable over the graph function at an address.

    It takes the inputs without a cell in order, and nothing by name. It gives the
    outputs without a cell, and when the graph succeeded stores the others in their
    cells, all or none. It gives NotImplemented if an argument is not an ndarray (for a
    0-d input also a scalar) of exactly the dtype and shape wanted, C-contiguous and
    aligned, or if there are too many or too few; and a `Fault` if the graph returned
    anything but 0. It may be called from several threads; calls wait for one another.

    Args:
        address: of a function as `ABI_PRELUDE` declares `graph`.
        inputs: in the order of its `in`.
        outputs: in the order of its `out`.
        scratch: how many scratch slots it uses.
        symbols: addresses of library functions, for `tg_context.symbols`.
        single: give the one returned output itself instead of a list.
        keep_alive: what must live as long as the callable, such as the graph's library.
        fault: called with a Fault's parts when the graph gave no result; the call gives
            what it returns, or raises what it raises.
    """
    plan = Plan(
        address,
        tuple(inputs),
        tuple(outputs),
        scratch=scratch,
        symbols=tuple(symbols),
        single=single,
        keep_alive=keep_alive,
        fault=fault,
    )
    plan.check()
    room = machine()
    if room.create is None:
        return runner_cffi.make_runner(room.pool, plan)
    return _by_extension(room.pool, room.create, plan)


def machine() -> Machine:
    """The machine room of this process, built or loaded on the first call."""
    with _lock:
        return _waited()


def start() -> None:
    """Start to compile the runner, if that is still to be done, and do not wait."""
    with _lock:
        _pending()


def runner_kind() -> str:
    """Which runner there is, for people to read."""
    room = machine()
    return "C extension" if room.create else f"cffi, because {room.reason}"


def pool_stats() -> PoolStats:
    """What the pool holds and has done; blocks under 64 KB are not counted."""
    four = ffi.new("long[4]")
    machine().pool.function("tg_pool_stats", "void(*)(long *)")(four)
    return PoolStats(*(int(n) for n in four))


def pool_clear() -> None:
    """Give idle memory back to the system."""
    machine().pool.function("tg_pool_clear", "void(*)(void)")()


def _by_extension(
    pool: Library, create: Callable[..., Any], plan: Plan
) -> Callable[..., Any]:
    owned: list[object] = [pool, plan.keep_alive, plan.fault]
    inputs = b"".join(_packed_input(slot, owned) for slot in plan.inputs)
    outputs = b"".join(_packed_output(result, owned) for result in plan.outputs)
    context = runner_cffi.new_context(pool, plan.scratch, plan.symbols)
    return create(
        plan.address,
        int(ffi.cast("uintptr_t", context)),
        inputs,
        outputs,
        -1 if plan.single else plan.returned,
        plan.fault,
        tuple(owned),
    )


def _packed_input(slot: Slot, owned: list[object]) -> bytes:
    dtype = np.dtype(slot.dtype)
    owned += [dtype, slot.cell]
    lengths = [-1 if n is None else n for n in slot.shape]
    lengths += [0] * (MOST_AXES - len(lengths))
    # In CPython id() is the address; `owned` keeps the objects there.
    cell = 0 if slot.cell is None else id(slot.cell)
    ndim = len(slot.shape)
    return INPUT.pack(id(dtype), cell, dtype.num, ndim, *lengths, 0.0, 0.0)


def _packed_output(result: Result, owned: list[object]) -> bytes:
    dtype = np.dtype(result.dtype)
    owned += [dtype, result.cell]
    cell = 0 if result.cell is None else id(result.cell)
    return OUTPUT.pack(id(dtype), cell, result.ndim)


def _unfit() -> str | None:
    """Why this interpreter cannot take the extension, or None."""
    if sys.implementation.name != "cpython":
        return f"this is {sys.implementation.name}, not CPython"
    if "t" in sys.abiflags:
        return "this Python has no global interpreter lock"
    if "d" in sys.abiflags or object.__basicsize__ != 16:
        return "this Python is a debug build"
    if sys.platform != "linux":
        return f"the extension is made for Linux, not {sys.platform}"
    return None


def _source(*names: str) -> str:
    folder = Path(__file__).parent
    texts = [(folder / name).read_text(encoding="utf-8") for name in names]
    return "\n".join([ABI_PRELUDE, *texts])


@cache
def _pending() -> Pending:
    names = ("pool.c",) if _unfit() else ("pool.c", "runner.c")
    return user_cache().start(_source(*names), straight=True)


@cache
def _waited() -> Machine:
    try:
        pool, create, reason = _with_extension(_pending().wait())
    except (CompileFailed, OSError, ImportError) as error:
        reason = f"the C runner could not be built: {error}"
        pool, create = user_cache().build(_source("pool.c"), straight=True).load(), None
    pool.function("tg_pool_limit", "void(*)(long)")(_pool_limit())
    _tell_threads(pool)
    _survive_forks()
    return Machine(pool, create, reason)


def _with_extension(built: Built) -> tuple[Library, Callable[..., Any] | None, str]:
    pool, reason = built.load(), _unfit()
    create = None if reason else _extension(built).create
    return pool, create, reason or ""


def _extension(built: Built) -> Any:
    path = str(built.path)
    name = "teachgraph.backend._runner"
    loader = importlib.machinery.ExtensionFileLoader(name, path)
    spec = importlib.util.spec_from_loader(name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def _pool_limit() -> int:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if MEMORY_LIMIT.exists():
        limit = MEMORY_LIMIT.read_text().strip()
        memory = min(memory, int(limit) if limit.isdigit() else memory)
    return min(memory // POOL_SHARE, POOL_MOST)


def _tell_threads(pool: Library) -> None:
    """Let the pool say how many threads BLAS may use."""
    found = blas.find()
    control = found.thread_control if found is not None else None
    if control is not None:
        tell = pool.function("tg_blas", "void(*)(void *, void *)")
        tell(*(ffi.cast("void *", address) for address in control))


def _survive_forks() -> None:
    """In a forked child OpenMP would wait for threads that only the parent has."""
    runtime = library.openmp_runtime(clang=user_cache().compiler.is_clang)
    if runtime is None:
        return
    set_threads = runtime.function("omp_set_num_threads", "void(*)(int)")
    os.register_at_fork(after_in_child=lambda: set_threads(1))
