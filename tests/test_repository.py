"""The promises of the repository: its README, its cleanliness, what an import costs."""

import os
import re
import subprocess
import sys
from pathlib import Path

from sources import ROOT, repository_files

TEXT = {".py", ".md", ".toml", ".ts", ".mjs", ".js", ".json", ".c", ".sh", ".yaml"}
TEXT |= {".yml", ".css", ".ipynb", ".txt", ".html", ".cfg", ".svg", ""}

# Written in pieces, so that this file does not match itself.
LOCAL = re.compile(
    "|".join(f"(?<![\\w.])/{name}/" for name in ("work", "root", "home"))
)
HOSTS = re.compile(
    "|".join(("registry" + r"\.", "pythonhosted" + r"\.", "pypi" + r"\.org"))
)

HEAVY = ("scipy", "IPython", "ipywidgets", "anywidget", "jupyterlab", "graphviz")
HEAVY += ("matplotlib", "pycuda", "rich", "sklearn", "pandas")

COST = """
import time
start = time.process_time()
import numpy
between = time.process_time()
import teachgraph
print(between - start, time.process_time() - between)
"""

HELP = """
import sys
from teachgraph.cli import main
sys.argv = ["teachgraph", "--help"]
try:
    main()
except SystemExit:
    pass
"""


def text_files() -> list[Path]:
    return [
        p for p in repository_files() if p.suffix in TEXT and p.stat().st_size < 1e6
    ]


def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def python(code: str, env: dict[str, str] | None = None) -> str:
    """What a fresh Python prints when it runs this code."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
        env=env,
    )
    return done.stdout


def with_bytecode(folder: Path) -> dict[str, str]:
    """An environment in which Python keeps what it compiles, as it does for a user."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(folder)}


def matching(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in text_files()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_make_commands_of_the_readme_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", readme(), re.MULTILINE))
    assert {"lab", "test"} <= named <= targets


def test_files_that_the_readme_links_to_exist():
    links = re.findall(r"\]\(([^)#:]+)\)", readme())
    missing = [link for link in links if not (ROOT / link).exists()]
    assert not missing


def test_no_file_names_a_place_on_somebodys_machine():
    assert not matching(LOCAL)


def test_no_file_names_the_host_of_a_package_registry():
    assert not matching(HOSTS)


def test_importing_teachgraph_imports_nothing_heavy():
    code = "import sys, teachgraph; print(*{m.split('.')[0] for m in sys.modules})"
    assert not set(HEAVY) & set(python(code).split())


def test_importing_teachgraph_takes_at_most_twice_what_numpy_takes(tmp_path: Path):
    """NumPy takes 0.1 s of CPU on a quiet machine, so that this is 0.3 s in all.

    A busy machine counts more CPU time for the same work, of both alike.
    """
    env = with_bytecode(tmp_path)
    runs = [tuple(map(float, python(COST, env).split())) for _ in range(8)]
    numpy, ours = (min(seconds) for seconds in zip(*runs))
    assert ours < 2 * numpy


def test_the_readmes_example_prints_what_it_shows():
    block = r"```python\n(.*?)```\n\n```\n(.*?)```"
    found = re.search(block, readme(), re.DOTALL)
    assert found is not None
    assert python(found[1]).split() == found[2].split()


def test_teachgraph_commands_of_the_readme_are_understood():
    commands = set(re.findall(r"`teachgraph ([a-z]+)", readme()))
    helped = python(HELP)
    assert commands <= set(re.findall(r"[a-z]+", helped))
