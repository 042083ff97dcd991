"""A plugin of pytest: names that NumPy and Python had when the suites were written.

It also opens the door. Only names that are missing are added.
"""

import collections
import collections.abc
import inspect
import warnings
from typing import Any

import numpy as np

import teachgraph.theano


def random_integers(low: int, high: int | None = None, size: Any = None) -> Any:
    """Whole numbers from low to high, both included."""
    first, last = (1, low) if high is None else (low, high)
    return vars(np.random)["randint"](first, last + 1, size)


def getargspec(function: Any) -> tuple[Any, ...]:
    """The arguments of a function, without those that are keywords only."""
    return Spec(*inspect.getfullargspec(function)[:4])


Spec = collections.namedtuple("Spec", "args varargs keywords defaults")

NAMES: dict[Any, dict[str, Any]] = {
    np: {
        "float": float,
        "int": int,
        "bool": bool,
        "object": object,
        "product": np.prod,
    },
    np.random: {"random_integers": random_integers},
    inspect: {"getargspec": getargspec},
    collections: {
        name: getattr(collections.abc, name)
        for name in ("Callable", "Iterable", "Mapping", "Sequence")
    },
}

for module, names in NAMES.items():
    for name, value in names.items():
        vars(module).setdefault(name, value)

warnings.simplefilter("ignore")
teachgraph.theano.install()
