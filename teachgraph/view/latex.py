"""Expressions in LaTeX, from the formula that each op tells of itself.

A formula is a format string over `{0}`, `{1}`, or the names of the op's inputs. Where
it puts a slot between brackets or braces the input goes in as it is; elsewhere the
input is bracketed when it would be misread. An op without a formula is written as a
function.
"""

from __future__ import annotations

import inspect
import re
import string
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from teachgraph.core.entrance import public
from teachgraph.core.graph import Apply, Variable
from teachgraph.core.op import Op
from teachgraph.core.record import record
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.shape import DimShuffle
from teachgraph.view.expression import ATOM, NEGATIVE, PRODUCT, Piece, fits, written
from teachgraph.view.model import inner_graph
from teachgraph.view.pprint import function_name, plain
from teachgraph.view.words import attributes, kind_of, leaf_label, number

SYMBOLIC = 7
"""A formula without an operator that begins and ends with a sign of its own."""

LOOSE = 0
"""A formula whose end is open, such as `if a then b else c`."""

GREEK_NAMES = """
alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma
tau upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
"""
GREEK = frozenset(GREEK_NAMES.split())

SAFE = {
    "\\": "∖",
    "^": "ˆ",
    "~": "∼",
    **{sign: "\\" + sign for sign in "{}$&#%_"},
}


@public
def latex(shown: Any, *, share: bool = False) -> str:
    r"""A variable in LaTeX, without dollar signs.

    A list, graph or function gives one formula for each output, with `\\` in between.
    """
    found = written(plain(shown), leaf, applied, share=share, named=name)
    return " \\\\ ".join(found.lines())


class Formulas:
    """Formulas of many variables of one graph, each part made once.

    `longest` is the length above which a formula is not worth having.
    """

    def __init__(self, longest: int):
        self.longest = longest
        self._made: dict[Variable, Piece | None] = {}

    def of(self, v: Variable) -> str | None:
        """The formula of a variable, None where it would be too long."""
        stack = [v]
        while stack:
            top = stack[-1]
            below = top.owner.inputs if top.owner is not None else ()
            waiting = [i for i in below if i not in self._made]
            if waiting:
                stack.extend(waiting)
                continue
            self._made.setdefault(stack.pop(), self._make(top))
        piece = self._made[v]
        return None if piece is None else piece.text

    def _make(self, v: Variable) -> Piece | None:
        if v.owner is None:
            return leaf(v)
        below = [self._made[i] for i in v.owner.inputs]
        args = [piece for piece in below if piece is not None]
        if len(args) < len(below) or inner_graph(v.owner.op) is not None:
            return None
        piece = applied(v.owner, v.index, args)
        return piece if len(piece.text) <= self.longest else None


def name(text: str) -> str:
    r"""A variable's name as a symbol: `w_hid` is w with an index, `alpha` is Greek.

    >>> name("x"), name("theta_1"), name("loss"), name("a}b")
    ('x', '\\theta_{1}', '\\mathrm{loss}', '\\mathrm{a\\}b}')
    """
    parts = re.fullmatch(r"([^\W\d_]+)_?(\w*)", text.strip())
    if parts is None:
        return rf"\mathrm{{{safe(text)}}}"
    base, index = parts[1], parts[2]
    if index and not (len(base) == 1 or base in GREEK):
        return rf"\mathrm{{{safe(text)}}}"
    symbol = base
    if base in GREEK:
        symbol = "\\" + base
    elif len(base) > 1:
        symbol = rf"\mathrm{{{safe(base)}}}"
    if not index:
        return symbol
    if not index.isdigit() and len(index) > 1:
        index = rf"\mathrm{{{safe(index)}}}"
    return f"{symbol}_{{{index}}}"


def safe(text: str) -> str:
    """Text that means nothing to LaTeX, on one line."""
    return "".join(SAFE.get(sign, sign) for sign in " ".join(text.split()))


def leaf(v: Variable) -> Piece:
    """An input by its name, a constant by its value."""
    if v.name is not None:
        return Piece(name(v.name))
    if kind_of(v) == "constant" and v.data is not None and v.data.ndim == 0:
        text = _number(number(v.data))
        return Piece(text, NEGATIVE if text.startswith("-") else ATOM)
    return Piece(rf"\text{{{safe(leaf_label(v))}}}")


def _number(text: str) -> str:
    r"""`1e-05` as a power of ten, `inf` as the sign.

    >>> _number("1e-05"), _number("2.0"), _number("-inf")
    ('10^{-5}', '2', '-\\infty')
    """
    words = {"inf": r"\infty", "-inf": r"-\infty", "nan": r"\text{nan}"}
    if text in words:
        return words[text]
    digits, _, exponent = text.partition("e")
    digits = digits.removesuffix(".0")
    if not exponent:
        return safe(digits)
    power = f"10^{{{int(exponent)}}}"
    return power if digits == "1" else rf"{digits} \cdot {power}"


def applied(node: Apply, index: int, args: list[Piece]) -> Piece:
    """An op applied to pieces."""
    formula = _with_axis(node, formula_of(node.op))
    slots = _slots(node.op, formula, len(args)) if formula else None
    piece = _function(node, args) if slots is None else _formula(node, slots, args)
    if len(node.outputs) > 1:
        return Piece(f"{_bracketed(piece, ATOM)}_{{{index}}}")
    return piece


def fill(op: Op, letters: str) -> str | None:
    """The op's formula with letters for its inputs; None if it is no formula."""
    slots = _slots(op, op.formula, len(letters))
    if slots is None:
        return None
    return "".join(
        slot.before + ("" if slot.position is None else letters[slot.position])
        for slot in slots
    )


