"""Elements taken by position or by a test: take, choose, compress, nonzero."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, cast

from teachgraph.core.graph import Variable
from teachgraph.core.report import Fault
from teachgraph.core.surface import define
from teachgraph.core.types import is_integer
from teachgraph.ops.alloc import lengths_of, zeros
from teachgraph.ops.assign import PlaceInRows
from teachgraph.ops.base import TensorLike, as_tensor
from teachgraph.ops.casting import cast as to_dtype
from teachgraph.ops.creation import arange
from teachgraph.ops.join import as_tensor_variable, stack
from teachgraph.ops.lengths import stretched
from teachgraph.ops.moves import along
from teachgraph.ops.reshape import flatten, size
from teachgraph.ops.scalars import clip
from teachgraph.ops.search import Nonzero
from teachgraph.ops.shape import dimshuffle, normal_axis, shape_padright
from teachgraph.ops.subscript import inc_subtensor, set_subtensor

Outside = Literal["raise", "wrap", "clip"]
"""What is done with a position outside: an error, counted round, the nearest inside."""


def _within(indices: Variable, n: TensorLike, mode: Outside) -> Variable:
    if mode == "raise":
        return indices
    if mode == "wrap":
        return indices % n
    if mode == "clip":
        return clip(indices, 0, as_tensor(n) - 1)
    raise Fault("wrong-value", f"mode is raise, wrap or clip, not {mode!r}")


@define(".take", "np.take")
def take(
    a: TensorLike,
    indices: TensorLike,
    axis: int | None = None,
    mode: Outside = "raise",
) -> Variable:
    """The elements at positions along an axis, or of the flattened `a`.

    Args:
        indices: whole numbers of any shape, which takes the place of the axis.
        mode: what is done with positions outside: raise, wrap or clip.

    Raises:
        index-out-of-range: when run, with mode raise.

    >>> T.take([10, 20, 30], [2, 0]).eval()
    array([30, 10])
    """
    v, places = as_tensor(a), as_tensor_variable(indices)
    if axis is None:
        return flatten(v)[_within(places, size(v), mode)]
    at = normal_axis(axis, v.ndim)
    return v[along(at, _within(places, lengths_of(v)[at], mode))]


@define("np.take_along_axis")
def take_along_axis(
    arr: TensorLike, indices: TensorLike, axis: int | None = -1
) -> Variable:
    """For each line along an axis, its elements at positions of its own.

    Args:
        indices: whole numbers, as many axes as `arr`; the other lengths agree.

    Raises:
        wrong-rank: another number of axes.

    >>> T.take_along_axis([[1, 2], [3, 4]], [[1], [0]], 1).eval()
    array([[2],
           [3]])
    """
    v, places = as_tensor(arr), as_tensor(indices)
    if axis is None:
        return flatten(v)[places]
    if places.ndim != v.ndim:
        raise Fault("wrong-rank", f"positions {places.type} do not fit {v.type}")
    at = normal_axis(axis, v.ndim)
    lengths = lengths_of(v)
    index = [
        places if a == at else shape_padright(arange(n), v.ndim - 1 - a)
        for a, n in enumerate(lengths)
    ]
    return v[tuple(index)]


@define(".choose", "np.choose")
def choose(
    a: TensorLike,
    choices: TensorLike | Sequence[TensorLike],
    out: None = None,
    mode: Outside = "raise",
) -> Variable:
    """For each number in `a`, the element of the choice with that number.

    Args:
        a: whole numbers.
        choices: tensors, or one tensor whose first axis they are; `a` and they stretch.
        mode: what is done with a number that no choice has: raise, wrap or clip.

    Raises:
        index-out-of-range: when run, with mode raise.

    >>> T.choose([0, 1, 0], [[1, 2, 3], [10, 20, 30]]).eval()
    array([ 1, 20,  3])
    """
    del out
    if isinstance(choices, list | tuple):
        parts = [as_tensor(c) for c in cast(Sequence[TensorLike], choices)]
        table = stack(stretched(parts))
    else:
        table = as_tensor(choices)
    number = as_tensor(a)
    if not table.ndim:
        raise Fault(
            "wrong-rank", f"choices have an axis that counts them: {table.type}"
        )
    rank = max(number.ndim, table.ndim - 1)
    lead = rank - (table.ndim - 1)
    lengths = lengths_of(table)
    places = dimshuffle(number, *["x"] * (rank - number.ndim), *range(number.ndim))
    index: list[Any] = [_within(places, lengths[0], mode)]
    for axis, n in enumerate(lengths[1:]):
        single = table.type.shape[axis + 1] == 1
        along_it = arange(1) if single else arange(n)
        index.append(shape_padright(along_it, rank - 1 - lead - axis))
    return table[tuple(index)]


@define(".nonzero", "np.nonzero")
def nonzero(a: TensorLike, return_matrix: bool = False) -> Any:
    """Where the elements of `a` are not 0: for each axis int64[found], in a tuple.

    Args:
        return_matrix: give one int64[axes, found] instead.

    Raises:
        wrong-rank: `a` is a single number.

    >>> rows, columns = T.nonzero([[0, 5], [7, 0]])
    >>> columns.eval()
    array([1, 0])
    """
    v = as_tensor(a)
    found = cast(Variable, Nonzero()(v))
    return found if return_matrix else tuple(found[i] for i in range(v.ndim))


@define("np.flatnonzero")
def flatnonzero(a: TensorLike) -> Variable:
    """Where the elements of the flattened `a` are not 0, int64[found].

    >>> T.flatnonzero([[0, 5], [7, 0]]).eval()
    array([1, 2])
    """
    v = as_tensor(a)
    return nonzero(flatten(v) if v.ndim else dimshuffle(v, "x"))[0]


@define(".nonzero_values")
def nonzero_values(a: TensorLike) -> Variable:
    """The elements of `a` that are not 0, in row-major order."""
    v = as_tensor(a)
    return flatten(v)[flatnonzero(v)]


@define("np.compress")
def compress(condition: TensorLike, x: TensorLike, axis: int | None = None) -> Variable:
    """The parts of `x` along an axis, or of the flattened `x`, where a test holds.

    Args:
        condition: one number or boolean for each part; it may be shorter.
    """
    return take(x, flatnonzero(condition), axis)


@define(".compress")
def _compress_method(x: Variable, a: TensorLike, axis: int | None = None) -> Variable:
    """The parts of `x` along an axis where the test `a` holds."""
    return compress(a, x, axis)


def to_one_hot(
    y: TensorLike, nb_class: TensorLike, dtype: str | None = None
) -> Variable:
    """A matrix with a 1 in each row, at the column whose number is in `y`.

    Args:
        y: int[rows].
        nb_class: how many columns.
        dtype: default `config.floatX`.

    Raises:
        wrong-rank, wrong-dtype: `y` is no vector of whole numbers.
        index-out-of-range: when run, for a number that no column has.

    >>> T.to_one_hot([2, 0], 3).eval()
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    v = as_tensor(y)
    if v.ndim != 1 or not is_integer(v.dtype):
        raise Fault(
            "wrong-dtype", f"classes are a vector of whole numbers, not {v.type}"
        )
    rows = lengths_of(v)[0]
    room = zeros([rows, nb_class], dtype)
    ones = to_dtype(arange(rows) * 0 + 1, room.dtype)
    return cast(Variable, PlaceInRows()(room, ones, v))


