"""Every op there is: types, meaning, loops, gradients and words, from its own examples.

A backend is tested by adding it to `BACKENDS`: a function that applies an op to arrays.
"""

import inspect
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from evaluation import differences, gradients, inferred
from lowering import lowered

from teachgraph.core.graph import Variable
from teachgraph.core.op import OPS, Op
from teachgraph.core.report import Fault
from teachgraph.core.types import TensorType
from teachgraph.ops.elementwise import SCALARS, Elementwise, sample

Array = np.ndarray[Any, Any]
Example = tuple[Op, tuple[Array, ...]]

BACKENDS: dict[str, Callable[..., Array]] = {"loops": lowered}
"""How an op can be applied, by name; each must give what the op's numpy gives."""

MADE_BY_THE_COMPILER = {"Fused"}
CLASSES = [
    cls
    for name, cls in OPS.items()
    if cls.__module__.startswith("teachgraph.") and name not in MADE_BY_THE_COMPILER
]
EXAMPLES: list[Example] = [
    example for cls in CLASSES for example in getattr(cls, "examples", list)()
]
NUMBERS = (
    "float64",
    "float32",
    "int64",
    "int32",
    "int8",
    "uint8",
    "bool",
    "complex128",
)
OPEN = {
    "ARange",
    "Unbroadcast",
}  # their lengths may be open though all inputs are known
NOT_DERIVATIVES = {
    "zero_grad",
    "ultra_fast_sigmoid",
}  # their gradient is another, by intent
SPECIAL = [0.0, -0.0, 1, -1, 0.7, -2.5, 3, 1e-30, -700, 1000, np.inf, -np.inf, np.nan]
LOOSE = {"float16": 2e-3, "float32": 2e-5, "complex64": 2e-5}


def shown(example: Example) -> str:
    op, arrays = example
    return f"{op}({', '.join(f'{a.dtype}{list(a.shape)}' for a in arrays)})"


def assert_same(found: Array, expected: Array) -> None:
    assert found.dtype == expected.dtype
    assert found.shape == expected.shape
    close = LOOSE.get(str(expected.dtype), 1e-12)
    np.testing.assert_allclose(found, expected, rtol=close, atol=close)


def accepts(op: Elementwise, dtypes: tuple[str, ...]) -> bool:
    try:
        op.fn.types(*dtypes)
    except Fault:
        return False
    return True


def drawn(op: Elementwise, dtypes: tuple[str, ...], *shapes: tuple[int, ...]):
    spans = op.fn.samples
    return [sample(s, *n, dtype=d) for s, n, d in zip(spans, shapes, dtypes)]


ROWS = [
    (op, (dtype,) * op.fn.arity)
    for op in SCALARS.values()
    for dtype in NUMBERS
    if accepts(op, (dtype,) * op.fn.arity)
]
LOWERED_ROWS = [(op, dtypes) for op, dtypes in ROWS if op.lower is not None]
ARITHMETIC = ("add", "sub", "mul", "int_div", "mod", "pow", "neg", "abs_", "sgn", "sqr")
WHOLE = [SCALARS[name] for name in ARITHMETIC]
LOWERED = [e for e in EXAMPLES if e[0].lower and None not in inferred(*e).shape]
every_backend = pytest.mark.parametrize("backend", BACKENDS)
every_row = pytest.mark.parametrize(("op", "dtypes"), ROWS, ids=str)
every_lowered_row = pytest.mark.parametrize(("op", "dtypes"), LOWERED_ROWS, ids=str)
every_example = pytest.mark.parametrize("example", EXAMPLES, ids=shown)
every_lowered_example = pytest.mark.parametrize("example", LOWERED, ids=shown)


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_op_gives_examples(cls: type[Op]):
    assert cls.examples()


@every_example
def test_inferred_type_is_that_of_the_value(example: Example):
    op, arrays = example
    out = op.numpy(*arrays)
    assert isinstance(out, np.ndarray)
    found = inferred(op, arrays)
    assert found.dtype == out.dtype
    assert found.shape == out.shape or (op.title in OPEN and None in found.shape)


@every_example
def test_lengths_inferred_from_nothing_are_not_wrong(example: Example):
    op, arrays = example
    out = op.numpy(*arrays)
    blank = [TensorType(str(a.dtype), (None,) * a.ndim) for a in arrays]
    found = op(*(Variable(t) for t in blank)).type
    assert found.dtype == out.dtype
    assert all(n in (None, m) for n, m in zip(found.shape, out.shape, strict=True))


