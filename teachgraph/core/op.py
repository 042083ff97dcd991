"""What an op is: a frozen dataclass that tells everything about one operation, once.

Fields are the op's attributes. The methods are its readings: `infer` (types), `numpy`
(the meaning), `grad` (derivative), `lower` (one element as a loop expression). A class
that leaves one of the first three out, or has no docstring, fails when it is defined.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, ClassVar, Self, dataclass_transform

import numpy as np

from teachgraph.core.graph import Apply, Variable
from teachgraph.core.origin import Origin, here
from teachgraph.core.report import Fault, Hint
from teachgraph.core.types import ANY, Operand, TensorType, ValueOfLength

Array = np.ndarray[Any, Any]
Types = TensorType | tuple[TensorType, ...]

OPS: dict[str, type[Op]] = {}
"""Every op class by name; tests walk it."""

MADE_LISTENERS: list[Callable[[Apply], None]] = []
"""Who wants to see each node as it is made; test values live here."""

Complaint = Callable[
    ["Op", tuple[Variable, ...], Exception, "Origin | None"], Exception
]
COMPLAIN: list[Complaint] = []
"""Turns what `infer` raised into the error a user reads; the ops fill it in."""


@dataclass_transform(frozen_default=True)
class Op:
    """An operation on tensors.

    Class attributes that an op may set:
        reads_values: `infer` gets `Operand`s (type and known whole number) instead of
        types. commutative: the order of the inputs does not matter; rule matching tries
        both. virtual: an element is as cheap to find as to load, so the result need not
        be stored
            (transposes, slices, `arange`).
        folds: the op puts the elements along its field `axis` together.
        effects: running it does more than give its outputs (it prints, it checks): it
            is not run beforehand, while a function is made.
        arrays_only: every input is an array; sparse matrices are refused.
        latex: a format string over the input names `{x}`, `{y}`, ... or `{0}`, `{1}`.
    """

    reads_values: ClassVar[bool] = False
    commutative: ClassVar[bool] = False
    virtual: ClassVar[bool] = False
    folds: ClassVar[bool] = False
    effects: ClassVar[bool] = False
    arrays_only: ClassVar[bool] = True
    latex: ClassVar[str] = ""

    __match_args__: ClassVar[tuple[str, ...]] = ()
    """The names of the fields, in order: the annotations of the class."""

    _identity: ClassVar[Callable[[Op], Any]] = attrgetter("__class__")
    """The class and the values of the fields: what makes two ops equal."""

    def __init_subclass__(cls, abstract: bool = False) -> None:
        cls.__match_args__ = (*cls.__match_args__, *_own_fields(cls))
        cls._identity = attrgetter("__class__", *cls.__match_args__)
        if abstract:
            return
        missing = [
            m for m in ("infer", "numpy", "grad") if getattr(cls, m) is getattr(Op, m)
        ]
        if missing or not (cls.__doc__ or "").strip():
            raise TypeError(
                f"{cls.__name__} must define {', '.join(missing) or 'a docstring'}"
            )
        OPS[cls.__name__] = cls

    # What a frozen dataclass would have. Written once here: to have it generated for
    # every op is a third of the time that `import teachgraph` takes.

    def __init__(self, *values: Any, **named: Any) -> None:
        fields = self.__match_args__
        given = dict(zip(fields, values))
        known = len(values) <= len(fields) and given.keys().isdisjoint(named)
        given |= named
        missing = [f for f in fields if f not in given and not hasattr(type(self), f)]
        if not known or missing or not given.keys() <= set(fields):
            raise TypeError(
                f"{type(self).__name__} takes ({', '.join(fields)}), "
                f"not {(*values, *named)}"
            )
        self.__dict__.update(given)

    def having(self, **changes: Any) -> Self:
        """The same op with some fields changed."""
        return type(self)(**{**self.attributes(), **changes})

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"an op never changes: make another {type(self).__name__}")

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(other) is not type(self):
            return NotImplemented
        identity = type(self)._identity
        return identity(self) == identity(other)

    def __hash__(self) -> int:
        return hash(type(self)._identity(self))

    def infer(self, *types: Any, **named: Any) -> Any:
        """The types that come out, from the types (or operands) that go in.

        Written against lengths of every sort, see `core.types`. Raises LengthMismatch,
        or a `Fault`, when the inputs do not fit.
        """
        raise TypeError(f"{type(self).__name__} has no infer")

    def numpy(self, *arrays: Any, **named: Any) -> Any:
        """What the op means, on arrays. An array, or a tuple of arrays."""
        raise TypeError(f"{type(self).__name__} has no numpy")

    def grad(self, *args: Any, **named: Any) -> Any:
        """`grad(inputs, output, g)`: one symbolic gradient per input.

        None where the output is not smooth in an input. With several outputs, `output`
        and `g` are tuples, and a g may be None.
        """
        raise TypeError(f"{type(self).__name__} has no grad")

    lower: Any = None
    """`lower(self, out, index, *inputs) -> Expr`: the element at `index` of the output.

    `inputs[i][index]` reads an element. Without it the op runs in NumPy everywhere.
    """

    def known_value(self, *operands: Any, **named: Any) -> ValueOfLength:
        """The whole number(s) that the output is, when it is made of known lengths."""
        return None

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Apply the op; gives its output, or a list when there are several."""
        outputs = self.make(*args, **options).outputs
        return outputs[0] if len(outputs) == 1 else list(outputs)

    def make(
        self,
        *args: Any,
        name: str | None = None,
        origins: tuple[Origin, ...] | None = None,
    ) -> Apply:
        """The node that applies the op; numbers and arrays become constants."""
        inputs = tuple(a if isinstance(a, Variable) else constant(a) for a in args)
        if origins is None:
            place = here()
            origins = (place,) if place is not None else ()
        node = Apply(self, inputs, self._types(inputs, origins), origins)
        if name is not None:
            node.outputs[0].name = name
        for listen in MADE_LISTENERS:
            listen(node)
        return node

    def _types(
        self, inputs: tuple[Variable, ...], origins: tuple[Origin, ...]
    ) -> tuple[TensorType, ...]:
        if any(v.type is ANY for v in inputs):
            return (ANY,)
        try:
            if self.arrays_only:
                _refuse_others(inputs)
            if self.reads_values:
                types = self.infer(*(Operand(v.type, known_value(v)) for v in inputs))
            else:
                types = self.infer(*(v.type for v in inputs))
        except Exception as error:
            for complain in COMPLAIN:
                raise complain(self, inputs, error, next(iter(origins), None)) from None
            raise
        return listed(types)

    def attributes(self) -> dict[str, Any]:
        """The op's fields by name."""
        return {name: getattr(self, name) for name in self.__match_args__}

    @property
    def title(self) -> str:
        """The name shown in drawings and messages, without attributes."""
        return type(self).__name__

    @property
    def documentation(self) -> str:
        """What the op does, in words: the first thing a tooltip shows."""
        return inspect.getdoc(type(self)) or ""

    @property
    def formula(self) -> str:
        """The op in LaTeX: a format string over {0}, {1}, ... or the input names."""
        return type(self).latex

    @property
    def is_commutative(self) -> bool:
        """True when the inputs may be swapped."""
        return type(self).commutative

    def __str__(self) -> str:
        shown = ", ".join(f"{k}={v}" for k, v in self.attributes().items())
        return f"{self.title}{{{shown}}}" if shown else self.title

    __repr__ = __str__


