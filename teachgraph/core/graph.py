"""The graph: variables, the applications that make them, and graphs as values.

Nothing here changes once it is made. A `Variable` is equal to itself alone; two `x + 1`
written on two lines are two variables until the merge pass joins them, in view.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import (
    Callable,
    Iterable,
    Iterator,
    Mapping,
    MutableMapping,
    Sequence,
)
from dataclasses import dataclass, field
from functools import cached_property
from operator import is_
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar, SupportsIndex

import numpy as np

from teachgraph.core.origin import OWN_PACKAGE, Origin, here
from teachgraph.core.surface import LEAVE, MEANINGS, Surface
from teachgraph.core.types import OF_TYPES, TensorType

if TYPE_CHECKING:
    from teachgraph.core.op import Op


class Variable(Surface):
    """One value in a graph: an input, a constant, or what an op gives.

    `name` and `tag` are labels and may be assigned, and so may attributes of the
    user's own; everything else is fixed. `data` holds the array of a constant.
    `origins` are the places in the user's source that the variable stands for: one
    when it was written, several once nodes were merged.
    """

    __slots__ = (
        "__dict__",
        "__weakref__",
        "_tag",
        "data",
        "index",
        "name",
        "origins",
        "owner",
        "type",
    )

    kind: ClassVar[str] = "variable"

    def __init__(
        self,
        type: TensorType,
        name: str | None = None,
        *,
        owner: Apply | None = None,
        index: int = 0,
        data: np.ndarray[Any, Any] | None = None,
        origins: tuple[Origin, ...] = (),
    ):
        self.type, self.name = type, name
        self.owner, self.index, self.data = owner, index, data
        self.origins = origins
        self._tag: SimpleNamespace | None = None

    @property
    def origin(self) -> Origin | None:
        """The first place in the user's source that the variable stands for."""
        return self.origins[0] if self.origins else None

    @property
    def dtype(self) -> str:
        """Name of the element type, such as `float64`."""
        return self.type.dtype

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.type.shape)

    @property
    def broadcastable(self) -> tuple[bool, ...]:
        """True on each axis that is known to be 1 long."""
        return self.type.broadcastable

    @property
    def tag(self) -> SimpleNamespace:
        """A place for the user's own labels, such as `test_value`."""
        if self._tag is None:
            self._tag = SimpleNamespace()
        return self._tag

    def take_labels(self, other: Variable) -> None:
        """Have the name and the tag of another variable."""
        self.name, self._tag = other.name, other._tag

    def clone(self) -> Variable:
        """A variable of the same type, name and tag that no op makes."""
        fresh = Variable(self.type, self.name, data=self.data, origins=self.origins)
        if self._tag is not None:
            fresh._tag = copy.copy(self._tag)
        return fresh

    def get_parents(self) -> list[Apply]:
        """The node that makes the variable, if one does."""
        return [] if self.owner is None else [self.owner]

    def __reduce_ex__(self, protocol: SupportsIndex, /) -> Any:
        """A variable that a node makes is saved with all nodes below it, in order."""
        if self.owner is None:
            return object.__reduce_ex__(self, max(2, protocol.__index__()))
        return _output, (tuple(applies([self])), self.owner, self.index)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        asking = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
        if not asking.f_globals.get("__name__", "").startswith(OWN_PACKAGE):
            MEANINGS["equals"](self, other, asking)
        return False

    __hash__ = object.__hash__

    def __str__(self) -> str:
        """What helps somebody who prints a variable and expected a number."""
        said = MEANINGS.get("repr")
        return said(self) if said is not None else describe(self)

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        """In a sentence a variable is one word; as a number it has no value yet."""
        if spec[-1:] in tuple("bcdeEfFgGnxX%"):
            try:
                return format(float(self), spec)
            except Exception as error:
                LEAVE[0](error)
                raise
        return format(describe(self), spec)


VARIABLES: dict[type[TensorType], type[Variable]] = {}
"""The class of the variables of a type, where it is not `Variable`."""


def variable_class(t: TensorType) -> type[Variable]:
    """The class of the variables of a type."""
    return VARIABLES.get(type(t), Variable)


def describe(v: Variable) -> str:
    """A variable in a word: its name, its value, or the op that makes it."""
    if v.name is not None:
        return v.name
    if v.owner is not None:
        suffix = f".{v.index}" if len(v.owner.outputs) > 1 else ".0"
        return f"{v.owner.op}{suffix}"
    if v.data is not None:
        return f"{v.type.dtype} {v.data}" if v.data.ndim == 0 else f"constant {v.type}"
    return f"<{v.type}>"


