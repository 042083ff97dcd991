"""Values that stay between calls: shared variables, and the cells that hold them.

A cell is a list of one array. Whoever updates a shared variable puts a *new* array into
its cell; no array is ever changed in place, so what a user got from `get_value`, or
passed to `shared`, never changes behind their back (unless they asked for `borrow=True`
and write into it themselves).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np

from teachgraph.compile import faults, state_faults
from teachgraph.compile.lending import LENT, lend, look_again, notice_dropped_copy
from teachgraph.compile.values import fitted
from teachgraph.core.entrance import public
from teachgraph.core.graph import Variable
from teachgraph.core.origin import Origin, here
from teachgraph.core.report import Fault
from teachgraph.core.types import TensorType

Array = np.ndarray[Any, Any]
Cell = list[Array]


class SharedVariable(Variable):
    """A variable with a value of its own, which calls may update.

    `default_update` is an expression for the next value, used by every function that
    reads the variable and has no other update for it.
    """

    __slots__ = ("allow_downcast", "cell", "default_update", "strict")

    kind: ClassVar[str] = "shared"

    def __init__(
        self,
        type: TensorType,
        value: Array,
        name: str | None = None,
        *,
        strict: bool = False,
        allow_downcast: bool | None = None,
        origins: tuple[Origin, ...] = (),
    ):
        super().__init__(type, name, origins=origins)
        self.cell: Cell = [value]
        self.strict, self.allow_downcast = strict, allow_downcast
        self.default_update: Variable | None = None

    def get_value(
        self, borrow: bool = False, return_internal_type: bool = False
    ) -> Array:
        """The present value: a copy, or with `borrow` the array itself."""
        del return_internal_type  # on this device the internal type is the array
        if self in LENT:
            look_again(self, self.cell[0])
        if borrow:
            return self.cell[0]
        copied = self.cell[0].copy()
        notice_dropped_copy(self, sys._getframe(1))  # pyright: ignore[reportPrivateUsage]
        return copied

    @public
    def set_value(self, new_value: Any, borrow: bool = False) -> None:
        """Put a value in place of the present one; free lengths may change.

        Raises:
            wrong-dtype, wrong-rank, shape-mismatch: it does not fit the type.
        """
        subject = f"the value of `{self.name}`" if self.name else "the value"
        try:
            array = fitted(
                new_value,
                self.type,
                subject=subject,
                strict=self.strict,
                allow_downcast=self.allow_downcast,
            )
        except Fault as fault:
            raise faults.at_call(fault, (self,), here()) from None
        self.cell[0] = array if borrow else own_copy(array, new_value)
        if borrow and array is new_value:
            lend(self, array, here())

    @property
    def container(self) -> Container:
        """Where the value is kept."""
        return Container(self.cell, self)

    def zero(self, borrow: bool = False) -> None:
        """Make every number of the value 0."""
        del borrow  # an array that somebody else has is never changed
        self.cell[0] = np.zeros_like(self.cell[0])

    def clone(self) -> SharedVariable:
        """A variable of the same type and name with the same storage."""
        twin = SharedVariable(
            self.type,
            self.cell[0],
            self.name,
            strict=self.strict,
            allow_downcast=self.allow_downcast,
            origins=self.origins,
        )
        twin.cell = self.cell
        return twin

    def __copy__(self) -> SharedVariable:
        """As `clone`: `copy.deepcopy` gives it storage of its own."""
        return self.clone()


class Container:
    """The storage of an input that keeps its value; functions may share one."""

    def __init__(self, cell: Cell, variable: Variable):
        self.cell, self.variable = cell, variable

    @property
    def storage(self) -> Cell:
        """The list of one array that holds the value."""
        return self.cell

    @property
    def data(self) -> Array:
        """The present value itself."""
        return self.cell[0]

    @data.setter
    def data(self, new: Any) -> None:
        self.value = new

    @property
    def value(self) -> Any:
        """The present value, as a copy; None where there is none yet."""
        held: Any = self.cell[0]
        return None if held is None else held.copy()

    @value.setter
    def value(self, new: Any) -> None:
        subject = f"the value of {self.variable}"
        try:
            self.cell[0] = own_copy(
                fitted(new, self.variable.type, subject=subject), new
            )
        except Fault as fault:
            raise faults.at_call(fault, (self.variable,), here()) from None


def own_copy(array: Array, value: Any) -> Array:
    """The array, copied if it may share memory with `value`."""
    if array is value or getattr(array, "base", None) is not None:
        return array.copy()
    return array


Constructor = Callable[..., SharedVariable]

CONSTRUCTORS: list[Constructor] = []
"""Functions of (value, name, strict, allow_downcast, **more) for values of other kinds;
each raises TypeError for what is not its own. The last one is asked first."""


def shared_constructor(constructor: Constructor, remove: bool = False) -> Constructor:
    """Have `shared` ask a function first, for values that are no arrays.

    >>> @shared_constructor
    ... def of_text(value, name=None, strict=False, allow_downcast=None):
    ...     if not isinstance(value, str):
    ...         raise TypeError("not a text")
    ...     return shared(np.frombuffer(value.encode(), "uint8"), name)
    >>> shared("abc").get_value()
    array([97, 98, 99], dtype=uint8)
    >>> _ = shared_constructor(of_text, remove=True)
    """
    if remove:
        CONSTRUCTORS.remove(constructor)
    else:
        CONSTRUCTORS.append(constructor)
    return constructor


def _constructed(value: Any, *options: Any, **more: Any) -> SharedVariable | None:
    """What the constructors make of a value; None if it is for none of them."""
    given = {name: one for name, one in more.items() if one is not None}
    for constructor in reversed(CONSTRUCTORS):
        try:
            return constructor(value, *options, **given)
        except TypeError:  # not its own, which is how constructors say so
            continue
    return None


@public
def shared(
    value: Any,
    name: str | None = None,
    strict: bool = False,
    allow_downcast: bool | None = None,
    *,
    borrow: bool = False,
    shape: Sequence[int | None] | None = None,
    broadcastable: Sequence[bool] | None = None,
    target: str | None = None,
) -> SharedVariable:
    """A variable that holds a value, and keeps it between calls.

    Args:
        value: an array or a number; its dtype and number of axes become the variable's.
        name: for printing and for messages.
        strict: `set_value` converts nothing.
        allow_downcast: whether `set_value` may round, see `compile.values`.
        borrow: use the array itself, not a copy, where it can be used as it is.
        shape: the length of each axis, None where it may change; all may by default.
        broadcastable: True on each axis whose length is 1 for good.
        target: the device; accepted, there is one.

    Raises:
        symbolic-value, not-numeric, wrong-rank, shape-mismatch.

    >>> w = shared(np.zeros(3), name="w")
    """
    del target
    found = _constructed(
        value, name, strict, allow_downcast, borrow=borrow or None, shape=shape
    )
    if found is not None:
        return found
    array = _as_array(value, name)
    origin = here()
    fixed = _static_shape(array, name, shape, broadcastable)
    native = array.dtype if array.dtype.isnative else array.dtype.newbyteorder("=")
    kept = np.require(array, native, ["C", "A", "E"])
    if not borrow:
        kept = own_copy(kept, value)
    made = SharedVariable(
        TensorType(str(kept.dtype), fixed),
        kept,
        name,
        strict=strict,
        allow_downcast=allow_downcast,
        origins=(origin,) if origin is not None else (),
    )
    if borrow and kept is value:
        lend(made, kept, origin)
    return made


def _as_array(value: Any, name: str | None) -> Array:
    if isinstance(value, Variable):
        raise state_faults.shared_of_symbolic(value, name)
    if not isinstance(value, int | float | complex | np.ndarray | np.generic):
        raise state_faults.shared_of_something(value, name)
    array = np.asarray(value)
    if array.dtype.kind not in "biufc":
        raise state_faults.shared_of_something(value, name)
    return array


def _static_shape(
    array: Array,
    name: str | None,
    shape: Sequence[int | None] | None,
    broadcastable: Sequence[bool] | None,
) -> tuple[int | None, ...]:
    fixed: tuple[int | None, ...] = (None,) * array.ndim
    if broadcastable is not None:
        fixed = tuple(1 if b else None for b in broadcastable)
    if shape is not None:
        fixed = tuple(shape)
    fits = len(fixed) == array.ndim and all(
        n is None or n == m for n, m in zip(fixed, array.shape, strict=True)
    )
    if not fits:
        raise state_faults.shared_shape(array, name, fixed)
    return fixed
