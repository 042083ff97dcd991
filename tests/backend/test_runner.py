"""Calling compiled graphs: values, refusals, updates, faults.

Each test runs with the extension in C and with its stand-in in Python.
"""

import subprocess
import sys
from functools import partial
from typing import Any

import graphs_in_c
import numpy as np
import pytest
from graphs_in_c import ACCUMULATE, ADD_ONE, HEAD, ONE, VECTOR, Make, accumulator
from sources import ROOT

from teachgraph.backend import runner
from teachgraph.backend.runner import Fault, Result, Slot

DTYPES = ("bool", "int8", "uint16", "int32", "int64", "float16", "float32")
DTYPES += ("float64", "complex64", "complex128")


@pytest.fixture(params=graphs_in_c.RUNNERS)
def make(request: pytest.FixtureRequest) -> Make:
    """A runner over the body of a graph function, of either kind."""
    return partial(graphs_in_c.make, request.param)


def copy_body(dtype: str, ndim: int) -> str:
    """The body of a graph that copies its input."""
    size = np.dtype(dtype).itemsize
    return f"""
  long n = 1;
  for (long k = 0; k < {ndim}; k++) n *= out[0].dims[k] = dims[k];
  char *y = out[0].data = c->alloc(n * {size});
  if (!y) return -1;
  for (long i = 0; i < n * {size}; i++) y[i] = ((const char *)in[0])[i];
  return 0;
"""


def test_the_runner_here_is_the_c_extension():
    assert runner.runner_kind() == "C extension"


def test_a_call_gives_a_fresh_array(make: Make):
    f = make(ADD_ONE)
    x = np.arange(5.0)
    y = f(x)
    assert type(y) is np.ndarray
    assert y.flags.writeable
    assert y.flags.c_contiguous
    assert y.flags.aligned
    assert np.array_equal(y, [1, 2, 3, 4, 5])
    assert f(x) is not y
    assert np.array_equal(x, np.arange(5.0))


@pytest.mark.parametrize("ndim", [0, 1, 3, 8])
@pytest.mark.parametrize("dtype", DTYPES)
def test_every_dtype_and_rank_passes_through(make: Make, dtype: str, ndim: int):
    f = make(
        copy_body(dtype, ndim), [Slot(dtype, (None,) * ndim)], [Result(dtype, ndim)]
    )
    shape = (3, 2, 2, 1, 2, 1, 1, 2)[:ndim]
    x = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype)
    y = f(x)
    assert y.dtype == x.dtype
    assert y.shape == x.shape
    assert np.array_equal(x, y)


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0)])
def test_arrays_without_elements_pass_through(make: Make, shape: tuple[int, ...]):
    ndim = len(shape)
    f = make(
        copy_body("float64", ndim),
        [Slot("float64", (None,) * ndim)],
        [Result("float64", ndim)],
    )
    y = f(np.zeros(shape))
    assert y.shape == shape
    assert y.sum() == 0
    assert np.append(y, 1.0).size == 1


@pytest.mark.parametrize("size", [1, 100, 7_000, 20_000, 200_000, 1_000_000])
def test_blocks_of_every_size_are_aligned_and_whole(make: Make, size: int):
    f = make(ADD_ONE)
    y = f(np.arange(float(size)))
    assert y.ctypes.data % 64 == 0
    assert np.array_equal(y, np.arange(1.0, size + 1))


