"""Philox against its published vectors, and uniform numbers bit for bit everywhere."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import emulation
import numpy as np
import pytest
from lowering import lowered
from running import by_c, by_interpreter, by_numpy, kernels, program_of

from teachgraph.core.graph import Graph, Variable
from teachgraph.core.report import DtypeError
from teachgraph.core.types import TensorType
from teachgraph.kernel import philox
from teachgraph.ops.random import STATE, Draws, Uniform

Array = np.ndarray[Any, Any]

# Counter, key and words from kat_vectors of the Random123 distribution.
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    (
        (0xFFFFFFFF,) * 4,
        (0xFFFFFFFF,) * 2,
        (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
    ),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]
STATES = [(7, 0), (2**64 - 1, 2**64 - 1), (0x299F31D0A4093822, 0x0370734413198A2E)]
SHAPES = [(), (1,), (7,), (3, 5), (2, 0), (2, 3, 2)]
each_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"])


def word(*numbers: int) -> tuple[Array, ...]:
    return tuple(np.array([n], np.uint32) for n in numbers)


@pytest.mark.parametrize(("counter", "key", "words"), KNOWN)
def test_philox_gives_the_published_words(counter: Any, key: Any, words: Any):
    found: Any = philox.philox(word(*counter), word(*key))
    assert tuple(int(w[0]) for w in found) == words


def test_the_counter_is_the_block_then_the_draw():
    (c0, c1, c2, c3), (k0, k1), words = KNOWN[2]
    number, draw, key = c1 << 32 | c0, c3 << 32 | c2, k1 << 32 | k0
    found = [int(philox.word32(4 * number % 2**64 + i, key, draw)) for i in range(4)]
    block: Any = philox.block(np.array(number, np.uint64), key, draw)
    assert tuple(map(int, block)) == words
    assert len(set(found)) == 4


def test_single_words_are_those_of_the_whole_draw():
    whole, pairs = philox.words32(11, 5, 9), philox.words64(5, 5, 9)
    assert [philox.word32(n, 5, 9) for n in range(11)] == whole.tolist()
    assert [philox.word64(n, 5, 9) for n in range(5)] == pairs.tolist()
    assert pairs[1] == int(whole[2]) << 32 | int(whole[3])


def graph_of(dtype: str, numbers: int = 2) -> Graph:
    """Draws of every shape from one state; lengths stand in the graph."""
    state = Variable(STATE, "state")
    ops = [Uniform(dtype, n) for n in range(numbers)]
    outs = tuple(op(state, *shape) for shape in SHAPES for op in ops)
    return Graph((state,), outs)


def on_emulated_gpu(graph: Graph, folder: Path) -> Callable[..., list[Array]]:
    gpu = emulation.emulated(kernels(graph), folder)
    return lambda *arrays: gpu.run(program_of(graph), arrays)


@each_dtype
@pytest.mark.parametrize("way", ["interpreter", "c", "cuda"])
def test_every_backend_gives_the_bits_of_numpy(dtype: str, way: str, tmp_path: Path):
    graph = graph_of(dtype)
    ways = {
        "interpreter": lambda: lambda *arrays: by_interpreter(graph, arrays),
        "c": lambda: by_c(graph),
        "cuda": lambda: on_emulated_gpu(graph, tmp_path),
    }
    call = ways[way]()
    for pair in STATES:
        state = np.array(pair, np.uint64)
        expected = by_numpy(graph, [state])
        for found, wanted in zip(call(state), expected, strict=True):
            assert found.dtype == wanted.dtype == dtype
            np.testing.assert_array_equal(found, wanted)


def test_an_element_does_not_depend_on_how_many_there_are():
    state = np.array([3, 4], np.uint64)
    few, many = (Uniform("float32").numpy(state, np.array(n)) for n in (5, 1000))
    np.testing.assert_array_equal(few, many[:5])


def extreme(dtype: str, word: int, monkeypatch: pytest.MonkeyPatch) -> float:
    def words(count: int, *_: Any) -> Array:
        kind = np.uint64 if dtype == "float64" else np.uint32
        return np.full(count, word % 2 ** (8 * kind(0).itemsize), kind)

    monkeypatch.setattr(philox, "words32", words)
    monkeypatch.setattr(philox, "words64", words)
    return Uniform(dtype).numpy(np.array([0, 0], np.uint64), np.array(1))[0]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_neither_end_is_reached(dtype: str, monkeypatch: pytest.MonkeyPatch):
    least = extreme(dtype, 0, monkeypatch)
    most = extreme(dtype, 2**64 - 1, monkeypatch)
    assert least > 0
    assert most < 1
    assert float(least) == 1 - float(most)


@each_dtype
def test_the_draw_number_carries_into_its_high_half(dtype: str):
    last = np.array([1, 2**32 - 1], np.uint64)
    following = np.array([1, 2**32], np.uint64)
    np.testing.assert_array_equal(
        lowered(Uniform(dtype, 1), last, np.array(6)),
        Uniform(dtype).numpy(following, np.array(6)),
    )


def test_draws_of_one_call_count_the_state_on():
    state = Variable(STATE, "state")
    draws = Draws(state)
    ops = [draws.uniform("float32", []).owner.op for _ in range(3)]
    assert [op.number for op in ops] == [0, 1, 2]
    graph = Graph((state,), (draws.after(),))
    (after,) = by_numpy(graph, [np.array([9, 2**32 - 1], np.uint64)])
    assert after.tolist() == [9, 2**32 + 2]


def test_a_state_is_two_whole_numbers():
    with pytest.raises(DtypeError, match=r"uint64\[2\]"):
        Uniform("float32")(Variable(TensorType("int64", (2,))), 3)


def test_whole_numbers_are_not_uniform():
    with pytest.raises(DtypeError, match="int64"):
        Uniform("int64")(Variable(STATE), 3)
