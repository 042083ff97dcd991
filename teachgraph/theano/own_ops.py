"""`theano.Op`: ops as Theano's programs write them, with `make_node` and `perform`.

    class Double(theano.Op):
        __props__ = ()

        def make_node(self, x):
            return theano.Apply(self, [x], [x.type()])

        def perform(self, node, inputs, output_storage):
            output_storage[0][0] = inputs[0] * 2

The user's object is the op of the node. What this house asks of an op is answered here:
`infer` by the types that `make_node` gave before, `numpy` by `perform`, `grad` by
Theano's `grad` or `L_op`. C code is not run; what is said about views and inplace work
is not needed, since every argument that an op may write to is copied.
"""

from __future__ import annotations

import functools
import threading
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, cast

import numpy as np

from teachgraph.core.entrance import error_of, leave, placed, public
from teachgraph.core.graph import Apply as Node
from teachgraph.core.graph import Variable, variable_class
from teachgraph.core.op import MADE_LISTENERS, constant, known_value
from teachgraph.core.op import Op as Native
from teachgraph.core.origin import Origin, here
from teachgraph.core.report import Fault, Hint
from teachgraph.core.types import OBJECT, TensorType
from teachgraph.ops.alloc import zeros_like
from teachgraph.ops.base import Array
from teachgraph.ops.ifelse import several
from teachgraph.ops.missing import NoGradient
from teachgraph.theano import own_shapes
from teachgraph.theano.own_types import (
    DisconnectedType,
    NullType,
    seen,
    stored,
)

Storage = dict[Variable, list[Any]]
LOCK = threading.RLock()


class CodeIgnored(UserWarning):
    """An op has C code beside its `perform`; only the latter runs."""


