"""Products of tensors: which axes are summed, which are batches, which stretch."""

from typing import Any

import numpy as np
import pytest
from evaluation import evaluated
from hypothesis import given, settings
from hypothesis import strategies as st

import teachgraph as tg
from teachgraph import tensor as T
from teachgraph.core.report import TeachgraphError

LETTERS = "ijklm"
LENGTHS = {"i": 2, "j": 3, "k": 4, "l": 2, "m": 1}


def arrays(*shapes: tuple[int, ...]) -> list[np.ndarray]:
    rng = np.random.default_rng(sum(map(len, shapes)))
    return [np.asarray(rng.normal(size=s)) for s in shapes]


def value(build: Any, *given: np.ndarray) -> np.ndarray:
    """What a function of open variables is for arrays; axes 1 long are known to be."""
    variables = [
        T.tensor("float64", tuple(1 if n == 1 else None for n in a.shape))
        for a in given
    ]
    return evaluated(build(*variables), dict(zip(variables, given)))


def assert_close(found: np.ndarray, wanted: np.ndarray) -> None:
    assert found.shape == wanted.shape
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("words", "shapes"),
    [
        ("ij,jk->ik", [(2, 3), (3, 4)]),
        ("ij,jk", [(2, 3), (3, 4)]),
        ("ji,jk", [(3, 2), (3, 4)]),
        ("ii", [(3, 3)]),
        ("ii->i", [(3, 3)]),
        ("iij->j", [(3, 3, 2)]),
        ("iii->i", [(3, 3, 3)]),
        ("ij->ji", [(2, 3)]),
        ("ij->", [(2, 3)]),
        ("ij -> i", [(2, 3)]),
        ("i,i", [(3,), (3,)]),
        ("i,j->ij", [(3,), (4,)]),
        (",i->i", [(), (4,)]),
        ("bij,bjk->bik", [(5, 2, 3), (5, 3, 4)]),
        ("ijk,jil->kl", [(3, 4, 5), (4, 3, 2)]),
        ("ij,ik,il->jkl", [(2, 3), (2, 4), (2, 5)]),
        ("ab,bc,cd->ad", [(2, 3), (3, 4), (4, 5)]),
        ("...ij,...jk->...ik", [(5, 2, 3), (5, 3, 4)]),
        ("...ij,jk", [(5, 6, 2, 3), (3, 4)]),
        ("i...,i...->...", [(3, 2), (3, 2)]),
        ("ij...->...", [(3, 2, 4)]),
        ("...i,i", [(2, 3), (3,)]),
        ("bhqd,bhkd->bhqk", [(2, 3, 4, 5), (2, 3, 6, 5)]),
        ("ij,ij->ij", [(2, 3), (1, 3)]),
        ("nij,nij->n", [(4, 2, 3), (4, 2, 3)]),
        ("aij,ajk->ik", [(2, 3, 4), (2, 4, 2)]),
    ],
)
def test_einsum_means_what_numpys_does(words: str, shapes: list[tuple[int, ...]]):
    given = arrays(*shapes)
    found = value(lambda *v: T.einsum(words, *v), *given)
    assert_close(found, np.asarray(np.einsum(words, *given)))


@st.composite
def sums_of_products(draw: Any) -> tuple[str, list[str]]:
    words = draw(
        st.lists(
            st.text(LETTERS, min_size=0, max_size=3).map(lambda w: "".join({*w})),
            min_size=1,
            max_size=3,
        )
    )
    words = ["".join(sorted(w)) for w in words]
    every = sorted(set("".join(words)))
    result = "".join(draw(st.permutations(every))[: draw(st.integers(0, len(every)))])
    return f"{','.join(words)}->{result}", words


@settings(max_examples=60, deadline=None, derandomize=True)
@given(sums_of_products())
def test_random_sums_of_products_are_numpys(case: tuple[str, list[str]]):
    words, operands = case
    given_ = arrays(*[tuple(LENGTHS[c] for c in w) for w in operands])
    found = value(lambda *v: T.einsum(words, *v), *given_)
    assert_close(found, np.asarray(np.einsum(words, *given_)))


@pytest.mark.parametrize("words", ["ij,jk->il", "ij,jk->ii", "i", "ij,j", "i1,1k"])
def test_einsum_of_words_that_do_not_fit_is_refused(words: str):
    x, y = T.dmatrices("x", "y")
    with pytest.raises(TeachgraphError) as caught:
        T.einsum(words, x, y)
    assert caught.value.report.code == "wrong-value"


@pytest.mark.parametrize(
    ("left", "right", "axes"),
    [
        ((2, 3), (3, 4), 1),
        ((2, 3), (2, 3), 2),
        ((2, 3), (4,), 0),
        ((2, 3, 4), (4, 3, 5), ([1, 2], [1, 0])),
        ((2, 3, 4), (4, 5), (2, 0)),
        ((2, 3, 4), (4, 5), [[-1], [0]]),
        ((2, 3), (3, 2), [[0, 1], [1, 0]]),
    ],
)
def test_tensordot_means_what_numpys_does(left: Any, right: Any, axes: Any):
    a, b = arrays(left, right)
    assert_close(
        value(lambda x, y: T.tensordot(x, y, axes), a, b),
        np.asarray(np.tensordot(a, b, axes)),
    )


