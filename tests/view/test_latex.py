"""Formulas: brackets where they are needed, names made safe, a fallback for all ops."""

import pytest

from teachgraph import tensor as T
from teachgraph.view.latex import Formulas, formula_of, latex, name

x, y, v = T.dmatrix("x"), T.dmatrix("y"), T.dvector("v")

WRITTEN = {
    r"x + y": x + y,
    r"\left(x + y\right) \cdot y": (x + y) * y,
    r"x - \left(y - x\right)": x - (y - x),
    r"\frac{1}{1 + e^{-x}}": 1 / (1 + T.exp(-x)),
    r"\frac{x + y}{y}": (x + y) / y,
    r"{x}^{2}": x**2,
    r"{\left(x + y\right)}^{2}": (x + y) ** 2,
    r"{\left(-x\right)}^{y + 1}": (-x) ** (y + 1),
    r"\ln\left(x\right)": T.log(x),
    r"\ln\left(x\right) \cdot y": T.log(x) * y,
    r"\log_2\left(x + 1\right)": T.log2(x + 1),
    r"\left| x - y \right|": abs(x - y),
    r"\sqrt{x + y}": T.sqrt(x + y),
    r"\sum x": T.sum(x),
    r"\sum_{\text{axis }1} \left(x \cdot y\right)": T.sum(x * y, axis=1),
    r"\left(\sum x\right) + 1": T.sum(x) + 1,
    r"\sigma(x \cdot y)": T.sigmoid(T.dot(x, y)),
    r"x \cdot y + y": T.dot(x, y) + y,
    r"\left(x + y\right)^{\top}": (x + y).T,
    r"v": v.dimshuffle("x", 0),
    r"\left\lfloor x / y \right\rfloor": x // y,
}


@pytest.mark.parametrize("formula", WRITTEN, ids=str)
def test_a_formula_has_the_brackets_it_needs(formula):
    assert latex(WRITTEN[formula]) == formula


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("x", "x"),
        ("w1", "w_{1}"),
        ("w_hid", r"w_{\mathrm{hid}}"),
        ("theta", r"\theta"),
        ("Sigma_2", r"\Sigma_{2}"),
        ("loss", r"\mathrm{loss}"),
        ("learning_rate", r"\mathrm{learning\_rate}"),
        ("100%", r"\mathrm{100\%}"),
        ("a}{b", r"\mathrm{a\}\{b}"),
        (r"\input{x}", r"\mathrm{∖input\{x\}}"),
        ("two\nlines", r"\mathrm{two lines}"),
    ],
)
def test_names_become_symbols_and_cannot_become_commands(text, symbol):
    assert name(text) == symbol


def test_braces_stay_balanced_whatever_the_name(hostile):
    formula = latex(T.exp(hostile) / hostile)
    plain = formula.replace(r"\{", "").replace(r"\}", "")
    assert plain.count("{") == plain.count("}")


def test_numbers_are_written_as_in_a_book():
    assert latex(T.constant(1e-5)) == "10^{-5}"
    assert latex(T.constant(2.5e300)) == r"2.5 \cdot 10^{300}"
    assert latex(T.constant(float("inf"))) == r"\infty"


def test_an_op_without_a_formula_is_written_as_a_function():
    moved = T.dtensor3("t").dimshuffle(2, 0, 1)
    assert formula_of(moved.owner.op) == ""
    assert latex(moved) == (
        r"\operatorname{dimshuffle}\left(t, \text{order=(2, 0, 1)}\right)"
    )


def test_shared_parts_are_lines_of_their_own():
    z = T.sqrt(x)
    assert latex(z * y + z, share=True) == r"a = \sqrt{x} \\ a \cdot y + a"


def test_formulas_of_many_variables_are_made_once_each():
    formulas = Formulas(longest=40)
    w = v
    for _ in range(1_000):
        w = w + w
    assert formulas.of(v + v) == "v + v"
    assert formulas.of(w) is None
