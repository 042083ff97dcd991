"""Every op in C and in interpreted kernels, from its own examples and from the table.

All applications of an op class are outputs of one graph, so that a class costs one run
of the compiler; in the fused graphs each op stands between elementwise neighbours.
"""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import pytest
from running import Array, assert_same, by_c, by_interpreter, fused

from teachgraph.compile.function import function
from teachgraph.core.graph import Graph, Variable
from teachgraph.core.op import OPS, Op
from teachgraph.core.report import Fault
from teachgraph.core.types import TensorType
from teachgraph.ops.elementwise import SCALARS, Elementwise, sample
from teachgraph.ops.scalars import switch

CLASSES = [
    cls
    for name, cls in OPS.items()
    if cls.__module__.startswith("teachgraph.")
    and not cls.__module__.startswith("teachgraph.ops.sparse.")
    and name not in ("Fused", "Elementwise")
]
NUMBERS = ("float64", "float32", "int64")
MORE_NUMBERS = ("int32", "int8", "uint8", "bool", "complex128")
WAYS: dict[str, Callable[[Graph], Callable[..., list[Array]]]] = {
    "c": by_c,
    "fused": lambda graph: by_c(fused(graph)),
    "loops": lambda graph: lambda *arrays: by_interpreter(graph, arrays),
    "fused loops": lambda graph: lambda *arrays: by_interpreter(fused(graph), arrays),
}
Lengths = Sequence[tuple[int, ...]]
SHAPES: dict[str, list[Lengths]] = {
    "vectors": [((5,), (5,), (5,)), ((0,), (0,), (0,)), ((1,), (1,), (1,))],
    "broadcast": [((2, 1), (3,), (1, 3))],
    "numbers": [((), (), ())],
}
SPECIAL = [0.0, -0.0, 1, -1, 0.7, -2.5, 3, 1e-30, -700, 1000, np.inf, -np.inf, np.nan]
YES = np.array(True)
every_way = pytest.mark.parametrize("way", WAYS)
every_number = pytest.mark.parametrize(
    "dtype",
    [*NUMBERS, *(pytest.param(d, marks=pytest.mark.slow) for d in MORE_NUMBERS)],
)


def chosen() -> Variable:
    return Variable(TensorType("bool", ()), "chosen")


def variable(name: str, array: Array) -> Variable:
    """An input for an array; lengths other than 1 are left open."""
    shape = tuple(1 if n == 1 else None for n in array.shape)
    return Variable(TensorType(str(array.dtype), shape), name)


def applied(
    op: Op, inputs: Sequence[Variable], yes: Variable, way: str
) -> list[Variable]:
    """The op; where graphs are fused, between neighbours that change nothing."""
    if "fused" not in way:
        return list(op.make(*inputs).outputs)
    tensors = [v.ndim > 0 or v.dtype.startswith(("float", "complex")) for v in inputs]
    around = (switch(yes, v, v) if t else v for v, t in zip(inputs, tensors))
    return [switch(yes, y, y) for y in op.make(*around).outputs]


def meant(op: Op, given: Sequence[Array]) -> list[Array]:
    """What the op's own numpy gives."""
    found = op.numpy(*given)
    return [np.asarray(a) for a in (found if isinstance(found, tuple) else (found,))]


@every_way
@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_op_gives_what_its_numpy_gives(cls: type[Op], way: str):
    examples = [(op, [np.asarray(a) for a in given]) for op, given in cls.examples()]
    yes = chosen()
    inputs, outputs, arrays = [yes], [], [YES]
    for n, (op, given) in enumerate(examples):
        own = [variable(f"x{n}_{i}", a) for i, a in enumerate(given)]
        inputs += own
        arrays += given
        outputs += applied(op, own, yes, way)
    call = WAYS[way](Graph(tuple(inputs), tuple(outputs)))
    expected = [a for op, given in examples for a in meant(op, given)]
    for found, wanted in zip(call(*arrays), expected, strict=True):
        assert_same(found, wanted)


def strided(array: Array) -> Array:
    """The same elements, not side by side."""
    return np.repeat(array, 2, axis=-1)[..., ::2] if array.ndim else array


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_a_function_of_an_op_takes_strided_arrays(cls: type[Op]):
    inputs, outputs, arrays, expected = [], [], [], []
    for n, (op, given) in enumerate(cls.examples()):
        own = [variable(f"x{n}_{i}", np.asarray(a)) for i, a in enumerate(given)]
        inputs += own
        arrays += [strided(np.asarray(a)) for a in given]
        outputs += op.make(*own).outputs
        expected += meant(op, [np.asarray(a) for a in given])
    f = function(inputs, outputs, on_unused_input="ignore")
    for found, wanted in zip(f(*arrays), expected, strict=True):
        assert_same(found, wanted)


def accepts(op: Elementwise, dtype: str) -> bool:
    try:
        op.fn.types(*(dtype,) * op.fn.arity)
    except Fault:
        return False
    return True


def rows(dtype: str) -> list[Elementwise]:
    return [op for op in SCALARS.values() if accepts(op, dtype)]


def drawn(op: Elementwise, dtype: str, lengths: Lengths) -> list[Array]:
    return [sample(s, *n, dtype=dtype) for s, n in zip(op.fn.samples, lengths)]


@cache
def table(dtype: str, shapes: str, way: str) -> Callable[..., list[Array]]:
    """All rows of the table that take a dtype, each on inputs of its own."""
    yes = chosen()
    inputs, outputs = [yes], []
    for op in rows(dtype):
        like = drawn(op, dtype, SHAPES[shapes][0])
        own = [variable(f"x{i}", a) for i, a in enumerate(like)]
        inputs += own
        outputs += applied(op, own, yes, way)
    return WAYS[way](Graph(tuple(inputs), tuple(outputs)))


@every_way
@pytest.mark.parametrize("shapes", SHAPES)
@every_number
def test_rows_of_the_table_give_what_numpy_gives(dtype: str, shapes: str, way: str):
    call = table(dtype, shapes, way)
    for lengths in SHAPES[shapes]:
        given = [drawn(op, dtype, lengths) for op in rows(dtype)]
        results = call(YES, *(a for arrays in given for a in arrays))
        for op, arrays, found in zip(rows(dtype), given, results, strict=True):
            assert_told(op, arrays, found)


@pytest.mark.parametrize("way", ["c", "fused"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_rows_of_the_table_agree_at_the_borders(dtype: str, way: str):
    call = table(dtype, "vectors", way)
    points = {n: np.meshgrid(*[np.array(SPECIAL, dtype)] * n) for n in (1, 2, 3)}
    given = [[p.reshape(-1) for p in points[op.fn.arity]] for op in rows(dtype)]
    with np.errstate(all="ignore"):
        results = call(YES, *(a for arrays in given for a in arrays))
    for op, arrays, found in zip(rows(dtype), given, results, strict=True):
        # What becomes of nan as a whole number is left open by C.
        if op.lower is not None and not op.title.startswith("cast_"):
            assert_told(op, arrays, found)


def assert_told(op: Elementwise, arrays: Sequence[Array], found: Array) -> None:
    try:
        assert_same(found, op.numpy(*arrays))
    except AssertionError as error:
        raise AssertionError(f"{op} of {arrays}: {error}") from None
