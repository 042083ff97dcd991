"""What is written between brackets, taken apart: one part for each axis.

    index = item | (item, ...)
    item  = number | slice | ... | None | positions | mask

Numbers, bounds, positions and masks may be variables; a mask stands for as many axes as
it has, and becomes the positions where it is true.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.origin import here
from teachgraph.core.report import Fault, Hint, Label
from teachgraph.core.types import is_integer
from teachgraph.errors.naming import called, counted
from teachgraph.ops.alloc import is_whole_number, lengths_of
from teachgraph.ops.base import as_tensor
from teachgraph.ops.index import At, Bound, Cut, NewAxis, Part, Pick
from teachgraph.ops.join import as_tensor_variable
from teachgraph.ops.lengths import specify_shape
from teachgraph.ops.search import Nonzero


def parsed(
    index: Any, x: Variable
) -> tuple[Variable, tuple[Part, ...], list[Variable]]:
    """`x`, one part for each of its axes and each new axis, the variables among them.

    What a constant mask says of the lengths of `x` is known of the `x` that comes back.
    """
    parts: list[Part] = []
    inputs: list[Variable] = []
    said: dict[int, int] = {}
    for item in _without_masks(_filled_up(_items(index), x), x, said):
        _parse(item, parts, inputs)
    if said:
        x = specify_shape(x, [said.get(a) for a in range(x.ndim)])
    return x, tuple(parts), inputs


def _items(index: Any) -> list[Any]:
    """The parts of an index; lists become arrays, or variables.

    A list with a slice in it is the parts themselves, as it was to NumPy once.
    """
    items: list[Any] = []
    listed: Sequence[Any] = [index]
    if isinstance(index, list | tuple):
        parts = cast(Sequence[Any], index)
        several = isinstance(index, tuple) or any(isinstance(i, slice) for i in parts)
        listed = parts if several else [parts]
    for item in listed:
        if isinstance(item, list):
            v = as_tensor_variable(item)
            items.append(v if v.data is None else v.data)
        else:
            items.append(item)
    return items


def _axes_of(item: Any) -> int:
    """How many axes of the tensor a part of an index stands for."""
    if item is None or item is Ellipsis:
        return 0
    return max(item.ndim, 1) if _is_mask(item) else 1


def _is_mask(item: Any) -> bool:
    return (
        isinstance(item, Variable | np.ndarray) and str(cast(Any, item).dtype) == "bool"
    )


def _filled_up(items: list[Any], x: Variable) -> list[Any]:
    """The parts with `...`, or the end, filled up with whole slices."""
    dots = [i for i, item in enumerate(items) if item is Ellipsis]
    count = sum(map(_axes_of, items))
    if len(dots) > 1:
        raise Fault("wrong-index", "an index can have only one ...")
    if count > x.ndim:
        raise Fault(
            "wrong-rank",
            f"`{called(x, here())}` has {counted(x.ndim, 'axes')}, and {count} indices "
            "are given",
            labels=(Label(x, str(x.type)),),
            hints=(
                Hint("give at most one index for each axis"),
                Hint("or put new axes in, with None", "x[:, None]"),
            ),
        )
    place = dots[0] if dots else len(items)
    rest = [slice(None)] * (x.ndim - count)
    return [*items[:place], *rest, *items[place + len(dots) :]]


def _without_masks(
    items: Sequence[Any], x: Variable, said: dict[int, int]
) -> Iterator[Any]:
    """The parts with the positions where a mask is true, for each axis, in its place.

    A constant mask says how long its axes are: that is added to `said`.
    """
    axis = 0
    for item in items:
        if not _is_mask(item) or not item.ndim:
            yield item
        elif isinstance(item, Variable) and item.data is None:
            lengths = lengths_of(x)[axis : axis + item.ndim]
            found = cast(Variable, Nonzero()(specify_shape(item, lengths)))
            yield from (found[i] for i in range(item.ndim))
        else:
            array = np.asarray(item.data if isinstance(item, Variable) else item)
            said.update(enumerate(array.shape, axis))
            yield from np.nonzero(array)
        axis += _axes_of(item)


def _parse(item: Any, parts: list[Part], inputs: list[Variable]) -> None:
    if item is None:
        parts.append(NewAxis())
    elif isinstance(item, slice):
        parts.append(_cut(cast(Any, item), inputs))
    elif is_whole_number(item):
        parts.append(At(int(item)))
    else:
        v = _whole_numbers(item)
        if v.ndim:
            inputs.append(v)
        parts.append(Pick() if v.ndim else At(_bound(v, inputs)))


def _cut(written: Any, inputs: list[Variable]) -> Cut:
    first = None if written.start is None else _bound(written.start, inputs)
    last = None if written.stop is None else _bound(written.stop, inputs)
    apart = 1 if written.step is None else _bound(written.step, inputs)
    if apart == 0:
        raise Fault("wrong-value", "the step of a slice is 0")
    return Cut(first, last, apart)


def _bound(value: Any, inputs: list[Variable]) -> Bound:
    if is_whole_number(value):
        return int(value)
    v = _whole_numbers(value)
    if v.ndim:
        raise Fault("wrong-rank", f"the bound of a slice has no axes, here {v.type}")
    if v.data is not None:
        return int(v.data)
    inputs.append(v)
    return "?"


def _whole_numbers(value: Any) -> Variable:
    if isinstance(value, str):
        raise Fault("wrong-index", f"an index is a whole number, not {value!r}")
    v = as_tensor(value)
    if not isinstance(value, Variable) and v.type.shape == (0,):
        v = as_tensor(np.zeros(0, "int64"))  # a list of nothing has no dtype of its own
    if v.dtype == "bool":
        raise Fault(
            "wrong-dtype",
            "a mask has axes: a single True or False is no index",
            hints=(Hint("choose element by element", "T.switch(test, x, 0)"),),
        )
    if not is_integer(v.dtype):
        name = called(v, here())
        raise Fault(
            "wrong-dtype",
            f"an index is a whole number, not `{name}`, {v.type}",
            hints=(
                Hint("make whole numbers of it", f"T.cast({name}, 'int64')"),
                Hint("or declare it so", "T.lvector, T.lscalar"),
            ),
        )
    return v