@every_example
def test_arrays_that_are_views_give_the_same(example: Example):
    op, arrays = example
    wide = [np.repeat(a, 2, axis=-1)[..., ::2] if a.ndim else a for a in arrays]
    columns = [np.asfortranarray(a) if a.ndim else a for a in arrays]
    expected = op.numpy(*arrays)
    assert_same(op.numpy(*wide), expected)
    assert_same(op.numpy(*columns), expected)


@every_example
def test_numpy_leaves_its_arguments_alone(example: Example):
    op, arrays = example
    copies = [a.copy() for a in arrays]
    for a in arrays:
        a.setflags(write=False)
    op.numpy(*arrays)
    for a, copy in zip(arrays, copies):
        np.testing.assert_array_equal(a, copy)


@every_backend
@every_lowered_example
def test_backend_gives_what_numpy_gives(example: Example, backend: str):
    op, arrays = example
    assert_same(BACKENDS[backend](op, *arrays), op.numpy(*arrays))


@every_row
def test_scalar_function_has_the_dtype_it_says(
    op: Elementwise, dtypes: tuple[str, ...]
):
    arrays = drawn(op, dtypes, *[(3,)] * op.fn.arity)
    assert op.numpy(*arrays).dtype == op.fn.types(*dtypes)


@every_backend
@every_lowered_row
def test_scalar_function_broadcasts(
    op: Elementwise, dtypes: tuple[str, ...], backend: str
):
    shapes = [(2, 1), (3,), (1, 3)]
    arrays = drawn(op, dtypes, *shapes[: op.fn.arity])
    assert_same(BACKENDS[backend](op, *arrays), op.numpy(*arrays))


@every_backend
@every_lowered_row
def test_scalar_function_takes_single_numbers_and_nothing(
    op: Elementwise, dtypes: tuple[str, ...], backend: str
):
    for shape in ((), (0,), (2, 0)):
        arrays = drawn(op, dtypes, *[shape] * op.fn.arity)
        assert_same(BACKENDS[backend](op, *arrays), op.numpy(*arrays))


def smooth_rows() -> list[tuple[Elementwise, str]]:
    """Rows for floats; what C makes of a cast beyond the range is left open."""
    return [
        (op, dtypes[0])
        for op, dtypes in LOWERED_ROWS
        if dtypes[0].startswith("float")
        and op.fn.arity < 3
        and not op.title.startswith("cast_")
    ]


@every_backend
@pytest.mark.parametrize(("op", "dtype"), smooth_rows(), ids=str)
def test_scalar_function_agrees_at_the_borders(
    op: Elementwise, dtype: str, backend: str
):
    values = [v for v in SPECIAL if not (op.title == "psi" and np.isneginf(v))]
    points = np.meshgrid(*[np.array(values, dtype)] * op.fn.arity)
    arrays = [p.reshape(-1) for p in points]
    assert_same(BACKENDS[backend](op, *arrays), op.numpy(*arrays))


@every_backend
@pytest.mark.parametrize("dtype", ["int8", "uint8", "int64"])
@pytest.mark.parametrize("op", WHOLE, ids=str)
def test_whole_numbers_agree_at_the_borders(op: Elementwise, dtype: str, backend: str):
    limits = np.iinfo(dtype)
    values = [0, 1, 2, 7, limits.max, limits.min, limits.min + limits.max]
    points = np.meshgrid(*[np.array(values, dtype)] * op.fn.arity)
    arrays = [p.reshape(-1) for p in points]
    assert_same(BACKENDS[backend](op, *arrays), op.numpy(*arrays))


@every_example
def test_gradient_is_the_derivative(example: Example):
    op, arrays = example
    if any(a.dtype == "float32" for a in arrays) or op.title in NOT_DERIVATIVES:
        return
    out = op.numpy(*arrays)
    if out.dtype != "float64":
        return
    seed = zlib.crc32(shown(example).encode())
    g = np.random.default_rng(seed).normal(size=out.shape)
    for position, found in enumerate(gradients(op, arrays, g)):
        if arrays[position].dtype != "float64" or found is None:
            continue
        expected = differences(op, arrays, g, position)
        assert found.dtype == "float64"
        assert found.shape == expected.shape
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


@every_example
def test_op_is_printed_and_described(example: Example):
    op, arrays = example
    assert str(op)
    assert op.title
    assert (inspect.getdoc(type(op)) or "").endswith((".", ":", "equal."))
    assert op.documentation.rstrip().endswith(".")
    op.formula.format(*"abcdefgh"[: max(len(arrays), 3)])


@pytest.mark.parametrize("op", SCALARS.values(), ids=str)
def test_scalar_function_has_a_formula(op: Elementwise):
    names = [f"<{i}>" for i in range(op.fn.arity)]
    formula = op.formula.format(*names)
    assert all(name in formula for name in names)
