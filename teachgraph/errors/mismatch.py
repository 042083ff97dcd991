"""The words for two lengths that must be equal and differ.

Each function gives the parts of a report that depend on how the lengths came to meet:
on axes lined up from the right, on the two axes of a product, or in a reshape.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from teachgraph.core.report import Hint
from teachgraph.core.types import LengthMismatch, Shape, ValueOfLength
from teachgraph.errors.naming import (
    Operand,
    axis_words,
    counted,
    happens_to_be_one,
    listed,
    shape_words,
)

VERBS = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "true_div": "divide",
    "int_div": "divide",
    "pow": "raise to a power",
    "Dot": "multiply",
    "BatchedDot": "multiply",
    "SparseDot": "multiply",
    "MatrixInverse": "invert",
    "MatrixPinv": "invert",
    "Det": "take the determinant of",
    "Cholesky": "factorize",
    "Eigh": "take the eigenvalues of",
    "Eig": "take the eigenvalues of",
    "Solve": "solve",
    "MatrixPower": "raise to a power",
    "Join": "join",
    "switch": "choose between",
}
"""What an op does to its operands, as a verb."""

LINED_UP = (
    "Axes are lined up from the right. Two lengths that meet must be equal, or one of "
    "them declared to be 1."
)
JOINED = "Only the axis along which tensors are joined may differ in length."
SUMMED_OVER = (
    "A product sums over the last axis of the first and the first axis of the second, "
    "so the two must be equally long."
)
LAST_BUT_ONE = (
    "A product of tensors sums over the last axis of the first and the last but one of "
    "the second."
)
AT_ONCE = (
    "Arrays of positions are lined up with each other: one position from each gives "
    "one element. All of them have the same shape, or are stretched to it."
)
NOTHING_MOVES = (
    "A reshape keeps all elements, so the product of the new lengths must be their "
    "number."
)

ONE_LEFT = (
    "-1 is the length that is left when all others are known: that can be said of one "
    "axis alone."
)

Parts = dict[str, Any]


def lined_up(op: str, found: Sequence[Operand], axis: int) -> Parts:
    """Operands lined up from the right that differ on an axis of the result."""
    rank = max(o.type.ndim for o in found)
    meeting = [(o, axis - rank + o.type.ndim) for o in found]
    lengths = {o: o.type.shape[a] for o, a in meeting if a >= 0}
    stretches = op != "Join"
    lengths = {
        o: n for o, n in lengths.items() if n is not None and not (stretches and n == 1)
    }
    counts = listed(list(dict.fromkeys(map(str, lengths.values()))))
    ones = stretches and any(happens_to_be_one(n) for n in lengths.values())
    reason = f"axis {axis} has {counts} elements"
    if ones:
        reason += ", and the 1 is not declared broadcastable"
    hints = () if ones else _make_equal(lengths, axis - rank)
    why = JOINED if op == "Join" else LINED_UP
    return {"title": _title(op, found, reason), "why": why, "hints": hints}


def filled(found: Sequence[Operand], asked: Shape) -> Parts:
    """A tensor that does not fill the shape that it is to be stretched to."""
    x = found[0]
    lead = len(asked) - x.type.ndim
    pairs = list(enumerate(zip(x.type.shape, asked[lead:])))
    axis, own, n = next(
        ((a, own, n) for a, (own, n) in pairs if own != 1 and str(own) != str(n)),
        (0, None, None),
    )
    reason = f"axis {axis} of {x.quoted} has {own} elements, and {n} are asked for"
    title = f"cannot fill a shape {shape_words(asked)} with {x.quoted} {x.shape}"
    hints = (
        Hint(f"ask for {own} on axis {lead + axis}"),
        Hint(
            "or declare the axis to be 1 long: then it is stretched",
            f"T.addbroadcast({x.name}, {axis})",
        ),
    )
    return {"title": f"{title}: {reason}", "why": LINED_UP, "hints": hints}


def specified(found: Sequence[Operand], error: LengthMismatch) -> Parts:
    """A tensor that is not as long as the program says."""
    x = found[0]
    axis = error.axis or 0
    reason = f"axis {axis} has {error.left} elements, and {error.right} are specified"
    title = f"{x.quoted} {x.shape} is not as specified: {reason}"
    hint = Hint("correct what is specified, or the value that is passed")
    why = "A mask or a specified shape fits one length alone."
    return {"title": title, "why": why, "hints": (hint,)}


def masked(x: Operand, mask: Operand, error: LengthMismatch) -> Parts:
    """A mask that has another shape than what it chooses from."""
    given, own = str(error.left), str(error.right)
    if own in map(str, mask.type.shape) and given in map(str, x.type.shape):
        given, own = own, given
    title = f"the mask {mask.quoted} {mask.shape} does not fit {x.quoted} {x.shape}: "
    title += f"it chooses among {given} elements where there are {own}"
    hints = (
        Hint(
            f"make the mask from {x.quoted} itself",
            f"{x.name}[({x.name} > 0).nonzero()]",
        ),
        Hint(f"or give {mask.quoted} {own} elements on that axis"),
    )
    why = "A mask has one True or False for each element that it chooses among."
    return {"title": title, "why": why, "hints": hints}


def repeated(x: Operand, error: LengthMismatch) -> Parts:
    """Numbers of repeats that are not one for each entry."""
    given, entries = error.left, error.right
    title = f"cannot repeat {x.quoted} {x.shape}: {given} numbers of repeats are given "
    title += f"for an axis of {entries}"
    hints = (
        Hint(f"give {entries} numbers, one for each entry"),
        Hint("or one number for all of them", f"T.repeat({x.name}, 2, axis=0)"),
    )
    return {"title": title, "why": "", "hints": hints}


def positions(x: Operand, indices: Sequence[Operand]) -> Parts:
    """Arrays of positions that cannot be lined up with each other."""
    arrays = [o for o in indices if o.type.ndim]
    axis = differing_axis(arrays)
    parts = lined_up("", arrays, axis)
    names = listed([f"{o.quoted} {o.shape}" for o in arrays])
    counts = listed(
        list(
            dict.fromkeys(
                str(o.type.shape[-1]) for o in arrays if o.type.shape[-1] is not None
            )
        )
    )
    title = f"cannot take elements of {x.quoted} {x.shape} at {names}: "
    title += f"axis {axis} of the positions has {counts} elements"
    hints = (
        *parts["hints"],
        Hint("or, for every pair of positions, a column and a row", "x[i[:, None], j]"),
    )
    return {"title": title, "why": AT_ONCE, "hints": hints}


def left_over(x: Operand, error: LengthMismatch) -> Parts:
    """A part of a tensor that is not as long as the program says."""
    reason = f"{error.left} elements are left where {error.right} are asked for"
    hint = Hint("let the lengths add up to the length of the axis")
    title = f"{x.quoted} {x.shape} does not divide as asked: {reason}"
    return {"title": title, "why": "", "hints": (hint,)}


def put(x: Operand, y: Operand, error: LengthMismatch) -> Parts:
    """A value that does not have the shape of the place it is put into."""
    lengths = sorted((str(error.left), str(error.right)), key=_is_in(y.type.shape))
    there, given = lengths
    title = f"cannot put {y.quoted} {y.shape} into that part of {x.quoted} {x.shape}"
    reason = f"the part is {there} long on an axis where {y.quoted} is {given} long"
    why = "What is put in has the shape of the part, or is stretched to it."
    hint = Hint(f"give {y.quoted} the shape of the part of {x.quoted}")
    return {"title": f"{title}: {reason}", "why": why, "hints": (hint,)}


def _is_in(shape: Shape) -> Callable[[str], bool]:
    return [str(n) for n in shape].__contains__


def walked(sequences: Sequence[Operand], error: LengthMismatch) -> Parts:
    """A loop with more turns, or fewer, than a sequence has entries."""
    own, turns = error.left, error.right
    x = next((o for o in sequences if str(o.type.shape[0]) == str(own)), None)
    what = f"{x.quoted} {x.shape}" if x is not None else "a sequence"
    title = f"a loop of {turns} turns cannot walk along {what}: it has {own} entries"
    why = "Each turn takes the next entry of every sequence."
    hints = (
        Hint(f"give the sequence {turns} entries"),
        Hint("or leave n_steps out: the loop is then as long as its sequences"),
    )
    return {"title": title, "why": why, "hints": hints}


def begun(found: Sequence[Operand], error: LengthMismatch) -> Parts:
    """An initial value with fewer entries than the loop reads back."""
    own, needed = error.left, error.right
    x = next(
        (o for o in found if o.type.ndim and str(o.type.shape[0]) == str(own)), None
    )
    what = f"{x.quoted} {x.shape}" if x is not None else "an initial value"
    title = f"a loop that reads {needed} turns back cannot begin with {what}: "
    title += f"it has {own} {'entry' if str(own) == '1' else 'entries'}"
    why = "Before the first turn, the initial value stands for the turns before it."
    hints = (Hint(f"give the initial value {needed} entries, the oldest first"),)
    return {"title": title, "why": why, "hints": hints}


def differing_axis(found: Sequence[Operand]) -> int:
    """The last axis, lined up from the right, on which operands are seen to differ."""
    rank = max(o.type.ndim for o in found)
    for axis in reversed(range(rank)):
        met = [o.type.shape[axis - rank] for o in found if o.type.ndim >= rank - axis]
        if len({str(n) for n in met if n is not None and n != 1}) > 1:
            return axis
    return rank - 1


def paired(op: str, found: Sequence[Operand], error: LengthMismatch) -> Parts:
    """Two operands, an axis of each of which must be equally long, as in a product."""
    left, right = str(error.left), str(error.right)
    why = SUMMED_OVER if op == "Dot" else ""
    if len(found) == 1:
        return _square(op, found[0], error)
    first, second = _axis_with(found, 0, left), _axis_with(found, 1, right)
    if first is None or second is None:
        reason = f"lengths {left} and {right} must be equal"
        return {"title": _title(op, found, reason), "why": why, "hints": ()}
    x, y = found[0], found[1]
    has = f"axis {first} of {x.quoted} has {left} elements"
    reason = f"{has}, axis {second} of {y.quoted} {right}"
    mine, theirs = axis_words(y.type.ndim, second), axis_words(x.type.ndim, first)
    advice = f"give {y.quoted} {counted(left, mine)}"
    hint = Hint(f"{advice}, as many as {x.quoted} has {theirs}")
    return {"title": _title(op, found, reason), "why": why, "hints": (hint,)}


def _square(op: str, x: Operand, error: LengthMismatch) -> Parts:
    """A matrix that is to be square, and is not."""
    reason = f"it has {error.left} rows and {error.right} columns, and must be square"
    hints = (
        Hint("make a square one of it", f"T.dot({x.name}.T, {x.name})"),
        Hint(
            "or solve for it in the sense of least squares", f"T.nlinalg.pinv({x.name})"
        ),
    )
    why = "Only a square matrix has an inverse, a determinant or eigenvalues."
    if x.type.ndim != 2:
        reason, hints = f"lengths {error.left} and {error.right} must be equal", ()
    return {"title": _title(op, [x], reason), "why": why, "hints": hints}


def sum_over(found: Sequence[Operand]) -> tuple[Hint, ...]:
    """The axes of two operands that are equally long, and may be the ones meant."""
    x, y = found
    for i, n in enumerate(x.type.shape):
        for j, m in enumerate(y.type.shape):
            if isinstance(n, int) and n == m:
                code = f"T.tensordot({x.name}, {y.name}, axes=[[{i}], [{j}]])"
                words = f"to sum over axis {i} of {x.quoted} and axis {j} of {y.quoted}"
                return (Hint(words, code),)
    return (
        Hint(
            "say which axes to sum over", f"T.tensordot({x.name}, {y.name}, axes=...)"
        ),
    )


def reshape(found: Sequence[Operand], asked: ValueOfLength) -> Parts:
    """Elements that do not fill the new shape."""
    x = found[0]
    lengths = asked if isinstance(asked, tuple) else (asked,)
    if lengths.count(-1) > 1:
        title = f"cannot reshape {x.quoted} {x.shape} to {shape_words(lengths)}: "
        title += "-1 stands for one length, and it is there "
        title += "twice" if lengths.count(-1) == 2 else f"{lengths.count(-1)} times"
        hints = (Hint("leave one -1, and say the other lengths"),)
        return {"title": title, "why": ONE_LEFT, "hints": hints}
    total, wanted = _product(x.type.shape), _product([n for n in lengths if n != -1])
    title = f"cannot reshape {x.quoted} {x.shape} to {shape_words(lengths)}: "
    if -1 in lengths:
        title += f"its {total} elements are not divisible by {wanted}"
        advice = f"choose lengths whose product divides {total}"
    else:
        title += f"it has {total} elements, the new shape {wanted}"
        advice = f"choose lengths whose product is {total}; one of them may be -1"
    hints = [Hint(advice)]
    if (split := _split(x.type.shape, lengths)) is not None:
        axis = f"axis {x.type.ndim - 1} of {x.quoted}"
        words = f"or make the length {x.type.shape[-1]} of {axis} a multiple of {split}"
        hints.append(Hint(words))
    return {"title": title, "why": NOTHING_MOVES, "hints": tuple(hints)}


def _split(shape: Shape, asked: Shape) -> int | None:
    """The number of pieces that the last axis is cut into, where only that is asked."""
    if (
        not shape
        or len(asked) != len(shape) + 1
        or asked[: len(shape) - 1] != shape[:-1]
    ):
        return None
    last, pieces = shape[-1], asked[-1]
    if not isinstance(last, int) or not isinstance(pieces, int) or pieces < 2:
        return None
    return pieces if last % pieces else None


def _title(op: str, found: Sequence[Operand], reason: str) -> str:
    """What was asked, of which operands, and the reason why it cannot be."""
    shown = [o for o in found if o.type.ndim] or found
    names = listed([f"{o.quoted} {o.shape}" for o in shown])
    return f"cannot {VERBS.get(op, f'apply {op} to')} {names}: {reason}"


def _make_equal(lengths: dict[Operand, Any], axis: int) -> tuple[Hint, ...]:
    """Give one operand the length of the other; `axis` counts from the right, below 0.

    The operand with fewer axes is the one to change, else a leaf, else the last.
    """
    if len(lengths) < 2:
        return ()
    order = list(lengths)[::-1]
    order.sort(key=lambda o: (o.type.ndim, o.variable.owner is not None))
    changed, other = order[0], order[-1]
    mine, theirs = (
        axis_words(o.type.ndim, o.type.ndim + axis) for o in (changed, other)
    )
    advice = f"give {changed.quoted} {counted(lengths[other], mine)}"
    return (Hint(f"{advice}, as many as {other.quoted} has {theirs}"),)


def _axis_with(found: Sequence[Operand], position: int, length: str) -> int | None:
    """Which axis of an operand has a length: its last such axis, or the first."""
    if position >= len(found):
        return None
    shape = found[position].type.shape
    axes = [a for a, n in enumerate(shape) if str(n) == length]
    return axes[-1 if position == 0 else 0] if axes else None


def _product(lengths: Sequence[Any]) -> Any:
    total: Any = 1
    for n in lengths:
        if n is None:
            return "an unknown number of"
        total = total * (1 if happens_to_be_one(n) else n)
    return total