REFUSED = {
    "another dtype": np.zeros(3, "float32"),
    "another rank": np.zeros((3, 1)),
    "swapped bytes": np.zeros(3, ">f8"),
    "strides": np.zeros(6)[::2],
    "a list": [1.0, 2.0],
    "a number": 1.0,
    "a subclass": np.zeros(3).view(np.recarray),
    "None": None,
    "unaligned": np.zeros(25, "u1")[1:].view("f8"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_exactly_wanted_is_left_to_others(make: Make, case: str):
    assert make(ADD_ONE)(REFUSED[case]) is NotImplemented


def test_a_wrong_number_of_arguments_is_left_to_others(make: Make):
    f = make(ADD_ONE)
    x = np.zeros(3)
    assert f() is NotImplemented
    assert f(x, x) is NotImplemented


def test_arguments_are_not_taken_by_name(make: Make):
    with pytest.raises(TypeError):
        make(ADD_ONE)(x=np.zeros(3))


def test_lengths_that_are_known_are_checked(make: Make):
    f = make(
        copy_body("float64", 2), [Slot("float64", (None, 3))], [Result("float64", 2)]
    )
    assert f(np.zeros((2, 3))).shape == (2, 3)
    assert f(np.zeros((3, 2))) is NotImplemented


SCALARS = [
    ("float64", 2.5, True),
    ("float64", np.float64(2.5), True),
    ("float64", np.float32(2.5), False),
    ("float64", 2, False),
    ("int64", 3, True),
    ("int64", True, True),
    ("int64", -(1 << 63), True),
    ("int64", 1 << 63, False),
    ("int64", np.int64(-3), True),
    ("int64", np.int32(3), False),
    ("int64", 3.0, False),
    ("bool", True, True),
    ("bool", np.True_, True),
    ("bool", 1, False),
    ("float32", np.float32(0.1), True),
    ("float32", 0.1, False),
    ("float16", np.float16(0.1), True),
    ("complex128", np.complex128(1 + 2j), True),
    ("complex128", 1j, False),
]


@pytest.mark.parametrize(("dtype", "value", "taken"), SCALARS, ids=repr)
def test_scalars_are_taken_when_they_are_exact(
    make: Make, dtype: str, value: Any, taken: bool
):
    f = make(copy_body(dtype, 0), [Slot(dtype, ())], [Result(dtype, 0)])
    y = f(value)
    if not taken:
        assert y is NotImplemented
        return
    assert type(y) is np.ndarray
    assert y.shape == ()
    assert y[()] == value


def test_a_scalar_is_no_vector(make: Make):
    f = make(copy_body("float64", 1), VECTOR, ONE)
    assert f(np.float64(1)) is NotImplemented


def test_read_only_arrays_are_taken(make: Make):
    x = np.zeros(3)
    x.flags.writeable = False
    assert np.array_equal(make(ADD_ONE)(x), np.ones(3))


def test_several_outputs_come_as_a_list(make: Make):
    two = """
  for (long k = 0; k < 2; k++) {
    double *y = out[k].data = c->alloc(8);
    if (!y) return -1;
    *y = k;
  }
  return 0;
"""
    result = make(two, (), [Result("float64", 0)] * 2, single=False)()
    assert type(result) is list
    assert result == [0, 1]


def test_no_outputs_come_as_an_empty_list(make: Make):
    assert make("  return 0;\n", (), (), single=False)() == []


def test_dims_hold_the_lengths_of_all_inputs_one_after_another(make: Make):
    show = """
  long *y = out[0].data = c->alloc(6 * 8);
  if (!y) return -1;
  out[0].dims[0] = 6;
  for (long i = 0; i < 6; i++) y[i] = dims[i];
  return 0;
"""
    slots = [Slot("int8", (None,) * n) for n in (2, 0, 3, 1)]
    arrays = [np.zeros(shape, "int8") for shape in ((2, 3), (), (4, 5, 6), (7,))]
    f = make(show, slots, [Result("int64", 1)])
    assert list(f(*arrays)) == [2, 3, 4, 5, 6, 7]


def test_an_update_replaces_what_the_cell_holds(make: Make):
    cell = [np.zeros(3)]
    before = cell[0]
    f = accumulator(make, cell)
    assert f(np.ones(3)) == 3
    assert f(np.ones(3)) == 6
    assert np.array_equal(cell[0], [2, 2, 2])
    assert np.array_equal(before, [0, 0, 0])


def test_a_value_set_from_outside_is_seen_by_the_next_call(make: Make):
    cell = [np.zeros(3)]
    f = accumulator(make, cell)
    cell[0] = np.full(3, 10.0)
    assert f(np.ones(3)) == 33


def test_a_failed_guard_tells_its_number_and_changes_nothing(make: Make):
    cell = [np.zeros(3)]
    before = cell[0]
    f = accumulator(make, cell)
    fault = f(np.ones(4))
    assert type(fault) is Fault
    assert fault.number == 7
    assert fault.details[:2] == (4, 3)
    assert cell[0] is before
    assert f(np.ones(3)) == 3


def test_running_out_of_memory_is_a_fault_and_changes_nothing(make: Make):
    greedy = ACCUMULATE.replace("dims[1] * sizeof(double)", "1L << 60")
    cell = [np.zeros(3)]
    before = cell[0]
    f = make(
        greedy,
        [Slot("float64", (None,)), Slot("float64", (None,), cell)],
        [Result("float64", 0), Result("float64", 1, cell)],
    )
    assert f(np.ones(3)) == Fault(-1, (0, 0, 0, 0))
    assert cell[0] is before


@pytest.mark.parametrize(
    "content", [[], [None], [np.zeros(3, "f4")], [np.zeros((3, 1))], [np.zeros(6)[::2]]]
)
def test_a_cell_with_anything_else_in_it_is_left_to_others(
    make: Make, content: list[Any]
):
    f = accumulator(make, content)
    assert f(np.ones(3)) is NotImplemented


def test_either_all_cells_change_or_none(make: Make):
    spoil = """
  for (long k = 0; k < 2; k++) {
    out[k].data = c->alloc(8);
    out[k].dims[0] = k ? -5 : 1;
  }
  return 0;
"""
    first, second = [np.zeros(1)], [np.zeros(1)]
    before = (first[0], second[0])
    outputs = [Result("float64", 1, first), Result("float64", 1, second)]
    f = make(spoil, (), outputs, single=False)
    with pytest.raises(ValueError, match="negative"):
        f()
    assert first[0] is before[0]
    assert second[0] is before[1]


def test_scratch_is_kept_and_grows(make: Make):
    scratch = """
  long *n = c->slot(c, 1, 8), *big = c->slot(c, 0, dims[0] * 8);
  if (!n || !big || c->slot(c, 2, 8) || c->slot(c, -1, 8)) return -1;
  for (long i = 0; i < dims[0]; i++) big[i] = i;
  long *y = out[0].data = c->alloc(16);
  if (!y) return -1;
  out[0].dims[0] = 2;
  y[0] = ++*n;
  y[1] = (long)big % 64;
  return 0;
"""
    f = make(scratch, VECTOR, [Result("int64", 1)], scratch=2)
    counts = [f(np.zeros(n)) for n in (1, 10, 10_000, 1_000_000, 10)]
    assert [int(c[0]) - int(counts[0][0]) for c in counts] == [0, 1, 2, 3, 4]
    assert not any(c[1] for c in counts)


def test_symbols_come_in_the_order_they_were_asked_for(make: Make):
    show = """
  long *y = out[0].data = c->alloc(16);
  if (!y) return -1;
  out[0].dims[0] = 2;
  y[0] = (long)c->symbols[0];
  y[1] = (long)c->symbols[1];
  return 0;
"""
    f = make(show, (), [Result("int64", 1)], symbols=(4096, 12345))
    assert list(f()) == [4096, 12345]


def test_an_array_may_be_resized_in_place():
    f = graphs_in_c.make("c", ADD_ONE)
    y = f(np.arange(3.0))
    y.resize(100_000)
    assert np.array_equal(y[:4], [1, 2, 3, 0])
    y.resize(2)
    assert np.array_equal(y, [1, 2])


@pytest.mark.parametrize(
    ("slots", "results", "single"),
    [
        ([Slot("float64", (None,) * 9)], ONE, True),
        (VECTOR, [Result("float64", 1)] * 2, True),
        (VECTOR, [Result("float64", 1, [np.zeros(1)])], True),
        ([Slot("object", ())], ONE, True),
        ([Slot(">f8", ())], ONE, True),
        ([Slot("clongdouble", ())], ONE, True),
    ],
)
def test_what_no_runner_can_do_is_refused_when_it_is_made(
    slots: list[Slot], results: list[Result], single: bool
):
    with pytest.raises(ValueError, match=r"single|axes|plain native"):
        runner.make_runner(
            0, slots, results, scratch=0, symbols=(), single=single, keep_alive=None
        )


UNFIT = """
import sys, numpy as np
from teachgraph.backend import runner
whole = runner._source
broken = lambda *names: whole(*names) + ("nonsense" if len(names) > 1 else "")
{change}
from teachgraph.backend.cache import user_cache
source = runner.ABI_PRELUDE + '''{source}'''
code = user_cache().build(source).load()
slots, results = [runner.Slot("float64", (None,))], [runner.Result("float64", 1)]
options = dict(scratch=0, symbols=(), single=True, keep_alive=code)
f = runner.make_runner(code.symbol("graph"), slots, results, **options)
print(f(np.zeros(3)).tolist(), runner.runner_kind())
"""


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("sys.abiflags = 't'", "no global interpreter lock"),
        ("sys.abiflags = 'd'", "debug build"),
        ("sys.platform = 'other'", "other"),
        ("runner._source = broken", "could not be built"),
    ],
)
def test_where_the_extension_does_not_fit_python_serves(change: str, reason: str):
    code = UNFIT.format(change=change, source=f"{HEAD}{ADD_ONE}}}")
    command = (sys.executable, "-c", code)
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    assert said.stdout.startswith("[1.0, 1.0, 1.0] cffi, because")
    assert reason in said.stdout
