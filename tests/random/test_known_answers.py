"""The numbers that seed 234 draws, for good: a program's results may rest on them."""

import hashlib

import numpy as np
import pytest
from draws import all_draws

from teachgraph.compile.function import function


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_a_seed_draws_what_it_has_always_drawn(dtype: str, golden):
    lines = [f"The first of 5000 draws in {dtype}, and a digest of all.", ""]
    for name, numbers in function([], all_draws(dtype))().items():
        first = [float(x).hex() for x in np.ravel(numbers)[:3]]
        digest = hashlib.sha256(np.ascontiguousarray(numbers).tobytes()).hexdigest()
        lines += [f"{name}, {numbers.dtype}{[*numbers.shape]}", f"  {' '.join(first)}"]
        lines += [f"  sha256 {digest[:32]}"]
    golden(f"random/{dtype}.txt", "\n".join(lines) + "\n")
