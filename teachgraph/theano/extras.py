"""What Theano's objects have beside what ours have: `f.maker`, `node.nin`.

Opening the door adds these attributes to the classes of this package; nothing that was
there changes.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from teachgraph.compile.function import Function
from teachgraph.compile.io import In
from teachgraph.compile.mode import Mode
from teachgraph.compile.shared import SharedVariable
from teachgraph.core.graph import Apply, Variable
from teachgraph.core.surface import MEANINGS
from teachgraph.core.types import TensorType
from teachgraph.ops.dot import dot
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.ifelse import Branches, IfElse
from teachgraph.ops.reduce import Prod, Sum
from teachgraph.ops.rounding import ceil, floor, trunc
from teachgraph.ops.scan import Scan
from teachgraph.random.streams import RandomStreams
from teachgraph.theano import compiling
from teachgraph.theano.features import Query
from teachgraph.theano.fgraph import clients
from teachgraph.theano.wording import of_op


def _values_eq(kind: TensorType, a: Any, b: Any) -> bool:
    """Whether two arrays are equal."""
    del kind
    return np.shape(a) == np.shape(b) and bool(np.all(np.asarray(a) == np.asarray(b)))


def _values_eq_approx(kind: TensorType, a: Any, b: Any, **options: Any) -> bool:
    """Whether two arrays are nearly equal."""
    del kind, options
    return np.shape(a) == np.shape(b) and np.allclose(a, b, equal_nan=True)


def _method(op: Elementwise) -> Any:
    """A function that calls the op: an op in a class would not be bound."""

    def called(x: Variable) -> Variable:
        return op(x)

    return called


def _reflected_dot(x: Variable, y: Any) -> Variable:
    """The product with the variable on the right."""
    return dot(y, x)


def _auto_name(v: Variable) -> str:
    """A name that no other variable has."""
    return f"auto_{id(v)}"


def _scalar_op(op: Elementwise) -> Any:
    return op.fn


def _acc_dtype(op: Sum | Prod) -> str:
    return op.acc


def _indices(f: Function) -> list[tuple[In, list[int], list[In]]]:
    """Each input with its place among all."""
    listed = [In(v, autoname=True) for v in f.graph.inputs]
    return [(one, [place], [one]) for place, one in enumerate(listed)]


def _defaults(f: Function) -> list[tuple[bool, bool, Any]]:
    """For each input whether a call must pass it, whether it is new in each, its value.

    Shared variables come after the inputs that are listed.
    """
    found: list[tuple[bool, bool, Any]] = []
    listed = set(f.inputs)
    for one in f.input_storage:
        value: Any = one.storage[0]
        refeed = one.variable in listed and not isinstance(one.variable, SharedVariable)
        found.append((value is None, refeed, value))
    return found


def _seed_generator(streams: RandomStreams) -> Any:
    """Where Theano takes the seed of each stream from; here a counter does it."""
    random_state: Any = vars(np.random)["RandomState"]
    made = random_state(streams.default_instance_seed)
    return vars(streams).setdefault("_gen_seedgen", made)


EXTRAS: dict[type, dict[str, Any]] = {
    Function: {
        "maker": property(compiling.maker_of),
        "defaults": property(_defaults),
        "indices": property(_indices),
        "fn": property(lambda f: SimpleNamespace(nodes=compiling.nodes_of(f))),
    },
    SharedVariable: {
        "value": property(SharedVariable.get_value, SharedVariable.set_value),
    },
    Variable: {
        "__ceil__": _method(ceil),
        "__floor__": _method(floor),
        "__trunc__": _method(trunc),
        "__div__": Variable.__truediv__,
        "__rdiv__": Variable.__rtruediv__,
        "__dot__": dot,
        "__rdot__": _reflected_dot,
        "__nonzero__": Variable.__bool__,
    },
    Apply: {
        "nin": property(lambda node: len(node.inputs)),
        "nout": property(lambda node: len(node.outputs)),
    },
    TensorType: {
        "values_eq": _values_eq,
        "values_eq_approx": _values_eq_approx,
        "numpy_dtype": property(lambda kind: np.dtype(kind.dtype)),
        "name": None,
    },
    Mode: {
        "linker": property(compiling.linker_of),
        "optimizer": property(lambda mode: Query(mode.phases)),
    },
    IfElse: {"as_view": False},
    Branches: {"as_view": False},
    RandomStreams: {"gen_seedgen": property(_seed_generator)},
    Scan: {
        "inputs": property(lambda op: list(op.graph.inputs)),
        "outputs": property(lambda op: list(op.graph.outputs)),
    },
    Sum: {"acc_dtype": property(_acc_dtype)},
    Prod: {"acc_dtype": property(_acc_dtype)},
    Elementwise: {
        "name": property(of_op),
        "scalar_op": property(_scalar_op),
    },
}
"""By class: the attributes it gets."""

METHODS: dict[str, Any] = {
    "clients": property(clients),
    "auto_name": property(_auto_name),
}
"""Methods that variables get."""


def add() -> None:
    """Give the classes what they lack."""
    for cls, attributes in EXTRAS.items():
        for name, value in attributes.items():
            if name not in dir(cls):
                setattr(cls, name, value)
    for name, method in METHODS.items():
        MEANINGS.setdefault("." + name, method)
