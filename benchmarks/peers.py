"""The packages compared, the process each runs in, and how to talk to it."""

import importlib
import json
import os
import re
import select
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
Answer = dict[str, Any]

# In the order of the tables, with the statement that the import is timed by.
IMPORTS = {
    "teachgraph": "import teachgraph, teachgraph.tensor",
    "pytensor": "import pytensor, pytensor.tensor",
    "pytensor_c": "",
    "jax": "import jax, jax.numpy",
    "torch": "import torch",
    "torch_compile": "",
    "numpy": "import numpy",
    "numexpr": "import numexpr",
    "roofline": "",
}
NAMES = tuple(IMPORTS)
COMPILERS = ("teachgraph", "pytensor", "pytensor_c", "jax", "torch_compile")
NOT_A_PEER = ("teachgraph", "roofline")
PACKAGE = {"pytensor_c": "pytensor", "torch_compile": "torch", "roofline": "numpy"}
THREADS = ("OMP", "OPENBLAS", "MKL", "NUMBA", "NUMEXPR")


def adapter(name: str) -> Any:
    """The module that states the cases for one package. Does not import the package."""
    return importlib.import_module(f"adapters.{name}_peer")


def environment(name: str, cache: Path, threads: int) -> dict[str, str]:
    """What a peer's process finds set: its threads, its cache."""
    counts = {f"{library}_NUM_THREADS": str(threads) for library in THREADS}
    cache.mkdir(parents=True, exist_ok=True)
    own = adapter(name).environ(str(cache))
    return {**os.environ, **counts, "PYTHONHASHSEED": "0", **own}


def importable(name: str, python: Path) -> bool:
    """Whether the package is installed for this Python."""
    if not python.exists():
        return False
    package = PACKAGE.get(name, name)
    code = (
        f"import importlib.util as u, sys; sys.exit(u.find_spec({package!r}) is None)"
    )
    return subprocess.call([python, "-c", code], cwd=HERE.parent) == 0


class Worker:
    """A peer's process, asked by lines of JSON."""

    def __init__(self, name: str, python: Path, cache: Path, threads: int) -> None:
        self.log = cache.with_suffix(".stderr")
        env = environment(name, cache, threads)
        with self.log.open("wb") as errors:
            self.process = subprocess.Popen(
                [python, HERE / "worker.py", "serve", name],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=env,
                cwd=HERE.parent,
                start_new_session=True,
            )
        self.hello = self.read(180)

    def read(self, timeout: float) -> Answer:
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], timeout)
        if not ready:
            self.stop()
            return {"error": f"timeout after {timeout:.0f} s", "dead": True}
        line = self.process.stdout.readline()
        if line:
            return json.loads(line)
        self.process.wait()
        return {"error": last_line(self.log.read_text(errors="replace")), "dead": True}

    def ask(self, timeout: float, **request: Any) -> Answer:
        if self.process.poll() is not None:
            return {"error": "process ended", "dead": True}
        assert self.process.stdin is not None
        self.process.stdin.write((json.dumps(request) + "\n").encode())
        self.process.stdin.flush()
        return self.read(timeout)

    def stop(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(3)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def once(
    name: str, python: Path, request: Answer, cache: Path, threads: int, timeout: float
) -> Answer:
    """One measurement of one peer, in a process of its own."""
    process = subprocess.Popen(
        [python, HERE / "worker.py", "once", name, json.dumps(request)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(name, cache, threads),
        cwd=HERE.parent,
        start_new_session=True,
    )
    try:
        out, errors = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)  # the session that this call started, compilers too
        process.communicate()
        return {"error": f"timeout > {timeout:.0f} s"}
    if process.returncode:
        return {"error": last_line(errors.decode(errors="replace"))}
    return json.loads(out.decode().strip().splitlines()[-1])


def import_cost(name: str, python: Path, cache: Path, threads: int) -> Answer:
    """Seconds, CPU seconds and memory of importing a package, in a fresh process."""
    code = (
        "import resource, sys, time; c = time.process_time(); t = time.perf_counter(); "
        f"{IMPORTS[name]}; t = time.perf_counter() - t; c = time.process_time() - c; "
        "m = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; "
        "sys.__stdout__.write(f'\\n@{t} {c} {m}\\n')"
    )
    env = environment(name, cache, threads)
    command = [python, "-c", code]
    done = subprocess.run(
        command, capture_output=True, env=env, cwd=HERE.parent, check=False, text=True
    )
    found = re.search(r"@(\S+) (\S+) (\d+)", done.stdout)
    if found is None:
        return {"error": last_line(done.stderr)}
    wall, cpu, kilobytes = found.groups()
    return {"t": float(wall), "cpu_s": float(cpu), "rss_mb": int(kilobytes) / 1024}


def last_line(text: str) -> str:
    """The end of a traceback: what went wrong, in a line."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    wanted = [line for line in lines if re.match(r"\w[\w.]*(Error|Exception)\b", line)]
    return (wanted or lines or ["ended without a word"])[-1][:300]


def default_python(name: str, peers: Path) -> Path:
    """teachgraph runs in the Python of this process, its peers in theirs."""
    return Path(sys.executable) if name == "teachgraph" else peers
