"""Stepping inside of nodes: loops in loops, branches, graphs used as ops."""

import numpy as np
import pytest

import teachgraph as tg
from teachgraph import ifelse
from teachgraph import tensor as T
from teachgraph.compile.function import function
from teachgraph.view import protocol
from teachgraph.view.inside import Moment, inside
from teachgraph.view.levels import MOST_MET
from teachgraph.view.live import Live
from teachgraph.view.stepper import step
from teachgraph.view.tracing import MOST_TURNS

ROWS = np.arange(6.0).reshape(2, 3)


def halved(a, s):
    return s * 0.5 + a


def over_a_row(row, total):
    inner, _ = tg.scan(halved, sequences=row, outputs_info=T.constant(0.0), name="in")
    return total + inner[-1]


@pytest.fixture
def nested():
    """A sum over rows, each of them summed by a loop inside of the loop."""
    m = T.dmatrix("m")
    out, _ = tg.scan(over_a_row, m, outputs_info=T.constant(0.0), name="out")
    return function([m], out[-1], name="nested")


def evals(found):
    return [e for e in found["timeline"] if e["t"] == "eval"]


def by_turns(found):
    """The values told inside of loops, by their turns."""
    told = {}
    for e in evals(found):
        if e.get("path"):
            turns = tuple(turn for _, turn in e["path"])
            told.setdefault(turns, []).append(e["outputs"][0].get("data"))
    return told


def test_turns_of_the_inner_loop_are_told_for_each_turn_of_the_outer(nested):
    found = step(nested, ROWS).document()
    protocol.validate(found)
    told = by_turns(found)
    assert set(told) == {(0,), (1,), *((i, j) for i in range(2) for j in range(3))}


def test_value_at_turn_i_j_is_what_the_loops_computed_there(nested):
    told = by_turns(step(nested, ROWS).document())
    for i in range(2):
        total = 0.0
        for j in range(3):
            assert [ROWS[i, j]] in told[i, j]
            assert [total] in told[i, j]
            total = total * 0.5 + ROWS[i, j]
            assert [total] in told[i, j]


def test_inner_loop_says_how_many_turns_it_took(nested):
    found = step(nested, ROWS).document()
    assert [e["turns"] for e in evals(found) if "turns" in e] == [
        (0, 3),
        (0, 3),
        (0, 2),
    ]


def test_into_and_out_work_at_every_depth(nested):
    s = step(nested, ROWS).until("scan out")
    assert s.into().next().inside.turns == (0,)
    while s.inside.node is None or s.inside.node.op.title != "scan in":
        s.next()
    s.into().next()
    assert s.inside.turns == (0, 0)
    assert "turn 0 of scan in" in str(s)
    assert "turn 0 of scan out" in str(s)
    assert [level.node.op.title for level in s.around] == ["scan out", "scan in"]
    assert s.out().inside.turns == (0,)
    assert not s.out().is_inside


def test_into_the_statements_of_a_node_inside_of_loops(nested):
    s = step(nested, ROWS).until("turn[1] = 2 and op = mul").into().next()
    assert s.inside.line.endswith(";")
    assert "inside its loops" in str(s)
    assert s.out().inside.turns == (0, 2)


def test_until_a_turn_goes_into_all_loops(nested):
    s = step(nested, ROWS).until("turn[0] = 1 and turn[1] = 2 and op = add")
    assert s.inside.turns == (1, 2)
    assert s.inside.outputs[0] == 0.5 * (0.5 * 3 + 4) + 5


def test_going_back_inside_computes_nothing(nested):
    s = step(nested, ROWS).until("scan out").into().next().next()
    second = s.inside
    assert s.back().next().inside is second
    assert "the start of it" in str(s.back().back().back())


def test_only_the_last_of_a_long_walk_is_kept_and_it_says_so():
    start = T.dscalar("start")
    out, _ = tg.scan(lambda s: s * 0.5, outputs_info=[start], n_steps=MOST_MET)
    s = step(function([start], out), 1.0).until("scan").into()
    for _ in range(2 * MOST_MET):
        s.next()
    for _ in range(MOST_MET + 1):
        s.back()
    assert "no earlier turns are kept" in str(s)


def test_few_turns_are_told_where_a_turn_is_long_and_the_count_is_true():
    x = T.dvector("x")

    def turn(s):
        for _ in range(60):
            s = T.tanh(s)
        return s

    out, _ = tg.scan(turn, outputs_info=[x], n_steps=50)
    found = step(function([x], out), np.ones(2)).document()
    protocol.validate(found)
    assert "truncated" not in found
    told = {turns[0] for turns in by_turns(found)}
    assert 1 <= len(told) < MOST_TURNS
    assert [e["turns"] for e in evals(found) if "turns" in e] == [(0, 50)]


def test_other_turns_of_an_inner_loop_are_told_on_demand(nested):
    live = Live(step(nested, np.ones((30, 40))))
    inner = next(n for n, e in enumerate(evals(live.document()), 1) if "turns" in e)
    live.answer({"do": "turns", "event": inner, "first": 25})
    later = live.answer({"do": "turns", "event": inner, "level": 0, "first": 17})
    protocol.validate(later)
    told = by_turns(later)
    assert min(turns[0] for turns in told) == 17
    assert min(turns[1] for turns in told if len(turns) == 2) == 25


