"""Prints a kernel as C, leaving to a dialect what C and CUDA say differently.

No decision about loops or memory is taken here. Every line remembers the graph nodes it
comes from, so a node can light up its lines and a line its node.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, assert_never

import numpy as np

from teachgraph.core.doc import BREAK, Doc, concat, join, mark, text
from teachgraph.core.record import record
from teachgraph.core.types import is_continuous
from teachgraph.kernel.functions import FUNCTIONS, Function
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
    Param,
    Select,
    Size,
    Statement,
    Store,
)
from teachgraph.kernel.ways import Exact, in_loops

TYPES = {
    "bool": "unsigned char",
    "int8": "signed char",
    "int16": "short",
    "int32": "int",
    "int64": "long",
    "uint8": "unsigned char",
    "uint16": "unsigned short",
    "uint32": "unsigned int",
    "uint64": "unsigned long",
    "float32": "float",
    "float64": "double",
    "complex64": "float _Complex",
    "complex128": "double _Complex",
}
"""C's name of each dtype that kernels may hold; the others run in NumPy."""

LEVELS = {
    "|": 4,
    "^": 5,
    "&": 6,
    "==": 7,
    "!=": 7,
    "<": 8,
    "<=": 8,
    ">": 8,
    ">=": 8,
    "<<": 9,
    ">>": 9,
    "+": 10,
    "-": 10,
    "*": 11,
    "/": 11,
}
UNARY, TERNARY, ATOM = 12, 2, 14
NARROW = ("int8", "int16", "uint8", "uint16")
WIDER = {**dict.fromkeys(NARROW, "int"), "uint32": "long", "uint64": "long"}
BITWISE = ("|", "^", "&")
UPDATES = ("+", "-", "*", "/", *BITWISE)
"""The operators that `x op= y` may be written with."""

FLOOR_DIVISION = """\
static inline {T} tg_floordiv_{d}({T} a, {T} b) {{
  if (b == 0) return 0;
  {T} q = a / b;
  return q - (a % b != 0 && (a < 0) != (b < 0));
}}"""
MODULO = """\
static inline {T} tg_mod_{d}({T} a, {T} b) {{
  if (b == 0) return 0;
  {T} r = a % b;
  return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}}"""
TO_UINT64 = """\
static inline unsigned long tg_to_uint64(double x) {
  return x < 9223372036854775808.0 ? (unsigned long)(long)x : (unsigned long)x;
}"""
CHECKED = """\
static inline long tg_at(long i, long n, long *fault, long number) {
  long at = i < 0 ? i + n : i;
  if ((unsigned long)at < (unsigned long)n) return at;
  /* Several cores may get here; the first one tells. */
  if (__sync_bool_compare_and_swap(fault, 0, number)) fault[1] = i, fault[2] = n;
  return 0;
}"""
WIDTH = 88


@record()
class SourceLine:
    """A line of source and the nodes it comes from."""

    text: str
    nodes: tuple[Any, ...] = ()


def source_text(lines: Sequence[SourceLine]) -> str:
    """The source as one string."""
    return "\n".join(line.text for line in lines) + "\n"


def source_doc(lines: Sequence[SourceLine]) -> Doc:
    """The source as a document in which each line is marked with its nodes."""

    def marked(line: SourceLine) -> Doc:
        doc = text(line.text)
        for node in line.nodes:
            doc = mark(node, doc)
        return doc

    return concat(join(BREAK, [marked(line) for line in lines]))


