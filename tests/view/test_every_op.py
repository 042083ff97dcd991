"""Every op and every rule there is can be printed, written, drawn and told."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from teachgraph import tensor as T
from teachgraph.core.graph import Variable
from teachgraph.core.op import OPS, Op
from teachgraph.core.types import TensorType
from teachgraph.rewrite.rules import RULES
from teachgraph.view import protocol
from teachgraph.view.debugprint import debugprint
from teachgraph.view.document import document
from teachgraph.view.dot import dot
from teachgraph.view.latex import latex
from teachgraph.view.mimebundle import one_line
from teachgraph.view.pprint import min_informative_str, pp
from teachgraph.view.svg import svg

NO_ARRAYS = "teachgraph.ops.sparse."
"""Where ops take matrices that are no arrays: they have tests of their own."""


def applied(op, arrays):
    inputs = [
        Variable(TensorType(str(a.dtype), (None,) * a.ndim), f"in_{i}")
        for i, a in enumerate(map(np.asarray, arrays))
    ]
    return op.make(*inputs).outputs


CASES = [
    pytest.param(op, arrays, id=f"{op}-{i}")
    for cls in OPS.values()
    if cls.__module__.startswith("teachgraph.")
    and not cls.__module__.startswith(NO_ARRAYS)
    for i, (op, arrays) in enumerate(getattr(cls, "examples", list)())
]


def assert_balanced(formula: str) -> None:
    plain = formula.replace(r"\{", "").replace(r"\}", "")
    assert plain.count("{") == plain.count("}")
    assert plain.count(r"\left") == plain.count(r"\right")


def assert_shown_everywhere(outputs) -> None:
    shown = list(outputs)
    assert debugprint(shown, file="str", print_type=True, print_shape=True)
    assert pp(shown)
    assert min_informative_str(shown)
    assert_balanced(latex(shown))
    assert dot(shown).count('"') % 2 == 0
    ET.fromstring(svg(shown))
    assert one_line(shown[0])
    protocol.validate(document(shown))


@pytest.mark.parametrize(("op", "arrays"), CASES)
def test_every_op_is_shown_by_every_view(op, arrays):
    assert_shown_everywhere(applied(op, arrays))


def test_there_are_many_ops_to_show():
    assert len(CASES) > 100


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_both_sides_of_every_rule_are_shown(rule):
    sides = [side for side in (rule.left, rule.right) if side is not None]
    for side in sides:
        assert debugprint(side, file="str")
        assert pp(side)
        assert_balanced(latex(side))
        ET.fromstring(svg(side))


def test_an_op_of_tomorrow_is_shown_without_a_word_to_any_view():
    class Rotated(Op):
        """The elements, each moved on by some places."""

        by: int
        latex = r"\operatorname{{rot}}({x})"

        def infer(self, x: TensorType) -> TensorType:
            return x

        def numpy(self, x):
            return np.roll(x, self.by)

        def grad(self, inputs, output, g):
            return (Rotated(-self.by)(g),)

    del OPS["Rotated"]
    x = T.dvector("x")
    y = Rotated(3)(x + 1)
    assert pp(y) == "rotated(x + 1, by=3)"
    assert latex(y) == r"\operatorname{rot}(x + 1)"
    assert debugprint(y, file="str").startswith("Rotated{by=3} [id A]")
    assert_shown_everywhere([y])


def test_a_formula_that_asks_for_too_much_falls_back_to_a_call():
    class Odd(Op):
        """An op whose formula is wrong."""

        latex = r"{0} + {7} + {nobody}"

        def infer(self, x: TensorType) -> TensorType:
            return x

        def numpy(self, x):
            return x

        def grad(self, inputs, output, g):
            return (g,)

    del OPS["Odd"]
    assert latex(Odd()(T.dvector("x"))) == r"\operatorname{odd}\left(x\right)"