class _AnyNode(type):
    """Every node is an instance of Theano's `Apply`."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, Node)


class Apply(Node, metaclass=_AnyNode):
    """An op applied to inputs, with the variables that its `make_node` made.

    Of the lengths of outputs Theano's types know only whether they are 1.
    """

    __slots__ = ()

    def __init__(
        self, op: Any, inputs: Sequence[Variable], outputs: Sequence[Variable]
    ):
        for v in (*inputs, *outputs):
            if not isinstance(cast(Any, v), Variable):
                raise TypeError(
                    f"an Apply is of variables, not of a {type(v).__name__}"
                )
        if any(v.owner is not None for v in outputs):
            raise ValueError("an output of an Apply belongs to another one already")
        self.op, self.inputs, self.outputs = op, tuple(inputs), tuple(outputs)
        for index, v in enumerate(self.outputs):
            v.owner, v.index, v.type = self, index, _without_lengths(v.type)
        _place(self)
        if isinstance(op, Op):
            op.remember(self)


def _no_node(op: Op, made: Any) -> Fault:
    """What is wrong where `make_node` gives another thing than a node."""
    given = "a variable" if isinstance(made, Variable) else f"a {type(made).__name__}"
    return Fault(
        "wrong-argument-kind",
        f"`make_node` of {type(op).__name__} gave {given}, and must give an Apply",
        hints=(
            Hint(
                "return the node that it makes", "return Apply(self, [x], [x.type()])"
            ),
        ),
    )


def _place(node: Node) -> None:
    """The node was made where the op was called, not within its `make_node`."""
    place = here()
    for v in node.outputs if place is not None else ():
        v.origins = (cast(Origin, place),)


def _without_lengths(t: TensorType) -> TensorType:
    return t.with_shape(tuple(1 if n == 1 else None for n in t.shape))


class Op(Native, abstract=True):
    """The base of ops with `make_node` and `perform`.

    `__props__` names the attributes that make two ops the same; without it an op is
    equal to itself alone. With `itypes` and `otypes` there is no need of `make_node`.
    """

    default_output: ClassVar[int | None] = None
    destroy_map: ClassVar[Any] = {}
    view_map: ClassVar[Any] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        """Nothing is demanded of a class; its `grad` may be called in both manners."""
        del options
        if "grad" in cls.__dict__:
            cast(Any, cls).grad = _in_both_manners(cls.__dict__["grad"])
        if cls.__hash__ is None:  # a class with `__eq__` alone
            cast(Any, cls).__hash__ = Op.__hash__
        if "do_constant_folding" in cls.__dict__:
            cls.effects = True

    def __init__(self, *args: Any, **options: Any):
        """An op holds nothing unless its class says so."""
        if args or options:
            raise TypeError(f"{type(self).__name__} takes no arguments")

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def __eq__(self, other: object) -> bool:
        if self is other or not hasattr(self, "__props__"):
            return self is other
        return type(self) is type(other) and self._props() == cast(Op, other)._props()

    def __hash__(self) -> int:
        if not hasattr(self, "__props__"):
            return id(self) >> 4
        return hash((type(self), self._props()))

    def _props(self) -> tuple[Any, ...]:
        return tuple(self.attributes().values())

    def attributes(self) -> dict[str, Any]:
        """The attributes in `__props__`."""
        names: Sequence[str] = getattr(self, "__props__", ())
        return {name: getattr(self, name) for name in names}

    # What the user's class says

    def make_node(self, *inputs: Any) -> Any:
        """The node, from `itypes` and `otypes`; classes without them override this."""
        itypes, otypes = getattr(self, "itypes", None), getattr(self, "otypes", None)
        if itypes is None or otypes is None:
            raise NotImplementedError(f"{self} needs make_node, or itypes and otypes")
        if len(inputs) != len(itypes):
            raise ValueError(f"{self} takes {len(itypes)} inputs, not {len(inputs)}")
        given = [a if isinstance(a, Variable) else constant(a) for a in inputs]
        if not all(t.is_super(v.type) for t, v in zip(itypes, given)):
            found = ", ".join(str(v.type) for v in given)
            raise TypeError(f"{self} takes {', '.join(map(str, itypes))}, not {found}")
        return Apply(self, given, [t() for t in otypes])

    def L_op(self, inputs: Any, outputs: Any, output_grads: Any) -> Any:
        """Gradients, by `grad` unless a class says more."""
        del outputs
        return self.grad(inputs, output_grads)

    R_op: Any = None
    """`R_op(self, inputs, eval_points)`; products are made of gradients without it."""

    def grad(self, inputs: Any, *more: Any) -> Any:
        """The gradients of a node; a class's own `grad` is called in the end."""
        if len(more) == 2:
            return self._gradients(inputs, *more)
        raise Fault(
            "no-gradient",
            f"{self} does not say its derivative",
            hints=(Hint("define `grad(self, inputs, output_gradients)`"),),
        )

    # What this house asks

    def __call__(self, *inputs: Any, **options: Any) -> Any:
        """Apply the op; its output, the default one, or a list of them."""
        returns_list = options.pop("return_list", False)
        try:
            node = self._placed(inputs, options)
        except Exception as error:
            leave(error)
            raise
        if self.default_output is not None and not returns_list:
            return node.outputs[self.default_output]
        return (
            node.outputs[0]
            if len(node.outputs) == 1 and not returns_list
            else [*node.outputs]
        )

    def _placed(self, inputs: Sequence[Any], options: dict[str, Any]) -> Node:
        """The node, at the line of the user's that applies the op."""
        try:
            node = self.make_node(*inputs, **options)
            if not isinstance(node, Node):
                raise _no_node(self, node)
        except Fault as fault:
            raise error_of(placed(fault)) from None
        _place(node)
        for listen in MADE_LISTENERS:
            listen(node)
        return node

    def make(
        self,
        *args: Any,
        name: str | None = None,
        origins: tuple[Origin, ...] | None = None,
    ) -> Node:
        """The node on other inputs."""
        node: Node = self.make_node(*args)
        for v in node.outputs:
            v.origins = v.origins if origins is None else origins
        if name is not None:
            node.outputs[0].name = name
        return node

    def remember(self, node: Node) -> None:
        """Keep the types of a node, for `infer` and `perform`, and nothing above it."""
        _check(self)
        if hasattr(self, "infer_shape"):
            own_shapes.learn()
        key = tuple(v.type.with_shape(_ones(v.type)) for v in node.inputs)
        if key not in self._templates:
            self._templates[key] = _detached(node)

    @property
    def _templates(self) -> dict[tuple[TensorType, ...], Node]:
        return self.__dict__.setdefault("_made_before", {})

    def _template(self, types: Sequence[TensorType]) -> Node:
        """A node made before on inputs of such types."""
        found = [n for n in self._templates.values() if _are_such(n.inputs, types)]
        if not found:
            return self.make_node(*(variable_class(t)(t) for t in types))
        return max(found, key=_known_ones)

    def infer(self, *types: TensorType) -> tuple[TensorType, ...]:
        node = self._template(types)
        outputs = tuple(v.type for v in node.outputs)
        known = all(isinstance(n, int) for t in types for n in t.shape)
        if not known or not hasattr(self, "infer_shape"):
            return outputs
        shapes = cast(Any, self).infer_shape(node, [t.shape for t in types])
        pairs = zip(outputs, shapes, strict=True)
        return tuple(
            t if s is None else t.with_shape(tuple(map(_known, s))) for t, s in pairs
        )

    def numpy(self, *arrays: Array) -> Any:
        types = [TensorType(_name(a.dtype), a.shape) for a in arrays]
        node = self._template(types)
        written = {p for places in self.destroy_map.values() for p in places}
        inputs = [
            seen(v.type, a.copy() if p in written else a)
            for p, (v, a) in enumerate(zip(node.inputs, arrays, strict=True))
        ]
        results = [
            stored(v.type, value)
            for v, value in zip(node.outputs, self._run(node, inputs), strict=True)
        ]
        return tuple(results) if len(results) > 1 else results[0]

    def _run(self, node: Node, inputs: list[Any]) -> list[Any]:
        cells: list[list[Any]] = [[None] for _ in node.outputs]
        mine = cast(Any, self)
        if hasattr(self, "perform"):
            params = [mine.get_params(node)] if hasattr(self, "get_params") else []
            mine.perform(node, inputs, cells, *params)
            return [cell[0] for cell in cells]
        if not _runs(self):
            raise no_perform(self)
        with LOCK:  # a thunk has one storage for all calls
            storage, thunk = self._thunk(node)
            for v, value in zip(node.inputs, inputs, strict=True):
                storage[v][0] = value
            thunk()
            return [storage[v][0] for v in node.outputs]

    def _thunk(self, node: Node) -> tuple[Storage, Callable[[], Any]]:
        """What `make_thunk` gives for a node, made once."""
        made: dict[Node, Any] = self.__dict__.setdefault("_thunks", {})
        if node not in made:
            variables = (*node.inputs, *node.outputs)
            storage: Storage = {v: [None] for v in variables}
            computed = {v: [True] for v in variables}
            thunk = cast(Any, self).make_thunk(node, storage, computed, [])
            made[node] = storage, thunk
        return made[node]

    def _gradients(self, inputs: Any, output: Any, g: Any) -> list[Variable | None]:
        outputs = several(output)
        gs = several(g)
        arriving = [
            zeros_like(v) if one is None else one
            for v, one in zip(outputs, gs, strict=True)
        ]
        terms: list[Any] = list(self.L_op(list(inputs), list(outputs), arriving))
        if len(terms) != len(inputs):
            return terms  # who asked says what is wrong
        node = outputs[0].owner
        connected = [True] * len(terms)
        if node is not None and hasattr(self, "connection_pattern"):
            pattern = cast(Any, self).connection_pattern(node)
            connected = [any(row) for row in pattern]
        return [
            _term(term, x) if linked else None
            for term, x, linked in zip(terms, inputs, connected, strict=True)
        ]

    @property
    def title(self) -> str:
        """The name of the class."""
        return type(self).__name__

    def __str__(self) -> str:
        shown = ", ".join(f"{k}={v}" for k, v in self.attributes().items())
        return f"{self.title}{{{shown}}}" if shown else self.title

    def __getstate__(self) -> dict[str, Any]:
        hidden = ("_thunks", "_made_before")
        state = {k: v for k, v in self.__dict__.items() if k not in hidden}
        return {**state, "_made_before": dict(self._templates)}


