"""Types, variables, ops and nodes in Theano's words: `Elemwise{add,no_inplace}.0`.

Python prints them so in a process where `import theano` means the door, by `install` or
otherwise. Errors speak as ever.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from teachgraph.core.graph import Apply, Variable
from teachgraph.core.op import Op
from teachgraph.core.origin import OWN_PACKAGE
from teachgraph.core.surface import MEANINGS
from teachgraph.core.types import OBJECT, TensorType
from teachgraph.ops.alloc import Alloc, MakeVector, ShapeOf
from teachgraph.ops.assign import IncSubtensor
from teachgraph.ops.casting import CASTS
from teachgraph.ops.dot import Dot
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.ifelse import Branches, IfElse
from teachgraph.ops.index import At, Cut, Subtensor
from teachgraph.ops.inner import OpFromGraph
from teachgraph.ops.join import Join
from teachgraph.ops.reduce import AllTrue, AnyTrue, Max, Min, Prod, Sum
from teachgraph.ops.reshape import Reshape
from teachgraph.ops.scan import Scan
from teachgraph.ops.shape import DimShuffle
from teachgraph.ops.sparse.types import SparseType
from teachgraph.theano.gradients import MADE

PLACE = __name__.rpartition(".")[0]
"""The door's own name."""

PATTERNS: dict[tuple[bool, ...], str] = {
    (): "scalar",
    (False,): "vector",
    (False, True): "col",
    (True, False): "row",
    (False, False): "matrix",
}
"""Theano's words for which axes are 1 long."""

ALONE = {
    "sigmoid": "sigmoid",
    "softplus": "softplus",
    "zero_grad": "ZeroGrad",
    "disconnected_grad": "DisconnectedGrad",
}
"""Elementwise ops that Theano shows by a bare name."""


def of_type(kind: TensorType) -> str:
    """`TensorType(float64, matrix)`."""
    if isinstance(kind, SparseType):
        return f"Sparse[{kind.dtype}, {kind.format}]"
    if not kind.is_array or kind.dtype == OBJECT:
        return str(kind)
    pattern = kind.broadcastable
    known = PATTERNS.get(pattern)
    word = known or (str(pattern) if any(pattern) else f"{len(pattern)}D")
    return f"TensorType({kind.dtype}, {word})"


def of_variable(v: Variable) -> str:
    """Its name, or `Elemwise{add,no_inplace}.0`, or its type."""
    if v.name is not None:
        return v.name
    if v.owner is not None:
        return f"{of_maker(v.owner)}.{v.index}"
    if v.data is not None:
        return f"TensorConstant{{{_of_value(v.data)}}}"
    return f"<{of_type(v.type)}>"


def _of_value(data: Any) -> str:
    array: np.ndarray[Any, Any] = np.asarray(data)
    if array.ndim and array.size > 1 and bool((array == array.flat[0]).all()):
        return f"{array.shape} of {array.flat[0]}"
    text = str(array)
    return text if len(text) <= 20 else f"{text[:10]}..{text[-10:]}"


def of_node(node: Apply) -> str:
    """`Elemwise{add,no_inplace}(x, y)`."""
    return f"{of_maker(node)}({', '.join(map(of_variable, node.inputs))})"


def of_maker(node: Apply) -> str:
    """The op of a node; that all axes are put together goes without saying.

    The elementwise ops that Theano's gradients make have no name of their own.
    """
    op = node.op
    if isinstance(op, Elementwise) and node in MADE:
        return of_op(op).replace(",no_inplace", "")
    if isinstance(op, REDUCTIONS) and len(op.axis) == node.inputs[0].ndim:
        return _reduced(op, ())
    return of_op(op)


def of_op(op: Any) -> str:
    """An op by its name in Theano."""
    for cls, words in WORDS.items():
        if isinstance(op, cls):
            return words(op)
    return str(op)


def _of_elementwise(op: Elementwise) -> str:
    name = op.fn.name
    if name in ALONE:
        return ALONE[name]
    if op in CASTS.values():
        (dtype,) = (d for d, row in CASTS.items() if row == op)
        return f"Elemwise{{Cast{{{dtype}}}}}"
    return f"Elemwise{{{name},no_inplace}}"


def _of_dimshuffle(op: DimShuffle) -> str:
    return f"InplaceDimShuffle{{{','.join(map(str, op.order))}}}"


