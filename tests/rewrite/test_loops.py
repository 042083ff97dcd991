"""What rewriting makes of loops; results stay what they were."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from rewriting import exhausted, fired
from running import assert_same, by_c, by_numpy

import teachgraph.tensor as T
from teachgraph.core.graph import Graph, Variable
from teachgraph.ops.dot import Dot
from teachgraph.ops.fused import Fused
from teachgraph.ops.scan import Scan
from teachgraph.rewrite.pipeline import PHASES, optimize

Array = np.ndarray[Any, Any]
X, START = T.dmatrix("x"), T.dmatrix("start")
W, V = T.dmatrix("w"), T.dmatrix("v")
ROW, PAST = T.dvector("row"), T.dvector("past")
RNG = np.random.default_rng(3)
VALUES = {
    X: RNG.standard_normal((6, 3)),
    START: RNG.standard_normal((1, 3)),
    W: RNG.standard_normal((3, 3)),
    V: RNG.standard_normal((3, 3)),
}


def without_fusion(graph: Graph) -> tuple[Graph, list[str]]:
    result, events = exhausted(optimize(graph, phases=PHASES[:-1]))
    return result, fired(events)


def checked(*outputs: Variable) -> tuple[list[Scan], list[str], Graph]:
    """The loops that are left, the passes that worked, and the graph."""
    inputs = tuple(v for v in VALUES if v in Graph((), outputs).variables())
    graph = Graph(inputs, outputs)
    values = [VALUES[v] for v in inputs]
    result, names = without_fusion(graph)
    wanted = by_numpy(graph, values)
    whole, _ = exhausted(optimize(graph))
    for found in (
        by_numpy(result, values),
        by_c(result)(*values),
        by_c(whole)(*values),
    ):
        for a, b in zip(found, wanted, strict=True):
            assert_same(a, b)
    return loops(result), names, result


def loops(graph: Graph) -> list[Scan]:
    return [n.op for n in graph.applies() if isinstance(n.op, Scan)]


def scan(
    inputs: Sequence[Variable],
    outputs: Sequence[Variable],
    given: Sequence[Variable],
    **options: Any,
) -> tuple[Variable, ...]:
    """A loop along X with one state."""
    op = Scan(Graph(tuple(inputs), tuple(outputs)), 1, ((-1,),), **options)
    return op.make(X.shape[0], X, START, *given).outputs


def titles(op: Scan) -> list[str]:
    return [node.op.title for node in op.graph.applies()]


def test_a_turn_is_rewritten_as_any_graph_is():
    (out,) = scan((ROW, PAST), (PAST * 1 + ROW - ROW * 0,), ())
    (op,), names, _ = checked(out)
    assert titles(op) == ["add"]
    assert "scan_inner" in names


def test_what_nobody_reads_is_dropped():
    out, _, _ = scan((ROW, PAST, W), (PAST + ROW, T.dot(PAST, W), ROW * 2), (V,))
    (op,), names, _ = checked(out)
    assert titles(op) == ["add"]
    assert len(op.graph.inputs) == 2
    assert "scan_unused" in names


def test_a_state_that_only_other_outputs_need_keeps_one_row():
    _, doubled = scan((ROW, PAST), (T.tanh(PAST + ROW), PAST * 2), ())
    (op,), _, _ = checked(doubled)
    assert op.kept == (1, None)


def test_a_state_that_only_it_reads_itself_goes():
    other = T.dvector("other")
    turn = Graph((ROW, PAST, other), (PAST + ROW, other * ROW))
    op = Scan(turn, 1, ((-1,), (-1,)))
    out = op.make(X.shape[0], X, START, START).outputs[0]
    (op,), _, _ = checked(out)
    assert op.states == 1


def test_only_the_last_turns_are_kept_where_no_others_are_read():
    h, sums = scan((ROW, PAST), (T.tanh(PAST + ROW), (PAST * ROW).sum()), ())
    (op,), names, _ = checked(h[-1], h[-3], sums[-1] * 2)
    assert op.kept == (3, 1)
    assert "scan_save_mem" in names


def test_all_turns_are_kept_where_one_of_the_first_is_read():
    (h,) = scan((ROW, PAST), (T.tanh(PAST + ROW),), ())
    (op,), _, _ = checked(h[-1], h[0])
    assert op.kept == (None,)


def test_a_slice_from_the_end_may_be_longer_than_there_are_turns():
    (h,) = scan((ROW, PAST), (T.tanh(PAST + ROW),), ())
    (op,), _, _ = checked(h[-2:])
    assert op.kept == (None,)


def test_what_is_the_same_in_all_turns_is_computed_before():
    new = T.tanh(T.dot(PAST, T.exp(W))) + ROW
    (h,) = scan((ROW, PAST, W), (new,), (V,))
    (op,), names, _ = checked(h)
    assert "exp" not in titles(op)
    assert "scan_pushout_nonseqs" in names


def test_products_of_elements_are_one_product():
    new = T.tanh(T.dot(T.sin(ROW), W) + T.dot(PAST, V))
    (h,) = scan((ROW, PAST, W, V), (new,), (W, V))
    (op,), names, graph = checked(h)
    assert titles(op).count("Dot") == 1
    assert "scan_pushout_seqs" in names
    assert sum(isinstance(n.op, Dot) for n in graph.applies()) == 1


def test_products_of_a_reversed_sequence_are_those_of_the_sequence():
    forward = scan((ROW, PAST, W), (T.tanh(T.dot(ROW, W) + PAST),), (V,))[0]
    turn = Graph((ROW, PAST, W), (T.sin(T.dot(ROW, W) + PAST),))
    op = Scan(turn, 1, ((-1,),))
    backward = op.make(X.shape[0], X[::-1], START, V).outputs[0]
    found, _, graph = checked(forward, backward)
    assert not any("Dot" in titles(op) for op in found)
    assert sum(isinstance(n.op, Dot) for n in graph.applies()) == 1


def test_a_sum_of_products_is_one_product():
    batch, total = T.dmatrix("batch"), T.dmatrix("total")
    turn = Graph((batch, total), (total + T.dot(batch.T, T.tanh(batch)),))
    op = Scan(turn, 1, ((-1,),), keep=(1,))
    cube = X.dimshuffle(0, "x", 1)
    sums = op.make(X.shape[0], cube, W.dimshuffle("x", 0, 1)).outputs[0]
    (op,), names, graph = checked(sums)
    assert "Dot" not in titles(op)
    assert "scan_pushout_dot1" in names
    assert sum(isinstance(n.op, Dot) for n in graph.applies()) == 1


def test_equal_loops_become_one():
    def written() -> Variable:
        row, past = T.dvector("row"), T.dvector("past")
        op = Scan(Graph((row, past), (T.tanh(row + past),)), 1, ((-1,),))
        return op.make(X.shape[0], X, START).outputs[0]

    found, _, _ = checked(written() + written())
    assert len(found) == 1


def test_a_turn_is_fused_at_last():
    (h,) = scan((ROW, PAST), (T.tanh(PAST + ROW),), ())
    result, _ = exhausted(optimize(Graph((X, START), (h,))))
    (op,) = loops(result)
    assert [type(n.op) for n in op.graph.applies()] == [Fused]


def test_loops_inside_of_loops_are_rewritten_as_well():
    e, s = T.dscalar("e"), T.dscalar("s")
    steps = Scan(Graph((e, s), (s * 1 + e,)), 1, ((-1,),))
    inner = steps.make(ROW.shape[0], ROW, PAST[:1]).outputs[0]
    (h,) = scan((ROW, PAST), (PAST + inner[-1],), ())
    (op,), _, _ = checked(h)
    (inside,) = loops(op.graph)
    assert titles(inside) == ["add"]
    assert inside.kept == (1,)


def test_a_pass_can_be_left_out():
    h = scan((ROW, PAST), (T.tanh(PAST + ROW),), ())[0]
    graph = Graph((X, START), (h[-1],))
    result, _ = exhausted(optimize(graph, excluding={"scan_save_mem"}))
    (op,) = loops(result)
    assert op.kept == (None,)