def test_tensordot_of_axes_that_only_multiply_to_the_same_is_an_error():
    x, y = T.dmatrices("x", "y")
    f = tg.function([x, y], T.tensordot(x, y))
    with pytest.raises(TeachgraphError) as caught:
        f(np.ones((2, 3)), np.ones((3, 2)))
    assert caught.value.report.code == "shape-mismatch"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((2, 3), (3, 4)),
        ((3,), (3, 4)),
        ((5, 2, 3), (3, 4)),
        ((5, 2, 3), (3,)),
        ((2, 3), (5, 3, 4)),
        ((3,), (5, 3, 4)),
        ((5, 2, 3), (5, 3, 4)),
        ((6, 5, 2, 3), (6, 5, 3, 4)),
        ((6, 1, 2, 3), (5, 3, 4)),
        ((1, 2, 3), (5, 3, 4)),
        ((6, 5, 2, 3), (3, 4)),
        ((6, 5, 2, 3), (3,)),
        ((2, 3), (6, 5, 3, 4)),
    ],
)
def test_matmul_means_what_numpys_does(left: Any, right: Any):
    a, b = arrays(left, right)
    assert_close(value(lambda x, y: x @ y, a, b), a @ b)


@pytest.mark.parametrize(
    ("left", "right", "words"),
    [
        ((5, 2, 3), (5, 3, 4), "bij,bjk->bik"),
        ((5, 3), (5, 3, 4), "bj,bjk->bk"),
        ((5, 2, 3), (5, 3), "bij,bj->bi"),
        ((5, 3), (5, 3), "bj,bj->b"),
        ((5,), (5, 3, 4), "b,bjk->bjk"),
        ((5, 2, 6, 3), (5, 3, 4), "bxij,bjk->bxik"),
    ],
)
def test_batched_dot_is_a_dot_at_each_position(left: Any, right: Any, words: str):
    a, b = arrays(left, right)
    assert_close(value(T.batched_dot, a, b), np.einsum(words, a, b))


@pytest.mark.parametrize(
    ("left", "right", "axes", "words"),
    [
        ((5, 2, 3), (5, 3, 4), 1, "bij,bjk->bik"),
        ((5, 2, 3), (5, 2, 3), 2, "bij,bij->b"),
        ((5, 2, 3, 4), (5, 4, 6, 2), [[1, 3], [3, 1]], "bijk,bkli->bjl"),
        ((5, 2), (5, 3), 0, "bi,bj->bij"),
    ],
)
def test_batched_tensordot_is_a_tensordot_at_each_position(
    left: Any, right: Any, axes: Any, words: str
):
    a, b = arrays(left, right)
    found = value(lambda x, y: T.batched_tensordot(x, y, axes), a, b)
    assert_close(found, np.einsum(words, a, b))


def test_batch_axis_is_not_summed_over():
    with pytest.raises(TeachgraphError) as caught:
        T.batched_tensordot(T.dtensor3("x"), T.dtensor3("y"), [[0], [1]])
    assert caught.value.report.code == "wrong-rank"


@pytest.mark.parametrize("shapes", [((2, 3), (4, 2)), ((3,), (2, 2)), ((2,), (3,))])
def test_kron_means_what_numpys_does(shapes: Any):
    a, b = arrays(*shapes)
    assert_close(value(T.kron, a, b), np.kron(a, b))


@pytest.mark.slow
def test_products_compiled_give_the_same_and_have_gradients():
    x, y = T.dtensor4("x"), T.dtensor4("y")
    attention = T.einsum("bhqd,bhkd->bhqk", x, y)
    mixed = T.batched_tensordot(x, y, [[1, 3], [1, 3]])
    cost = T.sum(attention**2) + T.sum(mixed * 2) + T.sum(x @ y.dimshuffle(0, 1, 3, 2))
    f = tg.function([x, y], [attention, mixed, *tg.grad(cost, [x, y])])
    a, b = arrays((2, 3, 4, 5), (2, 3, 6, 5))
    first, second, gx, gy = f(a, b)
    wanted = np.einsum("bhqd,bhkd->bhqk", a, b)
    assert_close(first, wanted)
    assert_close(second, np.einsum("bhqd,bhkd->bqk", a, b))
    upstream = 2 * wanted + 2 + 1
    assert_close(gx, np.einsum("bhqk,bhkd->bhqd", upstream, b))
    assert_close(gy, np.einsum("bhqk,bhqd->bhkd", upstream, a))


def test_the_axes_of_a_tensordot_may_be_arrays():
    x, y = T.dtensor3("x"), T.dmatrix("y")
    a, b = arrays((2, 3, 4), (4, 2))
    found = evaluated(T.tensordot(x, y, np.array([[2, 0], [0, 1]])), {x: a, y: b})
    assert_close(found, np.tensordot(a, b, [[2, 0], [0, 1]]))
