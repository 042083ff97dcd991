"""New values of shared variables, in order: what `scan` gives beside its outputs."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any, cast

from teachgraph.core.entrance import public
from teachgraph.core.graph import Variable
from teachgraph.scan import faults

Pairs = Mapping[Any, Any] | Iterable[tuple[Any, Any]] | None


class OrderedUpdates(OrderedDict[Variable, Variable]):
    """Shared variables and their new values; `a + b` has those of both.

    >>> OrderedUpdates() + {}
    OrderedUpdates()
    """

    def __init__(self, pairs: Pairs = None):
        super().__init__()
        self.update(pairs)

    @public
    def __setitem__(self, key: Any, value: Any) -> None:
        if getattr(key, "kind", None) != "shared":
            raise faults.update_of_something(key)
        super().__setitem__(key, value)

    @public
    def update(self, *others: Any, **named: Any) -> None:
        """Take in other updates, as dicts or lists of pairs.

        Raises:
            repeated-update: a variable would get two different values.
            update-of-expression: one of them is not a shared variable.
        """
        for key, value in [p for other in (*others, named) for p in pairs_of(other)]:
            if key in self and self[key] is not value:
                raise faults.two_updates(key)
            self[key] = value

    def __add__(self, other: Pairs) -> OrderedUpdates:
        both = OrderedUpdates(self)
        both.update(other)
        return both

    def __radd__(self, other: Pairs) -> OrderedUpdates:
        return OrderedUpdates(other) + self


def pairs_of(given: Pairs) -> list[tuple[Any, Any]]:
    """Pairs from a dict or a list of pairs, in order."""
    if given is None:
        return []
    if isinstance(given, Mapping):
        return list(cast(Mapping[Any, Any], given).items())
    return [(key, value) for key, value in given]
