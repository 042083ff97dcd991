"""Masks, several arrays of positions, steps that are variables: read, set, raised."""

from typing import Any

import numpy as np
import pytest
from evaluation import evaluated
from hypothesis import given, settings
from hypothesis import strategies as st

import teachgraph as tg
from teachgraph import tensor as T
from teachgraph.core.graph import Variable
from teachgraph.core.report import TeachgraphError

X = np.arange(24.0).reshape(2, 3, 4)
ROWS = np.array([2, 0, 2])
MASKS: dict[str, np.ndarray] = {
    "first": np.array([True, False]),
    "second": np.array([False, True, True]),
    "pair": np.array([[True, False, True], [False, False, True]]),
    "last": np.array([[True, False, True, False]] * 3),
    "all": X % 5 > 1,
    "none": X < 0,
}


def sides(x: Any, **more: Any) -> list[Any]:
    """Parts of x by masks, alone and among other parts."""
    m, i = more, more["i"]
    return [
        x[m["first"]],
        x[m["pair"]],
        x[m["all"]],
        x[m["none"]],
        x[0, m["last"]],
        x[..., m["last"]],
        x[:, m["second"]],
        x[m["first"], :, i[1:2]],
        x[:, m["second"], None, 1:],
        x[m["pair"], ::-2],
        x[1, m["second"], i[:2]],
    ]


def symbolic() -> tuple[Variable, dict[str, Variable]]:
    masks = {n: T.tensor("bool", (None,) * a.ndim, name=n) for n, a in MASKS.items()}
    return T.dtensor3("x"), {**masks, "i": T.lvector("i")}


def values_of(x: Variable, more: dict[str, Variable]) -> dict[Variable, np.ndarray]:
    return {x: X, **{v: {**MASKS, "i": ROWS}[n] for n, v in more.items()}}


EXPECTED = sides(X, **MASKS, i=ROWS)
every_side = pytest.mark.parametrize("number", range(len(EXPECTED)))


@every_side
def test_mask_takes_what_numpy_takes(number: int):
    x, more = symbolic()
    part = sides(x, **more)[number]
    np.testing.assert_array_equal(evaluated(part, values_of(x, more)), EXPECTED[number])


@every_side
def test_constant_mask_takes_what_numpy_takes(number: int):
    x = T.dtensor3("x")
    part = sides(x, **MASKS, i=ROWS)[number]
    np.testing.assert_array_equal(evaluated(part, {x: X}), EXPECTED[number])


@every_side
def test_what_a_mask_takes_is_set_and_increased(number: int):
    x, more = symbolic()
    values = values_of(x, more)
    part = sides(x, **more)[number]
    y = np.arange(float(EXPECTED[number].size)).reshape(EXPECTED[number].shape)
    numbers = sides(np.arange(24).reshape(X.shape), **MASKS, i=ROWS)[number]
    wanted = X.copy().reshape(-1)
    np.add.at(wanted, numbers, y)
    found = evaluated(T.inc_subtensor(part, y), values)
    np.testing.assert_array_equal(found, wanted.reshape(X.shape))
    wanted = X.copy().reshape(-1)
    wanted[numbers] = y
    found = evaluated(T.set_subtensor(part, y), values)
    np.testing.assert_array_equal(found, wanted.reshape(X.shape))


@pytest.mark.slow
def test_masks_compiled_give_the_same():
    x, more = symbolic()
    parts = sides(x, **more)
    weights = [T.sqr(p).sum() for p in parts]
    cost = T.add(*weights[:2]) + weights[7] + T.sum(T.inc_subtensor(parts[9], 2.0) ** 2)
    f = tg.function([x, *more.values()], [*parts, tg.grad(cost, x)])
    *found, g = f(X, *MASKS.values(), ROWS)
    for a, b in zip(found, EXPECTED, strict=True):
        np.testing.assert_array_equal(a, b)
    numbers = np.arange(24).reshape(X.shape)
    wanted = np.zeros(24)
    for n in (0, 1, 7):
        np.add.at(wanted, sides(numbers, **MASKS, i=ROWS)[n], 2 * EXPECTED[n])
    raised = X.copy()
    raised[MASKS["pair"], ::-2] += 2
    np.testing.assert_array_equal(g, wanted.reshape(X.shape) + 2 * raised)


def test_mask_of_other_lengths_is_an_error_in_a_call():
    x, m = T.dvector("x"), T.vector("m", dtype="bool")
    f = tg.function([x, m], x[m])
    with pytest.raises(TeachgraphError) as caught:
        f(np.zeros(3), np.array([True, False]))
    assert caught.value.report.code == "shape-mismatch"


def test_constant_mask_says_how_long_its_axis_is():
    x = T.dmatrix("x")
    assert x[:, np.array([True, False, True])].type.shape == (None, 2)
    f = tg.function([x], x[np.array([True, False, True])])
    with pytest.raises(TeachgraphError) as caught:
        f(np.zeros((4, 2)))
    assert caught.value.report.code == "shape-mismatch"


