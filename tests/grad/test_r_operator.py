"""`Rop`: every op's product with the Jacobian, and ops that say their own."""

import zlib
from typing import Any

import numpy as np
import pytest
from evaluation import STEP, evaluated, leaves

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.core.graph import Variable
from teachgraph.core.op import OPS, Op
from teachgraph.core.report import DisconnectedInputError, Fault, RankError, UsageError
from teachgraph.core.types import TensorType
from teachgraph.grad.faults import is_flat
from teachgraph.gradient import (
    Lop,
    Rop,
    ZeroGradientWarning,
    disconnected_grad,
    grad_clip,
    grad_scale,
    zero_grad,
)
from teachgraph.ops.ifelse import several
from teachgraph.ops.inner import OpFromGraph
from teachgraph.ops.missing import rest_of

Array = np.ndarray[Any, Any]
Example = tuple[Op, tuple[Array, ...]]

BY_INTENT = {"zero_grad", "disconnected_grad", "ultra_fast_sigmoid", "GeneralEigh"}
"""Their gradient is not the derivative, or is not there for all outputs."""
ORDERS = {"gammainc", "gammaincc", "iv", "jv"}
"""Functions whose first number is an order, for which nobody has a derivative."""


def is_smooth(example: Example) -> bool:
    op, arrays = example
    outs = several(op.numpy(*arrays))
    floats = all(a.dtype != "float32" for a in arrays)
    return floats and op.title not in BY_INTENT and any(map(is_float, outs))


def is_float(array: Array) -> bool:
    return array.dtype == "float64"


EXAMPLES: list[Example] = [
    example
    for cls in OPS.values()
    if cls.__module__.startswith("teachgraph.ops.")
    and not cls.__module__.startswith("teachgraph.ops.sparse.")
    and not cls.effects
    for example in getattr(cls, "examples", list)()
    if is_smooth(example)
]


def shown(example: Example) -> str:
    op, arrays = example
    return f"{op}({', '.join(f'{a.dtype}{list(a.shape)}' for a in arrays)})"


def moving(node: Any, out: Variable, arrays: tuple[Array, ...]) -> list[int]:
    """The inputs that an output is smooth in, by what the op says."""
    if is_flat(node):
        return []
    gs = [v if v is out else None for v in node.outputs]
    one = len(gs) == 1
    try:
        terms = node.op.grad(
            node.inputs, out if one else node.outputs, out if one else tuple(gs)
        )
    except Fault:  # it has no gradient, as other tests say
        return []
    first = 1 if node.op.title in ORDERS else 0
    return [
        i
        for i, (term, a) in enumerate(zip(terms, arrays))
        if rest_of(term) is not None and is_float(a) and i >= first
    ]


@pytest.mark.parametrize("example", EXAMPLES, ids=shown)
def test_it_is_the_derivative_along_a_direction_and_the_transpose_of_lop(
    example: Example,
):
    op, arrays = example
    rng = np.random.default_rng(zlib.crc32(shown(example).encode()))
    inputs = leaves(arrays)
    node = op.make(*inputs)
    for k, out in enumerate(node.outputs):
        places = moving(node, out, arrays)
        if out.dtype != "float64" or not places:
            continue
        directions = {i: rng.normal(size=arrays[i].shape) for i in places}
        wrt, points = (
            [inputs[i] for i in places],
            [Variable(inputs[i].type) for i in places],
        )
        values = dict(zip([*inputs, *points], [*arrays, *directions.values()]))
        found = evaluated(Rop(out, wrt, points), values)
        sides = []
        for step in (STEP, -STEP):
            moved = [a + step * directions.get(i, 0) for i, a in enumerate(arrays)]
            kept = [
                a if i not in directions else m
                for i, (a, m) in enumerate(zip(arrays, moved))
            ]
            sides.append(several(op.numpy(*kept))[k])
        expected = (sides[0] - sides[1]) / (2 * STEP)
        assert found.shape == expected.shape
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
        weights = rng.normal(size=expected.shape)
        g = Variable(out.type)
        back = [evaluated(t, values | {g: weights}) for t in Lop(out, wrt, g)]
        pairs = zip(back, directions.values())
        total = sum(np.sum(b * d) for b, d in pairs)
        assert np.isclose(total, np.sum(weights * found), rtol=1e-9, atol=1e-9)


# Several at once

x, y, v, u = T.dvectors("x", "y", "v", "u")


def value(expression: Any) -> Any:
    """The value at x = (1, 2), y = (5, 7), along v = (3, -4), u = (1, 10)."""
    f = tg.function(
        [x, y, v, u], expression, mode="FAST_COMPILE", on_unused_input="ignore"
    )
    return f([1, 2], [5, 7], [3, -4], [1, 10]).tolist()


def test_directions_of_several_inputs_are_added():
    assert value(Rop(x - y, [x, y], [v, u])) == [2, -14]


