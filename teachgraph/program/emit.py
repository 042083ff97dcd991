"""Turning "the element at this index" into statements, each in the loop it belongs to.

An op tells one element of its output as an expression of elements of its inputs. The
emitter asks for elements, keeps what it has seen, and places every `Let` in the
outermost loop in which its value is known, so that nothing is worked out more often
than it changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from teachgraph.core.graph import Apply, Variable
from teachgraph.core.record import record
from teachgraph.core.shapes import Shapes
from teachgraph.core.sizes import Size
from teachgraph.core.types import is_complex
from teachgraph.kernel import build as k
from teachgraph.kernel.functions import FUNCTIONS
from teachgraph.kernel.ir import (
    Accumulator,
    Bin,
    Call,
    Cast,
    Checked,
    Const,
    Expr,
    For,
    Let,
    Load,
    Name,
    Select,
    Statement,
    operands,
)
from teachgraph.ops.base import Index, Source, Target
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.random import Uniform
from teachgraph.program.names import Names

INLINE_SIZE = 12
COST_OF_DRAW = 40
"""Elementary operations in ten rounds of a random function."""


@record()
class Memory:
    """Where a variable's value lies: a buffer in row-major order.

    `number` counts buffers in the order in which they were made.
    """

    name: str
    dtype: str
    shape: tuple[Size, ...]
    number: int


@dataclass
class Scope:
    """A loop body under construction, with the elements that are known in it."""

    statements: list[Statement] = field(default_factory=list[Statement])
    values: dict[Any, Expr] = field(default_factory=dict[Any, Expr])


class Emitter:
    """Builds the body of one kernel.

    Args:
        shapes: the lengths of every variable that may be asked for.
        memory: the variables that lie in buffers; all others are computed where needed.
        names: those of all buffers.
        uses: how often each computed variable is read. One that is read once may be
            written out where it is read; one that is only stored, where it is stored.
    """

    def __init__(
        self,
        shapes: Shapes,
        memory: Mapping[Variable, Memory],
        uses: Mapping[Variable, int],
        names: Names,
    ):
        self.facts, self.shapes = shapes, shapes.lengths
        self.memory, self.uses = memory, uses
        self.names = Names(names)
        self.fresh = self.names.fresh
        self.scopes = [Scope()]
        self.levels: dict[str, int] = {}
        self.alias: dict[str, Expr] = {}
        self.sizes: dict[Size, Name] = {}
        self.origin: tuple[Apply, ...] = ()

    # Sizes

    def size(self, size: Any) -> Expr:
        """A length as an expression; what is not a number becomes a parameter."""
        size = Size.of(size)
        if size.constant is not None:
            return Const(size.constant, "int64")
        if size not in self.sizes:
            name = Name(self.fresh(f"n{len(self.sizes)}"), "int64")
            self.sizes[size] = name
            self.levels[name.name] = 0
        return self.sizes[size]

    # Loops

    def open(self, index: Name) -> None:
        """Begin a loop body in which `index` varies."""
        self.scopes.append(Scope())
        self.levels[index.name] = len(self.scopes) - 1

    def close(
        self,
        index: Name,
        extent: Expr,
        *,
        parallel: bool = False,
        vector: bool = False,
        folds: Sequence[Accumulator] = (),
    ) -> None:
        """End the loop body and put the loop into the body around it."""
        body = self.scopes.pop().statements
        kind = "parallel" if parallel else "serial"
        loop = For(
            index, extent, tuple(body), kind, vector, tuple(folds), nodes=self.origin
        )
        self.scopes[-1].statements.append(loop)

    def add(self, statement: Statement) -> None:
        """A statement in the innermost body."""
        self.scopes[-1].statements.append(statement)

    def know(self, v: Variable, index: Index, value: Expr) -> None:
        """The element of `v` at `index` is `value` from here on, in this body."""
        self.scopes[-1].values[(v, index_key(index))] = value

    # Elements

    def value(self, v: Variable, index: Index) -> Expr:
        """The element of `v` at `index`."""
        index = tuple(self.placed(i) for i in index)
        key = (v, index_key(index))
        for scope in reversed(self.scopes):
            if key in scope.values:
                return scope.values[key]
        if v in self.memory:
            return self._loaded(v, index, key)
        number = self.facts.number(v)
        if number is not None:
            return k.cast(self.size(number), v.type.dtype)
        if v.owner is None:
            assert v.data is not None
            return k.const(v.data.reshape(()).item(), v.type.dtype)
        return self._bound(v, key, self.element(v, index))

    def element(self, v: Variable, index: Index) -> Expr:
        """What the op that makes `v` says of its element at `index`."""
        node = v.owner
        assert node is not None
        assert node.op.lower is not None
        target = Target(v.type.dtype, self.lengths(v), node)
        sources = [self.source(i) for i in node.inputs]
        return node.op.lower(target, index, *sources)

    def source(self, v: Variable) -> Source:
        """A variable as `lower` sees it."""
        return Source(v.type.dtype, self.lengths(v), lambda index: self.value(v, index))

    def lengths(self, v: Variable) -> Index:
        """The lengths of a variable as expressions."""
        return tuple(self.size(n) for n in self.shapes(v))

    def position(self, memory: Memory, index: Index) -> Expr:
        """The flat position of an index in a buffer."""
        return k.flat_index(index, [self.size(n) for n in memory.shape])

    def let(self, wish: str, value: Expr, *, level: int | None = None) -> Name:
        """A name for a value, in the outermost body in which it is known."""
        level = self.level(value) if level is None else level
        name = Name(self.fresh(wish), value.dtype)
        self.levels[name.name] = level
        self.scopes[level].statements.append(Let(name, value, nodes=self.origin))
        return name

    def level(self, e: Expr) -> int:
        """The depth of the innermost loop that an expression depends on."""
        deepest, stack = 0, [e]
        while stack:
            part = stack.pop()
            if isinstance(part, Name):
                deepest = max(deepest, self.levels.get(part.name, len(self.scopes) - 1))
            stack.extend(operands(part))
        return deepest

    def renamed(self, i: Expr) -> Expr:
        """What an index stands for, if it is a name that a fold gave."""
        return self.alias.get(i.name, i) if isinstance(i, Name) else i

    def _loaded(self, v: Variable, index: Index, key: Any) -> Expr:
        memory = self.memory[v]
        value: Expr = k.load(memory.name, self.position(memory, index), memory.dtype)
        level = self.level(value)
        if level == 0:
            value = self.let(v.name or memory.name, value, level=level)
        self.scopes[level].values[key] = value
        return value

    def _bound(self, v: Variable, key: Any, value: Expr) -> Expr:
        node = v.owner
        outer, self.origin = self.origin, (node,) if node is not None else ()
        value = self.tamed(value)
        level = self.level(value)
        hoisted = level < len(self.scopes) - 1 and not isinstance(value, (Const, Name))
        if hoisted or self._worth_a_name(v, value):
            value = self.let(v.name or "t", value, level=level)
        self.scopes[level].values[key] = value
        self.origin = outer
        return value

    def _worth_a_name(self, v: Variable, value: Expr) -> bool:
        if isinstance(value, (Const, Name, Load)):
            return False
        uses = self.uses.get(v, 2)
        if uses == 1 and v.name is None:
            return expression_size(value) > INLINE_SIZE
        return uses > 0

    # Expressions made fit for loops

    def placed(self, i: Expr) -> Expr:
        """An index over the kernel's own names, checked where it is first known."""
        if isinstance(i, (Name, Const)):
            return self.renamed(i)
        return self.tamed(i)

    def tamed(self, e: Expr) -> Expr:
        """The expression with names for what is used twice, and for two more things.

        Indices are checked where they are first known, even if no turn of the loops
        further in reads the element. Costly calls leave the arms of selects: both arms
        are evaluated then, which lets the loop be vectorised.
        """
        found = _Survey(e)
        return self._tame(e, found.twice, {}, False) if found.wild else e

    def _tame(
        self, e: Expr, twice: set[int], done: dict[int, Expr], inside: bool
    ) -> Expr:
        if id(e) in done:
            return done[id(e)]
        within = inside or isinstance(e, Select)
        parts = operands(e)
        changed = [self._tame(p, twice, done, within) for p in parts]
        same = all(a is b for a, b in zip(parts, changed, strict=True))
        new = e if same else with_operands(e, changed)
        if isinstance(new, Checked):
            new = self._checked(new)
        elif isinstance(new, (Bin, Call, Select, Cast)) and (
            id(e) in twice or (inside and is_vector_call(new))
        ):
            new = self.let("t", new)
        done[id(e)] = new
        return new

    def _checked(self, e: Checked) -> Expr:
        """The index, checked in the outermost body in which it is known."""
        key = (e.node, index_key((e.index, e.extent)))
        for scope in reversed(self.scopes):
            if key in scope.values:
                return scope.values[key]
        level = self.level(e)
        # Position 0 is 0, found or not; only the fault matters.
        is_zero = isinstance(e.index, Const) and e.index.value == 0
        name = self.let("not_empty" if is_zero else "at", e, level=level)
        self.scopes[level].values[key] = e.index if is_zero else name
        return self.scopes[level].values[key]


