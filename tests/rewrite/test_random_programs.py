"""Random programs and gradients give the same results after rewriting as before."""

import numpy as np
import pytest
from evaluate import evaluate
from random_programs import Program, random_gradient, random_program
from rewriting import exhausted

from teachgraph.rewrite.pipeline import optimize

FEW, MANY = range(150), range(150, 1000)


def check(program: Program) -> None:
    """Optimized and unoptimized agree in dtype, shape and value."""
    result, _ = exhausted(optimize(program.graph))
    before = evaluate(program.graph, program.values)
    for expected, found in zip(before, evaluate(result, program.values), strict=True):
        assert found.dtype == expected.dtype
        assert found.shape == expected.shape
        tolerance = program.tolerance
        np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("seed", FEW)
def test_a_random_program_means_the_same_optimized(seed: int):
    check(random_program(seed))


@pytest.mark.parametrize("seed", FEW)
def test_random_gradients_mean_the_same_optimized(seed: int):
    check(random_gradient(seed))


@pytest.mark.slow
def test_many_random_programs_mean_the_same_optimized():
    for seed in MANY:
        check(random_program(seed, steps=40))


@pytest.mark.slow
def test_many_random_gradients_mean_the_same_optimized():
    for seed in MANY:
        check(random_gradient(seed, steps=16))


def test_a_seed_gives_the_same_program_again():
    first, second = random_program(7), random_program(7)
    ops = [node.op.title for node in first.graph.applies()]
    assert ops == [node.op.title for node in second.graph.applies()]


def test_random_programs_use_most_of_the_ops():
    programs = [random_program(seed) for seed in range(150)]
    used = {n.op.title for p in programs for n in p.graph.applies()}
    assert len(used) > 60
