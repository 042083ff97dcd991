"""Ops and rules of a user's own module: one class, or one equation, is enough."""

from pathlib import Path

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.core.op import OPS, Op
from teachgraph.core.report import TeachgraphError
from teachgraph.core.types import TensorType
from teachgraph.kernel import build as k
from teachgraph.program.program import RunKernel
from teachgraph.rewrite.rule import RULES, Decline, forget, rewrites, rule
from teachgraph.view.html import write_html


class Bend(Op):
    """`x / (1 + |x|)` for each element, `steep` times as steep."""

    steep: float = 1.0

    latex = r"\operatorname{{bend}}({0})"

    def infer(self, x: TensorType):
        return x

    def numpy(self, x):
        return np.asarray(self.steep * x / (1 + np.abs(self.steep * x)))

    def grad(self, inputs, output, g):
        (x,) = inputs
        return (g * self.steep / (1 + abs(self.steep * x)) ** 2,)

    def lower(self, out, index, x):
        v = x[index] * k.const(self.steep, out.dtype)
        return v / (k.const(1.0, out.dtype) + k.maximum(v, -v))


class Spread(Op):
    """The smallest and the largest element."""

    def infer(self, x: TensorType):
        return TensorType(x.dtype, ()), TensorType(x.dtype, ())

    def numpy(self, x):
        return np.asarray(x.min()), np.asarray(x.max())

    def grad(self, inputs, outputs, gs):
        (x,) = inputs
        low, high = (0.0 if g is None else g for g in gs)
        return (T.eq(x, outputs[0]) * low + T.eq(x, outputs[1]) * high,)


for name in ("Bend", "Spread"):
    del OPS[name]

MODES = pytest.mark.parametrize("mode", ["FAST_COMPILE", "FAST_RUN", "DebugMode"])


@MODES
def test_an_op_of_ones_own_computes_and_has_a_gradient(mode):
    x = T.dvector("x")
    y = Bend(2.0)(T.exp(x) - 1)
    f = tg.function([x], [y, tg.grad(y.sum(), x)], mode=mode)
    value, slope = f([0.0, 1.0])
    inner = np.e - 1
    np.testing.assert_allclose(value, [0.0, 2 * inner / (1 + 2 * inner)])
    np.testing.assert_allclose(slope, [2.0, 2 * np.e / (1 + 2 * inner) ** 2])


def test_with_lower_it_becomes_a_loop_in_c():
    x = T.dvector("x")
    f = tg.function([x], Bend()(T.exp(x)) * 2)
    assert f.backend == "c"
    assert all(isinstance(step, RunKernel) for step in f.program.steps)


@MODES
def test_an_op_may_give_several_outputs(mode):
    x = T.dvector("x")
    low, high = Spread()(x)
    f = tg.function([x], [high - low, tg.grad(high * 3 - low, x)], mode=mode)
    value, slope = f([2.0, 5.0, 3.0])
    assert (float(value), slope.tolist()) == (3.0, [-1.0, 3.0, 0.0])


def test_it_is_checked_against_differences():
    T.verify_grad(Bend(3.0), [np.array([0.3, -0.7])], rng=np.random)


def test_it_is_printed_drawn_and_explained(tmp_path: Path):
    x = T.dvector("x")
    y = Bend(2.0)(x)
    assert "bend" in tg.pp(y)
    assert r"\operatorname{bend}" in tg.latex(y)
    page = tmp_path / "page.html"
    write_html(tg.function([x], y), page)
    assert "Bend" in page.read_text(encoding="utf-8")


def test_an_incomplete_class_fails_where_it_is_written():
    with pytest.raises(TypeError, match="Half must define numpy, grad"):

        class Half(Op):
            """Half of it."""

            def infer(self, x):
                return x


def test_a_class_without_words_fails_too():
    with pytest.raises(TypeError, match="Silent must define a docstring"):

        class Silent(Op):
            def infer(self, x):
                return x

            def numpy(self, x):
                return x

            def grad(self, inputs, output, g):
                return (g,)


def test_an_op_that_contradicts_itself_is_told_so():
    class Liar(Op):
        """Says float64, gives whole numbers."""

        def infer(self, x):
            return x

        def numpy(self, x):
            return x.astype("int64")

        def grad(self, inputs, output, g):
            return (g,)

    del OPS["Liar"]
    x = T.dvector("x")
    with pytest.raises(TeachgraphError, match="broken-op"):
        tg.function([x], Liar()(x))([1.0])


# Rules


@pytest.fixture
def rules():
    before = list(RULES)
    yield
    RULES[:] = before


def titles(f) -> list[str]:
    return [node.op.title for node in f.optimized.applies()]


def bend_twice():
    @rewrites(lambda b, x: b(x), phase="specialize", gives="x, where it is flat")
    def flat_bend(b: Bend, x):
        """A bend that is not steep at all is nothing."""
        if b.steep != 0:
            return Decline("it is steep")
        return x * 0

    return flat_bend


@pytest.mark.usefixtures("rules")
def test_a_rule_of_ones_own_takes_part_and_can_be_left_out():
    bend_twice()
    x = T.dvector("x")
    assert "Bend" not in titles(tg.function([x], Bend(0.0)(x)))
    assert "Bend" in titles(tg.function([x], Bend(1.0)(x)))
    without = tg.Mode().excluding("flat_bend")
    assert "Bend" in titles(tg.function([x], Bend(0.0)(x), mode=without))


@pytest.mark.usefixtures("rules")
def test_a_cell_that_is_run_again_replaces_its_rule():
    bend_twice()
    again = bend_twice()
    assert [r for r in RULES if r.name == "flat_bend"] == [again]
    forget("flat_bend")
    assert all(r.name != "flat_bend" for r in RULES)


@pytest.mark.usefixtures("rules")
def test_an_equation_is_a_rule():
    @rule("canonicalize")
    def bent_difference(x):
        """The difference of a thing and itself, bent, is known."""
        return Bend()(x) - Bend()(x) + x, x

    x = T.dvector("x")
    assert titles(tg.function([x], T.exp(Bend()(x) - Bend()(x) + x))) == ["exp"]


@pytest.mark.usefixtures("rules")
def test_the_name_of_a_rule_of_the_house_is_taken():
    taken = RULES[0].name

    def mine(x):
        """Another meaning."""
        return x + 0, x

    mine.__name__ = taken
    with pytest.raises(ValueError, match=f"there is a rule {taken} already"):
        rule("canonicalize")(mine)
