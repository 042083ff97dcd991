"""Gradients: values, forms, places in the source, and what cannot be differentiated."""

import numpy as np
import pytest

import teachgraph.tensor as T
from teachgraph import gradient
from teachgraph.compile import function, shared, verify_grad
from teachgraph.compile.verify import numeric_gradient
from teachgraph.core.config import config
from teachgraph.core.graph import Variable, applies
from teachgraph.core.op import Op
from teachgraph.core.report import (
    DisconnectedInputError,
    Fault,
    GradientError,
    InternalError,
    UsageError,
)
from teachgraph.core.types import TensorType
from teachgraph.grad import (
    DisconnectedWarning,
    Lop,
    NullTypeGradError,
    Rop,
    ZeroGradientWarning,
    grad,
    grad_not_implemented,
    hessian,
    hessian_vector_product,
    jacobian,
    subgraph_grad,
)
from teachgraph.ops.casting import consider_constant, disconnected_grad, zero_grad
from teachgraph.ops.gradient import grad_clip, grad_scale


@pytest.fixture(autouse=True)
def numpy_by_default():
    with config.change_flags(mode="FAST_COMPILE"):
        yield


def value(expression: Variable, **given: object) -> np.ndarray:
    """The value of an expression whose inputs are called as in `given`."""
    names = [v for v in leaves(expression) if v.name in given]
    f = function(names, expression)
    return f(**{v.name: given[v.name] for v in names if v.name})


def leaves(expression: Variable) -> list[Variable]:
    nodes = list(applies([expression]))
    found = dict.fromkeys(v for n in nodes for v in n.inputs if v.owner is None)
    return [v for v in found if v.data is None and v.kind == "variable"]


class Nowhere(Op):
    """An op that says that it has no derivative."""

    def infer(self, x: TensorType) -> TensorType:
        return x

    def numpy(self, x):
        return x.copy()

    def grad(self, inputs, output, g):
        raise Fault("no-gradient", "Nowhere has no derivative")


class TwoSided(Op):
    """Two outputs: the input doubled and the input squared."""

    def infer(self, x: TensorType):
        return x, x

    def numpy(self, x):
        return x * 2, x * x

    def grad(self, inputs, output, g):
        (x,) = inputs
        twice, squared = g
        terms = [twice * 2 if twice is not None else None]
        terms += [squared * 2 * x if squared is not None else None]
        there = [t for t in terms if t is not None]
        return (sum(there[1:], there[0]),)


class Misshapen(Op):
    """An op whose gradient has too many axes."""

    def infer(self, x: TensorType) -> TensorType:
        return x

    def numpy(self, x):
        return x.copy()

    def grad(self, inputs, output, g):
        return (g.dimshuffle("x", 0),)


# Values


def test_the_gradient_of_a_square_is_twice_the_argument():
    x = T.dscalar("x")
    assert value(grad(x**2, x), x=4.0) == 8.0


def test_terms_of_a_variable_that_is_read_often_are_added():
    x = T.dscalar("x")
    assert value(grad(x * x * x + x, x), x=2.0) == 13.0


def test_a_gradient_has_the_shape_of_its_variable_though_it_was_stretched():
    w, b, s = T.dmatrix("w"), T.dvector("b"), T.dscalar("s")
    cost = ((w + b) * s).sum()
    gw, gb, gs = grad(cost, [w, b, s])
    a, c = np.arange(6.0).reshape(2, 3), np.ones(3)
    assert np.array_equal(value(gw, w=a, b=c, s=3.0), np.full((2, 3), 3.0))
    assert np.array_equal(value(gb, w=a, b=c, s=3.0), np.full(3, 6.0))
    assert value(gs, w=a, b=c, s=3.0) == (a + c).sum()


def test_a_gradient_has_the_dtype_of_its_variable():
    x, y = T.fvector("x"), T.dvector("y")
    gx, gy = grad((x * y).sum(), [x, y])
    assert (gx.dtype, gy.dtype) == ("float32", "float64")


def test_gradients_of_shared_and_of_intermediate_variables():
    w, x = shared(np.ones(2), name="w"), T.dvector("x")
    hidden = w * x
    cost = (hidden**2).sum()
    assert np.allclose(value(grad(cost, w), x=np.array([1.0, 2.0])), [2.0, 8.0])
    assert np.allclose(value(grad(cost, hidden), x=np.array([1.0, 2.0])), [2.0, 4.0])