PureOp = Op
"""Theano's name for an op without C code."""


def _in_both_manners(theirs: Callable[..., Any]) -> Callable[..., Any]:
    """Theano's `grad(inputs, gs)`, which also answers `grad(inputs, output, g)`."""

    @functools.wraps(theirs)
    def grad(self: Any, inputs: Any, *more: Any) -> Any:
        if len(more) == 2:
            return Op.grad(self, inputs, *more)
        return theirs(self, inputs, *more)

    return grad


def _term(term: Any, x: Variable) -> Variable | None:
    """A gradient as the sweep wants it; None where there is no connection."""
    if not isinstance(term, Variable):
        return None if term is None else constant(term)
    if isinstance(term.type, DisconnectedType):
        return None
    if isinstance(term.type, NullType):
        return NoGradient(x, term.type.why_null)
    return term


_CHECKED: set[type[Op]] = set()


def _check(op: Op) -> None:
    """Say once of a class what is not run here."""
    cls = type(op)
    if cls in _CHECKED or not _runs(op):
        return
    _CHECKED.add(cls)
    if hasattr(cls, "c_code"):
        warnings.warn(
            f"the C code of {cls.__name__} is not used; its `perform` runs",
            CodeIgnored,
            stacklevel=4,
        )


def _runs(op: Op) -> bool:
    return hasattr(op, "perform") or hasattr(op, "make_thunk")


