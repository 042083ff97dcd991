"""Tables and verdicts from what compare.py measured.

report.py results.json ...   prints the tables of benchmarks/README.md
"""

import json
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import spec
from peers import NAMES, NOT_A_PEER

Record = dict[str, Any]
STEADY = ("call", "elemwise", "reduce", "matmul", "train")
TITLES = {
    "import": "Import: CPU seconds (wall)",
    "first": "First result, from building, without the import: CPU seconds (wall)",
    "scaling": "Large graphs, from building to the first call: CPU seconds (wall)",
    "memory": "Peak of memory above the imported package",
}


def spread(times: Sequence[float]) -> float:
    """The middle half of the times, as a share of the median."""
    middle = statistics.median(times)
    if len(times) < 3:
        return (max(times) - min(times)) / middle
    low, _, high = statistics.quantiles(times, n=4)
    return (high - low) / middle


def shown(seconds: float | None) -> str:
    """`3.15 us` for 3.15e-6."""
    if seconds is None:
        return "-"
    for factor, unit in ((1, "s"), (1e-3, "ms"), (1e-6, "us")):
        if seconds >= factor:
            return f"{seconds / factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def medians(record: Record) -> dict[str, float]:
    return {n: statistics.median(v) for n, v in record.get("t", {}).items() if v}


def best_peer(times: dict[str, float]) -> str | None:
    peers = {n: t for n, t in times.items() if n not in NOT_A_PEER}
    return min(peers, key=lambda n: peers[n]) if peers else None


def steady_line(name: str, record: Record) -> str:
    """One case in one line: the best peer, and everybody's ratio to it."""
    if record.get("disagree"):
        return f"{name:<20} NOT REPORTED, results disagree: {record['disagree']}"
    times = medians(record)
    best = best_peer(times)
    parts = [f"{name:<20} best {best or '-':<11} {shown(times.get(best or '')):<8}"]
    scale = times[best] if best else 1.0
    if "teachgraph" in times:
        own = times["teachgraph"]
        parts.append(f"TEACHGRAPH {shown(own)} = {own / scale:.2f}x")
    if "roofline" in times:
        share = times["roofline"] / scale
        parts.append(f"roofline {shown(times['roofline'])} (best at {share:.0%})")
    others = [n for n in NAMES if n in times and n not in NOT_A_PEER and n != best]
    parts += [
        f"{n} {times[n] / scale:.2f}x±{spread(record['t'][n]):.0%}" for n in others
    ]
    missing = record.get("unsupported", {})
    if "teachgraph" in missing:
        parts.append(f"teachgraph: {missing['teachgraph']}")
    return " | ".join(parts)


def once_line(name: str, record: Record) -> str:
    """One case that each peer does in a process of its own, in one line."""
    cells = []
    times = medians(record)
    for peer in NAMES:
        if peer in times:
            cpu = record["cpu"].get(peer)
            extra = f" (cpu {shown(statistics.median(cpu))})" if cpu else ""
            cells.append(f"{peer} {shown(times[peer])}{extra}")
        elif peer in record["unsupported"]:
            cells.append(f"{peer}: {record['unsupported'][peer]}")
    return f"{name:<24} {' | '.join(cells)}"


def verdicts(cases: dict[str, Record]) -> list[tuple[bool, str]]:
    """For each gate: is it passed, and by how much."""
    found = []
    for name, (whom, limit) in spec.RATIO_GATES.items():
        times = medians(cases.get(name, {}))
        peer = best_peer(times) if whom == "best" else whom
        if "teachgraph" not in times or peer not in times:
            found.append((False, f"{name}: not measured"))
            continue
        ratio = times["teachgraph"] / times[peer]
        text = f"{name}: {ratio:.2f} times {peer}, at most {limit:g}"
        found.append((ratio <= limit, text))
    for name, limit in spec.SECONDS_GATES.items():
        seconds = medians(cases.get(name, {})).get("teachgraph")
        passed = seconds is not None and seconds <= limit
        found.append((passed, f"{name}: {shown(seconds)}, at most {shown(limit)}"))
    return found