class CLike:
    """The printer; a dialect overrides the methods and names that differ.

    `faults` gives the number of the fault that a failed `Checked` of a node raises.
    """

    inline: ClassVar[str] = "static inline"

    def __init__(self, faults: Mapping[Any, int] | None = None):
        self.faults = faults or {}
        self.functions: dict[tuple[str, str], Function] = {}
        self.helpers: dict[str, str] = {}
        self.exact: dict[str, str] = {}

    def kernel(self, kernel: Kernel) -> list[SourceLine]:
        """The lines of one kernel; what it needs first is in `preamble`."""
        parts = [self.param(p) for p in kernel.params] + [*self.own_params]
        head = call_lines(self.opening + kernel.name, parts, ") {")
        body = indented(self.body(kernel))
        return [*comment(kernel.comment), *head, *body, SourceLine("}")]

    def body(self, kernel: Kernel) -> list[SourceLine]:
        """The lines between the braces."""
        return [line for s in kernel.body for line in self.statement(s)]

    opening: ClassVar[str] = "void "
    own_params: ClassVar[tuple[str, ...]] = ()
    """What stands before a kernel's name, and the parameters that come last."""

    def parallel(self, loop: For) -> list[SourceLine]:
        """A loop whose turns may run on any core or thread."""
        raise TypeError(f"{type(self).__name__} has no parallel loop")

    def vector_hint(self, loop: For) -> list[SourceLine]:
        """What stands before a loop whose turns may be interleaved."""
        del loop
        return []

    def function_name(self, function: Function, dtype: str) -> str:
        """How the dialect calls a mathematical function."""
        return function.c_name(dtype)

    def preamble(self) -> list[str]:
        """Declarations and helpers that the kernels printed so far need."""
        found = list(self.helpers.values())
        for (_, dtype), function in self.functions.items():
            if function.helper and function.needs_helper(dtype):
                source = function.helper_source(dtype, TYPES[dtype], self.inline)
                found.append(source.rstrip())
        return [*found, *self.exact.values()]

    def param(self, p: Param) -> str:
        """One parameter."""
        match p:
            case Buffer(name=name, dtype=dtype, written=written):
                const = "" if written else "const "
                return f"{const}{TYPES[dtype]} *{self.restrict} {name}"
            case Size(name=name):
                return f"long {name}"
            case _:
                assert_never(p)

    restrict: ClassVar[str] = "restrict"

    def statement(self, s: Statement) -> list[SourceLine]:
        """The lines of a statement."""
        return [SourceLine(line.text, line.nodes or s.nodes) for line in self._lines(s)]

    def _lines(self, s: Statement) -> list[SourceLine]:
        match s:
            case For(kind="parallel"):
                return self.parallel(s)
            case For(index=index, extent=extent):
                i = index.name
                head = f"for (long {i} = 0; {i} < {self.expr(extent, 9)}; ++{i}) {{"
                return [*self.vector_hint(s), SourceLine(head), *self.block(s.body)]
            case Let(name=name, value=value, mutable=mutable):
                const = "" if mutable else "const "
                declared = f"{const}{TYPES[name.dtype]} {name.name}"
                return [SourceLine(f"{declared} = {self.expr(value)};")]
            case Assign(name=name, value=value):
                return [SourceLine(self.assigned(name.name, value))]
            case Store(buffer=buffer, index=index, value=value):
                place = f"{buffer}[{self.expr(index)}]"
                return [SourceLine(self.assigned(place, value))]
            case If(test=test, then=then, orelse=orelse):
                lines = [SourceLine(f"if ({self.expr(test)}) {{"), *self.block(then)]
                if orelse:
                    lines[-1] = SourceLine("} else {")
                    lines.extend(self.block(orelse))
                return lines
            case Alloc():
                return [SourceLine(self.alloc(s))]
            case Barrier():
                return [SourceLine(self.barrier())]
            case _:
                raise TypeError(f"not a statement: {s}")

    def assigned(self, place: str, value: Expr) -> str:
        """An assignment; `x += y` where it reads better."""
        match value:
            case Bin(op=op, a=a, b=b) if op in UPDATES and is_place(a):
                if self.expr(a) == place:
                    return f"{place} {op}= {self.expr(b)};"
            case _:
                pass
        return f"{place} = {self.expr(value)};"

    def block(self, body: Sequence[Statement]) -> list[SourceLine]:
        """The lines of a body, indented, with the closing brace."""
        lines = [line for s in body for line in self.statement(s)]
        return [*indented(lines), SourceLine("}")]

    def alloc(self, s: Alloc) -> str:
        """A small private array."""
        return f"{TYPES[s.dtype]} {s.name}[{s.extent}];"

    def barrier(self) -> str:
        """Wait for the others."""
        return ";"

    def expr(self, e: Expr, outer: int = 0) -> str:
        """An expression, in brackets when it binds less than its surroundings.

        C works out small whole numbers as `int`; inside an expression they are brought
        back to their own size, on the outside an assignment does that.
        """
        said, level = self._expr(e)
        if outer and e.dtype in NARROW and _may_overflow(e):
            said = f"({TYPES[e.dtype]})" + (said if level >= UNARY else f"({said})")
            level = UNARY
        return f"({said})" if level < outer else said

    def _expr(self, e: Expr) -> tuple[str, int]:
        match e:
            case Const(value=value, dtype=dtype):
                return self.number(value, dtype)
            case Name(name=name):
                return name, ATOM
            case Load(buffer=buffer, index=index):
                return f"{buffer}[{self.expr(index)}]", ATOM
            case Bin():
                return self._binary(e)
            case Call():
                return self._call(e)
            case Select(test=test, a=a, b=b):
                parts = (self.expr(test, TERNARY + 1), self.expr(a, TERNARY + 1))
                return f"{parts[0]} ? {parts[1]} : {self.expr(b, TERNARY)}", TERNARY
            case Cast(a=a, dtype="bool"):
                return f"{self.expr(a, LEVELS['!='])} != 0", LEVELS["!="]
            case Cast(a=a, dtype=dtype):
                return self._converted(a, dtype)
            case Checked(index=index, extent=extent, node=node):
                self.helpers.setdefault("tg_at", self.device(CHECKED))
                number = self.faults.get(node, 1)
                parts = f"{self.expr(index)}, {self.expr(extent)}, fault, {number}"
                return f"tg_at({parts})", ATOM
            case Fold():
                raise TypeError(
                    "a fold must be scheduled into loops before it is printed"
                )
            case _:
                raise TypeError(f"not an expression: {e}")

    def _converted(self, a: Expr, dtype: str) -> tuple[str, int]:
        """A value in another dtype.

        C leaves open what a fraction outside the range of a whole-number type becomes.
        By way of a wider type it wraps around, as it does in NumPy.
        """
        said, target = self.expr(a, UNARY), TYPES[dtype]
        wider = WIDER.get(dtype) if is_continuous(a.dtype) else None
        if wider is None:
            return f"({target}){said}", UNARY
        if dtype == "uint64":
            self.helpers.setdefault("tg_to_uint64", self.device(TO_UINT64))
            return f"tg_to_uint64({self.expr(a)})", ATOM
        return f"({target})({wider}){said}", UNARY

    def _binary(self, e: Bin) -> tuple[str, int]:
        if e.op in ("//", "%"):
            return self._whole_division(e)
        if e.op in ("min", "max"):
            sign = "<" if e.op == "min" else ">"
            a, b = self.expr(e.a, 9), self.expr(e.b, 9)
            return f"{a} {sign} {b} ? {a} : {b}", TERNARY
        level, mixed = LEVELS[e.op], e.op in BITWISE
        left = ATOM if mixed and _is_other_bitwise(e.a, e.op) else level
        right = ATOM if mixed and _is_other_bitwise(e.b, e.op) else level + 1
        if isinstance(e.b, Bin) and e.b.op == e.op and _is_associative(e):
            right = level
        return f"{self.expr(e.a, left)} {e.op} {self.expr(e.b, right)}", level

    def _whole_division(self, e: Bin) -> tuple[str, int]:
        name = "tg_floordiv" if e.op == "//" else "tg_mod"
        template = FLOOR_DIVISION if e.op == "//" else MODULO
        source = self.device(template.format(T=TYPES[e.dtype], d=e.dtype))
        self.helpers.setdefault(f"{name}_{e.dtype}", source)
        return f"{name}_{e.dtype}({self.expr(e.a)}, {self.expr(e.b)})", ATOM

    def _call(self, e: Call) -> tuple[str, int]:
        function, dtype = FUNCTIONS[e.fn], e.args[0].dtype
        name = self.function_name(function, dtype)
        self.functions.setdefault((e.fn, dtype), function)
        if function.exact and name not in self.exact:
            self.exact[name] = self.rounded(function.exact, name, dtype)
        if function.prefix:
            said = self.expr(e.args[0], UNARY)
            return f"{name}({said})" if said[0] == "-" else f"{name}{said}", UNARY
        return f"{name}({', '.join(self.expr(a) for a in e.args)})", ATOM

    def rounded(self, function: Exact, name: str, dtype: str) -> str:
        """The helper for a function each operation of which is rounded once."""
        params, lets, value = in_loops(function, dtype)
        c_type = TYPES[dtype]
        parts = [f"{c_type} {p.name}" for p in params]
        lines = [line for let in lets for line in self.statement(let)]
        lines.append(SourceLine(f"return {self.expr(value)};"))
        head = call_lines(f"{self.inline} {c_type} {name}", parts, ") {")
        return source_text([*head, *indented(lines), SourceLine("}")]).rstrip()

    def device(self, source: str) -> str:
        """A helper's source with the qualifiers of the dialect."""
        return source

    def number(self, value: Any, dtype: str) -> tuple[str, int]:
        """A constant."""
        if dtype.startswith("complex"):
            part = "float32" if dtype == "complex64" else "float64"
            real, imaginary = (
                self.number(v, part)[0] for v in (value.real, value.imag)
            )
            return f"__builtin_complex({real}, {imaginary})", ATOM
        if dtype.startswith("float"):
            return self._fraction(float(value), dtype)
        whole = int(value)
        if whole in (-(2**63), -(2**31)):
            suffix = "L" if dtype == "int64" else ""
            return f"{whole + 1}{suffix} - 1", LEVELS["-"]
        suffix = {"uint64": "UL", "uint32": "U"}.get(dtype, "")
        suffix = suffix or ("L" if abs(whole) >= 2**31 else "")
        return f"{whole}{suffix}", ATOM if whole >= 0 else UNARY

    def _fraction(self, value: float, dtype: str) -> tuple[str, int]:
        f = "f" if dtype == "float32" else ""
        if math.isnan(value):
            return f'__builtin_nan{f}("")', ATOM
        if math.isinf(value):
            sign = "-" if value < 0 else ""
            return f"{sign}__builtin_inf{f}()", UNARY if sign else ATOM
        shown = str(np.float32(value)) if f else repr(value)
        if not any(mark in shown for mark in ".en"):
            shown += ".0"
        negative = math.copysign(1.0, value) < 0
        return f"{shown}{f}", UNARY if negative else ATOM


