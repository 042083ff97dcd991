"""Rules as equations in text and in LaTeX.

log(1 + exp(x)) -> softplus(x)
"""

from __future__ import annotations

import inspect

import numpy as np

from teachgraph.core.graph import Apply, Variable
from teachgraph.ops.elementwise import Elementwise
from teachgraph.ops.scalars import neg
from teachgraph.rewrite.pattern import AnyOp
from teachgraph.rewrite.rule import Rule

ATOM = 100
"""The precedence of what never needs parentheses."""


def equation(rule: Rule) -> str:
    """The rule as one line of text; in words where Python makes the right side."""
    right = rule.gives if rule.right is None else text(rule.right)
    return f"{text(rule.left)} -> {right}"


def latex_equation(rule: Rule) -> str:
    """The rule in LaTeX, without the dollars."""
    words = rule.gives.replace("_", r"\_")
    right = rf"\text{{{words}}}" if rule.right is None else latex(rule.right)
    return rf"{latex(rule.left)} \;\to\; {right}"


def op_variables(rule: Rule) -> str:
    """The op variables of a rule and what they stand for: `m: Max or Min`."""
    ops = [p for p in rule.parameters.values() if isinstance(p, AnyOp)]
    return "; ".join(
        f"{op.name}: {' or '.join(kind.__name__ for kind in op.kind)}" for op in ops
    )


def text(v: Variable) -> str:
    """A small graph as an expression, with as few parentheses as may be."""
    return _text(v)[0]


def _text(v: Variable) -> tuple[str, int]:
    """The expression and its precedence."""
    if v.data is not None:
        return _number(v), ATOM
    if v.owner is None:
        return v.name or "?", ATOM
    node = v.owner
    if isinstance(node.op, Elementwise) and node.op.fn.symbol:
        return _operator(node, node.op.fn.symbol, node.op.fn.precedence)
    name = node.op.title.rstrip("_")
    inner = [text(i) for i in node.inputs]
    if isinstance(node.op, AnyOp) and node.op.rest:
        inner.append("...")
    return f"{name}({', '.join(inner)})", ATOM


def _operator(node: Apply, symbol: str, precedence: int) -> tuple[str, int]:
    if len(node.inputs) == 1:
        (x,) = node.inputs
        return symbol + _enclosed(x, precedence + 1), precedence
    left, right = node.inputs
    # An equation may be about nothing but the order: (a + b) + c keeps its own.
    before, after = _enclosed(left, precedence + 1), _enclosed(right, precedence + 1)
    return f"{before} {symbol} {after}", precedence


def _enclosed(v: Variable, least: int) -> str:
    shown, precedence = _text(v)
    return f"({shown})" if precedence < least or _is_signed(v) else shown


def _is_signed(v: Variable) -> bool:
    return v.owner is not None and v.owner.op == neg


def _number(v: Variable) -> str:
    assert v.data is not None
    return np.array2string(v.data, threshold=6) if v.data.ndim else str(v.data[()])


def latex(v: Variable) -> str:
    """A small graph in LaTeX."""
    return _latex(v)[0]


def _latex(v: Variable) -> tuple[str, int]:
    if v.data is not None:
        return _number(v), ATOM
    if v.owner is None:
        name = v.name or "?"
        return name if len(name) == 1 else rf"\mathit{{{name}}}", ATOM
    node = v.owner
    precedence = _precedence(node)
    formula = node.op.formula
    if not formula or _hides_its_name(formula):
        inner = [latex(i) for i in node.inputs]
        if isinstance(node.op, AnyOp) and node.op.rest:
            inner.append(r"\ldots")
        return rf"\operatorname{{{_name(node)}}}({', '.join(inner)})", ATOM
    own = -1 if _encloses(node) else precedence
    inputs = [_latex_enclosed(i, own) for i in node.inputs]
    return formula.format(*inputs, **_by_name(node, inputs)), precedence


def _hides_its_name(formula: str) -> bool:
    """Does it spell the op out, as ln(1 + x) for log1p? Rules tell them apart."""
    return (
        formula == "{0}"
        or "1 +" in formula
        or "- 1" in formula
        or r"\frac{{1}}" in formula
    )


def _name(node: Apply) -> str:
    return node.op.title.rstrip("_").replace("_", r"\_")


def _precedence(node: Apply) -> int:
    if isinstance(node.op, Elementwise) and node.op.fn.precedence:
        return node.op.fn.precedence
    return ATOM if _encloses(node) else 6


def _encloses(node: Apply) -> bool:
    """Does the formula itself show where its inputs end, as a root does?"""
    marks = (r"\frac", r"\sqrt", "({0}", r"\left|", "e^", "cases")
    return any(mark in node.op.formula for mark in marks)


def _latex_enclosed(v: Variable, outer: int) -> str:
    shown, precedence = _latex(v)
    if precedence > outer and (outer < 0 or not _is_signed(v)):
        return shown
    return rf"\left({shown}\right)"


def _by_name(node: Apply, inputs: list[str]) -> dict[str, str]:
    names = list(inspect.signature(node.op.infer).parameters)
    return dict(zip(names, inputs, strict=False))
