"""What looking costs: a call in each debug mode beside the same call in the plain one.

    .venv/bin/python benchmarks/debugging.py            ratios, on the training steps
    .venv/bin/python benchmarks/debugging.py --gates    fail where one is missed

Counted are seconds of the processor, and there is one thread, in loops and in BLAS. So
other work on the machine makes no difference; it may stop a long call ten times and a
short one never. On an idle machine these are the seconds that pass. Samples are taken
in turn, plain and watched; the ratio is that of the least of each.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import spec
from adapters import teachgraph_peer

import teachgraph as tg

CASES = ("logreg_step", "mlp_step", "lstm_step")
GATES = {("mlp_step", "NanGuard"): 2.0, ("mlp_step", "DebugMode"): 20.0}
"""For a case and a mode, how many times the plain call it may cost."""

THREADS = "OPENBLAS_NUM_THREADS"
SECONDS = 0.04
SAMPLES = 9


def modes() -> dict[str, Any]:
    """What is measured, by name."""
    return {
        "NanGuard": tg.Mode() + tg.debug.NanGuard(),
        "NanGuard, everywhere": tg.Mode() + tg.debug.NanGuard(everywhere=True),
        "Layers": tg.Mode() + tg.debug.Layers(),
        "Profile of calls": tg.Mode() + tg.debug.Profile(steps=False),
        "Profile": tg.Mode() + tg.debug.Profile(),
        "DebugMode": "DebugMode",
    }


def built(case: spec.Case, mode: Any) -> Callable[[], Any]:
    """A call of a case that was compiled in a mode."""
    adapter = teachgraph_peer.Adapter()

    def function(inputs: Any, outputs: Any, **options: Any) -> Any:
        return tg.function(inputs, outputs, mode=mode, **options)

    adapter.function = function
    with tg.config.change_flags(openmp=False):
        call, arguments, _ = adapter.build(case)
        call(*arguments)  # some of what a mode needs is built in the first call
    return lambda: call(*arguments)


def sample(call: Callable[[], Any], calls: int) -> float:
    """Seconds of the processor for a call, the mean of some."""
    started = time.process_time()
    for _ in range(calls):
        call()
    return (time.process_time() - started) / calls


def ratio(plain: Callable[[], Any], watched: Callable[[], Any]) -> float:
    """How many times the plain call the watched one takes."""
    both = plain, watched
    counts = [max(1, int(SECONDS / sample(call, 3))) for call in both]
    rounds = [list(map(sample, both, counts)) for _ in range(SAMPLES)]
    least_plain, least_watched = map(min, zip(*rounds, strict=True))
    return least_watched / least_plain


def measured(names: tuple[str, ...]) -> dict[tuple[str, str], float]:
    """The ratio of each case and mode."""
    cases = {case.name: case for case in spec.steady_cases()}
    found: dict[tuple[str, str], float] = {}
    for name in names:
        plain = built(cases[name], None)
        for title, mode in modes().items():
            found[name, title] = ratio(plain, built(cases[name], mode))
            print(f"{name:12} {title:22} {found[name, title]:6.2f}", flush=True)
    return found


def main() -> None:
    """Print a line for each case and mode."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--gates", action="store_true", help="only what has a limit")
    gates = parser.parse_args().gates
    if THREADS not in os.environ:  # it counts when NumPy is imported
        again = [sys.executable, *sys.argv]
        raise SystemExit(subprocess.call(again, env={**os.environ, THREADS: "1"}))
    found = measured(("mlp_step",) if gates else CASES)
    missed = [key for key, limit in GATES.items() if found[key] > limit]
    if gates and missed:
        raise SystemExit(f"missed: {', '.join(' '.join(key) for key in missed)}")


if __name__ == "__main__":
    main()
