"""Names in generated code: what C allows, what it uses itself, and who has which."""

from __future__ import annotations

import itertools
import re
from collections.abc import Container

from teachgraph.kernel.functions import FUNCTIONS

C_WORDS = """
    linux unix i386 auto break case char const continue default do double else enum
    extern float for goto if inline int long register restrict return short signed
    sizeof static struct switch typedef union unsigned void volatile while bool true
    false asm main class template this new delete public private using namespace
    operator typename and or not xor threadIdx blockIdx blockDim gridDim begin end
    fault graph c in dims out sizes
"""
RESERVED = {
    *C_WORDS.split(),
    *(
        name + suffix
        for f in FUNCTIONS.values()
        for name in (f.double, f.complex)
        for suffix in ("", "f")
    ),
}
OURS = re.compile(r"_|tg_|\d|k\d+_|[ro]\d+$")
"""How names begin that generated code gives to kernels and to indices of folds."""


class Names:
    """Names that are taken; whoever asks for one gets one that nobody has.

    Args:
        outer: names that are taken as well.
    """

    def __init__(self, outer: Names | None = None):
        self.outer = outer
        self.taken: set[str] = set()
        self.counts: dict[str, int] = {}

    def fresh(self, wish: str) -> str:
        """The wish in letters that C allows, with a number if somebody has it."""
        name = wanted = c_name(wish)
        count = self._count(wanted)
        while name in self:
            count += 1
            name = f"{wanted}{count}"
        self.counts[wanted] = count
        self.taken.add(name)
        return name

    def take(self, name: str) -> None:
        """Have a name as it is."""
        self.taken.add(name)

    def __contains__(self, name: object) -> bool:
        return name in self.taken or (self.outer is not None and name in self.outer)

    def _count(self, name: str) -> int:
        outer = self.outer._count(name) if self.outer is not None else 0
        return max(self.counts.get(name, 0), outer)


def identifier(wish: str) -> str:
    """A wish in letters, digits and underscores."""
    return re.sub(r"[^A-Za-z0-9_]", "_", wish)[:40] or "t"


def c_name(wish: str) -> str:
    """A wish made into a C identifier that the generated code does not use itself."""
    name = identifier(wish)
    if OURS.match(name):
        name = "v" + name
    return name + "_" if name in RESERVED else name


def distinct(wish: str, taken: Container[str]) -> str:
    """The wish, with a number behind it if somebody has it already."""
    if wish not in taken:
        return wish
    return next(n for n in (f"{wish}{i}" for i in itertools.count(1)) if n not in taken)
