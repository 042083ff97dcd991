"""What a terminal shows of a stepper: where it stands, what went in, what came out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from teachgraph.core.events import summarize
from teachgraph.core.graph import Apply, Variable
from teachgraph.errors.render import text as report_text
from teachgraph.view.inside import Moment, place_in_words
from teachgraph.view.loops import Happened
from teachgraph.view.words import clipped, label, op_label, value_in_words, written_at

if TYPE_CHECKING:
    from teachgraph.view.recording import Here
    from teachgraph.view.stepper import Stepper

AROUND = 3
LONGEST = 48

COMMANDS = """n      next: evaluate one node, or one statement of a kernel
b      back by one
i      into this node: the turns of a loop, the statements of a kernel
o      out of it
u NAME until a variable or an op of this name, or a condition: u turn = 17 and nan > 0
r      run to the end
s      back to the start
q      quit"""


def as_text(stepper: Stepper) -> str:
    """Where a stepper stands, on a few lines."""
    lines = [*_heading(stepper), *_list(stepper)]
    if stepper.is_inside:
        lines += _inside(stepper)
    elif stepper.here is not None:
        lines += _here(stepper.here)
    if stepper.finished:
        lines += _end(stepper)
    if stepper.note:
        lines.append(f"  ({stepper.note})")
    return "\n".join(map(visible, lines))


def visible(line: str) -> str:
    """A line without signs that move the cursor or hide what follows."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in line)


def _heading(stepper: Stepper) -> Iterator[str]:
    name = stepper.function.name or "the function"
    total = len(stepper.nodes)
    yield f"{name}: {stepper.position} of {total} nodes evaluated"


def _list(stepper: Stepper) -> Iterator[str]:
    """The nodes around the cursor, in order, with a mark at the one evaluated last."""
    nodes = stepper.nodes
    current = stepper.position - 1
    first = max(0, min(current - AROUND, len(nodes) - 2 * AROUND - 1))
    last = min(len(nodes), first + 2 * AROUND + 1)
    if first:
        yield f"    … {first} before"
    for i in range(first, last):
        sign = "▶" if i == current else "✓" if i < current else " "
        yield f"  {sign} {i + 1:>3} {_node(nodes[i])}"
    if last < len(nodes):
        yield f"    … {len(nodes) - last} more"


def _node(node: Apply) -> str:
    named = f" {node.outputs[0].name!r}" if node.outputs[0].name else ""
    reads = ", ".join(clipped(v.name or label(v), 20) for v in node.inputs)
    return f"{op_label(node)}({reads}){named}"


def _here(here: Here) -> Iterator[str]:
    origin = written_at(here.node.origins)
    if origin:
        yield f"  at {origin}"
    yield from _values(here.node, here.inputs, here.outputs)


def _values(
    node: Apply, inputs: Sequence[Any], outputs: Sequence[Any]
) -> Iterator[str]:
    """What a node read and what it gave."""
    rows = [
        *(_row("in", v, a) for v, a in zip(node.inputs, inputs, strict=True)),
        *(_row("out", v, a) for v, a in zip(node.outputs, outputs, strict=True)),
    ]
    yield from _table(rows)


def _table(rows: Sequence[tuple[str, str, str, str]]) -> Iterator[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    for row in rows:
        cells = [cell.ljust(n) for cell, n in zip(row, widths, strict=False)]
        yield "  " + "  ".join([*cells, *row[3].split("\n")[:1]]).rstrip()


def _row(side: str, v: Variable, value: Any) -> tuple[str, str, str, str]:
    found = summarize(value)
    if hasattr(value, "nnz"):  # a sparse matrix
        shown = clipped(found.corner, LONGEST)
    else:
        shown = value_in_words(np.asarray(value), LONGEST)
    shape = f"{found.dtype}{list(found.shape)}"
    return side, clipped(v.name or label(v), 24), shape, "" if shown == shape else shown


def _inside(stepper: Stepper) -> Iterator[str]:
    """The turns that the cursor is in, and what happened there last."""
    last = stepper.around[-1]
    if last.here is None:
        yield f"  inside {last.node.op.title}: next() runs the first of it"
    for depth, level in enumerate(stepper.around):
        pad = "  " * (depth + 1)
        match level.here:
            case Moment() as moment:
                yield f"{pad}{place_in_words(*moment.path[-1])}"
                if level is last:
                    yield from (f"{'  ' * depth}{line}" for line in _moment(moment))
            case Happened(line=line, did=did):
                yield f"{pad}inside its loops: {'  ' * level.here.depth}{line}"
                yield f"{pad}    {did}"
            case None:
                pass


def _moment(moment: Moment) -> Iterator[str]:
    """A node in a turn with its values, or what the turn is given."""
    if moment.node is None:
        yield from _table([_row("given", moment.variables[0], moment.outputs[0])])
        return
    yield f"  ▶ {_node(moment.node)}"
    yield from _values(moment.node, moment.inputs, moment.outputs)


def _end(stepper: Stepper) -> Iterator[str]:
    """The outputs and the updates, or the error."""
    if stepper.failure is not None:
        yield "  the next node fails:"
        yield from (
            f"    {s}" for s in report_text(stepper.failure, "medium").split("\n")
        )
        return
    for position, value in enumerate(stepper.results or []):
        yield f"  output {position}: {value_in_words(value, 60)}"
    for v, value in stepper.updates.items():
        named = v.name or "a shared variable"
        yield f"  would update {named}: {value_in_words(value, 60)}"
    if stepper.updates:
        yield "  (a dry run: no shared variable was changed)"
