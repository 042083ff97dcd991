"""Measures the viewer in Chromium and compares it with its limits.

PYTHONPATH=tests .venv/bin/python benchmarks/extension/run.py

Written to `results.json`; needs node, Chromium and the built extension.
"""

import gzip
import json
import os
import platform
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from browser.pages import fixture, large_document, page

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.view.cut import size
from teachgraph.view.document import PAGE, document
from teachgraph.view.stepper import Stepper

ROOT = Path(__file__).parents[2]
SIZES = (100, 2_000, 5_000, 10_000)
# name, limit: in milliseconds, but for sizes, which are in bytes, and pixels
LIMITS = {
    "document of 100 nodes and more": 500,
    "100 nodes drawn": 500,
    "2000 nodes drawn": 1_500,
    "10000 nodes, work for a frame of zooming": 17,
    "10000 nodes, work for a frame of panning": 17,
    "a step of the timeline, median": 100,
    "a step of the timeline, longest": 100,
    "a step through 2000 nodes, median": 100,
    "a step through 2000 nodes, longest": 100,
    "a step in a loop of 1000 turns, median": 100,
    "a step in a loop of 1000 turns, longest": 100,
    "the document of a loop of 1000 turns": 1_000,
    "survivors move at a rewrite, pixels": 35,
    "survivors move in lecture mode, pixels": 0.001,
    "the largest saved cell": 256_001,
    "the largest bundle, compressed": 150_000,
}


def document_time() -> float:
    """Milliseconds to tell the optimization of a network's gradient."""
    x, t = T.dmatrix("x"), T.dmatrix("t")
    weights = [tg.shared(np.eye(8), f"w{i}") for i in range(3)]
    h = x
    for w in weights:
        h = 1 / (1 + T.exp(-T.dot(h, w)))
    loss = T.mean((h - t) ** 2)
    pairs = zip(weights, tg.grad(loss, weights), strict=True)
    f = tg.function([x, t], loss, updates=[(w, w - 0.1 * g) for w, g in pairs])
    begin = time.perf_counter()
    document(f)
    return 1_000 * (time.perf_counter() - begin)


def chain() -> Stepper:
    """A run of 2,000 nodes."""
    x = T.dvector("x")
    ends = [x * (i + 1.5) for i in range(100)]
    for _ in range(10):
        ends = [T.tanh(end * (i + 1.5)) for i, end in enumerate(ends)]
    f = tg.function([x], sum(ends[1:], ends[0]), mode="FAST_COMPILE")
    return tg.step(f, np.ones(3))


def loop() -> Stepper:
    """A run of a loop of 1,000 turns."""
    x = T.dvector("x")
    out, _ = tg.scan(lambda s: T.tanh(s) * 0.9 + 0.1, outputs_info=[x], n_steps=1_000)
    return tg.step(tg.function([x], out[-1].sum()), np.ones(3))


def loop_time() -> float:
    """Milliseconds to run a loop of 1,000 turns and tell it."""
    stepper = loop()
    begin = time.perf_counter()
    stepper.document()
    return 1_000 * (time.perf_counter() - begin)


def bundle() -> int:
    """Bytes of the largest built file, compressed."""
    package = ROOT / "teachgraph"
    built = [
        *package.glob("view/static/*.js"),
        *package.glob("labextension/static/*.js"),
    ]
    return max(len(gzip.compress(file.read_bytes())) for file in built)


def saved_cell() -> int:
    """Bytes of the document of a graph that is far too large for a notebook.

    It says how much of the graph it left out.
    """
    x = T.dvector("x")
    y = x
    for i in range(4_000):
        y = T.tanh(y * i)
    found = document(y)
    assert found.get("truncated", {}).get("nodes", 0) > 0
    return size(found)


def movement() -> dict[str, Any]:
    """How far nodes move while the gradient of a network is optimized, in pixels."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "network.jsonl"
        file.write_text(json.dumps(fixture("network")))
        script = ROOT / "tests" / "browser" / "typescript.mjs"
        command = ["node", str(script), str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)[0]


def browser() -> dict[str, Any]:
    """What node and Chromium measured."""
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            data = large_document(size)
            (Path(folder) / f"{size}.json").write_text(json.dumps(data))
            (Path(folder) / f"{size}.html").write_text(page(data))
        (Path(folder) / "rewrites.html").write_text(page(fixture("network")))
        for name, stepper in (("chain", chain()), ("loop", loop())):
            told = page(stepper.document(caps=PAGE))
            (Path(folder) / f"{name}.html").write_text(told)
        command = ["node", str(Path(__file__).parent / "measure.mjs"), folder]
        done = subprocess.run(
            [*command, *map(str, SIZES)],
            env={**os.environ, "CHROMIUM": shutil.which("chromium") or "chromium"},
            capture_output=True,
            text=True,
            check=True,
        )
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Measure, compare, write, and say what is over its limit."""
    seen = browser()
    moved = movement()
    told = {
        "document of 100 nodes and more": document_time(),
        "100 nodes drawn": seen["100"]["drawn"],
        "2000 nodes drawn": seen["2000"]["drawn"],
        "10000 nodes, work for a frame of zooming": seen["10000"]["zoom"],
        "10000 nodes, work for a frame of panning": seen["10000"]["pan"],
        "a step of the timeline, median": seen["timeline"]["median"],
        "a step of the timeline, longest": seen["timeline"]["longest"],
        "a step through 2000 nodes, median": seen["chain"]["median"],
        "a step through 2000 nodes, longest": seen["chain"]["longest"],
        "a step in a loop of 1000 turns, median": seen["loop"]["median"],
        "a step in a loop of 1000 turns, longest": seen["loop"]["longest"],
        "the document of a loop of 1000 turns": loop_time(),
        "survivors move at a rewrite, pixels": moved["free"]["mean"],
        "survivors move in lecture mode, pixels": moved["still"]["most"],
        "the largest saved cell": saved_cell(),
        "the largest bundle, compressed": bundle(),
    }
    for name, limit in LIMITS.items():
        verdict = "" if told[name] < limit else "  OVER"
        print(f"{name:45} {told[name]:12.1f} {limit:10}{verdict}")
    machine = f"{platform.machine()}, {os.cpu_count()} cores, software rendering"
    results = {"machine": machine, "limits": LIMITS, "told": told, "seen": seen}
    target = Path(__file__).parent / "results.json"
    target.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
