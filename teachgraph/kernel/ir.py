"""The language of loops that C and CUDA are both printed from.

    kernel = Kernel(name, params: Param*, body: stmt*)
    param  = Buffer(name, dtype, written) | Size(name)
    stmt   = For(index, start, extent, body, kind, folds) | Let(name, value)
           | Assign(name, value) | Store(buffer, index, value) | If(test, then, orelse)
           | Alloc(name, dtype, extent, space) | Barrier()
    expr   = Const(value) | Name(name) | Load(buffer, index) | Bin(op, a, b)
           | Call(fn, args) | Select(test, a, b) | Cast(a) | Checked(index, extent)
           | Fold(kind, indices, extents, body)

Every expression has a dtype. Indices into buffers are flat and counted in elements.
`Fold` is what an op's `lower` gives for a reduction; scheduling turns it into loops, so
a finished kernel holds none. Each statement names the nodes it came from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from teachgraph.core.record import record

Kind = Literal["serial", "parallel", "block", "thread"]
Space = Literal["register", "shared"]


class Expr:
    """A value inside a loop. Operators build expressions, see `kernel.build`."""

    __slots__ = ()
    dtype: str

    def __add__(self, other: Any) -> Expr:
        return OPERATORS["+"](self, other)

    def __radd__(self, other: Any) -> Expr:
        return OPERATORS["+"](other, self)

    def __sub__(self, other: Any) -> Expr:
        return OPERATORS["-"](self, other)

    def __rsub__(self, other: Any) -> Expr:
        return OPERATORS["-"](other, self)

    def __mul__(self, other: Any) -> Expr:
        return OPERATORS["*"](self, other)

    def __rmul__(self, other: Any) -> Expr:
        return OPERATORS["*"](other, self)

    def __truediv__(self, other: Any) -> Expr:
        return OPERATORS["/"](self, other)

    def __rtruediv__(self, other: Any) -> Expr:
        return OPERATORS["/"](other, self)

    def __and__(self, other: Any) -> Expr:
        return OPERATORS["&"](self, other)

    def __or__(self, other: Any) -> Expr:
        return OPERATORS["|"](self, other)

    def __xor__(self, other: Any) -> Expr:
        return OPERATORS["^"](self, other)

    def __lt__(self, other: Any) -> Expr:
        return OPERATORS["<"](self, other)

    def __le__(self, other: Any) -> Expr:
        return OPERATORS["<="](self, other)

    def __gt__(self, other: Any) -> Expr:
        return OPERATORS[">"](self, other)

    def __ge__(self, other: Any) -> Expr:
        return OPERATORS[">="](self, other)

    def __neg__(self) -> Expr:
        return OPERATORS["neg"](self)

    def __bool__(self) -> bool:
        raise TypeError(
            "a loop expression has no truth value; write select(test, a, b)"
        )


OPERATORS: dict[str, Any] = {}
"""Operator -> how `kernel.build` makes the expression."""


@record(eq=False)
class Const(Expr):
    """A number."""

    value: complex | float | int | bool
    dtype: str


@record(eq=False)
class Name(Expr):
    """A loop index, a size, or what a `Let` bound."""

    name: str
    dtype: str


@record()
class Buffer:
    """A block of elements that a kernel reads, or writes when `written`."""

    name: str
    dtype: str
    written: bool = False


@record()
class Size:
    """A whole number (int64) that the caller passes."""

    name: str


Param = Buffer | Size


@record(eq=False)
class Load(Expr):
    """An element of a buffer, or of an `Alloc`ated array."""

    buffer: str
    index: Expr
    dtype: str


@record(eq=False)
class Bin(Expr):
    """`a op b` as C means it, both operands of one dtype.

    `+ - * /` of numbers; `// %` of integers, rounding towards minus infinity; `& | ^ <<
    >>` of integers and bools; `< <= > >= == !=` give bool; `min max` of integers.
    """

    op: str
    a: Expr
    b: Expr
    dtype: str


@record(eq=False)
class Call(Expr):
    """A function by its name in `kernel.functions`, which is NumPy's mostly."""

    fn: str
    args: tuple[Expr, ...]
    dtype: str


@record(eq=False)
class Select(Expr):
    """`a` where the test holds, else `b`. Both may be evaluated."""

    test: Expr
    a: Expr
    b: Expr
    dtype: str


@record(eq=False)
class Cast(Expr):
    """The value in another dtype, as C converts."""

    a: Expr
    dtype: str


@record(eq=False)
class Checked(Expr):
    """An index brought into [0, extent): negative ones count from the end.

    One that is out of range raises fault number `fault` and reads element 0 instead, so
    that foreign memory is never touched. `node` is the Apply that asked.
    """

    index: Expr
    extent: Expr
    node: Any
    dtype: str = "int64"


