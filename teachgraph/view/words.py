"""The words that every view uses for a type, a value, an op and a place in the source.

Terminal, page and notebook say the same thing in the same words, because they all ask
here.
"""

from __future__ import annotations

import re
from typing import Any, cast

import numpy as np

from teachgraph.core.graph import Apply, Graph, Variable
from teachgraph.core.op import Op
from teachgraph.core.origin import Origin
from teachgraph.core.types import TensorType
from teachgraph.errors.source import file_name

LONGEST_VALUE = 32
LONGEST_NAME = 60
RANKS = ("scalar", "vector", "matrix")


def type_in_words(type: TensorType) -> str:
    """A type as it is said: `float64 matrix`, `int64 vector of 3`.

    >>> type_in_words(TensorType("float64", (None, 3)))
    'float64 matrix ? x 3'
    """
    rank = RANKS[type.ndim] if type.ndim < len(RANKS) else f"tensor{type.ndim}"
    if all(n is None for n in type.shape):
        return f"{type.dtype} {rank}"
    lengths = " x ".join("?" if n is None else str(n) for n in type.shape)
    return f"{type.dtype} {rank} {'of ' if type.ndim == 1 else ''}{lengths}"


def number(value: Any) -> str:
    """One element as a person writes it.

    >>> number(np.float64(0.1)), number(np.int8(2)), number(np.True_)
    ('0.1', '2', 'True')
    """
    return str(np.asarray(value)[()])


def value_in_words(array: np.ndarray[Any, Any], longest: int = LONGEST_VALUE) -> str:
    """An array on one line: its elements when they are few, else what it is.

    >>> value_in_words(np.zeros((2, 2)))
    '[[0., 0.], [0., 0.]]'
    """
    if array.ndim == 0:
        return clipped(number(array), longest)
    if array.size <= longest:
        shown = np.array2string(array, precision=4, separator=", ")
        shown = re.sub(r"\s+([\],])|(?<=\[)\s+", r"\1", " ".join(shown.split()))
        if len(shown) <= longest:
            return shown
    if array.size > 1 and bool((array == array.flat[0]).all()):
        return (
            f"all {number(array.flat[0])}, {TensorType(str(array.dtype), array.shape)}"
        )
    return str(TensorType(str(array.dtype), array.shape))


def clipped(text: str, longest: int) -> str:
    """The text on one line, with its end left out when it is too long."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: max(longest - 1, 0)] + "…"


def kind_of(v: Variable) -> str:
    """What a leaf is: `input`, `shared` or `constant`; `apply` for what an op makes."""
    if v.owner is not None:
        return "apply"
    if v.kind == "shared":
        return "shared"
    return "input" if v.data is None else "constant"


def leaf_label(v: Variable) -> str:
    """A leaf by its name, its value, or its type."""
    if v.name is not None:
        return clipped(v.name, LONGEST_NAME)
    if v.owner is None and v.data is not None and v.kind != "shared":
        return value_in_words(v.data)
    return f"<{type_in_words(v.type)}>"


def attributes(node: Apply) -> dict[str, Any]:
    """The attributes of a node's op that say something the types do not.

    A dtype that the result has anyway, the dtype a sum is kept in, all axes in order,
    switches that are off, and inner graphs are left out.
    """
    found: dict[str, Any] = {}
    for name, value in node.op.attributes().items():
        if value is None or value is False or isinstance(value, Graph | Op):
            continue
        if name == "acc" or repr(value).startswith("<"):
            continue
        if name == "dtype" and node.inputs and value == node.inputs[0].dtype:
            continue
        if name == "axis" and _is_every_axis(value, node):
            continue
        if name == "fn" and str(value) == node.op.title:
            continue
        found[name] = _single(name, value)
    return found


def _is_every_axis(value: Any, node: Apply) -> bool:
    return bool(node.inputs) and value == tuple(range(node.inputs[0].ndim))


def _single(name: str, value: Any) -> Any:
    """An axis alone as a number, as people write it."""
    if name != "axis" or not isinstance(value, tuple):
        return value
    axes = cast(tuple[Any, ...], value)
    return axes[0] if len(axes) == 1 else axes


def op_label(node: Apply) -> str:
    """The op's title with the attributes that matter: `Sum{axis=0}`.

    An op that has words of its own for itself is called by them.
    """
    if type(node.op).__str__ is not Op.__str__:
        return str(node.op)
    shown = ", ".join(f"{k}={v}" for k, v in attributes(node).items())
    return f"{node.op.title}{{{shown}}}" if shown else node.op.title


def label(v: Variable) -> str:
    """What is drawn for a variable: its leaf's label, or the op that makes it."""
    return leaf_label(v) if v.owner is None else op_label(v.owner)


def written_at(origins: tuple[Origin, ...]) -> str:
    """The user's own text of an expression with its place, or nothing when unknown."""
    if not origins:
        return ""
    span = origins[0].span()
    text = clipped(span.text(), 40)
    more = f" and {len(origins) - 1} more" if len(origins) > 1 else ""
    return f"{file_name(span)}:{span.line}{more}  {text}".rstrip()
