"""Frozen classes of named fields, whose few methods are written once.

`@record()` gives what `@dataclass(frozen=True)` gives: a constructor, a repr, equality
by value unless `eq=False`, and no way to change a field. A dataclass has these methods
generated and compiled for each class, which for the small classes that everything is
made of was a quarter of the time that `import teachgraph` takes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, field, replace
from inspect import get_annotations
from operator import attrgetter
from typing import Any, TypeVar, cast, dataclass_transform

T = TypeVar("T")
MARK = "__record__"
Parts = tuple[tuple[str, ...], tuple[str, ...], dict[str, Any], dict[str, Any]]
"""Fields by position, fields by name only, default values, factories of defaults."""
NOTHING: Parts = ((), (), {}, {})


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(*, eq: bool = True, kw_only: bool = False) -> Callable[[type[T]], type[T]]:
    """Make a frozen class of the annotated names.

    Args:
        eq: two are equal if they are of one class and their fields are equal.
        kw_only: the fields of this class are given by name only.
    """

    def dress(cls: type[T]) -> type[T]:
        placed, named, defaults, factories = getattr(cls, MARK, NOTHING)
        defaults, factories = dict(defaults), dict(factories)
        own = _own_fields(cls, defaults, factories)
        if kw_only:
            named = (*named, *own)
        else:
            placed = (*placed, *own)
        made = cast(Any, cls)
        made.__record__ = (placed, named, defaults, factories)
        made.__match_args__ = placed
        made.__init__, made.__setattr__, made.__delattr__ = _init, _frozen, _frozen
        if "__repr__" not in vars(cls):
            made.__repr__ = _repr
        made.__values__ = staticmethod(_getter((*placed, *named)))
        if eq and "__eq__" not in vars(cls):
            made.__eq__, made.__hash__ = _eq, _hash
        return cls

    return dress


def having(one: T, **changes: Any) -> T:
    """The same record, or frozen dataclass, with some fields changed."""
    if not hasattr(one, MARK):
        return cast(T, replace(cast(Any, one), **changes))
    placed, named, _, _ = cast(Parts, cast(Any, one).__record__)
    fields = {name: getattr(one, name) for name in (*placed, *named)}
    return type(one)(**{**fields, **changes})


def _own_fields(
    cls: type, defaults: dict[str, Any], factories: dict[str, Any]
) -> list[str]:
    """The names that a class annotates itself; their defaults are noted."""
    found: list[str] = []
    for name, said in get_annotations(cls).items():
        if "ClassVar" in said:
            continue
        found.append(name)
        value = cls.__dict__.get(name, MISSING)
        if isinstance(value, Field):
            delattr(cls, name)
            factories[name] = cast(Any, value).default_factory
        elif value is not MISSING:
            defaults[name] = value
    return found


def _init(self: Any, *values: Any, **given: Any) -> None:
    parts: Parts = self.__record__
    placed, named, defaults, factories = parts
    fields: dict[str, Any] = self.__dict__
    fields.update(zip(placed, values))
    if len(values) == len(placed) and not given and not named:
        return
    wrong = given.keys() & fields.keys()
    fields.update(given)
    for name in (*placed, *named):
        if name in fields:
            continue
        if name in defaults:
            fields[name] = defaults[name]
        elif name in factories:
            fields[name] = factories[name]()
        else:
            wrong = {name, *wrong}
    if wrong or len(values) > len(placed) or len(fields) > len(placed) + len(named):
        raise TypeError(
            f"{type(self).__name__} takes ({', '.join((*placed, *named))}), "
            f"not {len(values)} by position and {sorted(given)} by name"
        )


def _getter(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """What gives the values of these fields as a tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda one: tuple([getattr(one, name) for name in names])


def _frozen(self: Any, name: str, *value: Any) -> None:
    raise AttributeError(f"cannot change {name!r}: a {type(self).__name__} is frozen")


def _values(one: Any) -> tuple[Any, ...]:
    return one.__values__(one)


def _eq(self: Any, other: Any) -> bool:
    if self is other:
        return True
    if type(other) is not type(self):
        return NotImplemented
    return _values(self) == _values(other)


def _hash(self: Any) -> int:
    return hash(_values(self))


def _items(one: Any) -> list[tuple[str, Any]]:
    placed, named, _, _ = cast(Parts, one.__record__)
    return [(name, one.__dict__[name]) for name in (*placed, *named)]


def _repr(self: Any) -> str:
    shown = ", ".join(f"{name}={value!r}" for name, value in _items(self))
    return f"{type(self).__qualname__}({shown})"
