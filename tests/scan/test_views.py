"""map, reduce, the folds, and loops with checkpoints."""

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.core.report import GraphError


def value(out, x, given):
    return tg.function([x], out, mode="FAST_COMPILE")(given)


def test_map_applies_a_function_to_each_element():
    x = T.dmatrix("x")
    norms, _ = tg.map(lambda row: T.sqrt((row**2).sum()), x)
    assert value(norms, x, [[3.0, 4], [0, 1]]).tolist() == [5, 1]


def test_map_takes_others_and_goes_backwards():
    x = T.dvector("x")
    out, _ = tg.map(lambda e, w: e * w, x, non_sequences=[2.0], go_backwards=True)
    assert value(out, x, [1.0, 2, 3]).tolist() == [6, 4, 2]


def test_reduce_gives_what_the_last_turn_gives():
    x = T.dvector("x")
    total, _ = tg.reduce(lambda e, s: s + e, x, 0.0)
    assert value(total, x, [1.0, 2, 3]) == 6
    both, _ = tg.reduce(lambda e, s, p: [s + e, p * e], x, [0.0, 1.0])
    assert [float(v) for v in value(both, x, [1.0, 2, 4])] == [7, 8]


def test_folds_begin_at_either_end():
    x = T.dvector("x")
    left, _ = tg.foldl(lambda e, s: 2 * s + e, x, 0.0)
    right, _ = tg.foldr(lambda e, s: 2 * s + e, x, 0.0)
    assert value(left, x, [1.0, 0, 0]) == 4
    assert value(right, x, [1.0, 0, 0]) == 1


def cell(e, h, w):
    return T.tanh(T.dot(h, w) + e)


@pytest.mark.parametrize("n", [1, 3, 5, 6])
def test_checkpoints_change_neither_the_last_state_nor_the_gradients(
    n: int, rng: np.random.Generator
):
    x, w, h = T.dmatrix("x"), T.dmatrix("w"), T.dvector("h")
    kept, _ = tg.scan_checkpoints(cell, x, h, w, save_every_N=3)
    every, _ = tg.scan(cell, x, h, w)
    both = [[v[-1], *tg.grad(v[-1].sum(), [x, w, h])] for v in (kept, every)]
    f = tg.function([x, w, h], [kept, *both[0], *both[1]], mode="FAST_COMPILE")
    some, *found = f(rng.normal(size=(n, 2)), rng.normal(size=(2, 2)), np.ones(2))
    assert len(some) == -(-n // 3)
    for a, b in zip(found[:4], found[4:]):
        assert np.allclose(a, b)


def test_checkpoints_count_n_steps():
    kept, _ = tg.scan_checkpoints(
        lambda p: p * 2, [], T.constant(1.0), n_steps=5, save_every_N=2
    )
    assert tg.function([], kept, mode="FAST_COMPILE")().tolist() == [4, 16, 32]


def test_checkpoints_without_padding_want_whole_chunks():
    x = T.dvector("x")
    kept, _ = tg.scan_checkpoints(
        lambda e, s: s + e, x, 0.0, save_every_N=2, padding=False
    )
    assert value(kept, x, [1.0, 2, 3, 4]).tolist() == [3, 10]
    with pytest.raises(ValueError, match="shape"):
        value(kept, x, [1.0, 2, 3])


def test_checkpoints_have_no_taps():
    with pytest.raises(GraphError, match="no taps"):
        tg.scan_checkpoints(
            cell, [], [{"initial": T.dvector(), "taps": [-1]}], n_steps=2
        )