def formula_of(op: Op) -> str:
    """The op's own formula; a few ops of axes have one here."""
    if not isinstance(op, DimShuffle) or op.formula:
        return op.formula
    kept = [a for a in op.order if a != "x"]
    if kept == sorted(kept):
        return "{0}"
    return r"{0}^{{\top}}" if kept == [1, 0] else ""


LEADING = r"^\\[a-z]+(\{\{[^}]*\}\})?(?=[ (])"


def _with_axis(node: Apply, formula: str) -> str:
    """The formula, with the axes that an op works along below its sign."""
    axis = attributes(node).get("axis")
    if axis is None or not re.match(LEADING, formula):
        return formula
    axes = str(axis).strip("()")
    return re.sub(LEADING, rf"\g<0>_{{{{\\text{{{{axis }}}}{axes}}}}}", formula)


def _function(node: Apply, args: list[Piece]) -> Piece:
    told = [rf"\text{{{safe(f'{k}={v}')}}}" for k, v in attributes(node).items()]
    inside = ", ".join([*(a.text for a in args), *told])
    called = safe(function_name(node))
    return Piece(rf"\operatorname{{{called}}}\left({inside}\right)")


@record()
class Slot:
    """A place in a formula: the text before it, and the input that goes there.

    `how` says when the input needs brackets: `never` between brackets or braces,
    `call` after the name of a function, `base` under an exponent, else `open`.
    """

    before: str
    position: int | None
    how: str = "never"


@lru_cache(maxsize=1024)
def _slots(op: Op, formula: str, count: int) -> tuple[Slot, ...] | None:
    """A formula taken apart; None where it asks for what the op does not have."""
    names = _input_names(op)
    try:
        parts = list(string.Formatter().parse(formula))
    except ValueError:
        return None
    texts, fields = [""], list[str]()
    for text, field, _, _ in parts:
        texts[-1] += text
        if field is not None:
            fields.append(field)
            texts.append("")
    found: list[Slot] = []
    for before, field, after in zip(texts, fields, texts[1:], strict=False):
        position = int(field) if field.isdigit() else names.get(field, count)
        if position >= count:
            return None
        how = "never" if r"\begin" in formula else _how(before, after)
        found.append(Slot(before, position, how))
    return (*found, Slot(texts[-1], None))


def _input_names(op: Op) -> dict[str, int]:
    parameters = inspect.signature(op.infer).parameters.values()
    single = (p.name for p in parameters if p.kind is not p.VAR_POSITIONAL)
    return {name: i for i, name in enumerate(single)}


OPENING = r"([({\[|,]|\\(lfloor|lceil|lVert|\||langle))\s*$"
CLOSING = r"^\s*([)}\]|,]|\\(rfloor|rceil|rVert|\||rangle|right))"
NOT_NAMES = "sum|prod|big|nabla|left|lfloor|lceil|langle"
NAME_OF_FUNCTION = (
    rf"\\(operatorname\{{[^}}]*\}}|(?!{NOT_NAMES})[a-z]{{2,}})(_(\w|\{{.*\}}))?\s*$"
)
SPACING = r"\\(cdot|times|text|quad|bmod|odot|wedge|vee|leq?|geq?|neq?)\s*$"


def _how(before: str, after: str) -> str:
    if after.lstrip(" }").startswith(("^", "_")):
        return "base"
    if re.search(OPENING, before) and re.search(CLOSING, after):
        return "never"
    if re.search(NAME_OF_FUNCTION, before) and not re.search(SPACING, before):
        return "call"
    return "open"


def _formula(node: Apply, slots: Sequence[Slot], args: list[Piece]) -> Piece:
    text = ""
    for slot in slots:
        text += slot.before
        if slot.position is None:
            continue
        if slot.how == "call":
            text = text.rstrip()
        text += _bracketed(args[slot.position], _least(node, slot, args))
    return Piece(text, *_binds(node, slots, args))


def _least(node: Apply, slot: Slot, args: list[Piece]) -> int:
    """How tightly the input in a slot must bind to stand without brackets."""
    position = slot.position or 0
    if slot.how == "never" or _is_bare(slot, args):
        return LOOSE
    symbol, binds = _operator(node, len(args))
    if not symbol or slot.how in ("base", "call"):
        return ATOM + (slot.how == "call")
    return fits(symbol, binds, position, args[position]) if len(args) == 2 else binds


def _is_bare(slot: Slot, args: list[Piece]) -> bool:
    """Whether the formula is nothing but its input."""
    return len(args) == 1 and slot.how == "open" and not slot.before


def _operator(node: Apply, count: int) -> tuple[str, int]:
    """The symbol and the precedence of an operator; nothing for any other op."""
    if isinstance(node.op, Elementwise):
        return node.op.fn.symbol, node.op.fn.precedence
    product = re.fullmatch(r"\{0\}( |\\,|\\cdot|\\times|\s)*\{1\}", node.op.formula)
    return ("@", PRODUCT) if product and count == 2 else ("", LOOSE)


def _binds(node: Apply, slots: Sequence[Slot], args: list[Piece]) -> tuple[int, str]:
    """How tightly a written formula binds, and its operator."""
    end = slots[-1].before.strip()
    if len(slots) == 1:
        return ATOM, ""
    first, last = slots[0], slots[-2]
    if first.position is not None and _is_bare(first, args) and not end:
        piece = args[first.position]
        return piece.binds, piece.symbol
    if first.before.startswith(r"\frac"):
        return SYMBOLIC, ""
    symbol, binds = _operator(node, len(args))
    if symbol:
        return binds, symbol
    ends = bool(end) or last.how == "call"
    begins = bool(first.before.strip()) or first.how == "base"
    return SYMBOLIC if begins and ends else LOOSE, ""


def _bracketed(piece: Piece, least: int) -> str:
    return piece.within(least, r"\left(", r"\right)")
