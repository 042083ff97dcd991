"""Exact functions are accurate, and are printed so that they stay exact."""

from typing import Any

import numpy as np
import pytest
from scipy import special, stats

from teachgraph.kernel import build as k
from teachgraph.kernel import counts, exact
from teachgraph.kernel.functions import FUNCTIONS
from teachgraph.kernel.ir import Name
from teachgraph.kernel.render.c import C
from teachgraph.kernel.ways import OnArrays

Array = np.ndarray[Any, Any]
DIGITS = {"float32": 23, "float64": 52}


def shares(dtype: str) -> Array:
    """Uniform numbers as they are drawn: spread out, at the ends, where two meet."""
    most = 2 ** DIGITS[dtype]
    spread = np.arange(20000) / 20000 + 1e-5
    ends = np.geomspace(1 / most, 0.1, 20000)
    seam = 0.075 + np.linspace(-1e-6, 1e-6, 101)
    u = np.concatenate([spread, ends, 1 - ends, seam])
    return ((np.floor(np.clip(u * most, 0, most - 1)) + 0.5) / most).astype(dtype)


def ulps(found: Array, wanted: Array) -> float:
    """The largest error, in units of the last place."""
    return float(np.max(np.abs(found - wanted) / np.spacing(np.abs(found))))


@pytest.mark.parametrize("dtype", DIGITS)
def test_logarithms_are_off_by_less_than_a_unit_of_the_last_place(dtype: str):
    x = np.concatenate([shares(dtype), np.geomspace(1e-30, 1e30, 5001).astype(dtype)])
    assert ulps(exact.log(OnArrays(), x), np.log(x.astype("longdouble"))) < 1


def test_exponentials_are_off_by_less_than_a_unit_of_the_last_place():
    x = np.linspace(-60, 60, 20001)
    assert ulps(counts.exp(x), np.exp(x.astype("longdouble"))) < 1


def test_log_factorials_agree_with_scipy():
    n = np.array([*range(40), 100, 12345, 10**9, 10**14], "float64")
    np.testing.assert_allclose(
        counts.log_factorial(n), special.gammaln(n + 1), rtol=1e-15, atol=1e-15
    )


@pytest.mark.parametrize(("dtype", "close"), [("float32", 3e-7), ("float64", 2e-15)])
def test_quantiles_of_the_normal_distribution_agree_with_scipy(
    dtype: str, close: float
):
    u, zero, one = shares(dtype), np.zeros((), dtype), np.ones((), dtype)
    found = FUNCTIONS["normal_quantile"].numpy(u, zero, one)
    assert found.dtype == dtype
    np.testing.assert_allclose(found, special.ndtri(u.astype(float)), rtol=close)


def test_quantiles_are_the_same_on_both_sides_and_never_go_down():
    function, u = FUNCTIONS["normal_quantile"].numpy, np.unique(shares("float64"))
    found = function(u, 0.0, 1.0)
    np.testing.assert_array_equal(found, -function(1 - u, 0.0, 1.0))
    apart = np.diff(u) > 1e-15
    assert (np.diff(found)[apart] > 0).all()


def test_quantiles_of_a_normal_distribution_cut_off_agree_with_scipy():
    u = shares("float64")
    found = FUNCTIONS["truncated_normal_quantile"].numpy(u, 1.0, 3.0)
    wanted = stats.truncnorm(-2, 2, 1, 3).ppf(u)
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12)


def test_one_number_gives_what_it_gives_in_an_array():
    u = shares("float32")[::997]
    function = FUNCTIONS["normal_quantile"].numpy
    one = [function(x, np.float32(2), np.float32(3)) for x in u]
    assert all(type(x) is np.float32 for x in one)
    np.testing.assert_array_equal(one, function(u, np.float32(2), np.float32(3)))


def test_a_helper_in_c_names_each_step_of_the_function():
    printer = C()
    arguments = [Name(n, "float64") for n in ("a", "b")]
    assert printer.expr(k.call("arrival", *arguments)) == "tg_arrival_float64(a, b)"
    text = printer.preamble()[-1]
    assert text.startswith(
        "TG_INLINE double tg_arrival_float64(double u, double rate) {"
    )
    assert "  const double s = f / (f + 2.0);\n" in text
    assert printer.declarations() == []


def test_a_helper_declares_what_it_calls():
    printer = C()
    u = Name("u", "float32")
    printer.expr(k.call("normal_quantile", u, u, u))
    assert printer.declarations() == ["extern float sqrtf(float);"]


@pytest.mark.parametrize("mean", [1e-3, 9.99, 10.0, 11.0, 1e4])
def test_counts_of_events_follow_their_distribution(mean: float):
    found = counts.poisson(spread(), np.float64(mean))
    assert fits(found, stats.poisson(mean))


@pytest.mark.parametrize(
    ("n", "p"), [(1, 0.5), (3, 0.9), (19, 0.5), (21, 0.5), (10**5, 0.3), (10**9, 2e-8)]
)
def test_counts_of_successes_follow_their_distribution(n: int, p: float):
    found = counts.binomial(spread(), np.float64(n), np.float64(p))
    assert found.max() <= n
    assert fits(found, stats.binom(n, p))


def test_no_count_is_larger_than_the_number_of_trials():
    u = np.array([1 - 2.0**-53, 2.0**-53])
    for n in range(1, 20):
        found = counts.binomial(u, np.float64(n), np.float64(0.5))
        assert (found <= n).all()


def test_counts_at_their_limits():
    u = np.full(6, 0.7)
    p = np.array([0.0, 1.0, -0.5, 1.5, np.nan, 0.5])
    assert counts.binomial(u, np.float64(4), p)[:4].tolist() == [0, 4, 0, 4]
    assert counts.binomial(u, np.float64(-3), p).tolist() == [0] * 6
    means = np.array([0.0, -1.0, np.nan, np.inf, 5.0])
    assert counts.poisson(u[:5], means)[:4].tolist() == [0, 0, 0, 0]


def spread() -> Array:
    return (np.random.default_rng(1).integers(0, 2**52, 40000) + 0.5) * 2.0**-52


def fits(found: Array, distribution: Any) -> bool:
    """Pearson's test on twenty classes that are about equally likely."""
    borders = np.unique(distribution.ppf(np.linspace(0, 1, 21)[1:-1]))
    below = np.searchsorted(np.sort(found), borders, side="right")
    observed = np.diff([0, *below, found.size])
    expected = np.diff([0, *distribution.cdf(borders), 1]) * found.size
    kept = expected > 5
    rest = observed[~kept].sum(), expected[~kept].sum()
    terms = (observed[kept] - expected[kept]) ** 2 / expected[kept]
    statistic = terms.sum() + ((rest[0] - rest[1]) ** 2 / rest[1] if rest[1] else 0)
    return bool(stats.chi2.sf(statistic, max(kept.sum() - 1, 1)) > 1e-3)
