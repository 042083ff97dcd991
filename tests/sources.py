"""The project's own files, for the tests that read them."""

import ast
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "teachgraph"
GOLDEN = ROOT / "tests" / "golden"

# What the fixture `golden` gives: called with the name of a file and the text of today.
Golden = Callable[[str, str], None]


@cache
def python_files(folder: Path = PACKAGE) -> tuple[Path, ...]:
    """Every Python file below a folder, in order."""
    return tuple(sorted(folder.rglob("*.py")))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def module_name(path: Path) -> str:
    """`teachgraph.core.types` for `teachgraph/core/types.py`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def lines_by_package() -> dict[str, int]:
    """Lines of code and docstrings, by the first folder or file below teachgraph/."""
    counts: dict[str, int] = {}
    for path in python_files():
        name = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        counts[name] = counts.get(name, 0) + lines(path)
    return counts


@cache
def repository_files() -> tuple[Path, ...]:
    """Every file that is, or would be, under version control."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    paths = (ROOT / name for name in listed.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))
