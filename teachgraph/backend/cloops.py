"""Loops over turns in C: pointers move along sequences, states live in rows.

    long turn = 0;
    while (turn < n) {
      const double *x_t = x + turn * d1;
      const double *h_1 = turn < 1 ? start + (turn + 0) * d1 : h + (turn - 1) * d1;
      double *h_t = h + turn * d1;
      ...
      ++turn;
    }

An output whose turns are all kept is written row by row where the caller finds it. Of
one of which only the last rows are kept, a ring holds these, and as many as the next
turn reads.
"""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING

from teachgraph.core.record import record
from teachgraph.core.sizes import Atom, Size
from teachgraph.kernel.render.clike import TYPES
from teachgraph.program.buffers import item_bytes
from teachgraph.program.program import Block, Loop

if TYPE_CHECKING:
    from teachgraph.backend.csource import Writer


@record()
class Rows:
    """Where the rows of an output are during the loop.

    Fields:
        block: what the loop gives.
        row: elements of a row, as C; 1 for a number.
        size: bytes of a row.
        initial: rows that were there before the first turn, and how many.
        kept: how many of the last rows are kept; None for all.
        ring: the memory they are kept in then, `length` rows.
    """

    block: Block
    row: str
    size: str
    initial: Block | None = None
    before: int = 0
    kept: int | None = None
    ring: str = ""
    length: int = 0

    def at(self, turn: str, back: int) -> str:
        """A pointer to the row written `back` turns ago; 0 is this turn's."""
        if self.kept is not None:
            ahead = self.before - back
            return f"{self.ring} + {_plus(turn, ahead)} % {self.length}{_times(self)}"
        if not back or self.initial is None:
            return f"{self.block.name} + {turn}{_times(self)}"
        first = f"{self.initial.name} + {_plus(turn, self.before - back)}{_times(self)}"
        later = f"{self.block.name} + ({turn} - {back}){_times(self)}"
        return f"{turn} < {back} ? {first} : {later}"


def _plus(turn: str, ahead: int) -> str:
    return f"({turn} + {ahead})" if ahead else turn


def _times(rows: Rows) -> str:
    return "" if rows.row == "1" else f" * {rows.row}"