def test_an_op_with_two_outputs_gets_both_gradients():
    x = T.dvector("x")
    twice, squared = TwoSided()(x)
    both = grad((twice + squared).sum(), x)
    assert value(both, x=np.array([3.0])).tolist() == [8.0]
    assert value(grad(twice.sum(), x), x=np.array([3.0])).tolist() == [2.0]


def test_a_second_derivative_is_a_gradient_of_a_gradient():
    x = T.dscalar("x")
    assert value(grad(grad(x**3, x), x), x=2.0) == 12.0


def test_a_network_agrees_with_finite_differences(rng: np.random.Generator):
    def network(x: Variable, w: Variable, b: Variable) -> Variable:
        hidden = T.tanh(T.dot(x, w) + b)
        return T.log(T.exp(hidden).sum(axis=1))

    shapes = (4, 3), (3, 2), (2,)
    verify_grad(network, [rng.normal(size=s) for s in shapes], rng=rng)


# Forms


def test_the_result_has_the_form_of_wrt():
    x, y = T.dscalars("x", "y")
    cost = x * y
    assert isinstance(grad(cost, x), Variable)
    assert isinstance(grad(cost, [x, y]), list)
    assert isinstance(grad(cost, (x, y)), tuple)
    assert grad(cost, []) == []


def test_results_are_named_after_cost_and_variable():
    x = T.dscalar("x")
    cost = x**2
    cost.name = "cost"
    assert grad(cost, x).name == "(dcost/dx)"
    assert grad(cost, x, add_names=False).name is None


def test_a_gradient_carries_the_place_of_the_forward_expression_then_of_the_call():
    x = T.dvector("x")
    y = T.exp(x)
    g = grad(y.sum(), x)
    first, second = g.origins
    assert first.span().text() == "T.exp(x)"
    assert second.span().text() == "grad(y.sum(), x)"


def test_the_forward_graph_is_left_as_it_was():
    x = T.dvector("x")
    y = T.exp(x)
    before = y.origins
    grad((y * y).sum(), x)
    assert y.origins == before


# What a gradient does not pass


@pytest.mark.parametrize("barrier", [consider_constant, zero_grad])
def test_a_barrier_lets_zero_through(barrier):
    x = T.dscalar("x")
    assert value(grad(x * barrier(x), x), x=3.0) == 3.0
    assert value(grad(barrier(x) * 2, x), x=3.0) == 0.0


def test_a_disconnected_barrier_is_as_if_nothing_were_there():
    x = T.dscalar("x")
    assert value(grad(x * disconnected_grad(x), x), x=3.0) == 3.0
    with pytest.raises(DisconnectedInputError):
        grad(disconnected_grad(x) * 2, x)


def test_a_gradient_may_be_scaled_and_clipped_on_its_way():
    x = T.dscalar("x")
    assert value(grad(grad_scale(x, -2) ** 2, x), x=3.0) == -12.0
    assert value(grad(grad_clip(x, -1, 1) ** 2, x), x=3.0) == 1.0
    assert value(grad_clip(x, -1, 1) + grad_scale(x, 5), x=3.0) == 6.0


def test_what_is_considered_constant_is_not_differentiated():
    x, y = T.dscalars("x", "y")
    inner = x * y
    cost = inner * x
    assert value(grad(cost, x, consider_constant=[inner]), x=2.0, y=5.0) == 10.0


def test_known_gradients_start_the_sweep():
    x = T.dvector("x")
    y = x**2
    g = grad(None, x, known_grads={y: T.constant(np.array([1.0, 10.0]))})
    assert value(g, x=np.array([3.0, 3.0])).tolist() == [6.0, 60.0]


def test_a_known_gradient_replaces_what_the_cost_would_give():
    x = T.dscalar("x")
    y = x**2
    g = grad(y * 100, x, known_grads={y: T.constant(1.0)})
    assert value(g, x=3.0) == 6.0


# Faults


def test_a_cost_with_axes_is_refused_with_sum_and_mean():
    x = T.dvector("x")
    loss = x**2
    loss.name = "loss"
    with pytest.raises(GradientError, match="`loss` is a vector") as caught:
        grad(loss, x)
    report = caught.value.report
    assert report.code == "non-scalar-cost"
    assert "loss.sum()  or  loss.mean()" in [h.code for h in report.hints]
    assert any("float64[?]" in n.text for n in report.notes)


def test_a_variable_that_is_not_in_the_cost_is_named():
    x, w = T.dscalar("x"), T.dscalar("w")
    cost = x**2
    cost.name = "cost"
    with pytest.raises(
        DisconnectedInputError, match="`cost` does not depend on `w`"
    ) as caught:
        grad(cost, [x, w])
    assert caught.value.report.code == "disconnected-input"


