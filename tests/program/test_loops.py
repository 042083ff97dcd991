"""Loops run in ways that agree: by NumPy, told or not, interpreted, and in C."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from running import assert_same, by_c, by_interpreter, by_numpy, fused, program_of

import teachgraph.tensor as T
from teachgraph.backend.python import PythonBackend
from teachgraph.core.events import DidRun, Failed, Turned, WillRun
from teachgraph.core.graph import Graph, Variable
from teachgraph.core.op import constant
from teachgraph.core.report import Fault
from teachgraph.core.types import TensorType
from teachgraph.ops.scan import Scan
from teachgraph.program import execute
from teachgraph.program.lower import lower
from teachgraph.program.plain import numpy_program
from teachgraph.program.program import GuardFailed, IndexFailed, Linkage, Loop, View

Array = np.ndarray[Any, Any]


def whole(value: int) -> Array:
    return np.array(value, "int64")


def applied(op: Scan, arrays: Sequence[Array]) -> Graph:
    """The loop on inputs whose lengths are not known."""
    inputs = tuple(
        Variable(TensorType(str(a.dtype), (None,) * a.ndim), f"v{k}")
        for k, a in enumerate(arrays)
    )
    return Graph(inputs, op.make(*inputs).outputs)


def by_python(graph: Graph, arrays: Sequence[Array]) -> list[Array]:
    backend = PythonBackend()
    cells = (None,) * len(graph.inputs), (None,) * len(graph.outputs)
    program = exhausted(backend.lower(graph))
    return exhausted(backend.build(program, Linkage(*cells, single=False)))(*arrays)


def exhausted(work: Any) -> Any:
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def assert_all_agree(graph: Graph, arrays: Sequence[Array], wanted: Any) -> None:
    wanted = wanted if isinstance(wanted, tuple | list) else (wanted,)
    compiled = by_c(graph)(*arrays)
    joined = by_c(fused(graph))(*arrays)
    ways = by_numpy, by_interpreter, by_python
    results = [compiled, joined, *(way(graph, arrays) for way in ways)]
    for found in results:
        for a, b in zip(found, wanted, strict=True):
            assert_same(a, b)


def assert_agrees(op: Scan, *arrays: Array) -> None:
    assert_all_agree(applied(op, arrays), arrays, op.numpy(*arrays))


def recurrence(taps: tuple[int, ...] = (-1,), **options: Any) -> Scan:
    """A state made of an element, itself, and a matrix; what is collected of it."""
    x, w = T.dvector("x"), T.dmatrix("w")
    past = [T.dvector(f"h{-tap}") for tap in taps]
    new = T.tanh(x + T.dot(sum(past[1:], past[0]), w))
    outputs = [new, (new * x).sum(), new * 2]
    if options.get("until"):
        outputs.append(new.sum() > 0.5)
    return Scan(Graph((x, *past, w), tuple(outputs)), 1, (taps,), **options)


def numbers(n: int, size: int = 3, before: int = 1) -> list[Array]:
    rng = np.random.default_rng(n)
    shapes = (n, size), (before, size), (size, size)
    return [whole(n), *(rng.standard_normal(shape) for shape in shapes)]


@pytest.mark.parametrize("n", [0, 1, 2, 7])
@pytest.mark.parametrize("taps", [(-1,), (-2, -1), (-3,), (-1, -3)])
def test_states_go_from_turn_to_turn(n: int, taps: tuple[int, ...]):
    assert_agrees(recurrence(taps), *numbers(n, before=-min(taps)))


@pytest.mark.parametrize("n", [3, 8])
@pytest.mark.parametrize("keep", [(1, None, 2), (2, 1, None), (4, 3, 1), (3, 1, 1)])
def test_only_the_last_rows_are_kept_where_that_is_all(n: int, keep: Any):
    assert_agrees(recurrence((-2, -1), keep=keep), *numbers(n, before=2))


def test_a_state_that_is_kept_goes_back_into_its_initial_values():
    assert_agrees(recurrence((-2,), keep=(2, None, None)), *numbers(0, before=2))
    assert_agrees(recurrence((-2,), keep=(3, 1, None)), *numbers(1, before=2))


def test_rows_may_have_no_elements():
    assert_agrees(recurrence(), *numbers(4, size=0))


@pytest.mark.parametrize("seed", range(6))
def test_a_loop_stops_after_the_turn_that_says_so(seed: int):
    rng = np.random.default_rng(seed)
    arrays = [whole(9), rng.standard_normal((9, 3)), *numbers(1)[2:]]
    assert_agrees(recurrence(until=True), *arrays)
    assert_agrees(recurrence(until=True, keep=(1, None, 1)), *arrays)


def test_what_follows_a_loop_relies_on_how_many_turns_there_were():
    op = recurrence(until=True)
    arrays = [*numbers(9)]
    made = applied(op, arrays)
    h, sums, doubled = made.outputs
    y = Variable(TensorType("float64", (None,)), "y")
    graph = Graph((*made.inputs, y), (h * doubled, sums + y, h.shape[0]))
    h, sums, doubled = op.numpy(*arrays)
    turns = len(sums)
    wanted = (h * doubled, sums + np.arange(turns), whole(turns))
    assert_all_agree(graph, [*arrays, np.arange(turns) * 1.0], wanted)


def test_a_number_of_turns_is_read_where_no_length_tells_it():
    h = T.dscalar("h")
    op = Scan(Graph((h,), (h * 2,)), 0, ((-1,),))
    x = Variable(TensorType("int64", (None,)), "x")
    start = Variable(TensorType("float64", (1,)), "start")
    out = op(x.sum(), start)
    graph = Graph((x, start), (out, out + 1))
    for values in ([1, 2], [0]):
        arrays = [np.array(values), np.array([3.0])]
        rows = 3.0 * 2.0 ** np.arange(1, 1 + sum(values))
        assert_all_agree(graph, arrays, (rows, rows + 1))


def doubling() -> Scan:
    h = T.dscalar("h")
    return Scan(Graph((h,), (h * 2, h)), 0, ((-1,),))


@pytest.mark.parametrize("n", [0, 1, 3])
def test_a_loop_need_not_walk_along_anything(n: int):
    assert_agrees(doubling(), whole(n), np.array([3.0]))


@pytest.mark.parametrize("keep", [(), (1, 1)])
def test_a_negative_number_of_turns_is_refused(keep: Any):
    arrays = [whole(-2), np.array([3.0])]
    graph = applied(doubling().keeping(keep), arrays)
    with pytest.raises(GuardFailed):
        by_c(graph)(*arrays)
    with pytest.raises(ValueError, match="a loop of -2 turns"):
        by_numpy(graph, arrays)


def test_whole_numbers_of_a_turn_may_be_lengths_in_it():
    i, x = T.lscalar("i"), T.dvector("x")
    op = Scan(Graph((i, x), ((T.arange(i) * 1.5).sum() + x.sum(),)), 1)
    assert_agrees(op, whole(4), np.array([3, 0, 5, 1]), np.ones(3))


def test_a_loop_is_inside_of_a_loop():
    x, h, w = T.dvector("x"), T.dscalar("h"), T.dvector("w")
    e, s, k = T.dscalar("e"), T.dscalar("s"), T.dscalar("k")
    inner = Scan(Graph((e, s, k), (s * k + e,)), 1, ((-1,),))
    steps = inner(x.shape[0], x, T.stack([h]), h + w[0])
    assert isinstance(steps, Variable)
    op = Scan(Graph((x, h, w), (T.tanh(steps[-1]), steps, steps * w)), 1, ((-1,),))
    rng = np.random.default_rng(5)
    shapes = (4, 5), (1,), (5,)
    assert_agrees(op, whole(4), *(rng.standard_normal(s) for s in shapes))


def test_a_loop_with_a_step_in_numpy_goes_through_python_and_says_why():
    x, h = T.dvector("x"), T.dvector("h")
    new = T.erfinv(T.tanh(x + h) * 0.5)
    op = Scan(Graph((x, h), (new, (new * 2).sum())), 1, ((-1,),), keep=(1, None))
    rng = np.random.default_rng(6)
    arrays = whole(4), rng.standard_normal((4, 3)), rng.standard_normal((1, 3))
    assert_agrees(op, *arrays)
    (loop,) = (s for s in program_of(applied(op, arrays)).steps if isinstance(s, Loop))
    assert loop.reason is not None
    assert loop.reason.endswith("has no loops, and runs in NumPy")


def test_constants_are_seen_inside_of_a_loop():
    x = T.dvector("x")
    table = constant(np.arange(6.0).reshape(2, 3))
    op = Scan(Graph((x,), (T.dot(table, x), x + 1)), 1)
    assert_agrees(op, whole(2), np.random.default_rng(7).standard_normal((2, 3)))


def test_one_value_may_be_two_outputs_and_an_input_one():
    x, h = T.dvector("x"), T.dvector("h")
    new = x + h
    op = Scan(Graph((x, h), (new, new, x, h)), 1, ((-1,),))
    assert_agrees(op, *numbers(4)[:3])


def test_sequences_may_be_walked_along_from_their_ends():
    arrays = numbers(5)
    n, x, start, w = made = applied(recurrence(), arrays).inputs
    graph = Graph(made, recurrence().make(n, x[::-1], start, w).outputs)
    wanted = recurrence().numpy(arrays[0], arrays[1][::-1], *arrays[2:])
    assert_all_agree(graph, arrays, wanted)
    (loop,) = (s for s in program_of(graph).steps if isinstance(s, Loop))
    assert loop.backwards == {0}
    assert loop.operands[0].variable is x


def test_another_shape_of_what_lies_in_memory_is_only_a_view():
    x = Variable(TensorType("float64", (None, None, None)), "x")
    w = Variable(TensorType("float64", (None, None)), "w")
    rows = x.reshape((x.shape[0] * x.shape[1], x.shape[2]))
    shape = [x.shape[0], x.shape[1], w.shape[1]]
    graph = Graph((x, w), (T.tanh(T.dot(rows, w).reshape(shape, ndim=3)),))
    rng = np.random.default_rng(8)
    a, b = rng.standard_normal((2, 3, 4)), rng.standard_normal((4, 5))
    assert_all_agree(graph, [a, b], np.tanh(a @ b))
    assert any(isinstance(s, View) for s in exhausted(lower(graph)).steps)


def gathering(**options: Any) -> Scan:
    i, x = T.lscalar("i"), T.dvector("x")
    return Scan(Graph((i, x), (x[i] * 2,)), 1, **options)


def test_an_index_out_of_range_stops_the_loop_and_tells_the_turn():
    arrays = [whole(4), np.array([0, 2, 9, 1]), np.arange(3.0)]
    graph = applied(gathering(), arrays)
    with pytest.raises(IndexFailed) as caught:
        by_c(graph)(*arrays)
    failed = caught.value
    assert (failed.index, failed.extent, failed.turn) == (9, 3, 2)


def test_an_index_is_checked_against_rows_without_elements():
    arrays = [whole(2), np.array([0, 0]), np.arange(0.0)]
    with pytest.raises(IndexFailed):
        by_c(applied(gathering(), arrays))(*arrays)


@pytest.mark.parametrize("run", [by_numpy, by_interpreter])
def test_a_failure_inside_tells_the_turn(run: Any):
    arrays = [whole(4), np.array([0, 2, 9, 1]), np.arange(3.0)]
    graph = applied(gathering(), arrays)
    program = numpy_program(graph) if run is by_numpy else program_of(graph)
    events: list[Any] = []
    with pytest.raises((Fault, IndexFailed)):
        execute.run(program, arrays, [events.append])
    (failed,) = (e for e in events if isinstance(e, Failed))
    assert "in turn 2 of scan" in failed.report.notes[-1].text


def test_too_few_rows_are_an_index_out_of_range():
    op = gathering(keep=(3,))
    arrays = [whole(2), np.array([0, 1]), np.arange(3.0)]
    graph = applied(op, arrays)
    for run in (lambda: by_c(graph)(*arrays), lambda: by_numpy(graph, arrays)):
        with pytest.raises(IndexFailed) as caught:
            run()
        assert (caught.value.index, caught.value.extent) == (-3, 2)


def test_every_step_of_every_turn_is_told():
    arrays = numbers(2)
    events: list[Any] = []
    execute.run(numpy_program(applied(recurrence(), arrays)), arrays, [events.append])
    assert [e.index for e in events if isinstance(e, Turned)] == [0, 1]
    titles = [e.step.nodes[0].op.title for e in events if isinstance(e, WillRun)]
    assert titles[0] == "scan"
    assert titles.count("tanh") == titles.count("Dot") == 2
    assert isinstance(events[-1], DidRun)


def test_memory_does_not_grow_with_turns_that_nobody_reads():
    op = recurrence(keep=(1, 1, 1))
    program = program_of(applied(op, numbers(4)))
    sizes = [n for b in program.blocks if b.role != "input" for n in b.shape]
    (loop,) = (s for s in program.steps if isinstance(s, Loop))
    sizes += [n for b in loop.body.blocks for n in b.shape]
    assert sizes
    assert not [n for n in sizes if "v1.shape[0]" in str(n) or "v0" in str(n)]


SMOOTH = (T.tanh, T.sin, T.exp, T.sqr)


def random_loop(seed: int) -> tuple[Scan, list[Array]]:
    """A loop of random ops over random sequences, states and constants."""
    rng = np.random.default_rng(seed)
    sequences, states = rng.integers(0, 3), rng.integers(0, 3)
    constants = rng.integers(0, 3)
    ranks = rng.integers(0, 3, sequences + states + constants)
    draws = [rng.integers(1, 4, 2) for _ in range(states)]
    taps = [tuple(sorted({-int(k) for k in draw})) for draw in draws]
    sizes = [(2, 3)[2 - r :] for r in ranks]
    inner = [T.TensorType("float64", (None,) * r) for r in ranks]
    xs = [Variable(t, f"x{k}") for k, t in enumerate(inner[:sequences])]
    of_state = inner[sequences : sequences + states]
    hs = [Variable(t, "h") for t, own in zip(of_state, taps) for _ in own]
    cs = [Variable(t, "c") for t in inner[sequences + states :]]
    pool = [*xs, *hs, *cs] or [constant(0.5)]
    for _ in range(8):
        a, b = (pool[k] for k in rng.integers(0, len(pool), 2))
        f = SMOOTH[rng.integers(len(SMOOTH))]
        pool.append(T.tanh(f(a * 0.5) - b) if rng.random() < 0.7 else a.sum() + b)
    outputs = [_like(t, pool[-1 - k]) for k, t in enumerate(of_state)]
    outputs += [pool[-1], pool[-2] * 2]
    keep = tuple([None, 1, 2][k] for k in rng.integers(0, 3, len(outputs)))
    until = bool(rng.random() < 0.3)
    if until:
        outputs.append(pool[-3].sum() > 1)
    graph = Graph((*xs, *hs, *cs), tuple(outputs))
    n = int(rng.integers(2, 6))
    firsts = [n] * sequences + [-min(t) for t in taps]
    shapes = [(f, *s) for f, s in zip(firsts, sizes)] + sizes[sequences + states :]
    op = Scan(graph, int(sequences), tuple(taps), until, () if until else keep)
    return op, [whole(n), *(np.asarray(rng.standard_normal(s)) for s in shapes)]


def _like(t: TensorType, v: Variable) -> Variable:
    """Something of a rank made of a variable."""
    while v.ndim > t.ndim:
        v = v.sum(axis=0)
    zeros = [T.zeros((2, 3)[2 - t.ndim :])] if v.ndim < t.ndim else []
    return sum(zeros, v)


@pytest.mark.parametrize("seed", range(25))
def test_random_loops_agree(seed: int):
    op, arrays = random_loop(seed)
    assert_agrees(op, *arrays)
