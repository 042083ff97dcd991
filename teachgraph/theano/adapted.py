"""Functions that mean something a little different in Theano, adapted."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial, wraps
from types import ModuleType
from typing import Any, cast

import numpy as np

import teachgraph.tensor as T
from teachgraph import sparse
from teachgraph.core.graph import Variable
from teachgraph.core.types import TensorType
from teachgraph.ops.variables import LETTERS, Constructor, Plural

V = Variable


def _fitting(x: V, y: Any) -> V:
    """What is put into `x`, in the dtype of `x`: Theano rounds without a word."""
    value = T.as_tensor_variable(y)
    return value if value.dtype == x.dtype else T.cast(value, x.dtype)


def constant(
    x: Any, name: str | None = None, ndim: int | None = None, dtype: Any = None
) -> V:
    """A variable with a fixed value.

    Raises:
        TypeError: it is not made of numbers.
    """
    if isinstance(x, Variable):
        raise TypeError(f"{x} is a variable; a constant is made of numbers")
    return T.as_tensor_variable(x, name, ndim, dtype)


def as_scalar(x: Any, name: str | None = None) -> V:
    """A number as a variable without axes.

    Raises:
        TypeError: it has axes.
    """
    v = T.as_tensor_variable(x, name)
    if v.ndim:
        raise TypeError(f"{v.type} has axes")
    return v


@wraps(T.set_subtensor)
def set_subtensor(x: V, y: Any, *args: Any, **options: Any) -> V:
    """`x` with `y` in the place it was taken from; `y` is rounded to its dtype."""
    return T.set_subtensor(x, _fitting(x, y), *_kept(args), **_known(options))


@wraps(T.inc_subtensor)
def inc_subtensor(x: V, y: Any, *args: Any, **options: Any) -> V:
    """`x` with `y` added where it was taken from; `y` is rounded to its dtype."""
    return T.inc_subtensor(x, _fitting(x, y), *_kept(args), **_known(options))


def _kept(args: Sequence[Any]) -> Sequence[Any]:
    """`inplace` and `tolerate_inplace_aliasing` say nothing here."""
    return args[:0]


def _known(options: dict[str, Any]) -> dict[str, Any]:
    left_out = ("inplace", "tolerate_inplace_aliasing", "set_instead_of_inc")
    return {name: value for name, value in options.items() if name not in left_out}


def relu(x: Any, alpha: Any = 0) -> Any:
    """`T.nnet.relu`; of an array it is an array, as Theano only applies operators."""
    if isinstance(x, Variable) or isinstance(alpha, Variable):
        return T.nnet.relu(x, alpha)
    values = np.asarray(x)
    return np.where(values > 0, values, alpha * values)


def item(x: V, index: Any) -> V:
    """`x[index]` of a sparse matrix: two slices, or a number by two whole numbers."""
    several = isinstance(index, list | tuple)
    return x[tuple(cast(Sequence[Any], index)) if several else index]


SPARSE_TYPES = {
    f"{layout}_{letter}matrix": partial(maker, dtype=LETTERS[letter])
    for layout, maker in (("csc", sparse.csc_matrix), ("csr", sparse.csr_matrix))
    for letter in "fd"
}
"""`csr_dmatrix("x")` and its kin."""

SPARSE_CASTS = {
    f"{letter}cast": partial(sparse.cast, dtype=dtype)
    for letter, dtype in LETTERS.items()
}
"""`dcast(x)` and its kin."""


class Many:
    """`T.matrices`: names, a number of variables, or a text whose letters are names."""

    def __init__(self, plural: Plural):
        self._plural = plural
        self.__doc__ = plural.__doc__

    def __call__(self, *names: Any) -> Any:
        """The variables; one alone is not in a list."""
        given = names[0] if len(names) == 1 else names
        if isinstance(given, int):
            made = self._plural(given)
        else:
            made = self._plural(*given)
        return made[0] if len(made) == 1 else made


class Types:
    """The T namespace where `dmatrix` and its kin are types, as in Theano."""

    @property
    def offered(self) -> list[str]:
        """The names for `from theano.tensor import *`."""
        return [name for name in dir(T) if not isinstance(vars(T)[name], ModuleType)]

    def __getattr__(self, name: str) -> Any:
        found = getattr(T, name)
        if isinstance(found, Plural):
            return Many(found)
        if isinstance(found, Constructor) and found.dtype is not None:
            return _type(found.dtype, found.shape)
        return found


_type = lru_cache(TensorType)
"""`T.dmatrix` is one object, so `x.type is T.dmatrix` holds."""
