"""What functions can do besides being called: copies, storage, clones, threads."""

import copy
import pickle
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.compile import rebuild_collect_shared
from teachgraph.core.graph import Graph, same_graph
from teachgraph.core.report import TeachgraphError

MODES = pytest.mark.parametrize("mode", ["FAST_COMPILE", "FAST_RUN"])


def accumulator(mode="FAST_COMPILE"):
    state, n = tg.shared(0.0, "state"), T.dscalar("n")
    return state, tg.function([n], state + n, updates=[(state, state + n)], mode=mode)


@MODES
def test_a_copy_reads_and_updates_the_same_shared_variables(mode):
    state, f = accumulator(mode)
    g = f.copy()
    f(1)
    g(10)
    assert state.get_value() == 11.0


@MODES
def test_a_copy_may_read_and_update_another_variable(mode):
    state, f = accumulator(mode)
    other = tg.shared(100.0, "other")
    g = f.copy(swap={state: other})
    assert (float(g(1)), float(g(1))) == (101.0, 102.0)
    assert (state.get_value(), other.get_value()) == (0.0, 102.0)
    assert g.get_shared() == [other]


def test_a_copy_may_leave_updates_out():
    _state, f = accumulator()
    g = f.copy(delete_updates=True, name="peek")
    assert (float(g(5)), float(g(5)), g.name) == (5.0, 5.0, "peek")
    assert g.updated == ()


def test_an_input_that_keeps_its_value_is_not_common_to_copies():
    n, total = T.dscalar("n"), T.dscalar("total")
    f = tg.function([n, tg.In(total, value=0.0, update=total + n)], total + n)
    g = f.copy()
    f(5)
    assert (float(f(1)), float(g(1))) == (6.0, 1.0)


def test_only_what_the_function_reads_can_be_swapped():
    _, f = accumulator()
    with pytest.raises(TeachgraphError, match="unknown-name"):
        f.copy(swap={tg.shared(0.0, "stranger"): tg.shared(1.0)})
    with pytest.raises(TeachgraphError, match="wrong-dtype"):
        f.copy(swap={f.get_shared()[0]: tg.shared(np.float32(1.0))})


def test_a_function_runs_on_what_lies_in_its_storage():
    x, w = T.dvector("x"), tg.shared(np.array([2.0]), "w")
    f = tg.function([x], x * w)
    f.input_storage[0].data = [3.0]
    assert f.fn().tolist() == [6.0]
    w.set_value(np.array([5.0]))
    assert f.fn().tolist() == [15.0]
    assert [n.op.title for n in f.fn.nodes] == ["mul"]
    f.free()
    f.trust_input = True
    assert f(np.array([1.0])).tolist() == [5.0]


def test_values_that_are_kept_are_read_by_variable():
    state, n = T.dscalar("state"), T.dscalar("n")
    f = tg.function([n, tg.In(state, value=1.0, update=state + n)], state)
    f(2)
    assert f.value[state] == f.container[state].value == 3.0
    f.value[state] = 7.0
    assert f["state"] == 7.0


def test_a_default_may_be_changed_and_a_copy_has_its_own():
    x, y = T.dscalars("x", "y")
    f = tg.function([x, tg.In(y, value=2.0)], x * y)
    g = f.copy()
    f[y] = 10.0
    assert (f(1.0), g(1.0), f["y"]) == (10.0, 2.0, 10.0)
    assert f.container[1] is f.container["y"]
    assert f.container[x].value is None


# Copies and pickles of graphs and variables


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))]
)
def test_an_expression_is_saved_with_names_tags_and_lines(copied):
    x = T.dvector("x")
    y = T.exp(x) + 1
    y.name, y.tag.note = "y", "seen"
    x2, y2 = copied((x, y))
    assert y2.owner.inputs[0].owner.inputs[0] is x2
    assert (y2.name, y2.tag.note, y2.type) == ("y", "seen", y.type)
    assert y2.origin.span().text() == "T.exp(x) + 1"


def test_saving_does_not_nest_with_the_depth_of_a_graph():
    x = T.dscalar("x")
    y = x
    for _ in range(1000):
        y = T.sin(y) + x
    x2, y2, z2 = pickle.loads(pickle.dumps((x, y, y * x)))
    assert z2.owner.inputs == (y2, x2)
    assert len(Graph((x2,), (y2,)).applies()) == 2000
    graph = pickle.loads(pickle.dumps(Graph((x,), (y,))))
    assert len(graph.applies()) == 2000
    assert len(Graph(*[(v,) for v in copy.deepcopy((x, y))]).applies()) == 2000


def test_a_shared_variable_is_copied_with_or_without_its_storage():
    w = tg.shared(np.ones(2), "w")
    alias, own = copy.copy(w), copy.deepcopy(w)
    w.set_value(np.zeros(2))
    assert (alias.get_value().sum(), own.get_value().sum()) == (0.0, 2.0)
    assert pickle.loads(pickle.dumps(own)).get_value().tolist() == [1.0, 1.0]
    twin = w.clone()
    twin.set_value(np.full(2, 3.0))
    assert w.get_value().tolist() == [3.0, 3.0]
    w.zero()
    assert w.container.value.tolist() == [0.0, 0.0]


