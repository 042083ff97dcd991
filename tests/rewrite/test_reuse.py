"""Sums of slices are joined, and what a loop has computed its gradient reads."""

import numpy as np
from running import result

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.core.graph import Graph
from teachgraph.ops.assign import IncSubtensor
from teachgraph.ops.dot import Dot
from teachgraph.ops.join import Join
from teachgraph.ops.scan import Scan
from teachgraph.rewrite.sums import sums_of_parts

RNG = np.random.default_rng(4)


def ops(graph: Graph) -> list[type]:
    return [type(node.op) for node in graph.applies()]


def slices(x, y, bounds):
    terms = [T.inc_subtensor(T.zeros_like(x)[:, a:b], y) for a, b in bounds]
    return sum(terms[1:], terms[0])


def fixed(rows, columns, name):
    return T.specify_shape(T.dmatrix(name), (rows, columns))


def test_slices_side_by_side_are_joined():
    x, y = T.dmatrix("x"), fixed(2, 3, "y")
    graph = Graph((x, y), (slices(x, y, [(3, 6), (0, 3), (6, 9)]),))
    assert Join in ops(result(sums_of_parts(graph)))
    assert IncSubtensor not in ops(result(sums_of_parts(graph)))


def test_slices_that_overlap_or_leave_a_gap_stay_a_sum():
    x, y = T.dmatrix("x"), fixed(2, 3, "y")
    for bounds in ([(0, 3), (2, 5)], [(0, 3), (4, 7)], [(1, 4), (4, 7)]):
        graph = Graph((x, y), (slices(x, y, bounds),))
        assert result(sums_of_parts(graph)) is graph


def test_what_is_stretched_into_a_slice_stays_a_sum():
    x, y = T.dmatrix("x"), fixed(2, 1, "y")
    graph = Graph((x, y), (slices(x, y, [(0, 3), (3, 6)]),))
    assert result(sums_of_parts(graph)) is graph


def test_the_gradient_of_gates_is_what_it_was():
    z, c = T.dmatrix("z"), np.ones((2, 3))
    gates = [z[:, 3 * k : 3 * k + 3] for k in range(4)]
    product = T.tanh(gates[0]) * T.exp(gates[1]) * gates[3] ** 2 * gates[2] * c
    gradient = tg.grad(product.sum(), z)
    values = RNG.normal(size=(2, 13))
    plain = tg.function([z], gradient, mode="FAST_COMPILE")
    np.testing.assert_allclose(tg.function([z], gradient)(values), plain(values))


def recurrent(wrt_all: bool):
    x, h0 = T.dtensor3("x"), T.dmatrix("h0")
    w = T.dmatrix("w")
    rows, _ = tg.scan(
        lambda x, h, w: T.sin(x + T.dot(h, w)),
        sequences=[x],
        outputs_info=[h0],
        non_sequences=[w],
    )
    cost = (rows**2).sum() if wrt_all else (rows[-1] ** 2).sum()
    return [x, h0, w], [cost, *tg.grad(cost, [w, h0, x])]


def products_in_turns(f) -> int:
    loops = [n.op for n in f.optimized.applies() if isinstance(n.op, Scan)]
    nodes = (node for op in loops for node in op.graph.applies())
    outside = ops(f.optimized).count(Dot)
    return sum(isinstance(node.op, Dot) for node in nodes) + outside


def test_products_of_a_loop_are_not_computed_again_for_its_gradient():
    for wrt_all in (False, True):
        inputs, outputs = recurrent(wrt_all)
        f = tg.function(inputs, outputs)
        again = tg.function(inputs, outputs, mode=tg.Mode(excluding=("scan_reuse",)))
        shapes = ((5, 3, 4), (3, 4), (4, 4))
        values = [RNG.normal(size=shape) / 2 for shape in shapes]
        for a, b in zip(f(*values), again(*values), strict=True):
            np.testing.assert_allclose(a, b)
        assert products_in_turns(f) == products_in_turns(again) - 1
