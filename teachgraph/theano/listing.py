"""Theano's public names, as `names.txt` lists them."""

from __future__ import annotations

from pathlib import Path

FLAGS, METHODS = "theano.config", "variable"


def read() -> dict[str, tuple[str, ...]]:
    """The names of each module; `variable`, `shared`, `function`: those of objects."""
    found: dict[str, tuple[str, ...]] = {}
    text = Path(__file__).with_name("names.txt").read_text(encoding="utf-8")
    module = ""
    for line in text.splitlines():
        if line.startswith(" "):
            found[module] = (*found[module], *line.split())
        elif line and not line.startswith("#"):
            module = line
            found[module] = ()
    return found


NAMES = read()
