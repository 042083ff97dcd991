"""Runners under load: threads, references, and the memory of many calls.

Each test runs with the extension in C and with its stand-in in Python.
"""

import gc
import os
import sys
import threading
import tracemalloc
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import graphs_in_c
import numpy as np
import pytest
from graphs_in_c import ACCUMULATE, ADD_ONE, Make, accumulator

from teachgraph.backend import runner, runner_cffi
from teachgraph.backend.runner import Fault, Result, Slot


@pytest.fixture(params=graphs_in_c.RUNNERS)
def make(request: pytest.FixtureRequest) -> Make:
    """A runner over the body of a graph function, of either kind."""
    return partial(graphs_in_c.make, request.param)


def hammer(work: Callable[[int], None], threads: int = 8) -> None:
    """Run `work(number of the thread)` in several threads; raise what they raise."""
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))


def test_no_update_is_lost_among_threads(make: Make):
    cell = [np.zeros(3)]
    f = accumulator(make, cell)
    rounds = 500

    def work(number: int) -> None:
        for _ in range(rounds):
            f(np.ones(3))

    hammer(work)
    assert np.array_equal(cell[0], np.full(3, 8.0 * rounds))


def test_threads_do_not_see_each_others_scratch(make: Make):
    through_scratch = """
  double *s = c->slot(c, 0, dims[0] * 8);
  double *y = out[0].data = c->alloc(dims[0] * 8);
  if (!s || !y) return -1;
  for (long i = 0; i < dims[0]; i++) s[i] = ((const double *)in[0])[i];
  for (long i = 0; i < dims[0]; i++) y[i] = s[i] * 2;
  out[0].dims[0] = dims[0];
  return 0;
"""
    f = make(through_scratch, scratch=1)

    def work(number: int) -> None:
        for k in range(200):
            x = np.full(10 + 977 * (k % 3) * number, float(number))
            assert np.array_equal(f(x), x * 2)

    hammer(work)


def test_threads_share_the_pool(make: Make):
    def work(number: int) -> None:
        f = make(ADD_ONE)
        kept = [f(np.full(50_000 + 5_000 * number, float(number))) for _ in range(4)]
        for _ in range(40):
            kept.pop(0)
            kept.append(f(np.full(50_000 + 5_000 * number, float(number))))
            assert all((y == number + 1).all() for y in kept)

    hammer(work)


def test_a_graph_runs_without_the_lock_of_the_interpreter(make: Make):
    wait = """
  volatile int *flag = in[0];
  for (long i = 0; !*flag; i++) if (i > 4000000000) return 1;
  return 0;
"""
    flag = np.zeros((), "int32")
    f = make(wait, [Slot("int32", ())], (), single=False)
    results: list[Any] = []
    waiting = threading.Thread(target=lambda: results.append(f(flag)))
    waiting.start()
    flag[()] = 1
    waiting.join()
    assert results == [[]]


def test_a_finalizer_may_call_the_same_function_again(make: Make):
    cell = [np.zeros(3)]
    f = accumulator(make, cell)
    again: list[Any] = []
    weakref.finalize(cell[0], lambda: again.append(f(np.ones(3))))
    f(np.ones(3))
    assert again == [6]
    assert np.array_equal(cell[0], [2, 2, 2])


def test_references_are_given_back(make: Make):
    cell = [np.zeros(3)]
    kept = object()
    x, y = np.ones(3), np.ones(4)
    dtype = np.dtype("float64")
    f = accumulator(make, cell)
    f(x)
    watched = (x, y, cell, kept, dtype, NotImplemented, Fault)
    gc.collect()
    before = [sys.getrefcount(o) for o in watched]
    for _ in range(100):
        f(x)
        f(y)
        f(1)
        f()
    gc.collect()
    # Others hold the dtype too, and may let go of it; of 400 calls each would show.
    after = [sys.getrefcount(o) for o in watched]
    assert max(abs(n - m) for n, m in zip(after, before, strict=True)) < 100
    assert sys.getrefcount(cell[0]) == sys.getrefcount([np.zeros(3)][0]) + 1


