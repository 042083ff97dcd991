"""Patterns: graphs over free variables, how they are found in a graph, and built in it.

    pattern = free variable            any variable; the same one each time it occurs
            | free variable : kind     a variable that a `Kind` accepts
            | literal                  any constant of that value, dtype and shape apart
            | op(pattern, ...)         that op; both orders when the op is commutative
            | op variable(pattern, ...)   any op of a class, with its attributes bound
            | op variable(pattern, ..., ...)   the same, whatever its other inputs are

All have the type `ANY`, so that ordinary functions and operators write them down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

from teachgraph.core.graph import Apply, Variable
from teachgraph.core.op import Op
from teachgraph.core.origin import Origin
from teachgraph.core.record import record
from teachgraph.core.types import ANY
from teachgraph.ops.base import Array
from teachgraph.rewrite.constants import STRETCHING, constant_value, literal

Found = dict[Any, Any]
"""What each part of a pattern stands for: variables by variable, ops by op variable."""


@record()
class Kind:
    """A condition on what a free variable stands for.

    With a `reason`, a variable that fails is reported as declined; without, the pattern
    does not match. `example` makes a variable that passes, for tests and pictures.
    """

    holds: Callable[[Variable], bool]
    example: Callable[[str], Variable]
    reason: str = ""


class AnyOp(Op, abstract=True):
    """An op variable: it stands for every op of the classes `kind`."""

    name: str
    kind: tuple[type[Op], ...]
    rest: bool = False

    def __eq__(self, other: object) -> bool:
        """One op variable is the same with and without further inputs."""
        same = isinstance(other, AnyOp)
        return same and (self.name, self.kind) == (other.name, other.kind)

    def __hash__(self) -> int:
        return hash((self.name, self.kind))

    def make(self, *args: Any, **options: Any) -> Apply:
        """The op applied to patterns; an ellipsis at the end is any further inputs."""
        if args[-1] is ...:
            return self.having(rest=True).make(*args[:-1], None, **options)
        inputs = args[:-1] if self.rest else args
        return super().make(*inputs, **options)

    def _types(self, inputs: tuple[Variable, ...], origins: Any) -> Any:
        return (ANY,)

    @property
    def title(self) -> str:
        """The name of the op variable."""
        return self.name

    def __str__(self) -> str:
        return self.name


def free(name: str) -> Variable:
    """A variable that stands for any variable."""
    return Variable(ANY, name)


Maker = Op | str | None
Makers = tuple[Maker, ...]
"""What makes each input of a node: an op, "constant", or None for other leaves."""


def makers(node: Apply) -> Makers:
    """What makes the inputs of a node."""
    return tuple([i.owner.op if i.owner else _leaf(i) for i in node.inputs])


def _leaf(v: Variable) -> Maker:
    return None if v.data is None else "constant"


def could_match(pattern: Variable, op: Op, made_by: Makers) -> bool:
    """A quick look, one level deep: is a match at a node of `op` possible?"""
    assert pattern.owner is not None
    root, parts = pattern.owner.op, pattern.owner.inputs
    if not _could_be(root, op):
        return False
    if isinstance(root, AnyOp) and root.rest:
        made_by = made_by[: len(parts)]
    if len(parts) != len(made_by):
        return False
    orders = [made_by]
    if len(parts) == 2 and op.is_commutative:
        orders.append(made_by[::-1])
    return any(all(map(_could_match_part, parts, order)) for order in orders)


def _could_be(pattern: Op, op: Op) -> bool:
    return isinstance(op, pattern.kind) if isinstance(pattern, AnyOp) else pattern == op


def _could_match_part(part: Variable, maker: Maker) -> bool:
    if part.owner is not None:
        return isinstance(maker, Op) and _could_be(part.owner.op, maker)
    if part.data is not None:
        return maker == "constant" or isinstance(maker, STRETCHING)
    return True


def match(
    pattern: Variable, v: Variable, found: Found, kinds: dict[Variable, Kind]
) -> Iterator[Found]:
    """Every way in which `v` is an instance of `pattern`, given what is `found`."""
    if pattern.owner is None:
        way = _match_leaf(pattern, v, found, kinds)
        if way is not None:
            yield way
        return
    node, op = v.owner, pattern.owner.op
    if node is None:
        return
    if isinstance(op, AnyOp):
        if not isinstance(node.op, op.kind) or found.get(op, node.op) != node.op:
            return
        found = {**found, op: node.op}
    elif op != node.op:
        return
    patterns, inputs = pattern.owner.inputs, node.inputs
    if isinstance(op, AnyOp) and op.rest:
        inputs = inputs[: len(patterns)]
    if len(inputs) != len(patterns):
        return
    found = {**found, pattern: v}
    for order in _orders(inputs, node.op):
        yield from _match_all(patterns, order, found, kinds)


def _orders(inputs: tuple[Variable, ...], op: Op) -> tuple[tuple[Variable, ...], ...]:
    if len(inputs) == 2 and inputs[0] is not inputs[1] and op.is_commutative:
        return inputs, inputs[::-1]
    return (inputs,)


def _match_all(
    patterns: Sequence[Variable],
    inputs: Sequence[Variable],
    found: Found,
    kinds: dict[Variable, Kind],
) -> Iterator[Found]:
    if not patterns:
        yield found
        return
    for way in match(patterns[0], inputs[0], found, kinds):
        yield from _match_all(patterns[1:], inputs[1:], way, kinds)


def _match_leaf(
    pattern: Variable, v: Variable, found: Found, kinds: dict[Variable, Kind]
) -> Found | None:
    if pattern.data is not None:
        return {**found, pattern: v} if _is_literal(v, pattern.data) else None
    bound = found.get(pattern)
    if bound is not None:
        return found if alike(bound, v) else None
    kind = kinds.get(pattern)
    if kind is not None and not kind.reason and not kind.holds(v):
        return None
    return {**found, pattern: v}


def _is_literal(v: Variable, data: Array) -> bool:
    value = constant_value(v)
    return value is not None and bool(value == data[()])


def alike(a: Variable, b: Variable, depth: int = 3) -> bool:
    """True when two variables are seen to be the same computation, a few nodes deep."""
    if a is b:
        return True
    if a.owner is None or b.owner is None:
        return _equal_constants(a, b)
    if depth == 0 or a.owner.op != b.owner.op or a.index != b.index:
        return False
    pairs = zip(a.owner.inputs, b.owner.inputs, strict=False)
    return len(a.owner.inputs) == len(b.owner.inputs) and all(
        alike(i, j, depth - 1) for i, j in pairs
    )


def _equal_constants(a: Variable, b: Variable) -> bool:
    if a.data is None or b.data is None or a.type != b.type:
        return False
    return a.data.size == 1 and a.data.tobytes() == b.data.tobytes()


def build(pattern: Variable, found: Found, origins: tuple[Origin, ...]) -> Variable:
    """The graph that `pattern` describes once its free variables are `found`."""
    if pattern in found:
        return cast(Variable, found[pattern])
    if pattern.data is not None:
        return literal(pattern.data, origins)
    if pattern.owner is None:
        raise KeyError(f"the free variable {pattern} stands for nothing")
    op = found.get(pattern.owner.op, pattern.owner.op)
    inputs = [build(p, found, origins) for p in pattern.owner.inputs]
    return op.make(*inputs, origins=origins).outputs[pattern.index]