class Apply:
    """An op applied to inputs, with the variables that come out."""

    __slots__ = ("__dict__", "__weakref__", "inputs", "op", "outputs")

    def __init__(
        self,
        op: Op,
        inputs: tuple[Variable, ...],
        types: Iterable[TensorType],
        origins: tuple[Origin, ...] = (),
    ):
        self.op, self.inputs = op, inputs
        self.outputs = tuple(
            variable_class(t)(t, owner=self, index=i, origins=origins)
            for i, t in enumerate(types)
        )

    @property
    def origins(self) -> tuple[Origin, ...]:
        """The places in the user's source that the node stands for."""
        return self.outputs[0].origins

    def reads(self, inputs: Sequence[Variable]) -> bool:
        """Whether these are its inputs: the same variables, in the same order."""
        own = self.inputs
        return len(own) == len(inputs) and all(map(is_, own, inputs))

    def with_inputs(self, inputs: Sequence[Variable]) -> Apply:
        """The same op on other inputs; names, origins and types stay.

        Types are kept rather than inferred again: a replacement has the type of what it
        replaces, so the types cannot change.
        """
        new = Apply(
            self.op, tuple(inputs), (v.type for v in self.outputs), self.origins
        )
        for old, fresh in zip(self.outputs, new.outputs, strict=True):
            fresh.take_labels(old)
        return new

    @property
    def out(self) -> Variable:
        """The only output, or the first."""
        return self.outputs[0]

    def default_output(self) -> Variable:
        """The only output, or the first."""
        return self.outputs[0]

    def get_parents(self) -> list[Variable]:
        """What the op is applied to."""
        return list(self.inputs)

    def clone(self) -> Apply:
        """The same op on the same inputs, as a node of its own."""
        return self.with_inputs(self.inputs)

    def clone_with_new_inputs(
        self, inputs: Sequence[Variable], strict: bool = True
    ) -> Apply:
        """The same op on other inputs."""
        del strict
        return self.with_inputs(inputs)

    def __reduce__(self) -> tuple[Any, ...]:
        """Inputs are told by their nodes, so that saving does not nest with depth."""
        labels = [(v.type, v.name, v.origins) for v in self.outputs]
        tags = [v.tag for v in self.outputs]
        return _node, (self.op, tuple(map(_place, self.inputs)), labels), tags

    def __setstate__(self, tags: Sequence[SimpleNamespace]) -> None:
        for v, tag in zip(self.outputs, tags, strict=True):
            v.tag.__dict__.update(tag.__dict__)

    def __str__(self) -> str:
        return f"{self.op}({', '.join(map(describe, self.inputs))})"

    __repr__ = __str__


Place = tuple[Apply, int] | Variable
"""Where a variable stands: which output of which node it is, or itself, a leaf."""


def _place(v: Variable) -> Place:
    return v if v.owner is None else (v.owner, v.index)


def _at(place: Place) -> Variable:
    return place if isinstance(place, Variable) else place[0].outputs[place[1]]


def _node(
    op: Op,
    inputs: Sequence[Place],
    labels: Sequence[tuple[TensorType, str | None, tuple[Origin, ...]]],
) -> Apply:
    node = Apply(op, tuple(map(_at, inputs)), (t for t, _, _ in labels))
    for v, (_, name, origins) in zip(node.outputs, labels, strict=True):
        v.name, v.origins = name, origins
    return node


def _output(below: tuple[Apply, ...], owner: Apply, index: int) -> Variable:
    del below  # saved first, so that each finds its inputs there
    return owner.outputs[index]


def _of_type(type: TensorType, name: str | None) -> Variable:
    place = here()
    kind = variable_class(type)
    return kind(type, name, origins=() if place is None else (place,))


OF_TYPES["variable"] = _of_type


def toposort(outputs: Iterable[Variable]) -> Iterator[Variable]:
    """Every variable that the outputs need, inputs first; depth is no limit."""
    seen: set[int] = set()
    stack = list(outputs)[::-1]
    while stack:
        v = stack[-1]
        if id(v) in seen:
            stack.pop()
            continue
        waiting = (
            [i for i in reversed(v.owner.inputs) if id(i) not in seen]
            if v.owner
            else []
        )
        if waiting:
            stack.extend(waiting)
            continue
        stack.pop()
        seen.add(id(v))
        yield v


def applies(outputs: Iterable[Variable]) -> Iterator[Apply]:
    """Every node that the outputs need, in an order in which they can run."""
    seen: set[int] = set()
    for v in toposort(outputs):
        if v.owner is not None and id(v.owner) not in seen:
            seen.add(id(v.owner))
            yield v.owner