REDUCTIONS = (Sum, Prod, Max, Min, AllTrue, AnyTrue)
SHORT: dict[type, str] = {Max: "max", Min: "min", AllTrue: "All", AnyTrue: "Any"}


def _of_reduction(op: Any) -> str:
    return _reduced(op, op.axis)


def _reduced(op: Any, axis: tuple[int, ...]) -> str:
    parts = [f"axis={list(axis)}"] if axis else []
    if isinstance(op, Sum | Prod):
        parts.append(f"acc_dtype={op.acc}")
    name = SHORT.get(op.__class__, op.title)
    return f"{name}{{{', '.join(parts)}}}" if parts else name


def _of_slices(op: Subtensor) -> str:
    return f"Subtensor{{{', '.join(map(_of_part, op.index))}}}"


def _of_inc(op: IncSubtensor) -> str:
    parts = ", ".join(map(_of_part, op.index))
    verb = "Set" if op.kind == "set" else "Inc"
    return f"IncSubtensor{{{verb};{parts}}}"


def _of_part(part: Any) -> str:
    if isinstance(part, At):
        return "int64"
    if isinstance(part, Cut):
        ends = ("" if end is None else "int64" for end in (part.start, part.stop))
        step = "" if part.step == 1 else "int64"
        return ":".join((*ends, step))
    return "newaxis"


def _said(words: str) -> Callable[[Any], str]:
    return lambda op: words


WORDS: dict[type, Callable[[Any], str]] = {
    Elementwise: _of_elementwise,
    DimShuffle: _of_dimshuffle,
    **dict.fromkeys(REDUCTIONS, _of_reduction),
    Dot: _said("dot"),
    Subtensor: _of_slices,
    IncSubtensor: _of_inc,
    Join: _said("Join"),
    Alloc: _said("Alloc"),
    Reshape: lambda op: f"Reshape{{{op.ndim}}}",
    ShapeOf: lambda op: f"Shape_i{{{op.axis}}}",
    MakeVector: lambda op: f"MakeVector{{dtype={op.dtype!r}}}",
    IfElse: _said("if{}"),
    Branches: _said("if{}"),
    Scan: lambda op: f"for{{cpu,{op.name or 'scan_fn'}}}",
    OpFromGraph: lambda op: op.title,
}
"""By class: the name of an op."""


PLAIN = TensorType.__str__


def _of_type_unless_ours(kind: TensorType) -> str:
    """A type in Theano's words; messages of ours tell its lengths."""
    asking = sys._getframe(2)  # pyright: ignore[reportPrivateUsage]
    ours = str(asking.f_globals.get("__name__", "")).startswith(OWN_PACKAGE)
    return PLAIN(kind) if ours else of_type(kind)


SHOWN: tuple[tuple[type, str, Callable[[Any], str]], ...] = (
    (TensorType, "__repr__", of_type),
    (TensorType, "__str__", _of_type_unless_ours),
    (Apply, "__str__", of_node),
    (Apply, "__repr__", of_node),
    (Op, "__repr__", of_op),
    (Elementwise, "__str__", of_op),
)
"""What Python asks for the text of things, and who answers then."""


HOMES: dict[type, str] = {Apply: "theano.gof.graph"}
"""The modules of Theano's that classes are said to be of, where texts tell."""


def add(print_test_value: Callable[[], bool]) -> None:
    """Let Python show types, variables, ops and nodes as Theano did, where it is meant.

    Args:
        print_test_value: whether the value for tests is told with a variable.
    """

    def of_variable_and_value(v: Variable) -> str:
        value = getattr(v.tag, "test_value", None) if print_test_value() else None
        said = of_variable(v)
        return said if value is None else f"{said}\n{np.asarray(value)!r}"

    MEANINGS["repr"] = chosen(of_variable_and_value, MEANINGS["repr"])
    for cls, name, words in SHOWN:
        setattr(cls, name, chosen(words, getattr(cls, name)))
    for cls, module in HOMES.items():
        cls.__module__ = module


def chosen(theirs: Callable[..., Any], ours: Callable[..., Any]) -> Any:
    """A function that answers as Theano did where it is meant, else as ever."""

    def answer(*args: Any, **options: Any) -> Any:
        return (theirs if is_meant() else ours)(*args, **options)

    return answer


def is_meant() -> bool:
    """Whether `import theano` means the door in this process."""
    return sys.modules.get("theano") is sys.modules[PLACE]
