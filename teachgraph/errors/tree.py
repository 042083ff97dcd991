"""The few nodes around a fault, drawn as a tree with their types.

add  float64[?, 3]            <- here
 |- mul  float64[2, 3]
 |   |- images  float64[2, 3]
 |   '- 2.0  float64[]
 '- bias  float64[4]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from teachgraph.core.graph import Variable
from teachgraph.core.op import Op
from teachgraph.core.types import TensorType
from teachgraph.errors.naming import called

DEPTH = 3
LINES = 12


def drawn(
    op: Op, inputs: Sequence[Variable], type_of: Callable[[Variable], TensorType]
) -> str:
    """An op and what it is applied to, a few levels deep."""
    lines = [f"{op.title}  <- here"]
    _branches(inputs, type_of, "", DEPTH, lines)
    if len(lines) > LINES:
        lines[LINES:] = ["..."]
    return "\n".join(lines)


def _branches(
    inputs: Sequence[Variable],
    type_of: Callable[[Variable], TensorType],
    indent: str,
    depth: int,
    lines: list[str],
) -> None:
    for position, v in enumerate(inputs):
        last = position == len(inputs) - 1
        name = v.owner.op.title if v.owner is not None and v.name is None else called(v)
        line = (
            f", line {v.origin.span().line}" if v.origin is not None and v.owner else ""
        )
        lines.append(f"{indent} {chr(39) if last else '|'}- {name}  {type_of(v)}{line}")
        if v.owner is None:
            continue
        if depth == 1:
            lines[-1] += "  ..."
            continue
        inner = indent + ("     " if last else " |   ")
        _branches(v.owner.inputs, type_of, inner, depth - 1, lines)
