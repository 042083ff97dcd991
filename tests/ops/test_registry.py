"""Every op there is: types, meaning, loops, gradients and words, from its own examples.

A backend is tested by adding it to `BACKENDS`: a function that applies an op to arrays.
C is tested in `tests/program`, which compiles many ops at once.
"""

import inspect
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from evaluation import STEP, evaluated, inferred, leaves
from lowering import lowered

from teachgraph.core.graph import Variable
from teachgraph.core.op import OPS, Op
from teachgraph.core.report import Fault
from teachgraph.core.types import TensorType
from teachgraph.ops.elementwise import SCALARS, Elementwise, sample
from teachgraph.ops.missing import rest_of

Array = np.ndarray[Any, Any]
Example = tuple[Op, tuple[Array, ...]]

BACKENDS: dict[str, Callable[..., Array]] = {"loops": lowered}
"""How an op can be applied, by name; each must give what the op's numpy gives."""

MADE_BY_THE_COMPILER = {"Fused"}
NO_ARRAYS = "teachgraph.ops.sparse."
"""Ops of matrices that NumPy does not know; tests of their own walk them."""
CLASSES = [
    cls
    for name, cls in OPS.items()
    if cls.__module__.startswith("teachgraph.") and name not in MADE_BY_THE_COMPILER
    if not cls.__module__.startswith(NO_ARRAYS)
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
    "BinCount",
    "Branches",
    "Distinct",
    "Lstsq",
    "Nonzero",
    "Repetitions",
    "Unbroadcast",
}  # what they give may be of any length though all lengths of inputs are known
ORDERS = {"gammainc", "gammaincc", "iv", "jv"}
"""Functions whose first number is an order, for which nobody has a derivative."""
NOT_DERIVATIVES = {
    "GeneralEigh",  # it has none for its vectors
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


def several(result: Any) -> tuple[Any, ...]:
    """What an op gives, one or several, as a tuple."""
    return result if isinstance(result, tuple) else (result,)


def is_known(example: Example) -> bool:
    return all(None not in t.shape for t in several(inferred(*example)))


LOWERED = [e for e in EXAMPLES if e[0].lower and is_known(e)]
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
    outs, found = several(op.numpy(*arrays)), several(inferred(op, arrays))
    for t, out in zip(found, outs, strict=True):
        assert isinstance(out, np.ndarray)
        assert t.dtype == out.dtype
        assert t.ndim == out.ndim
        assert all(n in (None, m) for n, m in zip(t.shape, out.shape, strict=True))


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_lengths_are_known_from_those_of_the_inputs(cls: type[Op]):
    assert cls.__name__ in OPEN or all(map(is_known, cls.examples()))


@every_example
def test_lengths_inferred_from_nothing_are_not_wrong(example: Example):
    op, arrays = example
    outs = several(op.numpy(*arrays))
    blank = [TensorType(str(a.dtype), (None,) * a.ndim) for a in arrays]
    node = op.make(*(Variable(t) for t in blank))
    for v, out in zip(node.outputs, outs, strict=True):
        assert v.dtype == out.dtype
        assert all(n in (None, m) for n, m in zip(v.type.shape, out.shape, strict=True))


@every_example
def test_arrays_that_are_views_give_the_same(example: Example):
    op, arrays = example
    wide = [np.repeat(a, 2, axis=-1)[..., ::2] if a.ndim else a for a in arrays]
    columns = [np.asfortranarray(a) if a.ndim else a for a in arrays]
    outs = several(op.numpy(*arrays))
    for given in (wide, columns):
        for found, expected in zip(several(op.numpy(*given)), outs, strict=True):
            assert_same(found, expected)


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


def gradients(op: Op, arrays: Sequence[Array], gs: Sequence[Array]):
    """The op's own gradients of the sum of g * output over all outputs."""
    inputs = leaves(arrays)
    node = op.make(*inputs)
    weights = [Variable(TensorType(str(g.dtype), g.shape), "g") for g in gs]
    one = len(weights) == 1
    said = op.grad(
        node.inputs,
        node.outputs[0] if one else node.outputs,
        weights[0] if one else tuple(weights),
    )
    terms = map(rest_of, said)
    values = dict(zip([*inputs, *weights], [*arrays, *gs]))
    return [None if t is None else evaluated(t, values) for t in terms]


def differences(
    op: Op, arrays: Sequence[Array], gs: Sequence[Array], position: int
) -> Array:
    """The derivative of the sum of g * output by one input, by central differences."""
    found = np.zeros(arrays[position].shape)
    for at in np.ndindex(found.shape):
        sides: list[float] = []
        for step in (STEP, -STEP):
            moved = [a.copy() for a in arrays]
            moved[position][at] += step
            outs = several(op.numpy(*moved))
            sides.append(sum(float(np.sum(out * g)) for out, g in zip(outs, gs)))
        found[at] = (sides[0] - sides[1]) / (2 * STEP)
    return found


@every_example
def test_gradient_is_the_derivative(example: Example):
    op, arrays = example
    if any(a.dtype == "float32" for a in arrays) or op.title in NOT_DERIVATIVES:
        return
    outs = several(op.numpy(*arrays))
    if any(out.dtype != "float64" for out in outs):
        return
    rng = np.random.default_rng(zlib.crc32(shown(example).encode()))
    gs = [np.asarray(rng.normal(size=out.shape)) for out in outs]
    for position, found in enumerate(gradients(op, arrays, gs)):
        if arrays[position].dtype != "float64" or found is None:
            continue
        if op.title in ORDERS and position == 0:
            assert np.isnan(found).all()
            continue
        expected = differences(op, arrays, gs, position)
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
