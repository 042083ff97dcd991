"""Kernels run statement by statement: dtypes as in C, faults, folds, loops."""

import numpy as np
import pytest
from lowering import lowered

from teachgraph.core.events import Turned
from teachgraph.core.report import InternalError
from teachgraph.kernel import build as k
from teachgraph.kernel.interpret import (
    Bound,
    IndexFault,
    Stored,
    evaluate_element,
    run,
    trace,
)
from teachgraph.kernel.ir import (
    Accumulator,
    Alloc,
    Assign,
    Barrier,
    Bin,
    Buffer,
    Cast,
    Const,
    Expr,
    For,
    If,
    Kernel,
    Let,
    Name,
    Size,
    Store,
)
from teachgraph.kernel.verify import verify
from teachgraph.ops.exponential import exp
from teachgraph.ops.scalars import add, switch, true_div
from teachgraph.ops.shape import DimShuffle

AT = Name("i", "int64")
N = Name("n", "int64")


def number(value: complex, dtype: str = "int64") -> Const:
    return Const(value, dtype)


def doubling(dtype: str = "float64") -> Kernel:
    """out[i] = x[i] + x[i] for i < n."""
    x = k.load("x", AT, dtype)
    body = (For(AT, N, (Store("out", AT, x + x),), kind="parallel"),)
    params = (Buffer("x", dtype), Buffer("out", dtype, written=True), Size("n"))
    return Kernel("doubling", params, body)


def summing() -> Kernel:
    """out[0] = the sum of x."""
    total = Name("total", "float64")
    turn = Assign(total, total + k.load("x", AT, "float64"))
    body = (
        Let(total, number(0.0, "float64"), mutable=True),
        For(AT, N, (turn,), vector=True, folds=(Accumulator("total", "sum"),)),
        Store("out", number(0), total),
    )
    params = (Buffer("x", "float64"), Buffer("out", "float64", written=True), Size("n"))
    return Kernel("summing", params, body)


def test_a_kernel_writes_its_buffers():
    x, out = np.arange(6.0).reshape(2, 3), np.zeros((2, 3))
    run(verify(doubling()), {"x": x, "out": out}, {"n": 6})
    assert (out == 2 * x).all()


def test_each_store_tells_its_place_its_value_and_the_names_in_scope():
    out = np.zeros(2)
    events = list(trace(doubling(), {"x": np.array([3.0, 4.0]), "out": out}, {"n": 2}))
    stores = [e for e in events if isinstance(e, Stored)]
    assert [(e.position, e.value, e.names["i"]) for e in stores] == [
        (0, 6, 0),
        (1, 8, 1),
    ]


def test_turns_of_a_loop_and_names_bound_are_told_in_order():
    buffers = {"x": np.array([3.0, 4.0]), "out": np.zeros(1)}
    told = [type(e) for e in trace(verify(summing()), buffers, {"n": 2})]
    assert told == [Bound, Turned, Bound, Turned, Bound, Stored]
    assert buffers["out"][0] == 7


def test_whole_numbers_wrap_around():
    x, out = np.array([100], "int8"), np.zeros(1, "int8")
    run(doubling("int8"), {"x": x, "out": out}, {"n": 1})
    assert out[0] == -56


def test_float32_rounds_as_float32():
    tiny = k.binary("+", number(1.0, "float32"), number(1e-9, "float32"))
    assert evaluate_element(tiny, {}).dtype == np.float32
    assert evaluate_element(tiny, {}) == 1


@pytest.mark.parametrize(
    ("value", "dtype", "expected"),
    [
        (-2.7, "int32", -2),
        (300.0, "int8", 44),
        (0.5, "bool", True),
        (2 + 3j, "float64", 2),
    ],
)
def test_casts_convert_as_c_does(value: complex, dtype: str, expected: float):
    source = "complex128" if isinstance(value, complex) else "float64"
    assert evaluate_element(Cast(number(value, source), dtype), {}) == expected


@pytest.mark.parametrize(
    ("op", "expected"), [("//", -4), ("%", 1), ("/", -3), ("min", -7), ("max", 2)]
)
def test_whole_number_operators_have_their_documented_rounding(op: str, expected: int):
    assert evaluate_element(Bin(op, number(-7), number(2), "int64"), {}) == expected


