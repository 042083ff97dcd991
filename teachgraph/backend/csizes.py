"""Lengths in C: each is worked out once, and has a name from there on.

    const long d0 = dims[0]; /* x.shape[0] */
    const long s0 = 8191 + d0;

A number of bytes that no memory can hold comes out as -1, for which there is none.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Container, Iterable, Mapping

from teachgraph.core.sizes import OPERATIONS, Atom, Size
from teachgraph.program.buffers import item_bytes
from teachgraph.program.program import Block

HELPERS = {
    "floordiv": """\
TG_INLINE long tg_size_floordiv(long a, long b) {
  if (b == 0) return 0;
  long q = a / b;
  return q - (a % b != 0 && (a < 0) != (b < 0));
}""",
    "min": "TG_INLINE long tg_size_min(long a, long b) { return a < b ? a : b; }",
    "max": "TG_INLINE long tg_size_max(long a, long b) { return a > b ? a : b; }",
    "bytes": """\
/* a * b bytes; -1 when that is more than a long holds. */
TG_INLINE long tg_bytes(long a, long b) {
  long bytes;
  return a < 0 || b < 0 || __builtin_mul_overflow(a, b, &bytes) ? -1 : bytes;
}""",
}


class Sizes:
    """Lengths as C expressions.

    Args:
        places: where the value of each atom is found.
        taken: names that others have.
        declare: takes each line that declares a name, and the nodes it is for.
        outside: lengths known around a loop, when these are those in it.
    """

    def __init__(
        self,
        places: Mapping[Atom, str],
        taken: Container[str],
        declare: Callable[..., None],
        outside: Sizes | None = None,
    ):
        self.places, self.taken, self.declare = dict(places), taken, declare
        self.outside = outside
        self.helpers: dict[str, str] = outside.helpers if outside else {}
        self.names: dict[str, str] = {}
        self.known: dict[Size, str] = {}
        self.own: set[str] = set()
        fresh = {"d": itertools.count(), "s": itertools.count()}
        self.numbers: dict[str, itertools.count[int]] = (
            outside.numbers if outside else fresh
        )

    def home(self, sizes: Iterable[Size]) -> Sizes:
        """Where all these sizes are known first: here, or outside."""
        atoms = {a for size in sizes for a in size.atoms()}
        home = self
        while home.outside is not None and atoms.isdisjoint(home.places):
            home = home.outside
        return home

    def is_known(self, size: Size) -> bool:
        """Whether every atom has a place by now."""
        simple = {a for a in size.atoms() if a.kind not in OPERATIONS}
        missing = simple - self.places.keys()
        if self.outside is None or not missing:
            return not missing
        return all(self.outside.is_known(Size.of(Size({(a,): 1}))) for a in missing)

    def of(self, size: Size) -> str:
        """A number, or the name of one."""
        if size.constant is not None:
            return str(size.constant)
        home = self.home([size])
        if home is not self:
            return home.of(size)
        if size not in self.known:
            for atom in size.worked_out():
                self._atom(atom)
            self.known[size] = self._named(self._polynomial(size), "s")
        return self.known[size]

    def bytes_of(self, block: Block) -> str:
        """Bytes of a block."""
        home = self.home(block.shape)
        if home is not self:
            return home.bytes_of(block)
        known, text = item_bytes(block.dtype), ""
        for n in block.shape:
            if n.constant is not None:
                known *= n.constant
        for n in block.shape:
            if n.constant is None:
                text = f"tg_bytes({text or known}, {self.of(n)})"
        if not text:
            return str(known)
        self.need("bytes")
        return self._named(text, "s")

    def need(self, helper: str) -> None:
        """A function that the file calls."""
        self.helpers[helper] = HELPERS[helper]

    def _named(self, text: str, letter: str, remark: str = "") -> str:
        if text in self.own:
            return text
        if text not in self.names:
            self.names[text] = self._fresh(letter)
            self.declare(f"const long {self.names[text]} = {text};{remark}")
        return self.names[text]

    def _fresh(self, letter: str) -> str:
        numbers = self.numbers[letter]
        name = next(n for n in (f"{letter}{k}" for k in numbers) if n not in self.taken)
        self.own.add(name)
        return name

    def _polynomial(self, size: Size) -> str:
        terms: list[str] = []
        for monomial, factor in size.terms:
            parts = [self._atom(a) for a in monomial]
            shown = [str(factor)] if factor != 1 or not parts else []
            terms.append(" * ".join([*shown, *parts]))
        return " + ".join(terms).replace("+ -", "- ")

    def _atom(self, atom: Atom) -> str:
        if atom.kind in OPERATIONS:
            self.need(atom.kind)
            left, right = (self.of(part) for part in atom.key)
            return self._named(f"tg_size_{atom.kind}({left}, {right})", "s")
        if atom not in self.places and self.outside is not None:
            return self.outside._atom(atom)
        return self._named(self.places[atom], "d", f" /* {_plain(str(atom))} */")


def _plain(text: str) -> str:
    return "".join(
        c if c.isascii() and (c.isalnum() or c in "_ .[]") else "?" for c in text
    )
