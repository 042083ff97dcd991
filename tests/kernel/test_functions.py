"""The table of mathematical functions: meanings at their edges, and C that agrees."""

import ctypes
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from scipy import special

from teachgraph.kernel.functions import FUNCTIONS

SPECIAL = {
    "erf": special.erf,
    "erfc": special.erfc,
    "lgamma": special.gammaln,
    "tgamma": special.gamma,
    "psi": special.psi,
}
HELPED = [
    ("pow", "int64"),
    ("psi", "float64"),
    ("psi", "float32"),
    ("sign", "float64"),
    ("abs", "int32"),
    ("maximum", "float64"),
    ("minimum", "float32"),
]
C_TYPES = {
    "int64": "long long",
    "int32": "int",
    "float64": "double",
    "float32": "float",
}


@pytest.mark.parametrize("name", SPECIAL)
def test_functions_that_numpy_lacks_agree_with_scipy(name: str):
    x = np.linspace(-4.77, 30, 140)
    with np.errstate(all="ignore"):
        ours, theirs = FUNCTIONS[name].numpy(x), SPECIAL[name](x)
    assert np.allclose(ours, theirs, rtol=1e-12, atol=1e-13, equal_nan=True)


@pytest.mark.parametrize(
    ("name", "x", "expected"),
    [
        ("tgamma", 0.0, np.inf),
        ("tgamma", -2.0, np.nan),
        ("tgamma", 200.0, np.inf),
        ("lgamma", -3.0, np.inf),
        ("psi", 0.0, np.nan),
        ("round", 0.5, 1.0),
        ("round", -2.5, -3.0),
        ("round", 0.49999999999999994, 0.0),
    ],
)
def test_functions_have_their_limits_at_the_edges(name: str, x: float, expected: float):
    assert np.array_equal(
        FUNCTIONS[name].numpy(np.float64(x)), expected, equal_nan=True
    )


def test_float32_stays_float32():
    for name in SPECIAL:
        assert FUNCTIONS[name].numpy(np.float32(1.5)).dtype == np.float32


def test_whole_powers_wrap_and_round_towards_zero():
    power = FUNCTIONS["pow"].numpy
    x = np.array([-2, -1, 0, 1, 2])
    assert power(x, np.full(5, -3)).tolist() == [0, -1, 1, 1, 0]
    assert power(np.int8(3), np.int8(5)) == np.int8(-13)


def test_a_complex_number_keeps_infinite_parts():
    z = FUNCTIONS["complex"].numpy(np.float64(np.inf), np.float64(1.0))
    assert (z.real, z.imag) == (np.inf, 1)


@pytest.mark.parametrize(
    ("name", "dtype", "spelled"),
    [
        ("arcsin", "float64", "asin"),
        ("arcsin", "float32", "asinf"),
        ("exp", "complex128", "cexp"),
        ("abs", "complex64", "cabsf"),
        ("neg", "int8", "-"),
        ("isnan", "float32", "__builtin_isnan"),
        ("sign", "float32", "tg_sign_float32"),
    ],
)
def test_c_names_follow_the_dtype(name: str, dtype: str, spelled: str):
    assert FUNCTIONS[name].c_name(dtype) == spelled


def test_a_function_that_has_no_meaning_for_a_dtype_says_so():
    with pytest.raises(KeyError, match="erf is not defined for int64"):
        FUNCTIONS["erf"].c_name("int64")


@pytest.mark.parametrize(("name", "dtype"), HELPED)
def test_helpers_in_c_agree_with_numpy(name: str, dtype: str, tmp_path: Path):
    count = 1 if name in ("psi", "sign", "abs") else 2
    c_function = compiled(name, dtype, count, tmp_path)
    values = [-3, -2, -1, 0, 1, 2, 5] + ([2.5, -0.5, np.nan] if "f" in dtype else [])
    for x in values:
        for y in values if count == 2 else [0]:
            args = [np.dtype(dtype).type(v) for v in (x, y)[:count]]
            with np.errstate(all="ignore"):
                expected = FUNCTIONS[name].numpy(*args)
            found = c_function(*(a.item() for a in args))
            assert np.allclose(found, expected, rtol=1e-5, equal_nan=True), (x, y)


def compiled(name: str, dtype: str, count: int, folder: Path):
    compiler = shutil.which("gcc") or shutil.which("cc")
    assert compiler is not None
    source, library = folder / "f.c", folder / "f.so"
    head = "double floor(double), tan(double), log(double);\n"
    head += "float floorf(float), tanf(float), logf(float);\n"
    helper = FUNCTIONS[name].helper_source(dtype, C_TYPES[dtype], "")
    source.write_text(head + helper)
    command = [compiler, "-O1", "-fwrapv", "-shared", "-fPIC", str(source), "-lm"]
    subprocess.run([*command, "-o", str(library)], check=True)
    function = getattr(ctypes.CDLL(str(library)), FUNCTIONS[name].c_name(dtype))
    kind = getattr(ctypes, "c_" + C_TYPES[dtype].replace(" ", ""))
    function.restype = kind
    function.argtypes = [kind] * count
    return function
