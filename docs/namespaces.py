"""The public names of the package by namespace, for the pages that are generated."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from teachgraph.ops.elementwise import Elementwise
from teachgraph.theano.listing import METHODS, NAMES

LETTERS = ("", *"bwilfdcz")
KINDS = ("scalar", "vector", "row", "col", "matrix")
HIGHER = tuple(f"tensor{n}" for n in range(3, 8))
VARIABLES = {
    letter + kind + many
    for letter in LETTERS
    for kind in (*KINDS, *HIGHER)
    for many in ("", "s")
} | {f"{letter}matrices" for letter in LETTERS}
"""The names of functions that make variables, such as `dmatrix` and `dvectors`."""


@dataclass(frozen=True)
class Name:
    """A public name: where it is found, and what it means."""

    space: str
    name: str
    value: Any

    @property
    def called(self) -> str:
        """As a program writes it: `T.nnet.relu`."""
        return f"{self.space}.{self.name}"

    @property
    def first_line(self) -> str:
        """What it is, in one line."""
        return first_line(self.value)

    @property
    def anchor(self) -> str:
        """Its full name, as autodoc has it."""
        return f"{SPACES[self.space]}.{self.name}"


SPACES = {
    "tg": "teachgraph",
    "T": "teachgraph.tensor",
    "T.nnet": "teachgraph.tensor.nnet",
    "T.nnet.neighbours": "teachgraph.tensor.nnet.neighbours",
    "T.nnet.ctc": "teachgraph.tensor.nnet.ctc",
    "T.nnet.blocksparse": "teachgraph.tensor.nnet.blocksparse",
    "T.signal.pool": "teachgraph.tensor.signal.pool",
    "T.signal.conv": "teachgraph.tensor.signal.conv",
    "T.nlinalg": "teachgraph.tensor.nlinalg",
    "T.slinalg": "teachgraph.tensor.slinalg",
    "T.fft": "teachgraph.tensor.fft",
    "sparse": "teachgraph.sparse",
    "tg.random": "teachgraph.random",
    "tg.gradient": "teachgraph.gradient",
    "debug": "teachgraph.debug",
}
"""Each namespace by the name that programs give it."""

THEANOS = {
    "tg": (
        "theano",
        "theano.gradient",
        "theano.printing",
        "theano.compile",
        "theano.tensor",
        "theano.sandbox.rng_mrg",
        "theano.scan_module",
        "theano.raise_op",
        "theano.ifelse",
    ),
    "T": ("theano.tensor", "theano.gradient"),
    "sparse": ("theano.sparse",),
    "tg.random": ("theano.tensor.shared_randomstreams", "theano.sandbox.rng_mrg"),
    "tg.gradient": ("theano.gradient",),
    "debug": ("theano.compile", "theano.tests.breakpoint", "theano.printing"),
}
"""Where Theano has the names of a namespace, if it is not where we have them."""


@cache
def names(space: str) -> tuple[Name, ...]:
    """The public names of a namespace, without modules and makers of variables."""
    module = import_module(SPACES[space])
    return tuple(
        Name(space, name, value)
        for name, value in _members(module)
        if not (space == "T" and name in VARIABLES)
    )


def _members(module: ModuleType) -> Iterator[tuple[str, Any]]:
    for name in sorted(getattr(module, "__all__", dir(module)), key=str.lower):
        value = getattr(module, name)
        hidden = name.startswith("_") or name == "open_doors"
        if not (hidden or inspect.ismodule(value)):
            yield name, value


def first_line(value: Any) -> str:
    """The first line of what an object says of itself."""
    if isinstance(value, Elementwise):
        return value.fn.doc
    return (inspect.getdoc(value) or "").split("\n")[0]


def in_theano(name: Name) -> str:
    """What Theano calls it, where that is something else; a dash if it has no such."""
    own = SPACES[name.space].replace("teachgraph", "theano")
    homes = THEANOS.get(name.space, (own, "theano.tensor"))
    if name.name in NAMES.get(homes[0], ()):
        return ""
    for other in names(name.space):
        if other.value is name.value and other.name in NAMES.get(homes[0], ()):
            return f"`{other.name}`"
    for home, theirs in NAMES.items():
        if name.name in theirs and home.startswith(homes):
            return f"`{home.replace('theano.tensor', 'T')}.{name.name}`"
    if name.space == "T" and name.name in NAMES[METHODS]:
        return f"`x.{name.name}`"
    return "–"
