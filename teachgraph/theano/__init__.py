"""The door for programs that were written for Theano.

    import teachgraph.theano as theano
    import teachgraph.theano.tensor as T

has Theano's module tree over teachgraph. After `install()` plain `import theano` means
it, so that a program runs as it stands; `teachgraph run --as-theano script.py` and the
magic `%theano` do the same. Which name works, which differs and which is not planned is
in the page "Names of Theano's" of the documentation, generated from this package.
"""

from __future__ import annotations

import sys
from typing import Any

from teachgraph.theano import extras, meanings, wording
from teachgraph.theano.door import Finder, House, found_or_said
from teachgraph.theano.listing import NAMES
from teachgraph.theano.tree import CONFIG, ROOMS
from teachgraph.theano.verdicts import words

HOUSE = House(ROOMS, NAMES, words)
_ALIAS = Finder(HOUSE, "theano")

sys.meta_path.insert(0, Finder(HOUSE, __name__, path=__path__))
extras.add()
meanings.add()
wording.add(lambda: CONFIG.value("print_test_value") is True)


def install() -> None:
    """Make `import theano` mean this package, in this process.

    Types, variables and nodes then print as Theano's did.

    Raises:
        RuntimeError: another `theano` was imported before.
    """
    before = sys.modules.get("theano", sys.modules[__name__])
    if before is not sys.modules[__name__]:
        if getattr(before, "__file__", None) is not None:
            raise RuntimeError("another theano was imported before install()")
        del sys.modules["theano"]  # a folder of that name, which Python took for it
    if _ALIAS not in sys.meta_path:
        sys.meta_path.insert(0, _ALIAS)


def uninstall() -> None:
    """Make `theano` mean again what it means elsewhere."""
    if _ALIAS in sys.meta_path:
        sys.meta_path.remove(_ALIAS)
    for name in [n for n in sys.modules if n == "theano" or n.startswith("theano.")]:
        del sys.modules[name]


def __getattr__(name: str) -> Any:
    if name == "__all__":
        return HOUSE.offered("theano")
    if name.startswith("__") and name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if f"theano.{name}" in HOUSE:
        __import__(f"{__name__}.{name}")
        return sys.modules[f"{__name__}.{name}"]
    return found_or_said(HOUSE, "theano", name)


def __dir__() -> list[str]:
    return sorted({*globals(), *HOUSE.offered("theano")})
