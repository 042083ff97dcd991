"""Graph functions written by hand, and runners over them of either kind.

The bodies are what the code generator would write; `make` puts the function around one,
compiles it and makes it callable, by the extension in C or by its stand-in in Python.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from teachgraph.backend import runner, runner_cffi
from teachgraph.backend.cache import user_cache
from teachgraph.backend.library import Library
from teachgraph.backend.runner import ABI_PRELUDE, Result, Slot
from teachgraph.backend.seam import Plan

RUNNERS = ("c", "cffi")
Make = Callable[..., Callable[..., Any]]

HEAD = (
    "long graph(struct tg_context *c, void *const *in, const long *dims, "
    "struct tg_array *out) {\n"
)

ADD_ONE = """
  const double *x = in[0];
  double *y = out[0].data = c->alloc(dims[0] * sizeof(double));
  if (!y) return -1;
  out[0].dims[0] = dims[0];
  for (long i = 0; i < dims[0]; i++) y[i] = x[i] + 1;
  return 0;
"""
# total, and a shared sum that grows by x; guard 7: the lengths must be equal.
ACCUMULATE = """
  const double *x = in[0], *sum = in[1];
  double *total = out[0].data = c->alloc(sizeof(double));
  double *next = out[1].data = c->alloc(dims[1] * sizeof(double));
  if (!total || !next) return -1;
  if (dims[0] != dims[1]) {
    c->fault[0] = dims[0];
    c->fault[1] = dims[1];
    return 7;
  }
  out[1].dims[0] = dims[1];
  *total = 0;
  for (long i = 0; i < dims[1]; i++) {
    next[i] = sum[i] + x[i];
    *total += next[i];
  }
  return 0;
"""
VECTOR = (Slot("float64", (None,)),)
ONE = (Result("float64", 1),)


@cache
def library(body: str) -> Library:
    """A library with a graph function of this body."""
    built = user_cache().build(f"{ABI_PRELUDE}\n{HEAD}{body}}}\n", openmp=True)
    return built.load()


def make(
    kind: str,
    body: str,
    inputs: Sequence[Slot] = VECTOR,
    outputs: Sequence[Result] = ONE,
    *,
    scratch: int = 0,
    symbols: Sequence[int] = (),
    single: bool = True,
    keep_alive: object = None,
) -> Callable[..., Any]:
    """A runner of a kind over the body of a graph function."""
    code = library(body)
    address = code.symbol("graph")
    assert address is not None
    kept = (code, keep_alive)
    if kind == "c":
        return runner.make_runner(
            address,
            inputs,
            outputs,
            scratch=scratch,
            symbols=symbols,
            single=single,
            keep_alive=kept,
        )
    both = (tuple(inputs), tuple(outputs))
    plan = Plan(address, *both, scratch, tuple(symbols), single, kept)
    return runner_cffi.make_runner(runner.machine().pool, plan)


def accumulator(make: Make, cell: list[Any]) -> Callable[..., Any]:
    """A runner over ACCUMULATE, its sum in a cell."""
    return make(
        ACCUMULATE,
        [Slot("float64", (None,)), Slot("float64", (None,), cell)],
        [Result("float64", 0), Result("float64", 1, cell)],
    )
