"""200 random graphs of P0 names give what PyTensor gives, gradients too.

A development test: it runs where `make peers` has installed the peers, and says so
where it has not.
"""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import p0_graphs
import pytest

import teachgraph
import teachgraph.tensor as T

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / "benchmarks" / ".peers" / "bin" / "python"
GRAPHS = p0_graphs.specs(200, seed=2026)


@pytest.mark.slow
@pytest.mark.skipif(not PYTHON.exists(), reason="PyTensor is not there: `make peers`")
def test_random_graphs_agree_with_pytensor():
    builder = Path(p0_graphs.__file__)
    told = subprocess.run(
        [PYTHON, "-W", "ignore", builder, "pytensor.tensor", "pytensor"],
        input=json.dumps(GRAPHS),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTENSOR_FLAGS": "linker=py,optimizer=fast_compile,cxx="},
    )
    theirs = json.loads(told.stdout)
    ours = p0_graphs.results(T, teachgraph, GRAPHS)
    for spec, mine, peer in zip(GRAPHS, ours, theirs, strict=True):
        for found, expected in zip(mine, peer, strict=True):
            np.testing.assert_allclose(
                np.array(found, float),
                np.array(expected, float),
                rtol=1e-7,
                atol=1e-9,
                err_msg=str(spec),
            )
