"""`theano.Type`: types of Python values, for ops that say what they do in `perform`.

    class Double(theano.Type):
        def filter(self, value, strict=False, allow_downcast=None):
            return float(value)

To the rest of the house such a value is an array without axes that holds one object;
it is put in and taken out where user code meets it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.types import OBJECT, TensorType
from teachgraph.ops.base import Array


class Type(TensorType):
    """A type of Python values; a class of its own says in `filter` which fit."""

    dtype: str = OBJECT
    shape = ()
    ndim: Any = 0  # a class may have attributes of its own by these names
    broadcastable: Any = ()
    name: Any = None

    def __init__(self, *args: Any, **options: Any):
        """A type holds nothing unless its class says so."""
        del args, options

    def __init_subclass__(cls) -> None:
        if cls.__hash__ is None:  # a class with `__eq__` alone
            cast(Any, cls).__hash__ = _hash_of_class

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self) >> 4

    def filter(
        self, data: Any, strict: bool = False, allow_downcast: bool | None = None
    ) -> Any:
        """The value as one of this type, or an exception; a class says which."""
        del strict, allow_downcast
        return data

    def is_valid_value(self, a: Any) -> bool:
        """Whether `filter` takes the value as it is."""
        try:
            self.filter(a, strict=True)
        except (TypeError, ValueError):
            return False
        return True

    def values_eq(self, a: Any, b: Any) -> bool:
        """Whether two values are equal."""
        return bool(a == b)

    def values_eq_approx(self, a: Any, b: Any) -> bool:
        """Whether two values are nearly equal."""
        return self.values_eq(a, b)

    def with_shape(self, shape: Sequence[Any]) -> TensorType:
        """The type itself: its values have no axes."""
        del shape
        return self

    def clone(
        self, dtype: Any = None, broadcastable: Sequence[bool] | None = None
    ) -> TensorType:
        """The type itself."""
        del dtype, broadcastable
        return self

    def is_super(self, other: Any) -> bool:
        """Whether it is the same type."""
        return bool(self == other)

    def convert_variable(self, var: Any) -> Any:
        """The variable, if it is of this type; else None."""
        return var if self == var.type else None

    def filter_variable(self, other: Any, allow_convert: bool = True) -> Any:
        """The variable, or a constant of the value, if it is of this type.

        Raises:
            TypeError: it is of another type.
        """
        del allow_convert
        if not isinstance(other, Variable):
            return Variable(self, data=boxed(self.filter(other)))
        if not self.is_super(other.type):
            raise TypeError(f"a variable of {self} is needed, not of {other.type}")
        return other

    def __str__(self) -> str:
        return type(self).__name__

    __repr__ = __str__


def _hash_of_class(value: Any) -> int:
    return hash(cast(type[Any], type(value)))


PureType = Type
"""Theano's name for a type without C code."""


class Generic(Type):
    """The type of any Python value."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


class DisconnectedType(Type):
    """The type of a gradient that is not there: the output does not depend on it."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


class NullType(Type):
    """The type of a gradient that nobody can say, and why."""

    def __init__(self, why_null: str = "(no reason is given)"):
        super().__init__()
        self.why_null = why_null

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


def grad_undefined(op: Any, x_pos: int, x_in: Variable, comment: str = "") -> Variable:
    """Says that the derivative for an input does not exist."""
    return _null(op, x_pos, x_in, comment, "does not exist")


def grad_not_implemented(
    op: Any, x_pos: int, x_in: Variable, comment: str = ""
) -> Variable:
    """Says that nobody wrote down the derivative for an input."""
    return _null(op, x_pos, x_in, comment, "is not written")


def _null(op: Any, position: int, x: Variable, comment: str, how: str) -> Variable:
    words = f"the derivative of {op} for its input {position} ({x.type}) {how}"
    return Variable(NullType(f"{words}: {comment}" if comment else words))


def boxed(value: Any) -> Array:
    """A Python value as an array without axes."""
    box = np.empty((), dtype=object)
    box[()] = value
    return box


def seen(kind: TensorType, array: Array) -> Any:
    """What user code sees of a value: the object in the box, or the array."""
    return array[()] if isinstance(kind, Type) else array


def stored(kind: TensorType, value: Any) -> Any:
    """What becomes of a value that user code gave."""
    if isinstance(kind, Type):
        return boxed(value)
    array = np.asarray(value)
    if array.dtype != kind.dtype and np.can_cast(array.dtype, kind.dtype, "same_kind"):
        return array.astype(kind.dtype)
    return array