def test_a_shape_alone_does_not_connect():
    x = T.dmatrix("x")
    with pytest.raises(DisconnectedInputError) as caught:
        grad(x.shape[0].astype("float64") * 2.0, x)
    assert any("hands no gradient on" in n.text for n in caught.value.report.notes)


def test_disconnected_inputs_may_warn_or_pass():
    x, w = T.dscalar("x"), T.dvector("w")
    with pytest.warns(DisconnectedWarning, match="does not depend on `w`"):
        zero = grad(x, w, disconnected_inputs="warn")
    assert value(zero, w=np.ones(3)).tolist() == [0.0, 0.0, 0.0]
    assert grad(x, w, disconnected_inputs="ignore").ndim == 1
    nothing = grad(x, w, disconnected_inputs="ignore", return_disconnected="None")
    assert nothing is None


def test_a_warning_points_at_the_line_of_the_call():
    x, w = T.dscalar("x"), T.dvector("w")
    with pytest.warns(DisconnectedWarning) as record:
        grad(x, w, disconnected_inputs="warn")
    assert record[0].filename == __file__


def test_a_cost_that_jumps_is_told_to_have_no_slope():
    w, x, labels = T.dmatrix("w"), T.dmatrix("x"), T.lvector("labels")
    wrong = T.neq(T.argmax(T.dot(x, w), axis=1), labels)
    with pytest.warns(ZeroGradientWarning, match="Argmax"):
        g = grad(wrong.astype("float64").mean(), w)
    result = function([w], g)(np.ones((3, 2)))
    assert np.array_equal(result, np.zeros((3, 2)))


def test_a_whole_number_is_told_to_have_no_slope():
    n = shared(8, name="n")
    with pytest.warns(ZeroGradientWarning, match="`n` is int64"):
        g = grad((n**2).astype("float64"), n)
    assert function([], g)() == 0.0
    assert g.dtype == config.floatX


def test_flat_parts_beside_smooth_ones_are_no_reason_to_warn():
    x = T.dvector("x")
    cost = T.switch(x > 0, x, 0.0).sum()
    assert value(grad(cost, x), x=np.array([-1.0, 2.0])).tolist() == [0.0, 1.0]


def test_an_op_without_derivative_is_named_at_its_line():
    x = T.dscalar("x")
    y = Nowhere()(x)
    with pytest.raises(GradientError, match="Nowhere") as caught:
        grad(y, x)
    assert caught.value.report.origin is not None
    assert caught.value.report.origin.span().text() == "Nowhere()(x)"


def test_an_op_whose_gradient_has_other_axes_is_a_broken_op():
    x = T.dvector("x")
    with pytest.raises(InternalError, match="Misshapen"):
        grad(Misshapen()(x).sum(), x)


@pytest.mark.parametrize("wrt", ["x", 3, [1.0], {"x"}])
def test_gradients_are_for_variables(wrt: object):
    x = T.dscalar("x")
    with pytest.raises(UsageError):
        grad(x, wrt)


def test_unknown_choices_are_refused():
    x = T.dscalar("x")
    with pytest.raises(UsageError, match="'raise', 'warn' or 'ignore'"):
        grad(x, x, disconnected_inputs="wran")
    with pytest.raises(UsageError, match="needs a cost"):
        grad(None, x)


# Size


def test_a_chain_of_5000_nodes_needs_no_recursion():
    x = T.dmatrix("x")
    y = x
    for _ in range(2500):
        y = y * 1.0 + x
    g = grad(y.sum(), x)
    assert len(list(applies([g]))) < 20000


def test_a_diamond_of_additions_stays_linear():
    x = T.dmatrix("x")
    y = x
    for _ in range(60):
        y = y + y
    assert value(grad(y.sum(), x), x=np.ones((1, 1))) == 2.0**60


# Products with a Jacobian


def test_lop_is_a_vector_times_the_jacobian():
    x, v = T.dvectors("x", "v")
    product = Lop(x**3, x, v)
    given = {"x": np.array([1.0, 2.0]), "v": np.array([10.0, 1.0])}
    assert value(product, **given).tolist() == [30.0, 12.0]


