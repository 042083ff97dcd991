"""Finding a BLAS, and whether its addresses do what their names say."""

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.backend import blas
from teachgraph.backend.blas import Blas
from teachgraph.backend.library import ffi

ROW_MAJOR, PLAIN = 101, 111


@pytest.fixture(scope="module")
def found() -> Blas:
    found = blas.find()
    assert found is not None
    return found


def routine(found: Blas, name: str, arguments: str, gives: str = "void") -> Any:
    """A routine of BLAS for Python; `int` among the arguments has BLAS's own width."""
    arguments = arguments.replace("int", f"int{found.integer_bits}_t")
    return ffi.cast(f"{gives}(*)({arguments})", found.addresses[name])


def rectangle(dtype: str, rows: int, columns: int) -> Any:
    values = np.random.default_rng(0).standard_normal((2, rows, columns))
    return (values[0] + 1j * values[1] if dtype[0] == "c" else values[0]).astype(dtype)


REAL = {"s": ("float32", "float"), "d": ("float64", "double")}
COMPLEX = {"c": "complex64", "z": "complex128"}
# Order and transposes are enums of C, whatever the width of BLAS's integers.
GEMM = (
    "unsigned, unsigned, unsigned, int, int, int, {scalar}, void *, int, void *, int, "
    "{scalar}, void *, int"
)
GEMV = (
    "unsigned, unsigned, int, int, {scalar}, void *, int, void *, int, {scalar}, "
    "void *, int"
)
GER = "unsigned, int, int, {scalar}, void *, int, void *, int, void *, int"


@pytest.mark.parametrize("letter", REAL)
def test_gemm_multiplies_matrices(found: Blas, letter: str):
    dtype, c = REAL[letter]
    a, b = rectangle(dtype, 3, 4), rectangle(dtype, 4, 5)
    y = np.empty((3, 5), dtype)
    gemm = routine(found, f"{letter}gemm", GEMM.format(scalar=c))
    pa, pb, py = (ffi.from_buffer(m) for m in (a, b, y))
    gemm(ROW_MAJOR, PLAIN, PLAIN, 3, 5, 4, 1.0, pa, 4, pb, 5, 0.0, py, 5)
    np.testing.assert_allclose(y, a @ b, rtol=1e-5)


@pytest.mark.parametrize("letter", COMPLEX)
def test_gemm_multiplies_complex_matrices(found: Blas, letter: str):
    dtype = COMPLEX[letter]
    a, b = rectangle(dtype, 3, 4), rectangle(dtype, 4, 5)
    y = np.empty((3, 5), dtype)
    one, zero = np.ones(1, dtype), np.zeros(1, dtype)
    gemm = routine(found, f"{letter}gemm", GEMM.format(scalar="void *"))
    pa, pb, py, p1, p0 = (ffi.from_buffer(m) for m in (a, b, y, one, zero))
    gemm(ROW_MAJOR, PLAIN, PLAIN, 3, 5, 4, p1, pa, 4, pb, 5, p0, py, 5)
    np.testing.assert_allclose(y, a @ b, rtol=1e-5)


@pytest.mark.parametrize("letter", REAL)
def test_gemv_ger_and_dot_do_what_they_are_called_for(found: Blas, letter: str):
    dtype, c = REAL[letter]
    a, x = rectangle(dtype, 3, 4), rectangle(dtype, 1, 4)[0]
    y = np.empty(3, dtype)
    pa, px, py = (ffi.from_buffer(m) for m in (a, x, y))
    gemv = routine(found, f"{letter}gemv", GEMV.format(scalar=c))
    gemv(ROW_MAJOR, PLAIN, 3, 4, 1.0, pa, 4, px, 1, 0.0, py, 1)
    np.testing.assert_allclose(y, a @ x, rtol=1e-5)
    before = a.copy()
    ger = routine(found, f"{letter}ger", GER.format(scalar=c))
    ger(ROW_MAJOR, 3, 4, 1.0, py, 1, px, 1, pa, 4)
    np.testing.assert_allclose(a, before + np.outer(y, x), rtol=1e-5)
    dot = routine(found, f"{letter}dot", "int, void *, int, void *, int", gives=c)
    assert dot(4, px, 1, px, 1) == pytest.approx(float(x @ x), rel=1e-5)


def test_every_routine_is_there(found: Blas):
    assert set(found.addresses) == set(blas.ROUTINES)


def test_it_says_what_it_is(found: Blas):
    assert found.name
    assert found.path
    assert found.integer_bits in (32, 64)


def test_the_number_of_threads_can_be_changed(found: Blas):
    before = found.threads()
    if before is None:
        assert not found.set_threads(1)
        return
    assert found.set_threads(1)
    assert found.threads() == 1
    found.set_threads(before)


def test_it_is_looked_for_once():
    assert blas.find() is blas.find()


def test_looking_takes_under_3_ms():
    def seconds() -> float:
        start = time.perf_counter()
        blas.find.__wrapped__()
        return time.perf_counter() - start

    assert min(seconds() for _ in range(5)) < 3e-3


def test_scipys_copy_serves_where_numpy_has_none(monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("scipy")
    monkeypatch.setattr(np, "__file__", str(Path("/nowhere/numpy/__init__.py")))
    monkeypatch.setattr(blas, "SYSTEM_NAMES", ())
    found = blas.find.__wrapped__()
    if found is None:
        pytest.skip("this scipy brings no BLAS along")
    assert "scipy" in found.path
    test_gemm_multiplies_matrices(found, "d")
    test_gemv_ger_and_dot_do_what_they_are_called_for(found, "s")


def test_to_find_none_is_a_normal_answer(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(np, "__file__", str(Path("/nowhere/numpy/__init__.py")))
    monkeypatch.setattr(blas.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(blas, "SYSTEM_NAMES", ("libnothing.so.0",))
    monkeypatch.setattr(sys, "prefix", "/nowhere")
    assert blas.find.__wrapped__() is None


def test_products_leave_blas_as_many_threads_as_it_had(found: Blas):
    before = found.threads()
    x, y = T.fmatrix("x"), T.fmatrix("y")
    f = tg.function([x, y], T.dot(x, y))
    for n in (100, 300):
        a = np.ones((n, n), "float32")
        np.testing.assert_array_equal(f(a, a), np.full((n, n), n, "float32"))
        assert found.threads() == before
