"""200 random graphs of P0 names give what PyTensor gives, gradients too.

PyTensor has an environment of its own: the one that `make peers` makes for benchmarks
where it is there, else one that is made for this test.
"""

import json
import os
import subprocess
import venv
from pathlib import Path

import numpy as np
import p0_graphs
import pytest

import teachgraph
import teachgraph.tensor as T

ROOT = Path(__file__).parents[2]
PEERS = ROOT / "benchmarks" / ".peers"
GRAPHS = p0_graphs.specs(200, seed=2026)


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with PyTensor in it."""
    if PEERS.exists():
        return PEERS / "bin" / "python"
    home = tmp_path_factory.mktemp("peers") / "venv"
    venv.create(home, with_pip=True)
    inside = home / "bin" / "python"
    command = [inside, "-m", "pip", "install", "--quiet", "pytensor>=2.25"]
    subprocess.run(command, check=True, capture_output=True)
    return inside


# The cost of a random graph may be flat, which a user is told.
@pytest.mark.filterwarnings("ignore::teachgraph.grad.faults.ZeroGradientWarning")
@pytest.mark.slow
def test_random_graphs_agree_with_pytensor(python: Path):
    builder = Path(p0_graphs.__file__)
    told = subprocess.run(
        [python, "-W", "ignore", builder, "pytensor.tensor", "pytensor"],
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