def steady_table(cases: dict[str, Record]) -> list[str]:
    """Ratios to the best peer, in Markdown."""
    measured = {n: c for n, c in cases.items() if c["group"] in STEADY}
    present = {n for c in measured.values() for n in medians(c)}
    peers = [n for n in NAMES if n in present and n not in NOT_A_PEER]
    rows = [["case", "best peer", "its time", "roofline", "**teachgraph**", *peers]]
    for name, record in measured.items():
        times = medians(record)
        best = best_peer(times)
        if record.get("disagree") or best is None:
            rows.append([name, "results disagree" if best else "-"])
            continue

        def ratio(peer: str, times: dict[str, float] = times, best: str = best) -> str:
            return f"{times[peer] / times[best]:.2f}" if peer in times else "-"

        roof = shown(times.get("roofline"))
        own = f"**{ratio('teachgraph')}**"
        rows.append([name, best, shown(times[best]), roof, own, *map(ratio, peers)])
    return markdown(rows)


def growth_table(cases: dict[str, Record]) -> list[str]:
    """What large graphs cost beside the best peer, and beside the next smaller one.

    A growth of 1 is proportional to the size: CPU seconds for each operation, divided
    by what they are in the row above.
    """
    rows = [["case", "teachgraph", "best peer", "its time", "ratio", "growth"]]
    before = ("", 1, 1.0)
    for name, record in cases.items():
        cpu = medians({"t": record.get("cpu", {})})
        if record["group"] != "scaling" or "teachgraph" not in cpu:
            continue
        own, peer = cpu["teachgraph"], best_peer(cpu)
        kind, _, size = name.rpartition("_")
        same = before[0] == kind
        growth = f"{own / before[2] * before[1] / int(size):.2f}" if same else "-"
        before = kind, int(size), own
        ratio = f"{own / cpu[peer]:.2f}" if peer else "-"
        rows.append(
            [name, shown(own), peer or "-", shown(cpu.get(peer or "")), ratio, growth]
        )
    return markdown(rows) if len(rows) > 1 else []


def once_table(cases: dict[str, Record], group: str) -> list[str]:
    measured = {n: c for n, c in cases.items() if c["group"] == group}
    present = {n for c in measured.values() for n in medians(c)}
    peers = [n for n in NAMES if n in present]
    rows = [["case", *peers]]
    for name, record in measured.items():
        times = medians(record)
        rows.append([name, *(once_cell(record, times, p, group) for p in peers)])
    return markdown(rows) if measured else []


def once_cell(record: Record, times: dict[str, float], peer: str, group: str) -> str:
    if peer not in times:
        reason = str(record["unsupported"].get(peer, "-"))
        return "> limit" if "timeout" in reason else "-"
    if group == "memory":
        return f"{times[peer]:.0f} MB"
    cpu = record["cpu"].get(peer)
    wall = shown(times[peer])
    return f"{shown(statistics.median(cpu))} ({wall})" if cpu else wall


def markdown(rows: list[list[str]]) -> list[str]:
    width = len(rows[0])
    padded = [row + [""] * (width - len(row)) for row in rows]
    lines = [f"| {' | '.join(row)} |" for row in padded]
    return [lines[0], "|" + " --- |" * width, *lines[1:]]


def merged(paths: Sequence[str]) -> dict[str, Any]:
    """Several result files as one; a later file has the last word on a case."""
    result: dict[str, Any] = {"cases": {}, "versions": {}}
    for path in paths:
        read = json.loads(Path(path).read_text())
        result["machine"] = read["machine"]
        for key in ("cases", "versions"):
            result[key].update(read[key])
    return result


def main() -> None:
    result = merged(sys.argv[1:])
    machine, versions = result["machine"], result["versions"]
    versions.pop("roofline", None)
    named = (f"{n} {next(iter(v.values()))}" for n, v in versions.items())
    print(f"{machine['cpu']}, {machine['cpus']} cores, gcc {machine['gcc']};")
    print(", ".join(named) + ".\n")
    print("\n".join(steady_table(result["cases"])))
    for group, title in TITLES.items():
        if table := once_table(result["cases"], group):
            print(f"\n### {title}\n", *table, sep="\n")
    if table := growth_table(result["cases"]):
        print("\n### Large graphs: ratios of CPU seconds\n", *table, sep="\n")


if __name__ == "__main__":
    main()
