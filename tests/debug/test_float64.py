"""float64 variables in a float32 program are told where they are made."""

from collections.abc import Iterator

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.core.config import config
from teachgraph.core.graph import Variable
from teachgraph.core.op import MADE_LISTENERS
from teachgraph.core.report import Report, UsageError
from teachgraph.debug import Float64Warning
from teachgraph.ops.variables import DECLARED_LISTENERS


@pytest.fixture(autouse=True)
def raising() -> Iterator[None]:
    with config.change_flags(warn_float64="raise", floatX="float32"):
        yield


def report_of(make) -> Report:
    with pytest.raises(UsageError) as caught:
        make()
    return caught.value.report


def test_a_constructor_is_told_at_its_line():
    report = report_of(lambda: T.dmatrix("d"))
    assert report.code == "float64-variable"
    assert report.origin.span().text() == 'T.dmatrix("d")'
    assert report.hints[0].code == "T.fmatrix('d')"


def test_a_constructor_without_a_dtype_follows_float_x():
    assert T.matrix("m").dtype == "float32"
    with config.change_flags(floatX="float64"):
        report = report_of(lambda: T.matrix("m"))
    assert report.hints[1].code == "config.floatX = 'float32'"


def test_an_operation_that_widens_is_told_with_its_dtypes():
    u, n = T.fvector("u"), T.ivector("n")
    report = report_of(lambda: u * n)
    assert report.origin.span().text() == "u * n"
    assert report.notes[0].text == "mul of float32 and int32 gives float64"
    assert report.hints[0].code == "T.cast(n, 'float32')"


def test_the_operand_that_brings_float64_is_named():
    u, k = T.fvector("u"), tg.shared(np.float64(2.0), name="k")
    report = report_of(lambda: u * k)
    assert report.notes[0].text == "because of `k`, float64 already"
    assert report_of(lambda: u + np.ones(3)).hints[0].code == "np.float32(value)"


def test_a_float32_program_is_silent():
    u = T.fvector("u")
    cost = T.exp(u * 2 - 0.5).mean() + u.std()
    f = tg.function([u], [cost, tg.grad(cost, u)])
    assert f(np.ones(3, "float32"))[0].dtype == "float32"


def test_warn_goes_on_after_the_warning():
    with (
        config.change_flags(warn_float64="warn"),
        pytest.warns(Float64Warning, match="`d` is declared as float64") as found,
    ):
        v = T.dscalar("d")
    assert isinstance(v, Variable)
    assert found[0].filename == __file__


def test_pdb_opens_the_debugger(monkeypatch, capsys):
    opened = []
    monkeypatch.setattr("sys.breakpointhook", lambda: opened.append(1))
    with config.change_flags(warn_float64="pdb"):
        T.dscalar("d")
    assert opened == [1]
    assert "[float64-variable]" in capsys.readouterr().err


def test_nobody_listens_while_the_flag_is_at_ignore():
    with config.change_flags(warn_float64="ignore"):
        assert (MADE_LISTENERS, DECLARED_LISTENERS) == ([], [])
        assert T.dscalar("d").dtype == "float64"


def test_what_the_compiler_makes_is_not_told():
    with config.change_flags(warn_float64="ignore"):
        x = T.dvector("x")
        y = T.log(1 + T.exp(x)) + x * 1
    f = tg.function([x], y, mode="FAST_COMPILE")
    assert f([0.0]) == np.log(2)
