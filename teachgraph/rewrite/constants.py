"""Constants: making them, and recognising them however they are stretched."""

from __future__ import annotations

from typing import Any

import numpy as np

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.origin import Origin
from teachgraph.core.types import TensorType
from teachgraph.ops.alloc import Alloc
from teachgraph.ops.base import Array
from teachgraph.ops.shape import DimShuffle

NARROW = ("int8", "int16", "int32", "float16", "float32")


def as_constant(data: Array, origins: tuple[Origin, ...] = ()) -> Variable:
    """A constant that stands for the given places in the user's source."""
    data.setflags(write=False)
    kind = TensorType(str(data.dtype), data.shape)
    return Variable(kind, data=data, origins=origins)


def literal(value: Any, origins: tuple[Origin, ...] = ()) -> Variable:
    """A number in the narrowest dtype, so that what it meets decides the result's."""
    data = np.array(value)
    for narrow in NARROW if data.dtype.kind in "iuf" else ():
        with np.errstate(all="ignore"):
            narrowed = data.astype(narrow)
        if narrowed == data:
            return as_constant(narrowed, origins)
    return as_constant(data, origins)


def constant_value(v: Variable) -> Any:
    """The number that every element of `v` is, a NumPy scalar; None if unknown."""
    while v.data is None:
        if v.owner is None or not isinstance(v.owner.op, STRETCHING):
            return None
        v = v.owner.inputs[0]
    return _uniform(v.data)


def _uniform(data: Array) -> Any:
    if data.size == 0:
        return None
    first = data[(0,) * data.ndim]
    return first if data.size == 1 or bool((data == first).all()) else None


STRETCHING: tuple[type[Op], ...] = (DimShuffle, Alloc)
"""Ops that repeat or move the elements of their first input and change none."""
