"""What `function` is told about inputs and outputs: In, Out, and how lists are read.

inputs   [x, In(y, value=1), (z, 2.0)]
outputs  one, or a list, or a dict, of variables or Out; None for nothing
updates  [(shared, new), ...] or {shared: new}
givens   [(old, new), ...] or {old: new}
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from teachgraph.compile import faults, state_faults
from teachgraph.compile.shared import Container, SharedVariable
from teachgraph.core.graph import Variable
from teachgraph.core.types import OBJECT
from teachgraph.scan.updates import OrderedUpdates

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class In:
    """An input with something to say about it.

    Args:
        variable: what it stands for in the graph.
        name: the keyword for calls; the variable's name by default.
        value: the default when a call gives nothing; or a shared variable or a
            `Container`, whose storage is used.
        update: an expression for the next value, computed at the end of each call; the
            input then keeps its value between calls.
        mutable: allow the argument to be overwritten. Accepted; nothing is overwritten.
        strict: take arrays of exactly the right dtype only.
        allow_downcast: True or False overrules the function's `allow_input_downcast`.
        borrow: allow sharing memory with the caller. Accepted; arguments are only read.
        implicit: the input cannot be passed, only read from its storage.
    """

    variable: Any
    name: str | None = None
    value: Any = None
    update: Any = None
    mutable: bool | None = None
    strict: bool = False
    allow_downcast: bool | None = None
    autoname: bool = True
    implicit: bool | None = None
    borrow: bool | None = None
    shared: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.variable, Variable):
            raise faults.not_a_variable("In", self.variable)
        if self.name is None and self.autoname:
            object.__setattr__(self, "name", self.variable.name)
        if self.implicit is None:
            stored = isinstance(self.value, Container | SharedVariable)
            object.__setattr__(self, "implicit", stored)


Param = In
"""Older programs say Param for In."""


@dataclass(frozen=True, eq=False)
class Out:
    """An output with something to say about it.

    `borrow=True` lets the returned array share memory with what teachgraph keeps, which
    saves a copy where there would be one.
    """

    variable: Any
    borrow: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.variable, Variable):
            raise faults.not_a_variable("Out", self.variable)


Pairs = Mapping[Any, Any] | Iterable[tuple[Any, Any]] | None


def read_inputs(inputs: Any) -> tuple[In, ...]:
    """The inputs as they were listed."""
    if isinstance(inputs, Variable | In):
        name = inputs.variable if isinstance(inputs, In) else inputs
        raise faults.inputs_not_a_list(name)
    if not isinstance(inputs, Sequence) or isinstance(inputs, str):
        raise faults.inputs_not_a_list(inputs)
    return tuple(_read_input(i, n) for n, i in enumerate(cast(Sequence[Any], inputs)))


def _read_input(given: Any, position: int) -> In:
    if isinstance(given, In):
        return given
    if isinstance(given, SharedVariable):
        raise faults.shared_as_input(given)
    if isinstance(given, Variable):
        if given.data is not None:
            raise faults.constant_as_input(given, position)
        return In(given)
    if isinstance(given, tuple | list):
        return _read_tuple(tuple(cast(Sequence[Any], given)), position)
    raise faults.not_an_input(given, position)


def _read_tuple(given: tuple[Any, ...], position: int) -> In:
    """(variable, value), ((variable, update), value), perhaps with a name in front."""
    name, *rest = given if given and isinstance(given[0], str) else (None, *given)
    match rest:
        case [Variable(), Variable(kind="variable", data=None)]:
            raise faults.inputs_in_a_list(rest)
        case [Variable() as v, value]:
            return In(v, name, value)
        case [[Variable() as v, update], value]:
            return In(v, name, value, update)
        case [Variable() as v] if name is not None:
            return In(v, name)
        case _:
            raise faults.not_an_input(given, position)


@dataclass(frozen=True, eq=False)
class Outputs:
    """The outputs in order, and how results are handed back."""

    outs: tuple[Out, ...]
    single: bool = False
    keys: tuple[str, ...] | None = None
    nothing: bool = False

    def dress(self) -> Callable[[Any], Any] | None:
        """How results become what the caller gets; None: no change."""
        if self.nothing:
            return lambda results: None
        opened = self._opened()
        if self.keys is None:
            return opened
        keys = self.keys
        return lambda results: dict(
            zip(keys, opened(results) if opened else results, strict=True)
        )

    def _opened(self) -> Callable[[Any], Any] | None:
        """How Python values are taken out of the arrays that hold them."""
        boxes = [o.variable.type.dtype == OBJECT for o in self.outs]
        if not any(boxes):
            return None
        if self.single:
            return lambda result: result[()]
        return lambda results: [
            a[()] if box else a for a, box in zip(results, boxes, strict=True)
        ]


def read_outputs(outputs: Any) -> Outputs:
    """The outputs as they were listed."""
    if outputs is None:
        return Outputs((), nothing=True)
    if isinstance(outputs, OrderedUpdates):
        raise faults.output_not_symbolic(outputs, "the output")
    if isinstance(outputs, Mapping):
        return _read_dict(cast(Mapping[Any, Any], outputs))
    if isinstance(outputs, list | tuple):
        listed = cast(Sequence[Any], outputs)
        return Outputs(
            tuple(_read_output(o, f"output {n}") for n, o in enumerate(listed))
        )
    return Outputs((_read_output(outputs, "the output"),), single=True)


def _read_dict(outputs: Mapping[Any, Any]) -> Outputs:
    for key in outputs:
        if not isinstance(key, str):
            raise faults.output_key(key)
    outs = tuple(_read_output(o, f"output {k!r}") for k, o in outputs.items())
    return Outputs(outs, keys=tuple(outputs))


def _read_output(given: Any, place: str) -> Out:
    if isinstance(given, Out):
        return given
    if isinstance(given, Variable):
        return Out(given)
    raise faults.output_not_symbolic(given, place)


def read_pairs(pairs: Any, what: str) -> list[tuple[Any, Any]]:
    """`updates` or `givens` as a list of pairs, in order."""
    if pairs is None:
        return []
    if isinstance(pairs, Mapping):
        return list(cast(Mapping[Any, Any], pairs).items())
    if isinstance(pairs, Variable) or not isinstance(pairs, Iterable):
        raise state_faults.not_pairs(what, pairs)
    listed = list(cast(Iterable[Any], pairs))
    for pair in listed:
        if isinstance(pair, Variable) or not _is_pair(pair):
            raise state_faults.not_pairs(what, listed)
    return [(first, second) for first, second in listed]


def _is_pair(thing: Any) -> bool:
    return isinstance(thing, tuple | list) and len(cast(Sequence[Any], thing)) == 2