def _refuse_others(inputs: tuple[Variable, ...]) -> None:
    for position, v in enumerate(inputs):
        if not v.type.is_array:
            raise Fault(
                "wrong-dtype",
                f"input {position} is {v.type}, and this takes arrays only",
                hints=(Hint("make it dense", "sparse.dense_from_sparse(x)"),),
            )


def _own_fields(cls: type[Op]) -> list[str]:
    """The annotated names of a class that are no class variables, in order."""
    return [
        name
        for name, said in inspect.get_annotations(cls).items()
        if name not in cls.__match_args__
        and "ClassVar" not in (said if isinstance(said, str) else repr(said))
    ]


def constant(value: Any, name: str | None = None, dtype: str | None = None) -> Variable:
    """A variable with a fixed value.

    Python numbers take the smallest dtype that holds them without loss, as Theano does:
    whole numbers int8 to int64, fractions float32 (when `floatX` is float32) or
    float64.
    """
    data = np.array(value, dtype=dtype) if dtype else smallest(value)
    data.setflags(write=False)
    origin = here()
    origins = (origin,) if origin is not None else ()
    return Variable(
        TensorType(str(data.dtype), data.shape), name, data=data, origins=origins
    )


NUMBER_RULE: list[Callable[[Any], Array]] = []
"""How a Python number becomes an array; the ops fill in the rule with `floatX`."""


def smallest(value: Any) -> Array:
    """An array for `value`; Python numbers follow the autocast rule."""
    if isinstance(value, (bool, np.generic, np.ndarray)):
        return np.array(value)
    for rule in NUMBER_RULE:
        if isinstance(value, (int, float)):
            return rule(value)
    return np.array(value)


def listed(types: Types) -> tuple[TensorType, ...]:
    """The types that `infer` gave, as a tuple."""
    return types if isinstance(types, tuple) else (types,)


def known_value(v: Variable) -> ValueOfLength:
    """The whole number(s) that a variable is, where the graph alone tells."""
    found: dict[Variable, ValueOfLength] = {}
    stack = [v]
    while stack:
        w = stack[-1]
        node = _maker_of_number(w)
        waiting = [i for i in node.inputs if i not in found] if node else []
        if waiting and w not in found:
            stack.extend(waiting)
            continue
        stack.pop()
        if node is not None:
            operands = (Operand(i.type, found[i]) for i in node.inputs)
            found[w] = node.op.known_value(*operands)
        else:
            found[w] = _value_of_data(w.data) if w.data is not None else None
    return found[v]


def _maker_of_number(v: Variable) -> Apply | None:
    """The node that makes a whole number or a vector of them, if it can tell which."""
    if v.data is not None or v.owner is None or v.type.ndim > 1:
        return None
    if v.type.dtype[0] not in "iu" or type(v.owner.op).known_value is Op.known_value:
        return None
    return v.owner


def _value_of_data(data: Array) -> ValueOfLength:
    if data.dtype.kind not in "iub" or data.ndim > 1 or data.size > 64:
        return None
    return tuple(int(n) for n in data) if data.ndim else int(data)


def type_of(values: Sequence[Any]) -> tuple[TensorType, ...]:
    """The types of arrays."""
    return tuple(TensorType(str(a.dtype), a.shape) for a in values)
