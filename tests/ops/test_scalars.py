"""Scalar functions: dtypes, what is special to some, and lengths that they compute."""

import pickle

import numpy as np
import pytest
from evaluation import evaluated

from teachgraph import tensor as T
from teachgraph.compile.function import function
from teachgraph.core.config import config
from teachgraph.core.op import known_value
from teachgraph.grad import grad
from teachgraph.ops.elementwise import SCALARS

REAL = ("bool", "int8", "uint8", "int32", "int64", "float32", "float64")
PROMOTED = ("add", "mul", "maximum", "minimum", "and_", "or_", "xor", "mod", "int_div")
UFUNCS = {
    "add": np.add,
    "mul": np.multiply,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "and_": np.bitwise_and,
    "or_": np.bitwise_or,
    "xor": np.bitwise_xor,
    "mod": np.remainder,
    "int_div": np.floor_divide,
}


def numpy_dtype(ufunc: np.ufunc, *dtypes: str) -> str | None:
    try:
        return ufunc(*(np.ones(1, d) for d in dtypes)).dtype.name
    except TypeError:
        return None


@pytest.mark.parametrize("name", PROMOTED)
@pytest.mark.parametrize("left", REAL)
@pytest.mark.parametrize("right", REAL)
def test_two_arrays_promote_as_in_numpy(name: str, left: str, right: str):
    expected = numpy_dtype(UFUNCS[name], left, right)
    if expected is not None:
        found = SCALARS[name](T.tensor(left, (None,)), T.tensor(right, (None,)))
        assert found.dtype == expected


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [
        ("bool", "float32"),
        ("int8", "float32"),
        ("uint16", "float32"),
        ("int32", "float64"),
        ("int64", "float64"),
        ("float16", "float16"),
        ("float32", "float32"),
        ("complex64", "complex64"),
    ],
)
def test_smooth_function_of_a_whole_number_is_never_float16(dtype: str, expected: str):
    assert T.exp(T.tensor(dtype, ())).dtype == expected
    assert T.true_div(T.tensor(dtype, ()), T.tensor(dtype, ())).dtype == expected


@pytest.mark.parametrize("float_x", ["float32", "float64"])
@pytest.mark.parametrize("dtype", ["bool", "int8", "uint16", "int32", "int64"])
def test_a_quotient_of_whole_numbers_is_what_floatx_says(dtype: str, float_x: str):
    x = T.tensor(dtype, (None,))
    with config.change_flags(floatX=float_x):
        third, half = x / (2 * x + x), 1 / (x + x)
    assert third.dtype == half.dtype == float_x
    values = np.array([1], dtype)
    if dtype != "bool":
        exact = np.array([1 / 3]).astype(float_x)
        np.testing.assert_array_equal(evaluated(third, {x: values}), exact)


def test_bits_of_numbers_with_and_without_a_sign_are_not_mixed():
    with pytest.raises(TypeError, match="no whole number has the bits of both"):
        T.tensor("int64", ()) & T.tensor("uint64", ())


def test_dtypes_of_two_numbers_that_meet_in_a_smooth_function_are_floats_first():
    assert T.arctan2(T.tensor("int8", ()), T.tensor("uint16", ())).dtype == "float32"
    assert T.arctan2(T.tensor("int8", ()), T.tensor("float16", ())).dtype == "float32"


@pytest.mark.parametrize("operator", ["lt", "le", "gt", "ge", "eq", "neq"])
def test_comparison_gives_bool(operator: str):
    assert getattr(T, operator)(T.dvector(), 1).dtype == "bool"


def test_number_beside_a_variable_does_not_widen_it_needlessly():
    assert (T.fvector() * 2).dtype == "float32"
    assert (T.fvector() * 0.5).dtype == "float32"
    assert (T.bvector() + 1).dtype == "int8"
    assert (T.ivector() + 600).dtype == "int32"
    assert (T.lscalar() + 600).dtype == "int64"


def test_gradient_has_the_dtype_of_its_variable():
    x, y = T.fvector("x"), T.dvector("y")
    gx, gy = grad(T.sum(x * y), [x, y])
    assert (gx.dtype, gy.dtype) == ("float32", "float64")