def test_division_of_whole_numbers_by_zero_gives_a_number_and_no_warning():
    assert evaluate_element(Bin("//", number(1), number(0), "int64"), {}) == 0


@pytest.mark.parametrize("kind", ["max", "min"])
def test_nan_wins_in_extremes(kind):
    x = np.array([1.0, np.nan, 2.0])
    folded = k.fold(kind, [number(3)], lambda i: k.load("x", i, "float64"))
    assert np.isnan(evaluate_element(folded, {"x": x}))


@pytest.mark.parametrize("kind", ["sum", "prod", "max", "min", "argmax", "argmin"])
def test_folds_agree_with_numpy(kind, rng: np.random.Generator):
    x = rng.normal(size=(3, 4))
    folded = k.fold(
        kind, [number(3), number(4)], lambda i, j: k.load("x", i * 4 + j, "float64")
    )
    assert np.allclose(evaluate_element(folded, {"x": x}), getattr(np, kind)(x))


def test_argmax_takes_the_first_of_equals_and_the_first_nan():
    for x in (np.array([1.0, 5.0, 5.0]), np.array([9.0, np.nan, np.nan])):
        folded = k.fold("argmax", [number(3)], lambda i: k.load("x", i, "float64"))
        assert evaluate_element(folded, {"x": x}) == np.argmax(x)


def test_an_empty_fold_is_neutral():
    def folded(kind, dtype: str) -> Expr:
        return k.fold(kind, [number(0)], lambda i: k.load("x", i, dtype))

    assert evaluate_element(folded("max", "float64"), {}) == -np.inf
    assert evaluate_element(folded("min", "int8"), {}) == 127
    assert evaluate_element(folded("prod", "int64"), {}) == 1


def test_a_checked_index_counts_from_the_end_or_faults_with_its_node():
    checked = k.checked(Name("at", "int64"), number(10), node="the node")
    assert evaluate_element(checked, {"at": -1}) == 9
    with pytest.raises(IndexFault, match="index 12 outside") as caught:
        evaluate_element(checked, {"at": 12})
    assert (caught.value.node, caught.value.extent) == ("the node", 10)


def test_a_branch_that_is_not_taken_is_not_evaluated():
    guarded = k.select(number(True, "bool"), number(1), k.checked(number(5), number(2)))
    assert evaluate_element(guarded, {}) == 1


def test_touching_memory_outside_a_buffer_is_an_internal_fault():
    buffers = {"x": np.zeros(2), "out": np.zeros(2)}
    with pytest.raises(InternalError, match="touched"):
        run(doubling(), buffers, {"n": 3})


def test_threads_of_a_block_meet_at_barriers():
    thread, shared = (
        Name("t", "int64"),
        k.load("shared", 3 - Name("t", "int64"), "int64"),
    )
    body = (
        Alloc("shared", "int64", 4, "shared"),
        For(
            thread,
            number(4),
            (Store("shared", thread, thread), Barrier(), Store("out", thread, shared)),
            kind="thread",
        ),
    )
    out = np.zeros(4, "int64")
    kernel = Kernel("reverse", (Buffer("out", "int64", written=True),), body)
    run(verify(kernel), {"out": out}, {})
    assert out.tolist() == [3, 2, 1, 0]


def test_an_if_takes_one_way():
    body = (
        If(
            k.binary("<", N, 3),
            (Store("out", number(0), number(1)),),
            (Store("out", number(0), number(2)),),
        ),
    )
    kernel = Kernel("ways", (Buffer("out", "int64", written=True), Size("n")), body)
    out = np.zeros(1, "int64")
    run(verify(kernel), {"out": out}, {"n": 3})
    assert out[0] == 2


def test_ops_compute_the_same_through_lower_and_numpy(rng: np.random.Generator):
    x, row = rng.normal(size=(2, 3)), rng.normal(size=(1, 3))
    assert np.allclose(lowered(exp, x), np.exp(x))
    assert np.allclose(lowered(add, x, row), x + row)
    assert np.allclose(
        lowered(true_div, x, row.astype("float32")), x / row.astype("f4")
    )
    assert np.allclose(lowered(switch, x > 0, x, row), np.where(x > 0, x, row))
    assert np.allclose(lowered(DimShuffle((1, "x", 0)), x), x.T[:, None, :])
