"""What the user calls things: the words for a variable, an axis, a shape, a length.

An operand is called by the text that stands for it in the user's line, if that is
short; else by its name; else by the expression that made it.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Sequence

from teachgraph.core.graph import Variable, toposort
from teachgraph.core.origin import Origin
from teachgraph.core.record import record
from teachgraph.core.report import Note
from teachgraph.core.types import Length, Shape, TensorType
from teachgraph.errors.receiver import written
from teachgraph.errors.source import Part, assigned_name, operand_parts

LONGEST = 32
RANKS = ("a scalar", "a vector", "a matrix")


@record()
class Operand:
    """An input of the expression at fault: what it is called, where, and its type."""

    variable: Variable
    name: str
    type: TensorType
    part: Part | None

    @property
    def quoted(self) -> str:
        """The name, marked as code."""
        return f"`{self.name}`"

    @property
    def shape(self) -> str:
        """The lengths of the axes."""
        return shape_words(self.type.shape)


def operands(
    inputs: Sequence[Variable], types: Sequence[TensorType], origin: Origin | None
) -> tuple[Operand, ...]:
    """The inputs of an expression as its writer sees them."""
    count = len(inputs)
    names = [called(v, origin) for v in inputs]
    parts = operand_parts(origin, count, names) if origin else [None] * count
    found: list[Operand] = []
    for v, t, part in zip(inputs, types, parts):
        stands = part if part and _may_stand_for(part, v, origin) else None
        text = stands.text if stands else ""
        short = text if 0 < len(text) <= LONGEST else ""
        found.append(Operand(v, short or called(v, origin), t, stands))
    return tuple(found)


def _may_stand_for(part: Part, v: Variable, origin: Origin | None) -> bool:
    """False for what the expression made on its way, which is nowhere in the source."""
    if v.owner is not None and v.origin is not None and v.origin == origin:
        return False
    if not stands_for(part, v):
        return False
    return v.data is None or v.name is not None or not part.text.isidentifier()


def stands_for(part: Part, v: Variable) -> bool:
    """False for a number in the source where the operand is none: `f(x, 3)` of x, x."""
    return v.data is not None or not part.text[:1].isdigit()


def roots(inputs: Sequence[Variable], origin: Origin | None) -> list[Variable]:
    """What an expression of several nodes is made of, if `inputs` lie all inside of it.

    `T.dot` of tensors rearranges them first; the user wrote none of these steps.
    """
    own = [v for v in inputs if v.owner is not None]
    if origin is None or not own or not all(_is_inside(v, origin) for v in own):
        return []
    found: dict[Variable, None] = {}
    stack = list(inputs)[::-1]
    while stack:
        v = stack.pop()
        if v.owner is not None and _is_inside(v, origin):
            stack.extend(reversed(v.owner.inputs))
        elif v.data is None:
            found.setdefault(v)
    return list(found)


def as_written(found: list[Variable], origin: Origin | None) -> list[Variable]:
    """Operands in the order in which they are written, as far as names tell."""
    if origin is None or len(found) > 4:
        return found
    parts = operand_parts(origin, len(found))
    texts = [part.text if part is not None else "" for part in parts]

    def agreeing(order: Sequence[Variable]) -> int:
        return sum(called(v, origin) == text for v, text in zip(order, texts))

    return list(max(itertools.permutations(found), key=agreeing))


def _is_inside(v: Variable, origin: Origin) -> bool:
    return v.data is not None or (v.owner is not None and v.origin == origin)


def called(v: Variable, inside: Origin | None = None) -> str:
    """A variable by its name, its value, or the expression that made it.

    The name is that of the variable, or else the one it was assigned to; but what
    belongs to the expression `inside` is not what that expression gives.
    """
    if v.name is not None:
        return v.name
    if v.data is not None:
        return str(v.data) if v.data.ndim == 0 else f"a constant {v.type}"
    own = v.origin is not None and v.origin != inside
    given = assigned_name(v.origin) if v.origin is not None and own else ""
    if given or v.owner is None or v.origin is None:
        return given or (v.owner.op.title if v.owner else f"an unnamed {v.type}")
    text = written(v.origin.span())
    if v.owner.op.title == "ShapeOf" and text.endswith(".shape"):
        text += f"[{getattr(v.owner.op, 'axis', 0)}]"
    return text if 0 < len(text) <= LONGEST else v.owner.op.title


def shape_words(shape: Shape) -> str:
    """A shape as NumPy writes it; `?` for a length that is not known."""
    lengths = ["?" if n is None else str(n) for n in shape]
    return f"({lengths[0]},)" if len(lengths) == 1 else f"({', '.join(lengths)})"


def happens_to_be_one(n: Length) -> bool:
    """True for a length that is 1 in a call although nothing declares it so."""
    return n is not None and not isinstance(n, int) and str(n) == "1"


def rank_words(ndim: int) -> str:
    """A number of axes in words: `a matrix`, `a tensor with 4 axes`."""
    return RANKS[ndim] if ndim < len(RANKS) else f"a tensor with {ndim} axes"


def axis_words(ndim: int, axis: int) -> str:
    """What an axis counts: rows and columns of a matrix, elements of a vector."""
    if ndim <= 2:
        return "elements" if ndim == 1 else ("rows", "columns")[axis]
    return f"elements on axis {axis}"


def counted(n: object, unit: str) -> str:
    """A number of things: `1 row`, `2 rows`, `1 element on axis 3`, `1 axis`."""
    one = "axis" if unit == "axes" else unit.replace("s", "", 1)
    return f"{n} {one if str(n) == '1' else unit}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """Words in a row: `a`, `b` and `c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def origin_notes(
    found: Sequence[Operand],
    origin: Origin | None,
    type_of: Callable[[Variable], TensorType] = operator.attrgetter("type"),
) -> tuple[Note, ...]:
    """Where each operand comes from: one note an operand, at most three."""
    notes = [
        note for o in found if (note := _origin_note(o, origin, type_of)) is not None
    ]
    return tuple({note.text: note for note in notes}.values())[:3]


def _origin_note(
    o: Operand, origin: Origin | None, type_of: Callable[[Variable], TensorType]
) -> Note | None:
    v = o.variable
    if v.data is not None:
        return None
    named = f", named `{v.name}`," if v.name and v.name != o.name else ""
    if v.owner is None:
        return Note(f"{o.quoted}{named} is {kind_words(v)}, {o.type}", v.origin)
    here = v.origin is None or (origin is not None and _same_line(v.origin, origin))
    span = v.origin.span() if v.origin is not None and not here else None
    text = written(span) if span is not None else ""
    sources = listed([f"`{i.name}` {type_of(i)}" for i in named_leaves(v)[:3]])
    if not 0 < len(text) <= 2 * LONGEST or text == o.name:
        made = f"comes from {sources}" if sources else f"is {o.type}"
    else:
        made = f"is `{text}`, from {sources}" if sources else f"is `{text}`"
    return Note(f"{o.quoted}{named} {made}", None if here else v.origin)


def kind_words(v: Variable) -> str:
    """What sort of leaf a variable is."""
    return {"shared": "a shared variable"}.get(v.kind, "an input")


def named_leaves(v: Variable) -> list[Variable]:
    """The named inputs and shared variables that a variable is computed from."""
    return [
        u
        for u in toposort([v])
        if u.owner is None and u.data is None and u.name is not None
    ]


def _same_line(left: Origin, right: Origin) -> bool:
    a, b = left.span(), right.span()
    return a.file == b.file and a.line == b.line