def test_loop_that_stops_itself_tells_the_turns_that_it_took():
    start = T.dscalar("start")
    out, _ = tg.scan(
        lambda s: (s * 2, tg.until(s > 20)), outputs_info=[start], n_steps=1000
    )
    for shown in (out, out[-1]):
        found = step(function([start], shown), 1.0).document()
        assert [e["turns"] for e in evals(found) if "turns" in e] == [(0, 6)]


def test_branch_that_is_not_taken_has_no_values_and_it_is_said():
    x, c = T.dvector("x"), T.dscalar("c")
    f = function([x, c], ifelse(c, T.exp(x).sum(), T.log(x).sum()))
    for taken, other, condition in (("exp", "log", 1.0), ("log", "exp", 0.0)):
        s = step(f, [1.0, 2.0], condition)
        found = s.document()
        protocol.validate(found)
        labels = {
            n["id"]: n["label"] for g in found["graphs"].values() for n in g["nodes"]
        }
        ran = [labels[e["node"]] for e in evals(found) if e.get("path")]
        assert taken in ran
        assert other not in ran
        which = "second" if condition else "first"
        assert f"the {which} is not computed" in str(s.until("ifelse").into().next())


def test_graph_used_as_an_op_is_stepped_into():
    x = T.dvector("x")
    layer = tg.OpFromGraph([x], [T.exp(x) * 2], name="layer")
    node = layer(x).owner
    moments = list(inside(node, [np.array([0.0, 1.0])]))
    assert [m.node.op.title for m in moments if m.node] == ["exp", "mul"]
    assert np.array_equal(moments[-1].outputs[0], 2 * np.exp([0.0, 1.0]))


def test_error_in_turn_17_shows_the_turns_that_led_there():
    n, v = T.ivector("n"), T.dvector("v")
    out, _ = tg.scan(lambda i, s: s + v[i], sequences=n, outputs_info=T.constant(0.0))
    s = step(function([n, v], out), np.arange(30, dtype="int32"), np.ones(17))
    found = s.document()
    protocol.validate(found)
    turns = sorted(turns[0] for turns in by_turns(found))
    assert turns[-1] == 17
    assert len(turns) == MOST_TURNS
    assert found["timeline"][-1]["code"] == "index-out-of-range"
    s.until("turn = 17")
    assert s.inside.turns == (17,)
    assert "the next node fails" in str(s.next().next().next().next())


def test_turns_before_the_first_nan_are_told():
    x = T.dscalar("x")
    (_, roots), _ = tg.scan(
        lambda s: (s - 0.1, T.sqrt(s)), outputs_info=[x, None], n_steps=60
    )
    told = by_turns(step(function([x], roots), 2.05).document())
    assert [["nan"] in told[turn,] for turn in (19, 20, 21, 22)] == [0, 0, 1, 1]


def test_constant_may_be_shared_by_a_loop_and_the_graph_around_it():
    x, two = T.dvector("x"), T.constant(2.0)
    out, _ = tg.scan(lambda a: a * two, sequences=x)
    found = step(function([x], out * two, mode="FAST_COMPILE"), [1.0, 2.0]).document()
    protocol.validate(found)


def test_gradients_stand_beside_the_values_of_a_loop():
    x = T.dvector("x")
    out, _ = tg.scan(lambda a, s: s * 0.5 + a, x, outputs_info=T.constant(0.0))
    found = step(function([x], T.sum(out**2)), [1.0, 2.0]).document()
    grads = {e["node"]: e["grad"][0].get("data") for e in evals(found) if "grad" in e}
    first, second = 1.0, 0.5 + 2.0
    expected = [2 * first + 0.5 * 2 * second, 2 * second]
    assert expected in grads.values()
    loop = next(e["node"] for e in evals(found) if "turns" in e)
    assert grads[loop] == [2 * first, 2 * second]


def test_sparse_values_are_told_and_shown():
    sparse = pytest.importorskip("scipy.sparse")
    m, y = tg.sparse.csr_matrix("m"), T.dmatrix("y")
    f = function([m, y], tg.sparse.structured_dot(m, y).sum())
    s = step(f, sparse.csr_matrix(np.eye(3)), np.ones((3, 2)))
    found = s.document()
    protocol.validate(found)
    assert evals(found)[0]["outputs"][0]["shape"] == [3, 3]
    assert "3 held" in str(s.next())


def test_name_that_would_move_the_cursor_stays_on_its_line():
    x = T.dvector("x\x1b[2J\nrm")
    out, _ = tg.scan(lambda a: a * 2, sequences=x, name="loop\x00")
    s = step(function([x], out), [1.0]).until("scan loop\x00").into().next()
    assert "\x1b" not in str(s)
    assert "\x00" not in str(s)


def test_moment_knows_whether_a_node_ran():
    x = T.dvector("x")
    given, made = inside(tg.OpFromGraph([x], [T.exp(x)])(x).owner, [np.ones(1)])
    assert isinstance(given, Moment)
    assert given.node is None
    assert made.node is not None
