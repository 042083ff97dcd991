"""Special functions: SciPy's values, and what happens without SciPy."""

import importlib

import numpy as np
import pytest
import scipy.special
from evaluation import evaluated

from teachgraph import tensor as T
from teachgraph.core.report import UsageError
from teachgraph.ops.elementwise import SCALARS

NAMES = {
    "gamma": "gamma",
    "gammaln": "gammaln",
    "psi": "psi",
    "erf": "erf",
    "erfc": "erfc",
    "erfcx": "erfcx",
    "erfinv": "erfinv",
    "erfcinv": "erfcinv",
    "j0": "j0",
    "j1": "j1",
    "i0": "i0",
    "i1": "i1",
}
IN_LOOPS = ("erf", "erfc", "gamma", "gammaln", "psi")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", ["float32", "float64", "int32"])
def test_special_function_is_scipys(name: str, dtype: str):
    op = SCALARS[name]
    x = T.tensor(dtype, (None,))
    numbers = np.ceil(op.sampled(7)[0]) if dtype == "int32" else op.sampled(7)[0]
    values = numbers.astype(dtype)
    found = evaluated(op(x), {x: values})
    expected = getattr(scipy.special, NAMES[name])(values)
    assert found.dtype == ("float32" if dtype == "float32" else "float64")
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_tri_gamma_is_the_derivative_of_psi():
    x = T.dvector("x")
    values = np.array([0.5, 1.0, 3.0])
    found = evaluated(T.tri_gamma(x), {x: values})
    np.testing.assert_allclose(found, scipy.special.polygamma(1, values))


def test_x_log_x_is_zero_at_zero():
    x = T.dvector("x")
    found = evaluated(T.xlogx(x), {x: np.array([0.0, 1.0, np.e])})
    np.testing.assert_allclose(found, [0, 0, np.e])


@pytest.fixture
def without_scipy(monkeypatch: pytest.MonkeyPatch):
    def refuse(name: str):
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", refuse)


@pytest.mark.parametrize("name", IN_LOOPS)
def test_functions_of_loops_do_without_scipy(name: str, without_scipy: None):
    (values,) = SCALARS[name].sampled(5)
    found = SCALARS[name].numpy(values)
    np.testing.assert_allclose(found, getattr(scipy.special, name)(values), rtol=1e-9)


def test_other_functions_say_that_scipy_is_missing(without_scipy: None):
    with pytest.raises(UsageError, match="needs SciPy"):
        SCALARS["erfinv"].numpy(np.array([0.5]))