FoldKind = Literal["sum", "prod", "max", "min", "all", "any", "argmax", "argmin"]


@record(eq=False)
class Fold(Expr):
    """All values of `body`, for each index in its extent, put together by `kind`.

    `dtype` is that of the accumulator; nan wins in max and min; an empty fold gives the
    kind's neutral element. argmax and argmin give the first flat position (int64).
    """

    kind: FoldKind
    indices: tuple[Name, ...]
    extents: tuple[Expr, ...]
    body: Expr
    dtype: str


@record(eq=False, kw_only=True)
class Statement:
    """Something done in a loop; `nodes` are the graph nodes it comes from."""

    nodes: tuple[Any, ...] = ()


@record(eq=False)
class Accumulator:
    """A name that a loop folds into, which lets the loop be vectorised."""

    name: str
    kind: FoldKind


@record(eq=False)
class For(Statement):
    """`body` for index = start ... extent-1.

    kind: `serial`; `parallel`, turns are independent and may run on any core or thread;
    `block` and `thread`, placed on a GPU by hand. `vector` says that turns may be
    interleaved in lanes; `folds` names the accumulators that they share then.
    """

    index: Name
    extent: Expr
    body: tuple[Statement, ...]
    kind: Kind = "serial"
    vector: bool = False
    folds: tuple[Accumulator, ...] = ()


@record(eq=False)
class Let(Statement):
    """A new name for a value; `mutable` if an Assign follows."""

    name: Name
    value: Expr
    mutable: bool = False


@record(eq=False)
class Assign(Statement):
    """A new value for a mutable name."""

    name: Name
    value: Expr


@record(eq=False)
class Store(Statement):
    """Write one element."""

    buffer: str
    index: Expr
    value: Expr


@record(eq=False)
class If(Statement):
    """Two ways on."""

    test: Expr
    then: tuple[Statement, ...]
    orelse: tuple[Statement, ...] = ()


@record(eq=False)
class Alloc(Statement):
    """A small array private to a turn of the parallel loop; `extent` is a constant."""

    name: str
    dtype: str
    extent: int
    space: Space = "register"


@record(eq=False)
class Barrier(Statement):
    """All threads of a block have come this far."""


@record(eq=False)
class Kernel:
    """A function of buffers and sizes. Its one `parallel` loop may be split over cores.

    `comment` says what it computes.
    """

    name: str
    params: tuple[Param, ...]
    body: tuple[Statement, ...]
    comment: str = ""

    @property
    def buffers(self) -> tuple[Buffer, ...]:
        """The buffer parameters, in order."""
        return tuple(p for p in self.params if isinstance(p, Buffer))

    @property
    def sizes(self) -> tuple[Size, ...]:
        """The size parameters, in order."""
        return tuple(p for p in self.params if isinstance(p, Size))


def walk(body: tuple[Statement, ...]) -> Iterator[Statement]:
    """Every statement, outer before inner."""
    for s in body:
        yield s
        match s:
            case For(body=inner):
                yield from walk(inner)
            case If(then=then, orelse=orelse):
                yield from walk(then)
                yield from walk(orelse)
            case _:
                pass


def operands(e: Expr) -> tuple[Expr, ...]:
    """The expressions directly inside an expression."""
    match e:
        case Load(index=index):
            return (index,)
        case Bin(a=a, b=b):
            return (a, b)
        case Call(args=args):
            return args
        case Select(test=test, a=a, b=b):
            return (test, a, b)
        case Cast(a=a):
            return (a,)
        case Checked(index=index, extent=extent):
            return (index, extent)
        case Fold(extents=extents, body=body):
            return (*extents, body)
        case _:
            return ()


def inside(e: Expr) -> Iterator[Expr]:
    """An expression and every expression in it."""
    stack = [e]
    while stack:
        part = stack.pop()
        yield part
        stack.extend(operands(part))


def expressions(s: Statement) -> tuple[Expr, ...]:
    """The expressions directly inside a statement."""
    match s:
        case For(extent=extent):
            return (extent,)
        case Let(value=value) | Assign(value=value):
            return (value,)
        case Store(index=index, value=value):
            return (index, value)
        case If(test=test):
            return (test,)
        case _:
            return ()


def checked_nodes(kernels: Iterable[Kernel]) -> tuple[Any, ...]:
    """The graph nodes whose indices the kernels check, in order of first use."""
    found: dict[Any, None] = {}
    for kernel in kernels:
        for s in walk(kernel.body):
            for e in expressions(s):
                for part in inside(e):
                    if isinstance(part, Checked):
                        found.setdefault(part.node)
    return tuple(found)
