"""The memory of a loop of which only the last state is read, for few and many turns.

    .venv/bin/python benchmarks/loop_memory.py

Each number of turns runs in a process of its own. The state is one megabyte, so 10,000
turns that were all kept would take ten gigabytes.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time

TURNS = (100, 1000, 10000)
ELEMENTS = 1 << 17


def measured(turns: int) -> dict[str, float]:
    """Megabytes that a call adds to the peak, and its seconds."""
    import numpy as np

    import teachgraph as tg
    import teachgraph.tensor as T

    x, n = T.dvector("x"), T.lscalar("n")
    states, _ = tg.scan(lambda h: T.tanh(h * 0.5) + x, outputs_info=x, n_steps=n)
    f = tg.function([x, n], states[-1])
    value = np.linspace(-1, 1, ELEMENTS)
    f(value, 2)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    f(value, turns)
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"megabytes": (after - before) / 1024, "seconds": seconds}


def main() -> None:
    """Print a line for each number of turns."""
    if len(sys.argv) > 1:
        print(json.dumps(measured(int(sys.argv[1]))))
        return
    for turns in TURNS:
        command = [sys.executable, __file__, str(turns)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found = json.loads(done.stdout)
        said = f"{found['megabytes']:8.1f} MB more, {found['seconds']:.3f} s"
        print(f"{turns:6} turns: {said}")


if __name__ == "__main__":
    main()
