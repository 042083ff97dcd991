"""Theano's classes of variables: they recognise ours by what they are.

Theano has a class for each kind of variable; here there is one `Variable`, and a shared
one. `isinstance(x, T.TensorConstant)` asks the class below, which looks at `x`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from teachgraph.compile.shared import SharedVariable, shared
from teachgraph.core.graph import Apply, Variable
from teachgraph.core.op import constant
from teachgraph.core.origin import here
from teachgraph.core.types import TensorType
from teachgraph.theano.own_types import Type, boxed


class Kind(type):
    """The class of classes whose instances are recognised, not made."""

    recognises: Callable[[Any], bool]

    def __instancecheck__(cls, instance: Any) -> bool:
        return cls.recognises(instance)


def _is_plain(x: Any) -> bool:
    return isinstance(x, Variable) and x.data is None and x.kind != "shared"


def _is_constant(x: Any) -> bool:
    return isinstance(x, Variable) and x.data is not None


def _is_shared(x: Any) -> bool:
    return isinstance(x, Variable) and x.kind == "shared"


class TensorVariable(metaclass=Kind):
    """Any variable that is no constant and has no storage of its own."""

    recognises = staticmethod(_is_plain)

    def __new__(
        cls,
        type: TensorType,
        owner: Apply | None = None,
        index: int | None = None,
        name: str | None = None,
    ) -> Any:
        """A variable, called as in Theano."""
        place = here()
        origins = (place,) if place is not None else ()
        return Variable(type, name, owner=owner, index=index or 0, origins=origins)


class Constant(metaclass=Kind):
    """A variable with a fixed value."""

    recognises = staticmethod(_is_constant)

    def __new__(cls, type: TensorType, data: Any, name: str | None = None) -> Any:
        """A constant, called as in Theano."""
        if isinstance(type, Type):
            return Variable(type, name, data=boxed(type.filter(data)))
        return constant(np.asarray(data, dtype=type.dtype), name)


class TensorSharedVariable(metaclass=Kind):
    """A variable with storage of its own."""

    recognises = staticmethod(_is_shared)

    def __new__(
        cls,
        name: str | None,
        type: TensorType,
        value: Any,
        strict: bool = False,
        allow_downcast: bool | None = None,
        container: None = None,
    ) -> SharedVariable:
        """A shared variable, called as in Theano."""
        del container
        array = np.asarray(value, dtype=type.dtype)
        return shared(
            array, name, strict, allow_downcast, broadcastable=type.broadcastable
        )


def _nothing(x: Any) -> bool:
    del x
    return False


class Never(metaclass=Kind):
    """What nothing here is, such as an array on Theano's GPU back-ends."""

    recognises = staticmethod(_nothing)
