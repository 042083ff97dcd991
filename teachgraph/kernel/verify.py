"""Is a kernel well made? Types, names, buffers: what a backend may rely on.

Every name is bound before it is used, and once; only mutable names are assigned, with
their own dtype; operands agree in dtype; loads, stores and indices match the declared
buffers; no `Fold` is left.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, assert_never

from teachgraph.core.report import InternalError, Report
from teachgraph.kernel.functions import FUNCTIONS
from teachgraph.kernel.ir import (
    Alloc,
    Assign,
    Barrier,
    Bin,
    Buffer,
    Call,
    Cast,
    Checked,
    Const,
    Expr,
    Fold,
    For,
    If,
    Kernel,
    Let,
    Load,
    Name,
    Select,
    Size,
    Statement,
    Store,
    operands,
)

COMPARISONS = frozenset(("<", "<=", ">", ">=", "==", "!="))
ARITHMETIC = frozenset(
    ("+", "-", "*", "/", "//", "%", "&", "|", "^", "<<", ">>", "min", "max")
)


def broken(kernel: str, words: str) -> InternalError:
    """The error for a kernel that no user can have caused."""
    return InternalError(
        Report("internal", f"kernel {kernel} is not well made: {words}")
    )


def verify(kernel: Kernel) -> Kernel:
    """The kernel, if it is well made.

    Raises:
        internal: it is not; the title says where.
    """
    check = _Check(kernel)
    check.block(kernel.body)
    return kernel


class _Check:
    """One walk over a kernel: what is in scope, with dtypes."""

    def __init__(self, kernel: Kernel):
        self.kernel = kernel.name
        self.arrays: dict[str, tuple[str, bool]] = {}
        self.names: dict[str, str] = {}
        self.mutable: set[str] = set()
        for p in kernel.params:
            self.demand(
                p.name not in self.names | self.arrays, f"two parameters {p.name}"
            )
            match p:
                case Buffer(name=name, dtype=dtype, written=written):
                    self.arrays[name] = (dtype, written)
                case Size(name=name):
                    self.names[name] = "int64"
                case _:
                    assert_never(p)

    def demand(self, holds: bool, words: str) -> None:
        if not holds:
            raise broken(self.kernel, words)

    def bind(self, name: Name, scope: list[str]) -> None:
        taken = name.name in self.names or name.name in self.arrays
        self.demand(not taken, f"{name.name} is bound twice")
        self.names[name.name] = name.dtype
        scope.append(name.name)

    def block(self, body: tuple[Statement, ...]) -> None:
        scope: list[str] = []
        for statement in body:
            self.statement(statement, scope)
        for name in scope:
            self.names.pop(name, None)
            self.arrays.pop(name, None)
            self.mutable.discard(name)

    def statement(self, s: Statement, scope: list[str]) -> None:
        match s:
            case For():
                self.loop(s)
            case Let(name=name, value=value, mutable=mutable):
                self.expression(value, name.dtype)
                self.bind(name, scope)
                if mutable:
                    self.mutable.add(name.name)
            case Assign(name=name, value=value):
                self.demand(name.name in self.mutable, f"{name.name} is not mutable")
                self.expression(name, name.dtype)
                self.expression(value, name.dtype)
            case Store(buffer=buffer, index=index, value=value):
                dtype, written = self.array(buffer)
                self.demand(written, f"{buffer} is only for reading")
                self.expression(index, "int64")
                self.expression(value, dtype)
            case If(test=test, then=then, orelse=orelse):
                self.expression(test, "bool")
                self.block(then)
                self.block(orelse)
            case Alloc(name=name, dtype=dtype, extent=extent):
                self.demand(extent > 0, f"{name} has no room")
                self.bind(Name(name, dtype), scope)
                self.arrays[name] = (self.names.pop(name), True)
            case Barrier():
                pass
            case _:
                raise broken(self.kernel, f"{type(s).__name__} is no statement")

    def loop(self, s: For) -> None:
        self.demand(
            s.index.dtype == "int64", f"index {s.index.name} is {s.index.dtype}"
        )
        self.expression(s.extent, "int64")
        for fold in s.folds:
            known = fold.name in self.mutable
            self.demand(
                known, f"loop {s.index.name} folds into {fold.name}, not mutable here"
            )
        scope: list[str] = []
        self.bind(s.index, scope)
        self.block(s.body)
        self.names.pop(s.index.name)

    def array(self, name: str) -> tuple[str, bool]:
        self.demand(name in self.arrays, f"no buffer {name}")
        return self.arrays[name]

    def expression(self, e: Expr, dtype: str) -> None:
        """Check an expression that must have a dtype, and all inside it."""
        self.demand(e.dtype == dtype, f"{words(e)} is {e.dtype}, not {dtype}")
        stack = [e]
        while stack:
            inner = stack.pop()
            self.one(inner)
            stack.extend(operands(inner))

    def one(self, e: Expr) -> None:
        match e:
            case Name(name=name, dtype=dtype):
                self.demand(name in self.names, f"{name} is used before it is bound")
                self.demand(self.names[name] == dtype, f"{name} is {self.names[name]}")
            case Load(buffer=buffer, index=index, dtype=dtype):
                found = self.array(buffer)[0]
                self.demand(found == dtype, f"{buffer} holds {found}, read as {dtype}")
                self.demand(
                    index.dtype == "int64", f"an index into {buffer} is {index.dtype}"
                )
            case Bin(op=op, a=a, b=b, dtype=dtype):
                result = "bool" if op in COMPARISONS else a.dtype
                self.demand(op in COMPARISONS | ARITHMETIC, f"no operator {op}")
                self.demand(a.dtype == b.dtype, f"{a.dtype} {op} {b.dtype}")
                self.demand(
                    result == dtype, f"{a.dtype} {op} {b.dtype} said to be {dtype}"
                )
            case Call(fn=fn):
                self.demand(fn in FUNCTIONS, f"no function {fn}")
            case Select(test=test, a=a, b=b, dtype=dtype):
                self.demand(test.dtype == "bool", f"a test is {test.dtype}")
                self.demand(
                    {a.dtype, b.dtype} == {dtype}, f"select: {a.dtype}, {b.dtype}"
                )
            case Checked(index=index, extent=extent):
                both = {index.dtype, extent.dtype}
                self.demand(both == {"int64"}, "a checked index is not int64")
            case Fold(kind=kind):
                raise broken(self.kernel, f"a fold ({kind}) is left")
            case Const() | Cast():
                pass
            case _:
                raise broken(self.kernel, f"{type(e).__name__} is no expression")


WORDS: dict[type, Callable[[Any], str]] = {
    Const: lambda e: str(e.value),
    Name: lambda e: e.name,
    Load: lambda e: f"{e.buffer}[...]",
    Bin: lambda e: f"{words(e.a)} {e.op} {words(e.b)}",
    Call: lambda e: f"{e.fn}(...)",
}


def words(e: Expr) -> str:
    """An expression in a few words, for a message."""
    return WORDS.get(type(e), lambda e: type(e).__name__.lower())(e)
