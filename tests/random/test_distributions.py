"""Each distribution: its numbers against SciPy's, its sizes and its dtypes."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from scipy import stats

import teachgraph.tensor as T
from teachgraph.compile.function import function
from teachgraph.core.config import config
from teachgraph.core.graph import Variable
from teachgraph.core.report import DtypeError, RankError, ShapeError, UsageError
from teachgraph.core.types import TensorType
from teachgraph.random import MRG_RandomStreams, RandomStreams

Array = np.ndarray[Any, Any]
MANY = 20_000
LIKELY = 1e-3
"""A p-value below this is a fault; seeds are fixed, so a test always says the same."""


def drawn(v: Variable, *inputs: tuple[Variable, Any]) -> Array:
    f = function([x for x, _ in inputs], v)
    return f(*(value for _, value in inputs))


def streams() -> list[RandomStreams | MRG_RandomStreams]:
    return [RandomStreams(42), MRG_RandomStreams(42)]


each_kind = pytest.mark.parametrize("srng", streams(), ids=["streams", "mrg"])


def assert_counts(found: Array, distribution: Any) -> None:
    """Pearson's test of whole numbers; rare ones are taken together."""
    values, counts = np.unique(found, return_counts=True)
    expected = distribution.pmf(values) * found.size
    common = expected > 5
    rest = found.size - counts[common].sum()
    counts = [*counts[common], rest]
    expected = [*expected[common], max(found.size - expected[common].sum(), 1e-9)]
    statistic = sum((c - e) ** 2 / e for c, e in zip(counts, expected) if e > 1)
    assert stats.chi2.sf(statistic, len(counts) - 1) > LIKELY


@each_kind
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_uniform(srng: Any, dtype: str):
    found = drawn(srng.uniform((MANY,), low=-2, high=3, dtype=dtype))
    assert found.dtype == dtype
    assert stats.kstest(found, "uniform", (-2, 5)).pvalue > LIKELY
    assert found.min() >= -2
    assert found.max() <= 3


@each_kind
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_normal(srng: Any, dtype: str):
    found = drawn(srng.normal((MANY,), avg=1.5, std=2.0, dtype=dtype))
    assert found.dtype == dtype
    assert stats.kstest(found, "norm", (1.5, 2)).pvalue > LIKELY
    assert stats.kurtosis(found) == pytest.approx(0, abs=0.15)


@each_kind
@pytest.mark.parametrize("p", [0.0, 0.3, 1.0])
def test_one_trial_is_zero_or_one(srng: Any, p: float):
    found = drawn(srng.binomial((MANY,), p=p))
    assert found.dtype == "int64"
    assert set(found) <= {0, 1}
    assert found.mean() == pytest.approx(p, abs=4 * np.sqrt(p * (1 - p) / MANY))


@each_kind
@pytest.mark.parametrize(("n", "p"), [(2, 0.5), (10, 0.25), (1000, 0.01), (500, 0.9)])
def test_binomial(srng: Any, n: int, p: float):
    assert_counts(drawn(srng.binomial((MANY,), n=n, p=p)), stats.binom(n, p))


@pytest.mark.parametrize("mean", [0.1, 3.0, 200.0])
def test_poisson(mean: float):
    found = drawn(RandomStreams(1).poisson((MANY,), lam=mean))
    assert_counts(found, stats.poisson(mean))


def test_poisson_and_binomial_have_borders():
    srng = RandomStreams(1)
    means, chances = np.array([0.0, 1e6]), np.array([0.0, 1.0, 0.5])
    poisson = drawn(srng.poisson(lam=means))
    assert poisson[0] == 0
    assert abs(poisson[1] - 1e6) < 6e3
    assert drawn(srng.binomial(n=7, p=chances))[:2].tolist() == [0, 7]
    assert drawn(srng.binomial((3,), n=0, p=0.5)).tolist() == [0, 0, 0]


def test_random_integers_include_both_ends():
    found = drawn(RandomStreams(1).random_integers((MANY,), -3, 5))
    assert found.dtype == "int64"
    assert_counts(found, stats.randint(-3, 6))


def test_random_integers_take_a_range_for_each_element():
    low, high = np.array([0, 100, -128]), np.array([0, 101, 127])
    found = drawn(RandomStreams(1).random_integers((MANY, 3), low, high))
    np.testing.assert_array_equal(found.min(axis=0), low)
    np.testing.assert_array_equal(found.max(axis=0), high)


