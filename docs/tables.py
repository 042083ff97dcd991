"""Pages that are tables of what the package registers, written anew at each build."""

import inspect
import re
from collections.abc import Iterable, Iterator
from typing import Any

import areas
import reference_pages

import teachgraph.tensor as T
from teachgraph.core.config import FLAGS
from teachgraph.core.surface import MEANINGS
from teachgraph.errors.pages import codes, page
from teachgraph.ops.elementwise import Elementwise
from teachgraph.rewrite.notation import equation
from teachgraph.rewrite.pipeline import PHASES
from teachgraph.rewrite.rules import RULES
from teachgraph.view.tables import formula_of_letters

FUNCTIONS = """# Functions of numbers

They work on each element and stretch axes that are known to be 1 long. All of them take
variables, numbers and arrays; `np.exp(x)` of a variable is `T.exp(x)`.
"""
METHODS = """# Methods of variables

Operators work as in NumPy. `x.sum()` is `T.sum(x)`, and so on for all of these.
"""
RULE_WORDS = """# Rules

The equations of the optimizer, phase by phase. More rules need Python for their right
side; all are in `teachgraph/rewrite/rules`. How they are applied is told in
[Rewriting](../design/rewriting.md).
"""
SETTINGS = """# Settings

`tg.config.floatX = "float32"` sets one for good, and
`with tg.config.change_flags(floatX="float32"):` for a while. Settings are read from
`~/.teachgraphrc` and the files in `TEACHGRAPHRC`, then from `TEACHGRAPH_FLAGS`, such as
`TEACHGRAPH_FLAGS=floatX=float32,openmp=false`.
"""
ERRORS = """# Errors

Every error and every warning has a code, shown in brackets at the end of its title.
`teachgraph explain CODE` shows its page in a terminal, `tg.explain()` the last error
again, at any verbosity.
"""
CONTENTS = """
```{toctree}
:hidden:
:glob:

errors/*
```
"""


def pages() -> dict[str, str]:
    """The generated pages by the names of their files."""
    return {
        "errors.md": ERRORS + _table(("error", "what it means"), _errors()) + CONTENTS,
        "functions.md": FUNCTIONS
        + _table(("name", "formula", "what it gives"), _rows()),
        "methods.md": METHODS + _table(("method", "what it gives"), _methods()),
        "rules.md": RULE_WORDS + "".join(_rules()),
        "settings.md": SETTINGS + _table(("name", "for", "default", ""), _flags()),
        **dict(areas.pages()),
        **dict(reference_pages.pages()),
    }


def _errors() -> Iterator[tuple[str, ...]]:
    """Every page of an error: its code, its title and its first sentence."""
    for code in codes():
        shown = page(code)
        meaning = " ".join(shown.meaning.split())
        first = re.split(r"(?<=[.?]) (?=[A-Z`])", meaning, maxsplit=1)[0]
        yield f"[{shown.title}](errors/{code}.md) `{code}`", first


def _rows() -> Iterator[tuple[str, ...]]:
    """Every function of numbers in `T`: its names, formula, words and domain."""
    names: dict[Elementwise, list[str]] = {}
    for name in dir(T):
        value = getattr(T, name)
        if isinstance(value, Elementwise):
            names.setdefault(value, []).append(name)
    for op, known in names.items():
        domain = f" *Domain:* {op.fn.domain}." if op.fn.domain else ""
        called = ", ".join(f"`T.{name}`" for name in known)
        yield called, f"${formula_of_letters(op)}$", op.fn.doc + domain


def _methods() -> Iterator[tuple[str, ...]]:
    for name, meaning in sorted(MEANINGS.items()):
        if name.startswith("."):
            brackets = "" if isinstance(meaning, property) else "()"
            yield f"`x{name}{brackets}`", _first_line(meaning)


def _rules() -> Iterator[str]:
    for phase in PHASES:
        rows = [
            (f"`{r.name}`", f"`{equation(r)}`", " ".join(r.why.split()))
            for r in RULES
            if r.phase == phase and r.right is not None
        ]
        if rows:
            yield f"\n## {phase}\n{_table(('rule', 'equation', 'why'), rows)}"


def _flags() -> Iterator[tuple[str, ...]]:
    for flag in FLAGS.values():
        choices = f"{', '.join(flag.choices)}" if flag.choices else ""
        yield f"`{flag.name}`", flag.doc, f"`{flag.default!r}`", choices


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = tuple(head)
    lines = (
        " | ".join(map(_cell, cells)) for cells in (head, ["---"] * len(head), *rows)
    )
    return "\n" + "".join(f"| {line} |\n" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


def _first_line(meaning: Any) -> str:
    return (inspect.getdoc(meaning) or "").split("\n")[0]
