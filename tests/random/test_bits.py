"""The same bits from every backend, however a graph is compiled, for every draw."""

import inspect
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import emulation
import numpy as np
import pytest
from draws import DRAWS, MANY, P, all_draws, streams
from running import by_interpreter, by_numpy, fused, kernels, program_of

import teachgraph.tensor as T
from teachgraph.backend import cuda
from teachgraph.compile.function import function
from teachgraph.core.config import config
from teachgraph.core.graph import Graph
from teachgraph.kernel.render.clike import source_text
from teachgraph.random import MRG_RandomStreams, RandomStreams
from teachgraph.scan import scan

Array = np.ndarray[Any, Any]
Known = dict[str, dict[str, Array]]
FEW = 300
each_draw = pytest.mark.parametrize("name", DRAWS)
each_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"])


def graph_of(name: str, dtype: str, count: int) -> Graph:
    drawn = DRAWS[name](*streams(), dtype, count)
    return Graph((drawn.rng,), (drawn,))


def expected(graph: Graph) -> Array:
    """By NumPy, node after node."""
    return by_numpy(graph, [state_of(graph)])[0]


def state_of(graph: Graph) -> Array:
    return np.asarray(graph.inputs[0].get_value())


def assert_same_bits(found: Array, wanted: Array) -> None:
    assert (found.dtype, found.shape) == (wanted.dtype, wanted.shape)
    np.testing.assert_array_equal(found.view("uint8"), wanted.view("uint8"))


def test_every_distribution_is_here():
    drawing = {
        name
        for kind in (RandomStreams, MRG_RandomStreams)
        for name, method in inspect.getmembers(kind, inspect.isfunction)
        if {"size", "input"} & set(inspect.signature(method).parameters)
    }
    assert {n for n in drawing if n[0] != "_"} == {name.split()[0] for name in DRAWS}


@each_dtype
@each_draw
def test_the_interpreter_gives_the_bits_of_numpy(name: str, dtype: str):
    graph = graph_of(name, dtype, FEW)
    assert_same_bits(
        by_interpreter(fused(graph), [state_of(graph)])[0], expected(graph)
    )


@pytest.fixture(scope="module")
def wanted() -> Known:
    """All draws with their dtypes, worked out as the graph is written."""
    mode = "FAST_COMPILE"
    return {d: function([], all_draws(d), mode=mode)() for d in ("float32", "float64")}


@each_dtype
@pytest.mark.parametrize(
    "options",
    [
        "",
        "-march=x86-64",
        "-march=native -O3",
        "-march=native -O2 -mprefer-vector-width=256",
    ],
)
def test_c_gives_the_bits_of_numpy_with_any_options(
    dtype: str, options: str, wanted: Known
):
    with config.change_flags(**{"gcc.cxxflags": options}):
        found = function([], all_draws(dtype))()
    for name in DRAWS:
        assert_same_bits(found[name], wanted[dtype][name])


@each_dtype
@pytest.mark.skipif(emulation.COMPILER is None, reason="g++ is not here")
@pytest.mark.parametrize("options", [(), emulation.CONTRACTED], ids=["plain", "joined"])
def test_cuda_gives_the_bits_of_numpy(
    dtype: str,
    options: Sequence[str],
    wanted: Known,
    tmp_path: Path,
):
    draws = [*all_draws(dtype).values()]
    graph = fused(Graph(tuple(v.rng for v in draws), tuple(draws)))
    gpu = emulation.emulated(kernels(graph), tmp_path, options)
    states = [np.asarray(v.get_value()) for v in graph.inputs]
    found = gpu.run(program_of(graph), states)
    for name, numbers in zip(DRAWS, found, strict=True):
        assert_same_bits(numbers, wanted[dtype][name])


def test_cuda_names_the_rounding_of_what_it_could_join():
    text = source_text(
        cuda.cuda_source(kernels(fused(graph_of("normal", "float64", 5))))
    )
    helper = text[text.index("tg_normal_quantile_float64(") :].split("\n}")[0]
    assert "__dmul_rn(" in helper
    assert "__dsqrt_rn(" in helper
    assert " * " not in helper
    assert " / " not in helper


@each_dtype
def test_other_work_in_the_same_loops_changes_no_bit(dtype: str, wanted: Known):
    draws, x = all_draws(dtype), T.vector("x", dtype=dtype)
    work = {n + "!": T.tanh(v * x.sum() - 1) * v + v / 3 for n, v in draws.items()}
    found = function([x], draws | work)(np.ones(3, dtype))
    for name in DRAWS:
        assert_same_bits(found[name], wanted[dtype][name])


@each_dtype
@pytest.mark.parametrize("mode", ["FAST_RUN", "FAST_COMPILE"])
def test_draws_in_a_loop_are_those_of_as_many_calls(dtype: str, mode: str):
    names = ["uniform between", "normal moved", "binomial few", "poisson many"]
    names += ["choice weighted", "multinomial once", "permutation"]
    both, again = streams(), streams()
    turns, updates = scan(
        lambda: [DRAWS[name](*both, dtype, 100) for name in names], n_steps=4
    )
    in_loop = function([], turns, updates=updates, mode=mode)()
    one = function([], [DRAWS[name](*again, dtype, 100) for name in names])
    calls = [one() for _ in range(4)]
    for n, found in enumerate(in_loop):
        assert_same_bits(found, np.stack([call[n] for call in calls]))


@each_dtype
def test_parameters_that_are_inputs_change_no_bit(dtype: str, wanted: Known):
    avg, std, p = T.scalar("avg", dtype), T.scalar("std", dtype), T.dvector("p")
    states = {name: v.rng.get_value() for name, v in all_draws(dtype).items()}
    srng = RandomStreams()
    srng.rstate = states["normal moved"]
    moved = srng.normal((MANY,), avg, std, dtype=dtype)
    srng.rstate = states["choice weighted"]
    weighted = srng.choice((MANY,), a=5, p=p, dtype=dtype)
    f = function([avg, std, p], {"normal moved": moved, "choice weighted": weighted})
    found = f(*(np.dtype(dtype).type(x) for x in (0.3, 1.1)), P)
    for name, numbers in found.items():
        assert_same_bits(numbers, wanted[dtype][name])


@each_dtype
@pytest.mark.skipif(
    cuda.compiler() is None,
    reason="neither NVRTC (pip install nvidia-cuda-nvrtc) nor nvcc is here",
)
def test_no_option_of_a_cuda_compiler_joins_what_draws_need(
    dtype: str, monkeypatch: pytest.MonkeyPatch
):
    draws = [*all_draws(dtype).values()]
    graph = fused(Graph(tuple(v.rng for v in draws), tuple(draws)))
    monkeypatch.setattr(cuda, "OPTIONS", ("-arch=compute_75", "-use_fast_math"))
    text = cuda.ptx(cuda.cuda_source(kernels(graph)))
    assert text is not None
    assert "sqrt.rn" in text
    assert not re.search(r"\bfma\.|\.approx\.", text)


def test_half_precision_draws_are_the_same_in_c_and_numpy():
    fast = function([], all_draws("float16"))()
    plain = function([], all_draws("float16"), mode="FAST_COMPILE")()
    for name in DRAWS:
        assert_same_bits(fast[name], plain[name])