@dataclass(frozen=True, eq=False)
class Graph:
    """Inputs and outputs; all else follows from them.

    Inputs need not be leaves: an input cuts the graph there.
    """

    inputs: tuple[Variable, ...]
    outputs: tuple[Variable, ...]
    names: tuple[str, ...] = field(default=())

    def variables(self) -> tuple[Variable, ...]:
        """Every variable in the graph, inputs first."""
        return self._variables

    def applies(self) -> tuple[Apply, ...]:
        """Every node, in an order in which they can run."""
        return self._applies

    @cached_property
    def _variables(self) -> tuple[Variable, ...]:
        return tuple(self._walk())

    @cached_property
    def _applies(self) -> tuple[Apply, ...]:
        cut = set(self.inputs)
        made = (v.owner for v in self._variables if v not in cut)
        return tuple(dict.fromkeys(node for node in made if node is not None))

    def clients(self) -> dict[Variable, list[tuple[Apply, int]]]:
        """For each variable, the nodes that read it, each with the position."""
        found: dict[Variable, list[tuple[Apply, int]]] = {
            v: [] for v in self._variables
        }
        for node in self.applies():
            for position, v in enumerate(node.inputs):
                found[v].append((node, position))
        return found

    def missing_inputs(self) -> tuple[Variable, ...]:
        """Leaves without a value that are not among the inputs."""
        given = set(self.inputs)
        return tuple(
            v
            for v in self._variables
            if v.owner is None
            and v.data is None
            and v not in given
            and v.kind == "variable"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        """Nodes are saved in the order in which they can run."""
        ends = (*self.inputs, *self.outputs)
        inputs, outputs = map(_place, self.inputs), map(_place, self.outputs)
        below = tuple(applies(ends))
        return _graph, (below, tuple(inputs), tuple(outputs), self.names)

    def _walk(self) -> Iterator[Variable]:
        seen: set[Variable] = set(self.inputs)
        yield from self.inputs
        stack = list(self.outputs)[::-1]
        while stack:
            v = stack[-1]
            if v in seen:
                stack.pop()
                continue
            waiting = (
                [i for i in reversed(v.owner.inputs) if i not in seen]
                if v.owner
                else []
            )
            if waiting:
                stack.extend(waiting)
                continue
            stack.pop()
            seen.add(v)
            yield v


def _graph(
    below: tuple[Apply, ...],
    inputs: Sequence[Place],
    outputs: Sequence[Place],
    names: tuple[str, ...],
) -> Graph:
    del below
    return Graph(tuple(map(_at, inputs)), tuple(map(_at, outputs)), names)


Replacement = Mapping[Variable, Variable]


def substitute(
    outputs: Sequence[Variable], replace: Replacement
) -> tuple[Variable, ...]:
    """The outputs with some variables replaced; what does not depend on them is kept.

    Replacements apply to the graph as written: they are not replaced again themselves.
    """
    done: dict[Variable, Variable] = dict(replace)
    return rebuild(outputs, done, lambda v: v)


def rebuild(
    outputs: Sequence[Variable],
    done: MutableMapping[Variable, Variable],
    settle: Callable[[Variable], Variable],
) -> tuple[Variable, ...]:
    """Rebuild a graph bottom-up: `done` maps old to new and is filled on the way.

    `settle` sees each variable after its inputs were replaced and may replace it too.
    """
    stack = list(outputs)[::-1]
    while stack:
        v = stack[-1]
        if v in done:
            stack.pop()
            continue
        node = v.owner
        waiting = [i for i in reversed(node.inputs) if i not in done] if node else []
        if waiting:
            stack.extend(waiting)
            continue
        stack.pop()
        if node is None:
            done[v] = settle(v)
            continue
        inputs = tuple(done[i] for i in node.inputs)
        fresh = node if node.reads(inputs) else node.with_inputs(inputs)
        for old, new in zip(node.outputs, fresh.outputs, strict=True):
            if old not in done:
                done[old] = settle(new)
    return tuple(done[v] for v in outputs)


def structural_key(v: Variable, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
    """What makes two variables the same computation, given the keys of their inputs."""
    if v.owner is not None:
        return (v.owner.op, v.index, inputs)
    if v.data is not None:
        return ("constant", v.type, v.type.fingerprint(v.data))
    return ("leaf", id(v))


def same_graph(left: Variable, right: Variable) -> bool:
    """True when both compute the same thing from the same leaves, node by node."""
    numbers: dict[tuple[Any, ...], int] = {}
    found: dict[Variable, int] = {}
    for v in toposort([left, right]):
        inputs = tuple(found[i] for i in v.owner.inputs) if v.owner else ()
        key = structural_key(v, inputs)
        found[v] = numbers.setdefault(key, len(numbers))
    return found[left] == found[right]
