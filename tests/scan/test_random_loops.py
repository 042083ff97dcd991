"""Loops drawn at random: NumPy, C and a plain Python loop give the same."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.compile import verify_grad

WIDTH = 2
FUNCTIONS = {
    "add": (lambda a, b: a + b, np.add),
    "mul": (lambda a, b: a * b * 0.5, lambda a, b: a * b * 0.5),
    "tanh": (lambda a, b: T.tanh(a - b), lambda a, b: np.tanh(a - b)),
    "most": (T.maximum, np.maximum),
    "flip": (lambda a, b: a[::-1] + b.sum(), lambda a, b: a[::-1] + b.sum()),
}


@dataclass(frozen=True)
class Drawn:
    """A loop: what is walked and carried, and what each turn computes.

    `plan` has steps (function, a, b), which work on what the turn is given and on what
    was computed before; the last steps are the outputs.
    """

    sequence_taps: list[list[int]]
    state_taps: list[list[int] | None]
    plan: list[tuple[str, int, int]]
    backwards: bool
    stops: bool


def drawn(seed: int) -> Drawn:
    rng = np.random.default_rng(seed)

    def some(low: int, high: int) -> list[int]:
        count = int(rng.integers(1, 3))
        return [int(t) for t in rng.choice(np.arange(low, high), count, replace=False)]

    sequences = [some(-2, 3) for _ in range(rng.integers(1, 3))]
    states = [
        None if rng.uniform() < 0.3 else [[-1], some(-3, 0)][rng.integers(2)]
        for _ in range(rng.integers(1, 4))
    ]
    given = sum(map(len, sequences)) + sum(len(t or ()) for t in states) + 1
    plan = [
        (
            str(rng.choice(list(FUNCTIONS))),
            int(rng.integers(given + k)),
            int(rng.integers(given + k)),
        )
        for k in range(len(states) + int(rng.integers(3)))
    ]
    return Drawn(sequences, states, plan, bool(rng.integers(2)), bool(rng.integers(2)))


def turn(loop: Drawn, given: Any, which: int) -> list[Any]:
    values = list(given)
    for name, a, b in loop.plan:
        values.append(FUNCTIONS[name][which](values[a], values[b]))
    return values[-len(loop.state_taps) :]


def symbolic(loop: Drawn, *inputs: Any) -> Any:
    count = len(loop.sequence_taps)
    sequences, rest = inputs[:count], inputs[count:-1]
    initials = iter(rest)
    info: list[Any] = []
    for taps in loop.state_taps:
        start = next(initials) if taps else None
        info.append({"initial": start, "taps": taps} if taps else None)

    def step(*given: Any) -> Any:
        outputs = turn(loop, given, 0)
        return (outputs, tg.until(outputs[0].sum() > 3)) if loop.stops else outputs

    return tg.scan(
        step,
        [{"input": x, "taps": t} for x, t in zip(sequences, loop.sequence_taps)],
        info,
        inputs[-1],
        go_backwards=loop.backwards,
        return_list=True,
    )[0]


def by_hand(loop: Drawn, *arrays: Any) -> list[np.ndarray]:
    count = len(loop.sequence_taps)
    reach = [(min(0, *t), max(0, *t)) for t in loop.sequence_taps]
    lengths = [len(x) - high + low for x, (low, high) in zip(arrays, reach)]
    initials, histories = iter(arrays[count:-1]), []
    for taps in loop.state_taps:
        start = next(initials) if taps else None
        single = taps == [-1]
        histories.append([start] if single else list(start) if taps else [])
    found: list[list[Any]] = [[] for _ in loop.state_taps]
    for t in range(max(min(lengths), 0)):
        given = []
        for x, taps, (low, _), n in zip(arrays, loop.sequence_taps, reach, lengths):
            at = n - 1 - t if loop.backwards else t
            given += [x[at + tap - low] for tap in taps]
        for taps, history in zip(loop.state_taps, histories):
            given += [history[tap] for tap in taps or ()]
        outputs = turn(loop, [*given, arrays[-1]], 1)
        for history, kept, out in zip(histories, found, outputs):
            history.append(out)
            kept.append(out)
        if loop.stops and outputs[0].sum() > 3:
            break
    return [np.array(rows) for rows in found]


def point(loop: Drawn, seed: int) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    sequences = [
        rng.normal(size=(7 + i, WIDTH)) for i in range(len(loop.sequence_taps))
    ]
    depths = [-min(t) for t in loop.state_taps if t]
    single = [t == [-1] for t in loop.state_taps if t]
    initials = [
        rng.normal(size=(WIDTH,) if one else (depth, WIDTH))
        for depth, one in zip(depths, single)
    ]
    return [*sequences, *initials, rng.normal(size=WIDTH)]


def inputs_like(arrays: list[np.ndarray]) -> list[Any]:
    make = {1: T.dvector, 2: T.dmatrix}
    return [make[a.ndim](f"x{i}") for i, a in enumerate(arrays)]


@pytest.mark.parametrize("seed", range(40))
def test_a_random_loop_gives_what_a_python_loop_gives(seed: int):
    loop = drawn(seed)
    arrays = point(loop, seed)
    inputs = inputs_like(arrays)
    outputs = symbolic(loop, *inputs)
    f = tg.function(inputs, outputs, mode="FAST_COMPILE", on_unused_input="ignore")
    for found, expected in zip(f(*arrays), by_hand(loop, *arrays), strict=True):
        assert np.allclose(found, expected)


@pytest.mark.parametrize("seed", range(0, 40, 10))
def test_a_random_loop_gives_the_same_in_c(seed: int):
    loop = drawn(seed)
    arrays = point(loop, seed)
    inputs = inputs_like(arrays)
    outputs = symbolic(loop, *inputs)
    f = tg.function(inputs, outputs, mode="FAST_RUN", on_unused_input="ignore")
    for found, expected in zip(f(*arrays), by_hand(loop, *arrays), strict=True):
        assert np.allclose(found, expected)


@pytest.mark.parametrize("seed", range(20))
def test_the_gradients_of_a_random_loop_are_its_derivatives(seed: int):
    loop = drawn(seed)

    def cost(*inputs: Any) -> Any:
        parts = [out.sum(axis=0) for out in symbolic(loop, *inputs)]
        return sum(parts[1:], parts[0])

    verify_grad(cost, point(loop, seed), n_tests=1, mode="FAST_COMPILE")