def test_list_of_variables_is_an_array_of_positions():
    x, i = T.dvector("x"), T.lscalar("i")
    found = evaluated(x[[i, 0, i + 1]], {x: X[0, 0], i: np.array(2)})
    np.testing.assert_array_equal(found, [2, 0, 3])


STEPS = [-3, -2, -1, 1, 2, 5]
BOUND = st.one_of(st.none(), st.integers(-6, 6))


@pytest.fixture(scope="module")
def by_steps() -> Any:
    """A function of x, start, stop, step that reads and increases by a slice."""
    x, y = T.dvector("x"), T.dscalar("y")
    a, b, c = T.lscalars("a", "b", "c")
    parts = [x[a:b:c], x[a::c], x[:b:c], x[::c]]
    return tg.function(
        [x, y, a, b, c], [*parts, *(T.inc_subtensor(p, y) for p in parts)]
    )


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 5), BOUND, BOUND, st.sampled_from(STEPS))
def test_step_may_be_a_variable(
    by_steps: Any, n: int, start: Any, stop: Any, step: int
):
    x = np.arange(float(n))
    a, b = (3 if v is None else v for v in (start, stop))
    slices = [slice(a, b, step), slice(a, None, step), slice(None, b, step)]
    slices.append(slice(None, None, step))
    found = by_steps(x, 10.0, a, b, step)
    for s, read, raised in zip(slices, found[:4], found[4:], strict=True):
        np.testing.assert_array_equal(read, x[s])
        wanted = x.copy()
        wanted[s] += 10
        np.testing.assert_array_equal(raised, wanted)


def test_step_of_zero_is_an_error_in_a_call(by_steps: Any):
    with pytest.raises(TeachgraphError):
        by_steps(np.zeros(3), 1.0, 0, 3, 0)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data())
def test_random_positions_mean_what_they_mean_to_numpy(data: st.DataObject):
    shape = tuple(data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=3)))
    array = np.arange(float(np.prod(shape))).reshape(shape)
    lead = tuple(data.draw(st.lists(st.integers(1, 3), max_size=2)))
    index = tuple(data.draw(part(n, lead)) for n in shape)
    x = T.tensor("float64", (None,) * array.ndim)
    picked = x[index]
    np.testing.assert_array_equal(evaluated(picked, {x: array}), array[index])
    y = np.full(array[index].shape, 0.5)
    wanted = array.copy()
    np.add.at(wanted, index, y)
    raised = evaluated(T.inc_subtensor(picked, y), {x: array})
    np.testing.assert_array_equal(raised, wanted)


@st.composite
def part(draw: Any, n: int, lead: tuple[int, ...]) -> Any:
    """A part of an index for an axis of length n; arrays stretch to the shape lead."""
    kind = draw(st.sampled_from(["slice", "number", "array", "array"]))
    if kind == "number":
        return draw(st.integers(-n, n - 1))
    if kind == "slice":
        return slice(draw(BOUND), draw(BOUND), draw(st.sampled_from(STEPS)))
    numbers = draw(st.lists(st.integers(-n, n - 1), min_size=12, max_size=12))
    size = int(np.prod(lead))
    return np.array(numbers[:size]).reshape(lead) if lead else np.array(numbers[:2])


@pytest.mark.parametrize("mode", ["FAST_RUN", "DebugMode"])
@pytest.mark.parametrize("change", [T.set_subtensor, T.inc_subtensor])
def test_position_outside_is_an_error_in_a_call(mode: str, change: Any):
    x, i = T.dmatrix("x"), T.lvector("i")
    for out in (x[i], x[:, i], x[i, i], change(x[i], 1.0)):
        f = tg.function([x, i], out, mode=mode)
        for wrong in (3, -4):
            with pytest.raises(TeachgraphError) as caught:
                f(np.zeros((3, 3)), np.array([0, wrong]))
            assert caught.value.report.code == "index-out-of-range"


def test_gradient_of_rows_adds_up_where_rows_repeat():
    w, i, y = T.dmatrix("w"), T.lmatrix("i"), T.dtensor3("y")
    g = tg.grad(T.sum(w[i] * y), w)
    f = tg.function([i, y, w], g)
    rng = np.random.default_rng(3)
    positions, factors = rng.integers(-5, 5, (6, 7)), rng.normal(size=(6, 7, 4))
    wanted = np.zeros((5, 4))
    np.add.at(wanted, positions, factors)
    found = f(positions, factors, np.zeros((5, 4)))
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12)


def test_old_words_of_assignment_are_taken():
    x = T.dvector("x")
    out = T.inc_subtensor(
        x[:2], 1, inplace=True, tolerate_inplace_aliasing=True, set_instead_of_inc=True
    )
    found = evaluated(out, {x: np.array([5.0, 6.0, 7.0])})
    np.testing.assert_array_equal(found, [1, 1, 7])
