"""Theano's classes of variables: they recognise ours by what they are.

Theano has a class for each kind of variable; here there is one `Variable`, and a shared
one. `isinstance(x, T.TensorConstant)` asks the class below, which looks at `x`. Where
`import theano` means the door, what is no constant and not shared is a `TensorVariable`
by its class, too; programs derive from it.
"""

from __future__ import annotations

import copyreg
from collections.abc import Callable
from typing import Any, cast

import numpy as np

from teachgraph.compile.shared import SharedVariable, shared
from teachgraph.core.graph import Apply, Variable
from teachgraph.core.op import constant
from teachgraph.core.origin import Origin
from teachgraph.core.types import TensorType
from teachgraph.theano.objects import ObjectSharedVariable
from teachgraph.theano.own_types import Type, boxed


class Kind(type):
    """The class of classes whose instances are recognised, not made."""

    recognises: Callable[[Any], bool]

    def __instancecheck__(cls, instance: Any) -> bool:
        return cls.recognises(instance)


def _is_any(x: Any) -> bool:
    return isinstance(x, Variable)


def _is_plain(x: Any) -> bool:
    return isinstance(x, Variable) and x.data is None and x.kind != "shared"


def _is_constant(x: Any) -> bool:
    return isinstance(x, Variable) and x.data is not None


def _is_shared(x: Any) -> bool:
    return isinstance(x, Variable) and x.kind == "shared"


class TheirVariable(Variable, metaclass=Kind):
    """Any variable; made with Theano's arguments, also of a type of a program's own."""

    __slots__ = ()
    recognises = staticmethod(_is_any)

    def __init__(
        self,
        type: TensorType,
        owner: Apply | str | None = None,
        index: int | None = None,
        name: str | None = None,
        *,
        data: Any = None,
        origins: tuple[Origin, ...] = (),
    ):
        if isinstance(owner, str):  # as `Variable` is called
            owner, name = None, owner
        super().__init__(
            type, name, owner=owner, index=index or 0, data=data, origins=origins
        )

    def clone(self) -> Variable:
        """A variable of the same type, name and tag that no op makes."""
        plain = super().clone()
        again = TensorVariable if isinstance(self, TensorVariable) else TheirVariable
        fresh = again(plain.type, data=plain.data, origins=plain.origins)
        fresh.take_labels(plain)
        return fresh


class TensorVariable(TheirVariable):
    """Any variable that is no constant and has no storage of its own."""

    __slots__ = ()
    recognises = staticmethod(_is_plain)


TensorVariable.__module__ = "theano.tensor.var"  # where Theano's programs know it


def _tensor_variable() -> type[TensorVariable]:
    return TensorVariable


def _saved(cls: type) -> Any:
    """How a class is pickled, so that it is found with and without `theano`."""
    return (_tensor_variable, ()) if cls is TensorVariable else cls.__qualname__


copyreg.pickle(cast(Any, Kind), _saved)


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
        """A shared variable, called as in Theano; of an object for other types.

        Raises:
            TypeError: the value is not of the type.
        """
        del container
        if isinstance(type, Type):
            return ObjectSharedVariable(type, boxed(type.filter(value)), name)
        array = np.asarray(type.filter(value, strict=strict, allow_downcast=True))
        return shared(
            array, name, strict, allow_downcast, broadcastable=type.broadcastable
        )


def _nothing(x: Any) -> bool:
    del x
    return False


class Never(metaclass=Kind):
    """What nothing here is, such as an array on Theano's GPU back-ends."""

    recognises = staticmethod(_nothing)