@pytest.mark.parametrize("name", ["normal", "truncated_normal"])
def test_truncated_normal(name: str):
    mrg = MRG_RandomStreams(3)
    extra = {"truncate": True} if name == "normal" else {}
    found = drawn(getattr(mrg, name)((MANY,), avg=1.0, std=2.0, **extra))
    std = 2.0 if name == "normal" else 2.0 / 0.87962566103423978
    assert np.abs(found - 1).max() < 2 * std
    assert stats.kstest(found, "truncnorm", (-2, 2, 1, std)).pvalue > LIKELY
    if name == "truncated_normal":
        assert found.std() == pytest.approx(2, rel=0.02)


@each_kind
def test_multinomial_of_one_trial_is_one_of_the_outcomes(srng: Any):
    p = np.array([[0.1, 0.6, 0.3], [1.0, 0.0, 0.0]])
    found = drawn(srng.multinomial(pvals=np.repeat(p, MANY // 2, axis=0)))
    assert found.shape == (MANY, 3)
    assert found.dtype == "int64"
    assert (found.sum(axis=1) == 1).all()
    first, second = found[: MANY // 2].sum(axis=0), found[MANY // 2 :].sum(axis=0)
    assert stats.chisquare(first, p[0] * MANY / 2).pvalue > LIKELY
    assert second.tolist() == [MANY // 2, 0, 0]


@each_kind
def test_multinomial_of_many_trials(srng: Any):
    p = np.array([0.2, 0.5, 0.3])
    found = drawn(srng.multinomial(n=20, pvals=np.tile(p, (4000, 1))))
    assert (found.sum(axis=1) == 20).all()
    for j in range(3):
        assert_counts(found[:, j], stats.binom(20, p[j]))


def test_multinomial_takes_a_size_and_trials_for_each_row():
    srng = RandomStreams(1)
    n, p = np.array([3, 50]), np.array([0.25, 0.75])
    found = drawn(srng.multinomial(size=(2,), n=n, pvals=p))
    assert found.sum(axis=1).tolist() == [3, 50]
    many = drawn(srng.multinomial(size=(MANY,), pvals=p, dtype="float32"))
    assert many.dtype == "float32"
    assert many[:, 1].mean() == pytest.approx(0.75, abs=0.02)


def test_probabilities_may_be_symbolic_and_need_not_sum_to_one():
    p = T.dmatrix("p")
    found = drawn(RandomStreams(1).multinomial(pvals=p), (p, np.full((MANY, 2), 3.0)))
    assert found[:, 0].mean() == pytest.approx(0.5, abs=0.02)


def test_negative_probabilities_of_many_trials_are_refused():
    p = T.dmatrix("p")
    f = function([p], RandomStreams(1).multinomial(n=3, pvals=p))
    with pytest.raises(Exception, match="negative"):
        f(np.array([[-0.5, 1.5]]))


def test_choice_with_replacement():
    srng = RandomStreams(1)
    assert_counts(drawn(srng.choice((MANY,), a=6)), stats.randint(0, 6))
    found = drawn(srng.choice((MANY,), a=3, p=[0.2, 0.0, 0.8]))
    assert set(found) == {0, 2}
    assert found.mean() == pytest.approx(1.6, abs=0.03)


def test_choice_takes_elements_of_a_vector_in_their_dtype():
    found = drawn(RandomStreams(1).choice((50,), a=np.array([0.5, 1.5])))
    assert set(found) == {0.5, 1.5}
    assert drawn(RandomStreams(1).choice(a=4)).shape == ()


def test_choice_without_replacement_takes_each_once():
    found = drawn(RandomStreams(1).choice((3, 2), a=6, replace=False))
    assert sorted(found.reshape(-1)) == list(range(6))


def test_choice_of_more_than_there_are_is_an_error():
    with pytest.raises(UsageError, match="7 cannot be chosen of 6"):
        drawn(RandomStreams(1).choice((7,), a=6, replace=False))


def pairs_of(p: Array) -> dict[tuple[int, int], float]:
    """How likely each ordered pair is, drawn without replacement."""
    return {
        (i, j): p[i] * p[j] / (1 - p[i])
        for i in range(len(p))
        for j in range(len(p))
        if i != j
    }


@pytest.mark.parametrize("name", ["choice", "multinomial_wo_replacement"])
def test_rows_are_chosen_from_without_replacement_by_their_weights(name: str):
    p = np.array([0.5, 0.3, 0.2])
    weights = np.tile(p, (MANY, 1))
    mrg = MRG_RandomStreams(7)
    found = drawn(
        mrg.choice(size=2, replace=False, p=weights)
        if name == "choice"
        else mrg.multinomial_wo_replacement(n=2, pvals=weights)
    )
    assert found.shape == (MANY, 2)
    counts = Counter(map(tuple, found.tolist()))
    likely = pairs_of(p)
    observed = [counts[pair] for pair in likely]
    expected = [share * MANY for share in likely.values()]
    assert stats.chisquare(observed, expected).pvalue > LIKELY


def test_rows_are_chosen_from_with_replacement():
    weights = np.tile([0.5, 0.3, 0.2], (MANY, 1))
    found = drawn(MRG_RandomStreams(7).choice(size=4, p=weights))
    assert found.shape == (MANY, 4)
    counts = np.bincount(found.reshape(-1))
    assert stats.chisquare(counts, np.array([0.5, 0.3, 0.2]) * 4 * MANY).pvalue > LIKELY


def test_permutations_are_equally_likely():
    found = drawn(RandomStreams(1).permutation((6000,), n=3))
    counts = Counter(map(tuple, found.tolist()))
    assert len(counts) == 6
    assert stats.chisquare(list(counts.values())).pvalue > LIKELY


def test_a_single_permutation_is_a_vector():
    for size in (None, ()):
        found = drawn(RandomStreams(1).permutation(size, n=7))
        assert sorted(found) == list(range(7))


@pytest.mark.parametrize("shape", [(6,), (4, 5), (2, 3, 4)])
def test_rows_are_shuffled_each_in_its_own_way(shape: tuple[int, ...]):
    x = Variable(TensorType("float64", (None,) * len(shape)), "x")
    values = np.arange(np.prod(shape), dtype="float64").reshape(shape)
    shuffled = RandomStreams(5).shuffle_row_elements(x)
    found = drawn(shuffled, (x, values))
    np.testing.assert_array_equal(np.sort(found, axis=-1), values)
    assert (found != values).any()
    assert shuffled.rng.get_value()[1] == 1


def test_a_size_may_be_said_in_many_ways():
    srng = RandomStreams(1)
    x, n, v = T.matrix("x"), T.lscalar("n"), T.lvector("v")
    data = np.zeros((2, 3))
    assert drawn(srng.uniform(4)).shape == (4,)
    assert drawn(srng.uniform([2, 1])).shape == (2, 1)
    assert drawn(srng.uniform(np.array([2, 3]))).shape == (2, 3)
    assert drawn(srng.uniform()).shape == ()
    assert drawn(srng.uniform(x.shape), (x, data)).shape == (2, 3)
    assert drawn(srng.uniform((x.shape[0], n)), (x, data), (n, 5)).shape == (2, 5)
    assert drawn(srng.uniform(v, ndim=2), (v, [3, 4])).shape == (3, 4)
    assert drawn(srng.normal((2, -1), avg=x), (x, data)).shape == (2, 3)
    assert drawn(srng.uniform((0, 2))).shape == (0, 2)


def test_without_a_size_the_parameters_tell():
    srng = RandomStreams(1)
    low, high = T.dcol("low"), T.drow("high")
    given = (low, [[0.0], [9.0]]), (high, [[10.0, 10, 10]])
    found = drawn(srng.uniform(low=low, high=high), *given)
    assert found.shape == (2, 3)
    assert (found[1] > 9).all()


def test_parameters_broadcast_to_the_size():
    p = np.array([0.0, 1.0])
    assert (drawn(RandomStreams(1).binomial((5, 2), p=p)) == [0, 1]).all()


def test_floats_follow_floatx():
    with config.change_flags(floatX="float32"):
        srng = RandomStreams(1)
        assert srng.uniform((2,)).dtype == "float32"
        assert srng.normal((2,)).dtype == "float32"
        assert srng.normal((2,), avg=np.zeros(2)).dtype == "float64"
        assert srng.uniform((2,), dtype="floatX").dtype == "float32"
        assert MRG_RandomStreams(1).truncated_normal((2,)).dtype == "float32"
    assert RandomStreams(1).uniform((2,)).dtype == "float64"


def test_half_precision_numbers_can_be_drawn():
    found = drawn(RandomStreams(1).uniform((MANY,), dtype="float16"))
    assert found.dtype == "float16"
    assert stats.kstest(found.astype(float), "uniform").pvalue > 1e-9


def test_faults_say_what_does_not_fit():
    srng = RandomStreams(1)
    with pytest.raises(RankError, match="ndim=3"):
        srng.uniform((2, 2), ndim=3)
    with pytest.raises(RankError, match="vector of any length"):
        srng.uniform(T.lvector("v"))
    with pytest.raises(RankError, match="1 axes only"):
        srng.normal((3,), avg=T.dmatrix("m"))
    with pytest.raises(UsageError, match="no length"):
        srng.uniform((2, -2))
    with pytest.raises(UsageError, match="no parameter"):
        srng.uniform((2, -1))
    with pytest.raises(DtypeError, match="int64"):
        srng.normal((2,), dtype="int64")
    with pytest.raises(ShapeError, match="axis 0"):
        srng.normal((1, 2), avg=T.dmatrix("m"))
    with pytest.raises(RankError, match="vector"):
        srng.choice((2,), a=np.ones((2, 2)))