def test_an_input_that_another_is_made_of_is_moved_on_its_own():
    w = x * 2
    assert value(Rop(w * x, [x, w], [v, u])) == [3 * 2 + 1 * 1, -4 * 4 + 10 * 2]


def test_lop_adds_what_arrives_at_an_output_that_another_is_made_of():
    w = x**2
    assert value(Lop([w, 3 * w], x, [v, u])) == [2 * (3 + 3), 4 * (-4 + 30)]


def test_points_are_one_for_each_and_of_as_many_axes():
    with pytest.raises(UsageError, match="2 eval points for 1 of `wrt`"):
        Rop(x, x, [v, v])
    with pytest.raises(RankError, match="the eval point of `x`"):
        Rop(x, x, T.dmatrix())
    with pytest.raises(UsageError, match="2 eval points for 1 of `f`"):
        Lop(x, x, [v, v])


# Ops that only change gradients


def test_through_zero_grad_nothing_moves():
    assert value(Rop(zero_grad(x) * 2, x, v)) == [0, 0]
    assert value(Rop(zero_grad(x) * 2 + x, x, v)) == [3, -4]


def test_through_disconnected_grad_there_is_no_connection():
    with pytest.raises(DisconnectedInputError):
        Rop(disconnected_grad(x), x, v)
    assert value(Rop(disconnected_grad(x) * x, x, v)) == [3, -8]


def test_what_clips_gradients_lets_directions_through():
    assert value(Rop(grad_clip(x, 1, 2) ** 2, x, v)) == [6, -16]


def test_what_scales_gradients_scales_directions():
    assert value(Rop(grad_scale(x, -3) ** 2, x, v)) == [-18, 48]


def test_what_jumps_moves_by_zero_and_says_so():
    with pytest.warns(ZeroGradientWarning, match="`floor` is in the way"):
        product = Rop(T.floor(x), x, v)
    assert value(product) == [0, 0]


# Ops that say their own


class Told(Op):
    """A square, and a product with its Jacobian that can be told from it."""

    def infer(self, x: TensorType) -> TensorType:
        return x

    def numpy(self, x: Array) -> Array:
        return x**2

    def grad(self, inputs: Any, output: Any, g: Any) -> Any:
        return (2 * inputs[0] * g,)

    def R_op(self, inputs: Any, points: Any) -> Any:
        return [points[0] * 100]


OPS.pop("Told")
told = Told()


def test_an_op_that_says_its_own_product_is_asked():
    assert value(Rop(told(x) * y, x, v)) == [1500, -2800]
    assert value(Rop(told(told(x)), x, v)) == [30000, -40000]


def test_an_op_that_nothing_arrives_at_is_not_asked():
    with pytest.raises(DisconnectedInputError):
        Rop(told(y), x, v)
    assert value(Rop(told(y) * x, x, v)) == [75, -196]


def test_an_op_inside_a_loop_is_asked_in_every_turn():
    turns, _ = tg.scan(lambda e, s, w: told(s) + e * w, x, T.constant(1.0), y[0])
    # 1 + 1 * 5 = 6, then 36 + 2 * 5: moves 3 * 5, then 100 * 15 - 4 * 5
    assert value(Rop(turns, x, v)) == [15, 1480]


def test_an_op_inside_a_loop_that_stops_is_asked_too():
    def step(e: Variable, s: Variable) -> Any:
        return [told(s) * e, s + e], tg.until(e > 1)

    (states, sums), _ = tg.scan(step, T.concatenate([x, x]), [T.constant(1.0), None])
    assert value(Rop(states, x, v)) == [3, 100 * 3 * 2 - 4]
    assert value(Rop(sums, x, v)) == [3, 3 - 4]


def test_a_graph_used_as_an_op_hands_on_to_the_ops_inside():
    op = OpFromGraph([x], [told(x) + x])
    assert value(Rop(op(x), x, v)) == [303, -404]


def test_a_graph_may_say_how_it_moves():
    twice = OpFromGraph([x], [x**2], rop_overrides=lambda _, points: [points[0] * 7])
    assert value(Rop(twice(x) * 2, x, v)) == [42, -56]
    by_graph = OpFromGraph([x], [x**2], rop_overrides=OpFromGraph([x, v], [x + v]))
    assert value(Rop(by_graph(x), x, v)) == [4, -2]


def test_a_graph_may_say_how_one_of_its_outputs_moves():
    op = OpFromGraph(
        [x, y], [x * y, x + y], rop_overrides=[lambda _, points: points[1], "default"]
    )
    product, total = op(x, y)
    assert value(Rop(product, [x, y], [v, u])) == [1, 10]
    assert value(Rop(total, [x, y], [v, u])) == [4, 6]


def test_a_gradient_that_is_overridden_is_not_how_a_graph_moves():
    op = OpFromGraph([x], [x**2], lop_overrides=lambda _, outs, gs: [gs[0] * 7])
    assert value(Lop(op(x), x, v)) == [21, -28]
    assert value(Rop(op(x), x, v)) == [6, -16]
