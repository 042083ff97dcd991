"""Lengths with names: whole-number polynomials over what is known when a program runs.

An *atom* is the length of an axis of an input, the value of a whole-number input, or an
operation that a polynomial cannot hold (floor division, minimum, maximum). Two sizes
are equal when their polynomials are; that is how `2 * n - n` is known to be `n`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from teachgraph.core.order import in_order
from teachgraph.core.types import LengthMismatch

Monomial = tuple["Atom", ...]
LONGEST = 200


class Atom:
    """A number with a name. `kind` is axis, value, floordiv, min or max.

    `key` is the name of an input (and an axis), or the two sizes that are worked on.
    `identity` tells atoms apart, and puts them in order. Sizes grow as trees do while
    they are kept as graphs, so it is a fingerprint where it would be long.
    """

    __slots__ = ("identity", "key", "kind", "text")

    def __init__(self, kind: str, key: tuple[Any, ...]):
        self.kind, self.key = kind, key
        parts = [k.identity if isinstance(k, Size) else repr(k) for k in key]
        self.identity = _fingerprint(f"{kind}({', '.join(parts)})")
        self.text = shortened(self._written())

    def _written(self) -> str:
        match self.kind:
            case "axis":
                return f"{self.key[0]}.shape[{self.key[1]}]"
            case "value":
                return str(self.key[0])
            case "floordiv":
                return f"({self.key[0]} // {self.key[1]})"
            case kind:
                return f"{kind}({self.key[0]}, {self.key[1]})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Atom) and self.identity == other.identity

    def __lt__(self, other: Atom) -> bool:
        return self.identity < other.identity

    def __hash__(self) -> int:
        return hash(self.identity)

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__


def _fingerprint(text: str) -> str:
    """The text, or something short in its place; the first letters stay."""
    if len(text) <= LONGEST:
        return text
    return text[:20] + hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def shortened(text: str) -> str:
    """The text, cut where it is long."""
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


class Size:
    """A polynomial; `terms` maps products of atoms to whole-number factors.

    `agree` is called where two lengths must be equal; `demands` collects those that
    only the values at run time can settle.
    """

    __slots__ = ("_identity", "constant", "demands", "terms")

    constant: int | None
    """The number, if the size is one."""

    def __init__(
        self,
        terms: Mapping[Monomial, int],
        demands: Callable[[Size, Size], None] | None = None,
    ):
        self.terms = tuple(sorted([(m, c) for m, c in terms.items() if c]))
        self.constant = _constant(self.terms)
        self.demands = demands
        self._identity = ""

    @property
    def identity(self) -> str:
        """What tells sizes apart."""
        if not self._identity:
            terms = (f"{c}*{'*'.join(a.identity for a in m)}" for m, c in self.terms)
            self._identity = _fingerprint("+".join(terms)) or "0"
        return self._identity

    @classmethod
    def of(cls, value: Any) -> Size:
        """A size from a whole number, or the size itself."""
        return value if isinstance(value, Size) else _number(int(value))

    @classmethod
    def atom(
        cls, kind: str, *key: Any, demands: Callable[[Size, Size], None] | None = None
    ) -> Size:
        """The size that is one atom."""
        return cls({(Atom(kind, key),): 1}, demands)

    def agree(self, other: Any) -> Any:
        """This length, which must equal `other`; what is not settled is demanded."""
        right = Size.of(other)
        if self == right:
            return self.simplified()
        if self.constant is not None and right.constant is not None:
            raise LengthMismatch(self.constant, right.constant)
        demand = self.demands or right.demands
        if demand is not None:
            demand(self, right)
        known = right if right.constant is not None else self
        return known.simplified()

    def simplified(self) -> Any:
        """An int when the size is a known number, else the size."""
        return self if self.constant is None else self.constant

    def atoms(self) -> set[Atom]:
        """Every atom in the polynomial, also inside floor divisions and the like."""
        parts = (self, *(part for atom in self.worked_out() for part in atom.key))
        return {atom for part in parts for m, _ in part.terms for atom in m}

    def worked_out(self) -> list[Atom]:
        """The floor divisions and the like that are inside, the innermost first."""
        outermost = self._operations()
        if not outermost:
            return []
        return in_order(
            outermost[::-1],
            lambda atom: [a for part in atom.key for a in part._operations()],
        )

    def _operations(self) -> list[Atom]:
        return [a for m, _ in self.terms for a in m if a.kind in OPERATIONS]

    def replaced(
        self,
        equal: Mapping[Atom, Size],
        demands: Callable[[Size, Size], None] | None = None,
    ) -> Size:
        """The polynomial with some atoms replaced by what they are equal to."""
        known: dict[Atom, Any] = {a: equal[a] for a in self.atoms() if a in equal}
        for atom in self.worked_out():
            if atom not in known:
                left, right = (Size.of(part._put(known)) for part in atom.key)
                known[atom] = left.opaque(atom.kind, right)
        result = Size.of(self._put(known))
        return Size(dict(result.terms), demands or self.demands)

    def _put(self, known: Mapping[Atom, Any]) -> Any:
        """The polynomial over other values of its atoms."""
        total: Any = 0
        for monomial, factor in self.terms:
            product: Any = factor
            for atom in monomial:
                product = product * known.get(atom, Size({(atom,): 1}))
            total = total + product
        return total

    def evaluate(self, value: Callable[[Atom], int]) -> int:
        """The number, given the atoms'."""
        known: dict[Atom, int] = {}
        for atom in self.worked_out():
            left, right = (part._number(known, value) for part in atom.key)
            known[atom] = OPERATIONS[atom.kind](left, right)
        return self._number(known, value)

    def _number(self, known: Mapping[Atom, int], value: Callable[[Atom], int]) -> int:
        total = 0
        for monomial, factor in self.terms:
            for atom in monomial:
                factor *= known[atom] if atom in known else value(atom)
            total += factor
        return total

    def _combine(self, other: Any, sign: int) -> Any:
        right = Size.of(other)
        terms = dict(self.terms)
        for m, c in right.terms:
            terms[m] = terms.get(m, 0) + sign * c
        return Size(terms, self.demands or right.demands).simplified()

    def __add__(self, other: Any) -> Any:
        return self._combine(other, 1)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return self._combine(other, -1)

    def __rsub__(self, other: Any) -> Any:
        return Size.of(other)._combine(self, -1)

    def __neg__(self) -> Any:
        return Size.of(0)._combine(self, -1)

    def __mul__(self, other: Any) -> Any:
        right = Size.of(other)
        terms: dict[Monomial, int] = {}
        for m, c in self.terms:
            for n, d in right.terms:
                product = tuple(sorted((*m, *n)))
                terms[product] = terms.get(product, 0) + c * d
        return Size(terms, self.demands or right.demands).simplified()

    __rmul__ = __mul__

    def __floordiv__(self, other: Any) -> Any:
        return self.opaque("floordiv", Size.of(other))

    def __rfloordiv__(self, other: Any) -> Any:
        return Size.of(other).opaque("floordiv", self)

    def minimum(self, other: Any) -> Any:
        """The smaller of two sizes."""
        return self.opaque("min", Size.of(other))

    def maximum(self, other: Any) -> Any:
        """The larger of two sizes."""
        return self.opaque("max", Size.of(other))

    def opaque(self, kind: str, other: Size) -> Any:
        """Floor division, minimum or maximum: an atom unless it can be worked out."""
        if kind == "floordiv" and other.constant == 1:
            return self.simplified()
        if kind != "floordiv" and self == other:
            return self.simplified()
        a, b = self.constant, other.constant
        if a is not None and b is not None and (kind != "floordiv" or b):
            return OPERATIONS[kind](a, b)
        return Size.atom(kind, self, other, demands=self.demands or other.demands)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, int):
            return self.constant == other
        return isinstance(other, Size) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity) if self.constant is None else hash(self.constant)

    def __str__(self) -> str:
        if not self.terms:
            return "0"
        words: list[str] = []
        for monomial, factor in self.terms:
            names = [str(a) for a in monomial]
            shown = [str(factor)] if factor != 1 or not names else []
            words.append("*".join([*shown, *names]))
        return shortened(" + ".join(words).replace("+ -", "- "))

    __repr__ = __str__


def _constant(terms: tuple[tuple[Monomial, int], ...]) -> int | None:
    if not terms:
        return 0
    monomial, factor = terms[0]
    return factor if len(terms) == 1 and not monomial else None


@lru_cache(maxsize=1 << 12)
def _number(value: int) -> Size:
    """The size that is a number; one object for all who ask for it."""
    return Size({(): value})


OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "floordiv": int.__floordiv__,
    "min": min,
    "max": max,
}
