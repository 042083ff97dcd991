"""Writes `compat.md`: every name of Theano's, and what it is here.

    python docs/compat.py

The names come from the door, so the page says what is so; a test compares.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from teachgraph.compile.function import Function
from teachgraph.compile.shared import SharedVariable
from teachgraph.core.config import FLAGS
from teachgraph.core.graph import Variable
from teachgraph.core.surface import MEANINGS
from teachgraph.theano import HOUSE
from teachgraph.theano.listing import NAMES
from teachgraph.theano.settings import MEANT
from teachgraph.theano.verdicts import difference, not_planned

HERE = Path(__file__).parent
PAGE, SUITES = HERE / "compat.md", HERE / "compat.json"

HEAD = """# Names of Theano's

What each name of Theano 1.0.5 is in `teachgraph.theano`. This page is written by
`python docs/compat.py`, which asks the door itself.

*Works*: it is here and means the same. *Differs*: it is here and something is another
way. *Not planned*: it will not come, and why. *Not yet*: nobody has written it.
"""
SUITES_HEAD = """
## Tests and examples of others

Lasagne's tests, those of the Theano backend of Keras, and the examples in Theano's own
manual run against the door. These do not come out the same; none of them is a wrong
number.
"""
FLAGS_HEAD = """
## Flags

Flags that are settings here too:

{same}.

Flags that choose a mode or say what is so anyway:

{meant}.

All others keep their value, for programs that look at it, and do nothing:

{idle}.
"""
Row = tuple[str, str, str]
KINDS = ("works", "differs", "not planned", "not yet")


def verdict(module: str, name: str) -> tuple[str, str]:
    """The kind of a name, and what there is to say about it."""
    inside = f"{module}.{name}" in HOUSE
    if inside or (module in HOUSE and HOUSE.has(module, name)):
        said = difference(module, name)
        return ("differs", said) if said else ("works", "")
    said = not_planned(module, name)
    return ("not planned", said) if said else ("not yet", "")


def rows() -> Iterator[tuple[str, Row]]:
    """Every name of every module with its verdict."""
    for module, names in NAMES.items():
        if module.startswith("theano") and module != "theano.config":
            for name in names:
                yield module, (name, *verdict(module, name))


def attributes() -> Iterator[tuple[str, Row]]:
    """Methods and operators of variables, shared variables and functions."""
    for kind, has in (
        ("variable", lambda n: hasattr(Variable, n) or "." + n in MEANINGS or n in VAR),
        ("shared", lambda n: hasattr(SharedVariable, n)),
        ("function", lambda n: hasattr(Function, n)),
    ):
        for name in NAMES[kind]:
            said = not_planned(kind, name)
            absent = ("not planned", said) if said else ("not yet", "")
            yield kind, (name, *(("works", "") if has(name) else absent))


VAR = ("type", "dtype", "ndim", "broadcastable", "name", "tag", "owner", "clone")


def page() -> str:
    """The whole page."""
    found = [*rows(), *attributes()]
    parts = [HEAD, *_summary(found), *_suites(), *_modules(found), _flags()]
    return "".join(parts)


def _summary(found: list[tuple[str, Row]]) -> Iterator[str]:
    yield "\n| | names |\n| --- | --- |\n"
    for kind in KINDS:
        yield f"| {kind} | {sum(row[1] == kind for _, row in found)} |\n"


def _suites() -> Iterator[str]:
    yield SUITES_HEAD
    for name, suite in json.loads(SUITES.read_text(encoding="utf-8")).items():
        failures: dict[str, str] = suite["failures"]
        counts = f"{len(failures)} of {suite['tests']} differ."
        yield f"\n### {name}\n\n{suite['about']} {counts}\n"
        if failures:
            yield "\n| test | why |\n| --- | --- |\n"
            yield from (f"| `{test}` | {why} |\n" for test, why in failures.items())


TITLES = {
    "variable": "Methods of variables",
    "shared": "Methods of shared variables",
    "function": "Attributes of functions",
}


def _modules(found: list[tuple[str, Row]]) -> Iterator[str]:
    modules = dict.fromkeys(module for module, _ in found)
    for module in modules:
        own = [row for other, row in found if other == module]
        yield f"\n## {TITLES.get(module, f'`{module}`')}\n"
        yield from _paragraph("Works", (n for n, kind, _ in own if kind == "works"))
        yield from _reasons("differs", own)
        yield from _reasons("not planned", own)
        yield from _paragraph("Not yet", (n for n, kind, _ in own if kind == "not yet"))


def _paragraph(title: str, names: Iterable[str]) -> Iterator[str]:
    listed = ", ".join(f"`{name}`" for name in names)
    if listed:
        yield f"\n{title}: {listed}.\n"


def _reasons(kind: str, own: list[Row]) -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for name, said, why in own:
        if said == kind:
            reasons.setdefault(why, []).append(f"`{name}`")
    if reasons:
        yield f"\n| {kind} | |\n| --- | --- |\n"
        for why, names in reasons.items():
            yield f"| {', '.join(names)} | {why.replace('|', chr(92) + '|')} |\n"


def _flags() -> str:
    names = NAMES["theano.config"]
    same = [n for n in names if n in FLAGS]
    meant = [n for n in names if n in MEANT]
    idle = [n for n in names if n not in FLAGS and n not in MEANT]
    lists = {"same": same, "meant": meant, "idle": idle}
    return FLAGS_HEAD.format(**{k: _listed(names) for k, names in lists.items()})


def _listed(names: Iterable[Any]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
