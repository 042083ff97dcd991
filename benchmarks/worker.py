"""One peer at work, in a process and a Python of its own.

    worker.py serve ADAPTER      answers lines of JSON: prepare, sample, release
    worker.py once ADAPTER JSON  takes one measurement in a fresh process, prints a line

What a peer does not offer is answered as `unsupported`; anything else that goes wrong
ends the process, and `peers.py` reads the reason from its standard error.
"""

import gc
import importlib
import itertools
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import spec
from adapters.base import Unsupported

Built = tuple[Callable[..., Any], tuple[Any, ...], Callable[[], list[Any]]]
clock = time.perf_counter

# Libraries print what they like; the answers keep standard output to themselves.
ANSWERS = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
sys.setrecursionlimit(20_000)


def say(answer: dict[str, Any]) -> None:
    ANSWERS.write(json.dumps(answer) + "\n")
    ANSWERS.flush()


def memory_kb(key: str) -> int:
    """A line of /proc/self/status: VmRSS is memory in use, VmHWM its peak."""
    with open("/proc/self/status") as status:
        return next(int(row.split()[1]) for row in status if row.startswith(key))


def cpu_seconds() -> float:
    """Of this process and the compilers it has started."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def timed(fn: Callable[..., Any], args: tuple[Any, ...], n: int) -> float:
    """Seconds for n calls."""
    calls = itertools.repeat(None, n)
    start = clock()
    for _ in calls:
        fn(*args)
    return clock() - start


def set_realtime(on: bool) -> None:
    """Real-time priority for the length of a sample, for times on a busy machine.

    Needs root; without it the sample is taken as it is.
    """
    policy = os.SCHED_RR if on else os.SCHED_OTHER
    for thread in os.listdir("/proc/self/task"):
        try:
            os.sched_setscheduler(int(thread), policy, os.sched_param(int(on)))
        except (ProcessLookupError, PermissionError):
            continue


def sample(fn: Callable[..., Any], args: tuple[Any, ...], target: float) -> float:
    """Seconds per call, from as many calls as fill the target."""
    gc.disable()
    try:
        fn(*args)
        per_call = max(timed(fn, args, 1), 1e-8)
        if per_call < target / 20:
            few = max(1, int(target / 20 / per_call))
            per_call = max(timed(fn, args, few) / few, 1e-8)
        if per_call >= target:
            return per_call
        many = max(1, int(target / per_call))
        return timed(fn, args, many) / many
    finally:
        gc.enable()


def find(name: str, quick: bool) -> spec.Case:
    cases = spec.steady_cases(quick) + spec.oneshot_cases(quick) + spec.memory_cases()
    return next(case for case in cases if case.name == name)


def load(name: str) -> tuple[Any, float]:
    """The adapter, and the seconds that importing its package took."""
    module = importlib.import_module(f"adapters.{name}_peer")
    start = clock()
    adapter = module.Adapter()
    return adapter, clock() - start


def serve(name: str) -> None:
    adapter, _ = load(name)
    version = sys.version.split()[0]
    say({"ready": True, "versions": adapter.versions(), "python": version})
    built: Built | None = None
    for line in sys.stdin:
        request = json.loads(line)
        match request["cmd"]:
            case "prepare":
                built = None
                built = prepare(adapter, find(request["case"], request["quick"]))
            case "sample":
                assert built is not None
                set_realtime(request["rt"])
                seconds = sample(built[0], built[1], request["target"])
                set_realtime(False)
                say({"t": seconds})
            case "release":
                built = None
                adapter.release()
                gc.collect()
                say({"ok": True})


def prepare(adapter: Any, case: spec.Case) -> Built | None:
    """Build a case and answer with the digest of what it computes."""
    start = clock()
    try:
        built = adapter.build(case)
    except (Unsupported, ImportError) as reason:
        say({"unsupported": str(reason)})
        return None
    seconds = clock() - start
    say({"ok": True, "build_s": seconds, "digest": spec.digest(built[2]())})
    return built


def once(name: str, request: dict[str, Any]) -> None:
    measure = {"first": first, "scaling": scaling, "rss": peak_memory}[request["what"]]
    try:
        adapter, seconds = load(name)
        say({"import_s": seconds, **measure(adapter, request)})
    except (Unsupported, ImportError) as reason:
        say({"unsupported": str(reason)})


def first(adapter: Any, request: dict[str, Any]) -> dict[str, Any]:
    """From building to the first result, without the import."""
    case = find(request["case"], request["quick"])
    start, cpu = clock(), cpu_seconds()
    fn, args, _ = adapter.build(case)
    built = clock()
    fn(*args)
    end = clock()
    cpu = cpu_seconds() - cpu
    return {"build_s": built - start, "total_s": end - start, "cpu_s": cpu}


def scaling(adapter: Any, request: dict[str, Any]) -> dict[str, Any]:
    start, cpu = clock(), cpu_seconds()
    thunk = adapter.scaling(request["kind"], request["n"], request["mode"])
    built = clock()
    value = thunk()
    end = clock()
    cpu = cpu_seconds() - cpu
    seconds = {"build_s": built - start, "total_s": end - start, "cpu_s": cpu}
    return {**seconds, "digest": spec.digest([value])}


def peak_memory(adapter: Any, request: dict[str, Any]) -> dict[str, Any]:
    """Memory above what the imported package holds, after and during some calls."""
    case = find(request["case"], False)
    spec.inputs(case)  # so that numpy's own lazy imports are in the base
    gc.collect()
    base = memory_kb("VmRSS")
    fn, args, check = adapter.build(case)
    digest = spec.digest(check())
    with open("/proc/self/clear_refs", "w") as refs:
        refs.write("5")
    for _ in range(3):
        fn(*args)
    peak = memory_kb("VmHWM")
    steady = (peak - base) / 1024
    return {"base_mb": base / 1024, "steady_peak_mb": steady, "digest": digest}


def cap_memory(gigabytes: float) -> None:
    """A runaway compile must fail here, not exhaust the machine.

    XLA took 23 GB on a tree of 1,000 nodes. Compilers started from here inherit the
    limit.
    """
    limit = int(gigabytes * 2**30)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


if __name__ == "__main__":
    cap_memory(float(os.environ.get("BENCH_MEMORY_GB", "6")))
    if sys.argv[1] == "serve":
        serve(sys.argv[2])
    else:
        once(sys.argv[2], json.loads(sys.argv[3]))
    ANSWERS.flush()
    os._exit(0)  # some peers take seconds to unwind their threads
