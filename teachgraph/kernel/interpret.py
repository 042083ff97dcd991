"""Running a kernel statement by statement, with the arithmetic of its dtypes.

`trace` yields what happens (a loop turns, a name is bound, an element is stored) and is
what the loop-level stepper pulls; `run` only computes. Values are numpy scalars of the
expression's dtype, so whole numbers wrap around and float32 rounds as in C.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, assert_never, cast

import numpy as np

from teachgraph.core.events import Event, Turned
from teachgraph.core.record import record
from teachgraph.kernel.functions import FUNCTIONS
from teachgraph.kernel.ir import (
    Alloc,
    Assign,
    Barrier,
    Bin,
    Call,
    Cast,
    Checked,
    Const,
    Expr,
    Fold,
    FoldKind,
    For,
    If,
    Kernel,
    Let,
    Load,
    Name,
    Select,
    Statement,
    Store,
)
from teachgraph.kernel.verify import broken

Array = np.ndarray[Any, Any]
Names = dict[str, Any]
"""What is in scope: scalars by name, and buffers as flat arrays."""


@record(eq=False)
class Stored(Event):
    """`value` went to `buffer[position]`; `names` are the scalars in scope."""

    statement: Store
    position: int
    value: Any
    names: Mapping[str, Any]


@record(eq=False)
class Bound(Event):
    """A name has a new value."""

    statement: Let | Assign
    value: Any


class IndexFault(Exception):
    """An index lay outside its axis; `node` is the Apply that asked for the element."""

    def __init__(self, node: Any, index: int, extent: int):
        super().__init__(f"index {index} outside [{-extent}, {extent})")
        self.node, self.index, self.extent = node, index, extent


def run(kernel: Kernel, buffers: Mapping[str, Array], sizes: Mapping[str, int]) -> None:
    """Run a kernel; what it writes is in `buffers` afterwards.

    Raises:
        IndexFault: a checked index lay outside its axis.
    """
    for _ in trace(kernel, buffers, sizes):
        pass


def trace(
    kernel: Kernel, buffers: Mapping[str, Array], sizes: Mapping[str, int]
) -> Iterator[Stored | Bound | Turned]:
    """Run a kernel, yielding each turn of a loop, each name bound and each store.

    `buffers` are C-contiguous arrays of the declared dtypes, by parameter name.
    """
    names: Names = {size.name: np.int64(sizes[size.name]) for size in kernel.sizes}
    for buffer in kernel.buffers:
        array = buffers[buffer.name]
        if str(array.dtype) != buffer.dtype or not array.flags.c_contiguous:
            raise broken(
                kernel.name, f"{buffer.name} is not given as {buffer.dtype}, C order"
            )
        names[buffer.name] = array.reshape(-1)
    for event in _block(kernel.body, names):
        if not isinstance(event, Barrier):
            yield event


Happening = Stored | Bound | Turned | Barrier


def _block(body: tuple[Statement, ...], names: Names) -> Iterator[Happening]:
    for statement in body:
        match statement:
            case For(kind="thread"):
                yield from _threads(statement, names)
            case For():
                yield from _turns(statement, names)
            case Let(name=name, value=value) | Assign(name=name, value=value):
                names[name.name] = evaluate(value, names)
                yield Bound(statement, names[name.name])
            case Store():
                yield _store(statement, names)
            case If(test=test, then=then, orelse=orelse):
                yield from _block(then if evaluate(test, names) else orelse, names)
            case Alloc(name=name, dtype=dtype, extent=extent):
                names[name] = np.zeros(extent, dtype)
            case Barrier():
                yield statement
            case _:
                raise broken("?", f"{type(statement).__name__} is no statement")


def _turns(loop: For, names: Names) -> Iterator[Happening]:
    for i in range(int(evaluate(loop.extent, names))):
        names[loop.index.name] = np.int64(i)
        yield Turned(loop, i)
        yield from _block(loop.body, names)
    names.pop(loop.index.name, None)


def _threads(loop: For, names: Names) -> Iterator[Happening]:
    """All threads of a block, each as far as its next barrier, in turns."""
    extent = int(evaluate(loop.extent, names))
    scopes = [{**names, loop.index.name: np.int64(i)} for i in range(extent)]
    running = [_block(loop.body, scope) for scope in scopes]
    while running:
        waiting: list[Iterator[Happening]] = []
        for thread in running:
            for event in thread:
                if isinstance(event, Barrier):
                    waiting.append(thread)
                    break
                yield event
        running = waiting


def _store(statement: Store, names: Names) -> Stored:
    position = _position(statement.buffer, statement.index, names)
    value = evaluate(statement.value, names)
    names[statement.buffer][position] = value
    scalars = {n: v for n, v in names.items() if not isinstance(v, np.ndarray)}
    return Stored(statement, position, value, scalars)


def _position(buffer: str, index: Expr, names: Names) -> int:
    i, size = int(evaluate(index, names)), names[buffer].size
    if not 0 <= i < size:
        raise broken(
            "?", f"{buffer}[{i}] is touched, but {buffer} holds {size} elements"
        )
    return i


def evaluate_element(e: Expr, names: Mapping[str, Any]) -> Any:
    """The value of an expression, given sizes and arrays (of any shape) by name."""
    flat: Names = {}
    for name, value in names.items():
        array: Any = np.ascontiguousarray(value)
        is_size = isinstance(value, int)
        flat[name] = np.int64(value) if is_size else array.reshape(-1)
    return evaluate(e, flat)


def evaluate(e: Expr, names: Names) -> Any:
    """The value of an expression, as a numpy scalar of its dtype."""
    with np.errstate(all="ignore"):
        return _value(e, names)


def _value(e: Expr, names: Names) -> Any:
    match e:
        case Const(value=value, dtype=dtype):
            return scalar(value, dtype)
        case Name(name=name):
            return names[name]
        case Load(buffer=buffer, index=index):
            return names[buffer][_position(buffer, index, names)]
        case Bin(op=op, a=a, b=b, dtype=dtype):
            return _typed(BINARY[op](_value(a, names), _value(b, names)), dtype)
        case Call(fn=fn, args=args, dtype=dtype):
            return _typed(FUNCTIONS[fn].numpy(*(_value(a, names) for a in args)), dtype)
        case Select(test=test, a=a, b=b):
            return _value(a if _value(test, names) else b, names)
        case Cast(a=a, dtype=dtype):
            return _typed(_value(a, names), dtype)
        case Checked(index=index, extent=extent, node=node):
            return _checked(int(_value(index, names)), int(_value(extent, names)), node)
        case Fold():
            return _fold(e, names)
        case _:
            raise broken("?", f"{type(e).__name__} is no expression")


def scalar(value: Any, dtype: str) -> Any:
    """A number as a numpy scalar; whole numbers wrap around as in C."""
    kind = np.dtype(dtype)
    if kind.kind not in "iu":
        return kind.type(value)
    bits = int(value) & ((1 << (8 * kind.itemsize)) - 1)
    return np.array(bits, f"u{kind.itemsize}").view(kind)[()]


def _typed(value: Any, dtype: str) -> Any:
    """A scalar converted as C does: fractions towards zero, complex to its real."""
    if value.dtype == dtype:
        return value
    real = (
        value.real if value.dtype.kind == "c" and not dtype.startswith("c") else value
    )
    return real.astype(dtype)


def _quotient(a: Any, b: Any) -> Any:
    """a / b as C divides: whole numbers are rounded towards zero."""
    if a.dtype.kind not in "iub":
        return a / b
    down = a // b
    return down + 1 if down < 0 and down * b != a else down


BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": _quotient,
    "//": np.floor_divide,
    "%": np.remainder,
    "&": np.bitwise_and,
    "|": np.bitwise_or,
    "^": np.bitwise_xor,
    "<<": np.left_shift,
    ">>": np.right_shift,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
    "min": np.minimum,
    "max": np.maximum,
}
"""What the operators of `Bin` mean on numpy scalars of one dtype."""


def _checked(index: int, extent: int, node: Any) -> Any:
    if not -extent <= index < extent:
        raise IndexFault(node, index, extent)
    return np.int64(index + extent if index < 0 else index)


def _fold(e: Fold, names: Names) -> Any:
    shape = tuple(int(_value(n, names)) for n in e.extents)
    best, found = 0, neutral(e.kind, e.body.dtype if "arg" in e.kind else e.dtype)
    for position, index in enumerate(np.ndindex(shape)):
        inner = {**names, **{n.name: np.int64(i) for n, i in zip(e.indices, index)}}
        value = _value(e.body, inner)
        match e.kind:
            case "argmax" | "argmin":
                if position == 0 or _beats(e.kind, value, found):
                    best, found = position, value
            case kind:
                found = _typed(FOLDS[kind](found, value), e.dtype)
    return np.int64(best) if "arg" in e.kind else found


def _beats(kind: FoldKind, value: Any, best: Any) -> bool:
    if value != value or best != best:
        return bool(best == best)
    return bool(value > best if kind == "argmax" else value < best)


FOLDS: dict[FoldKind, Callable[[Any, Any], Any]] = {
    "sum": np.add,
    "prod": np.multiply,
    "max": np.maximum,
    "min": np.minimum,
    "all": np.logical_and,
    "any": np.logical_or,
}
"""How two values are put together; nan wins in max and min."""


def neutral(kind: FoldKind, dtype: str) -> Any:
    """What an empty fold gives."""
    match kind:
        case "sum" | "any":
            return scalar(0, dtype)
        case "prod" | "all":
            return scalar(1, dtype)
        case "max" | "argmax":
            return _extreme(dtype, -1)
        case "min" | "argmin":
            return _extreme(dtype, 1)
        case _:
            assert_never(kind)


def _extreme(dtype: str, sign: int) -> Any:
    kind = np.dtype(dtype)
    if kind.kind == "b":
        return np.bool_(sign > 0)
    if kind.kind in "iu":
        limits = np.iinfo(cast(Any, kind))
        return kind.type(limits.max if sign > 0 else limits.min)
    return kind.type(sign * np.inf)
