"""teachgraph and its peers, case by case, side by side in one run.

    compare.py --gates        what teachgraph has to reach; 1 if it does not
    compare.py --groups steady,first --peers jax,torch,numpy --cases 'ew_|softmax'

Each adapter runs in a process of its own. Steady cases: every adapter builds the case,
then samples are taken in turn, A B C A B C, one process working at a time. A case whose
results disagree with the NumPy reference is not reported.
"""

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import peers
import report
import spec
from peers import HERE, Answer, Worker

SHARE = {"import": 3, "steady": 50, "first": 22, "scaling": 20, "memory": 5}
TUNED_MALLOC = ":".join(
    (
        "glibc.malloc.hugetlb=1",
        "glibc.malloc.mmap_threshold=8589934592",
        "glibc.malloc.trim_threshold=8589934592",
    )
)


class Comparison:
    """One run: who takes part, what was measured, and how much time is left."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.deadline = float("inf")
        self.skipped: list[str] = []
        wanted = options.peers.split(",") if options.peers else peers.NAMES
        python = {n: peers.default_python(n, options.python) for n in wanted}
        self.python = {n: p for n, p in python.items() if peers.importable(n, p)}
        self.names = list(self.python)
        self.cases: dict[str, Any] = {}
        self.versions: dict[str, Any] = {}

    def cache(self, name: str) -> Path:
        return Path(self.options.cache) / name

    def worker(self, name: str) -> Worker:
        return Worker(name, self.python[name], self.cache(name), self.options.threads)

    def once(self, name: str, request: Answer, cache: Path, timeout: float) -> Answer:
        left = max(5, min(timeout, self.deadline - time.time() + 30))
        python, threads = self.python[name], self.options.threads
        return peers.once(name, python, request, cache, threads, left)

    def late(self, name: str) -> bool:
        """Whether the time is up; the case is then named at the end."""
        if time.time() < self.deadline:
            return False
        self.skipped.append(name)
        return True

    def wanted(self, name: str) -> bool:
        return re.search(self.options.cases, name) is not None

    def save(self) -> None:
        results = {
            "machine": machine(),
            "versions": self.versions,
            "cases": self.cases,
            "skipped": self.skipped,
        }
        Path(self.options.out).write_text(json.dumps(results, indent=1))

    # ------------------------------------------------------------------ steady

    def steady(self) -> None:
        workers: dict[str, Worker] = {}
        for name in self.names:
            worker = self.worker(name)
            if worker.hello.get("ready"):
                workers[name] = worker
                version = {"python": worker.hello["python"]}
                self.versions[name] = worker.hello["versions"] | version
            else:
                print(f"! {name}: {worker.hello['error']}")
        for case in spec.steady_cases(self.options.quick):
            if self.wanted(case.name) and not self.late(case.name):
                self.cases[case.name] = record = self.steady_case(case, workers)
                print(report.steady_line(case.name, record), flush=True)
                self.save()
        for worker in workers.values():
            worker.stop()

    def steady_case(self, case: spec.Case, workers: dict[str, Worker]) -> Answer:
        answers = {}
        for name, worker in workers.items():
            request = {"cmd": "prepare", "case": case.name, "quick": self.options.quick}
            answers[name] = worker.ask(self.options.timeout, **request)
        for name in [n for n, answer in answers.items() if answer.get("dead")]:
            workers[name] = self.worker(name)
        ready = {n: a for n, a in answers.items() if a.get("ok")}
        reasons = {n: reason(a) for n, a in answers.items() if n not in ready}
        record = {"group": case.group, "t": {}, "unsupported": reasons}
        record["build_s"] = {n: a["build_s"] for n, a in ready.items()}
        if bad := disagreements(case, ready):
            return {**record, "disagree": bad}
        self.take_samples(record, list(ready), workers)
        for name in ready:
            if workers[name].ask(20, cmd="release").get("dead"):
                workers[name] = self.worker(name)
        return record

    def take_samples(
        self, record: Answer, names: list[str], workers: dict[str, Worker]
    ) -> None:
        """Samples in turn, so that a slow minute of the machine falls on everybody."""
        quick = self.options.quick
        rounds = self.options.rounds or (3 if quick else 7)
        request = {"cmd": "sample", "target": 0.015 if quick else 0.04}
        for _ in range(rounds):
            for name in list(names):
                time.sleep(0.01)
                worker = workers[name]
                answer = worker.ask(self.options.timeout, rt=self.options.rt, **request)
                if "t" in answer:
                    record["t"].setdefault(name, []).append(answer["t"])
                    continue
                record["unsupported"][name] = reason(answer)
                record["t"].pop(name, None)
                names.remove(name)
                workers[name] = self.worker(name)

    # --------------------------------------------------- a process for each measurement

    def add(self, case: str, group: str, name: str, answer: Answer, key: str) -> Answer:
        empty = {"group": group, "t": {}, "cpu": {}, "unsupported": {}}
        record = self.cases.setdefault(case, empty)
        if key not in answer:
            record["unsupported"][name] = reason(answer)
            return record
        record["t"].setdefault(name, []).append(answer[key])
        if "cpu_s" in answer:
            record["cpu"].setdefault(name, []).append(answer["cpu_s"])
        return record

    def show(self, case: str) -> None:
        if case in self.cases:
            print(report.once_line(case, self.cases[case]), flush=True)
            self.save()

    def imports(self) -> None:
        for _ in range(3 if self.options.quick else 5):
            for name in [n for n in self.names if peers.IMPORTS[n]]:
                where = self.python[name], self.cache(name), self.options.threads
                answer = peers.import_cost(name, *where)
                self.add("import", "import", name, answer, "t")
        self.show("import")

    def first(self) -> None:
        names = [n for n in self.names if n not in ("roofline", "numexpr", "numpy")]
        cases = [
            c for c in spec.oneshot_cases(self.options.quick) if self.wanted(c.name)
        ]
        for case in cases:
            for _ in range(1 if self.options.quick else self.options.cold):
                for name in [n for n in names if not self.late(f"{case.name}:{n}")]:
                    self.cold_then_warm(case, name)
            self.show(f"{case.name}_cold")
            self.show(f"{case.name}_warm")

    def cold_then_warm(self, case: spec.Case, name: str) -> None:
        """With an empty cache, then twice with what the first run left there."""
        request = {"what": "first", "case": case.name, "quick": self.options.quick}
        with tempfile.TemporaryDirectory(prefix="cold-cache-") as folder:
            for kind in ("cold", "warm", "warm"):
                cache = Path(folder) / "cache"
                answer = self.once(name, request, cache, 3 * self.options.timeout)
                self.add(f"{case.name}_{kind}", "first", name, answer, "total_s")
                if "total_s" not in answer:
                    return

    def scaling(self) -> None:
        for kind, mode, sizes in spec.scaling_cases(self.options.quick):
            given_up: dict[str, str] = {}
            for size in sizes:
                case = spec.scaling_name(kind, mode, size)
                if self.wanted(case):
                    self.scaling_case(case, kind, mode, size, given_up)
                    self.show(case)

    def scaling_case(
        self, case: str, kind: str, mode: str, size: int, given_up: dict[str, str]
    ) -> None:
        limit = self.options.limit or (20 if self.options.quick else 45)
        digests = {}
        for name in [n for n in self.names if n in peers.COMPILERS]:
            if name in given_up:
                self.add(case, "scaling", name, {"error": given_up[name]}, "total_s")
                continue
            if self.late(f"{case}:{name}") or (name == "pytensor_c" and mode != "run"):
                continue
            request = {"what": "scaling", "kind": kind, "n": size, "mode": mode}
            with tempfile.TemporaryDirectory(prefix="cold-cache-") as folder:
                # PyTensor's general helpers are warm, as after the first hour of use.
                warm = name.startswith("pytensor")
                cache = self.cache(name) if warm else Path(folder) / "cache"
                answer = self.once(name, request, cache, limit)
            self.add(case, "scaling", name, answer, "total_s")
            if "total_s" in answer:
                digests[name] = answer["digest"]
            else:
                given_up[name] = reason(answer)
        if mode != "opt" and digests:
            reference = next(iter(digests.values()))
            errors = {n: spec.relerr(d, reference) for n, d in digests.items()}
            if bad := {n: e for n, e in errors.items() if not e < 1e-6}:
                self.cases[case].update(disagree=bad, t={})

    def memory(self) -> None:
        names = [n for n in self.names if n not in ("roofline", "numexpr")]
        for case in [c for c in spec.memory_cases() if self.wanted(c.name)]:
            for name in [n for n in names if not self.late(f"{case.name}:{n}")]:
                request = {"what": "rss", "case": case.name}
                answer = self.once(
                    name, request, self.cache(name), self.options.timeout
                )
                self.add(case.name, "memory", name, answer, "steady_peak_mb")
            memory = report.medians(self.cases.get(case.name, {}))
            print(
                case.name, *(f"{n} {mb:.0f} MB" for n, mb in memory.items()), sep=" | "
            )
            self.save()


def reason(answer: Answer) -> str:
    return str(answer.get("unsupported") or answer.get("error"))


def disagreements(case: spec.Case, ready: dict[str, Answer]) -> dict[str, float]:
    """The peers whose result is too far from the reference, and how far."""
    digests = {n: a["digest"] for n, a in ready.items() if n != "roofline"}
    if not digests:
        return {}
    reference = digests.get("numpy", next(iter(digests.values())))
    errors = {n: spec.relerr(d, reference) for n, d in digests.items()}
    return {n: error for n, error in errors.items() if not error <= case.tol}


def machine() -> dict[str, Any]:
    info = Path("/proc/cpuinfo")
    model = (
        re.search(r"model name\s*:\s*(.*)", info.read_text()) if info.exists() else None
    )
    gcc = shutil.which("gcc")
    version = (
        subprocess.check_output([gcc, "-dumpfullversion"], text=True) if gcc else "-"
    )
    return {
        "system": platform.platform(),
        "cpu": model[1] if model else platform.machine(),
        "cpus": os.cpu_count(),
        "gcc": version.strip(),
        "load": os.getloadavg(),
    }


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--gates", action="store_true", help="only the cases with a limit; 1 if missed")
    add("--quick", action="store_true", help="fewer cases, sizes and rounds")
    add("--groups", default="import,steady,first,scaling,memory")
    add("--peers", default="", help="names separated by commas; default: all there are")
    add("--cases", default="", metavar="REGEX")
    add("--rounds", type=int, default=0, help="samples of each steady case")
    add(
        "--budget", type=float, default=0, help="seconds for the whole run; 0: no limit"
    )
    add("--cold", type=int, default=1, help="first results with an empty cache")
    add("--limit", type=int, default=0, help="seconds for one large graph")
    add("--threads", type=int, default=2)
    add("--timeout", type=int, default=120)
    add("--rt", action="store_true", help="real-time priority during samples (root)")
    add("--tuned-malloc", action="store_true", help="huge pages, no unmapping, for all")
    add("--python", type=Path, default=HERE / ".peers" / "bin" / "python")
    add("--cache", type=Path, default=HERE / ".cache")
    add("--out", type=Path, default=HERE / "results.json")
    options = parser.parse_args()
    if options.gates:
        gated = [*spec.RATIO_GATES, *spec.SECONDS_GATES]
        names = "|".join(re.sub("_cold$", "", name) for name in gated)
        options.cases = options.cases or f"^({names})$"
        options.groups, options.cold = "steady,first,scaling", max(3, options.cold)
    return options


def measure(run: Comparison, groups: list[str]) -> None:
    """Each group in turn; what one leaves of its time goes to those after it."""
    start = time.time()
    methods = {
        "import": run.imports,
        "steady": run.steady,
        "first": run.first,
        "scaling": run.scaling,
        "memory": run.memory,
    }
    for i, group in enumerate(groups):
        now = time.time()
        if run.options.budget:
            left = max(0, run.options.budget - (now - start))
            share = SHARE[group] / sum(SHARE[g] for g in groups[i:])
            run.deadline = now + left * share
        methods[group]()
        print(f"-- {group} took {time.time() - now:.0f} s")


def main() -> int:
    options = arguments()
    if options.tuned_malloc:
        os.environ["GLIBC_TUNABLES"] = TUNED_MALLOC
    run = Comparison(options)
    print(f"adapters: {', '.join(run.names)} | load {os.getloadavg()}")
    measure(run, options.groups.split(","))
    run.save()
    if run.skipped:
        print("no time for:", *run.skipped)
    print(f"written to {options.out}")
    if not options.gates:
        return 0
    found = report.verdicts(run.cases)
    print("\n".join(f"{'ok  ' if passed else 'MISS'} {text}" for passed, text in found))
    return 0 if all(passed for passed, _ in found) else 1


if __name__ == "__main__":
    sys.exit(main())
