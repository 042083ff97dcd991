"""`ifelse`: only the chosen branch is computed, in every mode; what does not fit."""

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.core.graph import Variable
from teachgraph.core.op import OPS, Op
from teachgraph.core.report import TeachgraphError
from teachgraph.ops.ifelse import Branches, IfElse

MODES = pytest.mark.parametrize("mode", ["FAST_COMPILE", "FAST_RUN"])
RAN: list[str] = []


class Noted(Op):
    """Twice the input; notes in `RAN` that it ran."""

    name: str

    def infer(self, x):
        return x

    def numpy(self, x):
        RAN.append(self.name)
        return np.asarray(2 * x)

    def grad(self, inputs, output, g):
        return (2 * g,)


del OPS["Noted"]


def ran(f, *values) -> tuple[list[float], list[str]]:
    RAN.clear()
    return f(*values).tolist(), RAN.copy()


@MODES
def test_only_the_chosen_branch_runs(mode):
    c, x = T.dscalar("c"), T.dvector("x")
    chosen = tg.ifelse(c, Noted("then")(x) + 1, Noted("else")(T.exp(x)) - 1)
    f = tg.function([c, x], chosen, mode=mode)
    assert ran(f, 1, [0.0, 1.0]) == ([1.0, 3.0], ["then"])
    assert ran(f, 0, [0.0, 0.0]) == ([1.0, 1.0], ["else"])


@MODES
def test_a_branch_inside_a_branch_is_lazy_too(mode):
    c, d, x = T.lscalar("c"), T.lscalar("d"), T.dvector("x")
    inner = tg.ifelse(d, Noted("a")(x), Noted("b")(x))
    f = tg.function([c, d, x], tg.ifelse(c, inner + 1, Noted("c")(x)), mode=mode)
    assert [ran(f, c, d, [1.0])[1] for c, d in ((1, 1), (1, 0), (0, 1))] == [
        ["a"],
        ["b"],
        ["c"],
    ]


@MODES
def test_what_both_branches_read_is_computed_once(mode):
    c, x = T.lscalar("c"), T.dvector("x")
    both = Noted("both")(x)
    f = tg.function([c, x], tg.ifelse(c, both + 1, both - 1), mode=mode)
    assert ran(f, 1, [1.0]) == ([3.0], ["both"])


@MODES
def test_several_results_are_decided_together(mode):
    c, x, y = T.lscalar("c"), T.dvector("x"), T.dmatrix("y")
    outputs = tg.ifelse(c, [x * 2, y.T], [x, y])
    assert isinstance(outputs, list)
    f = tg.function([c, x, y], outputs, mode=mode)
    a, b = f(1, [1.0], [[1.0, 2.0]])
    assert (a.tolist(), b.tolist()) == ([2.0], [[1.0], [2.0]])
    assert f(0, [1.0], [[1.0, 2.0]])[1].tolist() == [[1.0, 2.0]]


@MODES
def test_branches_may_have_different_lengths(mode):
    c, x = T.lscalar("c"), T.dvector("x")
    f = tg.function([c, x], tg.ifelse(c, T.exp(x)[:1] * 2, T.exp(x)).sum(), mode=mode)
    assert (f(1, [0.0, 0.0, 0.0]), f(0, [0.0, 0.0, 0.0])) == (2.0, 3.0)


@MODES
def test_the_gradient_goes_to_the_branch_that_was_taken(mode):
    c, x, y = T.lscalar("c"), T.dvector("x"), T.dvector("y")
    cost = tg.ifelse(c, (x**2).sum(), (y**3).sum(), name="choice")
    f = tg.function([c, x, y], tg.grad(cost, [x, y]), mode=mode)
    first, second = f(1, [3.0], [2.0])
    assert (first.tolist(), second.tolist()) == ([6.0], [0.0])
    first, second = f(0, [3.0], [2.0])
    assert (first.tolist(), second.tolist()) == ([0.0], [12.0])


@MODES
def test_a_gradient_inside_a_branch_is_not_computed_for_the_other(mode):
    c, x = T.lscalar("c"), T.dvector("x")
    slope = tg.grad((Noted("forward")(x) ** 2).sum(), x)
    f = tg.function([c, x], tg.ifelse(c, slope, x), mode=mode)
    assert ran(f, 0, [1.0]) == ([1.0], [])
    assert ran(f, 1, [1.0]) == ([8.0], ["forward"])


@MODES
def test_a_loop_decides_anew_at_each_turn(mode):
    x = T.dvector("x")

    def turn(a):
        return tg.ifelse(T.gt(a, 0), T.sqrt(Noted("root")(a)), a)

    rows, _ = tg.scan(turn, sequences=[x])
    f = tg.function([x], rows, mode=mode)
    RAN.clear()
    np.testing.assert_allclose(f([2.0, -1.0, 8.0]), [2.0, -1.0, 4.0])
    assert RAN == ["root", "root"]


def test_a_number_takes_the_dtype_of_the_other_branch():
    x = T.fvector("x")
    assert tg.ifelse(T.lscalar(), x.sum(), 0).dtype == "float32"


def test_the_graph_shows_both_branches_until_it_runs():
    c, x = T.lscalar("c"), T.dvector("x")
    y = tg.ifelse(c, T.exp(x), x, name="choice")
    assert isinstance(y.owner.op, IfElse)
    assert str(y.owner.op) == "ifelse choice"
    f = tg.function([c, x], y)
    (node,) = [n for n in f.optimized.applies() if isinstance(n.op, Branches)]
    assert [n.op.title for n in node.op.then.applies()] == ["exp"]
    assert f.nodes_with_inner_function == [node]


def test_leaving_the_pass_out_leaves_the_graph_as_it_was():
    c, x = T.lscalar("c"), T.dvector("x")
    mode = tg.Mode("python").excluding("lazy_branches")
    f = tg.function([c, x], tg.ifelse(c, Noted("a")(x), Noted("b")(x)), mode=mode)
    assert ran(f, 1, [1.0]) == ([2.0], ["a", "b"])


def test_the_history_tells_that_branches_moved():
    c, x = T.lscalar("c"), T.dvector("x")
    f = tg.function([c, x], tg.ifelse(c, T.exp(x), x) + 1, mode="FAST_COMPILE")
    rewrites = f.history.rewrites()
    assert "lazy_branches" in [e.rule.name for e in rewrites]
    last = f.history.graph_at(len(rewrites))
    assert any(isinstance(n.op, Branches) for n in last.applies())


def test_lengths_that_do_not_fit_matter_only_in_the_branch_that_is_taken():
    c, x, y = T.lscalar("c"), T.dvector("x"), T.dvector("y")
    f = tg.function([c, x, y], tg.ifelse(c, Noted("a")(x) + T.exp(y), x))
    assert f(0, [1.0], [1.0, 2.0]).tolist() == [1.0]


def refused(c: Variable, a, b) -> str:
    with pytest.raises(TeachgraphError) as caught:
        tg.ifelse(c, a, b)
    return caught.value.report.code


def test_branches_of_different_types_are_refused():
    c = T.lscalar("c")
    assert refused(c, T.dvector(), T.dmatrix()) == "wrong-rank"
    assert refused(c, T.dvector(), T.fvector()) == "wrong-dtype"
    assert refused(c, [T.dvector()], [T.dvector(), T.dvector()]) == (
        "wrong-argument-count"
    )


def test_a_condition_with_axes_is_refused():
    assert refused(T.lvector("c"), T.dvector(), T.dvector()) == "wrong-rank"