def advanced_subtensor(x: TensorLike, *index: Any) -> Variable:
    """`x[index]`, by the name that Theano's op has."""
    return as_tensor(x)[index]


def advanced_subtensor1(x: TensorLike, ilist: TensorLike) -> Variable:
    """`x[ilist]`, rows by a vector of their numbers."""
    return as_tensor(x)[as_tensor(ilist)]


def advanced_set_subtensor(x: TensorLike, y: TensorLike, *index: Any) -> Variable:
    """`x` with `y` in place of `x[index]`; see `set_subtensor`."""
    return set_subtensor(as_tensor(x)[index], y)


def advanced_inc_subtensor(x: TensorLike, y: TensorLike, *index: Any) -> Variable:
    """`x` with `y` added to `x[index]`; see `inc_subtensor`."""
    return inc_subtensor(as_tensor(x)[index], y)


def advanced_set_subtensor1(
    x: TensorLike, y: TensorLike, ilist: TensorLike
) -> Variable:
    """`x` with `y` in place of the rows whose numbers are in `ilist`."""
    return set_subtensor(advanced_subtensor1(x, ilist), y)


def advanced_inc_subtensor1(
    x: TensorLike, y: TensorLike, ilist: TensorLike
) -> Variable:
    """`x` with `y` added to the rows whose numbers are in `ilist`."""
    return inc_subtensor(advanced_subtensor1(x, ilist), y)