def test_a_runner_lets_go_of_everything_in_the_end(make: Make):
    class Kept:
        pass

    kept, cell = Kept(), [np.zeros(3)]
    gone = weakref.ref(kept)
    counts = sys.getrefcount(cell)
    f = make(
        ACCUMULATE,
        [Slot("float64", (None,)), Slot("float64", (None,), cell)],
        [Result("float64", 0), Result("float64", 1, cell)],
        keep_alive=kept,
    )
    f(np.ones(3))
    del kept
    assert gone() is not None
    del f
    gc.collect()
    assert gone() is None
    assert sys.getrefcount(cell) == counts


def test_a_cycle_through_a_runner_is_collected(make: Make):
    class Function:
        call: Callable[..., Any]

    function = Function()
    gone = weakref.ref(function)
    function.call = make(ADD_ONE, keep_alive=function)
    function.call(np.ones(3))
    del function
    gc.collect()
    assert gone() is None


def resident() -> int:
    """Bytes of memory in use by this process."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize("size", [3, 20_000])
def test_memory_stays_flat_over_many_calls(make: Make, size: int):
    cell = [np.zeros(size)]
    f = accumulator(make, cell)
    good, bad = np.ones(size), np.ones(size + 1)
    rounds = 100_000 if size == 3 else 2_000
    if isinstance(f, runner_cffi.Call):
        rounds //= 20

    def calls(count: int) -> None:
        for _ in range(count):
            f(good)
        for _ in range(count // 10):
            f(bad)

    calls(rounds // 10)
    before = resident()
    tracemalloc.start()
    traced = tracemalloc.get_traced_memory()[0]
    calls(100)
    assert tracemalloc.get_traced_memory()[0] - traced < 20_000
    tracemalloc.stop()
    calls(rounds)
    assert resident() - before < 2_000_000


def test_a_large_output_reuses_the_memory_of_a_dead_one(make: Make):
    f = make(ADD_ONE)
    x = np.zeros(300_000)
    runner.pool_clear()
    y = f(x)
    place = y.ctypes.data
    del y
    gc.collect()
    assert runner.pool_stats().blocks == 1
    reused = runner.pool_stats().reused
    y = f(x)
    assert y.ctypes.data == place
    assert runner.pool_stats().reused == reused + 1
    assert runner.pool_stats().blocks == 0


def test_memory_is_not_reused_while_a_view_of_it_lives(make: Make):
    f = make(ADD_ONE)
    view = f(np.zeros(300_000))[1000:1003]
    other = f(np.full(300_000, 5.0))
    assert np.array_equal(view, [1, 1, 1])
    assert np.array_equal(other[:3], [6, 6, 6])


def test_the_pool_is_bounded_and_can_be_emptied(make: Make):
    f = make(ADD_ONE)
    x = np.zeros(20_000)
    kept = [f(x) for _ in range(200)]
    del kept
    gc.collect()
    assert 0 < runner.pool_stats().blocks <= 64
    runner.pool_clear()
    assert runner.pool_stats().blocks == 0
    assert runner.pool_stats().bytes == 0


PARALLEL = """
  const double *x = in[0];
  double *y = out[0].data = c->alloc(dims[0] * sizeof(double));
  if (!y) return -1;
  long n = out[0].dims[0] = dims[0];
  _Pragma("omp parallel for")
  for (long i = 0; i < n; i++) y[i] = x[i] + 1;
  return 0;
"""


# Python 3.12 warns of what this test is about.
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_child_can_run_parallel_loops(make: Make):
    f = make(PARALLEL)
    assert f(np.zeros(1000)).sum() == 1000
    child = os.fork()
    if child == 0:
        os._exit(0 if f(np.zeros(1000)).sum() == 1000 else 1)
    assert os.waitpid(child, 0)[1] == 0