class _Survey:
    """What is in an expression: parts met twice, and whether anything must be tamed."""

    def __init__(self, e: Expr):
        self.twice = set[int]()
        seen, kinds, stack = set[int](), set[type[Expr]](), [e]
        while stack:
            part = stack.pop()
            if isinstance(part, (Const, Name, Load)) and not operands(part):
                continue
            if id(part) in seen:
                self.twice.add(id(part))
                continue
            seen.add(id(part))
            kinds.add(type(part))
            stack.extend(operands(part))
        calls = Select in kinds and Call in kinds
        self.wild = bool(self.twice) or Checked in kinds or calls


def is_vector_call(e: Expr) -> bool:
    """True for a call that is costly and has a vector version."""
    return isinstance(e, Call) and FUNCTIONS[e.fn].vector


def with_operands(e: Expr, parts: Sequence[Expr]) -> Expr:
    """The same expression over other direct parts."""
    match e:
        case Load(buffer=buffer, dtype=dtype):
            return Load(buffer, parts[0], dtype)
        case Call(fn=fn, dtype=dtype):
            return Call(fn, tuple(parts), dtype)
        case Select():
            return k.select(parts[0], parts[1], parts[2])
        case Checked(node=node):
            return k.checked(parts[0], parts[1], node)
        case Bin(op=op):
            return k.binary(op, parts[0], parts[1])
        case Cast(dtype=dtype):
            return k.cast(parts[0], dtype)
        case _:
            return e


def index_key(index: Index) -> tuple[str, ...]:
    """What makes two indices the same."""
    return tuple(expression_key(i) for i in index)


def expression_key(e: Expr) -> str:
    """A text that is equal for equal index expressions."""
    match e:
        case Const(value=value):
            return str(value)
        case Name(name=name):
            return name
        case Load(buffer=buffer, index=index):
            return f"{buffer}[{expression_key(index)}]"
        case _:
            head = getattr(e, "op", getattr(e, "fn", type(e).__name__))
            return (
                f"{head}({','.join(expression_key(p) for p in operands(e))}){e.dtype}"
            )


def expression_size(e: Expr) -> int:
    """Nodes of an expression, counted to a little above the inlining limit."""
    count, stack = 0, [e]
    while stack and count <= INLINE_SIZE + 1:
        count += 1
        stack.extend(operands(stack.pop()))
    return count


def cost_of(v: Variable) -> int:
    """Elementary operations that one element of `v` takes, its inputs aside."""
    if v.owner is None:
        return 0
    op = v.owner.op
    if isinstance(op, Uniform):
        return COST_OF_DRAW
    if not isinstance(op, Elementwise):
        return 1
    return op.fn.cost * (4 if is_complex(v.type.dtype) else 1)