class CLoop:
    """Writes one loop; blocks in `ready` have room already."""

    def __init__(self, writer: Writer, step: Loop, ready: Container[Block]):
        self.writer, self.step, self.op = writer, step, step.scan
        self.ready = ready
        self.turn = writer.fresh("turn")
        parts = self.op.split((None, *step.operands))
        self.parts = parts
        self.inner = self.op.inner_inputs()

    def write(self) -> None:
        """The loop, with room for what it gives before it."""
        w, turn = self.writer, self.turn
        w.share(self.step.body)
        most = self._most()
        rows = [self._rows(n, most) for n in range(len(self.step.writes))]
        w.line(f"long {turn} = 0;", self.step.nodes)
        places = self._places()
        with w.inside(f"while ({turn} < {most}) {{", places):
            self._turn(rows)
        for number, r in enumerate(rows):
            self._hand_out(r, number)

    def _most(self) -> str:
        """The number of turns, or the most there can be, as C."""
        if self.step.turns is not None:
            return self.writer.sizes.of(self.step.turns)
        n, name = self.step.reads[0].name, self.writer.fresh("turns")
        w = self.writer
        w.line(f"const long {name} = *{n};")
        fault = w.too_few(self.step.nodes[0])
        details = f"c->fault[1] = {name}, c->fault[2] = 0;"
        w.line(f"if ({name} < 0) {{ {details} return {fault}; }}")
        return name

    def _places(self) -> dict[Atom, str]:
        """Whole numbers that change from turn to turn."""
        body = self.step.body
        return {
            Atom("value", (name,)): f"(long)*{block.name}"
            for name, block in body.named.items()
            if block in body.inputs and not block.shape
        }

    # Room

    def _rows(self, number: int, most: str) -> Rows:
        w, block = self.writer, self.step.writes[number]
        row = _product(block.shape[1:])
        size = Size.of(row * item_bytes(block.dtype))
        elements, bytes_ = w.sizes.of(row), w.sizes.of(size)
        initial, before = None, 0
        if number < self.op.states:
            initial, before = self.parts.initials[number], -min(self.op.taps[number])
        kept = self.op.kept[number]
        if kept is None:
            self._room(block, most)
            return Rows(block, elements, bytes_, initial, before)
        if block not in self.ready:
            w.room(block)
        length = max(kept, before + 1 if before else 0)
        ring = self._ring(block, initial, before, length, bytes_)
        return Rows(block, elements, bytes_, initial, before, kept, ring, length)

    def _room(self, block: Block, most: str) -> None:
        """Room for a row a turn."""
        if block in self.ready:
            return
        w = self.writer
        first = w.sizes.bytes_of(Block("", block.dtype, block.shape[1:], block.role))
        w.sizes.need("bytes")
        w.room(block, f"tg_bytes({first}, {most})")

    def _ring(
        self, block: Block, initial: Block | None, before: int, length: int, size: str
    ) -> str:
        w = self.writer
        ring, slot = w.fresh(f"{block.name}_ring"), w.new_slot()
        w.sizes.need("bytes")
        room = f"tg_bytes({size}, {length})"
        w.line(f"{TYPES[block.dtype]} *{ring} = c->slot(c, {slot}, {room});")
        w.line(f"if (!{ring}) return -1;")
        if initial is not None:
            copied = w.product(before, size)
            w.line(f"__builtin_memcpy({ring}, {initial.name}, {copied});")
        return ring

    # One turn

    def _turn(self, rows: list[Rows]) -> None:
        w, turn, body = self.writer, self.turn, self.step.body
        self._pointers(rows)
        outputs = body.outputs
        for r, block in zip(rows, outputs):
            w.line(f"{TYPES[block.dtype]} *{block.name} = {r.at(turn, 0)};")
        given = len(rows)
        for block in outputs[given:]:
            w.room(block)
        w.guards(body.guards, turn)
        w.steps(body.steps, set(outputs))
        if w.checks(body.steps):
            fault = f"c->fault[3] = {turn}; return c->fault[0];"
            w.line(f"if (c->fault[0]) {{ {fault} }}")
        w.line(f"++{turn};")
        if self.op.until:
            w.line(f"if (*{outputs[-1].name}) break;", self.step.nodes)

    def _pointers(self, rows: list[Rows]) -> None:
        body, turn = self.step.body, self.turn
        blocks = dict(zip(self.op.graph.inputs, body.inputs, strict=True))
        sequences = zip(self.inner.sequences, self.parts.sequences)
        for k, (v, source) in enumerate(sequences):
            row = self.writer.sizes.of(_product(source.shape[1:]))
            at = turn
            if k in self.step.backwards:
                at = f"({self.writer.sizes.of(source.shape[0])} - 1 - {turn})"
            step = at if row == "1" else f"{at} * {row}"
            self._pointer(blocks[v], f"{source.name} + {step}")
        taps = [(r, tap) for r, taps in zip(rows, self.op.taps) for tap in taps]
        for v, (r, tap) in zip(self.inner.initials, taps):
            self._pointer(blocks[v], r.at(turn, -tap))
        for v, source in zip(self.inner.constants, self.parts.constants):
            self._pointer(blocks[v], source.name)

    def _pointer(self, block: Block, place: str) -> None:
        w = self.writer
        if block in w.picked and any(n.constant != 1 for n in block.shape):
            some = w.sizes.of(_product(block.shape))
            place = f"{some} ? {_in_brackets(place)} : {w.nothing()}"
        if w.is_read(self.step.body, block):
            w.line(f"const {TYPES[block.dtype]} *{block.name} = {place};")

    # Afterwards

    def _hand_out(self, r: Rows, number: int) -> None:
        w, turn = self.writer, self.turn
        if r.kept is None:
            length = r.block.shape[0]
            if length.constant is None and not w.sizes.is_known(length):
                w.rows_are(r.block, length, turn)
            return
        total = _plus(turn, r.before)
        fault = w.too_few(self.step.nodes[0])
        details = f"c->fault[1] = -{r.kept}, c->fault[2] = {total};"
        if r.kept > r.before:
            w.line(f"if ({total} < {r.kept}) {{ {details} return {fault}; }}")
        first = _plus(turn, r.before - r.kept)
        if r.kept == 1:
            source = f"{r.ring} + {first} % {r.length}{_times(r)}"
            w.line(f"__builtin_memcpy({r.block.name}, {source}, {r.size});")
            return
        row = f"({turn} + k + {r.before - r.kept}) % {r.length}{_times(r)}"
        w.line(f"for (long k = 0; k < {r.kept}; ++k)")
        target = f"{r.block.name} + k{_times(r)}"
        w.line(f"  __builtin_memcpy({target}, {r.ring} + {row}, {r.size});")


def _product(shape: tuple[Size, ...]) -> Size:
    total = Size.of(1)
    for n in shape:
        total = Size.of(total * n)
    return total


def _in_brackets(place: str) -> str:
    return f"({place})" if "?" in place else place