def no_perform(op: Op) -> Fault:
    """An op may stand in a graph, for its gradient or to be replaced, but not run."""
    return Fault(
        "op-without-perform",
        f"{type(op).__name__} has no `perform`, which says in Python what it computes",
        hints=(Hint("define it", "def perform(self, node, inputs, outputs): ..."),),
        why="C code that an op brings is not compiled here.",
    )


@public
def refuse_without_perform(nodes: Iterable[Node]) -> None:
    """Say of nodes that are to run which of them cannot.

    Raises:
        op-without-perform.
    """
    for node in nodes:
        if isinstance(node.op, Op) and not _runs(node.op):
            raise no_perform(node.op)


def _ones(t: TensorType) -> tuple[int | None, ...]:
    return tuple(1 if n == 1 else None for n in t.shape)


def _detached(node: Node) -> Node:
    """A node of the same types with nothing above it; constants keep their values."""
    inputs = [
        v.clone() if v.data is not None else variable_class(v.type)(v.type, v.name)
        for v in node.inputs
    ]
    return Node(node.op, tuple(inputs), (v.type for v in node.outputs))


def _name(dtype: np.dtype[Any]) -> str:
    return OBJECT if dtype.kind == "O" else dtype.name


def _are_such(inputs: Sequence[Variable], types: Sequence[TensorType]) -> bool:
    if len(inputs) != len(types):
        return False
    return all(
        v.type.dtype == t.dtype
        and v.type.ndim == t.ndim
        and all(m == 1 or n != 1 for n, m in zip(v.type.shape, t.shape))
        for v, t in zip(inputs, types)
    )


def _known_ones(node: Node) -> int:
    return sum(n == 1 for v in node.inputs for n in v.type.shape)


def _known(n: Any) -> int | None:
    """A length that `infer_shape` gave, if it is a number by now."""
    value = known_value(n) if isinstance(n, Variable) else n
    return int(cast(int, value)) if isinstance(value, int | np.integer) else None
