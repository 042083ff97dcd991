"""`theano.shared` of anything: values that are no arrays are kept as they are.

    rng = theano.shared(np.random.RandomState(23))
    rng.get_value(borrow=True).uniform()

Such a variable is of the type `generic`: ops of a program's own may read it, everything
else refuses it. From a generator of NumPy's distributions draw, as from any state.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

from teachgraph.compile.shared import SharedVariable
from teachgraph.compile.shared import shared as of_array
from teachgraph.core.entrance import public
from teachgraph.core.graph import Variable
from teachgraph.core.origin import here
from teachgraph.core.report import DtypeError, Fault, Hint
from teachgraph.core.surface import MEANINGS, OWN
from teachgraph.random.state import StateVariable, as_state
from teachgraph.theano.own_types import Generic, boxed

GENERIC = Generic()
RandomState: Any = vars(np.random)["RandomState"]


class ObjectSharedVariable(SharedVariable):
    """A variable that holds a Python object, and keeps it between calls."""

    __slots__ = ()

    def get_value(
        self, borrow: bool = False, return_internal_type: bool = False
    ) -> Any:
        """The object: a copy, or with `borrow` the object itself."""
        del return_internal_type
        held = self.cell[0][()]
        return held if borrow else copy.deepcopy(held)

    def set_value(self, new_value: Any, borrow: bool = False) -> None:
        """Put an object in place of the present one.

        Raises:
            TypeError: it is not of the type.
        """
        kept = new_value if borrow else copy.deepcopy(new_value)
        self.cell[0] = boxed(self.type.filter(kept))


def _missing(name: str) -> Callable[..., Any]:
    """Refuses arithmetic with an object."""
    if name in ASKED:
        return MEANINGS[name]

    def refuse(*operands: Any) -> Any:
        held = next(x for x in operands if isinstance(x, ObjectSharedVariable))
        kind = type(held.get_value(borrow=True)).__name__
        raise Fault(
            "wrong-dtype",
            f"`{name}` is of arrays, and a {kind} is kept as it is",
            hints=(Hint("share an array", "shared(np.asarray(value))"),),
            nodes=(held,),
        )

    return public(refuse)


def _missing_attribute(x: Variable, name: str) -> Any:
    raise AttributeError(f"{x} holds an object and has no attribute {name!r}")


ASKED = ("truth", "to_number", "to_array")
"""What Python asks of every variable."""

OWN[ObjectSharedVariable] = {
    "missing": _missing,
    "missing_attribute": _missing_attribute,
}


class RandomStateSharedVariable(StateVariable):
    """A shared variable that is given a generator of NumPy's, as in Theano.

    Distributions draw from it: the state of the generator is their seed.
    """

    __slots__ = ("_given", "_seeded")

    def __init__(self, value: Any, name: str | None = None):
        super().__init__(as_state(0), name)
        self.set_value(value)

    def get_value(
        self, borrow: bool = False, return_internal_type: bool = False
    ) -> Any:
        """The generator, as long as nothing was drawn; then the state that is next."""
        state = super().get_value(borrow, return_internal_type)
        if self._given is None or not np.array_equal(state, self._seeded):
            return state
        return self._given if borrow else copy.deepcopy(self._given)

    def set_value(self, new_value: Any, borrow: bool = False) -> None:
        """Put a generator, or what `get_value` gave, in place of the present one."""
        super().set_value(new_value)
        given = isinstance(new_value, RandomState)
        self._seeded = super().get_value()
        self._given: Any = None
        if given:
            self._given = new_value if borrow else copy.deepcopy(new_value)


def _of_object(value: Any, name: str | None, borrow: bool) -> SharedVariable:
    if isinstance(value, RandomState):
        return RandomStateSharedVariable(value, name)
    place = here()
    kept = boxed(value if borrow else copy.deepcopy(value))
    origins = () if place is None else (place,)
    return ObjectSharedVariable(GENERIC, kept, name, origins=origins)


@public
def shared(
    value: Any,
    name: str | None = None,
    strict: bool = False,
    allow_downcast: bool | None = None,
    **options: Any,
) -> SharedVariable:
    """`teachgraph.shared`, which also takes what is not made of numbers."""
    try:
        return of_array(value, name, strict, allow_downcast, **options)
    except DtypeError as error:
        if error.report.code != "not-numeric":
            raise
    return _of_object(value, name, bool(options.get("borrow", False)))
