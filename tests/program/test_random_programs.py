"""Random programs: C, interpreted loops and the whole pipeline agree with NumPy.

Programs are compiled by the dozen, as one graph: that takes a fraction of the time.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from evaluate import evaluate
from random_programs import Program, random_gradient, random_program
from running import Array, by_c, by_interpreter, fused, result

from teachgraph.core.graph import Graph
from teachgraph.rewrite.pipeline import optimize

DOZEN = 20
FEW, MANY = range(2), range(2, 25)
WAYS: dict[str, Callable[[Graph], Callable[..., list[Array]]]] = {
    "c": by_c,
    "fused": lambda graph: by_c(fused(graph)),
    "optimized": lambda graph: by_c(result(optimize(graph))),
    "loops": lambda graph: lambda *arrays: by_interpreter(fused(graph), arrays),
}
MAKERS = {"programs": random_program, "gradients": random_gradient}


def together(programs: Sequence[Program]) -> Graph:
    """Several programs as one graph."""
    inputs = [v for p in programs for v in p.graph.inputs]
    outputs = [v for p in programs for v in p.graph.outputs]
    return Graph(tuple(inputs), tuple(outputs))


def check(seeds: Sequence[int], make: Callable[[int], Program], way: str) -> None:
    """All outputs of all programs agree with NumPy in dtype, shape and value."""
    programs = [make(seed) for seed in seeds]
    arrays = [np.asarray(p.values[v]) for p in programs for v in p.graph.inputs]
    found = iter(WAYS[way](together(programs))(*arrays))
    for seed, program in zip(seeds, programs, strict=True):
        for wanted in evaluate(program.graph, program.values):
            assert_close(next(found), wanted, program.tolerance, f"seed {seed}")


def assert_close(found: Array, wanted: Array, tolerance: float, words: str) -> None:
    assert (found.dtype, found.shape) == (wanted.dtype, wanted.shape), words
    np.testing.assert_allclose(
        found, wanted, rtol=tolerance, atol=tolerance, err_msg=words
    )


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize(
    "dozen", [*FEW, *(pytest.param(n, marks=pytest.mark.slow) for n in MANY)]
)
def test_random_programs_agree_with_numpy(dozen: int, make: str, way: str):
    seeds = range(DOZEN * dozen, DOZEN * dozen + DOZEN)
    check(seeds, MAKERS[make], way)