def test_rop_is_the_jacobian_times_a_vector():
    w, x, v = T.dmatrix("w"), T.dvector("x"), T.dmatrix("v")
    product = Rop(T.tanh(T.dot(x, w)), w, v)
    a, b, c = np.arange(6.0).reshape(3, 2) / 9, np.ones(3), np.ones((3, 2))
    eps = 1e-6
    moved = np.tanh(b @ (a + eps * c)) - np.tanh(b @ (a - eps * c))
    assert np.allclose(value(product, w=a, x=b, v=c), moved / (2 * eps))


def test_rop_of_what_is_linear_still_takes_the_variable():
    w, x, v = T.dmatrix("w"), T.dvector("x"), T.dmatrix("v")
    f = function([w, v, x], Rop(T.dot(x, w), w, v))
    assert f(np.ones((2, 2)), 2 * np.ones((2, 2)), [0.0, 1]).tolist() == [2, 2]


def test_rop_adds_over_several_variables():
    x, y, u, v = T.dscalars("x", "y", "u", "v")
    product = Rop(x * y, [x, y], [u, v])
    assert value(product, x=2.0, y=3.0, u=10.0, v=100.0) == 230.0
    assert isinstance(Rop([x * y], [x, y], [u, v]), list)


def test_rop_of_something_else_is_refused():
    x, y, v = T.dscalars("x", "y", "v")
    with pytest.raises(DisconnectedInputError, match="disconnected_outputs='ignore'"):
        Rop(y, x, v)
    assert value(Rop(y, x, v, disconnected_outputs="ignore"), y=1.0) == 0.0


def test_a_jacobian_has_a_row_for_each_element():
    x = T.dvector("x", shape=(3,))
    rows = jacobian(x**2, x)
    assert np.allclose(value(rows, x=np.array([1.0, 2, 3])), np.diag([2.0, 4, 6]))


def test_a_hessian_has_the_second_derivatives():
    x = T.dvector("x", shape=(2,))
    cost = x[0] ** 2 * x[1]
    expected = [[2 * 5.0, 2 * 3.0], [2 * 3.0, 0.0]]
    assert np.allclose(value(hessian(cost, x), x=np.array([3.0, 5.0])), expected)


def test_a_jacobian_of_unknown_length_is_a_loop_over_its_rows():
    x = T.dvector("x")
    rows = jacobian(x**2, x)
    for n in (0, 1, 3):
        given = np.arange(float(n))
        assert np.allclose(value(rows, x=given), np.diag(2 * given))


def test_a_jacobian_for_several_variables_has_the_axes_of_each():
    x, w = T.dvector("x"), T.dmatrix("w")
    y = T.tanh(T.dot(x, w))
    by_x, by_w = jacobian(y, [x, w])
    a, b = np.array([0.5, -1.0]), np.arange(6.0).reshape(2, 3) / 6
    slope = 1 - np.tanh(a @ b) ** 2
    assert np.allclose(value(by_x, x=a, w=b), (slope * b).T)
    expected = np.einsum("j,i,jk->jik", slope, a, np.eye(3))
    assert np.allclose(value(by_w, x=a, w=b), expected)


def test_a_hessian_of_unknown_length_has_the_second_derivatives():
    x = T.dvector("x")
    given = np.array([1.0, 2.0, 3.0])
    expected = np.diag(6 * given) + 2
    assert np.allclose(
        value(hessian((x**3).sum() + x.sum() ** 2, x), x=given), expected
    )


def test_a_jacobian_is_of_a_vector():
    m = T.dmatrix("m")
    with pytest.raises(GradientError, match="Jacobian is of a vector") as caught:
        jacobian(m**2, m)
    assert caught.value.report.code == "wrong-rank"
    with pytest.raises(GradientError, match="Jacobian is of a vector"):
        hessian((m**2).sum(), m)


def test_a_hessian_times_a_vector_takes_no_hessian():
    x, p = T.dvector("x"), T.dvector("p")
    cost = (x**3).sum() + x.sum() ** 2
    given = {"x": np.array([1.0, 2.0, 3.0]), "p": np.array([1.0, 0, -1])}
    expected = (np.diag(6 * given["x"]) + 2) @ given["p"]
    assert np.allclose(value(hessian_vector_product(cost, x, p), **given), expected)
    (alone,) = hessian_vector_product(cost, [x], [p])
    assert np.allclose(value(alone, **given), expected)


