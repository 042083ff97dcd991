"""What is known of a value before it exists: its dtype, and its length on each axis.

A length is an `int` when it is known, `None` when it is not, or a *symbolic length*
while a graph is lowered: an object that names a number the program will know when it
runs. `Op.infer` is written once against all three, through the functions below.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Protocol, cast, runtime_checkable

import numpy as np

from teachgraph.core.config import config


@runtime_checkable
class SymbolicLength(Protocol):
    """A length with a name but no number yet; `agree` remembers what must be equal."""

    def agree(self, other: Length) -> Length: ...
    def __add__(self, other: Any) -> Any: ...
    def __radd__(self, other: Any) -> Any: ...
    def __sub__(self, other: Any) -> Any: ...
    def __rsub__(self, other: Any) -> Any: ...
    def __mul__(self, other: Any) -> Any: ...
    def __rmul__(self, other: Any) -> Any: ...
    def __floordiv__(self, other: Any) -> Any: ...
    def __rfloordiv__(self, other: Any) -> Any: ...


Length = int | None | SymbolicLength
Shape = tuple[Length, ...]


OBJECT = "O8"
"""The dtype of Python values of any class, as NumPy calls it with its size."""

OF_TYPES: dict[str, Callable[..., Any]] = {}
"""What types can do that needs the layers above: `variable`, `convert`, `filter`."""


@dataclass(frozen=True, init=False)
class TensorType:
    """A dtype and a length for each axis; an unknown length is None.

    The axes may be given as in Theano, by truth values: True where the length is 1,
    False where it is not known.

    >>> TensorType("float64", (False, True))
    TensorType(dtype='float64', shape=(None, 1))
    """

    dtype: str
    shape: Shape
    is_array: ClassVar[bool] = True
    """Whether values are NumPy arrays; loops are written for those alone."""

    def __init__(
        self,
        dtype: Any,
        shape: Sequence[Length] = (),
        name: str | None = None,
        *,
        broadcastable: Sequence[bool] | None = None,
    ):
        del name  # types have none
        if broadcastable is not None:
            shape = broadcastable
        axes: Shape = tuple(shape)
        for n in axes:
            if n is False or n is True:
                axes = _lengths(axes)
                break
        if type(dtype) is not str:
            dtype = np.dtype(dtype).name
        elif dtype == "floatX":
            dtype = config.floatX
        object.__setattr__(self, "dtype", dtype)
        object.__setattr__(self, "shape", axes)

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def broadcastable(self) -> tuple[bool, ...]:
        """Theano's view of the shape: True on each axis that is known to be 1 long."""
        return tuple(n == 1 for n in self.shape)

    @property
    def numpy_dtype(self) -> np.dtype[Any]:
        """The dtype as NumPy has it."""
        return np.dtype(self.dtype)

    def __call__(self, name: str | None = None) -> Any:
        """A new variable of this type."""
        return OF_TYPES["variable"](self, name)

    def make_variable(self, name: str | None = None) -> Any:
        """A new variable of this type."""
        return self(name)

    def clone(
        self, dtype: Any = None, broadcastable: Sequence[bool] | None = None
    ) -> TensorType:
        """The type with another dtype, or with other axes."""
        axes = self.shape if broadcastable is None else tuple(broadcastable)
        return TensorType(self.dtype if dtype is None else dtype, axes)

    def is_super(self, other: Any) -> bool:
        """Whether every value of type `other` is of this type too."""
        return (
            isinstance(other, TensorType)
            and other.dtype == self.dtype
            and other.ndim == self.ndim
            and all(n in (None, m) for n, m in zip(self.shape, other.shape))
        )

    def filter(
        self, data: Any, strict: bool = False, allow_downcast: bool | None = None
    ) -> Any:
        """A value as an array of this type.

        Raises:
            wrong-dtype, wrong-rank, shape-mismatch, not-numeric.
        """
        return OF_TYPES["filter"](self, data, strict, allow_downcast)

    def is_valid_value(self, a: Any) -> bool:
        """Whether a value is an array of exactly this type."""
        return isinstance(a, np.ndarray) and self.is_super(
            TensorType(str(cast(Any, a).dtype), cast(Any, a).shape)
        )

    def with_shape(self, shape: Shape) -> TensorType:
        """The same type of another shape."""
        return TensorType(self.dtype, shape)

    def fingerprint(self, value: Any) -> bytes:
        """What tells a value from others of the type."""
        return value.tobytes()

    def convert_variable(self, var: Any) -> Any:
        """The variable as one of this type; None where only its value could tell."""
        return OF_TYPES["convert"](self, var)

    def filter_variable(self, other: Any, allow_convert: bool = True) -> Any:
        """`other`, a variable or a value, as a variable of this type.

        Raises:
            wrong-dtype, wrong-rank, shape-mismatch: it is none.
        """
        del allow_convert
        return OF_TYPES["convert"](self, other, strict=True)

    def __str__(self) -> str:
        lengths = ("?" if n is None else str(n) for n in self.shape)
        return f"{self.dtype}[{', '.join(lengths)}]"