READER = """
import pickle, sys
f, w = pickle.load(open(sys.argv[1], "rb"))
print(float(f(2.0)), float(w.get_value()), f.get_shared()[0] is w)
"""


@pytest.mark.slow
def test_a_function_is_read_by_another_process(tmp_path: Path):
    w, x = tg.shared(3.0, "w"), T.dscalar("x")
    f = tg.function([x], T.exp(x * 0) * w * x, updates=[(w, w + 1)], mode="FAST_RUN")
    file = tmp_path / "f.pkl"
    file.write_bytes(pickle.dumps((f, w)))
    command = [sys.executable, "-c", READER, str(file)]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["6.0", "4.0", "True"]


# Clones of expressions


def test_clone_puts_something_else_in_the_place_of_a_variable():
    x, y = T.dvectors("x", "y")
    cost = (x * y).sum()
    again = tg.clone(cost, replace={x: T.exp(y)})
    assert tg.function([y], again)([0.0, 0.0]) == 0.0
    assert tg.function([y], again)([1.0]) == pytest.approx(np.e)
    first, second = tg.clone([x + 1, x * 2], replace=[(x, y)])
    assert first.owner.inputs[0] is second.owner.inputs[0] is y


def test_clone_makes_new_nodes_and_new_inputs_if_asked():
    x = T.dvector("x")
    y = T.exp(x)
    shares, owns = tg.clone(y), tg.clone(y, share_inputs=False)
    assert shares is not y
    assert same_graph(shares, y)
    assert owns.owner.inputs[0] is not x
    assert owns.owner.inputs[0].name == "x"


def test_clone_refuses_what_cannot_stand_there():
    x = T.dvector("x")
    with pytest.raises(TeachgraphError, match="wrong-rank"):
        tg.clone(x + 1, replace={x: T.dmatrix()})


def test_rebuilding_collects_shared_variables_and_updates():
    x, w = T.dscalar("x"), tg.shared(1.0, "w")
    inputs, outputs, (_, updates, expressions, shared) = rebuild_collect_shared(
        [x * w], inputs=[x], updates=[(w, w + x)], copy_inputs_over=False
    )
    assert inputs[0] is not x
    assert shared == [w]
    assert updates[w] is expressions[0]
    assert inputs[0] in outputs[0].owner.inputs


# Other values as shared variables


def test_shared_asks_constructors_for_values_of_other_kinds():
    def of_text(value, name=None, strict=False, allow_downcast=None):
        if not isinstance(value, str):
            raise TypeError("not a text")
        return tg.shared(np.frombuffer(value.encode(), "uint8"), name)

    tg.shared_constructor(of_text)
    try:
        assert tg.shared("ab", "letters").get_value().tolist() == [97, 98]
        assert tg.shared(1.0).dtype == "float64"
    finally:
        tg.shared_constructor(of_text, remove=True)
    with pytest.raises(TeachgraphError):
        tg.shared("ab")


# Threads


def at_once(work, threads: int = 4) -> None:
    running = [threading.Thread(target=work, args=(n,)) for n in range(threads)]
    for one in running:
        one.start()
    for one in running:
        one.join()


@MODES
def test_no_update_is_lost_when_threads_call_the_same_function(mode):
    state, f = accumulator(mode)
    at_once(lambda n: [f(1.0) for _ in range(500)])
    assert state.get_value() == 2000.0


@MODES
def test_no_update_is_lost_when_two_functions_update_the_same_variable(mode):
    state, f = accumulator(mode)
    n = T.dscalar("n")
    g = tg.function([n], [], updates=[(state, state + T.exp(n * 0))], mode=mode)
    at_once(lambda number: [(f, g)[number % 2](1.0) for _ in range(500)])
    assert state.get_value() == 2000.0


@MODES
def test_variables_that_change_together_are_never_seen_apart(mode):
    a, b, n = tg.shared(0.0), tg.shared(0.0), T.dscalar("n")
    write = tg.function([n], [], updates=[(a, n), (b, n)], mode=mode)
    read = tg.function([], a - b, mode=mode)
    seen: set[float] = set()

    def work(number: int) -> None:
        for turn in range(500):
            if number % 2:
                seen.add(float(read()))
            else:
                write(number * 1000.0 + turn)

    at_once(work)
    assert seen == {0.0}


@MODES
def test_threads_get_results_of_their_own_arguments(mode):
    x = T.dvector("x")
    f = tg.function([x], T.exp(x) * 2 + x, mode=mode)
    wrong: list[int] = []

    def work(number: int) -> None:
        values = np.full(40, float(number))
        expected = f(values)
        wrong.extend(number for _ in range(200) if not (f(values) == expected).all())

    at_once(work)
    assert not wrong