def test_a_graph_is_differentiated_part_by_part():
    x, t = T.dvector("x"), T.dvector("t")
    w, u = T.dmatrix("w"), T.dmatrix("u")
    inner = T.tanh(T.dot(x, w))
    outer = T.tanh(T.dot(inner, u))
    costs = [((outer - t) ** 2).sum() + u.sum() ** 2, w.sum() ** 2]
    (gu,), (start,) = subgraph_grad([u], [inner], cost=costs[0])
    (gw,), (gx,) = subgraph_grad([w], [x], start={inner: start}, cost=costs[1])
    whole = grad(costs[0] + costs[1], [u, w, x])
    a, b = np.array([0.5, -1.0]), np.arange(6.0).reshape(2, 3) / 6
    given = {"x": a, "t": np.zeros(2), "w": b, "u": b.T}
    for part, expected in zip([gu, gw, gx], whole):
        used = {v.name: given[v.name] for v in leaves(part) if v.name}
        assert np.allclose(value(part, **used), value(expected, **given))


def test_the_details_of_a_part_tell_what_comes_from_where():
    x, w = T.dvector("x"), T.dvector("w")
    y = x * w
    _, _, from_start, from_cost = subgraph_grad(
        [w], [x], start={y: T.ones_like(y)}, cost=(w**2).sum(), details=True
    )
    given = {"x": np.array([3.0]), "w": np.array([5.0])}
    assert value(from_start[0], **given) == [3.0]
    assert value(from_cost[0], w=given["w"]) == [10.0]
    with pytest.raises(UsageError):
        subgraph_grad([w], [x])


def test_a_variable_may_be_constant_and_asked_for():
    x = T.dscalar("x")
    y = x**2
    assert value(grad(y * x, y, consider_constant=[y]), x=3.0) == 3.0


# Gradients that ops do not have


class HalfSmooth(Op):
    """A product, with a derivative for the first factor only."""

    def infer(self, x: TensorType, y: TensorType) -> TensorType:
        return x

    def numpy(self, x, y):
        return x * y

    def grad(self, inputs, output, g):
        _x, y = inputs
        return (g * y, grad_not_implemented(self, 1, y, "nobody wrote it"))


def test_a_gradient_that_is_not_written_is_an_error_only_where_it_is_asked_for():
    x, y = T.dvectors("x", "y")
    cost = HalfSmooth()(x, y).sum()
    assert value(grad(cost, x), x=np.ones(1), y=np.array([2.0])) == [2.0]
    with pytest.raises(NullTypeGradError, match="nobody wrote it") as caught:
        grad(cost, y)
    assert caught.value.report.code == "no-gradient"
    assert isinstance(caught.value, TypeError)


def test_a_gradient_that_is_not_there_may_be_taken_for_zero():
    x, y = T.dvectors("x", "y")
    cost = HalfSmooth()(x, y * 2).sum() + y.sum()
    slope = grad(cost, y, null_gradients="return")
    assert value(slope, y=np.ones(2)).tolist() == [1, 1]


def test_the_names_of_theanos_gradient_module_are_in_one_place():
    assert gradient.grad is grad
    assert gradient.verify_grad is verify_grad
    assert gradient.grad_undefined(HalfSmooth(), 0, T.dscalar()).kind == "null"
    assert gradient.DisconnectedType()() is None


# verify_grad


class Wrong(Op):
    """A square with a wrong derivative."""

    def infer(self, x: TensorType) -> TensorType:
        return x

    def numpy(self, x):
        return x * x

    def grad(self, inputs, output, g):
        return (g * inputs[0] * 3,)


def test_verify_grad_accepts_what_is_right(rng: np.random.Generator):
    verify_grad(lambda x: T.exp(x) * x, [rng.normal(size=(2, 3))])
    verify_grad(T.tanh, [rng.normal(size=3).astype("float32")])
    verify_grad(lambda row, m: row * m, [rng.normal(size=(1, 2)), np.ones((3, 2))])


def test_verify_grad_adds_no_rounding_of_its_own(rng: np.random.Generator):
    x = 1 + rng.random((10, 20)).astype("float32")
    verify_grad(lambda v: (v - 1) * 1.5, [x], rng=rng)


def test_verify_grad_is_among_the_names_of_t():
    assert T.verify_grad is verify_grad


def test_verify_grad_finds_what_is_wrong():
    with pytest.raises(GradientError, match=r"input 0 is wrong at element \[1\]"):
        verify_grad(Wrong(), [np.array([0.5, 2.0])])


def test_numeric_gradients_are_one_sided_differences():
    (g,) = numeric_gradient(
        lambda x, along: (x**2 * along).sum(), [np.array([3.0])], np.array([2.0]), 1e-6
    )
    assert np.allclose(g, [12.0])
