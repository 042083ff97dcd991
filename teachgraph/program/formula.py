"""What a kernel computes, as one would write it: the comment above its loops.

    out0 = 1 / (1 + exp(-x))

Only so much is written out; what lies deeper is an ellipsis.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from teachgraph.core.graph import Apply, Variable
from teachgraph.ops.alloc import ShapeOf
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.index import Indexing
from teachgraph.ops.shape import DimShuffle
from teachgraph.program.emit import Memory

MOST_NODES, MOST_RESULTS = 40, 4
ATOM, CALL = 9, 8
"""How strongly a name and a call bind; the table of scalar functions goes up to 7."""


def formulas(
    results: Mapping[Variable, str],
    memory: Mapping[Variable, Memory],
) -> str:
    """An equation for each result.

    Args:
        results: what is computed, and where it goes.
        memory: what has a name already.
    """
    shown = list(results.items())[:MOST_RESULTS]
    more = ["..."] if len(results) > MOST_RESULTS else []
    equations = (f"{n} = {_Formula(memory, results).text(v)[0]}" for v, n in shown)
    return "; ".join([*equations, *more])


class _Formula:
    """One formula; `left` counts how many nodes may still be written."""

    def __init__(self, memory: Mapping[Variable, Memory], results: Container[Variable]):
        self.memory, self.results, self.left = memory, results, MOST_NODES

    def text(self, v: Variable) -> tuple[str, int]:
        """The formula of a variable, and how strongly it binds."""
        self.left -= 1
        if v in self.memory and v not in self.results:
            return self.memory[v].name, ATOM
        if v.owner is None:
            return _constant(v)
        if self.left < 0:
            return "...", ATOM
        if isinstance(v.owner.op, Elementwise):
            return self._scalar(v.owner, v.owner.op)
        match v.owner.op:
            case DimShuffle():
                return self._shuffled(v.owner)
            case Indexing():
                return self._indexed(v.owner)
            case ShapeOf(axis=axis):
                return f"{self._inner(v.owner.inputs[0], CALL)}.shape[{axis}]", CALL
            case _:
                return self._call(v.owner)

    def _inner(self, v: Variable, outer: int) -> str:
        said, level = self.text(v)
        return f"({said})" if level < outer else said

    def _scalar(self, node: Apply, op: Elementwise) -> tuple[str, int]:
        symbol, level = op.fn.symbol, op.fn.precedence
        if not symbol or op.fn.arity > 2:
            return self._call(node)
        if op.fn.arity == 1:
            return symbol + self._inner(node.inputs[0], level), level
        left, right = level, level + 1
        if symbol == "**":
            left, right = right, left
        a, b = node.inputs
        return f"{self._inner(a, left)} {symbol} {self._inner(b, right)}", level

    def _shuffled(self, node: Apply) -> tuple[str, int]:
        order = node.op.attributes()["order"]
        kept: Sequence[int] = [a for a in order if a != "x"]
        if list(kept) == sorted(kept):
            return self.text(node.inputs[0])
        inner = self._inner(node.inputs[0], CALL)
        if order == tuple(range(len(order)))[::-1]:
            return f"{inner}.T", CALL
        return f"{inner}.dimshuffle{order}", CALL

    def _indexed(self, node: Apply) -> tuple[str, int]:
        x, *bounds = node.inputs
        inside = str(node.op).partition("{")[2].removesuffix("}").replace("[?]", "?")
        for v in bounds:
            inside = inside.replace("?", self.text(v)[0], 1)
        return f"{self._inner(x, CALL)}[{inside}]", CALL

    def _call(self, node: Apply) -> tuple[str, int]:
        given = [self.text(v)[0] for v in node.inputs]
        axes = node.op.attributes().get("axis") if node.op.folds else None
        if axes is not None and len(axes) < node.inputs[0].ndim:
            given.append(f"axis={axes[0] if len(axes) == 1 else axes}")
        name = node.op.title.lower().removeprefix("cast_")
        return f"{name}({', '.join(given)})", CALL


def _constant(v: Variable) -> tuple[str, int]:
    if v.data is None or v.data.size != 1:
        return v.name or "constant", ATOM
    said = f"{v.data.item():g}" if v.data.dtype.kind == "f" else str(v.data.item())
    return said, 6 if said.startswith("-") else ATOM