@pytest.mark.parametrize("name", sorted(SCALARS))
def test_gradient_of_float32_stays_float32(name: str):
    op = SCALARS[name]
    if op.fn.grad is None or op.fn.example_dtype != "float64":
        return
    inputs = [T.fvector(f"x{i}") for i in range(op.fn.arity)]
    out = op(*inputs)
    g = T.tensor(out.dtype, (None,))
    terms = op.grad(tuple(inputs), out, g)
    assert all(
        t is None or t.type == x.type for t, x in zip(terms, inputs, strict=True)
    )


def test_gradient_is_summed_over_axes_that_were_stretched():
    row, matrix = T.drow("row"), T.dmatrix("m")
    (g,) = grad(T.sum(row * matrix), [row])
    values = {row: np.ones((1, 3)), matrix: np.arange(6.0).reshape(2, 3)}
    np.testing.assert_array_equal(evaluated(g, values), [[3, 5, 7]])


def test_whole_numbers_divide_by_zero_without_a_trap():
    n, m = T.lvectors("n", "m")
    lowest = np.iinfo("int64").min
    values = {n: np.array([7, -7, lowest]), m: np.array([0, 0, -1])}
    np.testing.assert_array_equal(evaluated(n // m, values), [0, 0, lowest])
    np.testing.assert_array_equal(evaluated(n % m, values), [0, 0, 0])


def test_negative_power_of_a_whole_number_is_rounded_towards_zero():
    n = T.lvector("n")
    found = evaluated(n ** T.constant(-1), {n: np.array([1, -1, 2, -5])})
    np.testing.assert_array_equal(found, [1, -1, 0, 0])


def test_power_has_a_gradient_at_zero():
    x, y = T.dscalars("x", "y")
    gx, gy = grad(x**y, [x, y])
    values = {x: np.array(0.0), y: np.array(2.0)}
    assert evaluated(gx, values) == 0
    assert evaluated(gy, values) == 0


def test_halves_are_rounded_to_even_or_away_from_zero():
    x = T.dvector("x")
    halves = {x: np.array([-2.5, -0.5, 0.5, 1.5, 2.5])}
    even = evaluated(T.round(x), halves)
    away = evaluated(T.round(x, "half_away_from_zero"), halves)
    np.testing.assert_array_equal(even, [-2, -0.0, 0, 2, 2])
    np.testing.assert_array_equal(away, [-3, -1, 1, 2, 3])
    assert T.iround(x).dtype == "int64"


def test_clip_lets_gradients_through_between_its_limits():
    x = T.dvector("x")
    g = grad(T.sum(T.clip(x, -1, 1)), x)
    at = {x: np.array([-2.0, -1.0, 0.0, 1.0, 2.0])}
    np.testing.assert_array_equal(evaluated(g, at), [0, 1, 1, 1, 0])


@pytest.mark.parametrize("value", [-1.0, 0.0, 1.0])
def test_clip_to_one_value_hands_its_gradient_on_once(value: float):
    x, limit = T.dscalars("x", "limit")
    gs = grad(T.clip(x, limit, limit), [x, limit])
    at = {x: np.array(value), limit: np.array(0.0)}
    total = sum(float(evaluated(g, at)) for g in gs)
    assert total == 1


@pytest.mark.parametrize("name", ["add", "mul"])
@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_sum_and_product_take_any_number_of_operands(name: str, count: int):
    xs = [T.dvector(f"x{i}") for i in range(count)]
    values = [np.arange(3.0) + i + 1 for i in range(count)]
    z = vars(T)[name](*xs)
    given = dict(zip(xs, values, strict=True))
    expected = np.sum(values, 0) if name == "add" else np.prod(values, 0)
    np.testing.assert_allclose(evaluated(z, given), expected)
    g = grad(T.sum(z), xs[0])
    np.testing.assert_allclose(
        evaluated(g, given), 1 if name == "add" else expected / values[0]
    )


def test_sum_of_several_stretches_numbers_and_rows():
    x, row = T.dmatrix("x"), T.drow("row")
    z = T.add(x, 1, row)
    at = {x: np.ones((2, 3)), row: np.arange(3.0)[None]}
    np.testing.assert_array_equal(evaluated(z, at), [[2, 3, 4]] * 2)


def test_larger_of_two_equals_gives_the_gradient_to_the_first():
    x, y = T.dscalars("x", "y")
    gx, gy = grad(T.maximum(x, y), [x, y])
    at = {x: np.array(1.0), y: np.array(1.0)}
    assert (evaluated(gx, at), evaluated(gy, at)) == (1, 0)


def test_isclose_is_numpys():
    a, b = T.dvectors("a", "b")
    values = [1, 1 + 1e-6, np.inf, -np.inf, np.nan, 0]
    pairs = np.array([(p, q) for p in values for q in values])
    for equal_nan in (False, True):
        found = evaluated(
            T.isclose(a, b, equal_nan=equal_nan), {a: pairs[:, 0], b: pairs[:, 1]}
        )
        expected = np.isclose(pairs[:, 0], pairs[:, 1], equal_nan=equal_nan)
        np.testing.assert_array_equal(found, expected)


def test_parts_of_a_complex_number():
    z, r, a = T.zvector("z"), T.dvector("r"), T.dvector("a")
    numbers = np.array([3 + 4j, -1j, 2])
    at = {z: numbers}
    np.testing.assert_array_equal(evaluated(abs(z), at), np.abs(numbers))
    np.testing.assert_array_equal(evaluated(z.real, at), numbers.real)
    np.testing.assert_array_equal(evaluated(z.imag, at), numbers.imag)
    np.testing.assert_allclose(evaluated(T.angle(z), at), np.angle(numbers))
    polar = {r: np.abs(numbers), a: np.angle(numbers)}
    np.testing.assert_allclose(evaluated(T.complex_from_polar(r, a), polar), numbers)


@pytest.mark.parametrize(
    "build",
    [
        lambda z: T.sum(T.sqr(abs(z))),
        lambda z: T.sum(T.real(z * z) * 3 + T.imag(T.exp(z))),
        lambda z: T.sum(T.angle(z) + T.real(1 / z)),
        lambda z: T.sum(T.real(T.conj(z) * z * (2 - 1j))),
        lambda z: T.sum(T.real(T.arcsinh(z) + T.arccosh(z) * 2j + T.arctanh(z))),
        lambda z: T.sum(T.imag(T.exp2(z) + T.expm1(z) * T.log2(z))),
        lambda z: T.sum(T.real(T.log10(z) * (1 + 3j) + T.log1p(z))),
    ],
)
def test_gradient_by_a_complex_number_has_the_derivatives_by_its_parts(build):
    z = T.zvector("z")
    at = np.array([0.5 + 1.5j, -1.0 + 0.3j])
    cost, found = build(z), evaluated(grad(build(z), z), {z: at})
    for i in range(len(at)):
        for unit in (1, 1j):
            ends: list[float] = []
            for step in (1e-6, -1e-6):
                moved = at.copy()
                moved[i] += step * unit
                ends.append(float(evaluated(cost, {z: moved})))
            expected = (ends[0] - ends[1]) / 2e-6
            part = found[i].real if unit == 1 else found[i].imag
            assert part == pytest.approx(expected, abs=1e-6)


def test_a_complex_number_is_nan_or_infinite_if_a_part_of_it_is():
    z = T.zvector("z")
    parts = (0.0, np.nan, np.inf)
    at = {z: np.array([complex(a, b) for a in parts for b in parts])}
    np.testing.assert_array_equal(evaluated(T.isnan(z), at), np.isnan(at[z]))
    np.testing.assert_array_equal(evaluated(T.isinf(z), at), np.isinf(at[z]))


def test_lengths_are_worked_out_where_they_fit_the_dtype():
    n = T.dvector(shape=(5,)).shape[0]
    assert known_value(2 * n - 1) == 9
    assert known_value(n // 2) == 2
    assert known_value(T.constant(100) + T.constant(100)) is None
    assert known_value(T.constant(True) + T.constant(True)) is None


def test_row_survives_pickling():
    assert pickle.loads(pickle.dumps(T.exp)) == T.exp


def test_nothing_in_numpy_warns(recwarn: pytest.WarningsRecorder):
    x = T.dvector("x")
    values = {x: np.array([0.0, -1.0, np.inf, np.nan, 1e308])}
    for name in ("log", "sqrt", "exp", "arcsin", "sqr", "inv", "sigmoid"):
        evaluated(SCALARS[name](x), values)
    assert not recwarn.list


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int8"])
def test_a_number_that_may_wrap_is_no_length(dtype: str):
    n = T.lscalar("n")
    f = function([n], T.cast(n, dtype) - n)
    number = np.array(-3 - 2**20)
    assert f(number) == number.astype(dtype).astype("int64") - number