def _lengths(axes: Sequence[Any]) -> Shape:
    """Lengths, where an axis may also be True for 1 and False for not known."""
    return tuple((1 if n else None) if isinstance(n, bool) else n for n in axes)


ANY = TensorType("any", ())
"""The type of a pattern variable: it stands for a value of any type."""

ValueOfLength = Length | tuple[Length, ...]


@dataclass(frozen=True)
class Operand:
    """A type together with the whole number (or numbers) that the value is known to be.

    Ops whose result shape depends on a *value* (reshape, alloc, arange) infer from
    operands instead of types: see `Op.reads_values`.
    """

    type: TensorType
    value: ValueOfLength = None


class LengthMismatch(Exception):
    """Two lengths that must be equal are known to differ."""

    def __init__(self, left: Length, right: Length, axis: int | None = None):
        super().__init__(f"{left} is not {right}")
        self.left, self.right, self.axis = left, right, axis


def same_length(left: Length, right: Length, axis: int | None = None) -> Length:
    """The length that both are, as exactly as it is known.

    Raises:
        LengthMismatch: both are known and differ.
    """
    if left is None or right is None:
        return left if right is None else right
    if isinstance(left, int) and isinstance(right, int):
        if left != right:
            raise LengthMismatch(left, right, axis)
        return left
    if isinstance(left, int):
        return cast(SymbolicLength, right).agree(left)
    return left.agree(right)


def broadcast_shapes(*shapes: Shape) -> Shape:
    """The common shape of elementwise operands, axes lined up from the right.

    An axis broadcasts only where its length is *known* to be 1, as in Theano: what a
    graph means does not depend on the lengths that happen to arrive.

    Raises:
        LengthMismatch: with `axis` counted in the result.
    """
    rank = max((len(s) for s in shapes), default=0)
    padded = [(1,) * (rank - len(s)) + tuple(s) for s in shapes]
    return tuple(
        _broadcast_lengths(axis, lengths)
        for axis, lengths in enumerate(zip(*padded, strict=True))
    )


def _broadcast_lengths(axis: int, lengths: Sequence[Length]) -> Length:
    stretched = [n for n in lengths if not (isinstance(n, int) and n == 1)]
    if not stretched:
        return 1
    result = stretched[0]
    for n in stretched[1:]:
        result = same_length(result, n, axis)
    return result


def length_product(lengths: Sequence[Length]) -> Length:
    """The number of elements, None when a length is unknown."""
    total: Any = 1
    for n in lengths:
        if n is None:
            return None
        total = total * n
    return total


@lru_cache(maxsize=4096)
def upcast(*dtypes: str) -> str:
    """The dtype that holds all of `dtypes`, by NumPy's rules for arrays.

    >>> upcast("int64", "float32")
    'float64'
    """
    return str(np.result_type(*dtypes))


def is_float(dtype: str) -> bool:
    """True for real floating dtypes."""
    return dtype.startswith(("float", "bfloat"))


def is_complex(dtype: str) -> bool:
    """True for complex dtypes."""
    return dtype.startswith("complex")


def is_continuous(dtype: str) -> bool:
    """True where a derivative makes sense: real and complex floating dtypes."""
    return is_float(dtype) or is_complex(dtype)


def is_integer(dtype: str) -> bool:
    """True for signed and unsigned integers; bool is not one."""
    return dtype.startswith(("int", "uint"))
