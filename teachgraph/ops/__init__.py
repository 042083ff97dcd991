"""Every operation, told once. Importing the package registers them all."""

import pkgutil
from importlib import import_module
from typing import Any

from teachgraph.core.entrance import public
from teachgraph.core.surface import MEANINGS, OWN
from teachgraph.ops import elementwise

for _module in pkgutil.iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")


def _open(meaning: Any) -> Any:
    """What an operator or method means, with our frames kept out of its errors."""
    inner: Any = meaning.fget if isinstance(meaning, property) else meaning
    if inner.__module__ == elementwise.__name__:
        return meaning  # for speed these see to it themselves
    return property(public(inner)) if inner is not meaning else public(inner)


for _table in (MEANINGS, *OWN.values()):
    _table.update({name: _open(meaning) for name, meaning in _table.items()})