def indented(lines: Sequence[SourceLine]) -> list[SourceLine]:
    """The lines, two spaces further in; directives stay at the margin."""
    return [
        line if line.text.startswith("#") else SourceLine("  " + line.text, line.nodes)
        for line in lines
    ]


def is_place(e: Expr) -> bool:
    """True for what may stand on the left of an assignment."""
    return isinstance(e, (Name, Load))


def _may_overflow(e: Expr) -> bool:
    """True for what may leave the range of its dtype when worked out as an int."""
    prefixed = isinstance(e, Call) and bool(FUNCTIONS[e.fn].prefix)
    return prefixed or (isinstance(e, Bin) and e.op in ("+", "-", "*", "/", "<<"))


def _is_other_bitwise(e: Expr, op: str) -> bool:
    """True where precedence is easily misread: `a | b & c` gets brackets."""
    return isinstance(e, Bin) and e.op in BITWISE and e.op != op


def _is_associative(e: Bin) -> bool:
    """True where a + (b + c) is a + b + c to the last bit."""
    return e.op in BITWISE or (e.op in "+*" and not is_continuous(e.dtype))


def call_lines(head: str, parts: Sequence[str], close: str) -> list[SourceLine]:
    """`head(part, part, ...close`, broken into lines where it is too long."""
    lines, line = list[str](), head + "("
    margin = " " * min(len(line), 8)
    for n, part in enumerate(parts):
        end = close if n == len(parts) - 1 else ","
        if len(line) + len(part) + len(end) > WIDTH:
            lines.append(line.rstrip())
            line = margin
        line += part + end + " "
    line = line.rstrip() if parts else line + close
    return [SourceLine(text) for text in (*lines, line)]


def comment(said: str) -> list[SourceLine]:
    """A comment of a few lines; what could end it early is taken out."""
    safe = "".join(c if c.isprintable() and c.isascii() else "?" for c in said)
    for bad, good in (("*/", "* /"), ("/*", "/ *"), ("\\", "/"), ("??", "? ?")):
        safe = safe.replace(bad, good)
    lines = textwrap.wrap(safe, WIDTH - 6)
    if not lines:
        return []
    text = [("/* " if n == 0 else " * ") + line for n, line in enumerate(lines)]
    return [SourceLine(line) for line in (*text[:-1], text[-1] + " */")]
